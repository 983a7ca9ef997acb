"""Tests of what chance alone would give."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest
from scipy.special import comb, rel_entr

from graph.measures.chance import ChanceTest, chance_test, rewired, significance, surprise
from tests.measures.invented import planted, tie_graph


@pytest.mark.parametrize("seed", range(5))
def test_rewiring_keeps_everybodys_number_of_ties(seed: int) -> None:
    ties, _ = planted(seed)
    n = len(ties.people)
    i, j = rewired(n, ties.i, ties.j, seed=seed)
    degree = np.bincount(np.concatenate((ties.i, ties.j)), minlength=n)
    assert np.array_equal(np.bincount(np.concatenate((i, j)), minlength=n), degree)
    assert (i < j).all()
    assert len(np.unique(i * n + j)) == len(ties)


def test_rewiring_forgets_the_ties_and_dissolves_triangles() -> None:
    ties, _ = planted(3)
    n = len(ties.people)
    i, j = rewired(n, ties.i, ties.j, seed=1)
    assert np.isin(i * n + j, ties.i * n + ties.j).mean() < 0.06
    before = nx.transitivity(nx.Graph(zip(ties.i.tolist(), ties.j.tolist(), strict=True)))
    after = nx.transitivity(nx.Graph(zip(i.tolist(), j.tolist(), strict=True)))
    assert after < before / 10


def test_rewiring_leaves_a_complete_network_as_it_is() -> None:
    i, j = np.triu_indices(6, 1)
    again = rewired(6, i, j, seed=0)
    assert np.array_equal(np.sort(again[0] * 6 + again[1]), i * 6 + j)
    assert rewired(2, np.array([0]), np.array([1]), seed=0)[0].tolist() == [0]


def test_rewiring_draws_all_networks_alike() -> None:
    # Three ties between six people can be laid in 15 ways.
    seen: dict[tuple[int, ...], int] = {}
    for seed in range(1500):
        i, j = rewired(6, np.array([0, 2, 4]), np.array([1, 3, 5]), seed=seed)
        key = tuple(sorted((i * 6 + j).tolist()))
        seen[key] = seen.get(key, 0) + 1
    assert len(seen) == 15
    assert min(seen.values()) > 60
    assert max(seen.values()) < 150


def test_surprise_equals_its_formula() -> None:
    graph = nx.barbell_graph(5, 2)
    ties = tie_graph(12, list(graph.edges))
    labels = np.array([0] * 5 + [1] * 2 + [2] * 5)
    degree = np.array([graph.degree(person) for person in range(12)])
    strength = degree[:5].sum()
    expected_ties = (strength**2 - (degree[:5] ** 2).sum()) / (4 * len(ties))
    q = expected_ties / 10
    expected = 10 * (rel_entr(1, q) + rel_entr(0, 1 - q)) - np.log(comb(12, 5))
    assert surprise(ties.i, ties.j, labels=labels)[0] == pytest.approx(expected)


def test_significance_equals_its_formula() -> None:
    ties = tie_graph(6, [(0, 1), (0, 2), (1, 2), (2, 3), (3, 4), (3, 5), (4, 5)])
    p = 7 / 15
    expected = 2 * 3 * (rel_entr(1, p) + rel_entr(0, 1 - p))
    assert significance(6, ties.i, ties.j, labels=np.array([0, 0, 0, 1, 1, 1])) == pytest.approx(expected)
    assert significance(6, ties.i, ties.j, labels=np.arange(6)) == 0.0


def test_the_threshold_lies_above_every_rewired_network() -> None:
    ties, _ = planted(0)
    how = {"weight": ties.weight, "resolution": 0.125, "min_size": 3, "seeds": (0, 1)}
    test = chance_test(len(ties.people), ties.i, ties.j, **how)  # type: ignore[arg-type]
    assert test.networks == 50
    assert test.informative
    assert test.strict > test.highest
    assert test.strict >= 0
    assert test == chance_test(len(ties.people), ties.i, ties.j, **how)  # type: ignore[arg-type]


def test_several_clusters_above_chance_need_less_than_one_alone() -> None:
    test = ChanceTest(networks=50, kept_share=0.1, highest=-3.0, strict=0.0, informative=True)
    assert test.threshold(np.array([-2.0, -2.0, -4.0])) == 0.0
    assert test.threshold(np.array([-2.0, -2.0, -2.9])) == -3.0


def test_a_complete_network_cannot_be_tested() -> None:
    i, j = np.triu_indices(5, 1)
    test = chance_test(5, i, j, weight=np.ones(10), resolution=0.1, min_size=3, seeds=(0,))
    assert not test.informative
    assert test.kept_share == 1.0
