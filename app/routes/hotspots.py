"""Cells with more recorded events than chance would put there, as JSON and as GeoJSON."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import JSONResponse, Response

from app.serving.answer_forms import answers
from app.serving.door import Door, Here
from app.serving.policies import policy
from app.serving.queries import Asked, HotspotsAsked, ThemeAsked

router = APIRouter(prefix="/api", route_class=Door, tags=["measures"])


@router.get("/hotspots", **answers("hotspots"))
@policy("hotspots", "consultation", heavy=True)
def hotspots(asked: Annotated[HotspotsAsked, Query()], here: Here) -> JSONResponse:
    """Find cells that stand out, in one layer or in several."""
    from app.use_cases.hotspots import find_hotspots

    return JSONResponse(find_hotspots(here, asked.question(), asked.theme()).body)


@router.get("/hotspots.geojson", **answers("features", media_type="application/geo+json"))
@policy("hotspots", "consultation", heavy=True)
def hotspots_geojson(asked: Annotated[ThemeAsked, Query()], here: Here) -> Response:
    """Find cells that stand out, as shapes for a map."""
    from app.use_cases.hotspot_files import layer_geojson
    from app.use_cases.hotspots import find_hotspots

    found = find_hotspots(here, asked.question(), asked.theme())
    return Response(layer_geojson(found.body, found.extra), media_type="application/geo+json")


@router.get("/hotspots/themes", **answers("hotspot-themes"))
@policy("hotspots", "consultation", heavy=True)
def themes(asked: Annotated[Asked, Query()], here: Here) -> JSONResponse:
    """List the months, sorts, categories and areas that hotspots can be asked about."""
    from app.use_cases.hotspot_themes import hotspot_themes

    return JSONResponse(hotspot_themes(here, asked.question()).body)
