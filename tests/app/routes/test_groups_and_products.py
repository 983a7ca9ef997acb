"""Peer groups, briefings, work copies and the register over HTTP: the same acts as on the command line."""

from __future__ import annotations

import base64
import io
import json
import zipfile
from collections.abc import Iterator
from typing import Any

import pytest

from tests.app.briefs import NAMES
from tests.app.desk import POLICE
from tests.app.serving.callers import Caller, Open, opened
from tests.app.serving.tour import gone, peopled


@pytest.fixture
def at() -> Iterator[Open]:
    """Return a service with people in it."""
    desk = peopled()
    with opened(desk) as made:
        made.newcomer("elder", ["intel_officer"])
        made.newcomer("birch", agency=POLICE)
        yield made
    gone(desk)


@pytest.fixture
def ash(at: Open) -> Caller:
    """Return an analyst."""
    return at.enter("ash")


def _row(ash: Caller) -> dict[str, Any]:
    found: dict[str, Any] = ash.get("/api/clusters?resolution=0.4").json()["rows"][0]
    return found


def _group(ash: Caller, **more: Any) -> str:
    body = {"row": _row(ash)["id"], "purpose": "support", "review": "2025-12-01", **more}
    answer = ash.post("/api/groups", json=body)
    assert answer.status_code == 201, answer.text
    group: str = answer.json()["group"]
    return group


def test_a_group_is_confirmed_changed_and_dissolved(at: Open, ash: Caller) -> None:
    people = [member["id"] for member in _row(ash)["members"]]
    group = _group(ash, without=people[:1], name="north quay")
    shown = ash.get(f"/api/groups/{group}").json()["rows"][0]
    assert (shown["name"], shown["people"], shown["by"]) == ("north quay", len(people) - 1, "ash")
    at.desk.pass_days(0.001)
    body = {"reason": "seen together", "add": people[:1], "review": "2025-10-01"}
    assert ash.call("PATCH", f"/api/groups/{group}", json=body).json() == {
        "group": group, "members": len(people), "review": "2025-10-01",
    }  # fmt: skip
    at.desk.pass_days(0.001)
    done = ash.post(f"/api/groups/{group}/dissolve", json={"reason": "no ties are left"})
    assert done.json()["members"] == 0
    row = ash.get("/api/groups").json()["rows"][0]
    assert (row["state"], [act["act"] for act in row["history"]]) == (
        "dissolved", ["confirmed", "changed", "dissolved"],
    )  # fmt: skip


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"purpose": "x", "review": "2025-05-01"}, 422),
        ({"purpose": " ", "review": "2025-12-01"}, 422),
        ({"purpose": "x", "review": "2025-12-01", "add": ["0" * 13]}, 404),
        ({"purpose": "x", "review": "2025-12-01", "row": "00000000-1"}, 404),
        ({"purpose": "x", "review": "2025-12-01", "add": ["nonsense"]}, 422),
        ({"purpose": "x" * 1_001, "review": "2025-12-01"}, 422),
        ({"purpose": "x", "review": "2025-12-01", "confirmed_by": "robin"}, 422),
    ],
)
def test_a_group_that_breaks_a_rule_is_not_confirmed(ash: Caller, body: dict[str, Any], status: int) -> None:
    assert ash.post("/api/groups", json=body).status_code == status
    assert ash.get("/api/groups").json()["rows"] == []


def test_another_agency_may_not_change_a_group(at: Open, ash: Caller) -> None:
    group, birch = _group(ash), at.enter("birch")
    assert birch.get(f"/api/groups/{group}").status_code == 200
    answer = birch.post(f"/api/groups/{group}/dissolve", json={"reason": "x"})
    assert (answer.status_code, answer.json()["type"]) == (403, "/problems/not-permitted")


def test_one_briefing_is_answered_in_every_form_asked_for(at: Open, ash: Caller) -> None:
    body = {
        "subject": _group(ash),
        "purpose": "panel",
        "recipients": [POLICE, POLICE],
        "forms": ["html", "pdf", "docx", "html"][:3],
    }
    made = ash.post("/api/briefings", json=body).json()
    files = {file["name"].rpartition(".")[2]: base64.b64decode(file["base64"]) for file in made["files"]}
    assert set(files) == {"html", "pdf", "docx"} and made["recipients"] == [POLICE]
    assert files["pdf"].startswith(b"%PDF") and files["html"].lower().startswith(b"<!doctype html>")
    assert "word/document.xml" in zipfile.ZipFile(io.BytesIO(files["docx"])).namelist()
    assert (made["state"], made["unknown_recipients"]) == ("draft", [POLICE])
    rows = ash.get("/api/products").json()["rows"]
    assert [(row["id"], row["state"]) for row in rows] == [(made["product"], "draft")]
    assert not any(name.encode() in files["html"] for name in NAMES)


