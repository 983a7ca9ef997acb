"""Accounts are kept by administrators, have one spelling, and leave no password anywhere."""

from __future__ import annotations

import json
import multiprocessing
import os
import sqlite3
import threading
import time
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.access import Viewer
from app.accounts import (
    FILE,
    NewAccount,
    add_account,
    checked,
    create_accounts,
    folded,
    open_accounts,
    viewer_of_account,
)
from app.settings import ROLES
from app.use_cases.accounts import Changes, add, change, disable, enable, list_accounts, reset
from app.use_cases.signing_in import session_of
from graph.errors import (
    AccountRuleError,
    EntityNotFoundError,
    KithmapError,
    NotPermittedError,
    NotSignedInError,
    SchemaVersionError,
    StoreUnavailableError,
)
from graph.ledger.opening import one_writer
from tests.app.desk import COUNCIL, POLICE, Desk
from tests.app.front_door import OTHER, PASSWORD, WRONG, Lobby, lobby_in, quick_hashes

HOSTILE = [
    "' OR '1'='1",
    "x'; DROP TABLE account; --",
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{7*7}}",
    "=HYPERLINK(1)",
    "../../etc/passwd",
    "jo\x00",
    "jo\x07",
    "jo\u202eoj",
    "\u200bjo",
    "-jo",
    "jo-",
    "",
    " ",
    "x" * 65,
    "x" * 100_000,
]


@pytest.fixture
def lobby(tmp_path: Path) -> Iterator[Lobby]:
    """Return a lobby where an administrator sits."""
    with lobby_in(tmp_path) as made:
        yield made


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """Return the desk of a new workspace, where nobody has an account."""
    with quick_hashes():
        yield Desk(tmp_path)


def test_an_account_is_kept_as_it_was_stated(lobby: Lobby) -> None:
    lobby.newcomer("  Jo.\tO'Neill ", ["op_group", "analyst"], agency=POLICE, areas=["E2", "E1"])
    held = lobby.account("JO. O'NEILL")
    assert (held.name, held.agency, held.state) == ("jo. o'neill", POLICE, "active")
    assert viewer_of_account(held) == Viewer(
        "jo. o'neill", POLICE, frozenset({"analyst", "op_group"}), frozenset({"E1", "E2"})
    )
    assert held.added_us == held.password_us == lobby.desk.now_us
    assert held.password_hash not in repr(held) and held.password_hash.startswith("$argon2id$")


@pytest.mark.properties
@given(st.text(max_size=50))
def test_a_name_folds_to_one_spelling(name: str) -> None:
    once = folded(name)
    assert folded(once) == once
    for form in ("NFC", "NFD", "NFKC", "NFKD"):
        assert folded(f"  {unicodedata.normalize(form, name)}\n") == once


@pytest.mark.parametrize(
    "name", ["JO", "jo ", "\uff2a\uff2f", "Straße", "STRASSE", "I\u0307lker", "ŵyn", "w\u0302yn"]
)
def test_a_name_is_taken_in_every_spelling(lobby: Lobby, name: str) -> None:
    for taken in ("jo", "strasse", "i\u0307lker", "ŵyn"):
        lobby.newcomer(taken)
    with pytest.raises(AccountRuleError, match="exists already"):
        lobby.newcomer(name)
    with pytest.raises(AccountRuleError, match="exists already"):
        disable(lobby.desk.workspace(), name)
        lobby.newcomer(name)


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_is_no_name_and_breaks_nothing(lobby: Lobby, name: str) -> None:
    with pytest.raises(AccountRuleError) as refused:
        lobby.newcomer(name)
    assert len(name) < 3 or name not in str(refused.value)
    for act in (disable, enable, reset):
        with pytest.raises(EntityNotFoundError):
            act(lobby.desk.workspace(), name)
    with pytest.raises(NotSignedInError):
        lobby.enter(name)
    lobby.enter("robin")


