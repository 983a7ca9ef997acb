"""Where things go on the page."""

from __future__ import annotations

import struct
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.documents.document import Table
from app.documents.layout import (
    TALLEST_FIGURE_MM,
    TEXT_WIDTH_MM,
    column_shares,
    control_line,
    figure_size_mm,
    size_pixels,
    whole_rows,
)
from tests.app.documents.sample import briefing, ring


def _png(width: int, height: int) -> bytes:
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sII", 13, b"IHDR", width, height)


def _table(*headings: str, widths: tuple[float, ...]) -> Table:
    return Table("Caption", headings, (tuple("x" for _ in headings),), widths)


def test_the_size_is_what_the_png_states() -> None:
    assert size_pixels(ring().png) == (1120, 672)


def test_a_wide_picture_is_as_wide_as_the_text_and_a_tall_one_as_tall_as_may_be() -> None:
    assert figure_size_mm(_png(400, 100)) == (TEXT_WIDTH_MM, TEXT_WIDTH_MM / 4)
    assert figure_size_mm(_png(100, 400)) == (TALLEST_FIGURE_MM / 4, TALLEST_FIGURE_MM)


def test_shares_are_as_asked_where_the_headings_fit() -> None:
    assert column_shares(_table("From", "To", widths=(1, 3))) == pytest.approx((0.25, 0.75))


def test_a_column_is_widened_to_the_longest_word_of_its_heading() -> None:
    narrow, wide = column_shares(_table("Independent sources", "Text", widths=(1, 99)))
    assert narrow * TEXT_WIDTH_MM > len("Independent") * 2
    assert narrow + wide == pytest.approx(1)


def test_headings_that_cannot_all_fit_leave_the_shares_as_asked() -> None:
    assert column_shares(_table("W" * 60, "W" * 60, widths=(1, 3))) == pytest.approx((0.25, 0.75))


@pytest.mark.properties
@given(st.lists(st.tuples(st.text("abc ", max_size=40), st.floats(0.001, 1000)), min_size=1, max_size=12))
def test_shares_fill_the_width_and_none_is_nought(columns: list[tuple[str, float]]) -> None:
    shares = column_shares(_table(*(heading for heading, _ in columns), widths=tuple(w for _, w in columns)))
    assert sum(shares) == pytest.approx(1)
    assert min(shares) > 0


def test_a_row_that_may_be_taller_than_a_page_is_not_kept_whole() -> None:
    table = replace(
        _table("A", "B", widths=(1, 1)), rows=(("a", "b"), ("a", "word " * 900), ("a\n" * 40, "b"))
    )
    assert whole_rows(table) == (True, False, False)


def test_the_line_under_the_title_repeats_marking_states_and_reference() -> None:
    assert control_line(briefing()) == (
        "OFFICIAL-SENSITIVE: SAFEGUARDING · DRAFT · UNCONFIRMED PEER CLUSTER · KM-2026-0042"
    )
    assert control_line(replace(briefing(), states=(), reference="")) == "OFFICIAL-SENSITIVE: SAFEGUARDING"
