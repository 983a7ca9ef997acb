"""Whether the audit log is whole, for those who may look after it."""

from __future__ import annotations

from typing import Final

from app.use_cases.care import verify_log
from app.workspace import Answer, Workspace

MOST_FAULTS: Final = 100


def check_log(workspace: Workspace) -> Answer:
    """Check every event's hash and every signed checkpoint.

    Parameters
    ----------
    workspace : Workspace
        Whose; its viewer looks after the log.

    Returns
    -------
    Answer
        Number of events, of faults, and the first faults in words: numbers of events, never their content.

    Notes
    -----
    The check itself is on the log afterwards, and is not among the events that were counted.
    """
    workspace.permit("audit")
    events, faults = verify_log(workspace)
    body = {
        "sentence": f"{events:,} events, {f'{len(faults)} faults' if faults else 'nothing is wrong'}",
        "events": events,
        "faults": len(faults),
        "first_faults": faults[:MOST_FAULTS],
    }
    found = Answer(body, (), {"events": events, "faults": len(faults)})
    workspace.record("consultation", "audit verify", found)
    return found
