"""Cypher that draws: constraints and indexes from the dictionary of kinds, and rows by their thousands."""

from __future__ import annotations

from typing import Final

from graph.model.kinds import ENTITIES, LINKS
from graph.store.drawing import Fact, Support

KEYS: Final = {
    "Entity": ("drawing", "id"),
    "Point": ("drawing", "id"),
    "Origin": ("drawing", "id"),
    "StatedArea": ("drawing", "id"),
    "Moment": ("drawing", "number"),
    "State": ("workspace",),
    "Batch": ("key",),
    "Counter": ("name",),
}
"""Labels of the store's own, with what is unique in each."""

_ENDS: Final = frozenset({"predicate", "a", "b", "entity"})
"""Fields of a row that its relationship has by its type and its nodes."""

_NOUGHT: Final = {
    "capacity": 0,
    "source": 0,
    "information": 0,
    "disputed": 0,
    "sort": "''",
    "category": "''",
    "point": 0,
}
"""Left out where they are: a relationship with fewer properties is written and read sooner."""

_OF_DRAWING: Final = "n.drawing = $drawing AND n.id >= 0"
_ALL_CLAIMS: Final = "MATCH (n:Entity)-[r]->() WHERE n.drawing = $drawing AND n.id >= 0"
_IN_PARTS: Final = "IN TRANSACTIONS OF 10000 ROWS"
_DROP_NODES: Final = f"CALL (n) {{ DETACH DELETE n }} {_IN_PARTS}"


def constraints() -> list[str]:
    """Return the constraints that drawing needs.

    Returns
    -------
    list of str
        One statement each.
    """
    return [
        f"CREATE CONSTRAINT kithmap_{label} IF NOT EXISTS FOR (n:{label}) "
        f"REQUIRE ({', '.join(f'n.{name}' for name in names)}) IS UNIQUE"
        for label, names in KEYS.items()
    ]


def indexes() -> list[str]:
    """Return the indexes that answers need; filled at once after a first drawing sooner than row by row.

    Returns
    -------
    list of str
        One statement each; a kind or link added to the dictionary adds its own.
    """
    kinds = [
        f"CREATE INDEX kithmap_kind_{kind} IF NOT EXISTS FOR (n:`{kind}`) ON (n.drawing, n.id)"
        for kind in ENTITIES
    ]
    links = [
        f"CREATE INDEX kithmap_link_{name} IF NOT EXISTS FOR ()-[r:`{name}`]-() ON (r.link)" for name in LINKS
    ]
    return [*kinds, *links]


def schema_names() -> list[str]:
    """Return the names of the constraints and indexes that the graph needs.

    Returns
    -------
    list of str
        As the server lists its indexes, of which each constraint has one.
    """
    return [text.split()[2] for text in (*constraints(), *indexes())]


def add_entities(*, fresh: bool) -> str:
    """Return the text that adds entities.

    Parameters
    ----------
    fresh : bool
        Whether the drawing is new, so that none can be there already.

    Returns
    -------
    str
        Of rows of id, code of the kind and its name; those there already stay. In a new drawing each row
        brings a list of its entity's claims, too: rows of ``Fact`` with the name of the predicate. It then
        gives one row: all ids, and the element id of each.
    """
    if fresh:
        node = "(n:Entity:$(row[2]) {drawing: $drawing, id: row[0], kind: row[1], since: $since})"
        claim = f"(n)-[:$(fact[{len(Fact._fields)}]) {_properties('fact', Fact)}]->(n)"
        # One row: the server sends a list of thousands sooner than thousands of rows.
        return (
            f"UNWIND $rows AS row CREATE {node} WITH n, row "
            f"CALL (n, row) {{ UNWIND row[3] AS fact CREATE {claim} }} "
            "RETURN collect(n.id), collect(elementId(n))"
        )
    return (
        "UNWIND $rows AS row MERGE (n:Entity {drawing: $drawing, id: row[0]}) "
        "ON CREATE SET n:$(row[2]), n.kind = row[1], n.since = $since"
    )


ELEMENT_IDS: Final = (
    "UNWIND $ids AS id MATCH (n:Entity {drawing: $drawing, id: id}) "
    "RETURN collect(n.id), collect(elementId(n))"
)
"""What ``add_entities`` gives, of entities that are there."""


def add_supports(predicate: str = "") -> str:
    """Return the text that adds claims of links.

    Parameters
    ----------
    predicate : str, optional
        Of the dictionary; of every kind of link when left out, to a new drawing, where none can be there.

    Returns
    -------
    str
        Of rows of ``Support``, in a new drawing with the element ids of both ends and the name of the
        predicate; gives how many were added.
    """
    at = {name: f"row[{number}]" for number, name in enumerate(Support._fields)}
    told = f"{_properties('row', Support)}]->(b) RETURN count(*)"
    if not predicate:
        ends = f"{_stands('a', at['a'], len(at))} {_stands('b', at['b'], len(at) + 1)}"
        return f"UNWIND $rows AS row {ends} CREATE (a)-[:$(row[{len(at) + 2}]) {told}"
    return (
        f"UNWIND $rows AS row MATCH (a:Entity {{drawing: $drawing, id: {at['a']}}}) "
        f"MATCH (b:Entity {{drawing: $drawing, id: {at['b']}}}) "
        f"WITH row, a, b WHERE {_not_there(predicate, 'b', at['claim'])} CREATE (a)-[:`{predicate}` {told}"
    )