def test_a_briefing_is_approved_by_another_person_and_then_issued(at: Open, ash: Caller) -> None:
    body = {"subject": _group(ash), "purpose": "panel", "form": "html"}
    draft = ash.post("/api/briefings/file", json=body)
    product = draft.headers["kithmap-product"]
    assert draft.headers["content-disposition"] == f'attachment; filename="briefing-{product}.html"'
    assert draft.headers["content-type"].startswith("text/html") and b"DRAFT" in draft.content
    assert ash.post(f"/api/products/{product}/approve").status_code == 403
    issue = {**body, "issue": product}
    early = ash.post("/api/briefings/file", json=issue)
    assert (early.status_code, early.json()["type"]) == (409, "/problems/conflict")
    approved = at.enter("elder").post(f"/api/products/{product}/approve")
    assert approved.json() == {"product": product, "expires": "2025-07-01"}
    issued = ash.post("/api/briefings/file", json=issue)
    assert issued.status_code == 200 and b"DRAFT" not in issued.content
    assert at.enter("elder").post(f"/api/products/{product}/approve").status_code == 409
    assert at.enter("elder").post("/api/products/00000000/approve").status_code == 404


def test_a_work_copy_is_streamed_and_nothing_of_it_stays(at: Open, ash: Caller) -> None:
    starts = {"graphml": b"<?xml", "csv": b"PK", "geojson": b"{", "html": b"<", "neo4j": b"PK"}
    for form, start in starts.items():
        answer = ash.post("/api/exports", json={"form": form, "purpose": "chart"})
        copy = answer.headers["kithmap-copy"]
        suffix = "zip" if start == b"PK" else form
        assert answer.headers["content-disposition"] == f'attachment; filename="copy-{copy}.{suffix}"'
        assert answer.status_code == 200 and answer.content.lstrip().startswith(start), form
        assert copy.encode() in answer.content or form == "csv"  # the zip for Neo4j names its folder by it
    assert list((at.desk.folder / "outgoing").iterdir()) == []
    states = {row["state"] for row in ash.get("/api/products").json()["rows"]}
    assert states == {"written"}


def test_a_work_copy_of_names_waits_for_another_person(at: Open, ash: Caller) -> None:
    body = {"form": "graphml", "purpose": "chart", "names": True}
    refused = ash.post("/api/exports", json=body)
    assert refused.status_code == 403 and "approved by another person" in refused.json()["detail"]
    (product,) = ash.get("/api/products").json()["rows"]
    assert at.enter("elder").post(f"/api/products/{product['id']}/approve").status_code == 200
    written = ash.post("/api/exports", json={**body, "approval": product["id"]})
    assert written.status_code == 200 and written.headers["kithmap-copy"] == product["id"]
    assert list((at.desk.folder / "outgoing").iterdir()) == []


@pytest.mark.parametrize(
    "more",
    [
        {"purpose": ""},
        {"form": "anx"},
        {"row": "00000000-1", "around": "0" * 13},
        {"row": "00000000-1", "as_of": "2025-01-01"},
        {"hops": 3},
        {"expires_in_days": 31},
        {"out": "/etc/passwd"},
        {"approval": "../../x"},
    ],
)
def test_a_work_copy_that_breaks_a_rule_is_not_made(at: Open, ash: Caller, more: dict[str, Any]) -> None:
    answer = ash.post("/api/exports", json={"form": "graphml", "purpose": "chart", **more})
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/wrong-input"), answer.text
    assert ash.get("/api/products").json()["rows"] == []


def test_a_copy_of_a_row_holds_the_row(ash: Caller) -> None:
    row = _row(ash)
    answer = ash.post("/api/exports", json={"form": "graphml", "purpose": "chart", "row": row["id"]})
    assert all(member["id"].encode() in answer.content for member in row["members"])
    around = {"form": "geojson", "purpose": "chart", "around": row["members"][0]["id"], "hops": 2}
    assert json.loads(ash.post("/api/exports", json=around).content)["type"] == "FeatureCollection"
