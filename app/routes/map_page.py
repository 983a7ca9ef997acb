"""What a map draws beside hotspots: locations of concern, flows between areas, places of a chart."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import JSONResponse

from app.serving.answer_forms import answers
from app.serving.bodies import PlacesBody
from app.serving.door import Door, Here
from app.serving.policies import policy
from app.serving.queries import Asked, FlowsAsked

router = APIRouter(prefix="/api", route_class=Door, tags=["map"])


@router.get("/concern", **answers("concern"))
@policy("hotspots", "consultation", heavy=True)
def concern(asked: Annotated[Asked, Query()], here: Here) -> JSONResponse:
    """List the locations of concern, those of most young people first."""
    from app.use_cases.map_answers.concern import locations_of_concern

    return JSONResponse(locations_of_concern(here, asked.question()).body)


@router.get("/flows", **answers("flows"))
@policy("cross_border", "consultation", heavy=True)
def flows(asked: Annotated[FlowsAsked, Query()], here: Here) -> JSONResponse:
    """Count people by the area they live in and the area they were seen in."""
    from app.use_cases.flows import find_flows

    return JSONResponse(find_flows(here, asked.question(), kind=asked.kind).body)


@router.post("/places", **answers("places"))
@policy("explore", "consultation", heavy=True)
def places(body: PlacesBody, here: Here) -> JSONResponse:
    """Tell where entities, and what they are linked to, lie on a map."""
    from app.use_cases.map_answers.placing import places_of

    return JSONResponse(places_of(here, body.entities, body.question()).body)
