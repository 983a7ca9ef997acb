"""Text of a cell to a value: one reader for each type of column, each with its rule in words."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import partial
from typing import Final
from unicodedata import normalize

from graph.model.spans import LONDON, Span, day_number, day_of, day_span, instant_span, month_span
from ingest import identifiers
from ingest.mapping_checks import vocabulary
from ingest.mapping_files import Column

Value = str | int | float | bool | Span | list[str] | None

_NUMBER: Final = re.compile(r"[+-]?[0-9]{1,15}(\.[0-9]{1,20})?")
_INTEGER: Final = re.compile(r"[+-]?[0-9]{1,15}")
_ISO: Final = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_UK: Final = re.compile(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})")
_MONTH: Final = re.compile(r"([0-9]{4})-([0-9]{2})")
_CLOCK: Final = re.compile(r"([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:\.0+)?)?(Z|[+-][0-9]{2}:?[0-9]{2})?")
_AREA: Final = re.compile(r"[EWSNK][0-9]{8}")
_YES: Final = {
    "yes": True,
    "y": True,
    "true": True,
    "1": True,
    "no": False,
    "n": False,
    "false": False,
    "0": False,
}
_FIRST_YEAR: Final = 1900


class CellError(ValueError):
    """A cell that breaks the rule of its column; the message is the rule."""


def cell_reader(column: Column, today: date) -> Callable[[str], Value]:
    """Return what reads the cells of a column.

    Parameters
    ----------
    column : Column
        One column of a mapping.
    today : date
        The day of import.

    Returns
    -------
    callable
        Takes the text as written; returns the value, or None for a blank cell. It raises `CellError` for a
        cell that breaks the rule.
    """
    read = _readers(column, today)[column.type]

    def _cell(raw: str) -> Value:
        text = raw.strip()
        if not text:
            return None
        if len(text) > column.max_length:
            raise CellError(f"longer than {column.max_length:,} characters")
        return read(text if text.isascii() else normalize("NFC", text))

    return _cell


def _readers(column: Column, today: date) -> dict[str, Callable[[str], Value]]:
    last = None if column.may_be_future else day_number(today)
    words = frozenset(vocabulary(column))
    listed = ", ".join(vocabulary(column))
    return {
        "text": _many if column.many else str,
        "word": lambda text: _word(column.translate.get(text, text), words, listed),
        "date": lambda text: _bounded(_day(text, column.format), last),
        "month": lambda text: _bounded(_month(text), last),
        "instant": lambda text: _bounded(_instant(text, column.format), last),
        "longitude": partial(_degrees, limit=180.0, rule="not a longitude in degrees"),
        "latitude": partial(_degrees, limit=90.0, rule="not a latitude in degrees"),
        "integer": partial(_shaped, shape=_INTEGER, make=int, rule="not a whole number"),
        "number": partial(_shaped, shape=_NUMBER, make=float, rule="not a number"),
        "yes_no": _yes_no,
        "area_code": _area,
        "area_codes": _areas,
        "expiry": lambda text: (
            text if text == "none" else _iso_text(_bounded(_day(text, column.format), None))
        ),
        "nhs_number": partial(
            _identifier, read=identifiers.nhs_number, rule="not an NHS number (ten digits, check digit)"
        ),
        "upn": partial(
            _identifier, read=identifiers.upn, rule="not a UPN (thirteen characters, check letter)"
        ),
        "pnc_id": partial(
            _identifier, read=identifiers.pnc_id, rule="not a PNC ID (YYYY/NNNNNNNL, check letter)"
        ),
    }


def text_of(value: Value) -> str:
    """Return a value as text, the form that identifies.

    Parameters
    ----------
    value : Value
        Read from a cell.

    Returns
    -------
    str
        A day as yyyy-mm-dd, several values with semicolons; empty for None.
    """
    if isinstance(value, Span):
        return _iso_text(value)
    if isinstance(value, list):
        return ";".join(value)
    return "" if value is None else str(value)


def _iso_text(span: Span) -> str:
    if span.from_us is not None:
        return datetime.fromtimestamp(span.from_us // 1_000_000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    day = day_of(span.from_day or 0).isoformat()
    return day[:7] if span.precision == "month" else day


def _many(text: str) -> list[str]:
    return list(dict.fromkeys(part for item in text.split(";") if (part := item.strip())))


def _word(text: str, words: frozenset[str], listed: str) -> str:
    if text not in words:
        raise CellError(f"not one of: {listed}")
    return text


def _shaped(text: str, *, shape: re.Pattern[str], make: Callable[[str], float], rule: str) -> float:
    if not shape.fullmatch(text):
        raise CellError(rule)
    return make(text)


def _degrees(text: str, *, limit: float, rule: str) -> float:
    degrees = _shaped(text, shape=_NUMBER, make=float, rule=rule)
    if abs(degrees) > limit:
        raise CellError(rule)
    return degrees


def _yes_no(text: str) -> bool:
    if text.casefold() not in _YES:
        raise CellError("neither yes nor no")
    return _YES[text.casefold()]


def _area(text: str) -> str:
    if not _AREA.fullmatch(text.upper()):
        raise CellError("not an area code of the Office for National Statistics (a letter and eight digits)")
    return text.upper()


def _areas(text: str) -> list[str]:
    return sorted({_area(part) for part in re.split(r"[;,\s]+", text) if part})


def _identifier(text: str, *, read: Callable[[str], str], rule: str) -> str:
    number = read(text)
    if not number:
        raise CellError(rule)
    return number


def _day(text: str, form: str) -> Span:
    match = (_ISO if form == "iso" else _UK).fullmatch(text)
    if match is None:
        raise CellError(f"not a date written {'yyyy-mm-dd' if form == 'iso' else 'dd/mm/yyyy'}")
    year, month, day = map(int, match.groups() if form == "iso" else match.groups()[::-1])
    try:
        return day_span(date(year, month, day))
    except ValueError:
        raise CellError("no such day in the calendar") from None


def _month(text: str) -> Span:
    match = _MONTH.fullmatch(text)
    if match is None or not 1 <= int(match[2]) <= 12 or not int(match[1]):
        raise CellError("not a month written yyyy-mm")
    return month_span(int(match[1]), int(match[2]))


def _instant(text: str, form: str) -> Span:
    day, _, clock = text.replace("T", " ").partition(" ")
    span = _day(day, form)
    if not clock:
        return span
    match = _CLOCK.fullmatch(clock.strip())
    if match is None:
        raise CellError("not a time written hh:mm or hh:mm:ss, with or without Z or an offset such as +01:00")
    hour, minute, second = (int(part or 0) for part in match.groups()[:3])
    try:
        civil = datetime.combine(day_of(span.from_day or 0), datetime.min.time()).replace(
            hour=hour, minute=minute, second=second
        )
        return instant_span(_zoned(civil, match[4]))
    except CellError:
        raise
    except (ValueError, OverflowError):
        raise CellError("no such time of day") from None


def _zoned(civil: datetime, offset: str | None) -> datetime:
    if offset:
        return datetime.fromisoformat(f"{civil.isoformat()}{offset}")
    there = civil.replace(tzinfo=LONDON)
    # An hour of the spring is skipped by the clocks; an hour of the autumn comes twice: the first is meant.
    if there.astimezone(UTC).astimezone(LONDON).replace(tzinfo=None) != civil:
        raise CellError("no such time in London on that day: the clocks went forward")
    return there


def _bounded(span: Span, last: int | None) -> Span:
    first = span.from_day or 0
    if day_of(first).year < _FIRST_YEAR:
        raise CellError(f"before {_FIRST_YEAR}")
    if last is not None and first > last:
        raise CellError("after the day of import")
    return span
