"""When more is asked than can be answered, what is too much is refused at once, and the rest is answered."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from threading import Event, Semaphore

import httpx
import pytest
from fastapi import APIRouter

from app.serving.door import Door, Here
from app.serving.policies import NOTHING, SIGNED_IN, policy
from app.serving.slots import MOST_WITHIN, Crowd
from tests.app.serving.callers import Caller, Open, opened

MOST = 4


class Slow:
    """A route whose answers wait until they are let go."""

    def __init__(self) -> None:
        self.router = APIRouter(route_class=Door)
        self.begun = Semaphore(0)
        self.go = Event()
        self.router.get("/slow", include_in_schema=False)(policy(SIGNED_IN, NOTHING)(self._answer))

    def _answer(self, here: Here) -> dict[str, str]:
        self.begun.release()
        assert self.go.wait(30)
        return {"agency": here.viewer.agency}

    async def all_begun(self, number: int) -> None:
        """Wait until so many are at work."""
        for _ in range(number):
            assert await asyncio.to_thread(self.begun.acquire, timeout=30)


@pytest.fixture
def slow() -> Slow:
    """Return a slow route."""
    return Slow()


@pytest.fixture
def at(tmp_path: Path, slow: Slow) -> Iterator[Open]:
    """Return a service that works on few requests at once."""
    with opened(tmp_path, crowd=Crowd(MOST), more=[slow.router]) as made:
        yield made


def _is_refusal(answer: httpx.Response) -> bool:
    told = answer.json()
    return (answer.status_code, answer.headers["retry-after"], told["type"]) == (503, "5", "/problems/busy")


def test_what_is_too_much_is_refused_at_once_and_the_service_recovers(at: Open, slow: Slow) -> None:
    ash, stranger = at.enter("ash"), at.caller()

    async def _asked() -> tuple[list[httpx.Response], list[httpx.Response]]:
        held = [asyncio.create_task(ash.client.get("/slow")) for _ in range(MOST)]
        await slow.all_begun(MOST)
        more = await asyncio.gather(
            *(ash.client.get(path) for path in ("/slow", "/api/me", "/api/areas") * 5)
        )
        more.append(await stranger.client.get("/api/health"))
        slow.go.set()
        return await asyncio.gather(*held), more

    answered, more = at.wait(_asked())
    assert [answer.status_code for answer in answered] == [200] * MOST
    assert all(_is_refusal(answer) for answer in more[:-1]) and more[-1].status_code == 200
    assert [ash.get(path).status_code for path in ("/slow", "/api/me", "/api/areas")] == [200] * 3


def test_whoever_sends_slowly_keeps_nobody_out(at: Open) -> None:
    ash = at.enter("ash")

    async def _asked() -> tuple[httpx.Response, list[httpx.Response]]:
        go, waiting = asyncio.Event(), list[int]()

        async def _body() -> AsyncIterator[bytes]:
            yield b'{"text": '
            waiting.append(1)
            await go.wait()
            yield b'"a"}'

        headers = {"X-Kithmap-CSRF": ash.csrf, "content-type": "application/json"}
        sent = [
            asyncio.create_task(ash.client.post("/api/search", content=_body(), headers=headers))
            for _ in range(3 * MOST)
        ]
        while len(waiting) < MOST:
            await asyncio.sleep(0.01)
        other = await ash.client.get("/api/me")
        go.set()
        return other, await asyncio.gather(*sent)

    other, _ = at.wait(_asked())
    assert other.status_code == 200


def test_what_is_let_in_is_more_than_comes_in_half_a_second_at_the_rate_that_is_promised() -> None:
    assert MOST_WITHIN > 150 / 2


def test_places_are_given_back_by_whoever_is_refused_inside(at: Open, slow: Slow) -> None:
    _refused_often(at.caller(), at.enter("ash"))
    slow.go.set()
    assert at.enter("ash").get("/slow").status_code == 200


def _refused_often(stranger: Caller, ash: Caller) -> None:
    for _ in range(2 * MOST):
        assert stranger.get("/slow").status_code == 401
        assert ash.get("/api/entities/nobody").status_code == 422
        assert ash.get("/api/audit/verify").status_code == 403
