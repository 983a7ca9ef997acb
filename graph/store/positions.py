"""Where things are, of the claims one viewer may see: the newest report holds."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from graph.model.links import Int64
from graph.store.contract import Float64, Locations, Occurrences
from graph.store.resolution import Resolution

Text = npt.NDArray[np.str_]


class Newest(NamedTuple):
    """The newest row of each entity; n entities.

    Attributes
    ----------
    entity : ndarray of int64, shape (n,)
        As the viewer sees them, sorted.
    columns : tuple of ndarray, each shape (n,)
        The other columns, of the newest row.
    """

    entity: Int64
    columns: tuple[npt.NDArray[Any], ...]


def newest(rows: Iterable[tuple[Any, ...]], width: int, resolution: Resolution) -> Newest:
    """Return the newest row of each entity.

    Parameters
    ----------
    rows : iterable of tuple
        Entity, day reported, number of the claim, and more columns.
    width : int
        How many columns there are.
    resolution : Resolution
        The viewer's.

    Returns
    -------
    Newest
        By day reported, and then by order of claims.
    """
    # A cursor does not say whether it will give any row.
    columns = [np.array(column) for column in zip(*rows, strict=True)] or [np.zeros(0, np.int64)] * width
    entity = resolution.roots(columns[0])
    order = np.lexsort((columns[2], columns[1], entity))
    entity = entity[order]
    last = np.flatnonzero(np.append(entity[1:] != entity[:-1], True)) if len(entity) else order
    return Newest(entity[last], tuple(column[order[last]] for column in columns[3:]))


def look_up(entity: Int64, found: Newest) -> tuple[Int64, npt.NDArray[np.bool_]]:
    """Return where each entity stands among newest rows.

    Parameters
    ----------
    entity : ndarray of int64, shape (m,)
        Asked for.
    found : Newest
        Looked in.

    Returns
    -------
    tuple of ndarray, each shape (m,)
        Position (any, where there is none), and whether there is one.
    """
    if not len(found.entity):
        return np.zeros(len(entity), dtype=np.int64), np.zeros(len(entity), dtype=bool)
    at = np.minimum(np.searchsorted(found.entity, entity), len(found.entity) - 1)
    return at, found.entity[at] == entity


def occurrences_of(
    events: Newest,
    wheres: Newest,
    positions: Newest,
    *,
    resolution: Resolution,
    areas: Mapping[int, tuple[int, ...]],
    agencies: Mapping[int, str],
    sorts: Collection[str],
) -> Occurrences:
    """Return events with the newest position of each.

    Parameters
    ----------
    events : Newest
        Events: sort, category, first and last day, agency of origin.
    wheres : Newest
        Events: location.
    positions : Newest
        Locations and events: longitude, latitude, easting, northing, point.
    resolution : Resolution
        The viewer's.
    areas : mapping of int to tuple of int
        Areas that hold each point.
    agencies : mapping of int to str
        Names of the agencies of origin.
    sorts : collection of str
        Only these sorts of event; all when empty.

    Returns
    -------
    Occurrences
        Sorted by event.
    """
    sort, category, first, last, origin = events.columns
    asked = np.isin(sort, list(sorts)) if sorts else np.ones(len(events.entity), dtype=bool)
    at, known = look_up(events.entity, wheres)
    location = events.entity.copy()
    location[known] = resolution.roots(wheres.columns[0])[at[known]]
    place, placed = look_up(location, positions)
    kept = asked & placed
    return Occurrences(
        events.entity[kept],
        location[kept],
        sort[kept].astype(np.str_),
        category[kept].astype(np.str_),
        first[kept].astype(np.int32),
        last[kept].astype(np.int32),
        *_degrees_and_metres(positions, place[kept]),
        _named(origin[kept], agencies),
        [areas.get(number, ()) for number in positions.columns[4][place[kept]].tolist()],
        int((asked & ~placed).sum()),
    )


def locations_of(
    described: Newest, positions: Newest, *, areas: Mapping[int, tuple[int, ...]], sorts: Collection[str]
) -> Locations:
    """Return locations with the newest position and description of each.

    Parameters
    ----------
    described : Newest
        Locations: sort, category.
    positions : Newest
        Locations: longitude, latitude, easting, northing, point.
    areas : mapping of int to tuple of int
        Areas that hold each point.
    sorts : collection of str
        Only these sorts; all when empty.

    Returns
    -------
    Locations
        Sorted by id.
    """
    at, told = look_up(positions.entity, described)
    sort = np.full(len(at), "", dtype=object)
    category = sort.copy()
    sort[told], category[told] = (column[at[told]] for column in described.columns)
    kept = np.isin(sort.astype(np.str_), list(sorts)) if sorts else np.ones(len(at), dtype=bool)
    rows = np.flatnonzero(kept)
    return Locations(
        positions.entity[rows],
        sort[rows].astype(np.str_),
        category[rows].astype(np.str_),
        *_degrees_and_metres(positions, rows),
        [areas.get(number, ()) for number in positions.columns[4][rows].tolist()],
    )


def _degrees_and_metres(positions: Newest, rows: Int64) -> tuple[Float64, Float64, Float64, Float64]:
    lon, lat, easting, northing = (column[rows].astype(np.float64) for column in positions.columns[:4])
    return lon, lat, easting, northing


def _named(origin: npt.NDArray[Any], agencies: Mapping[int, str]) -> Text:
    numbers, at = np.unique(origin, return_inverse=True)
    names = np.array([agencies[int(number)] for number in numbers], dtype=np.str_)
    return names[at] if len(numbers) else np.zeros(0, dtype=np.str_)
