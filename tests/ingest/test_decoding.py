"""Tests of ingest.decoding."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.errors import IngestError
from ingest.decoding import check_encoding, decode_blocks, whole_lines
from ingest.faults import FileFaultError


def _cut(content: bytes, places: list[int]) -> list[bytes]:
    edges = [0, *sorted(place % (len(content) + 1) for place in places), len(content)]
    return [content[a:b] for a, b in pairwise(edges)]


@pytest.mark.properties
@given(
    text=st.text(st.characters(codec="utf-8")),
    encoding=st.sampled_from([None, "utf-8", "utf-16", "utf-16-le", "utf-8-sig"]),
    places=st.lists(st.integers(0, 10_000)),
)
def test_where_blocks_are_cut_changes_nothing(text: str, encoding: str | None, places: list[int]) -> None:
    text = "name,£\n" + text
    blocks = _cut(text.encode(encoding or "utf-8"), places)
    assert "".join(decode_blocks(blocks, name="a.csv", encoding=encoding)) == text


@pytest.mark.properties
@given(text=st.text("ab\r\n,"), places=st.lists(st.integers(0, 1_000)))
def test_pieces_end_where_lines_end_and_lose_nothing(text: str, places: list[int]) -> None:
    texts = [part.decode() for part in _cut(text.encode(), places)]
    pieces = list(whole_lines(texts, name="a.csv", max_line=10_000))
    assert "".join(pieces) == text
    # No piece ends between the two halves of an end of line.
    assert all(not (a.endswith("\r") and b.startswith("\n")) for a, b in pairwise(pieces))
    assert all(piece.endswith(("\r", "\n")) for piece in pieces[:-1])


@pytest.mark.parametrize("cut", range(8))
def test_an_end_of_line_is_never_cut_in_two(cut: int) -> None:
    text = "a\r\nb\r\nc"
    assert list(whole_lines([text[:cut], text[cut:]], name="a.csv", max_line=10))[-1] == "c"
    pieces = list(whole_lines([text[:cut], text[cut:]], name="a.csv", max_line=10))
    assert all(piece.endswith("\n") for piece in pieces[:-1])


@pytest.mark.parametrize("places", [[], [600], [611], [612], list(range(0, 700, 3))])
def test_the_byte_and_the_row_of_a_wrong_encoding_are_named(places: list[int]) -> None:
    content = b"a,b\n" * 150 + b"name \xc3\xa9,\xe9 2\n"
    with pytest.raises(FileFaultError) as caught:
        list(decode_blocks(_cut(content, places), name="a.csv", encoding=None))
    assert str(caught.value) == (
        "a.csv: row 151: byte 608 is not UTF-8: it looks like cp1252, which --encoding cp1252 accepts"
    )


def test_text_cut_inside_a_letter_is_no_utf8() -> None:
    with pytest.raises(FileFaultError, match="row 2: byte 2 is not UTF-8"):
        list(decode_blocks(["é".encode()[:0] + b"a\n\xc3"], name="a.csv", encoding=None))


@pytest.mark.parametrize(
    ("encoding", "named"), [("utf-16", "utf-16"), ("utf-16-le", "utf-16-le"), ("utf-32", "utf-32")]
)
def test_wider_encodings_are_recognised(encoding: str, named: str) -> None:
    content = "person_ref,agency,agreement\n".encode(encoding)
    with pytest.raises(FileFaultError, match=f"--encoding {named} accepts it"):
        list(decode_blocks([content], name="a.csv", encoding=None))


@pytest.mark.parametrize("encoding", ["klingon", "hex", "unicode_escape", "utf-7", "idna"])
def test_what_no_file_is_written_in_is_refused(encoding: str) -> None:
    with pytest.raises(IngestError, match="encoding"):
        check_encoding(encoding)
