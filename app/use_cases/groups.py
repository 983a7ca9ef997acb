"""Peer groups: confirmed by a practitioner, read by each viewer as far as they may see them."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import Any, Final, NamedTuple

import numpy as np

from graph.errors import EntityNotFoundError
from graph.model.kinds import LINKS, PROPERTIES
from graph.model.links import LinkTable
from graph.model.scope import Filters
from graph.model.spans import day_of
from graph.view import Evidence, View

SORT: Final = "peer_group"
STATES: Final = {"active": "confirmed", "inactive": "dissolved"}
ACT_RULE: Final = "act"
"""Rule of the claims that tell what was done; those of the rule ``confirmation`` tell how it stands."""

_MEMBER_OF: Final = LINKS["MEMBER_OF"].code
_SAID_OF_GROUPS: Final = ("IS", "CONFIRMATION")


class Act(NamedTuple):
    """Something that was done to a peer group.

    Attributes
    ----------
    act : str
        ``confirmed``, ``changed`` or ``dissolved``.
    by : str
        Who did it.
    day : date
        When.
    reason : str
        Why, in their words; of a confirmation, its purpose.
    """

    act: str
    by: str
    day: date
    reason: str


class PeerGroup(NamedTuple):
    """A peer group as one viewer sees it.

    Attributes
    ----------
    id : int
        The same for every viewer.
    name : str
        Empty where it has none.
    state : str
        ``confirmed`` or ``dissolved``.
    members : tuple of int
        People of it whom this viewer may see, by the ids this viewer sees them by; sorted.
    by : str
        The practitioner who confirmed it.
    purpose, reference : str
        What for, and the case or meeting; the reference may be empty.
    review : date
        By when it must be looked at again.
    confirmed_on : date
        When it was confirmed.
    history : tuple of Act
        What was done to it, as far as this viewer may see; oldest first.
    agency : str
        Who answers for it.

    Notes
    -----
    It says that a practitioner sees these people as a group, and nothing of what they did.
    """

    id: int
    name: str
    state: str
    members: tuple[int, ...]
    by: str
    purpose: str
    reference: str
    review: date
    confirmed_on: date
    history: tuple[Act, ...]
    agency: str


def find_group(view: View, group: int) -> PeerGroup:
    """Return a peer group.

    Parameters
    ----------
    view : View
        The viewer's.
    group : int
        Its id.

    Returns
    -------
    PeerGroup
        With the members that this viewer may see.

    Raises
    ------
    EntityNotFoundError
        No peer group that the viewer may see has this id.
    """
    found = read_groups(view, [group])
    if not found:
        raise EntityNotFoundError("no peer group with this id")
    return found[0]


def all_groups(view: View) -> list[PeerGroup]:
    """Return every peer group that a viewer may see.

    Parameters
    ----------
    view : View
        The viewer's.

    Returns
    -------
    list of PeerGroup
        Those that stand first, then by the day of the next review.
    """
    found = read_groups(view, view.store.entities(view.scope, "Group").tolist())
    return sorted(found, key=lambda group: (group.state != "confirmed", group.review, group.id))


def read_groups(view: View, groups: Collection[int]) -> list[PeerGroup]:
    """Return those of some groups that are peer groups.

    Parameters
    ----------
    view : View
        The viewer's.
    groups : collection of int
        Ids of entities.

    Returns
    -------
    list of PeerGroup
        By id; groups of other sorts are left out.
    """
    said = _said(view, groups)
    them = sorted(group for group, items in said.items() if _stands(items))
    members = members_of(view, them)
    names = view.names(them)
    return [_group(group, said[group], members[group], names.get(group, [])) for group in them]


def _said(view: View, groups: Collection[int]) -> dict[int, list[Evidence]]:
    if not groups:
        return {}
    owner = {
        claim: entity
        for predicate in _SAID_OF_GROUPS
        for entity, claim in view.store.facts_of(view.scope, groups, predicate)
    }
    said: dict[int, list[Evidence]] = defaultdict(list)
    for item in view.why(list(owner)):
        said[owner[item.claim.seq]].append(item)
    return said


def _stands(said: Iterable[Evidence]) -> bool:
    return any(
        item.claim.predicate == "CONFIRMATION" and item.claim.rule != ACT_RULE for item in said
    ) and any(item.claim.predicate == "IS" and _value(item)["sort"] == SORT for item in said)


def _group(group: int, said: Sequence[Evidence], members: tuple[int, ...], names: list[str]) -> PeerGroup:
    is_a = [item for item in said if item.claim.predicate == "IS"][-1]
    stated = [item for item in said if item.claim.predicate == "CONFIRMATION"]
    now = [item for item in stated if item.claim.rule != ACT_RULE][-1]
    value = _value(now)
    return PeerGroup(
        group,
        names[-1] if names else "",
        STATES[_value(is_a)["status"]],
        members,
        value["by"],
        value["purpose"],
        value.get("reference", ""),
        date.fromisoformat(value["review"]),
        day_of(now.claim.from_day or 0),
        _history(item for item in stated if item.claim.rule == ACT_RULE),
        now.label.controller,
    )


def _history(acts: Iterable[Evidence]) -> tuple[Act, ...]:
    # An act is recorded once for each label of the people it concerns: who sees several sees one act.
    found = {(item.claim.recorded_us, item.claim.value): _act(item) for item in acts}
    return tuple(act for _, act in sorted(found.items()))


def _act(item: Evidence) -> Act:
    value = _value(item)
    why = value.get("reason") or value["purpose"]
    return Act(value["act"], value["by"], day_of(item.claim.from_day or 0), why)


def _value(item: Evidence) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(item.claim.value or "{}")
    return found


def members_of(view: View, groups: Collection[int]) -> dict[int, tuple[int, ...]]:
    """Return the members of some groups.

    Parameters
    ----------
    view : View
        The viewer's.
    groups : collection of int
        Ids of peer groups.

    Returns
    -------
    dict of int to tuple of int
        Sorted ids, for each group. Whoever is known by nothing but a membership, because their
        records were removed or hidden since, is no member.
    """
    if not groups:
        return {}
    links = _links_of(view, groups, "MEMBER_OF")
    inside = links.take((links.predicate == _MEMBER_OF) & np.isin(links.b, list(groups)))
    known = _otherwise_known(view, sorted({*inside.a.tolist()}))
    members: dict[int, set[int]] = {group: set() for group in groups}
    for person, group in zip(inside.a.tolist(), inside.b.tolist(), strict=True):
        if person in known:
            members[group].add(person)
    return {group: tuple(sorted(people)) for group, people in members.items()}


def _otherwise_known(view: View, people: list[int]) -> set[int]:
    if not people:
        return set()
    facts = (view.store.facts_of(view.scope, people, predicate) for predicate in PROPERTIES)
    links = _links_of(view, people)
    joined = np.unique(links.b[links.predicate == _MEMBER_OF]).tolist()
    confirmed = {group for group, _ in view.store.facts_of(view.scope, joined, "CONFIRMATION")}
    others = links.take(~((links.predicate == _MEMBER_OF) & np.isin(links.b, list(confirmed))))
    return {person for rows in facts for person, _ in rows} | {*others.a.tolist(), *others.b.tolist()}


def _links_of(view: View, entities: Collection[int], *kinds: str) -> LinkTable:
    return view.store.neighbourhood(view.scope, entities, hops=1, kinds=kinds, filters=Filters())
