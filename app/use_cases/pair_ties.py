"""Ties pair by pair in words: who with whom, said by which agencies, and when it was last confirmed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Any, Final

import numpy as np

from app.runs import find_row, find_run
from app.use_cases.asking import Question, ask
from app.use_cases.briefings.pairs import Pair, read_pairs
from app.use_cases.briefings.wording import TIE_WORDS, counted, listed
from app.use_cases.exploring.shown import Showing, link_rows, showing
from app.use_cases.groups import find_group
from app.use_cases.naming import shown_people
from app.use_cases.why import WITHHELD, is_protected, question_of
from app.workspace import Answer, Workspace
from graph.errors import EntityNotFoundError
from graph.model.entities import read_id, write_id
from graph.model.links import LinkTable
from graph.model.scope import Filters
from graph.model.spans import day_of
from graph.view import View

SCHEMA: Final = "kithmap.ties/1"
CAVEAT: Final = (
    "A tie is what agencies recorded. Being at the same event is co-presence, not friendship, and makes a "
    "tie only on two different days. No tie means that none was recorded."
)
_MEASURE: Final = "clusters"

Members = Callable[[View], Sequence[int]]
Links = dict[int, dict[str, Any]]


def ties_of_cluster(workspace: Workspace, row: str, *, names: bool = False) -> Answer:
    """Return the ties of a peer cluster, pair by pair.

    Parameters
    ----------
    workspace : Workspace
        Whose.
    row : str
        Row of a saved run of clusters, which brings its question.
    names : bool, optional
        Names instead of initials, by right.

    Returns
    -------
    Answer
        One row for each two members with a tie, in the order of how they are shown.

    Raises
    ------
    EntityNotFoundError
        No such row, or one that was made with rights that the viewer does not hold.
    """
    run = find_run(workspace.folder, row)
    question = question_of(run.question) if run else Question()

    def _members(view: View) -> Sequence[int]:
        found, held = find_row(workspace.folder, view, row)
        if found.measure != _MEASURE:
            raise EntityNotFoundError("no peer cluster with this id: run the measure again")
        members: Sequence[int] = held["entities"]
        return members

    return _answer(workspace, "clusters", row, question, find=_members, names=names)


def ties_of_group(workspace: Workspace, group: str, question: Question, *, names: bool = False) -> Answer:
    """Return the ties of a peer group, pair by pair.

    Parameters
    ----------
    workspace : Workspace
        Whose.
    group : str
        Its id.
    question : Question
        Which claims count.
    names : bool, optional
        Names instead of initials, by right.

    Returns
    -------
    Answer
        One row for each two members with a tie that the viewer may see.

    Raises
    ------
    EntityNotFoundError
        No peer group that the viewer may see has this id.
    """

    def _members(view: View) -> Sequence[int]:
        return find_group(view, read_id(group)).members

    return _answer(workspace, "groups", group, question, find=_members, names=names)


def _answer(
    workspace: Workspace, action: str, row: str, question: Question, *, find: Members, names: bool
) -> Answer:
    how = showing(workspace, question, names=names)

    def _find(view: View) -> Answer:
        members = sorted(find(view))
        pairs = read_pairs(view, members, question, how.day) if members else None
        shown = shown_people(view, members, names=names)
        rows = _rows(view, pairs.held, pairs.table, shown, how, question.filters) if pairs else []
        body = {
            "schema": SCHEMA,
            "data_version": view.data_version,
            "id": row,
            "sentence": f"{counted(len(rows), 'tie')} between {counted(len(members), 'person', 'people')}",
            "caveat": CAVEAT,
            "on_day": day_of(how.day).isoformat(),
            "parameters": question.described(),
            "once_together": pairs.once if pairs else 0,
            "rows": rows,
        }
        return Answer(body, members, {"of": "ties", "ties": len(rows), "people": len(members)})

    return ask(workspace, action, question, find=_find)


def _rows(
    view: View,
    pairs: Sequence[Pair],
    table: LinkTable,
    shown: dict[int, str],
    how: Showing,
    filters: Filters,
) -> list[dict[str, Any]]:
    wanted = np.array(sorted({link for pair in pairs for link in pair.links}), dtype=np.int64)
    # Somebody's link to an event stands in the table once for each of its ends that was asked for.
    _, first = np.unique(table.link_id, return_index=True)
    table = table.take(first)
    table = table.take(np.isin(table.link_id, wanted))
    links = {read_id(row["id"]): row for row in link_rows(view, table, how, filters)}
    agencies = _agencies(view, table, how, filters)
    rows = [_row(pair, links, agencies, shown) for pair in pairs]
    return sorted(rows, key=lambda row: [row[end][key] for key in ("shown_as", "id") for end in "ab"])


def _agencies(view: View, table: LinkTable, how: Showing, filters: Filters) -> dict[int, set[str]]:
    held = view.store.claims_of(view.scope, table, filters=filters)
    said = {
        item.claim.seq: item for item in view.why(sorted({c for claims in held.values() for c in claims}))
    }
    found: dict[int, set[str]] = defaultdict(set)
    for link, claims in held.items():
        for item in (said[claim] for claim in claims if claim in said):
            found[link].add(WITHHELD if is_protected(item, how.agency) else item.claim.origin_agency)
    return found


def _row(pair: Pair, links: Links, agencies: dict[int, set[str]], shown: dict[int, str]) -> dict[str, Any]:
    ends = sorted((pair.a, pair.b), key=lambda person: (shown[person], write_id(person)))
    stated = [_stated(links[link], agencies[link]) for link in pair.links if links[link]["says"] in TIE_WORDS]
    days = [links[link]["last_confirmed"] for link in pair.links if links[link]["last_confirmed"]]
    who = sorted({name for link in pair.links for name in agencies[link]})
    row: dict[str, Any] = {
        "a": {"id": write_id(ends[0]), "shown_as": shown[ends[0]]},
        "b": {"id": write_id(ends[1]), "shown_as": shown[ends[1]]},
        "stated": sorted(stated, key=lambda one: (list(TIE_WORDS).index(one["says"]), one["link"])),
        "events": pair.events,
        "claims": sum(links[link]["claims"] for link in pair.links),
        "agencies": who,
        "last_confirmed": max(days, default=None),
        "disputed": any(links[link]["disputed"] for link in pair.links),
    }
    return {**row, "sentence": _sentence(row)}


def _stated(link: dict[str, Any], agencies: set[str]) -> dict[str, Any]:
    kept = ("says", "from", "to", "last_confirmed", "claims", "disputed")
    return {"link": link["id"], **{name: link[name] for name in kept}, "agencies": sorted(agencies)}


def _sentence(row: dict[str, Any]) -> str:
    """Return the tie as somebody would say it."""
    words = list(dict.fromkeys(TIE_WORDS[one["says"]] for one in row["stated"]))
    events = [f"co-presence at {counted(row['events'], 'event')}"] if row["events"] else []
    said = ", ".join([*words, *events])
    named = [name for name in row["agencies"] if name != WITHHELD]
    named += ["a source withheld"] if WITHHELD in row["agencies"] else []
    confirmed = f"last confirmed {row['last_confirmed']}" if row["last_confirmed"] else "no day recorded"
    ends = " and ".join(row[end]["shown_as"] or f"({row[end]['id'][-4:]})" for end in "ab")
    disputed = "; disputed" if row["disputed"] else ""
    return f"{ends}: {said}; {counted(row['claims'], 'claim')} by {listed(named)}; {confirmed}{disputed}"
