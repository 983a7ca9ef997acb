"""What hotspots can be asked about: months, sorts, categories and areas of the events on record."""

from __future__ import annotations

from collections import Counter
from typing import Any, Final

from app.use_cases.asking import COUNTED_SORTS, Question, ask
from app.use_cases.hotspots import STUDY_KINDS
from app.workspace import Answer, Workspace
from graph.model.links import NO_DAY
from graph.model.spans import day_of
from graph.store.contract import Occurrences
from graph.view import View

SCHEMA: Final = "kithmap.hotspot-themes/1"


def hotspot_themes(workspace: Workspace, question: Question) -> Answer:
    """Return the months, sorts, categories and areas that a viewer's events with a position have.

    Parameters
    ----------
    workspace : Workspace
        Whose.
    question : Question
        Which claims count.

    Returns
    -------
    Answer
        With how many events each; a month without any is left out, which does not make it a quiet one.
    """

    def _find(view: View) -> Answer:
        events = view.store.occurrences(view.scope, filters=question.filters)
        months = Counter(
            "" if day == NO_DAY else day_of(day).isoformat()[:7] for day in events.from_day.tolist()
        )
        sorts = Counter(events.sort.tolist())
        categories = Counter(zip(events.sort.tolist(), events.category.tolist(), strict=True))
        body = {
            "schema": SCHEMA,
            "data_version": view.data_version,
            "sentence": _sentence(len(events.event), len(set(months) - {""})),
            "parameters": question.described(),
            "events": len(events.event),
            "undated": months[""],
            "without_position": events.without_position,
            "months": [{"month": name, "events": n} for name, n in sorted(months.items()) if name],
            "sorts": [
                {"sort": name, "events": n, "counted": name in COUNTED_SORTS}
                for name, n in _most_first(sorts)
                if name
            ],
            "categories": [
                {"sort": sort, "category": name, "events": n}
                for (sort, name), n in _most_first(categories)
                if name
            ],
            "areas": _areas(view, events),
        }
        return Answer(body, (), {"of": "themes", "events": len(events.event)})

    return ask(workspace, "hotspots", question, find=_find)


def _most_first(counts: Counter[Any]) -> list[tuple[Any, int]]:
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))


def _areas(view: View, events: Occurrences) -> list[dict[str, Any]]:
    kind = next((kind for kind in STUDY_KINDS if any(area.kind == kind for area in view.areas)), None)
    vintage = max((area.vintage for area in view.areas if area.kind == kind), default="")
    known = {area.id: area for area in view.areas if (area.kind, area.vintage) == (kind, vintage)}
    held = Counter(area for areas in events.areas for area in areas if area in known)
    rows = [
        {"code": known[area].code, "name": known[area].name, "kind": known[area].kind, "events": n}
        for area, n in held.items()
    ]
    return sorted(rows, key=lambda row: (-int(str(row["events"])), str(row["code"])))


def _sentence(events: int, months: int) -> str:
    some = f"{events:,} event{'s' * (events != 1)} with a position"
    return f"{some} in {months:,} month{'s' * (months != 1)}"