@pytest.mark.parametrize("agency", ["<b>Ashby</b> & Sons", "' OR 1=1 --", "Heddlu Gwynedd - ŵ"])
def test_an_agency_is_kept_to_the_letter(lobby: Lobby, agency: str) -> None:
    lobby.newcomer("jo", agency=agency)
    assert lobby.account("jo").agency == agency
    assert list_accounts(lobby.desk.workspace()).body["rows"][0]["agency"] == agency


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"roles": ()}, "roles are one or more"),
        ({"roles": ("boss",)}, "roles are one or more"),
        ({"roles": ("admin", "analyst")}, "administrator has no other role"),
        ({"agency": ""}, "agency"),
        ({"agency": "a\x07b"}, "agency"),
        ({"agency": "x" * 201}, "agency"),
        ({"areas": ("E1", "")}, "areas"),
        ({"areas": ("E1; DROP",)}, "areas"),
    ],
)
def test_what_breaks_a_rule_is_refused(change: dict[str, Any], rule: str) -> None:
    good = NewAccount("jo", COUNCIL, ("analyst",), ("E1",))
    assert checked(good) == good
    with pytest.raises(AccountRuleError, match=rule):
        checked(good._replace(**change))


def test_the_password_of_an_administrator_keeps_the_rules_too(lobby: Lobby) -> None:
    workspace = lobby.desk.workspace()
    for weak in ("short", "correct horse battery staple", "my friend josephine w"):
        with pytest.raises(AccountRuleError):
            add(workspace, NewAccount("josephine", COUNCIL, ("analyst",)), weak)
        with pytest.raises(AccountRuleError):
            reset(workspace, "robin", weak if "jo" not in weak else "robin in the chestnut tree")
    assert len(list_accounts(workspace).body["rows"]) == 1


def test_a_made_up_password_opens_a_session_that_must_change_it(lobby: Lobby) -> None:
    workspace = lobby.desk.workspace()
    first = add(workspace, NewAccount("jo", COUNCIL, ("analyst",)))
    assert len(first) >= 20 and lobby.enter("jo", first).session.account.must_change
    second = reset(workspace, "jo")
    assert second != first and lobby.enter("jo", second).session.account.must_change
    with pytest.raises(NotSignedInError):
        lobby.enter("jo", first)
    assert add(workspace, NewAccount("sam", COUNCIL, ("analyst",)), OTHER) == ""
    assert lobby.enter("sam", OTHER).session.account.must_change


@pytest.mark.parametrize("act", [disable, reset])
def test_disabling_and_resetting_end_every_session_at_once(lobby: Lobby, act: Any) -> None:
    lobby.newcomer("jo")
    lobby.newcomer("sam")
    inside = [lobby.enter("jo").token for _ in range(3)]
    other = lobby.enter("sam").token
    act(lobby.desk.workspace(), "Jo")
    for token in inside:
        with pytest.raises(NotSignedInError):
            session_of(lobby.entrance, token)
    assert session_of(lobby.entrance, other).account.name == "sam"
    assert lobby.desk.events()[-1]["detail"] == {"account": "jo", "sessions_ended": 3}


def test_an_account_enabled_again_has_the_password_it_had(lobby: Lobby) -> None:
    lobby.newcomer("jo")
    old = lobby.enter("jo").token
    disable(lobby.desk.workspace(), "jo")
    enable(lobby.desk.workspace(), "jo")
    with pytest.raises(NotSignedInError):
        session_of(lobby.entrance, old)
    lobby.enter("jo")


