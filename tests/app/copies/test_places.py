from __future__ import annotations

import json
from pathlib import Path

import geopandas
import pytest

from app.copies.contents import MARKING
from app.copies.places import geojson_text
from tests.app.copies.sample import about, contents, hostile_names

KINDS = ("Person", "Location", "Event")


@pytest.mark.readers
def test_geopandas_finds_the_same_places_in_wgs_84(tmp_path: Path) -> None:
    held = contents(hostile_names(), kinds=KINDS)
    path = tmp_path / "places.geojson"
    path.write_text(geojson_text(held, about("<b>")), encoding="utf-8")
    read = geopandas.read_file(path)
    placed = held.placed.entities
    assert read.crs.to_epsg() == 4326 and len(read) == len(placed) > 130
    assert read["id"].tolist() == [entity.id for entity in placed]
    assert read["precision_m"].tolist() == [entity.precision_m for entity in placed]
    points = [(round(p.x, 9), round(p.y, 9)) for p in read.geometry]
    assert points == [(round(e.lon or 0, 9), round(e.lat or 0, 9)) for e in placed]


def test_people_and_links_are_not_on_the_map() -> None:
    held = contents(["Amy Ash", "Long Park", "Theft"], kinds=KINDS)
    text = geojson_text(held, about())
    assert "Amy Ash" not in text and "FRIEND_OF" not in text and "Long Park" in text


def test_the_collection_says_what_it_is() -> None:
    said = json.loads(geojson_text(contents(kinds=KINDS), about()))
    assert said["type"] == "FeatureCollection" and said["marking"] == MARKING
    assert said["copy"] == "ab12cd34" and said["expires"].startswith("2025-07-01")
    assert said["data_version"] == "0" * 20 and "Protected places" in said["left_out"]
