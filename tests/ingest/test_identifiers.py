"""Tests of ingest.identifiers."""

from __future__ import annotations

import pytest

from ingest.identifiers import nhs_number, pnc_id, upn


@pytest.mark.parametrize("text", ["9434765919", "943 476 5919", "943-476-5919"])
def test_an_nhs_number_has_one_form(text: str) -> None:
    assert nhs_number(text) == "9434765919"


@pytest.mark.parametrize("text", ["9434765918", "943476591", "94347659190", "943476591X", "", "٩434765919"])
def test_what_is_no_nhs_number_is_refused(text: str) -> None:
    assert nhs_number(text) == ""


@pytest.mark.parametrize("digit", "0123456789")
def test_ten_equal_digits_never_join_people(digit: str) -> None:
    assert nhs_number(digit * 10) == ""


def test_one_wrong_digit_of_an_nhs_number_is_always_seen() -> None:
    good = "9434765919"
    for place in range(10):
        wrong = [good[:place] + digit + good[place + 1 :] for digit in "0123456789" if digit != good[place]]
        assert [nhs_number(text) for text in wrong] == [""] * 9


@pytest.mark.parametrize(
    ("text", "form"), [("B801200005001", "B801200005001"), ("p207000 016049", "P207000016049")]
)
def test_a_upn_has_one_form(text: str, form: str) -> None:
    # The example of python-stdnum; and 2*2 + 7*4 + 1*9 + 6*10 + 4*12 + 9*13 = 266 = 11*23 + 13, which is P.
    assert upn(text) == form


def test_the_letter_at_the_end_of_a_temporary_upn_counts_by_its_place() -> None:
    # 8*2 + 1*4 + 2*5 + 5*10 = 80; J stands for 8, so 80 + 13*8 = 184 = 8*23: the check letter is A.
    assert upn("A80120000500J") == "A80120000500J"
    assert upn("A80120000500K") == ""


@pytest.mark.parametrize(
    "text", ["A801200005001", "B80120000500", "B8012000050011", "A000000000000", "B80120000500I", ""]
)
def test_what_is_no_upn_is_refused(text: str) -> None:
    assert upn(text) == ""


@pytest.mark.parametrize("text", ["2020/0000001J", "2020/1j", "20200000001J", " 2020 / 0000001J"])
def test_a_pnc_id_has_one_form(text: str) -> None:
    # 20 and 0000001 make 200000001; 200000001 = 23 * 8695652 + 5, but letters run from Z for 0: 5 is E.
    right = "ZABCDEFGHJKLMNPQRTUVWXY"[200_000_001 % 23]
    assert pnc_id(text.replace("J", right).replace("j", right.lower())) == f"2020/0000001{right}"


@pytest.mark.parametrize("text", ["20/1E", "2020/0000000Z", "2020/12345678A", "2020-0000001E", ""])
def test_what_is_no_pnc_id_is_refused(text: str) -> None:
    assert pnc_id(text) == ""


def test_one_wrong_letter_of_a_pnc_id_is_always_seen() -> None:
    found = [pnc_id(f"2020/0000001{letter}") for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"]
    assert len([form for form in found if form]) == 1
