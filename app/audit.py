"""The audit log: an event before every answer, chained by hashes and signed outside the database."""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final, Literal, NamedTuple

from sqlalchemy import Column, Integer, MetaData, Table, Text

from app.access import Context, Viewer
from graph.errors import AuditUnavailableError, KithmapError
from graph.ledger.opening import BUSY_MS, check_version, make_file, migrate

AUDIT_HEAD: Final = "0001"
CHECKPOINTS: Final = "audit-checkpoints.jsonl"
KEY: Final = "audit.key"
PUBLIC_KEY: Final = "audit.pub"
MOST_SUBJECTS: Final = 1_000
"""Ids written out in one event; a longer list is written as its number and digest."""

AUDIT: Final = MetaData()
Table(
    "event",
    AUDIT,
    Column("seq", Integer, primary_key=True),
    Column("body", Text, nullable=False),
    Column("hash", Text, nullable=False),
)

Kind = Literal["collection", "alteration", "consultation", "disclosure", "combination", "erasure"]


class Event(NamedTuple):
    """What is about to happen.

    Attributes
    ----------
    kind : str
        One of the six kinds.
    action : str
        For example ``clusters``.
    subjects : sequence of str
        Ids of what the answer holds; never content.
    detail : dict
        Counts, parameters and versions; never content.
    decision : str
        ``allow`` or ``deny``.
    """

    kind: Kind
    action: str
    subjects: Sequence[str] = ()
    detail: dict[str, object] | None = None
    decision: str = "allow"


def audit_guards() -> list[str]:
    """Return the triggers that let the log only grow.

    Returns
    -------
    list of str
        Statements.
    """
    return [
        f"CREATE TRIGGER event_never_{act.lower()} BEFORE {act} ON event "
        "BEGIN SELECT RAISE(ABORT, 'audit events never change'); END"
        for act in ("UPDATE", "DELETE")
    ]


def create_audit(folder: Path) -> None:
    """Make the audit log of a workspace, and the key that signs its checkpoints.

    Parameters
    ----------
    folder : Path
        The workspace.
    """
    from cryptography.hazmat.primitives import serialization as forms
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    log = folder / "audit.db"
    if log.exists():
        migrate(log, "app.migrations_audit")
    else:
        make_file(log, AUDIT, AUDIT_HEAD, also=audit_guards())
    if (folder / KEY).exists():
        return
    key = Ed25519PrivateKey.generate()
    private = key.private_bytes(forms.Encoding.Raw, forms.PrivateFormat.Raw, forms.NoEncryption())
    handle = os.open(folder / KEY, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(private)
    public = key.public_key().public_bytes(forms.Encoding.Raw, forms.PublicFormat.Raw)
    (folder / PUBLIC_KEY).write_text(public.hex() + "\n", encoding="ascii")


class AuditLog:
    """Writes events durably.

    Parameters
    ----------
    folder : Path
        The workspace.
    viewer : Viewer
        Who acts.
    context : Context
        What for.
    clock : callable
        The time in UTC microseconds.
    """

    def __init__(self, folder: Path, viewer: Viewer, context: Context, clock: Callable[[], int]) -> None:
        self._folder = folder
        self._viewer = viewer
        self._context = context
        self._clock = clock

    def write(self, event: Event) -> None:
        """Write an event, synced to disk, with a signed checkpoint outside the database.

        Parameters
        ----------
        event : Event
            What is about to happen.

        Raises
        ------
        AuditUnavailableError
            It could not be written: nothing may be answered.
        """
        try:
            check_version(self._folder / "audit.db", AUDIT_HEAD)
            seq, digest = self._append(event)
            self._sign(seq, digest)
        except (sqlite3.Error, OSError, KithmapError, ValueError) as error:
            raise AuditUnavailableError(
                f"the audit log cannot be written ({error}): nothing is answered without it"
            ) from error

    def _append(self, event: Event) -> tuple[int, str]:
        log = sqlite3.connect(self._folder / "audit.db", timeout=BUSY_MS / 1000, isolation_level=None)
        try:
            log.execute("PRAGMA synchronous=FULL")
            log.execute("BEGIN IMMEDIATE")
            last = log.execute("SELECT seq, hash FROM event ORDER BY seq DESC LIMIT 1").fetchone()
            seq, before = (last[0] + 1, last[1]) if last else (1, "")
            body = self._body(seq, event)
            digest = hashlib.sha256(f"{before}\n{body}".encode()).hexdigest()
            log.execute("INSERT INTO event (seq, body, hash) VALUES (?, ?, ?)", (seq, body, digest))
            log.execute("COMMIT")
        finally:
            log.close()
        return seq, digest

    def _body(self, seq: int, event: Event) -> str:
        subjects = list(event.subjects)
        listed: object = subjects
        if len(subjects) > MOST_SUBJECTS:
            listed = {
                "number": len(subjects),
                "sha256": hashlib.sha256("\n".join(subjects).encode()).hexdigest(),
            }
        body = {
            "seq": seq,
            "at_us": self._clock(),
            "kind": event.kind,
            "action": event.action,
            "actor": self._viewer.name,
            "agency": self._viewer.agency,
            "roles": sorted(self._viewer.roles),
            "purpose": self._context.purpose,
            "reference": self._context.reference,
            "decision": event.decision,
            "subjects": listed,
            "detail": event.detail or {},
        }
        return json.dumps(body, sort_keys=True, ensure_ascii=False)

    def _sign(self, seq: int, digest: str) -> None:
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        key = Ed25519PrivateKey.from_private_bytes((self._folder / KEY).read_bytes())
        signature = key.sign(f"{seq} {digest}".encode()).hex()
        line = json.dumps({"seq": seq, "hash": digest, "signature": signature}) + "\n"
        with (self._folder / CHECKPOINTS).open("a", encoding="ascii") as file:
            file.write(line)
            file.flush()
            os.fsync(file.fileno())
