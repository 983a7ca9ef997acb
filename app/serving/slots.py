"""How many answers at once: beyond that requests are told to come back instead of waiting for long."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Final

from starlette.exceptions import HTTPException

from app.serving.error_responses import RETRY_AFTER_S

MOST_WITHIN: Final = 128
"""Requests that one process works on or keeps waiting: what it answers in one or two seconds."""


class Crowd:
    """How many requests are within one process; those beyond are sent away at once.

    Parameters
    ----------
    most : int, optional
        How many are let in, those that wait for a thread among them.

    Notes
    -----
    Whoever asks when more is asked than can be answered gets a short refusal at once, and the others
    their answers in time, instead of everybody waiting until they have gone. To be used by the one thread
    that takes requests in.
    """

    def __init__(self, most: int = MOST_WITHIN) -> None:
        self._room = most

    @contextmanager
    def joined(self) -> Iterator[None]:
        """Be one of them.

        Yields
        ------
        None
            While the request is worked on.

        Raises
        ------
        HTTPException
            Status 503: too many are within.
        """
        if self._room <= 0:
            raise _busy()
        self._room -= 1
        try:
            yield
        finally:
            self._room += 1


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
