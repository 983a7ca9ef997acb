"""Areas that members belong to, by home, responsibility and where they were seen; who holds their records."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from app.documents.document import Section, Table
from app.use_cases.briefings.material import Material
from app.use_cases.briefings.places import Where, area_name
from app.use_cases.briefings.wording import UNKNOWN, listed

_STATED: Final = {"home": "home", "responsible": "responsible", "stated": "seen", "found": "seen"}
_PLACES: Final = {"LIVES_AT": "home", "FREQUENTS": "seen", "HARMED_AT": "seen"}


@dataclass(frozen=True, slots=True)
class Belonging:
    """The areas of one person, three ways apart.

    Attributes
    ----------
    home, responsible, seen : tuple of str
        Names of areas, sorted; empty where none is recorded.
    """

    home: tuple[str, ...]
    responsible: tuple[str, ...]
    seen: tuple[str, ...]

    @property
    def all(self) -> frozenset[str]:
        """Every area of the three."""
        return frozenset({*self.home, *self.responsible, *self.seen})


def find_areas(material: Material, positions: Mapping[int, Where]) -> dict[int, Belonging]:
    """Return the areas of each member.

    Parameters
    ----------
    material : Material
        What is known.
    positions : mapping of int to Where
        Of events and locations.

    Returns
    -------
    dict of int to Belonging
        By person.
    """
    codes = material.view.store.area_codes()
    names = {area.code: area.name or area.code for area in material.view.areas if area.kind == "lad"}
    found = {}
    for person in material.members:
        held: dict[str, set[str]] = {"home": set(), "responsible": set(), "seen": set()}
        for said in material.of(person, "IN"):
            code = codes.get(said.other or 0, "")
            if code and said.capacity in _STATED:
                held[_STATED[said.capacity]].add(names.get(code, code))
        for said in material.of(person, "INVOLVED_IN", *_PLACES):
            where = positions.get(said.other or 0)
            area = area_name(material, where.areas) if where else ""
            if area:
                held[_PLACES.get(said.predicate, "seen")].add(area)
            held["seen"] |= _stated_of_event(material, said.other, codes, names)
        found[person] = Belonging(*(tuple(sorted(held[basis])) for basis in ("home", "responsible", "seen")))
    return found


def _stated_of_event(
    material: Material, event: int | None, codes: Mapping[int, str], names: Mapping[str, str]
) -> set[str]:
    stated = (codes.get(one.other or 0, "") for one in material.of(event or 0, "IN"))
    return {names.get(code, code) for code in stated if code}


def borders_section(material: Material, areas: Mapping[int, Belonging]) -> Section:
    """Return the section on borders between areas and agencies.

    Parameters
    ----------
    material : Material
        What is known.
    areas : mapping of int to Belonging
        As ``find_areas`` gives them.

    Returns
    -------
    Section
        Who belongs to several areas, who holds records, and what is restricted.
    """
    across = [person for person in material.members if len(areas[person].all) > 1]
    paragraphs = [
        f"{len(across)} of {len(material.members)} members: more than one area by home, by responsible "
        "authority or by where they were seen."
        if across
        else "Nobody here is recorded with more than one area. What is not recorded may still be so."
    ]
    pointers = material.view.pointers(material.members)
    points = [
        f"{material.called[p.entity]}: restricted link exists, contact {p.owner}, ref {p.reference}"
        for p in sorted(pointers, key=lambda p: (material.members.index(p.entity), p.owner))
    ]
    if points:
        paragraphs.append("Of what is restricted nothing is printed but that it exists and whom to ask:")
    columns = ("Member", "Home", "Responsible", "Seen", "Records held by")
    rows = tuple(_row(material, person, areas[person]) for person in across)
    tables = (Table("Members of several areas", columns, rows, (3, 2, 2, 3, 3)),) if rows else ()
    return Section("Across borders", tuple(paragraphs), tuple(points), tables=tables)


def _row(material: Material, person: int, areas: Belonging) -> tuple[str, ...]:
    return (
        material.called[person],
        area_text(areas.home),
        area_text(areas.responsible),
        area_text(areas.seen),
        listed(holders(material, person)) or UNKNOWN,
    )


def area_text(areas: Sequence[str]) -> str:
    """Return areas in words.

    Parameters
    ----------
    areas : sequence of str
        Names.

    Returns
    -------
    str
        ``not known`` for none.
    """
    return listed(areas) or UNKNOWN


def holders(material: Material, person: int) -> list[str]:
    """Return who holds records of a person.

    Parameters
    ----------
    material : Material
        What is known.
    person : int
        Their id.

    Returns
    -------
    list of str
        Controllers of claims that count and whose source is not protected, sorted.
    """
    return sorted({s.controller for s in material.about(person) if s.controller})
