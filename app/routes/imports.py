"""Imports: files are sent to a draft, checked, then loaded or discarded."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Final

from fastapi import APIRouter, Request
from fastapi import Path as InPath
from fastapi.concurrency import contextmanager_in_threadpool
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from app.progress import Progress
from app.serving.answer_forms import answers
from app.serving.bodies import ImportBody
from app.serving.door import Door, Here, Seated
from app.serving.jobs import Jobs
from app.serving.policies import NOTHING, policy
from app.serving.short_answers import ImportDrafts, ImportDraftTold, JobTold, MappingName, MappingNames
from app.settings import Settings
from app.use_cases.import_drafts import (
    MOST_BYTES,
    ImportDraft,
    begin_draft,
    check_draft,
    discard_draft,
    get_draft,
    list_drafts,
    load_draft,
    receiving,
)
from app.workspace import Workspace
from ingest.mapping import shipped_mappings

router = APIRouter(prefix="/api", route_class=Door, tags=["imports"])

DraftId = Annotated[str, InPath(pattern=r"^[0-9a-f]{16}$", examples=["00ff00ff00ff00ff"])]
_A_FILE: Final = {
    "requestBody": {
        "required": True,
        "content": {
            "application/octet-stream": {
                "schema": {"type": "string", "format": "binary"},
                "example": "(the file)",
            }
        },
    }
}
FileName = Annotated[str, InPath(min_length=1, max_length=60, examples=["people.csv"])]


@router.get("/mappings", **answers(MappingNames))
@policy("import", NOTHING)
def mappings() -> MappingNames:
    """List the mappings that are shipped."""
    return MappingNames(rows=[MappingName(name=name) for name in shipped_mappings()])


@router.get("/imports", **answers(ImportDrafts))
@policy("import", NOTHING)
def drafts(here: Here) -> ImportDrafts:
    """List the account's drafts."""
    return ImportDrafts(rows=[_told(draft) for draft in list_drafts(here)])


@router.post("/imports", **answers(ImportDraftTold, status=201))
@policy("import", "collection")
def draft_begun(body: ImportBody, here: Here) -> ImportDraftTold:
    """Begin a draft: which mapping the files are read through."""
    return _told(begin_draft(here, body.mapping, encoding=body.encoding))


@router.get("/imports/{draft}", **answers(ImportDraftTold))
@policy("import", NOTHING)
def draft_shown(draft: DraftId, here: Here) -> ImportDraftTold:
    """Show a draft: its files, and the report of what was done last."""
    return _told(get_draft(here, draft))


@router.put("/imports/{draft}/files/{name}", **answers(ImportDraftTold), openapi_extra=_A_FILE)
@policy("import", "collection", most_bytes=MOST_BYTES)
async def file_sent(draft: DraftId, name: FileName, request: Request, here: Here) -> ImportDraftTold:
    """Send a file (CSV, gzip or zip), as the whole body of the request."""
    async with contextmanager_in_threadpool(receiving(here, draft, name)) as file:
        async for piece in request.stream():
            await run_in_threadpool(file.write, piece)
    return _told(await run_in_threadpool(get_draft, here, draft))


@router.post("/imports/{draft}/check", **answers(JobTold, status=202))
@policy("import", "collection")
def draft_checked(draft: DraftId, request: Request, seat: Seated) -> JobTold:
    """Read, map and check the files, and keep nothing but a report."""
    return _begun(request, seat.workspace, draft, "check an import", _check)


@router.post("/imports/{draft}/load", **answers(JobTold, status=202))
@policy("import", "collection")
def draft_loaded(draft: DraftId, request: Request, seat: Seated) -> JobTold:
    """Load the files as they were checked."""
    return _begun(request, seat.workspace, draft, "load an import", _load)


@router.delete("/imports/{draft}", status_code=204)
@policy("import", "erasure")
def draft_discarded(draft: DraftId, here: Here) -> Response:
    """Delete a draft and its files."""
    discard_draft(here, draft)
    return Response(status_code=204)


def _begun(request: Request, here: Workspace, draft: str, what: str, work: Any) -> JobTold:
    held = get_draft(here, draft)
    jobs: Jobs = request.app.state.jobs
    given = (here.folder, here.settings, held.id)
    begun = jobs.begin(here.viewer, what, result=f"/api/imports/{held.id}", work=work, given=given)
    return JobTold.model_validate(begun._asdict())


def _check(folder: Path, settings: Settings, draft: str, progress: Progress) -> None:
    check_draft(Workspace(folder, settings), draft, progress)


def _load(folder: Path, settings: Settings, draft: str, progress: Progress) -> None:
    load_draft(Workspace(folder, settings), draft, progress)


def _told(draft: ImportDraft) -> ImportDraftTold:
    files = [{"name": name, "bytes": size} for name, size in draft.files]
    return ImportDraftTold.model_validate({**draft._asdict(), "files": files})
