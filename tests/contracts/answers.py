"""Every answer of a view as one JSON value: what two worlds are compared by."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import fields
from datetime import date
from typing import Any

from graph.errors import EntityNotFoundError
from graph.model.entities import write_id
from graph.model.kinds import ENTITIES, LINK_NAMES, PROPERTIES
from graph.model.links import LinkTable
from graph.model.scope import Filters
from graph.view import View
from tests.builders import BRAMWELL, mention

Json = Any
TYPED = ("al", "zed", "x", "y")
SAID_OF = [mention("nobody", agency="Colne Trust"), mention("a0"), mention("b1", agency=BRAMWELL)]
_IDS = {"link_id", "a", "b"}
_INTERNAL = {"seq", "age", "label"}
"""Numbers of the ledger's own use, which no answer shows."""


def answers(view: View, asked: Collection[int] = (), filters: Filters | None = None) -> dict[str, Json]:
    """Return everything a view and its store answer.

    Parameters
    ----------
    view : View
        One viewer's.
    asked : collection of int
        Ids to ask for whether they are seen or not.
    filters : Filters, optional
        Which claims count.
    """
    filters = filters or Filters()
    kinds = {kind: view.store.entities(view.scope, kind, filters).tolist() for kind in ENTITIES}
    seen = [entity for them in kinds.values() for entity in them]
    ids = list(dict.fromkeys([*seen, *asked]))
    return {
        "data_version": view.data_version,
        "rights": view.rights,
        "areas": [tuple(area) for area in view.areas],
        "counts": view.store.counts(view.scope, filters),
        "entities": {kind: [write_id(entity) for entity in them] for kind, them in kinds.items()},
        "entity": {write_id(entity): _entity(view, entity, filters) for entity in ids},
        "links": _links(view, filters),
        "facts": {predicate: _facts(view, predicate, filters) for predicate in PROPERTIES},
        "around": _around(view, ids[:6], filters),
        "names": {write_id(entity): named for entity, named in view.names(ids).items()},
        "described": [
            (write_id(e), *what) for e, what in sorted(view.store.described(view.scope, seen).items())
        ],
        "dated": _dated(view, ids[:6], filters),
        "found": {typed: _found(view, typed) for typed in TYPED},
        "mentioned": [write_id(e) for e in view.mentioned(SAID_OF)],
        "minors": view.minors_on(date(2025, 6, 1), view.store.entities(view.scope, "Person")).tolist(),
        "pointers": [(write_id(p.entity), p.owner, p.reference) for p in view.pointers(seen)],
        "occurrences": _arrays(view.store.occurrences(view.scope, filters=filters)),
        "locations": _arrays(view.store.locations(view.scope, filters=filters)),
        "codes": [view.store.area_codes().get(area) for area in kinds["Area"]],
    }


def canonical(found: dict[str, Json]) -> bytes:
    """Return answers as bytes that are equal only where every answer is."""
    return json.dumps(found, sort_keys=False, ensure_ascii=False).encode()


def table(links: LinkTable) -> list[dict[str, Json]]:
    """Return a link table as it may be shown."""
    columns = {field.name: getattr(links, field.name).tolist() for field in fields(LinkTable)}
    shown = {
        name: [write_id(n) for n in column] if name in _IDS else column for name, column in columns.items()
    }
    return [dict(zip(shown, row, strict=True)) for row in zip(*shown.values(), strict=True)]


def evidence(view: View, claims: Sequence[int]) -> list[Json]:
    """Return the claims behind an answer as they may be shown."""
    found = []
    for name, claim, label in view.why(claims):
        said = {key: value for key, value in claim._asdict().items() if key not in _INTERNAL}
        for end in ("subject", "object"):
            said[end] = said[end] and write_id(view.store.seen(view.scope, said[end]))
        found.append([name, said, tuple(label)])
    return found


def _links(view: View, filters: Filters) -> list[Json]:
    links = view.store.link_table(view.scope, filters=filters)
    behind = view.store.claims_of(view.scope, links, filters=filters)
    alone = [table(view.store.link(view.scope, link, filters=filters)) for link in links.link_id[:3].tolist()]
    rows = zip(table(links), behind.values(), strict=True)
    return [alone, *([row, evidence(view, claims)] for row, claims in rows)]


def _facts(view: View, predicate: str, filters: Filters) -> list[Json]:
    rows = view.store.facts_of(view.scope, (), predicate, filters=filters)
    return [[write_id(entity) for entity, _ in rows], evidence(view, [claim for _, claim in rows])]


def _entity(view: View, entity: int, filters: Filters) -> Json:
    try:
        found = view.store.entity(view.scope, entity)
        near = view.store.neighbours(view.scope, entity, filters=filters, limit=1)
    except EntityNotFoundError as error:
        return str(error)
    members = [write_id(member) for member in found.members]
    told = evidence(view, view.store.all_facts(view.scope, [entity], filters=filters))
    what = [write_id(found.id), found.kind, found.sort, found.category, members]
    return [*what, table(near.links), near.counts, near.not_shown, told]


def _dated(view: View, ids: Sequence[int], filters: Filters) -> list[Json]:
    dated = view.store.dated_claims(view.scope, ids, kinds=(), filters=filters)
    columns = (dated.entity.tolist(), dated.from_day.tolist(), dated.to_day.tolist())
    rows = [(write_id(entity), *days) for entity, *days in zip(*columns, strict=True)]
    return [rows, evidence(view, dated.claim.tolist())]


def _found(view: View, typed: str) -> list[Json]:
    matches = view.found(typed)
    said = evidence(view, [match.claim for match in matches])
    return [[(write_id(match.entity), match.exact) for match in matches], said]


def _around(view: View, ids: Sequence[int], filters: Filters) -> Json:
    found: list[Json] = [table(view.store.links_between(view.scope, ids, filters=filters))]
    for n, start in enumerate(ids):
        ways = view.store.paths(view.scope, start, ids[n - 1], filters=filters)
        found.append(
            [[[write_id(e) for e in w.entities], w.weakest_source, w.weakest_information] for w in ways]
        )
        near = view.store.neighbourhood(view.scope, [start], hops=2, filters=filters)
        found.append([row["link_id"] + LINK_NAMES[row["predicate"]] for row in table(near)])
    return found


def _arrays(found: Any) -> dict[str, Json]:
    shown = {}
    for field in fields(found):
        value = getattr(found, field.name)
        value = value.tolist() if hasattr(value, "tolist") else value
        shown[field.name] = [write_id(n) for n in value] if field.name in {"event", "location"} else value
    return shown
