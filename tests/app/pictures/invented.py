"""Invented networks to draw."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from app.pictures.marks import KINDS, Line, Mark
from graph.measures.layout import positions
from tests.measures.invented import planted

_LETTERS = "ABCDEFGHJKLMNPRSTW"


class Invented(NamedTuple):
    """Marks, lines and places.

    Attributes
    ----------
    marks : list of Mark
        People, two thirds children.
    lines : list of Line
        A third rests on co-presence alone, some are disputed.
    places : dict of int to (float, float)
        As the layout gives them.
    """

    marks: list[Mark]
    lines: list[Line]
    places: dict[int, tuple[float, float]]


def network(people: int, *, labels: Sequence[str] = (), kinds: Sequence[str] = ()) -> Invented:
    """Return an invented network.

    Parameters
    ----------
    people : int
        25 or 300.
    labels : sequence of str, optional
        Used in turn; initials by default.
    kinds : sequence of str, optional
        Used in turn; child, child, adult by default.

    Returns
    -------
    Invented
        The same each time.
    """
    rng = np.random.default_rng(3)
    sets, strangers = {25: (2, 9), 300: (20, 140)}[people]
    ties, truth = planted(1, sets=sets, strangers=strangers)
    part = np.where(truth < sets, truth, -1)
    names = labels or [f"{_LETTERS[a]}.{_LETTERS[b]}." for a, b in rng.integers(0, 18, (people, 2))]
    sorts = kinds or ("child", "child", "adult")
    marks = [Mark(k, names[k % len(names)], sorts[k % len(sorts)], int(part[k])) for k in range(people)]
    known = rng.random((len(ties), 2)) < (0.33, 0.1)
    lines = [
        Line(int(a), int(b), float(w), bool(together), bool(disputed))
        for a, b, w, (together, disputed) in zip(ties.i, ties.j, ties.weight, known, strict=True)
    ]
    places = positions(people, ties.i, ties.j, weight=ties.weight, part=part).tolist()
    return Invented(marks, lines, {k: (xy[0], xy[1]) for k, xy in enumerate(places)})


ALL_KINDS = tuple(KINDS)
