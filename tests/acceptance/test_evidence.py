"""What a row rests on: visible claims only, as they stood on the day asked for, their source protected."""

from __future__ import annotations

import random
from collections import Counter
from contextlib import closing
from datetime import UTC, date, datetime
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from app.use_cases.drawing import current_store
from graph.model.claims import Mention
from graph.model.entities import write_id
from graph.model.links import NO_DAY
from graph.model.scope import Filters
from graph.model.spans import LONDON, day_number, day_of
from ingest.mapping import load_mapping
from ingest.pipeline import run_import
from tests.app.desk import ADULT, COUNCIL, POLICE, Desk, person, present, pupil_number, tie
from tests.builders import DAY_US, id_of, place
from tests.ingest.builders import Shelf
from tests.reference import Reference, Said, Seen, counted


def _id(ref: str, agency: str = COUNCIL, kind: str = "person") -> str:
    return write_id(id_of(Mention(kind.capitalize(), f"{agency}/{kind}_ref", ref)))


def _why(desk: Desk, ref: str, *options: str, agency: str = COUNCIL) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = desk.ask("clusters", "--why", _id(ref, agency), *options)["rows"]
    return rows


def _circle(people: list[str], agency: str = COUNCIL, **cells: str) -> list[dict[str, str]]:
    return [tie(a, b, agency, **{"date": "2025-05-01", **cells}) for a in people for b in people if a < b]


def _random_rows(dice: random.Random, files: int) -> list[tuple[str, list[dict[str, str]]]]:
    """Return files of people and of ties; later ones change rows of earlier ones."""
    days = ["2025-05-01", "2025-05-20", "2025-06-01", "2025-06-03", ""]
    people = [f"P{n}" for n in range(5)]
    loads = []
    for _ in range(files):
        some = [
            person(
                ref,
                given_name=dice.choice("AB"),
                reported=dice.choice(days),
                valid_from=dice.choice(days),
                upn="",
                home_area=dice.choice(["E06000090", ""]),
            )
            for ref in dice.sample(people, 3)
        ]
        ties = [
            tie(
                *pair,
                kind=dice.choice(["FRIEND_OF", "SEEN_WITH"]),
                tie_ref=f"T{dice.randrange(6)}",
                date=dice.choice(days),
                reported=dice.choice(days),
                status=dice.choice(["", "", "disputed", "withdrawn"]),
            )
            for pair in dice.sample(list(combinations(people, 2)), 4)
        ]
        days = [*days[:-1], "2025-06-01"] if dice.random() < 0.2 else days
        loads += [("people", some), ("associations", list({row["tie_ref"]: row for row in ties}.values()))]
    return loads


def _expected(seen: Seen, ref: str, filters: Filters, model: Reference) -> Counter[tuple[Any, ...]]:
    me = id_of(Mention("Person", f"{COUNCIL}/person_ref", ref))
    found = [said for said in seen.said if me in (said.subject, said.other) and counted(said, filters)]
    return Counter(_as_row(said, model) for said in found)


