"""The service: routes behind doors, over one workspace."""

from __future__ import annotations

import gc
import os
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
from app.serving.plain_requests import Pace, PlainRequests
from app.serving.policies import NOTHING, SIGNED_IN, policy
from app.serving.slots import Crowd, Slots
from app.serving.sweeping import HOURLY_S, sweeping
from app.serving.work_limits import limits_of
from app.settings import read_settings
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
_SELDOM: Final = 20_000
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
    crowd: Crowd | None = None,
    sweep_every_s: float = HOURLY_S,
    pace: Pace = Pace(),  # noqa: B008 - never changes
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
    crowd : Crowd, optional
        How many requests are worked on at once.
    sweep_every_s : float, optional
        Seconds after which what has lapsed is deleted again.
    pace : Pace, optional
        How slowly bodies may come.
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
        stated = read_settings(folder).service
        with open_entrance(folder, clock) as entrance:
            service.state.house = House(
                entrance, frozenset(origins), cookie, slots or Slots(), crowd or Crowd()
            )
            service.state.jobs = Jobs(folder, limits_of(stated))
            service.state.marking = stated.marking
            service.state.sign_ins = Slots(sessions.AT_ONCE, waiting=sessions.WAITING, longest_s=30.0)
            try:
                async with sweeping(folder, clock, every_s=sweep_every_s):
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
    service.add_middleware(PlainRequests, pace=pace)
    service.add_middleware(SafeAnswers, https=https)
    handle_errors(service)
    for router in (*ROUTERS, _described(service), *more):
        service.include_router(router)
    describe(service, cookie)
    check_doors(service)
    return service


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
    service = create_service(
        Path(os.environ[FOLDER_VARIABLE]), origins=frozenset(os.environ[ORIGINS_VARIABLE].split())
    )
    # What is loaded by now stays: looking for rubbish passes it by, and an answer leaves little.
    gc.collect()
    gc.freeze()
    gc.set_threshold(_SELDOM, 20, 50)
    return service
