from __future__ import annotations

import csv
import io
import zipfile
from dataclasses import replace
from datetime import date
from typing import Any

import networkx as nx
import pytest

from app.copies.contents import MARKING, About, Contents, CopiedEntity
from app.copies.cypher import storable
from app.copies.graphml import graphml_bytes
from app.copies.labels import labels_of
from app.copies.loadable import files, loadable_bytes
from graph.errors import UnknownKindError
from graph.model.entities import write_id
from tests.app.copies.own_neo4j import OwnNeo4j, script_of
from tests.app.copies.sample import about, contents
from tests.app.copies.test_cypher import BREAKS
from tests.app.documents.hostile import NAMES

KINDS = ("Person", "Location", "Event")
MARKED = ("copy", "marking", "expires")
SCRIPTS = ("load.cypher", "load-without-files.cypher")
EVERY = pytest.mark.parametrize("script", SCRIPTS)


def as_graphml(held: Contents, told: About) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
    """Return what GraphML holds of a copy: facts of the copy, entities, links; without empty texts."""
    graph = nx.read_graphml(io.BytesIO(graphml_bytes(held, told)), force_multigraph=True)
    nodes = {node: {**_known(values), "id": node} for node, values in graph.nodes(data=True)}
    links = {
        key: {**_known(values), "ends": (a, b)} for a, b, key, values in graph.edges(keys=True, data=True)
    }
    said = {name: value for name, value in graph.graph.items() if isinstance(value, str)}
    return said, nodes, links


def _known(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value != "" and name != "id"}


def _but(rows: dict[str, dict[str, Any]], *names: str) -> dict[str, dict[str, Any]]:
    return {key: {n: v for n, v in values.items() if n not in names} for key, values in rows.items()}


def _load(server: OwnNeo4j, copy: bytes, script: str) -> None:
    if script == "load.cypher":
        server.unpack(copy)
    server.run(script_of(copy, script))


@pytest.mark.servers
@EVERY
def test_each_script_makes_what_graphml_holds_and_twice_is_once(own_neo4j: OwnNeo4j, script: str) -> None:
    held = contents(["A.B.", "C.D.", "E.F.", "G.H.", "I.J.", "K.L."], kinds=KINDS)
    copy = loadable_bytes(held, about())
    for _ in range(2):
        _load(own_neo4j, copy, script)
    said, nodes, links = as_graphml(held, about())
    assert _but(own_neo4j.nodes(), "labels", *MARKED) == nodes
    assert _but(own_neo4j.links(), "id", "start", "end", *MARKED) == links
    ((top,),) = (row.values() for row in own_neo4j.ask("MATCH (n:WorkCopy) RETURN properties(n)"))
    assert {**top, "expires": said["expires"]} == said
    assert own_neo4j.ask("MATCH (n) RETURN count(n) AS n") == [{"n": len(nodes) + 1}]


@pytest.mark.servers
@EVERY
def test_hostile_texts_arrive_unchanged_and_run_nothing(own_neo4j: OwnNeo4j, script: str) -> None:
    names = [*NAMES, *BREAKS]
    held = contents(names, kinds=("Person", "Location"))
    _load(own_neo4j, loadable_bytes(held, about("'}) DETACH DELETE n //\\u0027\n;\nRETURN 1;\n")), script)
    nodes = own_neo4j.nodes()
    # UTF-8 has no half of a pair; everything else comes back as it was written.
    wanted = {entity.id: storable(entity.shown_as) for entity in held.entities}
    assert {key: ascii(said["shown_as"]) for key, said in nodes.items()} == {
        k: ascii(v) for k, v in wanted.items()
    }
    capacities = {key: ascii(said.get("capacity")) for key, said in own_neo4j.links().items()}
    assert capacities == {link.id: ascii(storable(link.capacity)) for link in held.links}
    labels = {row["label"] for row in own_neo4j.ask("CALL db.labels() YIELD label")}
    assert {"Entity", "Person", "YoungPerson", "Location", "WorkCopy"} >= labels - {"Event"}
    (top,) = own_neo4j.ask("MATCH (n:WorkCopy) RETURN n.purpose AS purpose")
    assert top["purpose"] == "'}) DETACH DELETE n //\\u0027\n;\nRETURN 1;\n"


@pytest.mark.servers
def test_everything_says_which_copy_it_is_of_and_one_is_deleted_alone(own_neo4j: OwnNeo4j) -> None:
    held = contents(["A.B.", "C.D.", "E.F."], kinds=KINDS)
    copies = [loadable_bytes(held, replace(about(), copy=copy)) for copy in ("ab12cd34", "ef56gh78")]
    for copy in copies:
        _load(own_neo4j, copy, "load.cypher")
    said = own_neo4j.ask(
        "MATCH (n) RETURN n.copy AS copy, n.marking AS marking, n.expires AS expires UNION ALL "
        "MATCH ()-[r]->() RETURN r.copy AS copy, r.marking AS marking, r.expires AS expires"
    )
    assert len(said) == 2 * (1 + 3 + 3) and {row["marking"] for row in said} == {MARKING}
    assert {row["expires"].to_native() for row in said} == {date(2025, 7, 1)}
    own_neo4j.run(script_of(copies[0], "delete.cypher"))
    assert own_neo4j.ask("MATCH (n) RETURN DISTINCT n.copy AS copy") == [{"copy": "ef56gh78"}]
    assert len(own_neo4j.links()) == 3


