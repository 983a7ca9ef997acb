"""Writing to the ledger: one batch at a time, in chunks, live in one last small commit."""

from __future__ import annotations

import json
import time
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from contextlib import ExitStack
from itertools import repeat
from types import TracebackType
from typing import Any, NamedTuple

from sqlalchemy import Connection

from graph.errors import ConflictError, StoreUnavailableError
from graph.ledger.chunk import CLAIM_COLUMNS, Chunk
from graph.ledger.interning import Interner, read_secret
from graph.ledger.name_index import add_rows, discard_rows
from graph.ledger.opening import LedgerFiles, translated
from graph.ledger.rows import MOST_CLAIMS, MOST_SHARING, Row, claim_seq, insert, judgement_id, rows_among
from graph.ledger.schema import judgement
from graph.model.claims import PolicyLabel, Record
from graph.model.entities import Mint, mint_ids


class _Known(NamedTuple):
    seq: int
    version: int
    first: int
    content: bytes
    removed: int


def wall_clock_us() -> int:
    """Return the time now.

    Returns
    -------
    int
        UTC microseconds since 1970-01-01.
    """
    return time.time_ns() // 1000


class LedgerWriter:
    """One batch being written; the caller holds the writer's lock.

    Parameters
    ----------
    files : LedgerFiles
        Opened for writing.
    mint : Mint, optional
        Makes ids of new entities; random unless a test needs two equal worlds.
    clock : callable, optional
        The time in UTC microseconds.
    unseen : callable, optional
        Takes the labels of the ledger, gives those that the person who writes may not see: what
        became of a row does not tell them of such a record.

    Notes
    -----
    Nothing of a batch is read by anybody before ``finish``; what a killed process left is discarded
    by the next writer.
    """

    def __init__(
        self,
        files: LedgerFiles,
        *,
        mint: Mint = mint_ids,
        clock: Callable[[], int] = wall_clock_us,
        unseen: Callable[[dict[int, PolicyLabel]], Collection[int]] = lambda _: (),
    ) -> None:
        self._files = files
        self._unseen_of = unseen
        self._unseen: frozenset[int] = frozenset()
        self._begun_at = 0
        self._clock = clock
        self._begun_us = 0
        with ExitStack() as opened, translated("identity.db"):
            self._ledger = opened.enter_context(files.ledger.connect())
            self._identity = opened.enter_context(files.identity.connect())
            with self._identity.begin():
                secret = read_secret(self._identity)
            self._opened = opened.pop_all()
        self._interner = Interner(self._ledger, secret, mint)
        self._batch = 0
        self._touched: set[int] = set()
        self._next: dict[str, int] = {}

    def __enter__(self) -> LedgerWriter:
        """Return the writer."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Discard a batch that was not finished, and close the connections."""
        try:
            if self._batch:
                self.discard()
        except StoreUnavailableError:
            # The next writer takes it back; why this one stopped is told first.
            if kind is None:
                raise
        finally:
            self._opened.close()

    def begin(
        self, kind: str, *, mapping: str = "", mapping_version: int = 0, files: Sequence[str] = ()
    ) -> int:
        """Begin a batch, after discarding what a killed writer left.

        Parameters
        ----------
        kind : str
            ``import``, ``areas``, ``judgement`` or ``removal``.
        mapping : str, optional
            Name of the mapping.
        mapping_version : int, optional
            Its version.
        files : sequence of str, optional
            Names of the files, without their folders.

        Returns
        -------
        int
            Number of the batch.
        """
        with translated("ledger.db"), self._ledger.begin():
            dead = [
                row[0] for row in self._ledger.exec_driver_sql("SELECT seq FROM batch WHERE live_us IS NULL")
            ]
        for seq in dead:
            self._discard(seq)
        self._touched.clear()
        with translated("ledger.db"), self._ledger.begin():
            self._interner.read()
            for table in ("batch", "record"):
                top = self._one(self._ledger, f"SELECT COALESCE(MAX(seq), 0) FROM {table}")  # noqa: S608 - a fixed list
                self._next[table] = top + 1
            self._batch, self._begun_at = self._next["batch"], self._next["record"]
            self._unseen = frozenset(self._unseen_of(self._interner.labels()))
            self._begun_us = self._clock()
            row = (self._batch, kind, mapping, mapping_version, json.dumps(list(files)), self._begun_us)
            self._ledger.exec_driver_sql(
                "INSERT INTO batch (seq, kind, mapping, mapping_version, files, begun_us) "
                "VALUES (?,?,?,?,?,?)",
                row,
            )
        return self._batch

    def append(self, records: Sequence[Record]) -> list[str]:
        """Write one chunk of records and their claims, durably.

        Parameters
        ----------
        records : sequence of Record
            In the order of their rows.

        Returns
        -------
        list of str
            For each: ``accepted:new``, ``accepted:changed``, ``duplicate`` or ``set_aside:removed``.
        """
        chunk = Chunk()
        before = set(self._touched), dict(self._next)
        try:
            with translated("ledger.db"), self._ledger.begin():
                self._check_batch()
                outcomes = self._sort_out(records, chunk)
                self._write_claims(chunk)
                with translated("identity.db"), self._identity.begin():
                    self._write_identity(chunk)
        except Exception:
            # Numbers given out in the chunk went with it: a later chunk must not rest on them.
            self._touched, self._next = before
            with translated("ledger.db"), self._ledger.begin():
                self._interner.read()
            raise
        return outcomes

    def _write_identity(self, chunk: Chunk) -> None:
        insert(self._identity, "payload", ("record", "batch", "file", "row", "body"), chunk.payloads)
        columns = ("claim", "batch", "entity", "predicate", "value")
        insert(self._identity, "particular", columns, chunk.particulars)
        add_rows(self._identity, chunk.found_by)

    def finish(self) -> int:
        """Make the batch live in one small commit.

        Returns
        -------
        int
            The ledger's version.
        """
        with translated("ledger.db"), self._ledger.begin():
            self.finish_in_transaction()
        return self.close_batch()

    def finish_in_transaction(self) -> None:
        """Make the batch live within a transaction that the caller has begun."""
        self._check_batch()
        gone = self._ledger.exec_driver_sql(
            "SELECT DISTINCT t.label FROM claim c JOIN terms t ON t.id = c.terms WHERE c.superseded_in = ?",
            (self._batch,),
        )
        self.touched(row[0] for row in gone)
        self._ledger.exec_driver_sql(
            "UPDATE batch SET live_us = ? WHERE seq = ?", (self._clock(), self._batch)
        )
        for number in sorted(self._touched):
            self._ledger.exec_driver_sql("UPDATE label SET touched = touched + 1 WHERE id = ?", (number,))
        self._ledger.exec_driver_sql("UPDATE state SET version = ? WHERE id = 1", (self._batch,))

    def close_batch(self) -> int:
        """Forget the batch, which is live now.

        Returns
        -------
        int
            The ledger's version.
        """
        done, self._batch = self._batch, 0
        self._touched.clear()
        return done

    def touched(self, labels: Iterable[int]) -> None:
        """Note labels whose claims this batch changes, so that their viewers see a new data version.

        Parameters
        ----------
        labels : iterable of int
            Ids of labels.
        """
        self._touched.update(labels)

    def discard(self) -> None:
        """Take back everything of the open batch."""
        done, self._batch = self._batch, 0
        self._touched.clear()
        self._interner.entities.clear()
        with translated("ledger.db"), self._ledger.begin():
            ours = self._is_ours(done)
        if ours:
            self._discard(done)

    @property
    def connection(self) -> Connection:
        """The ledger's connection, for other writers of the same batch."""
        return self._ledger

    @property
    def batch(self) -> int:
        """Number of the open batch; 0 for none."""
        return self._batch

    def record_key(self, agency: str, feed: str, source_id: str) -> bytes:
        """Return the keyed hash that names a record.

        Parameters
        ----------
        agency, feed, source_id : str
            As in ``Record``.

        Returns
        -------
        bytes, 16
            The same in this workspace only.
        """
        return self._interner.hash("record", agency, feed, source_id)

    def _is_ours(self, batch: int) -> bool:
        query = "SELECT begun_us FROM batch WHERE seq = ? AND live_us IS NULL"
        row = self._ledger.exec_driver_sql(query, (batch,)).first()
        return row is not None and row[0] == self._begun_us

    def _check_batch(self) -> None:
        # A server lets a lock go when it loses its connection: another writer may have begun since.
        if not self._is_ours(self._batch):
            raise ConflictError("another writer has taken this batch back: import again")

    @staticmethod
    def _one(connection: Connection, query: str) -> int:
        return int(connection.exec_driver_sql(query).scalar_one())

    def _discard(self, seq: int) -> None:
        with translated("identity.db"), self._identity.begin():
            for table in ("payload", "particular"):
                self._identity.exec_driver_sql(f"DELETE FROM {table} WHERE batch = ?", (seq,))  # noqa: S608 - a fixed list
            discard_rows(self._identity, seq)
        with translated("ledger.db"), self._ledger.begin():
            for table in ("record", "claim"):
                self._ledger.exec_driver_sql(
                    f"UPDATE {table} SET superseded_in = NULL WHERE superseded_in = ?",  # noqa: S608 - a fixed list
                    (seq,),
                )
            for table in ("claim", "record", "identifier", "judgement", "mention"):
                self._ledger.exec_driver_sql(f"DELETE FROM {table} WHERE batch = ?", (seq,))  # noqa: S608 - a fixed list
            self._ledger.exec_driver_sql("DELETE FROM batch WHERE seq = ?", (seq,))

    def _sort_out(self, records: Sequence[Record], chunk: Chunk) -> list[str]:
        keys = self._interner.hashes(
            ("record", record.agency, record.feed, record.source_id) for record in records
        )
        known = self._known(keys)
        if keys and not known and len(set(keys)) == len(keys):
            return self._all_new(keys, records, chunk)
        outcomes = []
        for key, record in zip(keys, records, strict=True):
            old = known.get(key)
            if old is not None and (old.removed or old.content == record.content):
                outcomes.append("set_aside:removed" if old.removed else self._told(old, "duplicate"))
                continue
            seq = self._take("record")
            version, first = (1, seq) if old is None else (old.version + 1, old.first)
            if old is not None:
                chunk.superseded.append(old.seq)
                chunk.changes.append((len(chunk.records), old.seq))
            known[key] = _Known(seq, version, first, record.content, 0)
            chunk.records.append((seq, key, version, first, record.content, self._batch, 0))
            chunk.payloads.append((seq, self._batch, record.file, record.row, record.payload))
            chunk.sources.append((seq, record.claims))
            outcomes.append("accepted:new" if old is None else self._told(old, "accepted:changed"))
        return outcomes

    def _all_new(self, keys: list[bytes], records: Sequence[Record], chunk: Chunk) -> list[str]:
        first, batch = self._next["record"], self._batch
        self._next["record"] = first + len(keys)
        seqs = range(first, first + len(keys))
        _, _, _, contents, payloads, files, rows, claims = zip(*records, strict=True)
        chunk.records.extend(zip(seqs, keys, repeat(1), seqs, contents, repeat(batch), repeat(0)))
        chunk.payloads.extend(zip(seqs, repeat(batch), files, rows, payloads))
        chunk.sources.extend(zip(seqs, claims, strict=True))
        return ["accepted:new"] * len(keys)

    def _told(self, old: _Known, outcome: str) -> str:
        if old.seq < self._begun_at and self._unseen and self._labels_of(old.seq) & self._unseen:
            return "accepted:new"
        return outcome

    def _known(self, keys: Sequence[bytes]) -> dict[bytes, _Known]:
        query = "SELECT key, seq, version, first, content, removed FROM record WHERE key IN"
        found = rows_among(self._ledger, query, keys)
        return {row[0]: _Known(*row[1:]) for row in sorted(found, key=lambda row: row[2])}

    def _take(self, table: str) -> int:
        number = self._next[table]
        self._next[table] = number + 1
        return number

    def _write_claims(self, chunk: Chunk) -> None:
        self._interner.resolve((claim for _, claims in chunk.sources for claim in claims), self._batch)
        self._touched |= chunk.stage(self._interner, self._batch)
        self._set_ages(chunk)
        columns = ("seq", "key", "version", "first", "content", "batch", "removed")
        insert(self._ledger, "record", columns, chunk.records)
        insert(self._ledger, "claim", CLAIM_COLUMNS, chunk.claims)
        # Last, because a version may be superseded by another of the same chunk.
        self._supersede(chunk.superseded)
        if chunk.identifiers:
            self._judge(chunk.identifiers)

    def _set_ages(self, chunk: Chunk) -> None:
        """Let a record be as old as its first version only for those who may see every version since."""
        claims = dict(chunk.sources)
        firsts: dict[int, Any] = {}
        for at, old in chunk.changes:
            seq, key, version, first, *rest = chunk.records[at]
            labels = {self._interner.terms(claim.terms)[1] for claim in claims[seq]}
            if old in claims:
                before = {self._interner.terms(claim.terms)[1] for claim in claims[old]}
            else:
                before = self._labels_of(old)
            firsts[seq] = firsts.get(old, first) if labels == before else seq
            chunk.records[at] = (seq, key, version, firsts[seq], *rest)

    def _labels_of(self, record: int) -> set[int]:
        query = (
            "SELECT DISTINCT t.label FROM claim c JOIN terms t ON t.id = c.terms WHERE c.seq BETWEEN ? AND ?"
        )
        span = (claim_seq(record, 0), claim_seq(record, MOST_CLAIMS - 1))
        return {row[0] for row in self._ledger.exec_driver_sql(query, span)}

    def _supersede(self, records: list[int]) -> None:
        if records:
            record = "UPDATE record SET superseded_in = ? WHERE seq = ?"
            self._ledger.exec_driver_sql(record, [(self._batch, seq) for seq in records])
            claim = "UPDATE claim SET superseded_in = ? WHERE seq BETWEEN ? AND ?"
            spans = [(self._batch, claim_seq(seq, 0), claim_seq(seq, MOST_CLAIMS - 1)) for seq in records]
            self._ledger.exec_driver_sql(claim, spans)

    def _judge(self, fresh: list[Row]) -> None:
        columns = ("claim", "scheme", "hash", "entity", "label", "batch")
        insert(self._ledger, "identifier", columns, fresh)
        hashes = sorted({row[2] for row in fresh})
        found = rows_among(
            self._ledger,
            "SELECT i.claim, i.scheme, i.hash, i.entity, i.label FROM identifier i "
            "JOIN claim c ON c.seq = i.claim WHERE c.superseded_in IS NULL AND i.hash IN",
            hashes,
        )
        holders: dict[tuple[str, bytes], dict[int, list[Row]]] = defaultdict(lambda: defaultdict(list))
        for row in found:
            holders[row[1], row[2]][row[4]].append(row)
        rows: list[Row] = []
        for claim, scheme, digest, entity, label, _ in fresh:
            for group in holders[scheme, digest].values():
                rows.extend(
                    self._same(scheme, (claim, entity, label), row)
                    for row in _oldest(group)
                    if row[0] < claim and row[3] != entity
                )
        self.add_judgements(rows)

    @staticmethod
    def _same(scheme: str, new: tuple[int, int, int], old: Row) -> Row:
        claim, entity, label = new
        (a, claim_a, label_a), (b, claim_b, label_b) = sorted(
            [(entity, claim, label), (old[3], old[0], old[4])]
        )
        return (a, b, 1, f"same {scheme}", claim_a, claim_b, label_a, label_b)

    def add_judgements(self, rows: Sequence[Row]) -> None:
        """Write judgements into the open batch.

        Parameters
        ----------
        rows : sequence of tuple
            ``(a, b, same, basis, claim_a, claim_b, label_a, label_b)`` with ``a < b``.

        Notes
        -----
        No label is touched: who has a judgement sees both its claims, and the newer one touches its
        own label. Touching the other would show its viewers that somebody hidden has the identifier.
        """
        top = self._one(self._ledger, "SELECT COALESCE(MAX(seq), 0) FROM judgement")
        full = [
            (top + n, judgement_id(row[0], row[1], row[3]), *row, self._batch)
            for n, row in enumerate(rows, 1)
        ]
        columns = tuple(column.name for column in judgement.columns)
        insert(self._ledger, "judgement", columns, full)


def _oldest(group: list[Row]) -> list[Row]:
    # Enough to see that too many share it (a reader then joins nobody), and no more: pairs grow as squares.
    kept: dict[int, None] = {}
    for row in sorted(group):
        kept.setdefault(row[3], None)
        if len(kept) > MOST_SHARING:
            break
    return [row for row in group if row[3] in kept]
