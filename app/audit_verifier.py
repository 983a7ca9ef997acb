"""Verifies an audit log; imports nothing of the application, so that it can be run apart from it.

``python audit_verifier.py WORKSPACE`` needs Python and ``cryptography`` only.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
import sys
import time
from pathlib import Path
from typing import Final, NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

CHECKPOINTS: Final = "audit-checkpoints.jsonl"
MOMENT_S: Final = 0.5


def verify_audit(folder: Path) -> tuple[int, list[str]]:
    """Check every event's hash, their order, and every signed checkpoint.

    Parameters
    ----------
    folder : Path
        The workspace.

    Returns
    -------
    tuple of (int, list of str)
        Number of events, and what is wrong; nothing is wrong when the list is empty.

    Notes
    -----
    A change, an insertion or a removal inside the log is found, unless its author holds the signing
    key and writes the checkpoints anew. The last events, cut off together with their checkpoints,
    are missed only by a copy of the checkpoints that is kept elsewhere: keep one.
    """
    whole = verify_part(folder)
    return whole.events, whole.faults


class Part(NamedTuple):
    """What was found in a part of the log.

    Attributes
    ----------
    events : int
        In the whole log, as far as its numbers go on without a gap.
    last : int
        Number of the last event that was looked at.
    faults : list of str
        What is wrong.
    """

    events: int
    last: int
    faults: list[str]


def verify_part(folder: Path, after: int = 0, most: int | None = None) -> Part:
    """Check some events' hashes, their order, and the checkpoints that sign them.

    Parameters
    ----------
    folder : Path
        The workspace.
    after : int, optional
        Only events after this one, whose hash the next one's holds.
    most : int, optional
        At most so many; all when left out.

    Returns
    -------
    Part
        All parts, each after the last of the one before, say what ``verify_audit`` says of the whole.
    """
    faults, unread = list[str](), list[str]()
    # The checkpoints first: whatever they sign is in the log by then.
    lines = _lines(folder / CHECKPOINTS, unread)
    events, hashes = _chain(folder / "audit.db", after, most, faults)
    last = max(hashes, default=after)
    try:
        key = Ed25519PublicKey.from_public_bytes(
            bytes.fromhex((folder / "audit.pub").read_text("ascii").strip())
        )
    except (OSError, ValueError) as error:
        return Part(events, last, [*faults, f"audit.pub cannot be read: {error}"])
    points = _Points(key, hashes, (after, last), ends=last >= events, faults=[*faults, *unread])
    points.check(lines)
    if last >= events and points.signed < last:
        # Whoever writes an event signs it a moment later.
        time.sleep(MOMENT_S)
        points.check_late(_lines(folder / CHECKPOINTS, unread)[len(lines) :])
    if last >= events and points.signed < last:
        points.faults.append(f"events after {points.signed} have no signed checkpoint")
    return Part(events, last, points.faults)


def _chain(path: Path, after: int, most: int | None, faults: list[str]) -> tuple[int, dict[int, str]]:
    """Return how many events there are, and the hashes of the part."""
    hashes: dict[int, str] = {}
    events, before = 0, ""
    log = None
    try:
        log = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)
        log.execute("BEGIN")
        (events,) = log.execute("SELECT COALESCE(MAX(seq), 0) FROM event").fetchone()
        if after:
            found = log.execute("SELECT hash FROM event WHERE seq = ?", (after,)).fetchone()
            (before,) = found or ("",)
        query = "SELECT seq, body, hash FROM event WHERE seq > ? ORDER BY seq LIMIT ?"
        for at, (seq, body, digest) in enumerate(
            log.execute(query, (after, -1 if most is None else most)), after + 1
        ):
            if seq != at:
                faults.append(f"event {at} is missing")
                return at - 1, hashes
            expected = hashlib.sha256(f"{before}\n{body}".encode()).hexdigest()
            if expected != digest or json.loads(body).get("seq") != seq:
                faults.append(f"event {seq} was changed")
            hashes[seq] = before = digest
    except (sqlite3.Error, ValueError) as error:
        faults.append(f"the log cannot be read: {error}")
        events = max(hashes, default=after)
    finally:
        if log is not None:
            log.close()
    return events, hashes


def _lines(path: Path, faults: list[str]) -> list[str]:
    try:
        return path.read_text("ascii").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        faults.append(f"the checkpoints cannot be read: {error}")
        return []


class _Points:
    """Checkpoints held against the events of a part."""

    def __init__(
        self,
        key: Ed25519PublicKey,
        hashes: dict[int, str],
        span: tuple[int, int],
        *,
        ends: bool,
        faults: list[str],
    ) -> None:
        self._key = key
        self._hashes = hashes
        self._after, self._last = span
        self._ends = ends
        self._number = 0
        self.faults = faults
        self.signed = self._after

    def check(self, lines: list[str]) -> None:
        for line in lines:
            self._check(line, beyond=self._ends)

    def check_late(self, lines: list[str]) -> None:
        """Check those that came meanwhile; they may sign events that came meanwhile, too."""
        for line in lines:
            self._check(line, beyond=False)

    def _check(self, line: str, *, beyond: bool) -> None:
        self._number += 1
        try:
            point = json.loads(line)
            seq, digest, signature = int(point["seq"]), str(point["hash"]), bytes.fromhex(point["signature"])
            if seq < 1:
                raise ValueError
        except (ValueError, KeyError, TypeError):
            # Of no part: the first tells of it.
            if not self._after:
                self.faults.append(f"checkpoint {self._number} was changed")
            return
        if seq <= self._after or (seq > self._last and not beyond):
            return
        try:
            self._key.verify(signature, f"{seq} {digest}".encode())
        except InvalidSignature:
            self.faults.append(f"checkpoint {self._number} was changed")
            return
        if self._hashes.get(seq) != digest:
            self.faults.append(f"event {seq} is not the one that was signed")
        self.signed = max(self.signed, seq)


def main() -> int:
    """Verify the workspace named on the command line.

    Returns
    -------
    int
        0 when nothing is wrong, 1 otherwise.
    """
    events, faults = verify_audit(Path(sys.argv[1]))
    sys.stdout.write("\n".join([f"{events} events", *faults, "" if faults else "nothing is wrong"]) + "\n")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