def test_the_list_says_how_each_account_stands(lobby: Lobby) -> None:
    lobby.newcomer("jo", areas=["E1"])
    lobby.newcomer("sam", must_change=True)
    disable(lobby.desk.workspace(), "sam")
    for _ in range(5):
        with pytest.raises(NotSignedInError):
            lobby.enter("jo", WRONG)
    lobby.enter("robin")
    body = list_accounts(lobby.desk.workspace()).body
    assert body["sentence"] == "3 accounts, 2 active"
    jo, robin, sam = body["rows"]
    assert jo == {
        "name": "jo", "agency": COUNCIL, "roles": ["analyst"], "areas": ["E1"], "state": "active",
        "must_change": False, "failures": 5, "locked_until": "2025-06-01T12:01:00+00:00",
        "added": "2025-06-01T12:00:00+00:00", "signed_in": None,
    }  # fmt: skip
    assert (robin["failures"], robin["signed_in"]) == (0, "2025-06-01T12:00:00+00:00")
    assert (sam["state"], sam["must_change"]) == ("disabled", True)
    assert "argon2" not in json.dumps(body)


@pytest.mark.parametrize("role", [role for role in ROLES if role != "admin"])
def test_who_is_no_administrator_is_refused_on_the_record(lobby: Lobby, role: str) -> None:
    lobby.desk.sit(roles=[role])
    workspace = lobby.desk.workspace()
    acts: list[Callable[[], object]] = [
        lambda: add(workspace, NewAccount("jo", COUNCIL, ("admin",))),
        lambda: reset(workspace, "robin"),
        lambda: disable(workspace, "robin"),
        lambda: enable(workspace, "robin"),
        lambda: change(workspace, "robin", Changes(agency=POLICE)),
        lambda: list_accounts(workspace),
    ]
    before = len(lobby.desk.events())
    for act in acts:
        with pytest.raises(NotPermittedError):
            act()
    events = lobby.desk.events()[before:]
    assert [(event["action"], event["decision"]) for event in events] == [("accounts", "deny")] * 6
    assert lobby.rows("SELECT name, state FROM account") == [("robin", "active")]


def test_every_act_is_an_event_of_the_administrator_without_a_password(lobby: Lobby) -> None:
    workspace = lobby.desk.workspace()
    before = len(lobby.desk.events())
    words = [add(workspace, NewAccount("jo", POLICE, ("analyst",), ("E1",)))]
    words.append(reset(workspace, "jo"))
    disable(workspace, "jo")
    enable(workspace, "jo")
    list_accounts(workspace)
    with pytest.raises(EntityNotFoundError):
        disable(workspace, PASSWORD)
    events = lobby.desk.events()[before:]
    assert [(e["kind"], e["action"]) for e in events] == [
        ("alteration", "accounts add"),
        ("alteration", "accounts reset"),
        ("alteration", "accounts disable"),
        ("alteration", "accounts enable"),
        ("consultation", "accounts list"),
        ("alteration", "accounts disable"),
    ]
    assert {(e["actor"], e["agency"], tuple(e["roles"])) for e in events} == {
        ("someone", COUNCIL, ("admin",))
    }
    assert events[0]["detail"] == {
        "account": "jo", "account_agency": POLICE, "account_roles": ["analyst"],
        "account_areas": ["E1"], "first": False,
    }  # fmt: skip
    assert events[-1]["detail"] == {"error": "EntityNotFoundError"}
    kept = lobby.bytes_on_disk()
    assert not any(word.encode() in kept for word in (*words, PASSWORD, OTHER))


def test_nothing_is_changed_when_the_event_cannot_be_written(lobby: Lobby) -> None:
    lobby.newcomer("jo")
    workspace = lobby.desk.workspace()
    held = lobby.rows("SELECT * FROM account")
    (lobby.desk.folder / "audit.key").unlink()
    acts: list[Callable[[], object]] = [
        lambda: add(workspace, NewAccount("sam", COUNCIL, ("analyst",))),
        lambda: reset(workspace, "jo"),
        lambda: disable(workspace, "jo"),
        lambda: change(workspace, "jo", Changes(agency=POLICE)),
    ]
    for act in acts:
        with pytest.raises(KithmapError, match="audit log cannot be written"):
            act()
    assert lobby.rows("SELECT * FROM account") == held


