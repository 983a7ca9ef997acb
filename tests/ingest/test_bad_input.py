"""Bad input: one clear message that names file, row, column and rule, and nothing handed over."""

from __future__ import annotations

import gzip
import tracemalloc
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.faults import FileFaultError
from ingest.mapping import load_mapping
from tests.ingest.builders import POLICE_HEADER, Shelf, imported, police_csv, write_csv, zip_of

_ROW = ",2025-01,Example Police,Example Police,-2.5,53.2,On or near Park,E01018586,Example 001A,Burglary,,"
_NOT_UTF8 = f"{POLICE_HEADER}\n{_ROW}\n{_ROW.replace('Park', 'Café')}\n".encode("cp1252")
_TIE = {
    "agency": "Example Council", "agreement": "ISA-7", "agreement_expires": "none",
    "person_a": "P1", "kind": "FRIEND_OF", "person_b": "P2", "date": "2025-02-01",
}  # fmt: skip


def _refused(path: Path, mapping: str = "police_uk") -> str:
    shelf = Shelf()
    with pytest.raises(FileFaultError) as caught:
        imported(path, mapping, shelf=shelf)
    assert shelf.records == []
    return str(caught.value).replace(str(path), path.name)


def _rejections(path: Path, mapping: str) -> list[tuple[int, str, str]]:
    report, _ = imported(path, mapping)
    assert {fault.file for fault in report.rejections} <= {str(path)}
    return [(fault.row, fault.column, fault.rule) for fault in report.rejections]


def _bytes(tmp_path: Path, content: bytes) -> Path:
    path = tmp_path / "a.csv"
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "a.csv: the file is empty: it has no header"),
        (b"\xef\xbb\xbf\n\n", "a.csv: the file is empty: it has no header"),
        (b"Month,Month,Reported by\n", "a.csv: row 1, column Month: column 2 has the name of column 1"),
        (b"Month,,Reported by\n", "a.csv: row 1: column 2 has no name in the header"),
        (b"Mo\0nth,b\n", "a.csv: row 1: the name of column 1 holds a NUL byte"),
        (
            b"1,2,3\n4,5,6\n",
            "a.csv: row 1: no header: none of the columns of mapping police_uk is in the first row",
        ),
        (
            f'{POLICE_HEADER}\n{_ROW}\nx"y\n'.encode("utf-16"),
            "a.csv: not UTF-8: it starts as utf-16; --encoding utf-16 accepts it",
        ),
        (
            _NOT_UTF8,
            f"a.csv: row 3: byte {_NOT_UTF8.index(0xE9)} is not UTF-8: it looks like cp1252, "
            "which --encoding cp1252 accepts",
        ),
        (
            f'{POLICE_HEADER}\n{_ROW}\n"abc{_ROW}\n{_ROW}\n'.encode(),
            "a.csv: row 3: a quoted field that starts here is never closed",
        ),
        (
            f'{POLICE_HEADER}\n{_ROW}\n"a"b{_ROW}\n{_ROW}\n'.encode(),
            "a.csv: row 3: a quote inside a quoted field is not doubled",
        ),
        (
            f'{POLICE_HEADER}\n"{"x" * 200_000}"{_ROW}\n'.encode(),
            "a.csv: row 2: a field is too long: is a quote unclosed?",
        ),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_whole(tmp_path: Path, content: bytes, message: str) -> None:
    assert _refused(_bytes(tmp_path, content)) == message


def test_every_missing_column_is_named_and_a_near_one_pointed_at(tmp_path: Path) -> None:
    header = POLICE_HEADER.replace("Longitude,", "").replace("Crime type", "crime type")
    assert _refused(_bytes(tmp_path, header.encode())).splitlines() == [
        "a.csv: row 1, column Longitude: missing column",
        "a.csv: row 1, column Crime type: missing column: the file writes it crime type",
    ]


@pytest.mark.parametrize("name", ["diagnosis", "Medical_Diagnoses", "current medication", "MEDICATIONS"])
def test_diagnoses_and_medication_are_not_imported(tmp_path: Path, name: str) -> None:
    path = write_csv(tmp_path / "a.csv", [{**_TIE, name: "x"}])
    assert _refused(path, "associations") == f"a.csv: row 1, column {name}: diagnoses are not imported"


