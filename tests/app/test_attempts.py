"""Guessing is slow for a name and for an address, and the door tells nothing of what lies behind it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.attempts import BY_CLIENT, BY_NAME, Limit, delay_s, tried
from app.use_cases.accounts import disable, enable, reset
from graph.errors import KithmapError, NotSignedInError, SignInLockedError
from tests.app.front_door import CLIENT, OTHER, PASSWORD, WRONG, Lobby, lobby_in

SECRET = bytes(32)


@pytest.fixture
def lobby(tmp_path: Path) -> Iterator[Lobby]:
    """Return a lobby with one analyst."""
    with lobby_in(tmp_path) as made:
        made.newcomer("jo")
        yield made


def _refusal(lobby: Lobby, name: str, password: str, client: str = "") -> NotSignedInError:
    with pytest.raises(NotSignedInError) as refused:
        lobby.enter(name, password, client=client)
    return refused.value


def _fail(lobby: Lobby, name: str, times: int, client: str = "") -> None:
    for _ in range(times):
        assert not isinstance(_refusal(lobby, name, WRONG, client), SignInLockedError)


def test_the_delay_grows_from_the_fifth_failure_to_a_quarter_of_an_hour() -> None:
    assert [delay_s(n, BY_NAME) // 60 for n in range(12)] == [0, 0, 0, 0, 0, 1, 2, 4, 8, 15, 15, 15]
    assert [delay_s(n, BY_CLIENT) // 60 for n in (0, 29, 30, 31, 1_000)] == [0, 0, 1, 1, 1]


@pytest.mark.properties
@given(st.integers(0, 10**9), st.integers(1, 100), st.integers(1, 3_600), st.integers(1, 100))
def test_the_delay_never_shrinks_and_has_a_most(failures: int, free: int, first_s: int, times: int) -> None:
    limit = Limit(free, first_s, first_s * times, 86_400)
    now, then = delay_s(failures, limit), delay_s(failures + 1, limit)
    assert 0 <= now <= then <= first_s * times
    assert (now > 0) is (failures >= free)


def test_the_door_closes_for_as_long_as_the_curve_says(lobby: Lobby) -> None:
    _fail(lobby, "jo", 5)
    for minutes in (1, 2, 4, 8, 15, 15, 15):
        refused = _refusal(lobby, "jo", PASSWORD)
        assert isinstance(refused, SignInLockedError) and refused.retry_after_s == minutes * 60
        lobby.desk.now_us += minutes * 60_000_000 - 1
        last = _refusal(lobby, "jo", PASSWORD)
        assert isinstance(last, SignInLockedError) and last.retry_after_s == 1
        lobby.desk.now_us += 1
        _fail(lobby, "jo", 1)
    lobby.pass_minutes(15)
    lobby.enter("jo")


def test_a_closed_door_does_not_tell_whether_the_password_was_right(lobby: Lobby) -> None:
    _fail(lobby, "jo", 5)
    said = {str(_refusal(lobby, "jo", password)) for password in (PASSWORD, WRONG, "", "x" * 999)}
    assert said == {"too many sign-ins have failed: try again in 60 seconds"}


def test_knocking_at_a_closed_door_does_not_keep_it_closed(lobby: Lobby) -> None:
    _fail(lobby, "jo", 5)
    for _ in range(50):
        assert isinstance(_refusal(lobby, "jo", WRONG), SignInLockedError)
    lobby.pass_minutes(1)
    lobby.enter("jo")


def test_success_begins_the_count_anew(lobby: Lobby) -> None:
    for _ in range(3):
        _fail(lobby, "jo", 4)
        lobby.enter("jo")
    _fail(lobby, "jo", 5)
    assert isinstance(_refusal(lobby, "jo", PASSWORD), SignInLockedError)


def test_failures_of_yesterday_are_forgotten(lobby: Lobby) -> None:
    _fail(lobby, "jo", 8 - 4)
    lobby.desk.pass_days(1)
    _fail(lobby, "jo", 5)
    assert isinstance(_refusal(lobby, "jo", PASSWORD), SignInLockedError)


@pytest.mark.parametrize("name", ["jo", "nobody", "' OR 1=1 --", "<script>alert(1)</script>", "", "\ud800"])
def test_a_name_nobody_has_is_answered_as_one_that_somebody_has(lobby: Lobby, name: str) -> None:
    said = [str(_refusal(lobby, name, WRONG)) for _ in range(7)]
    assert said[:5] == ["the name or the password is wrong"] * 5
    assert said[5:] == ["too many sign-ins have failed: try again in 60 seconds"] * 2


def test_a_disabled_account_and_an_old_temporary_password_are_answered_as_wrong_ones(lobby: Lobby) -> None:
    lobby.newcomer("sam", must_change=True)
    disable(lobby.desk.workspace(), "jo")
    assert str(_refusal(lobby, "jo", PASSWORD)) == "the name or the password is wrong"
    lobby.desk.now_us += 7 * 86_400_000_000 - 1
    lobby.enter("sam")
    lobby.desk.now_us += 1
    assert str(_refusal(lobby, "sam", PASSWORD)) == "the name or the password is wrong"


def test_an_administrator_opens_the_door(lobby: Lobby) -> None:
    workspace = lobby.desk.workspace()
    _fail(lobby, "jo", 5)
    enable(workspace, "jo")
    lobby.enter("jo")
    _fail(lobby, "jo", 5)
    fresh = reset(workspace, "jo")
    lobby.enter("jo", fresh)


def test_an_address_is_slowed_down_whichever_names_it_tries(lobby: Lobby) -> None:
    for number in range(30):
        _fail(lobby, f"name {number}", 1, CLIENT)
    refused = _refusal(lobby, "jo", PASSWORD, CLIENT)
    assert isinstance(refused, SignInLockedError) and refused.retry_after_s == 60
    lobby.enter("jo", client="198.51.100.1")
    lobby.pass_minutes(1)
    _fail(lobby, "name 31", 1, CLIENT)
    assert isinstance(_refusal(lobby, "jo", PASSWORD, CLIENT), SignInLockedError)
    lobby.pass_minutes(1)
    lobby.enter("jo", client=CLIENT)
    lobby.enter("jo", client=CLIENT)


def test_signing_in_between_guesses_does_not_make_an_address_innocent(lobby: Lobby) -> None:
    for number in range(30):
        _fail(lobby, f"name {number}", 1, CLIENT)
        if number < 29:
            lobby.enter("jo", client=CLIENT)
    assert isinstance(_refusal(lobby, "jo", PASSWORD, CLIENT), SignInLockedError)


def test_failures_from_an_address_are_forgotten_after_a_quiet_hour(lobby: Lobby) -> None:
    for quiet, closed in ((59, True), (60, False)):
        lobby.desk.pass_days(2)
        for number in range(29):
            _fail(lobby, f"name {quiet} {number}", 1, CLIENT)
        lobby.pass_minutes(quiet)
        _fail(lobby, f"one more {quiet}", 1, CLIENT)
        if closed:
            assert isinstance(_refusal(lobby, "jo", PASSWORD, CLIENT), SignInLockedError)
        else:
            lobby.enter("jo", client=CLIENT)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("2001:db8::1", "2001:db8::ffff:2", True),
        ("2001:db8::1", "2001:db8:0:1::1", False),
        ("::ffff:192.0.2.7", "192.0.2.7", True),
        ("192.0.2.7", "192.0.2.8", False),
        ("fe80::1%eth0", "fe80::2%eth0", True),
        ("no address", "no address", True),
    ],
)
def test_an_address_is_what_one_client_can_hardly_change(one: str, other: str, same: bool) -> None:
    first, second = (tried(SECRET, "jo", known=True, client=client)[1].key for client in (one, other))
    assert (first == second) is same


def test_of_a_name_nobody_has_two_bytes_are_kept(lobby: Lobby) -> None:
    typed = "my whole secret passphrase in the wrong field"
    before = {row[0] for row in lobby.rows("SELECT key FROM attempt")}
    _fail(lobby, typed, 1)
    fresh = {row[0] for row in lobby.rows("SELECT key FROM attempt")} - before
    assert [len(key) for key in fresh] == [2]
    assert typed.encode() not in lobby.bytes_on_disk()
    assert lobby.desk.events()[-1]["actor"] == "unknown account"


def test_what_is_counted_is_bounded_and_swept(lobby: Lobby) -> None:
    for number in range(20):
        _fail(lobby, f"name {number}", 1)
    lobby.desk.pass_days(1)
    _fail(lobby, "jo", 1)
    assert len(lobby.rows("SELECT key FROM attempt")) == 1


def test_many_attempts_at_one_moment_are_counted_before_they_are_looked_at(lobby: Lobby) -> None:
    outcomes: list[str] = []
    together = threading.Barrier(16)

    def _try() -> None:
        together.wait()
        try:
            lobby.enter("jo", WRONG)
        except KithmapError as error:
            outcomes.append(type(error).__name__)

    threads = [threading.Thread(target=_try) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["NotSignedInError"] * 5 + ["SignInLockedError"] * 11


def test_a_whole_office_signs_in_at_nine_from_one_address(lobby: Lobby) -> None:
    names = [f"clerk {number}" for number in range(40)]
    for name in names:
        lobby.newcomer(name)
    entered: list[str] = []
    together = threading.Barrier(len(names))

    def _enter(name: str) -> None:
        together.wait()
        entered.append(lobby.enter(name, client=CLIENT).session.account.name)

    threads = [threading.Thread(target=_enter, args=(name,)) for name in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(entered) == sorted(names)


def test_success_takes_back_the_count_of_the_name_and_not_of_the_address(lobby: Lobby) -> None:
    _fail(lobby, "jo", 3, CLIENT)
    lobby.enter("jo", client=CLIENT)
    assert lobby.rows("SELECT failures FROM attempt") == [(3,)]


def test_each_failure_and_the_first_knock_at_a_closed_door_are_events(lobby: Lobby) -> None:
    before = len(lobby.desk.events())
    for _ in range(9):
        _refusal(lobby, "JO", WRONG, CLIENT)
    events = lobby.desk.events()[before:]
    assert [event["detail"]["rule"] for event in events] == ["wrong"] * 5 + ["locked"]
    for event in events:
        assert (event["actor"], event["action"], event["decision"]) == ("jo", "sign in", "deny")
        assert (event["kind"], event["detail"]["client"]) == ("consultation", CLIENT)
    assert WRONG not in str(events) and OTHER not in str(events)
