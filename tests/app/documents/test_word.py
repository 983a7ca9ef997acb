"""The Word file, read by python-docx and by LibreOffice."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import docx
import pytest
from docx.document import Document as WordDocument
from docx.oxml.ns import qn

from app.documents.document import Document, Section
from app.documents.word import document_docx
from tests.app.documents.reading import pages, texts
from tests.app.documents.sample import MARKING, STATES, briefing, people_table
from tests.readers import office_convert

_HIDDEN = re.compile(
    rb"w:vanish|w:webHidden|w:comment|<w:ins |<w:del |w:moveFrom|TargetMode|vbaProject|oleObject|w:altChunk|"
    rb"attachedTemplate|w:hyperlink|w:instrText|customXml|w:rsid"
)


def _read(document: Document) -> WordDocument:
    return docx.Document(BytesIO(document_docx(document)))


def _parts(document: Document) -> dict[str, bytes]:
    with ZipFile(BytesIO(document_docx(document))) as package:
        return {name: package.read(name) for name in package.namelist()}


def _visible(word: WordDocument) -> set[str]:
    cells = (cell for table in word.tables for row in table.rows for cell in row.cells)
    return {paragraph.text for paragraph in word.paragraphs} | {cell.text for cell in cells}


@pytest.mark.readers
def test_headings_have_real_styles_in_order() -> None:
    named = [(str(p.style and p.style.name), p.text) for p in _read(briefing()).paragraphs]
    assert named[0] == ("Title", "Briefing on peer cluster PC-7")
    headings = [text for style, text in named if style == "Heading 1"]
    assert headings == [section.heading for section in briefing().sections]
    points = [text for style, text in named if style == "List Bullet"]
    assert points == [text for section in briefing().sections for text in section.points]


@pytest.mark.readers
def test_no_paragraph_is_empty() -> None:
    empty = [
        p for p in _read(briefing()).paragraphs if not p.text and not p._p.findall(f".//{qn('w:drawing')}")
    ]
    assert empty == []


@pytest.mark.readers
def test_the_frame_is_on_every_page_the_first_one_too() -> None:
    (section,) = _read(briefing()).sections
    assert not section.different_first_page_header_footer
    head = [paragraph.text for paragraph in section.header.paragraphs]
    foot = [paragraph.text for paragraph in section.footer.paragraphs]
    assert head[0] == foot[1] == MARKING
    assert all(state in head[1] for state in STATES)
    assert "KM-2026-0042" in foot[0]
    fields = [field.get(qn("w:instr")) for field in section.footer._element.iter(qn("w:fldSimple"))]
    assert fields == ["PAGE", "NUMPAGES"]
    assert (round(section.page_width or 0, -4), round(section.page_height or 0, -4)) == (
        7_560_000,
        10_690_000,
    )


@pytest.mark.readers
def test_pictures_have_words_and_captions_have_numbers() -> None:
    word = _read(briefing())
    drawn = [shape._inline.docPr for shape in word.inline_shapes]
    assert [each.get("descr") for each in drawn] == [
        figure.picture.alt for section in briefing().sections for figure in section.figures
    ]
    assert len({each.get("id") for each in drawn}) == len(drawn)
    # python-docx leaves a field out of a paragraph's text; its number is in the field.
    runs = ["".join(t.text or "" for t in p._p.iter(qn("w:t"))) for p in word.paragraphs]
    assert "Figure 2. Where members live, and where they were seen together" in runs
    assert "Table 3. Links across borders" in runs


@pytest.mark.readers
def test_tables_repeat_their_heading_row_and_keep_rows_whole() -> None:
    for table, wanted in zip(
        _read(briefing()).tables, (t for s in briefing().sections for t in s.tables), strict=True
    ):
        first, *others = table.rows
        assert [cell.text for cell in first.cells] == list(wanted.columns)
        assert first._tr.find(f".//{qn('w:tblHeader')}") is not None
        assert all(row._tr.find(f".//{qn('w:tblHeader')}") is None for row in others)
        assert all(row._tr.find(f".//{qn('w:cantSplit')}") is not None for row in table.rows)
        assert [tuple(cell.text for cell in row.cells) for row in others] == list(wanted.rows)
        grid = sum(int(column.get(qn("w:w")) or 0) for column in table._tbl.iter(qn("w:gridCol")))
        assert grid == pytest.approx(9865, abs=6)


@pytest.mark.readers
def test_every_text_is_found() -> None:
    visible = "\n".join(_visible(_read(briefing())))
    alternatives = {figure.picture.alt for section in briefing().sections for figure in section.figures}
    missing = [text for text in texts(briefing()) if text not in visible and text not in alternatives]
    assert missing == []


@pytest.mark.readers
def test_properties_name_the_product_and_no_person_or_machine() -> None:
    core = _read(briefing()).core_properties
    assert (core.title, core.author, core.keywords) == ("Briefing on peer cluster PC-7", "Kithmap", MARKING)
    assert (core.identifier, core.language) == ("KM-2026-0042", "en-GB")
    assert (core.created, core.modified, core.last_modified_by, core.comments) == (None, None, "", "")
    assert b'w:lang w:val="en-GB"' in _parts(briefing())["word/styles.xml"]


def test_the_package_holds_nothing_hidden_and_nothing_from_outside() -> None:
    parts = _parts(briefing())
    assert {name for name in parts if not name.startswith("word/media/")} == {
        "[Content_Types].xml", "_rels/.rels", "docProps/core.xml", "word/document.xml", "word/styles.xml",
        "word/numbering.xml", "word/settings.xml", "word/header1.xml", "word/footer1.xml",
        "word/_rels/document.xml.rels",
    }  # fmt: skip
    for name, content in parts.items():
        if not name.endswith(".png"):
            assert _HIDDEN.findall(content) == [], name


def test_the_same_document_gives_the_same_bytes_in_another_process(tmp_path: Path) -> None:
    here = document_docx(briefing(5))
    path = tmp_path / "there.docx"
    script = (
        "import sys, pathlib\nfrom app.documents.word import document_docx\n"
        "from tests.app.documents.sample import briefing\n"
        "pathlib.Path(sys.argv[1]).write_bytes(document_docx(briefing(5)))"
    )
    root = Path(__file__).parents[3]
    environment = {**os.environ, "PYTHONHASHSEED": "7", "PYTHONPATH": str(root), "TZ": "Asia/Tokyo"}
    subprocess.run([sys.executable, "-c", script, path], check=True, cwd=root, env=environment)
    assert path.read_bytes() == here


def test_a_property_is_cut_where_word_cuts_it() -> None:
    assert _read(replace(briefing(5), title="K" * 300)).core_properties.title == "K" * 255


@pytest.mark.readers
def test_libreoffice_shows_marking_and_states_on_every_page(tmp_path: Path) -> None:
    long = replace(
        briefing(60), sections=(*briefing(60).sections, Section("More", tables=(people_table(60),)))
    )
    path = tmp_path / "briefing.docx"
    path.write_bytes(document_docx(long))
    read = pages(office_convert(path, "pdf", tmp_path / "office"))
    assert len(read) > 4
    for number, lines in enumerate(read, 1):
        assert lines[0] == lines[-1] == MARKING
        assert all(state in lines[1] for state in STATES)
        assert lines[-2] == f"KM-2026-0042 Page {number} of {len(read)}"
    assert sum(any(line.startswith("Ref Initials Age") for line in lines) for lines in read) > 4
