"""Tests of ingest.sheets and ingest.sources."""

from __future__ import annotations

import pytest

from ingest.mapping_files import Column, Source
from ingest.sheets import AGENCY, Cells, Derived, Memo, Row
from ingest.sources import Texts, names_of, texts_of, value_of
from tests.ingest.builders import TODAY

_COLUMNS = {
    "ref": Column(type="text"),
    "lon": Column(type="longitude"),
    "lat": Column(type="latitude"),
    "gone": Column(type="text"),
}
_CELLS = Cells(_COLUMNS, ["lat", "ref", "extra", "lon"], TODAY)


def test_a_memo_keeps_a_bounded_number_of_answers() -> None:
    asked: list[int] = []

    def double(key: int) -> int:
        asked.append(key)
        return key * 2

    memo = Memo(double, limit=3)
    assert [memo[key] for key in (1, 2, 1, 3, 4, 1)] == [2, 4, 2, 6, 8, 2]
    assert asked == [1, 2, 3, 4, 1] and len(memo) <= 3


def test_a_derived_value_is_made_once_for_equal_cells() -> None:
    made: list[Row] = []

    def count(row: Row) -> int:
        made.append(row)
        return len(made)

    derived = Derived(["ref", "gone"], count, _CELLS.readers)
    sheet = _CELLS.sheet([["1", " a", "", "2"], ["1", "b", "", "2"], ["3", " a", "", "4"]])
    assert list(sheet.of(derived)) == list(sheet.of(derived)) == [1, 2, 1]
    assert made == [{"ref": "a", "gone": None}, {"ref": "b", "gone": None}]


def test_what_depends_on_no_column_is_the_same_for_every_row() -> None:
    derived: Derived[str] = Derived(["gone"], lambda row: str(row["gone"]), _CELLS.readers)
    assert list(_CELLS.sheet([["", "", "", ""]] * 3).of(derived)) == ["None"] * 3


def test_a_reference_keeps_coordinates_as_written_and_needs_both() -> None:
    sheet = _CELLS.sheet([["53.20", "", "", " -2.050 "], ["53.20", "", "", " "]])
    assert list(sheet.of(texts_of(["lon", "lat"], _COLUMNS, _CELLS.reference_readers))) == [
        "-2.050,53.20",
        "",
    ]


@pytest.mark.parametrize("text", ["x", "Zoe\u0308 "])
def test_a_plain_text_is_read_as_a_cell_is(text: str) -> None:
    sheet = _CELLS.sheet([["", text, "", ""], ["", " ", "", ""]])
    assert list(sheet.of(Texts("ref", _CELLS.readers))) == [_CELLS.readers["ref"](text), ""]
    assert list(sheet.of(Texts("gone", _CELLS.readers))) == ["", ""]


def test_some_rows_of_a_sheet_may_come_twice_with_a_column_replaced() -> None:
    sheet = _CELLS.sheet([["1", "a", "", "2"], ["3", "b", "", "4"]]).at([1, 1, 0], {"ref": ["x", "y", "z"]})
    assert (sheet.count, sheet.columns["lat"], sheet.columns["ref"]) == (3, ["3", "3", "1"], ["x", "y", "z"])


@pytest.mark.parametrize(
    ("source", "cell", "value"),
    [
        ("fixed", "x", "fixed"),
        (500, "x", 500),
        ("{agency}/ref", "x", "Example Council/ref"),
        ({"column": "ref"}, "x", "x"),
        ({"column": "ref"}, None, None),
        ({"column": "ref", "if_blank": "{agency}"}, None, "Example Council"),
        ({"column": "ref", "if_blank": ""}, None, ""),
        ({"column": "ref", "table": {"x": "y"}}, "x", "y"),
        ({"column": "ref", "table": {"x": "y"}}, "z", "z"),
        ({"column": "ref", "table": {"x": "y"}, "otherwise": "w"}, "z", "w"),
    ],
)
def test_a_source_gives_a_constant_or_a_cell(source: object, cell: str | None, value: object) -> None:
    found = Source.model_validate(source)
    assert value_of(found, {"ref": cell, AGENCY: "Example Council"}) == value
    assert names_of(found, None) <= {"ref", AGENCY}
