"""Eight months of published incidents, on real boundaries: counted, mapped, and followed over borders."""

from __future__ import annotations

import csv
import gzip
import json
import shutil
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely

from tests.app.desk import Desk, quick_folder

pytestmark = pytest.mark.data
LADS = {
    "E06000006": "Halton",
    "E06000007": "Warrington",
    "E06000049": "Cheshire East",
    "E06000050": "Cheshire West",
}


def _rows(path: Path) -> list[dict[str, str]]:
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def months(data_dir: Path) -> list[Path]:
    """Return the eight files."""
    found = sorted((data_dir / "police_uk").glob("2025-0?-cheshire-street.csv.gz"))
    assert len(found) == 8
    return found


@pytest.fixture(scope="module")
def published(months: list[Path]) -> list[dict[str, str]]:
    """Return every row of the eight files."""
    return [row for path in months for row in _rows(path)]


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return where the import writes its report."""
    return tmp_path_factory.mktemp("report") / "report.json"


@pytest.fixture(scope="module")
def desk(months: list[Path], report: Path, data_dir: Path) -> Iterator[Desk]:
    """Return a desk where districts, forces and the eight months are loaded."""
    made = Desk(quick_folder())
    made.pass_days(120)
    boundaries = data_dir / "boundaries"
    for file, kind in (("local_authorities_simple.geojson", "lad"), ("police_force_areas.geojson", "force")):
        assert made.run("areas", "load", boundaries / file, "--kind", kind).code == 0
    ran = made.run("import", *months, "--mapping", "police_uk", "--report", report)
    assert ran.code == 0, ran.err
    yield made
    shutil.rmtree(made.files, ignore_errors=True)


def _ledger_version(desk: Desk) -> int:
    with closing(sqlite3.connect(desk.folder / "ledger.db")) as ledger:
        return int(ledger.execute("SELECT version FROM state").fetchone()[0])


def test_every_row_is_accounted_for(desk: Desk, report: Path, published: list[dict[str, str]]) -> None:
    found = json.loads(report.read_text("utf-8"))
    totals = found["totals"]
    assert totals["rows"] == len(published) == 54_826
    assert totals["rows"] == sum(totals[word] for word in ("accepted", "rejected", "duplicate", "set_aside"))
    assert totals == {word: sum(file["totals"][word] for file in found["files"]) for word in totals}
    assert (totals["rejected"], totals["set_aside"], len(found["files"])) == (0, 0, 8)


def test_equal_incidents_without_an_id_are_all_kept(desk: Desk, published: list[dict[str, str]]) -> None:
    equal = Counter(tuple(row.values()) for row in published if not row["Crime ID"])
    assert sum(count - 1 for count in equal.values()) == 855
    asb = sum(row["Crime type"] == "Anti-social behaviour" for row in published)
    found = desk.ask("hotspots", "--sort", "asb")
    assert found["events"] + found["without_position"] == asb == sum(equal.values())
    crimes = {row["Crime ID"] for row in published if row["Crime ID"]}
    found = desk.ask("hotspots", "--sort", "crime")
    assert found["events"] + found["without_position"] == len(crimes)


def test_loading_again_changes_nothing(desk: Desk, months: list[Path], tmp_path: Path) -> None:
    before = desk.run("hotspots", "--json").out
    version, drawn = _ledger_version(desk), (desk.folder / "drawn.current").read_text("ascii")
    ran = desk.run("import", *reversed(months), "--mapping", "police_uk", "--report", tmp_path / "r.json")
    totals = json.loads((tmp_path / "r.json").read_text("utf-8"))["totals"]
    assert ran.code == 0
    assert totals == {"rows": 54_826, "accepted": 0, "rejected": 0, "duplicate": 54_826, "set_aside": 0}
    assert (_ledger_version(desk), (desk.folder / "drawn.current").read_text("ascii")) == (version, drawn)
    assert desk.run("hotspots", "--json").out == before


def test_hotspots_by_type_and_month_count_what_was_published(
    desk: Desk, published: list[dict[str, str]]
) -> None:
    # One incident of an id that stands on two rows of a file is one event of each content.
    placed = {
        (row["Crime ID"] or str(n), row["Crime type"], row["Month"])
        for n, row in enumerate(published)
        if row["Longitude"]
    }
    found = desk.ask("hotspots", "--each", "type", "--each", "month")
    counts = {layer["layer"]: layer["events"] for layer in found["layers"]}
    expected = Counter(f"{kind} / {month}" for _, kind, month in placed)
    assert sum(counts.values()) == found["events"] and set(counts) == set(expected)
    assert sum(abs(counts[layer] - expected[layer]) for layer in counts) <= 2
    assert set(found["study"]["areas"]) == set(LADS)
    for layer in found["layers"]:
        assert layer["sentence"] and layer["hot_cells"] == len(layer["rows"])
        assert all(row["p_corrected"] <= 0.05 and row["z"] > 0 for row in layer["rows"])
        assert all(row["events"] <= row["window_events"] <= layer["events"] for row in layer["rows"])
    assert sum(layer["hot_cells"] > 0 for layer in found["layers"]) > 20


def test_one_month_is_drawn_as_table_geojson_and_picture(desk: Desk, tmp_path: Path) -> None:
    asked = ["hotspots", "--type", "Burglary", "--month", "2025-06"]
    found = desk.ask(*asked)
    files = [tmp_path / name for name in ("a.csv", "a.geojson", "a.png")]
    ran = desk.run(*asked, "--csv", files[0], "--geojson", files[1], "--png", files[2])
    assert ran.code == 0 and found["layers"][0]["sentence"] in ran.out
    (layer,) = found["layers"]
    with files[0].open(newline="", encoding="utf-8") as file:
        assert [row["id"] for row in csv.DictReader(file)] == [row["id"] for row in layer["rows"]]
    drawn = json.loads(files[1].read_text("utf-8"))
    assert len(drawn["features"]) == layer["hot_cells"]
    assert files[2].read_bytes().startswith(b"\x89PNG") and files[2].stat().st_size > 20_000


def test_the_claims_behind_a_cell_are_the_events_its_test_counts(desk: Desk) -> None:
    asked = ["hotspots", "--type", "Shoplifting", "--month", "2025-05"]
    row = max(desk.ask(*asked)["layers"][0]["rows"], key=lambda row: row["events"])
    why = desk.ask(*asked, "--why", row["id"])
    assert why["claims"] == len(why["rows"]) == row["window_events"] >= row["events"]
    assert {(c["predicate"], c["agency"], c["from"][:7]) for c in why["rows"]} == {
        ("IS", "Cheshire Constabulary", "2025-05")
    }
    assert all("Shoplifting" in c["value"] for c in why["rows"])


@pytest.fixture(scope="module")
def neighbours(desk: Desk, data_dir: Path) -> dict[str, Any]:
    """Return the cross-border answer of one month with the neighbouring forces' files beside Cheshire's."""
    files = [
        data_dir / "police_uk" / f"2025-01-{force}-street.csv.gz" for force in ("merseyside", "staffordshire")
    ]
    assert desk.run("import", *files, "--mapping", "police_uk").code == 0
    return desk.ask("cross-border", "--month", "2025-01")


def test_incidents_are_counted_where_they_occurred_by_who_reported_them(
    neighbours: dict[str, Any], published: list[dict[str, str]], data_dir: Path
) -> None:
    incidents = neighbours["incidents"]
    assert incidents["reported_by"] == ["Cheshire Constabulary", "Merseyside Police", "Staffordshire Police"]
    counts = np.array(incidents["counts"])
    mine = dict(zip(incidents["occurred_in"], counts[0].tolist(), strict=True))
    rows = {row["Crime ID"] or str(n): row for n, row in enumerate(published) if row["Month"] == "2025-01"}
    lon, lat = (
        np.array([float(row[name]) for row in rows.values() if row["Longitude"]])
        for name in ("Longitude", "Latitude")
    )
    assert counts[0].sum() == len(lon)
    shapes = json.loads((data_dir / "boundaries" / "local_authorities_simple.geojson").read_text("utf-8"))
    for feature in shapes["features"]:
        code = feature["properties"].get("id") or feature.get("id")
        if code in LADS:
            area = shapely.make_valid(shapely.from_geojson(json.dumps(feature["geometry"])))
            assert abs(mine[code] - int(shapely.contains_xy(area, lon, lat).sum())) <= 1, LADS[code]
            del mine[code]
    assert len(mine) + len(LADS) == len(incidents["occurred_in"])
    assert 0 < sum(mine.values()) < 0.02 * len(lon)


def test_incidents_that_lie_over_a_force_border_are_flows(neighbours: dict[str, Any]) -> None:
    borders = neighbours["incidents"]["over_force_borders"]
    flows = {(flow["from"], flow["to"]): flow["incidents"] for flow in borders["flows"]}
    assert {a for a, _ in flows} <= {"Cheshire", "Merseyside", "Staffordshire"}
    assert all(a != b and n > 0 for (a, b), n in flows.items())
    assert flows["Cheshire", "Merseyside"] and borders["sentence"].startswith(
        f"{sum(flows.values()):,} incidents"
    )
    assert "no force area is named" not in borders["sentence"]
