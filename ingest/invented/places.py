"""The 150 invented places that practitioners named: parks, shops, stations, placements, safe places ..."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from ingest.invented.agencies import EAST_COUNCIL, FORCE, SHORT, WEST_COUNCIL, held_of_people
from ingest.invented.book import Book, Scene
from ingest.invented.days import any_day, soon_after
from ingest.invented.gatherings import AFTER, BEFORE, CELL_M, RECORDED, Gathering
from ingest.invented.ground import EAST, HOME_COUNCILS, WEST, small_areas
from ingest.invented.mesh import Point
from ingest.invented.positions import position

_BY_FORCE: Final = {
    "cuckooed_home": 10,
    "park": 10,
    "shop": 10,
    "takeaway": 10,
    "transport": 10,
    "licensed_premises": 6,
    "hotel": 5,
    "empty_property": 6,
    "estate": 7,
    "online_space": 4,
    "business": 4,
}
_BY_COUNCIL: Final = {
    "school": 7,
    "alternative_provision": 2,
    "park": 5,
    "shop": 3,
    "takeaway": 3,
    "transport": 2,
    "placement": 4,
    "safe_place": 6,
    "online_space": 2,
}
_WORDS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "cuckooed_home": ("flat above the chandler's", "end terrace", "ground-floor flat"),
        "park": ("Lower Park", "Mill Fields", "the Rec", "Jubilee Green", "Quarry Wood"),
        "shop": ("mini-market", "vape shop", "arcade", "corner shop"),
        "takeaway": ("Fry Inn", "Golden Gull", "Harbour Pizza", "Kebab Quay"),
        "transport": ("station", "bus interchange", "underpass", "old ferry shelter"),
        "licensed_premises": ("the Lantern", "the Net Loft"),
        "hotel": ("Seaview lodge", "budget hotel"),
        "empty_property": ("old cannery", "boarded shop", "empty unit"),
        "estate": ("Fairway estate", "Terraces", "garages"),
        "online_space": (
            "a game's voice channel",
            "a local story account",
            "a group chat",
            "a selling page",
            "a livestream",
            "a music video channel",
        ),
        "business": ("hand car wash", "barber's"),
        "school": ("High School", "Academy", "Community School", "Saltmarsh School"),
        "alternative_provision": ("Bridge Centre", "Workshop"),
        "placement": ("children's home", "supported lodgings"),
        "safe_place": ("library", "youth club", "boxing club", "café with a safe-place sign"),
    }
)
_CONCERNS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "cuckooed_home": "tenant's home taken over to sell drugs",
        "empty_property": "young people seen going in at night",
        "hotel": "rooms booked by adults for young people",
        "transport": "young people met by adults",
        "online_space": "young people approached by adults",
    }
)
_TRIES: Final = 200
_NO_CONCERN: Final = ("school", "placement", "safe_place", "alternative_provision")


@dataclass(frozen=True)
class Place:
    """A named place.

    Attributes
    ----------
    ref, agency : str
        Reference, and who named it.
    name, sort : str
        As recorded.
    scene : Scene
        Where it is; an event of the force that names it needs no more.
    area : str
        Code of the small area; empty for an online space.
    """

    ref: str
    agency: str
    name: str
    sort: str
    scene: Scene
    area: str


def name_places(book: Book) -> list[Place]:
    """Invent and write every place.

    Parameters
    ----------
    book : Book
        To write to.

    Returns
    -------
    list of Place
        150 of them.
    """
    wanted = [(FORCE, sort) for sort, count in _BY_FORCE.items() for _ in range(count)]
    for agency in (WEST_COUNCIL, EAST_COUNCIL):
        wanted += [(agency, sort) for sort, count in _BY_COUNCIL.items() for _ in range(count)]
    anchors = [(gathering.place, gathering) for gathering in RECORDED if gathering.place]
    # The flat that a line sells from until it is closed, and the one it moves to.
    homes = [("cuckooed_home", gathering) for gathering in (BEFORE, AFTER)]
    left = [*anchors, *homes]
    places: list[Place] = []
    for n, (agency, sort) in enumerate(wanted):
        anchor = next((pair for pair in left if agency == FORCE and pair[0] == sort), None)
        if anchor:
            left.remove(anchor)
        taken = {place.name for place in places}
        places.append(_place(book, f"L{n + 1:03}", agency, sort, anchor and anchor[1], taken))
    return places


def _place(
    book: Book, ref: str, agency: str, sort: str, gathering: Gathering | None, taken: Collection[str]
) -> Place:
    dice = book.dice
    councils = {WEST_COUNCIL: (WEST,), EAST_COUNCIL: (EAST,)}.get(agency, HOME_COUNCILS)
    towns = [area for area in small_areas() if area.council in councils and area.town]
    drawn = [(dice.choice(towns), dice.choice(_WORDS[sort])) for _ in range(_TRIES)]
    area, word = next(pair for pair in drawn if f"{pair[0].town} {pair[1]}" not in taken)
    point: Point | None = None if sort == "online_space" else area.somewhere(dice)
    name = f"{area.town} {word}" if point else f"{word} ({area.town})"
    if gathering:
        east, north = gathering.corners[0]
        point = (east + dice.uniform(50, CELL_M - 50), north + dice.uniform(50, CELL_M - 50))
        area = next(area for area in small_areas() if area.holds(point))
        name = gathering.name if sort == gathering.place else f"{gathering.town} {word}"
    scene = Scene(point, area.council.code if point else "", ref)
    place = Place(ref, agency, name, sort, scene, area.code if point else "")
    _write(book, place)
    return place


def _write(book: Book, place: Place) -> None:
    confirmed = any_day(book.dice)
    row = {
        "location_ref": place.ref,
        "name": place.name,
        "sort": place.sort,
        "concern": ""
        if place.sort in _NO_CONCERN
        else _CONCERNS.get(place.sort, "young people gather, some of them harmed"),
        "protected": "yes" if place.sort == "placement" else "no",
        "area": place.area,
        "last_confirmed": confirmed.isoformat(),
        "reported": soon_after(book.dice, confirmed).isoformat(),
        "basis": "recorded",
    }
    where = position(place.scene.point, 100 if place.sort in ("placement", "cuckooed_home") else 25)
    book.write(f"{SHORT[place.agency]}-places.csv", held_of_people(place.agency), row, where)