def add_facts(predicate: str = "") -> str:
    """Return the text that adds claims of properties.

    Parameters
    ----------
    predicate : str, optional
        As in ``add_supports``.

    Returns
    -------
    str
        Of rows of ``Fact``, in a new drawing with the element id of the entity and the name of the
        predicate; gives how many were added.
    """
    at = {name: f"row[{number}]" for number, name in enumerate(Fact._fields)}
    told = f"{_properties('row', Fact)}]->(a) RETURN count(*)"
    if not predicate:
        end = _stands("a", at["entity"], len(at))
        return f"UNWIND $rows AS row {end} CREATE (a)-[:$(row[{len(at) + 1}]) {told}"
    return (
        f"UNWIND $rows AS row MATCH (a:Entity {{drawing: $drawing, id: {at['entity']}}}) "
        f"WITH row, a WHERE {_not_there(predicate, 'a', at['claim'])} CREATE (a)-[:`{predicate}` {told}"
    )


def _properties(row: str, form: type[Support | Fact]) -> str:
    told = []
    for at, name in enumerate(form._fields):
        value = f"{row}[{at}]"
        if name not in _ENDS:
            told.append(
                f"{name}: nullIf({value}, {_NOUGHT[name]})" if name in _NOUGHT else f"{name}: {value}"
            )
    return f"{{{', '.join(told)}, since: $since}}"


def _stands(end: str, known: str, element_at: int) -> str:
    # Found without an index. An element id may come to stand for another node once its own is deleted.
    same = f"{end}.id = {known} AND {end}.drawing = $drawing"
    return f"MATCH ({end}) WHERE elementId({end}) = row[{element_at}] AND {same}"


def _not_there(predicate: str, end: str, claim: str) -> str:
    known = f"x.claim = {claim} AND x.until IS NULL"
    return f"NOT EXISTS {{ MATCH (a)-[x:`{predicate}`]->({end}) WHERE {known} }}"


def take_out(predicate: str) -> str:
    """Return the text that ends claims of one link or property.

    Parameters
    ----------
    predicate : str
        Of the dictionary.

    Returns
    -------
    str
        Of rows of the first end and the claim; whoever reads an earlier moment has them still.
    """
    return (
        f"UNWIND $rows AS row MATCH (a:Entity {{drawing: $drawing, id: row[0]}})-[r:`{predicate}`]->() "
        "WHERE r.claim = row[1] AND r.until IS NULL SET r.until = $moment"
    )


def add_points(*, fresh: bool) -> str:
    """Return the text that adds points.

    Parameters
    ----------
    fresh : bool
        Whether the drawing is new, so that none can be there already.

    Returns
    -------
    str
        Of rows of number, longitude, latitude, easting, northing and areas; those there already stay.
    """
    told = {"lon": 1, "lat": 2, "easting": 3, "northing": 4, "areas": 5}
    key = "drawing: $drawing, id: row[0]"
    if fresh:
        fields = ", ".join(f"{name}: row[{at}]" for name, at in told.items())
        return f"UNWIND $rows AS row CREATE (:Point {{{key}, {fields}, since: $since}})"
    fields = ", ".join(f"p.{name} = row[{at}]" for name, at in told.items())
    return f"UNWIND $rows AS row MERGE (p:Point {{{key}}}) ON CREATE SET {fields}, p.since = $since"


ADD_ORIGINS: Final = (
    "UNWIND $rows AS row MERGE (o:Origin {drawing: $drawing, id: row[0]}) "
    "ON CREATE SET o.agency = row[1], o.since = $since"
)
ADD_STATED_AREAS: Final = (
    "UNWIND $rows AS row MERGE (c:StatedArea {drawing: $drawing, id: row[0]}) "
    "ON CREATE SET c.code = row[1], c.since = $since"
)
TAKE: Final = (
    "MERGE (s:State {workspace: $workspace}) ON CREATE SET s.drawing = 0, s.moment = 0, s.version = 0, "
    "s.oldest = 0, s.building = 0, s.leftovers = [], s.begun = false "
    "WITH s, s.attempt AS before SET s.attempt = $attempt RETURN before"
)
"""From here on, an attempt begun earlier, whose name is returned, can write nothing more."""

STATE: Final = (
    "MATCH (s:State {workspace: $workspace}) "
    "RETURN s.drawing, s.moment, s.version, s.building, s.leftovers, s.begun, s.attempt"
)
ONCE: Final = (
    "MATCH (s:State {workspace: $workspace, attempt: $attempt}) CREATE (:Batch {key: $key}) RETURN 1"
)
"""Goes before each change of an attempt: no row where another took over, an error when it was done."""

