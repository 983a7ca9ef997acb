"""A service in this process, and people who call it as their browsers would."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import httpx
from fastapi import FastAPI

from app.application import create_service
from app.serving.door import CSRF_HEADER
from tests.app.desk import COUNCIL, Desk
from tests.app.front_door import PASSWORD, quick_hashes

ORIGIN = "http://127.0.0.1:8750"
PURPOSE = {
    "purpose": "safeguarding review",
    "purpose_kind": "law_enforcement",
    "reference": "panel of 3 June",
}
_Done = TypeVar("_Done")


class Open:
    """A running service of a desk's workspace.

    Parameters
    ----------
    desk : Desk
        Whose workspace.
    **more : Any
        As ``create_service`` takes them.
    """

    def __init__(self, desk: Desk, **more: Any) -> None:
        self.desk = desk
        self.service: FastAPI = create_service(desk.folder, clock=desk.clock, **more)
        self.runner = asyncio.Runner()
        self._lifespan = self.service.router.lifespan_context(self.service)
        self.wait(self._lifespan.__aenter__())
        self._callers: list[Caller] = []

    def wait(self, work: Awaitable[_Done]) -> _Done:
        """Run something to its end."""

        async def _whole() -> _Done:
            return await work

        return self.runner.run(_whole())

    def caller(self, *, origin: str = ORIGIN) -> Caller:
        """Return somebody who is not signed in."""
        made = Caller(self, origin)
        self._callers.append(made)
        return made

    def enter(self, name: str, password: str = PASSWORD, **purpose: str) -> Caller:
        """Return somebody who is signed in and has said what for."""
        caller = self.caller()
        assert caller.sign_in(name, password).status_code == 200
        assert caller.put("/api/context", json={**PURPOSE, **purpose}).status_code == 200
        return caller

    def newcomer(
        self, name: str, roles: Sequence[str] = ("analyst",), *, must_change: bool = False, **stated: Any
    ) -> None:
        """Add an account whose password is ``PASSWORD``."""
        account(self.desk, name, roles, must_change=must_change, **stated)

    def ended(self, caller: Caller, job: str) -> dict[str, Any]:
        """Wait for the end of a job."""
        for _ in range(600):
            told: dict[str, Any] = caller.get(f"/api/jobs/{job}").json()
            if told["state"] in ("done", "failed"):
                return told
            time.sleep(0.1)
        raise AssertionError(told)

    def close(self) -> None:
        """Stop the service."""
        for caller in self._callers:
            self.wait(caller.client.aclose())
        self.wait(self._lifespan.__aexit__(None, None, None))
        self.runner.close()


class Caller:
    """A client with its cookies and its CSRF token."""

    def __init__(self, at: Open, origin: str) -> None:
        self._at = at
        transport = httpx.ASGITransport(at.service, raise_app_exceptions=False, client=("192.0.2.7", 50_000))
        self.client = httpx.AsyncClient(transport=transport, base_url=origin)
        self.csrf = ""

    def call(self, method: str, path: str, **more: Any) -> httpx.Response:
        """Send a request with what a page of the service would send."""
        headers: dict[str, Any] = {CSRF_HEADER: self.csrf} if self.csrf else {}
        headers |= more.pop("headers", {})
        return self._at.wait(self.client.request(method, path, headers=headers, **more))

    def get(self, path: str, **more: Any) -> httpx.Response:
        """Ask."""
        return self.call("GET", path, **more)

    def post(self, path: str, **more: Any) -> httpx.Response:
        """Send."""
        return self.call("POST", path, **more)

    def put(self, path: str, **more: Any) -> httpx.Response:
        """Put."""
        return self.call("PUT", path, **more)

    def sign_in(self, name: str, password: str = PASSWORD) -> httpx.Response:
        """Sign in and keep the token for unsafe requests."""
        answer = self.post("/api/sign-in", json={"name": name, "password": password})
        if answer.status_code == 200:
            self.csrf = answer.json()["csrf"]
        return answer


def account(
    desk: Desk, name: str, roles: Sequence[str] = ("analyst",), *, must_change: bool = False, **stated: Any
) -> None:
    """Add an account whose password is ``PASSWORD``; whoever sits at the desk goes on sitting there."""
    from app.accounts import NewAccount
    from app.use_cases.accounts import add

    settings = desk.folder / "settings.toml"
    before = settings.read_text("utf-8")
    desk.sit(roles=["admin"])
    new = NewAccount(name, stated.get("agency", COUNCIL), tuple(roles), tuple(stated.get("areas", ())))
    with quick_hashes():
        if not (desk.folder / "accounts.db").exists():
            add(desk.workspace(), NewAccount("robin", COUNCIL, ("admin",)), PASSWORD, must_change=False)
        add(desk.workspace(), new, PASSWORD, must_change=must_change)
    settings.write_text(before, encoding="utf-8")


@contextmanager
def opened(folder: Path | Desk, **more: Any) -> Iterator[Open]:
    """Open a service; an analyst called ``ash`` and an administrator called ``robin`` have accounts."""
    with quick_hashes():
        desk = folder if isinstance(folder, Desk) else Desk(folder)
        account(desk, "ash")
        at = Open(desk, **more)
        try:
            yield at
        finally:
            at.close()


@contextmanager
def reopened(desk: Desk, **more: Any) -> Iterator[Open]:
    """Open the service of a workspace again that has its accounts already."""
    with quick_hashes():
        at = Open(desk, **more)
        try:
            yield at
        finally:
            at.close()
