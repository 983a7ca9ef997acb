"""Removing records: their claims, payloads and particulars go, and only a keyed hash stays."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection

from graph.errors import EntityNotFoundError
from graph.ledger.known_mentions import left_alone
from graph.ledger.name_index import remove_rows
from graph.ledger.opening import LedgerFiles, translated
from graph.ledger.postgresql import is_server, vacuum
from graph.ledger.rows import MOST_CLAIMS, claim_seq, rows_among
from graph.ledger.writing import LedgerWriter


def remove_records(writer: LedgerWriter, files: LedgerFiles, keys: Sequence[bytes]) -> int:
    """Remove every version of some records.

    Parameters
    ----------
    writer : LedgerWriter
        With no batch open.
    files : LedgerFiles
        The same files.
    keys : sequence of bytes
        Keys of the records.

    Returns
    -------
    int
        The ledger's version. Every drawn graph older than it must be drawn again before it answers.

    Raises
    ------
    EntityNotFoundError
        A key that names no record, or one removed already.

    Notes
    -----
    What stays is the key, so that the record is not imported again: a hash that says nothing
    without the workspace's secret. The two-person decision and the check for holds come before.
    """
    ledger = writer.connection
    query = "SELECT seq, key FROM record WHERE removed = 0 AND key IN"
    with ledger.begin():
        found = rows_among(ledger, query, keys)
    records = [row[0] for row in found]
    if not keys or {bytes(row[1]) for row in found} != set(keys):
        raise EntityNotFoundError("no record with this key")
    with ledger.begin():
        records += left_alone(ledger, records)
    batch = writer.begin("removal")
    # Identity first: a removal that is cut short here is done whole by asking again.
    _forget_identity(files, records)
    with translated("ledger.db"), ledger.begin():
        ledger.exec_driver_sql("UPDATE state SET removal_open = 1 WHERE id = 1")
        for seq in records:
            span = (claim_seq(seq, 0), claim_seq(seq, MOST_CLAIMS - 1))
            labels = ledger.exec_driver_sql(
                "SELECT DISTINCT t.label FROM claim c JOIN terms t ON t.id = c.terms "
                "WHERE c.seq BETWEEN ? AND ?",
                span,
            )
            writer.touched(row[0] for row in labels)
            ledger.exec_driver_sql("DELETE FROM claim WHERE seq BETWEEN ? AND ?", span)
            ledger.exec_driver_sql("DELETE FROM identifier WHERE claim BETWEEN ? AND ?", span)
            for end in ("claim_a", "claim_b"):
                ledger.exec_driver_sql(f"DELETE FROM judgement WHERE {end} BETWEEN ? AND ?", span)  # noqa: S608 - fixed
            ledger.exec_driver_sql(
                "UPDATE record SET removed = 1, content = ?, superseded_in = ? WHERE seq = ?",
                (b"", batch, seq),
            )
        ledger.exec_driver_sql(
            "DELETE FROM mention WHERE entity NOT IN (SELECT subject FROM claim) "
            "AND entity NOT IN (SELECT object FROM claim WHERE object IS NOT NULL)"
        )
        for end in ("a", "b"):
            ledger.exec_driver_sql(
                f"DELETE FROM judgement WHERE same = 0 AND {end} NOT IN (SELECT entity FROM mention)"  # noqa: S608 - fixed
            )
        ledger.exec_driver_sql("UPDATE state SET removal_open = 0 WHERE id = 1")
        writer.finish_in_transaction()
    _cut_log(ledger, ("claim", "identifier", "judgement", "mention", "record"))
    return writer.close_batch()


def _forget_identity(files: LedgerFiles, records: Sequence[int]) -> None:
    with translated("identity.db"), files.identity.connect() as identity:
        with identity.begin():
            for seq in records:
                span = (claim_seq(seq, 0), claim_seq(seq, MOST_CLAIMS - 1))
                identity.exec_driver_sql("DELETE FROM payload WHERE record = ?", (seq,))
                identity.exec_driver_sql("DELETE FROM particular WHERE claim BETWEEN ? AND ?", span)
            remove_rows(identity, records)
        _cut_log(identity, ("payload", "particular", "name_index"))


def _cut_log(connection: Connection, tables: Sequence[str]) -> None:
    if is_server(connection):
        vacuum(connection, tables)
        return
    # secure_delete overwrites the pages; the log still holds their old text until it is cut.
    driver = connection.connection.driver_connection
    if driver is not None:
        driver.execute("PRAGMA wal_checkpoint(TRUNCATE)")
