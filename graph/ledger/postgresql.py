"""What PostgreSQL does in its own way: connections, marks, bulk rows, locks, and what it says of a fault."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import count
from typing import Any, Final

from sqlalchemy import Connection, Engine, ExceptionContext, create_engine, event, make_url
from sqlalchemy.exc import DBAPIError

from graph.errors import ConflictError, SettingsError, StoreUnavailableError
from graph.ledger.location import Server, connection_words

SERVER_DIALECT: Final = "postgresql"
LEDGER_SCHEMA: Final = "ledger"
IDENTITY_SCHEMA: Final = "identity"

_CONNECT_S: Final = 5
_WAIT_MS: Final = 10_000
_POLL_S: Final = 0.05
# The first number is ours; the second says which lock.
_LOCKS: Final = 0x6B69_7468
_WRITER: Final = 1
_OF_SCHEMA: Final = {LEDGER_SCHEMA: 2, IDENTITY_SCHEMA: 3}
_numbers: Final = count()
_NUL: Final = "\0"
_INSTEAD: Final = "\ufffd"


def is_server(connection: Connection) -> bool:
    """Return whether a connection leads to PostgreSQL.

    Parameters
    ----------
    connection : Connection
        Of the ledger or the identity file.

    Returns
    -------
    bool
        False for SQLite.
    """
    return connection.dialect.name == SERVER_DIALECT


def server_engine(server: Server, schema: str, *, writer: bool = False, threads: int = 0) -> Engine:
    """Return an engine on one schema of a server.

    Parameters
    ----------
    server : Server
        The server.
    schema : str
        ``ledger`` or ``identity``.
    writer : bool, optional
        A writer takes the schema's lock when it begins, as ``BEGIN IMMEDIATE`` does, and waits for the
        server to sync every commit; a reader sees one moment for a whole transaction and may only query.
    threads : int, optional
        As many connections are kept open; for a process that goes on.

    Returns
    -------
    Engine
        Connections are opened as they are needed, and checked before they are used again.

    Raises
    ------
    SettingsError
        The driver is not installed, or the password cannot be read.
    """
    _driver()
    # Every row of a cursor is wanted, not the first of them soon.
    settings = {"search_path": schema, "lock_timeout": _WAIT_MS, "cursor_tuple_fraction": 1}
    settings["default_transaction_read_only"] = "on"
    # Its guess at the price of an index is of spinning disks: names were sought row by row for it.
    settings |= {"random_page_cost": 1.1, "jit": "off"}
    if writer:
        settings |= {"default_transaction_read_only": "off", "synchronous_commit": "on"}
    options = " ".join(f"-c {name}={value}" for name, value in settings.items())
    kept: dict[str, Any] = {"pool_size": threads} if threads else {}
    engine = create_engine(
        make_url(server.url).set(drivername="postgresql+psycopg"),
        connect_args={**_bounds(), **connection_words(server), "options": options},
        # A writer's every statement sees what others committed before it got the lock.
        isolation_level="READ COMMITTED" if writer else "REPEATABLE READ",
        pool_pre_ping=True,
        hide_parameters=True,
        **kept,
    )
    event.listen(engine, "before_cursor_execute", _mark, retval=True)

    @event.listens_for(engine, "handle_error")
    def _lost(context: ExceptionContext) -> None:
        # No answer came, or the connection is gone: nobody above can do anything but say so.
        if not context.is_pre_ping and (context.is_disconnect or context.connection is None):
            told = words_for(context.original_exception)
            raise StoreUnavailableError(f"{server}: {told}") from context.original_exception

    if writer and schema in _OF_SCHEMA:
        lock = f"SELECT pg_advisory_xact_lock({_LOCKS}, {_OF_SCHEMA[schema]})"

        @event.listens_for(engine, "begin")
        def _begin(connection: Connection) -> None:
            try:
                connection.exec_driver_sql(lock)
            except DBAPIError:
                # SQLAlchemy knows of no transaction yet: what the driver began would stay, and be refused.
                driver: Any = connection.connection.driver_connection
                driver.rollback()
                raise

    return engine


def _bounds() -> dict[str, Any]:
    """Return what keeps a server that does not answer from holding anybody for long."""
    alive = {"keepalives": 1, "keepalives_idle": 20, "keepalives_interval": 5, "keepalives_count": 3}
    return {"connect_timeout": _CONNECT_S, "tcp_user_timeout": 30_000, "application_name": "kithmap", **alive}


def _driver() -> Any:
    try:
        import psycopg
    except ImportError as error:
        raise SettingsError("PostgreSQL needs its driver: pip install 'kithmap[postgresql]'") from error
    return psycopg


def _mark(*call: Any) -> tuple[str, Any]:
    """Write the marks of a statement of ours as this driver wants them."""
    _, _, statement, parameters, context, _ = call
    if context is not None and context.compiled is None:
        statement = _marked(statement)
    return statement, parameters


def _marked(statement: str) -> str:
    return statement.replace("%", "%%").replace("?", "%s")


def copy_rows(
    connection: Connection, table: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]
) -> None:
    """Write many rows by ``COPY``.

    Parameters
    ----------
    connection : Connection
        In a transaction.
    table : str
        One of our own.
    columns : sequence of str
        Names, in the order of the rows.
    rows : sequence of tuple
        PostgreSQL's text holds no NUL: the sign for an unreadable letter stands in its place.
    """
    psycopg = _driver()
    names = ", ".join(f'"{name}"' for name in columns)
    statement = f"COPY {table} ({names}) FROM STDIN"
    driver: Any = connection.connection.driver_connection
    try:
        try:
            with driver.transaction():
                _copy(driver, statement, rows)
        except psycopg.DataError:
            with driver.transaction():
                _copy(driver, statement, [[readable(cell) for cell in row] for row in rows])
    except psycopg.Error as error:
        raise _told(connection, statement, error) from error


def _told(connection: Connection, statement: str, error: Exception) -> BaseException:
    """Return an error of the driver as SQLAlchemy would have raised it."""
    driver: Any = connection.connection.driver_connection
    if driver.broken:
        connection.invalidate(error)
        return StoreUnavailableError(f"PostgreSQL: {words_for(error)}")
    return DBAPIError.instance(statement, None, error, _driver().Error, hide_parameters=True)


def _copy(driver: Any, statement: str, rows: Sequence[Sequence[Any]]) -> None:
    with driver.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)


def readable(cell: Any) -> Any:
    """Return a cell as PostgreSQL can hold it.

    Parameters
    ----------
    cell : object
        Of a row.

    Returns
    -------
    object
        A text without NUL; anything else as it is.
    """
    return cell.replace(_NUL, _INSTEAD) if isinstance(cell, str) else cell


def server_parts(
    connection: Connection, query: str, parameters: Sequence[Any], size: int
) -> Iterator[list[tuple[Any, ...]]]:
    """Yield the rows of a query in parts, which the server sends as they are asked for.

    Parameters
    ----------
    connection : Connection
        In a transaction.
    query : str
        A SELECT.
    parameters : sequence
        Of its marks.
    size : int
        Rows of one part.

    Yields
    ------
    list of tuple
        Never empty.
    """
    driver: Any = connection.connection.driver_connection
    # Several may be read at a time: each cursor has a name of its own.
    try:
        with driver.cursor(name=f"parts_{next(_numbers)}") as cursor:
            cursor.execute(_marked(query), parameters)
            while part := cursor.fetchmany(size):
                yield part
    except _driver().Error as error:
        raise _told(connection, query, error) from error


@contextmanager
def server_lock(server: Server, *, wait_s: float) -> Iterator[None]:
    """Hold the lock of the one writer, whichever machine it is on.

    Parameters
    ----------
    server : Server
        The server.
    wait_s : float
        Seconds to wait for another writer.

    Yields
    ------
    None
        While the lock is held; the server lets it go when the connection ends, by a kill too.

    Raises
    ------
    ConflictError
        Another process is writing.
    """
    psycopg = _driver()
    with reached(server):
        held = psycopg.connect(server.url, autocommit=True, **_bounds(), **connection_words(server))
    try:
        until = time.monotonic() + wait_s
        while not held.execute(f"SELECT pg_try_advisory_lock({_LOCKS}, {_WRITER})").fetchone()[0]:
            if time.monotonic() >= until:
                raise ConflictError("another process is writing to this ledger: try again when it has ended")
            time.sleep(_POLL_S)
        yield
    finally:
        held.close()


@contextmanager
def reached(server: Server) -> Iterator[None]:
    """Turn the driver's errors into this project's.

    Parameters
    ----------
    server : Server
        The server, for the message.

    Yields
    ------
    None
        Around the work.

    Raises
    ------
    StoreUnavailableError
        The server was not reached, or refused.
    """
    try:
        yield
    except (DBAPIError, _driver().Error) as error:
        raise StoreUnavailableError(f"{server}: {words_for(error)}") from error


def words_for(error: BaseException) -> str:
    """Return what may be told of a driver's error.

    Parameters
    ----------
    error : BaseException
        Of SQLAlchemy, psycopg or SQLite.

    Returns
    -------
    str
        PostgreSQL adds the row to what it says: of its errors the first line and the code alone.
    """
    orig: Any = getattr(error, "orig", None) or error
    state = getattr(orig, "sqlstate", None)
    if state is None:
        if not type(orig).__module__.startswith("psycopg"):
            return str(orig)
        # No answer came: what the driver says then is of the connection, on several lines.
        return "; ".join(line.strip() for line in str(orig).splitlines() if line.strip()) or "no answer"
    if state.startswith("22"):
        return f"a value that PostgreSQL does not take (code {state})"
    return f"{orig.diag.message_primary} (code {state})"


def prepare(server: Server) -> None:
    """Make the schemas and the extension that the migrations stand on.

    Parameters
    ----------
    server : Server
        Its account owns the database, or may create in it.
    """
    engine = server_engine(server, "public", writer=True)
    try:
        with reached(server), engine.connect() as connection, connection.begin():
            for schema in (LEDGER_SCHEMA, IDENTITY_SCHEMA):
                connection.exec_driver_sql(f"CREATE SCHEMA IF NOT EXISTS {schema}")
            connection.exec_driver_sql("CREATE EXTENSION IF NOT EXISTS pg_trgm WITH SCHEMA public")
    finally:
        engine.dispose()


def vacuum(connection: Connection, tables: Sequence[str]) -> None:
    """Write tables anew without their deleted rows.

    Parameters
    ----------
    connection : Connection
        Not in a transaction.
    tables : sequence of str
        Of its schema.

    Notes
    -----
    The server's log of changes and its backups hold the rows until they are recycled: see
    ``docs/operations.md``. Where somebody reads for long the tables are left to the server's own
    cleaning.
    """
    driver: Any = connection.connection.driver_connection
    driver.rollback()
    before = driver.autocommit
    driver.autocommit = True
    try:
        for table in tables:
            driver.execute(f"VACUUM (FULL) {table}")
    except _driver().errors.LockNotAvailable:
        return
    finally:
        driver.autocommit = before
