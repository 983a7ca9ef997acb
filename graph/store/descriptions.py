"""What entities are: the kind of each, and what its newest description that one viewer may see calls it."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection

from graph.model.kinds import ENTITY_NAMES, PROPERTIES
from graph.model.scope import Filters, Scope
from graph.store.contract import Description
from graph.store.resolution import Resolution
from graph.store.visible_rows import parts_of, seen_facts


def described_among(
    db: sqlite3.Connection, scope: Scope, resolution: Resolution, entities: Collection[int]
) -> dict[int, Description]:
    """Return what entities are.

    Parameters
    ----------
    db : sqlite3.Connection
        The drawn graph.
    scope : Scope
        Whose answer.
    resolution : Resolution
        The viewer's.
    entities : collection of int
        Entities that the viewer may see.

    Returns
    -------
    dict of int to Description
        By the id that the viewer sees, as ``Store.entity`` describes each.
    """
    members = sorted({member for entity in entities for member in resolution.members(entity)})
    where = f"predicate = {PROPERTIES['IS'].code} AND {seen_facts(scope, Filters(doubtful=True))}"
    kinds: dict[int, int] = {}
    newest: dict[int, tuple[int, int, str, str]] = {}
    for part in parts_of(members):
        inside = f"({','.join(map(str, part))})"
        for entity, kind in db.execute(f"SELECT id, kind FROM entity WHERE id IN {inside}"):  # noqa: S608 - numbers only
            kinds[resolution.root(entity)] = kind
        told_of = f"SELECT entity, reported_day, claim, sort, category FROM fact WHERE {where}"  # noqa: S608 - numbers only
        for entity, *told in db.execute(f"{told_of} AND entity IN {inside}"):
            root = resolution.root(entity)
            newest[root] = max(newest.get(root, (-(2**62), 0, "", "")), tuple(told))
    return {
        entity: Description(ENTITY_NAMES[kind], *newest.get(entity, (0, 0, "", ""))[2:])
        for entity, kind in kinds.items()
    }
