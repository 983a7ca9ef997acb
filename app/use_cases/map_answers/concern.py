"""Locations of concern: places that practitioners named, or where young people are said to be harmed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from app.copies.kept_out import value_of
from app.use_cases.asking import Question, ask
from app.use_cases.closed_places import closed_places, is_open, shielded
from app.use_cases.concerns import declarations, newest_concern
from app.use_cases.exploring.shown import Showing, link_rows, pointer_rows, showing, shown_names
from app.use_cases.map_answers.happenings import Happening, happenings_at, hours_of, weekdays_of
from app.use_cases.map_answers.positions import Position, area_rows, positions_of, standing
from app.use_cases.map_answers.young import young_people
from app.use_cases.why import WITHHELD, is_protected
from app.workspace import Answer, Workspace
from graph.model.entities import read_id, write_id
from graph.model.kinds import CAPACITY_CODES, LINKS
from graph.model.links import LinkTable
from graph.model.scope import Filters
from graph.model.spans import day_of
from graph.view import Evidence, View

SCHEMA: Final = "kithmap.concern/1"
MOST: Final = 2_000
"""Rows of one answer."""

CAVEAT: Final = (
    "Places, never people, are put in order. What is not recorded is not known: a place where no child is "
    "recorded is not a safe one. Homes, placements, safe places and protected places are not among them."
)
SAID_THERE: Final = ("FREQUENTS", "HARMED_AT")
THERE: Final = ("victim", "present", "suspected", "arrested", "found_with", "missing")
"""Capacities of somebody who was at an event; whoever reported it need not have been."""


@dataclass(frozen=True, slots=True)
class Ground:
    """What is said of places, before any of it is counted.

    Attributes
    ----------
    declared : dict of int to list of Evidence
        Descriptions that name a concern, by place.
    said : LinkTable
        Who frequents a place or was harmed there.
    met : LinkTable
        Who was at an event.
    young : frozenset of int
        Young people among them.
    """

    declared: dict[int, list[Evidence]]
    said: LinkTable
    met: LinkTable
    young: frozenset[int]


def locations_of_concern(workspace: Workspace, question: Question) -> Answer:
    """Return the locations of concern that a viewer may see.

    Parameters
    ----------
    workspace : Workspace
        Whose.
    question : Question
        Which claims count.

    Returns
    -------
    Answer
        A row for each place that somebody named as of concern, and for each that young people are said to
        frequent or were harmed at: those of most young people first.

    Notes
    -----
    Says where to talk about first; it says nothing of who is there, and is no score. A place that many
    agencies record shows more.
    """
    how = showing(workspace, question, names=False)

    def _find(view: View) -> Answer:
        ground = _ground(view, question, how.day)
        named = set(ground.declared) | _with_young(ground)
        at = positions_of(view, question, named)
        open_ = is_open(closed_places(workspace, view, question, "hotspots"))
        places = sorted(place for place in named if open_(place, at[place].lonlat if place in at else None))
        rows = _rows(view, ground, places, at, question, how)
        shown = [read_id(row["id"]) for row in rows[:MOST]]
        body = {
            "schema": SCHEMA,
            "data_version": view.data_version,
            "sentence": _sentence(rows),
            "caveat": CAVEAT,
            "on_day": day_of(how.day).isoformat(),
            "parameters": question.described(),
            "not_shown": len(rows) - len(shown),
            "rows": rows[:MOST],
            "restricted": pointer_rows(view, shown),
        }
        return Answer(body, shown, {"of": "locations of concern", "places": len(rows)})

    return ask(workspace, "hotspots", question, find=_find)


def _ground(view: View, question: Question, day: int) -> Ground:
    filters = question.filters
    links = view.store.link_table(view.scope, kinds=(*SAID_THERE, "INVOLVED_IN"), filters=filters)
    persons = np.isin(links.a, view.store.entities(view.scope, "Person", filters))
    said = links.take(persons & np.isin(links.predicate, [LINKS[kind].code for kind in SAID_THERE]))
    hidden = np.array(sorted(shielded(view, set(said.a.tolist()))), dtype=np.int64)
    said = said.take(~np.isin(said.a, hidden))
    present = np.isin(links.capacity, [CAPACITY_CODES[name] for name in THERE])
    met = links.take(persons & present & (links.predicate == LINKS["INVOLVED_IN"].code))
    young = young_people(view, {*said.a.tolist(), *met.a.tolist()}, question, day)
    return Ground(_declared(view, question), said, met, young)


def _declared(view: View, question: Question) -> dict[int, list[Evidence]]:
    """Return the descriptions that name a concern: those without a day hold in every window."""
    everywhere = standing(question)
    places = view.store.entities(view.scope, "Location", everywhere).tolist()
    held = declarations(view, places, everywhere)
    within = {place: [x for x in said if _within(x, question)] for place, said in held.items()}
    return {place: said for place, said in within.items() if said}


def _within(item: Evidence, question: Question) -> bool:
    window, claim = question.filters.window, item.claim
    if window is None:
        return True
    first, last = window
    return (claim.from_day is None or claim.from_day <= last) and (claim.to_day or first) >= first


def _with_young(ground: Ground) -> set[int]:
    young = np.isin(ground.said.a, np.array(sorted(ground.young), dtype=np.int64))
    return set(ground.said.b[young].tolist())


def _rows(
    view: View,
    ground: Ground,
    places: Sequence[int],
    at: dict[int, Position],
    question: Question,
    how: Showing,
) -> list[dict[str, Any]]:
    if not places:
        return []
    said = ground.said.take(np.isin(ground.said.b, np.array(places, dtype=np.int64)))
    links = defaultdict(list)
    for row in link_rows(view, said, how, question.filters):
        links[read_id(row["b"])].append(row)
    agencies = _agencies(view, said, how, question.filters)
    events = happenings_at(view, places, question, how)
    met = _met(ground, events)
    what = view.store.described(view.scope, places)
    names = shown_names(view, what, how)
    areas = area_rows(view, at)
    rows = []
    for place in places:
        declared, held = ground.declared.get(place, []), events.get(place, [])
        rows.append(
            {
                "id": write_id(place),
                "label": names.get(place, ""),
                "sort": what[place].sort or None,
                **_named(declared),
                **(at[place].lonlat_row if place in at else {"lon": None, "lat": None}),
                "areas": areas.get(place, []),
                **_people(links[place], met.get(place, set()), ground.young),
                "events": len(held),
                "agencies": _who(declared, held, agencies[place], how.agency),
                **_days(links[place], held),
                "by_weekday": weekdays_of(held),
                "by_hour": hours_of(held),
                "undated": sum(one.weekday is None for one in held),
                "without_hour": sum(one.hour is None for one in held),
                "disputed": _disputed(declared, links[place]),
            }
        )
    return _ordered(rows)


def _ordered(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    by_name = sorted(rows, key=lambda row: (row["label"] == "", row["label"].casefold(), row["id"]))
    latest = sorted(by_name, key=lambda row: row["last_day"] or "", reverse=True)
    return sorted(latest, key=lambda row: row["children"], reverse=True)


def _named(declared: Sequence[Evidence]) -> dict[str, Any]:
    """Return what practitioners named, by the newest description that does."""
    if not declared:
        return {"declared": False, "concern": None, "last_confirmed": None}
    days = [str(day) for item in declared if (day := value_of(item).get("last_confirmed"))]
    return {"declared": True, "concern": newest_concern(declared), "last_confirmed": max(days, default=None)}


def _met(ground: Ground, events: dict[int, list[Happening]]) -> dict[int, set[int]]:
    """Return who was at the events of each place."""
    at: dict[int, set[int]] = defaultdict(set)
    for person, event in zip(ground.met.a.tolist(), ground.met.b.tolist(), strict=True):
        at[event].add(person)
    return {place: {who for one in held for who in at.get(one.event, ())} for place, held in events.items()}


def _people(links: Iterable[dict[str, Any]], met: set[int], young: Collection[int]) -> dict[str, int]:
    said = {(row["says"], read_id(row["a"])) for row in links}
    people = {who for _, who in said} | met
    harmed = {who for says, who in said if says == "HARMED_AT"}
    return {"children": len(people & set(young)), "people": len(people), "harmed": len(harmed)}


def _agencies(view: View, said: LinkTable, how: Showing, filters: Filters) -> dict[int, set[str]]:
    found: dict[int, set[str]] = defaultdict(set)
    held = view.store.claims_of(view.scope, said, filters=filters)
    place = dict(zip(said.link_id.tolist(), said.b.tolist(), strict=True))
    of = {claim: place[link] for link, claims in held.items() for claim in claims}
    for item in view.why(sorted(of)):
        found[of[item.claim.seq]].add(_source(item, how.agency))
    return found


def _source(item: Evidence, agency: str) -> str:
    return WITHHELD if is_protected(item, agency) else item.claim.origin_agency


def _who(declared: Iterable[Evidence], events: Iterable[Happening], said: set[str], agency: str) -> list[str]:
    who = (
        said
        | {_source(item, agency) for item in declared}
        | {name for one in events for name in one.agencies}
    )
    return sorted(who, key=lambda name: (name == WITHHELD, name))


def _days(links: Iterable[dict[str, Any]], events: Iterable[Happening]) -> dict[str, str | None]:
    days = [day for row in links for name in ("from", "last_confirmed") if (day := row[name])]
    days += [day for one in events for day in (one.first, one.last) if day]
    return {"first_day": min(days, default=None), "last_day": max(days, default=None)}


def _disputed(declared: Iterable[Evidence], links: Iterable[dict[str, Any]]) -> bool:
    return any(item.claim.status == "disputed" for item in declared) or any(row["disputed"] for row in links)


def _sentence(rows: Sequence[dict[str, Any]]) -> str:
    if not rows:
        return "no location of concern is on record that you may see"
    young = sum(row["children"] > 0 for row in rows)
    some = f"{len(rows):,} location{'s' * (len(rows) != 1)} of concern"
    return f"{some}, {young:,} of them with young people; places are in order, never people"
