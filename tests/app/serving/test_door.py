"""The door of every route: sign-in, this service's own pages, size, purpose, a recent sign-in."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from app.serving.door import CSRF_HEADER
from app.serving.policies import MOST_BYTES
from tests.app.front_door import OTHER, PASSWORD
from tests.app.serving.callers import ORIGIN, PURPOSE, Open, opened

MINUTE_US = 60_000_000
TINY = {"purpose": "x", "purpose_kind": "safeguarding"}


@pytest.fixture
def at(tmp_path: Path) -> Iterator[Open]:
    """Return a service."""
    with opened(tmp_path) as made:
        yield made


@pytest.mark.parametrize("token", ["", "0" * 64, "é" * 3])
def test_an_unsafe_request_carries_the_token_of_its_session(at: Open, token: str) -> None:
    ash = at.enter("ash")
    headers = {CSRF_HEADER: token.encode()}
    answer = ash.put("/api/context", json=TINY, headers=headers)
    assert (answer.status_code, answer.json()["type"]) == (403, "/problems/not-permitted")
    assert ash.get("/api/me").json()["purpose"] == PURPOSE["purpose"]


def test_the_token_of_another_session_does_not_count(at: Open) -> None:
    ash, other = at.enter("ash"), at.enter("ash")
    assert ash.csrf != other.csrf
    assert ash.put("/api/context", json=TINY, headers={CSRF_HEADER: other.csrf}).status_code == 403


@pytest.mark.parametrize(
    "sent",
    [
        {"Origin": "https://elsewhere.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:8751"},
        {"Origin": "https://127.0.0.1:8750"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
    ],
)
def test_an_unsafe_request_from_elsewhere_is_refused(at: Open, sent: dict[str, str]) -> None:
    ash = at.enter("ash")
    assert ash.put("/api/context", json=TINY, headers=sent).status_code == 403
    login = {"name": "ash", "password": PASSWORD}
    refused = at.caller().post("/api/sign-in", json=login, headers=sent)
    assert (refused.status_code, "set-cookie" in refused.headers) == (403, False)


@pytest.mark.parametrize("origin", [ORIGIN, "http://localhost:8750", "http://[::1]:8750"])
def test_a_request_of_its_own_pages_is_taken(at: Open, origin: str) -> None:
    caller = at.caller(origin=origin)
    sent = {"Origin": origin, "Sec-Fetch-Site": "same-origin"}
    answer = caller.post("/api/sign-in", json={"name": "ash", "password": PASSWORD}, headers=sent)
    assert answer.status_code == 200


@pytest.mark.parametrize("name", ["elsewhere.example", "127.0.0.1", "127.0.0.1:8751", ""])
def test_the_service_answers_to_its_own_name_alone(at: Open, name: str) -> None:
    ash = at.enter("ash")
    assert ash.get("/api/me", headers={"Host": name}).status_code == 421
    assert ash.get("/api/health", headers={"Host": name}).status_code == 200


def test_a_body_has_a_limit_whether_its_length_is_stated_or_not(at: Open) -> None:
    ash = at.enter("ash")
    large = b'{"purpose": "' + b"x" * MOST_BYTES + b'"}'
    json = {"content-type": "application/json"}

    async def _pieces() -> AsyncIterator[bytes]:
        for start in range(0, len(large), 65_536):
            yield large[start : start + 65_536]

    for content in (large, _pieces()):
        answer = ash.put("/api/context", content=content, headers=json)
        assert (answer.status_code, answer.json()["type"]) == (413, "/problems/too-large")
    for length in ("-1", "1e3", "٣", "9" * 30):
        sent = {**json, "content-length": length.encode()}
        assert ash.put("/api/context", content=b"{}", headers=sent).status_code == 413


def test_the_body_of_a_stranger_is_not_read(at: Open) -> None:
    read = []

    async def _pieces() -> AsyncIterator[bytes]:
        read.append(1)
        yield b"{}"

    json = {"content-type": "application/json"}
    assert at.caller().put("/api/context", content=_pieces(), headers=json).status_code == 401
    assert read == []


@pytest.mark.parametrize("token", ["", "nonsense", "x" * 5_000, "é"])
def test_a_token_that_is_none_opens_nothing(at: Open, token: str) -> None:
    cookie = {"Cookie": f"kithmap-dev={token}".encode()}
    answer = at.caller().get("/api/me", headers=cookie)
    assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Session")


def test_a_session_ends_when_it_is_idle(at: Open) -> None:
    ash = at.enter("ash")
    at.desk.now_us += 31 * MINUTE_US
    assert ash.get("/api/me").status_code == 401


def test_a_disabled_account_and_a_lost_role_count_from_the_next_request_on(at: Open) -> None:
    from app.use_cases.accounts import disable

    ash = at.enter("ash")
    assert ash.get("/api/mappings").status_code == 200
    at.desk.sit(roles=["admin"])
    disable(at.desk.workspace(), "ash")
    assert ash.get("/api/mappings").status_code == 401


def test_a_temporary_password_opens_nothing_but_its_change(at: Open) -> None:
    at.newcomer("birch", must_change=True)
    birch = at.caller()
    assert birch.sign_in("birch").json()["must_change_password"] is True
    for path in ("/api/clusters", "/api/areas", "/openapi.json", "/api/methods"):
        answer = birch.get(path)
        assert (answer.status_code, answer.json()["type"]) == (403, "/problems/password-change-needed")
    assert birch.put("/api/context", json=TINY).status_code == 403
    changed = birch.post("/api/password", json={"old": PASSWORD, "new": OTHER})
    assert changed.json()["must_change_password"] is False
    birch.csrf = changed.json()["csrf"]
    assert birch.put("/api/context", json=TINY).status_code == 200


def test_nothing_is_answered_before_a_purpose_is_stated(at: Open) -> None:
    ash = at.caller()
    ash.sign_in("ash")
    answer = ash.get("/api/groups")
    assert (answer.status_code, answer.json()["type"]) == (403, "/problems/purpose-missing")
    assert "settings.toml" not in answer.text


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/api/groups", {"purpose": "x", "review": "2025-11-01"}),
        ("PATCH", "/api/groups/0000000000000", {"reason": "x"}),
        ("POST", "/api/groups/0000000000000/dissolve", {"reason": "x"}),
    ],
)
def test_a_sensitive_act_needs_a_recent_sign_in(
    at: Open, method: str, path: str, body: dict[str, str]
) -> None:
    ash = at.enter("ash")
    assert ash.call(method, path, json=body).status_code in (404, 422)
    at.desk.now_us += 10 * MINUTE_US
    late = ash.call(method, path, json=body)
    assert (late.status_code, late.json()["type"]) == (403, "/problems/sign-in-too-old")
    assert ash.get("/api/me").json()["recent"] is False
    assert ash.get("/api/groups").status_code == 200
    assert ash.sign_in("ash").json()["purpose"] == PURPOSE["purpose"]
    assert ash.call(method, path, json=body).status_code in (404, 422)


def test_approval_needs_a_recent_sign_in(at: Open) -> None:
    at.newcomer("elder", ["coordinator"])
    elder = at.enter("elder")
    at.desk.now_us += 10 * MINUTE_US
    answer = elder.post("/api/products/00000000/approve")
    assert answer.json()["type"] == "/problems/sign-in-too-old"
