"""In short: what a chair reads in two minutes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final

from app.documents.document import Section
from app.use_cases.briefings.borders import Belonging
from app.use_cases.briefings.concern import Concern, groups_of, others_of
from app.use_cases.briefings.material import Material
from app.use_cases.briefings.people import is_child, is_unconsidered, suspect_lines, victim_lines
from app.use_cases.briefings.said import Said, agencies_of, span_of
from app.use_cases.briefings.ties import Tie
from app.use_cases.briefings.wording import counted, listed

YEAR_DAYS: Final = 365


def short_section(
    material: Material,
    ties: Sequence[Tie],
    areas: Mapping[int, Belonging],
    concerns: Sequence[Concern],
    *,
    gaps: int,
) -> Section:
    """Return the section that stands first.

    Parameters
    ----------
    material : Material
        What is known.
    ties : sequence of Tie
        Among members.
    areas : mapping of int to Belonging
        Of members.
    concerns : sequence of Concern
        Adults and groups of concern.
    gaps : int
        Points of the section on what is missing.

    Returns
    -------
    Section
        Sentences: who is a victim first.
    """
    points = [
        _victims(material),
        _people(material),
        _areas(material, areas),
        _ties(ties),
        _concern(material, concerns),
        _missing(material),
        _suspects(material),
        f"{counted(gaps, 'gap')} in what is known: see What is missing." if gaps else "",
    ]
    return Section("In short", points=tuple(point for point in points if point))


def _victims(material: Material) -> str:
    held = [person for person in material.members if victim_lines(material, person)]
    if not held:
        return "Nobody here is recorded as a victim or as exploited. That does not mean that nobody is."
    children = sum(is_child(material, person) for person in held)
    return (
        f"{len(held)} of {len(material.members)} {'is' if len(held) == 1 else 'are'} recorded as a victim or "
        f"as exploited, {children} of them children or of an age not known: "
        f"{listed(material.called[p] for p in held)}."
    )


def _people(material: Material) -> str:
    ages = Counter(material.ages[person] for person in material.members)
    parts = [f"{ages['under 18']} under 18"]
    if ages["age not known"]:
        parts.append(f"{ages['age not known']} of an age not known (counted as children)")
    parts.append(counted(ages["18 to 24"] + ages["adult"], "adult"))
    return f"{counted(len(material.members), 'person', 'people')}: {listed(parts)}."


def _areas(material: Material, areas: Mapping[int, Belonging]) -> str:
    homes = Counter(area for person in material.members for area in areas[person].home)
    unknown = sum(not areas[person].home for person in material.members)
    parts = [f"{area} ({n})" for area, n in sorted(homes.items())]
    if unknown:
        parts.append(f"not known ({unknown})")
    across = sum(len(areas[person].all) > 1 for person in material.members)
    more = f" {counted(across, 'member has', 'members have')} more than one area." if across else ""
    return f"Home areas: {listed(parts)}.{more}"


def _ties(ties: Sequence[Tie]) -> str:
    if not ties:
        return "No tie between them is recorded."
    said = [one for tie in ties for one in tie.said]
    alone = sum(not tie.stated for tie in ties)
    more = f", {alone} of them by co-presence alone" if alone else ""
    return f"{counted(len(ties), 'tie')}{more}, recorded by {agencies_of(said)}, {span_of(said)}."


def _concern(material: Material, concerns: Sequence[Concern]) -> str:
    if not concerns:
        return ""
    exploited = {c.a for c in concerns if c.predicate == "EXPLOITED_BY"} & set(material.members)
    named = [material.called[end] for end in (*others_of(material, concerns), *groups_of(material, concerns))]
    first = (
        f"{counted(len(exploited), 'member is', 'members are')} recorded as exploited. " if exploited else ""
    )
    return f"{first}Recorded of concern to them: {listed(named)}." if named else first.strip()


def _missing(material: Material) -> str:
    since = material.day - YEAR_DAYS
    held: dict[int, set[int]] = {}
    for person in material.members:
        for said in _recent(material.of(person, "INVOLVED_IN", capacity="missing"), since):
            held.setdefault(person, set()).add(said.other or 0)
    if not held:
        return ""
    episodes = counted(sum(map(len, held.values())), "missing episode")
    return f"{episodes} in the last twelve months, of {counted(len(held), 'member')}."


def _recent(said: Sequence[Said], since: int) -> list[Said]:
    return [one for one in said if one.first is not None and one.first >= since]


def _suspects(material: Material) -> str:
    held = [person for person in material.members if suspect_lines(material, person)]
    if not held:
        return ""
    both = sum(bool(victim_lines(material, person)) for person in held)
    bare = sum(is_unconsidered(material, person) for person in held)
    more = f" For {bare} of them no consideration as a victim is recorded." if bare else ""
    return (
        f"{counted(len(held), 'member is', 'members are')} also recorded as suspected or arrested; {both} of "
        f"them {'is' if both == 1 else 'are'} recorded as a victim or as exploited.{more}"
    )
