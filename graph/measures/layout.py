"""Where people stand in a picture of a network: computed once, used by every form of it."""

from __future__ import annotations

from typing import Final

import networkx as nx
import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components, shortest_path

from graph.errors import MeasureError
from graph.measures.discs import packed, spread
from graph.measures.ties import Float64, symmetric
from graph.model.links import Int64

ASPECT: Final = 1.4
"""Width of the whole to its height, about that of the frame it is drawn in."""

GAP: Final = 0.8
"""Least space between two parts, and between two pieces that no tie joins, in spacings."""

# Tried on invented networks of 24 to 300 people: what leaves the most labels room at the largest marks.
_INNER = 0.7  # radius of a member within their part, so that parts have room for labels
_TIGHT = 0.8  # share of the distances asked for; what then overlaps is pushed apart
_LOOSE = 2.0  # width of a piece that forces place, in widths of its discs laid side by side
_POWER, _FORCED_POWER = 0.8, 0.6  # how far what lies far out is drawn in

_ROUNDS, _STILL = 500, 1e-3  # of stress majorisation: the most, and the step that ends it

EXACT: Final = 160
"""Discs up to which distances on the page follow distances along ties; above it forces alone place them."""

WORK: Final = 25_000_000
"""Pairs of discs that the forces may look at in one piece, over all of their rounds."""


def positions(
    n: int,
    i: Int64,
    j: Int64,
    *,
    weight: Float64 | None = None,
    part: Int64 | None = None,
    seed: int = 0,
) -> Float64:
    """Return where to draw each person, so that no two stand closer than 1.

    Parameters
    ----------
    n : int
        Number of people.
    i, j : ndarray of int64, shape (m,)
        Ends of each tie, positions below ``n``.
    weight : ndarray of float64, shape (m,), optional
        Weight of each tie, above 0; the forces pull more at a heavier one.
    part : ndarray of int64, shape (n,), optional
        Peer cluster of each person, -1 for none. Members stand together in a disc of their own that nobody
        else stands in.
    seed : int, default 0
        Seeds the start of the forces; 0 or more.

    Returns
    -------
    ndarray of float64, shape (n, 2)
        Places in spacings, x and y: 1 is the least distance between two people. The lowest x and y are 0.

    Raises
    ------
    MeasureError
        An end is no position below ``n``, or an array has another length than it should.

    Notes
    -----
    Pieces that no tie joins are packed beside each other, the largest first. Nearness in the picture follows
    ties as far as a page allows; it measures nothing, and who stands in the middle is nobody's importance.

    References
    ----------
    Gansner, Koren, North (2004), doi:10.1007/978-3-540-31843-9_25, for pieces of up to ``EXACT`` discs;
    Fruchterman and Reingold (1991), doi:10.1002/spe.4380211102, as in NetworkX, for larger ones.
    """
    if not n:
        return np.empty((0, 2))
    pulls = np.ones(len(i)) if weight is None else weight
    groups = np.full(n, -1, np.int64) if part is None else np.asarray(part, np.int64)
    _check(n, i, j, pulls, groups)
    ties = _between(n, i, j, pulls)
    disc = _discs(groups)
    inner, radius = _inside(disc, ties, seed)
    middle = _arranged(_folded(ties, disc, len(radius)), radius, seed)
    placed: Float64 = middle[disc] + _turned(inner, middle, disc, ties)
    corner: Float64 = np.round(placed - placed.min(axis=0), 4)
    return corner


def _check(n: int, i: Int64, j: Int64, weight: Float64, part: Int64) -> None:
    if not len(i) == len(j) == len(weight) or len(part) != n:
        raise MeasureError("ends, weights and parts must have a row for each tie and for each person")
    if len(i) and (min(i.min(), j.min()) < 0 or max(i.max(), j.max()) >= n):
        raise MeasureError("an end of a tie is no position among the people")


def _between(n: int, i: Int64, j: Int64, weight: Float64) -> csr_array:
    proper = i != j
    matrix = symmetric(n, i[proper], j[proper], weight[proper])
    matrix.sum_duplicates()
    return matrix


def _discs(groups: Int64) -> Int64:
    """Return the disc each person stands in: one for each part, and one for each other person."""
    alone = groups < 0
    own = groups.max(initial=-1) + 1 + np.arange(len(groups))
    disc: Int64 = np.unique(np.where(alone, own, groups), return_inverse=True)[1]
    return disc


def _inside(disc: Int64, ties: csr_array, seed: int) -> tuple[Float64, Float64]:
    """Return where each person stands in their disc, and the radius of each disc."""
    inner = np.zeros((len(disc), 2))
    radius = np.full(int(disc.max()) + 1, 0.5)
    for which in np.flatnonzero(np.bincount(disc) > 1).tolist():
        members = np.flatnonzero(disc == which)
        at = _arranged(ties[members][:, members], np.full(len(members), _INNER), seed)
        inner[members] = at - (at.min(axis=0) + at.max(axis=0)) / 2
        radius[which] = np.hypot(*inner[members].T).max() + (1 + GAP) / 2
    return inner, radius


