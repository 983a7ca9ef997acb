"""What pairs of areas share."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import JSONResponse

from app.serving.answer_forms import answers
from app.serving.door import Door, Here
from app.serving.policies import policy
from app.serving.queries import CrossBorderAsked, Naming, RowId

router = APIRouter(prefix="/api", route_class=Door, tags=["measures"])


@router.get("/cross-border", **answers("cross-border"))
@policy("cross_border", "consultation", heavy=True)
def cross_border(asked: Annotated[CrossBorderAsked, Query()], here: Here) -> JSONResponse:
    """Find what pairs of areas share: people, ties, incidents over the border."""
    from app.use_cases.cross_border import find_cross_border

    found = find_cross_border(here, asked.question(), kind=asked.kind, names=asked.names)
    return JSONResponse(found.body)


@router.get("/cross-border/{row}/shared", **answers("shared-things"))
@policy("cross_border", "consultation", heavy=True)
def shared(row: RowId, asked: Annotated[Naming, Query()], here: Here) -> JSONResponse:
    """Tell which places, organisations, groups and things people of two areas share."""
    from app.use_cases.shared_things import shared_things

    return JSONResponse(shared_things(here, row, names=asked.names).body)
