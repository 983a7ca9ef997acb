"""The map of a briefing: every place has a mark, and a name or a number."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from geo.map_frame import frame_box
from geo.page import Page, lettered
from geo.picture import Picture
from geo.place_map import place_map
from geo.place_marks import LOOKS, PlaceMark, drawn_places, numbered
from tests.app.documents.hostile import NAMES
from tests.geo.pictures import AREAS, check_sound, overlapping, words_in

KINDS = [*LOOKS, "takeaway"]


def some(n: int, *, spread_m: float = 4000, seed: int = 1) -> list[PlaceMark]:
    rng = np.random.default_rng(seed)
    east, north = rng.normal((310_000, 309_000), spread_m, (n, 2)).T
    return [
        PlaceMark(f"Place {k}", KINDS[k % len(KINDS)], float(east[k]), float(north[k]), 1 + k % 4)
        for k in range(n)
    ]


def drawn(places: list[PlaceMark], areas: list[tuple[str, str, object]] | None = None) -> Picture:
    return place_map(
        places,
        AREAS if areas is None else areas,
        title="Places",
        marking="OFFICIAL",
        states=("UNCONFIRMED",),
        notes=("2 homes are left out.",),
    )


def test_a_few_places_have_their_names_beside_them() -> None:
    picture = drawn(some(7))
    check_sound(picture, "OFFICIAL")
    words = words_in(picture)
    assert {"Place 0", "Place 1 (2)", "Place 2 (3)", "UNCONFIRMED", "2 homes are left out."} <= set(words)
    assert {look.words for look in LOOKS.values()} <= set(words)
    assert "7 places." in picture.alt
    assert "Place 1 (location of concern, 2)" in picture.alt


def test_a_crowded_map_has_numbers_and_a_list() -> None:
    picture = drawn(some(40, spread_m=700))
    check_sound(picture, "OFFICIAL")
    words = words_in(picture)
    assert {str(number) for number in range(1, 41)} <= set(words)
    north = numbered(some(40, spread_m=700))[0]
    assert f"1  {north.text}" in [word.split(" (")[0] for word in words]


def test_a_list_that_is_longer_than_the_page_says_how_much_is_left_out() -> None:
    words = words_in(drawn(some(90, spread_m=700)))
    named = sum("  Place " in word for word in words)
    assert named > 30
    assert f"and {90 - named} more, not named here" in words


def test_places_of_one_kind_in_one_spot_are_one_mark() -> None:
    spot = [PlaceMark(text, "event", 310_000.2, 305_000.0, 2) for text in ("B", "A", "A")]
    assert numbered(spot) == (PlaceMark("A, B", "event", 310_000.0, 305_000.0, 6),)
    assert len(numbered([*spot, PlaceMark("A", "school", 310_000.0, 305_000.0, 1)])) == 2


@pytest.mark.parametrize(("n", "spread_m"), [(12, 3000), (60, 2000), (60, 50)])
def test_no_mark_covers_another_and_names_do_not_overlap(n: int, spread_m: float) -> None:
    with lettered():
        page = Page("T", "M")
        marks = numbered(some(n, spread_m=spread_m))
        drawn_places(page, marks, AREAS)
        axes = page.figure.axes[-1]
        frame = frame_box(axes)
        one_each = [line for line in axes.lines if line.get_marker() != "None"]
        spots = [
            (float(np.asarray(line.get_xdata())[0]), float(np.asarray(line.get_ydata())[0]))
            for line in one_each
        ]
        names = [text.get_text() for text in axes.texts if text.get_text().startswith("Place")]
        assert overlapping(axes, names) == []
    assert len(spots) == n
    for (x, y), (u, v) in combinations(spots, 2):
        assert np.hypot(x - u, y - v) > 11
    assert all(0 < x < frame.right and 0 < y < frame.high for x, y in spots)


def test_kinds_are_told_apart_by_shape() -> None:
    assert len({look.shape for look in LOOKS.values()}) == len(LOOKS)


def test_one_place_does_not_fill_the_map_to_the_metre() -> None:
    words = words_in(drawn([PlaceMark("Here", "school", 305_000, 305_000, 1)], []))
    assert {"Here", "school"} <= set(words)
    assert any(word in words for word in ("500 m", "200 m", "1 km"))


def test_without_places_the_map_says_so() -> None:
    for areas in (AREAS, []):
        picture = drawn([], areas)
        check_sound(picture, "OFFICIAL")
        assert "No place to draw" in words_in(picture)
        assert "No place to draw." in picture.alt


def test_the_same_places_in_another_order_give_the_same_picture() -> None:
    assert drawn(some(30)) == drawn(some(30)[::-1])


@pytest.mark.parametrize("start", range(0, 200, 25))
def test_hostile_names_make_no_warning_and_no_markup(start: int) -> None:
    names = NAMES[start : start + 25]
    places = [PlaceMark(name, name, 300_000 + 900 * n, 305_000, 1) for n, name in enumerate(names)]
    check_sound(drawn(places, [("H", names[0], AREAS[0][2])]), "OFFICIAL")
