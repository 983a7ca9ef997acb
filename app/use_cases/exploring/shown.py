"""How entities and links are shown to one viewer."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import Any, Final, NamedTuple

import numpy as np

from app.copies.gathering import NAMED_GROUPS, NAMED_PLACES
from app.use_cases.asking import Question, iso_day
from app.use_cases.briefings.places import PRIVATE_SORTS
from app.use_cases.naming import shown_people
from app.use_cases.why import PROTECTED_BASES, is_protected
from app.workspace import Workspace
from graph.errors import ModelError, UnknownKindError
from graph.model.entities import write_id
from graph.model.kinds import CAPACITY_NAMES, LINK_NAMES, LINKS, WORDS
from graph.model.links import LinkTable
from graph.model.scope import Filters
from graph.model.spans import day_of
from graph.store.contract import Description
from graph.view import Evidence, View

_MONTH: Final = len("2025-03")
_STATED: Final = ("Group", "Location", "Organisation")
"""Kinds whose description may hold a name or a reference."""


class Showing(NamedTuple):
    """Who is shown what.

    Attributes
    ----------
    agency : str
        The viewer's: others' protected sources show the month only.
    day : int
        Ages are for this day, since 1970-01-01.
    names : bool
        Names instead of initials, by right.
    """

    agency: str
    day: int
    names: bool


def showing(workspace: Workspace, question: Question, *, names: bool) -> Showing:
    """Return how an answer shows things, and refuse names where there is no right to them.

    Parameters
    ----------
    workspace : Workspace
        Whose.
    question : Question
        Which day it is for.
    names : bool
        Names instead of initials.

    Returns
    -------
    Showing
        For this viewer.
    """
    if names:
        workspace.permit("names")
    return Showing(workspace.viewer.agency, question.day(workspace), names)


def entity_rows(view: View, entities: Collection[int], how: Showing) -> list[dict[str, Any]]:
    """Return entities as they are shown.

    Parameters
    ----------
    view : View
        The viewer's.
    entities : collection of int
        Entities the viewer may see, by the ids they see them by.
    how : Showing
        Who is shown what.

    Returns
    -------
    list of dict
        By kind, then as shown, then by id.
    """
    what = view.store.described(view.scope, entities)
    names = shown_names(view, what, how)
    people = [entity for entity, told in what.items() if told.kind == "Person"]
    ages = view.ages_on(day_of(how.day), people) if people else {}
    rows = [
        {
            "id": write_id(entity),
            "kind": told.kind,
            "sort": told.sort or None,
            "category": told.category or None,
            "shown_as": names.get(entity, ""),
            "age": ages.get(entity),
        }
        for entity, told in what.items()
    ]
    return sorted(rows, key=lambda row: (row["kind"], row["shown_as"].casefold(), row["id"]))


def shown_names(view: View, what: Mapping[int, Description], how: Showing) -> dict[int, str]:
    """Return what entities are called, as far as this viewer is told.

    Parameters
    ----------
    view : View
        The viewer's.
    what : mapping of int to Description
        As the store describes them.
    how : Showing
        Who is shown what.

    Returns
    -------
    dict of int to str
        People by initials, or by name by right; places the public goes to, organisations and most
        groups by name; private places never; numbers of things by right only.
    """
    of: dict[str, list[int]] = defaultdict(list)
    for entity, told in what.items():
        of[told.kind].append(entity)
    found = shown_people(view, of["Person"], names=how.names)
    named = [*of["Group"], *of["Organisation"], *(of["Object"] if how.names else ())]
    found |= {entity: spoken[-1] for entity, spoken in view.names(named).items()}
    said = descriptions(view, [entity for kind in _STATED for entity in of[kind]])
    for entity, values in said.items():
        found.setdefault(entity, str(values[-1].get("name") or values[-1].get("reference") or ""))
    found |= _areas(view, of["Area"])
    return {
        entity: name
        for entity, name in found.items()
        if _may_name(what[entity], how) and not any(map(_is_private, said.get(entity, ())))
    }


def _may_name(what: Description, how: Showing) -> bool:
    known = {"Location": NAMED_PLACES, "Group": NAMED_GROUPS | {"peer_group"}}
    return how.names or what.sort in known.get(what.kind, (what.sort,))


def _is_private(said: Mapping[str, Any]) -> bool:
    return said.get("protected") is True or said.get("sort") in PRIVATE_SORTS


def descriptions(view: View, entities: Collection[int]) -> dict[int, list[dict[str, Any]]]:
    """Return every description of some entities.

    Parameters
    ----------
    view : View
        The viewer's.
    entities : collection of int
        By the ids the viewer sees them by.

    Returns
    -------
    dict of int to list of dict
        Attributes, the newest last; entities that nobody described are left out.
    """
    if not entities:
        return {}
    claims = view.store.facts_of(view.scope, entities, "IS", filters=Filters(doubtful=True))
    owner = {claim: entity for entity, claim in claims}
    told: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for item in sorted(view.why(list(owner)), key=_known):
        told[owner[item.claim.seq]].append(json.loads(item.claim.value or "{}"))
    return dict(told)


def _known(item: Evidence) -> tuple[int, int]:
    claim = item.claim
    day = claim.recorded_us // 86_400_000_000 if claim.reported_day is None else claim.reported_day
    return day, claim.seq


def _areas(view: View, areas: Collection[int]) -> dict[int, str]:
    if not areas:
        return {}
    codes = view.store.area_codes()
    names = {area.code: area.name for area in view.areas if area.name}
    return {area: names.get(codes[area], codes[area]) for area in areas if area in codes}


def link_rows(view: View, links: LinkTable, how: Showing, filters: Filters) -> list[dict[str, Any]]:
    """Return links as they are shown, each with a summary of its evidence.

    Parameters
    ----------
    view : View
        The viewer's.
    links : LinkTable
        As the store gave them for this question.
    how : Showing
        Who is shown what.
    filters : Filters
        Which claims count.

    Returns
    -------
    list of dict
        In the order of the table. Days are months where a source is protected from this viewer.
    """
    months = _protected(view, links, how, filters)
    return [
        _link_row(links, n, _MONTH if link in months else None)
        for n, link in enumerate(links.link_id.tolist())
    ]


def _link_row(links: LinkTable, n: int, length: int | None) -> dict[str, Any]:
    days = (iso_day(int(column[n])) for column in (links.valid_from, links.valid_to, links.last_confirmed))
    first, last, confirmed = (day and day[:length] for day in days)
    return {
        "id": write_id(int(links.link_id[n])),
        "says": LINK_NAMES[links.predicate[n]],
        "a": write_id(int(links.a[n])),
        "b": write_id(int(links.b[n])),
        "capacity": CAPACITY_NAMES[links.capacity[n]] or None,
        "drawn": "asserted",
        "from": first,
        "to": last,
        "last_confirmed": confirmed,
        "sources": int(links.sources[n]),
        "claims": int(links.claims[n]),
        "source_best": grade("source_grade", links.source_best[n]),
        "source_worst": grade("source_grade", links.source_worst[n]),
        "information_best": grade("information_grade", links.information_best[n]),
        "information_worst": grade("information_grade", links.information_worst[n]),
        "disputed": bool(links.disputed[n]),
    }


def grade(words: str, number: int) -> str | None:
    """Return a grade as it is written.

    Parameters
    ----------
    words : str
        ``source_grade`` or ``information_grade``.
    number : int
        From 1; 0 for ungraded.

    Returns
    -------
    str or None
        None for ungraded.
    """
    return WORDS[words][number - 1] if number else None


def _protected(view: View, links: LinkTable, how: Showing, filters: Filters) -> set[int]:
    """Return the links behind which some claim's source is protected from this viewer."""
    if not len(links) or not view.rests_on(PROTECTED_BASES):
        return set()
    held = view.store.claims_of(view.scope, links, filters=filters)
    claims = {claim for numbers in held.values() for claim in numbers}
    shut = {item.claim.seq for item in view.why(sorted(claims)) if is_protected(item, how.agency)}
    return {link for link, numbers in held.items() if not shut.isdisjoint(numbers)}


