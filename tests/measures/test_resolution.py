"""Tests of the choice of a resolution."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import adjusted_rand_score

from graph.measures import resolution
from graph.measures.communities import communities
from graph.measures.consensus import consensus, share_together
from graph.measures.resolution import RESOLUTIONS, ScanRow, best_resolution, scan_resolutions
from tests.measures.invented import planted


def test_the_scan_has_a_row_for_each_resolution_from_loose_to_tight() -> None:
    ties, _ = planted(0, sets=6, strangers=20)
    scan = scan_resolutions(68, ties.i, ties.j, weight=ties.weight, seeds=(0, 1), min_size=3)
    assert tuple(row.resolution for row in scan) == RESOLUTIONS
    assert scan[0].clustered_share >= scan[-1].clustered_share
    assert all(0 <= row.agreement <= 1 for row in scan)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(("size", "tied"), [(6, 0.9), (12, 0.6), (20, 0.4)])
def test_the_chosen_resolution_is_close_to_the_best_for_planted_sets(
    seed: int, size: int, tied: float
) -> None:
    ties, truth = planted(seed, sets=120 // size, size=size, strangers=60, tied=tied)
    n, seeds = len(ties.people), (0, 1, 2)
    scan = scan_resolutions(n, ties.i, ties.j, weight=ties.weight, seeds=seeds, min_size=3)
    found = {}
    for row in scan:
        runs = np.array(
            [
                communities(n, ties.i, ties.j, weight=ties.weight, resolution=row.resolution, seed=seed)
                for seed in seeds
            ]
        )
        labels = consensus(n, ties.i, ties.j, together=share_together(ties.i, ties.j, runs=runs))
        found[row.resolution] = adjusted_rand_score(truth, labels)
    assert found[best_resolution(scan)] >= max(found.values()) - 0.1


def test_a_large_network_is_scanned_with_few_seeds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resolution, "SCAN_LARGE", 10)
    ties, _ = planted(0, sets=4, strangers=10)
    how = {"weight": ties.weight, "min_size": 3}
    many = scan_resolutions(42, ties.i, ties.j, seeds=(0, 1, 2, 3), **how)  # type: ignore[arg-type]
    assert many == scan_resolutions(42, ties.i, ties.j, seeds=(0, 1), **how)  # type: ignore[arg-type]


def test_the_loosest_of_equals_is_chosen() -> None:
    rows = [ScanRow(r, 1, 1.0, 1.0, s) for r, s in ((0.1, 3.0), (0.2, 5.0), (0.3, 5.0))]
    assert best_resolution(tuple(rows)) == 0.2
