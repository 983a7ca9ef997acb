"""Opening the ledger and the identity file: connections, migrations, the one writer's lock."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from filelock import FileLock, Timeout
from sqlalchemy import Connection, Engine, MetaData, create_engine, event
from sqlalchemy.exc import DBAPIError

from graph.errors import ConflictError, SchemaVersionError, StoreUnavailableError
from graph.ledger.location import Server, ledger_server
from graph.ledger.name_index import MAKE, SERVER_MAKE
from graph.ledger.postgresql import (
    IDENTITY_SCHEMA,
    LEDGER_SCHEMA,
    prepare,
    reached,
    server_engine,
    server_lock,
    words_for,
)
from graph.ledger.schema import IDENTITY, IDENTITY_HEAD, LEDGER, LEDGER_HEAD, guards
from graph.ledger.server_guards import server_guards

BUSY_MS: Final = 10_000
KEPT_TERMS: Final = "terms"
"""Under this word a connection that goes on reading keeps the terms of claims, which never change."""

OPENED_AS: Final = "opened as"
"""Under this word a kept connection has a number that no other opening of the ledger in this process has."""

_HEADS: Final = {LEDGER_SCHEMA: LEDGER_HEAD, IDENTITY_SCHEMA: IDENTITY_HEAD}
_FIRST_STATE: Final = "INSERT INTO state (id, version, removal_open) VALUES (1, 0, 0)"
_REVISIONS: Final = (
    "CREATE TABLE alembic_version (\n\tversion_num VARCHAR(32) NOT NULL, \n\t"
    "CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)\n)"
)


@dataclass(frozen=True, slots=True)
class LedgerFiles:
    """The engines of one workspace.

    Attributes
    ----------
    folder : Path
        The workspace.
    ledger, identity : Engine
        ``ledger.db`` and ``identity.db``, or the schemas of a server that stand for them.
    """

    folder: Path
    ledger: Engine
    identity: Engine

    def close(self) -> None:
        """Give back every connection."""
        self.ledger.dispose()
        self.identity.dispose()


def sqlite_engine(path: Path, *, writer: bool = False, threads: int = 0) -> Engine:
    """Return an engine on one SQLite file.

    Parameters
    ----------
    path : Path
        The file; made when it is not there and a writer opens it.
    writer : bool, optional
        A writer begins with ``BEGIN IMMEDIATE`` and syncs every commit; a reader may only query.
    threads : int, optional
        As many connections are kept open; for a process that goes on.

    Returns
    -------
    Engine
        Connections are opened as they are needed.
    """
    kept: dict[str, Any] = {"pool_size": threads, "max_overflow": -1} if threads else {}
    engine = create_engine(f"sqlite:///{path}", connect_args={"timeout": BUSY_MS / 1000}, **kept)
    # Many connections share what the system keeps of the file: each needs little of its own.
    cache_kib = 16_000 if threads else 200_000

    @event.listens_for(engine, "connect")
    def _set(connection: sqlite3.Connection, _: Any) -> None:
        connection.isolation_level = None
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA secure_delete=ON")
        connection.execute(f"PRAGMA cache_size=-{cache_kib}")
        connection.execute("PRAGMA wal_autocheckpoint=20000")
        if not writer:
            connection.execute("PRAGMA query_only=ON")
        elif connection.execute("PRAGMA synchronous").fetchone() != (2,):
            raise StoreUnavailableError(f"{path.name}: this SQLite does not sync its commits")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writer else "BEGIN")

    return engine


def make_file(path: Path, tables: MetaData, head: str, *, also: Sequence[str] = ()) -> None:
    """Make one file with the newest schema: what every migration in turn would make, at once.

    Parameters
    ----------
    path : Path
        A new file.
    tables : MetaData
        Its tables and their indexes.
    head : str
        The revision that they are.
    also : sequence of str, optional
        Statements that follow: first rows, triggers.
    """
    _make(sqlite_engine(path, writer=True), tables, head, also)


def _make(engine: Engine, tables: MetaData, head: str, also: Sequence[str]) -> None:
    try:
        with engine.connect() as connection, connection.begin():
            tables.create_all(connection, checkfirst=False)
            for statement in (*also, _REVISIONS):
                connection.exec_driver_sql(statement)
            connection.exec_driver_sql("INSERT INTO alembic_version (version_num) VALUES (?)", (head,))
    finally:
        engine.dispose()


def migrate(path: Path, branch: str) -> None:
    """Bring one file to the newest schema, from nothing or from any released version.

    Parameters
    ----------
    path : Path
        ``ledger.db``, ``identity.db`` or ``audit.db``.
    branch : str
        Package that holds its migrations, for example ``graph.ledger.migrations_ledger``.
    """
    _migrate(sqlite_engine(path, writer=True), branch)


def migrate_server(server: Server, schema: str, *, to: str = "head") -> None:
    """Bring one schema of a server to the newest version, from nothing or from any released one.

    Parameters
    ----------
    server : Server
        The server.
    schema : str
        ``ledger`` or ``identity``; the ledger first.
    to : str, optional
        A revision, where not the newest is wanted.

    Raises
    ------
    StoreUnavailableError
        The server was not reached, or refused: the schema is as it was.
    """
    prepare(server)
    with reached(server):
        _migrate(server_engine(server, schema, writer=True), f"graph.ledger.migrations_{schema}", to)


def _migrate(engine: Engine, branch: str, to: str = "head") -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(files(branch)))
    try:
        with engine.connect() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, to)
    finally:
        engine.dispose()


def check_version(path: Path, head: str) -> None:
    """Check that a file is there and of this version's schema.

    Parameters
    ----------
    path : Path
        The file.
    head : str
        The revision this version of the program reads.

    Raises
    ------
    StoreUnavailableError
        The file is missing or is no database.
    SchemaVersionError
        Another revision.
    """
    if not path.is_file():
        raise StoreUnavailableError(f"{path.name} is not in the workspace folder: run kithmap init first")
    try:
        with sqlite3.connect(
            f"{path.resolve().as_uri()}?mode=ro", uri=True, timeout=BUSY_MS / 1000
        ) as connection:
            check_revision(connection, path.name, head)
    except sqlite3.DatabaseError as error:
        raise StoreUnavailableError(
            f"{path.name} is no database of this program, or cannot be read"
        ) from error
    finally:
        if "connection" in locals():
            connection.close()


def check_revision(connection: sqlite3.Connection, name: str, head: str) -> None:
    """Check that an open file is of this version's schema: another process may have upgraded it.

    Parameters
    ----------
    connection : sqlite3.Connection
        The file.
    name : str
        Of the file, for the message.
    head : str
        The revision this version of the program reads.

    Raises
    ------
    SchemaVersionError
        Another revision.
    """
    found = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    if found != (head,):
        raise SchemaVersionError(
            f"{name} has schema {found and found[0]}, and this version of the program reads {head}"
        )


def create_ledger(folder: Path) -> None:
    """Make or upgrade the ledger and the identity file of a workspace.

    Parameters
    ----------
    folder : Path
        The workspace; its settings may name a server that holds both.
    """
    create_at(folder, ledger_server(folder))


def create_at(folder: Path, server: Server | None) -> None:
    """Make or upgrade a ledger and its identity file in one of two places.

    Parameters
    ----------
    folder : Path
        The workspace.
    server : Server or None
        A server; None for files of the folder.
    """
    if server is not None:
        _create_on(server)
        return
    ledger, identity = folder / "ledger.db", folder / "identity.db"
    if ledger.exists():
        migrate(ledger, "graph.ledger.migrations_ledger")
    else:
        make_file(ledger, LEDGER, LEDGER_HEAD, also=(_FIRST_STATE, *guards()))
    # A Python whose SQLite has no full-text search says so here, in words.
    with translated("identity.db"):
        if identity.exists():
            migrate(identity, "graph.ledger.migrations_identity")
        else:
            make_file(identity, IDENTITY, IDENTITY_HEAD, also=(MAKE,))


def _create_on(server: Server) -> None:
    prepare(server)
    parts = (
        (LEDGER_SCHEMA, LEDGER, LEDGER_HEAD, (_FIRST_STATE, *server_guards())),
        (IDENTITY_SCHEMA, IDENTITY, IDENTITY_HEAD, SERVER_MAKE),
    )
    for schema, tables, head, also in parts:
        if _revision(server, schema) is None:
            with reached(server):
                _make(server_engine(server, schema, writer=True), tables, head, also)
        else:
            migrate_server(server, schema)


def _revision(server: Server, schema: str) -> str | None:
    engine = server_engine(server, schema)
    try:
        with reached(server), engine.connect() as connection:
            return _found(connection, schema)
    finally:
        engine.dispose()


def _found(connection: Connection, schema: str) -> str | None:
    there = "SELECT to_regclass(?) IS NOT NULL"
    if not connection.exec_driver_sql(there, (f"{schema}.alembic_version",)).scalar_one():
        return None
    row = connection.exec_driver_sql("SELECT version_num FROM alembic_version").first()
    return None if row is None else str(row[0])


def check_schemas(folder: Path) -> list[tuple[str, str]]:
    """Check that ledger and identity are there and of this version's schema.

    Parameters
    ----------
    folder : Path
        The workspace.

    Returns
    -------
    list of (str, str)
        What holds each, and its schema.

    Raises
    ------
    StoreUnavailableError
        One is missing, broken or out of reach.
    SchemaVersionError
        One is of another version.
    """
    server = ledger_server(folder)
    if server is not None:
        _open_on(server, folder, writer=False).close()
        return [(f"{server}, schema {name}", head) for name, head in _HEADS.items()]
    for name, head in _HEADS.items():
        check_version(folder / f"{name}.db", head)
    return [(f"{name}.db", head) for name, head in _HEADS.items()]


def syncs_commits(folder: Path) -> bool:
    """Return whether what is committed is on a disk.

    Parameters
    ----------
    folder : Path
        The workspace.

    Returns
    -------
    bool
        Always so of files; a server can be set up to forget.
    """
    server = ledger_server(folder)
    if server is None:
        return True
    files = _open_on(server, folder, writer=True)
    try:
        with reached(server), files.ledger.connect() as connection:
            settings = ("fsync", "synchronous_commit", "full_page_writes")
            return all(connection.exec_driver_sql(f"SHOW {name}").scalar_one() != "off" for name in settings)
    finally:
        files.close()


def check_schema(connection: Connection, server: str, schema: str, head: str) -> None:
    """Check that a schema of a server is there and of this version.

    Parameters
    ----------
    connection : Connection
        To the schema.
    server, schema : str
        What holds it, for the message, and its name.
    head : str
        The revision this version of the program reads.

    Raises
    ------
    StoreUnavailableError
        There is no such schema.
    SchemaVersionError
        Another revision.
    """
    found = _found(connection, schema)
    if found is None:
        raise StoreUnavailableError(f"{server}, has no schema {schema} yet: run kithmap upgrade")
    if found != head:
        raise SchemaVersionError(
            f"{server}, schema {schema} has version {found}, and this version of the program reads {head}"
        )


def _open_on(server: Server, folder: Path, *, writer: bool, threads: int = 0) -> LedgerFiles:
    engines = (server_engine(server, schema, writer=writer, threads=threads) for schema in _HEADS)
    held = LedgerFiles(folder, *engines)
    try:
        for engine, (schema, head) in zip((held.ledger, held.identity), _HEADS.items(), strict=True):
            with reached(server), engine.connect() as connection:
                check_schema(connection, str(server), schema, head)
    except BaseException:
        held.close()
        raise
    return held


def open_ledger(folder: Path, *, writer: bool = False, threads: int = 0) -> LedgerFiles:
    """Open the ledger and the identity file.

    Parameters
    ----------
    folder : Path
        The workspace.
    writer : bool, optional
        Whether this process will write.
    threads : int, optional
        As many connections to each file are kept open; for a process that goes on.

    Returns
    -------
    LedgerFiles
        To be closed by the caller.

    Raises
    ------
    StoreUnavailableError
        A file is missing or broken.
    SchemaVersionError
        A file of another version.
    """
    return open_at(folder, ledger_server(folder), writer=writer, threads=threads)


def open_at(folder: Path, server: Server | None, *, writer: bool = False, threads: int = 0) -> LedgerFiles:
    """Open a ledger and its identity file in one of two places.

    Parameters
    ----------
    folder : Path
        The workspace.
    server : Server or None
        A server; None for files of the folder.
    writer : bool, optional
        Whether this process will write.
    threads : int, optional
        As many connections are kept open; for a process that goes on.

    Returns
    -------
    LedgerFiles
        To be closed by the caller.

    Raises
    ------
    StoreUnavailableError
        One is missing, broken or out of reach.
    SchemaVersionError
        One is of another version.
    """
    if server is not None:
        return _open_on(server, folder, writer=writer, threads=threads)
    for name, head in _HEADS.items():
        check_version(folder / f"{name}.db", head)
    return LedgerFiles(
        folder,
        sqlite_engine(folder / "ledger.db", writer=writer, threads=threads),
        sqlite_engine(folder / "identity.db", writer=writer, threads=threads),
    )


def ledger_mark(folder: Path) -> object:
    """Return what is another where the files are others, as after a restore.

    Parameters
    ----------
    folder : Path
        The workspace.

    Returns
    -------
    object
        To be compared. None where a file is missing.
    """
    server = ledger_server(folder)
    if server is not None:
        return server
    try:
        found = [(folder / name).stat() for name in ("ledger.db", "identity.db")]
    except OSError:
        return None
    return tuple((one.st_dev, one.st_ino) for one in found)


@contextmanager
def one_writer(folder: Path, *, wait_s: float = 0.0) -> Iterator[None]:
    """Hold the workspace's writer lock.

    Parameters
    ----------
    folder : Path
        The workspace.
    wait_s : float, optional
        Seconds to wait for another writer.

    Yields
    ------
    None
        While the lock is held; a killed process lets it go. Where the ledger lies on a server, the
        server's lock is held as well: other folders may be served from it.

    Raises
    ------
    ConflictError
        Another process is writing.
    StoreUnavailableError
        The folder is gone.
    """
    if not folder.is_dir():
        # The lock would make the folder anew.
        raise StoreUnavailableError("the folder of the workspace is gone")
    lock = FileLock(folder / "writer.lock", timeout=wait_s)
    try:
        lock.acquire()
    except Timeout as error:
        raise ConflictError(
            "another process is writing to this workspace: try again when it has ended"
        ) from error
    try:
        server = ledger_server(folder)
        with nullcontext() if server is None else server_lock(server, wait_s=wait_s):
            yield
    finally:
        lock.release()


@contextmanager
def translated(name: str) -> Iterator[None]:
    """Turn the driver's errors into this project's.

    Parameters
    ----------
    name : str
        The file, for the message.

    Yields
    ------
    None
        Around the work.

    Raises
    ------
    StoreUnavailableError
        The driver failed.
    """
    try:
        yield
    except (DBAPIError, sqlite3.DatabaseError) as error:
        server = not isinstance(getattr(error, "orig", error), sqlite3.DatabaseError)
        where = f"PostgreSQL, schema {name.removesuffix('.db')}" if server else name
        raise StoreUnavailableError(f"{where}: {words_for(error)}") from error
