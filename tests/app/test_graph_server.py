"""A workspace whose graph lies in Neo4j: chosen, drawn, asked and left by the same commands."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.settings import Graph, read_graph
from app.use_cases.drawing import current_store
from deploy.dev_servers import neo4j
from graph.store.neo4j import Neo4jStore
from tests.app.desk import Desk
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
