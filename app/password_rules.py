"""Which passwords are accepted: long, and not what somebody would try first."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.resources import files
from itertools import pairwise
from typing import Final

from app.passwords import LONGEST, is_too_long, normalised
from graph.errors import AccountRuleError

SHORTEST: Final = 15
"""Characters of a password at least, once normalised."""

FEWEST_DIFFERENT: Final = 6
FEWEST_OWN: Final = 8
"""Characters that must be left when well-known phrases and words are taken away."""
FEWEST_BEYOND_RUNS: Final = 10
"""Characters that must be left when runs (aaaa, 1234, qwerty) count as one."""

_PRODUCT: Final = "kithmap"
_SHORTEST_PART: Final = 4
_LOOKALIKES: Final = str.maketrans("013457@$", "oieastas")
_WORDS: Final = (
    "password", "passw", "passphrase", "welcome", "letmein", "administrator", "admin", "login", "secret",
    "access", "default", "changeme", "temporary", "computer", "internet", "iloveyou", "sunshine", "princess",
    "monkey", "dragon", "football", "liverpool", "arsenal", "chelsea", "everton", "charlie", "spring",
    "summer", "autumn", "winter", "january", "february", "october", "november", "december", "monday",
    "police", "council", "safeguarding", "qwerty", "superman", "batman", "master", "shadow", "michael",
)  # fmt: skip
_YEARS: Final = re.compile(r"^\d{1,4}|\d{1,4}$")
_ROWS: Final = ("1234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm", "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p")


def check_password(password: str, known: Iterable[str] = ()) -> None:
    """Refuse a password that breaks a rule; every rule it breaks is named.

    Parameters
    ----------
    password : str
        As typed.
    known : iterable of str, optional
        What an attacker knows of its owner: the account's name, the agency.

    Raises
    ------
    AccountRuleError
        It is short, long, well known, or made of what is known.

    Notes
    -----
    No rule asks for capitals, digits or signs: they make passwords harder to remember, not to guess.

    References
    ----------
    NIST SP 800-63B-4, section 3.1.1; OWASP ASVS 5.0, chapter 6.2.
    """
    if is_too_long(password):
        raise AccountRuleError(f"the password has more than {LONGEST} characters")
    text = normalised(password)
    rules = (
        (len(text) >= SHORTEST, f"has fewer than {SHORTEST} characters"),
        (len(set(text.casefold())) >= FEWEST_DIFFERENT, f"has fewer than {FEWEST_DIFFERENT} different ones"),
        (not _repeats(text.casefold()), "repeats itself"),
        (_beyond_runs(text.casefold()) >= FEWEST_BEYOND_RUNS, "is mostly a run such as aaaa, 1234 or qwerty"),
        (len(_own(text)) >= FEWEST_OWN, "is a well-known phrase, or little more than well-known words"),
        (not _tells(text, known), "holds the account's name, its agency or the name of this program"),
    )
    faults = [fault for holds, fault in rules if not holds]
    if faults:
        raise AccountRuleError(f"the password {'; it '.join(faults)}")


def squashed(text: str) -> str:
    """Return the letters and digits of a text, folded.

    Parameters
    ----------
    text : str
        For example a phrase with spaces and capitals.

    Returns
    -------
    str
        The form in which phrases are compared.
    """
    return "".join(letter for letter in normalised(text).casefold() if letter.isalnum())


@cache
def well_known() -> tuple[str, ...]:
    """Return the phrases that many people choose.

    Returns
    -------
    tuple of str
        Squashed, the longest first: a phrase is taken away before its own parts are.
    """
    text = files("app").joinpath("common_passwords.txt").read_text(encoding="utf-8")
    lines = (line for line in text.splitlines() if line and not line.startswith("#"))
    return tuple(
        sorted({_plain(squashed(line)) for line in lines}, key=lambda phrase: (-len(phrase), phrase))
    )


def _plain(text: str) -> str:
    return text.translate(_LOOKALIKES)


def _own(text: str) -> str:
    """Return what is left of a password when well-known phrases and a year at either end are taken away."""
    folded = "".join(letter for letter in text.casefold() if letter.isalnum() or letter in "@$")
    # A digit at the end is a year's, or stands for the last letter of a phrase.
    return min((_without_phrases(form, text) for form in (folded, _YEARS.sub("", folded))), key=len)


def _without_phrases(folded: str, text: str) -> str:
    whole = left = _plain(folded)
    for phrase in (*well_known(), *_WORDS):
        left = left.replace(phrase, "")
    # Without such a phrase every sign counts: what a password safe makes up may have few letters.
    return text if left == whole else left


def _tells(text: str, known: Iterable[str]) -> bool:
    held = squashed(text)
    forms = (held, _plain(held))
    return any(part in form for part in _parts(known) for form in forms)


def _parts(known: Iterable[str]) -> Iterator[str]:
    yield _PRODUCT
    for text in known:
        words = re.findall(r"\w+", normalised(text).casefold())
        whole = squashed(text)
        yield from (part for part in (whole, *map(squashed, words)) if len(part) >= _SHORTEST_PART)


def _repeats(text: str) -> bool:
    """Whether a text is one part over and over, the last time perhaps cut short."""
    return any(text[period:] == text[:-period] for period in range(1, len(text) // 2 + 1))


def _beyond_runs(text: str) -> int:
    """Return the number of characters that do not follow from the two before them."""
    steps = [_step(a, b) for a, b in pairwise(text)]
    followed = sum(bool(now & before) for before, now in pairwise(steps))
    return len(text) - followed


def _step(a: str, b: str) -> frozenset[str]:
    held = {name for name, step in (("same", 0), ("up", 1), ("down", -1)) if ord(b) - ord(a) == step}
    for number, row in enumerate(_ROWS):
        held |= {f"along {number}"} if a + b in row else set()
        held |= {f"back {number}"} if b + a in row else set()
    return frozenset(held)
