"""Grid cells with more recorded events than chance would put there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from geo.gi_star import GiStarTest, gi_star_test
from geo.grid import cells_of, corners_of, neighbours, positions_in, study_cells, whole_size_m
from graph.errors import GeoError, NotEnoughDataError

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

#: What the method is called wherever a result is shown.
METHOD = (
    "Gi* on a square grid, queen neighbours and the cell itself; p from random relabelling of the cell "
    "counts, corrected over all cells (Benjamini-Hochberg)"
)

#: What a reader must know beside any result; printed on maps and carried by exports.
LIMITS = (
    "Shows where recorded events gather, not where harm is greatest and not who is at risk. "
    "police.uk points are snap points, not addresses: one point stands for many places near it. "
    "What is not reported or not recorded is not here."
)


@dataclass(frozen=True, eq=False)
class HotspotResult(GiStarTest):
    """One run of the hotspot test: what the test says of each cell, and the study it was made on.

    Attributes
    ----------
    window_cells, window_count, z, p_raw, p_corrected, hot : ndarray, shape (n_cells,)
        As in `GiStarTest`.
    cell_size_m : int
        Side of a cell, in metres.
    q : float
        Largest corrected p of a hot cell.
    min_events : int
        Fewest events the run would have accepted.
    study : str
        ``polygon`` or ``hull``: where the list of cells comes from.
    cells : ndarray of int64, shape (n_cells,)
        Sorted keys of the cells (`geo.grid`).
    easting_m, northing_m : ndarray of int64, shape (n_cells,)
        South-west corners, EPSG:27700.
    count : ndarray of int64, shape (n_cells,)
        Events in each cell.
    places : ndarray of int64, shape (n_cells,)
        Distinct coordinates among them: 1 beside a high count is a heap on one snap point.
    n_events : int
        Events the test used.
    excluded : int
        Events outside the study area.
    unplaced : int
        Events without coordinates.
    """

    cell_size_m: int
    q: float
    min_events: int
    study: str
    cells: Integers
    easting_m: Integers
    northing_m: Integers
    count: Integers
    places: Integers
    n_events: int
    excluded: int
    unplaced: int

    @property
    def n_cells(self) -> int:
        """Cells of the study, empty ones included.

        Returns
        -------
        int
            Also the number of tests that p is corrected for.
        """
        return int(self.cells.size)

    @property
    def sentence(self) -> str:
        """The answer in one sentence.

        Returns
        -------
        str
            How many cells stand out, of how many, from how many events.
        """
        hot = int(self.hot.sum())
        if hot == 0:
            return f"no cell stands out, n = {self.n_events:,}"
        verb = "stands" if hot == 1 else "stand"
        return f"{hot:,} of {self.n_cells:,} cells {verb} out, n = {self.n_events:,}"


@dataclass(frozen=True, eq=False)
class StudyGrid:
    """The cells of a study area, made ready once for many layers.

    Attributes
    ----------
    cells : ndarray of int64, shape (n_cells,)
        Sorted keys of the cells (`geo.grid`).
    weights : csr_array, shape (n_cells, n_cells)
        Queen neighbours and the cell itself.
    cell_size_m : int
        Side of a cell, in metres.
    study : str
        ``polygon`` or ``hull``.
    """

    cells: Integers
    weights: csr_array
    cell_size_m: int
    study: str


def study_grid(
    study: Any | None, easting_m: npt.ArrayLike, northing_m: npt.ArrayLike, *, cell_size_m: float = 300.0
) -> StudyGrid:
    """Make the cells of a study area ready for the test.

    Parameters
    ----------
    study : shapely geometry or None
        The area the records come from, EPSG:27700. None: the hull of the events, one cell wider.
    easting_m, northing_m : array_like, shape (n,)
        Events that the hull is made of.
    cell_size_m : float
        Side of a cell, in whole metres from 10 to 100,000.

    Returns
    -------
    StudyGrid
        For `hotspots`, in place of the area.

    Raises
    ------
    GeoError
        A size out of range, or an empty study area.
    GraphTooLargeError
        The study would need more cells than `geo.grid.MAX_CELLS`.
    """
    size = whole_size_m(cell_size_m)
    easting, northing, _ = _placed(easting_m, northing_m)
    cells = study_cells(study, easting, northing, size)
    return StudyGrid(cells, neighbours(cells), size, "hull" if study is None else "polygon")


def hotspots(
    easting_m: npt.ArrayLike,
    northing_m: npt.ArrayLike,
    *,
    cell_size_m: float = 300.0,
    study: Any | None = None,
    q: float = 0.05,
    min_events: int = 30,
) -> HotspotResult:
    """Find grid cells with more events than chance would put there.

    Parameters
    ----------
    easting_m, northing_m : array_like, shape (n,)
        One point for each event, EPSG:27700, metres. NaN for an event without a position.
    cell_size_m : float
        Side of a cell, in whole metres from 10 to 100,000.
    study : shapely geometry, StudyGrid or None
        The area the records come from, EPSG:27700, or its cells made ready (their size then holds).
        None: the hull of the events, one cell wider.
    q : float
        Largest corrected p of a hot cell; between 0 and 1.
    min_events : int
        Fewest events in the study for which the test is made.

    Returns
    -------
    HotspotResult
        Every cell of the study with count, places, window count, z, raw and corrected p.

    Raises
    ------
    NotEnoughDataError
        Fewer than `min_events` events lie in the study; the message is the sentence to show.
    GeoError
        Parameters out of range, easting and northing of unlike length, or an empty study area.
    GraphTooLargeError
        The study would need more cells than `geo.grid.MAX_CELLS`.

    Notes
    -----
    Says where recorded events gather, not where harm is greatest and not who is at risk. A hot cell is
    the middle of a hot window: a cell at its edge may be quiet itself. Published points are snap
    points: `places` shows the cells whose events all lie on one of them.

    References
    ----------
    Ord and Getis (1995), Geographical Analysis 27, 286-306; Benjamini and Hochberg (1995), Journal of
    the Royal Statistical Society B 57, 289-300.
    """
    size = whole_size_m(cell_size_m)
    easting, northing, unplaced = _placed(easting_m, northing_m)
    if not 0 < q < 1:
        raise GeoError("q must lie between 0 and 1")
    if easting.size < max(min_events, 1):
        raise _too_few(easting.size, min_events)
    grid = study if isinstance(study, StudyGrid) else study_grid(study, easting, northing, cell_size_m=size)
    cells, size = grid.cells, grid.cell_size_m
    at = positions_in(cells, cells_of(easting, northing, size))
    inside = at >= 0
    used = int(inside.sum())
    if used < min_events:
        raise _too_few(used, min_events)
    count = np.bincount(at[inside], minlength=cells.size)
    test = gi_star_test(count, grid.weights, q=q)
    corner_easting_m, corner_northing_m = corners_of(cells, size)
    return HotspotResult(
        **vars(test),
        cell_size_m=size,
        q=q,
        min_events=min_events,
        study=grid.study,
        cells=cells,
        easting_m=corner_easting_m,
        northing_m=corner_northing_m,
        count=count,
        places=_places(at[inside], easting[inside], northing[inside], cells.size),
        n_events=used,
        excluded=at.size - used,
        unplaced=unplaced,
    )


def hot_clusters(result: HotspotResult) -> Integers:
    """Contiguous hot cells, numbered.

    Parameters
    ----------
    result : HotspotResult
        A run of `hotspots`.

    Returns
    -------
    ndarray of int64, shape (n_cells,)
        0 for the cluster with the most events in its cells, then 1 and so on; -1 for a cell that is not
        hot. Equal clusters keep the order of their south-western cells.

    Notes
    -----
    Only a way to speak of cells that touch: the test was made for cells, not for clusters.
    """
    labels = np.full(result.n_cells, -1, dtype=np.int64)
    hot = np.flatnonzero(result.hot)
    if hot.size == 0:
        return labels
    found, part = connected_components(neighbours(result.cells[hot]), directed=False)
    events = np.bincount(part, weights=result.count[hot], minlength=found)
    rank = np.empty(found, dtype=np.int64)
    rank[np.argsort(-events, kind="stable")] = np.arange(found)
    labels[hot] = rank[part]
    return labels


def _placed(easting_m: npt.ArrayLike, northing_m: npt.ArrayLike) -> tuple[Floats, Floats, int]:
    easting = np.asarray(easting_m, dtype=np.float64).ravel()
    northing = np.asarray(northing_m, dtype=np.float64).ravel()
    if easting.size != northing.size:
        raise GeoError(f"{easting.size:,} eastings and {northing.size:,} northings do not make points")
    placed = np.isfinite(easting) & np.isfinite(northing)
    return easting[placed], northing[placed], int((~placed).sum())


def _places(at: Integers, easting: Floats, northing: Floats, n_cells: int) -> Integers:
    _, first = np.unique(easting + 1j * northing, return_index=True)
    return np.bincount(at[first], minlength=n_cells)


def _too_few(n: int, min_events: int) -> NotEnoughDataError:
    return NotEnoughDataError(f"no cell stands out, n = {n:,}: the test needs at least {min_events:,} events")
