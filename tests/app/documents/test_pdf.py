"""The PDF, read by poppler."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from typst import TypstError

from app.documents.document import Document, Figure, Section
from app.documents.layout import SIDE_MM, control_line
from app.documents.pdf import BY_NUMBER, document_pdf
from graph.errors import ModelError
from tests.app.documents.reading import facts, in_order, pages, sides_pt, squeezed, structure, texts
from tests.app.documents.sample import MARKING, STATES, briefing, people_table, ring
from tests.readers import program, run

_POINTS_IN_MM = 72 / 25.4


def _short(*paragraphs: str) -> Document:
    return replace(briefing(), about=(), sections=(Section("Heading", paragraphs),))


def _written(folder: Path, document: Document) -> Path:
    path = folder / "briefing.pdf"
    path.write_bytes(document_pdf(document))
    return path


@pytest.mark.readers
def test_the_file_is_tagged_open_and_named(tmp_path: Path) -> None:
    info = facts(_written(tmp_path, briefing())).info
    wanted = {
        "Title": "Briefing on peer cluster PC-7", "Author": "Kithmap", "Keywords": MARKING, "Tagged": "yes",
        "JavaScript": "no", "Encrypted": "no", "Form": "none", "Page size": "595.276 x 841.89 pts (A4)",
    }  # fmt: skip
    assert {key: info[key] for key in wanted} == wanted
    assert "CreationDate" not in info
    assert "ModDate" not in info


@pytest.mark.readers
def test_the_file_holds_no_link_script_or_attachment(tmp_path: Path) -> None:
    path = _written(tmp_path, replace(briefing(), reference="https://x.invalid/"))
    read = facts(path)
    assert read.urls.split() == ["Page", "Type", "URL"]
    assert read.scripts.strip() == ""
    assert run(program("pdfdetach"), "-list", path).strip() == "0 embedded files"


@pytest.mark.readers
def test_the_tags_hold_title_headings_pictures_with_words_and_heading_cells(tmp_path: Path) -> None:
    path = _written(tmp_path, briefing())
    lines = [line.strip() for line in structure(path).splitlines() if line.strip()]
    assert lines[2] == f'"{briefing().title}"', "nothing is read before the title"
    assert lines[4] == f'"{control_line(briefing())}"', "marking and states are read aloud, too"
    tags = [line.split()[0].rstrip(":") for line in lines]
    for tag, count in {"H1": 6, "Figure": 2, "Caption": 5, "Table": 3, "THead": 3, "TH": 17, "LI": 5}.items():
        assert tags.count(tag) == count, tag
    assert not {"H2", "H3", "Span"} & set(tags)
    content = path.read_bytes()
    for figure in (figure for section in briefing().sections for figure in section.figures):
        assert f"/Alt({figure.picture.alt})".encode() in content
    assert b"/Lang(en-GB)" in content


@pytest.mark.readers
def test_marking_and_states_are_on_every_page(tmp_path: Path) -> None:
    read = pages(_written(tmp_path, briefing(60)))
    assert len(read) > 3
    for number, lines in enumerate(read, 1):
        assert lines[0] == lines[-1] == MARKING
        assert all(state in lines[1] for state in STATES)
        assert lines[-2] == f"KM-2026-0042 Page {number} of {len(read)}"


@pytest.mark.readers
def test_every_text_is_found(tmp_path: Path) -> None:
    read = in_order(_written(tmp_path, briefing()))
    alternatives = {figure.picture.alt for part in briefing().sections for figure in part.figures}
    missing = [text for text in texts(briefing()) if squeezed(text) not in read and text not in alternatives]
    assert missing == []
    assert "S25" in read, "the words inside a picture stay text"


@pytest.mark.readers
def test_a_long_table_runs_over_pages_under_its_heading_row(tmp_path: Path) -> None:
    long = replace(briefing(), sections=(Section("Members", tables=(people_table(60),)),))
    read = pages(_written(tmp_path, long))
    assert len(read) > 1
    assert all(any(line.startswith("Ref Initials Age Lives in") for line in lines) for lines in read)


@pytest.mark.readers
def test_no_word_leaves_its_margins(tmp_path: Path) -> None:
    words = (
        "W" * 300,
        "m" * 90 + "/" + "m" * 90,
        "\u738b" * 80,
        "2026-01-02/2026-03-04/" * 9,
        "a\u00a0" * 200,
    )
    table = replace(people_table(5), rows=tuple((word,) * 6 for word in words))
    document = Document(
        "W" * 60, "M" * 80, ("W" * 100, "D" * 100), "W" * 80, tuple((word, word) for word in words),
        (Section("W" * 90, words, words, (Figure(ring(), "W" * 200),), (table,)),),
    )  # fmt: skip
    left, right = sides_pt(_written(tmp_path, document))
    assert left >= SIDE_MM * _POINTS_IN_MM - 1
    assert right <= (210 - SIDE_MM) * _POINTS_IN_MM + 1


@pytest.mark.readers
def test_a_cell_taller_than_a_page_keeps_all_its_words(tmp_path: Path) -> None:
    table = replace(people_table(1), rows=(("S1", "word " * 3_000, "", "", "", ""),))
    read = in_order(_written(tmp_path, replace(briefing(), sections=(Section("A", tables=(table,)),))))
    assert read.count("word") == 3_000


@pytest.mark.readers
def test_a_character_outside_the_font_is_printed_by_number_with_a_note(tmp_path: Path) -> None:
    read = in_order(_written(tmp_path, _short("\u738b\u5c0f, Zo\u00eb, \u0411\u043e\u0440\u0438\u0441")))
    assert "[U+738BU+5C0F],Zo\u00eb,\u0411\u043e\u0440\u0438\u0441" in read
    assert squeezed(BY_NUMBER) in read
    assert squeezed(BY_NUMBER) not in in_order(_written(tmp_path, _short("Zo\u00eb")))


@pytest.mark.readers
def test_markup_in_a_text_stays_text(tmp_path: Path) -> None:
    markup = (
        '#eval("1+1") $x^2$ *bold* _low_ = Heading #read("/etc/passwd") \\u{41} @ref <label> '
        "// gone? /* no */"
    )
    read = structure(_written(tmp_path, _short(markup)))
    assert squeezed(markup) in squeezed(read).replace('""', "")


def test_the_same_document_gives_the_same_bytes() -> None:
    assert document_pdf(briefing()) == document_pdf(briefing())


def test_what_the_compiler_refuses_is_an_error_of_ours_without_its_words() -> None:
    broken = ring(5)._replace(svg="<svg Kai Secret")
    document = replace(briefing(), sections=(Section("A", figures=(Figure(broken, "Caption"),)),))
    with pytest.raises(ModelError, match="refused the document") as raised:
        document_pdf(document)
    assert isinstance(raised.value.__cause__, TypstError)
    assert "Kai" not in str(raised.value)
