"""Bytes of plain, gzip and zip files, in blocks, within limits that are checked before memory is used."""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Final

from ingest.faults import Fault, FileFaultError, refused

BLOCK: Final = 1 << 18
_GZIP: Final = b"\x1f\x8b"
_ZIP: Final = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_OTHER: Final = {
    b"BZh": "bzip2",
    b"\xfd7zXZ\x00": "xz",
    b"7z\xbc\xaf": "7-Zip",
    b"\x28\xb5\x2f\xfd": "Zstandard",
}
# The end of a zip's directory: 22 bytes and a comment of at most 65,535.
_ZIP_END: Final = b"PK\x05\x06"
_ZIP_TAIL: Final = 22 + 65_535
_ENTRY_BYTES: Final = 4_096


@dataclass(frozen=True, slots=True)
class ReadLimits:
    """How much a file may ask for before it is refused.

    Attributes
    ----------
    max_line : int
        Characters in one line.
    max_columns : int
        Columns of a header.
    max_bytes : int
        Bytes of one file, or of all files in one zip, once unpacked.
    max_ratio : int
        Bytes unpacked for each packed byte, beyond the first ``ratio_after``.
    ratio_after : int
        Bytes that may be unpacked before the ratio is looked at.
    max_entries : int
        Files in one zip.
    """

    max_line: int = 1_000_000
    max_columns: int = 10_000
    max_bytes: int = 4_000_000_000
    max_ratio: int = 200
    ratio_after: int = 10_000_000
    max_entries: int = 1_000


@dataclass(frozen=True, slots=True)
class ByteFile:
    """One file of rows, plain or unpacked on the way.

    Attributes
    ----------
    name : str
        The path as given, with ``/member`` for a file inside a zip.
    blocks : callable
        Opens the file and yields its bytes in blocks; may be called more than once.
    """

    name: str
    blocks: Callable[[], Iterator[bytes]]


@dataclass(slots=True)
class _Budget:
    """What has been unpacked, over all members of one archive; reading a member again costs nothing more."""

    name: str
    limits: ReadLimits
    packed: int = 0
    unpacked: dict[str, int] = field(default_factory=dict)

    def spend(self, member: str, total: int) -> None:
        self.unpacked[member] = max(total, self.unpacked.get(member, 0))
        spent = sum(self.unpacked.values()) if len(self.unpacked) > 1 else total
        if spent > self.limits.max_bytes:
            raise refused(self.name, f"larger than {self.limits.max_bytes:,} bytes once unpacked")
        if self.packed and spent > max(self.limits.ratio_after, self.limits.max_ratio * self.packed):
            rule = f"unpacks to more than {self.limits.max_ratio} times its size: refused as a zip bomb"
            raise refused(self.name, rule)


def open_bytes(path: Path, limits: ReadLimits) -> list[ByteFile]:
    """Return the files of rows that a path holds, told apart by content and not by name.

    Parameters
    ----------
    path : Path
        A plain file, a gzip, or a zip of files.
    limits : ReadLimits
        What it may ask for.

    Returns
    -------
    list of ByteFile
        One, or one for each member of a zip.

    Raises
    ------
    FileFaultError
        It cannot be opened, is another kind of archive, or breaks a limit that can be seen at once.
    """
    name = str(path)
    try:
        with path.open("rb") as file:
            start = file.read(8)
            if start.startswith(_ZIP):
                _check_directory(file, name, limits)
    except OSError as error:
        raise refused(name, f"cannot be read: {error.strerror or type(error).__name__}") from error
    if start.startswith(_ZIP):
        return _members(path, name, limits)
    budget = _Budget(name, limits)
    if start.startswith(_GZIP):
        return [ByteFile(name, lambda: _unnested(name, _gunzip(path, budget)))]
    return [ByteFile(name, lambda: _unnested(name, _plain(path, budget)))]


def _plain(path: Path, budget: _Budget) -> Iterator[bytes]:
    total = 0
    with path.open("rb", buffering=0) as file:
        while block := file.read(BLOCK):
            total += len(block)
            budget.spend("", total)
            yield block


