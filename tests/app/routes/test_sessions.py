"""Signing in over HTTP: the cookie, the lock-out, purpose, password, signing out."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.access import ACTIONS
from tests.app.front_door import OTHER, PASSWORD, WRONG
from tests.app.serving.callers import PURPOSE, Open, opened

MINUTE_US = 60_000_000


@pytest.fixture
def at(tmp_path: Path) -> Iterator[Open]:
    """Return a service."""
    with opened(tmp_path) as made:
        yield made


def test_whoever_signs_in_is_told_who_they_are_and_what_they_may(at: Open) -> None:
    caller = at.caller()
    me = caller.sign_in("Ash").json()
    assert (me["name"], me["agency"], me["roles"]) == ("ash", "Ashby Council", ["analyst"])
    assert set(me["may"]) == ACTIONS["analyst"] and me["recent"] and not me["must_change_password"]
    assert caller.get("/api/me").json() == me


def test_the_token_is_in_the_cookie_alone(at: Open) -> None:
    caller = at.caller()
    answer = caller.sign_in("ash")
    token = answer.cookies["kithmap-dev"]
    assert len(token) > 40 and token not in answer.text
    assert token.encode() not in b"".join(p.read_bytes() for p in at.desk.folder.iterdir() if p.is_file())


@pytest.mark.parametrize("name", ["ash", "nobody", "", "x" * 200])
def test_a_wrong_name_and_a_wrong_password_are_told_alike(at: Open, name: str) -> None:
    answer = at.caller().sign_in(name, WRONG)
    assert answer.status_code == 401
    assert answer.json()["detail"] == "the name or the password is wrong"
    assert "set-cookie" not in answer.headers


def test_too_many_failures_lock_the_door_and_say_for_how_long(at: Open) -> None:
    statuses = [at.caller().sign_in("ash", WRONG).status_code for _ in range(12)]
    assert statuses[0] == 401 and statuses[-1] == 429
    locked = at.caller().sign_in("ash")
    assert locked.status_code == 429 and int(locked.headers["retry-after"]) > 0
    assert locked.json()["type"] == "/problems/sign-in-locked" and "set-cookie" not in locked.headers
    at.desk.now_us += 24 * 60 * MINUTE_US
    assert at.caller().sign_in("ash").status_code == 200


def test_the_purpose_is_inherited_by_what_is_read(at: Open) -> None:
    ash = at.enter("ash", purpose="a plan for the quay", purpose_kind="safeguarding")
    assert ash.get("/api/groups").status_code == 200
    event = at.desk.events()[-1]
    assert (event["purpose"], event["reference"]) == ("a plan for the quay", PURPOSE["reference"])
    assert (event["actor"], event["agency"], event["roles"]) == ("ash", "Ashby Council", ["analyst"])


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"purpose": " ", "purpose_kind": "safeguarding"},
        {"purpose": "x", "purpose_kind": "other"},
        {"purpose": "x" * 201, "purpose_kind": "safeguarding"},
        {"purpose": "x\x1b[2J", "purpose_kind": "safeguarding"},
        {"purpose": "x", "purpose_kind": "safeguarding", "gateways": ["all"]},
    ],
)
def test_a_purpose_has_rules(at: Open, body: dict[str, object]) -> None:
    ash = at.enter("ash")
    assert ash.put("/api/context", json=body).status_code in (403, 422)
    assert ash.get("/api/me").json()["purpose"] == PURPOSE["purpose"]


def test_a_new_password_ends_every_session_and_begins_one(at: Open) -> None:
    ash, elsewhere = at.enter("ash"), at.enter("ash")
    refused = ash.post("/api/password", json={"old": WRONG, "new": OTHER})
    assert refused.status_code == 401
    weak = ash.post("/api/password", json={"old": PASSWORD, "new": "short"})
    assert (weak.status_code, weak.json()["type"]) == (422, "/problems/account-rule")
    changed = ash.post("/api/password", json={"old": PASSWORD, "new": OTHER})
    assert changed.status_code == 200 and changed.json()["purpose"] == PURPOSE["purpose"]
    assert (ash.get("/api/me").status_code, elsewhere.get("/api/me").status_code) == (200, 401)
    assert at.caller().sign_in("ash").status_code == 401
    assert at.caller().sign_in("ash", OTHER).status_code == 200


@pytest.mark.parametrize("everywhere", [False, True])
def test_whoever_signs_out_is_out(at: Open, everywhere: bool) -> None:
    ash, elsewhere = at.enter("ash"), at.enter("ash")
    token = ash.client.cookies["kithmap-dev"]
    answer = ash.post("/api/sign-out", json={"everywhere": everywhere})
    assert answer.status_code == 204 and answer.content == b""
    assert "kithmap-dev" not in ash.client.cookies
    again = at.caller().get("/api/me", headers={"Cookie": f"kithmap-dev={token}"})
    assert again.status_code == 401
    assert elsewhere.get("/api/me").status_code == (401 if everywhere else 200)


def test_signing_in_again_ends_the_session_before(at: Open) -> None:
    ash = at.enter("ash")
    token = ash.client.cookies["kithmap-dev"]
    assert ash.sign_in("ash").status_code == 200
    assert at.caller().get("/api/me", headers={"Cookie": f"kithmap-dev={token}"}).status_code == 401


def test_the_address_of_a_failure_is_on_the_log(at: Open) -> None:
    at.caller().sign_in("ash", WRONG)
    event = at.desk.events()[-1]
    assert (event["decision"], event["detail"]["client"]) == ("deny", "192.0.2.7")
    assert WRONG not in str(at.desk.events())
