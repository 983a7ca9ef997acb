"""Confirming, changing and dissolving peer groups: acts of a named practitioner, never of the software."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date

from app.use_cases.confirming.grounds import grounds_of
from app.use_cases.confirming.labels import strictest
from app.use_cases.confirming.records import FEED, Standing
from app.use_cases.confirming.rules import (
    check_change,
    check_number,
    check_review,
    chosen_people,
    find_person,
    group_to_change,
    short_text,
    stated_text,
)
from app.use_cases.confirming.writing import Done, Plan, write_group
from app.use_cases.drawing import current_store, reading_ledger
from app.use_cases.groups import PeerGroup
from app.workspace import Answer, Workspace
from graph.model.claims import PolicyLabel
from graph.model.spans import day_number
from graph.view import View


def confirm(
    workspace: Workspace,
    row: str | None,
    *,
    purpose: str,
    review: date,
    name: str = "",
    without: Sequence[str] = (),
    add: Sequence[str] = (),
) -> Done:
    """Confirm that some people are a peer group.

    Parameters
    ----------
    workspace : Workspace
        Whose.
    row : str or None
        Row of a saved run of ``clusters``: who is in it is where one begins. None to name everybody.
    purpose : str
        What for.
    review : date
        By when it must be looked at again.
    name : str, optional
        A name for it; name nobody in it.
    without, add : sequence of str, optional
        Ids of people of the row who are no members, and of others who are.

    Returns
    -------
    Done
        With the id of the group, which stays the same for everybody.

    Raises
    ------
    ModelError
        Fewer than two members, no purpose, or a review date that is past or too far.
    LinkEndsError
        An id that is not a person's.
    EntityNotFoundError
        A row or a person that the viewer may not see.
    NotPermittedError
        The role does not allow it, or the viewer would not see what they confirm.

    Notes
    -----
    The cluster stays what it was. That somebody is a member says nothing of what they did.
    """
    purpose, name = stated_text("purpose", purpose), short_text("name", name)
    check_review(workspace, review)

    def _find(view: View) -> Answer:
        people = chosen_people(workspace, view, row, without=without, add=add)
        check_number(len(people))
        standing = Standing(
            _fresh_id(workspace, purpose, name),
            workspace.viewer.agency,
            "active",
            name,
            workspace.viewer.name,
            purpose,
            workspace.context.reference,
            review.isoformat(),
            day_number(workspace.context.day),
        )
        labels = _labels(workspace, view, people, ())
        plan = Plan(
            act="confirmed",
            said={"by": standing.by, "purpose": purpose, "review": standing.review},
            all_concerned=True,
            standing=standing,
            added=labels,
            left=len(people),
            drawn=view.store.version(),
            row=row,
        )
        return Answer({}, people, {"members": len(people), "row": row}, plan)

    found = workspace.answer("groups", lambda: current_store(workspace), _find)
    return write_group(workspace, found.extra, "groups confirm")


def change(
    workspace: Workspace,
    group: str,
    *,
    reason: str,
    add: Sequence[str] = (),
    drop: Sequence[str] = (),
    purpose: str | None = None,
    review: date | None = None,
    name: str | None = None,
) -> Done:
    """Change a peer group: who is in it, what for, or by when it is looked at again.

    Parameters
    ----------
    workspace : Workspace
        Whose.
    group : str
        Its id.
    reason : str
        Why; shown to whoever sees somebody whom the change concerns.
    add, drop : sequence of str, optional
        Ids of people.
    purpose : str, optional
        Anew.
    review : date, optional
        Anew.
    name : str, optional
        Anew; an empty one takes it away.

    Returns
    -------
    Done
        What it is now; what it was is answered by ``--known-on``.

    Raises
    ------
    ModelError
        Nothing to change, a dissolved group, fewer than two members left, or a broken rule.
    EntityNotFoundError
        A group or a person that the viewer may not see.
    NotPermittedError
        Another agency's group.
    """
    reason = stated_text("reason", reason)
    anew: dict[str, str] = {}
    if purpose is not None:
        anew["purpose"] = stated_text("purpose", purpose)
    if name is not None:
        anew["name"] = short_text("name", name)
    if review is not None:
        check_review(workspace, review)
        anew["review"] = review.isoformat()
    # A name is kept apart from the ledger, where acts are.
    said = {field: text for field, text in anew.items() if field != "name"}

    def _find(view: View) -> Answer:
        held = group_to_change(workspace, view, group)
        fresh, ended = ({find_person(view, text) for text in texts} for texts in (add, drop))
        records = _enlisted(view, held.id)
        left = check_change(held, fresh=fresh, ended=ended, enlisted={*records.values()}, anew=anew)
        standing = _standing_of(held, **anew)
        labels = _labels(workspace, view, sorted(fresh), sorted(left - fresh))
        plan = Plan(
            act="changed",
            said={"by": workspace.viewer.name, "reason": reason, **said},
            all_concerned=bool(anew),
            standing=standing,
            added=labels,
            dropped=frozenset(record for record, person in records.items() if person in ended),
            left=len(left),
            drawn=view.store.version(),
        )
        return Answer({}, [held.id, *sorted(fresh | ended)], {"add": len(fresh), "drop": len(ended)}, plan)

    found = workspace.answer("groups", lambda: current_store(workspace), _find)
    return write_group(workspace, found.extra, "groups change")


def dissolve(workspace: Workspace, group: str, *, reason: str) -> Done:
    """Dissolve a peer group: nobody is a member any more.

    Parameters
    ----------
    workspace : Workspace
        Whose.
    group : str
        Its id.
    reason : str
        Why; shown to whoever sees the group.

    Returns
    -------
    Done
        It is kept, with its history.

    Raises
    ------
    ModelError
        It is dissolved already, or no reason is given.
    EntityNotFoundError
        A group that the viewer may not see.
    NotPermittedError
        Another agency's group.
    """
    reason = stated_text("reason", reason)

    def _find(view: View) -> Answer:
        held = group_to_change(workspace, view, group)
        standing = _standing_of(held)._replace(status="inactive")
        plan = Plan(
            act="dissolved",
            said={"by": workspace.viewer.name, "reason": reason},
            all_concerned=True,
            standing=standing,
            drawn=view.store.version(),
        )
        return Answer({}, [held.id, *held.members], {"members": len(held.members)}, plan)

    found = workspace.answer("groups", lambda: current_store(workspace), _find)
    return write_group(workspace, found.extra, "groups dissolve")


def _standing_of(held: PeerGroup, **anew: str) -> Standing:
    return Standing(
        held.id,
        held.agency,
        "active",
        anew.get("name", held.name),
        held.by,
        anew.get("purpose", held.purpose),
        held.reference,
        anew.get("review", held.review.isoformat()),
        day_number(held.confirmed_on),
    )


def _fresh_id(workspace: Workspace, purpose: str, name: str) -> int:
    # Random; where a test mints ids from keys, the key says nothing that another viewer may not know.
    said = f"{FEED}|{workspace.viewer.agency}|{workspace.clock()}|{purpose}|{name}"
    return workspace.mint([hashlib.blake2b(said.encode(), digest_size=16).digest()])[0]


def _labels(
    workspace: Workspace, view: View, people: Sequence[int], others: Sequence[int]
) -> dict[int, PolicyLabel]:
    with reading_ledger(workspace) as ledger:
        grounds = grounds_of(view, ledger, people, others)
    agency = workspace.viewer.agency
    return {person: strictest(labels, agency=agency) for person, labels in grounds.items()}


def _enlisted(view: View, group: int) -> dict[int, int]:
    """Return the records that have a membership, and whom the viewer sees for each."""
    links = view.store.neighbours(view.scope, group, kinds=("MEMBER_OF",), limit=100_000).links
    behind = view.store.claims_of(view.scope, links)
    claims = view.why([claim for held in behind.values() for claim in held])
    subjects = {item.claim.subject for item in claims if item.claim.object == group}
    return {record: view.seen(record) for record in subjects}
