"""The 24 months of the invention: when things happen, by season and by hour."""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from types import MappingProxyType
from typing import Final

FIRST_DAY: Final = date(2024, 11, 1)
LAST_DAY: Final = date(2026, 10, 31)

REVIEW: Final = date(2027, 1, 29)
"""Day on which an officer's basis for an adult of interest is due for review."""

#: How much more or less of each happens in each month of the year, January first.
SEASONS: Final[Mapping[str, tuple[float, ...]]] = MappingProxyType(
    {
        "even": (1.0,) * 12,
        "burglary": (1.5, 1.3, 1.0, 0.8, 0.7, 0.6, 0.6, 0.6, 0.8, 1.1, 1.5, 1.6),
        "asb": (0.5, 0.6, 0.8, 1.0, 1.2, 1.4, 1.7, 1.8, 1.1, 1.4, 0.9, 0.5),
        "missing": (0.7, 0.7, 0.9, 1.1, 1.2, 1.3, 1.4, 1.4, 1.1, 1.0, 0.7, 0.6),
    }
)
_EVENING: Final = (8, 12, 15, 16, 17, 18, 18, 19, 19, 20, 20, 21, 21, 22, 23)


def any_day(
    dice: random.Random, season: str = "even", first: date = FIRST_DAY, last: date = LAST_DAY
) -> date:
    """Draw a day.

    Parameters
    ----------
    dice : random.Random
        To draw with.
    season : str, optional
        A key of ``SEASONS``.
    first, last : date, optional
        Between them.

    Returns
    -------
    date
        More often in the months that the season favours.
    """
    weights = SEASONS[season]
    while True:
        day = first + timedelta(days=dice.randrange((last - first).days + 1))
        if dice.random() * max(weights) <= weights[day.month - 1]:
            return day


def at_some_hour(dice: random.Random, day: date) -> datetime:
    """Draw a time of a day.

    Parameters
    ----------
    dice : random.Random
        To draw with.
    day : date
        The day.

    Returns
    -------
    datetime
        Civil time in London, mostly of an afternoon or evening, and never in the hour that clocks skip.
    """
    return datetime.combine(day, time(dice.choice(_EVENING), dice.randrange(0, 60, 5)))


def later(at: datetime, hours: float) -> datetime:
    """Return a time some hours later.

    Parameters
    ----------
    at : datetime
        Civil time in London.
    hours : float
        How many.

    Returns
    -------
    datetime
        Never between midnight and four, where clocks skip an hour of one night a year.
    """
    then = at + timedelta(minutes=round(hours * 60))
    return then if then.hour >= 4 else then.replace(hour=4)


def soon_after(dice: random.Random, day: date, most_days: int = 9) -> date:
    """Draw the day that an agency knew.

    Parameters
    ----------
    dice : random.Random
        To draw with.
    day : date
        When it was.
    most_days : int, optional
        Longest delay.

    Returns
    -------
    date
        Not after the last day of the invention.
    """
    return min(day + timedelta(days=dice.randrange(most_days + 1)), LAST_DAY)


def years_before(day: date, years: int) -> date:
    """Return the same day some years earlier.

    Parameters
    ----------
    day : date
        Not the 29th of February.
    years : int
        How many.

    Returns
    -------
    date
        The day of that year.
    """
    return day.replace(year=day.year - years)
