"""Discs on a plane: pushed apart so that none overlap, and pieces of them packed beside each other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from scipy.spatial import cKDTree

from graph.measures.ties import Float64
from graph.model.links import Int64

_ROUNDS: Final = 300
_STEP: Final = 0.25
"""Grain of the packing, in the unit of the discs."""


def spread(at: Float64, radius: Float64, *, rounds: int = _ROUNDS) -> Float64:
    """Push discs apart until none overlap, each as little as needed.

    Parameters
    ----------
    at : ndarray of float64, shape (n, 2)
        Middles of the discs.
    radius : ndarray of float64, shape (n,)
        Their radii, above 0, in the same unit.
    rounds : int, optional
        Rounds of pushing; what still overlaps after them is cured by stretching the whole.

    Returns
    -------
    ndarray of float64, shape (n, 2)
        Middles, no two nearer than the sum of their radii (less a billionth).
    """
    n = len(at)
    if n < 2:
        return at.copy()
    # Discs in one place have no direction to be pushed in: a spiral too small to see gives them one.
    turn = np.arange(n) * 2.399963
    moved: Float64 = at + 1e-6 * radius.min() * np.sqrt(np.arange(n))[:, None] * np.column_stack(
        (np.cos(turn), np.sin(turn))
    )
    for _ in range(rounds):
        a, b, apart, wanted = _too_near(moved, radius)
        if not len(a):
            return moved
        along = moved[b] - moved[a]
        push = (0.5 * (wanted * 1.001 - apart) / np.maximum(apart, 1e-12))[:, None] * along
        share = (2 * radius[b] / wanted)[:, None]
        # A disc pushed from many sides goes their mean way, or crowds would blow apart.
        often = np.maximum(np.bincount(np.concatenate((a, b)), minlength=n), 1)[:, None] ** 0.5
        np.add.at(moved, a, -push * share / often[a])
        np.add.at(moved, b, push * (2 - share) / often[b])
    _, _, apart, wanted = _too_near(moved, radius)
    stretch = float((wanted / np.maximum(apart, 1e-9)).max(initial=1.0))
    return stretch * moved


def packed(pieces: Sequence[Int64], at: Float64, radius: Float64, *, gap: float, aspect: float) -> Float64:
    """Move whole pieces beside each other, the highest first, each where there is room lowest down.

    Parameters
    ----------
    pieces : sequence of ndarray of int64
        Rows of the discs of each piece; each disc is in one piece.
    at : ndarray of float64, shape (n, 2)
        Middles of the discs.
    radius : ndarray of float64, shape (n,)
        Their radii.
    gap : float
        Least space between two pieces, 0 or more.
    aspect : float
        Width of the whole to its height, as near as may be.

    Returns
    -------
    ndarray of float64, shape (n, 2)
        Middles; within a piece they stand to each other as before.
    """
    low = np.array([(at[m] - radius[m, None]).min(axis=0) for m in pieces])
    size = np.array([(at[m] + radius[m, None]).max(axis=0) for m in pieces]) - low + gap
    order = np.lexsort((np.arange(len(pieces)), -size[:, 0], -size[:, 1]))
    about = float(np.sqrt(size.prod(axis=1).sum() * aspect))
    widths = np.maximum(about * np.array([0.9, 1.0, 1.1, 1.2, 1.35, 1.5]), size[:, 0].max())
    tried = [_stacked(size[order], width) for width in widths.tolist()]
    extents = [(corner + size[order]).max(axis=0) for corner in tried]
    # The page that holds the whole at the wished aspect is as high as the least of these.
    best = min(range(len(tried)), key=lambda k: max(extents[k][0] / aspect, extents[k][1]))
    placed = at.copy()
    for which, corner in zip(order.tolist(), tried[best], strict=True):
        placed[pieces[which]] += corner - low[which]
    return placed


def _too_near(at: Float64, radius: Float64) -> tuple[Int64, Int64, Float64, Float64]:
    """Return the pairs of discs that overlap, their distances, and the least they should have."""
    typical = float(np.median(radius))
    small = np.flatnonzero(radius <= typical)
    pairs = [small[cKDTree(at[small]).query_pairs(2 * typical, output_type="ndarray")]]
    for big in np.flatnonzero(radius > typical).tolist():
        # Larger discs are few: each is held against all that are smaller, or stand after it.
        others = np.flatnonzero((radius <= typical) | (np.arange(len(at)) > big))
        others = others[np.hypot(*(at[others] - at[big]).T) < radius[others] + radius[big]]
        pairs.append(np.column_stack((np.full(len(others), big), others)))
    a, b = np.concatenate(pairs).T.astype(np.int64)
    apart = np.hypot(*(at[a] - at[b]).T)
    near = apart < (radius[a] + radius[b]) * (1 - 1e-9)
    a, b = a[near], b[near]
    return a, b, apart[near], radius[a] + radius[b]


def _stacked(size: Float64, width: float) -> Float64:
    """Return the lower left corner of each rectangle on a skyline."""
    columns = np.maximum(np.ceil(size[:, 0] / _STEP - 1e-9).astype(int), 1)
    skyline = np.zeros(max(int(np.ceil(width / _STEP - 1e-9)), int(columns.max())))
    corners = np.empty_like(size)
    for k, (wide, high) in enumerate(zip(columns.tolist(), size[:, 1].tolist(), strict=True)):
        floor = np.lib.stride_tricks.sliding_window_view(skyline, wide).max(axis=1)
        x = int(floor.argmin())
        corners[k] = (x * _STEP, floor[x])
        skyline[x : x + wide] = floor[x] + high
    return corners
