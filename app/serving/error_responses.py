"""Errors as answers: the one table from errors to statuses, told as problem+json (RFC 9457)."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from app.serving.wording import in_browser
from graph.errors import (
    AccessError,
    AccountRuleError,
    AuditUnavailableError,
    BatchConflictError,
    ConflictError,
    EntityNotFoundError,
    GeoError,
    IngestError,
    KithmapError,
    MeasureError,
    ModelError,
    NotPermittedError,
    NotSignedInError,
    PasswordChangeNeededError,
    PurposeMissingError,
    SchemaVersionError,
    SettingsError,
    SignInLockedError,
    SignInTooOldError,
    StoreError,
    StoreUnavailableError,
    WorkLimitError,
)

MEDIA_TYPE: Final = "application/problem+json"
RETRY_AFTER_S: Final = 5
_MOST_FIELDS: Final = 20
_LONGEST_NAME: Final = 60


class Problem(NamedTuple):
    """What is told of an error.

    Attributes
    ----------
    error : type
        The error, and those beneath it that have no line of their own.
    status : int
        Of the answer.
    name : str
        Last part of the problem's type.
    title : str
        The same for every error of the type.
    says : str
        Told instead of the error's own words, where those are for whoever runs the service.
    """

    error: type[KithmapError]
    status: int
    name: str
    title: str
    says: str = ""


PROBLEMS: Final = (
    Problem(
        AuditUnavailableError, 503, "audit-unavailable", "Nothing can be answered now",
        "The audit log cannot be written, and nothing is answered without it.",
    ),
    Problem(
        StoreUnavailableError, 503, "store-unavailable", "The data cannot be read now",
        "A file of the workspace is missing, locked or being changed: try again in a moment.",
    ),
    Problem(
        SchemaVersionError, 503, "schema-version", "The data are of another version",
        "A file of the workspace was written by another version: whoever runs the service upgrades it.",
    ),
    Problem(
        SettingsError, 503, "settings", "The workspace is not set up",
        "The settings of the workspace are missing or wrong: whoever runs the service mends them.",
    ),
    Problem(SignInLockedError, 429, "sign-in-locked", "Too many sign-ins have failed"),
    Problem(SignInTooOldError, 403, "sign-in-too-old", "Sign in again for this"),
    Problem(NotSignedInError, 401, "not-signed-in", "Nobody is signed in"),
    Problem(PasswordChangeNeededError, 403, "password-change-needed", "Choose a password first"),
    Problem(
        PurposeMissingError, 403, "purpose-missing", "No purpose is stated",
        "State what the work is for first, or what this product is for.",
    ),
    Problem(AccountRuleError, 422, "account-rule", "That breaks a rule for accounts"),
    Problem(NotPermittedError, 403, "not-permitted", "Not permitted"),
    Problem(AccessError, 403, "not-permitted", "Not permitted"),
    Problem(EntityNotFoundError, 404, "not-found", "Nothing is found under this id"),
    Problem(ConflictError, 409, "conflict", "Something else came first"),
    Problem(BatchConflictError, 409, "conflict", "Something else came first"),
    Problem(StoreError, 422, "not-supported", "The store cannot do this"),
    Problem(IngestError, 422, "wrong-file", "A file or its mapping cannot be read"),
    Problem(GeoError, 422, "wrong-place", "A place, area or cell cannot be used"),
    Problem(MeasureError, 422, "no-measure", "The measure cannot be computed"),
    Problem(ModelError, 422, "wrong-input", "The input is wrong"),
    Problem(WorkLimitError, 422, "too-much-work", "That is more work than one piece may take"),
)  # fmt: skip
"""The first that fits; a subclass stands before its parent."""

_OF_HTTP: Final = {
    400: ("wrong-input", "The request cannot be read"),
    404: ("not-found", "Nothing is found at this address"),
    405: ("no-such-method", "This address does not take that method"),
    408: ("too-slow", "The request did not come within some time"),
    413: ("too-large", "The request is too large"),
    414: ("too-long", "The address is too long"),
    431: ("too-large", "The headers of the request are too large"),
    421: ("other-name", "The service does not go by this name"),
    503: ("busy", "Others ask for much just now"),
}
"""What the framework or a door refuses before a use case is reached."""

_INTERNAL: Final = Problem(
    KithmapError, 500, "internal", "Something went wrong",
    "The fault is on the log of the service, under the number of this occurrence.",
)  # fmt: skip


def problem_of(error: KithmapError) -> Problem:
    """Return what is told of an error.

    Parameters
    ----------
    error : KithmapError
        What went wrong.

    Returns
    -------
    Problem
        Its line of the table; an internal error for a class that has none.
    """
    return next((problem for problem in PROBLEMS if isinstance(error, problem.error)), _INTERNAL)


def told(error: KithmapError, instance: str) -> dict[str, Any]:
    """Return an error as the body of an answer.

    Parameters
    ----------
    error : KithmapError
        What went wrong.
    instance : str
        Path of the request.

    Returns
    -------
    dict
        Type, title, status, detail and instance.
    """
    problem = problem_of(error)
    return _body(
        problem.status, problem.name, problem.title, problem.says or in_browser(str(error)), instance
    )


def internal_problem(occurrence: str) -> Response:
    """Return the answer to a fault of the program, which tells nothing of its inside.

    Parameters
    ----------
    occurrence : str
        Number under which the fault is on the log.

    Returns
    -------
    Response
        Status 500.
    """
    body = _body(500, _INTERNAL.name, _INTERNAL.title, _INTERNAL.says, f"urn:kithmap:fault:{occurrence}")
    return _response(body, {})


def refusal(status: int, path: str, *, close: bool = False) -> Response:
    """Return the answer to a request that no route was asked about.

    Parameters
    ----------
    status : int
        Of the answer.
    path : str
        Of the request.
    close : bool, optional
        Whether the connection ends: what follows on it may not be what it seems.

    Returns
    -------
    Response
        A problem.
    """
    name, title = _OF_HTTP[status]
    body = _body(status, name, title, f"{title}.", path)
    return _response(body, {"Connection": "close"} if close else {})


def handle_errors(service: FastAPI) -> None:
    """Let a service answer every error as a problem.

    Parameters
    ----------
    service : FastAPI
        Whose.
    """
    service.exception_handler(KithmapError)(_of_kithmap)
    service.exception_handler(RequestValidationError)(_of_input)
    service.exception_handler(HTTPException)(_of_http)


async def _of_kithmap(request: Request, error: KithmapError) -> Response:
    body = told(error, _path(request))
    headers = {}
    if body["status"] == 503:
        headers["Retry-After"] = str(RETRY_AFTER_S)
    if body["status"] == 401:
        headers["WWW-Authenticate"] = "Session"
    if isinstance(error, SignInLockedError):
        headers["Retry-After"] = str(error.retry_after_s)
    return _response(body, headers)


async def _of_input(request: Request, error: RequestValidationError) -> Response:
    body = _body(422, "wrong-input", "The input is wrong", "Some fields break their rules.", _path(request))
    body["fields"] = _fields(error.errors())
    return _response(body, {})


def _fields(faults: Sequence[Mapping[str, Any]]) -> list[dict[str, str]]:
    # The place and the rule, never what was given.
    return [
        {
            "field": ".".join(str(part)[:_LONGEST_NAME] for part in fault["loc"]),
            "rule": fault["msg"].removeprefix("Value error, "),
        }
        for fault in faults[:_MOST_FIELDS]
    ]


async def _of_http(request: Request, error: HTTPException) -> Response:
    name, title = _OF_HTTP.get(error.status_code, ("refused", "The request is refused"))
    # Whatever the framework says stays inside it; our own words end as sentences do.
    detail = error.detail if error.detail.endswith(".") else f"{title}."
    body = _body(error.status_code, name, title, detail, _path(request))
    return _response(body, dict(error.headers or {}))


def _path(request: Request) -> str:
    path: str = request.scope["path"]
    return path


def _body(status: int, name: str, title: str, detail: str, instance: str) -> dict[str, Any]:
    return {
        "type": f"/problems/{name}",
        "title": title,
        "status": status,
        "detail": detail,
        "instance": instance,
    }


def _response(body: Mapping[str, Any], headers: Mapping[str, str]) -> Response:
    # What a client sent may hold half a surrogate pair: escaped, it breaks nothing.
    content = json.dumps(body)
    return Response(content, status_code=body["status"], headers=dict(headers), media_type=MEDIA_TYPE)
