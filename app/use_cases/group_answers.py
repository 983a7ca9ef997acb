"""What is told of peer groups: a list of them, or one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence, Set
from typing import Any, Final

import numpy as np

from app.progress import Progress
from app.use_cases.asking import Question, ask, iso_day
from app.use_cases.groups import Act, PeerGroup, all_groups, find_group
from app.use_cases.naming import shown_people
from app.workspace import Answer, Workspace
from graph.model.entities import read_id, write_id
from graph.model.kinds import LINK_NAMES, LINKS, TIES
from graph.model.spans import day_number, day_of
from graph.view import View

SCHEMA: Final = "kithmap.groups/1"
CAVEAT: Final = (
    "Confirmed by a practitioner, not by the software, and it says nothing of what its members did or will "
    "do. Members are those this viewer may see."
)
_TIE_CODES: Final = [LINKS[kind].code for kind in TIES]


def list_groups(
    workspace: Workspace, question: Question, *, names: bool = False, progress: Progress = lambda _: None
) -> Answer:
    """List the peer groups that a viewer may see.

    Parameters
    ----------
    workspace : Workspace
        Whose.
    question : Question
        Of which only ``known_on`` counts: what was known on a past day.
    names : bool, optional
        Names instead of initials, by right.
    progress : callable, optional
        Told what is done.

    Returns
    -------
    Answer
        One row a group, dissolved ones last; the caveat.
    """
    return _answer(workspace, question, all_groups, names=names, progress=progress)


def show_group(
    workspace: Workspace,
    group: str,
    question: Question,
    *,
    names: bool = False,
    progress: Progress = lambda _: None,
) -> Answer:
    """Show one peer group.

    Parameters
    ----------
    workspace : Workspace
        Whose.
    group : str
        Its id.
    question : Question
        Of which only ``known_on`` counts: what was known on a past day.
    names : bool, optional
        Names instead of initials, by right.
    progress : callable, optional
        Told what is done.

    Returns
    -------
    Answer
        The same as in the list, with this row alone.

    Raises
    ------
    EntityNotFoundError
        No peer group that the viewer may see has this id.
    """

    def _one(view: View) -> list[PeerGroup]:
        return [find_group(view, read_id(group))]

    return _answer(workspace, question, _one, names=names, progress=progress)


def _answer(
    workspace: Workspace,
    question: Question,
    find: Callable[[View], list[PeerGroup]],
    *,
    names: bool,
    progress: Progress,
) -> Answer:
    if names:
        workspace.permit("names")

    def _find(view: View) -> Answer:
        day = question.day(workspace)
        found = find(view)
        people = sorted({person for group in found for person in group.members})
        shown = shown_people(view, people, names=names)
        young = _children(view, people, day)
        body = {
            "schema": SCHEMA,
            "data_version": view.data_version,
            "sentence": _sentence(found, day),
            "caveat": CAVEAT,
            "on_day": day_of(day).isoformat(),
            "known_on": question.known_on and question.known_on.isoformat(),
            "rows": [_row(view, group, shown, young, day) for group in found],
        }
        return Answer(body, [*(group.id for group in found), *people], {"groups": len(found)})

    return ask(workspace, "groups", question, find=_find, progress=progress)


def _sentence(found: list[PeerGroup], day: int) -> str:
    standing = [group for group in found if group.state == "confirmed"]
    late = sum(_is_overdue(group, day) for group in standing)
    parts = [f"{len(standing)} peer group{'s' * (len(standing) != 1)}"]
    parts += [f"{late} overdue for review"] * bool(late)
    parts += [f"{len(found) - len(standing)} dissolved"] * (len(found) > len(standing))
    return ", ".join(parts)


def _is_overdue(group: PeerGroup, day: int) -> bool:
    return group.state == "confirmed" and day_number(group.review) < day


def _children(view: View, people: Sequence[int], day: int) -> set[int]:
    if not people:
        return set()
    of = np.array(people, dtype=np.int64)
    young: list[int] = of[view.minors_on(day_of(day), of)].tolist()
    return set(young)


def _row(view: View, group: PeerGroup, shown: Mapping[int, str], young: Set[int], day: int) -> dict[str, Any]:
    pointed = view.pointers([group.id, *group.members])
    return {
        "id": write_id(group.id),
        "name": group.name or None,
        "state": group.state,
        "people": len(group.members),
        "children_or_age_unknown": len(young & {*group.members}),
        "purpose": group.purpose,
        "reference": group.reference or None,
        "agency": group.agency,
        "by": group.by,
        "confirmed": group.confirmed_on.isoformat(),
        "review": group.review.isoformat(),
        "overdue": _is_overdue(group, day),
        "members": [{"id": write_id(person), "shown_as": shown[person]} for person in group.members],
        "ties": _ties(view, group),
        "history": [_act(act) for act in group.history],
        "restricted": [
            {"entity": write_id(p.entity), "contact": p.owner, "reference": p.reference} for p in pointed
        ],
    }


def _act(act: Act) -> dict[str, str]:
    return {"day": act.day.isoformat(), "act": act.act, "by": act.by, "reason": act.reason}


def _ties(view: View, group: PeerGroup) -> list[dict[str, Any]]:
    if not group.members:
        return []
    links = view.store.links_between(view.scope, group.members)
    links = links.take(np.isin(links.predicate, _TIE_CODES))
    return [
        {
            "a": write_id(int(links.a[n])),
            "b": write_id(int(links.b[n])),
            "says": LINK_NAMES[links.predicate[n]],
            "sources": int(links.sources[n]),
            "claims": int(links.claims[n]),
            "last_confirmed": iso_day(int(links.last_confirmed[n])),
        }
        for n in range(len(links))
    ]
