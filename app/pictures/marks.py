"""What a picture of a network is made of, and how each kind of it looks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, NamedTuple


class Mark(NamedTuple):
    """Somebody or something in the picture.

    Attributes
    ----------
    id : int
        Id.
    label : str
        Initials, or a name by right; none when empty.
    kind : str
        A key of ``KINDS``; any other is drawn as ``other``.
    part : int
        Number of the peer cluster from 0, -1 for none.
    """

    id: int
    label: str
    kind: str
    part: int


class Line(NamedTuple):
    """A tie in the picture.

    Attributes
    ----------
    a, b : int
        Ids of its two ends.
    strength : float
        Sum of the aged weights of its evidence; above 0.
    co_presence : bool
        Rests on co-presence alone; nobody stated it.
    disputed : bool
        Some of its evidence is disputed.
    """

    a: int
    b: int
    strength: float
    co_presence: bool
    disputed: bool


class Look(NamedTuple):
    """How a kind of mark is drawn.

    Attributes
    ----------
    words : str
        In the key.
    shape : str
        A marker of matplotlib; each kind has its own.
    colour : str
        Of the surface.
    scale : float
        Size, so that all shapes look as large.
    """

    words: str
    shape: str
    colour: str
    scale: float


KINDS: Final[Mapping[str, Look]] = {
    "child": Look("child, or age unknown", "o", "#f0b323", 1.0),
    "adult": Look("adult", "s", "#0b4f8a", 0.9),
    "Group": Look("group, as recorded", "p", "#cf86bd", 1.15),
    "Location": Look("place", "^", "#1f7a5c", 1.1),
    "Event": Look("event", "D", "#a3a3a3", 0.82),
    "Organisation": Look("organisation", "v", "#7fc4e8", 1.1),
    "Object": Look("object", "P", "#b4461e", 1.1),
    "other": Look("other", "X", "#444444", 1.05),
}
"""Shape and colour of each kind; the shape alone tells them apart."""

STATED: Final = "#3a3a3a"
"""Colour of a stated tie; dashes tell the three apart too."""

TOGETHER: Final = "#5b6f86"
"""Colour of a tie that rests on co-presence alone."""

DISPUTED: Final = "#b4005a"
"""Colour of a tie with disputed evidence."""

STRENGTHS: Final = ((1.0, 2.4, "1 or more"), (0.5, 1.5, "0.5 to under 1"), (0.0, 0.8, "under 0.5"))
"""Least strength, width in points, and words of each class; a fresh stated tie between friends is 1."""

DASHES: Final[Mapping[tuple[bool, bool], Any]] = {
    (False, False): "-",
    (True, False): (0, (4.5, 2.2)),
    (False, True): (0, (6, 1.6, 1.2, 1.6)),
    (True, True): (0, (1.2, 1.4)),
}
"""Line styles of matplotlib, by co-presence only and disputed."""

WAYS: Final[Mapping[tuple[bool, bool], str]] = {
    (False, False): "tie that somebody stated",
    (True, False): "co-presence only",
    (False, True): "stated, disputed",
    (True, True): "co-presence only, disputed",
}
"""In the key, by co-presence only and disputed."""

BACKGROUNDS: Final = ("#ffffff", "#eef1f5")
"""The paper, and the ground of a cluster."""

EDGE: Final = "#1a1a1a"
"""Outline of every mark: what makes pale surfaces seen."""


def look_of(kind: str) -> Look:
    """Return how a kind is drawn.

    Parameters
    ----------
    kind : str
        Any word.

    Returns
    -------
    Look
        That of ``other`` for a kind that has none of its own.
    """
    return KINDS.get(kind, KINDS["other"])


def strength_class(strength: float) -> int:
    """Return the class of a strength.

    Parameters
    ----------
    strength : float
        Sum of aged weights.

    Returns
    -------
    int
        Row in ``STRENGTHS``.
    """
    return next((row for row, (least, _, _) in enumerate(STRENGTHS) if strength >= least), len(STRENGTHS) - 1)
