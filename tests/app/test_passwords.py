"""Passwords are kept as argon2id of the stated parameters, and what anybody would try first is refused."""

from __future__ import annotations

import base64
import random
import string
import unicodedata
from importlib.resources import files

import pytest
from argon2 import extract_parameters
from hypothesis import given, settings
from hypothesis import strategies as st

import app.passwords
from app.password_rules import SHORTEST, check_password, squashed, well_known
from app.passwords import (
    LONGEST,
    STRENGTH,
    Strength,
    hash_password,
    is_too_long,
    needs_new_hash,
    password_fits,
    temporary_password,
)
from graph.errors import AccountRuleError
from tests.app.front_door import OTHER, PASSWORD, WRONG, quick_hashes

KNOWN = ("j.o'neill", "Ashby Council")
GOOD = [
    PASSWORD,
    OTHER,
    WRONG,
    "plainlowercaselettersonly",
    "83920174559261038475",
    "dŵr oer ar y mynydd heno",
    "холодное яблоко под мостом",
    "卵と青い自転車と遠い山の朝焼けの色",
    "🐶🐱🐭🐹🐰🦊🐻🐼🐨🐯🦁🐮🐷🐸🐵",
    "}~|#[;^%{<&>]?!*=+",
    "we meet the owls at midnight 1234",
    "the monkey sat under a purple parasol",
]
BAD = {
    "short but no": "fewer than 15",
    "": "fewer than 15",
    "aaaaaaaaaaaaaaaaaaaa": "different",
    "ababababcbcbcbcacaca": "different",
    "plumgravel plumgravel plumgr": "repeats",
    "gravel7gravel7gravel7": "repeats",
    "abcdefghijklmnopqrs": "run",
    "0987654321qwertyuiop": "run",
    "1qaz2wsx3edc4rfv5tgb": "run",
    "zzzzzzzyyyyyyy87654321": "run",
    "Correct Horse Battery Staple": "well-known",
    "correct-horse-battery-staple-99": "well-known",
    "2019 M4y the F0rce be with y0u!": "well-known",
    "Password Welcome 2024!!": "well-known",
    "1987 Password 2024": "well-known",
    "Liverpool.Summer.2025": "well-known",
    "my Kithmap of the hills": "program",
    "O'Neill likes blue teapots": "account",
    "oneill likes blue teapots": "account",
    "0N31LL likes blue teapots": "account",
    "teapots of ASHBY at noon": "agency",
    "sheffield ashbycouncil tea": "agency",
}


def test_a_hash_is_argon2id_of_the_stated_parameters() -> None:
    held = hash_password(PASSWORD)
    empty, kind, version, costs, salt, digest = held.split("$")
    assert (empty, kind, version, costs) == ("", "argon2id", "v=19", "m=65536,t=3,p=4")
    assert Strength(3, 65_536, 4) == STRENGTH
    assert [len(base64.b64decode(part + "==")) for part in (salt, digest)] == [16, 32]
    assert password_fits(PASSWORD, held) and not password_fits(WRONG, held)


def test_no_two_hashes_are_alike() -> None:
    with quick_hashes():
        assert len({hash_password(PASSWORD) for _ in range(20)}) == 20


def test_where_there_is_no_account_the_same_work_is_done() -> None:
    nobodys = extract_parameters(app.passwords._nobodys_hash())
    assert nobodys == extract_parameters(hash_password(PASSWORD))
    with quick_hashes():
        assert not any(password_fits(typed, None) for typed in ("", PASSWORD, "x" * 500))


def test_a_hash_of_lower_parameters_is_made_anew_and_a_higher_one_left_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(app.passwords, "STRENGTH", Strength(2, 64, 2))
    held = hash_password(PASSWORD)
    for changed, anew in {(2, 64, 2): False, (3, 64, 2): True, (2, 65, 2): True, (1, 32, 1): False}.items():
        monkeypatch.setattr(app.passwords, "STRENGTH", Strength(*changed))
        assert needs_new_hash(held) is anew
        assert password_fits(PASSWORD, held)


@pytest.mark.parametrize(
    "damaged", ["", "plain", "$argon2id$", "$argon2id$v=19$m=8,t=1,p=1$AAAA$", "$2b$12$x"]
)
def test_a_damaged_hash_fits_no_password(damaged: str) -> None:
    with quick_hashes():
        assert not password_fits(PASSWORD, damaged) and not password_fits("", damaged)