def test_the_faults_of_all_files_are_raised_together_before_a_row_is_read(tmp_path: Path) -> None:
    good = police_csv(tmp_path / "good.csv", _ROW)
    empty, missing = _bytes(tmp_path, b""), tmp_path / "missing.csv"
    zipped = zip_of(tmp_path / "b.zip", {"x.csv": b"Month,Month\n", "y.csv": b""})
    shelf = Shelf()
    with pytest.raises(FileFaultError) as caught:
        imported([good, empty, missing, zipped], "police_uk", shelf=shelf)
    files = [fault.file for fault in caught.value.faults]
    assert files == [str(empty), str(missing), f"{zipped}/x.csv", f"{zipped}/y.csv"]
    assert shelf.records == []


def test_impossible_dates_are_rejected_by_row(tmp_path: Path) -> None:
    days = ["2025-02-29", "1899-12-31", "2026-03-02", "01/02/2025", "2025-2-1", "2025-01-31", "", "20250131"]
    path = write_csv(tmp_path / "a.csv", [{**_TIE, "date": day} for day in days])
    assert _rejections(path, "associations") == [
        (2, "date", "no such day in the calendar"),
        (3, "date", "before 1900"),
        (4, "date", "after the day of import"),
        (5, "date", "not a date written yyyy-mm-dd"),
        (6, "date", "not a date written yyyy-mm-dd"),
        (9, "date", "not a date written yyyy-mm-dd"),
    ]


def test_coordinates_outside_great_britain_are_rejected_by_row(tmp_path: Path) -> None:
    places = [
        ("-2.5", "53.2"),
        ("53.2", "-2.5"),
        ("0", "0"),
        ("-2.5", ""),
        ("", ""),
        ("-2.5", "nan"),
        ("-200", "53.2"),
    ]
    rows = [_ROW.replace("-2.5,53.2", f"{lon},{lat}") for lon, lat in places]
    rule = "longitude and latitude in Great Britain (WGS 84 degrees), or both blank"
    assert _rejections(police_csv(tmp_path / "a.csv", *rows), "police_uk") == [
        (3, "Longitude", rule),
        (4, "Longitude", rule),
        (5, "Longitude", rule),
        (7, "Latitude", "not a latitude in degrees"),
        (8, "Longitude", "not a longitude in degrees"),
    ]


def test_ragged_rows_and_nuls_are_rejected_by_row(tmp_path: Path) -> None:
    path = police_csv(tmp_path / "a.csv", _ROW[:-1], _ROW, _ROW + ",", _ROW.replace("Park", "P\0rk"))
    assert _rejections(path, "police_uk") == [
        (2, "Context", "too few fields: 11 of 12"),
        (4, "", "too many fields: 13 for 12 columns"),
        (5, "Location", "holds a NUL byte"),
    ]


def test_all_faults_of_a_row_are_reported_together_and_never_a_value(tmp_path: Path) -> None:
    bad = {
        **_TIE,
        "agency": "  ",
        "person_b": " P1 ",
        "date": "Secret-1",
        "tier": "Secret-2",
        "basis": "recorded",
    }
    bad |= {"source_grade": "1", "information_grade": "A", "person_a": "P1"}
    path = write_csv(tmp_path / "a.csv", [_TIE, bad])
    found = _rejections(path, "associations")
    assert {(column, rule) for _, column, rule in found} == {
        ("agency", "required, and blank"),
        ("date", "not a date written yyyy-mm-dd"),
        ("tier", "not one of: open, sealed, hidden"),
        ("person_a", "a person has no tie to themself"),
        ("source_grade", "a claim carries a 3x5x2 grade or another agency's basis, not both"),
    }
    assert {row for row, _, _ in found} == {3}
    report, _ = imported(path, "associations")
    assert "Secret" not in str(report.to_json()) and report.totals.rejected == 1


def _packed(pieces: Iterator[bytes], path: Path) -> Path:
    packer = zlib.compressobj(9, wbits=31)
    with path.open("wb") as file:
        for piece in pieces:
            file.write(packer.compress(piece))
        file.write(packer.flush())
    return path


