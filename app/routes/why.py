"""The claims behind one row of an answer."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import JSONResponse

from app.serving.answer_forms import answers
from app.serving.door import Door, Here
from app.serving.policies import policy
from app.serving.queries import RowId, ThemeAsked

router = APIRouter(prefix="/api", route_class=Door, tags=["measures"])


@router.get("/why/{row}", **answers("why"))
@policy("why", "consultation")
def why(row: RowId, asked: Annotated[ThemeAsked, Query()], here: Here) -> JSONResponse:
    """Tell the claims behind a row of a run, a cell, a link or an entity."""
    from app.use_cases.why import explain

    return JSONResponse(explain(here, row, asked.question(), asked.theme()).body)
