"""A saved view is seen by whoever saved it alone, and holds ids and positions without a name."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from app.serving.answer_forms import answer_forms
from tests.app.desk import COUNCIL, POLICE, Desk
from tests.app.serving.callers import Caller, Open, opened

ONE = {"id": "0000000000abc", "x": 1.5, "y": -2, "pinned": True}
QUESTION = {"window_from": "2025-01-01", "window_to": "2025-06-30", "as_of": None, "known_on": None,
            "doubtful": True}  # fmt: skip
STATE: dict[str, Any] = {
    "question": QUESTION,
    "entities": [ONE, {"id": "0000000000abd", "x": 1e6, "y": -1e6, "pinned": False}],
    "hidden": ["0000000000abe"],
    "kinds_hidden": ["IN", "FRIEND_OF"],
}
SAVED = {"title": "north quay", "view": STATE}


@pytest.fixture
def at(tmp_path: Path) -> Iterator[Open]:
    """Return a service with two analysts of two agencies."""
    with opened(Desk(tmp_path)) as made:
        made.newcomer("birch", agency=POLICE)
        yield made


@pytest.fixture
def ash(at: Open) -> Caller:
    """Return an analyst."""
    return at.enter("ash")


def _form(answer: Any, name: str) -> Any:
    whole = {"$ref": f"#/components/schemas/{name}", "components": {"schemas": answer_forms()}}
    jsonschema.Draft202012Validator(whole).validate(answer.json())
    return answer.json()


def _saved(caller: Caller, **more: Any) -> dict[str, Any]:
    answer = caller.post("/api/views", json={**SAVED, **more})
    assert answer.status_code == 201, answer.text
    told: dict[str, Any] = _form(answer, "view")
    return told


def test_a_view_comes_back_as_it_was_saved(at: Open, ash: Caller) -> None:
    made = _saved(ash)
    assert made["view"] == STATE and made["title"] == "north quay"
    assert made["made_at"] == made["changed_at"] == "2025-06-01T12:00:00+00:00"
    assert _form(ash.get(f"/api/views/{made['id']}"), "view") == made
    at.desk.pass_days(0.001)
    again = ash.put(f"/api/views/{made['id']}", json={"title": " south quay ", "view": {"entities": []}})
    told = _form(again, "view")
    assert told["title"] == "south quay" and told["made_at"] == made["made_at"] < told["changed_at"]
    assert told["view"]["entities"] == [] and told["view"]["question"]["doubtful"] is False
    assert ash.get(f"/api/views/{made['id']}").json() == told


def test_views_are_listed_without_what_they_hold_those_changed_last_first(at: Open, ash: Caller) -> None:
    first = _saved(ash, title="first")
    at.desk.pass_days(0.001)
    second = _saved(ash, title="second")
    told = _form(ash.get("/api/views"), "views")
    assert [row["title"] for row in told["rows"]] == ["second", "first"]
    assert {tuple(sorted(row)) for row in told["rows"]} == {
        ("changed_at", "entities", "id", "made_at", "title")
    }
    assert told["rows"][0]["entities"] == 2 and told["sentence"] == "2 saved views, seen by you alone"
    at.desk.pass_days(0.001)
    ash.put(f"/api/views/{first['id']}", json=SAVED)
    assert [row["id"] for row in ash.get("/api/views").json()["rows"]] == [first["id"], second["id"]]


def test_another_account_finds_nothing_under_its_id_and_changes_nothing(at: Open, ash: Caller) -> None:
    made, birch = _saved(ash), at.enter("birch")
    path = f"/api/views/{made['id']}"
    nothing = birch.get(f"/api/views/{'0' * 16}")
    for answer in (birch.get(path), birch.put(path, json=SAVED), birch.call("DELETE", path)):
        assert answer.status_code == 404 and answer.json()["detail"] == nothing.json()["detail"]
    assert birch.get("/api/views").json()["rows"] == []
    assert ash.get(path).json() == made


def test_a_deleted_view_is_gone_from_the_file(at: Open, ash: Caller) -> None:
    made = _saved(ash)
    assert ash.call("DELETE", f"/api/views/{made['id']}").status_code == 204
    assert ash.get(f"/api/views/{made['id']}").status_code == 404
    assert ash.call("DELETE", f"/api/views/{made['id']}").status_code == 404
    assert _rows(at) == 0


def _rows(at: Open) -> int:
    with closing(sqlite3.connect(at.desk.folder / "accounts.db")) as file:
        found: int = file.execute("SELECT COUNT(*) FROM saved_view").fetchone()[0]
        return found


@pytest.mark.parametrize(
    "wrong",
    [
        {"title": ""},
        {"title": "   "},
        {"title": "x" * 101},
        {"title": "a\u202eb"},
        {"title": "a\nb"},
        {"view": {}},
        {"view": {"entities": [{**ONE, "label": "Amy Ash"}]}},
        {"view": {"entities": [{**ONE, "x": 1e6 + 1}]}},
        {"view": {"entities": [{**ONE, "id": "Amy Ash"}]}},
        {"view": {"entities": [ONE, ONE]}},
        {"view": {"entities": [], "names": ["Amy"]}},
        {"view": {"entities": [], "hidden": ["Amy"]}},
        {"view": {"entities": [], "kinds_hidden": ["Amy Ash"]}},
        {"view": {"entities": [], "question": {"window_from": "2025-01-01"}}},
        {"view": {"entities": [], "question": {"text": "Amy"}}},
        {"owner": "birch"},
    ],
)
def test_nothing_but_ids_positions_and_kinds_of_link_is_kept(
    at: Open, ash: Caller, wrong: dict[str, Any]
) -> None:
    answer = ash.post("/api/views", json={**SAVED, **wrong})
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/wrong-input")
    assert _rows(at) == 0


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999"])
def test_a_coordinate_is_a_finite_number(ash: Caller, number: str) -> None:
    body = json.dumps(SAVED).replace("1.5", number)
    answer = ash.post("/api/views", content=body, headers={"content-type": "application/json"})
    assert answer.status_code == 422, answer.text


def test_half_a_letter_is_no_title(ash: Caller) -> None:
    body = json.dumps(SAVED).replace("north quay", "\\ud800")
    answer = ash.post("/api/views", content=body, headers={"content-type": "application/json"})
    assert answer.status_code == 422, answer.text


def test_a_view_has_at_most_2_000_entities(ash: Caller) -> None:
    many = [{**ONE, "id": f"{n:013}"} for n in range(2_001)]
    assert ash.post("/api/views", json={"title": "x", "view": {"entities": many}}).status_code == 422
    made = _saved(ash, view={"entities": many[:2_000], "hidden": [row["id"] for row in many[:2_000]]})
    assert len(ash.get(f"/api/views/{made['id']}").json()["view"]["entities"]) == 2_000


def test_an_account_keeps_at_most_200_views(at: Open, ash: Caller) -> None:
    made = _saved(ash)
    with closing(sqlite3.connect(at.desk.folder / "accounts.db")) as file:
        for n in range(199):
            file.execute(
                "INSERT INTO saved_view SELECT ?, account, title, entities, made_us, changed_us, view "
                "FROM saved_view WHERE id = ?", (f"{n:016x}", made["id"]),
            )  # fmt: skip
        file.commit()
    answer = ash.post("/api/views", json=SAVED)
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/conflict")
    assert "200 views" in answer.json()["detail"]
    assert at.enter("birch").post("/api/views", json=SAVED).status_code == 201
    assert ash.put(f"/api/views/{made['id']}", json=SAVED).status_code == 200
    assert ash.call("DELETE", f"/api/views/{made['id']}").status_code == 204
    assert ash.post("/api/views", json=SAVED).status_code == 201


def test_saving_and_opening_are_on_the_log_with_a_number_and_without_the_title(at: Open, ash: Caller) -> None:
    made = _saved(ash, title="Amy Ash and others")
    path = f"/api/views/{made['id']}"
    ash.get(path), ash.get("/api/views"), ash.call("DELETE", path)
    events = [event for event in at.desk.events() if "view" in event["action"]]
    told = [(event["kind"], event["action"], event["actor"]) for event in events]
    assert told == [
        ("consultation", "view save", "ash"), ("consultation", "view open", "ash"),
        ("consultation", "views list", "ash"), ("erasure", "view delete", "ash"),
    ]  # fmt: skip
    assert events[0]["detail"] == {"view": made["id"], "entities": 2} == events[1]["detail"]
    assert "Amy" not in json.dumps(at.desk.events())


@pytest.mark.faults
def test_what_cannot_be_written_to_the_log_is_not_kept(at: Open, ash: Caller) -> None:
    (at.desk.folder / "audit.key").unlink()
    assert ash.post("/api/views", json=SAVED).status_code == 503
    assert _rows(at) == 0


def test_views_need_the_right_to_explore(at: Open, ash: Caller) -> None:
    at.newcomer("oak", ["op_group"])
    oak = at.enter("oak")
    assert oak.get("/api/views").status_code == 403
    assert oak.post("/api/views", json=SAVED).status_code == 403


def test_the_views_of_a_disabled_account_stay_and_are_nobodys_else(at: Open, ash: Caller) -> None:
    from app.use_cases.accounts import disable, enable

    made = _saved(ash)
    at.desk.sit(roles=["admin"])
    disable(at.desk.workspace(), "ash")
    assert ash.get("/api/views").status_code == 401
    assert at.enter("birch").get(f"/api/views/{made['id']}").status_code == 404
    enable(at.desk.workspace(), "ash")
    assert at.enter("ash").get(f"/api/views/{made['id']}").json() == made
    at.desk.sit(COUNCIL)
