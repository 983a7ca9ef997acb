"""The page of every picture: its words, its files, and that it is the same each time."""

from __future__ import annotations

import pytest
from matplotlib import rcParams
from matplotlib.lines import Line2D

from geo.page import Page, fitted, lettered
from geo.picture import Picture
from tests.app.documents.hostile import NAMES
from tests.geo.pictures import check_sound, words_in


def drawn(title: str = "A title", marking: str = "OFFICIAL", words: str = "Words.") -> Picture:
    with lettered():
        page = Page(title, marking, states=("UNCONFIRMED", "DRAFT"), height_inches=6)
        page.say(words)
        page.note(words)
        page.key([Line2D([], [], label=f"entry {n}") for n in range(7)])
        page.slot().set_text("kept")
        fitted(page.frame(), 0, 0, 10, 10)
        return page.picture("What it shows.")


def test_marking_stands_at_the_top_and_at_the_bottom_and_states_under_it() -> None:
    picture = drawn()
    check_sound(picture, "OFFICIAL")
    words = words_in(picture)
    assert "UNCONFIRMED · DRAFT" in words
    assert words.count("Words.") == 2
    assert {f"entry {n}" for n in range(7)} <= set(words)
    assert "kept" in words


def test_the_same_page_gives_the_same_bytes_and_other_words_others() -> None:
    assert drawn() == drawn()
    assert drawn("B").png != drawn().png
    assert drawn("B").svg != drawn().svg


def test_long_words_are_wrapped_or_cut_and_stay_on_the_page() -> None:
    picture = drawn("Very long title " * 40, "OFFICIAL", "W" * 4000 + " end of a long sentence" * 300)
    check_sound(picture, "OFFICIAL")
    assert any(word.endswith(" …") for word in words_in(picture))


def test_a_long_marking_takes_two_lines_at_the_top_and_at_the_bottom() -> None:
    words = words_in(drawn(marking="OFFICIAL-SENSITIVE: for the operational group only " * 3))
    assert sum(word.startswith("OFFICIAL-SENSITIVE") for word in words) == 4


@pytest.mark.parametrize("start", range(0, 200, 50))
def test_hostile_words_make_no_warning_and_no_markup(start: int) -> None:
    for name in NAMES[start : start + 50 : 5]:
        check_sound(drawn(name, "OFFICIAL", name), "OFFICIAL")


def test_settings_of_others_are_left_alone() -> None:
    before = dict(rcParams)
    drawn()
    assert dict(rcParams) == before


def test_a_frame_is_as_long_one_way_as_the_other() -> None:
    with lettered():
        axes = Page("T", "M").frame()
        fitted(axes, 0, 0, 100, 1)
        box, (west, east), (south, north) = axes.get_window_extent(), axes.get_xlim(), axes.get_ylim()
    assert (east - west) / box.width == pytest.approx((north - south) / box.height)
    assert west <= 0
    assert east >= 100
