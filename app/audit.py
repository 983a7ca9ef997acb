"""The audit log: what stands on it of every answer, before the answer is given."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Final, Literal, NamedTuple

from sqlalchemy import Column, Integer, MetaData, Table, Text

from app.access import Context, Viewer
from app.audit_commits import AUDIT_HEAD, KEY, LOG, Commits
from graph.ledger.opening import make_file, migrate

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

    log = folder / LOG
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
    commits : Commits, optional
        What this process writes with as long as it runs; the file is opened for each event when left out.
    """

    def __init__(
        self,
        folder: Path,
        viewer: Viewer,
        context: Context,
        clock: Callable[[], int],
        commits: Commits | None = None,
    ) -> None:
        self._folder = folder
        self._viewer = viewer
        self._context = context
        self._clock = clock
        self._commits = commits

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
        if self._commits is not None:
            self._commits.write(lambda seq: self._body(seq, event))
            return
        with closing(Commits(self._folder)) as alone:
            alone.write(lambda seq: self._body(seq, event))

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
