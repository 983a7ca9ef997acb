"""A table for Word."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from app.documents.document import Table
from app.documents.layout import TEXT_WIDTH_MM, column_shares, whole_rows

if TYPE_CHECKING:
    from docx.oxml.table import CT_Tbl
    from docx.oxml.xmlchemy import BaseOxmlElement

_TWIPS_IN_MM: Final = 1440 / 25.4


def table_element(table: Table) -> CT_Tbl:
    """Return a table as Word's own markup.

    Parameters
    ----------
    table : Table
        Its texts are printable already.

    Returns
    -------
    CT_Tbl
        Fixed widths; a heading row that is repeated on each page; rows that stay whole where a page can hold
        them.

    Notes
    -----
    Made element by element: asking a Word table for each of its cells takes time that grows with the square
    of their number.
    """
    whole = round(TEXT_WIDTH_MM * _TWIPS_IN_MM)
    widths = [round(share * whole) for share in column_shares(table)]
    made = _element("w:tbl", _properties(table, whole), _element("w:tblGrid", *map(_grid_column, widths)))
    heading = (_element("w:cantSplit"), _element("w:tblHeader"))
    made.append(_row(table.columns, widths, "TableHeading", heading))
    for row, is_whole in zip(table.rows, whole_rows(table), strict=True):
        made.append(_row(row, widths, "TableText", [_element("w:cantSplit")] if is_whole else []))
    return made


def _properties(table: Table, whole: int) -> BaseOxmlElement:
    return _element(
        "w:tblPr",
        _element("w:tblStyle", val="BriefingTable"),
        _element("w:tblW", w=whole, type="dxa"),
        _element("w:tblLayout", type="fixed"),
        _element("w:tblLook", val="0620", firstRow=1, lastRow=0, firstColumn=0, noHBand=1, noVBand=1),
        _element("w:tblCaption", val=table.caption),
    )  # fmt: skip


def _grid_column(width: int) -> BaseOxmlElement:
    return _element("w:gridCol", w=width)


def _row(
    texts: Sequence[str], widths: Sequence[int], style: str, rules: Sequence[BaseOxmlElement]
) -> BaseOxmlElement:
    cells = (_cell(text, width, style) for text, width in zip(texts, widths, strict=True))
    return _element("w:tr", _element("w:trPr", *rules), *cells)


def _cell(text: str, width: int, style: str) -> BaseOxmlElement:
    run = _element("w:r")
    run.text = text
    paragraph = _element("w:p", _element("w:pPr", _element("w:pStyle", val=style)), run)
    return _element("w:tc", _element("w:tcPr", _element("w:tcW", w=width, type="dxa")), paragraph)


def _element(tag: str, *children: BaseOxmlElement, **attributes: str | int) -> BaseOxmlElement:
    from docx.oxml.ns import qn
    from docx.oxml.parser import OxmlElement

    made = OxmlElement(tag, {qn(f"w:{name}"): str(value) for name, value in attributes.items()})
    made.extend(children)
    return made
