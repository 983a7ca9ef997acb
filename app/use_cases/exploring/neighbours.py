"""The links of one entity: counted by kind first, then as many as were asked for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
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
from graph.model.entities import read_id, write_id
from graph.model.kinds import LINK_NAMES, LINKS
from graph.model.links import Int64, LinkTable
from graph.model.spans import day_of
from graph.view import View

SCHEMA: Final = "kithmap.neighbours/1"
MOST: Final = 2_000
"""Links of one answer; an entity that has more is looked at kind by kind."""
_ALL: Final = 1 << 40


def neighbours(
    workspace: Workspace,
    entity: str,
    question: Question,
    *,
    kinds: Collection[str] = (),
    limit: int = 200,
    names: bool = False,
) -> Answer:
    """Return the links of one entity, counts by kind first.

    Parameters
    ----------
    workspace : Workspace
        Whose.
    entity : str
        Its id.
    question : Question
        Which claims count.
    kinds : collection of str, optional
        Show only links of these kinds; all kinds are counted.
    limit : int, optional
        Most links shown: of each kind the latest confirmed, in turn. 0 counts only.
    names : bool, optional
        Names instead of initials, by right.

    Returns
    -------
    Answer
        Counts of links shown and not shown, the links, and what is at their ends.

    Raises
    ------
    EntityNotFoundError
        Nothing that the viewer may see has this id.
    UnknownKindError
        A kind of link that the dictionary lacks.
    ModelError
        A limit below 0 or above 2,000.
    """
    wanted = link_kinds(kinds)
    check_number("limit", limit, MOST)
    how = showing(workspace, question, names=names)

    def _find(view: View) -> Answer:
        root = view.store.entity(view.scope, read_id(entity)).id
        near = view.store.neighbours(view.scope, root, filters=question.filters, limit=_ALL)
        chosen = latest_of_each_kind(_of_kinds(near.links, wanted), limit)
        around = sorted({root, *ends_of(chosen)})
        body = {
            "schema": SCHEMA,
            "data_version": view.data_version,
            "id": write_id(root),
            "sentence": _sentence(len(near.links), len(chosen)),
            "on_day": day_of(how.day).isoformat(),
            "parameters": {**question.described(), "kinds": wanted, "limit": limit},
            "counts": count_rows(near.counts, chosen),
            "entities": entity_rows(view, around, how),
            "links": link_rows(view, chosen, how, question.filters),
            "restricted": pointer_rows(view, around),
        }
        return Answer(body, around, {"links": len(near.links), "shown": len(chosen), "kinds": wanted})

    return ask(workspace, "explore", question, find=_find)


def _of_kinds(links: LinkTable, kinds: Collection[str]) -> LinkTable:
    return links.take(np.isin(links.predicate, [LINKS[kind].code for kind in kinds])) if kinds else links


def latest_of_each_kind(links: LinkTable, limit: int) -> LinkTable:
    """Return so many links: the latest confirmed of each kind, then the next of each.

    Parameters
    ----------
    links : LinkTable
        Any links.
    limit : int
        How many.

    Returns
    -------
    LinkTable
        By kind, the latest confirmed first; ids settle what is equal.
    """
    kind, latest = links.predicate.astype(np.int64), -links.last_confirmed.astype(np.int64)
    order = np.lexsort((links.link_id, latest, kind))
    starts = np.searchsorted(kind[order], kind[order])
    turn = np.arange(len(order)) - starts
    kept: Int64 = np.sort(np.lexsort((kind[order], turn))[:limit])
    return links.take(order[kept])


def count_rows(counts: Mapping[str, int], shown: LinkTable) -> list[dict[str, Any]]:
    """Return how many links there are of each kind, and how many of them are not shown.

    Parameters
    ----------
    counts : mapping of str to int
        All links by predicate.
    shown : LinkTable
        Those shown.

    Returns
    -------
    list of dict
        The most first.
    """
    held = Counter(LINK_NAMES[code] for code in shown.predicate.tolist())
    rows = [{"says": kind, "links": n, "not_shown": n - held[kind]} for kind, n in counts.items()]
    return sorted(rows, key=lambda row: (-int(row["links"]), str(row["says"])))


def _sentence(held: int, shown: int) -> str:
    if not held:
        return "no link that you may see"
    some = f"{held:,} link{'s' * (held != 1)}"
    return some if shown == held else f"{some}, {shown:,} shown"
