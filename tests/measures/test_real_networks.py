"""Peer clusters of published networks, beside what the studies recorded of their members."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from sklearn.metrics import adjusted_rand_score

from graph.measures.peer_clusters import PeerClusters, peer_clusters
from tests.measures.invented import Said, ties_of

pytestmark = pytest.mark.data

LONDON = {1: ("SEEN_WITH",), 2: ("ASSOCIATE_OF",), 3: ("ASSOCIATE_OF", "FOUND_WITH")}
LONDON[4] = (*LONDON[3], "FAMILY_OF")
"""Seen together; offended together; the same in serious crime; the same and kin."""


def read_matrix(path: Path) -> tuple[list[str], npt.NDArray[np.int64]]:
    """Return the labels and the symmetric matrix of a network file.

    Parameters
    ----------
    path : Path
        A square CSV with labels.

    Returns
    -------
    labels : list of str
        Of the rows.
    matrix : ndarray of int64
        The larger of each cell and its mirror.
    """
    rows = list(csv.reader(path.read_text(encoding="utf-8-sig").splitlines()))
    numbers = [[int(cell) if cell.isdigit() and cell != "10" else 0 for cell in row[1:]] for row in rows[1:]]
    matrix = np.array(numbers)
    return [row[0] for row in rows[1:]], np.maximum(matrix, matrix.T)


def read_attribute(path: Path, column: str) -> dict[str, str]:
    """Return one recorded attribute by label.

    Parameters
    ----------
    path : Path
        A CSV with labels in its first column.
    column : str
        Name of the attribute.

    Returns
    -------
    dict of str to str
        Values as written.
    """
    rows = list(csv.reader(path.read_text(encoding="utf-8-sig").splitlines()))
    at = rows[0].index(column)
    return {row[0]: row[at] for row in rows[1:]}


def clusters_of(matrix: npt.NDArray[np.int64], predicates: dict[int, tuple[str, ...]]) -> PeerClusters:
    """Return the clusters of a matrix whose values stand for predicates.

    Parameters
    ----------
    matrix : ndarray of int64
        Symmetric.
    predicates : dict of int to tuple of str
        The links that a value stands for.

    Returns
    -------
    PeerClusters
        People are rows from 0.
    """
    i, j = np.nonzero(np.triu(matrix, 1))
    said = [
        Said(a, b, predicate)
        for a, b in zip(i.tolist(), j.tolist(), strict=True)
        for predicate in predicates.get(int(matrix[a, b]), ())
    ]
    return peer_clusters(ties_of(said, people=range(len(matrix))))


def agreement(found: PeerClusters, recorded: list[str]) -> float:
    """Return the adjusted Rand index of clusters and an attribute, over those in a cluster.

    Parameters
    ----------
    found : PeerClusters
        Clusters.
    recorded : list of str
        The attribute of each person.

    Returns
    -------
    float
        0 for chance, 1 for the same division.
    """
    inside = found.cluster >= 0
    return float(adjusted_rand_score(np.array(recorded)[inside], found.cluster[inside]))


def test_a_london_network_of_54_falls_into_small_sets_that_birthplace_hardly_explains(data_dir: Path) -> None:
    labels, matrix = read_matrix(data_dir / "networks" / "london_gang.csv")
    assert (len(labels), int((np.triu(matrix) > 0).sum())) == (54, 315)
    found = clusters_of(matrix, LONDON)
    birthplace = read_attribute(data_dir / "networks" / "london_gang_attr.csv", "Birthplace")
    # Everybody was counted as one gang by the police: the method sees no more than small sets in it.
    assert found.size.max(initial=0) <= 10
    assert agreement(found, [birthplace[label] for label in labels]) < 0.5


def test_montreal_gangs_show_no_set_that_stands_out_from_chance(data_dir: Path) -> None:
    _, matrix = read_matrix(data_dir / "networks" / "montreal_gangs.csv")
    found = clusters_of(matrix, {1: ("ASSOCIATE_OF",)})
    assert len(found) == 0
    assert found.by_chance > 0


def test_pupils_of_a_glasgow_school_fall_into_clusters_of_friends(data_dir: Path) -> None:
    waves = []
    for wave in ("w1", "w2"):
        _, matrix = read_matrix(data_dir / "networks" / f"glasgow_friendship_{wave}.csv")
        waves.append(clusters_of(matrix, {1: ("FRIEND_OF",), 2: ("FRIEND_OF",)}))
    assert min(len(found) for found in waves) >= 8
    assert all((found.size <= 12).all() for found in waves)
    inside = (waves[0].cluster >= 0) & (waves[1].cluster >= 0)
    # A year apart, half of the friendships had changed.
    assert adjusted_rand_score(waves[0].cluster[inside], waves[1].cluster[inside]) > 0.4


def test_friends_of_a_cluster_are_mostly_of_one_sex_though_nobody_told(data_dir: Path) -> None:
    labels, matrix = read_matrix(data_dir / "networks" / "glasgow_friendship_w1.csv")
    found = clusters_of(matrix, {1: ("FRIEND_OF",), 2: ("FRIEND_OF",)})
    recorded = read_attribute(data_dir / "networks" / "glasgow_attributes_w1.csv", "sex.F")
    sex = np.array([recorded[label] for label in labels])
    same = [np.unique(sex[found.members(c)], return_counts=True)[1].max() for c in range(len(found))]
    assert sum(same) / found.size.sum() > 0.85
