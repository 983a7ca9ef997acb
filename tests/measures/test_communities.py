"""Tests of one run of communities."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.measures.communities import (
    communities,
    connected_parts,
    cores,
    in_medians,
    potts_quality,
    sizes_and_ties,
    tied_parts,
)
from graph.measures.ties import TieGraph
from tests.measures.invented import planted, tie_graph


def run(ties: TieGraph, resolution: float = 0.25, seed: int = 0) -> np.ndarray:
    """Return one run on ties.

    Parameters
    ----------
    ties : TieGraph
        Ties.
    resolution : float, optional
        In median ties.
    seed : int, optional
        Seed.

    Returns
    -------
    ndarray of int64
        A community for each person.
    """
    weight = in_medians(ties.weight)
    return communities(len(ties.people), ties.i, ties.j, weight=weight, resolution=resolution, seed=seed)


def test_two_cliques_joined_by_one_tie_are_two_communities() -> None:
    graph = nx.barbell_graph(5, 0)
    labels = run(tie_graph(10, list(graph.edges)))
    assert labels.tolist() == [0] * 5 + [1] * 5


def test_no_sure_better_division_of_a_small_network_exists() -> None:
    ties = tie_graph(6, [(0, 1), (0, 2), (1, 2), (2, 3), (3, 4), (3, 5), (4, 5)])
    found = potts_quality(ties.i, ties.j, weight=ties.weight, labels=run(ties), resolution=0.25)
    every = np.array(np.meshgrid(*[range(6)] * 6)).reshape(6, -1).T
    best = max(
        potts_quality(ties.i, ties.j, weight=ties.weight, labels=labels, resolution=0.25)
        for labels in every[::7]
    )
    assert found >= best
    assert found == 7 - 1 - 0.25 * 6


@pytest.mark.parametrize("seed", range(5))
def test_every_community_is_connected_by_its_own_ties(seed: int) -> None:
    ties, _ = planted(seed, tied=0.3)
    labels = run(ties, resolution=0.02, seed=seed)
    graph = nx.Graph(zip(ties.i.tolist(), ties.j.tolist(), strict=True))
    for label in np.unique(labels[np.unique(np.concatenate((ties.i, ties.j)))]):
        assert nx.is_connected(graph.subgraph(np.flatnonzero(labels == label).tolist()))


def test_a_community_in_two_pieces_is_split() -> None:
    ties = tie_graph(6, [(0, 2), (1, 3), (3, 5)])
    parts = connected_parts(6, ties.i, ties.j, labels=np.array([7, 7, 7, 7, 2, 7]))
    assert parts.tolist() == [0, 1, 0, 1, 2, 1]


def test_the_same_seed_gives_the_same_run_and_another_seed_may_not() -> None:
    ties, _ = planted(1, tied=0.3)
    runs = [run(ties, resolution=0.1, seed=seed) for seed in (3, 3, 4)]
    assert np.array_equal(runs[0], runs[1])
    assert not np.array_equal(runs[0], runs[2])


@given(st.integers(0, 10**6), st.floats(0.01, 2))
def test_quality_equals_the_sum_over_pairs(seed: int, resolution: float) -> None:
    rng = np.random.default_rng(seed)
    n = int(rng.integers(2, 12))
    i, j = np.triu_indices(n, 1)
    kept = rng.random(len(i)) < 0.5
    weight, labels = rng.random(int(kept.sum())), rng.integers(0, 4, n)
    matrix = np.zeros((n, n))
    matrix[i[kept], j[kept]] = weight
    expected = sum(
        matrix[a, b] - resolution for a in range(n) for b in range(a + 1, n) if labels[a] == labels[b]
    )
    got = potts_quality(i[kept], j[kept], weight=weight, labels=labels, resolution=resolution)
    assert got == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize("factor", [0.001, 7.0, 1 / 3, 2.0**-0.37, 1e6])
def test_weights_in_medians_do_not_depend_on_their_scale(factor: float) -> None:
    weight = np.random.default_rng(2).lognormal(0, 1, 1000)
    assert np.array_equal(in_medians(weight), in_medians(weight * factor))
    assert in_medians(np.array([0.0001, 1.0, 1.5])).tolist() == [1 / 1024, 1.0, 1.5]


def test_parts_are_numbered_by_their_first_person() -> None:
    assert tied_parts(5, np.array([3]), np.array([4])).tolist() == [0, 1, 2, 3, 3]
    assert tied_parts(3, np.array([], np.int64), np.array([], np.int64)).tolist() == [0, 1, 2]


def test_sizes_and_inner_ties_are_counted() -> None:
    ties = tie_graph(5, [(0, 1), (1, 2), (2, 3)])
    sizes, inner = sizes_and_ties(ties.i, ties.j, labels=np.array([0, 0, 0, 1, 2]))
    assert (sizes.tolist(), inner.tolist()) == ([3, 1, 1], [2, 0, 0])


def test_one_tie_to_a_member_makes_nobody_a_member() -> None:
    # A triangle with a tail of two, and a chain.
    ties = tie_graph(9, [(0, 1), (0, 2), (1, 2), (2, 3), (3, 4), (5, 6), (6, 7), (7, 8)])
    assert cores(9, ties.i, ties.j, labels=np.zeros(9, np.int64)).tolist() == [0, 0, 0, 1, 2, 3, 4, 5, 6]


def test_a_core_looks_only_at_ties_inside_its_community() -> None:
    ties = tie_graph(4, [(0, 1), (0, 2), (1, 2), (0, 3), (1, 3), (2, 3)])
    assert cores(4, ties.i, ties.j, labels=np.array([5, 5, 5, 9])).tolist() == [0, 0, 0, 1]


@given(st.integers(0, 10**6))
def test_networkx_finds_the_same_cores(seed: int) -> None:
    graph = nx.gnm_random_graph(20, 26, seed=seed)
    ties = tie_graph(20, list(graph.edges))
    labels = cores(20, ties.i, ties.j, labels=np.zeros(20, np.int64))
    ours = {frozenset(np.flatnonzero(labels == label).tolist()) for label in np.unique(labels)}
    theirs = {frozenset(part) for part in nx.connected_components(nx.k_core(graph, 2))}
    assert {part for part in ours if len(part) > 1} == theirs
