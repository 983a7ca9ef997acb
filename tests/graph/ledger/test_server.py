"""The ledger on a PostgreSQL server: schemas, one writer, what a fault leaves, what a removal leaves."""

from __future__ import annotations

import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import MetaData, create_engine, make_url
from sqlalchemy.exc import DBAPIError, IntegrityError

from deploy.dev_servers.postgresql import PASSWORD, find_binaries
from graph.errors import ConflictError, KithmapError, SchemaVersionError, StoreUnavailableError
from graph.ledger.claims import ledger_version, read_live
from graph.ledger.location import Server, ledger_server
from graph.ledger.name_index import find_claims
from graph.ledger.opening import check_schemas, create_ledger, migrate_server, one_writer, open_ledger
from graph.ledger.postgresql import server_engine
from graph.ledger.schema import IDENTITY, LEDGER
from graph.model.words import words_of
from tests.builders import (
    SECRET,
    Workspace,
    everything,
    fact,
    id_of,
    identifier,
    link,
    mention,
    record,
)
from tests.servers import Postgres

pytestmark = pytest.mark.servers

P, Q = mention("p"), mention("q")
_SOME = "0123456789 "


@pytest.fixture
def served(postgres: Postgres, tmp_path: Path) -> Iterator[Workspace]:
    with postgres.ledger(SECRET) as text:
        held = Workspace(tmp_path, text)
        yield held
        held.close()


@pytest.fixture
def nothing(postgres: Postgres, tmp_path: Path) -> Iterator[Path]:
    """Return a folder whose settings name an empty database."""
    with postgres.empty() as text:
        (tmp_path / "settings.toml").write_text(text, encoding="utf-8")
        yield tmp_path


def _server(folder: Path) -> Server:
    server = ledger_server(folder)
    assert server is not None
    return server


def _schema(postgres: Postgres, folder: Path) -> list[str]:
    """Return what the server's own program writes of both schemas."""
    home = find_binaries()
    assert home is not None
    order = [str(home / "pg_dump"), "--no-owner", "-n", "ledger", "-n", "identity", _server(folder).url]
    environment = {"PGPASSWORD": postgres.password}
    done = subprocess.run(order, env=environment, capture_output=True, text=True, check=True)
    # Newer versions begin and end with a line of random letters.
    return [line for line in done.stdout.splitlines() if not line.startswith("\\")]


def test_a_new_database_is_letter_for_letter_what_the_migrations_make(
    postgres: Postgres, nothing: Path, tmp_path: Path
) -> None:
    create_ledger(nothing)
    made = _schema(postgres, nothing)
    with postgres.empty() as text:
        (tmp_path / "settings.toml").write_text(text, encoding="utf-8")
        for schema in ("ledger", "identity"):
            migrate_server(_server(tmp_path), schema)
        assert _schema(postgres, tmp_path) == made
        assert sum("CREATE TRIGGER" in line for line in made) == 25
        for schema, tables in (("ledger", LEDGER), ("identity", IDENTITY)):
            assert _differences(tmp_path, schema, tables) == []
        # Again, and everything stays.
        create_ledger(tmp_path)
        assert _schema(postgres, tmp_path) == made


def _differences(folder: Path, schema: str, tables: MetaData) -> list[object]:
    engine = server_engine(_server(folder), schema)
    with engine.connect() as connection:
        others = {"include_name": lambda name, kind, _: kind != "table" or name != "name_index"}
        found = list(compare_metadata(MigrationContext.configure(connection, opts=others), tables))
    engine.dispose()
    return found


