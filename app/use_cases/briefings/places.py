"""Where members met, were harmed or are taught; never where anybody lives, is placed or is safe."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from app.documents.document import Section, Table
from app.use_cases.briefings.material import Material
from app.use_cases.briefings.said import Said, agencies_of, span_of
from app.use_cases.briefings.wording import UNKNOWN, counted, listed, plain, spoken
from graph.model.entities import write_id

PRIVATE_SORTS: Final = frozenset({"home", "placement", "safe_place", "cuckooed_home"})
PRIVATE_EVENTS: Final = frozenset({"domestic_abuse", "hospital_injury", "safeguarding_contact"})
"""Sorts of event whose place says where somebody lives, is treated or is helped."""

NEAR_HOME_M: Final = 25.0
"""A point as near as this to a private place is taken to be it."""

SQUARE_M: Final = 100.0
"""A point of no named place is drawn in the middle of a square of this side."""

MOST_ROWS: Final = 24
_HOW: Final = {"HARMED_AT": "harmed here", "FREQUENTS": "said to be here often", "ATTENDS": "on the roll"}


@dataclass(frozen=True, slots=True)
class Where:
    """A position.

    Attributes
    ----------
    place : int
        The location that has it, or the event itself.
    easting_m, northing_m : float
        British National Grid.
    areas : tuple of int
        Areas that hold it.
    """

    place: int
    easting_m: float
    northing_m: float
    areas: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Spot:
    """A place that may be printed.

    Attributes
    ----------
    place : int
        Its id.
    name, sort : str
        As recorded; the name may be empty.
    where : Where or None
        Its position, where one is known.
    events : int
        Of members there.
    people : tuple of int
        Members who were there, in the order of print.
    concern : bool
        A practitioner named it as a location of concern.
    ways : tuple of str
        In which they were there, in words.
    said : tuple of Said
        What it rests on.
    """

    place: int
    name: str
    sort: str
    where: Where | None
    events: int
    people: tuple[int, ...]
    concern: bool
    ways: tuple[str, ...]
    said: tuple[Said, ...]

    @property
    def label(self) -> str:
        """The name, or the sort with the last letters of the id."""
        if self.name:
            return self.name
        near = "near a published point" if self.sort == "snap_point" else spoken(self.sort or "place")
        return f"{near} ({write_id(self.place)[-4:]})"

    @property
    def count(self) -> int:
        """How many events, or else people, are behind it."""
        return self.events or len(self.people)


def read_positions(material: Material) -> dict[int, Where]:
    """Return where the events and locations of a briefing lie.

    Parameters
    ----------
    material : Material
        What is known.

    Returns
    -------
    dict of int to Where
        By event and by location.
    """
    events = {one.other or 0 for one in material.said if one.predicate == "INVOLVED_IN"}
    places = {one.other or 0 for one in material.said if one.other_kind == "Location"}
    found: dict[int, Where] = {}
    view, filters = material.view, material.standing
    if events:
        at = view.store.occurrences(view.scope, filters=filters)
        rows = np.flatnonzero(np.isin(at.event, list(events)))
        for r in rows.tolist():
            where = Where(int(at.location[r]), float(at.easting_m[r]), float(at.northing_m[r]), at.areas[r])
            found[int(at.event[r])] = where
    if places:
        held = view.store.locations(view.scope, filters=filters)
        for r in np.flatnonzero(np.isin(held.location, list(places))).tolist():
            place = int(held.location[r])
            found[place] = Where(place, float(held.easting_m[r]), float(held.northing_m[r]), held.areas[r])
    return found


def find_spots(material: Material, positions: dict[int, Where]) -> list[Spot]:
    """Return the places that may be printed.

    Parameters
    ----------
    material : Material
        What is known.
    positions : dict of int to Where
        As ``read_positions`` gives them.

    Returns
    -------
    list of Spot
        Sorted by label.
    """
    there: dict[int, list[tuple[int, Said]]] = defaultdict(list)
    for person in material.members:
        for said in material.of(person, *_HOW):
            if said.other is not None:
                there[said.other].append((person, said))
        for said in in_window(material, material.of(person, "INVOLVED_IN")):
            if said.other in positions and sort_of(material, said.other) not in PRIVATE_EVENTS:
                there[positions[said.other].place].append((person, said))
    private = _private(material, positions, there)
    spots = [_spot(material, positions, place, rows) for place, rows in there.items() if place not in private]
    return sorted(spots, key=lambda spot: (spot.label.casefold(), spot.place))


def in_window(material: Material, said: Iterable[Said]) -> list[Said]:
    """Return the claims that held on some day of the window asked for.

    Parameters
    ----------
    material : Material
        Of which question.
    said : iterable of Said
        Claims.

    Returns
    -------
    list of Said
        All of them where no window was asked for.
    """
    window = material.question.filters.window
    if window is None:
        return list(said)
    first, last = window
    return [s for s in said if s.first is not None and s.first <= last and (s.confirmed or s.first) >= first]


def sort_of(material: Material, entity: int | None) -> str:
    """Return what sort of thing an entity is, as last described.

    Parameters
    ----------
    material : Material
        What is known.
    entity : int or None
        Its id.

    Returns
    -------
    str
        A sort of the dictionary of kinds; empty for none.
    """
    return next(
        (text for one in reversed(material.of(entity or 0, "IS")) if (text := one.value.get("sort"))), ""
    )


def _private(material: Material, positions: dict[int, Where], there: Iterable[int]) -> frozenset[int]:
    """Return the places that are never printed: for what they are, who lives there, where they lie."""
    closed = {*material.homes, *(place for place in there if _is_closed(material, place))}
    shut = np.array([_point(positions[place]) for place in closed if place in positions]).reshape(-1, 2)
    near = {
        place
        for place in there
        if place in positions and (np.hypot(*(shut - _point(positions[place])).T) < NEAR_HOME_M).any()
    }
    return frozenset(closed | near)


def _is_closed(material: Material, place: int) -> bool:
    values = [one.value for one in material.of(place, "IS")]
    return any(value.get("sort") in PRIVATE_SORTS or value.get("protected") is True for value in values)


def _point(where: Where) -> tuple[float, float]:
    return where.easting_m, where.northing_m


def _spot(
    material: Material, positions: dict[int, Where], place: int, rows: Sequence[tuple[int, Said]]
) -> Spot:
    people = {person for person, _ in rows}
    events = {said.other for _, said in rows if said.predicate == "INVOLVED_IN"}
    sorts = listed(sorted({spoken(sort_of(material, event) or "event of no sort") for event in events}))
    ways = [f"{counted(len(events), 'event')}: {sorts}"] if events else []
    for predicate, words in _HOW.items():
        held = {person for person, said in rows if said.predicate == predicate}
        ways += [f"{counted(len(held), 'person', 'people')} {words}"] if held else []
    concern = [text for one in material.of(place, "IS") if (text := str(one.value.get("concern") or ""))]
    named = [text for one in material.of(place, "IS") if (text := str(one.value.get("name") or ""))]
    return Spot(
        place,
        plain(named[-1]) if named else "",
        sort_of(material, place),
        positions.get(place),
        len(events),
        tuple(person for person in material.members if person in people),
        bool(concern),
        (*ways, *(f"location of concern: {plain(text)}" for text in concern[-1:])),
        tuple(said for _, said in rows),
    )


def drawn_at(spot: Spot) -> tuple[float, float] | None:
    """Return where a place is drawn on a map.

    Parameters
    ----------
    spot : Spot
        A place that may be printed.

    Returns
    -------
    tuple of float or None
        Easting and northing; the middle of a square for a point of no name. None where it is not known.
    """
    if spot.where is None:
        return None
    if spot.name:
        return _point(spot.where)
    east, north = ((n // SQUARE_M + 0.5) * SQUARE_M for n in _point(spot.where))
    return east, north


def places_section(material: Material, spots: Sequence[Spot]) -> Section:
    """Return the section on places.

    Parameters
    ----------
    material : Material
        What is known.
    spots : sequence of Spot
        As ``find_spots`` gives them.

    Returns
    -------
    Section
        Without its map.
    """
    heading = "Places"
    if not spots:
        return Section(heading, ("No place is recorded that may be printed here.", _NEVER))
    # Where there are too many, those of most members: of places it may be said where more was recorded.
    chosen = sorted(spots, key=lambda spot: (-len(spot.people), -spot.count, spot.label, spot.place))
    shown = {spot.place for spot in [spot for spot in chosen if _says_more(spot)][:MOST_ROWS]}
    shown = shown or {spot.place for spot in chosen[:MOST_ROWS]}
    rest = len(spots) - len(shown)
    fewer = f" {counted(rest, 'further point')}, of one member each or with less recorded, on the map only."
    more = fewer if rest else ""
    paragraphs = (
        f"Where members were at events, were harmed, are said to be often, or are on the roll.{more}",
        _NEVER,
    )
    rows = tuple(_row(material, spot) for spot in spots if spot.place in shown)
    columns = ("Place", "Area", "Recorded there", "Members", "When", "Said by")
    table = Table("Places where members were, were harmed or are taught", columns, rows, (3, 2, 3, 3, 2, 2))
    return Section(heading, paragraphs, tables=(table,))


_NEVER: Final = (
    "Homes, placements, safe places and protected places are never printed, nor is a point that lies at one. "
    "A point without a name is drawn in the middle of a square of 100 metres; a published point of police.uk "
    "is near the place, not at it."
)


def _says_more(spot: Spot) -> bool:
    """Whether a place is more than a point with no name where one member was once recorded."""
    harmed = any(said.predicate == "HARMED_AT" for said in spot.said)
    return bool(spot.name) or spot.concern or harmed or len(spot.people) > 1


def _row(material: Material, spot: Spot) -> tuple[str, ...]:
    return (
        spot.label if spot.name == "" else f"{spot.label}, {spoken(spot.sort)}".rstrip(", "),
        area_name(material, spot.where.areas if spot.where else ()) or UNKNOWN,
        "; ".join(spot.ways),
        listed(material.called[person] for person in spot.people),
        span_of(spot.said),
        agencies_of(spot.said),
    )


def area_name(material: Material, areas: Iterable[int], kind: str = "lad") -> str:
    """Return the name of the area of a kind, of the newest vintage loaded, that is among some areas.

    Parameters
    ----------
    material : Material
        What is known.
    areas : iterable of int
        Ids of areas that hold a point.
    kind : str, optional
        Kind of area.

    Returns
    -------
    str
        Empty where none is.
    """
    held = set(areas)
    found = [area for area in material.view.areas if area.id in held and area.kind == kind]
    newest = max(found, key=lambda area: area.vintage, default=None)
    return "" if newest is None else newest.name or newest.code
