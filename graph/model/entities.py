"""Ids: random for entities, derived for links, written in an alphabet that reads aloud well."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Sequence
from functools import cache
from typing import Final

import numpy as np

from graph.errors import EntityNotFoundError
from graph.model.kinds import CAPACITY_NAMES, LINKS
from graph.model.links import Int16, Int64

ALPHABET: Final = "0123456789abcdefghjkmnpqrstvwxyz"
_VALUES: Final = {letter: value for value, letter in enumerate(ALPHABET)}
_PAIRS: Final = [a + b for a in ALPHABET for b in ALPHABET]
_SHIFTS: Final = (50, 40, 30, 20, 10, 0)
"""An id is written two letters at a time; an answer holds hundreds of them."""
_LENGTH: Final = 13

Mint = Callable[[Sequence[bytes]], list[int]]
"""Makes one new entity id for each key of a mention."""


def mint_ids(keys: Sequence[bytes]) -> list[int]:
    """Return random ids, one for each key.

    Parameters
    ----------
    keys : sequence of bytes
        Keys of new mentions; only their number matters.

    Returns
    -------
    list of int
        63 random bits each.
    """
    drawn = np.frombuffer(secrets.token_bytes(8 * len(keys)), dtype=np.uint64) >> np.uint64(1)
    return [int(number) or 1 for number in drawn]


def area_entity(kind: str, vintage: str, code: str) -> int:
    """Return the id of an area, which is public and the same in every workspace.

    Parameters
    ----------
    kind, vintage, code : str
        For example ``lsoa``, ``2021``, ``E01018386``.

    Returns
    -------
    int
        63 bits.
    """
    return _number(f"area|{kind}|{vintage}|{code}")


def stated_area(code: str) -> int:
    """Return the id of an area that a claim names by its code alone.

    Parameters
    ----------
    code : str
        For example ``E06000049``.

    Returns
    -------
    int
        63 bits.
    """
    return _number(f"stated area|{code}")


def _number(text: str) -> int:
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "big") >> 1


@cache
def _salts() -> np.typing.NDArray[np.uint64]:
    rows = [[_number(f"{link}|{capacity}") for capacity in CAPACITY_NAMES] for link in LINKS]
    return np.array(rows, dtype=np.uint64)


def _mix(values: np.typing.NDArray[np.uint64]) -> np.typing.NDArray[np.uint64]:
    # The finaliser of splitmix64 (Steele, Lea and Flood, 2014): every input bit moves every output bit.
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return values ^ (values >> np.uint64(31))


def link_ids(a: Int64, b: Int64, predicate: Int16, capacity: Int16) -> Int64:
    """Return the id of each link, a hash of its ends, predicate and capacity.

    Parameters
    ----------
    a, b : ndarray of int64
        Ids of the ends; a symmetric link has the smaller first.
    predicate, capacity : ndarray of int16
        Codes of the dictionary of kinds.

    Returns
    -------
    ndarray of int64
        63 bits each. Ends are random ids, so the hash needs no secret.
    """
    salts = _salts()[predicate, capacity]
    mixed = _mix(_mix(_mix(salts + a.astype(np.uint64)) + b.astype(np.uint64)))
    ids: Int64 = (mixed >> np.uint64(1)).astype(np.int64)
    return ids


def write_id(number: int) -> str:
    """Return an id as thirteen letters.

    Parameters
    ----------
    number : int
        63 bits.

    Returns
    -------
    str
        Crockford's base 32, lower case.
    """
    pairs = (_PAIRS[number >> bits & 1023] for bits in _SHIFTS)
    return ALPHABET[number >> 60 & 31] + "".join(pairs)


def read_id(text: str) -> int:
    """Return the number of a written id.

    Parameters
    ----------
    text : str
        As ``write_id`` wrote it.

    Returns
    -------
    int
        63 bits.

    Raises
    ------
    EntityNotFoundError
        The text is no id.
    """
    if len(text) != _LENGTH or not set(text) <= set(ALPHABET):
        raise EntityNotFoundError("an id has 13 letters and digits")
    number = 0
    for letter in text:
        number = number * 32 + _VALUES[letter]
    return number
