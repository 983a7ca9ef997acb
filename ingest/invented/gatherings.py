"""The planted hotspots: blocks of grid cells where incidents gather, some for a part of the 24 months."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from ingest.invented.days import FIRST_DAY, LAST_DAY
from ingest.invented.ground import EAST, NORTH, WEST, Council
from ingest.invented.mesh import Point, Tract, centre

CELL_M: Final = 300

CLOSED: Final = date(2026, 1, 15)
"""Day of the closure order that a line moves away from."""

MOVED: Final = CLOSED + timedelta(days=17)
"""Day from which the line is active in the other town."""


@dataclass(frozen=True)
class Gathering:
    """A block of cells where incidents gather.

    Attributes
    ----------
    name, town : str
        What it is called, and the town it is in.
    council : Council
        Where it lies.
    tract : Tract
        It lies in the middle of.
    side : int
        Cells along each side.
    a_cell : int
        Incidents in each cell.
    offences : tuple of str
        What happens; those that begin with ``asb:`` are anti-social behaviour.
    place : str
        Sort of the named place in its first cell; empty for none.
    season : str
        A key of ``days.SEASONS``.
    first, last : date
        Days between which it is active.
    """

    name: str
    town: str
    council: Council
    tract: Tract
    side: int
    a_cell: int
    offences: tuple[str, ...]
    place: str = ""
    season: str = "even"
    first: date = FIRST_DAY
    last: date = LAST_DAY

    @property
    def corners(self) -> list[Point]:
        """The south-west corners of the cells, metres."""
        middle = centre(self.tract)
        west, south = ((int(at) - CELL_M * self.side // 2) // CELL_M * CELL_M for at in middle)
        steps = range(self.side)
        return [(float(west + CELL_M * x), float(south + CELL_M * y)) for x in steps for y in steps]

    @property
    def cells(self) -> list[str]:
        """The ids of the cells, as the command writes them."""
        return [f"{CELL_M}-{int(east)}-{int(north)}" for east, north in self.corners]


_DRUGS: Final = (
    "Possession with intent to supply",
    "Possession of drugs",
    "Possession of an article with a blade",
)
_STREET: Final = ("asb:Nuisance", "asb:Rowdy behaviour", "Criminal damage", "Violence without injury")
_SHOPS: Final = ("Theft from a shop", "Theft from a shop", "Theft from the person", "asb:Nuisance")

BEFORE: Final = Gathering(
    "Osmer station and market", "Osmer", WEST, (2, 6), 2, 9, _DRUGS, place="transport", last=CLOSED
)
AFTER: Final = Gathering(
    "Wending harbour", "Wending", EAST, (14, 6), 2, 9, _DRUGS, place="estate", first=MOVED
)
PUBLISHED: Final = Gathering(
    "Fallowmere market", "Fallowmere", NORTH, (8, 12), 2, 8, ("Shoplifting", "Drugs")
)
RECORDED: Final = (
    BEFORE,
    AFTER,
    Gathering("Pellingshaw arcades", "Pellingshaw", WEST, (5, 8), 3, 7, _SHOPS, place="shop"),
    Gathering("Quarle park", "Quarle", WEST, (5, 5), 2, 8, _STREET, place="park", season="asb"),
    Gathering("Cinderwick square", "Cinderwick", EAST, (9, 7), 3, 7, _STREET, place="takeaway", season="asb"),
    Gathering("Tarvick retail park", "Tarvick", EAST, (11, 9), 2, 8, _SHOPS, place="shop", season="burglary"),
    Gathering(
        "Wending school run", "Wending", EAST, (13, 6), 2, 8, ("Robbery of personal property", "asb:Nuisance")
    ),
)
"""Recorded by the partnership's own force; the other one is in a neighbour's published files."""
