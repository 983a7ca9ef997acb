"""The door of every route: from where a request comes, who sends it, how much, and whether they may."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Annotated, Any, Final, NamedTuple

from fastapi import Depends, FastAPI, Request
from fastapi.routing import APIRoute, iter_route_contexts
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.types import Message

from app.serving.policies import MOST_BYTES, PUBLIC, SIGNED_IN, Policy, policy_of
from app.serving.slots import Crowd, Slots
from app.sessions import Session, check_csrf, check_recent
from app.use_cases.signing_in import Entrance, session_of, workspace_of
from app.workspace import Workspace
from graph.errors import NotPermittedError

CSRF_HEADER: Final = "X-Kithmap-CSRF"
_SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_ELSEWHERE: Final = "the request does not come from a page of this service"


class House(NamedTuple):
    """What all doors of a service share.

    Attributes
    ----------
    entrance : Entrance
        Where people sign in.
    origins : frozenset of str
        Where the service's own pages come from, such as ``https://kithmap.example``.
    cookie : str
        Name of the session's cookie.
    slots : Slots
        Places for heavy work.
    crowd : Crowd
        How many requests are worked on at once.
    """

    entrance: Entrance
    origins: frozenset[str]
    cookie: str
    slots: Slots
    crowd: Crowd

    @property
    def https(self) -> bool:
        """Whether pages come over HTTPS."""
        return any(origin.startswith("https://") for origin in self.origins)


class Seat(NamedTuple):
    """Who sits behind a request.

    Attributes
    ----------
    token : str
        Of the session.
    session : Session
        As it is now.
    workspace : Workspace
        Opened as this account, for what the session is for.
    """

    token: str
    session: Session
    workspace: Workspace


class Door(APIRoute):
    """A route that nobody passes unseen.

    Parameters
    ----------
    path : str
        Of the route.
    endpoint : callable
        Answers; declares a policy.
    **more : Any
        As FastAPI takes them.
    """

    def __init__(self, path: str, endpoint: Callable[..., Any], **more: Any) -> None:
        self.policy = policy_of(endpoint, path)
        said = {"x-kithmap-policy": self.policy.action, "x-kithmap-audit": self.policy.records}
        more["openapi_extra"] = {**(more.get("openapi_extra") or {}), **said, **_security(self.policy, more)}
        super().__init__(path, endpoint, **more)

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return what answers a request, behind the door.

        Returns
        -------
        callable
            Takes a request whose body nobody has read.
        """
        answer, stated = super().get_route_handler(), self.policy

        async def _through(request: Request) -> Response:
            bounded, house = _bounded(request, stated.most_bytes), house_of(request)
            if stated.action == PUBLIC:
                # Whoever watches the service is answered when it is full; signing in has turns of its own.
                await run_in_threadpool(_let_in, request, stated)
                return await answer(bounded)
            with house.crowd.joined():
                await run_in_threadpool(_let_in, request, stated)
            if stated.most_bytes > MOST_BYTES:
                # A file, which is read piece by piece.
                return await answer(bounded)
            # Whoever sends slowly waits outside, and holds no place.
            await bounded.body()
            if not stated.heavy:
                with house.crowd.joined():
                    return await answer(bounded)
            async with house.slots.held():
                return await answer(bounded)

        return _through


def _security(stated: Policy, more: dict[str, Any]) -> dict[str, Any]:
    if stated.action == PUBLIC:
        return {"security": []}
    unsafe = not _SAFE.issuperset(more.get("methods") or ())
    return {"security": [{"session": [], "csrf": []} if unsafe else {"session": []}]}


def check_doors(service: FastAPI) -> None:
    """Refuse to start a service that has a way in without a door.

    Parameters
    ----------
    service : FastAPI
        With all its routes.

    Raises
    ------
    TypeError
        A route that declares no policy and no kind of audit event.
    """
    for route in iter_route_contexts(service.routes):
        if not isinstance(route.original_route, Door):
            raise TypeError(f"{route.path} declares no policy and no kind of audit event")


def house_of(request: Request) -> House:
    """Return what all doors share.

    Parameters
    ----------
    request : Request
        To the service.

    Returns
    -------
    House
        Of the service.
    """
    house: House = request.app.state.house
    return house


def seat_of(request: Request) -> Seat:
    """Return who sits behind a request that has passed its door.

    Parameters
    ----------
    request : Request
        Of somebody who is signed in.

    Returns
    -------
    Seat
        Account, purpose and workspace.
    """
    seat: Seat = request.state.seat
    return seat


# Not in a thread of its own: each turn of a thread costs more than what is done in it.
async def _workspace_of_request(request: Request) -> Workspace:
    return seat_of(request).workspace


async def _seat_of_request(request: Request) -> Seat:
    return seat_of(request)


Here = Annotated[Workspace, Depends(_workspace_of_request)]
"""The workspace as the account behind the request opens it."""

Seated = Annotated[Seat, Depends(_seat_of_request)]
"""The account behind the request, with its session."""


def _let_in(request: Request, stated: Policy) -> None:
    house, unsafe = house_of(request), request.method not in _SAFE
    if unsafe or stated.action != PUBLIC:
        _check_host(request, house)
    if unsafe:
        _check_origin(request, house)
    if stated.action == PUBLIC:
        return
    token = request.cookies.get(house.cookie, "")
    session = session_of(house.entrance, token, changing_password=stated.temporary)
    if unsafe:
        check_csrf(token, request.headers.get(CSRF_HEADER, ""))
    workspace = workspace_of(house.entrance, session)
    if stated.action != SIGNED_IN:
        workspace.permit(stated.action)
    if stated.recent:
        check_recent(session, house.entrance.clock())
    request.state.seat = Seat(token, session, workspace)


def _check_host(request: Request, house: House) -> None:
    # Another site's name that leads to this address would otherwise count as its pages' own.
    host = request.headers.get("host", "")
    if host not in {origin.partition("://")[2] for origin in house.origins}:
        raise HTTPException(421)


def _check_origin(request: Request, house: House) -> None:
    origin = request.headers.get("origin")
    site = request.headers.get("sec-fetch-site", "same-origin")
    if (origin is not None and origin not in house.origins) or site != "same-origin":
        raise NotPermittedError(_ELSEWHERE)


def _bounded(request: Request, most: int) -> Request:
    length = request.headers.get("content-length", "0")
    if not length.isascii() or not length.isdigit() or int(length[:20]) > most:
        raise _too_large(most)
    read = 0

    async def _receive() -> Message:
        nonlocal read
        message = await request.receive()
        read += len(message.get("body", b""))
        if read > most:
            raise _too_large(most)
        return message

    return Request(request.scope, _receive)


def _too_large(most: int) -> HTTPException:
    return HTTPException(413, f"A request to this address has {most:,} bytes at most.")
