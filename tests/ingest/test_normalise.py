"""Tests of ingest.normalise."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from graph.model.spans import Span, day_span, instant_span, month_span
from ingest.mapping_files import Column
from ingest.normalise import CellError, Value, cell_reader, text_of
from tests.ingest.builders import TODAY


def _read(text: str, **column: Any) -> Value:
    return cell_reader(Column.model_validate({"type": "text", **column}), TODAY)(text)


def _rule(text: str, **column: Any) -> str:
    with pytest.raises(CellError) as caught:
        _read(text, **column)
    assert not text.strip() or text.strip() not in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize(
    "kind", ["text", "date", "instant", "longitude", "yes_no", "expiry", "upn", "area_codes"]
)
@pytest.mark.parametrize("text", ["", " ", "\t\n", "\u00a0"])
def test_a_blank_cell_is_no_value(kind: str, text: str) -> None:
    assert _read(text, type=kind) is None


def test_spaces_round_a_text_do_not_count_and_inside_they_do() -> None:
    assert _read("  P  1 ") == "P  1"


def test_two_ways_to_write_one_letter_are_one_text() -> None:
    assert _read("Zoe\u0308") == _read("Zoë") == "Zoë"


def test_a_text_has_a_greatest_length() -> None:
    assert _read("x" * 4_000) == "x" * 4_000
    assert _rule("x" * 4_001) == "longer than 4,000 characters"
    assert _rule("xyz", max_length=2) == "longer than 2 characters"


@pytest.mark.parametrize(
    ("text", "form", "day"),
    [
        ("2024-02-29", "iso", date(2024, 2, 29)),
        ("29/02/2024", "uk", date(2024, 2, 29)),
        ("1/2/2024", "uk", date(2024, 2, 1)),
        ("2026-03-01", "iso", TODAY),
        ("1900-01-01", "iso", date(1900, 1, 1)),
    ],
)
def test_a_date_is_read_in_the_form_declared(text: str, form: str, day: date) -> None:
    assert _read(text, type="date", format=form) == day_span(day)


@pytest.mark.parametrize(
    ("text", "form", "rule"),
    [
        ("2023-02-29", "iso", "no such day in the calendar"),
        ("0000-01-01", "iso", "no such day in the calendar"),
        ("31/04/2024", "uk", "no such day in the calendar"),
        ("29/02/24", "uk", "not a date written dd/mm/yyyy"),
        ("2024-02-28", "uk", "not a date written dd/mm/yyyy"),
        ("2024-W01-1", "iso", "not a date written yyyy-mm-dd"),
        ("\u0662\u0660\u0662\u0664-01-01", "iso", "not a date written yyyy-mm-dd"),
        ("2026-03-02", "iso", "after the day of import"),
        ("1899-12-31", "iso", "before 1900"),
    ],
)
def test_a_date_that_cannot_be_is_refused(text: str, form: str, rule: str) -> None:
    assert _rule(text, type="date", format=form) == rule


def test_a_review_may_lie_in_the_future() -> None:
    assert _read("2026-03-02", type="date", may_be_future=True) == day_span(date(2026, 3, 2))


def test_a_month_is_its_first_and_last_day() -> None:
    assert _read("2024-02", type="month") == month_span(2024, 2)
    assert text_of(_read("2024-02", type="month")) == "2024-02"
    assert _read("2026-03", type="month") == month_span(2026, 3)
    assert _rule("2024-13", type="month") == "not a month written yyyy-mm"
    assert _rule("0000-01", type="month") == "not a month written yyyy-mm"
    assert _rule("2026-04", type="month") == "after the day of import"


@pytest.mark.parametrize(
    ("text", "utc"),
    [
        ("2025-07-01T22:30", datetime(2025, 7, 1, 21, 30, tzinfo=UTC)),
        ("2025-07-01 22:30:15Z", datetime(2025, 7, 1, 22, 30, 15, tzinfo=UTC)),
        ("2025-01-01T00:10+01:00", datetime(2024, 12, 31, 23, 10, tzinfo=UTC)),
        # The hour that the clocks repeat in the autumn: the first is meant.
        ("2025-10-26T01:30", datetime(2025, 10, 26, 0, 30, tzinfo=UTC)),
    ],
)
def test_a_time_without_an_offset_is_londons(text: str, utc: datetime) -> None:
    assert _read(text, type="instant") == instant_span(utc)


def test_an_instant_column_may_hold_a_day() -> None:
    assert _read("2025-07-01", type="instant") == day_span(date(2025, 7, 1))
    assert _read("01/07/2025 22:30", type="instant", format="uk") == _read("2025-07-01T22:30", type="instant")


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("2025-03-30T01:30", "no such time in London on that day: the clocks went forward"),
        ("2025-03-29T24:00", "no such time of day"),
        ("2025-03-29T12:00+99:00", "no such time of day"),
        (
            "2025-03-29T1200",
            "not a time written hh:mm or hh:mm:ss, with or without Z or an offset such as +01:00",
        ),
    ],
)
def test_a_time_that_cannot_be_is_refused(text: str, rule: str) -> None:
    assert _rule(text, type="instant") == rule


@pytest.mark.parametrize("text", ["nan", "inf", "1e1", "1_0", "53,2", "", "181"])
def test_what_is_no_longitude_is_refused(text: str) -> None:
    if text:
        assert _rule(text, type="longitude") == "not a longitude in degrees"
    assert _rule("90.1", type="latitude") == "not a latitude in degrees"
    assert _read("-2.50", type="longitude") == -2.5


def test_words_are_those_of_the_dictionary_and_a_file_may_have_its_own() -> None:
    column = {"type": "word", "words": "role", "translate": {"Injured party": "victim"}}
    assert _read(" Injured party ", **column) == "victim"
    assert _rule("Villain", **column).startswith("not one of: child_in_need_of_help, victim")
    assert _read("park", type="word", words="sorts of Location") == "park"
    assert _read("SEEN_WITH", type="word", words="ties") == "SEEN_WITH"
    assert _read("missing", type="word", words="capacities of INVOLVED_IN") == "missing"


def test_numbers_and_answers_keep_their_kind() -> None:
    assert (_read("-12", type="integer"), _read("70.5", type="number")) == (-12, 70.5)
    assert [_read(text, type="yes_no") for text in ("Yes", "N", "true", "0")] == [True, False, True, False]
    assert _rule("perhaps", type="yes_no") == "neither yes nor no"
    assert _rule("1.5", type="integer") == "not a whole number"


def test_several_values_are_told_apart_once_each() -> None:
    assert _read(" a; b ;;a ", many=True) == ["a", "b"]
    assert _read("w06000001; E06000049,E06000049", type="area_codes") == ["E06000049", "W06000001"]
    assert _rule("E0600004", type="area_code").startswith("not an area code")


def test_an_agreement_ends_on_a_day_or_says_that_it_does_not() -> None:
    assert _read("none", type="expiry") == "none"
    assert _read("31/03/2030", type="expiry", format="uk") == "2030-03-31"
    assert _rule("never", type="expiry") == "not a date written yyyy-mm-dd"


@pytest.mark.parametrize(
    ("kind", "rule"),
    [
        ("nhs_number", "not an NHS number (ten digits, check digit)"),
        ("upn", "not a UPN (thirteen characters, check letter)"),
        ("pnc_id", "not a PNC ID (YYYY/NNNNNNNL, check letter)"),
    ],
)
def test_identifiers_are_checked(kind: str, rule: str) -> None:
    assert _rule("1234567890", type=kind) == rule


def test_an_instant_as_text_is_in_utc() -> None:
    span = _read("2025-07-01T22:30", type="instant")
    assert isinstance(span, Span) and text_of(span) == "2025-07-01T21:30:00Z"
