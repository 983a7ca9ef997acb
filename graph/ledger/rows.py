"""Small pieces that reading and writing the ledger share: numbers, marks, rows."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from typing import Any, Final

from sqlalchemy import Connection

from graph.errors import ModelError
from graph.ledger.postgresql import copy_rows, is_server, server_parts
from graph.model.claims import PolicyLabel

MOST_SHARING: Final = 50
"""When more people than this share one identifier, it is bad data and joins nobody."""

MOST_CLAIMS: Final = 256
"""Claims that one record may make."""

_MOST_MARKS: Final = 20_000

Row = tuple[Any, ...]


def claim_seq(record: int, number: int) -> int:
    """Return the number of a claim, which holds the number of its record.

    Parameters
    ----------
    record : int
        Number of the record.
    number : int
        Position of the claim in it, less than 256.

    Returns
    -------
    int
        For the ledger's own use; never shown.

    Raises
    ------
    ModelError
        A record with more claims than that.
    """
    if number >= MOST_CLAIMS:
        raise ModelError(f"a record makes at most {MOST_CLAIMS} claims")
    return record * MOST_CLAIMS + number


def marks(count: int) -> str:
    """Return so many parameter marks for an ``IN`` list.

    Parameters
    ----------
    count : int
        How many.

    Returns
    -------
    str
        ``?,?,?``.
    """
    return ",".join("?" * count)


def rows_among(connection: Connection, query: str, values: Sequence[Any]) -> list[Row]:
    """Return the rows of a query that ends in an ``IN`` list, however many values it has.

    Parameters
    ----------
    connection : Connection
        In a transaction.
    query : str
        Ends in ``IN``.
    values : sequence
        The list: SQLite takes some 32,000 at once.

    Returns
    -------
    list of tuple
        In the order of the parts of the list.
    """
    found: list[Row] = []
    start_of = query.removesuffix("IN")
    for start in range(0, len(values), _MOST_MARKS):
        among, part = one_of(connection, values[start : start + _MOST_MARKS])
        found.extend(tuple(row) for row in connection.exec_driver_sql(f"{start_of}{among}", part))
    return found


def one_of(connection: Connection, values: Sequence[Any]) -> tuple[str, Row]:
    """Return the end of a condition that a column is one of some values, and its parameters.

    Parameters
    ----------
    connection : Connection
        SQLite takes a mark for each value, PostgreSQL all of them as one array.
    values : sequence
        Of one type; at most some 32,000.

    Returns
    -------
    tuple of (str, tuple)
        ``IN (?,?)`` with the values, or ``= ANY(?)`` with the array.
    """
    if is_server(connection):
        return "= ANY(?)", (list(values),)
    return f"IN ({marks(len(values))})", tuple(values)


def parts_of(connection: Connection, query: str, parameters: Row, size: int) -> Iterator[list[Row]]:
    """Yield the rows of a query in parts, as the driver gives them.

    Parameters
    ----------
    connection : Connection
        In a transaction.
    query : str
        A SELECT.
    parameters : tuple
        Of its marks.
    size : int
        Rows of one part.

    Yields
    ------
    list of tuple
        Never empty.
    """
    if is_server(connection):
        yield from server_parts(connection, query, parameters, size)
        return
    rows = connection.exec_driver_sql(query, parameters)
    while part := rows.cursor.fetchmany(size):
        yield list(part)
    rows.close()


def judgement_id(a: int, b: int, basis: str) -> int:
    """Return the id of the judgement that two entities are one, on one basis.

    Parameters
    ----------
    a, b : int
        The entities, the smaller first.
    basis : str
        Why.

    Returns
    -------
    int
        63 bits; the same however often the basis is found again.
    """
    text = f"judgement|{a}|{b}|{basis}".encode()
    return int.from_bytes(hashlib.blake2b(text, digest_size=8).digest(), "big") >> 1


def label_of(columns: Row) -> PolicyLabel:
    """Return a policy label from its columns.

    Parameters
    ----------
    columns : tuple
        In the order of ``PolicyLabel``, the areas as JSON.

    Returns
    -------
    PolicyLabel
        With the areas as a tuple.
    """
    return PolicyLabel._make((*columns[:10], tuple(json.loads(columns[10])), columns[11]))


def insert(connection: Connection, table: str, columns: Sequence[str], rows: list[Row]) -> None:
    """Insert many rows at once.

    Parameters
    ----------
    connection : Connection
        In a transaction.
    table : str
        One of our own.
    columns : sequence of str
        Names, in the order of the rows.
    rows : list of tuple
        May be empty.
    """
    if rows and is_server(connection):
        copy_rows(connection, table, columns, rows)
    elif rows:
        names = ", ".join(f'"{name}"' for name in columns)
        connection.exec_driver_sql(
            f"INSERT INTO {table} ({names}) VALUES ({marks(len(columns))})",  # noqa: S608 - names of our own tables
            rows,
        )
