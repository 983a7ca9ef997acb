"""Whether the service runs, for whoever watches it."""

from __future__ import annotations

from fastapi import APIRouter, Request

from app.serving.answer_forms import answers
from app.serving.door import Door
from app.serving.policies import NOTHING, PUBLIC, policy
from app.serving.short_answers import Health

router = APIRouter(prefix="/api", route_class=Door, tags=["service"])


@router.get("/health", **answers(Health))
@policy(PUBLIC, NOTHING)
def health(request: Request) -> Health:
    """Say that the service runs, and how its pages are marked; nothing of the workspace or its version."""
    return Health(state="up", marking=request.app.state.marking)
