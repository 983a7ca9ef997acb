"""A workspace of an older version is refused until it is brought up, and a newer one is left alone."""

from __future__ import annotations

import sqlite3
from importlib.resources import files
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config

from graph.ledger.opening import sqlite_engine
from tests.app.desk import Desk, person


def _made_at(path: Path, branch: str, revision: str) -> None:
    for old in path.parent.glob(f"{path.name}*"):
        old.unlink()
    engine = sqlite_engine(path, writer=True)
    config = Config()
    config.set_main_option("script_location", str(files(branch)))
    with engine.connect() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
    engine.dispose()


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_an_older_workspace_is_refused_and_upgrade_brings_it_up(desk: Desk) -> None:
    _made_at(desk.folder / "ledger.db", "graph.ledger.migrations_ledger", "0001")
    refused = desk.run("clusters")
    assert refused.code == 4 and "ledger.db has schema 0001" in refused.err
    done = desk.run("upgrade")
    assert done.code == 0, done.err
    assert desk.run("doctor").code == 0
    assert desk.load("people", [person("P1")])["totals"]["accepted"] == 1
    assert "upgrade" in [event["action"] for event in desk.events()]


def test_upgrade_changes_nothing_that_is_up_to_date(desk: Desk) -> None:
    desk.load("people", [person("P1"), person("P2")])
    before = desk.ask("clusters")
    assert desk.run("upgrade").code == 0
    assert desk.ask("clusters") == before


def test_a_file_of_a_newer_version_is_refused_and_left_as_it_was(desk: Desk) -> None:
    with sqlite3.connect(desk.folder / "ledger.db") as ledger:
        ledger.execute("UPDATE alembic_version SET version_num = '9999'")
    ledger.close()
    refused = desk.run("upgrade")
    assert refused.code == 4 and "newer version" in refused.err
    with sqlite3.connect(desk.folder / "ledger.db") as ledger:
        assert ledger.execute("SELECT version_num FROM alembic_version").fetchone() == ("9999",)
    ledger.close()


def test_who_may_not_redraw_may_not_upgrade(desk: Desk) -> None:
    desk.sit(roles=["op_group"])
    assert desk.run("upgrade").code == 3
