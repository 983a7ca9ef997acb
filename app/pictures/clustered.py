"""A run of peer clusters as something to draw: one cluster, or all of them, with places computed once."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final, NamedTuple

import numpy as np

from app.pictures.marks import Line, Mark
from graph.measures.peer_clusters import PeerClusters
from graph.measures.ties import TieGraph
from graph.model.links import Bool, Int64

MOST_MARKS: Final = 300
"""People a picture is still readable with."""


class Network(NamedTuple):
    """What a picture, a page and a copy draw alike.

    Attributes
    ----------
    marks : tuple of Mark
        People, in the order of their ids.
    lines : tuple of Line
        Ties between them, in the order of the run.
    places : dict of int to (float, float)
        Where each stands.
    left_out : tuple of str
        Sentences on who and what is not in it.
    """

    marks: tuple[Mark, ...]
    lines: tuple[Line, ...]
    places: dict[int, tuple[float, float]]
    left_out: tuple[str, ...]


def cluster_network(
    found: PeerClusters,
    ties: TieGraph,
    cluster: int,
    *,
    shown: Mapping[int, str],
    adults: Collection[int] = (),
    disputed_links: Collection[int] = (),
    neighbours: bool = False,
    most: int = MOST_MARKS,
) -> Network:
    """Return one cluster, and those one tie away if asked.

    Parameters
    ----------
    found : PeerClusters
        A run.
    ties : TieGraph
        What it was found in.
    cluster : int
        Number of the cluster, from 0.
    shown : mapping of int to str
        How each person is shown; nobody who is missing has a label.
    adults : collection of int, optional
        Ids of those known to be adults; everybody else is drawn as a child.
    disputed_links : collection of int, optional
        Ids of links that somebody disputes.
    neighbours : bool, optional
        People outside who have a tie to a member too.
    most : int, optional
        People to draw at most; members are never left out.

    Returns
    -------
    Network
        What is left out, and how much, in words.

    Raises
    ------
    EntityNotFoundError
        The run published no such cluster.
    """
    members = np.isin(ties.people, found.members(cluster))
    near = np.zeros_like(members)
    touching = members[ties.i] != members[ties.j]
    near[ties.i[touching]] = near[ties.j[touching]] = True
    near &= ~members
    rest = int(near.sum())
    drawn, beside = members, 0
    if neighbours:
        # In the order of ids, which says nothing of them: those who do not fit are counted.
        some = np.flatnonzero(near)[: max(0, most - int(members.sum()))]
        drawn = members.copy()
        drawn[some] = True
        beside = len(some)
    part = np.where(members, cluster, -1).astype(np.int64)
    left = f"Not drawn, though one tie away from a member: {rest - beside:,} people." if rest > beside else ""
    return _network(ties, drawn, part, (shown, adults, disputed_links), [left])


def all_clusters_network(
    found: PeerClusters,
    ties: TieGraph,
    *,
    shown: Mapping[int, str],
    adults: Collection[int] = (),
    disputed_links: Collection[int] = (),
    most: int = MOST_MARKS,
) -> Network:
    """Return everybody who is in a cluster, and the ties between them.

    Parameters
    ----------
    found : PeerClusters
        A run.
    ties : TieGraph
        What it was found in.
    shown : mapping of int to str
        How each person is shown; nobody who is missing has a label.
    adults : collection of int, optional
        Ids of those known to be adults; everybody else is drawn as a child.
    disputed_links : collection of int, optional
        Ids of links that somebody disputes.
    most : int, optional
        People to draw at most: whole clusters are drawn, in the order of their numbers, while they fit.

    Returns
    -------
    Network
        What is left out, and how much, in words.
    """
    fits = np.cumsum(found.size) <= most
    kept = int(fits.sum())
    inside = (found.cluster >= 0) & (found.cluster < kept)
    out = int((found.cluster >= kept).sum())
    tied = np.zeros(len(ties.people), dtype=np.bool_)
    tied[ties.i] = tied[ties.j] = True
    nowhere = int((tied & (found.cluster < 0)).sum())
    left = [
        f"{nowhere:,} people with a tie who are in no peer cluster are not drawn." if nowhere else "",
        f"{len(found) - kept:,} of {len(found):,} peer clusters, with {out:,} people, are not drawn: "
        f"a picture holds {most:,} people."
        if out
        else "",
    ]
    part = np.where(inside, found.cluster, -1).astype(np.int64)
    return _network(ties, inside, part, (shown, adults, disputed_links), left)


def _network(
    ties: TieGraph,
    drawn: Bool,
    part: Int64,
    known: tuple[Mapping[int, str], Collection[int], Collection[int]],
    left: list[str],
) -> Network:
    from graph.measures.layout import positions

    shown, adults, disputed_links = known
    at = np.flatnonzero(drawn)
    rows = np.flatnonzero(drawn[ties.i] & drawn[ties.j])
    i, j = np.searchsorted(at, ties.i[rows]), np.searchsorted(at, ties.j[rows])
    people, grown = ties.people[at].tolist(), frozenset(adults)
    marks = tuple(
        Mark(person, shown.get(person, ""), "adult" if person in grown else "child", int(which))
        for person, which in zip(people, part[at].tolist(), strict=True)
    )
    disputed = _disputed(ties, disputed_links)
    lines = tuple(
        Line(
            int(ties.people[ties.i[row]]),
            int(ties.people[ties.j[row]]),
            float(ties.weight[row]),
            not bool(ties.direct[row]),
            bool(disputed[row]),
        )
        for row in rows.tolist()
    )
    places = positions(len(at), i, j, weight=ties.weight[rows], part=part[at]).tolist()
    where = {person: (xy[0], xy[1]) for person, xy in zip(people, places, strict=True)}
    return Network(marks, lines, where, (*filter(None, left), *_without_ties(len(at), i, j)))


def _disputed(ties: TieGraph, links: Collection[int]) -> Bool:
    """Return which ties rest on a disputed link among others."""
    wanted = np.fromiter(links, dtype=np.int64, count=len(links))
    held = np.isin(ties.evidence_a, wanted) | np.isin(ties.evidence_b, wanted)
    tie = np.repeat(np.arange(len(ties)), np.diff(ties.evidence_from))
    disputed: Bool = np.bincount(tie[held], minlength=len(ties)) > 0
    return disputed


def _without_ties(n: int, i: Int64, j: Int64) -> list[str]:
    alone = n - len(np.unique(np.concatenate((i, j))))
    return [f"{alone:,} of those drawn have no tie to another one here."] if alone else []
