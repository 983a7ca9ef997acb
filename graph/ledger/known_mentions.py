"""Naming entities that the ledger holds already, in claims that are made here and not by an agency's file."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final

from sqlalchemy import Connection

from graph.ledger.claims import read_claims
from graph.ledger.interning import keyed_hash, read_secret
from graph.ledger.opening import LedgerFiles, translated
from graph.ledger.rows import MOST_CLAIMS, insert, marks, rows_among
from graph.ledger.writing import LedgerWriter
from graph.model.claims import Mention, StoredClaim
from graph.model.entities import read_id, write_id
from graph.model.kinds import ENTITY_CODES

SCHEME: Final = "kithmap/entity"
BATCH: Final = "groups"
"""Kind of the batches whose claims name people by their ids."""


def mention_of(kind: str, entity: int) -> Mention:
    """Return the mention that names an entity by its id.

    Parameters
    ----------
    kind : str
        Of the dictionary of kinds.
    entity : int
        Its id.

    Returns
    -------
    Mention
        To be told to ``add_known`` before claims that hold it are written.
    """
    return Mention(kind, SCHEME, write_id(entity))


def add_known(writer: LedgerWriter, files: LedgerFiles, mentions: Collection[Mention]) -> None:
    """Let mentions by id stand for the entities they name, within the open batch.

    Parameters
    ----------
    writer : LedgerWriter
        With a batch open in which nothing was appended yet.
    files : LedgerFiles
        The same files.
    mentions : collection of Mention
        As ``mention_of`` gives them.

    Notes
    -----
    The rows carry the batch: when it is discarded, or killed, they go with it. Every mention that
    the batch appends must be among these or known before, since the writer numbers new ones itself.
    """
    with translated("identity.db"), files.identity.connect() as identity, identity.begin():
        secret = read_secret(identity)
    keys = {keyed_hash(secret, "mention", *mention): mention for mention in mentions}
    with translated("ledger.db"), writer.connection.begin():
        held = rows_among(writer.connection, "SELECT key FROM mention WHERE key IN", list(keys))
        for row in held:
            del keys[row[0]]
        top = int(writer.connection.exec_driver_sql("SELECT COALESCE(MAX(seq), 0) FROM mention").scalar_one())
        rows = [
            (top + n, key, read_id(mention.ref), ENTITY_CODES[mention.kind], writer.batch)
            for n, (key, mention) in enumerate(keys.items(), 1)
        ]
        insert(writer.connection, "mention", ("seq", "key", "entity", "kind", "batch"), rows)


def claims_naming(connection: Connection, entity: int) -> list[StoredClaim]:
    """Return every live claim that names an entity, whoever may see it.

    Parameters
    ----------
    connection : Connection
        The ledger.
    entity : int
        As claims name it.

    Returns
    -------
    list of StoredClaim
        In the order of the ledger. For writers, who must end claims they would not show.
    """
    found = connection.exec_driver_sql(
        "SELECT c.seq FROM claim c JOIN batch b ON b.seq = c.batch "
        "LEFT JOIN batch s ON s.seq = c.superseded_in "
        "WHERE (c.subject = ? OR c.object = ?) AND b.live_us IS NOT NULL AND s.live_us IS NULL",
        (entity, entity),
    )
    return read_claims(connection, [row[0] for row in found])


def left_alone(connection: Connection, records: Sequence[int]) -> list[int]:
    """Return the records by which people are members, of whom nothing else would speak.

    Parameters
    ----------
    connection : Connection
        The ledger, in a transaction.
    records : sequence of int
        Numbers of records about to be removed.

    Returns
    -------
    list of int
        To be removed with them: a membership outlives nobody.
    """
    if not records:
        return []
    gone = f"c.seq / {MOST_CLAIMS} IN ({marks(len(records))})"
    joined = "FROM claim c JOIN batch b ON b.seq = c.batch"
    named = f"SELECT c.subject {joined} WHERE {gone} UNION SELECT c.object {joined} WHERE {gone}"
    members = connection.exec_driver_sql(
        f"SELECT DISTINCT c.subject, c.seq / {MOST_CLAIMS} {joined} "
        f"WHERE b.kind = '{BATCH}' AND c.object IS NOT NULL AND c.subject IN ({named})",
        (*records, *records),
    ).fetchall()
    if not members:
        return []
    people = sorted({row[0] for row in members})
    among = marks(len(people))
    spoken = connection.exec_driver_sql(
        f"SELECT c.subject, c.object {joined} WHERE b.kind <> '{BATCH}' AND NOT {gone} "
        f"AND (c.subject IN ({among}) OR c.object IN ({among}))",
        (*records, *people, *people),
    )
    known = {end for row in spoken for end in row}
    return sorted({record for person, record in members if person not in known} - {*records})