BUILD_BESIDE: Final = (
    "MERGE (c:Counter {name: 'drawings'}) ON CREATE SET c.value = 0 "
    "SET c.value = c.value + 1 WITH c.value AS number MATCH (s:State {workspace: $workspace}) "
    "SET s.building = number, s.leftovers = s.leftovers + number RETURN s.building"
)
"""Numbers of drawings count for the whole server: a row belongs to one drawing, and so to one workspace."""

DRAW_MORE: Final = (
    "MATCH (s:State {workspace: $workspace}) SET s.building = s.drawing, s.begun = true RETURN s.building"
)
SWITCH: Final = (
    "MATCH (s:State {workspace: $workspace}) "
    "SET s.leftovers = [n IN s.leftovers WHERE n <> $drawing] + "
    "CASE WHEN s.drawing IN [0, $drawing] THEN [] ELSE [s.drawing] END "
    "SET s.drawing = $drawing, s.moment = $moment, s.version = $version, s.begun = false, "
    "s.oldest = CASE WHEN $fresh THEN $moment ELSE s.oldest END "
    "CREATE (m:Moment {drawing: $drawing, number: $moment}) SET m += $lists RETURN 1"
)
"""The one commit by which everything drawn before it comes to be answered from. It leaves the attempt its
name: where its answer is lost, it is asked for again, and the key tells that it was done."""

LET_GO: Final = (
    "MATCH (s:State {workspace: $workspace}) "
    "SET s.leftovers = s.leftovers + CASE WHEN s.drawing = 0 THEN [] ELSE [s.drawing] END "
    "SET s.drawing = 0, s.moment = 0, s.version = 0, s.begun = false"
)
"""From here on nothing answers; what did is a leftover."""

END_STATE: Final = "MATCH (s:State {workspace: $workspace, attempt: $attempt}) DELETE s"
OLDEST: Final = "MATCH (s:State {workspace: $workspace}) SET s.oldest = s.moment"
FORGET: Final = (
    "MATCH (s:State {workspace: $workspace}) SET s.leftovers = [n IN s.leftovers WHERE n <> $drawing]"
)
DROP_ENDED: Final = (
    "UNWIND $rows AS row MATCH (a:Entity {drawing: $drawing, id: row[0]})-[r]->() "
    "WHERE r.claim = row[1] AND r.until <= $moment DELETE r"
)
DROP_MOMENTS: Final = "MATCH (m:Moment {drawing: $drawing}) WHERE m.number < $moment DELETE m"
DROP_KEYS: Final = f"MATCH (b:Batch) WHERE b.key STARTS WITH $attempt CALL (b) {{ DELETE b }} {_IN_PARTS}"


def drop_drawing() -> list[str]:
    """Return the texts that take a whole drawing out, part by part.

    Returns
    -------
    list of str
        Claims first, so that no entity with very many is one great transaction.
    """
    nodes = [
        f"MATCH (n:{label}) WHERE n.drawing = $drawing AND n.{names[1]} >= 0 {_DROP_NODES}"
        for label, names in KEYS.items()
        if len(names) > 1
    ]
    return [f"{_ALL_CLAIMS} CALL (r) {{ DELETE r }} {_IN_PARTS}", *nodes]


def drop_unfinished() -> list[str]:
    """Return the texts that take back what was being added to a drawing when its process ended.

    Returns
    -------
    list of str
        Everything of a later moment than the one that answers.
    """
    nodes = [
        f"MATCH (n:{label}) WHERE {_OF_DRAWING} AND n.since > $moment {_DROP_NODES}"
        for label in ("Entity", "Point", "Origin", "StatedArea")
    ]
    return [
        f"{_ALL_CLAIMS} AND r.since > $moment CALL (r) {{ DELETE r }} {_IN_PARTS}",
        f"{_ALL_CLAIMS} AND r.until > $moment CALL (r) {{ SET r.until = null }} {_IN_PARTS}",
        *nodes,
    ]


def add_label(label: str) -> str:
    """Return the text that gives entities a label.

    Parameters
    ----------
    label : str
        A fixed word.

    Returns
    -------
    str
        Of ``$ids``.
    """
    return f"UNWIND $ids AS id MATCH (n:Entity {{drawing: $drawing, id: id}}) SET n:`{label}`"


def drop_label(label: str) -> str:
    """Return the text that takes a label off every entity.

    Parameters
    ----------
    label : str
        A fixed word.

    Returns
    -------
    str
        Part by part.
    """
    return f"MATCH (n:`{label}`) WHERE n.drawing = $drawing CALL (n) {{ REMOVE n:`{label}` }} {_IN_PARTS}"


LABELLED_ON: Final = "MATCH (s:State {workspace: $workspace}) SET s.labelled_on = $day"
