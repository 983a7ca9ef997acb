"""Sets of official areas in the ledger: vintages apart, one set a kind and vintage."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import Connection

from graph.errors import EntityNotFoundError
from graph.ledger.opening import translated
from graph.ledger.rows import insert
from graph.ledger.writing import LedgerWriter


class AreaSet(NamedTuple):
    """One set of areas.

    Attributes
    ----------
    kind, vintage : str
        For example ``lsoa``, ``2021``.
    rows : list of (str, str, bytes)
        Code, name and shape (well-known binary), sorted by code.
    """

    kind: str
    vintage: str
    rows: list[tuple[str, str, bytes]]


def load_area_set(writer: LedgerWriter, areas: AreaSet) -> bool:
    """Put a set of areas into the ledger, in place of one of the same kind and vintage.

    Parameters
    ----------
    writer : LedgerWriter
        With no batch open.
    areas : AreaSet
        The areas.

    Returns
    -------
    bool
        False when the same areas are there already, and nothing changes.
    """
    rows = sorted(areas.rows)
    digest = hashlib.sha256(b"\x1f".join(part for c, n, s in rows for part in (c.encode(), n.encode(), s)))
    ledger = writer.connection
    where = (areas.kind, areas.vintage)
    query = "SELECT id, digest FROM area_set WHERE kind = ? AND vintage = ?"
    with ledger.begin():
        held = ledger.exec_driver_sql(query, where).fetchone()
    if held is not None and held[1] == digest.hexdigest():
        return False
    batch = writer.begin("areas")
    with translated("ledger.db"), ledger.begin():
        if held is not None:
            ledger.exec_driver_sql("DELETE FROM area WHERE area_set = ?", (held[0],))
            ledger.exec_driver_sql("DELETE FROM area_set WHERE id = ?", (held[0],))
        top = int(ledger.exec_driver_sql("SELECT COALESCE(MAX(id), 0) FROM area_set").scalar_one()) + 1
        columns = ("id", "kind", "vintage", "batch", "digest")
        insert(ledger, "area_set", columns, [(top, *where, batch, digest.hexdigest())])
        insert(ledger, "area", ("area_set", "code", "name", "shape"), [(top, *row) for row in rows])
        writer.finish_in_transaction()
    writer.close_batch()
    return True


def area_digests(connection: Connection) -> list[tuple[str, str, str]]:
    """Return a digest of every set of areas loaded.

    Parameters
    ----------
    connection : Connection
        The ledger.

    Returns
    -------
    list of (str, str, str)
        Kind, vintage and digest of names and shapes, sorted.
    """
    rows = connection.exec_driver_sql("SELECT kind, vintage, digest FROM area_set")
    # A server may sort letters by the rules of a language; both sort alike here.
    return sorted((row[0], row[1], row[2]) for row in rows)


def read_area_sets(connection: Connection) -> list[AreaSet]:
    """Return every set of areas loaded.

    Parameters
    ----------
    connection : Connection
        The ledger.

    Returns
    -------
    list of AreaSet
        Sorted by kind and vintage.
    """
    sets = connection.exec_driver_sql("SELECT kind, vintage, id FROM area_set").fetchall()
    return [AreaSet(row[0], row[1], _rows(connection, row[2])) for row in sorted(map(tuple, sets))]


def _rows(connection: Connection, area_set: int) -> list[tuple[str, str, bytes]]:
    rows = connection.exec_driver_sql("SELECT code, name, shape FROM area WHERE area_set = ?", (area_set,))
    return sorted((row[0], row[1], bytes(row[2])) for row in rows)


def read_shapes(connection: Connection, areas: Sequence[tuple[str, str, str]]) -> list[bytes]:
    """Return the shapes of some areas.

    Parameters
    ----------
    connection : Connection
        The ledger.
    areas : sequence of (str, str, str)
        Kind, vintage and code of each.

    Returns
    -------
    list of bytes
        Well-known binary, in the same order.

    Raises
    ------
    EntityNotFoundError
        One of them is not loaded.
    """
    query = (
        "SELECT shape FROM area JOIN area_set ON area_set.id = area.area_set "
        "WHERE kind = ? AND vintage = ? AND code = ?"
    )
    found = [
        shape for area in areas if (shape := connection.exec_driver_sql(query, area).scalar()) is not None
    ]
    if len(found) < len(areas):
        raise EntityNotFoundError("an area that is not loaded")
    return [bytes(shape) for shape in found]
