"""Incidents that nobody planned: a background that follows where people live, and the planted hotspots."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Final

from ingest.invented import police
from ingest.invented.agencies import NORTH_FORCE, SOUTH_FORCE
from ingest.invented.book import Book, Scene
from ingest.invented.days import any_day, at_some_hour
from ingest.invented.gatherings import CELL_M, PUBLISHED, RECORDED, Gathering
from ingest.invented.ground import HOME_COUNCILS, NORTH, SOUTH, Council, SmallArea, small_areas
from ingest.invented.mesh import Point
from ingest.invented.positions import degrees

EVENTS: Final = 3_000
"""All events of the invention; incidents by chance make up what the rest leaves."""

OPEN_DATA: Final = 160
"""Incidents that each neighbour's force publishes, a planted hotspot of one of them not counted."""

_COUNTRY: Final = 0.45
"""Incidents in a tract of the country for each in a tract of a town: fewer people live there."""

_OFFENCES: Final = (
    ("Burglary", "burglary"),
    ("Vehicle crime", "even"),
    ("Criminal damage", "asb"),
    ("Violence without injury", "even"),
    ("Violence with injury", "even"),
    ("Theft from a shop", "burglary"),
    ("Bicycle theft", "asb"),
    ("Possession of drugs", "even"),
    ("Public order", "asb"),
    ("Robbery of personal property", "even"),
)
_ASB: Final = ("Nuisance", "Rowdy behaviour", "Off-road motorcycles", "Street drinking", "Neighbour dispute")
_PUBLISHED_TYPES: Final = (
    "Anti-social behaviour",
    "Burglary",
    "Violence and sexual offences",
    "Shoplifting",
    "Drugs",
)


def gather(book: Book) -> None:
    """Write the incidents of the planted hotspots that the partnership's force records.

    Parameters
    ----------
    book : Book
        To write to.
    """
    for gathering in RECORDED:
        for n, corner in enumerate(gathering.corners * gathering.a_cell):
            scene = _inside(book.dice, gathering, corner)
            day = any_day(book.dice, gathering.season, gathering.first, gathering.last)
            offence = gathering.offences[n % len(gathering.offences)]
            _record(book, scene, at_some_hour(book.dice, day), offence)
    book.plants["hotspots"] = [_told(gathering) for gathering in (*RECORDED, PUBLISHED)]


def _told(gathering: Gathering) -> dict[str, object]:
    return {
        "name": gathering.name,
        "town": gathering.town,
        "council": gathering.council.code,
        "cells": gathering.cells,
        "incidents": gathering.a_cell * len(gathering.cells),
        "first": gathering.first.isoformat(),
        "last": gathering.last.isoformat(),
    }


def _inside(dice: random.Random, gathering: Gathering, corner: Point) -> Scene:
    # A metre and more inside: the cell that a point lies in does not hang on rounding.
    point = (corner[0] + dice.uniform(2, CELL_M - 2), corner[1] + dice.uniform(2, CELL_M - 2))
    return Scene(point, gathering.council.code)


def _record(
    book: Book, scene: Scene, at: datetime, offence: str, people: Sequence[police.Involved] = ()
) -> None:
    if offence.startswith("asb:"):
        police.asb(book, scene, at, offence.removeprefix("asb:"), people)
    else:
        police.crime(book, scene, at, offence, people)


def scatter(book: Book, count: int) -> None:
    """Write incidents by chance, where people live.

    Parameters
    ----------
    book : Book
        To write to.
    count : int
        How many.
    """
    dice = book.dice
    for n in range(count):
        council = dice.choice((NORTH, SOUTH)) if n < 16 else dice.choice(HOME_COUNCILS)
        scene = scene_in(dice, council)
        if dice.random() < 0.42:
            at = at_some_hour(dice, any_day(dice, "asb"))
            police.asb(book, scene, at, dice.choice(_ASB), _bystanders(book, 0.2, council))
        else:
            offence, season = dice.choice(_OFFENCES)
            at = at_some_hour(dice, any_day(dice, season))
            police.crime(book, scene, at, offence, _bystanders(book, 0.35, council))


def _bystanders(book: Book, share: float, council: Council) -> list[police.Involved]:
    if book.dice.random() >= share:
        return []
    capacities = book.dice.choice(
        (("victim",), ("victim", "suspected"), ("suspected", "witness"), ("present", "suspected"))
    )
    return list(zip(book.anybody(len(capacities), near=council.code), capacities, strict=True))


def scene_in(dice: random.Random, council: Council) -> Scene:
    """Draw where somebody may live or be.

    Parameters
    ----------
    dice : random.Random
        To draw with.
    council : Council
        In its area.

    Returns
    -------
    Scene
        More often in a town.
    """
    areas, weights = _weighted(council)
    (area,) = dice.choices(areas, weights)
    return Scene(area.somewhere(dice), council.code)


@cache
def _weighted(council: Council) -> tuple[list[SmallArea], list[float]]:
    areas = [area for area in small_areas() if area.council is council]
    return areas, [1.0 if area.town else _COUNTRY * len(area.tracts) for area in areas]


def publish(book: Book) -> None:
    """Write what the neighbours' forces publish as open data: snap points, months, and nobody.

    Parameters
    ----------
    book : Book
        To write to.
    """
    dice = book.dice
    for force, council in ((NORTH_FORCE, NORTH), (SOUTH_FORCE, SOUTH)):
        rows = []
        snaps = {
            area.code: [area.somewhere(dice) for _ in range(12)]
            for area in small_areas()
            if area.council is council
        }
        areas, weights = _weighted(council)
        for _ in range(OPEN_DATA):
            (area,) = dice.choices(areas, weights)
            rows.append((dice.choice(snaps[area.code]), area.code, dice.choice(_PUBLISHED_TYPES)))
        if PUBLISHED.council is council:
            for n, corner in enumerate(PUBLISHED.corners * PUBLISHED.a_cell):
                middle = tuple(at + (60 if n % 2 else 240) for at in corner)
                rows.append(((middle[0], middle[1]), "", PUBLISHED.offences[n % 2]))
        _publish(book, force, council, rows)


def _publish(book: Book, force: str, council: Council, rows: Sequence[tuple[Point, str, str]]) -> None:
    where = degrees([point for point, _, _ in rows])
    for (_, area, kind), (lon, lat) in zip(rows, where, strict=True):
        asb = kind == "Anti-social behaviour"
        row = {
            "Crime ID": "" if asb else f"{book.dice.getrandbits(256):064x}",
            "Month": any_day(book.dice).isoformat()[:7],
            "Reported by": force,
            "Falls within": force,
            "Longitude": f"{lon:.6f}",
            "Latitude": f"{lat:.6f}",
            "Location": "On or near a quay",
            "LSOA code": area,
            "LSOA name": "",
            "Crime type": kind,
            "Last outcome category": "" if asb else "Under investigation",
            "Context": "",
        }
        book.write(f"{force.split(maxsplit=1)[0].lower()}-street.csv", row)
        book.occurred[force, council.code] += 1
        book.number("published")
