"""Kinds and ties are told apart by shape, by dashes, and by colour with any colour vision."""

from __future__ import annotations

from itertools import combinations, pairwise

import pytest

from app.pictures.marks import (
    BACKGROUNDS,
    DASHES,
    DISPUTED,
    EDGE,
    KINDS,
    STATED,
    STRENGTHS,
    TOGETHER,
    WAYS,
    look_of,
    strength_class,
)
from geo.page import ALARM, INK, SOFT
from geo.place_marks import LOOKS
from tests.app.pictures.colours import VISIONS, contrast, difference


def test_contrast_is_that_of_the_standard() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21, abs=0.01)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


def test_each_kind_has_a_shape_and_each_way_of_knowing_has_dashes_of_its_own() -> None:
    assert len({look.shape for look in KINDS.values()}) == len(KINDS)
    assert len({str(dash) for dash in DASHES.values()}) == len(DASHES) == len(WAYS)
    widths = [width for _, width, _ in STRENGTHS]
    assert all(wide >= 1.5 * thin for wide, thin in pairwise(widths))


@pytest.mark.parametrize("colour", [EDGE, STATED, TOGETHER, DISPUTED])
def test_outlines_and_ties_stand_out_from_paper_and_ground(colour: str) -> None:
    assert all(contrast(colour, ground) >= 3 for ground in BACKGROUNDS)


@pytest.mark.parametrize("colour", [INK, SOFT, ALARM])
def test_words_stand_out_from_paper_and_ground(colour: str) -> None:
    assert all(contrast(colour, ground) >= 4.5 for ground in BACKGROUNDS)


@pytest.mark.parametrize("vision", VISIONS)
def test_colours_differ_with_any_colour_vision(vision: str) -> None:
    for looks in (KINDS, LOOKS):
        colours = [look.colour for look in looks.values()]
        assert min(difference(a, b, vision) for a, b in combinations(colours, 2)) > 12
    assert difference(KINDS["child"].colour, KINDS["adult"].colour, vision) > 40
    assert min(difference(a, b, vision) for a, b in combinations((STATED, TOGETHER, DISPUTED), 2)) > 12


def test_a_kind_of_its_own_looks_like_other() -> None:
    assert look_of("zeppelin") == KINDS["other"]
    assert look_of("child") == KINDS["child"]


@pytest.mark.parametrize(("strength", "row"), [(5.0, 0), (1.0, 0), (0.99, 1), (0.5, 1), (0.1, 2), (0.0, 2)])
def test_strengths_fall_into_three_classes(strength: float, row: int) -> None:
    assert strength_class(strength) == row
