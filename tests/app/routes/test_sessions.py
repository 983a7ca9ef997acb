"""Signing in over HTTP: the cookie, the lock-out, purpose, password, signing out."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

import app.passwords
from app.access import ACTIONS
from app.passwords import Strength
from app.serving.slots import Slots
from app.settings import MARKING
from tests.app.desk import Desk
from tests.app.front_door import OTHER, PASSWORD, WRONG
from tests.app.serving.callers import PURPOSE, Caller, Open, opened, reopened

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


def test_pages_are_told_how_long_the_session_lasts(at: Open) -> None:
    ash = at.enter("ash")
    me = ash.get("/api/me").json()
    assert (me["idle_s"], me["absolute_s"], me["left_s"]) == (29 * 60, 36_000, 36_000)
    for _ in range(20):
        at.desk.now_us += 29 * MINUTE_US
        left_s = ash.get("/api/me").json()["left_s"]
    assert left_s == 36_000 - 20 * 29 * 60
    at.desk.now_us += left_s * 1_000_000
    assert ash.get("/api/me").status_code == 401


def test_whoever_is_not_signed_in_is_told_the_marking_and_nothing_else(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    with opened(desk) as at:
        assert at.caller().get("/api/health").json() == {"state": "up", "marking": MARKING}
    with (desk.folder / "settings.toml").open("a", encoding="utf-8") as settings:
        settings.write('[service]\nmarking = "OFFICIAL: a \\"rehearsal\\" </style>"\n')
    with reopened(desk) as at:
        told = at.caller().get("/api/health").json()
        assert told == {"state": "up", "marking": 'OFFICIAL: a "rehearsal" </style>'}


def test_fifty_sign_ins_at_once_wait_their_turn_and_others_are_answered_meanwhile(at: Open) -> None:
    ash = at.enter("ash")
    callers = [at.caller() for _ in range(50)]
    before = app.passwords.STRENGTH
    app.passwords.STRENGTH = Strength(2, 8_192, 1)
    held = {"now": 0, "most": 0}
    order: list[str] = []

    async def _all() -> list[int]:
        signing = [asyncio.create_task(_enter(caller)) for caller in callers]
        await asyncio.sleep(0.05)
        other = await ash.client.get("/api/mappings")
        order.append("other")
        return [other.status_code, *await asyncio.gather(*signing)]

    async def _enter(caller: Caller) -> int:
        body = {"name": "ash", "password": PASSWORD}
        held["now"] += 1
        held["most"] = max(held.values())
        answer = await caller.client.post("/api/sign-in", json=body)
        held["now"] -= 1
        order.append("sign-in")
        return answer.status_code

    try:
        statuses = at.wait(_all())
    finally:
        app.passwords.STRENGTH = before
    assert set(statuses) == {200} and held["most"] == 50
    # Whoever asks for something else does not stand in the same queue.
    assert order.index("other") < 25
    assert sum(event["action"] == "sign in" for event in at.desk.events()) == 51


def test_beyond_a_number_one_is_told_to_come_back_and_to_sign_in_again(at: Open) -> None:
    at.service.state.sign_ins = Slots(1, waiting=2, longest_s=30)
    callers = [at.caller() for _ in range(10)]

    async def _all() -> list[httpx.Response]:
        body = {"name": "ash", "password": PASSWORD}
        return await asyncio.gather(*(caller.client.post("/api/sign-in", json=body) for caller in callers))

    answers = at.wait(_all())
    busy = [answer for answer in answers if answer.status_code == 503]
    assert {answer.status_code for answer in answers} == {200, 503} and len(busy) <= 7
    assert {answer.json()["type"] for answer in busy} == {"/problems/busy"}
    assert {answer.headers["retry-after"] for answer in busy} == {"5"}
