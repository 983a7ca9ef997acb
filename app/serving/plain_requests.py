"""Requests that are what they seem: of one length, of a sensible size, and sent within some time."""

from __future__ import annotations

import asyncio
import re
from typing import Final, NamedTuple

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.serving.error_responses import refusal

LONGEST_ADDRESS: Final = 8_192
"""Bytes of a path with its query."""

MOST_HEADER_BYTES: Final = 32_768
"""Of all headers together."""

_HIDDEN: Final = re.compile(rb"%2f|%5c|%00|[\\\x00]", re.IGNORECASE)
"""Ends of parts of a path that stand in another form: what stands before the service may not see them."""


class Pace(NamedTuple):
    """How slowly a body may come.

    Attributes
    ----------
    grace_s : float
        Seconds in which the first bytes have time, and any after others.
    bytes_per_s : float
        On average, beyond that.
    """

    grace_s: float = 20.0
    bytes_per_s: float = 10_000.0


class PlainRequests:
    """A layer that refuses what servers understand differently, and whoever keeps it waiting.

    Parameters
    ----------
    app : ASGI application
        Inside it.
    pace : Pace
        How slowly a body may come.

    Notes
    -----
    A request that states its length in two ways is two requests to some proxies.
    """

    def __init__(self, app: ASGIApp, *, pace: Pace) -> None:
        self._app = app
        self._pace = pace

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        refused = _refused(scope)
        if refused is not None:
            await refusal(refused, scope["path"], close=True)(scope, receive, send)
            return
        await self._app(scope, _paced(receive, self._pace), send)


def _refused(scope: Scope) -> int | None:
    names = [name for name, _ in scope["headers"]]
    raw = scope.get("raw_path") or scope["path"].encode("utf-8", "surrogatepass")
    if len(raw) + len(scope["query_string"]) > LONGEST_ADDRESS:
        return 414
    if sum(len(name) + len(value) + 4 for name, value in scope["headers"]) > MOST_HEADER_BYTES:
        return 431
    if b"transfer-encoding" in names and b"content-length" in names:
        return 400
    return 400 if _HIDDEN.search(raw) else None


def _paced(receive: Receive, pace: Pace) -> Receive:
    clock = asyncio.get_running_loop().time
    begun_s, read, whole = clock(), 0, False

    async def _receive() -> Message:
        nonlocal read, whole
        if whole:
            # What comes now says that the client has gone.
            return await receive()
        left_s = begun_s + pace.grace_s + read / pace.bytes_per_s - clock()
        try:
            async with asyncio.timeout(min(max(left_s, 0.0), pace.grace_s)):
                message = await receive()
        except TimeoutError as error:
            raise HTTPException(408, headers={"Connection": "close"}) from error
        read += len(message.get("body", b""))
        whole = not message.get("more_body", False)
        return message

    return _receive
