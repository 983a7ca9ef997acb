"""Identifiers that several agencies share: one form each, and a check of what was typed."""

from __future__ import annotations

import re
from typing import Final

_UPN: Final = re.compile(r"[A-Z][0-9]{11}[0-9A-Z]")
_UPN_LETTERS: Final = "ABCDEFGHJKLMNPQRTUVWXYZ"
_PNC: Final = re.compile(r"([0-9]{4})/?([0-9]{1,7})([A-Z])")
_PNC_LETTERS: Final = "ZABCDEFGHJKLMNPQRTUVWXY"


def nhs_number(text: str) -> str:
    """Return an NHS number in one form.

    Parameters
    ----------
    text : str
        Ten digits, with or without spaces and hyphens.

    Returns
    -------
    str
        Ten digits; empty when it is no NHS number.

    Notes
    -----
    Ten equal digits are refused although some pass the check: they stand for "not known", and would
    make one person of everyone who has them.

    References
    ----------
    NHS Data Dictionary, NHS NUMBER: modulus 11 check digit.
    """
    digits = re.sub(r"[ -]", "", text)
    if not re.fullmatch(r"[0-9]{10}", digits) or len(set(digits)) == 1:
        return ""
    check = -sum(weight * int(digit) for weight, digit in zip(range(10, 1, -1), digits, strict=False)) % 11
    return digits if check == int(digits[9]) else ""


def upn(text: str) -> str:
    """Return a unique pupil number in one form.

    Parameters
    ----------
    text : str
        A letter and twelve digits, or eleven digits and a letter for a temporary one.

    Returns
    -------
    str
        Thirteen characters; empty when it is no unique pupil number.

    References
    ----------
    Department for Education, Unique pupil numbers: modulus 23 check letter.
    """
    number = text.replace(" ", "").upper()
    if not _UPN.fullmatch(number) or set(number[1:12]) == {"0"}:
        return ""
    last = number[12]
    if not last.isdigit() and last not in _UPN_LETTERS:
        return ""
    values = [*map(int, number[1:12]), int(last) if last.isdigit() else _UPN_LETTERS.index(last)]
    total = sum(weight * value for weight, value in enumerate(values, 2))
    return number if number[0] == _UPN_LETTERS[total % 23] else ""


def pnc_id(text: str) -> str:
    """Return a Police National Computer id in one form.

    Parameters
    ----------
    text : str
        A year of four digits, a serial number of up to seven and a letter, for example ``YYYY/NNNNNNNL``.

    Returns
    -------
    str
        The year, a slash, seven digits and the letter; empty when it is no such id.

    Notes
    -----
    A year of two digits is refused: its century would be a guess, and the id joins people.

    References
    ----------
    HM Prison and Probation Service, hmpps-person-record: modulus 23 of the year's last two digits and
    the serial number.
    """
    match = _PNC.fullmatch(text.replace(" ", "").upper())
    if match is None or not int(match[2]):
        return ""
    year, serial, letter = match[1], match[2].zfill(7), match[3]
    return f"{year}/{serial}{letter}" if letter == _PNC_LETTERS[int(year[2:] + serial) % 23] else ""
