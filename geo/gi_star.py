"""The hotspot test on counts: Gi*, its random-relabelling tail, and the correction for many cells."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

Floats = npt.NDArray[np.float64]
Counts = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class GiStarTest:
    """What the test says of each cell.

    Attributes
    ----------
    window_cells : ndarray of int64, shape (n,)
        Cells in the window of each cell, itself included.
    window_count : ndarray of int64, shape (n,)
        Events in the window.
    z : ndarray of float64, shape (n,)
        Gi*, in standard deviations.
    p_raw : ndarray of float64, shape (n,)
        Chance of at least this window count if the counts were dealt to the cells at random.
    p_corrected : ndarray of float64, shape (n,)
        The same after Benjamini and Hochberg's correction over all n cells.
    hot : ndarray of bool, shape (n,)
        Corrected p at most q, and more events than an average window of that size.
    """

    window_cells: Counts
    window_count: Counts
    z: Floats
    p_raw: Floats
    p_corrected: Floats
    hot: npt.NDArray[np.bool_]


def gi_star_test(counts: Counts, weights: csr_array, *, q: float = 0.05) -> GiStarTest:
    """Which cells lie in a window with more events than a random arrangement would put there.

    Parameters
    ----------
    counts : ndarray of int64, shape (n,)
        Events in each cell, 0 or more; empty cells of the study belong in the list.
    weights : scipy.sparse.csr_array, shape (n, n)
        1 for each neighbour of a cell and for the cell itself.
    q : float
        Largest corrected p of a hot cell; in a study without structure, the chance of any hot cell.

    Returns
    -------
    GiStarTest
        One value a cell, in the order of `counts`.

    Notes
    -----
    The null hypothesis is that the observed counts lie in the cells in random order. A lone cell with a
    huge count is no evidence against it (the count has to lie somewhere); several high cells side by
    side are. Cells are drawn with replacement, which is cautious in small studies.

    References
    ----------
    Ord and Getis (1995), Geographical Analysis 27, 286-306; Benjamini and Hochberg (1995), Journal of
    the Royal Statistical Society B 57, 289-300.
    """
    window_count = np.asarray(weights @ counts, dtype=np.int64)
    window_cells = np.asarray(weights.sum(axis=1), dtype=np.int64).ravel()
    z = gi_star(counts, window_count, window_cells)
    p_raw = relabelling_p(counts, window_count, window_cells)
    p_corrected = benjamini_hochberg(p_raw)
    return GiStarTest(window_cells, window_count, z, p_raw, p_corrected, (p_corrected <= q) & (z > 0))


def gi_star(counts: Counts, window_count: Counts, window_cells: Counts) -> Floats:
    """Gi* of each cell.

    Parameters
    ----------
    counts : ndarray of int64, shape (n,)
        Events in each cell.
    window_count, window_cells : ndarray of int64, shape (n,)
        Events and cells in the window of each cell, itself included.

    Returns
    -------
    ndarray of float64, shape (n,)
        Standard deviations from the mean; 0 where the counts do not vary or the window holds every cell.

    Notes
    -----
    The normal distribution is no guide to these values when counts are low: see `relabelling_p`.

    References
    ----------
    Ord and Getis (1995), equation 6.
    """
    n = counts.size
    mean = counts.sum() / n
    variance = (counts.astype(np.float64) ** 2).sum() / n - mean**2
    spread = np.sqrt(np.maximum(variance * (n * window_cells - window_cells**2) / max(n - 1, 1), 0.0))
    above = window_count - mean * window_cells
    z = np.zeros(n)
    np.divide(above, spread, out=z, where=spread > 0)
    return z


def relabelling_p(counts: Counts, window_count: Counts, window_cells: Counts) -> Floats:
    """Chance that a window of that many random cells holds at least as many events.

    Parameters
    ----------
    counts : ndarray of int64, shape (n,)
        Events in each cell.
    window_count, window_cells : ndarray of int64, shape (n,)
        Events and cells in the window of each cell.

    Returns
    -------
    ndarray of float64, shape (n,)
        From 0 (never exactly) to 1.

    Notes
    -----
    The distribution of a sum of k cells is the k-fold convolution of the distribution of one. It is
    summed from terms that are all positive, without a Fourier transform, so that a tail of 1e-12 is as
    exact as one of 0.5; the correction for 20,000 cells needs such tails.
    """
    tails = _tails(counts, int(window_cells.max()), int(window_count.max()))
    p: Floats = np.minimum(tails[window_cells, window_count], 1.0)
    return p


def benjamini_hochberg(p: Floats) -> Floats:
    """P-values corrected for as many tests, so that the share of false finds stays below the threshold.

    Parameters
    ----------
    p : ndarray of float64, shape (n,)
        Raw p-values.

    Returns
    -------
    ndarray of float64, shape (n,)
        Corrected p-values, at most 1, in the same order.

    References
    ----------
    Benjamini and Hochberg (1995), Journal of the Royal Statistical Society B 57, 289-300.
    """
    order = np.argsort(p, kind="stable")
    scaled = p[order] * p.size / np.arange(1, p.size + 1)
    corrected = np.empty_like(p)
    corrected[order] = np.minimum(np.minimum.accumulate(scaled[::-1])[::-1], 1.0)
    return corrected


def _tails(counts: Counts, most_cells: int, top: int) -> Floats:
    # tails[k, s] = P(sum of k cells >= s). One cell more at a time, by the distinct counts: there are
    # far fewer of them than values up to the largest, so this beats repeated squaring.
    values, cells = np.unique(counts, return_counts=True)
    chance = cells / counts.size
    tails = np.empty((most_cells + 1, top + 1))
    sums = np.zeros(top + 1)
    sums[0] = 1.0
    for k in range(most_cells + 1):
        tails[k] = np.cumsum(sums[::-1])[::-1]
        sums = _with_one_more_cell(sums, values, chance)
    return tails


def _with_one_more_cell(sums: Floats, values: Counts, chance: Floats) -> Floats:
    # The last place holds "this many or more": nothing above the largest window seen is asked for.
    top = sums.size - 1
    longer = np.zeros_like(sums)
    for value, p in zip(np.minimum(values, top).tolist(), chance.tolist(), strict=True):
        longer[value:] += p * sums[: top + 1 - value]
        longer[top] += p * float(sums[top + 1 - value :].sum())
    return longer
