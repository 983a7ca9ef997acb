"""Pairs of members who have a tie, by the rules that peer clusters are found with."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields
from itertools import combinations

import numpy as np

from app.use_cases.asking import Question
from graph.measures.projection import COMPANION_CAPACITIES, project_ties
from graph.model.kinds import CAPACITY_CODES, LINKS, TIES
from graph.model.links import Int64, LinkTable
from graph.view import View


@dataclass(frozen=True, slots=True)
class Pair:
    """Two people with a tie.

    Attributes
    ----------
    a, b : int
        Ids, the smaller first.
    direct : bool
        Somebody stated it, over more than one day.
    events, days : int
        Events at which both were present; known days of co-presence or sightings.
    strength : float
        Sum of the aged weights of its evidence.
    links : tuple of int
        Ids of the links it rests on.
    """

    a: int
    b: int
    direct: bool
    events: int
    days: int
    strength: float
    links: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Pairs:
    """The ties among some people, and the links they rest on.

    Attributes
    ----------
    held : tuple of Pair
        By ids.
    table : LinkTable
        Links stated between them, and everybody's to the events they were at.
    once : int
        Pairs who were seen together or at one event on one day only, which is no tie.
    """

    held: tuple[Pair, ...]
    table: LinkTable
    once: int


def read_pairs(view: View, people: Collection[int], question: Question, day: int) -> Pairs:
    """Return the ties among some people.

    Parameters
    ----------
    view : View
        Of what every reader may see.
    people : collection of int
        Ids, as that view sees them.
    question : Question
        Which claims count.
    day : int
        The day the contents are for.

    Returns
    -------
    Pairs
        Co-presence is weighed among all who were at an event, not the members alone.
    """
    filters = question.filters
    members = np.array(sorted(people), dtype=np.int64)
    among = view.store.links_between(view.scope, people, filters=filters)
    stated = among.take(np.isin(among.predicate, [LINKS[name].code for name in TIES]))
    table = _joined([stated, _presences(view, people, question)])
    known = view.store.entities(view.scope, "Person", filters)
    everybody = np.union1d(members, np.intersect1d(known, np.concatenate((table.a, table.b))))
    ties = project_ties(table, people=everybody, on_day=day, sighting_is_tie=False)
    ends_a, ends_b = everybody[ties.i], everybody[ties.j]
    held = []
    for row in np.flatnonzero(np.isin(ends_a, members) & np.isin(ends_b, members)).tolist():
        piece = slice(ties.evidence_from[row], ties.evidence_from[row + 1])
        links = {*ties.evidence_a[piece].tolist(), *ties.evidence_b[piece].tolist()}
        counts = bool(ties.direct[row]), int(ties.events[row]), int(ties.days[row]), float(ties.weight[row])
        held.append(Pair(int(ends_a[row]), int(ends_b[row]), *counts, tuple(sorted(links))))
    return Pairs(tuple(held), table, _once(table, stated, members, {(p.a, p.b) for p in held}))


def _presences(view: View, people: Collection[int], question: Question) -> LinkTable:
    kinds = ("INVOLVED_IN",)
    mine = view.store.neighbourhood(view.scope, people, hops=1, kinds=kinds, filters=question.filters)
    events = np.unique(mine.b).tolist()
    if not events:
        return mine
    return view.store.neighbourhood(view.scope, events, hops=1, kinds=kinds, filters=question.filters)


def _joined(tables: Sequence[LinkTable]) -> LinkTable:
    columns = (np.concatenate([getattr(t, f.name) for t in tables]) for f in fields(LinkTable))
    return LinkTable(*columns)


def _once(table: LinkTable, stated: LinkTable, members: Int64, tied: Collection[tuple[int, int]]) -> int:
    companions = [CAPACITY_CODES[name] for name in COMPANION_CAPACITIES]
    at_event = np.isin(table.capacity, companions) & (table.predicate == LINKS["INVOLVED_IN"].code)
    present: dict[int, set[int]] = defaultdict(set)
    for row in np.flatnonzero(at_event & np.isin(table.a, members)).tolist():
        present[int(table.b[row])].add(int(table.a[row]))
    pairs = {tuple(sorted(pair)) for held in present.values() for pair in combinations(held, 2)}
    pairs |= set(zip(stated.a.tolist(), stated.b.tolist(), strict=True))
    return len(pairs - set(tied))


def largest_piece(people: Collection[int], pairs: Sequence[Pair]) -> frozenset[int]:
    """Return the most people whom ties join to each other.

    Parameters
    ----------
    people : collection of int
        Ids.
    pairs : sequence of Pair
        Ties among them.

    Returns
    -------
    frozenset of int
        Of equally large pieces the one with the lowest id; empty where no tie is left.
    """
    near: dict[int, set[int]] = {person: set() for person in people}
    for pair in pairs:
        near[pair.a].add(pair.b)
        near[pair.b].add(pair.a)
    found: list[set[int]] = []
    left = set(near)
    while left:
        piece, edge = set(), {min(left)}
        while edge:
            piece |= edge
            edge = {other for person in edge for other in near[person]} - piece
        found.append(piece)
        left -= piece
    largest = min(found, key=lambda piece: (-len(piece), min(piece)), default=set())
    return frozenset(largest) if len(largest) > 1 else frozenset()
