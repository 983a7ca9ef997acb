"""Saved views of the account: listed, saved, opened, saved again, deleted."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Request, Response
from starlette.responses import JSONResponse

from app.serving.answer_forms import answers
from app.serving.door import Door, Seat, Seated, house_of
from app.serving.policies import policy
from app.serving.view_body import ViewBody
from app.use_cases.saved_views import Shelf, discard, list_saved, open_saved, save, save_again

router = APIRouter(prefix="/api/views", route_class=Door, tags=["explore"])

ViewId = Annotated[str, Path(pattern=r"^[0-9a-f]{16}$", examples=["00ff00ff00ff00ff"])]


@router.get("", **answers("views"))
@policy("explore", "consultation")
def views(request: Request, seat: Seated) -> JSONResponse:
    """List the account's saved views, those changed last first."""
    return JSONResponse(list_saved(_shelf(request, seat)).body)


@router.post("", **answers("view", status=201))
@policy("explore", "consultation")
def view_saved(body: ViewBody, request: Request, seat: Seated) -> JSONResponse:
    """Save a view: ids, positions and a question, seen by the account alone."""
    return JSONResponse(save(_shelf(request, seat), body.title, body.kept()).body, status_code=201)


@router.get("/{view}", **answers("view"))
@policy("explore", "consultation")
def view_opened(view: ViewId, request: Request, seat: Seated) -> JSONResponse:
    """Open a saved view."""
    return JSONResponse(open_saved(_shelf(request, seat), view).body)


@router.put("/{view}", **answers("view"))
@policy("explore", "consultation")
def view_saved_again(view: ViewId, body: ViewBody, request: Request, seat: Seated) -> JSONResponse:
    """Save a view in the place of what it was."""
    return JSONResponse(save_again(_shelf(request, seat), view, body.title, body.kept()).body)


@router.delete("/{view}", status_code=204)
@policy("explore", "erasure")
def view_deleted(view: ViewId, request: Request, seat: Seated) -> Response:
    """Delete a saved view."""
    discard(_shelf(request, seat), view)
    return Response(status_code=204)


def _shelf(request: Request, seat: Seat) -> Shelf:
    return Shelf(seat.workspace, house_of(request).entrance.accounts, seat.session.account.seq)
