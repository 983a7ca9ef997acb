"""A document as one page that needs nothing from outside."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from html import escape
from importlib import resources
from itertools import count
from typing import Final

from app.documents.document import Document, Figure, Section, Table
from app.documents.layout import BETWEEN_STATES, END, column_shares, control_line, size_pixels
from app.documents.printable import printable

POLICY: Final = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"
)
"""What the page allows itself: its own style and its own pictures; no script, no address."""


def document_page(document: Document) -> str:
    """Return the document as one HTML file.

    Parameters
    ----------
    document : Document
        What it says.

    Returns
    -------
    str
        With its pictures and its style inside. Printed, it carries the marking and the states on each page.

    Raises
    ------
    ModelError
        The document cannot be printed as it is.

    Notes
    -----
    There is no script in it, and its policy would stop one. Every text is escaped.
    """
    content = printable(document)
    style = resources.files(__package__).joinpath("page.css").read_text(encoding="utf-8")
    return "".join(
        (
            '<!doctype html>\n<html lang="en-GB">\n<head>\n<meta charset="utf-8">\n',
            f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">\n',
            '<meta name="viewport" content="width=device-width, initial-scale=1">\n',
            '<meta name="referrer" content="no-referrer">\n<meta name="robots" content="noindex">\n',
            f'<meta name="keywords" content="{escape(content.marking)}">\n',
            f"<title>{escape(content.title)}</title>\n<style>\n{style}</style>\n</head>\n<body>\n",
            *_head(content),
            '<main id="document" tabindex="-1">\n',
            *_main(content),
            "</main>\n",
            *_foot(content),
            "</body>\n</html>\n",
        )
    )


def _head(content: Document) -> Iterator[str]:
    yield '<header>\n<a class="skip" href="#document">Skip to the document</a>\n'
    yield _tag("p", content.marking, "marking")
    if content.states:
        yield _tag("p", BETWEEN_STATES.join(content.states), "states")
    yield "</header>\n"


def _foot(content: Document) -> Iterator[str]:
    yield "<footer>\n"
    if content.reference:
        yield _tag("p", content.reference, "reference")
    yield _tag("p", content.marking, "marking")
    yield "</footer>\n"


def _main(content: Document) -> Iterator[str]:
    yield _tag("h1", content.title)
    yield _tag("p", control_line(content), "control")
    if content.about:
        yield "<dl>"
        yield from (_tag("dt", heading) + _tag("dd", text) for heading, text in content.about)
        yield "</dl>\n"
    figures, tables = count(1), count(1)
    for section in content.sections:
        yield from _section(section, figures, tables)
    yield _tag("p", END, "end")


def _section(section: Section, figures: count[int], tables: count[int]) -> Iterator[str]:
    yield "<section>"
    yield _tag("h2", section.heading)
    yield from (_tag("p", text) for text in section.paragraphs)
    if section.points:
        yield "<ul>"
        yield from (_tag("li", text) for text in section.points)
        yield "</ul>\n"
    yield from (_figure(figure, next(figures)) for figure in section.figures)
    for table in section.tables:
        yield from _table(table, next(tables))
    yield "</section>\n"


def _figure(figure: Figure, number: int) -> str:
    png = figure.picture.png
    width, height = size_pixels(png)
    data = b64encode(png).decode("ascii")
    return (
        f'<figure><img src="data:image/png;base64,{data}" width="{width}" height="{height}" '
        f'alt="{escape(figure.picture.alt)}"><figcaption><b>Figure {number}.</b> {escape(figure.caption)}'
        "</figcaption></figure>\n"
    )


def _table(table: Table, number: int) -> Iterator[str]:
    # What scrolls sideways on a narrow screen must be reached by the keyboard, and have a name.
    yield f'<div class="wide" role="region" tabindex="0" aria-labelledby="table-{number}"><table>'
    yield f'<caption id="table-{number}"><b>Table {number}.</b> {escape(table.caption)}</caption><colgroup>'
    yield from (f'<col style="width:{share:.2%}">' for share in column_shares(table))
    yield "</colgroup>\n<thead><tr>"
    yield from (f'<th scope="col">{escape(heading)}</th>' for heading in table.columns)
    yield "</tr></thead>\n<tbody>\n"
    for row in table.rows:
        yield "<tr>"
        yield from (f"<td>{escape(text)}</td>" for text in row)
        yield "</tr>\n"
    yield "</tbody></table></div>\n"


def _tag(name: str, text: str, role: str = "") -> str:
    of_class = f' class="{role}"' if role else ""
    return f"<{name}{of_class}>{escape(text)}</{name}>\n"
