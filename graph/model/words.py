"""The words that names, numbers and references are found by: folded, so that spelling matters less."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import Final, NamedTuple

MOST_WORDS: Final = 32
"""Words of a question; nothing that anybody recorded has more."""

_MARKS: Final = {ord(letter): "'" for letter in "\u2018\u2019\u02bc\u02bb\u00b4`"}
_LETTERS: Final = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "æ": "ae", "œ": "oe", "\u0131": "i", "þ": "th", "ð": "d"}
)
"""Letters that no rule of Unicode takes apart, and what people type for them."""
_WORD: Final = re.compile(r"[^\W_]+")
_NUMBER: Final = re.compile(r"\+?[\d\s().\-/]+")
_FEWEST_DIGITS: Final = 5


class Words(NamedTuple):
    """What a text is found by.

    Attributes
    ----------
    whole : tuple of str
        Its words in their order, each without the marks inside it: ``O'Brien`` is ``obrien``.
    parts : tuple of str
        The same with words taken apart at such marks: ``o`` and ``brien``; empty where none is.
    joined : tuple of str
        Where it holds a digit, all of it as one word; of a phone number, as dialled at home, too.
    """

    whole: tuple[str, ...]
    parts: tuple[str, ...]
    joined: tuple[str, ...]


def folded(text: str) -> str:
    """Return a text without accents and case.

    Parameters
    ----------
    text : str
        Any text.

    Returns
    -------
    str
        Lower case, the same for every way that Unicode has to write it.
    """
    if text.isascii():
        return text.lower()
    apart = unicodedata.normalize("NFKD", text.translate(_MARKS)).casefold().translate(_LETTERS)
    return "".join(letter for letter in apart if unicodedata.category(letter) != "Mn")


def words_of(text: str) -> Words:
    """Return what a text is found by.

    Parameters
    ----------
    text : str
        A name, a number, a reference, or what somebody typed.

    Returns
    -------
    Words
        Letters and digits only; all empty where there are none.
    """
    pieces = [_WORD.findall(chunk) for chunk in folded(text).split()]
    whole = tuple("".join(found) for found in pieces if found)
    parts = tuple(piece for found in pieces for piece in found)
    return Words(whole, parts if len(parts) > len(whole) else (), _joined(text, whole))


def likenesses(words: Words) -> frozenset[str]:
    """Return the forms of which two equal texts have one in common.

    Parameters
    ----------
    words : Words
        Of a text.

    Returns
    -------
    frozenset of str
        Its words in no order, its letters without spaces, and its numbers.
    """
    return frozenset({" ".join(sorted(words.whole)), "".join(words.whole), *words.joined})


def _joined(text: str, whole: Sequence[str]) -> tuple[str, ...]:
    one = "".join(whole)
    if not any(letter.isdigit() for letter in one):
        return ()
    if len(one) < _FEWEST_DIGITS or not one.isdecimal() or not _NUMBER.fullmatch(text.strip()):
        return (one,)
    return tuple(dict.fromkeys((one, _dialled_at_home(one, abroad=text.strip().startswith("+")))))


def _dialled_at_home(digits: str, *, abroad: bool) -> str:
    """Return a British number as it is dialled in Britain: 0 in place of +44, 0044, +44 (0) and 44."""
    rest = digits[2:] if digits.startswith("0044") else digits
    if rest.startswith("44") and (abroad or rest is not digits or len(rest) >= 12):
        return "0" + rest[2:].removeprefix("0")
    return digits
