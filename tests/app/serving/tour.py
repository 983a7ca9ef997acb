"""One request to every operation of a service, with ids that are there."""

from __future__ import annotations

import shutil
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from tests.app.briefs import MEMBERS, child, friends
from tests.app.desk import COUNCIL, Desk, incident, quick_folder, squares
from tests.app.front_door import OTHER, PASSWORD
from tests.app.serving.callers import PURPOSE, Caller, Open

SILENT = frozenset(
    {
        "GET /api/health",
        "GET /api/me",
        "GET /api/mappings",
        "GET /api/imports",
        "GET /api/imports/{draft}",
        "GET /api/jobs/{job}",
        "GET /api/methods",
        "GET /api/methods/{name}",
        "GET /openapi.json",
    }
)
"""Operations that tell nothing of anybody, and leave no event."""


PAGES = frozenset({"GET /", "GET /assets/{name}", "GET /mark.svg", "GET /notices.txt"})
"""Files of the browser pages, which are the same for everybody."""

PEOPLE = b"person_ref,agency,agreement,agreement_expires,review_state\nZ1,Ashby Council,ISA-1,none,reviewed\n"
"""A file of one person, of whom nothing is known but the reference."""

VIEW = {"title": "north quay", "view": {"entities": [{"id": "0000000000abc", "x": 1, "y": -2.5}]}}


class Call(NamedTuple):
    """A request."""

    operation: str
    path: str
    more: dict[str, Any] = {}  # noqa: RUF012 - a default that nobody changes

    @property
    def method(self) -> str:
        """The method."""
        return self.operation.partition(" ")[0]


@cache
def _ground() -> Path:
    desk = Desk(quick_folder())
    assert desk.run("areas", "load", squares(desk.files / "lad.geojson"), "--kind", "lad").code == 0
    people = [child(name, home_area="E06000090", responsible_area="E06000091") for name in MEMBERS]
    desk.load("people", people)
    desk.load("associations", friends(MEMBERS))
    desk.load("police_uk", [incident(f"c{n}", -2.6 + n % 7 / 1_000, 53.15) for n in range(60)])
    return desk.folder


def peopled() -> Desk:
    """Return a desk where every measure has something to say."""
    desk = Desk(quick_folder(), like=_ground())
    desk.numbered = 20
    desk.sit(COUNCIL)
    return desk


class Ids(NamedTuple):
    """What requests are about."""

    row: str
    person: str
    other: str
    group: str
    product: str
    draft: str
    checked: str
    job: str
    view: str


def prepared(at: Open, caller: Caller) -> Ids:
    """Make one thing of each sort, as the caller, who is called ash."""
    found = caller.get("/api/clusters?resolution=0.4").json()["rows"][0]
    body = {"row": found["id"], "purpose": "support", "review": "2025-12-01"}
    group = caller.post("/api/groups", json=body).json()["group"]
    brief = {"subject": group, "purpose": "panel", "forms": ["html"]}
    product = caller.post("/api/briefings", json=brief).json()["product"]
    drafts = [caller.post("/api/imports", json={"mapping": "people"}).json()["id"] for _ in range(2)]
    for draft in drafts:
        answer = caller.put(f"/api/imports/{draft}/files/people.csv", content=PEOPLE)
        assert answer.status_code == 200, answer.text
    job = caller.post(f"/api/imports/{drafts[1]}/check").json()["id"]
    at.ended(caller, job)
    person, other = (member["id"] for member in found["members"][:2])
    view = caller.post("/api/views", json=VIEW).json()["id"]
    return Ids(found["id"], person, other, group, product, drafts[0], drafts[1], job, view)


