"""Words in a picture: what the font lacks, what is too wide, and where there is room."""

from __future__ import annotations

import unicodedata

import pytest
from matplotlib.font_manager import FontProperties, findfont, get_font

from geo.lettering import REPLACEMENT, Box, LabelRoom, drawable, readable, width_pt, wrapped
from tests.app.documents.hostile import NAMES

CHARMAPS = [
    get_font(findfont(FontProperties(family="DejaVu Sans", weight=weight))).get_charmap()
    for weight in ("normal", "bold")
]


@pytest.mark.parametrize("kept", ["Zoë O\u2019Neill", "Åse-Ørsted", "$x_1$ & <b>", "Борис", "אברהם"])
def test_names_that_the_font_holds_are_drawn_as_they_are(kept: str) -> None:
    assert drawable(kept) == kept


@pytest.mark.parametrize(
    ("name", "drawn"),
    [
        ("王小明", REPLACEMENT * 3),
        ("A\nB\t C", "A B C"),
        ("A\x00B", f"A{REPLACEMENT}B"),
        ("A\u202eB", f"A{REPLACEMENT}B"),
        ("A\ud800B", f"A{REPLACEMENT}B"),
        ("Zoe\u0308", "Zoë"),
        ("A\u200dB", "AB"),
        ("", ""),
    ],
)
def test_what_cannot_be_drawn_is_replaced(name: str, drawn: str) -> None:
    assert drawable(name) == drawn


def test_every_character_of_every_hostile_name_is_in_the_font() -> None:
    assert len(NAMES) >= 200
    for name in NAMES:
        assert all(ord(letter) in held for letter in drawable(name) for held in CHARMAPS), ascii(name)


def test_words_for_those_who_do_not_see_keep_every_script() -> None:
    assert readable("王小明 \x07") == f"王小明 {REPLACEMENT}"
    assert "\u202e" not in readable("a\u202eb")
    assert all(unicodedata.category(letter) != "Cc" for name in NAMES for letter in readable(name))


def test_long_names_end_in_an_ellipsis() -> None:
    assert drawable("Wilhelmina Featherstonehaugh", longest=10) == "Wilhelmin…"
    assert len(drawable("W" * 300, longest=22)) == 22


def test_width_grows_with_letters_size_and_weight() -> None:
    assert width_pt("AB", 10) > width_pt("A", 10) > 0
    assert width_pt("AB", 20) == pytest.approx(2 * width_pt("AB", 10), rel=0.03)
    assert width_pt("AB", 10, bold=True) > width_pt("AB", 10)


@pytest.mark.parametrize("text", ["one two three four five six seven", "W" * 200, "a " * 100, ""])
def test_no_line_is_wider_than_asked(text: str) -> None:
    lines = wrapped(text, 9, 100)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert all(width_pt(line, 9) <= 100 for line in lines)


def test_a_label_takes_the_first_place_that_is_free() -> None:
    room = LabelRoom(Box(0, 0, 100, 100))
    room.take(Box(0, 0, 50, 50))
    spots = [Box(40, 40, 60, 60), Box(90, 90, 110, 110), Box(60, 60, 80, 80), Box(0, 60, 20, 80)]
    assert room.first_free(spots) == 2
    assert room.first_free(spots) == 3
    assert room.first_free(spots) is None


def test_how_much_is_covered_is_added_up_and_outside_is_never_free() -> None:
    room = LabelRoom(Box(0, 0, 100, 100))
    room.take(Box(0, 0, 10, 10))
    room.take(Box(5, 0, 15, 10))
    assert room.covered(Box(5, 0, 10, 10)) == 100
    assert room.covered(Box(50, 50, 60, 60)) == 0
    assert room.covered(Box(95, 0, 105, 10)) == float("inf")
