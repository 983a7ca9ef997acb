"""Tests of ingest.pipeline: every row is accounted for, in one file and over all of them."""

from __future__ import annotations

import gc
from collections.abc import Sequence
from pathlib import Path

import pytest

from graph.errors import IngestError
from graph.model.claims import Record
from ingest.mapping import load_mapping, read_mapping
from ingest.mapping_files import Mapping, SetAside
from ingest.pipeline import run_import
from tests.ingest.builders import HELD, TODAY, Shelf, imported, write_csv, zip_of

_TIE = HELD | {"person_a": "P1", "kind": "FRIEND_OF", "person_b": "P2"}
_SAME = _TIE | {"tie_ref": "T1"}


class _Deaf:
    """A sink that does not answer as agreed."""

    def __init__(self, answers: Sequence[str]) -> None:
        self.answers = answers

    def append(self, records: Sequence[Record]) -> Sequence[str]:
        return self.answers


def _aside(mapping: str, rule: str, **when: tuple[str, ...]) -> Mapping:
    return load_mapping(mapping).model_copy(update={"set_aside": (SetAside(rule=rule, when=when),)})


@pytest.mark.parametrize("chunk_rows", [1, 2, 5_000])
def test_rows_are_accepted_rejected_duplicate_or_set_aside(tmp_path: Path, chunk_rows: int) -> None:
    rows = [_SAME, _SAME, _TIE | {"kind": "KNOWS"}, _TIE | {"kind": "FAMILY_OF"}, _TIE]
    mapping = _aside("associations", "family is asked for elsewhere", kind=("FAMILY_OF",))
    path = write_csv(tmp_path / "a.csv", rows, header=[*_TIE, "tie_ref"])
    report, shelf = imported(path, mapping, chunk_rows=chunk_rows)
    assert report.to_json()["totals"] == {
        "rows": 5,
        "accepted": 2,
        "rejected": 1,
        "duplicate": 1,
        "set_aside": 1,
    }
    assert report.to_json()["set_aside"] == {"family is asked for elsewhere": 1}
    assert [(record.file, record.row) for record in shelf.records] == [(0, 2), (0, 6)]


def test_the_totals_of_all_files_are_those_of_each_together(tmp_path: Path) -> None:
    plain = write_csv(tmp_path / "a.csv", [_TIE, _TIE | {"person_b": ""}])
    zipped = zip_of(tmp_path / "b.zip", {"x.csv": plain.read_bytes(), "y.csv": plain.read_bytes()})
    report, shelf = imported([plain, zipped], "associations")
    document = report.to_json()
    assert [file["file"] for file in document["files"]] == [str(plain), f"{zipped}/x.csv", f"{zipped}/y.csv"]
    assert [file["totals"]["duplicate"] for file in document["files"]] == [0, 1, 1]
    assert document["totals"] == {"rows": 6, "accepted": 1, "rejected": 3, "duplicate": 2, "set_aside": 0}
    assert [(fault["file"], fault["row"], fault["column"]) for fault in document["rejections"]] == [
        (str(plain), 3, "person_b"), (f"{zipped}/x.csv", 3, "person_b"), (f"{zipped}/y.csv", 3, "person_b"),
    ]  # fmt: skip
    assert [record.file for record in shelf.records] == [0]


def test_a_removed_record_is_set_aside_under_its_rule(tmp_path: Path) -> None:
    shelf = Shelf()
    shelf.removed.add("id::T1:0")
    report, _ = imported(write_csv(tmp_path / "a.csv", [_SAME, _TIE]), "associations", shelf=shelf)
    assert (report.totals.set_aside, report.set_aside) == (1, {"removed": 1})


def test_a_dry_run_hands_nothing_over_and_counts_the_same(tmp_path: Path) -> None:
    changed = _SAME | {"person_b": "P3"}
    paths = [write_csv(tmp_path / "a.csv", [_SAME, _SAME, _TIE]), write_csv(tmp_path / "b.csv", [changed])]
    shelf = Shelf()
    dry = run_import(paths, load_mapping("associations"), shelf, today=TODAY, dry_run=True)
    assert shelf.records == [] and dry.to_json()["dry_run"] is True
    wet, _ = imported(paths, "associations")
    assert dry.totals == wet.totals and dry.totals.changed == 1


def test_columns_that_are_not_read_are_listed_and_kept(tmp_path: Path) -> None:
    report, shelf = imported(write_csv(tmp_path / "a.csv", [_TIE | {"colour": "blue"}]), "associations")
    (warning,) = report.to_json()["warnings"]
    assert warning["warning"] == "columns that the mapping does not read: colour"
    assert '"colour":"blue"' in shelf.records[0].payload


def test_progress_names_the_file_and_the_rows_read_so_far(tmp_path: Path) -> None:
    paths = [write_csv(tmp_path / name, [_TIE, _TIE | {"kind": ""}, _TIE]) for name in ("a.csv", "b.csv")]
    told: list[tuple[str, int]] = []
    run_import(
        paths,
        load_mapping("associations"),
        Shelf(),
        today=TODAY,
        chunk_rows=2,
        progress=lambda *step: told.append(step),
    )
    assert told == [(str(paths[0]), 2), (str(paths[0]), 3), (str(paths[1]), 5), (str(paths[1]), 6)]


