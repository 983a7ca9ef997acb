"""The GeoJSON of a run: it opens elsewhere, and says what it is."""

from __future__ import annotations

import json
from pathlib import Path

import geopandas
import numpy as np
import pytest

from geo.grid import parse_cell_id
from geo.hotspot_layers import to_geojson
from geo.hotspots import hotspots
from graph.errors import GeoError
from tests.geo.test_hotspots import GROUND, one_hot_town

RESULT = hotspots(*one_hot_town(), study=GROUND)


def test_it_opens_with_geopandas_as_squares_on_the_grid(tmp_path: Path) -> None:
    file = tmp_path / "hot.geojson"
    file.write_text(json.dumps(to_geojson(RESULT), allow_nan=False))
    layer = geopandas.read_file(file)
    assert len(layer) == RESULT.hot.sum()
    assert layer.crs.to_epsg() == 4326
    assert layer.is_valid.all()
    assert layer.exterior.is_ccw.all()
    assert layer.to_crs(27700).area.to_numpy() == pytest.approx(90_000, rel=0.001)
    assert layer["count"].tolist() == RESULT.count[RESULT.hot].tolist()
    assert layer["z"].to_numpy() == pytest.approx(RESULT.z[RESULT.hot])


def test_each_cell_lies_where_its_id_says() -> None:
    first = to_geojson(RESULT)["features"][0]
    corner = parse_cell_id(first["properties"]["cell"])
    place = int(np.flatnonzero(RESULT.hot)[0])
    assert corner == (RESULT.easting_m[place], RESULT.northing_m[place], 300)
    ring = first["geometry"]["coordinates"][0]
    assert len(ring) == 5
    assert ring[0] == ring[-1]


def test_the_method_and_its_limits_go_with_it() -> None:
    layer = to_geojson(RESULT, about={"theme": "Burglary", "period": "2025"})
    assert layer["sentence"] == RESULT.sentence
    assert (layer["n"], layer["n_cells"], layer["n_hot"]) == (950, 1600, int(RESULT.hot.sum()))
    assert layer["parameters"]["q"] == 0.05
    assert "not where harm is greatest" in layer["limits"]
    assert "Benjamini-Hochberg" in layer["method"]
    assert (layer["theme"], layer["period"]) == ("Burglary", "2025")


def test_counted_cells_are_shown_on_demand() -> None:
    layer = to_geojson(RESULT, cells="counted")
    assert len(layer["features"]) == int(((RESULT.count > 0) | RESULT.hot).sum())
    assert {feature["properties"]["hot"] for feature in layer["features"]} == {True, False}


def test_a_run_without_hot_cells_is_an_empty_layer_that_says_so() -> None:
    rng = np.random.default_rng(12)
    layer = to_geojson(hotspots(*rng.uniform(300_000, 312_000, (2, 400)), study=GROUND))
    assert layer["features"] == []
    assert layer["sentence"] == "no cell stands out, n = 400"


def test_what_is_said_of_the_layer_cannot_replace_its_own_words() -> None:
    with pytest.raises(GeoError, match="sentence"):
        to_geojson(RESULT, about={"sentence": "all quiet"})
    with pytest.raises(GeoError, match="cells must be"):
        to_geojson(RESULT, cells="all")  # type: ignore[arg-type] # a caller without types
