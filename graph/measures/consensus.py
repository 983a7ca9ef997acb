"""What recurs over runs: people whom most runs put together."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from typing import Final

import numpy as np

from graph.measures.communities import communities, cores, tied_parts
from graph.measures.ties import Float64
from graph.model.links import Int64

WORTH_A_THREAD: Final = 20_000
"""Ties from which runs are made at the same time, one a processor."""

TOGETHER: Final = 0.8
"""Share of runs that must keep a tie inside one community for it to hold a cluster together."""

MIN_STABILITY: Final = 0.75
"""Least recurrence of a cluster; below it Hennig (2007) calls a cluster doubtful."""


def core_runs(
    n: int, i: Int64, j: Int64, *, weight: Float64, resolution: float, seeds: tuple[int, ...]
) -> Int64:
    """Run the algorithm once for each seed and keep the cores of its communities.

    Parameters
    ----------
    n : int
        Number of people.
    i, j : ndarray of int64, shape (m,)
        Ends of each tie.
    weight : ndarray of float64, shape (m,)
        Weights in medians.
    resolution : float
        In median ties a pair.
    seeds : tuple of int
        One for each run.

    Returns
    -------
    ndarray of int64, shape (k, n)
        A core for each person, run by run; people outside every core are alone.
    """

    def _run(seed: int) -> Int64:
        labels = communities(n, i, j, weight=weight, resolution=resolution, seed=seed)
        return cores(n, i, j, labels=labels)

    if len(i) < WORTH_A_THREAD:
        return np.array([_run(seed) for seed in seeds])
    # Each seed's answer is its own, so the order in which they end changes nothing.
    with ThreadPoolExecutor(min(len(seeds), os.cpu_count() or 1)) as threads:
        return np.array(list(threads.map(_run, seeds)))


def share_together(i: Int64, j: Int64, *, runs: Int64) -> Float64:
    """Return for each tie the share of runs that put its two people together.

    Parameters
    ----------
    i, j : ndarray of int64, shape (m,)
        Ends of each tie.
    runs : ndarray of int64, shape (k, n)
        A community for each person, run by run.

    Returns
    -------
    ndarray of float64, shape (m,)
        From 0 to 1.
    """
    together = np.zeros(len(i))
    for labels in runs:
        together += labels[i] == labels[j]
    return together / len(runs)


def consensus(n: int, i: Int64, j: Int64, *, together: Float64, threshold: float = TOGETHER) -> Int64:
    """Return clusters joined by ties that most runs keep together, without those who hold one tie only.

    Parameters
    ----------
    n : int
        Number of people.
    i, j : ndarray of int64, shape (m,)
        Ends of each tie.
    together : ndarray of float64, shape (m,)
        Result of ``share_together``.
    threshold : float, default 0.8
        Least share of runs.

    Returns
    -------
    ndarray of int64, shape (n,)
        Labels from 0 in the order of each cluster's first person; every cluster is connected.

    References
    ----------
    Lancichinetti and Fortunato (2012), doi:10.1038/srep00336.
    """
    # Shares are multiples of 1/k: the small allowance keeps 4 runs of 5 at 0.8.
    kept = together >= threshold - 1e-9
    return cores(n, i, j, labels=tied_parts(n, i[kept], j[kept]))


def recurrence(labels: Int64, *, runs: Int64) -> Float64:
    """Return how well each cluster recurs: the mean over runs of the best Jaccard similarity.

    Parameters
    ----------
    labels : ndarray of int64, shape (n,)
        A cluster for each person, from 0.
    runs : ndarray of int64, shape (k, n)
        A community for each person, run by run.

    Returns
    -------
    ndarray of float64, shape (c,)
        From 0 to 1; 1 where every run found exactly this cluster.

    References
    ----------
    Hennig (2007), Cluster-wise assessment of cluster stability, doi:10.1016/j.csda.2006.11.025.
    """
    size = np.bincount(labels)
    total = np.zeros(len(size))
    for run in runs:
        other = np.bincount(run)
        pair, shared = np.unique(labels * len(other) + run, return_counts=True)
        ours, theirs = pair // len(other), pair % len(other)
        best = np.zeros(len(size))
        np.maximum.at(best, ours, shared / (size[ours] + other[theirs] - shared))
        total += best
    return total / len(runs)


def agreement(together: Float64, *, k: int) -> float:
    """Return how far k runs agree on the ties they keep inside communities.

    Parameters
    ----------
    together : ndarray of float64, shape (m,)
        Result of ``share_together``.
    k : int
        Number of runs.

    Returns
    -------
    float
        Mean shared ties of two runs over mean ties of either (Jaccard); 1 is the same in every run;
        nan with one run.
    """
    if k < 2:
        return float("nan")
    count = np.rint(together * k)
    shared = float((count * (count - 1)).sum())
    either = float((2 * (k - 1) * count).sum()) - shared
    return shared / either if either else 1.0
