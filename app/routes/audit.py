"""Whether the audit log is whole."""

from __future__ import annotations

from fastapi import APIRouter

from app.serving.answer_forms import answers
from app.serving.door import Door, Here
from app.serving.policies import policy
from app.serving.short_answers import LogChecked

router = APIRouter(prefix="/api/audit", route_class=Door, tags=["governance"])


@router.get("/verify", **answers(LogChecked))
@policy("audit", "consultation", heavy=True)
def verified(here: Here) -> LogChecked:
    """Check every event's hash and every signed checkpoint."""
    from app.use_cases.audit_answers import check_log

    return LogChecked.model_validate(check_log(here).body)
