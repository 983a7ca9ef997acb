"""The invented files of examples/feeds: one for every sheet of every shipped mapping, and all load."""

from __future__ import annotations

import csv
import json
import runpy
from pathlib import Path

import pytest

from ingest.mapping import load_mapping, shipped_mappings
from ingest.readers import open_rows
from ingest.sheet_choice import sheets_for
from tests.ingest.builders import imported, only, write_csv

_EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
_FEEDS = _EXAMPLES / "feeds"


def _files(name: str) -> list[Path]:
    return sorted((_FEEDS / name).glob("*.csv"))


def test_every_shipped_mapping_has_an_example() -> None:
    assert sorted(path.name for path in _FEEDS.iterdir()) == list(shipped_mappings())


@pytest.mark.parametrize("name", shipped_mappings())
def test_every_row_of_the_example_is_accepted_or_set_aside(name: str) -> None:
    report, shelf = imported(_files(name), name)
    totals = report.totals
    assert report.rejections == [] and totals.accepted == len(shelf.records) > 0
    assert totals.rows == totals.accepted + totals.set_aside
    assert (totals.set_aside > 0) == (name == "pole")


@pytest.mark.parametrize("name", shipped_mappings())
def test_every_sheet_has_an_example_and_every_claim_rule_is_made_by_one(name: str) -> None:
    mapping = load_mapping(name)
    tables = [table for path in _files(name) for table in open_rows(path).tables]
    shown = {key for table in tables for key in sheets_for(mapping, table.name, table.header)}
    sheets = mapping.sheets or {name: mapping}
    assert shown == set(sheets)
    _, shelf = imported(_files(name), name)
    made = {claim.terms.rule for record in shelf.records for claim in record.claims}
    rules = {claim.rule for sheet in sheets.values() for claim in sheet.claims}
    # The many statements of intelligence and bearings of orders are held by tests of their own.
    assert rules == made or name in ("intelligence", "interventions")


@pytest.mark.parametrize("name", shipped_mappings())
def test_places_of_the_examples_lie_in_the_sea(name: str) -> None:
    _, shelf = imported(_files(name), name)
    for claim in only(shelf, "position"):
        where = json.loads(claim.value)
        assert -4.4 < where["lon"] < -3.9 and 53.4 < where["lat"] < 53.8


def test_the_script_writes_the_same_files_again(tmp_path: Path) -> None:
    script = runpy.run_path(str(_EXAMPLES / "invent_feeds.py"))
    script["main"].__globals__["FEEDS"] = tmp_path
    script["main"]()
    names = sorted(str(path.relative_to(_FEEDS)) for path in _FEEDS.rglob("*.csv"))
    assert sorted(str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*.csv")) == names
    assert all((tmp_path / name).read_bytes() == (_FEEDS / name).read_bytes() for name in names)


_HOSTILE = (
    "=HYPERLINK(1)", "x" * 5_000, "\u202egnp.exe", "'; DROP TABLE claim;--", "<script>alert(1)</script>",
    "a\r\nb", "{agency}", "\\", ",", "none", "-", "\U0001f600",
)  # fmt: skip


@pytest.mark.parametrize("name", shipped_mappings())
@pytest.mark.parametrize("hostile", _HOSTILE, ids=map(str, range(len(_HOSTILE))))
def test_a_hostile_cell_is_kept_as_text_or_rejected_by_its_rule(
    tmp_path: Path, name: str, hostile: str
) -> None:
    paths, rows = [], 0
    for path in _files(name):
        with path.open(encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file)
            (first, *_), header = list(reader), list(reader.fieldnames or ())
        changed = [first | {column: hostile} for column in header]
        paths.append(write_csv(tmp_path / path.name, changed, header=header))
        rows += len(changed)
    report, shelf = imported(paths, name)
    totals = report.totals
    assert totals.rows == rows == totals.accepted + totals.rejected + totals.duplicate + totals.set_aside
    assert not any(hostile in fault.rule for fault in report.rejections if len(hostile) > 5)
    assert all(fault.column for fault in report.rejections)
    assert sum(map(len, (record.claims for record in shelf.records))) >= totals.accepted
