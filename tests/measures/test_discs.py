"""Discs on a plane: none over another, and pieces beside each other."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.spatial.distance import pdist

from graph.measures.discs import packed, spread
from graph.measures.ties import Float64


def least_gap(at: Float64, radius: Float64) -> float:
    a, b = np.triu_indices(len(at), 1)
    return float((np.hypot(*(at[a] - at[b]).T) - radius[a] - radius[b]).min())


@pytest.mark.parametrize("seed", range(6))
def test_no_two_discs_overlap_after_they_are_spread(seed: int) -> None:
    rng = np.random.default_rng(seed)
    n = int(rng.integers(2, 250))
    radius = rng.choice([0.5, 0.5, 0.5, 2.0, 4.0], n)
    at = spread(rng.normal(0, rng.choice([0.5, 5.0]), (n, 2)), radius)
    assert least_gap(at, radius) > -1e-6


def test_discs_in_one_place_are_spread_too() -> None:
    at = spread(np.zeros((30, 2)), np.full(30, 0.5))
    assert pdist(at).min() > 1 - 1e-6
    assert np.abs(at).max() < 8


def test_discs_that_do_not_overlap_stay_where_they_are() -> None:
    grid = np.array([(x, y) for x in range(5) for y in range(4)], dtype=np.float64) * 1.2
    assert np.allclose(spread(grid, np.full(20, 0.5)), grid, atol=1e-4)


def test_without_or_with_one_disc_nothing_moves() -> None:
    assert spread(np.empty((0, 2)), np.empty(0)).shape == (0, 2)
    assert spread(np.array([[3.0, 4.0]]), np.array([1.0])).tolist() == [[3.0, 4.0]]


def test_packed_pieces_keep_their_form_and_their_distance() -> None:
    rng = np.random.default_rng(4)
    sizes = rng.integers(1, 9, 40)
    ends = np.cumsum(sizes)
    pieces = [np.arange(end - size, end) for end, size in zip(ends, sizes, strict=True)]
    before = rng.uniform(-3, 3, (int(ends[-1]), 2))
    radius = np.full(len(before), 0.5)
    after = packed(pieces, before, radius, gap=0.8, aspect=1.4)
    boxes = np.array([(*(after[m].min(axis=0) - 0.5), *(after[m].max(axis=0) + 0.5)) for m in pieces])
    for piece in pieces:
        assert np.allclose(after[piece] - after[piece[0]], before[piece] - before[piece[0]])
    for a in range(len(boxes)):
        for b in range(a):
            beside = max(boxes[a, 0] - boxes[b, 2], boxes[b, 0] - boxes[a, 2])
            above = max(boxes[a, 1] - boxes[b, 3], boxes[b, 1] - boxes[a, 3])
            assert max(beside, above) > 0.79
    width, height = boxes[:, 2:].max(axis=0) - boxes[:, :2].min(axis=0)
    assert 0.9 < width / height < 2.2
