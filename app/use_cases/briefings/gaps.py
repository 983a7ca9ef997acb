"""What is missing: each gap counted, with whom it concerns. Absence is not safety."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from app.documents.document import Section
from app.use_cases.briefings.borders import Belonging
from app.use_cases.briefings.material import Material
from app.use_cases.briefings.people import is_child, is_unconsidered
from app.use_cases.briefings.ties import STALE_DAYS, Tie, pair_text
from app.use_cases.briefings.wording import counted, day_text, listed

LEAD: Final = (
    "Absence is not safety: what is not recorded, or not shared, may be the case all the same. Ask the "
    "agencies named under Sources what they hold."
)

MOST_NAMED: Final = 4
"""Ties named in one point; of more only the number is printed."""


def gaps_section(material: Material, ties: Sequence[Tie], areas: Mapping[int, Belonging]) -> Section:
    """Return the section on what is missing.

    Parameters
    ----------
    material : Material
        What is known.
    ties : sequence of Tie
        Among members.
    areas : mapping of int to Belonging
        Of members.

    Returns
    -------
    Section
        One point for each gap, with the members or ties it concerns.
    """
    points = [*_of_people(material, areas), *_of_episodes(material), *_of_ties(material, ties)]
    unreviewed = sum(not one.reviewed for one in material.said if material.counts(one))
    if unreviewed:
        points.append(f"{counted(unreviewed, 'claim')} that nobody has reviewed yet.")
    return Section(
        "What is missing", (LEAD,), tuple(points or ["Nothing that is looked for here is missing."])
    )


def find_gaps(material: Material, ties: Sequence[Tie], areas: Mapping[int, Belonging]) -> int:
    """Return how many gaps there are.

    Parameters
    ----------
    material : Material
        What is known.
    ties : sequence of Tie
        Among members.
    areas : mapping of int to Belonging
        Of members.

    Returns
    -------
    int
        Points of the section on what is missing.
    """
    return len([*_of_people(material, areas), *_of_episodes(material), *_of_ties(material, ties)])


def _of_people(material: Material, areas: Mapping[int, Belonging]) -> list[str]:
    def _lacks(*predicates: str) -> Callable[[int], bool]:
        return lambda person: is_child(material, person) and not material.of(person, *predicates)

    looked_for: tuple[tuple[str, Callable[[int], bool]], ...] = (
        ("no birth date that an age can be counted from", lambda p: material.ages[p] == "age not known"),
        (
            "suspected or arrested, and no NRM or other victim consideration recorded",
            lambda p: is_unconsidered(material, p),
        ),
        ("no screening form recorded", _lacks("SCREENING_FORM")),
        ("no lead professional recorded", _lacks("LEAD_PROFESSIONAL")),
        ("no plan recorded", _lacks("PLAN")),
        ("education not recorded", _lacks("EDUCATION", "ATTENDS", "EXCLUDED_FROM")),
        ("no home area recorded", lambda p: not areas[p].home),
        ("no responsible authority recorded", lambda p: not areas[p].responsible),
        ("known only from records kept for law enforcement", lambda p: _police_only(material, p)),
    )
    return [
        f"{_who(material, held)}: {words}."
        for words, lacks in looked_for
        if (held := [person for person in material.members if lacks(person)])
    ]


def _who(material: Material, held: Sequence[int]) -> str:
    """Return whom a gap concerns: by name, unless it is everybody."""
    if len(held) == len(material.members):
        return f"All {len(held)} members"
    children = [person for person in material.members if is_child(material, person)]
    if held == children and len(held) > 1:
        return f"All {len(held)} members under 18 or of an age not known"
    return f"{counted(len(held), 'member')}, {listed(material.called[person] for person in held)}"


def _police_only(material: Material, person: int) -> bool:
    return all(one.regime == "DPA Part 3" for one in material.about(person) if one.predicate != "MEMBER_OF")


def _of_episodes(material: Material) -> list[str]:
    held: dict[int, set[int]] = {}
    for person in material.members:
        for said in material.of(person, "INVOLVED_IN", capacity="missing"):
            details = material.of(said.other or 0, "MISSING_EPISODE")
            if not any(one.value.get("interview_held") is True for one in details):
                held.setdefault(person, set()).add(said.other or 0)
    episodes = sum(len(events) for events in held.values())
    if not episodes:
        return []
    people = listed(f"{material.called[person]} ({len(events)})" for person, events in held.items())
    return [f"{counted(episodes, 'missing episode')} without a return interview recorded as held: {people}."]


def _of_ties(material: Material, ties: Sequence[Tie]) -> list[str]:
    old = material.day - STALE_DAYS
    looked_for: tuple[tuple[str, Callable[[Tie], bool]], ...] = (
        ("resting on something undated", lambda tie: any(one.first is None for one in tie.said)),
        ("with neither a grade nor a basis", lambda tie: all(one.grade == "ungraded" for one in tie.said)),
        ("said by one agency only, as far as agencies are shown", lambda tie: tie.agencies < 2),
        (
            f"last confirmed before {day_text(old)}",
            lambda tie: tie.confirmed is not None and tie.confirmed < old,
        ),
        ("resting on co-presence alone", lambda tie: not tie.stated),
    )
    points = []
    for words, lacks in looked_for:
        held = [pair_text(material, tie) for tie in ties if lacks(tie)]
        if held:
            # Most of them are found in the tables; a few are named.
            named = f": {listed(held)}" if len(held) <= MOST_NAMED else ""
            points.append(f"Ties {words}: {len(held)} of {len(ties)}{named}.")
    return points
