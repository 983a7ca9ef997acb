"""What the rows say that speak of entities: since when each is known, and under which labels."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterator
from typing import Final

from graph.model.scope import Scope
from graph.store.visible_rows import label_condition, parts_of

_ENDS: Final = (("fact", "entity"), ("support", "a"), ("support", "b"))
"""Tables of the drawn graph, and their columns that hold entities."""


def first_known(db: sqlite3.Connection, scope: Scope, entities: Collection[int]) -> dict[int, int]:
    """Return the age of each entity: the least of the visible rows that speak of it.

    Parameters
    ----------
    db : sqlite3.Connection
        The drawn graph.
    scope : Scope
        Whose answer.
    entities : collection of int
        As claims name them.

    Returns
    -------
    dict of int to int
        Entities that no visible row speaks of are left out.
    """
    ages: dict[int, int] = {}
    for part in parts_of(sorted(entities)):
        inside = f"({','.join(map(str, part))})"
        for table, column in _ENDS:
            seen = label_condition(scope, *(c for t, c in _ENDS if t == table))
            where = f"{column} IN {inside} AND {seen}"
            query = f"SELECT {column}, MIN(age) FROM {table} WHERE {where} GROUP BY 1"  # noqa: S608 - numbers only
            for entity, age in db.execute(query):
                ages[entity] = min(age, ages.get(entity, age))
    return ages


def labels_of(db: sqlite3.Connection, among: str, entities: Collection[int]) -> Iterator[tuple[int, int]]:
    """Yield the labels of the rows that speak of some entities.

    Parameters
    ----------
    db : sqlite3.Connection
        The drawn graph.
    among : str
        Condition for the label.
    entities : collection of int
        As claims name them.

    Yields
    ------
    tuple of (int, int)
        Entity and label; a pair may come several times.
    """
    for part in parts_of(sorted(entities)):
        inside = ",".join(map(str, part))
        for table, column in _ENDS:
            query = f"SELECT DISTINCT {column}, label FROM {table} WHERE {column} IN ({inside}) AND {among}"  # noqa: S608 - numbers only
            yield from db.execute(query)


def facts_about(db: sqlite3.Connection, seen: str, entities: Collection[int]) -> Iterator[int]:
    """Yield the claims of every property of some entities.

    Parameters
    ----------
    db : sqlite3.Connection
        The drawn graph.
    seen : str
        Condition for the rows that count and may be seen.
    entities : collection of int
        As claims name them.

    Yields
    ------
    int
        Numbers of claims.
    """
    for part in parts_of(sorted(entities)):
        query = f"SELECT claim FROM fact WHERE entity IN ({','.join(map(str, part))}) AND {seen}"  # noqa: S608 - numbers only
        yield from (row[0] for row in db.execute(query))
