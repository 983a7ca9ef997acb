"""Hotspots: cells with more recorded events than chance would put there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from app.progress import Progress
from app.use_cases.asking import Question, ask
from app.use_cases.closed_places import closed_places, is_open
from app.use_cases.concerns import named_concerns
from app.use_cases.drawing import reading_ledger
from app.workspace import Answer, Workspace
from geo.grid import cell_id, parse_cell_id
from geo.hotspot_layers import parameters as test_parameters
from geo.hotspots import LIMITS, METHOD, HotspotResult, StudyGrid, hot_clusters, hotspots, study_grid
from graph.errors import EntityNotFoundError, GeoError, NotEnoughDataError, OutsideAreaError
from graph.ledger.places import read_shapes
from graph.model.entities import write_id
from graph.model.links import NO_DAY
from graph.model.spans import day_of
from graph.store.contract import DrawnArea, Occurrences
from graph.view import View

SCHEMA: Final = "kithmap.hotspots/1"
STUDY_KINDS: Final = ("lad", "force", "ward", "lsoa", "msoa", "custom")
"""Sets of areas that a study area is made of, the first one loaded."""

LEAST_SHARE: Final = 0.01
"""An area is in the study when it holds this share of the events, unless areas are named."""

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Theme:
    """What to test.

    Attributes
    ----------
    sorts, categories : tuple of str
        Sorts of event and categories (a force's crime types); all when empty.
    each : tuple of str
        A layer for each ``type``, each ``month``, or both.
    areas : tuple of str
        Codes of the areas studied; chosen by where the events are when empty.
    cell_size_m : float
        Side of a cell.
    q : float
        Largest corrected p of a hot cell.
    """

    sorts: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    each: tuple[str, ...] = ()
    areas: tuple[str, ...] = ()
    cell_size_m: float = 300.0
    q: float = 0.05


@dataclass(frozen=True, slots=True)
class Study:
    """Where the events looked at come from.

    Attributes
    ----------
    shape : object or None
        Polygon in EPSG:27700; None for the hull of the events.
    areas : tuple of DrawnArea
        What it is made of.
    shapes : tuple of object
        Each area's own polygon.
    sentence : str
        How it was chosen.
    """

    shape: Any | None
    areas: tuple[DrawnArea, ...]
    shapes: tuple[Any, ...]
    sentence: str


def find_hotspots(
    workspace: Workspace, question: Question, theme: Theme, progress: Progress = lambda _: None
) -> Answer:
    """Find cells that stand out, in one layer or in several.

    Parameters
    ----------
    workspace : Workspace
        Whose.
    question : Question
        Which claims count.
    theme : Theme
        What to test.
    progress : callable, optional
        Told what is done.

    Returns
    -------
    Answer
        Layers with their cells; ``extra`` holds results and study for pictures.

    Raises
    ------
    OutsideAreaError
        A code that is not loaded.
    """

    def _find(view: View) -> Answer:
        progress("testing for hotspots")
        events = view.store.occurrences(view.scope, kinds=theme.sorts, filters=question.filters)
        chosen = (
            np.isin(events.category, theme.categories)
            if theme.categories
            else np.ones(len(events.event), bool)
        )
        study = _study(workspace, view, theme.areas, events, chosen)
        grid = _grid(events, chosen, study, theme)
        names = _layers(events, chosen, theme.each)
        layers = [_layer(name, events, mask, grid, theme) for name, mask in names]
        body = {
            "schema": SCHEMA,
            "data_version": view.data_version,
            "method": METHOD,
            "limits": LIMITS,
            "parameters": {
                **question.described(),
                "sorts": list(theme.sorts),
                "categories": list(theme.categories),
                "cell_size_m": theme.cell_size_m,
                "q": theme.q,
            },
            "study": {"sentence": study.sentence, "areas": [area.code for area in study.areas]},
            "events": int(chosen.sum()),
            "without_position": events.without_position,
            "layers": [layer for layer, _ in layers],
            "locations_of_concern": _of_concern(workspace, view, question)
            if not any(x["hot_cells"] for x, _ in layers)
            else [],
        }
        detail = {"layers": len(layers), "events": int(chosen.sum()), "data_version": view.data_version}
        return Answer(body, (), detail, ([result for _, result in layers], study))

    return ask(workspace, "hotspots", question, find=_find, progress=progress)


def _chosen(events: Occurrences, theme: Theme) -> Mask:
    if not theme.categories:
        return np.ones(len(events.event), dtype=bool)
    return np.isin(events.category, theme.categories)


def _layers(events: Occurrences, chosen: Mask, each: Collection[str]) -> list[tuple[str, Mask]]:
    names: list[list[str]] = []
    if "type" in each:
        names.append(np.where(events.category == "", events.sort, events.category).tolist())
    if "month" in each:
        days = events.from_day.tolist()
        names.append([day_of(day).isoformat()[:7] if day != NO_DAY else "undated" for day in days])
    if not names:
        return [("all", chosen)]
    label = np.array([" / ".join(parts) for parts in zip(*names, strict=True)], dtype=str)
    return [(str(name), chosen & (label == name)) for name in np.unique(label[chosen])]


def _grid(events: Occurrences, chosen: Mask, study: Study, theme: Theme) -> StudyGrid | None:
    """Return one list of cells for every layer, so that layers can be compared."""
    if not chosen.any():
        return None
    easting, northing = events.easting_m[chosen], events.northing_m[chosen]
    return study_grid(study.shape, easting, northing, cell_size_m=theme.cell_size_m)


def _layer(
    name: str, events: Occurrences, mask: Mask, grid: StudyGrid | None, theme: Theme
) -> tuple[dict[str, Any], HotspotResult | None]:
    n = int(mask.sum())
    try:
        found = hotspots(
            events.easting_m[mask],
            events.northing_m[mask],
            cell_size_m=theme.cell_size_m,
            study=grid,
            q=theme.q,
        )
    except NotEnoughDataError as error:
        return {"layer": name, "events": n, "sentence": str(error), "hot_cells": 0, "rows": []}, None
    layer = {
        "layer": name,
        "events": n,
        "excluded": found.excluded,
        "cells": found.n_cells,
        "sentence": found.sentence,
        "hot_cells": int(found.hot.sum()),
        "test": test_parameters(found),
        "rows": _rows(found),
    }
    return layer, found


def _rows(found: HotspotResult) -> list[dict[str, Any]]:
    part = hot_clusters(found)
    hot = np.flatnonzero(found.hot)
    order = hot[np.lexsort((found.cells[hot], -found.z[hot]))]
    return [
        {
            "id": cell_id(found.easting_m[at], found.northing_m[at], found.cell_size_m),
            "easting_m": int(found.easting_m[at]),
            "northing_m": int(found.northing_m[at]),
            "events": int(found.count[at]),
            "places": int(found.places[at]),
            "window_events": int(found.window_count[at]),
            "z": round(float(found.z[at]), 4),
            "p_raw": float(f"{found.p_raw[at]:.4g}"),
            "p_corrected": float(f"{found.p_corrected[at]:.4g}"),
            "cluster": int(part[at]) + 1,
        }
        for at in order.tolist()
    ]


def _study(
    workspace: Workspace, view: View, codes: Sequence[str], events: Occurrences, chosen: Mask
) -> Study:
    known = {area.id: area for area in view.areas}
    if codes:
        wanted = [area for area in view.areas if area.code in codes]
        missing = sorted(set(codes) - {area.code for area in wanted})
        if missing:
            raise OutsideAreaError(f"no area loaded has the code {', '.join(missing)}")
        newest = {area.code: area for area in sorted(wanted, key=lambda area: area.vintage)}
        return _made_of(workspace, tuple(newest.values()), "the areas named")
    kind = next((kind for kind in STUDY_KINDS if any(area.kind == kind for area in view.areas)), None)
    if kind is None:
        return Study(None, (), (), "no areas are loaded: the hull of the events, one cell wider")
    vintage = max(area.vintage for area in view.areas if area.kind == kind)
    held = Counter(
        area for at in np.flatnonzero(chosen).tolist() for area in events.areas[at]
        if known[area].kind == kind and known[area].vintage == vintage
    )  # fmt: skip
    least = LEAST_SHARE * max(int(chosen.sum()), 1)
    areas = sorted((known[area] for area, n in held.items() if n >= least), key=lambda area: area.code)
    if not areas:
        return Study(None, (), (), f"no {kind} loaded holds the events: their hull, one cell wider")
    share = f"{LEAST_SHARE:.0%}"
    return _made_of(workspace, tuple(areas), f"every {kind} that holds at least {share} of the events")


def _made_of(workspace: Workspace, areas: tuple[DrawnArea, ...], chosen: str) -> Study:
    import shapely

    shapes = shapes_of(workspace, areas)
    names = ", ".join(f"{area.name or area.code}" for area in areas[:8]) + (" ..." if len(areas) > 8 else "")
    return Study(shapely.union_all(shapes), areas, tuple(shapes), f"{chosen}: {names}")


def shapes_of(workspace: Workspace, areas: Sequence[DrawnArea]) -> npt.NDArray[np.object_]:
    """Return the polygons of some areas.

    Parameters
    ----------
    workspace : Workspace
        Whose.
    areas : sequence of DrawnArea
        Areas that are loaded.

    Returns
    -------
    ndarray of object
        In their order, EPSG:27700.
    """
    import shapely

    from geo.crs import to_grid

    with reading_ledger(workspace) as ledger:
        held = shapely.from_wkb(read_shapes(ledger, [(area.kind, area.vintage, area.code) for area in areas]))
    shapes: npt.NDArray[np.object_] = shapely.transform(
        held, lambda xy: np.column_stack(to_grid(xy[:, 0], xy[:, 1]))
    )
    return shapes


def _of_concern(workspace: Workspace, view: View, question: Question) -> list[dict[str, Any]]:
    """Return the places with a position that practitioners named, without those that no map shows."""
    places = view.store.locations(view.scope, filters=question.filters)
    concerns = named_concerns(view, places.location.tolist(), question.filters)
    people = _people_at(view, question, set(concerns))
    open_ = is_open(closed_places(workspace, view, question, "hotspots")) if concerns else None
    rows = []
    for at in np.flatnonzero(np.isin(places.location, list(concerns))).tolist():
        location = int(places.location[at])
        if open_ and open_(location, (float(places.lon[at]), float(places.lat[at]))):
            rows.append(
                {
                    "id": write_id(location),
                    "sort": str(places.sort[at]),
                    "concern": concerns[location],
                    "people": people.get(location, 0),
                }
            )
    return sorted(rows, key=lambda row: (-int(str(row["people"])), str(row["id"])))


def _people_at(view: View, question: Question, locations: set[int]) -> Counter[int]:
    links = view.store.link_table(view.scope, kinds=("FREQUENTS", "HARMED_AT"), filters=question.filters)
    pairs = {(a, b) for a, b in zip(links.a.tolist(), links.b.tolist(), strict=True) if b in locations}
    return Counter(location for _, location in pairs)


def events_in_window(view: View, question: Question, theme: Theme, cell: str) -> list[int]:
    """Return the events that the test of a cell counts: its own and those of the eight cells around.

    Parameters
    ----------
    view : View
        The viewer's.
    question : Question
        Which claims count.
    theme : Theme
        What was tested.
    cell : str
        Id of the cell.

    Returns
    -------
    list of int
        Ids of events, sorted. At the edge of the study, events just outside it are among them.

    Raises
    ------
    EntityNotFoundError
        The text is no cell.
    """
    try:
        square = parse_cell_id(cell)
    except GeoError as error:
        raise EntityNotFoundError("no row with this id") from error
    events = view.store.occurrences(view.scope, kinds=theme.sorts, filters=question.filters)
    east, north = events.easting_m - square.easting_m, events.northing_m - square.northing_m
    size = square.size_m
    inside = (east >= -size) & (east < 2 * size) & (north >= -size) & (north < 2 * size)
    inside &= _chosen(events, theme)
    found: list[int] = events.event[inside].tolist()
    return found
