"""Sources: whose claims a briefing rests on, how they are graded, how they may be handled."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from app.documents.document import Section, Table
from app.use_cases.briefings.material import Material
from app.use_cases.briefings.said import Said, grades_of
from app.use_cases.briefings.wording import counted, day_text, listed, plain

MARKING: Final = "OFFICIAL-SENSITIVE"
LONGEST_CONDITION: Final = 50
"""Letters of conditions that the marking of each page holds; longer ones stand in the sources."""

WITHHELD: Final = "withheld (protected source)"


def marking_of(said: Sequence[Said]) -> str:
    """Return the marking of a product that rests on some claims.

    Parameters
    ----------
    said : sequence of Said
        Every claim it rests on.

    Returns
    -------
    str
        The strictest handling of them, with its conditions where they are short.
    """
    strict = sorted({plain(one.handling) for one in said if one.handling != "P"})
    if not strict:
        return MARKING
    conditions = "; ".join(strict)
    kept = conditions if len(conditions) <= LONGEST_CONDITION else "C, conditions in Sources"
    return f"{MARKING}, HANDLING {kept}"


def sources_section(material: Material) -> Section:
    """Return the section on sources.

    Parameters
    ----------
    material : Material
        What is known.

    Returns
    -------
    Section
        A row an agency: claims, grades, days, handling.
    """
    held: dict[str, list[Said]] = {}
    for one in material.said:
        held.setdefault(one.agency or WITHHELD, []).append(one)
    columns = ("Agency", "Claims", "Grades and bases", "Reported", "Handling", "Regime")
    rows = tuple(
        _row(agency, held[agency]) for agency in sorted(held, key=lambda name: (name == WITHHELD, name))
    )
    agencies = len(held) - (WITHHELD in held)
    paragraph = (
        f"{counted(len(material.said), 'claim')} of {counted(agencies, 'agency', 'agencies')}"
        f"{' and of protected sources, whose agency and day are withheld' if WITHHELD in held else ''}. "
        "An agency counts once however often it says a thing; a copy counts for whoever said it first."
    )
    return Section(
        "Sources", (paragraph,), tables=(Table("Agencies", columns, rows, (4, 1.5, 4, 3, 3, 2.5)),)
    )


def _row(agency: str, said: Sequence[Said]) -> tuple[str, ...]:
    first, last = (edge(said, key=lambda one: one.reported) for edge in (min, max))
    days = [day_text(one.reported, one.precision if agency == WITHHELD else "day") for one in (first, last)]
    return (
        agency,
        f"{len(said):,}",
        grades_of(said),
        days[0] if days[0] == days[1] else f"{days[0]} to {days[1]}",
        listed(sorted({plain(one.handling) for one in said})),
        listed(sorted({one.regime for one in said})),
    )