def tour(ids: Ids) -> list[Call]:
    """Return one request to every operation."""
    brief = {"subject": ids.group, "purpose": "panel of 3 June"}
    json = "json"
    return [
        Call("GET /api/health", "/api/health"),
        Call("GET /openapi.json", "/openapi.json"),
        Call("GET /api/me", "/api/me"),
        Call("PUT /api/context", "/api/context", {json: PURPOSE}),
        Call("GET /api/clusters", "/api/clusters?resolution=0.4"),
        Call("GET /api/cross-border", "/api/cross-border"),
        Call("GET /api/hotspots", "/api/hotspots"),
        Call("GET /api/hotspots.geojson", "/api/hotspots.geojson"),
        Call("GET /api/hotspots/themes", "/api/hotspots/themes"),
        Call("GET /api/concern", "/api/concern"),
        Call("GET /api/flows", "/api/flows"),
        Call("POST /api/places", "/api/places", {json: {"entities": [ids.person]}}),
        Call("GET /api/why/{row}", f"/api/why/{ids.person}"),
        Call("POST /api/search", "/api/search", {json: {"text": "Amy"}}),
        Call("GET /api/entities/{entity}", f"/api/entities/{ids.person}"),
        Call("GET /api/entities/{entity}/neighbours", f"/api/entities/{ids.person}/neighbours"),
        Call("POST /api/neighbourhood", "/api/neighbourhood", {json: {"entities": [ids.person]}}),
        Call("GET /api/paths", f"/api/paths?a={ids.person}&b={ids.other}"),
        Call("POST /api/timeline", "/api/timeline", {json: {"entities": [ids.person]}}),
        Call("GET /api/views", "/api/views"),
        Call("POST /api/views", "/api/views", {json: VIEW}),
        Call("GET /api/views/{view}", f"/api/views/{ids.view}"),
        Call("PUT /api/views/{view}", f"/api/views/{ids.view}", {json: VIEW}),
        Call("DELETE /api/views/{view}", f"/api/views/{ids.view}"),
        Call("GET /api/areas", "/api/areas"),
        Call("GET /api/groups", "/api/groups"),
        Call("GET /api/groups/{group}", f"/api/groups/{ids.group}"),
        Call("GET /api/products", "/api/products"),
        Call("GET /api/mappings", "/api/mappings"),
        Call("GET /api/imports", "/api/imports"),
        Call("GET /api/imports/{draft}", f"/api/imports/{ids.draft}"),
        Call("GET /api/jobs/{job}", f"/api/jobs/{ids.job}"),
        Call("GET /api/methods", "/api/methods"),
        Call("GET /api/methods/{name}", "/api/methods/hotspots"),
        Call("GET /api/audit/verify", "/api/audit/verify"),
        Call(
            "POST /api/groups",
            "/api/groups",
            {json: {"row": ids.row, "purpose": "support", "review": "2025-11-01"}},
        ),
        Call(
            "PATCH /api/groups/{group}",
            f"/api/groups/{ids.group}",
            {json: {"reason": "looked at", "review": "2025-10-01"}},
        ),
        Call("POST /api/briefings", "/api/briefings", {json: {**brief, "forms": ["html"]}}),
        Call("POST /api/briefings/file", "/api/briefings/file", {json: {**brief, "form": "html"}}),
        Call("POST /api/exports", "/api/exports", {json: {"form": "geojson", "purpose": "a map"}}),
        Call("POST /api/imports", "/api/imports", {json: {"mapping": "people"}}),
        Call(
            "PUT /api/imports/{draft}/files/{name}",
            f"/api/imports/{ids.draft}/files/more.csv",
            {"content": PEOPLE},
        ),
        Call("POST /api/imports/{draft}/check", f"/api/imports/{ids.checked}/check"),
        Call("POST /api/imports/{draft}/load", f"/api/imports/{ids.checked}/load"),
        Call("DELETE /api/imports/{draft}", f"/api/imports/{ids.draft}"),
        Call("POST /api/products/{product}/approve", f"/api/products/{ids.product}/approve"),
        Call(
            "POST /api/groups/{group}/dissolve",
            f"/api/groups/{ids.group}/dissolve",
            {json: {"reason": "no ties are left"}},
        ),
        Call("POST /api/password", "/api/password", {json: {"old": PASSWORD, "new": OTHER}}),
        Call("POST /api/sign-in", "/api/sign-in", {json: {"name": "ash", "password": OTHER}}),
        Call("POST /api/sign-out", "/api/sign-out", {json: {}}),
    ]


def gone(desk: Desk) -> None:
    """Delete a desk that is no longer needed."""
    shutil.rmtree(desk.files, ignore_errors=True)
