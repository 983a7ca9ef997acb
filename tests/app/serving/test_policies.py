"""Every route says who may use it and what it leaves on the audit log, and is held to both."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import APIRouter
from fastapi.routing import iter_route_contexts

from app.access import ACTIONS
from app.application import create_service
from app.serving.door import Door
from app.serving.policies import NOTHING, PUBLIC, SIGNED_IN, Policy, policy
from app.settings import ROLES
from tests.app.serving.callers import Caller, Open, opened
from tests.app.serving.tour import PAGES, SILENT, Call, Ids, gone, peopled, prepared, tour

REVIEWED = {
    "GET /api/health": Policy(PUBLIC, NOTHING),
    "GET /openapi.json": Policy(SIGNED_IN, NOTHING),
    "POST /api/sign-in": Policy(PUBLIC, "consultation"),
    "POST /api/sign-out": Policy(SIGNED_IN, "consultation", temporary=True),
    "GET /api/me": Policy(SIGNED_IN, NOTHING, temporary=True),
    "PUT /api/context": Policy(SIGNED_IN, "consultation"),
    "POST /api/password": Policy(SIGNED_IN, "alteration", temporary=True),
    "GET /api/clusters": Policy("clusters", "consultation", heavy=True),
    "GET /api/cross-border": Policy("cross_border", "consultation", heavy=True),
    "GET /api/hotspots": Policy("hotspots", "consultation", heavy=True),
    "GET /api/hotspots.geojson": Policy("hotspots", "consultation", heavy=True),
    "GET /api/hotspots/themes": Policy("hotspots", "consultation", heavy=True),
    "GET /api/concern": Policy("hotspots", "consultation", heavy=True),
    "GET /api/flows": Policy("cross_border", "consultation", heavy=True),
    "POST /api/places": Policy("explore", "consultation", heavy=True),
    "GET /api/why/{row}": Policy("why", "consultation"),
    "POST /api/search": Policy("search", "consultation"),
    "GET /api/entities/{entity}": Policy("explore", "consultation"),
    "GET /api/entities/{entity}/neighbours": Policy("explore", "consultation"),
    "POST /api/neighbourhood": Policy("explore", "consultation"),
    "GET /api/views": Policy("explore", "consultation"),
    "POST /api/views": Policy("explore", "consultation"),
    "GET /api/views/{view}": Policy("explore", "consultation"),
    "PUT /api/views/{view}": Policy("explore", "consultation"),
    "DELETE /api/views/{view}": Policy("explore", "erasure"),
    "GET /api/paths": Policy("explore", "consultation"),
    "POST /api/timeline": Policy("explore", "consultation"),
    "GET /api/areas": Policy(SIGNED_IN, "consultation", heavy=True),
    "GET /api/groups": Policy("groups", "consultation"),
    "GET /api/groups/{group}": Policy("groups", "consultation"),
    "POST /api/groups": Policy("groups", "alteration", recent=True),
    "PATCH /api/groups/{group}": Policy("groups", "alteration", recent=True),
    "POST /api/groups/{group}/dissolve": Policy("groups", "alteration", recent=True),
    "GET /api/products": Policy("products", "consultation"),
    "POST /api/products/{product}/approve": Policy("approve", "alteration", recent=True),
    "POST /api/briefings": Policy("brief", "disclosure", heavy=True),
    "POST /api/briefings/file": Policy("brief", "disclosure", heavy=True),
    "POST /api/exports": Policy("export", "disclosure", heavy=True),
    "GET /api/mappings": Policy("import", NOTHING),
    "GET /api/imports": Policy("import", NOTHING),
    "POST /api/imports": Policy("import", "collection"),
    "GET /api/imports/{draft}": Policy("import", NOTHING),
    "PUT /api/imports/{draft}/files/{name}": Policy("import", "collection", most_bytes=500_000_000),
    "POST /api/imports/{draft}/check": Policy("import", "collection"),
    "POST /api/imports/{draft}/load": Policy("import", "collection"),
    "DELETE /api/imports/{draft}": Policy("import", "erasure"),
    "GET /api/jobs/{job}": Policy(SIGNED_IN, NOTHING),
    "GET /api/methods": Policy(SIGNED_IN, NOTHING),
    "GET /api/methods/{name}": Policy(SIGNED_IN, NOTHING),
    "GET /api/audit/verify": Policy("audit", "consultation", heavy=True),
}
"""The table that a reviewer reads; a new route has a line here."""

LATER = {"POST /api/imports/{draft}/check", "POST /api/imports/{draft}/load"}
"""Whose job writes the event."""


@pytest.fixture(scope="module")
def at() -> Iterator[Open]:
    """Return a service with something of each sort, and an account for each role."""
    desk = peopled()
    with opened(desk) as made:
        for role in ROLES:
            made.newcomer(role.replace("_", "."), [role])
        yield made
    gone(desk)


@pytest.fixture(scope="module")
def ids(at: Open) -> Ids:
    """Return ids that are there."""
    return prepared(at, at.enter("ash"))


def _declared(at: Open) -> dict[str, Policy]:
    found: dict[str, Policy] = {}
    for route in iter_route_contexts(at.service.routes):
        assert isinstance(route.original_route, Door) and route.methods is not None
        found |= {f"{method} {route.path}": route.original_route.policy for method in route.methods}
    return found


def test_every_route_has_the_policy_that_was_reviewed(at: Open) -> None:
    pages = dict.fromkeys(PAGES, Policy(PUBLIC, NOTHING))
    assert _declared(at) == REVIEWED | pages


def test_the_tour_visits_every_route(at: Open) -> None:
    calls = tour(Ids._make(["x"] * len(Ids._fields)))
    assert sorted(call.operation for call in calls) == sorted({*_declared(at)} - PAGES)
    assert {name for name, stated in REVIEWED.items() if stated.records == NOTHING} == SILENT


def test_a_function_without_a_policy_stops_the_application() -> None:
    router = APIRouter(route_class=Door)

    def _open_to_all() -> str:
        return "data"

    with pytest.raises(TypeError, match="/api/new declares no policy and no kind of audit event"):
        router.get("/api/new")(_open_to_all)


def test_a_route_without_a_door_stops_the_application(tmp_path: Path) -> None:
    router = APIRouter()
    router.get("/api/new")(policy(PUBLIC, NOTHING)(lambda: "data"))
    with pytest.raises(TypeError, match="/api/new declares no policy"):
        create_service(tmp_path, more=[router])


@pytest.mark.parametrize(
    "stated", [("read", "consultation"), ("clusters", "look"), ("", ""), ("clusters", "")]
)
def test_a_word_that_means_nothing_is_no_policy(stated: tuple[str, str]) -> None:
    with pytest.raises(TypeError, match="no such policy"):
        policy(*stated)


def _asked(caller: Caller, call: Call) -> tuple[int, str]:
    answer = caller.call(call.method, call.path, **call.more)
    told = answer.json() if "json" in answer.headers.get("content-type", "") else {}
    return answer.status_code, str(told.get("type", ""))


@pytest.mark.parametrize("role", ROLES)
def test_a_role_may_use_what_its_acts_allow_and_nothing_else(at: Open, role: str) -> None:
    # Nothing has these ids: whoever passes the door finds nothing, or what the body lacks.
    ids = Ids._make(["00000000-1", *["0" * 13] * 3, "0" * 8, *["0" * 16] * 4])
    caller = at.enter(role.replace("_", "."))
    for call in tour(ids):
        stated = REVIEWED[call.operation]
        if call.operation in ("POST /api/password", "POST /api/sign-in", "POST /api/sign-out"):
            continue
        status, kind = _asked(caller, call)
        allowed = stated.action in (PUBLIC, SIGNED_IN) or stated.action in ACTIONS[role]
        refused = (status, kind) == (403, "/problems/not-permitted")
        assert refused is not allowed, (call.operation, status, kind)


def test_a_refusal_is_on_the_audit_log(at: Open) -> None:
    caller = at.enter("op.group")
    assert caller.get("/api/clusters").status_code == 403
    event = at.desk.events()[-1]
    assert (event["action"], event["decision"], event["actor"]) == ("clusters", "deny", "op.group")


def test_nobody_passes_without_a_session(at: Open, ids: Ids) -> None:
    stranger = at.caller()
    for call in tour(ids):
        status, kind = _asked(stranger, call)
        expected = (401, "/problems/not-signed-in")
        assert ((status, kind) == expected) is (call.operation != "GET /api/health"), call.operation


def test_every_answer_is_on_the_log_as_its_route_declares() -> None:
    desk = peopled()
    with opened(desk) as at:
        at.newcomer("elder", ["intel_officer"])
        at.newcomer("birch", ["ig_auditor"])
        ash = at.enter("ash")
        ids = prepared(at, ash)
        others = {"approve": at.enter("elder"), "audit": at.enter("birch")}
        for call in tour(ids):
            stated = REVIEWED[call.operation]
            before = len(desk.events())
            answer = others.get(stated.action, ash).call(call.method, call.path, **call.more)
            assert answer.status_code < 300, (call.operation, answer.text)
            if call.operation in LATER:
                at.ended(ash, answer.json()["id"])
            if "csrf" in answer.text and call.method == "POST":
                ash.csrf = answer.json()["csrf"]
            kinds = {event["kind"] for event in desk.events()[before:]}
            assert (stated.records in kinds) is (call.operation not in SILENT), call.operation
            assert kinds or call.operation in SILENT
    gone(desk)
