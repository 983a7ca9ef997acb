"""Tests of what recurs over runs."""

from __future__ import annotations

import math

import numpy as np
import pytest

from graph.measures.consensus import agreement, consensus, core_runs, recurrence, share_together
from tests.measures.invented import tie_graph

RUNS = np.array([[0, 0, 0, 1, 1], [0, 0, 0, 1, 1], [0, 0, 1, 1, 1], [0, 0, 0, 1, 1], [0, 0, 0, 1, 1]])
CHAIN = tie_graph(5, [(0, 1), (1, 2), (2, 3), (3, 4)])
TRIANGLES = tie_graph(6, [(0, 1), (0, 2), (1, 2), (2, 3), (3, 4), (3, 5), (4, 5)])


def test_a_tie_tells_how_many_runs_kept_it() -> None:
    assert share_together(CHAIN.i, CHAIN.j, runs=RUNS).tolist() == [1.0, 0.8, 0.2, 1.0]


def test_people_stay_together_when_four_runs_of_five_say_so() -> None:
    together = np.array([1.0, 0.8, 0.8, 0.2, 1.0, 1.0, 0.6])
    parts = consensus(6, TRIANGLES.i, TRIANGLES.j, together=together)
    assert parts.tolist() == [0, 0, 0, 1, 1, 1]
    strict = consensus(6, TRIANGLES.i, TRIANGLES.j, together=together, threshold=0.9)
    assert strict.tolist() == [0, 1, 2, 3, 3, 3]


def test_a_chain_that_every_run_keeps_is_no_cluster() -> None:
    assert consensus(5, CHAIN.i, CHAIN.j, together=np.ones(4)).tolist() == [0, 1, 2, 3, 4]


def test_runs_keep_cores_only() -> None:
    how = {"weight": np.ones(7), "resolution": 0.25, "seeds": (0, 1)}
    runs = core_runs(6, TRIANGLES.i, TRIANGLES.j, **how)  # type: ignore[arg-type]
    assert runs.tolist() == [[0, 0, 0, 1, 1, 1]] * 2
    chain = core_runs(5, CHAIN.i, CHAIN.j, **{**how, "weight": np.ones(4)})  # type: ignore[arg-type]
    assert chain.tolist() == [[0, 1, 2, 3, 4]] * 2


def test_recurrence_is_the_mean_of_the_best_match() -> None:
    got = recurrence(np.array([0, 0, 0, 1, 1]), runs=RUNS)
    assert got.tolist() == pytest.approx([(4 + 2 / 3) / 5, (4 + 2 / 3) / 5])
    assert recurrence(np.arange(5), runs=RUNS[:1]).tolist() == pytest.approx(
        [1 / 3, 1 / 3, 1 / 3, 1 / 2, 1 / 2]
    )


def test_agreement_is_the_jaccard_similarity_of_ties_kept() -> None:
    kept = np.array([RUNS[:, a] == RUNS[:, b] for a, b in zip(CHAIN.i, CHAIN.j, strict=True)]).T
    pairs = [(kept[a], kept[b]) for a in range(5) for b in range(a)]
    expected = sum((a & b).sum() for a, b in pairs) / sum((a | b).sum() for a, b in pairs)
    together = share_together(CHAIN.i, CHAIN.j, runs=RUNS)
    assert agreement(together, k=5) == pytest.approx(expected)


def test_agreement_of_one_run_is_unknown_and_of_no_ties_whole() -> None:
    assert math.isnan(agreement(np.ones(3), k=1))
    assert agreement(np.zeros(3), k=4) == 1.0