def test_the_owner_of_a_new_workspace_makes_the_first_administrator_and_nobody_else(desk: Desk) -> None:
    workspace = desk.workspace()
    assert workspace.viewer.roles == {"analyst"}
    for roles in (("analyst",), ("admin", "analyst"), ()):
        with pytest.raises(NotPermittedError, match="the first account is an administrator's"):
            add(workspace, NewAccount("jo", COUNCIL, roles))
    assert not (desk.folder / FILE).exists()
    assert add(workspace, NewAccount("jo", COUNCIL, ("admin",)))
    first = desk.events()[-1]
    assert (first["action"], first["detail"]["first"], first["roles"]) == ("accounts add", True, ["analyst"])
    for roles in (("admin",), ("analyst",)):
        with pytest.raises(NotPermittedError, match="does not allow accounts"):
            add(workspace, NewAccount("sam", COUNCIL, roles))


def test_of_two_who_make_the_first_account_at_once_one_does(desk: Desk) -> None:
    outcomes: list[str] = []

    def _make(name: str) -> None:
        try:
            add(desk.workspace(), NewAccount(name, COUNCIL, ("admin",)))
            outcomes.append("made")
        except NotPermittedError:
            outcomes.append("refused")

    threads = [threading.Thread(target=_make, args=(name,)) for name in ("jo", "sam")]
    # Both find no account, and wait for each other's turn to make the file.
    with one_writer(desk.folder):
        for thread in threads:
            thread.start()
        time.sleep(0.5)
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["made", "refused"]


@pytest.mark.skipif(not hasattr(os, "getuid"), reason="files have no owner here")
def test_who_does_not_own_the_folder_makes_no_first_account(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "getuid", lambda: desk.folder.stat().st_uid + 1)
    with pytest.raises(NotPermittedError, match="does not allow accounts"):
        add(desk.workspace(), NewAccount("jo", COUNCIL, ("admin",)))
    assert desk.events()[-1]["decision"] == "deny" and not (desk.folder / FILE).exists()


def test_a_workspace_without_accounts_says_how_to_make_one(desk: Desk) -> None:
    desk.sit(roles=["admin"])
    with pytest.raises(StoreUnavailableError, match="kithmap user add"):
        list_accounts(desk.workspace())


def test_a_file_of_another_schema_is_refused_and_made_only_once(lobby: Lobby) -> None:
    create_accounts(lobby.desk.folder)
    assert lobby.rows("SELECT name FROM account") == [("robin",)]
    with closing(sqlite3.connect(lobby.desk.folder / FILE)) as file, file:
        file.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(SchemaVersionError):
        open_accounts(lobby.desk.folder)


@pytest.mark.faults
def test_what_a_killed_process_left_of_a_new_file_is_made_anew(desk: Desk) -> None:
    (desk.folder / f".{FILE}.new").write_bytes(b"half of a file")
    create_accounts(desk.folder)
    open_accounts(desk.folder).close()
    assert not (desk.folder / f".{FILE}.new").exists()


@pytest.mark.parametrize("statement", ["DELETE FROM account", "UPDATE account SET name = 'x'"])
def test_an_account_is_never_deleted_or_renamed(lobby: Lobby, statement: str) -> None:
    with closing(sqlite3.connect(lobby.desk.folder / FILE)) as file, pytest.raises(sqlite3.IntegrityError):
        file.execute(statement)


def test_writers_sync_each_commit_in_a_file_for_its_owner_alone(lobby: Lobby) -> None:
    with lobby.entrance.accounts.writing() as rows:
        assert rows.exec_driver_sql("PRAGMA synchronous").scalar_one() == 2
        assert rows.exec_driver_sql("PRAGMA journal_mode").scalar_one() == "wal"
    if os.name != "nt":
        assert (lobby.desk.folder / FILE).stat().st_mode & 0o077 == 0


def test_readers_cannot_write(lobby: Lobby) -> None:
    with pytest.raises(StoreUnavailableError), lobby.entrance.accounts.reading() as rows:
        rows.exec_driver_sql("UPDATE account SET state = 'disabled'")


