"""What nobody fetched or finished: deleted when the service starts, and every hour after."""

from __future__ import annotations

import asyncio
import logging
import shutil
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Final

from starlette.concurrency import run_in_threadpool

from app.use_cases.import_drafts import sweep_drafts
from graph.errors import KithmapError

OUTGOING: Final = "outgoing"
HOURLY_S: Final = 3_600.0
_LEFT_S: Final = 3_600
_LOG: Final = logging.getLogger("kithmap")


def sweep(folder: Path, clock: Callable[[], int]) -> None:
    """Delete import drafts of yesterday, and copies that a killed process left.

    Parameters
    ----------
    folder : Path
        The workspace.
    clock : callable
        The time in UTC microseconds.
    """
    for left in (folder / OUTGOING).glob("*"):
        # Another process may be writing just now.
        with suppress(FileNotFoundError):
            if left.stat().st_mtime < time.time() - _LEFT_S:
                shutil.rmtree(left, ignore_errors=True)
    try:
        sweep_drafts(folder, clock)
    except KithmapError as error:
        # Answers do not wait for it; without an audit log nothing is deleted either.
        _LOG.error("import drafts were not swept: %s", type(error).__name__)


@asynccontextmanager
async def sweeping(
    folder: Path, clock: Callable[[], int], *, every_s: float = HOURLY_S
) -> AsyncIterator[None]:
    """Sweep now and again as long as the service runs.

    Parameters
    ----------
    folder : Path
        The workspace.
    clock : callable
        The time in UTC microseconds.
    every_s : float, optional
        Seconds from one time to the next.

    Yields
    ------
    None
        Once it was swept for the first time.
    """
    await run_in_threadpool(sweep, folder, clock)

    async def _again() -> None:
        while True:
            await asyncio.sleep(every_s)
            await run_in_threadpool(sweep, folder, clock)

    task = asyncio.create_task(_again())
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
