"""When the claims that one viewer may see say that something held."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection

import numpy as np

from graph.model.kinds import PROPERTIES
from graph.model.links import NO_DAY
from graph.model.scope import Filters, Scope
from graph.store.contract import DatedClaims
from graph.store.resolution import Resolution
from graph.store.visible_rows import among_kinds, parts_of, seen_facts, seen_supports

_DAYS = f"COALESCE(from_day, {NO_DAY}), COALESCE(to_day, {NO_DAY})"


def dated_among(
    db: sqlite3.Connection,
    scope: Scope,
    resolution: Resolution,
    entities: Collection[int],
    *,
    kinds: Collection[str],
    filters: Filters,
) -> DatedClaims:
    """Return the claims that speak of some entities, with the days they held.

    Parameters
    ----------
    db : sqlite3.Connection
        The drawn graph.
    scope : Scope
        Whose answer.
    resolution : Resolution
        The viewer's.
    entities : collection of int
        Of these.
    kinds : collection of str
        Only these links and properties; all when empty.
    filters : Filters
        Which claims count.

    Returns
    -------
    DatedClaims
        Sorted by claim, each once.
    """
    members = sorted({member for entity in entities for member in resolution.members(entity)})
    roots = {resolution.root(member) for member in members}
    found: dict[int, tuple[int, int, int]] = {}
    facts, links = _conditions(scope, kinds, filters)
    for part in parts_of(members):
        inside = f"({','.join(map(str, part))})"
        said = f"SELECT claim, entity, {_DAYS} FROM fact WHERE entity IN {inside} AND {facts}"  # noqa: S608 - numbers only
        for claim, entity, *days in db.execute(said):
            found[claim] = (resolution.root(entity), *days)
        drawn = f"SELECT claim, a, b, {_DAYS} FROM support WHERE (a IN {inside} OR b IN {inside}) AND {links}"  # noqa: S608 - numbers only
        for claim, *ends, first, last in db.execute(drawn):
            joined = {resolution.root(end) for end in ends}
            if len(joined) > 1:
                found[claim] = (min(joined & roots), first, last)
    claims = sorted(found)
    columns = np.array([found[claim] for claim in claims], dtype=np.int64).reshape(-1, 3).T
    days = columns[1:].astype(np.int32)
    return DatedClaims(np.array(claims, dtype=np.int64), columns[0], days[0], days[1])


def _conditions(scope: Scope, kinds: Collection[str], filters: Filters) -> tuple[str, str]:
    codes = ",".join(str(PROPERTIES[kind].code) for kind in kinds if kind in PROPERTIES)
    links = [kind for kind in kinds if kind not in PROPERTIES]
    facts = f"predicate IN ({codes})" if kinds else "1"
    among = among_kinds(links, of_ends=True) if links or not kinds else " AND 0"
    return f"{facts} AND {seen_facts(scope, filters)}", f"{seen_supports(scope, filters)}{among}"
