"""The test itself: against esda, against dealt-out counts, on empty maps and on planted ones."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_array
from scipy.stats import false_discovery_control, norm

from geo.gi_star import benjamini_hochberg, gi_star_test, relabelling_p
from geo.grid import cells_of, neighbours, study_cells
from tests.geo.oracles import esda_z
from tests.geo.towns import random_town, square_weights

SIDE = 60
PLANTED_AT = [(8, 8), (8, 40), (40, 10), (42, 44), (25, 28)]
Counts = npt.NDArray[np.int64]


def planted_map(
    seed: int, rate: float, times: float, *, block: int = 3
) -> tuple[Counts, npt.NDArray[np.bool_]]:
    rng = np.random.default_rng(seed)
    planted = np.zeros((SIDE, SIDE), dtype=bool)
    for row, column in PLANTED_AT:
        planted[row : row + block, column : column + block] = True
    return rng.poisson(np.where(planted, rate * times, rate)).ravel(), planted.ravel()


@pytest.mark.parametrize("seed", range(5))
def test_z_is_that_of_esda_on_the_same_cells_and_weights(seed: int) -> None:
    east, north = random_town(seed)
    cells = study_cells(None, east, north, 300)
    counts = np.bincount(np.searchsorted(cells, cells_of(east, north, 300)), minlength=cells.size)
    weights = neighbours(cells)
    assert np.abs(gi_star_test(counts, weights).z - esda_z(counts, weights)).max() < 1e-9


@pytest.mark.parametrize("rate", [0.1, 0.33, 2.0, 10.0])
def test_at_most_seven_empty_maps_in_a_hundred_have_a_false_hot_cell(rate: float) -> None:
    weights = square_weights(SIDE)
    maps = (np.random.default_rng(seed).poisson(rate, SIDE**2) for seed in range(200))
    assert sum(gi_star_test(counts, weights).hot.any() for counts in maps) <= 14


def test_the_normal_approximation_would_fail_on_the_same_empty_maps() -> None:
    weights = square_weights(SIDE)
    maps = [np.random.default_rng(seed).poisson(0.1, SIDE**2) for seed in range(20)]
    wrong = [(benjamini_hochberg(norm.sf(gi_star_test(counts, weights).z)) <= 0.05).any() for counts in maps]
    assert sum(wrong) >= 18


@pytest.mark.parametrize(("rate", "times"), [(0.1, 60), (0.33, 20), (2.0, 6), (10.0, 3)])
def test_planted_hot_cells_are_found_and_little_beyond_their_reach(rate: float, times: float) -> None:
    weights = square_weights(SIDE)
    found = planted_cells = flagged = beyond = 0
    for seed in range(30):
        counts, planted = planted_map(1000 + seed, rate, times)
        hot = gi_star_test(counts, weights).hot
        reach = (weights @ planted.astype(np.int64)) > 0
        found += int((hot & planted).sum())
        planted_cells += int(planted.sum())
        flagged += int(hot.sum())
        beyond += int((hot & ~reach).sum())
    assert found >= 0.9 * planted_cells
    assert beyond <= 0.05 * flagged


def test_a_lone_heap_is_no_hotspot_but_four_heaps_together_are() -> None:
    weights = square_weights(SIDE)
    lone, _ = planted_map(1, 0.33, 60, block=1)
    together, planted = planted_map(1, 0.33, 60, block=2)
    assert not gi_star_test(lone, weights).hot.any()
    assert gi_star_test(together, weights).hot[planted].all()


def test_p_is_the_share_of_random_deals_with_at_least_as_many() -> None:
    rng = np.random.default_rng(11)
    counts = np.where(rng.random(900) < 0.1, rng.integers(1, 30, 900), 0)
    sizes, sums = np.array([4, 6, 9, 9, 9]), np.array([20, 20, 20, 50, 75])
    p = relabelling_p(counts, sums, sizes)
    for size, total, ours in zip(sizes, sums, p, strict=True):
        dealt = rng.choice(counts, size=(200_000, size)).sum(axis=1)
        share = (dealt >= total).mean()
        assert abs(ours - share) < 5 * np.sqrt(share / 200_000) + 1e-5


def test_p_is_exact_far_out_in_the_tail() -> None:
    counts = np.zeros(1000, dtype=np.int64)
    counts[:10] = 1
    p = relabelling_p(counts, np.array([9, 1, 0]), np.array([9, 9, 9]))
    assert p == pytest.approx([1e-18, 1 - 0.99**9, 1.0], rel=1e-12)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=60))
def test_the_correction_is_that_of_scipy(p: list[float]) -> None:
    assert benjamini_hochberg(np.array(p)) == pytest.approx(false_discovery_control(p), abs=1e-12)


def test_border_cells_are_judged_by_the_smaller_window_they_have() -> None:
    counts = np.random.default_rng(5).poisson(2, SIDE**2)
    result = gi_star_test(counts, square_weights(SIDE))
    corner = counts.reshape(SIDE, SIDE)[:2, :2].sum()
    assert (result.window_cells[0], result.window_count[0]) == (4, corner)
    of_nine = relabelling_p(counts, np.array([corner]), np.array([9]))[0]
    assert result.p_raw[0] < of_nine


def test_the_same_count_everywhere_is_no_hotspot() -> None:
    result = gi_star_test(np.full(100, 7), square_weights(10))
    assert not result.hot.any()
    assert (result.z == 0).all()
    assert (result.p_raw == 1).all()


def test_a_window_that_holds_every_cell_says_nothing() -> None:
    result = gi_star_test(np.array([5, 0, 1, 0]), csr_array(np.ones((4, 4), dtype=np.int64)))
    assert (result.z == 0).all()
    assert not result.hot.any()


def test_a_stricter_threshold_never_adds_a_cell() -> None:
    counts, _ = planted_map(3, 2.0, 4)
    loose, strict = (gi_star_test(counts, square_weights(SIDE), q=q).hot for q in (0.2, 0.01))
    assert not (strict & ~loose).any()
    assert strict.sum() < loose.sum()
