"""A session is a random token kept as its hash; it ends on time, and carries what the work is for."""

from __future__ import annotations

import base64
import hashlib
import multiprocessing
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import app.passwords
from app.access import Context, Viewer
from app.passwords import Strength
from app.sessions import Working, check_csrf, check_recent, csrf_of, find_session
from app.use_cases.accounts import list_accounts, reset
from app.use_cases.matching import list_judgements
from app.use_cases.signing_in import (
    begin_work,
    change_password,
    open_entrance,
    session_of,
    sign_in,
    sign_out,
    workspace_of,
)
from graph.errors import (
    AccountRuleError,
    AuditUnavailableError,
    NotPermittedError,
    NotSignedInError,
    PasswordChangeNeededError,
    PurposeMissingError,
    SignInLockedError,
    SignInTooOldError,
)
from tests.app.desk import COUNCIL, POLICE, quick_folder
from tests.app.front_door import CLIENT, MINUTE_US, OTHER, PASSWORD, WRONG, Lobby, lobby_in

REVIEW = Working("safeguarding review", "safeguarding", "SR/7")


@pytest.fixture
def lobby(tmp_path: Path) -> Iterator[Lobby]:
    """Return a lobby with one analyst."""
    with lobby_in(tmp_path) as made:
        made.newcomer("jo", agency=POLICE, areas=["E1"])
        yield made


def _is_in(lobby: Lobby, token: str) -> bool:
    return find_session(lobby.entrance.accounts, token, lobby.desk.now_us) is not None


def test_a_token_is_256_random_bits_and_kept_as_its_hash(lobby: Lobby) -> None:
    tokens = [lobby.enter("jo").token for _ in range(30)]
    assert len(set(tokens)) == 30
    assert {len(base64.urlsafe_b64decode(token + "=")) for token in tokens} == {32}
    kept = {row[0] for row in lobby.rows("SELECT token_sha256 FROM session")}
    assert kept == {hashlib.sha256(token.encode()).digest() for token in tokens}


def test_no_token_password_or_csrf_lies_anywhere_in_the_folder(lobby: Lobby) -> None:
    entered = lobby.enter("jo", client=CLIENT)
    begin_work(lobby.entrance, entered.token, REVIEW)
    fresh = change_password(lobby.entrance, entered.token, PASSWORD, OTHER)
    assert (lobby.desk.folder / "accounts.db-wal").stat().st_size > 0
    kept = lobby.bytes_on_disk()
    for one in (entered, fresh):
        assert one.token.encode() not in kept and one.csrf.encode() not in kept
        assert base64.urlsafe_b64decode(one.token + "=") not in kept
        assert bytes.fromhex(one.csrf) not in kept
    assert PASSWORD.encode() not in kept and OTHER.encode() not in kept
    assert b"jo" in kept and hashlib.sha256(fresh.token.encode()).digest() in kept


@pytest.mark.parametrize(
    "token", ["", "x", "' OR 1=1 --", "\x00", "\ud800", "x" * 43, "x" * 10_000_000, "ŵ" * 43]
)
def test_a_token_that_was_never_given_opens_nothing(lobby: Lobby, token: str) -> None:
    lobby.enter("jo")
    with pytest.raises(NotSignedInError):
        session_of(lobby.entrance, token)
    assert sign_out(lobby.entrance, token) == 0


@pytest.mark.parametrize("minutes", [30, 30.0001, 10 * 60, 60 * 24])
def test_a_session_ends_when_it_is_not_used_for_half_an_hour(lobby: Lobby, minutes: float) -> None:
    token = lobby.enter("jo").token
    lobby.pass_minutes(minutes)
    with pytest.raises(NotSignedInError):
        session_of(lobby.entrance, token)


def test_a_session_ends_at_its_very_microsecond(lobby: Lobby) -> None:
    one, two = lobby.enter("jo").token, lobby.enter("jo").token
    lobby.desk.now_us += 30 * MINUTE_US - 1
    assert _is_in(lobby, one)
    lobby.desk.now_us += 1
    assert _is_in(lobby, one) and not _is_in(lobby, two)


def test_a_session_in_use_ends_after_ten_hours(lobby: Lobby) -> None:
    token = lobby.enter("jo").token
    for _ in range(23):
        lobby.pass_minutes(25)
        assert _is_in(lobby, token)
    lobby.pass_minutes(24)
    assert _is_in(lobby, token)
    lobby.desk.now_us += MINUTE_US - 1
    assert _is_in(lobby, token)
    lobby.desk.now_us += 1
    assert not _is_in(lobby, token)


