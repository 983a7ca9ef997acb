"""Ties between members: what was stated apart from having been at the same events."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from app.documents.document import Section, Table
from app.use_cases.briefings.material import Material
from app.use_cases.briefings.said import Said, agencies_of, grades_of, span_of
from app.use_cases.briefings.wording import TIE_WORDS, counted, day_text
from graph.model.kinds import TIES

STALE_DAYS: Final = 365
"""A tie not confirmed for longer is named as such; it is not left out."""


@dataclass(frozen=True, slots=True)
class Tie:
    """A tie as it is printed.

    Attributes
    ----------
    a, b : int
        The two members, in the order of print.
    stated, met : tuple of Said
        Claims that state it; claims that both were at the same events.
    events : int
        Events at which both were.
    strength : float
        Sum of the aged weights of its evidence, for the width of a line.
    disputed : bool
        Some claim of a tie between the two is disputed.
    """

    a: int
    b: int
    stated: tuple[Said, ...]
    met: tuple[Said, ...]
    events: int
    strength: float
    disputed: bool

    @property
    def said(self) -> tuple[Said, ...]:
        """All that it rests on."""
        return (*self.stated, *self.met)

    @property
    def confirmed(self) -> int | None:
        """The last day that anything behind it is known to have held."""
        return max((day for one in self.said if (day := one.confirmed) is not None), default=None)

    @property
    def agencies(self) -> int:
        """Number of agencies it rests on, a withheld source not counted."""
        return len({one.agency for one in self.said if one.agency})


def find_ties(material: Material) -> list[Tie]:
    """Return the ties among members as they are printed.

    Parameters
    ----------
    material : Material
        What is known.

    Returns
    -------
    list of Tie
        In the order of members.
    """
    place = {person: n for n, person in enumerate(material.members)}
    disputed = {
        frozenset((one.subject, one.other))
        for one in material.said
        if one.predicate in TIES and one.disputed and one.other is not None
    }
    found = []
    for pair in material.pairs.held:
        if pair.a not in place or pair.b not in place:
            continue
        a, b = sorted((pair.a, pair.b), key=place.__getitem__)
        said = {one.number: one for link in pair.links for one in material.of_link.get(link, ())}
        stated = tuple(one for one in said.values() if one.predicate in TIES)
        met = tuple(one for one in said.values() if one.predicate not in TIES)
        found.append(Tie(a, b, stated, met, pair.events, pair.strength, frozenset((a, b)) in disputed))
    return sorted(found, key=lambda tie: (place[tie.a], place[tie.b]))


def pair_text(material: Material, tie: Tie) -> str:
    """Return the two people of a tie.

    Parameters
    ----------
    material : Material
        How they are called.
    tie : Tie
        The tie.

    Returns
    -------
    str
        Both names or initials.
    """
    return f"{material.called[tie.a]} and {material.called[tie.b]}"


def network_section(material: Material, ties: Sequence[Tie]) -> Section:
    """Return the section that the picture of the network stands in.

    Parameters
    ----------
    material : Material
        What is known.
    ties : sequence of Tie
        As ``find_ties`` gives them.

    Returns
    -------
    Section
        How many ties of what sort there are, and what a tie is.
    """
    stated, once = sum(bool(tie.stated) for tie in ties), material.pairs.once
    paragraphs = [
        f"{counted(len(ties), 'tie')}: {stated} stated by somebody, {len(ties) - stated} by co-presence "
        "alone. A tie is what agencies recorded; the tables of Ties one by one hold each. No tie means that "
        "none was recorded. Co-presence means at the same event: it is not friendship, and it makes a tie "
        "only on two different days."
    ]
    if once:
        paragraphs.append(
            f"{counted(once, 'more pair was', 'more pairs were')} together on one day only, at an event or "
            "seen or found there: that is no tie, and it is not drawn."
        )
    return Section("The network", tuple(paragraphs))


def ties_section(material: Material, ties: Sequence[Tie]) -> Section:
    """Return the section on ties, one by one.

    Parameters
    ----------
    material : Material
        What is known.
    ties : sequence of Tie
        As ``find_ties`` gives them.

    Returns
    -------
    Section
        What was stated, and co-presence, in two tables.
    """
    stated = [tie for tie in ties if tie.stated]
    met = [tie for tie in ties if tie.events]
    paragraph = (
        "In the order of their letters. A pair in both tables has a tie that somebody stated, and was at the "
        "same events too."
    )
    tables: list[Table] = []
    if stated:
        columns: tuple[str, ...] = (
            "Between", "Stated as", "Held", "Last confirmed", "Grade or basis", "Said by",
        )  # fmt: skip
        rows = tuple(_stated_row(material, tie) for tie in stated)
        tables.append(Table("Ties that somebody stated", columns, rows, (5, 3, 4, 2.4, 2.4, 3)))
    if met:
        columns = ("Between", "Co-presence", "Events from and to", "Grade or basis", "Recorded by")
        rows = tuple(_met_row(material, tie) for tie in met)
        tables.append(Table("Co-presence: at the same events", columns, rows, (5, 3.6, 4, 2.4, 3)))
    return Section("Ties one by one", (paragraph,), tables=tuple(tables))


def _stated_row(material: Material, tie: Tie) -> tuple[str, ...]:
    kinds = [words for kind, words in TIE_WORDS.items() if any(one.predicate == kind for one in tie.stated)]
    confirmed = max((day for one in tie.stated if (day := one.confirmed) is not None), default=None)
    return (
        pair_text(material, tie),
        ", ".join(kinds) + ("; DISPUTED, see Disputes" if tie.disputed else ""),
        span_of(tie.stated),
        "no day" if confirmed is None else _last_day(tie.stated, confirmed),
        grades_of(tie.stated),
        agencies_of(tie.stated),
    )


def _last_day(said: Sequence[Said], confirmed: int) -> str:
    precision = next(one.precision for one in said if one.confirmed == confirmed)
    return day_text(confirmed, precision)


def _met_row(material: Material, tie: Tie) -> tuple[str, ...]:
    return (
        pair_text(material, tie),
        f"co-presence: {counted(tie.events, 'event')}",
        span_of(tie.met),
        grades_of(tie.met),
        agencies_of(tie.met),
    )
