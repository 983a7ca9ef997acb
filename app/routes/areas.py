"""Official areas, as shapes for a map."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import JSONResponse

from app.serving.answer_forms import answers
from app.serving.door import Door, Here
from app.serving.policies import SIGNED_IN, policy
from app.serving.queries import AreasAsked

router = APIRouter(prefix="/api", route_class=Door, tags=["map"])


@router.get("/areas", **answers("features", media_type="application/geo+json"))
@policy(SIGNED_IN, "consultation", heavy=True)
def areas(asked: Annotated[AreasAsked, Query()], here: Here) -> JSONResponse:
    """List the areas of one kind with simplified boundaries, the same for everybody."""
    from app.use_cases.area_answers import list_areas

    return JSONResponse(list_areas(here, asked.kind).body, media_type="application/geo+json")
