"""Members: children first, then what agencies recorded, side by side and never added up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from app.documents.document import Section, Table
from app.use_cases.briefings.borders import Belonging, area_text
from app.use_cases.briefings.material import Material
from app.use_cases.briefings.said import Said, agencies_of, span_of
from app.use_cases.briefings.wording import CAPACITY_WORDS, counted, day_text, plain, spoken

VICTIM_ROLES: Final = frozenset({"victim", "adult_at_risk", "child_in_need_of_help"})
SUSPECT_CAPACITIES: Final = frozenset({"suspected", "arrested"})
SUSPECT_ROLES: Final = frozenset({"suspect", "convicted", "person_of_interest"})
NOTHING: Final = "nothing recorded"
_NRM_ENDED: Final = "negative"


def victim_lines(material: Material, person: int) -> list[str]:
    """Return what says that a person is a victim or exploited.

    Parameters
    ----------
    material : Material
        What is known.
    person : int
        Their id.

    Returns
    -------
    list of str
        Empty where nothing recorded says so, which does not mean that nobody harmed them.
    """
    lines = []
    by = material.of(person, "EXPLOITED_BY")
    if by:
        lines.append(f"EXPLOITED, as recorded by {_from(by)}")
    for role in sorted(VICTIM_ROLES - {"child_in_need_of_help"}):
        held = [one for one in material.of(person, "ROLE") if one.value.get("role") == role]
        if held:
            harms = sorted({spoken(str(h)) for one in held if (h := one.value.get("harm"))})
            lines.append(
                f"{spoken(role).upper()}{' of ' + ', '.join(harms) if harms else ''} ({_from(held)})"
            )
    events = material.of(person, "INVOLVED_IN", capacity="victim")
    if events:
        lines.append(f"VICTIM in {_events(events)} ({_from(events)})")
    harmed = material.of(person, "HARMED_AT")
    if harmed:
        lines.append(f"HARMED at {counted(len({one.other for one in harmed}), 'place')} ({_from(harmed)})")
    stages = [one for one in material.of(person, "NRM") if one.value.get("stage") != _NRM_ENDED]
    lines += [f"NRM: {spoken(str(s.value.get('stage', '')))}, {s.when} ({s.source})" for s in stages]
    return lines


def suspect_lines(material: Material, person: int) -> list[str]:
    """Return in what a person is recorded as suspected or arrested.

    Parameters
    ----------
    material : Material
        What is known.
    person : int
        Their id.

    Returns
    -------
    list of str
        Counts of events by capacity and roles as recorded, with what was considered of them as a victim.
    """
    lines = []
    for capacity in CAPACITY_WORDS:
        if capacity in SUSPECT_CAPACITIES:
            events = material.of(person, "INVOLVED_IN", capacity=capacity)
            lines += [f"{CAPACITY_WORDS[capacity]} in {_events(events)} ({_from(events)})"] if events else []
    for one in material.of(person, "ROLE"):
        role = str(one.value.get("role", ""))
        if role in SUSPECT_ROLES:
            lines.append(f"{spoken(role)}, as recorded, {one.when} ({one.source}{_considered(one)})")
    return lines


def is_unconsidered(material: Material, person: int) -> bool:
    """Return whether a child is recorded as suspected or arrested and nobody has recorded the victim in them.

    Parameters
    ----------
    material : Material
        What is known.
    person : int
        Their id.

    Returns
    -------
    bool
        False for an adult, and wherever a referral, a role with its consideration, or a victim is recorded.
    """
    considered = any(one.value.get("victim_consideration") for one in material.of(person, "ROLE"))
    return (
        is_child(material, person)
        and bool(suspect_lines(material, person))
        and not considered
        and not material.of(person, "NRM")
        and not victim_lines(material, person)
    )


def _considered(said: Said) -> str:
    words = said.value.get("victim_consideration")
    return f"; as a victim: {spoken(str(words))}" if words else ""


def _events(said: Sequence[Said]) -> str:
    return counted(len({one.other for one in said}), "event")


def _from(said: Sequence[Said]) -> str:
    return f"{agencies_of(said)}, {span_of(said)}"


def _other_lines(material: Material, person: int) -> list[str]:
    lines = []
    for capacity, words in CAPACITY_WORDS.items():
        if capacity not in SUSPECT_CAPACITIES | {"victim"}:
            events = material.of(person, "INVOLVED_IN", capacity=capacity)
            lines += [f"{words} in {_events(events)} ({_from(events)})"] if events else []
    for one in material.of(person, "ROLE"):
        role = str(one.value.get("role", ""))
        if role and role not in SUSPECT_ROLES | (VICTIM_ROLES - {"child_in_need_of_help"}):
            lines.append(f"{spoken(role)}, {one.when} ({one.source})")
    return lines


def risk_text(material: Material, person: int) -> str:
    """Return the levels of risk that agencies recorded, side by side.

    Parameters
    ----------
    material : Material
        What is known.
    person : int
        Their id.

    Returns
    -------
    str
        Each as its agency wrote it, with its day: never averaged, converted or ordered by height.
    """
    held = sorted(
        material.of(person, "RISK"), key=lambda one: (one.source, one.first or one.reported, one.name)
    )
    return " / ".join(_level(one) for one in held) or "no level recorded"


def _level(said: Said) -> str:
    recorded = plain(str(said.value.get("as_recorded") or "level not stated"))
    harm = f" for {spoken(str(said.value['harm']))}" if said.value.get("harm") else ""
    closed = ", closed" if said.value.get("closed") else ""
    return (
        f"{recorded}{harm}{closed} ({said.source}, {day_text(said.first or said.reported, said.precision)})"
    )


def members_section(material: Material, areas: Mapping[int, Belonging]) -> Section:
    """Return the section on members.

    Parameters
    ----------
    material : Material
        What is known.
    areas : mapping of int to Belonging
        As ``find_areas`` gives them.

    Returns
    -------
    Section
        In the order of their letters: no order of risk or importance.
    """
    paragraphs = (
        "In the order of their letters, which says nothing of risk or importance. Being recorded as a victim "
        "stands first. A level of risk is its agency's own, and two agencies' levels are not one scale. "
        "A capacity is how somebody was recorded in an event, and no name for a person.",
    )
    columns: tuple[str, ...] = (
        "Member", "Victim or exploited", "Also recorded", "Risk levels as recorded", "Areas",
    )  # fmt: skip
    rows = tuple(_row(material, person, areas[person]) for person in material.members)
    tables = [Table("Members", columns, rows, (2.4, 3.6, 6, 2.8, 2.8))]
    support = [row for person in material.members if any((row := _support(material, person))[1:])]
    if support:
        columns = ("Member", "Education", "Missing", "Plans, workers and services")
        caption = "Education, missing episodes and support as recorded"
        tables.append(Table(caption, columns, tuple(_filled(row) for row in support), (3, 4, 4, 4)))
    return Section("Members", paragraphs, tables=tuple(tables))


def _row(material: Material, person: int, areas: Belonging) -> tuple[str, ...]:
    return (
        f"{material.called[person]}\n{age_text(material, person)}",
        "\n".join(victim_lines(material, person)) or NOTHING,
        "\n".join([*_other_lines(material, person), *suspect_lines(material, person)]) or NOTHING,
        risk_text(material, person),
        f"home: {area_text(areas.home)}\nresponsible: {area_text(areas.responsible)}\n"
        f"seen: {area_text(areas.seen)}",
    )


def age_text(material: Material, person: int) -> str:
    """Return how old somebody is, in the words of a briefing.

    Parameters
    ----------
    material : Material
        What is known.
    person : int
        Their id.

    Returns
    -------
    str
        Young person, adult, or age not known.
    """
    age = material.ages[person]
    if age == "under 18":
        return "young person, under 18"
    if age == "18 to 24":
        return "young person, 18 to 24" if victim_lines(material, person) else "adult, under 25"
    return "age not known: counts as a child" if age == "age not known" else "adult"


def is_child(material: Material, person: int) -> bool:
    """Return whether somebody is, or counts as, a child.

    Parameters
    ----------
    material : Material
        What is known.
    person : int
        Their id.

    Returns
    -------
    bool
        True for an age that is not known.
    """
    return material.ages[person] in ("under 18", "age not known")


def _support(material: Material, person: int) -> tuple[str, str, str, str]:
    spells = [
        f"{spoken(str(s.value.get('state', '')))}, {s.when} ({s.source})"
        for s in material.of(person, "EDUCATION")
    ]
    missing = material.of(person, "INVOLVED_IN", capacity="missing")
    episodes = [one for said in missing for one in material.of(said.other or 0, "MISSING_EPISODE")]
    held = sum(one.value.get("interview_held") is True for one in episodes)
    interviews = f"return interview recorded as held for {held or 'none'}"
    gone = f"{_events(missing)}, {span_of(missing)}; {interviews}" if missing else ""
    return material.called[person], "\n".join(spells), gone, "\n".join(_services(material, person))


def _services(material: Material, person: int) -> list[str]:
    lines = [f"lead professional: {_agency(s)}, {s.when}" for s in material.of(person, "LEAD_PROFESSIONAL")]
    lines += [
        f"plan: {plain(str(s.value.get('sort') or 'not named'))}, {_agency(s)}, {s.when}"
        for s in material.of(person, "PLAN")
    ]
    for one in material.of(person, "SERVICE_OFFER"):
        outcome = spoken(str(one.value.get("outcome") or "outcome not recorded"))
        lines.append(f"offered: {plain(str(one.value.get('service') or 'a service'))}, {outcome}, {one.when}")
    for one in material.of(person, "SCREENING_FORM"):
        lines.append(
            f"screened: {plain(str(one.value.get('tool') or 'tool not named'))}, {one.when} ({one.source})"
        )
    return lines


def _agency(said: Said) -> str:
    return plain(str(said.value.get("agency") or said.source))


def _filled(row: Sequence[str]) -> tuple[str, ...]:
    return tuple(text or NOTHING for text in row)
