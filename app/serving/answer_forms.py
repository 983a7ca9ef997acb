"""Forms and examples of answers, for the OpenAPI document; the forms are those of ``docs/schemas``."""

from __future__ import annotations

import json
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel
from starlette.responses import Response

from app.serving import short_answers
from app.serving.door import CSRF_HEADER
from app.serving.error_responses import MEDIA_TYPE

_HERE: Final = Path(__file__).parent
_EXAMPLES: Final = _HERE / "examples"
_STANDS_FOR: Final = "$example"
_ABOUT: Final = (
    "Links between young people, places and groups, from the records of agencies that safeguard them. "
    "Answers hold what the account behind a request may see, for the purpose that its session states, and "
    "are on the audit log before they are sent."
)
_PROBLEM: Final = {
    "type": "object",
    "description": "What went wrong (RFC 9457).",
    "properties": {
        "type": {"type": "string", "description": "Sort of problem.", "pattern": "^/problems/[a-z-]+$"},
        "title": {"type": "string", "description": "The same for every problem of the sort."},
        "status": {"type": "integer", "description": "As the status of the answer."},
        "detail": {"type": "string", "description": "This one, in words; never content of a record."},
        "instance": {"type": "string", "description": "Path asked for, or number of the occurrence."},
        "fields": {
            "type": "array",
            "description": "Fields of the request that break a rule; never what they held.",
            "items": {
                "type": "object",
                "properties": {
                    "field": {"type": "string", "description": "Where it stands."},
                    "rule": {"type": "string", "description": "The rule."},
                },
                "required": ["field", "rule"],
                "additionalProperties": False,
            },
        },
    },
    "required": ["type", "title", "status", "detail", "instance"],
    "additionalProperties": False,
}
_FEATURES: Final = {
    "type": "object",
    "description": "A GeoJSON feature collection, longitude and latitude, with words beside it.",
    "properties": {
        "type": {"const": "FeatureCollection", "description": "As GeoJSON names it."},
        "sentence": {"type": "string", "description": "The answer in words."},
        "features": {
            "type": "array",
            "description": "One for each area or cell.",
            "items": {
                "type": "object",
                "properties": {
                    "type": {"const": "Feature", "description": "As GeoJSON names it."},
                    "geometry": {"type": "object", "description": "Polygons."},
                    "properties": {"type": "object", "description": "What is known of it."},
                },
                "required": ["type", "geometry", "properties"],
            },
        },
    },
    "required": ["type", "sentence", "features"],
}
PROBLEM_RESPONSE: Final[dict[int | str, dict[str, Any]]] = {
    "default": {
        "description": "Anything else: what went wrong.",
        "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/problem"}}},
    }
}


def shipped(part: str) -> Path:
    """Return a folder of the documentation that the program reads.

    Parameters
    ----------
    part : str
        ``schemas`` or ``methods``.

    Returns
    -------
    Path
        In the installed package, or in the source tree.

    Raises
    ------
    FileNotFoundError
        The installation is not whole.
    """
    for folder in (_HERE.parent / "shipped_docs" / part, _HERE.parents[1] / "docs" / part):
        if folder.is_dir():
            return folder
    raise FileNotFoundError(f"the installation is not whole: docs/{part} is missing")


@cache
def answer_forms() -> dict[str, Any]:
    """Return the form of each answer that has one in ``docs/schemas``.

    Returns
    -------
    dict
        By name, as components of an OpenAPI document.
    """
    forms: dict[str, Any] = {"problem": _PROBLEM, "features": _FEATURES}
    for path in sorted(shipped("schemas").glob("*.json")):
        form = json.loads(path.read_text("utf-8"))
        form.pop("$schema", None)
        forms[path.stem] = _pointed(form, f"#/components/schemas/{path.stem}/$defs/")
    return forms


def _pointed(form: Any, home: str) -> Any:
    if isinstance(form, dict):
        return {
            key: value.replace("#/$defs/", home) if key == "$ref" else _pointed(value, home)
            for key, value in form.items()
        }
    return [_pointed(part, home) for part in form] if isinstance(form, list) else form


def answers(
    form: str | type[BaseModel], *, status: int = 200, media_type: str = "application/json"
) -> dict[str, Any]:
    """Return what a route says of its answer.

    Parameters
    ----------
    form : str or type
        Name of a form in ``docs/schemas``, or a model with an example.
    status : int, optional
        Of the answer.
    media_type : str, optional
        Of the answer.

    Returns
    -------
    dict
        Arguments of the route.
    """
    if isinstance(form, str):
        told = {"schema": {"$ref": f"#/components/schemas/{form}"}, "example": {_STANDS_FOR: form}}
        return {
            "status_code": status,
            "response_model": None,
            "response_class": Response,
            "responses": {status: {"description": "The answer.", "content": {media_type: told}}},
        }
    content = {"application/json": {"example": {_STANDS_FOR: form.__name__}}}
    return {
        "status_code": status,
        "response_model": form,
        "responses": {status: {"description": "The answer.", "content": content}},
    }


def file_answer(*media_types: str) -> dict[str, Any]:
    """Return what a route says of an answer that is a file.

    Parameters
    ----------
    *media_types : str
        What it may be.

    Returns
    -------
    dict
        Arguments of the route.
    """
    binary = {"schema": {"type": "string", "format": "binary"}, "example": "(bytes of the file)"}
    shapes = {"schema": {"type": "object"}, "example": {"type": "FeatureCollection", "features": []}}
    content = {media: shapes if media.endswith("json") else binary for media in media_types}
    told = {200: {"description": "The file.", "content": content}}
    return {"response_model": None, "response_class": Response, "responses": told}


def _put_examples(document: dict[str, Any]) -> None:
    # The framework drops every null of an example, so that they are put in afterwards.
    for item in document["paths"].values():
        for operation in item.values():
            for answer in operation["responses"].values():
                for content in answer.get("content", {}).values():
                    stands_for = content.get("example")
                    if isinstance(stands_for, dict) and _STANDS_FOR in stands_for:
                        content["example"] = _example(stands_for[_STANDS_FOR])
    for name, form in document["components"]["schemas"].items():
        if "examples" in form and hasattr(short_answers, name):
            form["examples"] = [_example(name)]


def _example(name: str) -> Any:
    model = getattr(short_answers, name, None)
    if model is not None:
        return model.model_config["json_schema_extra"]["examples"][0]
    return json.loads((_EXAMPLES / f"{name}.json").read_text("utf-8"))


def describe(service: FastAPI, cookie: str) -> None:
    """Let a service describe itself.

    Parameters
    ----------
    service : FastAPI
        With all its routes.
    cookie : str
        Name of the session's cookie.
    """

    def _openapi() -> dict[str, Any]:
        if service.openapi_schema is None:
            found = get_openapi(
                title="Kithmap", version=version("kithmap"), description=_ABOUT, routes=service.routes
            )
            parts = found["components"]
            parts["schemas"].update(answer_forms())
            _put_examples(found)
            parts["securitySchemes"] = {
                "session": {"type": "apiKey", "in": "cookie", "name": cookie},
                "csrf": {"type": "apiKey", "in": "header", "name": CSRF_HEADER},
            }
            service.openapi_schema = found
        return service.openapi_schema

    service.openapi = _openapi  # type: ignore[method-assign]
