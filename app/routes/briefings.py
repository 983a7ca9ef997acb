"""Briefings: registered, then written in the forms asked for."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from fastapi import APIRouter
from starlette.responses import Response

from app.serving.answer_forms import answers, file_answer
from app.serving.bodies import BriefingBody, BriefingFileBody
from app.serving.door import Door, Here
from app.serving.policies import policy
from app.serving.short_answers import BriefingFile, BriefingMade
from app.workspace import Workspace

if TYPE_CHECKING:
    from app.use_cases.briefing import Briefing

router = APIRouter(prefix="/api/briefings", route_class=Door, tags=["products"])

MEDIA_TYPES: Final = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
    "html": "text/html",
}


@router.post("", **answers(BriefingMade, status=201))
@policy("brief", "disclosure", heavy=True)
def briefing(body: BriefingBody, here: Here) -> BriefingMade:
    """Register one briefing and answer with its files: to be shown, saved, or both."""
    made, files = _made(here, body.asked(), tuple(dict.fromkeys(body.forms)))
    told = made.answer([Path(name) for name in files])
    said = {name: told[name] for name in BriefingMade.model_fields if name != "files"}
    return BriefingMade(**said, files=[_file(name, content) for name, content in files.items()])


@router.post("/file", **file_answer(*MEDIA_TYPES.values()))
@policy("brief", "disclosure", heavy=True)
def briefing_file(body: BriefingFileBody, here: Here) -> Response:
    """Register one briefing and answer with one file; its product is named in a header."""
    made, files = _made(here, body.asked(), (body.form,))
    ((name, content),) = files.items()
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Kithmap-Product": made.product.id}
    return Response(content, headers=headers, media_type=MEDIA_TYPES[body.form])


def _made(
    here: Workspace, asked: dict[str, Any], forms: tuple[str, ...]
) -> tuple[Briefing, dict[str, bytes]]:
    from app.use_cases.briefing import Asked, make_briefing, rendered

    made = make_briefing(here, Asked(**asked))
    document = made.document()
    return made, {f"briefing-{made.product.id}.{form}": rendered(document, form) for form in forms}


def _file(name: str, content: bytes) -> BriefingFile:
    media_type = MEDIA_TYPES[name.rpartition(".")[2]]
    return BriefingFile(name=name, media_type=media_type, base64=base64.b64encode(content).decode("ascii"))
