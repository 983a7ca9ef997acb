"""A document for Word."""

from __future__ import annotations

from io import BytesIO
from itertools import count
from typing import TYPE_CHECKING, Final

from app.documents.document import Document, Figure, Section, Table
from app.documents.layout import BETWEEN_STATES, END, control_line, figure_size_mm
from app.documents.printable import printable
from app.documents.word_package import blank_package, without_clock
from app.documents.word_table import table_element

if TYPE_CHECKING:
    from docx.document import Document as WordDocument
    from docx.section import Section as WordSection
    from docx.text.paragraph import Paragraph

_LONGEST_PROPERTY: Final = 255
"""Letters that Word keeps of a property."""


def document_docx(document: Document) -> bytes:
    """Return the document as a file that Word opens.

    Parameters
    ----------
    document : Document
        What it says.

    Returns
    -------
    bytes
        The same for the same document: there is no clock, machine or person's name inside.

    Raises
    ------
    ModelError
        The document cannot be printed as it is.

    Notes
    -----
    Properties hold no dates: the day is said in the document's own words and in the register of products.
    """
    import docx

    content = printable(document)
    word = docx.Document(BytesIO(blank_package()))
    _describe(word, content)
    _frame(word.sections[0], content)
    word.add_paragraph(content.title, "Title")
    word.add_paragraph(control_line(content), "Subtitle")
    for heading, text in content.about:
        _about(word.add_paragraph(style="About"), heading, text)
    figures, tables = count(1), count(1)
    for section in content.sections:
        _section(word, section, figures, tables)
    word.add_paragraph(END, "Document End")
    written = BytesIO()
    word.save(written)
    return without_clock(written.getvalue())


def _describe(word: WordDocument, content: Document) -> None:
    properties = word.core_properties
    properties.title = content.title[:_LONGEST_PROPERTY]
    properties.keywords = content.marking[:_LONGEST_PROPERTY]
    properties.subject = control_line(content)[:_LONGEST_PROPERTY]
    properties.identifier = content.reference[:_LONGEST_PROPERTY]


def _frame(section: WordSection, content: Document) -> None:
    """Write what stands at the top and the bottom of every page, the first one too."""
    head, foot = section.header, section.footer
    head.is_linked_to_previous = foot.is_linked_to_previous = False
    head.paragraphs[0].text = content.marking
    if content.states:
        head.add_paragraph(BETWEEN_STATES.join(content.states), "States")
    line = foot.paragraphs[0]
    line.add_run(f"{content.reference}\tPage ")
    _field(line, "PAGE", "1")
    line.add_run(" of ")
    _field(line, "NUMPAGES", "1")
    foot.add_paragraph(content.marking, "Header")


def _about(paragraph: Paragraph, heading: str, text: str) -> None:
    paragraph.add_run(heading).bold = True
    paragraph.add_run(f"\t{text}")


def _section(word: WordDocument, section: Section, figures: count[int], tables: count[int]) -> None:
    word.add_paragraph(section.heading, "Heading 1")
    for text in section.paragraphs:
        word.add_paragraph(text)
    for text in section.points:
        word.add_paragraph(text, "List Bullet")
    for figure in section.figures:
        _figure(word, figure, str(next(figures)))
    for table in section.tables:
        _table(word, table, str(next(tables)))


def _figure(word: WordDocument, figure: Figure, number: str) -> None:
    from docx.shared import Mm

    width_mm, height_mm = figure_size_mm(figure.picture.png)
    run = word.add_paragraph(style="Picture").add_run()
    shape = run.add_picture(BytesIO(figure.picture.png), Mm(width_mm), Mm(height_mm))
    drawn = shape._inline.docPr
    drawn.set("descr", figure.picture.alt)
    drawn.set("name", f"Figure {number}")
    _caption(word.add_paragraph(style="Caption"), "Figure", number, figure.caption)


def _table(word: WordDocument, table: Table, number: str) -> None:
    caption = word.add_paragraph(style="Table Caption")
    _caption(caption, "Table", number, table.caption)
    caption._p.addnext(table_element(table))


def _caption(paragraph: Paragraph, kind: str, number: str, text: str) -> None:
    paragraph.add_run(f"{kind} ").bold = True
    _field(paragraph, f"SEQ {kind} \\* ARABIC", number, bold=True)
    paragraph.add_run(".").bold = True
    paragraph.add_run(f" {text}")


def _field(paragraph: Paragraph, instruction: str, shown: str, *, bold: bool = False) -> None:
    """Add a field that Word works out again; ``shown`` stands there until it does."""
    from docx.oxml.ns import qn
    from docx.oxml.parser import OxmlElement

    field = OxmlElement("w:fldSimple", {qn("w:instr"): instruction})
    run = paragraph.add_run(shown)
    run.bold = bold or None
    run._r.addprevious(field)
    field.append(run._r)
