"""A run of peer clusters as something to draw: who is in it, and who is said to be left out."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from app.pictures.clustered import all_clusters_network, cluster_network
from graph.errors import EntityNotFoundError
from graph.measures.peer_clusters import PeerClusters, peer_clusters
from graph.measures.ties import TieGraph
from tests.measures.invented import Said, planted, there, ties_of


@cache
def run() -> tuple[PeerClusters, TieGraph]:
    ties, _ = planted(2, sets=6, strangers=40)
    return peer_clusters(ties), ties


def shown() -> dict[int, str]:
    return {int(person): f"P{person}" for person in run()[1].people}


def test_one_cluster_has_its_members_and_the_ties_between_them() -> None:
    found, ties = run()
    got = cluster_network(found, ties, 1, shown=shown(), adults=[int(found.members(1)[0])])
    members = found.members(1).tolist()
    assert [mark.id for mark in got.marks] == members
    assert {mark.part for mark in got.marks} == {1}
    assert [mark.kind for mark in got.marks] == ["adult"] + ["child"] * (len(members) - 1)
    assert [mark.label for mark in got.marks] == [f"P{person}" for person in members]
    assert len(got.lines) == found.n_ties[1]
    assert got.places.keys() == set(members)
    near = {other for person in members for other in _tied(ties, person)} - set(members)
    assert got.left_out == (f"Not drawn, though one tie away from a member: {len(near)} people.",)


def _tied(ties: TieGraph, person: int) -> set[int]:
    at = ties.position(person)
    ends = np.concatenate((ties.j[ties.i == at], ties.i[ties.j == at]))
    return set(ties.people[ends].tolist())


def test_neighbours_are_drawn_when_asked_and_while_they_fit() -> None:
    found, ties = run()
    members = set(found.members(0).tolist())
    near = {other for person in members for other in _tied(ties, person)} - members
    got = cluster_network(found, ties, 0, shown={}, neighbours=True)
    assert {mark.id for mark in got.marks if mark.part == -1} == near
    assert got.left_out == ()
    assert len(near) > 2
    some = cluster_network(found, ties, 0, shown={}, neighbours=True, most=len(members) + 2)
    assert len(some.marks) == len(members) + 2
    assert some.left_out == (f"Not drawn, though one tie away from a member: {len(near) - 2} people.",)
    assert {mark.label for mark in some.marks} == {""}


def test_members_are_never_left_out() -> None:
    found, ties = run()
    assert len(cluster_network(found, ties, 0, shown={}, most=1).marks) == found.size[0]


def test_a_cluster_that_is_not_there_is_refused() -> None:
    found, ties = run()
    with pytest.raises(EntityNotFoundError):
        cluster_network(found, ties, len(found), shown={})


def test_all_clusters_hold_everybody_in_one_and_count_the_others() -> None:
    found, ties = run()
    got = all_clusters_network(found, ties, shown=shown())
    assert [mark.id for mark in got.marks] == found.people[found.cluster >= 0].tolist()
    assert [mark.part for mark in got.marks] == found.cluster[found.cluster >= 0].tolist()
    inside = (found.cluster[ties.i] >= 0) & (found.cluster[ties.j] >= 0)
    assert len(got.lines) == inside.sum()
    tied = np.unique(np.concatenate((ties.i, ties.j)))
    nowhere = int((found.cluster[tied] < 0).sum())
    assert got.left_out == (f"{nowhere} people with a tie who are in no peer cluster are not drawn.",)


def test_whole_clusters_are_left_out_when_a_picture_is_full() -> None:
    found, ties = run()
    most = int(found.size[:3].sum()) + 1
    got = all_clusters_network(found, ties, shown={}, most=most)
    assert {mark.part for mark in got.marks} == {0, 1, 2}
    out = int(found.size[3:].sum())
    said = f"{len(found) - 3} of {len(found)} peer clusters, with {out} people, are not drawn"
    assert f"{said}: a picture holds {most} people." in got.left_out


def test_co_presence_and_disputes_come_with_the_ties() -> None:
    said = [Said(1, 2), Said(2, 3), Said(1, 3)]
    for day in (19_990, 19_995):
        said += [there(1, 1_000_000 + day, day), there(4, 1_000_000 + day, day)]
        said += [there(2, 1_000_000 + day, day), there(3, 1_000_000 + day, day)]
    said += [Said(1, 4), Said(3, 4)]
    ties = ties_of(said, people=[1, 2, 3, 4])
    found = peer_clusters(ties)
    assert len(found) == 1
    got = cluster_network(found, ties, 0, shown={}, disputed_links=[1, 999])
    by_ends = {(line.a, line.b): line for line in got.lines}
    assert by_ends[1, 2].disputed
    assert not by_ends[2, 3].disputed
    assert by_ends[2, 4].co_presence
    assert not by_ends[1, 3].co_presence
    assert by_ends[1, 2].strength > by_ends[2, 4].strength > 0


def test_the_same_run_stands_in_the_same_places() -> None:
    found, ties = run()
    assert all_clusters_network(found, ties, shown={}) == all_clusters_network(found, ties, shown={})