def _gunzip(path: Path, budget: _Budget) -> Iterator[bytes]:
    total, taken = 0, 0
    unpack, fresh = zlib.decompressobj(wbits=31), False
    with path.open("rb", buffering=0) as file:
        while packed := file.read(BLOCK):
            taken += len(packed)
            budget.packed = max(budget.packed, taken)
            while packed:
                # Some writers pad the end of a gzip, or the gap before its next part, with zeros.
                if fresh and not (packed := packed.lstrip(b"\0")):
                    break
                fresh = False
                try:
                    block = unpack.decompress(packed, BLOCK)
                except zlib.error as error:
                    raise refused(budget.name, "damaged gzip") from error
                total += len(block)
                budget.spend("", total)
                if block:
                    yield block
                packed = unpack.unconsumed_tail
                if unpack.eof:
                    packed, fresh = unpack.unused_data, True
                    unpack = zlib.decompressobj(wbits=31)
    if not fresh:
        raise refused(budget.name, "the gzip ends early: it was cut short")


def _check_directory(file: BinaryIO, name: str, limits: ReadLimits) -> None:
    # zipfile reads the whole directory before it can be counted, so its stated size is looked at first.
    size = file.seek(0, 2)
    file.seek(max(0, size - _ZIP_TAIL))
    tail = file.read()
    at = tail.rfind(_ZIP_END)
    if at < 0 or len(tail) - at < 22:
        raise refused(name, "damaged zip: it has no directory")
    entries, directory_bytes = struct.unpack_from("<HL", tail, at + 10)
    if entries > limits.max_entries or directory_bytes > limits.max_entries * _ENTRY_BYTES:
        raise refused(name, f"more than {limits.max_entries:,} files in one zip")


def _members(path: Path, name: str, limits: ReadLimits) -> list[ByteFile]:
    try:
        with zipfile.ZipFile(path) as archive:
            infos = [i for i in archive.infolist() if not (i.is_dir() or i.filename.startswith("__MACOSX/"))]
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise refused(name, "damaged zip") from error
    names = [info.filename for info in infos]
    if "[Content_Types].xml" in names:
        raise refused(name, "looks like a workbook or a document: save it as CSV")
    faults = [Fault(f"{name}/{i.filename}", 0, "", rule) for i in infos if (rule := _member_rule(i, names))]
    if not infos:
        faults = [Fault(name, 0, "", "the zip holds no file")]
    if len(infos) > limits.max_entries:
        faults = [Fault(name, 0, "", f"more than {limits.max_entries:,} files in one zip")]
    if faults:
        raise FileFaultError(faults)
    budget = _Budget(name, limits, packed=path.stat().st_size)
    return [_member(path, f"{name}/{info.filename}", info, budget) for info in infos]


def _member_rule(info: zipfile.ZipInfo, names: list[str]) -> str:
    if info.flag_bits & 1:
        return "locked with a password"
    if names.count(info.filename) > 1:
        return "named twice in the zip"
    if info.filename.lower().endswith((".zip", ".gz")):
        return "an archive inside an archive is not opened"
    return "" if info.filename.lower().endswith(".csv") else "not named .csv"


def _member(path: Path, name: str, info: zipfile.ZipInfo, budget: _Budget) -> ByteFile:
    def blocks() -> Iterator[bytes]:
        total = 0
        try:
            with zipfile.ZipFile(path) as archive, archive.open(info) as file:
                while block := file.read(BLOCK):
                    total += len(block)
                    budget.spend(name, total)
                    yield block
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as error:
            raise refused(name, "damaged zip member, or packed in a way that is not read") from error

    return ByteFile(name, lambda: _unnested(name, blocks()))


def _unnested(name: str, blocks: Iterator[bytes]) -> Iterator[bytes]:
    try:
        for number, block in enumerate(blocks):
            if number == 0:
                _check_kind(name, block)
            yield block
    except OSError as error:
        raise refused(name, f"cannot be read: {error.strerror or type(error).__name__}") from error


def _check_kind(name: str, start: bytes) -> None:
    if start.startswith((_GZIP, *_ZIP)) or start[257:262] == b"ustar":
        raise refused(name, "an archive inside an archive is not opened")
    for magic, kind in _OTHER.items():
        if start.startswith(magic):
            raise refused(name, f"packed with {kind}: only CSV, gzip and zip are read")
