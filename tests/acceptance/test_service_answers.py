"""On the invented partnership: every answer of every address that is read has the form that is described."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import jsonschema
import pytest
from fastapi.routing import iter_route_contexts

from app.settings import read_settings
from graph.ledger.writing import wall_clock_us
from tests.app.desk import Desk, quick_folder
from tests.app.front_door import quick_hashes
from tests.app.serving.callers import Caller, Open, account, reopened
from tests.app.serving.tour import PAGES, Ids, gone, prepared, tour

pytestmark = [pytest.mark.demo, pytest.mark.slow, pytest.mark.timeout(900)]


class Visited(NamedTuple):
    """A service, its description, what is in it, and people of several roles."""

    at: Open
    document: dict[str, Any]
    ids: Ids
    callers: dict[str, Caller]


@pytest.fixture(scope="module")
def visited(demo_folder: Path) -> Iterator[Visited]:
    """Return a service of a copy of the invented partnership."""
    desk = Desk(quick_folder(), like=demo_folder / "workspace")
    desk.now_us = wall_clock_us()
    agency = read_settings(desk.folder).operator.agency
    with quick_hashes():
        for name, role in (("ash", "analyst"), ("elder", "intel_officer"), ("birch", "ig_auditor")):
            account(desk, name, [role], agency=agency)
    with reopened(desk) as at:
        callers = {name: at.enter(name) for name in ("ash", "elder", "birch")}
        review = datetime.fromtimestamp(desk.now_us / 1_000_000, tz=UTC).date() + timedelta(days=90)
        ids = prepared(at, callers["ash"], review=review.isoformat())
        yield Visited(at, callers["ash"].get("/openapi.json").json(), ids, callers)
    gone(desk)


def _form(document: dict[str, Any], operation: str, status: int, media_type: str) -> dict[str, Any]:
    method, _, path = operation.partition(" ")
    content = document["paths"][path][method.lower()]["responses"][str(status)]["content"]
    form: dict[str, Any] = content[media_type]["schema"]
    return {**form, "components": document["components"]}


def _more(ids: Ids, ash: Caller) -> list[tuple[str, str]]:
    """Return addresses in which answers have every part they can have."""
    kinds: dict[str, str] = {}
    for text in ("am", "be", "ma", "no", "pa", "st", "gr", "07", "b", "r"):
        found = ash.post("/api/search", json={"text": text, "limit": 200, "names": True}).json()["rows"]
        kinds |= {row["kind"]: row["id"] for row in found}
    links = ash.get(f"/api/entities/{ids.person}/neighbours?names=true").json()
    rows = re.findall(r'"id":\s*"([0-9a-z-]{13,40})"', ash.get("/api/hotspots").text)[:3]
    entity = "GET /api/entities/{entity}"
    assert len(kinds) > 1 and links
    return [
        *((entity, f"/api/entities/{who}?names=true") for who in kinds.values()),
        *((f"{entity}/neighbours", f"/api/entities/{who}/neighbours?limit=50") for who in kinds.values()),
        (f"{entity}/neighbours", f"/api/entities/{ids.person}/neighbours?limit=0"),
        *(("GET /api/why/{row}", f"/api/why/{row}") for row in (ids.row, *rows)),
        ("GET /api/paths", f"/api/paths?a={ids.person}&b={ids.other}&k=5&names=true"),
        ("GET /api/clusters", "/api/clusters?names=true&doubtful=true"),
        ("GET /api/clusters", "/api/clusters?window_from=1950-01-01&window_to=1950-12-31"),
        ("GET /api/cross-border", "/api/cross-border?names=true"),
        ("GET /api/hotspots", "/api/hotspots?each=type&each=month"),
        ("GET /api/hotspots", "/api/hotspots?sort=missing_episode&q=0.2"),
        ("GET /api/hotspots", "/api/hotspots?category=none"),
        ("GET /api/hotspots.geojson", "/api/hotspots.geojson?category=none"),
        ("GET /api/groups", "/api/groups?names=true&known_on=2200-01-01"),
    ]


def test_every_answer_that_is_read_has_its_form(visited: Visited) -> None:
    at, document, ids, callers = visited
    reads = [(call.operation, call.path) for call in tour(ids) if call.method == "GET"]
    reads += _more(ids, callers["ash"])
    seen = {"GET /openapi.json"}
    for operation, path in reads:
        for caller in callers.values():
            answer = caller.get(path)
            assert answer.status_code < 500, (path, answer.text)
            if answer.status_code != 200 or operation == "GET /openapi.json":
                continue
            form = _form(document, operation, 200, answer.headers["content-type"].partition(";")[0])
            faults = list(jsonschema.Draft202012Validator(form).iter_errors(answer.json()))
            assert faults == [], (path, faults[0].message, list(faults[0].absolute_path))
            seen.add(operation)
    declared = {
        f"{method} {route.path}"
        for route in iter_route_contexts(at.service.routes)
        for method in route.methods or ()
        if method == "GET"
    }
    assert seen == declared - PAGES


def test_every_answer_to_a_question_in_a_body_has_its_form(visited: Visited) -> None:
    _, document, ids, callers = visited
    bodies: dict[str, list[dict[str, Any]]] = {
        "/api/search": [{"text": text, "names": True} for text in ("a", "qu", "", "0", ids.person)],
        "/api/neighbourhood": [
            {"entities": [ids.person, ids.other], "hops": hops, "places": True, "names": True}
            for hops in (0, 1, 3)
        ],
        "/api/timeline": [{"entities": [ids.person]}, {"entities": [ids.person], "as_of": "1950-01-01"}],
    }
    for path, asked in bodies.items():
        form = _form(document, f"POST {path}", 200, "application/json")
        for body in asked:
            answer = callers["ash"].post(path, json=body)
            assert answer.status_code == 200, (path, body, answer.text)
            jsonschema.Draft202012Validator(form).validate(answer.json())
