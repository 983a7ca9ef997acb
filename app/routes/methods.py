"""What the methods do, and what their answers do not say."""

from __future__ import annotations

from functools import cache
from typing import Annotated

from fastapi import APIRouter, Path

from app.serving.answer_forms import answers, shipped
from app.serving.door import Door
from app.serving.policies import NOTHING, SIGNED_IN, policy
from app.serving.short_answers import Method, Methods, MethodTitle
from graph.errors import EntityNotFoundError

router = APIRouter(prefix="/api/methods", route_class=Door, tags=["help"])


@router.get("", **answers(Methods))
@policy(SIGNED_IN, NOTHING)
def methods() -> Methods:
    """List the methods."""
    return Methods(rows=[MethodTitle(name=page.name, title=page.title) for page in _pages().values()])


@router.get("/{name}", **answers(Method))
@policy(SIGNED_IN, NOTHING)
def method(name: Annotated[str, Path(pattern=r"^[a-z-]{1,40}$", examples=["hotspots"])]) -> Method:
    """Tell a method, as Markdown."""
    page = _pages().get(name)
    if page is None:
        raise EntityNotFoundError("no method of this name")
    return page


@cache
def _pages() -> dict[str, Method]:
    found = {}
    for path in sorted(shipped("methods").glob("*.md")):
        text = path.read_text("utf-8")
        title = text.partition("\n")[0].removeprefix("# ")
        found[path.stem] = Method(name=path.stem, title=title, text=text)
    return found
