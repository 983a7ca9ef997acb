"""A document that every form can print."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Final

from app.documents.document import Document, Figure, Section, Table
from graph.errors import ModelError

LEFT_OUT: Final = (
    "The mark \N{REPLACEMENT CHARACTER} stands where a text holds a character that cannot be printed: "
    "a control character, one that would turn the reading order round, or one mark too many on a letter."
)
LONGEST_MARKING: Final = 80
"""Letters; of a reference, too. What stands on each page must leave the page to the text."""

LONGEST_STATES: Final = 200
"""Letters of all states together."""

_NOTES_HEADING: Final = "How characters were printed"
_PNG_START: Final = b"\x89PNG\r\n\x1a\n"
_AS_SPACE: Final = str.maketrans("\t", " ")
_AS_NEW_LINE: Final = str.maketrans(dict.fromkeys("\r\v\f\x85\u2028\u2029", "\n"))
# Joiners and plain direction marks belong to the spelling of names; a soft hyphen does not.
_SPELLING: Final = frozenset("\u200b\u200c\u200d\u200e\u200f\u061c")
_PILED: Final = frozenset({"Mn", "Me"})
_HIGHEST_PILE: Final = 4
"""Marks on one letter; no spelling needs more, and a high pile is printed over the lines above it."""

_UNPRINTABLE: Final = frozenset({"Cc", "Cf", "Cs"})


def printable(document: Document) -> Document:
    """Return the document with every text as each form can print it.

    Parameters
    ----------
    document : Document
        As its maker built it.

    Returns
    -------
    Document
        Line ends are one newline each, none in what stands on each page; tabs are spaces; control characters,
        lone surrogates, characters that override the reading order and more than four marks on one letter are
        U+FFFD. Where one was replaced, a last section says so.

    Raises
    ------
    ModelError
        A title, marking, state, heading, caption or alternative text is blank; what stands on each page is
        too long; a table's rows and columns do not agree; or a picture is not a PNG beside an SVG. All faults
        are named at once, by position.

    Notes
    -----
    A right-to-left override can make one name read as another, and tag characters hide text from the eye;
    both are shown to be there. Names in right-to-left scripts need neither.
    """
    faults = list(_faults(document))
    if faults:
        raise ModelError("the document cannot be printed: " + "; ".join(faults))
    lined = _framed(rewritten(document, _lined))
    marked = rewritten(lined, _marked)
    return marked if marked == lined else with_note(marked, LEFT_OUT)


def rewritten(document: Document, rewrite: Callable[[str], str]) -> Document:
    """Return the document with each of its texts rewritten.

    Parameters
    ----------
    document : Document
        Unchanged itself.
    rewrite : callable
        From a text to a text.

    Returns
    -------
    Document
        The same in everything but words.
    """
    return Document(
        title=rewrite(document.title),
        marking=rewrite(document.marking),
        states=tuple(map(rewrite, document.states)),
        reference=rewrite(document.reference),
        about=tuple((rewrite(heading), rewrite(text)) for heading, text in document.about),
        sections=tuple(_section(section, rewrite) for section in document.sections),
    )


def with_note(document: Document, note: str) -> Document:
    """Return the document with a note on its characters in a last section.

    Parameters
    ----------
    document : Document
        Unchanged itself.
    note : str
        One paragraph.

    Returns
    -------
    Document
        Notes share one section.
    """
    *before, last = document.sections or (Section(_NOTES_HEADING),)
    if last.heading != _NOTES_HEADING:
        before, last = [*before, last], Section(_NOTES_HEADING)
    noted = replace(last, paragraphs=(*last.paragraphs, note))
    return replace(document, sections=(*before, noted))


def _section(section: Section, rewrite: Callable[[str], str]) -> Section:
    return Section(
        heading=rewrite(section.heading),
        paragraphs=tuple(map(rewrite, section.paragraphs)),
        points=tuple(map(rewrite, section.points)),
        figures=tuple(
            Figure(figure.picture._replace(alt=rewrite(figure.picture.alt)), rewrite(figure.caption))
            for figure in section.figures
        ),
        tables=tuple(
            replace(
                table,
                caption=rewrite(table.caption),
                columns=tuple(map(rewrite, table.columns)),
                rows=tuple(tuple(map(rewrite, row)) for row in table.rows),
            )
            for table in section.tables
        ),
    )


def _framed(document: Document) -> Document:
    """Return the document with what stands on each page free of line ends."""
    return replace(
        document,
        marking=" ".join(document.marking.split()),
        states=tuple(" ".join(state.split()) for state in document.states),
        reference=" ".join(document.reference.split()),
    )


def _lined(text: str) -> str:
    return text.replace("\r\n", "\n").translate(_AS_NEW_LINE).translate(_AS_SPACE)


def _marked(text: str) -> str:
    if text.isascii() and text.isprintable():
        return text
    shown = []
    pile = 0
    for letter in text:
        pile = pile + 1 if unicodedata.category(letter) in _PILED else 0
        is_left_out = pile > _HIGHEST_PILE or _is_unprintable(letter)
        shown.append("\N{REPLACEMENT CHARACTER}" if is_left_out else letter)
    return "".join(shown)


def _is_unprintable(letter: str) -> bool:
    if letter == "\n" or letter in _SPELLING:
        return False
    # The last two code points of every plane, and U+FDD0 to U+FDEF, are never characters.
    never = ord(letter) & 0xFFFE == 0xFFFE or 0xFDD0 <= ord(letter) <= 0xFDEF
    return never or unicodedata.category(letter) in _UNPRINTABLE


def _faults(document: Document) -> Iterator[str]:
    named = {"title": document.title, "marking": document.marking}
    yield from (f"its {name} is blank" for name, text in named.items() if _is_blank(text))
    yield from (f"state {n} is blank" for n, text in enumerate(document.states, 1) if _is_blank(text))
    lengths = (
        ("marking", len(document.marking), LONGEST_MARKING),
        ("reference", len(document.reference), LONGEST_MARKING),
        ("states", sum(map(len, document.states)), LONGEST_STATES),
    )
    yield from (f"its {name} is longer than {most} letters" for name, long, most in lengths if long > most)
    for n, section in enumerate(document.sections, 1):
        if _is_blank(section.heading):
            yield f"section {n} has no heading"
        for m, figure in enumerate(section.figures, 1):
            yield from (f"section {n}, figure {m}: {fault}" for fault in _figure_faults(figure))
        for m, table in enumerate(section.tables, 1):
            yield from (f"section {n}, table {m}: {fault}" for fault in _table_faults(table))


def _figure_faults(figure: Figure) -> Iterator[str]:
    if _is_blank(figure.picture.alt):
        yield "it has no alternative text"
    if _is_blank(figure.caption):
        yield "it has no caption"
    if not figure.picture.png.startswith(_PNG_START):
        yield "its picture for the screen is not a PNG"
    if "<svg" not in figure.picture.svg:
        yield "its picture for print is not an SVG"


def _table_faults(table: Table) -> Iterator[str]:
    if _is_blank(table.caption):
        yield "it has no caption"
    if not table.columns or any(map(_is_blank, table.columns)):
        yield "a column has no heading"
    if not table.rows:
        yield "it has no rows"
    if any(len(row) != len(table.columns) for row in table.rows):
        yield "a row has not one cell for each column"
    if len(table.widths) != len(table.columns) or any(not share > 0 for share in table.widths):
        yield "its widths are not one share above nought for each column"


def _is_blank(text: str) -> bool:
    return not text.strip()
