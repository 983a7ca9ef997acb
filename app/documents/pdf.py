"""A document as a PDF that a screen reader can read."""

from __future__ import annotations

import json
import re
from functools import cache
from importlib import resources
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final

from app.documents.document import Document, Figure, Section
from app.documents.layout import (
    BETWEEN_STATES,
    SIDE_MM,
    column_shares,
    control_line,
    figure_size_mm,
    whole_rows,
)
from app.documents.printable import printable, rewritten, with_note
from graph.errors import ModelError

if TYPE_CHECKING:
    from typst import Fonts

BY_NUMBER: Final = (
    "A character that the font of this PDF does not hold is printed as its number in Unicode, in square "
    "brackets; the Word form and the page show the character itself where the reader's computer can."
)
_FACES: Final = ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf")


def document_pdf(document: Document) -> bytes:
    """Return the document as a PDF.

    Parameters
    ----------
    document : Document
        What it says.

    Returns
    -------
    bytes
        Tagged PDF/UA-1 as its compiler checks it; the same bytes for the same document, with no date inside.

    Raises
    ------
    ModelError
        The document cannot be printed as it is, or the compiler refused it.

    Notes
    -----
    The texts reach the template as data, so none is read as markup. The compiler sees an empty folder and
    two fonts that come with matplotlib: the result does not depend on the machine.
    """
    import typst

    content = _in_this_font(printable(document))
    inputs = _inputs(content)
    template = resources.files(__package__).joinpath("briefing.typ").read_bytes()
    with TemporaryDirectory() as folder:
        compiler = typst.Compiler(
            root=folder,
            font_paths=_fonts(),
            ignore_system_fonts=True,
            sys_inputs=inputs,
            package_path=folder,
            package_cache_path=folder,
        )
        try:
            made = compiler.compile(input=template, format="pdf", pdf_standards=["ua-1"])
        except typst.TypstError as error:
            # The compiler's words may quote the text that it could not set.
            raise ModelError("the PDF's compiler refused the document under PDF/UA-1") from error
    if not isinstance(made, bytes):
        raise ModelError("the PDF's compiler made no document")
    return made


def _inputs(content: Document) -> dict[str, str]:
    """Return what the template reads: the words as JSON, each picture under a name of its own."""
    figures = [figure for section in content.sections for figure in section.figures]
    names = iter(range(len(figures)))
    data = {
        "title": content.title,
        "marking": content.marking,
        "states": BETWEEN_STATES.join(content.states),
        "reference": content.reference,
        "control": control_line(content),
        "about": content.about,
        "sections": [_section(section, [f"picture-{next(names)}" for _ in section.figures])
                     for section in content.sections],
        "side_mm": SIDE_MM,
    }  # fmt: skip
    pictures = {f"picture-{n}": figure.picture.svg for n, figure in enumerate(figures)}
    return {"data": json.dumps(data), **pictures}


def _section(section: Section, names: list[str]) -> dict[str, Any]:
    return {
        "heading": section.heading,
        "paragraphs": section.paragraphs,
        "points": section.points,
        "figures": [_figure(figure, name) for figure, name in zip(section.figures, names, strict=True)],
        "tables": [
            {
                "caption": table.caption,
                "columns": table.columns,
                "rows": table.rows,
                "shares": column_shares(table),
                "whole": whole_rows(table),
            }
            for table in section.tables
        ],
    }


def _figure(figure: Figure, name: str) -> dict[str, Any]:
    width_mm, height_mm = figure_size_mm(figure.picture.png)
    return {
        "svg": name,
        "alt": figure.picture.alt,
        "caption": figure.caption,
        "width_mm": width_mm,
        "height_mm": height_mm,
    }


def _in_this_font(document: Document) -> Document:
    """Return the document with every character outside the font named by its number."""
    outside = _outside()
    numbered = rewritten(document, lambda text: outside.sub(_numbers, text))
    return document if numbered == document else with_note(numbered, BY_NUMBER)


def _numbers(found: re.Match[str]) -> str:
    return "[" + " ".join(f"U+{ord(letter):04X}" for letter in found[0]) + "]"


@cache
def _outside() -> re.Pattern[str]:
    """Return what finds characters that one of the two faces lacks."""
    from matplotlib.ft2font import FT2Font

    regular, bold = (set(FT2Font(str(_font_folder() / face)).get_charmap()) for face in _FACES)
    held = "".join(re.escape(chr(code)) for code in sorted(regular & bold))
    return re.compile(f"[^\n{held}]+")


@cache
def _fonts() -> Fonts:
    import typst

    return typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(_font_folder())]
    )


def _font_folder() -> Path:
    import matplotlib

    return Path(matplotlib.get_data_path()) / "fonts" / "ttf"
