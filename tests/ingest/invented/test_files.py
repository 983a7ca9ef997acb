"""What is written: the same bytes for the same seed, rows that every mapping takes, borders without gaps."""

from __future__ import annotations

import csv
import json
import time
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import shapely

from ingest.invented import STRONG, WEAK, Invented, Noise, invent
from ingest.mapping import load_mapping
from ingest.pipeline import run_import
from tests.ingest.builders import Shelf

FIRST, LAST, AFTERWARDS = date(2024, 11, 1), date(2026, 10, 31), date(2026, 11, 2)


@pytest.fixture(scope="module")
def invented(tmp_path_factory: pytest.TempPathFactory) -> Invented:
    """Return the files of the default seed."""
    return invent(tmp_path_factory.mktemp("invented"))


@pytest.fixture(scope="module")
def answers(invented: Invented) -> dict[str, Any]:
    """Return the right answers."""
    found: dict[str, Any] = json.loads(invented.answers.read_text(encoding="utf-8"))
    return found


def _contents(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def _rows(invented: Invented, ending: str) -> list[dict[str, str]]:
    paths = sorted({path for _, paths in invented.imports for path in paths if path.name.endswith(ending)})
    rows = []
    for path in paths:
        with path.open(encoding="utf-8", newline="") as file:
            rows += list(csv.DictReader(file))
    return rows


def _shapes(invented: Invented, kind: str) -> dict[str, Any]:
    (path,) = [path for path, held in invented.areas if held == kind]
    features = json.loads(path.read_text(encoding="utf-8"))["features"]
    return {
        next(value for name, value in feature["properties"].items() if name.endswith("CD")): shapely.Polygon(
            feature["geometry"]["coordinates"][0]
        )
        for feature in features
    }


def test_the_same_seed_gives_the_same_bytes(invented: Invented, tmp_path: Path) -> None:
    began = time.process_time()
    again = invent(tmp_path / "again")
    assert time.process_time() - began < 3
    assert _contents(again.folder) == _contents(invented.folder)
    assert [(m, [p.name for p in paths]) for m, paths in again.imports] == [
        (m, [p.name for p in paths]) for m, paths in invented.imports
    ]


def test_another_seed_gives_other_people_on_the_same_ground(invented: Invented, tmp_path: Path) -> None:
    other, usual = _contents(invent(tmp_path, seed=7).folder), _contents(invented.folder)
    same = {name for name in usual if other.get(name) == usual[name]}
    assert same == {"areas/lad.geojson", "areas/force.geojson", "areas/lsoa.geojson"}


@pytest.mark.parametrize(("seed", "noise"), [(3, STRONG), (5, WEAK)], ids=["strong", "weak"])
def test_the_pipeline_takes_every_row(tmp_path: Path, seed: int, noise: Noise) -> None:
    made = invent(tmp_path, seed=seed, noise=noise)
    shelf, rows = Shelf(), 0
    for mapping, paths in made.imports:
        report = run_import(paths, load_mapping(mapping), shelf, today=AFTERWARDS)
        assert (report.totals.rejected, report.totals.duplicate, report.totals.set_aside) == (0, 0, 0)
        assert not report.rejections and not [w for file in report.files for w in file.warnings]
        rows += report.totals.accepted
    counted = json.loads(made.answers.read_text(encoding="utf-8"))["counts"]
    assert rows == counted["rows"] == len(shelf.records)


def test_no_row_is_of_a_day_outside_the_two_years_that_would_count(invented: Invented) -> None:
    columns = ("occurred_from", "stopped", "arrested", "reported")
    files = (
        "-crimes.csv",
        "-asb.csv",
        "-stops.csv",
        "-custody.csv",
        "-missing.csv",
        "-logs.csv",
        "-ties.csv",
    )
    days = {
        date.fromisoformat(row[column][:10])
        for ending in files
        for row in _rows(invented, ending)
        for column in columns
        if row.get(column)
    }
    assert min(days) >= FIRST and max(days) <= date(2026, 11, 2)
    assert {(day.year, day.month) for day in days} >= {
        (2024 + (10 + n) // 12, (10 + n) % 12 + 1) for n in range(24)
    }


def test_the_answers_count_what_the_files_hold(invented: Invented, answers: dict[str, Any]) -> None:
    counts = answers["counts"]
    assert (counts["young_people"], counts["adults"], counts["groups"]) == (400, 250, 12)
    assert (counts["places"], counts["events"]) == (150, 3_000)
    assert len(_rows(invented, "-places.csv")) == 150 and len(_rows(invented, "-groups.csv")) == 12
    crimes, asb = len(_rows(invented, "-crimes.csv")), len(_rows(invented, "-asb.csv"))
    encounters = len({row["encounter_ref"] for row in _rows(invented, "-stops.csv")})
    met = {(row["agency"], row["event_ref"]) for row in _rows(invented, "-ties.csv") if row.get("event_ref")}
    custody, missing = len(_rows(invented, "-custody.csv")), len(_rows(invented, "-missing.csv"))
    assert crimes + asb + encounters + 2 * custody + missing + len(met) + 352 == 3_000
    assert len(_rows(invented, "-street.csv")) == 352


def test_a_name_is_borne_by_two_only_where_that_was_planted(answers: dict[str, Any]) -> None:
    borne = Counter(name for told in answers["people"].values() for name in told["names"])
    twice = {name for name, count in borne.items() if count > 1}
    planted = {tuple(answers["people"][key]["names"]) for pair in answers["same_name_pairs"] for key in pair}
    assert len(answers["same_name_pairs"]) == 2 and twice == {name for names in planted for name in names}


def test_identifiers_are_of_ranges_that_are_given_to_nobody(invented: Invented) -> None:
    for row in _rows(invented, "-people.csv"):
        assert not row.get("upn") or row["upn"][1:4] == "999"
        assert not row.get("nhs_number") or row["nhs_number"].startswith("999")
        assert not row.get("pnc_id") or row["pnc_id"][5:8] == "999"
    assert {row["school_urn"][:3] for row in _rows(invented, "-pupils.csv")} == {"999"}
    assert {code[:6] for kind in ("lad", "force", "lsoa") for code in _shapes(invented, kind)} <= {
        "E06999",
        "E23999",
        "E01999",
    }


def test_the_ground_and_everything_on_it_lies_in_the_sea(invented: Invented) -> None:
    sea = shapely.box(0.35, 53.6, 1.7, 54.4)
    assert all(shape.within(sea) for kind in ("lad", "lsoa") for shape in _shapes(invented, kind).values())
    for ending, lon, lat in (
        ("-crimes.csv", "lon", "lat"), ("-asb.csv", "lon", "lat"), ("-places.csv", "lon", "lat"),
        ("-missing.csv", "found_lon", "found_lat"), ("-street.csv", "Longitude", "Latitude"),
    ):  # fmt: skip
        points = [(float(row[lon]), float(row[lat])) for row in _rows(invented, ending) if row[lon]]
        assert points and all(sea.contains(shapely.Point(point)) for point in points)


def test_borders_are_irregular_and_leave_no_gap(invented: Invented) -> None:
    lads, small = _shapes(invented, "lad"), _shapes(invented, "lsoa")
    forces = _shapes(invented, "force")
    assert (len(lads), len(forces)) == (4, 3) and len(small) > 100
    for shapes in (lads, small, forces):
        assert all(shape.is_valid for shape in shapes.values())
        whole = shapely.union_all(list(shapes.values()))
        assert whole.geom_type == "Polygon" and not whole.interiors
        assert whole.area == pytest.approx(sum(shape.area for shape in shapes.values()), rel=1e-9)
        assert whole.equals(shapely.union_all(list(lads.values())))
    assert all(len(shape.exterior.coords) > 30 for shape in small.values())


def test_two_areas_that_touch_have_the_same_points_along_their_border(invented: Invented) -> None:
    small = list(_shapes(invented, "lsoa").values())
    tree = shapely.STRtree(small)
    touching = 0
    for n, shape in enumerate(small):
        for other in (int(m) for m in tree.query(shape) if m > n):
            shared = shape.intersection(small[other])
            if shared.length:
                mine, theirs = ({*s.exterior.coords} for s in (shape, small[other]))
                touching += 1
                assert {point for line in shapely.get_parts(shared) for point in line.coords} <= mine & theirs
    assert touching > 200


def test_a_child_is_a_suspect_only_with_what_was_considered_of_them_as_a_victim(
    invented: Invented, answers: dict[str, Any]
) -> None:
    young = {ref for key, told in answers["people"].items() if key[0] == "y" for ref in told["refs"].values()}
    rows = [row for row in _rows(invented, "-people.csv") if row["person_ref"] in young]
    suspects = [row for row in rows if row["role"] in ("suspect", "convicted")]
    assert suspects and all(row["victim_consideration"] for row in suspects)
    targets = [row for row in _rows(invented, "-orders.csv") if row["bearing"] == "targets"]
    assert targets and not {row["person_ref"] for row in targets} & young
    on_young = [row for row in _rows(invented, "-orders.csv") if row["person_ref"] in young]
    assert {row["bearing"] for row in on_young} == {"subject_to", "protects"}


def test_young_people_are_under_eighteen_or_recorded_as_victims(
    invented: Invented, answers: dict[str, Any]
) -> None:
    key_of = {at: key for key, told in answers["people"].items() for at in told["refs"].items()}
    rows = [(key_of[row["agency"], row["person_ref"]], row) for row in _rows(invented, "-people.csv")]
    born = {key: row["date_of_birth"] for key, row in rows if row["dob_precision"] == "day"}
    victims = {key for key, row in rows if row["role"] == "victim"}
    older = {key for key, day in born.items() if key[0] == "y" and day <= "2008-10-31"}
    assert 10 <= len(older) <= 20 and older <= victims
    assert max(day for key, day in born.items() if key[0] == "a") <= "2005-10-31"
    assert len(born) < 650 and {row["dob_precision"] for _, row in rows} == {"day", "year", ""}


def test_every_grade_and_basis_is_one_that_its_agency_may_give(invented: Invented) -> None:
    assert all(row["source_grade"] and row["information_grade"] for row in _rows(invented, "-logs.csv"))
    for ending in ("-ties.csv", "-missing.csv", "-people.csv", "-pupils.csv", "-places.csv"):
        assert all(row["basis"] for row in _rows(invented, ending))


def test_noise_takes_ties_and_dates_away_and_puts_chance_in(invented: Invented, tmp_path: Path) -> None:
    worse = invent(tmp_path, noise=WEAK)
    undated = [
        sum(not row["date"] for row in _rows(made, "-ties.csv")) / len(_rows(made, "-ties.csv"))
        for made in (invented, worse)
    ]
    unborn = [
        sum(not row["date_of_birth"] for row in _rows(made, "-people.csv")) for made in (invented, worse)
    ]
    assert undated[0] < undated[1] and unborn[0] < unborn[1]
