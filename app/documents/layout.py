"""The measures of the page that every form is laid out on."""

from __future__ import annotations

import struct
from typing import Final

from app.documents.document import Document, Table

PAGE_WIDTH_MM: Final = 210.0
"""A4."""


SIDE_MM: Final = 18.0
"""Left and right margin."""

TEXT_WIDTH_MM: Final = PAGE_WIDTH_MM - 2 * SIDE_MM
"""Between the margins."""

TALLEST_FIGURE_MM: Final = 150.0
"""A taller picture is drawn smaller, so that its caption and a heading stay on its page."""

_BOLD_LETTER_MM: Final = 2.05
_LETTER_MM: Final = 2.2
_MOST_LINES: Final = 25
_CELL_SIDES_MM: Final = 3.4

BETWEEN_STATES: Final = "\N{EN SPACE}|\N{EN SPACE}"
"""So that two states are not read as one."""

END: Final = "End of document"
"""The last line: a reader sees that no page is missing."""


def figure_size_mm(png: bytes) -> tuple[float, float]:
    """Return how large a picture is printed.

    Parameters
    ----------
    png : bytes
        Whose shape counts; its resolution does not.

    Returns
    -------
    tuple of float
        Width and height in millimetres: as wide as the text, or as tall as a figure may be.
    """
    width, height = size_pixels(png)
    scale = min(TEXT_WIDTH_MM / width, TALLEST_FIGURE_MM / height)
    return round(width * scale, 2), round(height * scale, 2)


def size_pixels(png: bytes) -> tuple[int, int]:
    """Return the size that a PNG states.

    Parameters
    ----------
    png : bytes
        Of a picture.

    Returns
    -------
    tuple of int
        Width and height, at least 1 each.
    """
    width, height = struct.unpack(">II", png[16:24])
    return max(1, width), max(1, height)


def column_shares(table: Table) -> tuple[float, ...]:
    """Return the parts of the text's width that a table's columns take.

    Parameters
    ----------
    table : Table
        With a share for each column.

    Returns
    -------
    tuple of float
        Adding up to 1. A column too narrow for the longest word of its heading is widened at the cost of the
        others, as long as the headings fit beside each other at all.
    """
    total = sum(table.widths)
    asked = [width / total for width in table.widths]
    least = [_heading_share(heading) for heading in table.columns]
    if sum(least) >= 1:
        return tuple(asked)
    spare = [max(0.0, share - need) for share, need in zip(asked, least, strict=True)]
    room = (1 - sum(least)) / sum(spare)
    return tuple(need + extra * room for need, extra in zip(least, spare, strict=True))


def _heading_share(heading: str) -> float:
    longest = max(map(len, heading.split()), default=1)
    return (longest * _BOLD_LETTER_MM + _CELL_SIDES_MM) / TEXT_WIDTH_MM


def whole_rows(table: Table) -> tuple[bool, ...]:
    """Return which rows are kept whole on one page.

    Parameters
    ----------
    table : Table
        Of printable texts.

    Returns
    -------
    tuple of bool
        One for each row: false where a cell may be as tall as a page, so that keeping its row whole would
        push text off the paper.
    """
    rooms_mm = [max(1.0, share * TEXT_WIDTH_MM - _CELL_SIDES_MM) for share in column_shares(table)]
    return tuple(
        all(_lines(text, room_mm) < _MOST_LINES for text, room_mm in zip(row, rooms_mm, strict=True))
        for row in table.rows
    )


def _lines(text: str, room_mm: float) -> int:
    return sum(1 + int(len(line) * _LETTER_MM / room_mm) for line in text.split("\n"))


def control_line(document: Document) -> str:
    """Return the line under the title that says how the document may be treated.

    Parameters
    ----------
    document : Document
        Any.

    Returns
    -------
    str
        Marking, states and reference. A page's head and foot are not read aloud to those who listen to a
        document; this line is.
    """
    return " · ".join(part for part in (document.marking, *document.states, document.reference) if part)