@pytest.mark.parametrize(
    ("entity", "labels"),
    [
        (CopiedEntity("1", "Person", age="child", of_interest=False), ("Person", "YoungPerson")),
        (CopiedEntity("1", "Person", age="not known", of_interest=False), ("Person", "YoungPerson")),
        (CopiedEntity("1", "Person", age="adult", of_interest=True), ("Person", "PersonOfInterest")),
        (CopiedEntity("1", "Person", age="adult", of_interest=False), ("Person",)),
        (CopiedEntity("1", "Group", "ocg"), ("Group", "OCG")),
        (CopiedEntity("1", "Group", "county_lines_team"), ("Group", "CountyLinesTeam")),
        (CopiedEntity("1", "Group", "peer_group"), ("Group", "PeerGroup")),
        (CopiedEntity("1", "Group", "family"), ("Group",)),
        *(
            (CopiedEntity("1", kind), (kind,))
            for kind in ("Location", "Hotspot", "Event", "Organisation", "Object", "Area", "Intervention")
        ),
    ],
)
def test_labels_are_of_kind_sort_and_age(entity: CopiedEntity, labels: tuple[str, ...]) -> None:
    assert labels_of(entity) == ("Entity", *labels)


def test_a_kind_that_the_dictionary_does_not_have_is_refused() -> None:
    held = contents()
    for wrong in (
        replace(held, entities=(replace(held.entities[0], kind="Person) DETACH DELETE n //"),)),
        replace(held, links=(replace(held.links[0], kind="KNOWS"),)),
    ):
        with pytest.raises(UnknownKindError):
            files(wrong, about())


def test_the_readme_says_what_the_copy_is_and_how_it_ends() -> None:
    text = files(contents(), replace(about("panel"), maker="Ash"))["README.txt"]
    said = (
        "MARKING: OFFICIAL-SENSITIVE",
        "COPY: ab12cd34",
        "PURPOSE: panel",
        "MADE BY: Ash",
        "EXPIRES: 2025-07-01",
    )
    for part in (*said, "TELLS OF: 2025-06-01", "copy-ab12cd34/load.cypher", "copy-ab12cd34/delete.cypher"):
        assert part in text, part
    flowing = " ".join(text.split())
    assert "not all that is known" in flowing and "may score or rank a child" in flowing


def test_the_readme_keeps_what_somebody_wrote_on_its_line() -> None:
    text = files(contents(), about("panel\nMARKING: none\x1b[2J"))["README.txt"]
    assert "\nMARKING: none" not in text and "\x1b" not in text


def test_cells_are_quoted_and_hold_no_backslash() -> None:
    held = contents([*NAMES, *BREAKS])
    made = files(held, about())
    for name, text in made.items():
        if name.endswith(".csv"):
            assert "\\" not in text
            assert all(line.startswith('"') for line in text.split("\r\n")[:1])
    tables = [made[name] for name in ("nodes-YoungPerson.csv", "nodes-Person.csv")]
    rows = [row for text in tables for row in csv.DictReader(io.StringIO(text, newline=""))]
    shown = {
        row["id"]: row["shown_as"].replace("%7C", "|").replace("%5C", "\\").replace("%25", "%")
        for row in rows
    }
    assert shown == {entity.id: storable(entity.shown_as) for entity in held.entities}


def test_equal_contents_make_equal_bytes_in_one_folder_of_the_copys_name() -> None:
    held = contents(["A.B.", "C.D.", "E.F."], kinds=KINDS)
    assert loadable_bytes(held, about()) == loadable_bytes(held, about())
    with zipfile.ZipFile(io.BytesIO(loadable_bytes(held, about()))) as packed:
        assert packed.testzip() is None
        assert {name.split("/")[0] for name in packed.namelist()} == {"copy-ab12cd34"}
        names = [name.split("/")[1] for name in packed.namelist()]
    assert names[:4] == ["README.txt", *SCRIPTS, "delete.cypher"]
    assert sorted(names[4:]) == [
        "about.csv", "links-FRIEND_OF.csv", "nodes-Event.csv", "nodes-Location.csv", "nodes-YoungPerson.csv",
    ]  # fmt: skip


def test_a_large_copy_is_loaded_in_parts() -> None:
    script = files(contents([f"P{n}" for n in range(2_500)]), about())["load-without-files.cypher"]
    assert script.count("SET n:Person:YoungPerson") == 2 and script.count("MERGE (start)") == 3
    assert write_id(2_500) in script
