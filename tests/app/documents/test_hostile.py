"""More than 200 hostile names through every field of every form: nothing runs, nothing is lost unseen."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from io import BytesIO
from pathlib import Path

import docx
import pytest
from docx.oxml.ns import qn

from app.documents.document import Document, Figure, Section, Table
from app.documents.page import document_page
from app.documents.pdf import _in_this_font, document_pdf
from app.documents.printable import LONGEST_MARKING, printable
from app.documents.word import document_docx
from tests.app.documents.hostile import NAMES
from tests.app.documents.reading import facts, in_order, is_told_in_another_order, pages, squeezed, texts
from tests.app.documents.sample import strip
from tests.readers import chromium_page, office_convert

_HTML_SPACE = re.compile("[ \n]+")


@cache
def _every_name() -> Document:
    """Return a document with every name in every field that is not on each page."""
    picture = strip()
    sections = tuple(
        Section(
            name, (name,), (name,), (Figure(picture._replace(alt=name), name),),
            (Table(name, (name, "B", "C"), ((name, NAMES[n - 1], "z"), ("k", name, name)), (1, 2, 0.5)),),
        )
        for n, name in enumerate(NAMES)
    )  # fmt: skip
    about = tuple((name, name) for name in NAMES)
    return Document("All names", "OFFICIAL", ("DRAFT",), "KM-1", about, sections)


def _framed() -> Iterator[Document]:
    """Return documents with every name in every field that is on each page, some at once."""
    packed: list[str] = [""]
    for name in NAMES:
        both = f"{packed[-1]} {name[:LONGEST_MARKING]}"
        packed[-1:] = [both] if len(both) <= LONGEST_MARKING else [packed[-1], name[:LONGEST_MARKING]]
    for n, names in enumerate(packed):
        states = (packed[n - 1], packed[n - 2])
        yield Document(packed[n - 3], names, states, packed[n - 4], (), (Section("Heading", ("Text",)),))


def test_there_are_more_than_200() -> None:
    assert len(NAMES) >= 200
    assert len(set(NAMES)) == len(NAMES)


@pytest.mark.readers
def test_the_pdf_shows_every_name(tmp_path: Path) -> None:
    path = tmp_path / "names.pdf"
    path.write_bytes(document_pdf(_every_name()))
    read = in_order(path)
    wanted = set(texts(_in_this_font(printable(_every_name()))))
    assert [
        ascii(name) for name in wanted if squeezed(name) not in read and not is_told_in_another_order(name)
    ] == []
    missing = {
        letter for name in wanted if is_told_in_another_order(name) for letter in squeezed(name)
    } - set(read)
    assert missing <= {"\u200f"}
    known = facts(path)
    assert known.urls.split() == ["Page", "Type", "URL"]
    assert (known.info["JavaScript"], known.scripts.strip()) == ("no", "")
    assert all(lines[0] == lines[-1] == "OFFICIAL" for lines in pages(path))


@pytest.mark.readers
def test_the_word_file_shows_every_name_as_text_only() -> None:
    word = docx.Document(BytesIO(document_docx(_every_name())))
    body = word.element.body
    shown = {"".join(t.text or ("\n" if t.tag == qn("w:br") else "") for t in p.iter(qn("w:t"), qn("w:br")))
             for p in body.iter(qn("w:p"))}  # fmt: skip
    alternatives = {str(shape._inline.docPr.get("descr")) for shape in word.inline_shapes}
    wanted = set(texts(printable(_every_name()))) - {"OFFICIAL", "DRAFT", "KM-1"}
    assert [ascii(name) for name in wanted - shown] == []
    assert len(alternatives) == len({name for section in printable(_every_name()).sections
                                     for name in (f.picture.alt for f in section.figures)})  # fmt: skip
    fields = {str(field.get(qn("w:instr"))) for field in body.iter(qn("w:fldSimple"))}
    assert fields == {"SEQ Figure \\* ARABIC", "SEQ Table \\* ARABIC"}
    assert not list(body.iter(qn("w:hyperlink"), qn("w:instrText"), qn("w:object")))


@pytest.mark.readers
@pytest.mark.slow
def test_libreoffice_opens_the_word_file_of_every_name(tmp_path: Path) -> None:
    path = tmp_path / "names.docx"
    path.write_bytes(document_docx(_every_name()))
    read = pages(office_convert(path, "pdf", tmp_path / "office"))
    assert len(read) > 50
    assert all(lines[0] == lines[-1] == "OFFICIAL" and lines[1] == "DRAFT" for lines in read)


@pytest.mark.readers
def test_the_page_shows_every_name_and_runs_none(tmp_path: Path) -> None:
    path = tmp_path / "names.html"
    path.write_text(document_page(_every_name()), encoding="utf-8")
    with chromium_page() as seen:
        seen.open(path)
        shown = squeezed(seen.page.evaluate("() => document.body.textContent"))
        alternatives = seen.page.evaluate("() => [...document.images].map(i => i.alt)")
        tags = seen.page.evaluate(
            "() => [...new Set([...document.querySelectorAll('*')].map(e => e.tagName))]"
        )
        faults = seen.faults()
    assert faults == []
    printed = printable(_every_name())
    assert [ascii(name) for name in texts(printed) if squeezed(name) not in shown] == []
    assert alternatives == [figure.picture.alt for section in printed.sections for figure in section.figures]
    assert not {"SCRIPT", "IFRAME", "LINK", "BASE", "OBJECT", "SVG", "svg", "math", "TEXTAREA"} & set(tags)


@pytest.mark.readers
def test_names_in_the_frame_of_the_page_stay_inside_it(tmp_path: Path) -> None:
    path = tmp_path / "framed.html"
    with chromium_page() as seen:
        for document in _framed():
            path.write_text(document_page(document), encoding="utf-8")
            seen.open(path)
            assert seen.page.title() == " ".join(_HTML_SPACE.split(printable(document).title)).strip(" ")
            assert seen.page.text_content("header .marking") == printable(document).marking
            assert seen.faults() == []


def test_every_name_can_stand_in_the_frame_of_a_pdf() -> None:
    for document in _framed():
        assert document_pdf(document).startswith(b"%PDF-")


@pytest.mark.readers
def test_every_name_can_stand_in_the_frame_of_a_word_file() -> None:
    for document in _framed():
        word = docx.Document(BytesIO(document_docx(document)))
        wanted = printable(document)
        section = word.sections[0]
        assert section.header.paragraphs[0].text == section.footer.paragraphs[1].text == wanted.marking
        assert all(state in section.header.paragraphs[1].text for state in wanted.states)
        assert word.core_properties.title == wanted.title[:255]
