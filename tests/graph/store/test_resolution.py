from __future__ import annotations

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.ledger.judgements import Judgement
from graph.model.scope import Scope
from graph.store.resolution import holding_pairs, resolve


def _judged(a: int, b: int, *, same: bool = True, labels: tuple[int, int] = (1, 1)) -> Judgement:
    return Judgement(0, a, b, same, "same upn", *labels)


def test_a_judgement_is_had_by_who_sees_both_claims_it_rests_on() -> None:
    held = [_judged(1, 2, labels=(1, 2))]
    assert holding_pairs(held, Scope(frozenset({1, 2}))) == [(1, 2)]
    assert holding_pairs(held, Scope(frozenset({1}), frozenset({2}), frozenset({2}))) == []


def test_an_undone_pair_is_apart_however_many_grounds_it_has() -> None:
    held = [_judged(1, 2), _judged(1, 2, labels=(1, 2)), _judged(1, 2, same=False)]
    assert holding_pairs(held, Scope(frozenset({1, 2}))) == []


def test_who_cannot_see_that_it_was_undone_has_it_still() -> None:
    held = [_judged(1, 2), _judged(1, 2, same=False, labels=(1, 2))]
    assert holding_pairs(held, Scope(frozenset({1}))) == [(1, 2)]


def test_a_cluster_takes_the_id_of_its_oldest_record() -> None:
    resolution = resolve([(1, 2), (2, 3)], {1: 30, 2: 10, 3: 20})
    assert [resolution.root(entity) for entity in (1, 2, 3, 4)] == [2, 2, 2, 4]
    assert resolution.members(3) == (1, 2, 3)
    assert resolution.members(4) == (4,)


@pytest.mark.properties
@given(st.lists(st.tuples(st.integers(1, 30), st.integers(1, 30)), max_size=30))
def test_clusters_are_the_components_that_networkx_finds(pairs: list[tuple[int, int]]) -> None:
    resolution = resolve(pairs, {entity: -entity for entity in range(31)})
    graph = nx.Graph(pairs)
    for component in nx.connected_components(graph):
        assert {resolution.root(entity) for entity in component} == {max(component)}
        assert resolution.members(min(component)) == tuple(sorted(component))
    everyone = np.arange(40, dtype=np.int64)
    assert resolution.roots(everyone).tolist() == [resolution.root(entity) for entity in range(40)]
