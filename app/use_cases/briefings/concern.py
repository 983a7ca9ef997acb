"""Adults and groups of concern as agencies recorded them; nobody becomes one by a tie."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from app.documents.document import Section, Table
from app.use_cases.briefings.material import Material
from app.use_cases.briefings.people import age_text, is_child
from app.use_cases.briefings.places import sort_of
from app.use_cases.briefings.said import Said, agencies_of, grades_of, span_of
from app.use_cases.briefings.wording import UNKNOWN, day_text, listed, plain, spoken
from graph.model.spans import day_number

PEER_GROUP: Final = "peer_group"
CONFIRMED_FOR_DAYS: Final = {"county_lines_team": 60, "ocg": 180}
"""How long a recorded line or group counts as confirmed; afterwards the day is printed beside it."""

_WORDS: Final = {
    "EXPLOITED_BY": "is recorded as exploited by",
    "POSES_RISK_TO": "is recorded as a risk to",
    "MEMBER_OF": "is recorded as a member of",
}
_BASES: Final = {
    "origin": "comes from",
    "operates": "operates in",
    "managed": "managed in",
    "members_live": "members live in",
    "business": "business in",
    "impact": "impact in",
}


@dataclass(frozen=True, slots=True)
class Concern:
    """One recorded link to an adult or a group of concern.

    Attributes
    ----------
    a, b : int
        Who, and whom or what.
    predicate : str
        ``EXPLOITED_BY``, ``POSES_RISK_TO`` or ``MEMBER_OF``.
    said : tuple of Said
        The claims that say so.
    """

    a: int
    b: int
    predicate: str
    said: tuple[Said, ...]


def find_concerns(material: Material) -> list[Concern]:
    """Return what is recorded of adults and groups of concern to members.

    Parameters
    ----------
    material : Material
        What is known.

    Returns
    -------
    list of Concern
        In the order of how those concerned are called. Peer groups are no groups of concern.
    """
    held: dict[tuple[str, int, int], list[Said]] = {}
    for one in material.said:
        if one.predicate in _WORDS and one.other is not None and material.counts(one):
            held.setdefault((one.predicate, one.subject, one.other), []).append(one)
    found = [
        Concern(a, b, predicate, tuple(said))
        for (predicate, a, b), said in held.items()
        if sort_of(material, b) != PEER_GROUP and sort_of(material, a) != PEER_GROUP
    ]
    order = list(_WORDS)
    return sorted(
        found,
        key=lambda c: (order.index(c.predicate), material.called[c.a], material.called[c.b], c.a, c.b),
    )


def groups_of(material: Material, concerns: Sequence[Concern]) -> list[int]:
    """Return the groups that concerns name.

    Parameters
    ----------
    material : Material
        What is known.
    concerns : sequence of Concern
        As ``find_concerns`` gives them.

    Returns
    -------
    list of int
        In the order of how they are called.
    """
    ends = {end for c in concerns for end in (c.a, c.b)} - set(material.ages)
    return sorted(ends, key=lambda group: (material.called[group], group))


def others_of(material: Material, concerns: Sequence[Concern]) -> list[int]:
    """Return the people whom concerns name and who are no members.

    Parameters
    ----------
    material : Material
        What is known.
    concerns : sequence of Concern
        As ``find_concerns`` gives them.

    Returns
    -------
    list of int
        In the order of how they are called.
    """
    ends = {end for c in concerns for end in (c.a, c.b)} & set(material.ages) - set(material.members)
    return sorted(ends, key=lambda person: (material.called[person], person))


def concerns_section(material: Material, concerns: Sequence[Concern]) -> Section:
    """Return the section on adults and groups of concern.

    Parameters
    ----------
    material : Material
        What is known.
    concerns : sequence of Concern
        As ``find_concerns`` gives them.

    Returns
    -------
    Section
        Each link as recorded; each group with its reference and when it was last confirmed.
    """
    heading = "Adults and organised crime groups of concern"
    if not concerns:
        return Section(
            heading, ("None is recorded that may be printed here. There may be some all the same.",)
        )
    paragraphs = [
        "As recorded, and no further: a tie to somebody of concern makes nobody a member of anything, and an "
        "organised crime group or a line is one only because the agency that manages it recorded it.",
    ]
    young = _young(material, concerns)
    if young:
        paragraphs.append(
            f"{listed(young)}: a child, or of an age not known. Whoever is said to exploit others may be "
            "exploited: consider that first."
        )
    columns: tuple[str, ...] = ("Who", "As recorded", "Held", "Grade or basis", "Said by")
    rows = tuple(_row(material, concern) for concern in concerns)
    tables = [Table("Links to adults and groups of concern", columns, rows, (3, 5, 3, 2, 3))]
    groups = tuple(_group_row(material, group) for group in groups_of(material, concerns))
    if groups:
        columns = ("Group", "Recorded as", "Areas, each basis apart", "Last confirmed", "Said by")
        caption = "Organised crime groups and lines as recorded"
        tables.append(Table(caption, columns, groups, (3, 3, 4, 3, 3)))
    return Section(heading, tuple(paragraphs), tables=tuple(tables))


def _young(material: Material, concerns: Sequence[Concern]) -> list[str]:
    said_to_harm = {
        concern.b if concern.predicate == "EXPLOITED_BY" else concern.a
        for concern in concerns
        if concern.predicate != "MEMBER_OF"
    }
    return sorted(
        material.called[person]
        for person in said_to_harm
        if person in material.ages and is_child(material, person)
    )


def _row(material: Material, concern: Concern) -> tuple[str, ...]:
    asserted = sorted({one.capacity for one in concern.said if one.capacity})
    how = f" ({', '.join(asserted)})" if asserted else ""
    return (
        _end(material, concern.a),
        f"{_WORDS[concern.predicate]} {_end(material, concern.b)}{how}",
        span_of(concern.said),
        grades_of(concern.said),
        agencies_of(concern.said),
    )


def _end(material: Material, entity: int) -> str:
    if entity in material.members or entity not in material.ages:
        return material.called[entity]
    return f"{material.called[entity]}, {age_text(material, entity)}"


def _group_row(material: Material, group: int) -> tuple[str, ...]:
    described = material.of(group, "IS")
    value = described[-1].value if described else {}
    sort = str(value.get("sort", ""))
    reference = f", reference {plain(str(value['reference']))}" if value.get("reference") else ""
    status = f", {value['status']}" if value.get("status") else ""
    return (
        material.called[group],
        f"{spoken(sort) or 'group'}{reference}{status}",
        "; ".join(_bases(material, group)) or UNKNOWN,
        _confirmed(material, sort, value.get("last_confirmed")),
        agencies_of(described),
    )


def _bases(material: Material, group: int) -> list[str]:
    codes = material.view.store.area_codes()
    names = {area.code: area.name or area.code for area in material.view.areas if area.kind == "lad"}
    held: dict[str, set[str]] = {}
    for one in material.of(group, "ORIGINATES_FROM", "OPERATES_IN"):
        basis = "origin" if one.predicate == "ORIGINATES_FROM" else one.capacity
        code = codes.get(one.other or 0, "")
        held.setdefault(basis, set()).add(names.get(code, code))
    return [f"{words} {listed(sorted(held[basis]))}" for basis, words in _BASES.items() if basis in held]


def _confirmed(material: Material, sort: str, last: object) -> str:
    if not isinstance(last, str):
        return "no day"
    day = day_number(date.fromisoformat(last))
    stale = material.day - day > CONFIRMED_FOR_DAYS.get(sort, 180)
    return f"{'NOT CONFIRMED SINCE ' if stale else ''}{day_text(day)}"
