"""Words in a picture: what can be drawn, how wide it is, and where there is room for it."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from functools import cache, lru_cache
from typing import Final, NamedTuple

import numpy as np
from matplotlib.font_manager import FontProperties, findfont, get_font
from matplotlib.textpath import text_to_path

FONT: Final = "DejaVu Sans"
REPLACEMENT: Final = "\ufffd"
"""Stands for a character that the font does not hold."""

_ELLIPSIS: Final = "…"
_SURELY_LONG: Final = 2000
"""Letters that no line of a page holds."""

_SPELLING: Final = frozenset("\u00ad\u200b\u200c\u200d\u200e\u200f\u061c\ufeff")
_NO_WIDTH: Final = frozenset({"Mn", "Me", "Cf"})


def readable(text: str) -> str:
    """Return text as one line, without what a file cannot hold or what turns the reading order round.

    Parameters
    ----------
    text : str
        From a record.

    Returns
    -------
    str
        Legal in XML; runs of white space are one space; control characters, half characters, unassigned ones
        and those that override the reading order are ``REPLACEMENT``.

    Notes
    -----
    An override can make one name read as another, so it is shown to be there. Every letter stays, in any
    script, with the joiners and marks of direction that belong to its spelling.
    """
    lined = "".join(" " if letter.isspace() else letter for letter in text)
    return " ".join("".join(REPLACEMENT if _is_unfit(letter) else letter for letter in lined).split())


def drawable(text: str, *, longest: int | None = None) -> str:
    """Return text of which the font holds every character.

    Parameters
    ----------
    text : str
        From a record.
    longest : int, optional
        Characters after which it is cut, with an ellipsis.

    Returns
    -------
    str
        As ``readable``; a character the font lacks is ``REPLACEMENT``, or nothing if it has no width of
        its own.
    """
    held = _held()
    normal = unicodedata.normalize("NFC", readable(text))
    drawn = "".join(
        letter if ord(letter) in held and letter not in _SPELLING else _stand_in(letter) for letter in normal
    )
    if longest is not None and len(drawn) > longest:
        return drawn[: longest - 1].rstrip() + _ELLIPSIS
    return drawn


def width_pt(text: str, size_pt: float, *, bold: bool = False) -> float:
    """Return how wide a line of text is.

    Parameters
    ----------
    text : str
        As ``drawable`` gives it.
    size_pt : float
        Size of the letters, in points.
    bold : bool, optional
        In bold letters.

    Returns
    -------
    float
        Points.
    """
    return _width(text, size_pt, bold)


def wrapped(
    text: str, size_pt: float, width: float, *, bold: bool = False, most: int | None = None
) -> list[str]:
    """Return text in lines that are no wider than asked.

    Parameters
    ----------
    text : str
        As ``drawable`` gives it.
    size_pt : float
        Size of the letters, in points.
    width : float
        Points that a line may take.
    bold : bool, optional
        In bold letters.
    most : int, optional
        Lines after which it is cut, with an ellipsis.

    Returns
    -------
    list of str
        Lines; a word that is wider than a line is broken.
    """
    lines: list[str] = []
    line = ""
    for word in text.split():
        longer = f"{line} {word}".strip()
        if len(longer) < _SURELY_LONG and _width(longer, size_pt, bold) <= width:
            line = longer
            continue
        if line:
            lines.append(line)
        *full, line = _broken(word, size_pt, width, bold)
        lines.extend(full)
        if most is not None and len(lines) > most:
            break
    lines = [*lines, line] if line else lines
    if most is None or len(lines) <= most:
        return lines
    room = width - _width(f" {_ELLIPSIS}", size_pt, bold)
    return [
        *lines[: most - 1],
        f"{_broken(lines[most - 1], size_pt, room, bold)[0].rstrip(' .,;')} {_ELLIPSIS}",
    ]


class Box(NamedTuple):
    """A rectangle in points.

    Attributes
    ----------
    left, low, right, high : float
        Its sides.
    """

    left: float
    low: float
    right: float
    high: float


class LabelRoom:
    """What is taken in a frame, so that no label covers a mark or another label.

    Parameters
    ----------
    frame : Box
        What labels must stay inside.
    """

    def __init__(self, frame: Box) -> None:
        self._frame = frame
        self._taken = np.empty((0, 4))

    def take(self, box: Box) -> None:
        """Say that something is drawn there.

        Parameters
        ----------
        box : Box
            What it covers.
        """
        self._taken = np.vstack((self._taken, box))

    def first_free(self, candidates: Iterable[Box]) -> int | None:
        """Take the first place that is free.

        Parameters
        ----------
        candidates : iterable of Box
            In the order of liking.

        Returns
        -------
        int or None
            Which one was taken; None when none is free.
        """
        for number, box in enumerate(candidates):
            if self.covered(box) == 0:
                self.take(box)
                return number
        return None

    def covered(self, box: Box) -> float:
        """Return how much of a place is taken.

        Parameters
        ----------
        box : Box
            The place.

        Returns
        -------
        float
            Square points, all that is drawn there added up; infinite outside the frame.
        """
        frame = self._frame
        beside = box.left < frame.left or box.right > frame.right
        if beside or box.low < frame.low or box.high > frame.high:
            return float("inf")
        left, low, right, high = self._taken.T
        wide = np.minimum(box.right, right) - np.maximum(box.left, left)
        tall = np.minimum(box.high, high) - np.maximum(box.low, low)
        return float((np.maximum(wide, 0) * np.maximum(tall, 0)).sum())


def _is_unfit(letter: str) -> bool:
    never = ord(letter) & 0xFFFE == 0xFFFE or unicodedata.category(letter) in {"Cc", "Cs", "Cn"}
    return never or (unicodedata.category(letter) == "Cf" and letter not in _SPELLING)


def _stand_in(letter: str) -> str:
    return "" if unicodedata.category(letter) in _NO_WIDTH else REPLACEMENT


def _broken(word: str, size_pt: float, width: float, bold: bool) -> list[str]:
    pieces, piece, filled = [], "", 0.0
    for letter in word:
        # Letters side by side are at most as wide as one by one, give or take what kerning adds.
        own = 1.02 * _letter_width(letter, size_pt, bold)
        if piece and filled + own > width:
            pieces.append(piece)
            piece, filled = "", 0.0
        piece += letter
        filled += own
    return [*pieces, piece]


# Of letters only: a cache of whole texts would hold names.
@lru_cache(maxsize=4096)
def _letter_width(letter: str, size_pt: float, bold: bool) -> float:
    return _width(letter, size_pt, bold)


def _width(text: str, size_pt: float, bold: bool) -> float:
    wide, _, _ = text_to_path.get_text_width_height_descent(text, _face(bold, size_pt), ismath=False)
    return float(wide)


def _face(bold: bool, size_pt: float = 9) -> FontProperties:
    return FontProperties(family=FONT, weight="bold" if bold else "normal", size=size_pt)


@cache
def _held() -> frozenset[int]:
    plain, bold = (set(get_font(findfont(_face(heavy))).get_charmap()) for heavy in (False, True))
    return frozenset(plain & bold)
