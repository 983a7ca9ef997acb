"""A workspace whose graph lies in Neo4j: chosen, drawn, asked and left by the same commands."""

from __future__ import annotations

import re
from contextlib import closing
from pathlib import Path

import pytest

from app.graph_server import is_supported
from app.settings import Graph, graph_table, read_graph
from app.use_cases.care import examine
from app.use_cases.drawing import current_store
from deploy.dev_servers import neo4j
from graph.ledger.claims import ledger_version
from graph.store.cypher import Statement
from graph.store.neo4j import Neo4jStore
from graph.store.neo4j_server import Neo4jServer
from tests.app.desk import Desk, person
from tests.app.same_work import QUESTIONS, filled, placed
from tests.builders import SECRET
from tests.servers import Postgres

pytestmark = pytest.mark.servers


def _words(home: Path) -> tuple[str, ...]:
    return (
        "redraw",
        "--store",
        "neo4j",
        "--uri",
        neo4j.status(home),
        "--password-file",
        str(home / neo4j.PASSWORD),
    )


def on_neo4j(desk: Desk, home: Path) -> Graph:
    """Let a desk's graph lie on a server, whoever sits down at it."""
    ran = desk.run(*_words(home))
    assert ran.code == 0, ran.err
    held = (desk.folder / "settings.toml").read_text(encoding="utf-8")
    desk.ledger += held[held.index("[graph]") :]
    return read_graph(desk.folder)


def _asked(desk: Desk) -> list[object]:
    return [desk.run(*question, "--json")[:2] for question in QUESTIONS]


def test_the_same_work_is_answered_alike_from_files_and_from_both_servers(
    postgres: Postgres, neo4j_home: Path, tmp_path: Path
) -> None:
    answers = []
    with postgres.ledger(SECRET) as text:
        for name, ledger in (("one", ""), ("two", text)):
            desk = Desk(tmp_path / name, ledger=ledger)
            desk.sit(purpose_kind="safeguarding", roles=("analyst", "admin"))
            if ledger:
                on_neo4j(desk, neo4j_home)
            told: list[object] = list(filled(desk))
            told += _asked(desk)
            first = desk.ask("find", "amy")["rows"][0]
            told.append(desk.ask("show", first["id"]))
            judgement = desk.ask("match", "list")["rows"][0]
            told.append(desk.run("match", "undo", judgement["id"]).code)
            told += _asked(desk)
            told.append(desk.run("redraw").code)
            told += _asked(desk)
            answers.append(told)
            drawn = current_store(desk.workspace())
            assert isinstance(drawn, Neo4jStore) == bool(ledger)
            drawn.close()
            assert bool(list(desk.folder.glob("drawn-*"))) != bool(ledger)
    for here, there in zip(*answers, strict=True):
        assert placed(here) == placed(there)


def _nodes(server: Neo4jServer) -> int:
    text = "MATCH (n) WHERE NOT n:Counter AND NOT n:Batch RETURN count(n)"
    return int(server.read([Statement(text, {})])[0][0][0])


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """Return a desk where an administrator sits, with some people."""
    made = Desk(tmp_path)
    made.sit(roles=("analyst", "admin"))
    filled(made)
    return made


def test_a_store_is_chosen_and_left_again_and_nothing_stays_behind(
    desk: Desk, neo4j_home: Path, neo4j_server: Neo4jServer
) -> None:
    before, held = _asked(desk), _nodes(neo4j_server)
    plain = (desk.folder / "settings.toml").read_text(encoding="utf-8")
    graph = on_neo4j(desk, neo4j_home)
    assert (graph.store, graph.uri) == ("neo4j", neo4j.status(neo4j_home)) and graph.drawing
    assert not list(desk.folder.glob("drawn*"))
    assert _asked(desk) == before and _nodes(neo4j_server) > held
    # Drawn there once more it is drawn over itself.
    assert desk.run("redraw", "--store", "neo4j").code == 0 and read_graph(desk.folder) == graph
    back = desk.run("redraw", "--store", "embedded")
    assert (back.code, back.out) == (0, "drawn: the graph is up with the ledger, and embedded answers\n")
    assert _nodes(neo4j_server) == held
    assert (desk.folder / "settings.toml").read_text(encoding="utf-8").rstrip() == plain.rstrip()
    assert _asked(desk) == before


def test_people_and_groups_have_the_labels_of_the_day_and_no_names(
    desk: Desk, neo4j_home: Path, neo4j_server: Neo4jServer
) -> None:
    on_neo4j(desk, neo4j_home)
    with closing(current_store(desk.workspace())) as store:
        assert isinstance(store, Neo4jStore)
        at = {"d": store._drawing}
    text = "MATCH (n:Person {drawing: $d}) RETURN count(CASE WHEN n:YoungPerson THEN 1 END), count(n)"
    ((young, people),) = neo4j_server.read([Statement(text, at)])[0]
    # Nobody here is known to be an adult: whose age is not known counts as young.
    assert young == people > 5
    texts = neo4j_server.read([Statement("MATCH (n {drawing: $d}) RETURN properties(n)", at)])[0]
    assert "Amy" not in str(texts) and "O'Brien" not in str(texts)


