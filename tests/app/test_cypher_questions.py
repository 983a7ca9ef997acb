"""The ten questions of docs/cypher-questions.md, on a real Neo4j with a work copy of an invented world."""

from __future__ import annotations

import random
import re
import shutil
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date
from itertools import combinations
from pathlib import Path
from typing import Any, NamedTuple

import networkx as nx
import pytest

from graph.model.claims import Claim
from graph.model.spans import day_number, day_span
from tests.app.copies.own_neo4j import OwnNeo4j, script_of
from tests.app.copies.sample import put, written
from tests.app.desk import ADULT, CHILD, COUNCIL, POLICE, Desk, person, quick_folder, squares
from tests.app.test_products import seated
from tests.builders import fact, link, mention, record

PAGE = Path(__file__).resolve().parents[2] / "docs" / "cypher-questions.md"
TIES = ("FRIEND_OF", "ASSOCIATE_OF", "FAMILY_OF", "SEEN_WITH", "FOUND_WITH")
AREAS = ("E06000090", "E06000091", "E06000092")
YOUNG = [f"Y{n}" for n in range(16)]
ADULTS = [f"A{n}" for n in range(5)]
LINES = [mention(f"line{n}", "Group") for n in range(3)]
PARKS = [mention(f"park{n}", "Location") for n in range(4)]
THINGS = [mention(f"thing{n}", "Object") for n in range(3)]

pytestmark = pytest.mark.servers


class Asked(NamedTuple):
    """A desk, the copy of its world in Neo4j, and the same as GraphML."""

    desk: Desk
    server: OwnNeo4j
    graph: nx.MultiDiGraph
    members: list[str]

    def answer(self, number: int, **values: Any) -> list[dict[str, Any]]:
        """Return the rows of a question."""
        copy = self.server.ask("MATCH (n:WorkCopy) RETURN n.copy AS copy")[0]["copy"]
        return self.server.ask(questions()[number], copy=copy, **values)

    def of(self, **wanted: Any) -> list[tuple[str, str, dict[str, Any]]]:
        """Return the links of some kinds, with their ends."""
        kinds = wanted["kinds"]
        return [(a, b, said) for a, b, said in self.graph.edges(data=True) if said["kind"] in kinds]

    def known(self, **wanted: Any) -> list[str]:
        """Return the ids of entities with these attributes."""
        return [e for e, said in self.graph.nodes(data=True) if wanted.items() <= said.items()]

    def home(self, who: str) -> set[str]:
        """Return the areas in which somebody lives."""
        return {b for a, b, said in self.of(kinds=["IN"]) if a == who and said["capacity"] == "home"}


def questions() -> dict[int, str]:
    """Return the questions of the page by their number."""
    found = re.findall(
        r"^## (\d+)\. .*?^```cypher\n(.*?)^```", PAGE.read_text("utf-8"), re.DOTALL | re.MULTILINE
    )
    return {int(number): query for number, query in found}


def _claims(dice: random.Random) -> Iterator[Claim]:
    for n, line in enumerate(LINES):
        yield fact("IS", line, value={"sort": "county_lines_team" if n else "ocg"})
        yield link("MEMBER_OF", mention(ADULTS[n]), line, capacity="asserted")
        for thing in dice.sample([*PARKS, *THINGS], 4):
            yield link("FREQUENTS" if thing.kind == "Location" else "USES", line, thing)
    for place in PARKS:
        yield fact("IS", place, value={"sort": "park", "name": place.ref})
    for thing in THINGS:
        yield fact("IS", thing, value={"sort": "phone"})
    for who in ADULTS[:4]:
        basis = {"role": "person_of_interest", "officer": "DC 1", "review": "2025-09-01"}
        yield fact("ROLE", mention(who), value=basis)
    for a in ADULTS:
        for b in dice.sample(YOUNG, 4):
            yield _graded(dice, "EXPLOITED_BY", b, a)
    for who in YOUNG:
        yield link("FREQUENTS", mention(who), dice.choice(PARKS))
    circles = YOUNG[:6], YOUNG[6:11], YOUNG[11:]
    near = [pair for circle in circles for pair in combinations(circle, 2) if dice.random() < 0.8]
    for a, b in [*near, *(dice.sample(YOUNG, 2) for _ in range(4))]:
        for _ in range(dice.choice([1, 1, 2])):
            yield _graded(dice, dice.choice(TIES[:3]), a, b)


