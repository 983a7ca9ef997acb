"""Irregular borders without gaps: six-sided tracts whose neighbours share every point of a border."""

from __future__ import annotations

import random
from collections.abc import Collection
from functools import cache
from typing import Final

Tract = tuple[int, int]
"""Column and row of one tract of ground; odd rows lie half a tract further east."""

Point = tuple[float, float]
"""Easting and northing, metres (EPSG:27700)."""

Corner = tuple[int, int]

WIDTH_M: Final = 1_600.0
ROW_M: Final = 1_385.0
WEST_M: Final = 560_000.0
SOUTH_M: Final = 470_000.0

_UNEVEN_M: Final = 230.0
_BEND: Final = 0.13
_SHORTEST_M: Final = 160.0
# Counter-clockwise from the south, in half widths and thirds of a row.
_AROUND: Final = ((0, -2), (1, -1), (1, 1), (0, 2), (-1, 1), (-1, -1))


def centre(tract: Tract) -> Point:
    """Return the middle of a tract.

    Parameters
    ----------
    tract : tuple of int
        Column and row.

    Returns
    -------
    tuple of float
        Easting and northing, metres.
    """
    column, row = tract
    return WEST_M + WIDTH_M * (column + (row % 2) / 2), SOUTH_M + ROW_M * row


def neighbours(tract: Tract) -> list[Tract]:
    """Return the six tracts that share a side with one.

    Parameters
    ----------
    tract : tuple of int
        Column and row.

    Returns
    -------
    list of tuple of int
        Whether or not they are land.
    """
    column, row = tract
    slant = column + row % 2
    return [
        (column - 1, row), (column + 1, row),
        (slant - 1, row - 1), (slant, row - 1), (slant - 1, row + 1), (slant, row + 1),
    ]  # fmt: skip


def outline(tracts: Collection[Tract]) -> list[Point]:
    """Return the border of tracts that hang together.

    Parameters
    ----------
    tracts : collection of tuple of int
        Without a hole among them.

    Returns
    -------
    list of tuple of float
        A closed ring, counter-clockwise, metres. Two areas that touch have the same points along
        their common border, whichever tracts either is made of.
    """
    sides = [side for tract in tracts for side in _sides(tract)]
    both = set(sides)
    following = {a: b for a, b in sides if (b, a) not in both}
    start = at = min(following)
    ring: list[Point] = []
    while not ring or at != start:
        ring += _way(at, following[at])[:-1]
        at = following[at]
    return [*ring, ring[0]]


def _sides(tract: Tract) -> list[tuple[Corner, Corner]]:
    column, row = tract
    middle = (2 * column + row % 2, 3 * row)
    corners = [(middle[0] + x, middle[1] + y) for x, y in _AROUND]
    return list(zip(corners, [*corners[1:], corners[0]], strict=True))


@cache
def _place(corner: Corner) -> Point:
    dice = _dice("corner", *corner)
    east = WEST_M + WIDTH_M * corner[0] / 2 + dice.uniform(-_UNEVEN_M, _UNEVEN_M)
    return east, SOUTH_M + ROW_M * corner[1] / 3 + dice.uniform(-_UNEVEN_M, _UNEVEN_M)


@cache
def _way(a: Corner, b: Corner) -> tuple[Point, ...]:
    if b < a:
        return _way(b, a)[::-1]
    return tuple(_bent(_place(a), _place(b), _dice("side", *a, *b)))


def _bent(a: Point, b: Point, dice: random.Random) -> list[Point]:
    across = (b[1] - a[1], a[0] - b[0])
    if max(abs(across[0]), abs(across[1])) < _SHORTEST_M:
        return [a, b]
    bend = dice.uniform(-_BEND, _BEND)
    middle = ((a[0] + b[0]) / 2 + bend * across[0], (a[1] + b[1]) / 2 + bend * across[1])
    return [*_bent(a, middle, dice)[:-1], *_bent(middle, b, dice)]


def _dice(*name: object) -> random.Random:
    # The ground is the same whatever the seed of the people on it.
    return random.Random("/".join(map(str, name)))  # noqa: S311 - an invention, not a secret