def test_last_use_is_written_at_most_once_a_minute(lobby: Lobby) -> None:
    token, begun = lobby.enter("jo").token, lobby.desk.now_us
    seen = []
    for _ in range(180):
        assert _is_in(lobby, token)
        seen.append(lobby.rows("SELECT seen_us FROM session")[0][0])
        lobby.pass_minutes(1 / 60)
    assert sorted(set(seen)) == [begun, begun + MINUTE_US, begun + 2 * MINUTE_US]


@pytest.fixture(scope="module")
def long_open() -> Iterator[Lobby]:
    """Return a lobby that many examples pass through."""
    with lobby_in(quick_folder()) as made:
        made.newcomer("jo")
        yield made


@pytest.mark.properties
@given(waits=st.lists(st.integers(1, 40 * 60), min_size=1, max_size=40))
def test_a_session_lives_as_a_plain_model_of_it_says(long_open: Lobby, waits: list[int]) -> None:
    long_open.pass_minutes(24 * 60)
    token, age_s, seen_s, lives = long_open.enter("jo").token, 0, 0, True
    for wait_s in waits:
        long_open.desk.now_us += wait_s * 1_000_000
        age_s += wait_s
        lives = lives and age_s < 36_000 and age_s - seen_s < 1_800
        assert _is_in(long_open, token) is lives
        # Its last use is not written within a minute of the last time.
        seen_s = age_s if age_s - seen_s >= 60 else seen_s


def test_ended_sessions_are_swept_away(lobby: Lobby) -> None:
    for _ in range(5):
        lobby.enter("jo")
    lobby.pass_minutes(30)
    lobby.enter("jo")
    assert lobby.rows("SELECT COUNT(*) FROM session") == [(1,)]


def test_signing_out_ends_one_session_and_everywhere_all_of_the_account(lobby: Lobby) -> None:
    a, b, c = (lobby.enter("jo").token for _ in range(3))
    other = lobby.enter("robin").token
    assert sign_out(lobby.entrance, a) == 1 and sign_out(lobby.entrance, a) == 0
    assert [_is_in(lobby, token) for token in (a, b, c)] == [False, True, True]
    assert sign_out(lobby.entrance, b, everywhere=True) == 2
    assert [_is_in(lobby, token) for token in (b, c, other)] == [False, False, True]
    events = lobby.desk.events()[-2:]
    assert [(e["action"], e["actor"], e["detail"]) for e in events] == [
        ("sign out", "jo", {"sessions_ended": 1}),
        ("sign out everywhere", "jo", {"sessions_ended": 2}),
    ]


def test_a_change_of_an_account_holds_from_the_next_request_on(lobby: Lobby) -> None:
    token = lobby.enter("jo").token
    with closing(sqlite3.connect(lobby.desk.folder / "accounts.db")) as file, file:
        file.execute("""UPDATE account SET roles = '["op_group"]', areas = '[]' WHERE name = 'jo'""")
    viewer = workspace_of(lobby.entrance, session_of(lobby.entrance, token)).viewer
    assert viewer == Viewer("jo", POLICE, frozenset({"op_group"}), frozenset())
    with closing(sqlite3.connect(lobby.desk.folder / "accounts.db")) as file, file:
        file.execute("UPDATE account SET state = 'disabled' WHERE name = 'jo'")
    assert not _is_in(lobby, token)


def test_a_temporary_password_opens_the_change_of_it_and_nothing_else(lobby: Lobby) -> None:
    first = reset(lobby.desk.workspace(), "jo")
    token = lobby.enter("jo", first).token
    acts: list[Callable[[], object]] = [
        lambda: session_of(lobby.entrance, token),
        lambda: begin_work(lobby.entrance, token, REVIEW),
    ]
    for act in acts:
        with pytest.raises(PasswordChangeNeededError):
            act()
    assert session_of(lobby.entrance, token, changing_password=True).account.must_change
    fresh = change_password(lobby.entrance, token, first, OTHER)
    assert not fresh.session.account.must_change and not _is_in(lobby, token)
    assert session_of(lobby.entrance, fresh.token).account.name == "jo"
    with pytest.raises(NotSignedInError):
        lobby.enter("jo", first)
    lobby.enter("jo", OTHER)


def test_changing_a_password_ends_every_session_and_keeps_what_the_work_is_for(lobby: Lobby) -> None:
    a, b = lobby.enter("jo").token, lobby.enter("jo").token
    begin_work(lobby.entrance, a, REVIEW)
    fresh = change_password(lobby.entrance, a, PASSWORD, OTHER, client=CLIENT)
    assert not _is_in(lobby, a) and not _is_in(lobby, b)
    assert session_of(lobby.entrance, fresh.token).working == REVIEW
    event = lobby.desk.events()[-1]
    assert (event["action"], event["kind"], event["actor"]) == ("change password", "alteration", "jo")
    assert event["detail"] == {"client": CLIENT, "sessions_ended": 2}


