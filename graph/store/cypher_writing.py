"""Cypher that draws: constraints and indexes from the dictionary of kinds, and rows by their thousands."""

from __future__ import annotations

from typing import Final

from graph.model.kinds import ENTITIES, LINKS

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

SUPPORT_FIELDS: Final = (
    "link",
    "claim",
    "capacity",
    "label",
    "origin",
    "source",
    "information",
    "disputed",
    "from_day",
    "to_day",
    "reported_day",
    "age",
)
FACT_FIELDS: Final = (
    "claim",
    "label",
    "origin",
    "source",
    "information",
    "disputed",
    "from_day",
    "to_day",
    "reported_day",
    "age",
    "sort",
    "category",
    "point",
)

_OF_DRAWING: Final = "n.drawing = $drawing AND n.id >= 0"
_ALL_CLAIMS: Final = "MATCH (n:Entity)-[r]->() WHERE n.drawing = $drawing AND n.id >= 0"
_IN_PARTS: Final = "IN TRANSACTIONS OF 10000 ROWS"
_UNTIL_READY: Final = "CALL db.awaitIndexes(3600)"
_DROP_NODES: Final = f"CALL (n) {{ DETACH DELETE n }} {_IN_PARTS}"


def constraints() -> list[str]:
    """Return the constraints that drawing needs.

    Returns
    -------
    list of str
        One statement each.
    """
    keys = [
        f"CREATE CONSTRAINT kithmap_{label} IF NOT EXISTS FOR (n:{label}) "
        f"REQUIRE ({', '.join(f'n.{name}' for name in names)}) IS UNIQUE"
        for label, names in KEYS.items()
    ]
    return [*keys, _UNTIL_READY]


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
    return [*kinds, *links, _UNTIL_READY]


def schema_names() -> list[str]:
    """Return the names of the constraints and indexes that the graph needs.

    Returns
    -------
    list of str
        As the server lists its indexes, of which each constraint has one.
    """
    return [text.split()[2] for text in (*constraints(), *indexes()) if text.startswith("CREATE")]


def add_entities(kind: str, *, fresh: bool) -> str:
    """Return the text that adds entities of one kind.

    Parameters
    ----------
    kind : str
        Of the dictionary.
    fresh : bool
        Whether the drawing is new, so that none can be there already.

    Returns
    -------
    str
        Of rows of id and code of the kind; those there already stay. Gives id and element id of each.
    """
    told = "RETURN n.id, elementId(n)"
    if fresh:
        node = f"(n:Entity:`{kind}` {{drawing: $drawing, id: row[0], kind: row[1], since: $since}})"
        return f"UNWIND $rows AS row CREATE {node} {told}"
    return (
        "UNWIND $rows AS row MERGE (n:Entity {drawing: $drawing, id: row[0]}) "
        f"ON CREATE SET n:`{kind}`, n.kind = row[1], n.since = $since {told}"
    )


ELEMENT_IDS: Final = (
    "UNWIND $ids AS id MATCH (n:Entity {drawing: $drawing, id: id}) RETURN n.id, elementId(n)"
)


def add_supports(predicate: str, *, fresh: bool) -> str:
    """Return the text that adds claims of one kind of link.

    Parameters
    ----------
    predicate : str
        Of the dictionary.
    fresh : bool
        Whether the drawing is new, so that none can be there already.

    Returns
    -------
    str
        Of rows of both ends and ``SUPPORT_FIELDS``, and in a new drawing the element ids of both ends;
        gives how many were added.
    """
    told = ", ".join(f"{name}: row[{at}]" for at, name in enumerate(SUPPORT_FIELDS, 2))
    told += ", since: $since}]->(b) RETURN count(*)"
    if fresh:
        at = 2 + len(SUPPORT_FIELDS)
        ends = f"{_stands('a', 0, at)} {_stands('b', 1, at + 1)}"
        return f"UNWIND $rows AS row {ends} CREATE (a)-[:`{predicate}` {{{told}"
    return (
        "UNWIND $rows AS row MATCH (a:Entity {drawing: $drawing, id: row[0]}) "
        "MATCH (b:Entity {drawing: $drawing, id: row[1]}) "
        f"WITH row, a, b WHERE {_not_there(predicate, 'b', 3)} CREATE (a)-[:`{predicate}` {{{told}"
    )


def add_facts(predicate: str, *, fresh: bool) -> str:
    """Return the text that adds claims of one property.

    Parameters
    ----------
    predicate : str
        Of the dictionary.
    fresh : bool
        Whether the drawing is new.

    Returns
    -------
    str
        Of rows of the entity and ``FACT_FIELDS``, and in a new drawing its element id; gives how many were
        added.
    """
    told = ", ".join(f"{name}: row[{at}]" for at, name in enumerate(FACT_FIELDS, 1))
    told += ", since: $since}]->(a) RETURN count(*)"
    if fresh:
        end = _stands("a", 0, 1 + len(FACT_FIELDS))
        return f"UNWIND $rows AS row {end} CREATE (a)-[:`{predicate}` {{{told}"
    return (
        "UNWIND $rows AS row MATCH (a:Entity {drawing: $drawing, id: row[0]}) "
        f"WITH row, a WHERE {_not_there(predicate, 'a', 1)} CREATE (a)-[:`{predicate}` {{{told}"
    )


def _stands(end: str, id_at: int, element_at: int) -> str:
    # Found without an index. An element id may come to stand for another node once its own is deleted.
    same = f"{end}.id = row[{id_at}] AND {end}.drawing = $drawing"
    return f"MATCH ({end}) WHERE elementId({end}) = row[{element_at}] AND {same}"


def _not_there(predicate: str, end: str, at: int) -> str:
    known = f"x.claim = row[{at}] AND x.until IS NULL"
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


ADD_POINTS: Final = (
    "UNWIND $rows AS row MERGE (p:Point {drawing: $drawing, id: row[0]}) ON CREATE SET "
    "p.lon = row[1], p.lat = row[2], p.easting = row[3], p.northing = row[4], p.areas = row[5], "
    "p.since = $since"
)
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
    "s.oldest = 0, s.building = 0, s.leftovers = [], s.begun = false SET s.attempt = $attempt"
)
"""From here on, an attempt begun earlier can write nothing more."""

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
    "SET s.drawing = $drawing, s.moment = $moment, s.version = $version, s.begun = false, s.attempt = null, "
    "s.oldest = CASE WHEN $fresh THEN $moment ELSE s.oldest END "
    "CREATE (m:Moment {drawing: $drawing, number: $moment}) SET m += $lists RETURN 1"
)
"""The one commit by which everything drawn before it comes to be answered from."""

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
