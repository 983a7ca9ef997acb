"""Tests of ingest.record_keys: the same row again is the same record, and no other row is."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.record_keys import Contents
from tests.ingest.builders import HELD, imported, write_csv

_CELLS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=4)
_TIE = HELD | {"person_a": "P1", "kind": "FRIEND_OF", "person_b": "P2"}


@pytest.mark.properties
@given(first=st.lists(_CELLS, min_size=3, max_size=3), second=st.lists(_CELLS, min_size=3, max_size=3))
def test_contents_are_equal_where_rows_are(first: list[str], second: list[str]) -> None:
    digests, payloads = Contents(["b", "a", "c"]).over([first, second])
    assert (digests[0] == digests[1]) == (first == second)
    assert [json.loads(payload) for payload in payloads] == [
        {"b": row[0], "a": row[1], "c": row[2]} for row in (first, second)
    ]


def test_the_order_of_columns_is_no_content_and_their_names_are() -> None:
    def digest(header: list[str], row: list[str]) -> bytes:
        return Contents(header).over([row])[0][0]

    assert digest(["a", "b", "c"], ["1", "2", "3"]) == digest(["c", "a", "b"], ["3", "1", "2"])
    assert digest(["a", "b"], ["1", "2"]) != digest(["a", "c"], ["1", "2"])
    assert digest(["a", "b"], ["1", ""]) != digest(["a"], ["1"])
    assert len(digest(["a"], ["1"])) == 16


def test_a_payload_is_json_whatever_the_names_of_the_columns() -> None:
    header = ['50% "off"', "%s", "back\\slash", "tab\t"]
    for row in (["1", "2", "3", "4"], ['"', "\\", "%s", "\n"]):
        _, (payload,) = Contents(header).over([row])
        assert json.loads(payload) == dict(zip(header, row, strict=True))


def test_equal_rows_without_an_id_are_counted_and_kept(tmp_path: Path) -> None:
    other = _TIE | {"person_b": "P3"}
    path = write_csv(tmp_path / "a.csv", [_TIE, other, _TIE, _TIE])
    report, shelf = imported(path, "associations", chunk_rows=2)
    assert report.totals.accepted == 4
    ids = [record.source_id for record in shelf.records]
    assert [key.rpartition(":")[2] for key in ids] == ["0", "0", "1", "2"]
    assert len({key.rpartition(":")[0] for key in ids}) == 2


def test_loading_twice_changes_nothing(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", [_TIE, _TIE, _TIE | {"tie_ref": "T1"}])
    _, shelf = imported(path, "associations")
    before = shelf.keys()
    again, _ = imported(path, "associations", shelf=shelf)
    assert (again.totals.duplicate, again.totals.accepted, shelf.keys()) == (3, 0, before)


def test_columns_in_another_order_are_the_same_records(tmp_path: Path) -> None:
    _, shelf = imported(write_csv(tmp_path / "a.csv", [_TIE, _TIE]), "associations")
    path = write_csv(tmp_path / "b.csv", [_TIE, _TIE], header=sorted(_TIE, reverse=True))
    again, _ = imported(path, "associations", shelf=shelf)
    assert again.totals.duplicate == 2


def test_a_changed_row_with_an_id_supersedes_and_without_one_is_new(tmp_path: Path) -> None:
    rows = [_TIE, _TIE | {"tie_ref": "T1"}]
    _, shelf = imported(write_csv(tmp_path / "a.csv", rows), "associations")
    changed = [row | {"person_b": "P3", "tie_ref": row.get("tie_ref", "")} for row in rows]
    again, _ = imported(write_csv(tmp_path / "b.csv", changed), "associations", shelf=shelf)
    assert (again.totals.accepted, again.totals.changed) == (2, 1)
    assert shelf.records[1].source_id == shelf.records[3].source_id == "id::T1:0"


def test_a_rejected_row_does_not_shift_the_ids_of_the_others(tmp_path: Path) -> None:
    wrong = _TIE | {"tie_ref": "T1", "tier": "secret"}
    good = _TIE | {"tie_ref": "T1", "tier": "open"}
    _, shelf = imported(write_csv(tmp_path / "a.csv", [wrong, good]), "associations")
    assert [record.source_id for record in shelf.records] == ["id::T1:0"]


@pytest.mark.properties
@given(st.lists(st.sampled_from(["A", "B", "C"]), max_size=9), st.integers(1, 4))
def test_one_id_with_several_contents_numbers_them_in_order(
    tmp_path_factory: pytest.TempPathFactory, contents: list[str], size: int
) -> None:
    rows = [_TIE | {"tie_ref": "T1", "origin_reference": content} for content in contents]
    path = write_csv(
        tmp_path_factory.mktemp("ids") / "a.csv", rows, header=[*_TIE, "tie_ref", "origin_reference"]
    )
    report, shelf = imported(path, "associations", chunk_rows=size)
    distinct = list(dict.fromkeys(contents))
    assert [record.source_id for record in shelf.records] == [f"id::T1:{k}" for k in range(len(distinct))]
    assert report.totals.duplicate == len(contents) - len(distinct)


@pytest.mark.properties
@given(st.lists(st.tuples(st.sampled_from(["", "T1", "T2"]), st.sampled_from("AB")), max_size=9))
def test_ids_are_the_same_however_many_rows_are_read_at_a_time(
    tmp_path_factory: pytest.TempPathFactory, cells: list[tuple[str, str]]
) -> None:
    rows = [_TIE | {"tie_ref": ref, "origin_reference": content} for ref, content in cells]
    path = write_csv(
        tmp_path_factory.mktemp("ids") / "a.csv", rows, header=[*_TIE, "tie_ref", "origin_reference"]
    )
    shelves = [imported(path, "associations", chunk_rows=size)[1] for size in (1, 2, 5_000)]
    assert shelves[0].records == shelves[1].records == shelves[2].records
