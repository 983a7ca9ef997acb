"""Peer clusters of an invented network beside NetworkX Louvain, in CPU seconds of one process.

Run ``python -m bench.clusters`` for 10,000 people, ``--people 100000`` for the size of the goal.
"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Callable
from typing import NamedTuple, TypeVar

import networkx as nx
import numpy as np

from graph.measures.communities import communities, in_medians
from graph.measures.consensus import core_runs
from graph.measures.peer_clusters import SEEDS, peer_clusters
from graph.measures.projection import project_ties
from graph.measures.ties import TieGraph
from graph.model.kinds import CAPACITY_CODES, LINKS
from graph.model.links import NO_DAY, Int64, LinkTable

T = TypeVar("T")
DAYS = 730
GOAL = 0.05


class Invented(NamedTuple):
    """Participations at events, and the planted set of each person."""

    person: Int64
    event: Int64
    day: Int64
    planted: Int64


def invent(people: int, *, seed: int) -> Invented:
    """Return events with a home set each: of its participants 85 % are of the set, 12 % of the same place.

    Parameters
    ----------
    people : int
        Number of people; sets have 4 to 150, most of them few.
    seed : int
        Seeds everything.

    Returns
    -------
    Invented
        About ten participations a person.
    """
    rng = np.random.default_rng(seed)
    size = np.minimum(150, 4 * (1 - rng.random(people)) ** (-1 / 1.6)).astype(np.int64)
    size = size[: np.searchsorted(np.cumsum(size), people) + 1]
    planted = np.repeat(np.arange(len(size)), size)[:people]
    first = np.searchsorted(planted, np.arange(len(size) + 1))
    places = max(8, people // 5000)
    place_first = np.linspace(0, people, places + 1).astype(np.int64)
    activity = np.cumsum(np.minimum(60, (1 - rng.random(people)) ** (-1 / 1.8)))
    before = np.concatenate(([0.0], activity))
    events = int(4.2 * people)
    home = planted[np.minimum(np.searchsorted(activity, rng.random(events) * activity[-1]), people - 1)]
    number = np.minimum(25, 1 + (1 - rng.random(events)) ** (-1 / 1.7)).astype(np.int64)
    event, home = np.repeat(np.arange(events), number), np.repeat(home, number)
    kind = rng.random(len(event))
    place = np.searchsorted(place_first, first[home], "right") - 1
    low = np.select([kind < 0.85, kind < 0.97], [before[first[home]], before[place_first[place]]], 0.0)
    high = np.select(
        [kind < 0.85, kind < 0.97], [before[first[home + 1]], before[place_first[place + 1]]], before[-1]
    )
    drawn = np.searchsorted(activity, low + rng.random(len(event)) * (high - low))
    rows = np.unique(event * people + np.minimum(drawn, people - 1))
    name = rng.permutation(people)
    day = rng.integers(0, DAYS, events)
    sets = np.empty(people, np.int64)
    sets[name] = planted
    return Invented(name[rows % people], rows // people, day[rows // people], sets)


def as_links(a: Int64, b: Int64, day: Int64, *, predicate: str, capacity: str = "") -> LinkTable:
    """Return links of one predicate as a table.

    Parameters
    ----------
    a, b : ndarray of int64, shape (n,)
        Ends.
    day : ndarray of int64, shape (n,)
        The one day each is known for.
    predicate : str
        Its name.
    capacity : str, optional
        How the first end stands in it.

    Returns
    -------
    LinkTable
        Ids are 0 to n - 1.
    """
    n, none = len(a), np.zeros(len(a), np.int16)
    one, days = np.ones(n, np.int32), day.astype(np.int32)
    return LinkTable(
        np.arange(n), a, b, np.full(n, LINKS[predicate].code, np.int16),
        np.full(n, CAPACITY_CODES[capacity], np.int16), days, np.full(n, NO_DAY, np.int32), days, one, one,
        none, none, none, none, np.zeros(n, np.bool_),
    )  # fmt: skip


def stated(drawn: Invented, people: int) -> LinkTable:
    """Return an ``ASSOCIATE_OF`` link for every pair of companions: a network of the goal's size.

    Parameters
    ----------
    drawn : Invented
        Participations.
    people : int
        Number of people.

    Returns
    -------
    LinkTable
        One row for each pair and event.
    """
    start = np.flatnonzero(np.diff(drawn.event, prepend=-1))
    length = np.diff(np.append(start, len(drawn.event)))
    rank = np.arange(len(drawn.event)) - np.repeat(start, length)
    second = np.repeat(np.arange(len(drawn.event)), rank)
    first = (
        np.arange(len(second))
        - np.repeat(np.cumsum(rank) - rank, rank)
        + np.repeat(np.repeat(start, length), rank)
    )
    a, b = drawn.person[first], drawn.person[second]
    return as_links(np.minimum(a, b), np.maximum(a, b), drawn.day[second], predicate="ASSOCIATE_OF")


def timed(work: Callable[[], T]) -> tuple[float, T]:
    """Return the CPU seconds of some work, and its result.

    Parameters
    ----------
    work : callable
        Takes nothing.

    Returns
    -------
    seconds : float
        CPU seconds of this process.
    result : object
        What it returned.
    """
    before = time.process_time()
    result = work()
    return time.process_time() - before, result


def rand_index(one: Int64, two: Int64) -> float:
    """Return the adjusted Rand index of two divisions of the same people.

    Parameters
    ----------
    one, two : ndarray of int64, shape (n,)
        Labels, from 0.

    Returns
    -------
    float
        0 for chance, 1 for the same division.
    """
    both = np.unique(one * (int(two.max()) + 1) + two, return_counts=True)[1]
    pairs = [float((c * (c - 1) / 2).sum()) for c in (both, np.bincount(one), np.bincount(two))]
    expected = pairs[1] * pairs[2] / (len(one) * (len(one) - 1) / 2)
    return (pairs[0] - expected) / ((pairs[1] + pairs[2]) / 2 - expected)


def networkx_louvain(ties: TieGraph) -> tuple[float, list[set[int]]]:
    """Return the CPU seconds of one run of NetworkX Louvain and its communities.

    Parameters
    ----------
    ties : TieGraph
        The same ties.

    Returns
    -------
    seconds : float
        Without the making of the graph.
    communities : list of set of int
        What it found.
    """
    graph = nx.Graph()
    graph.add_nodes_from(range(len(ties.people)))
    graph.add_weighted_edges_from(zip(ties.i.tolist(), ties.j.tolist(), ties.weight.tolist(), strict=True))
    return timed(lambda: list(nx.community.louvain_communities(graph, seed=1)))


def table(people: int, *, seed: int, alone: bool) -> list[tuple[str, str]]:
    """Return what was measured, row by row.

    Parameters
    ----------
    people : int
        Number of people.
    seed : int
        Seeds the network.
    alone : bool
        Leave the peer out.

    Returns
    -------
    list of tuple of str
        What, and how much.
    """
    drawn = invent(people, seed=seed)
    everyone = np.arange(people)
    present = as_links(
        drawn.person, drawn.event + people, drawn.day, predicate="INVOLVED_IN", capacity="present"
    )
    links = stated(drawn, people)
    met_s, met = timed(lambda: project_ties(present, people=everyone, on_day=DAYS))
    said_s, ties = timed(lambda: project_ties(links, people=everyone, on_day=DAYS))
    weight = in_medians(ties.weight)
    whole_s, found = timed(lambda: peer_clusters(ties))
    runs = [
        timed(lambda seed=seed: communities(  # type: ignore[misc]
            people, ties.i, ties.j, weight=weight, resolution=found.resolution, seed=seed))
        for seed in range(5)
    ]  # fmt: skip
    one_s = float(np.median([seconds for seconds, _ in runs]))
    began = time.perf_counter()
    core_runs(people, ties.i, ties.j, weight=weight, resolution=found.resolution, seeds=SEEDS)
    each_s = (time.perf_counter() - began) / len(SEEDS)
    alone_labels = np.where(found.cluster >= 0, found.cluster, len(found) + everyone)
    inside = found.cluster >= 0
    rows = [
        ("people, ties", f"{people:,}, {len(ties):,}"),
        (f"projection of {len(present):,} participations to {len(met):,} ties", f"{met_s:.2f} s"),
        (f"projection of {len(links):,} stated links", f"{said_s:.2f} s"),
        ("one seed at the chosen resolution (median of 5)", f"{one_s:.2f} s"),
        (f"wall time a seed, {len(SEEDS)} seeds on {os.cpu_count()} processors", f"{each_s:.2f} s"),
        (f"all of it: scan of {len(found.scan)}, {len(SEEDS)} seeds, rewired networks", f"{whole_s:.1f} s"),
        ("resolution; clusters published; unstable; no more than chance",
         f"{found.resolution:.4f}; {len(found):,}; {found.unstable:,}; {found.by_chance:,}"),
        ("ARI with planted sets: one seed, published (others alone), published members",
         f"{rand_index(runs[0][1], drawn.planted):.3f}, {rand_index(alone_labels, drawn.planted):.3f}, "
         f"{rand_index(found.cluster[inside].astype(np.int64), drawn.planted[inside]):.3f}"),
    ]  # fmt: skip
    if not alone:
        began = time.perf_counter()
        peer_s, sets = networkx_louvain(ties)
        peer_wall_s = time.perf_counter() - began
        theirs = np.empty(people, np.int64)
        for label, members in enumerate(sets):
            theirs[list(members)] = label
        rows += [
            ("NetworkX Louvain, one run", f"{peer_s:.1f} s, ARI {rand_index(theirs, drawn.planted):.3f}"),
            (f"one seed / NetworkX, CPU (goal {GOAL})", f"{one_s / peer_s:.3f}"),
            ("wall time a seed / NetworkX with its graph made", f"{each_s / peer_wall_s:.3f}"),
        ]
    return rows


def main() -> None:
    """Measure and print a markdown table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--alone", action="store_true", help="leave NetworkX out")
    chosen = parser.parse_args()
    print("| what | measured |\n|---|---|")
    for what, measured in table(chosen.people, seed=chosen.seed, alone=chosen.alone):
        print(f"| {what} | {measured} |")


if __name__ == "__main__":
    main()
