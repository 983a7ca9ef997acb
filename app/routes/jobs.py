"""Long work: how it stands."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Request

from app.serving.answer_forms import answers
from app.serving.door import Door, Here
from app.serving.jobs import Jobs
from app.serving.policies import NOTHING, SIGNED_IN, policy
from app.serving.short_answers import JobTold

router = APIRouter(prefix="/api/jobs", route_class=Door, tags=["service"])


@router.get("/{job}", **answers(JobTold))
@policy(SIGNED_IN, NOTHING)
def job_shown(
    job: Annotated[str, Path(pattern=r"^[0-9a-f]{16}$", examples=["00ff00ff00ff00ff"])],
    request: Request,
    here: Here,
) -> JobTold:
    """Tell how a job of the account stands, and where its result is found."""
    jobs: Jobs = request.app.state.jobs
    return JobTold.model_validate(jobs.find(here.viewer, job)._asdict())
