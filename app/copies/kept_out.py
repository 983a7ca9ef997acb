"""What no work copy may hold: protected and safe places, protective people, where homes are."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import numpy as np

from graph.model.kinds import CAPACITY_CODES, LINKS
from graph.model.links import LinkTable
from graph.model.scope import Filters
from graph.view import Evidence, View

HOME_SORTS: Final = frozenset({"home", "placement", "cuckooed_home"})
DWELLINGS: Final = ("LIVES_AT", "PLACED_AT")
PROTECTIVE: Final = tuple(name for name, kind in LINKS.items() if kind.protective)
CHILD_GROUPS: Final = frozenset({"peer_group", "family"})
"""Groups whose membership is a tie between children in other words."""

_ALL: Final = Filters(doubtful=True)


@dataclass(frozen=True, slots=True)
class KeptOut:
    """What the rules shut out of a copy.

    Attributes
    ----------
    entities : frozenset of int
        Never in a copy.
    homes : frozenset of int
        In it without a position.
    children_homes : frozenset of int
        Homes and placements of children: not in a copy for disruption.
    points : frozenset of (float, float)
        Positions of all of them, which nothing else in the copy may show.
    """

    entities: frozenset[int]
    homes: frozenset[int]
    children_homes: frozenset[int]
    points: frozenset[tuple[float, float]]


def kept_out(view: View, day: date) -> KeptOut:
    """Return what the rules shut out of a copy, by every visible claim, doubtful and past ones too.

    Parameters
    ----------
    view : View
        The viewer's.
    day : date
        Ages are for this day.

    Returns
    -------
    KeptOut
        What the viewer may not see shuts nothing out, since it must change nothing.
    """
    places = [e for kind in ("Location", "Organisation") for e in _of_kind(view, kind)]
    said = [(item, value_of(item)) for item in _facts(view, places, "IS")]
    shut = {
        view.seen(i.claim.subject) for i, v in said if v.get("protected") or v.get("sort") == "safe_place"
    }
    homes = {view.seen(i.claim.subject) for i, v in said if v.get("sort") in HOME_SORTS}
    links = view.store.link_table(view.scope, kinds=(*DWELLINGS, *PROTECTIVE), filters=_ALL)
    dwelt, protects, safe = (_rows(links, names) for names in (DWELLINGS, ("PROTECTS",), ("SAFE_AT",)))
    homes |= set(dwelt.b.tolist())
    located = set(_of_kind(view, "Location"))
    people = set(_of_kind(view, "Person"))
    shut |= (set(safe.b.tolist()) & located) | (set(protects.a.tolist()) & people)
    shut |= _protective_adults(view)
    minors = _minors(view, day, dwelt.a.tolist())
    of_children = {b for a, b in zip(dwelt.a.tolist(), dwelt.b.tolist(), strict=True) if a in minors}
    points = _points(view, [*(shut & set(places)), *homes])
    return KeptOut(frozenset(shut), frozenset(homes), frozenset(of_children), points)


def carried(now: KeptOut, view_now: View, then: View) -> KeptOut:
    """Return what is shut out today in the words of a drawing of a past day.

    Parameters
    ----------
    now : KeptOut
        By today's drawing.
    view_now, then : View
        The viewer's views of today and of the past day.

    Returns
    -------
    KeptOut
        Whoever is one with a shut entity today is shut out of the past, too.
    """

    def _then(entities: Collection[int]) -> frozenset[int]:
        members = {m for e in entities for m in view_now.store.entity(view_now.scope, e).members}
        return frozenset(then.seen(member) for member in members)

    return KeptOut(_then(now.entities), _then(now.homes), _then(now.children_homes), now.points)


def joined(one: KeptOut, other: KeptOut) -> KeptOut:
    """Return what either of two shuts out.

    Parameters
    ----------
    one, other : KeptOut
        Of two drawings.

    Returns
    -------
    KeptOut
        Both together.
    """
    return KeptOut(
        one.entities | other.entities,
        one.homes | other.homes,
        one.children_homes | other.children_homes,
        one.points | other.points,
    )


def between_children(links: LinkTable, minors: Collection[int], sorts: Mapping[int, str]) -> Any:
    """Return which links a copy for disruption leaves out, because they tie children or say where they live.

    Parameters
    ----------
    links : LinkTable
        Of the copy.
    minors : collection of int
        People under 18 or of unknown age.
    sorts : mapping of int to str
        Of the other ends.

    Returns
    -------
    ndarray of bool, shape (n,)
        One for each link.
    """
    young = np.array(sorted(minors), dtype=np.int64)
    a, b = np.isin(links.a, young), np.isin(links.b, young)
    ties = _coded(links, tuple(name for name, kind in LINKS.items() if kind.tie))
    close = np.array([sorts.get(end, "") in CHILD_GROUPS for end in links.b.tolist()], dtype=bool)
    grouped = _coded(links, ("MEMBER_OF",)) & a & close
    in_home = _coded(links, ("IN",)) & (links.capacity != CAPACITY_CODES["responsible"])
    lives = (_coded(links, DWELLINGS) | in_home) & a
    return (ties & a & b) | grouped | lives


def protective(links: LinkTable) -> Any:
    """Return which links are for support only.

    Parameters
    ----------
    links : LinkTable
        Of the copy.

    Returns
    -------
    ndarray of bool, shape (n,)
        One for each link.
    """
    return _coded(links, PROTECTIVE)


def value_of(item: Evidence) -> dict[str, Any]:
    """Return what a claim of a property says.

    Parameters
    ----------
    item : Evidence
        The claim.

    Returns
    -------
    dict
        Attributes; empty where it has none.
    """
    found: dict[str, Any] = json.loads(item.claim.value) if item.claim.value else {}
    return found


def _coded(links: LinkTable, names: Collection[str]) -> Any:
    return np.isin(links.predicate, [LINKS[name].code for name in names])


def _rows(links: LinkTable, names: Collection[str]) -> LinkTable:
    return links.take(_coded(links, names))


def _of_kind(view: View, kind: str) -> list[int]:
    found: list[int] = view.store.entities(view.scope, kind, _ALL).tolist()
    return found


def _facts(view: View, entities: Collection[int], predicate: str) -> list[Evidence]:
    if not entities:
        return []
    return view.why([c for _, c in view.store.facts_of(view.scope, entities, predicate, filters=_ALL)])


def _protective_adults(view: View) -> set[int]:
    roles = view.why([c for _, c in view.store.facts_of(view.scope, (), "ROLE", filters=_ALL)])
    return {view.seen(i.claim.subject) for i in roles if value_of(i).get("role") == "protective_adult"}


def _minors(view: View, day: date, people: Collection[int]) -> set[int]:
    asked = np.unique(np.array(list(people), dtype=np.int64))
    return set(asked[view.minors_on(day, asked)].tolist()) if len(asked) else set()


def _points(view: View, places: Collection[int]) -> frozenset[tuple[float, float]]:
    said = (value_of(item) for item in _facts(view, places, "POSITION"))
    return frozenset(point_of(value) for value in said)


def point_of(value: Mapping[str, Any]) -> tuple[float, float]:
    """Return a position as two numbers that are equal where the places are.

    Parameters
    ----------
    value : mapping
        Of a claim of a position.

    Returns
    -------
    tuple of float
        Longitude and latitude, to about a metre.
    """
    return round(float(value["lon"]), 5), round(float(value["lat"]), 5)