def test_what_is_imported_and_taken_back_is_drawn_on_the_server(desk: Desk, neo4j_home: Path) -> None:
    graph = on_neo4j(desk, neo4j_home)
    people = len(desk.ask("find", "zoe")["rows"])
    desk.load("people", [person("Z1", given_name="Zoe")])
    assert len(desk.ask("find", "zoe")["rows"]) == people + 1
    assert read_graph(desk.folder) == graph and not list(desk.folder.glob("drawn*"))
    with closing(current_store(desk.workspace())) as store, desk.workspace().reading() as (ledger, _):
        assert store.version() == ledger_version(ledger)


def test_a_restored_workspace_draws_over_nobody_elses_graph(desk: Desk, neo4j_home: Path) -> None:
    graph = on_neo4j(desk, neo4j_home)
    before = _asked(desk)
    assert desk.run("backup", desk.files / "kept.zip").code == 0
    other = desk.files / "other"
    assert desk.run("restore", desk.files / "kept.zip", other).code == 0
    assert read_graph(other) == Graph()
    here, desk.folder = desk.folder, other
    ran = desk.run(*_words(neo4j_home))
    assert ran.code == 0, ran.err
    assert read_graph(other).drawing not in ("", graph.drawing)
    desk.load("people", [person("Z1", given_name="Zoe")])
    desk.folder = here
    assert _asked(desk) == before


def test_the_doctor_tells_what_is_wrong_with_the_server_in_words(desk: Desk, neo4j_home: Path) -> None:
    on_neo4j(desk, neo4j_home)
    rows = {row["check"]: row for row in examine(desk.folder)["rows"]}
    assert rows["neo4j"]["ok"] and "Neo4j Kernel community 5.26" in rows["neo4j"]["says"]
    assert rows["graph"]["ok"] and "version" in rows["graph"]["says"]
    settings = desk.folder / "settings.toml"
    text = settings.read_text(encoding="utf-8")
    settings.write_text(re.sub(r"bolt://[^\"]+", "bolt://127.0.0.1:1", text), encoding="utf-8")
    for check in ("neo4j", "graph"):
        row = {row["check"]: row for row in examine(desk.folder)["rows"]}[check]
        assert not row["ok"] and "does not answer" in row["says"]
    wrong = desk.files / "wrong"
    wrong.write_text("not this one", encoding="utf-8")
    settings.write_text(re.sub(r"password_file = .*", f'password_file = "{wrong}"', text), encoding="utf-8")
    row = {row["check"]: row for row in examine(desk.folder)["rows"]}["neo4j"]
    assert not row["ok"] and "refuses the account" in row["says"] and "not this one" not in row["says"]


@pytest.mark.parametrize(
    "version, whether", [("5.26.30", True), ("5.25.1", False), ("4.4", False), ("2026.08.1", True)]
)
def test_a_version_is_supported_from_the_oldest_that_is_tested(version: str, whether: bool) -> None:
    assert is_supported(version) is whether


def test_a_server_that_is_down_is_told_in_a_line_and_the_old_store_goes_on_answering(desk: Desk) -> None:
    before = _asked(desk)
    ran = desk.run("redraw", "--store", "neo4j", "--uri", "bolt://127.0.0.1:1")
    assert (ran.code, ran.out) == (4, "") and "Neo4j does not answer" in ran.err and ran.err.count("\n") == 1
    assert _asked(desk) == before and read_graph(desk.folder) == Graph()
    desk.ledger = graph_table(Graph(store="neo4j", uri="bolt://127.0.0.1:1"))
    desk.sit(roles=("analyst", "admin"))
    for command in (["find", "amy"], ["clusters"], ["redraw"]):
        ran = desk.run(*command)
        assert (ran.code, ran.out) == (4, "") and ran.err.count("\n") == 1, command
        assert "Neo4j does not answer" in ran.err


@pytest.mark.parametrize(
    "words, says",
    [
        (["--uri", "http://127.0.0.1"], "address begins"),
        (["--uri", "bolt://neo4j:owl@127.0.0.1"], "holds an account or a password"),
        ([], "uri is needed"),
    ],
)
def test_an_address_that_is_none_is_refused_and_its_password_not_repeated(
    desk: Desk, words: list[str], says: str
) -> None:
    ran = desk.run("redraw", "--store", "neo4j", *words)
    assert ran.code in (2, 4) and says in ran.err and "owl" not in ran.err
    assert read_graph(desk.folder) == Graph()
