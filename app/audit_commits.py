"""Commits of the audit log: what waits is written together, synced once and signed once."""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path
from threading import Event as Signal
from threading import Lock
from typing import TYPE_CHECKING, Final

from graph.errors import AuditUnavailableError, KithmapError
from graph.ledger.opening import BUSY_MS, check_revision, check_version

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

AUDIT_HEAD: Final = "0001"
LOG: Final = "audit.db"
CHECKPOINTS: Final = "audit-checkpoints.jsonl"
KEY: Final = "audit.key"
MOST_TOGETHER: Final = 200
"""Events of one commit: whoever comes after them is written by the next."""

_FAULTS: Final = (sqlite3.Error, OSError, KithmapError, ValueError)


class _Waiting:
    """An event on its way to the log; not written until it says so."""

    def __init__(self, body: Callable[[int], str]) -> None:
        self.body = body
        self.turn = Signal()
        self.ended = False
        self.written = False
        self.fault: Exception | None = None


class Commits:
    """Writes events to the log of one workspace, for any number of threads.

    Parameters
    ----------
    folder : Path
        The workspace.

    Notes
    -----
    Whoever comes while nobody writes becomes the writer, and takes along all who wait. Of several
    processes the file's own lock lets one write at a time.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = Lock()
        self._waiting: list[_Waiting] = []
        self._led = False
        self._log: sqlite3.Connection | None = None
        self._opened = (0, 0)
        self._key: tuple[object, Ed25519PrivateKey] | None = None

    def write(self, body: Callable[[int], str]) -> None:
        """Write one event, and return when it is on disk with a signed checkpoint after it.

        Parameters
        ----------
        body : callable
            Takes the event's number, gives its text; called once, in the order of the numbers.

        Raises
        ------
        AuditUnavailableError
            It could not be written: nothing may be answered.
        """
        mine = _Waiting(body)
        with self._lock:
            self._waiting.append(mine)
            leads, self._led = not self._led, True
        if not leads:
            mine.turn.wait()
        if not mine.ended:
            self._lead()
        if not mine.written:
            raise AuditUnavailableError(
                f"the audit log cannot be written ({mine.fault}): nothing is answered without it"
            ) from mine.fault

    def close(self) -> None:
        """Give back the file."""
        if self._log is not None:
            self._log.close()
            self._log = None

    def _lead(self) -> None:
        """Write what waits, this thread's own event first, and let the next who came meanwhile lead."""
        with self._lock:
            group, self._waiting = self._waiting[:MOST_TOGETHER], self._waiting[MOST_TOGETHER:]
        try:
            self._commit(group)
        except _FAULTS as error:
            self.close()
            for one in group:
                one.fault = one.fault or error
        finally:
            for one in group:
                one.ended = True
                one.turn.set()
            with self._lock:
                self._led = bool(self._waiting)
                if self._led:
                    self._waiting[0].turn.set()

    def _commit(self, group: Sequence[_Waiting]) -> None:
        log = self._open()
        log.execute("BEGIN IMMEDIATE")
        try:
            check_revision(log, LOG, AUDIT_HEAD)
            last = log.execute("SELECT seq, hash FROM event ORDER BY seq DESC LIMIT 1").fetchone()
            seq, digest = last or (0, "")
            rows, held = list[tuple[int, str, str]](), list[_Waiting]()
            for one in group:
                try:
                    body = one.body(seq + 1)
                    chained = hashlib.sha256(f"{digest}\n{body}".encode()).hexdigest()
                except Exception as error:
                    # An event that has no text holds up nobody else's.
                    one.fault = error
                    continue
                seq, digest = seq + 1, chained
                rows.append((seq, body, digest))
                held.append(one)
            log.executemany("INSERT INTO event (seq, body, hash) VALUES (?, ?, ?)", rows)
            log.execute("COMMIT")
        except BaseException:
            # The lock would be kept until the connection is closed.
            self.close()
            raise
        if held:
            self._sign(seq, digest)
        for one in held:
            one.written = True

    def _open(self) -> sqlite3.Connection:
        path = self._folder / LOG
        try:
            found = path.stat()
        except OSError:
            found = None
        if self._log is not None and found and (found.st_dev, found.st_ino) == self._opened:
            return self._log
        self.close()
        check_version(path, AUDIT_HEAD)
        found = found or path.stat()
        log = sqlite3.connect(path, timeout=BUSY_MS / 1000, isolation_level=None, check_same_thread=False)
        log.execute("PRAGMA synchronous=FULL")
        self._log, self._opened = log, (found.st_dev, found.st_ino)
        return log

    def _sign(self, seq: int, digest: str) -> None:
        """Sign the last event of a commit: its hash stands for all before it."""
        signature = self._signing_key().sign(f"{seq} {digest}".encode()).hex()
        line = json.dumps({"seq": seq, "hash": digest, "signature": signature}) + "\n"
        file = os.open(self._folder / CHECKPOINTS, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
        try:
            before, written = os.fstat(file).st_size, os.write(file, line.encode("ascii"))
            if written < len(line):
                # Half a line would spoil the next one, too: unless another process wrote after it.
                if os.fstat(file).st_size == before + written:
                    os.ftruncate(file, before)
                raise OSError(f"{CHECKPOINTS} is cut short")
            os.fsync(file)
        finally:
            os.close(file)

    def _signing_key(self) -> Ed25519PrivateKey:
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        found = (self._folder / KEY).stat()
        mark = (found.st_dev, found.st_ino, found.st_mtime_ns, found.st_size)
        if self._key is None or self._key[0] != mark:
            held = (self._folder / KEY).read_bytes()
            self._key = (mark, Ed25519PrivateKey.from_private_bytes(held))
        return self._key[1]
