"""Reading the ledger: versions, labels, claims to draw, claims to show."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from sqlalchemy import Connection

from graph.ledger.opening import KEPT_TERMS
from graph.ledger.rows import MOST_CLAIMS, label_of, one_of, parts_of, rows_among
from graph.model.claims import PolicyLabel, StoredClaim

_CHUNK: Final = 20_000
_Terms = dict[int, tuple[Any, ...]]

_TERMS: Final = (
    "SELECT id, rule, predicate, capacity, nature, source_grade, information_grade, basis, status, "
    "origin_agency, legacy_grade, label FROM terms"
)
_SELECT: Final = (
    "SELECT c.seq, r.first, c.terms, c.ordinal, c.subject, c.subject_kind, "  # noqa: S608 - one constant
    "c.object, c.object_kind, c.value, c.from_day, c.to_day, c.precision, c.reported_day, "
    "c.origin_reference, b.live_us "
    f"FROM claim c JOIN record r ON r.seq = c.seq / {MOST_CLAIMS} "
    "JOIN batch b ON b.seq = c.batch LEFT JOIN batch s ON s.seq = c.superseded_in "
)


def ledger_version(connection: Connection) -> int:
    """Return the number of the last live batch.

    Parameters
    ----------
    connection : Connection
        The ledger.

    Returns
    -------
    int
        0 for an empty ledger. For administrators: viewers see a data version of their own.
    """
    return int(connection.exec_driver_sql("SELECT version FROM state WHERE id = 1").scalar_one())


def batch_kinds(connection: Connection, after: int) -> list[tuple[int, str]]:
    """Return the live batches after a version.

    Parameters
    ----------
    connection : Connection
        The ledger.
    after : int
        A version of the ledger.

    Returns
    -------
    list of (int, str)
        Number and kind of each, oldest first.
    """
    rows = connection.exec_driver_sql(
        "SELECT seq, kind FROM batch WHERE live_us IS NOT NULL AND seq > ? ORDER BY seq", (after,)
    )
    return [(row[0], row[1]) for row in rows]


def read_labels(connection: Connection) -> dict[int, tuple[PolicyLabel, int]]:
    """Return every policy label and how often it was touched.

    Parameters
    ----------
    connection : Connection
        The ledger.

    Returns
    -------
    dict
        Label id to the label and its count; a label never touched by a live batch is left out.
    """
    rows = connection.exec_driver_sql("SELECT * FROM label WHERE touched > 0 ORDER BY id")
    return {row[0]: (label_of(tuple(row)[1:13]), row[13]) for row in rows}


def read_bases(connection: Connection) -> list[tuple[int, str]]:
    """Return on which bases claims of each label stand.

    Parameters
    ----------
    connection : Connection
        The ledger.

    Returns
    -------
    list of (int, str)
        Label and basis, each pair once.
    """
    rows = connection.exec_driver_sql("SELECT DISTINCT label, basis FROM terms")
    return [(row[0], row[1]) for row in rows]


def read_live(connection: Connection, *, known_us: int | None = None) -> Iterator[StoredClaim]:
    """Yield every live claim, oldest first.

    Parameters
    ----------
    connection : Connection
        The ledger.
    known_us : int, optional
        As known to this workspace then; now when left out.

    Yields
    ------
    StoredClaim
        Claims of live batches that no live batch has superseded.
    """
    until = 2**62 if known_us is None else known_us
    where = "WHERE b.live_us <= ? AND (s.live_us IS NULL OR s.live_us > ?) ORDER BY c.seq"
    yield from _claims(connection, where, (until, until))


def read_changes(connection: Connection, after: int) -> tuple[Iterator[StoredClaim], Iterator[StoredClaim]]:
    """Return what became live and what was superseded after a version.

    Parameters
    ----------
    connection : Connection
        The ledger.
    after : int
        The version that is drawn already.

    Returns
    -------
    tuple of two iterators of StoredClaim
        Claims to draw, and drawn claims to take out.
    """
    added = "WHERE c.batch > ? AND b.live_us IS NOT NULL AND s.live_us IS NULL ORDER BY c.seq"
    gone = "WHERE c.superseded_in > ? AND s.live_us IS NOT NULL AND c.batch <= ? ORDER BY c.seq"
    return _claims(connection, added, (after,)), _claims(connection, gone, (after, after))


def read_claims(connection: Connection, seqs: Sequence[int]) -> list[StoredClaim]:
    """Return claims by their numbers.

    Parameters
    ----------
    connection : Connection
        The ledger.
    seqs : sequence of int
        Numbers of claims.

    Returns
    -------
    list of StoredClaim
        In the order of the ledger; unknown numbers are left out.
    """
    found: list[StoredClaim] = []
    for start in range(0, len(seqs), _CHUNK):
        part = [int(seq) for seq in seqs[start : start + _CHUNK]]
        among, values = one_of(connection, part)
        found.extend(_claims(connection, f"WHERE c.seq {among} ORDER BY c.seq", values))
    return found


def read_instants(connection: Connection, seqs: Sequence[int]) -> dict[int, int]:
    """Return at what time claims begin to hold.

    Parameters
    ----------
    connection : Connection
        The ledger.
    seqs : sequence of int
        Numbers of claims.

    Returns
    -------
    dict of int to int
        UTC microseconds since 1970-01-01, of those alone that state a time.
    """
    query = "SELECT seq, from_us FROM claim WHERE from_us IS NOT NULL AND seq IN"
    return {row[0]: row[1] for row in rows_among(connection, query, [int(seq) for seq in seqs])}


def claim_names(connection: Connection, claims: Sequence[StoredClaim]) -> list[str]:
    """Return the name of each claim: its record, rule and ordinal.

    Parameters
    ----------
    connection : Connection
        The ledger.
    claims : sequence of StoredClaim
        Claims to name.

    Returns
    -------
    list of str
        The same whatever else the ledger holds: a version's number would tell of versions unseen.
    """
    records = sorted({claim.seq // MOST_CLAIMS for claim in claims})
    rows = rows_among(connection, "SELECT seq, key FROM record WHERE seq IN", records)
    keys = {row[0]: bytes(row[1]).hex()[:16] for row in rows}
    return [f"{keys[claim.seq // MOST_CLAIMS]}/{claim.rule}/{claim.ordinal}" for claim in claims]


def read_particulars(
    connection: Connection, predicate: str, seqs: Sequence[int] | None = None
) -> list[tuple[int, int, str]]:
    """Return identifying values from the identity file.

    Parameters
    ----------
    connection : Connection
        The identity file.
    predicate : str
        ``NAMED``, ``BORN`` or ``IDENTIFIER``.
    seqs : sequence of int, optional
        Only of these claims.

    Returns
    -------
    list of (int, int, str)
        Claim, entity, value. The caller keeps those whose claim the viewer may see.
    """
    query = "SELECT claim, entity, value FROM particular WHERE predicate = ?"
    if seqs is None:
        return [tuple(row) for row in connection.exec_driver_sql(f"{query} ORDER BY claim", (predicate,))]
    found: list[tuple[int, int, str]] = []
    for start in range(0, len(seqs), _CHUNK):
        among, values = one_of(connection, [int(seq) for seq in seqs[start : start + _CHUNK]])
        rows = connection.exec_driver_sql(f"{query} AND claim {among} ORDER BY claim", (predicate, *values))
        found.extend(tuple(row) for row in rows)
    return found


def _claims(connection: Connection, where: str, parameters: tuple[int, ...]) -> Iterator[StoredClaim]:
    # Many claims share their terms: each is read once, and its words are the same objects in every claim.
    kept: _Terms | None = connection.info.get(KEPT_TERMS)
    terms = _read_terms(connection) if kept is None else kept
    # The driver's own tuples: wrapping each row once more took a quarter of the time.
    for part in parts_of(connection, _SELECT + where, parameters, _CHUNK):
        if kept is not None and not kept.keys() >= {row[2] for row in part}:
            kept.update(_read_terms(connection))
        yield from (StoredClaim._make(row[:2] + terms[row[2]] + row[3:]) for row in part)


def _read_terms(connection: Connection) -> _Terms:
    return {row[0]: tuple(row)[1:] for row in connection.exec_driver_sql(_TERMS)}
