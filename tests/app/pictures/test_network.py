"""The picture of a network: readable at 25 and at 300 people, and it says what it does not show."""

from __future__ import annotations

import re
import time

import numpy as np
import pytest
from matplotlib.collections import PathCollection
from scipy.spatial.distance import pdist

from app.pictures.marks import KINDS, WAYS, Line, Mark
from app.pictures.network import PLAIN, network_picture
from app.pictures.network_drawing import drawn_network
from geo.map_frame import points_in
from geo.page import Page, lettered
from geo.picture import Picture
from tests.app.documents.hostile import NAMES
from tests.app.pictures.invented import ALL_KINDS, Invented, network
from tests.geo.pictures import check_sound, overlapping, words_in


def drawn(what: Invented, **more: object) -> Picture:
    return network_picture(*what, title="Invented", marking="OFFICIAL", states=("UNCONFIRMED",), **more)  # type: ignore[arg-type]


def test_who_is_in_it_and_how_they_are_tied_is_printed() -> None:
    what = network(25)
    picture = drawn(what, notes=("3 people have no tie.",))
    check_sound(picture, "OFFICIAL")
    words, printed = words_in(picture), " ".join(words_in(picture))
    assert {mark.label for mark in what.marks} <= set(words)
    together, disputed = sum(x.co_presence for x in what.lines), sum(x.disputed for x in what.lines)
    children = sum(mark.kind == "child" for mark in what.marks)
    for said in (
        f"25 people ({children} children or of unknown age, {25 - children} adults)",
        "16 of all in 2 peer clusters (unconfirmed)",
        f"57 ties: {57 - together} stated, {together} co-presence only; {disputed} disputed",
        "3 people have no tie.",
        "Every label is shown.",
        PLAIN,
    ):
        assert said in printed
        assert said in picture.alt
    assert picture.alt.startswith("UNCONFIRMED Network. Invented.")


def test_the_key_holds_what_is_drawn_and_nothing_else() -> None:
    words = set(words_in(drawn(network(25))))
    assert {"child, or age unknown", "adult", *list(WAYS.values())[:2]} <= words
    assert "place" not in words
    every = set(words_in(drawn(network(25, kinds=ALL_KINDS))))
    assert {look.words for look in KINDS.values()} <= every


@pytest.mark.parametrize(("people", "hidden_at_most"), [(25, 0), (300, 30)])
def test_marks_and_labels_are_readable(people: int, hidden_at_most: int) -> None:
    what = network(people)
    with lettered():
        page = Page("T", "M")
        page.say("words " * 30, size_pt=11)
        page.note("words " * 60)
        axes = page.frame()
        hidden = drawn_network(axes, *what)
        marks = [drawn for drawn in axes.collections if isinstance(drawn, PathCollection)]
        size = max(float(np.sqrt(drawn.get_sizes()[0])) for drawn in marks)
        spots = np.array([points_in(axes, *what.places[mark.id]) for mark in what.marks])
        labels = {mark.label for mark in what.marks}
        assert overlapping(axes, sorted(labels)) == []
        assert min(text.get_fontsize() for text in axes.texts) >= 7  # type: ignore[operator]
    # Between any two marks there is at least half a mark of paper.
    assert pdist(spots).min() >= 1.5 * size
    assert size >= 6
    assert hidden <= hidden_at_most


def test_full_names_of_twenty_five_people_have_room_but_for_few() -> None:
    names = [f"{first} Invented-{last}" for first in ("Callum", "Aisha", "Jo") for last in ("Smith", "Lee")]
    picture = drawn(network(25, labels=names))
    found = re.search(r"(\d+) labels? not shown", picture.alt)
    assert found is None or int(found[1]) <= 3


def test_labels_that_have_no_room_are_counted() -> None:
    what = network(300, labels=["Wilhelmina Featherstone"])
    picture = drawn(what)
    found = re.search(r"(\d+) labels not shown for want of room", picture.alt)
    assert found is not None
    shown = sum(word.startswith("Wilhelmina") for word in words_in(picture))
    assert shown + int(found[1]) == 300
    assert found[0] in " ".join(words_in(picture))


def test_a_tie_to_somebody_who_is_not_drawn_is_counted() -> None:
    marks = [Mark(1, "A.", "child", -1), Mark(2, "B.", "adult", -1)]
    lines = [Line(1, 2, 1.0, False, False), Line(2, 3, 1.0, True, False), Line(7, 8, 1.0, True, False)]
    picture = network_picture(marks, lines, {1: (0, 0), 2: (1, 1)}, title="T", marking="OFFICIAL")
    assert "2 ties to somebody who is not drawn are left out." in picture.alt
    assert "1 tie: 1 stated, 0 co-presence only; 0 disputed" in picture.alt


def test_clusters_are_numbered_where_there_are_several_and_named_as_asked() -> None:
    marks = [Mark(k, "", "child", 4 + k // 3) for k in range(6)]
    places = {k: (float(k % 3) + 8 * (k // 3), float(k % 2)) for k in range(6)}
    words = words_in(network_picture(marks, [], places, title="T", marking="M"))
    assert {"5", "6", "peer cluster (unconfirmed), numbered"} <= set(words)
    one = network_picture(marks[:3], [], places, title="T", marking="M", part_words="peer group (confirmed)")
    assert "peer group (confirmed)" in words_in(one)
    assert "5" not in words_in(one)
    assert "3 of all in 1 peer group (confirmed)" in one.alt


def test_nobody_is_a_picture_too() -> None:
    picture = network_picture([], [], {}, title="T", marking="OFFICIAL")
    check_sound(picture, "OFFICIAL")
    assert "0 people; no ties between them." in picture.alt
    check_sound(
        network_picture([Mark(1, "A.", "child", 0)], [], {1: (0, 0)}, title="T", marking="OFFICIAL"),
        "OFFICIAL",
    )


def test_the_same_network_gives_the_same_bytes() -> None:
    assert drawn(network(25)) == drawn(network(25))


def test_three_hundred_people_are_drawn_in_seconds_and_in_less_than_a_megabyte() -> None:
    what = network(300)
    began = time.thread_time()
    picture = drawn(what)
    assert time.thread_time() - began < 5
    assert len(picture.svg) < 700_000
    assert len(picture.png) < 1_500_000


@pytest.mark.parametrize("start", range(0, 200, 25))
def test_hostile_names_make_no_warning_and_no_markup(start: int) -> None:
    names = NAMES[start : start + 25]
    picture = network_picture(
        *network(25, labels=names, kinds=names),
        title=names[0],
        marking="OFFICIAL",
        states=(names[1],),
        notes=names[2:5],
        part_words=names[6],
    )
    check_sound(picture, "OFFICIAL")
