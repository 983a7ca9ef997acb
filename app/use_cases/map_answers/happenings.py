"""What is recorded to have happened at places, with its days and hours as far as they may be told."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, datetime
from typing import Final, NamedTuple

import numpy as np

from app.use_cases.asking import Question, iso_day
from app.use_cases.briefings.places import PRIVATE_EVENTS
from app.use_cases.exploring.shown import Showing
from app.use_cases.map_answers.positions import standing
from app.use_cases.why import WITHHELD, is_protected
from graph.model.spans import LONDON, day_of
from graph.view import Evidence, View

_MONTH: Final = len("2025-03")


class Happening(NamedTuple):
    """One event at a place.

    Attributes
    ----------
    event : int
        Its id.
    first, last : str or None
        Days, or months where a source is protected from the viewer.
    weekday : int or None
        From 0 for Monday; None where the day is not known or not told.
    hour : int or None
        In London; None where no time is stated or told.
    agencies : frozenset of str
        Who described it; ``withheld`` for a protected source.
    """

    event: int
    first: str | None
    last: str | None
    weekday: int | None
    hour: int | None
    agencies: frozenset[str]


def happenings_at(
    view: View, places: Collection[int], question: Question, how: Showing
) -> dict[int, list[Happening]]:
    """Return the events at some places.

    Parameters
    ----------
    view : View
        The viewer's.
    places : collection of int
        Locations.
    question : Question
        Which claims count.
    how : Showing
        Who is shown what.

    Returns
    -------
    dict of int to list of Happening
        Without sorts of event whose place says where somebody lives, is treated or is helped.
    """
    where = _where(view, places, question)
    if not where:
        return {}
    facts = view.store.facts_of(view.scope, list(where), "IS", filters=question.filters)
    owner = {claim: event for event, claim in facts}
    said: dict[int, list[Evidence]] = defaultdict(list)
    for item in view.why(list(owner)):
        said[owner[item.claim.seq]].append(item)
    what = view.store.described(view.scope, list(said))
    told = [event for event in sorted(said) if what[event].sort not in PRIVATE_EVENTS]
    at = view.instants([_newest(said[event]) for event in told])
    found: dict[int, list[Happening]] = defaultdict(list)
    for event in told:
        found[where[event]].append(_happening(event, said[event], at, how.agency))
    return dict(found)


def _where(view: View, places: Collection[int], question: Question) -> dict[int, int]:
    """Return the place of each event that is at one of some places."""
    wanted = np.array(sorted(places), dtype=np.int64)
    links = view.store.link_table(view.scope, kinds=("OCCURRED_AT",), filters=standing(question))
    # The latest said of an event that two records put at two places.
    order = np.lexsort((links.link_id, links.last_confirmed))
    where = dict(zip(links.a[order].tolist(), links.b[order].tolist(), strict=True))
    held = view.store.occurrences(view.scope, filters=question.filters)
    where |= dict(zip(held.event.tolist(), held.location.tolist(), strict=True))
    among = set(wanted.tolist())
    return {event: place for event, place in where.items() if place in among}


def _newest(said: Sequence[Evidence]) -> Evidence:
    return max(said, key=lambda item: (item.claim.reported_day or 0, item.claim.seq))


def _happening(event: int, said: Sequence[Evidence], at: dict[int, int], agency: str) -> Happening:
    claim = _newest(said).claim
    protected = any(is_protected(item, agency) for item in said)
    first = claim.to_day if claim.from_day is None else claim.from_day
    days = (iso_day(first), iso_day(claim.to_day if claim.to_day is not None else first))
    one_day = claim.precision == "instant" or (claim.precision == "day" and claim.from_day == claim.to_day)
    exact = one_day and first is not None and not protected
    instant = at.get(claim.seq) if exact else None
    there = None if instant is None else datetime.fromtimestamp(instant / 1_000_000, UTC).astimezone(LONDON)
    length = _MONTH if protected else None
    agencies = frozenset(WITHHELD if is_protected(x, agency) else x.claim.origin_agency for x in said)
    return Happening(
        event,
        days[0] and days[0][:length],
        days[1] and days[1][:length],
        day_of(first).weekday() if exact and first is not None else None,
        None if there is None else there.hour,
        agencies,
    )


def weekdays_of(held: Iterable[Happening]) -> list[int]:
    """Return how many events began on each day of the week.

    Parameters
    ----------
    held : iterable of Happening
        Events.

    Returns
    -------
    list of int
        Seven, Monday first.
    """
    counts = [0] * 7
    for one in held:
        if one.weekday is not None:
            counts[one.weekday] += 1
    return counts


def hours_of(held: Iterable[Happening]) -> list[int]:
    """Return how many events began in each hour.

    Parameters
    ----------
    held : iterable of Happening
        Events.

    Returns
    -------
    list of int
        Twenty-four, in London.
    """
    counts = [0] * 24
    for one in held:
        if one.hour is not None:
            counts[one.hour] += 1
    return counts
