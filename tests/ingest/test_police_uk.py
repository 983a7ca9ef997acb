"""The police.uk mapping on the published files of 2025."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from tests.ingest.builders import Shelf, imported

pytestmark = pytest.mark.data


@pytest.fixture(scope="module")
def months(data_dir: Path) -> list[Path]:
    """Return the eight months of Cheshire."""
    return sorted((data_dir / "police_uk").glob("2025-0*-cheshire-street.csv.gz"))


@pytest.fixture(scope="module")
def shelf(months: list[Path]) -> Shelf:
    """Return what the eight months leave in a ledger; seven rows with an id repeat in full."""
    report, shelf = imported(months, "police_uk")
    assert report.to_json()["totals"] == {
        "rows": 54_826, "accepted": 54_819, "rejected": 0, "duplicate": 7, "set_aside": 0,
    }  # fmt: skip
    return shelf


def test_every_repeated_row_without_an_id_is_kept(shelf: Shelf) -> None:
    repeated = [r for r in shelf.records if r.source_id.startswith("row:") and not r.source_id.endswith(":0")]
    assert len(repeated) == 855
    assert all('"category":"Anti-social behaviour"' in record.claims[0].value for record in repeated)
    assert len({record.source_id for record in shelf.records}) == len(shelf.records)


def test_a_second_pass_makes_the_same_records_and_loads_none(months: list[Path], shelf: Shelf) -> None:
    _, other = imported(months, "police_uk", chunk_rows=777)
    assert other.keys() == shelf.keys()
    again, _ = imported(months, "police_uk", shelf=other)
    assert (again.totals.duplicate, again.totals.accepted) == (54_826, 0)
    assert len(other.records) == len(shelf.records)


def test_each_incident_is_at_a_snap_point(shelf: Shelf) -> None:
    rules = Counter(tuple(claim.terms.rule for claim in record.claims) for record in shelf.records)
    assert rules == {("event", "occurred_at", "position"): 54_819}
    points = {claim.object for record in shelf.records for claim in record.claims if claim.object}
    assert len(points) == 10_885


def test_rows_without_a_location_are_kept_without_a_place(data_dir: Path) -> None:
    paths = sorted((data_dir / "police_uk").glob("2025-0*-staffordshire-street.csv.gz"))
    report, shelf = imported(paths, "police_uk")
    placeless = [record for record in shelf.records if len(record.claims) == 1]
    assert report.totals.rejected == 0
    assert len(placeless) == 381


def test_the_force_that_publishes_no_ids_is_read(data_dir: Path) -> None:
    report, shelf = imported(data_dir / "police_uk" / "2025-01-btp-street.nw.csv", "police_uk")
    assert report.totals.accepted == report.totals.rows == 180
    assert {record.agency for record in shelf.records} == {"British Transport Police"}
    assert all(record.source_id.startswith("row:2025-01:") for record in shelf.records)
