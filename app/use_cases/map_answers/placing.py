"""Where the entities of a chart are: their places and events, as far as a map may show them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import Any, Final, NamedTuple

import numpy as np

from app.copies.kept_out import DWELLINGS, PROTECTIVE
from app.use_cases.asking import Question, ask
from app.use_cases.briefings.places import PRIVATE_EVENTS
from app.use_cases.closed_places import closed_places, is_open, shielded
from app.use_cases.exploring.neighbourhood import found_among
from app.use_cases.exploring.shown import Showing, check_number, showing, shown_names
from app.use_cases.map_answers.positions import Position, organisations_at, positions_of, standing
from app.workspace import Answer, Workspace
from graph.model.entities import read_id, write_id
from graph.model.kinds import LINKS
from graph.model.links import LinkTable
from graph.model.spans import day_of
from graph.store.contract import Description
from graph.view import View

SCHEMA: Final = "kithmap.places/1"
MOST: Final = 2_000
"""Entities of one answer."""
MOST_ROWS: Final = 5_000
PLACED: Final = ("Location", "Event", "Organisation")
"""Kinds of entity that lie somewhere."""
FOLLOWED: Final = tuple(
    kind for kind in LINKS if kind not in ("IN", "ORIGINATES_FROM", *DWELLINGS, *PROTECTIVE)
)
"""Links that say where something is; where somebody lives, is placed or is safe is on no map."""


class Found(NamedTuple):
    """Places of some entities.

    Attributes
    ----------
    of : dict of int to set of int
        By place or event, the entities asked for that it belongs to.
    at : dict of int to Position
        Those that may be shown.
    private : frozenset of int
        Those that may not.
    """

    of: dict[int, set[int]]
    at: dict[int, Position]
    private: frozenset[int]


def places_of(workspace: Workspace, entities: Sequence[str], question: Question) -> Answer:
    """Return where some entities, and what they are linked to, lie on a map.

    Parameters
    ----------
    workspace : Workspace
        Whose.
    entities : sequence of str
        Ids; one that nothing visible has is listed as not found.
    question : Question
        Which claims count.

    Returns
    -------
    Answer
        A row for each place or event with a position, with the entities it belongs to; counts of the rest.

    Raises
    ------
    EntityNotFoundError
        Nothing that the viewer may see has any of these ids.
    ModelError
        No id, or more than 2,000.

    Notes
    -----
    To be recorded at a place once is not to be there often.
    """
    check_number("ids", len(entities), MOST, least=1)
    how = showing(workspace, question, names=False)

    def _find(view: View) -> Answer:
        asked, missing = found_among(view, entities)
        found = _found(workspace, view, asked, question)
        rows = _rows(view, found, how)
        placed = {entity for place in found.at for entity in found.of[place]}
        shown = sorted({*asked, *(read_id(row["id"]) for row in rows[:MOST_ROWS])})
        body = {
            "schema": SCHEMA,
            "data_version": view.data_version,
            "sentence": _sentence(len(rows), len(asked), len(asked) - len(placed)),
            "on_day": day_of(how.day).isoformat(),
            "parameters": question.described(),
            "not_found": missing,
            "not_placed": {
                "entities": len(asked) - len(placed),
                "private": len(found.private),
                "without_position": len(found.of) - len(found.at) - len(found.private),
            },
            "not_shown": max(len(rows) - MOST_ROWS, 0),
            "rows": rows[:MOST_ROWS],
        }
        return Answer(body, shown, {"of": "places", "entities": len(asked), "places": len(rows)})

    return ask(workspace, "explore", question, find=_find)


def _found(workspace: Workspace, view: View, asked: Sequence[int], question: Question) -> Found:
    of, unsaid = _belonging(view, asked, question)
    what = view.store.described(view.scope, list(of))
    of = {place: owners for place, owners in of.items() if what[place].kind in PLACED}
    at, place_of = _located(view, what, list(of), question)
    open_ = is_open(closed_places(workspace, view, question, "explore"))
    private = frozenset(
        place
        for place in of
        if place in unsaid
        or what[place].sort in PRIVATE_EVENTS
        or not open_(place_of.get(place, place), at[place].lonlat if place in at else None)
    )
    return Found(of, {place: where for place, where in at.items() if place not in private}, private)


def _belonging(
    view: View, asked: Sequence[int], question: Question
) -> tuple[dict[int, set[int]], frozenset[int]]:
    """Return what each entity asked for is linked to, and what only those link to who are not to be found."""
    links = view.store.neighbourhood(view.scope, asked, hops=1, kinds=FOLLOWED, filters=question.filters)
    hidden = shielded(view, asked)
    of: dict[int, set[int]] = {entity: {entity} for entity in asked}
    unsaid: dict[int, bool] = {}
    wanted = set(asked)
    for mine, other in _directed(links, wanted):
        of.setdefault(other, set())
        if mine in hidden:
            unsaid.setdefault(other, True)
        else:
            of[other].add(mine)
            unsaid[other] = False
    alone = frozenset(place for place, only in unsaid.items() if only and place not in wanted)
    return of, alone


def _directed(links: LinkTable, wanted: Collection[int]) -> list[tuple[int, int]]:
    pairs = list(zip(links.a.tolist(), links.b.tolist(), strict=True))
    both = pairs + [(b, a) for a, b in pairs]
    return [(mine, other) for mine, other in both if mine in wanted]


def _located(
    view: View, what: dict[int, Description], places: Collection[int], question: Question
) -> tuple[dict[int, Position], dict[int, int]]:
    """Return where places and events are, and the location of each event."""
    of: dict[str, list[int]] = defaultdict(list)
    for place in places:
        of[what[place].kind].append(place)
    at = positions_of(view, question, of["Location"])
    at |= organisations_at(view, question, of["Organisation"])
    where: dict[int, int] = {}
    if of["Event"]:
        held = view.store.occurrences(view.scope, filters=standing(question))
        for n in np.flatnonzero(np.isin(held.event, np.array(of["Event"], dtype=np.int64))).tolist():
            event = int(held.event[n])
            where[event] = int(held.location[n])
            at[event] = Position(float(held.lon[n]), float(held.lat[n]), held.areas[n])
    return at, where


def _rows(view: View, found: Found, how: Showing) -> list[dict[str, Any]]:
    what = view.store.described(view.scope, list(found.at))
    names = shown_names(view, what, how)
    rows = [
        {
            "id": write_id(place),
            "label": names.get(place, ""),
            "kind": what[place].kind,
            "sort": what[place].sort or None,
            **position.lonlat_row,
            "of": sorted(write_id(entity) for entity in found.of[place]),
        }
        for place, position in found.at.items()
    ]
    return sorted(rows, key=lambda row: (-len(row["of"]), row["kind"], row["label"].casefold(), row["id"]))


def _sentence(places: int, asked: int, without: int) -> str:
    some = f"{places:,} place{'s' * (places != 1)} of {asked:,} {'entity' if asked == 1 else 'entities'}"
    return f"{some}; {without:,} of them {'has' if without == 1 else 'have'} none that is shown"
