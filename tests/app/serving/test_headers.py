"""Every answer carries the headers that keep a browser from doing harm."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from fastapi import APIRouter
from starlette.responses import StreamingResponse

from app.serving.door import Door
from app.serving.headers import HEADERS
from app.serving.policies import MOST_BYTES, NOTHING, PUBLIC, policy
from tests.app.front_door import PASSWORD
from tests.app.serving.callers import Open, opened
from tests.app.serving.tour import Ids, gone, peopled, prepared, tour


def _failing() -> APIRouter:
    router = APIRouter(route_class=Door)

    @router.get("/api/broken")
    @policy(PUBLIC, NOTHING)
    def _broken() -> None:
        raise ValueError("inside")

    @router.get("/api/torn")
    @policy(PUBLIC, NOTHING)
    def _torn() -> StreamingResponse:
        def _pieces() -> Iterator[bytes]:
            yield b"half"
            raise ValueError("inside")

        return StreamingResponse(_pieces())

    return router


@pytest.fixture(scope="module")
def at() -> Iterator[Open]:
    """Return a service."""
    desk = peopled()
    with opened(desk, more=[_failing()]) as made:
        yield made
    gone(desk)


@pytest.fixture(scope="module")
def ids(at: Open) -> Ids:
    """Return ids that are there."""
    return prepared(at, at.enter("ash"))


def _check(answer: httpx.Response, name: str) -> None:
    assert {key: answer.headers.get(key) for key in HEADERS} == HEADERS, name
    assert answer.headers["cache-control"] == "no-store", name
    # Nothing that could differ by what a viewer may not see.
    assert not {"etag", "last-modified", "server", "age", "date"} & set(answer.headers), name
    assert not any(key.startswith("access-control") for key in answer.headers), name


def test_every_operation_answers_with_them_in_and_out_of_a_session(at: Open, ids: Ids) -> None:
    ash, stranger = at.enter("ash"), at.caller()
    for caller in (stranger, ash):
        for call in tour(ids):
            if call.operation not in ("POST /api/password", "POST /api/sign-in", "POST /api/sign-out"):
                _check(caller.call(call.method, call.path, **call.more), call.operation)


@pytest.mark.parametrize(
    ("method", "path", "size", "status"),
    [
        ("GET", "/assets/nothing", 0, 404),
        ("GET", "/nothing", 0, 404),
        ("OPTIONS", "/api/me", 0, 405),
        ("PUT", "/api/context", MOST_BYTES + 1, 413),
        ("GET", "/api/broken", 0, 500),
    ],
)
def test_refusals_and_faults_carry_them(at: Open, method: str, path: str, size: int, status: int) -> None:
    answer = at.caller().call(method, path, content=b"x" * size)
    assert answer.status_code == status
    _check(answer, path)


def test_an_answer_that_broke_off_is_not_taken_for_a_whole_one(at: Open) -> None:
    with pytest.raises(BaseException, match="inside"):
        at.wait(_raising(at).get("/api/torn"))


def _raising(at: Open) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(at.service), base_url="http://127.0.0.1:8750")


def test_scripts_styles_and_frames_come_from_nowhere_else() -> None:
    csp = dict(part.partition(" ")[::2] for part in HEADERS["Content-Security-Policy"].split("; "))
    assert csp["default-src"] == csp["frame-ancestors"] == csp["object-src"] == csp["base-uri"] == "'none'"
    assert {source for value in csp.values() for source in value.split()} == {"'none'", "'self'", "data:"}


def test_behind_https_the_cookie_is_bound_to_the_host_and_browsers_keep_to_https(tmp_path: Path) -> None:
    origin = "https://kithmap.example"
    with opened(tmp_path, origins=[origin]) as at:
        caller = at.caller(origin=origin)
        answer = caller.post("/api/sign-in", json={"name": "ash", "password": PASSWORD})
        assert answer.headers["strict-transport-security"] == "max-age=31536000"
        name, _, rest = answer.headers["set-cookie"].partition("=")
        assert name == "__Host-kithmap" and {part.lower() for part in rest.split("; ")[1:]} == {
            "httponly", "path=/", "samesite=strict", "secure",
        }  # fmt: skip
        assert caller.get("/api/me").status_code == 200
        assert at.caller().get("/api/me").status_code == 421


def test_on_this_machine_without_https_the_cookie_has_another_name(at: Open) -> None:
    answer = at.caller().post("/api/sign-in", json={"name": "ash", "password": PASSWORD})
    name, _, rest = answer.headers["set-cookie"].partition("=")
    assert name == "kithmap-dev"
    assert {part.lower() for part in rest.split("; ")[1:]} == {"httponly", "path=/", "samesite=strict"}
    assert "strict-transport-security" not in answer.headers
