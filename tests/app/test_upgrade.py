"""A workspace of an older version is refused until it is brought up, and a newer one is left alone."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from importlib.resources import files
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config

from app.accounts import open_accounts
from graph.errors import SchemaVersionError
from graph.ledger.opening import migrate, sqlite_engine
from tests.app.desk import Desk, person
from tests.app.front_door import lobby_in


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


def test_accounts_of_an_older_version_are_brought_up_and_keep_who_they_hold(tmp_path: Path) -> None:
    with lobby_in(tmp_path) as lobby:
        before = lobby.rows("SELECT name, roles, password_hash FROM account")
        desk = lobby.desk
    with closing(sqlite3.connect(desk.folder / "accounts.db")) as file:
        file.execute("DROP TABLE saved_view")
        file.execute("UPDATE alembic_version SET version_num = '0001'")
        file.commit()
    with pytest.raises(SchemaVersionError, match=r"accounts\.db has schema 0001"):
        open_accounts(desk.folder)
    desk.sit()
    done = desk.run("upgrade")
    assert done.code == 0 and "accounts.db has schema 0002" in done.out, done.err
    with closing(sqlite3.connect(desk.folder / "accounts.db")) as file:
        assert file.execute("SELECT name, roles, password_hash FROM account").fetchall() == before
        assert file.execute("SELECT COUNT(*) FROM saved_view").fetchone() == (0,)
    open_accounts(desk.folder).close()


def test_the_first_accounts_file_is_what_an_upgrade_makes(tmp_path: Path) -> None:
    with lobby_in(tmp_path / "new") as lobby:
        new = lobby.rows("SELECT name, sql FROM sqlite_master ORDER BY name")
    _made_at(tmp_path / "accounts.db", "app.migrations_accounts", "0001")
    migrate(tmp_path / "accounts.db", "app.migrations_accounts")
    with closing(sqlite3.connect(tmp_path / "accounts.db")) as file:
        assert file.execute("SELECT name, sql FROM sqlite_master ORDER BY name").fetchall() == new