def pointer_rows(view: View, entities: Iterable[int]) -> list[dict[str, str]]:
    """Return that restricted content exists about some entities, and whom to ask.

    Parameters
    ----------
    view : View
        The viewer's.
    entities : iterable of int
        Entities the viewer may see.

    Returns
    -------
    list of dict
        No sort, count or date.
    """
    return [
        {"entity": write_id(p.entity), "contact": p.owner, "reference": p.reference}
        for p in view.pointers(list(entities))
    ]


def link_kinds(kinds: Collection[str]) -> list[str]:
    """Return the kinds of link that are asked for.

    Parameters
    ----------
    kinds : collection of str
        Predicates.

    Returns
    -------
    list of str
        Sorted, each once.

    Raises
    ------
    UnknownKindError
        No such link in the dictionary.
    """
    unknown = sorted(set(kinds) - set(LINKS))
    if unknown:
        raise UnknownKindError(f"{', '.join(unknown)}: no link of the dictionary")
    return sorted(set(kinds))


def check_number(name: str, value: int, most: int, *, least: int = 0) -> None:
    """Refuse a number that is out of its range.

    Parameters
    ----------
    name : str
        What it is.
    value : int
        As asked for.
    most, least : int
        The range, both within it.

    Raises
    ------
    ModelError
        It is outside.
    """
    if not least <= value <= most:
        raise ModelError(f"{name}: {least:,} to {most:,}")


def ends_of(links: LinkTable) -> list[int]:
    """Return the entities that links join.

    Parameters
    ----------
    links : LinkTable
        Any links.

    Returns
    -------
    list of int
        Sorted ids.
    """
    ends: list[int] = np.unique(np.concatenate((links.a, links.b))).tolist()
    return ends
