"""Work copies: registered, then streamed from a file that is deleted at once."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Final

from fastapi import APIRouter
from starlette.background import BackgroundTask
from starlette.responses import StreamingResponse

from app.serving.answer_forms import file_answer
from app.serving.bodies import ExportBody
from app.serving.door import Door, Here
from app.serving.policies import policy
from app.serving.queries import Asked as AskedOfClaims
from app.serving.sweeping import OUTGOING

router = APIRouter(prefix="/api/exports", route_class=Door, tags=["products"])

MEDIA_TYPES: Final = {
    "graphml": "application/xml",
    "csv": "application/zip",
    "geojson": "application/geo+json",
    "html": "text/html",
    "neo4j": "application/zip",
}
_SUFFIXES: Final = {"csv": "zip", "neo4j": "zip"}
_PIECE: Final = 262_144


@router.post("", **file_answer(*dict.fromkeys(MEDIA_TYPES.values())))
@policy("export", "disclosure", heavy=True)
def export(body: ExportBody, here: Here) -> StreamingResponse:
    """Write a work copy, or register one that another person must approve first."""
    from app.use_cases.exporting import Asked
    from app.use_cases.exporting import export as write_copy

    stated = body.model_dump(exclude=set(AskedOfClaims.model_fields))
    asked = Asked(**{**stated, "entities": tuple(body.entities)})
    suffix = _SUFFIXES.get(body.form, body.form)
    outgoing = here.folder / OUTGOING
    outgoing.mkdir(mode=0o700, exist_ok=True)
    folder = Path(tempfile.mkdtemp(dir=outgoing))
    try:
        found = write_copy(here, body.question(), asked, folder / f"copy.{suffix}")
        file = (folder / f"copy.{suffix}").open("rb")
    finally:
        # What is open can still be read; where a system refuses, the next start sweeps it away.
        shutil.rmtree(folder, ignore_errors=True)
    copy = found.body["copy"]
    headers = {"Content-Disposition": f'attachment; filename="copy-{copy}.{suffix}"', "Kithmap-Copy": copy}
    return StreamingResponse(
        _pieces(file),
        headers=headers,
        media_type=MEDIA_TYPES[body.form],
        background=BackgroundTask(file.close),
    )


def _pieces(file: BinaryIO) -> Iterator[bytes]:
    with file:
        while piece := file.read(_PIECE):
            yield piece