def _folded(ties: csr_array, disc: Int64, n: int) -> csr_array:
    held = csr_array((np.ones(len(disc)), (disc, np.arange(len(disc)))), shape=(n, len(disc)))
    folded = csr_array(held @ ties @ held.T)
    folded.setdiag(0)
    folded.eliminate_zeros()
    return folded


def _arranged(ties: csr_array, radius: Float64, seed: int) -> Float64:
    """Return where discs stand: each connected piece by itself, and the pieces beside each other."""
    count, piece = connected_components(ties, directed=False)
    pieces = [np.flatnonzero(piece == which) for which in range(count)]
    at = np.zeros((len(radius), 2))
    for members in pieces:
        at[members] = _one_piece(ties[members][:, members], radius[members], seed)
    return packed(pieces, at, radius, gap=GAP, aspect=ASPECT)


def _one_piece(ties: csr_array, radius: Float64, seed: int) -> Float64:
    """Return where the discs of one connected piece stand, the longer way of the piece across the page."""
    n = len(radius)
    if n == 1:
        return np.zeros((1, 2))
    at = _by_distance(ties, radius) if n <= EXACT else _by_force(ties, radius, seed)
    at = at - at.mean(axis=0)
    _, axes = np.linalg.eigh(at.T @ at)
    return spread(at @ axes[:, ::-1], radius)


def _by_distance(ties: csr_array, radius: Float64) -> Float64:
    """Return places whose distances are near to those along ties: stress majorisation in damped steps."""
    near = ties.tocoo()
    steps = csr_array((radius[near.row] + radius[near.col] + GAP, (near.row, near.col)), shape=ties.shape)
    wanted = _TIGHT * shortest_path(steps, directed=False)
    np.fill_diagonal(wanted, 1.0)
    pull = wanted**-2.0
    np.fill_diagonal(pull, 0.0)
    total = pull.sum(axis=1)[:, None]
    at = _ring(len(radius), float(wanted.max()))
    for _ in range(_ROUNDS):
        x, y = at[:, :1] - at[:, 0], at[:, 1:] - at[:, 1]
        apart = np.sqrt(x**2 + y**2)
        np.fill_diagonal(apart, 1.0)
        miss = pull * (wanted / np.maximum(apart, 1e-9) - 1)
        # Half of the way that each would go alone never makes the whole worse.
        step = np.column_stack(((miss * x).sum(axis=1), (miss * y).sum(axis=1))) / (2 * total)
        at = at + step
        if float(np.abs(step).max()) < _STILL:
            break
    return _drawn_in(at, _POWER)


def _ring(n: int, width: float) -> Float64:
    turn = 2 * np.pi * np.arange(n) / n
    return width / 2 * np.column_stack((np.cos(turn), np.sin(turn)))


def _by_force(ties: csr_array, radius: Float64, seed: int) -> Float64:
    n = len(radius)
    rounds = int(np.clip(WORK / n**2, 8, 150))
    graph = nx.from_scipy_sparse_array(ties)
    found = nx.spring_layout(graph, seed=seed, iterations=rounds, scale=None)
    at = _drawn_in(np.array([found[k] for k in range(n)]), _FORCED_POWER)
    room = _LOOSE * float(np.sqrt((np.pi * radius**2).sum()))
    drawn: Float64 = at * (room / 2 / max(float(np.hypot(*at.T).max()), 1e-12))
    return drawn


def _drawn_in(at: Float64, power: float) -> Float64:
    """Return what lies far from the middle nearer to it: ends of chains leave the rest no room on a page."""
    middled = at - at.mean(axis=0)
    far = np.maximum(np.hypot(*middled.T), 1e-9)
    typical = max(float(np.median(far)), 1e-9)
    nearer: Float64 = middled * ((far / typical) ** (power - 1))[:, None]
    return nearer


def _turned(inner: Float64, middle: Float64, disc: Int64, ties: csr_array) -> Float64:
    """Return each disc's inside turned so that members face those outside they are tied to."""
    turned = inner.copy()
    pairs = ties.tocoo()
    across = disc[pairs.row] != disc[pairs.col]
    one, two = pairs.row[across], pairs.col[across]
    towards = (middle[disc[two]] - middle[disc[one]]) @ np.array([1, 1j])
    pull = np.conj(inner[one] @ np.array([1, 1j])) * towards / np.maximum(np.abs(towards), 1e-12)
    for which in np.unique(disc[one]).tolist():
        total = pull[disc[one] == which].sum()
        if abs(total) > 1e-9:
            here = disc == which
            spun = (inner[here] @ np.array([1, 1j])) * total / abs(total)
            turned[here] = np.column_stack((spun.real, spun.imag))
    return turned