def _graded(dice: random.Random, kind: str, a: str, b: str) -> Claim:
    day = dice.choice([None, date(2023, 5, 1), date(2024, 5, 31), date(2024, 6, 1), date(2025, 4, 1)])
    source, information = dice.choice([("", ""), ("1", "A"), ("2", "C"), ("3", "B"), ("2", "D")])
    more = {"source_grade": source, "information_grade": information, "basis": "" if source else "recorded"}
    more["origin_agency"] = dice.choice([COUNCIL, POLICE])
    reported = day_number(day) if day else None
    span = {"span": day_span(day)} if day else {}
    return link(kind, mention(a), mention(b), reported=reported, **span, **more)  # type: ignore[arg-type]


def _world(folder: Path) -> Desk:
    desk, dice = Desk(folder), random.Random(11)
    seated(desk, "Ann")
    assert desk.run("areas", "load", squares(desk.files / "lad.geojson"), "--kind", "lad").code == 0
    rows = [
        person(
            ref, date_of_birth=CHILD if ref in YOUNG else ADULT, home_area=AREAS[n % 2],
            responsible_area=dice.choice(AREAS),
        )
        for n, ref in enumerate((*YOUNG, *ADULTS))
    ]  # fmt: skip
    desk.load("people", rows)
    put(desk, *(record(f"q{n}", claim) for n, claim in enumerate(_claims(dice))))
    return desk


def _confirmed(desk: Desk) -> list[str]:
    """Confirm a peer group of one cluster, and of somebody who has no tie to it; return the cluster."""
    row = max(desk.ask("clusters", "--resolution", "0.4")["rows"], key=lambda row: int(row["people"]))
    members = [member["id"] for member in row["members"]]
    apart = next(written(mention(who)) for who in ADULTS if written(mention(who)) not in members)
    seated(desk, "Cy", COUNCIL, "coordinator", "analyst")
    review = ("--purpose", "support", "--review", "2025-12-01", "--add", apart)
    ran = desk.run("groups", "confirm", row["id"], *review)
    assert ran.code == 0, ran.err
    seated(desk, "Ann")
    return members


@pytest.fixture(scope="module")
def asked(own_server: OwnNeo4j) -> Iterator[Asked]:
    """Return the world, its copy in Neo4j, and the same copy as GraphML."""
    folder = quick_folder()
    desk = _world(folder)
    members = _confirmed(desk)
    for form, name in (("neo4j", "copy.zip"), ("graphml", "copy.graphml")):
        ran = desk.run("export", "--format", form, "--out", folder / name, "--purpose", "panel")
        assert ran.code == 0, ran.err
    own_server.clear()
    copy = (folder / "copy.zip").read_bytes()
    own_server.unpack(copy)
    own_server.run(script_of(copy, "load.cypher"))
    graph = nx.read_graphml(folder / "copy.graphml", force_multigraph=True)
    for _, _, key, said in graph.edges(keys=True, data=True):
        said["id"] = key
    yield Asked(desk, own_server, graph, members)
    shutil.rmtree(folder, ignore_errors=True)


def test_the_page_holds_ten_questions() -> None:
    assert sorted(questions()) == list(range(1, 11))
    assert all("$copy" in query for query in questions().values())


def test_the_database_holds_what_graphml_does(asked: Asked) -> None:
    nodes = {key: said["labels"] for key, said in asked.server.nodes().items()}
    assert set(nodes) == set(asked.graph)
    assert set(asked.server.links()) == {key for _, _, key in asked.graph.edges(keys=True)}
    labels = Counter(label for held in nodes.values() for label in held)
    assert labels["YoungPerson"] == len(YOUNG) and labels["PersonOfInterest"] == 4
    assert (labels["OCG"], labels["CountyLinesTeam"], labels["PeerGroup"]) == (1, 2, 1)


def test_what_is_within_two_hops(asked: Asked) -> None:
    who = written(mention("Y0"))
    plain = nx.Graph([(a, b) for a, b, said in asked.graph.edges(data=True) if said["kind"] != "IN"])
    areas = set(asked.known(kind="Area"))
    reached = nx.single_source_shortest_path_length(plain.subgraph(set(plain) - areas | {who}), who, cutoff=2)
    found = {row["id"]: row["hops"] for row in asked.answer(1, person=who)}
    assert {key: hops for key, hops in found.items() if key not in areas} == {
        key: hops for key, hops in reached.items() if hops
    }
    counted = asked.desk.ask("show", who)["counts"]
    near = Counter(said["kind"] for a, b, said in asked.graph.edges(data=True) if who in (a, b))
    assert {row["says"]: row["links"] for row in counted} == near and sum(near.values()) > 4


def test_every_shortest_way_between_two(asked: Asked) -> None:
    a, b = written(mention("Y0")), written(mention("Y15"))
    plain = nx.Graph([(x, y) for x, y, said in asked.graph.edges(data=True) if said["kind"] != "IN"])
    ways = {tuple(way) for way in nx.all_shortest_paths(plain, a, b)}
    rows = asked.answer(2, person=a, other=b)
    assert {tuple(row["ids"]) for row in rows} == ways and ways
    assert all(len(row["says"]) == len(row["ids"]) - 1 for row in rows)


