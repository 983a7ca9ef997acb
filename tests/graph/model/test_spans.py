from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.model.spans import LONDON, day_number, day_of, day_span, instant_span, microseconds, month_span


@pytest.mark.parametrize(
    ("instant", "day"),
    [
        (datetime(2025, 3, 30, 0, 59, tzinfo=UTC), date(2025, 3, 30)),
        (datetime(2025, 3, 29, 23, 59, tzinfo=UTC), date(2025, 3, 29)),
        (datetime(2025, 3, 30, 23, 0, tzinfo=UTC), date(2025, 3, 31)),
        (datetime(2025, 10, 25, 23, 0, tzinfo=UTC), date(2025, 10, 26)),
        (datetime(2025, 10, 26, 23, 0, tzinfo=UTC), date(2025, 10, 26)),
        (datetime(2025, 7, 1, 0, 30, tzinfo=timezone(timedelta(hours=5))), date(2025, 6, 30)),
    ],
)
def test_an_instant_is_on_its_civil_day_in_london(instant: datetime, day: date) -> None:
    span = instant_span(instant)
    assert (span.from_day, span.to_day, span.precision) == (day_number(day), day_number(day), "instant")


def test_the_hour_that_comes_twice_has_two_instants() -> None:
    first, second = (datetime(2025, 10, 26, 1, 30, tzinfo=LONDON, fold=fold) for fold in (0, 1))
    assert microseconds(second) - microseconds(first) == 3_600_000_000
    assert instant_span(first).from_day == instant_span(second).from_day


def test_an_instant_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        microseconds(datetime(2025, 6, 1))


@pytest.mark.parametrize(
    ("year", "month", "days"), [(2024, 2, 29), (2025, 2, 28), (2025, 12, 31), (1999, 9, 30)]
)
def test_a_month_is_its_first_to_its_last_day(year: int, month: int, days: int) -> None:
    span = month_span(year, month)
    assert span.from_day == day_number(date(year, month, 1))
    assert span.to_day == day_number(date(year, month, days))


def test_a_day_alone_begins_and_ends_on_it() -> None:
    assert day_span(date(1970, 1, 2)) == (1, 1, "day", None, None)
    assert day_span(date(1969, 12, 31), date(1970, 1, 2))[:2] == (-1, 1)


@pytest.mark.properties
@given(st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC)))
def test_an_instant_is_counted_exactly(instant: datetime) -> None:
    assert datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=microseconds(instant)) == instant
    span = instant_span(instant)
    assert span.from_day is not None
    assert abs(day_of(span.from_day).toordinal() - instant.toordinal()) <= 1
