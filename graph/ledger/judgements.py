"""Judgements: that two mentions are one person, and that they are not."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import Connection

from graph.errors import EntityNotFoundError
from graph.ledger.writing import LedgerWriter

UNDONE = "undone by a person"


class Judgement(NamedTuple):
    """A live judgement.

    Attributes
    ----------
    id : int
        The same for every ground of one basis.
    a, b : int
        The entities, ``a < b``.
    same : bool
        False where a person undid it.
    basis : str
        Why, for example ``same upn``.
    label_a, label_b : int
        Labels of the claims it rests on; who cannot see both does not have the judgement.
    """

    id: int
    a: int
    b: int
    same: bool
    basis: str
    label_a: int
    label_b: int


def read_judgements(connection: Connection, *, known_us: int | None = None) -> list[Judgement]:
    """Return the judgements that hold.

    Parameters
    ----------
    connection : Connection
        The ledger.
    known_us : int, optional
        As known to this workspace then; now when left out.

    Returns
    -------
    list of Judgement
        A judgement falls with either of the claims it rests on.
    """
    until = known_us if known_us is not None else 2**62
    claim = (
        "(j.{c} = 0 OR EXISTS (SELECT 1 FROM claim c LEFT JOIN batch s ON s.seq = c.superseded_in "
        "WHERE c.seq = j.{c} AND (s.live_us IS NULL OR s.live_us > ?)))"
    )
    query = (
        "SELECT DISTINCT j.id, j.a, j.b, j.same, j.basis, j.label_a, j.label_b FROM judgement j "  # noqa: S608 - fixed names
        "JOIN batch b ON b.seq = j.batch "
        f"WHERE b.live_us <= ? AND {claim.format(c='claim_a')} AND {claim.format(c='claim_b')} "
        "ORDER BY j.id, j.label_a, j.label_b"
    )
    rows = connection.exec_driver_sql(query, (until, until, until))
    return [Judgement(r[0], r[1], r[2], bool(r[3]), r[4], r[5], r[6]) for r in rows]


def read_undone(connection: Connection) -> dict[tuple[int, int], int]:
    """Return how many judgements people have undone.

    Parameters
    ----------
    connection : Connection
        The ledger.

    Returns
    -------
    dict
        The two labels that the undone judgement rested on, to a count.
    """
    query = (
        "SELECT j.label_a, j.label_b, COUNT(*) FROM judgement j JOIN batch b ON b.seq = j.batch "
        "WHERE j.same = 0 AND b.live_us IS NOT NULL GROUP BY 1, 2"
    )
    return {(row[0], row[1]): row[2] for row in connection.exec_driver_sql(query)}


def undo_judgement(writer: LedgerWriter, judgement: int) -> int:
    """Undo a judgement, for every viewer who has it.

    Parameters
    ----------
    writer : LedgerWriter
        With no batch open.
    judgement : int
        Its id.

    Returns
    -------
    int
        The ledger's version.

    Raises
    ------
    EntityNotFoundError
        No live judgement has this id.
    """
    with writer.connection.begin():
        held = [j for j in read_judgements(writer.connection) if j.id == judgement and j.same]
    if not held:
        raise EntityNotFoundError("no judgement with this id holds")
    writer.begin("judgement")
    with writer.connection.begin():
        pairs = {(j.label_a, j.label_b): j for j in held}
        writer.add_judgements([(j.a, j.b, 0, UNDONE, 0, 0, *labels) for labels, j in pairs.items()])
    return writer.finish()
