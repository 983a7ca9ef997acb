"""Text of a file in whole lines, with its encoding named when it is not the one expected."""

from __future__ import annotations

import codecs
from collections.abc import Iterable, Iterator
from typing import Final

from graph.errors import IngestError
from ingest.faults import refused

_MARKS: Final = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Python knows these as text encodings, but they are ways to write program text and internet names.
_NOT_FILES: Final = ("unicode-escape", "raw-unicode-escape", "utf-7", "punycode", "idna", "undefined")
_SNIFF: Final = 512


def check_encoding(encoding: str | None) -> str | None:
    """Return the name of an encoding if files can be written in it.

    Parameters
    ----------
    encoding : str or None
        As asked for; None for UTF-8, with or without its mark.

    Returns
    -------
    str or None
        Python's name for it.

    Raises
    ------
    IngestError
        No such encoding.
    """
    if encoding is None:
        return None
    try:
        b"a".decode(encoding)
        name = codecs.lookup(encoding).name
    except UnicodeError:
        # One byte is half a letter of UTF-16: the encoding exists.
        name = codecs.lookup(encoding).name
    except LookupError as error:
        raise IngestError("no such encoding: try utf-8, cp1252 or utf-16") from error
    if name.replace("_", "-") in _NOT_FILES:
        raise IngestError("no encoding of files: try utf-8, cp1252 or utf-16")
    return name


def decode_blocks(blocks: Iterable[bytes], *, name: str, encoding: str | None) -> Iterator[str]:
    """Yield the text of a file, a piece for each block.

    Parameters
    ----------
    blocks : iterable of bytes
        The file.
    name : str
        The file, for messages.
    encoding : str or None
        None for UTF-8, with or without its mark.

    Yields
    ------
    str
        Text; a piece may end in the middle of a line.

    Raises
    ------
    FileFaultError
        The bytes are not in this encoding: with the row, the byte and the encoding it looks like.
    """
    pieces = _primed(iter(blocks))
    start = next(pieces, b"")
    _check_mark(start, name, encoding)
    offset, row = 0, 1
    if encoding in (None, "utf-8") and start.startswith(codecs.BOM_UTF8):
        start, offset = start[3:], 3
    decoder = codecs.getincrementaldecoder(encoding or "utf-8")("strict")
    for block, last in _with_end(start, pieces):
        held = len(decoder.getstate()[0])
        try:
            text = decoder.decode(block, last)
        except UnicodeDecodeError as error:
            good = bytes(error.object[: error.start]).decode(encoding or "utf-8", "replace")
            at = offset - held + error.start
            rule = f"byte {at:,} is not {encoding or 'UTF-8'}{_looks_like(block, encoding)}"
            raise refused(name, rule, row=row + good.count("\n")) from error
        offset += len(block)
        row += text.count("\n")
        if text:
            yield text


def whole_lines(texts: Iterable[str], *, name: str, max_line: int) -> Iterator[str]:
    """Yield the same text, cut after the end of a line.

    Parameters
    ----------
    texts : iterable of str
        Pieces of the file.
    name : str
        The file, for messages.
    max_line : int
        Characters that a line may hold.

    Yields
    ------
    str
        One or more whole lines, with their ends.

    Raises
    ------
    FileFaultError
        A line is too long; no more than one piece beyond the limit was held.
    """
    held, row = "", 1
    for text in texts:
        before = _lines_before_a_long_one(len(held), text, max_line)
        if before is not None:
            raise refused(name, f"a line of more than {max_line:,} characters", row=row + before)
        # A carriage return at the very end may be the first half of an end of line.
        cut = max(text.rfind("\n"), text.rfind("\r", 0, -1)) + 1
        if not cut:
            held += text
            continue
        piece = held + text[:cut]
        row += piece.count("\n")
        yield piece
        held = text[cut:]
    if held:
        yield held


def _lines_before_a_long_one(held: int, text: str, max_line: int) -> int | None:
    if held + len(text) <= max_line:
        return None
    lengths = list(map(len, text.split("\n")))
    lengths[0] += held
    return next((number for number, length in enumerate(lengths) if length > max_line), None)


def _primed(blocks: Iterator[bytes]) -> Iterator[bytes]:
    # Unpacking may begin with a few bytes only, too few to tell an encoding by.
    start = b""
    for block in blocks:
        start += block
        if len(start) >= _SNIFF:
            break
    yield start
    yield from blocks


def _with_end(start: bytes, pieces: Iterator[bytes]) -> Iterator[tuple[bytes, bool]]:
    yield start, False
    for piece in pieces:
        yield piece, False
    yield b"", True


def _check_mark(start: bytes, name: str, encoding: str | None) -> None:
    if encoding is not None:
        return
    for mark, marked in _MARKS:
        if start.startswith(mark):
            raise refused(name, f"not UTF-8: it starts as {marked}; --encoding {marked} accepts it")
    if start[:40:2].count(0) + start[1:40:2].count(0) >= 10:
        guess = "utf-16-le" if start[1:40:2].count(0) >= 10 else "utf-16-be"
        raise refused(name, f"not UTF-8: it looks like {guess}; --encoding {guess} accepts it")


def _looks_like(block: bytes, encoding: str | None) -> str:
    if encoding is not None:
        return ""
    try:
        block.decode("cp1252")
    except UnicodeDecodeError:
        return ": name the encoding with --encoding"
    return ": it looks like cp1252, which --encoding cp1252 accepts"
