"""Ways between two entities, with what each link of them rests on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from typing import Any, Final

import numpy as np

from app.use_cases.asking import Question, ask
from app.use_cases.exploring.neighbourhood import WALKED
from app.use_cases.exploring.shown import (
    check_number,
    entity_rows,
    grade,
    link_kinds,
    link_rows,
    pointer_rows,
    showing,
)
from app.workspace import Answer, Workspace
from graph.model.entities import read_id, write_id
from graph.model.links import LinkTable
from graph.model.spans import day_of
from graph.store.contract import Path
from graph.view import View

SCHEMA: Final = "kithmap.paths/1"
MOST_HOPS: Final = 6
MOST: Final = 20


def paths(
    workspace: Workspace,
    a: str,
    b: str,
    question: Question,
    *,
    max_hops: int = 4,
    k: int = 3,
    kinds: Collection[str] = (),
    names: bool = False,
) -> Answer:
    """Return the shortest ways from one entity to another.

    Parameters
    ----------
    workspace : Workspace
        Whose.
    a, b : str
        Ids.
    question : Question
        Which claims count.
    max_hops : int, optional
        Links of the longest way.
    k : int, optional
        Most ways.
    kinds : collection of str, optional
        Only over these kinds of link; over all but ``IN`` when empty.
    names : bool, optional
        Names instead of initials, by right.

    Returns
    -------
    Answer
        Ways, the shortest first, each with its weakest source and its weakest information, apart.

    Raises
    ------
    EntityNotFoundError
        Nothing that the viewer may see has one of these ids.
    UnknownKindError
        A kind of link that the dictionary lacks.
    ModelError
        Hops or a number of ways outside their range.
    GraphTooLargeError
        Too many entities half-way.

    Notes
    -----
    A way says that records join two entities, not that anybody on it knows of the others. That there is
    none in what one viewer may see does not mean that there is none.
    """
    walked = link_kinds(kinds) or list(WALKED)
    check_number("max_hops", max_hops, MOST_HOPS, least=1)
    check_number("k", k, MOST, least=1)
    how = showing(workspace, question, names=names)

    def _find(view: View) -> Answer:
        start, end = (view.store.entity(view.scope, read_id(one)).id for one in (a, b))
        ways = view.store.paths(
            view.scope, start, end, max_hops=max_hops, k=k, kinds=walked, filters=question.filters
        )
        on_them = sorted({start, end, *(entity for way in ways for entity in way.entities)})
        near = view.store.links_between(view.scope, on_them, filters=question.filters)
        steps = near.take(np.isin(near.link_id, [link for way in ways for link in way.links]))
        shown = {row["id"]: row for row in link_rows(view, steps, how, question.filters)}
        beside = _beside(near)
        body = {
            "schema": SCHEMA,
            "data_version": view.data_version,
            "a": write_id(start),
            "b": write_id(end),
            "sentence": _sentence(ways, max_hops, same=start == end),
            "on_day": day_of(how.day).isoformat(),
            "parameters": {**question.described(), "max_hops": max_hops, "k": k, "kinds": walked},
            "ways": [_way(way, shown, beside) for way in ways],
            "entities": entity_rows(view, on_them, how),
            "restricted": pointer_rows(view, on_them),
        }
        return Answer(body, on_them, {"ways": len(ways), "max_hops": max_hops})

    return ask(workspace, "explore", question, find=_find)


def _beside(links: LinkTable) -> Counter[frozenset[str]]:
    """Return how many links there are between each two entities."""
    pairs = zip(links.a.tolist(), links.b.tolist(), strict=True)
    return Counter(frozenset((write_id(a), write_id(b))) for a, b in pairs)


def _way(way: Path, shown: dict[str, dict[str, Any]], beside: Counter[frozenset[str]]) -> dict[str, Any]:
    links = [shown[write_id(link)] for link in way.links]
    return {
        "hops": len(links),
        "entities": [write_id(entity) for entity in way.entities],
        "weakest_source": grade("source_grade", way.weakest_source),
        "weakest_information": grade("information_grade", way.weakest_information),
        "links": [{**link, "beside": beside[frozenset((link["a"], link["b"]))] - 1} for link in links],
    }


def _sentence(ways: Sequence[Path], max_hops: int, *, same: bool) -> str:
    if same:
        return "both ids are of one entity in what you may see"
    at_most = f"of at most {max_hops} link{'s' * (max_hops != 1)}"
    if not ways:
        return f"no path {at_most} in what you may see"
    head = f"{len(ways)} path{'s' * (len(ways) != 1)} {at_most}"
    shortest = len(ways[0].links)
    return f"{head}, the shortest of {shortest} link{'s' * (shortest != 1)}"
