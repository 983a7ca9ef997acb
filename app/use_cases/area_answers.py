"""The areas that are loaded, as GeoJSON for a map."""

from __future__ import annotations

from typing import Any, Final

from app.use_cases.drawing import reading_ledger
from app.use_cases.hotspots import STUDY_KINDS
from app.workspace import Answer, Workspace
from graph.errors import OutsideAreaError
from graph.ledger.places import AreaSet, read_area_sets

TOLERANCE_DEGREES: Final = 0.0004
"""Boundaries are simplified by this much, some 40 m: a map on a screen shows no more."""

_DIGITS: Final = 5


def list_areas(workspace: Workspace, kind: str | None = None) -> Answer:
    """List the areas of one kind, newest vintage, with simplified boundaries.

    Parameters
    ----------
    workspace : Workspace
        Whose.
    kind : str, optional
        Kind of area; the one that studies are made of when left out.

    Returns
    -------
    Answer
        A feature collection: code, name, kind and vintage of each; neighbours keep one boundary.

    Raises
    ------
    OutsideAreaError
        No areas of this kind are loaded.

    Notes
    -----
    Boundaries are official and public: they are the same for every viewer. They are for drawing; which
    area a place lies in is decided by the boundaries as loaded.
    """
    with reading_ledger(workspace) as ledger:
        chosen = _chosen(read_area_sets(ledger), kind)
    features = _features(chosen) if chosen else []
    named = chosen.kind if chosen else "no"
    body = {
        "type": "FeatureCollection",
        "sentence": f"{len(features)} {named} areas" if chosen else "no areas are loaded",
        "features": features,
    }
    found = Answer(body, (), {"areas": len(features), "kind": named})
    workspace.record("consultation", "areas list", found)
    return found


def _chosen(sets: list[AreaSet], kind: str | None) -> AreaSet | None:
    kinds = {held.kind for held in sets}
    if kind is not None and kind not in kinds:
        raise OutsideAreaError(f"no {kind} areas are loaded")
    wanted = kind or next((known for known in STUDY_KINDS if known in kinds), None)
    of_kind = [held for held in sets if held.kind == wanted]
    return max(of_kind, key=lambda held: held.vintage, default=None)


def _features(chosen: AreaSet) -> list[dict[str, Any]]:
    import numpy as np
    import shapely
    from shapely.geometry import mapping

    shapes = shapely.from_wkb([shape for _, _, shape in chosen.rows])
    if len(shapes):
        shapes = shapely.coverage_simplify(shapes, TOLERANCE_DEGREES)
    shapes = shapely.transform(shapes, lambda xy: np.round(xy, _DIGITS))
    return [
        {
            "type": "Feature",
            "id": code,
            "properties": {"code": code, "name": name, "kind": chosen.kind, "vintage": chosen.vintage},
            "geometry": mapping(shape),
        }
        for (code, name, _), shape in zip(chosen.rows, shapes, strict=True)
    ]
