"""The choice of a resolution: at which grain what recurs is furthest from chance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from graph.measures.chance import significance
from graph.measures.consensus import (
    MIN_STABILITY,
    agreement,
    consensus,
    core_runs,
    recurrence,
    share_together,
)
from graph.measures.ties import Float64
from graph.model.links import Int64

RESOLUTIONS: Final = tuple(step / 128 for step in (1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128))
"""From loose to tight, in median ties a pair; multiples of 1/128, so that sums stay exact."""

FEW_SEEDS: Final = 2
"""Seeds of a scan on a large network."""

SCAN_LARGE: Final = 20_000
"""Ties above which the scan uses ``FEW_SEEDS``."""


@dataclass(frozen=True, slots=True)
class ScanRow:
    """What one resolution gives.

    Attributes
    ----------
    resolution : float
        In median ties a pair.
    clusters : int
        Recurring clusters of the least size or more.
    clustered_share : float
        Share of people with a tie who are in one.
    agreement : float
        How far the runs agree on the ties kept inside; 1 is wholly, nan for one run.
    significance : float
        How much denser than the network the recurring clusters are, in nats.
    """

    resolution: float
    clusters: int
    clustered_share: float
    agreement: float
    significance: float


def scan_resolutions(
    n: int, i: Int64, j: Int64, *, weight: Float64, seeds: tuple[int, ...], min_size: int
) -> tuple[ScanRow, ...]:
    """Run every resolution of the grid.

    Parameters
    ----------
    n : int
        Number of people, all with a tie.
    i, j : ndarray of int64, shape (m,)
        Ends of each tie.
    weight : ndarray of float64, shape (m,)
        Weights in medians.
    seeds : tuple of int
        Seeds of the runs; a large network uses the first ``FEW_SEEDS``.
    min_size : int
        Least people of a cluster that is counted.

    Returns
    -------
    tuple of ScanRow
        One row for each of ``RESOLUTIONS``.
    """
    used = seeds[:FEW_SEEDS] if len(i) > SCAN_LARGE else seeds
    return tuple(
        _row(n, i, j, weight=weight, seeds=used, min_size=min_size, resolution=resolution)
        for resolution in RESOLUTIONS
    )


def _row(
    n: int, i: Int64, j: Int64, *, weight: Float64, seeds: tuple[int, ...], min_size: int, resolution: float
) -> ScanRow:
    runs = core_runs(n, i, j, weight=weight, resolution=resolution, seeds=seeds)
    together = share_together(i, j, runs=runs)
    labels = consensus(n, i, j, together=together)
    stable = recurrence(labels, runs=runs) >= MIN_STABILITY
    # What does not recur is no finding: its members count as alone.
    labels = np.where(stable[labels], labels, len(stable) + np.arange(n))
    size = np.bincount(labels)
    large = size >= min_size
    return ScanRow(
        resolution,
        int(large.sum()),
        float(size[large].sum() / n),
        agreement(together, k=len(seeds)),
        significance(n, i, j, labels=labels),
    )


def best_resolution(scan: tuple[ScanRow, ...]) -> float:
    """Return the resolution whose recurring clusters are furthest from chance.

    Parameters
    ----------
    scan : tuple of ScanRow
        Result of ``scan_resolutions``; at least one row.

    Returns
    -------
    float
        The resolution with the highest significance; of equals the one where runs agree most, then the
        loosest.

    Notes
    -----
    Agreement between seeds alone is no guide: it is highest where everybody falls into one cluster and where
    nobody falls into any.
    """
    return max(scan, key=lambda row: (round(row.significance, 6), np.nan_to_num(row.agreement))).resolution
