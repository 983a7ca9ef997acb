"""Files of several shapes in one feed: which sheet each is, and what its name says."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from graph.errors import MappingFileError
from ingest.faults import FileFaultError
from ingest.mapping import read_mapping
from ingest.mapping_files import Mapping
from ingest.sheet_choice import said_by_name, sheets_for
from tests.ingest.builders import imported, only, write_csv, zip_of

_SHEETS = """
name: doors
version: 1
title: Doors
feed: doors
agency: {column: force}
policy:
  controller: "{agency}"
  regime: UK GDPR
  purpose: testing
  lawful_basis: public task
  agreement: ISA-7
  agreement_expires: "none"
  handling: P
  conditions: ""
  tier: open
  category: general
  areas: ""
  review_state: reviewed
record: {source_id: ref, period: none}
columns:
  ref: {type: text, required: row}
  force: {type: text, required: row, from_file_name: '^([a-z]+)-'}
mentions:
  person: {kind: Person, by: [{scheme: doors, ref: ref}]}
every_claim: {nature: reported, status: live}
sheets:
  people:
    having: [name]
    columns:
      name: {type: text}
    claims:
      - {rule: name, subject: person, predicate: NAMED, particular: name, value: {name_kind: recorded}}
  ties:
    files: ["*-ties.csv*"]
    feed: door_ties
    columns:
      other: {type: text, required: row}
    mentions:
      other: {kind: Person, by: [{scheme: doors, ref: other}]}
    claims:
      - {rule: tie, subject: person, predicate: FRIEND_OF, object: other}
  staff:
    files: ["*-staff.csv"]
    set_aside:
      - {rule: staff are not mapped, when: {ref: present}}
"""

_PATTERN = "'^([a-z]+)-'"


def _mapping(*swaps: tuple[str, str]) -> Mapping:
    text = _SHEETS
    for old, new in swaps:
        assert old in text
        text = text.replace(old, new)
    return read_mapping(text, "doors.yaml")


def _people(tmp_path: Path, name: str = "north-people.csv") -> Path:
    return write_csv(tmp_path / name, [{"ref": "1", "name": "Robin"}, {"ref": "2", "name": "Kit"}])


def test_each_file_is_read_as_its_own_sheet(tmp_path: Path) -> None:
    ties = write_csv(tmp_path / "north-ties.csv", [{"ref": "1", "other": "2"}])
    staff = write_csv(tmp_path / "north-staff.csv", [{"ref": "1"}])
    report, shelf = imported([_people(tmp_path), ties, staff], _mapping())
    assert (report.totals.rows, report.totals.accepted, report.totals.set_aside) == (4, 3, 1)
    assert dict(report.set_aside) == {"staff are not mapped": 1}
    assert [(record.feed, record.source_id) for record in shelf.records] == [
        ("doors", "id::1:0"),
        ("doors", "id::2:0"),
        ("door_ties", "id::1:0"),
    ]
    assert only(shelf, "tie")[0].object == only(shelf, "name")[1].subject


def test_the_agency_may_be_said_by_the_name_of_the_file(tmp_path: Path) -> None:
    paths = [_people(tmp_path), _people(tmp_path, "south-people.csv")]
    _, shelf = imported(paths, _mapping())
    assert [record.agency for record in shelf.records] == ["north", "north", "south", "south"]
    label = shelf.records[3].claims[0].terms.label
    assert label.controller == "south" and "force" not in shelf.records[3].payload


def test_a_packed_file_is_known_by_its_name_and_a_zip_by_the_names_inside(tmp_path: Path) -> None:
    packed = tmp_path / "north-ties.csv.gz"
    packed.write_bytes(gzip.compress(b"ref,other\n1,2\n"))
    zipped = zip_of(tmp_path / "all.zip", {"deep/south-ties.csv": b"ref,other\n3,4\n"})
    _, shelf = imported([packed, zipped], _mapping())
    assert [record.agency for record in shelf.records] == ["north", "south"]


def test_a_name_that_does_not_say_whose_it_is_is_refused(tmp_path: Path) -> None:
    path = _people(tmp_path, "PEOPLE.csv")
    with pytest.raises(FileFaultError) as caught:
        imported(path, _mapping())
    assert str(caught.value) == f"{path}: column force: the name of the file does not say it"
    assert said_by_name(_mapping().sheets["people"], str(path)) == {"force": None}


def test_a_file_of_no_sheet_or_of_two_is_refused(tmp_path: Path) -> None:
    neither = write_csv(tmp_path / "north-dogs.csv", [{"ref": "1"}])
    both = write_csv(tmp_path / "north-ties.csv", [{"ref": "1", "other": "2", "name": "Robin"}])
    with pytest.raises(FileFaultError) as caught:
        imported([neither, both], _mapping())
    assert [fault.rule for fault in caught.value.faults] == [
        "its name and header are of none of the sheets people, ties, staff of mapping doors",
        "its name and header are of more than one sheet (people, ties) of mapping doors",
    ]


def test_a_mapping_without_sheets_is_for_every_file() -> None:
    sheet = _mapping().sheets["ties"]
    assert sheets_for(sheet, "any.csv", ["ref"]) == {"doors": sheet}


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("    having: [name]\n", "", "sheets.people: says by files or having"),
        ("FRIEND_OF", "LOVES", "sheets.ties.claims.0 (tie): LOVES is no link of the dictionary"),
        ("sheets:\n", "sheets:\n  a: {files: x}\n", "sheets.a.claims: at least one"),
        ("    feed: door_ties\n", "    sheets: {a: {files: x}}\n", "sheets.ties.sheets: a sheet has no"),
        (
            "sheets:\n",
            "set_aside: [{rule: x, when: {ref: present}}]\nsheets:\n",
            "set_aside: stands in each sheet, not beside the sheets",
        ),
        (_PATTERN, "'^[a-z]+-'", "sheets.people.columns.force: from_file_name is a pattern"),
        (_PATTERN, "'^([a-z]+-'", "sheets.people.columns.force: from_file_name is a pattern"),
        ("    having: [name]\n", "    having: [name]\n    hue: red\n", "sheets.people.hue: Extra inputs"),
    ],
)  # fmt: skip
def test_each_rule_of_a_sheet_is_held(old: str, new: str, fault: str) -> None:
    with pytest.raises(MappingFileError) as caught:
        _mapping((old, new))
    assert f"doors.yaml: {fault}" in str(caught.value)


def test_a_mapping_without_columns_or_claims_is_refused() -> None:
    start = _SHEETS[: _SHEETS.index("columns:")].replace("{column: force}", "x")
    with pytest.raises(MappingFileError, match="columns: at least one column"):
        read_mapping(start + "every_claim: {nature: reported, status: live}\n", "doors.yaml")
