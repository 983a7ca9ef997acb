"""The browser pages: files that the build left, the same for everybody."""

from __future__ import annotations

from pathlib import Path as FilePath
from typing import Annotated, Final

from fastapi import APIRouter, Path
from starlette.exceptions import HTTPException
from starlette.responses import FileResponse

import app.web
from app.serving.door import Door
from app.serving.policies import NOTHING, PUBLIC, policy

router = APIRouter(route_class=Door, include_in_schema=False)

STATIC: Final = FilePath(app.web.__file__).parent / "static"
_UNBUILT: Final = "This installation has no pages: whoever runs the service installs it anew, with them."
_FOR_GOOD: Final = {"Cache-Control": "public, max-age=31536000, immutable"}
"""The name of a built file changes with its content."""

_TYPES: Final = {".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8"}

_NAME: Final = r"^[A-Za-z0-9_-][A-Za-z0-9_.-]{0,99}$"


@router.get("/")
@policy(PUBLIC, NOTHING)
def index() -> FileResponse:
    """Send the one page; what it shows is named after the address's #, which no browser sends."""
    if not (STATIC / "index.html").is_file():
        raise HTTPException(503, _UNBUILT)
    return FileResponse(STATIC / "index.html", media_type="text/html; charset=utf-8")


@router.get("/assets/{name}")
@policy(PUBLIC, NOTHING)
def asset(name: Annotated[str, Path(pattern=_NAME)]) -> FileResponse:
    """Send a script or a style of the pages."""
    return _sent(STATIC / "assets" / name, _TYPES.get(FilePath(name).suffix), _FOR_GOOD)


@router.get("/mark.svg")
@policy(PUBLIC, NOTHING)
def mark() -> FileResponse:
    """Send the sign that browsers show beside the title."""
    return _sent(STATIC / "mark.svg", "image/svg+xml", {})


@router.get("/notices.txt")
@policy(PUBLIC, NOTHING)
def notices() -> FileResponse:
    """Send the licences of what the pages are made with."""
    return _sent(STATIC / "notices.txt", "text/plain; charset=utf-8", {})


def _sent(path: FilePath, media_type: str | None, headers: dict[str, str]) -> FileResponse:
    if media_type is None or not path.is_file():
        raise HTTPException(404)
    return FileResponse(path, media_type=media_type, headers=headers)
