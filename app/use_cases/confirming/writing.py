"""Writing an act on a peer group: one batch, on the audit log before it is live."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from app.access import decide
from app.audit import Event
from app.use_cases.confirming.labels import in_company
from app.use_cases.confirming.records import (
    Held,
    Membership,
    Standing,
    act_records,
    member_records,
    mentions_in,
    read_held,
    standing_records,
)
from app.use_cases.drawing import BRIEFLY_S, redraw
from app.workspace import Workspace
from graph.errors import ConflictError, NotPermittedError
from graph.ledger.claims import ledger_version
from graph.ledger.known_mentions import BATCH, add_known
from graph.ledger.opening import LedgerFiles, one_writer, open_ledger
from graph.ledger.writing import LedgerWriter
from graph.model.claims import PolicyLabel, Record
from graph.model.entities import write_id
from graph.model.spans import day_number


class Done(NamedTuple):
    """What an act left behind.

    Attributes
    ----------
    group : str
        Id of the peer group.
    members : int
        Its members that the person who acted may see.
    review : date
        By when it must be looked at again.
    """

    group: str
    members: int
    review: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """An act that a practitioner decided on.

    Attributes
    ----------
    act : str
        ``confirmed``, ``changed`` or ``dissolved``.
    said : dict of str to str
        Who, why, and what they set anew.
    all_concerned : bool
        Whether the act concerns everybody who sees the group, and not only those who see some member.
    standing : Standing
        How the group stands after it.
    added : dict of int to PolicyLabel
        New members, with the labels that what they rest on asks for.
    dropped : frozenset of int
        Records whose membership ends.
    left : int
        Members that the practitioner sees after it.
    drawn : int
        Version of the ledger that they looked at.
    row : str or None
        Row of a saved run that they began with.
    """

    act: str
    said: dict[str, str]
    all_concerned: bool
    standing: Standing
    added: dict[int, PolicyLabel] = field(default_factory=dict)
    dropped: frozenset[int] = frozenset()
    left: int = 0
    drawn: int
    row: str | None = None


class _Change(NamedTuple):
    """What the ledger must hold after an act that it does not hold yet."""

    members: list[Membership]
    ended: frozenset[int]
    labels: frozenset[PolicyLabel]
    ended_labels: frozenset[PolicyLabel]
    concerned: frozenset[PolicyLabel]


def write_group(workspace: Workspace, plan: Plan, action: str) -> Done:
    """Write an act, durably and whole or not at all.

    Parameters
    ----------
    workspace : Workspace
        Whose.
    plan : Plan
        The act.
    action : str
        As the audit log names it.

    Returns
    -------
    Done
        Once it is on the log, live, and drawn.

    Raises
    ------
    ConflictError
        Another process writes, or has written since the practitioner looked.
    NotPermittedError
        They would not see what they write.
    AuditUnavailableError
        The log cannot be written; the workspace is as it was.
    """
    files = open_ledger(workspace.folder, writer=True)
    try:
        with one_writer(workspace.folder, wait_s=BRIEFLY_S):
            with LedgerWriter(files, mint=workspace.mint, clock=workspace.clock) as writer:
                _write(workspace, plan, action, files, writer)
            redraw(workspace)
    finally:
        files.close()
    return Done(write_id(plan.standing.group), plan.left, date.fromisoformat(plan.standing.review))


def _write(workspace: Workspace, plan: Plan, action: str, files: LedgerFiles, writer: LedgerWriter) -> None:
    with writer.connection.begin():
        if ledger_version(writer.connection) != plan.drawn:
            raise ConflictError("the data moved while this was decided: look again, and repeat it")
        held = read_held(writer.connection, plan.standing.group)
    change = _change(plan, held, day_number(workspace.context.day))
    _check_seen(workspace, change, held)
    records = _records(plan, held, change, day_number(workspace.context.day))
    writer.begin(BATCH)
    add_known(writer, files, mentions_in(records))
    writer.append(records)
    people = sorted({*plan.added, *plan.dropped})
    detail = {"act": plan.act, "members": plan.left, "review": plan.standing.review, "row": plan.row}
    subjects = [write_id(entity) for entity in (plan.standing.group, *people)]
    # On the log before it is live: what the log does not know of is not there.
    workspace.audit.write(Event("alteration", action, subjects, detail))
    writer.finish()


def _change(plan: Plan, held: Held, day: int) -> _Change:
    if plan.standing.status != "active":
        return _Change([], frozenset(held.members), held.labels, frozenset(), held.labels)
    kept = {person: member for person, member in held.members.items() if person not in plan.dropped}
    kept |= {person: Membership(person, label, day) for person, label in plan.added.items()}
    raised = in_company([member.label for member in kept.values()])
    members = [m._replace(label=label) for m, label in zip(kept.values(), raised, strict=True)]
    labels = frozenset(raised)
    fresh = [member for member in members if held.members.get(member.person) != member]
    concerned = {m.label for m in members if m.person in plan.added}
    concerned |= {held.members[person].label for person in plan.dropped}
    return _Change(
        fresh,
        plan.dropped,
        labels,
        held.labels - labels,
        labels if plan.all_concerned else frozenset(concerned),
    )


def _check_seen(workspace: Workspace, change: _Change, held: Held) -> None:
    """Refuse what the practitioner would not see: areas that have none in common show to nobody of one."""
    before = {person: member.label for person, member in held.members.items()}
    lost = [m for m in change.members if not _sees(workspace, m.label)]
    if any(m.person not in before or _sees(workspace, before[m.person]) for m in lost):
        raise NotPermittedError(
            "what these memberships rest on is limited to areas that have none in common: "
            "you would not see the group yourself, so ask somebody who works in all of them"
        )


def _sees(workspace: Workspace, label: PolicyLabel) -> bool:
    return decide(workspace.viewer, "groups", label, workspace.context).answer == "allow"


def _records(plan: Plan, held: Held, change: _Change, day: int) -> list[Record]:
    standing, said = plan.standing, {"act": plan.act, **plan.said}
    return [
        *standing_records(standing, change.labels, change.ended_labels, day),
        *member_records(standing, change.members, change.ended, day),
        *act_records(standing, said, change.concerned, held.acts, day),
    ]
