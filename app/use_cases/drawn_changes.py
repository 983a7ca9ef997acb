"""What the ledger holds, as changes to a drawn graph; nothing here knows where that lies."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from sqlalchemy import Connection

from app.progress import Progress
from graph.ledger.claims import read_changes, read_labels, read_live
from graph.ledger.judgements import read_judgements
from graph.ledger.places import AreaSet, read_area_sets
from graph.model.entities import area_entity
from graph.store.contract import Changes, DrawnArea, Place, Placed
from graph.store.drawing import Drawing, draw, draw_parts

Floats = npt.NDArray[np.float64]
Numbered = tuple[dict[tuple[float, float], int], dict[str, int]]


class ToDraw(NamedTuple):
    """Changes, and what places their points.

    Attributes
    ----------
    changes : Changes
        For ``Store.apply``.
    place : Place
        Places new points.
    """

    changes: Changes
    place: Place


def everything(ledger: Connection, version: int, known_us: int | None = None) -> ToDraw:
    """Return what draws a whole graph.

    Parameters
    ----------
    ledger : Connection
        In a transaction.
    version : int
        That it shows.
    known_us : int, optional
        Only what this workspace knew at that moment, in UTC microseconds.

    Returns
    -------
    ToDraw
        Read as it is drawn.
    """
    areas = read_area_sets(ledger)
    changes = Changes(
        version,
        draw_parts(read_live(ledger, known_us=known_us)),
        judgements=read_judgements(ledger, known_us=known_us),
        areas=drawn_areas(areas),
        touched=_touched(ledger),
    )
    return ToDraw(changes, place_by(areas))


def told(to_draw: ToDraw, progress: Progress, what: str) -> ToDraw:
    """Return the same changes, of which is told how many claims are drawn.

    Parameters
    ----------
    to_draw : ToDraw
        Part by part.
    progress : callable
        Told before each part but the first.
    what : str
        Is done with them.

    Returns
    -------
    ToDraw
        Read as it is drawn.
    """
    changes, place = to_draw
    added = [changes.added] if isinstance(changes.added, Drawing) else changes.added

    def _parts() -> Iterator[Drawing]:
        done = 0
        for part in added:
            if done:
                progress(f"{what}: {done:,} claims")
            yield part
            done += len(part.supports) + len(part.facts)

    return ToDraw(replace(changes, added=_parts()), place)


def what_is_new(ledger: Connection, version: int, drawn: int, numbered: Numbered) -> ToDraw:
    """Return what brings a drawing up to a version.

    Parameters
    ----------
    ledger : Connection
        In a transaction.
    version : int
        That it shows.
    drawn : int
        The version drawn.
    numbered : tuple of dict
        Points and agencies drawn already.

    Returns
    -------
    ToDraw
        Claims put in and taken out since.
    """
    points, origins = numbered
    added, removed = read_changes(ledger, drawn)
    areas = read_area_sets(ledger)
    changes = Changes(
        version,
        draw_parts(added, points=points, origins=origins),
        draw(removed, points=points, origins=origins),
        read_judgements(ledger),
        drawn_areas(areas),
        _touched(ledger),
    )
    return ToDraw(changes, place_by(areas))


def _touched(ledger: Connection) -> dict[int, int]:
    return {number: count for number, (_, count) in read_labels(ledger).items()}


def drawn_areas(sets: Sequence[AreaSet]) -> list[DrawnArea]:
    """Return areas as the drawn graph names them.

    Parameters
    ----------
    sets : sequence of AreaSet
        As the ledger holds them.

    Returns
    -------
    list of DrawnArea
        One for each area of each set.
    """
    rows = ((s, code, name) for s in sets for code, name, _ in s.rows)
    return [
        DrawnArea(area_entity(s.kind, s.vintage, code), s.kind, s.vintage, code, name)
        for s, code, name in rows
    ]


def place_by(sets: Sequence[AreaSet]) -> Place:
    """Return a function that places points on the grid and in areas.

    Parameters
    ----------
    sets : sequence of AreaSet
        As the ledger holds them.

    Returns
    -------
    Place
        Reads the shapes at its first call.
    """

    def _place(lon: Floats, lat: Floats) -> list[Placed]:
        from geo.areas import AreaLocator, AreaTable
        from geo.crs import to_grid

        held: list[list[int]] = [[] for _ in lon]
        for areas in sets:
            table = AreaTable.from_rows(areas.kind, areas.vintage, areas.rows)
            ids = [area_entity(areas.kind, areas.vintage, code) for code in table.codes]
            for point, at in enumerate(AreaLocator(table).locate(lon, lat).tolist()):
                if at >= 0:
                    held[point].append(ids[at])
        easting, northing = to_grid(lon, lat)
        return [
            Placed(e, n, tuple(areas))
            for e, n, areas in zip(easting.tolist(), northing.tolist(), held, strict=True)
        ]

    return _place


@contextmanager
def without_collection() -> Iterator[None]:
    """Stop looking for rubbish: millions of small tuples live until the work ends, and looking is all cost.

    Yields
    ------
    None
        While something large is drawn.
    """
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()