def _add_many(folder: str, letter: str, barrier: Any) -> None:
    file = open_accounts(Path(folder))
    barrier.wait()
    for number in range(40):
        with file.writing() as rows:
            new = NewAccount(f"{letter}{number}", COUNCIL, ("analyst",))
            add_account(rows, new, "no hash", now_us=number, must_change=True)
    file.close()


@pytest.mark.faults
def test_two_processes_write_at_once_and_nothing_is_lost(lobby: Lobby) -> None:
    ways = multiprocessing.get_context("spawn")
    barrier = ways.Barrier(2)
    others = [
        ways.Process(target=_add_many, args=(str(lobby.desk.folder), letter, barrier)) for letter in "ab"
    ]
    for other in others:
        other.start()
    for other in others:
        other.join(120)
    assert [other.exitcode for other in others] == [0, 0]
    assert lobby.rows("SELECT COUNT(*) FROM account") == [(81,)]


def test_what_is_stated_anew_of_an_account_holds_and_ends_its_sessions(lobby: Lobby) -> None:
    lobby.newcomer("jo", areas=["E1"])
    token = lobby.enter("jo").token
    now = change(lobby.desk.workspace(), "Jo", Changes(roles=("ig_auditor", "coordinator")))
    assert (now.agency, now.roles, now.areas) == (COUNCIL, ("coordinator", "ig_auditor"), ("E1",))
    with pytest.raises(NotSignedInError):
        session_of(lobby.entrance, token)
    assert lobby.enter("jo").session.account.roles == now.roles
    event = lobby.desk.events()[-2]
    assert (event["kind"], event["action"]) == ("alteration", "accounts change")
    assert event["detail"] == {
        "account": "jo", "sessions_ended": 1, "account_roles": ["coordinator", "ig_auditor"],
        "account_roles_before": ["analyst"],
    }  # fmt: skip
    now = change(lobby.desk.workspace(), "jo", Changes(agency=POLICE, areas=()))
    assert (now.agency, now.areas, now.name) == (POLICE, (), "jo")


@pytest.mark.parametrize(
    "changes",
    [
        Changes(),
        Changes(agency=COUNCIL, roles=("analyst",)),
        Changes(roles=()),
        Changes(roles=("chief",)),
        Changes(roles=("admin", "analyst")),
        Changes(agency=" "),
        Changes(areas=("E 1",)),
    ],
)
def test_a_change_that_breaks_a_rule_changes_nothing(lobby: Lobby, changes: Changes) -> None:
    lobby.newcomer("jo")
    token = lobby.enter("jo").token
    held = lobby.account("jo")
    with pytest.raises(AccountRuleError):
        change(lobby.desk.workspace(), "jo", changes)
    assert lobby.account("jo") == held == session_of(lobby.entrance, token).account


def test_the_last_administrator_who_can_sign_in_stays_one(lobby: Lobby) -> None:
    workspace = lobby.desk.workspace()
    lobby.newcomer("elm", ["admin"], must_change=True)
    disable(workspace, "robin")
    enable(workspace, "robin")
    # A temporary password that nobody used opens nothing after a week.
    lobby.desk.pass_days(8)
    acts: list[Callable[[], object]] = [
        lambda: disable(workspace, "robin"),
        lambda: change(workspace, "robin", Changes(roles=("analyst",))),
    ]
    for act in acts:
        with pytest.raises(AccountRuleError, match="add another first"):
            act()
        event = lobby.desk.events()[-1]
        assert (event["decision"], event["detail"]["rule"]) == ("deny", "the last administrator")
    assert (lobby.account("robin").state, lobby.account("robin").roles) == ("active", ("admin",))
    change(workspace, "robin", Changes(agency=POLICE))
    lobby.newcomer("fir", ["admin"])
    for act in acts[::-1]:
        act()
    with pytest.raises(AccountRuleError):
        disable(workspace, "fir")