@pytest.mark.parametrize("quote", [b"", b'"'])
def test_a_line_of_300_mb_is_refused_in_little_memory(tmp_path: Path, quote: bytes) -> None:
    def pieces() -> Iterator[bytes]:
        yield f"{POLICE_HEADER}\n{_ROW}\n".encode() + quote
        for _ in range(300):
            yield b"0123456789" * 100_000

    path = _packed(pieces(), tmp_path / "a.csv.gz")
    tracemalloc.start()
    try:
        message = _refused(path)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert message in (
        "a.csv.gz: row 3: a line of more than 1,000,000 characters",
        "a.csv.gz: row 3: a field is too long: is a quote unclosed?",
    )
    assert peak < 60_000_000


def test_a_zip_bomb_is_refused(tmp_path: Path) -> None:
    def pieces() -> Iterator[bytes]:
        yield f"{POLICE_HEADER}\n".encode()
        for _ in range(20):
            yield f"{_ROW}\n".encode() * 10_000

    path = _packed(pieces(), tmp_path / "a.csv.gz")
    with pytest.raises(FileFaultError) as caught:
        imported(path, "police_uk")
    assert str(caught.value) == f"{path}: unpacks to more than 200 times its size: refused as a zip bomb"


_CELLS = st.one_of(
    st.sampled_from(
        ["", " ", "P1", "P2", "FRIEND_OF", "INVOLVED_IN", "2025-01-01", "2025-02-30", "none", "1", "B", "x"]
    ),
    st.text(max_size=5),
)
_LINES = st.lists(st.lists(_CELLS, min_size=5, max_size=9).map(",".join), max_size=20).map("\n".join)


@pytest.mark.properties
@given(
    body=st.one_of(_LINES.map(str.encode), st.binary(max_size=300)),
    header=st.sampled_from([",".join(_TIE), "agency,person_a,kind,person_b", ""]),
    packed=st.booleans(),
    chunk_rows=st.integers(1, 5),
)
def test_no_row_is_lost_whatever_the_bytes(
    tmp_path_factory: pytest.TempPathFactory, body: bytes, header: str, packed: bool, chunk_rows: int
) -> None:
    content = header.encode() + b"\n" + body
    path = tmp_path_factory.mktemp("random") / "a.csv"
    path.write_bytes(gzip.compress(content) if packed else content)
    shelf = Shelf()
    try:
        report, _ = imported(path, load_mapping("associations"), shelf=shelf, chunk_rows=chunk_rows)
    except FileFaultError as error:
        assert all(fault.file == str(path) and fault.rule for fault in error.faults)
        return
    totals = report.totals
    assert totals.rows == totals.accepted + totals.rejected + totals.duplicate + totals.set_aside
    assert totals.accepted == len(shelf.records)
    assert len({fault.row for fault in report.rejections}) == totals.rejected
    assert report.to_json()["totals"]["rows"] == totals.rows


@pytest.mark.properties
@given(
    rows=st.lists(
        st.fixed_dictionaries(
            dict.fromkeys(_TIE, _CELLS) | {"source_grade": _CELLS, "origin_reference": _CELLS}
        ),
        max_size=12,
    ),
    valid=st.lists(st.booleans(), min_size=12, max_size=12),
    chunk_rows=st.integers(1, 5),
)
def test_every_row_of_a_sound_file_is_counted_once(
    tmp_path_factory: pytest.TempPathFactory, rows: list[dict[str, str]], valid: list[bool], chunk_rows: int
) -> None:
    rows = [{**row, **_TIE} if ok else row for row, ok in zip(rows, valid, strict=False)]
    rows = [{name: cell.replace("\0", "") for name, cell in row.items()} for row in rows]
    path = write_csv(
        tmp_path_factory.mktemp("sound") / "a.csv", rows, header=[*_TIE, "source_grade", "origin_reference"]
    )
    report, shelf = imported(path, "associations", chunk_rows=chunk_rows)
    totals = report.totals
    assert totals.rows == len(rows)
    assert totals.rows == totals.accepted + totals.rejected + totals.duplicate + totals.set_aside
    again, _ = imported(path, "associations", shelf=shelf)
    assert (again.totals.duplicate, again.totals.rejected) == (
        totals.accepted + totals.duplicate,
        totals.rejected,
    )
