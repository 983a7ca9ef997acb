"""Why: the claims behind one row of an answer."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any, Final

import numpy as np

from app.progress import Progress
from app.runs import find_row, find_run
from app.use_cases.asking import Question, ask, iso_day
from app.use_cases.cross_border import links_of_pair
from app.use_cases.hotspots import Theme, events_in_window
from app.workspace import Answer, Workspace
from graph.errors import EntityNotFoundError
from graph.model.entities import read_id, write_id
from graph.model.kinds import LINK_NAMES, LINKS
from graph.model.scope import Filters
from graph.model.spans import LONDON
from graph.view import Evidence, View

SCHEMA: Final = "kithmap.why/1"
PROTECTED_BASES: Final = frozenset({"child_said", "parent_said"})
WITHHELD: Final = "withheld"


def explain(
    workspace: Workspace,
    row: str,
    question: Question,
    theme: Theme | None = None,
    progress: Progress = lambda _: None,
) -> Answer:
    """Return the claims behind a row.

    Parameters
    ----------
    workspace : Workspace
        Whose.
    row : str
        Id of a row of a run (``<run>-<n>``), of a grid cell, of a link or of an entity.
    question : Question
        Which claims count, for what is not a saved run.
    theme : Theme, optional
        What was tested, for a cell.
    progress : callable, optional
        Told what is done.

    Returns
    -------
    Answer
        Claims with grade or basis, agency, dates and status.

    Raises
    ------
    EntityNotFoundError
        Nothing that the viewer may see has this id.
    """

    run = find_run(workspace.folder, row)
    asked = question_of(run.question) if run else question

    def _find(view: View) -> Answer:
        claims, entities, about = _claims(workspace, view, row, asked, theme or Theme())
        evidence = view.why(claims)
        rows = [shown_claim(view, item, workspace.viewer.agency) for item in evidence]
        pointed = view.pointers(entities)
        body = {
            "schema": SCHEMA,
            "data_version": view.data_version,
            "id": row,
            "about": about,
            "claims": len(rows),
            "agencies": len({item.claim.origin_agency for item in evidence}),
            "restricted": [
                {"entity": write_id(p.entity), "contact": p.owner, "reference": p.reference} for p in pointed
            ],
            "rows": rows,
        }
        return Answer(body, entities, {"row": row, "claims": len(rows)})

    return ask(workspace, "why", asked, find=_find, progress=progress)


def _claims(
    workspace: Workspace, view: View, row: str, question: Question, theme: Theme
) -> tuple[list[int], list[int], str]:
    if row.count("-") == 1:
        run, held = find_row(workspace.folder, view, row)
        links, entities = _held(workspace, view, question, held)
        found = _of_links(view, links, entities, question.filters)
        return sorted(set(found)), entities, f"row of a saved run of {run.measure}"
    if "-" in row:
        events = events_in_window(view, question, theme, row)
        about = "events of a grid cell and the eight around it, which its test counts"
        return _of_events(view, events, question.filters), events, about
    return _of_id(view, read_id(row), question.filters)


def _held(
    workspace: Workspace, view: View, question: Question, row: dict[str, Any]
) -> tuple[list[int], list[int]]:
    """Return the links and entities of a saved row; those of a pair of areas are found anew."""
    if "areas" not in row:
        return row["links"], row["entities"]
    a, b = row["areas"]
    return links_of_pair(workspace, view, question, row["kind"], (a, b))


def question_of(saved: dict[str, Any]) -> Question:
    """Return the question that a saved run answered.

    Parameters
    ----------
    saved : dict
        As ``Question.described`` gave it.

    Returns
    -------
    Question
        With dates again.
    """
    window = saved["window"]
    return Question(
        window and (date.fromisoformat(window[0]), date.fromisoformat(window[1])),
        saved["as_of"] and date.fromisoformat(saved["as_of"]),
        saved["known_on"] and date.fromisoformat(saved["known_on"]),
        saved["doubtful_claims"],
    )


def _of_links(view: View, links: list[int], entities: list[int], filters: Filters) -> list[int]:
    if not links:
        return []
    near = view.store.neighbourhood(view.scope, entities, hops=1, filters=filters)
    chosen = near.take(np.isin(near.link_id, np.array(links, dtype=np.int64)))
    held = view.store.claims_of(view.scope, chosen, filters=filters)
    return [claim for claims in held.values() for claim in claims]


def _of_events(view: View, events: list[int], filters: Filters) -> list[int]:
    if not events:
        return []
    facts = view.store.facts_of(view.scope, events, "IS", filters=filters)
    return [claim for _, claim in facts]


def _of_id(view: View, number: int, filters: Filters) -> tuple[list[int], list[int], str]:
    try:
        entity = view.store.entity(view.scope, number)
    except EntityNotFoundError:
        return _of_link(view, number, filters)
    links = view.store.neighbours(view.scope, number, filters=filters, limit=10_000).links
    claims = [
        claim for held in view.store.claims_of(view.scope, links, filters=filters).values() for claim in held
    ]
    facts = view.store.all_facts(view.scope, [entity.id], filters=filters)
    return sorted({*claims, *facts}), [entity.id], f"{entity.kind} {entity.sort}".strip()


def _of_link(view: View, number: int, filters: Filters) -> tuple[list[int], list[int], str]:
    link = view.store.link(view.scope, number, filters=filters)
    if not len(link):
        raise EntityNotFoundError("no entity with this id")
    claims = view.store.claims_of(view.scope, link, filters=filters)[number]
    return claims, [int(link.a[0]), int(link.b[0])], f"link {LINK_NAMES[link.predicate[0]]}"


def is_protected(item: Evidence, viewer_agency: str) -> bool:
    """Return whether a claim's source is protected from a viewer.

    Parameters
    ----------
    item : Evidence
        The claim.
    viewer_agency : str
        Who asks.

    Returns
    -------
    bool
        True for what a child or a parent said, to all but the agency that answers for it: they see the
        month only, and no agency.
    """
    return item.claim.basis in PROTECTED_BASES and viewer_agency != item.label.controller


def shown_claim(view: View, item: Evidence, viewer_agency: str) -> dict[str, Any]:
    """Return a claim as it is shown.

    Parameters
    ----------
    view : View
        The viewer's.
    item : Evidence
        The claim.
    viewer_agency : str
        Who asks.

    Returns
    -------
    dict
        As ``docs/schemas/why.json`` says; never a name, a birth date or a number of any person.
    """
    claim, label = item.claim, item.label
    protected = is_protected(item, viewer_agency)
    graded = bool(claim.source_grade)
    known = datetime.fromtimestamp(claim.recorded_us / 1_000_000, tz=UTC).astimezone(LONDON).date()
    return {
        "claim": item.name,
        "predicate": claim.predicate,
        "capacity": claim.capacity or None,
        "subject": write_id(view.seen(claim.subject)),
        "object": None if claim.object is None else write_id(view.seen(claim.object)),
        "value": claim.value if claim.object is None or claim.predicate not in LINKS else None,
        "nature": claim.nature,
        "grade": f"{claim.source_grade}{claim.information_grade}{label.handling}" if graded else None,
        "basis": claim.basis or ("ungraded" if not graded else None),
        "status": claim.status,
        "agency": WITHHELD if protected else claim.origin_agency,
        "controller": WITHHELD if protected else label.controller,
        "reference": None if protected else claim.origin_reference,
        "from": _month(iso_day(claim.from_day)) if protected else iso_day(claim.from_day),
        "to": _month(iso_day(claim.to_day)) if protected else iso_day(claim.to_day),
        "precision": claim.precision or None,
        "reported": _month(iso_day(claim.reported_day)) if protected else iso_day(claim.reported_day),
        "recorded": known.isoformat(),
        "handling": label.handling + (f" {label.conditions}" if label.conditions else ""),
    }


def _month(day: str | None) -> str | None:
    return day and day[:7]
