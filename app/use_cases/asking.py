"""What every question has in common: which claims count, what day it is, which drawing answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any, Final

from app.progress import Progress
from graph.model.scope import Filters
from graph.model.spans import LONDON, day_number, day_of, microseconds

if TYPE_CHECKING:
    from app.workspace import Answer, Workspace
    from graph.view import View

COUNTED_SORTS: Final = ("crime", "asb")
"""Sorts of event that are incidents; an arrest, a stop or a custody record tells of one again."""


@dataclass(frozen=True, slots=True)
class Question:
    """Which claims an answer rests on.

    Attributes
    ----------
    window : tuple of date or None
        Only claims that held on some day of it.
    as_of : date or None
        Only claims their agency had reported by then.
    known_on : date or None
        Only what this workspace knew at the end of that day.
    doubtful : bool
        Whether disputed claims and those graded E count.
    """

    window: tuple[date, date] | None = None
    as_of: date | None = None
    known_on: date | None = None
    doubtful: bool = False

    @property
    def filters(self) -> Filters:
        """The same, as the store takes it."""
        window = None if self.window is None else (day_number(self.window[0]), day_number(self.window[1]))
        return Filters(window, None if self.as_of is None else day_number(self.as_of), self.doubtful)

    def day(self, workspace: Workspace) -> int:
        """Return the day that the answer is for.

        Parameters
        ----------
        workspace : Workspace
            Whose clock.

        Returns
        -------
        int
            The earliest of today and the days asked for, since 1970-01-01.
        """
        days = [workspace.context.day, self.as_of, self.known_on, self.window and self.window[1]]
        return min(day_number(day) for day in days if day)

    def described(self) -> dict[str, Any]:
        """Return the question for the answer's head.

        Returns
        -------
        dict
            Dates as ISO, None where not asked for.
        """
        window = None if self.window is None else [day.isoformat() for day in self.window]
        return {
            "window": window,
            "as_of": self.as_of and self.as_of.isoformat(),
            "known_on": self.known_on and self.known_on.isoformat(),
            "doubtful_claims": self.doubtful,
        }


def ask(
    workspace: Workspace,
    action: str,
    question: Question,
    *,
    find: Callable[[View], Answer],
    progress: Progress = lambda _: None,
) -> Answer:
    """Answer a question from the drawing it asks for.

    Parameters
    ----------
    workspace : Workspace
        Whose.
    action : str
        What the viewer does.
    question : Question
        Which claims count.
    find : callable
        Takes the view, gives the answer.
    progress : callable, optional
        Told what is done.

    Returns
    -------
    Answer
        On the audit log already.
    """

    def _store() -> Any:
        from app.use_cases.drawing import current_store, past_store

        if question.known_on is None:
            return current_store(workspace, progress)
        end = datetime.combine(question.known_on + timedelta(days=1), time(), tzinfo=LONDON)
        return past_store(workspace, microseconds(end) - 1)

    return workspace.answer(action, _store, find)


def iso_day(number: int | None) -> str | None:
    """Return a day as ISO.

    Parameters
    ----------
    number : int or None
        Days since 1970-01-01; None or the lowest number for unknown.

    Returns
    -------
    str or None
        For example ``2025-03-01``.
    """
    if number is None or number < -700_000:
        return None
    return day_of(number).isoformat()
