"""Hotspots as files."""

from __future__ import annotations

import json
from pathlib import Path

from tests.app.desk import Desk, incident, squares


def test_a_map_without_a_test_says_how_many_events_there_were_and_what_the_method_is(tmp_path: Path) -> None:
    desk = Desk(tmp_path / "desk")
    desk.run("areas", "load", squares(tmp_path / "lad.geojson"), "--kind", "lad")
    desk.load("police_uk", [incident(f"{n:064x}", -2.65, 53.15 + n / 1000) for n in range(5)])
    layer = tmp_path / "hot.geojson"
    assert desk.run("hotspots", "--geojson", layer).code == 0
    held = json.loads(layer.read_text("utf-8"))
    assert (held["features"], held["n"], held["excluded_without_position"]) == ([], 5, 0)
    assert "not who is at risk" in held["limits"]
    assert held["method"].startswith("Gi*")
    assert "n_cells" not in held
