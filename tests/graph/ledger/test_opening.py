from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import MetaData
from sqlalchemy.exc import OperationalError

from graph.errors import ConflictError, SchemaVersionError, StoreUnavailableError
from graph.ledger.opening import (
    create_ledger,
    migrate,
    one_writer,
    open_ledger,
    sqlite_engine,
    translated,
)
from graph.ledger.schema import IDENTITY, LEDGER, guards


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made")
    create_ledger(folder)
    return folder


@pytest.fixture(scope="module")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("migrated")
    migrate(folder / "ledger.db", "graph.ledger.migrations_ledger")
    migrate(folder / "identity.db", "graph.ledger.migrations_identity")
    return folder


def _rows(path: Path, query: str) -> set[tuple[object, ...]]:
    with sqlite3.connect(path) as connection:
        found = set(connection.execute(query))
    connection.close()
    return found


@pytest.mark.parametrize(("name", "metadata"), [("ledger.db", LEDGER), ("identity.db", IDENTITY)])
def test_migrations_from_nothing_make_the_schema(migrated: Path, name: str, metadata: MetaData) -> None:
    engine = sqlite_engine(migrated / name)
    with engine.connect() as connection:
        # The index and the tables it keeps itself in are no tables of ours: the next test holds them.
        others = {
            "include_name": lambda name, kind, _: kind != "table" or not str(name).startswith("name_index")
        }
        assert compare_metadata(MigrationContext.configure(connection, opts=others), metadata) == []
    engine.dispose()


def test_migrations_from_nothing_make_every_guard(migrated: Path) -> None:
    held = _rows(migrated / "ledger.db", "SELECT sql FROM sqlite_master WHERE type = 'trigger'")
    assert held == {(guard,) for guard in guards()}


@pytest.mark.parametrize("name", ["ledger.db", "identity.db"])
def test_a_new_file_is_letter_for_letter_what_the_migrations_make(
    made: Path, migrated: Path, name: str
) -> None:
    tables = ["alembic_version", "state"] if name == "ledger.db" else ["alembic_version"]
    queries = ["SELECT type, name, tbl_name, sql FROM sqlite_master", "PRAGMA journal_mode"]
    for query in (*queries, *(f"SELECT * FROM {table}" for table in tables)):
        assert _rows(made / name, query) == _rows(migrated / name, query) != set()


def test_a_new_file_that_is_there_already_is_migrated(tmp_path: Path, made: Path) -> None:
    (tmp_path / "ledger.db").touch()
    create_ledger(tmp_path)
    schema = "SELECT type, name, tbl_name, sql FROM sqlite_master"
    assert _rows(tmp_path / "ledger.db", schema) == _rows(made / "ledger.db", schema)


def test_migrating_again_changes_nothing(made: Path) -> None:
    before = (made / "ledger.db").read_bytes()
    migrate(made / "ledger.db", "graph.ledger.migrations_ledger")
    assert (made / "ledger.db").read_bytes() == before


def test_every_writer_syncs_each_commit_and_holds_the_log(made: Path) -> None:
    files = open_ledger(made, writer=True)
    for engine in (files.ledger, files.identity):
        with engine.connect() as connection:
            settings = ("synchronous", "journal_mode")
            told = [connection.exec_driver_sql(f"PRAGMA {name}").scalar_one() for name in settings]
        assert told == [2, "wal"]
    files.close()


def test_a_writer_takes_the_file_when_it_begins(made: Path) -> None:
    files = open_ledger(made, writer=True)
    with files.ledger.connect() as first, first.begin():
        with sqlite3.connect(made / "ledger.db", timeout=0, isolation_level=None) as other:
            with pytest.raises(sqlite3.OperationalError, match="locked"):
                other.execute("BEGIN IMMEDIATE")
            assert other.execute("SELECT version FROM state").fetchone() == (0,)
        other.close()
    files.close()


def test_a_reader_cannot_write(made: Path) -> None:
    files = open_ledger(made)
    with files.ledger.connect() as connection, pytest.raises(OperationalError, match="readonly"):
        connection.exec_driver_sql("UPDATE state SET version = 9")
    files.close()


def test_a_missing_file_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(StoreUnavailableError, match="kithmap init"):
        open_ledger(tmp_path)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 no database at all " * 200])
@pytest.mark.parametrize("name", ["ledger.db", "identity.db"])
def test_a_file_that_is_no_database_is_named(tmp_path: Path, name: str, content: bytes) -> None:
    create_ledger(tmp_path)
    for path in tmp_path.glob(f"{name}*"):
        path.unlink()
    (tmp_path / name).write_bytes(content)
    with pytest.raises(StoreUnavailableError, match=name):
        open_ledger(tmp_path)
    assert (tmp_path / name).read_bytes() == content


def test_a_file_of_another_schema_is_refused(tmp_path: Path) -> None:
    create_ledger(tmp_path)
    with sqlite3.connect(tmp_path / "ledger.db") as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    with pytest.raises(SchemaVersionError, match="9999"):
        open_ledger(tmp_path)


def test_one_process_writes_at_a_time(tmp_path: Path) -> None:
    with one_writer(tmp_path), pytest.raises(ConflictError), one_writer(tmp_path):
        pass
    with one_writer(tmp_path):
        pass


@pytest.fixture
def other_writer(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    code = (
        "import sys; from pathlib import Path; from graph.ledger.opening import one_writer\n"
        "with one_writer(Path(sys.argv[1])):\n    print('held', flush=True); sys.stdin.read()"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    yield process
    process.kill()
    process.communicate()


@pytest.mark.faults
def test_a_killed_writer_lets_the_lock_go(tmp_path: Path, other_writer: subprocess.Popen[str]) -> None:
    assert other_writer.stdout is not None
    assert other_writer.stdout.readline() == "held\n"
    with pytest.raises(ConflictError), one_writer(tmp_path):
        pass
    other_writer.kill()
    other_writer.wait()
    with one_writer(tmp_path, wait_s=10):
        pass


def test_errors_of_the_driver_become_errors_of_this_project() -> None:
    with (
        pytest.raises(StoreUnavailableError, match=r"ledger\.db: disk full") as caught,
        translated("ledger.db"),
    ):
        raise sqlite3.OperationalError("disk full")
    assert isinstance(caught.value.__cause__, sqlite3.OperationalError)
