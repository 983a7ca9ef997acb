"""A few heavy answers at once: the others wait a while, and beyond that are told to come back."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.exceptions import HTTPException

from app.serving.error_responses import RETRY_AFTER_S


class Slots:
    """Places for heavy work in one process.

    Parameters
    ----------
    at_once : int, optional
        How many are worked on at once; one for each processor when left out.
    waiting : int, optional
        How many wait for a place.
    longest_s : float, optional
        How long one waits, in seconds.
    """

    def __init__(self, at_once: int | None = None, *, waiting: int = 16, longest_s: float = 20.0) -> None:
        self._places = asyncio.Semaphore(at_once or os.cpu_count() or 1)
        self._room = waiting
        self._longest_s = longest_s

    @asynccontextmanager
    async def held(self) -> AsyncIterator[None]:
        """Hold a place.

        Yields
        ------
        None
            While the work is done.

        Raises
        ------
        HTTPException
            Status 503: too many wait already, or it took too long.
        """
        if self._places.locked():
            await self._wait()
        else:
            await self._places.acquire()
        try:
            yield
        finally:
            self._places.release()

    async def _wait(self) -> None:
        if not self._room:
            raise _busy()
        self._room -= 1
        try:
            async with asyncio.timeout(self._longest_s):
                await self._places.acquire()
        except TimeoutError as error:
            raise _busy() from error
        finally:
            self._room += 1


def _busy() -> HTTPException:
    return HTTPException(
        503, "Too many wait for such answers: try again in a moment.", {"Retry-After": str(RETRY_AFTER_S)}
    )