def test_a_ledger_of_the_first_schema_is_brought_up_with_its_index_filled(
    served: Workspace, nothing: Path, tmp_path: Path, postgres: Postgres
) -> None:
    for schema in ("ledger", "identity"):
        migrate_server(_server(nothing), schema, to="0001")
    with pytest.raises(SchemaVersionError, match="0001"):
        open_ledger(nothing)
    rows = {
        "ledger": ["INSERT INTO label VALUES (1,'a','b','c','d','e','f','g','h','i','j','[]','k',1)",
                   "INSERT INTO terms VALUES (1,'is','IS','','fact','','','','','live','a',1)",
                   "INSERT INTO claim (seq, terms, ordinal, subject, subject_kind, value, batch) "
                   "VALUES (512, 1, 0, 7, 0, '{\"name\":\"Elm Park\"}', 1)"],
        "identity": ["INSERT INTO particular VALUES (256, 1, 5, 'NAMED', 'Amy O''Brien')",
                     "INSERT INTO particular VALUES (257, 1, 5, 'BORN', '2009')"],
    }  # fmt: skip
    for schema, statements in rows.items():
        engine = server_engine(_server(nothing), schema, writer=True)
        with engine.begin() as connection:
            for statement in statements:
                connection.exec_driver_sql(statement)
        engine.dispose()
    create_ledger(nothing)
    held = open_ledger(nothing)
    with held.identity.connect() as identity:
        found = [
            [hit.entity for hit in find_claims(identity, words_of(t))] for t in ("obrien", "elm", "2009")
        ]
    held.close()
    assert found == [[5], [7], []]
    with postgres.empty() as text:
        (nothing / "settings.toml").write_text(text, encoding="utf-8")
        create_ledger(nothing)


def test_a_database_without_a_ledger_says_what_to_do(nothing: Path) -> None:
    with pytest.raises(StoreUnavailableError, match="kithmap upgrade"):
        open_ledger(nothing)


def test_a_reader_cannot_write_and_sees_one_moment(served: Workspace) -> None:
    with served.ledger() as reading:
        assert ledger_version(reading) == 0
        served.load(record("1", fact("NAMED", P, particular="Al")))
        assert ledger_version(reading) == 0 and list(read_live(reading)) == []
        with pytest.raises(DBAPIError, match="read-only"):
            reading.exec_driver_sql("UPDATE state SET version = 9")
    with served.ledger() as reading:
        assert ledger_version(reading) == 1 and len(list(read_live(reading))) == 1


def test_a_writer_takes_the_schema_when_it_begins(served: Workspace) -> None:
    began: list[float] = []

    def _second() -> None:
        with served.files.ledger.connect() as connection, connection.begin():
            began.append(time.monotonic())

    with served.files.ledger.connect() as first, first.begin():
        other = threading.Thread(target=_second)
        other.start()
        other.join(0.3)
        ended = time.monotonic()
        assert began == []
    other.join()
    assert began[0] >= ended


@pytest.mark.parametrize("table", ["record", "claim", "product", "product_claim"])
def test_no_table_is_emptied(served: Workspace, table: str) -> None:
    with served.files.ledger.connect() as connection, pytest.raises(IntegrityError, match="only by removal"):
        connection.exec_driver_sql(f"TRUNCATE {table} CASCADE")


def test_two_folders_of_one_server_have_one_writer(served: Workspace, tmp_path: Path) -> None:
    other = tmp_path / "other machine"
    other.mkdir()
    (other / "settings.toml").write_bytes((served.folder / "settings.toml").read_bytes())
    with one_writer(served.folder), pytest.raises(ConflictError, match="another process"), one_writer(other):
        pass
    with one_writer(other, wait_s=1):
        pass


