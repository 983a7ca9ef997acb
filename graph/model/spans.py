"""When: civil days with a precision, beside instants where one is known."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

LONDON: Final = ZoneInfo("Europe/London")
EPOCH: Final = date(1970, 1, 1)


class Span(NamedTuple):
    """When a claim holds, in the world.

    Attributes
    ----------
    from_day, to_day : int or None
        First and last civil day (Europe/London), as days since 1970-01-01; None where unknown.
        A month is its first and last day. ``to_day`` None with a ``from_day`` means still held
        when it was reported.
    precision : str
        ``instant``, ``day``, ``month`` or ``year``; empty when both days are unknown.
    from_us, to_us : int or None
        UTC microseconds since 1970-01-01 where an instant is known.
    """

    from_day: int | None = None
    to_day: int | None = None
    precision: str = ""
    from_us: int | None = None
    to_us: int | None = None


UNDATED: Final = Span()


def day_number(day: date) -> int:
    """Return days since 1970-01-01.

    Parameters
    ----------
    day : date
        A civil day.

    Returns
    -------
    int
        Negative before 1970.
    """
    return day.toordinal() - EPOCH.toordinal()


def day_of(number: int) -> date:
    """Return the civil day of a number of days since 1970-01-01.

    Parameters
    ----------
    number : int
        Days since 1970-01-01.

    Returns
    -------
    date
        The civil day.
    """
    return date.fromordinal(number + EPOCH.toordinal())


def microseconds(instant: datetime) -> int:
    """Return an aware instant as UTC microseconds since 1970-01-01.

    Parameters
    ----------
    instant : datetime
        With a time zone.

    Returns
    -------
    int
        UTC microseconds.

    Raises
    ------
    ValueError
        The instant has no time zone.
    """
    if instant.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    delta = instant.astimezone(UTC) - datetime(1970, 1, 1, tzinfo=UTC)
    return (delta.days * 86_400 + delta.seconds) * 1_000_000 + delta.microseconds


def instant_span(instant: datetime) -> Span:
    """Return the span of one instant, with its civil day in London.

    Parameters
    ----------
    instant : datetime
        With a time zone.

    Returns
    -------
    Span
        One day, precision ``instant``.
    """
    day = day_number(instant.astimezone(LONDON).date())
    at = microseconds(instant)
    return Span(day, day, "instant", at, at)


def day_span(first: date, last: date | None = None) -> Span:
    """Return the span from one civil day to another.

    Parameters
    ----------
    first : date
        First day.
    last : date, optional
        Last day; the first when left out.

    Returns
    -------
    Span
        Precision ``day``.
    """
    return Span(day_number(first), day_number(last or first), "day")


def month_span(year: int, month: int) -> Span:
    """Return the span of a calendar month.

    Parameters
    ----------
    year, month : int
        The month, 1 to 12.

    Returns
    -------
    Span
        Its first to its last day, precision ``month``.
    """
    after = date(year + month // 12, month % 12 + 1, 1)
    return Span(day_number(date(year, month, 1)), day_number(after) - 1, "month")
