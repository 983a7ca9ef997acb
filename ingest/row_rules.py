"""Rules over several cells of a row, each a function from the row's values to the rule that it breaks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Final

from geo.crs import GREAT_BRITAIN
from graph.errors import UngradedClaimError
from graph.model.claims import PolicyLabel, Terms, check_grading
from graph.model.spans import Span, day_number, day_of
from ingest.mapping_files import RowRule, Source, Standing
from ingest.normalise import text_of
from ingest.sheets import Row
from ingest.sources import value_of

_ADULT_YEARS: Final = 18
_NEEDS_CONSIDERATION: Final = ("suspect", "convicted")
_NO_LABEL: Final = PolicyLabel("", "", "", "", "", "", "", "", "", "", (), "")


def holds(when: Mapping[str, tuple[str, ...]], row: Row) -> bool:
    """Whether a row is one that a condition asks for.

    Parameters
    ----------
    when : mapping of str to tuple of str
        Columns that must be ``present``, ``blank``, or hold one of some words.
    row : dict of str to value
        The values of these columns.

    Returns
    -------
    bool
        True for no condition.
    """
    for name, words in when.items():
        value = row[name]
        if words in (("present",), ("blank",)):
            if (value is None) == (words == ("present",)):
                return False
        elif text_of(value) not in words:
            return False
    return True


def row_judge(rule: RowRule, today: date) -> Callable[[Row], str]:
    """Return what judges the rows of a rule.

    Parameters
    ----------
    rule : RowRule
        Of a mapping.
    today : date
        The day of import.

    Returns
    -------
    callable
        Takes the row's values; returns the rule when the row breaks it, else nothing.
    """
    checks: dict[str, Callable[..., bool]] = {
        "required": _is_blank,
        "differ": _is_same,
        "in_order": _is_reversed,
        "together": _is_half,
        "great_britain": _is_elsewhere,
        "child_first": lambda *values: _is_child_without(*values, today=today),
        "adult_or_stated": lambda *values: _is_minor_without(*values, today=today),
    }
    breaks = checks[rule.check]

    def _judge(row: Row) -> str:
        broken = holds(rule.when, row) and breaks(*(row[name] for name in rule.columns))
        return rule.rule if broken else ""

    return _judge


def grading_judge(standing: Standing) -> Callable[[Row], str]:
    """Return what judges the grades and the basis of a claim as the model does.

    Parameters
    ----------
    standing : Standing
        What the claim stands on.

    Returns
    -------
    callable
        Takes the row's values; returns the rule when the row breaks it, else nothing.
    """
    sources = grading_sources(standing)

    def _judge(row: Row) -> str:
        source, information, basis = (text_of(value_of(part, row)) for part in sources)
        terms = Terms("", "", "", "", source, information, basis, "", "", "", _NO_LABEL)
        try:
            check_grading(terms)
        except UngradedClaimError as error:
            return str(error)
        return ""

    return _judge


def grading_sources(standing: Standing) -> tuple[Source | None, Source | None, Source | None]:
    """Return where the grades and the basis of a claim come from.

    Parameters
    ----------
    standing : Standing
        What the claim stands on.

    Returns
    -------
    tuple of Source or None
        Source grade, information grade, basis.
    """
    return standing.source_grade, standing.information_grade, standing.basis


def _is_blank(*values: object) -> bool:
    return None in values


def _is_same(first: object, second: object) -> bool:
    return first is not None and first == second


def _is_half(*values: object) -> bool:
    return None in values and any(value is not None for value in values)


def _is_reversed(first: object, second: object) -> bool:
    if not (isinstance(first, Span) and isinstance(second, Span)):
        return False
    if first.from_us is not None and second.to_us is not None:
        return second.to_us < first.from_us
    return (second.to_day or 0) < (first.from_day or 0)


def _is_elsewhere(lon: object, lat: object) -> bool:
    if lon is None and lat is None:
        return False
    if not (isinstance(lon, float) and isinstance(lat, float)):
        return True
    west, south, east, north = GREAT_BRITAIN
    return not (west <= lon <= east and south <= lat <= north)


def _is_child_without(*values: object, today: date) -> bool:
    role, consideration, *age = values
    if role not in _NEEDS_CONSIDERATION or consideration is not None:
        return False
    return _may_be_child(*age, today=today)


def _is_minor_without(*values: object, today: date) -> bool:
    # With nothing to state, a row of a child is always refused.
    stated = values[4:]
    return (not stated or None in stated) and _may_be_child(*values[:4], today=today)


def _may_be_child(born: object, precision: object, since: object, reported: object, *, today: date) -> bool:
    day = next((span.from_day for span in (since, reported) if isinstance(span, Span)), None)
    # A birth known by its year only may be of a child: it counts as one.
    if not isinstance(born, Span) or precision == "year":
        return True
    youngest = day_of(born.from_day or 0)
    if precision == "month":
        youngest = date(youngest.year + youngest.month // 12, youngest.month % 12 + 1, 1)
    return _years(youngest, day_of(day if day is not None else day_number(today))) < _ADULT_YEARS


def _years(born: date, day: date) -> int:
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))
