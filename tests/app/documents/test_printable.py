"""A document is made safe to print, or refused with all its faults named."""

from __future__ import annotations

import unicodedata
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.documents.document import Document, Figure, Section, Table
from app.documents.page import document_page
from app.documents.pdf import document_pdf
from app.documents.printable import LEFT_OUT, LONGEST_MARKING, LONGEST_STATES, printable, rewritten, with_note
from app.documents.word import document_docx
from geo.picture import Picture
from graph.errors import ModelError
from tests.app.documents.reading import texts
from tests.app.documents.sample import briefing, ring

_STEERING = {"Cc", "Cf", "Cs"}
_SPELLING = set("\n\u200b\u200c\u200d\u200e\u200f\u061c")
_TABLE = Table("Caption", ("A", "B"), (("1", "2"),), (1, 2))
_WORDLESS = ring(5)._replace(alt="")
_FIGURE = Figure(ring(5), "Caption")


def _of(text: str) -> Document:
    return Document("Title", "MARKING", ("DRAFT",), "KM-1", (), (Section("Heading", (text,)),))


def _printed(text: str) -> str:
    return printable(_of(text)).sections[0].paragraphs[0]


def _with(**parts: object) -> Document:
    return replace(_of("Text"), sections=(Section("Heading", **parts),))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("document", "fault"),
    [
        (replace(_of(""), title=" "), "its title is blank"),
        (replace(_of(""), marking=""), "its marking is blank"),
        (replace(_of(""), states=("DRAFT", "\n")), "state 2 is blank"),
        (replace(_of(""), marking="M" * (LONGEST_MARKING + 1)), "its marking is longer than 80 letters"),
        (replace(_of(""), reference="M" * (LONGEST_MARKING + 1)), "its reference is longer than 80 letters"),
        (replace(_of(""), states=("M" * LONGEST_STATES, "D")), "its states is longer than 200 letters"),
        (replace(_of(""), sections=(Section(""),)), "section 1 has no heading"),
        (_with(figures=(_FIGURE, Figure(_WORDLESS, "C"))), "figure 2: it has no alternative text"),
        (_with(figures=(replace(_FIGURE, caption=""),)), "figure 1: it has no caption"),
        (_with(figures=(Figure(Picture(b"GIF89a", "<svg/>", "alt"), "C"),)), "for the screen is not a PNG"),
        (_with(figures=(Figure(ring(5)._replace(svg="PNG"), "C"),)), "for print is not an SVG"),
        (_with(tables=(replace(_TABLE, caption=""),)), "table 1: it has no caption"),
        (_with(tables=(replace(_TABLE, columns=()),)), "a column has no heading"),
        (_with(tables=(replace(_TABLE, columns=("A", "")),)), "a column has no heading"),
        (_with(tables=(replace(_TABLE, rows=()),)), "it has no rows"),
        (_with(tables=(replace(_TABLE, rows=(("1", "2"), ("1",))),)), "not one cell for each column"),
        (_with(tables=(replace(_TABLE, widths=(1,)),)), "widths are not one share"),
        (_with(tables=(replace(_TABLE, widths=(1, float("nan"))),)), "widths are not one share"),
    ],
)  # fmt: skip
def test_a_fault_is_named_by_its_position_in_every_form(document: Document, fault: str) -> None:
    for form in (document_docx, document_pdf, document_page):
        with pytest.raises(ModelError, match=fault):
            form(document)


def test_all_faults_are_named_at_once_and_no_text_is() -> None:
    bad = _with(paragraphs=("Kai Secret",), tables=(replace(_TABLE, rows=(("Kai Secret",),)),))
    with pytest.raises(ModelError) as raised:
        printable(replace(bad, title=""))
    assert str(raised.value) == (
        "the document cannot be printed: its title is blank; "
        "section 1, table 1: a row has not one cell for each column"
    )


def test_a_plain_document_is_left_as_it_is() -> None:
    assert printable(briefing()) == briefing()


def test_line_ends_become_one_and_tabs_become_spaces() -> None:
    assert _printed("a\r\nb\rc\x0bd\x0ce\x85f\u2028g\u2029h\ti\n") == "a\nb\nc\nd\ne\nf\ng\nh i\n"


def test_what_stands_on_each_page_has_no_line_ends() -> None:
    framed = printable(replace(_of(""), marking="A\nB", states=("C\r\nD",), reference="E\n"))
    assert (framed.marking, framed.states, framed.reference) == ("A B", ("C D",), "E")


@pytest.mark.parametrize(
    "letter", ["\0", "\x1b", "\x7f", "\u202e", "\u2066", "\ud800", "\ufffe", "\ufeff", "\U000e0041", "\xad"]
)
def test_what_hides_or_turns_text_round_is_shown_to_be_there(letter: str) -> None:
    document = printable(_of(f"K{letter}L"))
    assert document.sections[0].paragraphs == ("K\N{REPLACEMENT CHARACTER}L",)
    assert document.sections[-1].paragraphs == (LEFT_OUT,)


@pytest.mark.parametrize(
    "name",
    ["Zo\u00eb", "Zoe\u0308", "\u0645\u200c\u062d", "\u05d0\u200f", "\u738b", "\U0001f468\u200d\U0001f469"],
)
def test_the_spelling_of_a_name_stays(name: str) -> None:
    assert _printed(name) == name


def test_a_pile_of_marks_is_cut_before_it_covers_the_line_above() -> None:
    assert _printed("Z" + "\u0301" * 6 + "o\u0301") == "Z" + "\u0301" * 4 + "\ufffd\ufffdo\u0301"


def test_notes_share_one_last_section() -> None:
    noted = with_note(with_note(_of("a"), "first"), "second")
    assert [section.heading for section in noted.sections] == ["Heading", "How characters were printed"]
    assert noted.sections[-1].paragraphs == ("first", "second")
    assert with_note(replace(_of("a"), sections=()), "only").sections[0].paragraphs == ("only",)


def test_every_text_of_a_document_is_rewritten() -> None:
    shouted = rewritten(briefing(), lambda text: f"<{text}>")
    assert all(text.startswith("<") for text in texts(shouted))
    rows = sum(len(table.rows) * len(table.columns) for part in briefing().sections for table in part.tables)
    assert len(texts(shouted)) > rows


@pytest.mark.properties
@given(st.text(st.characters()))
def test_printing_twice_is_printing_once_and_keeps_the_rest(text: str) -> None:
    printed = _printed(text)
    assert _printed(printed) == printed
    assert not _STEERING & {unicodedata.category(letter) for letter in set(printed) - _SPELLING}
    kept = [letter for letter in text if letter.isprintable() and unicodedata.category(letter)[0] != "M"]
    assert all(printed.count(letter) >= kept.count(letter) for letter in set(kept))
