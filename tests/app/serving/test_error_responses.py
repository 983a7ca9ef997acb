"""Every error has a status, and no answer tells the inside of the program."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import APIRouter

import graph.errors
from app.main import REFUSED, UNAVAILABLE, exit_code
from app.serving.door import Door
from app.serving.error_responses import PROBLEMS, problem_of, told
from app.serving.policies import NOTHING, PUBLIC, policy
from graph.errors import KithmapError, SignInLockedError, StoreUnavailableError
from ingest.faults import FileFaultError
from tests.app.serving.callers import Open, opened

SECRET = "Amy Ash of 3 Quay Street"


def _all(kind: type[KithmapError]) -> Iterator[type[KithmapError]]:
    for below in kind.__subclasses__():
        yield below
        yield from _all(below)


def _made(kind: type[KithmapError]) -> KithmapError:
    made = kind.__new__(kind)
    Exception.__init__(made, "words")
    return made


def test_every_error_has_a_line_of_the_table() -> None:
    from app.use_cases.importing import StrictImportError

    kinds = set(_all(KithmapError))
    assert {StrictImportError, FileFaultError} < kinds and len(kinds) > 30
    for kind in kinds:
        assert problem_of(_made(kind)).status in (401, 403, 404, 409, 422, 429, 503), kind


def test_the_table_and_the_exit_codes_agree() -> None:
    for kind in _all(KithmapError):
        error = _made(kind)
        status, code = problem_of(error).status, exit_code(error)
        if code == UNAVAILABLE:
            assert status in (409, 503), kind
        elif code == REFUSED:
            assert status in (401, 403, 422, 429), kind
        else:
            assert status in (404, 409, 422, 503), kind


def test_no_line_of_the_table_is_hidden_by_another() -> None:
    for n, problem in enumerate(PROBLEMS):
        assert not any(issubclass(problem.error, before.error) for before in PROBLEMS[:n]), problem


def test_what_is_for_whoever_runs_the_service_is_not_told() -> None:
    for problem in PROBLEMS:
        body = told(_made(problem.error), "/api/x")
        assert ("words" in body["detail"]) is (problem.status < 500 and not problem.says)
        assert set(body) == {"type", "title", "status", "detail", "instance"}


def _failing() -> APIRouter:
    router = APIRouter(route_class=Door)

    @router.get("/api/broken")
    @policy(PUBLIC, NOTHING)
    def _broken() -> None:
        raise ValueError(f"no such person: {SECRET}")

    @router.get("/api/locked")
    @policy(PUBLIC, NOTHING)
    def _locked() -> None:
        raise SignInLockedError("too many", retry_after_s=77)

    @router.get("/api/away")
    @policy(PUBLIC, NOTHING)
    def _away() -> None:
        raise StoreUnavailableError("/srv/ledger.db is locked")

    @router.get("/api/own")
    @policy(PUBLIC, NOTHING)
    def _own() -> None:
        raise KithmapError("a class of no line")

    return router


@pytest.fixture
def at(tmp_path: Path) -> Iterator[Open]:
    """Return a service with routes that fail."""
    with opened(tmp_path, more=[_failing()]) as made:
        yield made


def test_a_fault_tells_nothing_of_the_inside_and_is_on_the_log(
    at: Open, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR):
        answer = at.caller().get("/api/broken")
    body = answer.json()
    assert (answer.status_code, body["type"]) == (500, "/problems/internal")
    assert not any(word in answer.text for word in (SECRET, "ValueError", "Traceback", ".py"))
    occurrence = body["instance"].rpartition(":")[2]
    assert occurrence in caplog.text and "ValueError" in caplog.text and "_broken" in caplog.text
    assert SECRET not in caplog.text


def test_an_error_of_no_line_is_a_fault(at: Open) -> None:
    answer = at.caller().get("/api/own")
    assert answer.status_code == 500 and "no line" not in answer.text


def test_one_is_told_when_to_come_back(at: Open) -> None:
    locked, away = (at.caller().get(f"/api/{name}") for name in ("locked", "away"))
    assert (locked.status_code, locked.headers["retry-after"]) == (429, "77")
    assert (away.status_code, away.headers["retry-after"]) == (503, "5")
    assert "/srv" not in away.text


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nothing", 404),
        ("GET", "/api/health/", 404),
        ("DELETE", "/api/health", 405),
        ("GET", "/docs", 404),
    ],
)
def test_an_address_of_nothing_is_a_problem_too(at: Open, method: str, path: str, status: int) -> None:
    answer = at.caller().call(method, path)
    assert answer.status_code == answer.json()["status"] == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["instance"] == path


def test_a_fault_of_the_input_names_the_field_and_the_rule_and_not_the_value(at: Open) -> None:
    ash = at.enter("ash")
    body = {"purpose": SECRET, "review": SECRET, "add": [SECRET] * 30, "x" * 500: SECRET}
    answer = ash.post("/api/groups", json=body)
    told = answer.json()
    assert answer.status_code == 422 and SECRET not in answer.text
    assert len(told["fields"]) == 20 and all(len(fault["field"]) < 70 for fault in told["fields"])
    assert {"field": "body.review", "rule": "Value error, a day is written YYYY-MM-DD"} not in told["fields"]
    assert "body.review" in {fault["field"] for fault in told["fields"]}


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[" * 100_000,
        b"1" * 10_000,
        b"\xff\xfe",
        b"null",
        b'"x"',
        b'{"purpose": "\\ud800"}',
        b"NaN",
    ],
)
def test_a_body_that_is_no_json_object_is_a_problem(at: Open, content: bytes) -> None:
    ash = at.enter("ash")
    answer = ash.put("/api/context", content=content, headers={"content-type": "application/json"})
    assert answer.status_code in (400, 422) and answer.json()["status"] == answer.status_code


def test_errors_are_told_by_the_tree_alone() -> None:
    assert {kind for kind in vars(graph.errors).values() if isinstance(kind, type)} >= {
        problem.error for problem in PROBLEMS
    }
