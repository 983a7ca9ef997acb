"""Whether the audit log is whole, for those who may look after it."""

from __future__ import annotations

from typing import Final

from app.audit_verifier import verify_part
from app.workspace import Answer, Workspace

MOST_FAULTS: Final = 100
MOST_EVENTS: Final = 20_000
"""Of one answer: a few seconds' work."""


def check_log(workspace: Workspace, *, after: int = 0, most: int = MOST_EVENTS) -> Answer:
    """Check some events' hashes, and the checkpoints that sign them.

    Parameters
    ----------
    workspace : Workspace
        Whose; its viewer looks after the log.
    after : int, optional
        Only events after this one.
    most : int, optional
        At most so many.

    Returns
    -------
    Answer
        Number of events, of faults, and the first faults in words: numbers of events, never their
        content; and after which event to go on, where there are more.

    Notes
    -----
    The check itself is on the log afterwards, and is not among the events that were counted.
    """
    workspace.permit("audit")
    events, last, faults = verify_part(workspace.folder, after, most)
    wrong = f"{len(faults)} faults" if faults else "nothing is wrong"
    part = "" if not after and last >= events else f", of which {after + 1:,} to {last:,} were looked at"
    body = {
        "sentence": f"{events:,} events{part}: {wrong}" if part else f"{events:,} events, {wrong}",
        "events": events,
        "looked_at": max(last - after, 0),
        "go_on_after": last if last < events else None,
        "faults": len(faults),
        "first_faults": faults[:MOST_FAULTS],
    }
    found = Answer(body, (), {"events": events, "after": after, "faults": len(faults)})
    workspace.record("consultation", "audit verify", found)
    return found
