"""The part of the graph around some entities: what a chart of them shows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from typing import Any, Final

import numpy as np

from app.use_cases.asking import Question, ask
from app.use_cases.exploring.shown import (
    check_number,
    ends_of,
    entity_rows,
    link_kinds,
    link_rows,
    pointer_rows,
    showing,
)
from app.workspace import Answer, Workspace
from graph.errors import EntityNotFoundError
from graph.model.entities import read_id
from graph.model.kinds import LINKS
from graph.model.links import NO_DAY, LinkTable
from graph.model.spans import day_of
from graph.view import View

SCHEMA: Final = "kithmap.neighbourhood/1"
MOST: Final = 2_000
MOST_HOPS: Final = 3
WALKED: Final = tuple(kind for kind in LINKS if kind != "IN")
"""Links that are followed unless others are asked for: to live in one borough is no way between two."""


def neighbourhood(
    workspace: Workspace,
    entities: Sequence[str],
    question: Question,
    *,
    hops: int = 1,
    kinds: Collection[str] = (),
    limit: int = 300,
    places: bool = False,
    names: bool = False,
) -> Answer:
    """Return the entities within some hops of others, and every link between them.

    Parameters
    ----------
    workspace : Workspace
        Whose.
    entities : sequence of str
        Ids; one that nothing visible has is listed as not found.
    question : Question
        Which claims count.
    hops : int, optional
        How far; 0 for links between these alone.
    kinds : collection of str, optional
        Only over these kinds of link; over all but ``IN`` when empty.
    limit : int, optional
        Most entities: the nearest, then those with the latest confirmed link.
    places : bool, optional
        Say where to draw each.
    names : bool, optional
        Names instead of initials, by right.

    Returns
    -------
    Answer
        Entities with their distance, links, and counts by kind of what the limit left out.

    Raises
    ------
    EntityNotFoundError
        Nothing that the viewer may see has any of these ids.
    UnknownKindError
        A kind of link that the dictionary lacks.
    ModelError
        Hops, a limit or ids outside their range.
    GraphTooLargeError
        Too many entities before the last hop.

    Notes
    -----
    Nearness in the picture follows links as far as a page allows; it measures nothing.
    """
    walked = link_kinds(kinds) or list(WALKED)
    check_number("hops", hops, MOST_HOPS)
    check_number("limit", limit, MOST, least=1)
    check_number("ids", len(entities), limit, least=1)
    how = showing(workspace, question, names=names)

    def _find(view: View) -> Answer:
        found, missing = found_among(view, entities)
        links = view.store.neighbourhood(view.scope, found, hops=hops, kinds=walked, filters=question.filters)
        distance = _distances(links, found)
        kept = _nearest(links, distance, limit)
        shown = links.take(np.isin(links.a, kept) & np.isin(links.b, kept))
        left = Counter(
            told.kind for told in view.store.described(view.scope, set(distance) - set(kept)).values()
        )
        rows = [{**row, "hops": distance[read_id(row["id"])]} for row in entity_rows(view, kept, how)]
        body = {
            "schema": SCHEMA,
            "data_version": view.data_version,
            "sentence": _sentence(len(distance), len(kept), len(shown)),
            "on_day": day_of(how.day).isoformat(),
            "parameters": {**question.described(), "hops": hops, "kinds": walked, "limit": limit},
            "not_found": missing,
            "not_shown": [{"kind": kind, "entities": number} for kind, number in sorted(left.items())],
            "entities": _placed(rows, shown) if places else rows,
            "links": link_rows(view, shown, how, question.filters),
            "restricted": pointer_rows(view, kept),
        }
        return Answer(body, kept, {"entities": len(distance), "shown": len(kept), "hops": hops})

    return ask(workspace, "explore", question, find=_find)


def found_among(view: View, entities: Sequence[str]) -> tuple[list[int], list[str]]:
    """Return those of some ids that the viewer may see.

    Parameters
    ----------
    view : View
        The viewer's.
    entities : sequence of str
        Ids, of a saved chart perhaps: what was removed or hidden since is not found.

    Returns
    -------
    tuple of (list of int, list of str)
        Entities by the ids the viewer sees them by, sorted; and the ids of none.

    Raises
    ------
    EntityNotFoundError
        None of them is found.
    """
    found, missing = set[int](), []
    for entity in entities:
        try:
            found.add(view.store.entity(view.scope, read_id(entity)).id)
        except EntityNotFoundError as error:
            missing.append(entity)
            if len(missing) == len(entities):
                raise EntityNotFoundError("no entity with any of these ids") from error
    return sorted(found), missing


def _distances(links: LinkTable, roots: Sequence[int]) -> dict[int, int]:
    """Return how many hops from the nearest root each entity is."""
    distance = dict.fromkeys(roots, 0)
    frontier = np.array(roots, dtype=np.int64)
    for hop in range(1, MOST_HOPS + 1):
        reached = np.union1d(links.b[np.isin(links.a, frontier)], links.a[np.isin(links.b, frontier)])
        frontier = np.setdiff1d(reached, np.array(sorted(distance), dtype=np.int64))
        distance.update(dict.fromkeys(frontier.tolist(), hop))
    return distance


def _nearest(links: LinkTable, distance: dict[int, int], limit: int) -> list[int]:
    """Return so many entities: the nearest, then by their latest confirmed link, then by id."""
    if len(distance) <= limit:
        return sorted(distance)
    ids = np.array(ends_of(links), dtype=np.int64)
    latest = np.full(len(ids), NO_DAY, dtype=np.int64)
    for end in (links.a, links.b):
        np.maximum.at(latest, np.searchsorted(ids, end), links.last_confirmed)
    confirmed = dict(zip(ids.tolist(), latest.tolist(), strict=True))
    order = sorted(distance, key=lambda entity: (distance[entity], -confirmed.get(entity, NO_DAY), entity))
    return sorted(order[:limit])


def _placed(rows: Sequence[dict[str, Any]], links: LinkTable) -> list[dict[str, Any]]:
    """Return rows with where to draw each: x and y, 1 the least distance between two."""
    from graph.measures.layout import positions

    # In the order of their ids: how they are shown must not move them.
    ids = sorted(read_id(row["id"]) for row in rows)
    at = {entity: n for n, entity in enumerate(ids)}
    pairs = sorted({(at[a], at[b]) for a, b in zip(links.a.tolist(), links.b.tolist(), strict=True)})
    ends = np.array(pairs, dtype=np.int64).reshape(-1, 2)
    where = positions(len(ids), ends[:, 0], ends[:, 1])
    return [
        {**row, "x": float(where[at[read_id(row["id"])], 0]), "y": float(where[at[read_id(row["id"])], 1])}
        for row in rows
    ]


def _sentence(found: int, shown: int, links: int) -> str:
    some = f"{found:,} {'entity' if found == 1 else 'entities'}"
    if shown < found:
        some += f", the nearest {shown:,} shown"
    return f"{some}; {links:,} link{'s' * (links != 1)} between those shown"
