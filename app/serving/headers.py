"""Headers that every answer carries, and faults that no answer tells of."""

from __future__ import annotations

import logging
import secrets
import traceback
from typing import Final

from starlette.datastructures import MutableHeaders
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.serving.error_responses import internal_problem

CSP: Final = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
        "object-src 'none'",
    )
)
HEADERS: Final = {
    "Content-Security-Policy": CSP,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
}
_HTTPS_ONLY: Final = {"Strict-Transport-Security": "max-age=31536000"}
_LOG: Final = logging.getLogger("kithmap")


class SafeAnswers:
    """The outermost layer: headers on every answer, and a plain answer where the program failed.

    Parameters
    ----------
    app : ASGI application
        Inside it.
    https : bool
        Whether clients speak HTTPS to what stands before the service.
    """

    def __init__(self, app: ASGIApp, *, https: bool) -> None:
        self._app = app
        self._headers = HEADERS | _HTTPS_ONLY if https else HEADERS

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun = False

        async def _send(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = True
                headers = MutableHeaders(scope=message)
                headers.update(self._headers)
                headers.setdefault("Cache-Control", "no-store")
            await send(message)

        try:
            await self._app(scope, receive, _send)
        except ClientDisconnect:
            return
        except Exception as error:
            occurrence = logged_fault(error)
            if begun:
                raise
            await internal_problem(occurrence)(scope, receive, _send)


def logged_fault(error: Exception) -> str:
    """Log where a fault arose and of what class it is: its words may hold what was read.

    Parameters
    ----------
    error : Exception
        That nobody expected.

    Returns
    -------
    str
        A number under which it is on the log.
    """
    occurrence = secrets.token_hex(8)
    where = " < ".join(
        f"{frame.filename}:{frame.lineno} {frame.name}"
        for frame in reversed(traceback.extract_tb(error.__traceback__)[-6:])
    )
    _LOG.error("fault %s: %s at %s", occurrence, type(error).__name__, where)
    return occurrence