def test_a_new_password_keeps_the_rules_and_is_new(lobby: Lobby) -> None:
    token = lobby.enter("jo").token
    for new in ("short", "correct horse battery staple", "tea in Bramwell at dawn", PASSWORD):
        with pytest.raises(AccountRuleError):
            change_password(lobby.entrance, token, PASSWORD, new)
    assert _is_in(lobby, token) and lobby.enter("jo")


def test_the_old_password_is_no_easier_to_guess_from_inside(lobby: Lobby) -> None:
    token = lobby.enter("jo").token
    for _ in range(5):
        with pytest.raises(NotSignedInError, match="wrong"):
            change_password(lobby.entrance, token, WRONG, OTHER)
    with pytest.raises(SignInLockedError):
        change_password(lobby.entrance, token, PASSWORD, OTHER)
    with pytest.raises(SignInLockedError):
        lobby.enter("jo")
    assert _is_in(lobby, token)


def test_signing_in_again_takes_the_place_of_the_session_before(lobby: Lobby) -> None:
    old = lobby.enter("jo").token
    begin_work(lobby.entrance, old, REVIEW)
    lobby.pass_minutes(10)
    again = lobby.enter("jo", replacing=old)
    assert not _is_in(lobby, old) and again.session.working == REVIEW
    check_recent(again.session, lobby.desk.now_us)
    other = lobby.enter("robin", replacing=again.token)
    assert not _is_in(lobby, again.token) and other.session.working == Working()


def test_a_sensitive_act_needs_a_sign_in_of_the_last_ten_minutes(lobby: Lobby) -> None:
    token = lobby.enter("jo").token
    lobby.desk.now_us += 10 * MINUTE_US - 1
    check_recent(session_of(lobby.entrance, token), lobby.desk.now_us)
    lobby.desk.now_us += 1
    with pytest.raises(SignInTooOldError):
        check_recent(session_of(lobby.entrance, token), lobby.desk.now_us)


def test_each_session_has_a_csrf_token_of_its_own(lobby: Lobby) -> None:
    one, two = lobby.enter("jo"), lobby.enter("jo")
    assert one.csrf == csrf_of(one.token) and len(one.csrf) == 64 and one.token not in one.csrf
    check_csrf(one.token, one.csrf)
    for given_ in (two.csrf, "", one.csrf[:-1], one.csrf.upper(), one.token, "\ud800", "ŵ" * 64):
        with pytest.raises(NotPermittedError):
            check_csrf(one.token, given_)


def test_a_request_works_as_the_account_for_what_the_session_is_for(lobby: Lobby) -> None:
    token = lobby.enter("jo").token
    workspace = workspace_of(lobby.entrance, session_of(lobby.entrance, token))
    with pytest.raises(PurposeMissingError):
        list_judgements(workspace)
    begin_work(lobby.entrance, token, Working("  strategy\n meeting ", "law_enforcement", "SM/12"))
    workspace = workspace_of(lobby.entrance, session_of(lobby.entrance, token))
    assert workspace.viewer == Viewer("jo", POLICE, frozenset({"analyst"}), frozenset({"E1"}))
    assert workspace.context == Context(
        date(2025, 6, 1), "strategy meeting", "law_enforcement", "SM/12", frozenset()
    )
    list_judgements(workspace)
    began, asked = lobby.desk.events()[-2:]
    for event in (began, asked):
        assert (event["actor"], event["agency"], event["purpose"]) == ("jo", POLICE, "strategy meeting")
        assert event["reference"] == "SM/12"
    assert (began["action"], asked["action"]) == ("begin work", "match")
    with pytest.raises(NotPermittedError):
        list_accounts(workspace)


@pytest.mark.parametrize(
    ("working", "error"),
    [
        (Working(""), PurposeMissingError),
        (Working(" \n "), PurposeMissingError),
        (Working("x" * 201), NotPermittedError),
        (Working("review", "anything"), NotPermittedError),
        (Working("review", "safeguarding", "x" * 201), NotPermittedError),
        (Working("review\x07"), NotPermittedError),
        (Working("review", "safeguarding", "\u202eSM"), NotPermittedError),
        (Working("\ud800"), NotPermittedError),
    ],
)
def test_what_work_is_for_is_stated_in_plain_words(
    lobby: Lobby, working: Working, error: type[Exception]
) -> None:
    token = lobby.enter("jo").token
    begin_work(lobby.entrance, token, REVIEW)
    with pytest.raises(error):
        begin_work(lobby.entrance, token, working)
    assert session_of(lobby.entrance, token).working == REVIEW