def _as_row(said: Said, model: Reference) -> tuple[Any, ...]:
    claim, span = said.claim, said.claim.span
    live = next(v.live_us for held in model.records.values() for v in held if v.number == said.seq // 256)
    recorded = datetime.fromtimestamp(live / 1e6, tz=UTC).astimezone(LONDON).date().isoformat()
    days = [None if n is None else day_of(n).isoformat() for n in (span.from_day, span.to_day)]
    other = None if said.other is None else write_id(said.other)
    return (claim.terms.predicate, write_id(said.subject), other, *days, claim.terms.status, recorded)


@pytest.mark.parametrize("seed", range(6))
def test_a_past_day_is_answered_as_the_reference_model_answers_it(tmp_path: Path, seed: int) -> None:
    dice = random.Random(seed)
    desk, model = Desk(tmp_path), Reference(id_of, lambda lon, lat: place(lon, lat)[0])  # type: ignore[arg-type]
    for mapping, rows in _random_rows(dice, 3):
        desk.load(mapping, rows)
        shelf, today = Shelf(), datetime.fromtimestamp(desk.now_us / 1e6, tz=UTC).date()
        path = tmp_path / f"{mapping}-{desk.numbered}.csv"
        run_import([path], load_mapping(mapping), shelf, today=today)
        model.load(shelf.records, desk.now_us)
        desk.pass_days(1)
    labels = {
        claim.terms.label
        for held in model.records.values()
        for v in held
        for c in [v.record]
        for claim in c.claims
    }
    answers = set()
    for known, as_of in [
        (None, None),
        ("2025-06-01", None),
        ("2025-06-03", None),
        (None, "2025-05-20"),
        ("2025-06-02", "2025-06-01"),
    ]:
        options = [*(["--known-on", known] if known else []), *(["--as-of", as_of] if as_of else [])]
        end = (
            2**61
            if known is None
            else (day_number(datetime.fromisoformat(known).date()) + 1) * DAY_US - 3_600_000_001
        )
        seen = Seen(model, labels, known_us=end)
        filters = Filters(as_of=None if as_of is None else day_number(datetime.fromisoformat(as_of).date()))
        for ref in (f"P{n}" for n in range(5)):
            expected = _expected(seen, ref, filters, model)
            ran = desk.run("clusters", "--why", _id(ref), *options, "--json")
            if ran.code:
                assert (ran.code, ran.out, expected) == (2, "", Counter())
                continue
            names = ("predicate", "subject", "object", "from", "to", "status", "recorded")
            assert Counter(tuple(row[name] for name in names) for row in ran.json["rows"]) == expected
            answers.add((known, as_of, ref, len(ran.json["rows"])))
    assert len({(ref, n) for _, _, ref, n in answers}) > len({ref for _, _, ref, _ in answers})


def test_a_changed_row_supersedes_and_the_past_still_holds_the_old_one(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    first = [person("P1", given_name="Amy", home_area="E06000090"), person("P2")]
    desk.load("people", first)
    desk.load("associations", [tie("P1", "P2", tie_ref="T1", date="2025-05-01")])
    desk.pass_days(5)
    report = desk.load("people", [{**first[0], "home_area": "E06000091"}, first[1]])
    assert (report["totals"]["accepted"], report["changed"], report["totals"]["duplicate"]) == (1, 1, 1)
    desk.load("associations", [tie("P1", "P2", tie_ref="T1", kind="FAMILY_OF", date="2025-05-01")])
    now, then = _why(desk, "P1"), _why(desk, "P1", "--known-on", "2025-06-03")
    assert [
        c["value"] or c["predicate"] for c in now if c["predicate"] in ("IN", "FAMILY_OF", "FRIEND_OF")
    ] != [c["value"] or c["predicate"] for c in then if c["predicate"] in ("IN", "FAMILY_OF", "FRIEND_OF")]
    assert {c["predicate"] for c in now} >= {"FAMILY_OF"} and "FRIEND_OF" not in {c["predicate"] for c in now}
    assert {c["predicate"] for c in then} >= {"FRIEND_OF"} and "FAMILY_OF" not in {
        c["predicate"] for c in then
    }
    homes = [[c["object"] for c in rows if c["predicate"] == "IN"] for rows in (now, then)]
    assert len(homes[0]) == len(homes[1]) == 1 and homes[0] != homes[1]


def test_a_row_that_is_missing_from_a_later_file_ends_nothing(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.load("people", [person("P1", given_name="Amy"), person("P2", given_name="Bo")])
    before = _why(desk, "P2")
    desk.load("people", [person("P1", given_name="Amy")])
    assert _why(desk, "P2") == before


def test_a_link_counts_visible_support_only(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    people = ["P1", "P2", "P3", "P4", "P5", "P6", "P7", "P8", "P9"]
    desk.load("people", [person(ref) for ref in people])
    graded = {"source_grade": "1", "information_grade": "A"}
    hidden = tie(
        "P1",
        "P2",
        date="2025-04-02",
        date_to="2025-05-30",
        tier="hidden",
        tie_ref="H",
        origin_agency="Elsewhere",
        **graded,
    )
    desk.load("associations", [*_circle(people[:4]), *_circle(people[4:]), hidden])
    seen = {}
    for role in ("intel_officer", "analyst"):
        desk.sit(COUNCIL, [role])
        workspace = desk.workspace()
        with closing(current_store(workspace)) as store, workspace.view("clusters", store) as view:
            table = store.link_table(view.scope, kinds=("FRIEND_OF",))
        ends = [{write_id(int(a)), write_id(int(b))} for a, b in zip(table.a, table.b, strict=True)]
        row = table.take(np.array([ends.index({_id("P1"), _id("P2")})]))
        seen[role] = tuple(
            int(n[0]) for n in (row.claims, row.sources, row.source_best, row.valid_from, row.valid_to)
        )
        told = [c for c in _why(desk, "P1") if {c["subject"], c["object"]} == {_id("P1"), _id("P2")}]
        assert len(told) == row.claims[0] and {c["agency"] for c in told} <= {COUNCIL, "Elsewhere"}
    first, last, plain = (
        day_number(date.fromisoformat(day)) for day in ("2025-04-02", "2025-05-30", "2025-05-01")
    )
    assert seen == {"intel_officer": (2, 2, 1, first, last), "analyst": (1, 1, 0, plain, NO_DAY)}


def test_five_people_at_one_incident_are_no_cluster(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    five, others = [f"P{n}" for n in range(5)], [f"Q{n}" for n in range(5)]
    desk.load("people", [person(ref) for ref in five + others])
    desk.load("associations", [present(ref, "E1", date="2025-05-01") for ref in five])
    alone = desk.ask("clusters")
    assert alone["rows"] == [] and alone["sentence"].startswith("no peer cluster stands out; 10 people")
    desk.load("associations", _circle(others))
    desk.load("associations", _circle([f"R{n}" for n in range(5)]))
    found = desk.ask("clusters", "--resolution", "0.4")
    members = {who["id"] for row in found["rows"] for who in row["members"]}
    assert {_id(ref) for ref in others} <= members and not members & {_id(ref) for ref in five}


@pytest.mark.parametrize(
    ("born", "child"),
    [
        ("", True),
        ("2007", True),
        ("2007-06-02", True),
        ("2007-06-01", False),
        (ADULT, False),
    ],
)
def test_whose_age_is_unknown_counts_as_a_child(tmp_path: Path, born: str, child: bool) -> None:
    # The desk's day is 1 June 2025: whoever was born that day 18 years before has their birthday.
    desk = Desk(tmp_path)
    circles = [[f"{letter}{n}" for n in range(5)] for letter in "PQ"]
    whole = (
        {"date_of_birth": born}
        if len(born) != 4
        else {"date_of_birth": f"{born}-01-01", "dob_precision": "year"}
    )
    desk.load("people", [person(ref, **whole) for ref in circles[0]])
    desk.load("people", [person(ref, date_of_birth=ADULT) for ref in circles[1]])
    desk.load("associations", [*_circle(circles[0]), *_circle(circles[1])])
    children = {
        next(
            iter(who["id"] for who in row["members"] if who["id"] in {_id(ref) for ref in circles[0]}), ""
        ): row["children_or_age_unknown"]
        for row in desk.ask("clusters", "--resolution", "0.4")["rows"]
    }
    assert children[""] == 0 and [n for who, n in children.items() if who] == [5 if child else 0]


def test_a_birthday_changes_the_count_and_nothing_else(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    people = [f"P{n}" for n in range(10)]
    desk.load("people", [person(ref, date_of_birth="2007-06-03") for ref in people])
    desk.load("associations", [*_circle(people[:5]), *_circle(people[5:])])
    counts, members = [], []
    for _ in range(4):
        rows = desk.ask("clusters", "--resolution", "0.4")["rows"]
        counts.append(sum(row["children_or_age_unknown"] for row in rows))
        members.append([row["members"] for row in rows])
        desk.pass_days(1)
    assert counts == [10, 10, 0, 0] and members[0] == members[3]
    past = desk.ask("clusters", "--resolution", "0.4", "--as-of", "2025-06-02")["rows"]
    assert sum(row["children_or_age_unknown"] for row in past) == 10


@pytest.mark.parametrize("basis", ["child_said", "parent_said"])
def test_what_a_child_said_elsewhere_shows_the_month_and_no_agency(tmp_path: Path, basis: str) -> None:
    desk = Desk(tmp_path)
    said = {
        "basis": basis,
        "reported": "2025-05-17",
        "origin_reference": "CASE-99",
        "origin_agency": "Quiet School",
    }
    desk.load(
        "associations",
        [tie("P1", "P2", date="2025-05-13", **said), tie("P1", "P3", date="2025-05-13", basis="recorded")],
    )
    mine = _why(desk, "P1")
    assert {(c["from"], c["agency"]) for c in mine if c["basis"] == basis} == {("2025-05-13", "Quiet School")}
    desk.sit(POLICE)
    theirs = _why(desk, "P1")
    (told,) = [c for c in theirs if c["basis"] == basis]
    assert (told["from"], told["reported"]) == ("2025-05", "2025-05")
    assert (told["agency"], told["controller"], told["reference"]) == ("withheld", "withheld", None)
    (plain,) = [c for c in theirs if c["basis"] == "recorded"]
    assert (plain["from"], plain["agency"]) == ("2025-05-13", COUNCIL)
    table = tmp_path / "why.csv"
    ran = desk.run("clusters", "--why", _id("P1"), "--csv", table)
    shown = table.read_text("utf-8") + desk.run("clusters", "--why", _id("P1")).out + str(ran)
    assert not [word for word in ("2025-05-17", "CASE-99", "Quiet School") if word in shown]


def test_sealed_content_is_one_pointer_without_sort_count_or_date(tmp_path: Path) -> None:
    def told(ties: list[dict[str, str]]) -> dict[str, Any]:
        desk = Desk(tmp_path / str(len(ties)))
        desk.load("people", [person("P1"), person("P2")])
        # The same columns each time: they are part of what a row without a number of its own is known by.
        desk.load("associations", [tie("P1", "P2", date="", tier=""), *ties])
        desk.sit(POLICE)
        found = desk.ask("clusters", "--why", _id("P1"))
        found.pop("data_version")
        return found

    sealed = [
        tie("P1", "P2", kind=kind, date=date, tier="sealed")
        for kind, date in [("SEEN_WITH", "2025-01-01"), ("FAMILY_OF", "")]
    ]
    one, two, none = told(sealed[:1]), told(sealed), told([])
    assert one == two and one["restricted"] and none["restricted"] == []
    assert {k: v for k, v in one.items() if k != "restricted"} == {
        k: v for k, v in none.items() if k != "restricted"
    }
    assert [set(pointer) for pointer in one["restricted"]] == [{"entity", "contact", "reference"}]
    assert one["restricted"][0]["contact"] == COUNCIL


def test_one_fact_from_three_mouths_is_one_fact_with_three_sources(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    number = {"upn": pupil_number(3)}
    desk.load(
        "people",
        [
            person("P1", **number),
            person("Q1", POLICE, **number),
            person("P2"),
            person("Q2", POLICE, upn=pupil_number(4)),
        ],
    )
    desk.load("people", [person("P2", upn=pupil_number(4))])
    copies = [
        tie("Q1", "Q2", POLICE, date="2025-05-01", origin_agency=COUNCIL),
        tie("Q1", "Q2", POLICE, date="2025-05-02"),
    ]
    desk.load("associations", [tie("P1", "P2", date="2025-05-01"), *copies])
    found = desk.ask("clusters", "--why", _id("P1"))
    friends = [c for c in found["rows"] if c["predicate"] == "FRIEND_OF"]
    assert len(friends) == 3 and Counter(c["agency"] for c in friends) == {COUNCIL: 2, POLICE: 1}
    assert found["agencies"] == 2
