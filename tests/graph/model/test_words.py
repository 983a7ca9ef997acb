from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.model.words import Words, folded, likenesses, words_of


@pytest.mark.parametrize(
    ("written", "typed"),
    [
        ("Siân", "sian"),
        ("SIA\u0302N", "siân"),
        ("Łukasz Żółć", "lukasz zolc"),
        ("Bjørn Ærø", "bjorn aero"),
        ("Weiß", "WEISS"),
        ("O\u2019Brien", "o'brien"),
        ("Ａｍｙ", "amy"),  # noqa: RUF001 - letters of full width, as some keyboards write them
    ],
)
def test_case_accents_and_ways_of_writing_a_letter_do_not_matter(written: str, typed: str) -> None:
    assert folded(written) == folded(typed)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Amy Ash", Words(("amy", "ash"), (), ())),
        ("Amy O'Brien", Words(("amy", "obrien"), ("amy", "o", "brien"), ())),
        ("Smith-Jones", Words(("smithjones",), ("smith", "jones"), ())),
        ("AB12 CDE", Words(("ab12", "cde"), (), ("ab12cde",))),
        ("+44 7700 900123", Words(("44", "7700", "900123"), (), ("447700900123", "07700900123"))),
        ("+44 (0)7700 900123", Words(("44", "07700", "900123"), ("44", "0", "7700", "900123"),
                                     ("4407700900123", "07700900123"))),
        ("0044 7700 900123", Words(("0044", "7700", "900123"), (), ("00447700900123", "07700900123"))),
        ("@king_99", Words(("king99",), ("king", "99"), ("king99",))),
        ("", Words((), (), ())),
        ('"*-() \0 \ud800 _', Words((), (), ())),
    ],
)  # fmt: skip
def test_marks_inside_a_word_part_it_and_do_not(text: str, words: Words) -> None:
    assert words_of(text) == words


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Amy Ash", "ash AMY"),
        ("Amy O'Brien", "obrien amy"),
        ("AB12 CDE", "ab1-2cde"),
        ("07700 900123", "+44 7700 900 123"),
        ("07700900123", "447700900123"),
        ("(01632) 960-001", "01632960001"),
    ],
)
def test_two_ways_to_write_one_name_or_number_have_a_likeness(one: str, other: str) -> None:
    assert likenesses(words_of(one)) & likenesses(words_of(other))


@pytest.mark.parametrize(("one", "other"), [("Amy Ash", "Amy Ashe"), ("Amy", "Amy Amy"), ("12", "12 13")])
def test_two_names_have_none(one: str, other: str) -> None:
    assert not likenesses(words_of(one)) & likenesses(words_of(other))


@given(st.text())
def test_every_word_is_of_letters_and_digits_alone(text: str) -> None:
    words = words_of(text)
    for word in (*words.whole, *words.parts, *words.joined):
        assert word and not any(letter.isspace() or letter in '"*()-+^:{}\0' for letter in word)
        word.encode()


@given(st.text(alphabet=st.characters(codec="utf-8")))
def test_folding_again_changes_nothing_that_is_looked_for(text: str) -> None:
    assert words_of(" ".join(words_of(text).whole)).whole == words_of(text).whole