@pytest.mark.properties
@settings(max_examples=100)
@given(st.text(min_size=1, max_size=60))
def test_a_password_fits_in_whichever_form_its_letters_are_composed(typed: str) -> None:
    with quick_hashes():
        held = hash_password(typed)
        for form in ("NFC", "NFD", "NFKC", "NFKD"):
            same = unicodedata.normalize(form, typed)
            assert password_fits(same, held) is not is_too_long(same)
        assert not password_fits(typed + "x", held)


def test_full_width_letters_and_ligatures_are_the_letters_they_stand_for() -> None:
    wide = "".join(chr(ord(letter) + 0xFEE0) for letter in "owls")
    with quick_hashes():
        assert password_fits(f"\ufb01ve {wide} in the barn", hash_password("five owls in the barn"))
        assert not password_fits("FIVE OWLS IN THE BARN", hash_password("five owls in the barn"))


def test_text_of_any_length_is_turned_away_unread() -> None:
    longest = "".join(random.Random(3).choices(string.ascii_letters, k=LONGEST))
    check_password(longest)
    # One letter of Arabic script that stands for eighteen.
    for long in (longest + "x", "\ufdfa" * 12 + "plum gravel", "x" * 5_000_000):
        with pytest.raises(AccountRuleError, match="more than 200"):
            check_password(long)
        with quick_hashes():
            assert not password_fits(long, hash_password(longest))


def test_half_a_surrogate_pair_is_a_wrong_password_and_no_failure() -> None:
    with quick_hashes():
        assert not password_fits("\ud800 plum gravel owl", hash_password(PASSWORD))


@pytest.mark.parametrize("password", GOOD)
def test_any_long_password_of_ones_own_is_accepted(password: str) -> None:
    check_password(password, KNOWN)


def test_what_a_password_safe_makes_up_is_accepted() -> None:
    letters, rng = string.ascii_letters + string.digits + string.punctuation, random.Random(5)
    for _ in range(500):
        check_password("".join(rng.choices(letters, k=16)), KNOWN)


@pytest.mark.parametrize("password", BAD)
def test_what_somebody_would_try_first_is_refused_by_its_rule(password: str) -> None:
    with pytest.raises(AccountRuleError, match=BAD[password]) as refused:
        check_password(password, KNOWN)
    said = str(refused.value).casefold()
    assert not any(word in said for word in ("neill", "ashby", "gravel", "liverpool", "teapot"))


def test_every_rule_that_is_broken_is_named() -> None:
    with pytest.raises(AccountRuleError) as refused:
        check_password("1234123412")
    assert all(words in str(refused.value) for words in ("fewer than 15", "different ones", "repeats", "run"))


def test_length_is_counted_in_characters_once_normalised() -> None:
    assert len("e\u0301toile brune 12") == 16
    with pytest.raises(AccountRuleError, match="fewer than 15"):
        check_password("e\u0301toile brun 12")
    check_password("e\u0301toile brune 12")


@pytest.mark.properties
@settings(max_examples=300)
@given(
    st.sampled_from(well_known()),
    st.integers(0, 9999),
    st.sampled_from(["", "!", "??", " x", "abc"]),
    st.booleans(),
    st.booleans(),
    st.booleans(),
)
def test_no_dressing_up_makes_a_well_known_phrase_acceptable(
    phrase: str, year: int, tail: str, first: bool, lookalike: bool, capital: bool
) -> None:
    text = phrase.translate(str.maketrans("oiea", "013@")) if lookalike else phrase
    text = text.title() if capital else text
    with pytest.raises(AccountRuleError, match="well-known"):
        check_password(f"{year}{text}{tail}" if first else f"{text}{tail}{year}")


def test_the_list_of_phrases_is_long_enough_sorted_and_of_phrases_that_would_be_long_enough() -> None:
    text = files("app").joinpath("common_passwords.txt").read_text("utf-8")
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    assert len(lines) > 700 and lines == sorted(set(lines))
    assert all(len(line) >= SHORTEST and len(squashed(line)) >= 12 for line in lines)


def test_a_temporary_password_is_random_long_and_keeps_the_rules() -> None:
    made = {temporary_password() for _ in range(300)}
    assert len(made) == 300 and {len(word) for word in made} == {29}
    for word in made:
        check_password(word)
        assert set(word) <= set("abcdefghjkmnpqrstuvwxyz23456789-")
    # Each place takes every letter: nothing of one password is known from others.
    assert all(len({word[place] for word in made}) > 25 for place in (0, 14, 28))
