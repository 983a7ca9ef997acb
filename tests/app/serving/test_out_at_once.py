"""Whoever may no longer, may not at their next request: the service's open files remember no account."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from app.use_cases.accounts import Changes, change, disable, enable, reset
from tests.app.desk import POLICE, Desk
from tests.app.front_door import OTHER, PASSWORD
from tests.app.serving.callers import Caller, Open, opened
from tests.app.serving.tour import Ids, gone, peopled, prepared


@pytest.fixture(scope="module")
def town() -> Iterator[tuple[Open, Ids]]:
    """Return a service with people in it, and their ids."""
    desk = peopled()
    with opened(desk) as at:
        yield at, prepared(at, at.enter("ash"))
    gone(desk)


def _reads(caller: Caller, ids: Ids) -> list[int]:
    paths = (f"/api/entities/{ids.person}", f"/api/entities/{ids.person}/neighbours", "/api/clusters")
    said = [caller.get(path).status_code for path in paths]
    return [*said, caller.post("/api/search", json={"text": "Amy"}).status_code]


def _by_an_administrator(desk: Desk, act: Callable[[], object]) -> None:
    settings = desk.folder / "settings.toml"
    before = settings.read_text("utf-8")
    desk.sit(roles=["admin"])
    act()
    settings.write_text(before, encoding="utf-8")


def test_a_disabled_account_reads_nothing_more_and_its_sessions_do_not_come_back(
    town: tuple[Open, Ids],
) -> None:
    at, ids = town
    at.newcomer("birch")
    birch = at.enter("birch")
    assert _reads(birch, ids) == [200] * 4
    _by_an_administrator(at.desk, lambda: disable(at.desk.workspace(), "birch"))
    assert _reads(birch, ids) == [401] * 4
    _by_an_administrator(at.desk, lambda: enable(at.desk.workspace(), "birch"))
    assert _reads(birch, ids) == [401] * 4


def test_a_session_that_was_ended_elsewhere_reads_nothing_more(town: tuple[Open, Ids]) -> None:
    at, ids = town
    at.newcomer("cedar")
    one, other, third = (at.enter("cedar") for _ in range(3))
    assert all(_reads(caller, ids) == [200] * 4 for caller in (one, other, third))
    assert one.post("/api/sign-out", json={}).status_code == 204
    assert _reads(one, ids) == [401] * 4 and _reads(other, ids) == [200] * 4
    assert other.post("/api/sign-out", json={"everywhere": True}).status_code == 204
    assert _reads(other, ids) == _reads(third, ids) == [401] * 4


def test_a_password_that_was_changed_or_reset_ends_the_other_sessions(town: tuple[Open, Ids]) -> None:
    at, ids = town
    at.newcomer("dogwood")
    one, other = at.enter("dogwood"), at.enter("dogwood")
    changed = other.post("/api/password", json={"old": PASSWORD, "new": OTHER})
    other.csrf = changed.json()["csrf"]
    assert _reads(one, ids) == [401] * 4 and _reads(other, ids) == [200] * 4
    _by_an_administrator(at.desk, lambda: reset(at.desk.workspace(), "dogwood"))
    assert _reads(other, ids) == [401] * 4


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("elder", Changes(roles=("ig_auditor",))),
        ("fir", Changes(agency=POLICE)),
        ("gorse", Changes(areas=("E06000092",))),
    ],
)
def test_other_roles_another_agency_or_other_areas_hold_at_the_next_request(
    town: tuple[Open, Ids], name: str, changes: Changes
) -> None:
    at, ids = town
    at.newcomer(name)
    caller = at.enter(name)
    assert _reads(caller, ids) == [200] * 4
    _by_an_administrator(at.desk, lambda: change(at.desk.workspace(), name, changes))
    assert _reads(caller, ids) == [401] * 4
