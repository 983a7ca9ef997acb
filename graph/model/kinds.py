"""The dictionary of kinds, read from ``kinds.toml``: the only list of what may be claimed."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from importlib.resources import files
from typing import Any, Final

from graph.errors import LinkEndsError, UnknownKindError


@dataclass(frozen=True, slots=True)
class EntityKind:
    """A sort of thing that claims are about.

    Attributes
    ----------
    name : str
        ``Person``, ``Location`` ...
    sorts : tuple of str
        The finer sorts; empty when there are none.
    """

    name: str
    sorts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LinkKind:
    """A predicate that joins two entities.

    Attributes
    ----------
    name : str
        The predicate, for example ``FRIEND_OF``.
    code : int
        Its position in the dictionary, used in arrays.
    ends_from, ends_to : tuple of str
        Kinds of entity allowed at each end.
    capacities : tuple of str
        Ways of standing in the link; empty when there is only one.
    symmetric : bool
        The order of the ends says nothing.
    tie : bool
        Counts as a tie between two people.
    protective : bool
        Drawn for support only; never in disruption products.
    """

    name: str
    code: int
    ends_from: tuple[str, ...]
    ends_to: tuple[str, ...]
    capacities: tuple[str, ...]
    symmetric: bool
    tie: bool
    protective: bool


@dataclass(frozen=True, slots=True)
class PropertyKind:
    """A predicate that says something of one entity.

    Attributes
    ----------
    name : str
        The predicate, for example ``POSITION``.
    code : int
        Its position in the dictionary.
    of : tuple of str
        Kinds of entity it may be said of.
    attributes : tuple of str
        What its value may hold.
    """

    name: str
    code: int
    of: tuple[str, ...]
    attributes: tuple[str, ...]


def _read() -> dict[str, Any]:
    return tomllib.loads(files("graph.model").joinpath("kinds.toml").read_text(encoding="utf-8"))


def _link(name: str, code: int, row: dict[str, Any]) -> LinkKind:
    flags = {flag: bool(row.get(flag, False)) for flag in ("symmetric", "tie", "protective")}
    return LinkKind(
        name, code, tuple(row["from"]), tuple(row["to"]), tuple(row.get("capacities", ())), **flags
    )


_DATA: Final = _read()
ENTITIES: Final[dict[str, EntityKind]] = {
    name: EntityKind(name, tuple(row["sorts"])) for name, row in _DATA["entity"].items()
}
LINKS: Final[dict[str, LinkKind]] = {
    name: _link(name, code, row) for code, (name, row) in enumerate(_DATA["link"].items())
}
PROPERTIES: Final[dict[str, PropertyKind]] = {
    name: PropertyKind(name, code, tuple(row["of"]), tuple(row["attributes"]))
    for code, (name, row) in enumerate(_DATA["property"].items())
}
WORDS: Final[dict[str, tuple[str, ...]]] = {name: tuple(words) for name, words in _DATA["words"].items()}

ENTITY_CODES: Final[dict[str, int]] = {name: code for code, name in enumerate(ENTITIES)}
ENTITY_NAMES: Final[tuple[str, ...]] = tuple(ENTITIES)
LINK_NAMES: Final[tuple[str, ...]] = tuple(LINKS)
CAPACITY_NAMES: Final[tuple[str, ...]] = (
    "",
    *sorted({word for kind in LINKS.values() for word in kind.capacities}),
)
CAPACITY_CODES: Final[dict[str, int]] = {name: code for code, name in enumerate(CAPACITY_NAMES)}
TIES: Final[tuple[str, ...]] = tuple(name for name, kind in LINKS.items() if kind.tie)


def check_word(vocabulary: str, word: str) -> str:
    """Return a word if its vocabulary holds it.

    Parameters
    ----------
    vocabulary : str
        Name of a list in ``[words]``.
    word : str
        The word asked for.

    Returns
    -------
    str
        The same word.

    Raises
    ------
    UnknownKindError
        The vocabulary does not hold the word.
    """
    if word not in WORDS[vocabulary]:
        raise UnknownKindError(f"{vocabulary}: not one of {', '.join(WORDS[vocabulary])}")
    return word


def check_link(predicate: str, kind_from: str, kind_to: str, capacity: str = "") -> LinkKind:
    """Return the kind of a link if the dictionary allows it between these ends.

    Parameters
    ----------
    predicate : str
        Name of the link.
    kind_from, kind_to : str
        Kinds of the two entities.
    capacity : str, optional
        How the first end stands in the link; empty for none.

    Returns
    -------
    LinkKind
        The row of the dictionary.

    Raises
    ------
    UnknownKindError
        No such predicate, or no such capacity for it.
    LinkEndsError
        The predicate does not join these kinds.
    """
    kind = LINKS.get(predicate)
    if kind is None:
        raise UnknownKindError(f"{predicate} is no link of the dictionary")
    if kind_from not in kind.ends_from or kind_to not in kind.ends_to:
        raise LinkEndsError(f"{predicate} does not join {kind_from} to {kind_to}")
    if capacity and capacity not in kind.capacities:
        raise UnknownKindError(f"{predicate} has no capacity {capacity}")
    return kind


def check_property(predicate: str, kind: str, attributes: tuple[str, ...]) -> PropertyKind:
    """Return the kind of a property if the dictionary allows it of this entity.

    Parameters
    ----------
    predicate : str
        Name of the property.
    kind : str
        Kind of the entity.
    attributes : tuple of str
        Names its value holds.

    Returns
    -------
    PropertyKind
        The row of the dictionary.

    Raises
    ------
    UnknownKindError
        No such property, not of this kind of entity, or an unknown attribute.
    """
    row = PROPERTIES.get(predicate)
    if row is None or kind not in row.of:
        raise UnknownKindError(f"{predicate} is no property of {kind}")
    unknown = [name for name in attributes if name not in row.attributes]
    if unknown:
        raise UnknownKindError(f"{predicate} has no attribute {', '.join(unknown)}")
    return row
