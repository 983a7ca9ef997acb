"""Invented links and networks for the tests of measures."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from graph.measures.projection import project_ties
from graph.measures.ties import TieGraph
from graph.model.kinds import CAPACITY_CODES, LINKS
from graph.model.links import NO_DAY, Int64, LinkTable

TODAY = 20_000
"""A day in 2024."""


class Said(NamedTuple):
    """One link: ends, predicate, day and capacity."""

    a: int
    b: int
    predicate: str = "FRIEND_OF"
    day: int = TODAY
    capacity: str = ""
    until: int | None = None


def there(person: int, event: int, day: int = TODAY, capacity: str = "present") -> Said:
    """Return that a person was at an event.

    Parameters
    ----------
    person, event : int
        Ids.
    day : int, optional
        Day of the event.
    capacity : str, optional
        How the person stands in it.

    Returns
    -------
    Said
        The link.
    """
    return Said(person, event, "INVOLVED_IN", day, capacity)


def link_table(said: Iterable[Said]) -> LinkTable:
    """Return links as a table; their ids are 1, 2, 3 ... in the order given.

    Parameters
    ----------
    said : iterable of Said
        The links.

    Returns
    -------
    LinkTable
        One row for each.
    """
    rows = list(said)
    n = len(rows)
    until = [row.day if row.until is None else row.until for row in rows]
    return LinkTable(
        link_id=np.arange(1, n + 1, dtype=np.int64),
        a=np.array([row.a for row in rows], np.int64),
        b=np.array([row.b for row in rows], np.int64),
        predicate=np.array([LINKS[row.predicate].code for row in rows], np.int16),
        capacity=np.array([CAPACITY_CODES[row.capacity] for row in rows], np.int16),
        valid_from=np.array([row.day for row in rows], np.int32),
        valid_to=np.full(n, NO_DAY, np.int32),
        last_confirmed=np.array(until, np.int32),
        sources=np.ones(n, np.int32),
        claims=np.ones(n, np.int32),
        source_best=np.zeros(n, np.int16),
        source_worst=np.zeros(n, np.int16),
        information_best=np.zeros(n, np.int16),
        information_worst=np.zeros(n, np.int16),
        disputed=np.zeros(n, np.bool_),
    )


def ties_of(said: Iterable[Said], people: Iterable[int] | None = None, **how: float) -> TieGraph:
    """Project invented links on ``TODAY``.

    Parameters
    ----------
    said : iterable of Said
        The links.
    people : iterable of int, optional
        Ids of the people; by default everybody below 1,000,000.
    **how : float
        Passed to ``project_ties``.

    Returns
    -------
    TieGraph
        The ties.
    """
    links = link_table(said)
    everybody = np.unique(np.concatenate((links.a, links.b)))
    ids = everybody[everybody < 1_000_000] if people is None else np.array(sorted(people), np.int64)
    return project_ties(links, people=ids, on_day=TODAY, **how)  # type: ignore[arg-type]


def tie_graph(n: int, pairs: npt.ArrayLike, weight: npt.ArrayLike | None = None) -> TieGraph:
    """Return ties between people 0 to n - 1, each stated by one link.

    Parameters
    ----------
    n : int
        Number of people.
    pairs : array_like of int, shape (m, 2)
        The two people of each tie.
    weight : array_like of float, shape (m,), optional
        Weights; 1 by default.

    Returns
    -------
    TieGraph
        The ties.
    """
    ends = np.sort(np.asarray(pairs, np.int64).reshape(-1, 2), axis=1)
    m = len(ends)
    order = np.lexsort((ends[:, 1], ends[:, 0]))
    weights = np.ones(m) if weight is None else np.asarray(weight, np.float64)
    return TieGraph(
        people=np.arange(n),
        i=ends[order, 0],
        j=ends[order, 1],
        weight=weights[order],
        direct=np.ones(m, np.bool_),
        undated=np.zeros(m, np.bool_),
        events=np.zeros(m, np.int32),
        days=np.zeros(m, np.int32),
        evidence_from=np.arange(m + 1),
        evidence_a=np.arange(m),
        evidence_b=np.arange(m),
    )


def planted(
    seed: int, *, sets: int = 20, size: int = 8, strangers: int = 140, tied: float = 0.8
) -> tuple[TieGraph, Int64]:
    """Return ties with planted sets of people, and the set of each person.

    Parameters
    ----------
    seed : int
        Seeds everything.
    sets, size : int, optional
        How many sets, of how many people.
    strangers : int, optional
        People in no set.
    tied : float, optional
        Chance that two people of a set are tied; any two others are with a mean of one tie a person.

    Returns
    -------
    ties : TieGraph
        Weights are 1/4 to 2, wherever the tie is.
    truth : ndarray of int64
        The set of each person; strangers have one of their own each.
    """
    rng = np.random.default_rng(seed)
    n = sets * size + strangers
    truth = np.concatenate((np.repeat(np.arange(sets), size), sets + np.arange(strangers)))
    i, j = np.triu_indices(n, 1)
    kept = rng.random(len(i)) < np.where(truth[i] == truth[j], tied, 1 / n)
    weight = rng.choice([0.25, 0.5, 0.75, 1.0, 2.0], int(kept.sum()))
    return tie_graph(n, np.column_stack((i[kept], j[kept])), weight), truth
