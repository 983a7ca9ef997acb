"""Rows of CSV files, plain, gzip or zip: bounded, strict, with the line each row starts on."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import StringIO
from itertools import accumulate, chain, islice
from pathlib import Path
from typing import Final, NamedTuple

from ingest.archives import ByteFile, ReadLimits, open_bytes
from ingest.decoding import check_encoding, decode_blocks, whole_lines
from ingest.faults import Fault, FileFaultError, refused

_LINE_END: Final = re.compile(r"\r\n|\r|\n")
_CSV_RULES: Final = (
    ("unexpected end of data", "a quoted field that starts here is never closed"),
    ("field larger than field limit", "a field is too long: is a quote unclosed?"),
    ("expected after", "a quote inside a quoted field is not doubled"),
)


class Chunk(NamedTuple):
    """Some rows of a file, in its order.

    Attributes
    ----------
    lines : sequence of int
        Line on which each row starts, counted from 1 with the header.
    rows : list of list of str
        The fields as written, as many as the header has.
    faults : list of Fault
        What is wrong with rows that were left out.
    rejected : int
        How many rows were left out.
    """

    lines: Sequence[int]
    rows: list[list[str]]
    faults: list[Fault]
    rejected: int


@dataclass(frozen=True, slots=True)
class RowTable:
    """One CSV file with a sound header.

    Attributes
    ----------
    name : str
        The path as given, with ``/member`` for a file inside a zip.
    header : tuple of str
        Names of the columns, without spaces round them.
    source : ByteFile
        Where its bytes come from.
    encoding : str or None
        None for UTF-8.
    limits : ReadLimits
        What it may ask for.
    """

    name: str
    header: tuple[str, ...]
    source: ByteFile
    encoding: str | None
    limits: ReadLimits

    def chunks(self, size: int) -> Iterator[Chunk]:
        """Read the rows below the header.

        Parameters
        ----------
        size : int
            Rows to read at a time.

        Yields
        ------
        Chunk
            At most so many rows; empty lines are no rows.

        Raises
        ------
        FileFaultError
            The rest of the file cannot be told apart into rows.

        Notes
        -----
        Ragged rows and rows that hold NUL are left out and reported, each with all its faults.
        """
        text = _Text(self.source, self.encoding, self.limits)
        reader = csv.reader(text, strict=True)
        while not next(reader):
            continue
        while True:
            start = reader.line_num + 1
            rows: list[list[str]] = []
            try:
                rows.extend(islice(reader, size))
            except csv.Error as error:
                raise refused(self.name, _csv_rule(error), row=start + sum(map(_height, rows))) from error
            if not rows:
                return
            lines = _starts(rows, start, reader.line_num)
            yield self._sound(rows, lines, holds_nul=text.holds_nul)

    def _sound(self, rows: list[list[str]], lines: Sequence[int], *, holds_nul: bool) -> Chunk:
        if not holds_nul and set(map(len, rows)) == {len(self.header)}:
            return Chunk(lines, rows, [], 0)
        pairs = [(line, row) for line, row in zip(lines, rows, strict=True) if row]
        faults = {line: found for line, row in pairs if (found := list(self._row_faults(line, row)))}
        kept = [(line, row) for line, row in pairs if line not in faults]
        found = list(chain.from_iterable(faults.values()))
        return Chunk([line for line, _ in kept], [row for _, row in kept], found, len(faults))

    def _row_faults(self, line: int, row: list[str]) -> Iterator[Fault]:
        width = len(self.header)
        if len(row) < width:
            rule = f"too few fields: {len(row)} of {width}"
            yield Fault(self.name, line, self.header[len(row)], rule)
        if len(row) > width:
            yield Fault(self.name, line, "", f"too many fields: {len(row)} for {width} columns")
        for number, text in enumerate(row):
            if "\0" in text:
                yield Fault(self.name, line, self.header[min(number, width - 1)], "holds a NUL byte")


@dataclass(frozen=True, slots=True)
class RowSource:
    """What one path holds.

    Attributes
    ----------
    path : Path
        The path.
    tables : tuple of RowTable
        One CSV, or one for each member of a zip.
    """

    path: Path
    tables: tuple[RowTable, ...]


def open_rows(path: Path, *, encoding: str | None = None, limits: ReadLimits | None = None) -> RowSource:
    """Open a CSV, a gzip of one, or a zip of several, and read the headers.

    Parameters
    ----------
    path : Path
        Told apart by content, not by name.
    encoding : str, optional
        UTF-8, with or without its mark, when left out.
    limits : ReadLimits, optional
        What it may ask for.

    Returns
    -------
    RowSource
        Its tables, not yet read beyond the header.

    Raises
    ------
    FileFaultError
        It cannot be read, or a header is empty, blank, repeated or not text; all faults together.
    IngestError
        No such encoding.
    """
    limits, encoding = limits or ReadLimits(), check_encoding(encoding)
    tables: list[RowTable] = []
    faults: list[Fault] = []
    for source in open_bytes(path, limits):
        try:
            header = _read_header(source, encoding, limits)
            tables.append(RowTable(source.name, header, source, encoding, limits))
        except FileFaultError as error:
            faults.extend(error.faults)
    if faults:
        raise FileFaultError(faults)
    return RowSource(path, tuple(tables))


class _Text:
    """The lines of a file, and whether any so far held NUL."""

    def __init__(self, source: ByteFile, encoding: str | None, limits: ReadLimits) -> None:
        texts = decode_blocks(source.blocks(), name=source.name, encoding=encoding)
        self._pieces = whole_lines(texts, name=source.name, max_line=limits.max_line)
        self.holds_nul = False

    def __iter__(self) -> Iterator[str]:
        return chain.from_iterable(map(self._lines, self._pieces))

    def _lines(self, piece: str) -> Iterator[str]:
        self.holds_nul = self.holds_nul or "\0" in piece
        return StringIO(piece, newline="")


def _read_header(source: ByteFile, encoding: str | None, limits: ReadLimits) -> tuple[str, ...]:
    reader = csv.reader(_beginning(source, encoding, limits), strict=True)
    try:
        header = next((row for row in reader if row), None)
    except csv.Error as error:
        raise refused(source.name, _csv_rule(error), row=1) from error
    if header is None:
        raise refused(source.name, "the file is empty: it has no header")
    if len(header) > limits.max_columns:
        raise refused(source.name, f"{len(header):,} columns, more than {limits.max_columns:,}", row=1)
    names = tuple(name.strip() for name in header)
    faults = [Fault(source.name, reader.line_num, name, rule) for name, rule in _header_rules(names)]
    if faults:
        raise FileFaultError(faults)
    return names


def _beginning(source: ByteFile, encoding: str | None, limits: ReadLimits) -> Iterator[str]:
    """Yield lines for the header, which may go on over many by way of names in quotes."""
    read = 0
    for line in _Text(source, encoding, limits):
        read += len(line.strip("\r\n"))
        if read > limits.max_line:
            raise refused(
                source.name, f"the header goes on for more than {limits.max_line:,} characters", row=1
            )
        yield line


def _header_rules(names: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    folded = [name.casefold() for name in names]
    first = {name: number for number, name in reversed(list(enumerate(folded, 1)))}
    for number, name in enumerate(names, 1):
        if not name:
            yield "", f"column {number} has no name in the header"
        elif "\0" in name:
            yield "", f"the name of column {number} holds a NUL byte"
        elif first[name.casefold()] != number:
            yield name, f"column {number} has the name of column {first[name.casefold()]}"


def _starts(rows: list[list[str]], start: int, end: int) -> Sequence[int]:
    if end - start + 1 == len(rows):
        return range(start, end + 1)
    return list(accumulate(map(_height, rows[:-1]), initial=start))


def _height(row: list[str]) -> int:
    return 1 + sum(len(_LINE_END.findall(text)) for text in row)


def _csv_rule(error: csv.Error) -> str:
    known = next((rule for words, rule in _CSV_RULES if words in str(error)), "")
    return known or "not a CSV: quotes or ends of lines are broken"
