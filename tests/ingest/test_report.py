"""Tests of ingest.report and ingest.faults."""

from __future__ import annotations

import json

import pytest

from graph.errors import IngestError
from ingest.faults import Fault, FileFaultError, refused
from ingest.report import FileReport, ImportReport, Totals


def test_totals_that_do_not_add_up_are_an_error() -> None:
    Totals(rows=4, accepted=1, rejected=1, duplicate=1, set_aside=1, changed=1).check()
    with pytest.raises(IngestError, match="do not add up"):
        ImportReport("people", 1, files=[FileReport("a.csv", Totals(rows=1))]).to_json()


def test_rejections_beyond_ten_thousand_are_counted_and_not_listed() -> None:
    report = ImportReport("people", 1)
    report.reject(Fault("a.csv", row, "role", "required") for row in range(10_003))
    assert (len(report.rejections), report.rejections_left_out) == (10_000, 3)


def test_the_report_is_json_with_a_schema() -> None:
    report = ImportReport("people", 3, files=[FileReport("a.csv", Totals(rows=2, accepted=2, changed=1))])
    document = json.loads(json.dumps(report.to_json()))
    assert (document["schema"], document["mapping"]) == (
        "kithmap.import-report/1",
        {"name": "people", "version": 3},
    )
    assert set(document) == {
        "schema", "mapping", "dry_run", "totals", "changed", "files", "rejections", "rejections_left_out",
        "set_aside", "warnings",
    }  # fmt: skip
    assert set(document["totals"]) == {"rows", "accepted", "rejected", "duplicate", "set_aside"}
    assert document["changed"] == document["files"][0]["changed"] == 1


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (Fault("a.csv", 3, "role", "required"), "a.csv: row 3, column role: required"),
        (Fault("a.csv", 3, "", "required"), "a.csv: row 3: required"),
        (Fault("a.csv", 0, "role", "required"), "a.csv: column role: required"),
        (Fault("a.csv", 0, "", "empty"), "a.csv: empty"),
    ],
)
def test_a_fault_names_file_row_column_and_rule(fault: Fault, words: str) -> None:
    assert str(fault) == words


def test_an_error_has_one_line_for_each_fault() -> None:
    faults = [Fault("a.csv", 1, "", "x"), Fault("b.csv", 0, "", "y")]
    error = FileFaultError(iter(faults))
    assert (str(error), error.faults) == ("a.csv: row 1: x\nb.csv: y", tuple(faults))
    assert isinstance(error, IngestError)
    assert refused("a.csv", "x", row=2, column="c").faults == (Fault("a.csv", 2, "c", "x"),)