def test_a_hostile_purpose_is_kept_as_text(lobby: Lobby) -> None:
    token = lobby.enter("jo").token
    hostile = Working("<script>alert(1)</script>'; DROP TABLE session; --", "safeguarding", '"><b>')
    begin_work(lobby.entrance, token, hostile)
    assert session_of(lobby.entrance, token).working == hostile


def test_signing_in_is_an_event_of_the_account(lobby: Lobby) -> None:
    lobby.enter("JO", client=CLIENT)
    event = lobby.desk.events()[-1]
    assert (event["kind"], event["action"], event["decision"]) == ("consultation", "sign in", "allow")
    assert (event["actor"], event["agency"], event["roles"]) == ("jo", POLICE, ["analyst"])
    assert (event["detail"], event["purpose"]) == ({"client": CLIENT}, "signing in")


def test_nobody_is_let_in_when_the_event_cannot_be_written(lobby: Lobby) -> None:
    inside = lobby.enter("jo").token
    (lobby.desk.folder / "audit.key").unlink()
    acts: list[Callable[[], object]] = [
        lambda: lobby.enter("jo"),
        lambda: lobby.enter("jo", WRONG),
        lambda: lobby.enter("nobody"),
        lambda: begin_work(lobby.entrance, inside, REVIEW),
        lambda: change_password(lobby.entrance, inside, PASSWORD, OTHER),
        lambda: sign_out(lobby.entrance, inside),
    ]
    for act in acts:
        with pytest.raises(AuditUnavailableError):
            act()
    assert lobby.rows("SELECT purpose FROM session") == [("",)]
    assert session_of(lobby.entrance, inside).account.password_us == lobby.account("jo").added_us


def test_a_password_is_hashed_anew_at_sign_in_when_the_parameters_have_risen(
    lobby: Lobby, monkeypatch: pytest.MonkeyPatch
) -> None:
    inside = lobby.enter("jo").token
    lobby.pass_minutes(1)
    assert "$m=8,t=1,p=1$" in lobby.account("jo").password_hash
    monkeypatch.setattr(app.passwords, "STRENGTH", Strength(2, 16, 1))
    with pytest.raises(NotSignedInError):
        lobby.enter("jo", WRONG)
    assert "$m=8,t=1,p=1$" in lobby.account("jo").password_hash
    lobby.enter("jo")
    after = lobby.account("jo")
    assert "$m=16,t=2,p=1$" in after.password_hash
    # It is the same password, as old as it was.
    assert (after.must_change, after.password_us) == (False, after.added_us)
    lobby.enter("jo")
    assert _is_in(lobby, inside)


def test_a_password_that_is_reset_while_it_is_looked_at_opens_nothing(
    lobby: Lobby, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked = app.passwords.password_fits

    def _reset_meanwhile(password: str, held: str | None) -> bool:
        lobby.desk.now_us += 1
        reset(lobby.desk.workspace(), "jo")
        return looked(password, held)

    monkeypatch.setattr("app.use_cases.signing_in.password_fits", _reset_meanwhile)
    with pytest.raises(NotSignedInError):
        lobby.enter("jo")
    assert lobby.rows("SELECT COUNT(*) FROM session") == [(0,)]


def test_a_session_printed_shows_no_hash(lobby: Lobby) -> None:
    session = lobby.enter("jo").session
    assert "argon2" not in repr(session) and "argon2" not in str(session)


def _sign_in_elsewhere(folder: str, at_us: int, told: Any) -> None:
    with open_entrance(Path(folder), lambda: at_us) as entrance:
        entered = sign_in(entrance, "jo", PASSWORD)
        told.send(entered.token)
        told.recv()
        told.send(find_session(entrance.accounts, entered.token, at_us) is None)


@pytest.mark.faults
def test_a_session_of_one_process_is_known_to_another_and_ended_by_it(lobby: Lobby) -> None:
    ways = multiprocessing.get_context("spawn")
    ours, theirs = ways.Pipe()
    other = ways.Process(target=_sign_in_elsewhere, args=(str(lobby.desk.folder), lobby.desk.now_us, theirs))
    other.start()
    token = ours.recv()
    assert session_of(lobby.entrance, token).account.agency == POLICE != COUNCIL
    sign_out(lobby.entrance, token)
    ours.send("ended")
    assert ours.recv() is True
    other.join(60)
    assert other.exitcode == 0
