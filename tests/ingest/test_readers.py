"""Tests of ingest.readers."""

from __future__ import annotations

import csv
import gzip
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.archives import ReadLimits
from ingest.faults import FileFaultError
from ingest.readers import Chunk, open_rows
from tests.ingest.builders import zip_of


def _chunks(path: Path, *, size: int = 1_000, encoding: str | None = None) -> list[Chunk]:
    (table,) = open_rows(path, encoding=encoding).tables
    return list(table.chunks(size))


def _file(tmp_path: Path, content: bytes, name: str = "a.csv") -> Path:
    path = tmp_path / name
    path.write_bytes(content)
    return path


def test_a_file_is_told_apart_by_its_content_and_not_by_its_name(tmp_path: Path) -> None:
    plain = b"a,b\n1,2\n"
    packed = _file(tmp_path, gzip.compress(plain), "packed.csv")
    zipped = zip_of(tmp_path / "zipped.csv", {"one.csv": plain, "folder/two.csv": plain})
    assert _chunks(packed)[0].rows == [["1", "2"]]
    names = [table.name for table in open_rows(zipped).tables]
    assert names == [f"{zipped}/one.csv", f"{zipped}/folder/two.csv"]


def test_a_row_is_numbered_by_the_line_it_starts_on(tmp_path: Path) -> None:
    path = _file(tmp_path, b'a,b\r\n1,2\r\n\r\n"x\r\ny\nz",4\r\n5,6\r\n')
    (chunk,) = _chunks(path)
    assert list(chunk.lines) == [2, 4, 7]
    assert chunk.rows[1] == ["x\r\ny\nz", "4"]
    assert [line for c in _chunks(path, size=1) for line in c.lines] == [2, 4, 7]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_end_of_line_is_read(tmp_path: Path, end: str) -> None:
    path = _file(tmp_path, end.join(["a,b", "1,2", "3,4", ""]).encode())
    (chunk,) = _chunks(path)
    assert (list(chunk.lines), chunk.rows) == ([2, 3], [["1", "2"], ["3", "4"]])


def test_the_mark_of_utf8_is_no_part_of_the_first_column(tmp_path: Path) -> None:
    path = _file(tmp_path, b"\xef\xbb\xbfa,b\n1,2\n")
    assert open_rows(path).tables[0].header == ("a", "b")


@pytest.mark.parametrize("encoding", ["cp1252", "utf-16", "utf-16-le", "utf-8-sig", "UTF-8"])
def test_an_encoding_that_is_asked_for_is_used(tmp_path: Path, encoding: str) -> None:
    path = _file(tmp_path, "a,b\nZoë,£2\n".encode(encoding))
    assert _chunks(path, encoding=encoding)[0].rows == [["Zoë", "£2"]]


def test_ragged_rows_and_nuls_are_left_out_each_with_all_its_faults(tmp_path: Path) -> None:
    path = _file(tmp_path, b"a,b,c\n1,2\n1,2,3\n1,2,3,\0\n,\0,\n4,5,6\n")
    (chunk,) = _chunks(path)
    assert (list(chunk.lines), chunk.rejected) == ([3, 6], 3)
    found = [(fault.row, fault.column, fault.rule) for fault in chunk.faults]
    assert found == [
        (2, "c", "too few fields: 2 of 3"),
        (4, "", "too many fields: 4 for 3 columns"),
        (4, "c", "holds a NUL byte"),
        (5, "b", "holds a NUL byte"),
    ]


def test_a_nul_is_seen_where_no_row_is_ragged(tmp_path: Path) -> None:
    (chunk,) = _chunks(_file(tmp_path, b"a,b\n1,2\n3,\0\n"))
    assert (chunk.rows, chunk.rejected) == ([["1", "2"]], 1)


def test_a_line_as_long_as_the_limit_is_read_and_a_longer_one_is_not(tmp_path: Path) -> None:
    path = _file(tmp_path, b"a,b\n1," + b"x" * 8 + b"\n")
    (table,) = open_rows(path, limits=ReadLimits(max_line=10)).tables
    assert len(list(table.chunks(10))) == 1
    with pytest.raises(FileFaultError, match="row 2: a line of more than 9 characters"):
        open_rows(path, limits=ReadLimits(max_line=9))


def test_a_file_may_be_read_twice(tmp_path: Path) -> None:
    (table,) = open_rows(_file(tmp_path, gzip.compress(b"a\n1\n2\n"))).tables
    assert list(table.chunks(1)) == list(table.chunks(1))


@pytest.mark.properties
@given(
    rows=st.lists(
        st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\0")), min_size=2, max_size=2),
        max_size=30,
    ),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    size=st.integers(1, 40),
)
def test_what_a_writer_wrote_is_read_back(
    tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]], quoting: int, size: int
) -> None:
    text = io.StringIO(newline="")
    writer = csv.writer(text, quoting=quoting)  # type: ignore[arg-type]
    writer.writerows([["a", "b"], *rows])
    path = tmp_path_factory.mktemp("written") / "a.csv"
    path.write_bytes(text.getvalue().encode())
    chunks = _chunks(path, size=size)
    assert [row for chunk in chunks for row in chunk.rows] == rows
    lines = text.getvalue().encode().decode()
    starts = [line for chunk in chunks for line in chunk.lines]
    assert starts == sorted(set(starts)) and all(line <= len(lines) for line in starts)
