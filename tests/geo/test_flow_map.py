"""The flow map: no flow is lost, ways there and back stay apart, and it says what it leaves out."""

from __future__ import annotations

import re
from itertools import combinations, permutations

import numpy as np
import pytest

from geo.flow_arrows import Flow, classes_of, drawn_flows
from geo.flow_map import MOST_BOXES, MOST_FLOWS, OTHER, flow_map
from geo.page import Page, lettered
from geo.picture import Picture
from tests.app.documents.hostile import NAMES
from tests.geo.pictures import AREAS, check_sound, overlapping, words_in

LIMITS = "An area that records more shows more."


def drawn(flows: list[tuple[str, str, int]], areas: list[tuple[str, str, object]] | None = None) -> Picture:
    return flow_map(
        AREAS if areas is None else areas,
        flows,
        title="People seen away from home",
        marking="OFFICIAL",
        period="2024-01-01 to 2025-12-31",
        n=412,
        limits=LIMITS,
        meaning="people",
    )


def test_numbers_names_method_period_n_and_limits_are_printed() -> None:
    picture = drawn([("E01", "E02", 62), ("E02", "E01", 14), ("E01", "E01", 80)])
    check_sound(picture, "OFFICIAL")
    words = words_in(picture)
    assert {"62", "14", "Eastham", "Mill Cross", "Oakmere"} <= set(words)
    printed = " ".join(words)
    for said in ("76 in all", "80 within one area", "2024-01-01 to 2025-12-31", "n = 412", LIMITS, "Method:"):
        assert said in printed
    assert "Eastham to Mill Cross: 62; Mill Cross to Eastham: 14." in picture.alt


def test_areas_without_a_shape_stand_in_boxes_so_that_no_flow_is_lost() -> None:
    flows = [("E01", "unknown", 9), ("outside the areas loaded", "E02", 21), ("unknown", "E99", 3)]
    words = words_in(drawn(flows))
    assert {"9", "21", "3", "unknown", "E99", "not on this map"} <= set(words)
    assert "outside the areas" in " ".join(words)


def test_many_areas_without_a_shape_share_a_box() -> None:
    flows = [("E01", f"X{k:02}", k + 1) for k in range(12)] + [("X00", "X01", 2)]
    picture = drawn(flows)
    boxes = [word for word in words_in(picture) if re.fullmatch(r"X\d\d", word)]
    assert len(boxes) == MOST_BOXES - 1
    assert f"2 between areas that share the box '{OTHER}', not drawn." in picture.alt
    shown = sum(int(count) for count in re.findall(r" to [^:;]+: (\d+)", picture.alt.split("n = 412.")[1]))
    assert shown + 2 == sum(count for _, _, count in flows)


def test_of_many_flows_the_largest_are_drawn_and_the_rest_is_counted() -> None:
    codes = [f"E{k:02}" for k in range(8)]
    flows = [(a, b, n + 1) for n, (a, b) in enumerate(permutations(codes, 2))]
    picture = drawn(flows)
    rest = len(flows) - MOST_FLOWS
    said = f"The {rest} smallest, {sum(range(1, rest + 1)):,} in all, are not drawn."
    assert said in picture.alt
    assert f"{len(flows)} flows" in picture.alt


def test_without_flows_the_map_says_so() -> None:
    for flows in ([], [("E01", "E01", 4)], [("E01", "E02", 0)]):
        picture = drawn(flows)
        check_sound(picture, "OFFICIAL")
        assert "No flow between areas is recorded" in words_in(picture)
        assert "Nothing recorded goes from one area to another." in picture.alt


def test_without_areas_every_flow_is_between_boxes() -> None:
    picture = drawn([("A", "B", 3)], [])
    check_sound(picture, "OFFICIAL")
    assert {"A", "B", "3"} <= set(words_in(picture))


def test_the_same_pair_twice_is_one_arrow_and_the_order_says_nothing() -> None:
    flows = [("E01", "E02", 2), ("E02", "E03", 7), ("E01", "E02", 3)]
    assert drawn(flows) == drawn([("E02", "E03", 7), ("E01", "E02", 5)])


def test_ways_there_and_back_are_apart_and_numbers_do_not_overlap() -> None:
    flows = [Flow(a, b, 100 + n) for n, (a, b) in enumerate(permutations(["E01", "E02", "E03"], 2))]
    with lettered():
        axes = Page("T", "M").frame()
        drawn_flows(axes, AREAS, flows)
        numbers = [str(flow.magnitude) for flow in flows]
        assert overlapping(axes, [*numbers, "Eastham", "Mill Cross", "Oakmere"]) == []
        boxes = [text.get_window_extent() for text in axes.texts if text.get_text() in numbers]
        middles = [(box.x0 + box.width / 2, box.y0 + box.height / 2) for box in boxes]
    assert len(middles) == 6
    for one, other in combinations(middles, 2):
        assert np.hypot(one[0] - other[0], one[1] - other[1]) > 30


@pytest.mark.parametrize(("most", "least"), [(4, 1), (499, 50), (500, 500), (61_000, 50_000)])
def test_classes_of_width_follow_the_largest_flow(most: int, least: int) -> None:
    classes = classes_of([Flow("a", "b", 1), Flow("b", "a", most)])
    assert classes[0] == 1
    assert list(classes) == sorted(classes)
    assert classes[-1] == max(50, least)
    assert most < 10 * classes[-1] * 2


def test_areas_without_an_arrow_are_named_where_there_is_room_only() -> None:
    crowd = [(f"C{k}", f"Crowded area {k}", AREAS[0][2]) for k in range(30)]
    words = words_in(drawn([("E02", "E03", 1)], [*AREAS, *crowd]))
    assert {"Mill Cross", "Oakmere"} <= set(words)
    assert sum(word.startswith("Crowded") for word in words) < 12


@pytest.mark.parametrize("start", range(0, 200, 20))
def test_hostile_names_of_areas_make_no_warning_and_no_markup(start: int) -> None:
    names = NAMES[start : start + 20]
    areas = [(f"H{n}", name, AREAS[n % 3][2]) for n, name in enumerate(names)]
    flows = [(f"H{n}", name, n + 1) for n, name in enumerate(names)]
    check_sound(drawn(flows, areas), "OFFICIAL")
