"""Cypher as text: fixed words and the dictionary's own; whatever a viewer may see goes in as parameters."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final, NamedTuple

from graph.errors import UnknownKindError
from graph.model.claims import INFORMATION_NUMBERS
from graph.model.kinds import ENTITY_CODES, LINKS, PROPERTIES
from graph.model.links import NO_DAY
from graph.model.scope import Filters, Scope
from graph.store.visible_rows import known_links

LINK_CODES: Final = {name: kind.code for name, kind in LINKS.items()}

_ALWAYS: Final = 2**40
_NOBODY: Final = -1
_ENTITY: Final = "Entity {drawing: $drawing, id: id}"
_DRAWN: Final = "(r.since IS NULL OR r.since <= $moment) AND (r.until IS NULL OR r.until > $moment)"
_LABELLED: Final = "(r.label IN $visible OR (r.label IN $pointer AND (a.id IN $granted OR b.id IN $granted)))"
_SUSPECTED_FALSE: Final = INFORMATION_NUMBERS["E"]
_LAST: Final = (
    "coalesce(r.to_day, CASE WHEN r.from_day > r.reported_day THEN r.from_day ELSE r.reported_day END)"
)
_COUNTED: Final = (
    f"($doubtful OR (r.disputed IS NULL AND coalesce(r.information, 0) <> {_SUSPECTED_FALSE})) "
    "AND r.reported_day <= $as_of AND (NOT $windowed OR "
    f"(coalesce(r.from_day, r.to_day) <= $last AND {_LAST} >= $first))"
)
SEEN: Final = f"{_DRAWN} AND {_LABELLED} AND {_COUNTED}"
"""The condition on a claim ``r`` between ``a`` and ``b``; what it holds of a viewer is parameters."""

SUPPORT: Final = (
    "r.link, r.claim, $codes[type(r)], a.id, b.id, coalesce(r.capacity, 0), r.origin, "
    "coalesce(r.source, 0), coalesce(r.information, 0), coalesce(r.disputed, 0), "
    f"coalesce(r.from_day, {NO_DAY}), coalesce(r.to_day, {NO_DAY}), r.reported_day"
)
"""In the order of ``graph.store.support_table.COLUMNS``."""

_FACT_COLUMNS: Final = {
    "entity": "a.id",
    "sort": "coalesce(r.sort, '')",
    "category": "coalesce(r.category, '')",
    "from_day": f"coalesce(r.from_day, {NO_DAY})",
    "to_day": f"coalesce(r.to_day, {NO_DAY})",
}


class Statement(NamedTuple):
    """A text of Cypher and what goes with it.

    Attributes
    ----------
    text : str
        Made of fixed words and names of the dictionary.
    parameters : mapping of str to object
        Everything else.
    """

    text: str
    parameters: Mapping[str, Any]


def types_of(names: Collection[str]) -> str:
    """Return some links or properties as the types of a relationship.

    Parameters
    ----------
    names : collection of str
        Of the dictionary.

    Returns
    -------
    str
        For a pattern, each name quoted.
    """
    return "|".join(f"`{name}`" for name in names)


def seen_by(scope: Scope, filters: Filters) -> dict[str, Any]:
    """Return the parameters of ``SEEN`` for one viewer.

    Parameters
    ----------
    scope : Scope
        Whose answer.
    filters : Filters
        Which claims count.

    Returns
    -------
    dict of str to object
        Numbers only.
    """
    first, last = filters.window or (0, 0)
    return {
        "visible": several(scope.visible),
        "pointer": several(scope.pointer),
        "granted": several(scope.granted),
        "doubtful": filters.doubtful,
        "as_of": _ALWAYS if filters.as_of is None else filters.as_of,
        "windowed": filters.window is not None,
        "first": first,
        "last": last,
    }


def several(numbers: Collection[int]) -> list[int]:
    """Return numbers as a list of two or more.

    Parameters
    ----------
    numbers : collection of int
        Ids, or labels: never negative.

    Returns
    -------
    list of int
        Sorted; filled up with a number that nothing has. Neo4j plans a question anew for an empty list,
        for one of one, and for one of up to ten, and takes longer over that than over the answer.
    """
    return [*sorted(numbers), *[_NOBODY] * (2 - len(numbers))]


def supports_touching(kinds: Collection[str]) -> str:
    """Return the text for claims of links that touch any of ``$ids``.

    Parameters
    ----------
    kinds : collection of str
        Links of the dictionary; every one when empty.

    Returns
    -------
    str
        One row a claim, once each.
    """
    types = types_of(known_links(kinds))
    return (
        f"UNWIND $ids AS id MATCH (:{_ENTITY})-[r:{types}]-() "
        f"WITH DISTINCT r WITH r, startNode(r) AS a, endNode(r) AS b WHERE {SEEN} RETURN {SUPPORT}"
    )


def supports_within(kinds: Collection[str]) -> str:
    """Return the text for claims of links whose two ends are among ``$ids``.

    Parameters
    ----------
    kinds : collection of str
        Links of the dictionary; every one when empty.

    Returns
    -------
    str
        One row a claim.
    """
    types = types_of(known_links(kinds))
    return (
        f"UNWIND $ids AS id MATCH (a:{_ENTITY})-[r:{types}]->(b) "
        f"WHERE b.id IN $ids AND {SEEN} RETURN {SUPPORT}"
    )


def supports_of_all(kinds: Collection[str]) -> str:
    """Return the text for all claims of links.

    Parameters
    ----------
    kinds : collection of str
        Links of the dictionary; every one when empty.

    Returns
    -------
    str
        One row a claim.
    """
    return f"{_everywhere(known_links(kinds))} WHERE {SEEN} RETURN {SUPPORT}"


def supports_of_link() -> str:
    """Return the text for the claims whose rows say they are of ``$link``.

    Returns
    -------
    str
        One row a claim; each kind of link is looked up in its own index.
    """
    parts = (f"MATCH ()-[r:`{name}`]->() WHERE r.link = $link RETURN r" for name in LINKS)
    return (
        f"CALL () {{ {' UNION ALL '.join(parts)} }} WITH r, startNode(r) AS a, endNode(r) AS b "
        f"WHERE a.drawing = $drawing AND {SEEN} RETURN {SUPPORT}"
    )


def _everywhere(names: Collection[str], kind: str = "") -> str:
    # Both columns of the index are named, or it would not be used.
    label = f"`{kind}`" if kind else "Entity"
    return (
        f"MATCH (a:{label})-[r:{types_of(names)}]->(b) WHERE a.drawing = $drawing AND a.id >= 0 WITH r, a, b"
    )


def facts(columns: Collection[str], predicates: Collection[str], *, among: bool, kind: str = "") -> str:
    """Return the text for claims of properties.

    Parameters
    ----------
    columns : collection of str
        Fields of ``graph.store.drawing.Fact``, missing days as ``NO_DAY``.
    predicates : collection of str
        Properties of the dictionary; every one when empty.
    among : bool
        Only of ``$ids``.
    kind : str, optional
        Only of entities of this kind.

    Returns
    -------
    str
        One row a claim.
    """
    told = ", ".join(_FACT_COLUMNS.get(column, f"r.{column}") for column in columns)
    return f"{_facts(predicates, among=among, kind=kind)} RETURN {told}"


def _facts(predicates: Collection[str], *, among: bool, kind: str = "") -> str:
    unknown = sorted(set(predicates) - set(PROPERTIES))
    if unknown:
        raise UnknownKindError(f"{', '.join(unknown)}: no property of the dictionary")
    names = predicates or PROPERTIES
    if not among:
        return f"{_everywhere(names, kind)} WHERE {SEEN}"
    # A claim of one entity is a relationship of it to itself.
    return f"UNWIND $ids AS id MATCH (a:{_ENTITY})-[r:{types_of(names)}]->(b) WHERE {SEEN}"


def positions(kind: str = "") -> str:
    """Return the text for claims of where something is.

    Parameters
    ----------
    kind : str, optional
        Only of entities of this kind.

    Returns
    -------
    str
        Rows of entity, day reported, claim, longitude, latitude, easting, northing, number of the point.
    """
    return (
        f"{_facts(['POSITION'], among=False, kind=kind)} "
        "MATCH (p:Point {drawing: $drawing, id: r.point}) "
        "RETURN a.id, r.reported_day, r.claim, p.lon, p.lat, p.easting, p.northing, p.id"
    )


def entities_of(kind: str = "") -> str:
    """Return the text for the entities that a visible claim speaks of.

    Parameters
    ----------
    kind : str, optional
        Of the dictionary; every kind when left out.

    Returns
    -------
    str
        Rows of the code of the kind and the id.
    """
    return (
        f"MATCH (a:{_label(kind)}) WHERE a.drawing = $drawing AND a.id >= 0 "
        f"AND EXISTS {{ MATCH (a)-[r]-(b) WHERE {SEEN} }} RETURN a.kind, a.id"
    )


def _label(kind: str) -> str:
    if kind and kind not in ENTITY_CODES:
        raise UnknownKindError(f"{kind}: no kind of the dictionary")
    return f"`{kind}`" if kind else "Entity"


IS_SEEN: Final = f"UNWIND $ids AS id MATCH (a:{_ENTITY})-[r]-(b) WHERE {SEEN} RETURN 1 LIMIT 1"
KINDS: Final = f"UNWIND $ids AS id MATCH (a:{_ENTITY}) RETURN a.id, a.kind"
AGES: Final = f"UNWIND $ids AS id MATCH (a:{_ENTITY})-[r]-(b) WHERE {SEEN} RETURN a.id, min(r.age)"
POINTED: Final = (
    f"UNWIND $ids AS id MATCH (a:{_ENTITY})-[r]-() WHERE {_DRAWN} AND r.label IN $pointer "
    "RETURN DISTINCT a.id, r.label"
)
POINTS: Final = "MATCH (p:Point) WHERE p.drawing = $drawing AND p.id >= 0"
ORIGINS: Final = "MATCH (o:Origin) WHERE o.drawing = $drawing AND o.id >= 0 RETURN o.id, o.agency"
STATED_AREAS: Final = "MATCH (c:StatedArea) WHERE c.drawing = $drawing AND c.id >= 0 RETURN c.id, c.code"
WHERES: Final = (
    "MATCH (a:Event)-[r:OCCURRED_AT]->(b) WHERE a.drawing = $drawing AND a.id >= 0 WITH r, a, b "
    f"WHERE {SEEN} RETURN a.id, r.reported_day, r.claim, b.id"
)
STILL: Final = (
    "MATCH (s:State {workspace: $workspace}) WHERE s.drawing = $drawing AND s.oldest <= $moment RETURN 1"
)
"""One row while what a reader opened is still whole."""


def moment_lists(names: Sequence[str]) -> str:
    """Return the text for lists that were handed in whole when a moment was drawn.

    Parameters
    ----------
    names : sequence of str
        Names of lists.

    Returns
    -------
    str
        One row, or none before anything was drawn.
    """
    told = ", ".join(f"m.{name}" for name in names)
    return f"MATCH (m:Moment {{drawing: $drawing, number: $moment}}) RETURN {told}"
