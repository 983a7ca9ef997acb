"""The square grid on the British National Grid: cell ids, the cells of a study, who touches whom."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import shapely
from scipy.sparse import csr_array

from graph.errors import GeoError, GraphTooLargeError

Floats = npt.NDArray[np.float64]
Keys = npt.NDArray[np.int64]

#: Most cells a study may have, and most cells its bounding box may hold.
MAX_CELLS = 3_000_000
MAX_BOX_CELLS = 12_000_000

# A key is column * 2**32 + row + 2**31: sorted keys run by easting, then northing, and the eight
# neighbours of a cell are eight constant steps away.
_COLUMN = 1 << 32
_ROW_ZERO = 1 << 31
_STEPS = tuple(column * _COLUMN + row for column in (-1, 0, 1) for row in (-1, 0, 1))
_ID = re.compile(r"(\d{1,6})-(-?\d{1,8})-(-?\d{1,8})")


class Cell(NamedTuple):
    """One square cell: the easting and northing of its south-west corner and its side, in metres."""

    easting_m: int
    northing_m: int
    size_m: int


def whole_size_m(size_m: float) -> int:
    """Side of a cell as a whole number of metres.

    Parameters
    ----------
    size_m : float
        Side of a cell, in metres.

    Returns
    -------
    int
        The side, from 10 to 100,000 m.

    Raises
    ------
    GeoError
        The side is not a whole number of metres in that range, so cells could have no stable id.
    """
    if not (10 <= size_m <= 100_000) or int(size_m) != size_m:
        raise GeoError("the side of a cell must be a whole number of metres from 10 to 100,000")
    return int(size_m)


def cell_id(easting_m: float, northing_m: float, size_m: float) -> str:
    """Id of the cell that holds a position, e.g. ``300-379200-355500``.

    Parameters
    ----------
    easting_m, northing_m : float
        A position in the cell, or its south-west corner; EPSG:27700, metres.
    size_m : float
        Side of a cell, in whole metres.

    Returns
    -------
    str
        Size, then easting and northing of the south-west corner, in metres.

    Raises
    ------
    GeoError
        The size is not a whole number of metres, or the position is not finite.
    """
    size = whole_size_m(size_m)
    if not (np.isfinite(easting_m) and np.isfinite(northing_m)):
        raise GeoError("a position without coordinates lies in no cell")
    return f"{size}-{int(easting_m // size) * size}-{int(northing_m // size) * size}"


def parse_cell_id(text: str) -> Cell:
    """Cell that an id names.

    Parameters
    ----------
    text : str
        An id as `cell_id` writes it.

    Returns
    -------
    Cell
        South-west corner and side.

    Raises
    ------
    GeoError
        The text is not an id, or its corner does not lie on the grid of its size.
    """
    found = _ID.fullmatch(text)
    if found is None:
        raise GeoError("a cell id has the form SIZE-EASTING-NORTHING, in metres")
    size, easting, northing = (int(part) for part in found.groups())
    if whole_size_m(size) and (easting % size or northing % size):
        raise GeoError(f"the corner of this cell id does not lie on the {size} m grid")
    return Cell(easting, northing, size)


def cells_of(easting_m: npt.ArrayLike, northing_m: npt.ArrayLike, size_m: float) -> Keys:
    """Key of the cell that each position lies in.

    Parameters
    ----------
    easting_m, northing_m : array_like, shape (n,)
        Finite positions, EPSG:27700, metres. A position on a border belongs to the cell north or east.
    size_m : float
        Side of a cell, in whole metres.

    Returns
    -------
    ndarray of int64, shape (n,)
        Keys: opaque, sorted by easting and then northing; `corners_of` gives them back.

    Raises
    ------
    GeoError
        The size is not a whole number of metres.
    """
    size = whole_size_m(size_m)
    column = np.floor_divide(np.asarray(easting_m, dtype=np.float64), size).astype(np.int64)
    row = np.floor_divide(np.asarray(northing_m, dtype=np.float64), size).astype(np.int64)
    return _keys(column, row)


def corners_of(cells: Keys, size_m: float) -> tuple[Keys, Keys]:
    """South-west corners of cells.

    Parameters
    ----------
    cells : ndarray of int64, shape (n,)
        Keys from `cells_of` or `study_cells`.
    size_m : float
        The size they were made with, in whole metres.

    Returns
    -------
    easting_m, northing_m : ndarray of int64, shape (n,)
        Metres, EPSG:27700.
    """
    size = whole_size_m(size_m)
    return (cells >> 32) * size, ((cells & (_COLUMN - 1)) - _ROW_ZERO) * size


def study_cells(polygon: Any | None, easting_m: Floats, northing_m: Floats, size_m: float) -> Keys:
    """Cells that a study looks at, whether or not anything happened in them.

    Parameters
    ----------
    polygon : shapely geometry or None
        The study area in EPSG:27700. None: the convex hull of the events, widened by one cell.
    easting_m, northing_m : ndarray of float64, shape (n,)
        Finite positions of the events, metres; only read when there is no polygon.
    size_m : float
        Side of a cell, in whole metres.

    Returns
    -------
    ndarray of int64, shape (m,)
        Sorted keys of the cells whose centre lies in the study area.

    Raises
    ------
    GeoError
        The size is not a whole number of metres, or no cell has its centre in the area.
    GraphTooLargeError
        The area would need more than `MAX_CELLS` cells of this size.

    Notes
    -----
    The list decides the answer: "more than chance would put there" is judged against the empty cells
    too. A hull takes in countryside, water and other forces' ground in which nothing could be
    recorded, which makes every town look hot: give the polygon of the area the records come from.
    """
    size = whole_size_m(size_m)
    area = _hull(easting_m, northing_m, size) if polygon is None else polygon
    west, south, east, north = (float(side) // size for side in shapely.bounds(area))
    if not np.isfinite([west, south, east, north]).all():
        raise GeoError("the study area is empty")
    if (east - west + 1) * (north - south + 1) > MAX_BOX_CELLS:
        raise GraphTooLargeError(
            f"the study area holds too many cells of {size} m; the limit is {MAX_CELLS:,}"
        )
    cells = _centres_within(area, np.arange(west, east + 1), np.arange(south, north + 1), size)
    if cells.size == 0:
        raise GeoError(f"no cell of {size} m has its centre in the study area")
    if cells.size > MAX_CELLS:
        raise GraphTooLargeError(
            f"the study has {cells.size:,} cells of {size} m; the limit is {MAX_CELLS:,}"
        )
    return cells


def neighbours(cells: Keys) -> csr_array:
    """Queen contiguity of a list of cells, each cell its own neighbour too.

    Parameters
    ----------
    cells : ndarray of int64, shape (n,)
        Sorted keys without repeats.

    Returns
    -------
    scipy.sparse.csr_array of int64, shape (n, n)
        1 where two cells share a side, a corner or are the same; only cells of the list. A cell at the
        border of the list has fewer than nine.
    """
    found = np.empty((cells.size, len(_STEPS)), dtype=np.int64)
    for place, step in enumerate(_STEPS):
        found[:, place] = positions_in(cells, cells + step)
    present = found >= 0
    starts = np.concatenate(([0], np.cumsum(present.sum(axis=1))))
    columns = found[present]
    return csr_array((np.ones(columns.size, dtype=np.int64), columns, starts), shape=(cells.size, cells.size))


def positions_in(cells: Keys, keys: Keys) -> Keys:
    """Where each key stands in a list of cells.

    Parameters
    ----------
    cells : ndarray of int64, shape (n,)
        Sorted keys without repeats.
    keys : ndarray of int64, shape (m,)
        Keys to find.

    Returns
    -------
    ndarray of int64, shape (m,)
        Position in `cells`; -1 for a key that is not in the list.
    """
    at = np.searchsorted(cells, keys)
    at[at == cells.size] = 0
    return np.where(cells[at] == keys, at, -1)


def _keys(column: Keys, row: Keys) -> Keys:
    return column * _COLUMN + row + _ROW_ZERO


def _hull(easting_m: Floats, northing_m: Floats, size: int) -> Any:
    # Sorted without repeats, so that the order of the events cannot move a corner by a rounding.
    places = np.unique(easting_m + 1j * northing_m)
    if places.size == 0:
        raise GeoError("without events and without a polygon there is no study area")
    points = shapely.multipoints(np.column_stack([places.real, places.imag]))
    return shapely.buffer(shapely.convex_hull(points), float(size))


def _centres_within(area: Any, columns: Floats, rows: Floats, size: int) -> Keys:
    # By strips of about a million centres: the box of an area may hold many times its own cells.
    shapely.prepare(area)
    y = (rows + 0.5) * size
    width = max(1, 1_000_000 // rows.size)
    found = []
    for start in range(0, columns.size, width):
        strip = columns[start : start + width]
        x = (strip + 0.5) * size
        within = shapely.contains_xy(area, np.repeat(x, rows.size), np.tile(y, strip.size))
        inside = np.flatnonzero(within)
        found.append(
            _keys(strip[inside // rows.size].astype(np.int64), rows[inside % rows.size].astype(np.int64))
        )
    return np.concatenate(found)
