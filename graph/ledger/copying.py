"""Copying a ledger and its identity file from one place to another, and showing that both say the same."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, Engine

from graph.errors import ConflictError, StoreError
from graph.ledger.name_index import SERVER_COLUMNS, TABLE, columns_of
from graph.ledger.opening import LedgerFiles, translated
from graph.ledger.postgresql import readable
from graph.ledger.rows import Row, insert, parts_of
from graph.ledger.schema import IDENTITY, LEDGER

_PART: Final = 10_000
_STATE: Final = "state"


class Copied(NamedTuple):
    """One table, as both places hold it.

    Attributes
    ----------
    rows : int
        How many.
    digest : str
        Of all rows, in whatever order they are read.
    """

    rows: int
    digest: str


def copy_ledger(
    source: LedgerFiles, target: LedgerFiles, *, progress: Callable[[str], None] = lambda _: None
) -> dict[str, Copied]:
    """Copy every table, and check that what arrived is what was sent.

    Parameters
    ----------
    source : LedgerFiles
        Read at one moment; the caller holds the lock of its writer.
    target : LedgerFiles
        Opened for writing, with nothing in it.
    progress : callable, optional
        Told which table is copied.

    Returns
    -------
    dict of str to Copied
        By table.

    Raises
    ------
    ConflictError
        The target holds something already: nothing was written to it.
    StoreError
        What arrived is not what was sent: nothing of it was kept.

    Notes
    -----
    Both halves are committed when all of both has arrived. PostgreSQL's text holds no NUL: the sign for an
    unreadable letter stands in its place there, and in the digests of both.
    """
    found: dict[str, Copied] = {}
    with ExitStack() as held:
        held.enter_context(translated("ledger.db"))
        writing: dict[str, Connection] = {}
        for half, engine in _halves(target):
            writing[half] = held.enter_context(engine.connect())
            held.enter_context(writing[half].begin())
            _check_empty(writing[half], half)
        for half, engine in _halves(source):
            out = held.enter_context(engine.connect())
            held.enter_context(out.begin())
            for table, columns in tables_of(half).items():
                progress(f"copying {table}")
                found[table] = _copy(out, writing[half], table, columns)
    return found


def _halves(files: LedgerFiles) -> tuple[tuple[str, Engine], tuple[str, Engine]]:
    return ("ledger", files.ledger), ("identity", files.identity)


def digests(files: LedgerFiles) -> dict[str, Copied]:
    """Return the number and the digest of the rows of every table.

    Parameters
    ----------
    files : LedgerFiles
        Files or a server.

    Returns
    -------
    dict of str to Copied
        Equal where and only where two places hold the same.
    """
    found = {}
    for half, engine in _halves(files):
        with translated(f"{half}.db"), engine.connect() as connection, connection.begin():
            for table, columns in tables_of(half).items():
                found[table] = _summed(_rows(connection, table, columns))
    return found


def tables_of(half: str) -> dict[str, tuple[str, ...]]:
    """Return the tables of the ledger or of the identity file, and their columns.

    Parameters
    ----------
    half : str
        ``ledger`` or ``identity``.

    Returns
    -------
    dict of str to tuple of str
        One that another rests on comes before it.
    """
    tables = (LEDGER if half == "ledger" else IDENTITY).sorted_tables
    held = {table.name: tuple(column.name for column in table.columns) for table in tables}
    return held if half == "ledger" else {**held, TABLE: SERVER_COLUMNS}


def _check_empty(connection: Connection, half: str) -> None:
    for table in tables_of(half):
        if table != _STATE and connection.exec_driver_sql(f"SELECT 1 FROM {table} LIMIT 1").first():  # noqa: S608 - our own
            raise ConflictError(f"there is a ledger already where this one is to go: {table} has rows")


def _copy(out: Connection, into: Connection, table: str, columns: tuple[str, ...]) -> Copied:
    sent = _Sum()
    for part in _rows(out, table, columns):
        sent.add(part)
        if table == _STATE:
            into.exec_driver_sql("UPDATE state SET version = ?", (part[0][columns.index("version")],))
        else:
            insert(into, table, columns_of(into, columns) if table == TABLE else columns, part)
    arrived = _summed(_rows(into, table, columns))
    if arrived != sent.told():
        raise StoreError(f"{table}: what arrived is not what was sent, and nothing of it was kept")
    return arrived


def _rows(connection: Connection, table: str, columns: tuple[str, ...]) -> Iterator[list[Row]]:
    held = columns_of(connection, columns) if table == TABLE else columns
    names = ", ".join(f'"{name}"' for name in held)
    order = f'"{held[0]}"'
    query = f"SELECT {names} FROM {table} ORDER BY {order}"  # noqa: S608 - our own tables
    yield from parts_of(connection, query, (), _PART)


class _Sum:
    """Adds up rows; the same in any order, since two places may sort text each in its own way."""

    def __init__(self) -> None:
        self._rows = 0
        self._sum = 0

    def add(self, rows: list[Row]) -> None:
        for row in rows:
            text = repr(tuple(map(_plain, row))).encode("utf-8", "surrogatepass")
            self._sum += int.from_bytes(hashlib.blake2b(text, digest_size=32).digest(), "big")
        self._rows += len(rows)

    def told(self) -> Copied:
        return Copied(self._rows, f"{self._sum % 2**256:064x}")


def _summed(parts: Iterator[list[Row]]) -> Copied:
    held = _Sum()
    for part in parts:
        held.add(part)
    return held.told()


def _plain(cell: Any) -> Any:
    return bytes(cell) if isinstance(cell, memoryview) else readable(cell)
