"""The picture of the network: members on their ground, those of concern outside it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from app.documents.document import Figure
from app.pictures.marks import Line, Mark
from app.use_cases.briefings.concern import Concern, groups_of, others_of
from app.use_cases.briefings.material import Material
from app.use_cases.briefings.people import is_child
from app.use_cases.briefings.ties import Tie

OF_CONCERN: Final = (
    "{n} of these lines are links of concern as recorded (exploited by, a risk to, a member of), and not "
    "ties: the table of adults and groups of concern says which."
)


def network_figure(
    material: Material,
    ties: Sequence[Tie],
    concerns: Sequence[Concern],
    *,
    title: str,
    marking: str,
    states: Sequence[str],
    set_words: str,
) -> Figure:
    """Draw members, their ties, and those of concern as recorded.

    Parameters
    ----------
    material : Material
        What is known.
    ties : sequence of Tie
        Among members.
    concerns : sequence of Concern
        Adults and groups of concern.
    title : str
        Of the picture.
    marking : str
        Handling.
    states : sequence of str
        Printed under the marking.
    set_words : str
        What the members together are.

    Returns
    -------
    Figure
        The same each time for the same data.
    """
    from app.pictures.network import network_picture

    outside = [*others_of(material, concerns), *groups_of(material, concerns)]
    drawn = [*material.members, *outside]
    marks = [
        Mark(e, material.called[e], _kind(material, e), 0 if e in material.members else -1) for e in drawn
    ]
    lines = [Line(t.a, t.b, t.strength, not t.stated, t.disputed) for t in ties]
    tied = {frozenset((tie.a, tie.b)) for tie in ties}
    concerned = sorted({(c.a, c.b) for c in concerns if frozenset((c.a, c.b)) not in tied and c.a != c.b})
    lines += [Line(a, b, 1.0, False, False) for a, b in concerned]
    picture = network_picture(
        marks,
        lines,
        _placed(drawn, marks, lines),
        title=title,
        marking=marking,
        states=states,
        notes=[OF_CONCERN.format(n=len(concerned))] if concerned else [],
        part_words=set_words,
    )
    return Figure(picture, "Members and their ties as recorded; the tables say the same in words")


def _placed(
    drawn: Sequence[int], marks: Sequence[Mark], lines: Sequence[Line]
) -> dict[int, tuple[float, float]]:
    from graph.measures.layout import positions

    at = {entity: n for n, entity in enumerate(drawn)}
    i = np.array([at[line.a] for line in lines], dtype=np.int64)
    j = np.array([at[line.b] for line in lines], dtype=np.int64)
    part = np.array([mark.part for mark in marks], dtype=np.int64)
    found = positions(len(drawn), i, j, part=part)
    return {entity: (float(x), float(y)) for entity, (x, y) in zip(drawn, found.tolist(), strict=True)}


def _kind(material: Material, entity: int) -> str:
    if entity not in material.ages:
        return "Group"
    return "child" if is_child(material, entity) else "adult"
