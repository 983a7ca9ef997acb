"""Labels and relationship types of a copy in Neo4j: words of the dictionary of kinds, never of the data."""

from __future__ import annotations

from typing import Final

from app.copies.contents import CHILDREN, CopiedEntity, CopiedLink
from graph.errors import UnknownKindError
from graph.model.kinds import ENTITIES, LINKS

GENERAL: Final = "Entity"
"""The label of everything."""

GROUPS: Final = {"ocg": "OCG", "county_lines_team": "CountyLinesTeam", "peer_group": "PeerGroup"}
"""Labels of sorts of group beside ``Group``."""


def labels_of(entity: CopiedEntity) -> tuple[str, ...]:
    """Return the labels of an entity, the general one first.

    Parameters
    ----------
    entity : CopiedEntity
        Of a copy.

    Returns
    -------
    tuple of str
        The general label, its kind, and for some a third.

    Raises
    ------
    UnknownKindError
        The dictionary has no such kind.

    Notes
    -----
    Labels are for the day that the copy tells of: ``YoungPerson`` is whoever is not known to be 18 or over
    on it, ``PersonOfInterest`` an adult whom an agency recorded as one, with a basis that held on it.
    """
    if entity.kind not in ENTITIES:
        raise UnknownKindError(f"the dictionary of kinds has no entity {entity.kind}")
    special = ""
    if entity.kind == "Person":
        special = "YoungPerson" if entity.age in CHILDREN else "PersonOfInterest" * bool(entity.of_interest)
    if entity.kind == "Group":
        special = GROUPS.get(entity.sort, "")
    return (GENERAL, entity.kind, special) if special else (GENERAL, entity.kind)


def type_of(link: CopiedLink) -> str:
    """Return the relationship type of a link.

    Parameters
    ----------
    link : CopiedLink
        Of a copy.

    Returns
    -------
    str
        Its predicate.

    Raises
    ------
    UnknownKindError
        The dictionary has no such link.
    """
    if link.kind not in LINKS:
        raise UnknownKindError(f"the dictionary of kinds has no link {link.kind}")
    return link.kind
