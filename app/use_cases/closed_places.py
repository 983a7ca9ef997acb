"""Places that leave no room they were told in: homes, placements, safe and protected places."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from app.use_cases.asking import Question
from app.use_cases.drawing import current_store
from app.workspace import Workspace
from graph.model.scope import Filters
from graph.model.spans import day_of
from graph.view import View

if TYPE_CHECKING:
    from app.copies.kept_out import KeptOut

SHIELDED_HARMS: Final = frozenset({"fgm_hbv", "harmful_practices"})
"""Of whom such harm is feared no address, school or travel is shown."""


def closed_places(
    workspace: Workspace,
    view: View,
    question: Question,
    action: str,
    *,
    day: date | None = None,
    **opened: Any,
) -> KeptOut:
    """Return the places that no map shows, by every claim of the viewer's, doubtful and past ones too.

    Parameters
    ----------
    workspace : Workspace
        Whose.
    view : View
        Of the drawing that answers.
    question : Question
        For which day, and whether it asks what was known on a past one.
    action : str
        What the viewer does.
    day : date, optional
        Ages are for this day; for that of the question when left out.
    **opened : Any
        How the view was opened, as ``Workspace.view`` takes it.

    Returns
    -------
    KeptOut
        What was protected only later is protected in an answer about the past, too.
    """
    from app.copies.kept_out import carried, joined, kept_out

    on_day = day or day_of(question.day(workspace))
    shut = kept_out(view, on_day)
    if question.known_on is None:
        return shut
    store = current_store(workspace)
    try:
        with workspace.view(action, store, **opened) as now:
            return joined(shut, carried(kept_out(now, on_day), now, view))
    finally:
        store.close()


def is_open(shut: KeptOut) -> Callable[[int, tuple[float, float] | None], bool]:
    """Return what tells whether a map may show a place.

    Parameters
    ----------
    shut : KeptOut
        As ``closed_places`` gives it.

    Returns
    -------
    callable
        Takes a place and its longitude and latitude, or None where it has none. A place at the very
        point of a closed one is not shown either.
    """
    from app.copies.kept_out import point_of

    closed = shut.entities | shut.homes

    def _open(place: int, at: tuple[float, float] | None) -> bool:
        there = at is not None and point_of({"lon": at[0], "lat": at[1]}) in shut.points
        return place not in closed and not there

    return _open


def shielded(view: View, people: Collection[int]) -> frozenset[int]:
    """Return the people whose whereabouts are not told, because of a harm that is feared for them.

    Parameters
    ----------
    view : View
        The viewer's.
    people : collection of int
        As the viewer sees them.

    Returns
    -------
    frozenset of int
        By every visible claim of a role or a risk, doubtful ones too.
    """
    from app.copies.kept_out import value_of

    if not people:
        return frozenset()
    facts = [
        claim
        for predicate in ("ROLE", "RISK", "INDICATOR")
        for _, claim in view.store.facts_of(view.scope, people, predicate, filters=Filters(doubtful=True))
    ]
    return frozenset(
        view.seen(item.claim.subject)
        for item in view.why(facts)
        if not SHIELDED_HARMS.isdisjoint(map(str, value_of(item).values()))
    )
