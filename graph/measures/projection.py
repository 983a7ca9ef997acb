"""Ties between people, from stated links and from being at the same events."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, NamedTuple

import numpy as np

from graph.errors import GraphTooLargeError, MeasureError, UnknownKindError
from graph.measures.ties import Float64, TieGraph
from graph.model.kinds import CAPACITY_CODES, LINKS, TIES
from graph.model.links import NO_DAY, Bool, Int32, Int64, LinkTable

CO_PRESENCE: Final = "INVOLVED_IN"
SIGHTINGS: Final = ("SEEN_WITH", "FOUND_WITH")
TIE_WEIGHTS: Final[Mapping[str, float]] = MappingProxyType(
    {
        "FRIEND_OF": 1.0,
        "ASSOCIATE_OF": 1.0,
        "FOUND_WITH": 0.75,
        "SEEN_WITH": 0.5,
        "FAMILY_OF": 0.5,
        CO_PRESENCE: 0.25,
    }
)
"""Weight of a fresh link of each predicate; ``INVOLVED_IN``: of one day of co-presence."""

COMPANION_CAPACITIES: Final = ("present", "suspected", "arrested", "found_with", "missing")
"""Only two people who both stand so at an event are companions there."""

MIN_DAYS: Final = 2
"""Different days of co-presence that make a tie where nobody stated one."""

MAX_PAIRS: Final = 50_000_000
"""Pairs of companions above which the projection is refused: about 4 GB."""


class _Evidence(NamedTuple):
    """Rows that speak for a pair: ends, the two links, event, day, weight, and does it make a tie alone."""

    i: Int64
    j: Int64
    link_a: Int64
    link_b: Int64
    event: Int64
    day: Int32
    weight: Float64
    stated: Bool

    def followed_by(self, other: _Evidence) -> _Evidence:
        return _Evidence(
            np.append(self.i, other.i), np.append(self.j, other.j), np.append(self.link_a, other.link_a),
            np.append(self.link_b, other.link_b), np.append(self.event, other.event),
            np.append(self.day, other.day), np.append(self.weight, other.weight),
            np.append(self.stated, other.stated),
        )  # fmt: skip

    def take(self, order: Int64) -> _Evidence:
        return _Evidence(
            self.i[order], self.j[order], self.link_a[order], self.link_b[order], self.event[order],
            self.day[order], self.weight[order], self.stated[order],
        )  # fmt: skip


def project_ties(
    links: LinkTable,
    *,
    people: Int64,
    on_day: int,
    half_life_days: float = 365.0,
    tie_weights: Mapping[str, float] = TIE_WEIGHTS,
    max_event_size: int = 12,
    sighting_is_tie: bool = True,
) -> TieGraph:
    """Project links to weighted ties between people.

    Parameters
    ----------
    links : LinkTable, n rows
        Links of any predicate, in any order; those that are no tie are passed over.
    people : ndarray of int64, shape (p,)
        Ids of the entities that are people, ascending, each once. A link counts only between two
        of them, or from one of them to an event.
    on_day : int
        Day the weights are aged to, in days since 1970-01-01.
    half_life_days : float, default 365
        Days after which a link weighs half; above 0, ``inf`` for no ageing.
    tie_weights : mapping of str to float, default ``TIE_WEIGHTS``
        Weights that replace the default of their predicate; 0 leaves the predicate out.
    max_event_size : int, default 12
        Events with more companions than this are not projected.
    sighting_is_tie : bool, default True
        A sighting on one day (``SEEN_WITH``, ``FOUND_WITH``) makes a tie. When False, one not known to
        span two days counts as co-presence on its day.

    Returns
    -------
    TieGraph
        Ties with weight, kind and the links behind each.

    Raises
    ------
    UnknownKindError
        A weight is given for a predicate that is no tie.
    MeasureError
        A weight is negative, the half-life is not above 0, or ``people`` is not ascending.
    GraphTooLargeError
        The events give more than ``MAX_PAIRS`` pairs.

    Notes
    -----
    Co-presence makes a tie only on two different known days; on one day, or at events without a
    day, it adds to a tie that somebody stated and never makes one. Events of one day count once,
    since one incident is often recorded as a crime, an arrest and a custody. A tie does not mean
    friendship, shared purpose, or that either person did anything.

    Examples
    --------
    >>> import numpy as np
    >>> from graph.model.links import LinkTable
    >>> none = LinkTable(*(np.empty(0, np.int64) for _ in range(15)))
    >>> len(project_ties(none, people=np.array([1, 2]), on_day=20_000))
    0
    """
    weights = _checked_weights(tie_weights)
    if not half_life_days > 0:
        raise MeasureError("half_life_days must be above 0")
    if (np.diff(people) <= 0).any():
        raise MeasureError("people must be ascending ids, each once")
    ordered = (
        links if (np.diff(links.link_id) > 0).all() else links.take(np.argsort(links.link_id, kind="stable"))
    )
    stated = _stated(ordered, people, weights, sighting_is_tie)
    met = _met(ordered, people, weights[LINKS[CO_PRESENCE].code], max_event_size)
    both = stated.followed_by(met)
    age = np.where(both.day == NO_DAY, 0.0, np.maximum(0, on_day - both.day.astype(np.int64)))
    return _gather(people, both._replace(weight=both.weight * np.exp2(-age / half_life_days)))


def tie_links(ties: TieGraph, person: int, other: int) -> Int64:
    """Return the links that the tie between two people rests on.

    Parameters
    ----------
    ties : TieGraph
        Result of ``project_ties``.
    person, other : int
        Ids of the two people.

    Returns
    -------
    ndarray of int64
        Ids of the links, ascending; empty when the two have no tie.

    Raises
    ------
    EntityNotFoundError
        One of them was not among the people projected.
    """
    row = ties.tie(person, other)
    if row is None:
        return np.empty(0, np.int64)
    piece = slice(ties.evidence_from[row], ties.evidence_from[row + 1])
    return np.unique(np.concatenate((ties.evidence_a[piece], ties.evidence_b[piece])))


def _checked_weights(tie_weights: Mapping[str, float]) -> Float64:
    """Return a weight for each code of ``kinds.LINKS``; 0 is left out."""
    known = (*TIES, CO_PRESENCE)
    if unknown := sorted(set(tie_weights) - set(known)):
        raise UnknownKindError(f"no tie between people: {', '.join(unknown)}")
    weights = np.zeros(len(LINKS))
    for name in known:
        weights[LINKS[name].code] = tie_weights.get(name, TIE_WEIGHTS.get(name, 1.0))
    if not (np.isfinite(weights) & (weights >= 0)).all():
        raise MeasureError("a tie weight must be 0 or more")
    return weights


def _positions(ids: Int64, people: Int64) -> tuple[Int64, Bool]:
    """Return positions in ``people`` and which ids are there."""
    if not len(people):
        return np.zeros(len(ids), np.int64), np.zeros(len(ids), np.bool_)
    at = np.minimum(np.searchsorted(people, ids), len(people) - 1)
    return at, people[at] == ids


def _first_known(*days: Int32) -> Int32:
    """Return the first of several days that is known, row by row."""
    chosen = days[0]
    for other in days[1:]:
        chosen = np.where(chosen == NO_DAY, other, chosen)
    return chosen.astype(np.int32)


def _stated(links: LinkTable, people: Int64, weights: Float64, sighting_is_tie: bool) -> _Evidence:
    """Return the links that themselves say that two people are tied."""
    is_tie = np.isin(links.predicate, [LINKS[name].code for name in TIES])
    rows = np.flatnonzero(is_tie & (weights[links.predicate.astype(np.intp)] > 0) & (links.a != links.b))
    (a, has_a), (b, has_b) = _positions(links.a[rows], people), _positions(links.b[rows], people)
    keep = has_a & has_b
    a, b, part = a[keep], b[keep], links.take(rows[keep])
    day = _first_known(part.last_confirmed, part.valid_to, part.valid_from)
    sighting = np.isin(part.predicate, [LINKS[name].code for name in SIGHTINGS])
    one_day = _first_known(part.valid_from, part.valid_to, day) == day
    return _Evidence(
        np.minimum(a, b), np.maximum(a, b), part.link_id, part.link_id, np.full(len(part), -1), day,
        weights[part.predicate.astype(np.intp)], ~(sighting & one_day) | sighting_is_tie,
    )  # fmt: skip


def _met(links: LinkTable, people: Int64, weight: float, max_event_size: int) -> _Evidence:
    """Return the pairs of companions at events that are not too large."""
    companion = np.isin(links.capacity, [CAPACITY_CODES[name] for name in COMPANION_CAPACITIES])
    rows = np.flatnonzero(companion & (links.predicate == LINKS[CO_PRESENCE].code) & (weight > 0))
    who, known = _positions(links.a[rows], people)
    who, rows = who[known], rows[known]
    order = np.lexsort((who, links.b[rows]))
    who, rows = who[order], rows[order]
    event, day = (
        links.b[rows],
        _first_known(links.valid_from[rows], links.valid_to[rows], links.last_confirmed[rows]),
    )
    starts = np.flatnonzero(np.diff(event, prepend=event[:1] - 1))
    lengths = np.diff(np.append(starts, len(event)))
    # One person may hold several capacities at an event: size counts people, pairs are of different people.
    new = np.diff(who, prepend=-1) != 0
    new[starts] = True
    fits = np.repeat(_sums(new.astype(np.int64), starts) <= max_event_size, lengths)
    first, second = _pairs(np.flatnonzero(fits), starts, lengths)
    differ = who[first] != who[second]
    first, second = first[differ], second[differ]
    at_event = np.repeat(_earliest(day, starts), lengths)
    return _Evidence(
        who[first], who[second], links.link_id[rows[first]], links.link_id[rows[second]], event[first],
        at_event[first], np.full(len(first), weight), np.zeros(len(first), np.bool_),
    )  # fmt: skip


def _sums(values: Int64, starts: Int64) -> Int64:
    """Return the sum of each run of values; no runs give none."""
    return np.add.reduceat(values, starts) if len(starts) else values[:0]


def _earliest(day: Int32, starts: Int64) -> Int32:
    """Return the first known day of each run, ``NO_DAY`` where none is known."""
    late = np.where(day == NO_DAY, np.iinfo(np.int32).max, day)
    first = np.minimum.reduceat(late, starts) if len(starts) else late[:0]
    return np.where(first == np.iinfo(np.int32).max, NO_DAY, first).astype(np.int32)


def _pairs(rows: Int64, starts: Int64, lengths: Int64) -> tuple[Int64, Int64]:
    """Return all pairs of rows of the same run, each pair once, earlier row first."""
    start = np.repeat(starts, lengths)[rows]
    rank = rows - start
    total = int(rank.sum())
    if total > MAX_PAIRS:
        raise GraphTooLargeError(f"{total} pairs at events, more than {MAX_PAIRS}: lower max_event_size")
    second = np.repeat(rows, rank)
    first = np.arange(total) - np.repeat(np.cumsum(rank) - rank, rank) + np.repeat(start, rank)
    return first, second


def _gather(people: Int64, rows: _Evidence) -> TieGraph:
    """Add up the evidence of each pair and keep the pairs that are ties."""
    # The sort is stable and the rows come by link id and event: sums do not depend on the order of the input.
    # Within a pair: what was stated, then co-presence by day, the weightiest of a day first.
    pair = rows.i * len(people) + rows.j
    order = np.lexsort((-rows.weight, rows.day, ~rows.stated, pair))
    rows, pair = rows.take(order), pair[order]
    new_pair = np.diff(pair, prepend=-1) != 0
    new_day = new_pair | (np.diff(rows.day, prepend=0) != 0) | np.diff(rows.stated, prepend=False)
    new_event = new_day | (np.diff(rows.event, prepend=-1) != 0)
    at = np.cumsum(new_pair) - 1
    n = int(at[-1]) + 1 if len(at) else 0
    counts = {
        "direct": rows.stated,
        "days": ~rows.stated & new_day & (rows.day != NO_DAY),
        "events": ~rows.stated & new_event & (rows.event >= 0),
        "undated": rows.day == NO_DAY,
        "evidence": np.ones(len(at), np.bool_),
    }
    number = {name: np.bincount(at[mask], minlength=n) for name, mask in counts.items()}
    counted = np.where(rows.stated | new_day, rows.weight, 0.0)
    weight = np.bincount(at, counted, minlength=n).astype(np.float64)
    tie = (number["direct"] > 0) | (number["days"] >= MIN_DAYS)
    held = tie[at]
    return TieGraph(
        people=people,
        i=rows.i[new_pair][tie],
        j=rows.j[new_pair][tie],
        weight=weight[tie],
        direct=number["direct"][tie] > 0,
        undated=number["undated"][tie] > 0,
        events=number["events"][tie].astype(np.int32),
        days=number["days"][tie].astype(np.int32),
        evidence_from=np.concatenate(([0], np.cumsum(number["evidence"][tie]))),
        evidence_a=rows.link_a[held],
        evidence_b=rows.link_b[held],
    )
