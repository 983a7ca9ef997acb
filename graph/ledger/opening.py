"""Opening the ledger and the identity file: connections, migrations, the one writer's lock."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from filelock import FileLock, Timeout
from sqlalchemy import Connection, Engine, MetaData, create_engine, event
from sqlalchemy.exc import DatabaseError

from graph.errors import ConflictError, SchemaVersionError, StoreUnavailableError
from graph.ledger.name_index import MAKE
from graph.ledger.schema import IDENTITY, IDENTITY_HEAD, LEDGER, LEDGER_HEAD, guards

BUSY_MS: Final = 10_000
KEPT_TERMS: Final = "terms"
"""Under this word a connection that goes on reading keeps the terms of claims, which never change."""

OPENED_AS: Final = "opened as"
"""Under this word a kept connection has a number that no other opening of the ledger in this process has."""

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
        ``ledger.db`` and ``identity.db``.
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
    engine = sqlite_engine(path, writer=True)
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
    from alembic import command
    from alembic.config import Config

    engine = sqlite_engine(path, writer=True)
    config = Config()
    config.set_main_option("script_location", str(files(branch)))
    try:
        with engine.connect() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
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
        The workspace.
    """
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
    check_version(folder / "ledger.db", LEDGER_HEAD)
    check_version(folder / "identity.db", IDENTITY_HEAD)
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
        While the lock is held; a killed process lets it go.

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
    except (DatabaseError, sqlite3.DatabaseError) as error:
        reason = str(getattr(error, "orig", error))
        raise StoreUnavailableError(f"{name}: {reason}") from error
