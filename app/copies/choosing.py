"""Which entities and links a copy is made from, before anything is kept out."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final, NamedTuple

from graph.model.kinds import LINKS
from graph.model.links import LinkTable
from graph.model.scope import Filters
from graph.view import View

COPIED: Final = ("Person", "Group", "Location", "Event", "Object", "Organisation", "Area", "Intervention")
"""Kinds of entity that a copy may hold; meetings and what was decided there stay where they are."""

WALKED: Final = tuple(name for name in LINKS if name != "IN")
"""Links that a walk follows: over an area it would reach everybody who lives there."""

PART: Final = -1
"""The start of a part that no walk chose."""


class Chosen(NamedTuple):
    """What a copy is made from.

    Attributes
    ----------
    kinds : dict of int to str
        Entities and their kinds.
    links : LinkTable
        Links between them.
    start, hops : int
        Where a walk began and how far it went; ``PART`` and 0 for a row's part, 0 and 0 for everything.
    """

    kinds: dict[int, str]
    links: LinkTable
    start: int = 0
    hops: int = 0


def everything(view: View, filters: Filters) -> Chosen:
    """Choose all that the viewer may see.

    Parameters
    ----------
    view : View
        The viewer's.
    filters : Filters
        Which claims count.

    Returns
    -------
    Chosen
        Of the kinds that a copy may hold.
    """
    return _between(view.store.link_table(view.scope, filters=filters), _kinds(view, filters))


def around(view: View, entity: int, hops: int, filters: Filters) -> Chosen:
    """Choose what lies within some hops of one entity.

    Parameters
    ----------
    view : View
        The viewer's.
    entity : int
        Where to begin.
    hops : int
        How far; areas are no way from one to another.
    filters : Filters
        Which claims count.

    Returns
    -------
    Chosen
        The entity itself too, where it has no links.

    Raises
    ------
    EntityNotFoundError
        The viewer sees no such entity.
    """
    start = view.store.entity(view.scope, entity)
    links = view.store.neighbourhood(view.scope, [start.id], hops=hops, kinds=WALKED, filters=filters)
    ends = {start.id, *links.a.tolist(), *links.b.tolist()}
    kinds = {e: kind for e, kind in _kinds(view, filters).items() if e in ends}
    return _between(links, {**kinds, start.id: start.kind})._replace(start=start.id, hops=hops)


def among(view: View, entities: Collection[int], links: Collection[int], filters: Filters) -> Chosen:
    """Choose some entities, what some links join them to, and every link between all of these.

    Parameters
    ----------
    view : View
        The viewer's.
    entities : collection of int
        For example members of a peer cluster.
    links : collection of int
        For example the evidence of their ties.
    filters : Filters
        Which claims count.

    Returns
    -------
    Chosen
        With the events that are evidence.
    """
    asked, held = set(links), set(entities)
    near = view.store.neighbourhood(view.scope, entities, hops=1, kinds=WALKED, filters=filters)
    for link, a, b in zip(near.link_id.tolist(), near.a.tolist(), near.b.tolist(), strict=True):
        if link in asked:
            held |= {a, b}
    kinds = {e: kind for e, kind in _kinds(view, filters).items() if e in held}
    return _between(view.store.links_between(view.scope, held, filters=filters), kinds)._replace(start=PART)


def selected(view: View, entities: Collection[int], filters: Filters) -> Chosen:
    """Choose some entities and every link between them, and nothing else.

    Parameters
    ----------
    view : View
        The viewer's.
    entities : collection of int
        Entities that the viewer sees, whatever the window.
    filters : Filters
        Which claims count of the links.

    Returns
    -------
    Chosen
        Of the kinds that a copy may hold.
    """
    told = view.store.described(view.scope, entities)
    kinds = {entity: what.kind for entity, what in told.items() if what.kind in COPIED}
    return _between(view.store.links_between(view.scope, kinds, filters=filters), kinds)._replace(start=PART)


def still_joined(
    chosen: Chosen, kinds: Collection[int], links: LinkTable, minors: Collection[int]
) -> set[int]:
    """Return what may stay in a copy once links were left out of it.

    Parameters
    ----------
    chosen : Chosen
        What the copy is made from.
    kinds : collection of int
        Entities that the rules let in.
    links : LinkTable
        Links that the rules let in.
    minors : collection of int
        For disruption: people under 18 or of unknown age, who leave a chosen part with their last link.

    Returns
    -------
    set of int
        Of a walk, only what the links in the copy still reach: to be in it would else tell of a link
        that was left out.
    """
    ends = set(zip(links.a.tolist(), links.b.tolist(), strict=True))
    if chosen.hops:
        reached = {chosen.start}
        for _ in range(chosen.hops):
            reached |= {end for pair in ends if not reached.isdisjoint(pair) for end in pair}
        return reached & set(kinds)
    linked = {end for pair in ends for end in pair}
    return set(kinds) - (set(minors) - linked if chosen.start else set())


def _kinds(view: View, filters: Filters) -> dict[int, str]:
    return {e: kind for kind in COPIED for e in view.store.entities(view.scope, kind, filters).tolist()}


def _between(links: LinkTable, kinds: dict[int, str]) -> Chosen:
    import numpy as np

    held = np.array(sorted(kinds), dtype=np.int64)
    return Chosen(kinds, links.take(np.isin(links.a, held) & np.isin(links.b, held)))
