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
    special = special_label(entity.kind, entity.age, sort=entity.sort, of_interest=bool(entity.of_interest))
    return (GENERAL, entity.kind, special) if special else (GENERAL, entity.kind)


def special_label(kind: str, age: str = "", *, sort: str = "", of_interest: bool = False) -> str:
    """Return the label that something has beside its kind on one day.

    Parameters
    ----------
    kind : str
        Of the dictionary.
    age : str, optional
        Of a person, on the day.
    sort : str, optional
        Of a group.
    of_interest : bool, optional
        Whether a basis for calling an adult a person of interest held on the day.

    Returns
    -------
    str
        Empty for most.
    """
    if kind == "Person":
        return "YoungPerson" if age in CHILDREN else "PersonOfInterest" * of_interest
    return GROUPS.get(sort, "") if kind == "Group" else ""


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
