"""The card of one entity: what agencies say of it, side by side, and never a score."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np

from app.progress import Progress
from app.runs import FOLDER, Run, find_run
from app.use_cases.asking import Question, ask
from app.use_cases.briefings.people import VICTIM_ROLES
from app.use_cases.exploring.shown import Showing, entity_rows, link_rows, pointer_rows, showing
from app.use_cases.groups import read_groups
from app.use_cases.why import shown_claim
from app.workspace import Answer, Workspace
from graph.model.entities import read_id
from graph.model.kinds import LINKS
from graph.model.links import LinkTable
from graph.model.spans import day_of
from graph.view import Evidence, View

SCHEMA: Final = "kithmap.entity/1"
HIDDEN_ROLE: Final = "person_in_position_of_trust"
"""Known to the agency that looks into it; no card shows it."""
NOTE: Final = (
    "What agencies recorded, side by side: nothing is added up, and what is not recorded is not known."
)
_ALL: Final = 1 << 40
_BASES: Final = ("IN", "OPERATES_IN", "ORIGINATES_FROM")
_SPELL: Final = ("claim", "agency", "grade", "basis", "status", "from", "to", "reported")


def entity_card(
    workspace: Workspace,
    entity: str,
    question: Question,
    *,
    names: bool = False,
    progress: Progress = lambda _: None,
) -> Answer:
    """Return what is known of one entity.

    Parameters
    ----------
    workspace : Workspace
        Whose.
    entity : str
        Its id.
    question : Question
        Which claims count; ages and live roles are for its day.
    names : bool, optional
        Names instead of initials, by right.
    progress : callable, optional
        Told what is done.

    Returns
    -------
    Answer
        Kind, age word, areas, roles and risk as each agency recorded them, counts of links, what is said
        by property with the claims behind it, groups, pointers.

    Raises
    ------
    EntityNotFoundError
        Nothing that the viewer may see has this id.
    """
    how = showing(workspace, question, names=names)

    def _find(view: View) -> Answer:
        found = view.store.entity(view.scope, read_id(entity))
        near = view.store.neighbours(view.scope, found.id, filters=question.filters, limit=_ALL)
        said = _said(view, found.id, question)
        groups = _groups(view, found.id, near.links, how, question)
        body = {
            "schema": SCHEMA,
            "data_version": view.data_version,
            **entity_rows(view, [found.id], how)[0],
            "names": view.names([found.id]).get(found.id, []) if names else None,
            "note": NOTE,
            "on_day": day_of(how.day).isoformat(),
            "parameters": question.described(),
            "records": len(found.members),
            "areas": _areas(view, near.links, how, question),
            "roles": _roles(view, said, how),
            "risk": _spells(view, said, "RISK", how, ("as_recorded", "shared_scale", "harm", "closed")),
            "counts": [{"says": kind, "links": number} for kind, number in near.counts.items()],
            "said": _by_property(view, said, how),
            "groups": groups,
            "clusters": _clusters(workspace.folder, view, found.id),
            "restricted": pointer_rows(view, [found.id]),
        }
        return Answer(body, [found.id, *(read_id(row["id"]) for row in groups)], {"claims": len(said)})

    return ask(workspace, "explore", question, find=_find, progress=progress)


def _said(view: View, entity: int, question: Question) -> list[Evidence]:
    claims = view.store.all_facts(view.scope, [entity], filters=question.filters)
    return [item for item in view.why(claims) if _value(item).get("role") != HIDDEN_ROLE]


def _value(item: Evidence) -> dict[str, Any]:
    held: dict[str, Any] = json.loads(item.claim.value or "{}")
    return held


def _areas(view: View, links: LinkTable, how: Showing, question: Question) -> list[dict[str, Any]]:
    """Return the areas that links name, on each basis apart."""
    based = links.take(np.isin(links.predicate, [LINKS[kind].code for kind in _BASES]))
    what = view.store.described(view.scope, based.b.tolist())
    based = based.take(np.array([what[end].kind == "Area" for end in based.b.tolist()], dtype=bool))
    codes = view.store.area_codes() if len(based) else {}
    names = {area.code: area.name for area in view.areas if area.name}
    rows = [
        {
            "code": codes.get(read_id(row["b"])),
            "name": names.get(codes.get(read_id(row["b"]), "")),
            "says": row["says"],
            "basis": row["capacity"],
            "sources": row["sources"],
            "last_confirmed": row["last_confirmed"],
            "link": row["id"],
        }
        for row in link_rows(view, based, how, question.filters)
    ]
    return sorted(rows, key=lambda row: (row["says"], row["basis"] or "", row["code"] or "", row["link"]))


def _roles(view: View, said: Iterable[Evidence], how: Showing) -> list[dict[str, Any]]:
    fields = ("role", "harm", "review", "victim_consideration")
    rows = _spells(view, said, "ROLE", how, fields)
    return sorted(rows, key=lambda row: row["role"] not in VICTIM_ROLES)


def _spells(
    view: View, said: Iterable[Evidence], predicate: str, how: Showing, fields: Sequence[str]
) -> list[dict[str, Any]]:
    """Return what holds on the day, as each agency wrote it: never averaged, converted or ranked."""
    rows = []
    for item in said:
        if item.claim.predicate == predicate and _holds(item, how.day):
            shown, value = shown_claim(view, item, how.agency), _value(item)
            rows.append(
                {**{name: value.get(name) for name in fields}, **{name: shown[name] for name in _SPELL}}
            )
    return rows


def _holds(item: Evidence, day: int) -> bool:
    first, last = item.claim.from_day, item.claim.to_day
    return (first is None or first <= day) and (last is None or day <= last)


def _by_property(view: View, said: Iterable[Evidence], how: Showing) -> list[dict[str, Any]]:
    by: dict[str, list[dict[str, Any]]] = {}
    for item in said:
        by.setdefault(item.claim.predicate, []).append(shown_claim(view, item, how.agency))
    return [{"property": name, "rows": rows} for name, rows in sorted(by.items())]


def _groups(
    view: View, entity: int, links: LinkTable, how: Showing, question: Question
) -> list[dict[str, Any]]:
    member = links.take((links.predicate == LINKS["MEMBER_OF"].code) & (links.a == entity))
    if not len(member):
        return []
    states = {group.id: group.state for group in read_groups(view, set(member.b.tolist()))}
    what = {row["id"]: row for row in entity_rows(view, set(member.b.tolist()), how)}
    return [
        {
            "id": row["b"],
            "sort": what[row["b"]]["sort"],
            "shown_as": what[row["b"]]["shown_as"],
            "state": states.get(read_id(row["b"])),
            "as": row["capacity"],
            "sources": row["sources"],
            "last_confirmed": row["last_confirmed"],
            "link": row["id"],
        }
        for row in link_rows(view, member, how, question.filters)
    ]


def _clusters(folder: Path, view: View, entity: int) -> list[dict[str, Any]]:
    """Return the peer clusters that the entity is in, by the newest run of a viewer of the same rights."""
    run = newest_run(folder, "clusters", view.rights)
    rows = enumerate(run.rows if run else (), 1)
    return [
        {"id": f"{run.id}-{n}", "people": len(row["entities"]), "state": "unconfirmed"}
        for n, row in rows
        if run and entity in row["entities"]
    ]


def newest_run(folder: Path, measure: str, rights: str) -> Run | None:
    """Return the newest run of a measure.

    Parameters
    ----------
    folder : Path
        The workspace.
    measure : str
        For example ``clusters``.
    rights : str
        Of the viewer: runs made with other rights are passed over.

    Returns
    -------
    Run or None
        None for none.
    """
    made = sorted((folder / FOLDER).glob("*.json"), key=lambda path: path.stat().st_mtime, reverse=True)
    wanted = f'"measure": "{measure}", "rights": "{rights}"'
    for path in made:
        with path.open(encoding="utf-8") as file:
            if wanted in file.read(200):
                return find_run(folder, path.stem)
    return None
