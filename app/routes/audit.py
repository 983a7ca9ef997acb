"""Whether the audit log is whole."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from app.serving.answer_forms import answers
from app.serving.door import Door, Here
from app.serving.policies import policy
from app.serving.queries import LogAsked
from app.serving.short_answers import LogChecked

router = APIRouter(prefix="/api/audit", route_class=Door, tags=["governance"])


@router.get("/verify", **answers(LogChecked))
@policy("audit", "consultation", heavy=True)
def verified(here: Here, asked: Annotated[LogAsked, Query()]) -> LogChecked:
    """Check the hashes of 20,000 events at most, and the signed checkpoints; then go on after the last."""
    from app.use_cases.audit_answers import check_log

    return LogChecked.model_validate(check_log(here, after=asked.after, most=asked.limit).body)
