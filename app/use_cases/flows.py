"""Flows between areas: where people live, and where they were seen, as the cross-border measure counts."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from app.use_cases.asking import Question, ask
from app.use_cases.cross_border import UNKNOWN, Ground, area_name, code_of, ground_of, saved_pairs
from app.use_cases.hotspots import shapes_of
from app.workspace import Answer, Workspace
from graph.measures.area_matrix import UNKNOWN_AREA, flows
from graph.measures.cross_border import people_matrix, placed
from graph.model.kinds import LINKS
from graph.view import View

SCHEMA: Final = "kithmap.flows/1"
CAVEAT: Final = (
    "People recorded as living in one area and as seen in another: counts of what agencies recorded, no "
    "journeys. An area that records more shows more, and an unknown area is not an area without anybody."
)
_DIGITS: Final = 5

Place = dict[str, Any]


def find_flows(workspace: Workspace, question: Question, *, kind: str = "lad") -> Answer:
    """Return how many people live in one area and were seen in another, for lines on a map.

    Parameters
    ----------
    workspace : Workspace
        Whose.
    question : Question
        Which claims count.
    kind : str, optional
        Kind of area.

    Returns
    -------
    Answer
        A row for each flow of ``home_by_seen`` of the cross-border measure, most people first, with a
        point inside each area.

    Raises
    ------
    OutsideAreaError
        No areas of this kind are loaded.
    """

    def _find(view: View) -> Answer:
        ground = ground_of(workspace, view, question, kind)
        run, pairs = saved_pairs(workspace, view, question, kind, ground)
        number = {frozenset(pair[:2]): f"{run}-{n}" for n, pair in enumerate(pairs, 1)}
        found = flows(people_matrix(ground.people, ground.areas))
        incidents = _incidents(view, question, ground) if found else {}
        ends = {area for flow in found for area in (flow.from_area, flow.to_area)}
        places = _places(workspace, view, ground, ends)
        rows = [
            {
                "from": places[flow.from_area],
                "to": places[flow.to_area],
                "people": flow.count,
                "incidents": incidents.get((flow.from_area, flow.to_area), 0),
                "pair": number.get(frozenset((flow.from_area, flow.to_area))),
            }
            for flow in found
        ]
        body = {
            "schema": SCHEMA,
            "data_version": view.data_version,
            "sentence": _sentence(rows, kind),
            "caveat": CAVEAT,
            "parameters": {**question.described(), "kind": kind},
            "rows": rows,
        }
        return Answer(body, (), {"of": "flows", "flows": len(rows), "data_version": view.data_version})

    return ask(workspace, "cross_border", question, find=_find)


def _incidents(view: View, question: Question, ground: Ground) -> dict[tuple[int, int], int]:
    """Return distinct events in an area that people who live in another were involved in."""
    links = view.store.link_table(view.scope, kinds=("INVOLVED_IN",), filters=question.filters)
    links = links.take((links.predicate == LINKS["INVOLVED_IN"].code) & np.isin(links.a, ground.people))
    where = dict(zip(ground.occurrences.event.tolist(), ground.occurred.tolist(), strict=True))
    homes = _homes(ground)
    held: dict[tuple[int, int], set[int]] = {}
    for person, event in zip(links.a.tolist(), links.b.tolist(), strict=True):
        there = where.get(event, UNKNOWN_AREA)
        for home in homes[person] if there != UNKNOWN_AREA else ():
            held.setdefault((home, there), set()).add(event)
    return {pair: len(events) for pair, events in held.items()}


def _homes(ground: Ground) -> dict[int, list[int]]:
    at, area = placed(ground.people, ground.areas, "home")
    homes: dict[int, list[int]] = {}
    for person, home in zip(ground.people[at].tolist(), area.tolist(), strict=True):
        homes.setdefault(person, []).append(home)
    return homes


def _places(workspace: Workspace, view: View, ground: Ground, areas: set[int]) -> dict[int, Place]:
    loaded = [area for area in ground.loaded if area.code in {code_of(ground, n) for n in areas}]
    points = _inside(workspace, loaded)
    found = {}
    for number in areas:
        code = code_of(ground, number)
        lon, lat = points.get(code, (None, None))
        name = "" if code == UNKNOWN else area_name(view, code)
        found[number] = {"code": code, "name": name, "lon": lon, "lat": lat}
    return found


def _inside(workspace: Workspace, loaded: list[Any]) -> dict[str, tuple[float, float]]:
    """Return a point inside each area: the middle of a crescent lies outside it."""
    if not loaded:
        return {}
    import shapely

    from geo.crs import to_lonlat

    points = shapely.get_coordinates(shapely.point_on_surface(shapes_of(workspace, loaded)))
    lon, lat = to_lonlat(points[:, 0], points[:, 1])
    rounded = (np.round(lon, _DIGITS).tolist(), np.round(lat, _DIGITS).tolist())
    return {area.code: point for area, point in zip(loaded, zip(*rounded, strict=True), strict=True)}


def _sentence(rows: list[dict[str, Any]], kind: str) -> str:
    known = [row for row in rows if UNKNOWN not in (row["from"]["code"], row["to"]["code"])]
    if not known:
        return f"nobody is recorded as living in one {kind} area and seen in another"
    people, some = sum(row["people"] for row in known), len(known)
    flows_ = f"{some:,} flow{'s' * (some != 1)} between {kind} areas"
    return f"{flows_}, {people:,} times somebody who lives in one and was seen in another"