class _Counted(Shelf):
    """A shelf that remembers how many records came at a time."""

    def __init__(self) -> None:
        super().__init__()
        self.sizes: list[int] = []

    def append(self, records: Sequence[Record]) -> list[str]:
        self.sizes.append(len(records))
        return super().append(records)


def test_small_files_go_to_the_ledger_together_and_are_counted_apart(tmp_path: Path) -> None:
    paths = []
    for n, rows in enumerate((1, 2, 1, 5, 0)):
        ties = [_TIE | {"person_b": f"Q{n}.{k}"} for k in range(rows)]
        paths.append(write_csv(tmp_path / f"{n}.csv", [*ties, _TIE], header=list(_TIE)))
    sink = _Counted()
    report = run_import(paths, load_mapping("associations"), sink, today=TODAY, chunk_rows=3)
    assert sink.sizes == [2, 3, 2, 3, 3, 1] and max(sink.sizes) == 3
    assert [(file.totals.accepted, file.totals.duplicate) for file in report.files] == [
        (2, 0), (2, 1), (1, 1), (5, 1), (0, 1),
    ]  # fmt: skip
    assert [record.file for record in sink.records] == [0, 0, 1, 1, 2, 3, 3, 3, 3, 3]


def test_a_row_of_which_nothing_can_be_said_is_rejected(tmp_path: Path) -> None:
    quiet = load_mapping("associations").model_copy(
        update={"checks": (), "claims": load_mapping("associations").claims[2:]}
    )
    report, _ = imported(write_csv(tmp_path / "a.csv", [_TIE]), quiet)
    assert [fault.rule for fault in report.rejections] == ["the mapping makes no claim of this row"]
    assert report.totals.rejected == 1


@pytest.mark.parametrize("answers", [(), ("accepted", "accepted"), ("perhaps",)])
def test_a_ledger_that_does_not_answer_for_each_record_is_an_error(
    tmp_path: Path, answers: tuple[str, ...]
) -> None:
    path = write_csv(tmp_path / "a.csv", [_TIE])
    with pytest.raises(IngestError, match="the ledger"):
        run_import([path], load_mapping("associations"), _Deaf(answers), today=TODAY)


def test_a_header_without_rows_is_no_fault(tmp_path: Path) -> None:
    report, shelf = imported(write_csv(tmp_path / "a.csv", [], header=list(_TIE)), "associations")
    assert report.totals.rows == 0 and shelf.records == []


def test_the_collector_is_as_it_was(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", [_TIE, _TIE | {"kind": ""}])
    assert gc.isenabled()
    imported(path, "associations")
    assert gc.isenabled()
    gc.disable()
    try:
        imported(path, "associations")
        assert not gc.isenabled()
    finally:
        gc.enable()


def test_a_column_may_be_written_in_another_form(tmp_path: Path) -> None:
    uk = load_mapping("associations").model_dump(by_alias=True)
    uk["columns"]["date"]["format"] = "uk"
    path = write_csv(tmp_path / "a.csv", [_TIE | {"date": "31/01/2025"}, _TIE | {"date": "2025-01-31"}])
    report, _ = imported(path, Mapping.model_validate(uk))
    assert [(fault.row, fault.rule) for fault in report.rejections] == [(3, "not a date written dd/mm/yyyy")]


def test_agencies_in_one_file_keep_their_own_numbers(tmp_path: Path) -> None:
    rows = [
        HELD | {"person_ref": "P1", "sex": sex, "agency": agency}
        for agency in ("A", "B")
        for sex in ("F", "M")
    ]
    _, shelf = imported(write_csv(tmp_path / "a.csv", rows), "people")
    keys = [(record.agency, record.source_id) for record in shelf.records]
    assert keys == [("A", "id::P1:0"), ("A", "id::P1:1"), ("B", "id::P1:0"), ("B", "id::P1:1")]


def test_a_source_id_of_several_columns_cannot_be_confused(tmp_path: Path) -> None:
    text = """
name: parts
version: 1
title: Parts
feed: parts
agency: Example Council
policy:
  {controller: a, regime: UK GDPR, purpose: a, lawful_basis: a, agreement: a, agreement_expires: none,
   handling: P, conditions: "", tier: open, category: general, areas: "", review_state: reviewed}
record: {source_id: [a, b], period: none}
columns: {a: {type: text, required: row}, b: {type: text, required: row}}
mentions: {thing: {kind: Object, by: [{scheme: parts, ref: [a, b]}]}}
every_claim: {nature: fact, status: live}
claims: [{rule: is, subject: thing, predicate: IS}]
"""
    rows = [{"a": "1,2", "b": "3"}, {"a": "1", "b": "2,3"}, {"a": "1\\", "b": "2"}, {"a": "1", "b": "\\,2"}]
    _, shelf = imported(write_csv(tmp_path / "a.csv", rows), read_mapping(text, "parts.yaml"))
    assert len({record.source_id for record in shelf.records}) == 4
    assert len({record.claims[0].subject.ref for record in shelf.records}) == 4
