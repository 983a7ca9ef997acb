"""Peer clusters: sets of people more tied to each other than chance would make them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from graph.errors import EntityNotFoundError, MeasureError
from graph.measures.chance import ChanceTest, chance_test, surprise
from graph.measures.communities import in_medians, potts_quality, sizes_and_ties
from graph.measures.consensus import MIN_STABILITY, consensus, core_runs, recurrence, share_together
from graph.measures.resolution import ScanRow, best_resolution, scan_resolutions
from graph.measures.ties import Float64, TieGraph
from graph.model.links import Bool, Int32, Int64

SEEDS: Final = tuple(range(8))
COHESIVE_DENSITY: Final = 0.5
"""Least share of pairs tied where rewiring has nothing to say."""


@dataclass(frozen=True, slots=True)
class PeerClusters:
    """Published peer clusters and how they were found; n people, c clusters.

    Attributes
    ----------
    people : ndarray of int64, shape (n,)
        Ids, ascending.
    cluster : ndarray of int32, shape (n,)
        Cluster of each person from 0, in the order of its lowest id; -1 for none.
    together : ndarray of float64, shape (n,)
        Mean share of runs that put the person with the members they are tied to; nan for none.
    size, n_minors, n_ties, undated_ties, copresence_ties : ndarray of int64, shape (c,)
        Members; those not known to be adults; ties inside; ties inside with evidence that has no
        day; ties inside that rest on co-presence alone.
    inside_weight, outside_weight : ndarray of float64, shape (c,)
        Weight of ties between members, and of ties from members to others.
    density : ndarray of float64, shape (c,)
        Share of the pairs of members that have a tie.
    stability : ndarray of float64, shape (c,)
        Mean over runs of the best Jaccard similarity; 1 when every run found exactly this cluster.
    surprise : ndarray of float64, shape (c,)
        How unlikely so many inner ties are by chance, in nats.
    quality : float
        Quality of the recurring clusters, published or not, at ``resolution``; nan without ties.
    resolution : float
        In median ties a pair; nan without ties.
    median_weight : float
        The median tie, in the units of the tie weights; nan without ties.
    seeds : tuple of int
        Seeds of the runs.
    scan : tuple of ScanRow
        One row for each resolution tried; empty when it was given.
    chance : ChanceTest or None
        None when there were too few people with ties.
    threshold : float
        Surprise that published clusters exceed where the test is informative; nan without ties.
    unstable, by_chance : int
        Clusters of the least size left out because runs did not agree, or because chance alone gives such.
    notes : tuple of str
        What the reader must know beside the numbers.

    Notes
    -----
    A cluster is found by an algorithm, unconfirmed, and expires with its run. It is no peer group
    until a practitioner confirms one, and says nothing of what its members did or will do.
    """

    people: Int64
    cluster: Int32
    together: Float64
    size: Int64
    n_minors: Int64
    n_ties: Int64
    undated_ties: Int64
    copresence_ties: Int64
    inside_weight: Float64
    outside_weight: Float64
    density: Float64
    stability: Float64
    surprise: Float64
    quality: float
    resolution: float
    median_weight: float
    seeds: tuple[int, ...]
    scan: tuple[ScanRow, ...]
    chance: ChanceTest | None
    threshold: float
    unstable: int
    by_chance: int
    notes: tuple[str, ...]

    def __len__(self) -> int:
        """Return the number of published clusters."""
        return len(self.size)

    def members(self, cluster: int) -> Int64:
        """Return the ids of a cluster's members.

        Parameters
        ----------
        cluster : int
            Number of the cluster, from 0.

        Returns
        -------
        ndarray of int64
            Ascending.

        Raises
        ------
        EntityNotFoundError
            No such cluster was published.
        """
        if not 0 <= cluster < len(self):
            raise EntityNotFoundError(f"this run published no cluster {cluster}")
        return self.people[np.flatnonzero(self.cluster == cluster)]


def peer_clusters(
    ties: TieGraph,
    *,
    seeds: Sequence[int] = SEEDS,
    resolution: float | None = None,
    min_size: int = 3,
    minors: Bool | None = None,
) -> PeerClusters:
    """Find sets of people who are more tied to each other than chance would make them.

    Parameters
    ----------
    ties : TieGraph, n people
        Result of ``project_ties``.
    seeds : sequence of int, default 0 to 7
        One run each; 0 or more. What is published recurs over them.
    resolution : float, optional
        Median ties that a pair must bring to be worth a place in one cluster; above 0. By default the
        resolution of the scan whose recurring clusters are furthest from chance.
    min_size : int, default 3
        Least members of a cluster; 3 or more.
    minors : ndarray of bool, shape (n,), optional
        Who is not known to be an adult, in the order of ``ties.people``; unknown counts as a child.
        Without it everybody does.

    Returns
    -------
    PeerClusters
        No cluster, with the reason in ``notes``, when there is too little to say anything.

    Raises
    ------
    MeasureError
        No seed or a negative one, a resolution not above 0, ``min_size`` below 3, or ``minors`` of another
        length.

    Notes
    -----
    The answer is the same when rows are permuted and when all weights are scaled alike. A person may belong
    nowhere: that says only that the records show no recurring set around them. Never call a cluster a group.

    References
    ----------
    Traag, Waltman, van Eck (2019), From Louvain to Leiden, doi:10.1038/s41598-019-41695-z.
    """
    seeds = tuple(sorted(set(seeds)))
    _check(seeds, resolution, min_size, None if minors is None else len(minors) - len(ties.people))
    tied = np.unique(np.concatenate((ties.i, ties.j)))
    if len(tied) < min_size:
        reason = f"{len(tied)} people have a tie: too few for a cluster of {min_size}."
        return _none(ties, reason, seeds)
    n, i, j = len(tied), np.searchsorted(tied, ties.i), np.searchsorted(tied, ties.j)
    weight = in_medians(ties.weight)
    scan: tuple[ScanRow, ...] = ()
    if resolution is None:
        scan = scan_resolutions(n, i, j, weight=weight, seeds=seeds, min_size=min_size)
    grain = best_resolution(scan) if resolution is None else resolution
    runs = core_runs(n, i, j, weight=weight, resolution=grain, seeds=seeds)
    together = share_together(i, j, runs=runs)
    labels = consensus(n, i, j, together=together)
    chance = chance_test(n, i, j, weight=weight, resolution=grain, min_size=min_size, seeds=seeds)
    stability, beyond = recurrence(labels, runs=runs), surprise(i, j, labels=labels)
    large, stable = np.bincount(labels) >= min_size, stability >= MIN_STABILITY
    threshold = chance.threshold(beyond[large & stable])
    passes = beyond > threshold if chance.informative else _cohesive(i, j, labels)
    kept = large & stable & passes
    cluster = np.full(len(ties.people), -1, np.int32)
    cluster[tied] = np.where(kept, np.cumsum(kept) - 1, -1)[labels]
    return PeerClusters(
        **_counts(ties, cluster, together, minors),
        stability=stability[kept],
        surprise=beyond[kept],
        quality=potts_quality(i, j, weight=weight, labels=labels, resolution=grain),
        resolution=grain,
        median_weight=float(np.median(ties.weight)),
        seeds=seeds,
        scan=scan,
        chance=chance,
        threshold=threshold,
        unstable=int((large & ~stable).sum()),
        by_chance=int((large & stable & ~passes).sum()),
        notes=_notes(int(kept.sum()), chance, minors),
    )


def _none(ties: TieGraph, reason: str, seeds: tuple[int, ...]) -> PeerClusters:
    """Return no cluster, and why."""
    nothing = np.empty(0)
    return PeerClusters(
        **_counts(ties, np.full(len(ties.people), -1, np.int32), np.zeros(len(ties)), None),
        stability=nothing, surprise=nothing, quality=np.nan, resolution=np.nan, median_weight=np.nan,
        seeds=seeds, scan=(), chance=None, threshold=np.nan, unstable=0, by_chance=0, notes=(reason,),
    )  # fmt: skip


def _cohesive(i: Int64, j: Int64, labels: Int64) -> Bool:
    """Return which clusters hold half of their ties or more, and tie each member to two others."""
    size, count = sizes_and_ties(i, j, labels=labels)
    inside = labels[i] == labels[j]
    degree = np.bincount(np.concatenate((i[inside], j[inside])), minlength=len(labels))
    fewest = np.full(len(size), len(labels))
    np.minimum.at(fewest, labels, degree)
    cohesive: Bool = (count >= COHESIVE_DENSITY * size * (size - 1) / 2) & (fewest >= 2)
    return cohesive


def _counts(ties: TieGraph, cluster: Int32, together: Float64, minors: Bool | None) -> dict[str, Any]:
    """Return the counts of the published clusters, by field."""
    n = int(cluster.max(initial=-1)) + 1
    one, two = cluster[ties.i], cluster[ties.j]
    inside = (one == two) & (one >= 0)
    own, ends_out = one[inside], np.concatenate((one[~inside], two[~inside]))
    leaving, out = ends_out[ends_out >= 0], np.tile(ties.weight[~inside], 2)[ends_out >= 0]
    size = np.bincount(cluster[cluster >= 0], minlength=n)
    count = np.bincount(own, minlength=n)
    child = (cluster >= 0) & (True if minors is None else minors)
    ends = np.concatenate((ties.i[inside], ties.j[inside]))
    held = np.bincount(ends, np.tile(together[inside], 2), minlength=len(cluster))
    degree = np.bincount(ends, minlength=len(cluster))
    return {
        "people": ties.people,
        "cluster": cluster,
        "together": np.where(degree > 0, held / np.maximum(degree, 1), np.nan),
        "size": size,
        "n_minors": np.bincount(cluster[child], minlength=n),
        "n_ties": count,
        "undated_ties": np.bincount(own[ties.undated[inside]], minlength=n),
        "copresence_ties": np.bincount(own[~ties.direct[inside]], minlength=n),
        "inside_weight": np.bincount(own, ties.weight[inside], minlength=n).astype(np.float64),
        "outside_weight": np.bincount(leaving, out, minlength=n).astype(np.float64),
        "density": count / np.maximum(size * (size - 1) / 2, 1),
    }


def _notes(published: int, chance: ChanceTest, minors: Bool | None) -> tuple[str, ...]:
    """Return the sentences a reader needs beside the numbers."""
    notes = []
    if not published:
        notes.append("No set of people recurs and stands out from chance.")
    if not chance.informative:
        notes.append(
            f"Too few ties can be exchanged to compare with chance ({chance.kept_share:.0%} stay): clusters "
            "are shown when half of their pairs are tied and each member is tied to two others."
        )
    if minors is None:
        notes.append("No ages were given: every member is counted as a child.")
    return tuple(notes)


def _check(seeds: tuple[int, ...], resolution: float | None, min_size: int, off_by: int | None) -> None:
    if not seeds or seeds[0] < 0:
        raise MeasureError("seeds must be one or more whole numbers, 0 or above")
    if resolution is not None and not resolution > 0:
        raise MeasureError("resolution must be above 0")
    if min_size < 3:
        raise MeasureError("min_size must be 3 or more: two people are a tie")
    if off_by:
        raise MeasureError(f"minors has {abs(off_by)} rows {'more' if off_by > 0 else 'fewer'} than people")
