"""The service: routes behind doors, over one workspace."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import AsyncIterator, Callable, Collection
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final

from fastapi import APIRouter, FastAPI
from starlette.responses import JSONResponse

from app.routes import (
    areas,
    audit,
    briefings,
    clusters,
    cross_border,
    explore,
    exports,
    groups,
    health,
    hotspots,
    imports,
    jobs,
    map_page,
    methods,
    pages,
    products,
    sessions,
    views,
    why,
)
from app.serving.answer_forms import PROBLEM_RESPONSE, answer_forms, describe
from app.serving.door import Door, House, check_doors
from app.serving.error_responses import handle_errors
from app.serving.headers import SafeAnswers
from app.serving.jobs import Jobs
from app.serving.policies import NOTHING, SIGNED_IN, policy
from app.serving.slots import Slots
from app.use_cases.signing_in import open_entrance
from graph.ledger.writing import wall_clock_us

ROUTERS: Final = (
    health.router,
    sessions.router,
    clusters.router,
    cross_border.router,
    hotspots.router,
    why.router,
    explore.router,
    views.router,
    areas.router,
    map_page.router,
    groups.router,
    products.router,
    briefings.router,
    exports.router,
    imports.router,
    jobs.router,
    methods.router,
    audit.router,
    pages.router,
)
COOKIE: Final = "__Host-kithmap"
LOOPBACK_COOKIE: Final = "kithmap-dev"
"""Without HTTPS a cookie that is called secure is kept by some browsers and dropped by others."""

PORT: Final = 8750
FOLDER_VARIABLE: Final = "KITHMAP_WORKSPACE"
ORIGINS_VARIABLE: Final = "KITHMAP_ORIGINS"
_LEFT_S: Final = 3_600
_NO_TELEMETRY: Final[Any] = {
    "tracing": False,
    "metrics": False,
    "logs": False,
    "operation_spans": False,
    "auto_configure": False,
}


def loopback_origins(port: int) -> frozenset[str]:
    """Return where pages of a service on this machine come from.

    Parameters
    ----------
    port : int
        That it listens on.

    Returns
    -------
    frozenset of str
        The names that this machine has for itself.
    """
    return frozenset(f"http://{host}:{port}" for host in ("127.0.0.1", "localhost", "[::1]"))


def create_service(
    folder: Path,
    *,
    clock: Callable[[], int] = wall_clock_us,
    origins: Collection[str] = loopback_origins(PORT),
    slots: Slots | None = None,
    more: Collection[APIRouter] = (),
) -> FastAPI:
    """Make the service of a workspace.

    Parameters
    ----------
    folder : Path
        The workspace.
    clock : callable, optional
        The time in UTC microseconds.
    origins : collection of str, optional
        Where its own pages come from: it answers to these names, and unsafe requests come from there.
    slots : Slots, optional
        Places for heavy work; one for each processor when left out.
    more : collection of APIRouter, optional
        Other routes.

    Returns
    -------
    FastAPI
        An ASGI application, which opens the accounts when it starts.

    Raises
    ------
    TypeError
        A route declares no policy and no kind of audit event.
    """
    answer_forms()
    https = all(origin.startswith("https://") for origin in origins)
    cookie = COOKIE if https else LOOPBACK_COOKIE

    @asynccontextmanager
    async def _open(service: FastAPI) -> AsyncIterator[None]:
        _sweep(folder / exports.FOLDER)
        with open_entrance(folder, clock) as entrance:
            service.state.house = House(entrance, frozenset(origins), cookie, slots or Slots())
            service.state.jobs = Jobs(folder)
            try:
                yield
            finally:
                service.state.jobs.close()

    service = FastAPI(
        title="Kithmap",
        # Its own pages of documentation load from other machines, and its telemetry sends to them.
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        telemetry=_NO_TELEMETRY,
        redirect_slashes=False,
        responses=PROBLEM_RESPONSE,
        lifespan=_open,
    )
    service.add_middleware(SafeAnswers, https=https)
    handle_errors(service)
    for router in (*ROUTERS, _described(service), *more):
        service.include_router(router)
    describe(service, cookie)
    check_doors(service)
    return service


def _sweep(outgoing: Path) -> None:
    """Delete what a process that was killed left behind; another may be writing just now."""
    for left in outgoing.glob("*"):
        if left.stat().st_mtime < time.time() - _LEFT_S:
            shutil.rmtree(left, ignore_errors=True)


def _described(service: FastAPI) -> APIRouter:
    router = APIRouter(route_class=Door)

    @router.get("/openapi.json", include_in_schema=False)
    @policy(SIGNED_IN, NOTHING)
    def _openapi() -> JSONResponse:
        return JSONResponse(service.openapi())

    return router


def service_of_environment() -> FastAPI:
    """Make the service that the environment names, in one of several processes.

    Returns
    -------
    FastAPI
        As ``kithmap serve`` asked for it.
    """
    return create_service(
        Path(os.environ[FOLDER_VARIABLE]), origins=frozenset(os.environ[ORIGINS_VARIABLE].split())
    )
