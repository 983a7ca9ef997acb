"""Communities of one run: the constant Potts model, optimised by the Leiden algorithm."""

from __future__ import annotations

from typing import Final

import graspologic_native
import numpy as np
import numpy.typing as npt
from scipy.sparse.csgraph import connected_components

from graph.measures.ties import Float64, symmetric
from graph.model.links import Int64

STEPS: Final = 1024
"""Weights are rounded to this fraction of the median tie: sums are then exact in any order."""

LARGE: Final = 5_000
"""Ties above which a run is one pass of the algorithm, as a second gains about 0.01 % of quality."""

PASSES: Final = 2
"""Passes for smaller graphs, where they cost little; a third changed nothing."""


def in_medians(weight: Float64) -> Float64:
    """Return weights in units of the median weight, rounded to ``1 / STEPS``.

    Parameters
    ----------
    weight : ndarray of float64, shape (m,)
        Weights above 0; at least one.

    Returns
    -------
    ndarray of float64, shape (m,)
        Multiples of ``1 / STEPS``, at least one step; unchanged when all weights are scaled alike.
    """
    # A first rounding to 40 bits keeps a scaled weight from falling on the other side of a half step.
    ratio = np.round(weight / np.median(weight) * 2.0**30) / 2.0**30
    return np.maximum(np.rint(ratio * STEPS), 1.0) / STEPS


def communities(n: int, i: Int64, j: Int64, *, weight: Float64, resolution: float, seed: int) -> Int64:
    """Return a community for each person: one run of Leiden on the constant Potts model.

    Parameters
    ----------
    n : int
        Number of people; at least 1.
    i, j : ndarray of int64, shape (m,)
        Ends of each tie.
    weight : ndarray of float64, shape (m,)
        Weights, best from ``in_medians``.
    resolution : float
        Weight of ties a pair must bring to be worth a place in one community; above 0.
    seed : int
        Seeds the order of the people and the algorithm; 0 or more.

    Returns
    -------
    ndarray of int64, shape (n,)
        Labels from 0; each community is connected by its own ties.

    Notes
    -----
    One run is one of many nearly equal answers: publish only what recurs over seeds.

    References
    ----------
    Traag, Van Dooren, Nesterov (2011), doi:10.1103/PhysRevE.84.016114.
    Traag, Waltman, van Eck (2019), doi:10.1038/s41598-019-41695-z.
    """
    place = np.random.default_rng(seed).permutation(n)
    matrix = symmetric(n, place[i], place[j], weight)
    _, found = graspologic_native.leiden_csr(
        matrix.indptr.astype(np.int64),
        matrix.indices.astype(np.int32),
        matrix.data,
        n,
        resolution=resolution,
        iterations=1 if len(i) > LARGE else PASSES,
        use_modularity=False,
        seed=seed,
    )
    labels = np.empty(n, np.int64)
    labels[np.fromiter(found.keys(), np.int64, n)] = np.fromiter(found.values(), np.int64, n)
    return connected_parts(n, i, j, labels=labels[place])


def connected_parts(n: int, i: Int64, j: Int64, *, labels: Int64) -> Int64:
    """Split each community into the parts that its own ties connect.

    Parameters
    ----------
    n : int
        Number of people.
    i, j : ndarray of int64, shape (m,)
        Ends of each tie.
    labels : ndarray of int64, shape (n,)
        A community for each person.

    Returns
    -------
    ndarray of int64, shape (n,)
        Labels from 0 in the order of each part's first person.
    """
    inside = labels[i] == labels[j]
    return tied_parts(n, i[inside], j[inside])


def cores(n: int, i: Int64, j: Int64, *, labels: Int64) -> Int64:
    """Leave in each community only those tied to two or more of the others left in it.

    Parameters
    ----------
    n : int
        Number of people.
    i, j : ndarray of int64, shape (m,)
        Ends of each tie.
    labels : ndarray of int64, shape (n,)
        A community for each person.

    Returns
    -------
    ndarray of int64, shape (n,)
        Labels from 0 in the order of each core's first person; those left out are alone.

    Notes
    -----
    One tie to one member makes nobody a member. The parts are 2-cores: Seidman (1983),
    doi:10.1016/0378-8733(83)90028-X.
    """
    inside = labels[i] == labels[j]
    i, j = i[inside], j[inside]
    while True:
        held = np.bincount(np.concatenate((i, j)), minlength=n) >= 2
        both = held[i] & held[j]
        if both.all():
            return tied_parts(n, i, j)
        i, j = i[both], j[both]


def tied_parts(n: int, i: Int64, j: Int64) -> Int64:
    """Return the connected components of ties.

    Parameters
    ----------
    n : int
        Number of people.
    i, j : ndarray of int64, shape (m,)
        Ends of each tie.

    Returns
    -------
    ndarray of int64, shape (n,)
        Labels from 0 in the order of each component's first person.
    """
    _, parts = connected_components(symmetric(n, i, j, np.ones(len(i))), directed=False)
    _, first, at = np.unique(parts, return_index=True, return_inverse=True)
    rank = np.empty(len(first), np.int64)
    rank[np.argsort(first)] = np.arange(len(first))
    return rank[at]


def potts_quality(i: Int64, j: Int64, *, weight: Float64, labels: Int64, resolution: float) -> float:
    """Return the quality of a division into communities: the constant Potts model.

    Parameters
    ----------
    i, j : ndarray of int64, shape (m,)
        Ends of each tie.
    weight : ndarray of float64, shape (m,)
        Weights in the units of ``resolution``.
    labels : ndarray of int64, shape (n,)
        A community for each person, from 0.
    resolution : float
        The same resolution the communities were found at.

    Returns
    -------
    float
        Sum over communities of the weight inside less ``resolution`` times the number of pairs.

    Notes
    -----
    Libraries count pairs differently and divide by different totals, so only values of this function are
    compared with each other, and only at one resolution.
    """
    size = np.bincount(labels).astype(np.float64)
    return float(weight[labels[i] == labels[j]].sum() - resolution * (size * (size - 1) / 2).sum())


def sizes_and_ties(i: Int64, j: Int64, *, labels: Int64) -> tuple[Int64, Int64]:
    """Return the people and the inner ties of each community.

    Parameters
    ----------
    i, j : ndarray of int64, shape (m,)
        Ends of each tie.
    labels : ndarray of int64, shape (n,)
        A community for each person, from 0.

    Returns
    -------
    sizes, ties : ndarray of int64, shape (c,)
        Counts for each community.
    """
    sizes: npt.NDArray[np.int64] = np.bincount(labels)
    return sizes, np.bincount(labels[i[labels[i] == labels[j]]], minlength=len(sizes))
