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
_GREATEST: Final = 2**63 - 1
_PART: Final = 2_048
"""Entities whose rows make one list, about: ids are random numbers, so equal ranges hold about as many."""

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

_IN_PART: Final = "a.drawing = $drawing AND a.id >= low AND a.id <= high"
"""Both columns of the index are named, or it would not be used."""

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
        A list of rows, one a claim, once each.
    """
    types = types_of(known_links(kinds))
    return _list(
        f"UNWIND $ids AS id MATCH (:{_ENTITY})-[r:{types}]-() "
        f"WITH DISTINCT r WITH r, startNode(r) AS a, endNode(r) AS b WHERE {SEEN}",
        SUPPORT,
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
        A list of rows, one a claim.
    """
    types = types_of(known_links(kinds))
    return _list(
        f"UNWIND $ids AS id MATCH (a:{_ENTITY})-[r:{types}]->(b) WHERE b.id IN $ids AND {SEEN}", SUPPORT
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
        Lists of rows, one a claim.
    """
    return _lists(_everywhere(known_links(kinds)), SUPPORT)


def supports_of_link() -> str:
    """Return the text for the claims whose rows say they are of ``$link``.

    Returns
    -------
    str
        A list of rows, one a claim; each kind of link is looked up in its own index.
    """
    parts = (f"MATCH ()-[r:`{name}`]->() WHERE r.link = $link RETURN r" for name in LINKS)
    return _list(
        f"CALL () {{ {' UNION ALL '.join(parts)} }} WITH r, startNode(r) AS a, endNode(r) AS b "
        f"WHERE a.drawing = $drawing AND {SEEN}",
        SUPPORT,
    )


def _list(text: str, columns: str) -> str:
    # A server sends a list of rows in a quarter of the time that it takes to send them one by one. They are
    # collected as lists, for a collected column would leave out what is null.
    return f"{text} RETURN collect([{columns}]) AS rows"


def _lists(text: str, columns: str, kind: str = "") -> str:
    """Return a text over all entities of a kind that gives a list for each part of them: no heap holds all.

    What it matches is limited to ids from ``low`` to ``high``.
    """
    return (
        f"MATCH (n:{_label(kind)}) WITH count(n) / {_PART} + 1 AS parts "
        f"WITH parts, {_GREATEST} / parts AS width UNWIND range(1, parts) AS part "
        "WITH (part - 1) * width AS low, "
        f"CASE WHEN part = parts THEN {_GREATEST} ELSE part * width - 1 END AS high "
        f"CALL (low, high) {{ {_list(text, columns)} }} RETURN rows"
    )


def _everywhere(names: Collection[str], kind: str = "") -> str:
    return f"MATCH (a:{_label(kind)})-[r:{types_of(names)}]->(b) WHERE {_IN_PART} WITH r, a, b WHERE {SEEN}"


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
        Lists of rows, one a claim.
    """
    told = ", ".join(_FACT_COLUMNS.get(column, f"r.{column}") for column in columns)
    unknown = sorted(set(predicates) - set(PROPERTIES))
    if unknown:
        raise UnknownKindError(f"{', '.join(unknown)}: no property of the dictionary")
    names = predicates or PROPERTIES
    if not among:
        return _lists(_everywhere(names, kind), told, kind)
    # A claim of one entity is a relationship of it to itself.
    return _list(f"UNWIND $ids AS id MATCH (a:{_ENTITY})-[r:{types_of(names)}]->(b) WHERE {SEEN}", told)


def positions(kind: str = "") -> str:
    """Return the text for claims of where something is.

    Parameters
    ----------
    kind : str, optional
        Only of entities of this kind.

    Returns
    -------
    str
        Lists of rows of entity, day reported, claim, longitude, latitude, easting, northing, number of the
        point.
    """
    return _lists(
        f"{_everywhere(['POSITION'], kind)} MATCH (p:Point {{drawing: $drawing, id: r.point}})",
        "a.id, r.reported_day, r.claim, p.lon, p.lat, p.easting, p.northing, p.id",
        kind,
    )


def wheres() -> str:
    """Return the text for claims of where events occurred.

    Returns
    -------
    str
        Lists of rows of event, day reported, claim and location.
    """
    return _lists(_everywhere(["OCCURRED_AT"], "Event"), "a.id, r.reported_day, r.claim, b.id", "Event")


def entities_of(kind: str = "") -> str:
    """Return the text for the entities that a visible claim speaks of.

    Parameters
    ----------
    kind : str, optional
        Of the dictionary; every kind when left out.

    Returns
    -------
    str
        Lists of rows of the code of the kind and the id.
    """
    spoken_of = f"MATCH (a:{_label(kind)}) WHERE {_IN_PART} AND EXISTS {{ MATCH (a)-[r]-(b) WHERE {SEEN} }}"
    return _lists(spoken_of, "a.kind, a.id", kind)


def _label(kind: str) -> str:
    if kind and kind not in ENTITY_CODES:
        raise UnknownKindError(f"{kind}: no kind of the dictionary")
    return f"`{kind}`" if kind else "Entity"


IS_SEEN: Final = f"UNWIND $ids AS id MATCH (a:{_ENTITY})-[r]-(b) WHERE {SEEN} RETURN 1 LIMIT 1"
KINDS: Final = _list(f"UNWIND $ids AS id MATCH (a:{_ENTITY})", "a.id, a.kind")
AGES: Final = _list(
    f"UNWIND $ids AS id MATCH (a:{_ENTITY})-[r]-(b) WHERE {SEEN} WITH a, min(r.age) AS age", "a.id, age"
)
POINTED: Final = (
    f"UNWIND $ids AS id MATCH (a:{_ENTITY})-[r]-() WHERE {_DRAWN} AND r.label IN $pointer "
    "RETURN DISTINCT a.id, r.label"
)
POINTS: Final = "MATCH (p:Point) WHERE p.drawing = $drawing AND p.id >= 0"
ORIGINS: Final = "MATCH (o:Origin) WHERE o.drawing = $drawing AND o.id >= 0 RETURN o.id, o.agency"
STATED_AREAS: Final = "MATCH (c:StatedArea) WHERE c.drawing = $drawing AND c.id >= 0 RETURN c.id, c.code"
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
