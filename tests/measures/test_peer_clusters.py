"""Tests of peer clusters."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import networkx as nx
import numpy as np
import pytest
from sklearn.metrics import adjusted_rand_score

from graph.errors import EntityNotFoundError, MeasureError
from graph.measures.chance import rewired
from graph.measures.peer_clusters import PeerClusters, peer_clusters
from graph.measures.projection import project_ties
from graph.measures.ties import TieGraph
from graph.model.links import NO_DAY
from tests.measures.invented import TODAY, Said, link_table, planted, there, tie_graph, ties_of

EVENT = 1_000_000
SEEDS = (0, 1, 2, 3)


def members(found: PeerClusters) -> list[list[int]]:
    """Return the members of each cluster.

    Parameters
    ----------
    found : PeerClusters
        Clusters.

    Returns
    -------
    list of list of int
        Ids.
    """
    return [found.members(cluster).tolist() for cluster in range(len(found))]


def test_five_people_at_one_incident_are_no_cluster() -> None:
    found = peer_clusters(ties_of(there(p, EVENT) for p in range(1, 6)))
    assert len(found) == 0
    assert found.notes == ("0 people have a tie: too few for a cluster of 3.",)


def test_five_people_at_two_incidents_on_different_days_are_a_cluster() -> None:
    found = peer_clusters(ties_of(there(p, EVENT + k, TODAY - k) for p in range(1, 6) for k in range(2)))
    assert members(found) == [[1, 2, 3, 4, 5]]
    assert found.copresence_ties.tolist() == [10]
    assert "Too few ties can be exchanged" in found.notes[0]


def test_five_at_one_incident_stay_apart_within_a_network_of_friends() -> None:
    ties, _ = planted(0, sets=8, strangers=30)
    said = [Said(int(a), int(b)) for a, b in zip(ties.i + 1, ties.j + 1, strict=True)]
    said += [there(p, EVENT) for p in range(500, 505)]
    found = peer_clusters(ties_of(said), seeds=SEEDS)
    assert len(found) >= 6
    assert (found.cluster[found.people >= 500] == -1).all()


@pytest.mark.parametrize("seed", range(4))
def test_planted_sets_are_recovered(seed: int) -> None:
    ties, truth = planted(seed, sets=20, size=8, strangers=40, tied=0.9)
    found = peer_clusters(ties, seeds=SEEDS)
    in_sets = np.arange(len(truth)) < 160
    labels = np.where(found.cluster >= 0, found.cluster, 1000 + np.arange(len(truth)))
    assert adjusted_rand_score(truth[in_sets], labels[in_sets]) >= 0.9
    assert found.chance is not None
    assert found.chance.informative
    assert (found.surprise > found.threshold).all()


@pytest.mark.parametrize("seed", range(3))
def test_people_with_one_tie_into_a_set_stay_out_of_it(seed: int) -> None:
    ties, truth = planted(seed, sets=20, size=8, strangers=40, tied=0.9)
    found = peer_clusters(ties, seeds=SEEDS)
    assert (found.cluster[truth >= 20] >= 0).mean() < 0.15
    inside = (found.cluster[ties.i] == found.cluster[ties.j]) & (found.cluster[ties.i] >= 0)
    degree = np.bincount(np.concatenate((ties.i[inside], ties.j[inside])), minlength=len(truth))
    assert degree[found.cluster >= 0].min() >= 2


def test_planted_sets_are_recovered_by_weight_among_many_weak_ties() -> None:
    rng = np.random.default_rng(0)
    truth = np.repeat(np.arange(15), 10)
    i, j = np.triu_indices(150, 1)
    kept = rng.random(len(i)) < np.where(truth[i] == truth[j], 0.9, 0.06)
    weight = np.where(truth[i] == truth[j], 1.0, 0.1)[kept]
    found = peer_clusters(tie_graph(150, np.column_stack((i, j))[kept], weight), seeds=SEEDS)
    assert adjusted_rand_score(truth, found.cluster) >= 0.9


@pytest.mark.parametrize("seed", range(20))
def test_rewired_ties_give_no_cluster(seed: int) -> None:
    ties, _ = planted(seed, strangers=140)
    i, j = rewired(len(ties.people), ties.i, ties.j, seed=1000 + seed)
    found = peer_clusters(tie_graph(300, np.column_stack((i, j)), ties.weight), seeds=SEEDS)
    assert len(found) == 0
    assert found.notes[0] == "No set of people recurs and stands out from chance."
    assert found.by_chance + found.unstable > 0


@pytest.mark.parametrize("seed", range(4))
def test_a_random_tree_and_sparse_chance_ties_give_no_cluster(seed: int) -> None:
    tree = list(nx.random_labeled_tree(300, seed=seed).edges)
    sparse = list(nx.gnm_random_graph(300, 200, seed=seed).edges)
    dense = list(nx.gnm_random_graph(100, 800, seed=seed).edges)
    for pairs in (tree, sparse, dense):
        assert len(peer_clusters(tie_graph(300, pairs), seeds=SEEDS)) == 0


def test_a_chain_of_friends_is_no_cluster_even_where_chance_cannot_be_tested() -> None:
    for pairs in ([(0, 1), (1, 2)], [(0, 1), (1, 2), (2, 3)], [(0, 1), (0, 2), (0, 3), (0, 4)]):
        assert len(peer_clusters(tie_graph(5, pairs))) == 0


def test_three_friends_who_all_know_each_other_are_a_cluster() -> None:
    assert members(peer_clusters(tie_graph(4, [(0, 1), (0, 2), (1, 2)]))) == [[0, 1, 2]]


@pytest.mark.parametrize("factor", [0.001, 7.0, 1 / 3])
def test_scaling_all_weights_gives_the_same_clusters(factor: float) -> None:
    ties, _ = planted(5, tied=0.5)
    ours, theirs = peer_clusters(ties), peer_clusters(replace(ties, weight=ties.weight * factor))
    assert np.array_equal(ours.cluster, theirs.cluster)
    assert ours.quality == theirs.quality
    assert theirs.inside_weight == pytest.approx(ours.inside_weight * factor)


def friends(seed: int) -> list[Said]:
    """Return friendships of planted sets, said on various days.

    Parameters
    ----------
    seed : int
        Seed.

    Returns
    -------
    list of Said
        The links.
    """
    ties, _ = planted(seed, sets=10, strangers=40, tied=0.6)
    days = TODAY - np.random.default_rng(seed).integers(0, 700, len(ties))
    rows = zip((ties.i + 1).tolist(), (ties.j + 1).tolist(), days.tolist(), strict=True)
    return [Said(a, b, day=day) for a, b, day in rows]


@pytest.mark.parametrize("later_days", [1, 100, 1234])
def test_ageing_all_ties_alike_gives_the_same_clusters(later_days: int) -> None:
    links, people = link_table(friends(2)), np.arange(1, 121)
    now = peer_clusters(project_ties(links, people=people, on_day=TODAY), seeds=SEEDS)
    later = peer_clusters(project_ties(links, people=people, on_day=TODAY + later_days), seeds=SEEDS)
    assert np.array_equal(now.cluster, later.cluster)
    assert len(now) >= 7


def test_the_order_of_rows_changes_nothing() -> None:
    links, people = link_table(friends(3)), np.arange(1, 121)
    order = np.random.default_rng(0).permutation(len(links))
    ours = peer_clusters(project_ties(links, people=people, on_day=TODAY), seeds=(3, 1, 2))
    theirs = peer_clusters(project_ties(links.take(order), people=people, on_day=TODAY), seeds=(1, 2, 3))
    for name in PeerClusters.__dataclass_fields__:
        left, right = getattr(ours, name), getattr(theirs, name)
        assert (
            np.array_equal(left, right, equal_nan=left.dtype.kind == "f")
            if isinstance(left, np.ndarray)
            else left == right
        ), name


def test_people_who_have_no_tie_change_nothing_for_the_others() -> None:
    ties, _ = planted(4)
    more = replace(ties, people=np.arange(len(ties.people) + 500))
    ours, theirs = peer_clusters(ties, seeds=SEEDS), peer_clusters(more, seeds=SEEDS)
    assert np.array_equal(ours.cluster, theirs.cluster[:300])
    assert (theirs.cluster[300:] == -1).all()


def test_other_numbers_for_the_same_people_give_nearly_the_same_clusters() -> None:
    ties, _ = planted(6, strangers=40, tied=0.9)
    other = np.random.default_rng(1).permutation(200)
    ends = np.sort(np.column_stack((other[ties.i], other[ties.j])), axis=1)
    order = np.lexsort((ends[:, 1], ends[:, 0]))
    renamed = replace(ties, i=ends[order, 0], j=ends[order, 1], weight=ties.weight[order])
    ours, theirs = peer_clusters(ties), peer_clusters(renamed)
    both = (ours.cluster >= 0) | (theirs.cluster[other] >= 0)
    assert adjusted_rand_score(ours.cluster[both], theirs.cluster[other][both]) >= 0.8


def test_every_cluster_is_connected_large_enough_and_stable() -> None:
    ties, _ = planted(7, tied=0.5)
    found = peer_clusters(ties, seeds=SEEDS)
    graph = nx.Graph(zip(ties.i.tolist(), ties.j.tolist(), strict=True))
    assert len(found) > 3
    for cluster, ids in enumerate(members(found)):
        part = graph.subgraph(ids)
        assert nx.is_connected(part)
        assert found.size[cluster] == len(ids) >= 3
        assert found.n_ties[cluster] == part.number_of_edges()
        assert found.density[cluster] == pytest.approx(nx.density(part))
        assert found.stability[cluster] >= 0.75
    assert [ids[0] for ids in members(found)] == sorted(ids[0] for ids in members(found))


def test_weights_inside_and_outside_and_ties_are_counted() -> None:
    said = [Said(a, b) for a, b in combinations(range(1, 7), 2)]
    said += [Said(a, b) for a, b in combinations(range(11, 17), 2)] + [Said(6, 11, "SEEN_WITH", NO_DAY)]
    said[0] = said[0]._replace(day=NO_DAY)
    found = peer_clusters(ties_of(said), resolution=0.25)
    assert members(found) == [[1, 2, 3, 4, 5, 6], [11, 12, 13, 14, 15, 16]]
    assert found.inside_weight.tolist() == [15.0, 15.0]
    assert found.outside_weight.tolist() == [0.5, 0.5]
    assert found.undated_ties.tolist() == [1, 0]
    assert found.together[found.cluster >= 0].tolist() == [1.0] * 12
    assert found.quality == 30 - 0.25 * 30


def test_two_sets_of_four_are_too_little_to_tell_from_chance() -> None:
    ties = tie_graph(8, [*combinations(range(4), 2), *combinations(range(4, 8), 2), (3, 4)])
    found = peer_clusters(ties)
    assert (len(found), found.by_chance) == (0, 2)


def test_somebody_of_unknown_age_counts_as_a_child() -> None:
    ties = tie_graph(5, list(combinations(range(5), 2)))
    assert peer_clusters(ties).n_minors.tolist() == [5]
    known = peer_clusters(ties, minors=np.array([True, False, True, False, False]))
    assert known.n_minors.tolist() == [2]
    assert not any("age" in note for note in known.notes)


def test_no_ties_give_an_empty_answer_with_its_reason() -> None:
    for ties in (tie_graph(0, []), tie_graph(4, []), tie_graph(4, [(0, 1)])):
        found = peer_clusters(ties)
        assert (len(found), found.chance, found.scan) == (0, None, ())
        assert found.notes[0].endswith("too few for a cluster of 3.")
        assert (found.cluster == -1).all()


def test_a_larger_least_size_leaves_small_clusters_out() -> None:
    ties = tie_graph(9, [*combinations(range(3), 2), *combinations(range(3, 9), 2)])
    assert [len(ids) for ids in members(peer_clusters(ties, min_size=4))] == [6]


def test_wrong_parameters_are_refused() -> None:
    ties = tie_graph(3, [(0, 1), (1, 2)])
    for wrong in (
        {"seeds": ()},
        {"seeds": (-1,)},
        {"resolution": 0.0},
        {"min_size": 2},
        {"minors": np.ones(2, bool)},
    ):
        with pytest.raises(MeasureError):
            peer_clusters(ties, **wrong)
    with pytest.raises(EntityNotFoundError):
        peer_clusters(ties).members(0)


def test_the_ties_are_left_as_they_were() -> None:
    ties, _ = planted(0, sets=5, strangers=10)
    before = {name: getattr(ties, name).copy() for name in TieGraph.__dataclass_fields__}
    peer_clusters(ties, seeds=(0,))
    assert all(np.array_equal(getattr(ties, name), before[name]) for name in before)
