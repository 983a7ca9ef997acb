"""When: claims and events of some entities, counted by month."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from app.use_cases.asking import Question, ask
from app.use_cases.exploring.neighbourhood import found_among
from app.use_cases.exploring.shown import check_number, ends_of
from app.workspace import Answer, Workspace
from graph.model.links import NO_DAY, Int64
from graph.model.spans import day_of
from graph.store.contract import DatedClaims
from graph.view import View

SCHEMA: Final = "kithmap.timeline/1"
MOST: Final = 2_000
"""Entities of one answer."""
MOST_MONTHS: Final = 600
"""Months of one answer; a date long before them is a slip of somebody's hand more often than not."""


def timeline(workspace: Workspace, entities: Sequence[str], question: Question) -> Answer:
    """Return how many claims and events of some entities there are in each month.

    Parameters
    ----------
    workspace : Workspace
        Whose.
    entities : sequence of str
        Ids; one that nothing visible has is listed as not found.
    question : Question
        Which claims count.

    Returns
    -------
    Answer
        Every month from the first to the last, or the last 600; what has no date or is older, apart.

    Raises
    ------
    EntityNotFoundError
        Nothing that the viewer may see has any of these ids.
    ModelError
        No id, or more than 2,000.

    Notes
    -----
    A claim is counted in the month from which it held, an event in that in which it occurred. It counts
    what was recorded: a month without any is no quiet month.
    """
    check_number("ids", len(entities), MOST, least=1)

    def _find(view: View) -> Answer:
        found, missing = found_among(view, entities)
        dated = view.store.dated_claims(view.scope, found, kinds=(), filters=question.filters)
        claims = _months_of(_days(dated))
        events = _events(view, found, question)
        rows = _rows(claims, events)
        body = {
            "schema": SCHEMA,
            "data_version": view.data_version,
            "sentence": _sentence(claims, rows),
            "parameters": question.described(),
            "not_found": missing,
            "undated": {"claims": claims[""], "events": events[""]},
            "before": {"claims": _before(claims, rows), "events": _before(events, rows)},
            "rows": rows,
        }
        return Answer(body, found, {"claims": claims.total(), "months": len(rows)})

    return ask(workspace, "explore", question, find=_find)


def _days(dated: DatedClaims) -> Int64:
    days: Int64 = np.where(dated.from_day == NO_DAY, dated.to_day, dated.from_day).astype(np.int64)
    return days


def _events(view: View, entities: Sequence[int], question: Question) -> Counter[str]:
    """Return the events that these are, or are linked to, by the first month any description gives."""
    links = view.store.neighbourhood(
        view.scope, entities, hops=1, kinds=("INVOLVED_IN", "OCCURRED_AT"), filters=question.filters
    )
    near = {*entities, *ends_of(links)}
    events = [e for e, told in view.store.described(view.scope, near).items() if told.kind == "Event"]
    dated = view.store.dated_claims(view.scope, events, kinds=("IS",), filters=question.filters)
    first: dict[int, int] = {}
    for event, day in zip(dated.entity.tolist(), _days(dated).tolist(), strict=True):
        known = first.get(event, NO_DAY)
        first[event] = day if known == NO_DAY else min(known, day) if day != NO_DAY else known
    return _months_of(np.array([first.get(event, NO_DAY) for event in events], dtype=np.int64))


def _months_of(days: Int64) -> Counter[str]:
    """Return counts by month; what has no day is under the empty text."""
    return Counter("" if day == NO_DAY else day_of(day).isoformat()[:7] for day in days.tolist())


def _rows(claims: Counter[str], events: Counter[str]) -> list[dict[str, Any]]:
    known = sorted({*claims, *events} - {""})
    if not known:
        return []
    last = _number(known[-1])
    first = max(_number(known[0]), last - MOST_MONTHS + 1)
    months = (f"{n // 12:04}-{n % 12 + 1:02}" for n in range(first, last + 1))
    return [{"month": month, "claims": claims[month], "events": events[month]} for month in months]


def _number(month: str) -> int:
    return int(month[:4]) * 12 + int(month[5:]) - 1


def _before(counts: Counter[str], rows: Sequence[dict[str, Any]]) -> int:
    return sum(n for month, n in counts.items() if month and rows and month < rows[0]["month"])


def _sentence(claims: Counter[str], rows: Sequence[dict[str, Any]]) -> str:
    if not rows:
        return f"{claims.total():,} claims, none of them dated"
    head = f"{claims.total():,} claims, {claims['']:,} of them undated"
    return f"{head}, from {rows[0]['month']} to {rows[-1]['month']}"
