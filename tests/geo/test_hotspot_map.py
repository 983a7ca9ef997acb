"""The picture: it opens, says in words what it shows, and is the same each time."""

from __future__ import annotations

from io import BytesIO

import numpy as np
import pytest
import shapely
from PIL import Image

from geo.hotspot_map import PlaceLabel, alt_text, hotspot_map, hotspot_picture
from geo.hotspots import HotspotResult, hotspots
from tests.app.documents.hostile import NAMES
from tests.geo.pictures import check_sound, words_in
from tests.geo.test_hotspots import GROUND, one_hot_town

ORANGE = np.array([0xE8, 0x59, 0x0C])


def quiet_town() -> HotspotResult:
    rng = np.random.default_rng(12)
    return hotspots(*rng.uniform(300_000, 312_000, (2, 400)), study=GROUND)


def opened(png: bytes) -> Image.Image:
    picture = Image.open(BytesIO(png))
    picture.load()
    return picture


def orange_pixels(png: bytes) -> int:
    return int((np.asarray(opened(png).convert("RGB")) == ORANGE).all(axis=2).sum())


@pytest.fixture(scope="module")
def result() -> HotspotResult:
    return hotspots(*one_hot_town(), study=GROUND)


def test_it_opens_and_carries_its_description(result: HotspotResult) -> None:
    picture = opened(hotspot_map(result, title="Invented thefts, 2025", marking="OFFICIAL"))
    assert picture.size == (1600, 1600)
    said = picture.info["Description"]
    assert said == alt_text(result, title="Invented thefts, 2025")
    for words in ("Invented thefts, 2025", "stand out, n = 950", "not where harm is greatest", "snap points"):
        assert words in said


def test_hot_cells_are_drawn_and_only_when_there_are_any(result: HotspotResult) -> None:
    hot = orange_pixels(hotspot_map(result, title="A", marking="OFFICIAL"))
    quiet = hotspot_map(quiet_town(), title="A", marking="OFFICIAL")
    assert hot > orange_pixels(quiet) + 1000
    assert "No cell stands out, n = 400." in opened(quiet).info["Description"]


def test_the_same_run_gives_the_same_bytes(result: HotspotResult) -> None:
    first, second = (hotspot_map(result, title="A", marking="OFFICIAL") for _ in range(2))
    assert first == second


def test_boundaries_and_names_are_drawn(result: HotspotResult) -> None:
    plain = hotspot_map(result, title="A", marking="OFFICIAL")
    half = [shapely.box(300_000, 300_000, 306_000, 312_000)]
    lined = hotspot_map(result, title="A", marking="OFFICIAL", areas=half, districts=half)
    named = hotspot_map(
        result, title="A", marking="OFFICIAL", labels=[PlaceLabel("Eastham", 303_000, 303_000)]
    )
    assert len({plain, lined, named}) == 3


def test_a_long_title_stays_on_the_page(result: HotspotResult) -> None:
    png = hotspot_map(result, title="Violence and sexual offences " * 4, marking="OFFICIAL")
    margin = np.asarray(opened(png).convert("L"))[:, -12:]
    assert (margin == 255).all()


def test_the_picture_for_documents_is_the_map_with_words_that_stay_text(result: HotspotResult) -> None:
    picture = hotspot_picture(
        result, title="A", marking="OFFICIAL", labels=[PlaceLabel("Eastham", 303_000, 303_000)]
    )
    check_sound(picture, "OFFICIAL")
    assert picture.alt == alt_text(result, title="A")
    words = words_in(picture)
    assert "Eastham" in words
    assert f"hot cell ({int(result.hot.sum()):,})" in words
    assert orange_pixels(picture.png) > 1000


def test_thousands_of_cells_and_detailed_boundaries_make_no_large_drawing() -> None:
    rng = np.random.default_rng(3)
    ground = shapely.box(300_000, 300_000, 390_000, 390_000)
    town = rng.integers(0, 40, 15_000)
    centres = rng.uniform(304_000, 386_000, (2, 40))
    east, north = centres[:, town] + rng.normal(0, 900, (2, 15_000))
    found = hotspots(
        np.append(east, rng.uniform(300_000, 390_000, 9000)),
        np.append(north, rng.uniform(300_000, 390_000, 9000)),
        study=ground,
    )
    assert found.n_cells == 90_000
    assert found.hot.sum() > 1000
    coast = [shapely.Point(345_000, 345_000).buffer(9_000, quad_segs=60_000)]
    picture = hotspot_picture(found, title="A", marking="OFFICIAL", districts=coast)
    assert len(picture.svg) < 600_000
    assert orange_pixels(picture.png) > 1000


@pytest.mark.parametrize("start", range(0, 200, 25))
def test_hostile_words_make_no_warning_and_no_markup(result: HotspotResult, start: int) -> None:
    names = NAMES[start : start + 25]
    labels = [PlaceLabel(name, 301_000 + 400 * n, 301_000 + 400 * n) for n, name in enumerate(names)]
    check_sound(hotspot_picture(result, title=names[0], marking="OFFICIAL", labels=labels), "OFFICIAL")