def test_places_that_people_of_two_areas_go_to(asked: Asked) -> None:
    one, two = sorted({home for who in asked.known(kind="Person") for home in asked.home(who)})[:2]
    visits: dict[str, set[str]] = defaultdict(set)
    for who, place, _ in asked.of(kinds=["FREQUENTS", "HARMED_AT", "ATTENDS"]):
        visits[place].add(who)
    wanted = {}
    for place, people in visits.items():
        counted = [sum(area in asked.home(who) for who in people) for area in (one, two)]
        if all(counted):
            wanted[place] = tuple(counted)
    rows = asked.answer(3, area=one, other_area=two)
    assert {row["id"]: (row["from_here"], row["from_there"]) for row in rows} == wanted and wanted


def test_adults_linked_to_three_of_a_cluster(asked: Asked) -> None:
    linked: dict[str, set[str]] = defaultdict(set)
    for a, b, _ in asked.graph.edges(data=True):
        for adult, child in ((a, b), (b, a)):
            said = asked.graph.nodes[adult]
            if said.get("of_interest") and child in asked.members and said["age"] == "adult":
                linked[adult].add(child)
    wanted = {adult: len(young) for adult, young in linked.items() if len(young) >= 3}
    rows = asked.answer(4, members=asked.members)
    assert {row["id"]: row["young_people"] for row in rows} == wanted and wanted
    # Whoever is not known to be an adult is never a row of it.
    assert not {row["id"] for row in rows} & set(asked.known(age="child"))


def test_who_lives_in_one_area_while_another_is_responsible(asked: Asked) -> None:
    found = asked.desk.ask("cross-border")
    names = {said["area_a"]: said["name_a"] for said in found["rows"]}
    names |= {said["area_b"]: said["name_b"] for said in found["rows"]}
    flows = found["home_by_responsible"]["flows"]
    wanted = {
        (names[flow["from"]], names[flow["to"]]): flow["count"] for flow in flows if flow["to"] != "unknown"
    }
    rows = asked.answer(5)
    assert {(row["home"], row["responsible"]): row["people"] for row in rows} == wanted and wanted


def test_ties_that_one_agency_reported(asked: Asked) -> None:
    wanted = {said["id"]: said["claims"] for _, _, said in asked.of(kinds=TIES) if said["sources"] == 1}
    rows = asked.answer(6)
    assert {row["id"]: row["claims"] for row in rows} == wanted
    assert 0 < len(wanted) < len(asked.of(kinds=TIES))


def test_ties_that_nobody_confirmed_for_a_year(asked: Asked) -> None:
    ties = asked.of(kinds=TIES)
    wanted = {said["id"] for _, _, said in ties if said.get("last_confirmed", "") < "2024-06-01"}
    rows = asked.answer(7)
    assert {row["id"] for row in rows} == wanted and 0 < len(wanted) < len(ties)
    assert {row["last_confirmed"] for row in rows} >= {None, "2024-05-31"}


def test_what_two_lines_share(asked: Asked) -> None:
    lines = {*asked.known(sort="county_lines_team"), *asked.known(sort="ocg")}
    kinds = ("Location", "Organisation", "Object")
    used: dict[str, set[str]] = defaultdict(set)
    for a, b, _ in asked.graph.edges(data=True):
        if a in lines and asked.graph.nodes[b]["kind"] in kinds:
            used[b].add(a)
    wanted = {(thing, *pair) for thing, by in used.items() for pair in combinations(sorted(by), 2)}
    assert {(row["id"], row["one"], row["two"]) for row in asked.answer(8)} == wanted and wanted


def test_what_rests_on_the_weakest_grades_only(asked: Asked) -> None:
    every = [said for _, _, said in asked.graph.edges(data=True)]
    wanted = {s["id"] for s in every if s["source_best"] == "3" or s["information_best"] in ("D", "E")}
    assert {row["id"] for row in asked.answer(9)} == wanted and 0 < len(wanted) < len(every)


def test_members_of_a_peer_group_with_no_tie_on_record(asked: Asked) -> None:
    (group,) = asked.known(sort="peer_group")
    (shown,) = asked.desk.ask("groups", "show", group)["rows"]
    members = {member["id"] for member in shown["members"]}
    tied = {end for a, b, _ in asked.of(kinds=TIES) for end in (a, b) if {a, b} <= members}
    rows = asked.answer(10)
    assert {row["id"] for row in rows} == members - tied and rows
    assert {row["peer_group"] for row in rows} == {group}
