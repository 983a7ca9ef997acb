"""The picture of a network: who and what is in it, in a drawing and in words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final

from app.pictures.marks import KINDS, Line, Mark, look_of
from geo.picture import Picture

PLAIN: Final = (
    "A tie is what agencies recorded: no line means that none was recorded, not that two people are "
    "strangers. Co-presence is not friendship. Where a mark stands, and how large it is, says nothing of "
    "importance."
)
UNCONFIRMED_SET: Final = "peer cluster (unconfirmed)"
_PEOPLE: Final = ("child", "adult")
_NOUN: Final = re.compile(r"(?<=\w)(?=,| \(|$)")
"""The end of the noun, before what is said of it."""


def network_picture(
    marks: Sequence[Mark],
    lines: Sequence[Line],
    places: Mapping[int, tuple[float, float]],
    *,
    title: str,
    marking: str,
    states: Sequence[str] = (),
    notes: Sequence[str] = (),
    part_words: str = UNCONFIRMED_SET,
) -> Picture:
    """Draw people and what they are tied to.

    Parameters
    ----------
    marks : sequence of Mark
        Each id once.
    lines : sequence of Line
        A line whose end has no mark is left out, and counted.
    places : mapping of int to (float, float)
        The x and y of each mark, as ``graph.measures.layout.positions`` gives them.
    title : str
        What is drawn.
    marking : str
        Handling, printed at the top and at the bottom.
    states : sequence of str, optional
        Printed under the marking, such as ``UNCONFIRMED``.
    notes : sequence of str, optional
        What the caller left out, and other things to know.
    part_words : str, optional
        What the marks of one part are called, in the singular.

    Returns
    -------
    Picture
        PNG of 1,600 by 1,600 pixels, SVG, and what they show in words.

    Notes
    -----
    Labels stand where there is room; how many do not is printed. No size, colour or place of a mark tells
    anything of a person but their kind and their part.
    """
    from app.pictures.network_drawing import drawn_network, key
    from geo.page import Page, lettered

    ids = {mark.id for mark in marks}
    drawn = [line for line in lines if line.a in ids and line.b in ids]
    said = f"{_counted(marks, part_words)}; {_tied(drawn)}."
    left_out = " ".join(filter(None, [*notes, _dangling(len(lines) - len(drawn))]))
    with lettered():
        page = Page(title, marking, states=states)
        page.say(said, size_pt=11)
        page.note(PLAIN)
        page.note(left_out, size_pt=8.5, colour="#1a1a1a", most=4)
        page.key(key(marks, drawn, part_words))
        # How many labels find room is known when the frame is drawn: a line is kept for it.
        line = page.slot()
        hidden = drawn_network(page.frame(), marks, drawn, places)
        line.set_text(_unlabelled(hidden))
        alt = [*states, f"Network. {title}.", said, left_out, _unlabelled(hidden), PLAIN]
        return page.picture(" ".join(filter(None, alt)))


def _counted(marks: Sequence[Mark], part_words: str) -> str:
    kinds = Counter(mark.kind if mark.kind in KINDS else "other" for mark in marks)
    people = kinds["child"] + kinds["adult"]
    said = f"{people:,} {'person' if people == 1 else 'people'}"
    if people:
        said += f" ({kinds['child']:,} children or of unknown age, {kinds['adult']:,} adults)"
    others = [_many(n, look_of(kind).words) for kind, n in sorted(kinds.items()) if kind not in _PEOPLE]
    parts = {mark.part for mark in marks if mark.part >= 0}
    inside = sum(mark.part >= 0 for mark in marks)
    shaded = [f"{inside:,} of all in {_many(len(parts), part_words)}"] if parts else []
    return "; ".join([said, *others, *shaded])


def _many(n: int, words: str) -> str:
    return f"{n:,} {words}" if n == 1 else f"{n:,} {re.sub(_NOUN, 's', words, count=1)}"


def _tied(lines: Sequence[Line]) -> str:
    together, disputed = sum(line.co_presence for line in lines), sum(line.disputed for line in lines)
    if not lines:
        return "no ties between them"
    said = f"{len(lines):,} tie{'s' * (len(lines) != 1)}: {len(lines) - together:,} stated, "
    return f"{said}{together:,} co-presence only; {disputed:,} disputed"


def _dangling(n: int) -> str:
    return f"{n:,} ties to somebody who is not drawn are left out." if n else ""


def _unlabelled(n: int) -> str:
    return f"{n:,} label{'s' * (n != 1)} not shown for want of room." if n else "Every label is shown."
