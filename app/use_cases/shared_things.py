"""What people of two areas share by name: places, organisations, groups and objects."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import Any, Final

import numpy as np

from app.runs import find_row, find_run
from app.use_cases.asking import Question, ask
from app.use_cases.closed_places import closed_places, is_open, shielded
from app.use_cases.cross_border import Ground, area_name, ground_of
from app.use_cases.exploring.shown import Showing, link_rows, pointer_rows, showing, shown_names
from app.use_cases.map_answers.positions import positions_of
from app.use_cases.why import question_of
from app.workspace import Answer, Workspace
from graph.errors import EntityNotFoundError
from graph.measures.cross_border import placed
from graph.model.entities import read_id, write_id
from graph.model.links import LinkTable
from graph.view import View

SCHEMA: Final = "kithmap.shared-things/1"
CAVEAT: Final = (
    "Places, organisations, groups and things that people of both areas are recorded with, by the areas they "
    "live in. To be recorded with one thing is no tie between two people."
)
BY: Final = ("FREQUENTS", "HARMED_AT", "ATTENDS", "EXCLUDED_FROM", "MEMBER_OF", "USES", "CONTROLS")
KINDS: Final = ("Location", "Organisation", "Group", "Object")


def shared_things(workspace: Workspace, row: str, *, names: bool = False) -> Answer:
    """Return what people of a pair of areas share.

    Parameters
    ----------
    workspace : Workspace
        Whose.
    row : str
        Row of a saved run of the cross-border measure, which brings its question.
    names : bool, optional
        Names of things that need a right, too.

    Returns
    -------
    Answer
        One row for each thing, those of most people first, called what an explorer shows it as.

    Raises
    ------
    EntityNotFoundError
        No such row, or one that was made with rights that the viewer does not hold.
    """
    run = find_run(workspace.folder, row)
    question = question_of(run.question) if run else Question()
    how = showing(workspace, question, names=names)

    def _find(view: View) -> Answer:
        found, held = find_row(workspace.folder, view, row)
        if found.measure != "cross-border":
            raise EntityNotFoundError("no pair of areas with this id: run the measure again")
        ground = ground_of(workspace, view, question, held["kind"])
        if not set(held["areas"]) <= set(ground.labels):
            raise EntityNotFoundError("no pair of areas with this id: run the measure again")
        sides = [_living_in(ground, code) for code in held["areas"]]
        rows = _rows(workspace, view, sides, question, how)
        things = [read_id(one["id"]) for one in rows]
        body = {
            "schema": SCHEMA,
            "data_version": view.data_version,
            "id": row,
            "sentence": _sentence(len(rows)),
            "caveat": CAVEAT,
            "parameters": {**question.described(), "kind": held["kind"]},
            "areas": [{"code": code, "name": area_name(view, code)} for code in held["areas"]],
            "rows": rows,
            "restricted": pointer_rows(view, things),
        }
        return Answer(body, things, {"of": "shared things", "things": len(rows)})

    return ask(workspace, "cross_border", question, find=_find)


def _living_in(ground: Ground, code: str) -> set[int]:
    at, area = placed(ground.people, ground.areas, "home")
    living: list[int] = ground.people[at[area == ground.labels.index(code)]].tolist()
    return set(living)


def _rows(
    workspace: Workspace, view: View, sides: Sequence[set[int]], question: Question, how: Showing
) -> list[dict[str, Any]]:
    people = set().union(*sides)
    told = people - shielded(view, people)
    links = view.store.link_table(view.scope, kinds=BY, filters=question.filters)
    links = links.take(np.isin(links.a, np.array(sorted(told), dtype=np.int64)))
    who = _who(links)
    both = [thing for thing, held in who.items() if held & sides[0] and held & sides[1]]
    if not both:
        return []
    what = view.store.described(view.scope, both)
    shown = _open(workspace, view, [thing for thing in both if what[thing].kind in KINDS], question)
    names = shown_names(view, {thing: what[thing] for thing in shown}, how)
    days = _days(view, links, shown, question, how)
    rows = [
        {
            "id": write_id(thing),
            "label": names.get(thing, ""),
            "kind": what[thing].kind,
            "sort": what[thing].sort or None,
            "people_a": len(who[thing] & sides[0]),
            "people_b": len(who[thing] & sides[1]),
            "says": sorted({row["says"] for row in days[thing]}),
            "last_confirmed": max(
                (day for row in days[thing] if (day := row["last_confirmed"])), default=None
            ),
        }
        for thing in shown
    ]
    return sorted(rows, key=lambda row: (-int(row["people_a"] + row["people_b"]), row["kind"], row["id"]))


def _who(links: LinkTable) -> dict[int, set[int]]:
    found: dict[int, set[int]] = defaultdict(set)
    for person, thing in zip(links.a.tolist(), links.b.tolist(), strict=True):
        found[thing].add(person)
    return found


def _open(workspace: Workspace, view: View, things: Collection[int], question: Question) -> list[int]:
    at = positions_of(view, question, things)
    may = is_open(closed_places(workspace, view, question, "cross_border"))
    return [thing for thing in sorted(things) if may(thing, at[thing].lonlat if thing in at else None)]


def _days(
    view: View, links: LinkTable, things: Collection[int], question: Question, how: Showing
) -> dict[int, list[dict[str, Any]]]:
    held = links.take(np.isin(links.b, np.array(sorted(things), dtype=np.int64)))
    found: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for row in link_rows(view, held, how, question.filters):
        found[read_id(row["b"])].append(row)
    return found


def _sentence(things: int) -> str:
    if not things:
        return "nothing is recorded that people of both areas share, as far as you may see"
    return f"{things:,} thing{'s' * (things != 1)} that people of both areas are recorded with"
