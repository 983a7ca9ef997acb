"""What a peer group must fulfil: two people or more, a purpose, a review within the year."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, timedelta
from typing import Any, Final

from app.runs import find_row
from app.use_cases.groups import PeerGroup, find_group
from app.workspace import Workspace
from graph.errors import EntityNotFoundError, LinkEndsError, ModelError, NotPermittedError
from graph.model.entities import read_id, write_id
from graph.view import View

FEWEST_MEMBERS: Final = 2
LONGEST_REVIEW_DAYS: Final = 366
"""A peer group is looked at again within twelve months."""

MOST_LETTERS: Final = 1_000


def stated_text(what: str, text: str) -> str:
    """Return a text that must be there.

    Parameters
    ----------
    what : str
        Its name, for the message.
    text : str
        As given.

    Returns
    -------
    str
        Without spaces around it.

    Raises
    ------
    ModelError
        It is empty or too long.
    """
    if not text.strip():
        raise ModelError(f"a peer group needs a {what}")
    return short_text(what, text)


def short_text(what: str, text: str) -> str:
    """Return a text of a length that somebody reads.

    Parameters
    ----------
    what : str
        Its name, for the message.
    text : str
        As given.

    Returns
    -------
    str
        Without spaces around it.

    Raises
    ------
    ModelError
        It is too long.
    """
    if len(text.strip()) > MOST_LETTERS:
        raise ModelError(f"the {what} has more than {MOST_LETTERS:,} letters")
    return text.strip()


def check_review(workspace: Workspace, review: date) -> None:
    """Refuse a review date that is past or too far.

    Parameters
    ----------
    workspace : Workspace
        Whose today.
    review : date
        As asked for.

    Raises
    ------
    ModelError
        Outside the twelve months from today.
    """
    today = workspace.context.day
    if review < today:
        raise ModelError(f"the review date {review} is past")
    if review > today + timedelta(days=LONGEST_REVIEW_DAYS):
        raise ModelError(f"the review date {review} is more than twelve months ahead")


def check_number(members: int) -> None:
    """Refuse a group of fewer than two.

    Parameters
    ----------
    members : int
        How many the viewer would see.

    Raises
    ------
    ModelError
        Fewer than two.
    """
    if members < FEWEST_MEMBERS:
        raise ModelError(f"a peer group has {FEWEST_MEMBERS} members or more, and this would have {members}")


def find_person(view: View, text: str) -> int:
    """Return a person by their id.

    Parameters
    ----------
    view : View
        The viewer's.
    text : str
        The id as written.

    Returns
    -------
    int
        As the viewer sees them.

    Raises
    ------
    EntityNotFoundError
        Nobody that the viewer may see.
    LinkEndsError
        Not a person.
    """
    try:
        found = view.store.entity(view.scope, read_id(text))
    except EntityNotFoundError as error:
        raise EntityNotFoundError(f"nobody with the id {text}") from error
    if found.kind != "Person":
        raise LinkEndsError(f"{text} is no person: the members of a peer group are people")
    return found.id


def chosen_people(
    workspace: Workspace, view: View, row: str | None, *, without: Sequence[str], add: Sequence[str]
) -> list[int]:
    """Return the people that a practitioner chose.

    Parameters
    ----------
    workspace : Workspace
        Whose.
    view : View
        The viewer's.
    row : str or None
        Row of a saved run of ``clusters``.
    without, add : sequence of str
        Ids of people of the row to leave out, and of others to take in.

    Returns
    -------
    list of int
        Sorted, as the viewer sees them.

    Raises
    ------
    ModelError
        Somebody to leave out who is not in the row.
    EntityNotFoundError
        A row or a person that the viewer may not see.
    """
    begun = set() if row is None else {find_person(view, write_id(e)) for e in _cluster(workspace, view, row)}
    out = {find_person(view, text) for text in without}
    if strange := sorted(out - begun):
        raise ModelError(
            f"{', '.join(map(write_id, strange))}: not in {row or 'any row'}, so not to leave out"
        )
    return sorted((begun - out) | {find_person(view, text) for text in add})


def _cluster(workspace: Workspace, view: View, row: str) -> list[int]:
    run, held = find_row(workspace.folder, view, row)
    if run.measure != "clusters":
        raise EntityNotFoundError(f"{row} is a row of {run.measure}: a peer group begins with a peer cluster")
    people: list[int] = held["entities"]
    return people


def group_to_change(workspace: Workspace, view: View, group: str) -> PeerGroup:
    """Return a peer group that the viewer may change.

    Parameters
    ----------
    workspace : Workspace
        Whose.
    view : View
        The viewer's.
    group : str
        Its id as written.

    Returns
    -------
    PeerGroup
        As the viewer sees it.

    Raises
    ------
    EntityNotFoundError
        None that the viewer may see.
    NotPermittedError
        Another agency's.
    ModelError
        It is dissolved.
    """
    held = find_group(view, read_id(group))
    if held.agency != workspace.viewer.agency:
        raise NotPermittedError(f"the peer group {group} is another agency's: ask {held.agency}")
    if held.state != "confirmed":
        raise ModelError(f"the peer group {group} is dissolved: confirm a new one")
    return held


def check_change(
    held: PeerGroup, *, fresh: set[int], ended: set[int], enlisted: set[int], anew: Collection[Any]
) -> set[int]:
    """Return who is in a group after a change.

    Parameters
    ----------
    held : PeerGroup
        As it is.
    fresh, ended : set of int
        Who comes and who goes.
    enlisted : set of int
        Whoever has a membership, also those who are no longer shown as members.
    anew : collection
        What else is to change.

    Returns
    -------
    set of int
        Members whom the viewer may see.

    Raises
    ------
    ModelError
        Nothing to change; somebody who is a member already, or none; fewer than two left.
    """
    if not (fresh or ended or anew):
        raise ModelError("nothing to change was named")
    if known := sorted(fresh & {*held.members}):
        raise ModelError(f"{', '.join(map(write_id, known))}: in the group already")
    if strange := sorted(ended - enlisted):
        raise ModelError(f"{', '.join(map(write_id, strange))}: not in the group")
    left = ({*held.members} | fresh) - ended
    if fresh or ended:
        check_number(len(left))
    return left
