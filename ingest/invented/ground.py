"""The invented ground: two councils and two neighbours on an island in the North Sea."""

from __future__ import annotations

import math
import random
from collections import Counter
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Final

from ingest.invented.mesh import Point, Tract, neighbours, outline

COLUMNS: Final = 17
ROWS: Final = 15

# A point this near to a border of a small area is drawn again: coordinates are written to a tenth of a metre.
_CLEAR_M: Final = 0.5


@dataclass(frozen=True)
class Council:
    """A local authority area.

    Attributes
    ----------
    code, name : str
        As boundaries and records write them.
    force_code, force : str
        The police area it lies in.
    middle : tuple of float
        Column and row it lies round.
    towns : tuple of (str, Tract, int)
        Name, middle and reach in tracts of each.
    """

    code: str
    name: str
    force_code: str
    force: str
    middle: tuple[float, float]
    towns: tuple[tuple[str, Tract, int], ...]


WEST: Final = Council(
    "E06999011", "Pellingshaw", "E23999001", "Tidewater", (3.8, 7.0),
    (("Osmer", (2, 6), 1), ("Pellingshaw", (5, 8), 1), ("Quarle", (5, 5), 1)),
)  # fmt: skip
EAST: Final = Council(
    "E06999012", "Cinderwick", "E23999001", "Tidewater", (11.4, 7.0),
    (("Cinderwick", (9, 7), 1), ("Tarvick", (11, 9), 1), ("Wending", (14, 6), 1)),
)  # fmt: skip
NORTH: Final = Council(
    "E06999013", "Fallowmere", "E23999002", "Fallowmere", (8.0, 13.2),
    (("Fallowmere", (8, 12), 2), ("Overlath", (12, 12), 1)),
)  # fmt: skip
SOUTH: Final = Council(
    "E06999014", "Skelder", "E23999003", "Skelder", (7.4, 0.6),
    (("Skelder Sands", (5, 1), 1), ("Hythe Cross", (11, 2), 1)),
)  # fmt: skip
COUNCILS: Final = (WEST, EAST, NORTH, SOUTH)
HOME_COUNCILS: Final = (WEST, EAST)

#: Areas further away, which no boundary file here holds.
HARBOURGATE: Final = "E08999021"
MILLHYTHE: Final = "E08999022"

FAR_STATION: Final[Point] = (640_000.0, 428_000.0)
"""A station about 80 km away, in no area that is loaded."""


@dataclass(frozen=True)
class SmallArea:
    """An area the size of an LSOA: one tract of a town, or some of the country.

    Attributes
    ----------
    code, name : str
        As boundaries write them.
    council : Council
        It lies in.
    town : str
        Empty in the country.
    tracts : tuple of Tract
        It is made of.
    """

    code: str
    name: str
    council: Council
    town: str
    tracts: tuple[Tract, ...]

    @cached_property
    def ring(self) -> list[Point]:
        """The border, closed and counter-clockwise, metres."""
        return outline(self.tracts)

    @cached_property
    def box(self) -> tuple[float, float, float, float]:
        """The west, south, east and north of the border, metres."""
        east, north = zip(*self.ring, strict=True)
        return min(east), min(north), max(east), max(north)

    def holds(self, point: Point) -> bool:
        """Return whether a point lies inside.

        Parameters
        ----------
        point : tuple of float
            Metres.

        Returns
        -------
        bool
            By the even and odd crossings of a line to the east.
        """
        x, y = point
        inside = False
        for (x1, y1), (x2, y2) in zip(self.ring, self.ring[1:], strict=False):
            if (y1 > y) != (y2 > y) and x < x1 + (y - y1) * (x2 - x1) / (y2 - y1):
                inside = not inside
        return inside

    def somewhere(self, dice: random.Random) -> Point:
        """Return a point inside, clear of the border.

        Parameters
        ----------
        dice : random.Random
            To draw with.

        Returns
        -------
        tuple of float
            Metres.
        """
        west, south, east, north = self.box
        while True:
            x, y = dice.uniform(west, east), dice.uniform(south, north)
            near = ((x + dx, y + dy) for dx in (-_CLEAR_M, _CLEAR_M) for dy in (-_CLEAR_M, _CLEAR_M))
            if all(map(self.holds, near)):
                return x, y


@cache
def land() -> dict[Tract, Council]:
    """Return which tracts are land, and whose.

    Returns
    -------
    dict of Tract to Council
        The same for every seed.
    """
    found: dict[Tract, Council] = {}
    for column in range(COLUMNS):
        for row in range(ROWS):
            x, y = column + (row % 2) / 2, row
            if _is_land(x, y):
                found[column, row] = min(COUNCILS, key=lambda c: _apart(c, x, y))
    return found


def _is_land(x: float, y: float) -> bool:
    east, north = (x - 8) / 8.1, (y - 7) / 7.2
    bays = 0.09 * math.sin(5 * math.atan2(north, east) + 0.8) + 0.05 * math.sin(9 * math.atan2(north, east))
    return math.pow(abs(east), 2.6) + math.pow(abs(north), 2.6) <= math.pow(1 + bays, 2.6)


def _apart(council: Council, x: float, y: float) -> float:
    return (x - council.middle[0]) ** 2 + (1.1 * (y - council.middle[1])) ** 2


@cache
def small_areas() -> tuple[SmallArea, ...]:
    """Return every small area.

    Returns
    -------
    tuple of SmallArea
        By council; towns first.
    """
    parts = [(council, *part) for council in COUNCILS for part in _parts(council)]
    numbers: Counter[str] = Counter()
    found = []
    for n, (council, town, tracts) in enumerate(parts, 1):
        numbers[council.code] += 1
        name = f"{council.name} {numbers[council.code]:03}A"
        found.append(SmallArea(f"E01999{n:03}", name, council, town, tracts))
    return tuple(found)


def _parts(council: Council) -> list[tuple[str, tuple[Tract, ...]]]:
    """Return the tracts of each small area, with the town they are of."""
    own = [tract for tract, whose in land().items() if whose is council]
    town_of = {
        tract: name for name, at, reach in council.towns for tract in _within(at, reach) if tract in own
    }
    parts: list[tuple[str, tuple[Tract, ...]]] = [(name, (tract,)) for tract, name in town_of.items()]
    left = [tract for tract in own if tract not in town_of]
    while left:
        part = _piece(left)
        left = [tract for tract in left if tract not in part]
        parts.append(("", part))
    return parts


def _within(middle: Tract, reach: int) -> list[Tract]:
    found = [middle]
    for _ in range(reach):
        found = list(dict.fromkeys([*found, *(near for tract in found for near in neighbours(tract))]))
    return found


def _piece(left: list[Tract]) -> tuple[Tract, ...]:
    """Take a tract of the country and up to two that touch it and one another."""
    first = left[0]
    beside = [tract for tract in neighbours(first) if tract in left]
    pair = next(((a, b) for a in beside for b in neighbours(a) if b in beside), tuple(beside[:1]))
    return (first, *pair)
