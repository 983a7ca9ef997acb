"""Tests of ingest.archives."""

from __future__ import annotations

import gzip
import struct
import zipfile
import zlib
from pathlib import Path

import pytest

from ingest.archives import ReadLimits, open_bytes
from ingest.faults import FileFaultError
from tests.ingest.builders import zip_of


def _read(path: Path, limits: ReadLimits | None = None) -> bytes:
    return b"".join(block for file in open_bytes(path, limits or ReadLimits()) for block in file.blocks())


def _file(tmp_path: Path, content: bytes) -> Path:
    path = tmp_path / "a.csv"
    path.write_bytes(content)
    return path


def test_a_gzip_of_several_parts_and_padding_is_read_whole(tmp_path: Path) -> None:
    big = bytes(range(256)) * 5_000
    path = _file(tmp_path, gzip.compress(b"a\n") + b"\0" * 7 + gzip.compress(big) + b"\0" * 600_000)
    assert _read(path) == b"a\n" + big


def test_a_gzip_cut_short_is_refused(tmp_path: Path) -> None:
    path = _file(tmp_path, gzip.compress(b"a\n1\n" * 1_000)[:-9])
    with pytest.raises(FileFaultError, match="ends early"):
        _read(path)


@pytest.mark.parametrize("at", [12, -6])
def test_a_damaged_gzip_is_refused(tmp_path: Path, at: int) -> None:
    packed = bytearray(gzip.compress(b"a\n1\n2\n3\n" * 500))
    packed[at] ^= 0xFF
    with pytest.raises(FileFaultError, match=r"damaged gzip|ends early"):
        _read(_file(tmp_path, bytes(packed)))


def test_a_gzip_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    packer = zlib.compressobj(9, wbits=31)
    lines = b"0,0\n" * 250_000
    packed = b"".join(packer.compress(lines) for _ in range(60)) + packer.flush()
    path = _file(tmp_path, packed)
    given = 0
    with pytest.raises(FileFaultError, match="refused as a zip bomb"):
        for block in open_bytes(path, ReadLimits())[0].blocks():
            given += len(block)
    assert given <= 15_000_000


def test_the_members_of_a_zip_share_one_limit(tmp_path: Path) -> None:
    member = b"0,0\n" * 1_000_000
    path = zip_of(tmp_path / "a.zip", {f"{n}.csv": member for n in range(4)})
    with pytest.raises(FileFaultError, match="refused as a zip bomb"):
        _read(path)
    with pytest.raises(FileFaultError, match="larger than 9,000,000 bytes"):
        _read(path, ReadLimits(max_bytes=9_000_000, max_ratio=10_000))


def test_reading_a_member_again_is_not_counted_again(tmp_path: Path) -> None:
    path = zip_of(tmp_path / "a.zip", {"a.csv": b"0,0\n" * 1_000_000})
    (file,) = open_bytes(path, ReadLimits(max_bytes=5_000_000))
    for _ in range(3):
        assert sum(map(len, file.blocks())) == 4_000_000


def test_too_many_members_are_refused_before_the_directory_is_read(tmp_path: Path) -> None:
    path = zip_of(tmp_path / "a.zip", {f"{n}.csv": b"a\n" for n in range(4)})
    with pytest.raises(FileFaultError, match="more than 3 files in one zip"):
        open_bytes(path, ReadLimits(max_entries=3))


def test_a_directory_that_says_it_is_small_is_measured(tmp_path: Path) -> None:
    path = zip_of(tmp_path / "a.zip", {f"{n}{'x' * 5_000}.csv": b"a\n" for n in range(9)})
    content = bytearray(path.read_bytes())
    content[-14:-10] = struct.pack("<HH", 1, 1)
    with pytest.raises(FileFaultError, match="more than 9 files"):
        open_bytes(_file(tmp_path, bytes(content)), ReadLimits(max_entries=9))


@pytest.mark.parametrize(
    ("name", "content", "rule"),
    [
        ("inner.zip", b"PK\x03\x04", "an archive inside an archive"),
        ("inner.csv", gzip.compress(b"a\n", mtime=0), "an archive inside an archive"),
        ("read.me", b"a\n", "not named .csv"),
        ("[Content_Types].xml", b"<Types/>", "save it as CSV"),
    ],
)
def test_a_member_that_is_no_csv_is_refused_by_name(
    tmp_path: Path, name: str, content: bytes, rule: str
) -> None:
    path = zip_of(tmp_path / "a.zip", {name: content})
    with pytest.raises(FileFaultError, match=rule):
        _read(path)


def test_what_an_archiver_adds_of_its_own_is_passed_over(tmp_path: Path) -> None:
    path = zip_of(tmp_path / "a.zip", {"__MACOSX/._a.csv": b"\0", "folder/": b"", "folder/a.csv": b"a\n"})
    assert [file.name for file in open_bytes(path, ReadLimits())] == [f"{path}/folder/a.csv"]


@pytest.mark.parametrize("content", [b"BZh91AY", b"\xfd7zXZ\x00\x00", b"PK\x03\x04 not a zip", b"PK\x05\x06"])
def test_an_archive_that_is_not_read_is_refused(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(FileFaultError, match=r"only CSV, gzip and zip are read|damaged zip"):
        _read(_file(tmp_path, content))


def test_an_archive_inside_a_gzip_is_refused(tmp_path: Path) -> None:
    for inner in (
        gzip.compress(b"a\n", mtime=0),
        b"\0" * 257 + b"ustar",
        zip_of(tmp_path / "b", {"a.csv": b"a"}).read_bytes(),
    ):
        with pytest.raises(FileFaultError, match="an archive inside an archive"):
            _read(_file(tmp_path, gzip.compress(inner)))


def test_a_damaged_member_is_named(tmp_path: Path) -> None:
    path = zip_of(tmp_path / "a.zip", {"a.csv": bytes(range(250)) * 40})
    with zipfile.ZipFile(path) as archive:
        start = archive.infolist()[0].header_offset + 30 + len("a.csv")
    content = bytearray(path.read_bytes())
    content[start + 5] ^= 0xFF
    with pytest.raises(FileFaultError, match=r"/a\.csv: damaged zip member"):
        _read(_file(tmp_path, bytes(content)))


@pytest.mark.parametrize("name", ["missing.csv", ""])
def test_a_path_that_cannot_be_read_is_named(tmp_path: Path, name: str) -> None:
    with pytest.raises(FileFaultError, match="cannot be read"):
        open_bytes(tmp_path / name, ReadLimits())


def test_an_empty_zip_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileFaultError, match="holds no file"):
        open_bytes(zip_of(tmp_path / "a.zip", {}), ReadLimits())