@pytest.mark.faults
def test_a_killed_writer_lets_the_servers_lock_go(served: Workspace, tmp_path: Path) -> None:
    other = tmp_path / "other machine"
    other.mkdir()
    (other / "settings.toml").write_bytes((served.folder / "settings.toml").read_bytes())
    code = (
        "import sys; from pathlib import Path; from graph.ledger.opening import one_writer\n"
        "with one_writer(Path(sys.argv[1])):\n    print('held', flush=True); sys.stdin.read()"
    )
    order = [sys.executable, "-c", code, str(other)]
    process = subprocess.Popen(order, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None and process.stdout.readline() == "held\n"
        with pytest.raises(ConflictError), one_writer(served.folder):
            pass
        process.kill()
        process.wait()
        with one_writer(served.folder, wait_s=10):
            pass
    finally:
        process.kill()
        process.communicate()


@pytest.mark.faults
def test_a_writer_whose_lock_was_lost_writes_into_nobody_elses_batch(served: Workspace) -> None:
    with served.writer() as slow:
        slow.begin("import")
        slow.append([record("1", fact("NAMED", P, particular="Al"))])
        served.now_us += 1
        with served.writer() as quick:
            quick.begin("import")
            quick.append([record("2", fact("NAMED", Q, particular="Bo"))])
            with pytest.raises(ConflictError, match="import again"):
                slow.append([record("3", fact("NAMED", P, particular="Cy"))])
            with pytest.raises(ConflictError, match="import again"):
                slow.finish()
            slow.discard()
            quick.finish()
    assert served.load(record("1", fact("NAMED", P, particular="Al"))) == ["accepted:new"]
    assert served.load(record("2", fact("NAMED", Q, particular="Bo"))) == ["duplicate"]


@pytest.mark.faults
def test_a_connection_cut_in_a_chunk_leaves_nothing_of_it(served: Workspace, postgres: Postgres) -> None:
    told = [record(str(n), fact("NAMED", mention(str(n)), particular="Al")) for n in range(9)]
    served.load(told[0])
    database = str(make_url(_server(served.folder).url).database)
    with pytest.raises(StoreUnavailableError, match="terminating connection"), served.writer() as writer:
        writer.begin("import")
        writer.append(told[1:5])
        _cut(postgres, database)
        writer.append(told[5:])
    with served.ledger() as ledger:
        assert ledger_version(ledger) == 1 and len(list(read_live(ledger))) == 1
    assert served.load(*told) == ["duplicate"] + ["accepted:new"] * 8
    with served.ledger() as ledger:
        assert len(list(read_live(ledger))) == 9


def _cut(postgres: Postgres, database: str) -> None:
    postgres.do(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{database}'")


@pytest.mark.faults
def test_a_server_that_dies_in_an_import_and_comes_back_has_lost_nothing_it_acknowledged(
    postgres: Postgres, served: Workspace
) -> None:
    told = [record(str(n), link("FRIEND_OF", mention(str(n)), Q)) for n in range(6)]
    served.load(*told[:3])
    with pytest.raises(KithmapError), served.writer() as writer:
        writer.begin("import")
        writer.append(told[3:])
        postgres.stop(killed=True)
        began = time.monotonic()
        with pytest.raises(StoreUnavailableError, match="PostgreSQL"):
            open_ledger(served.folder)
        assert time.monotonic() - began < 20
        try:
            writer.finish()
        finally:
            postgres.start()
    with served.ledger() as ledger:
        assert len(list(read_live(ledger))) == 3
    assert served.load(*told) == ["duplicate"] * 3 + ["accepted:new"] * 3
    assert served.drawn().counts(served.scope(everything)) == {"Person": 7, "FRIEND_OF": 6}


def test_a_server_that_never_answers_is_given_up_soon(tmp_path: Path) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as silent:
        url = f"postgresql://a@127.0.0.1:{silent.getsockname()[1]}/b"
        (tmp_path / "settings.toml").write_text(f'[ledger]\nurl = "{url}"\n', encoding="utf-8")
        began = time.monotonic()
        with pytest.raises(StoreUnavailableError, match="timeout"):
            open_ledger(tmp_path)
    assert time.monotonic() - began < 15


def test_a_wrong_password_is_told_in_words(served: Workspace, tmp_path: Path, postgres: Postgres) -> None:
    settings = (served.folder / "settings.toml").read_text(encoding="utf-8")
    wrong = tmp_path / "wrong"
    wrong.mkdir()
    (wrong / "secret").write_text("hunter2", encoding="utf-8")
    text = settings.replace(str(postgres.folder / PASSWORD), str(wrong / "secret"))
    (wrong / "settings.toml").write_text(text, encoding="utf-8")
    with pytest.raises(StoreUnavailableError, match="password authentication failed") as caught:
        open_ledger(wrong)
    assert "hunter2" not in str(caught.value)


def test_what_a_removed_record_said_is_in_no_table_of_the_server(
    served: Workspace, postgres: Postgres
) -> None:
    many = [record(f"m{n}", fact("NAMED", mention(f"m{n}"), particular=f"Quincy {n}")) for n in range(300)]
    gone = record("1", fact("NAMED", P, particular="Zebedee Quartz"), identifier(Q, "Quartz7"))
    served.load(*many[:150], gone, *many[150:])
    assert _holding(served, postgres, b"quartz")
    served.remove(gone)
    assert _holding(served, postgres, b"quartz") == _holding(served, postgres, b"zebedee") == []
    assert _holding(served, postgres, b"quincy")


def _holding(workspace: Workspace, postgres: Postgres, text: bytes) -> list[str]:
    database = str(make_url(_server(workspace.folder).url).database)
    postgres.do("CHECKPOINT")
    (number,) = postgres.do(f"SELECT oid FROM pg_database WHERE datname = '{database}'")[0]
    home = postgres.folder / "data" / "base" / str(number)
    return [path.name for path in home.iterdir() if text in path.read_bytes().lower()]


def test_text_that_postgresql_cannot_hold_is_kept_but_for_its_nuls(served: Workspace) -> None:
    served.load(record("1", fact("NAMED", P, particular="A\0l\t\\N\n\\.")))
    with served.view(served.scope(everything)) as view:
        assert view.names([id_of(P)]) == {id_of(P): ["A\ufffdl\t\\N\n\\."]}


def test_an_error_of_the_server_tells_no_row(served: Workspace) -> None:
    told = record("1", fact("NAMED", P, particular="Zebedee"))
    with served.writer() as writer:
        writer.begin("import")
        writer.append([told])
        writer._next["record"] -= 1
        with pytest.raises(StoreUnavailableError, match="duplicate key") as caught:
            writer.append([told._replace(source_id="2")])
    assert "Zebedee" not in str(caught.value) and "DETAIL" not in str(caught.value)


def test_the_schemas_are_told(served: Workspace) -> None:
    assert [head for _, head in check_schemas(served.folder)] == ["0002", "0002"]


def test_the_tests_server_says_no_password_in_its_url(postgres: Postgres) -> None:
    assert postgres.password not in postgres.url
    engine = create_engine(make_url(postgres.url).set(drivername="postgresql+psycopg"))
    with pytest.raises(DBAPIError, match="password"):
        engine.connect()


NAMES = st.text(st.sampled_from("abAÁßéñ'-_%\\ .019\n\"*"), max_size=14)


@pytest.mark.properties
@given(names=st.lists(NAMES, min_size=1, max_size=12), asked=st.lists(NAMES, min_size=1, max_size=12))
@settings(max_examples=12, suppress_health_check=list(HealthCheck))
def test_names_are_found_as_the_index_of_the_files_finds_them(
    postgres: Postgres, tmp_path_factory: pytest.TempPathFactory, names: list[str], asked: list[str]
) -> None:
    told = [record(str(n), fact("NAMED", mention(str(n)), particular=name)) for n, name in enumerate(names)]
    questions = [words_of(text) for text in (*asked, *names, *(name[:2] for name in names))]
    found = []
    with postgres.ledger(SECRET) as text:
        for said in ("", text):
            held = Workspace(tmp_path_factory.mktemp("names"), said)
            held.load(*told)
            with held.files.identity.connect() as identity:
                found.append([find_claims(identity, question) for question in questions])
            held.close()
    assert found[0] == found[1]
