"""Signing in and out, changing a password, and the workspace that somebody signed in works in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, NamedTuple

from sqlalchemy import Connection

from app.access import Context, Viewer
from app.accounts import Account, AccountsFile, find_account, open_accounts, set_password, viewer_of_account
from app.attempts import Tried, count_client, forgive, tried, wait_or_count
from app.audit import AuditLog, Event, Kind
from app.kept_files import KeptFiles
from app.password_rules import check_password
from app.passwords import hash_password, needs_new_hash, normalised, password_fits
from app.sessions import (
    Session,
    Working,
    begin_session,
    checked_working,
    csrf_of,
    end_session,
    end_sessions,
    find_session,
    read_session,
    set_working,
    settings_of,
)
from app.workspace import Workspace
from graph.errors import AccountRuleError, NotSignedInError, PasswordChangeNeededError, SignInLockedError
from graph.ledger.writing import wall_clock_us
from graph.model.spans import LONDON

_NOBODY: Final = Viewer("unknown account", "", frozenset(), frozenset())
_WRONG: Final = "the name or the password is wrong"
_SIGN_IN_AGAIN: Final = "sign in first: there is no session, or it has ended"
_LONGEST_CLIENT: Final = 64


@dataclass(frozen=True)
class Entrance:
    """Where people sign in to one workspace; one for each process, used by all its threads.

    Attributes
    ----------
    folder : Path
        The workspace.
    accounts : AccountsFile
        Open.
    clock : callable
        The time in UTC microseconds.
    kept : KeptFiles
        What the process keeps open besides.
    """

    folder: Path
    accounts: AccountsFile
    clock: Callable[[], int] = field(default=wall_clock_us, repr=False)
    kept: KeptFiles = field(kw_only=True, repr=False)


class SignedIn(NamedTuple):
    """What a client gets when somebody signs in.

    Attributes
    ----------
    token : str
        For the cookie; kept nowhere, never to be logged.
    csrf : str
        For the pages.
    session : Session
        Who it is; where ``session.account.must_change``, nothing but a new password is accepted.
    """

    token: str
    csrf: str
    session: Session


@contextmanager
def open_entrance(folder: Path, clock: Callable[[], int] = wall_clock_us) -> Iterator[Entrance]:
    """Open the entrance of a workspace.

    Parameters
    ----------
    folder : Path
        Where it is.
    clock : callable, optional
        The time in UTC microseconds.

    Yields
    ------
    Entrance
        Until the process ends.

    Raises
    ------
    StoreUnavailableError
        No account was made yet.
    """
    accounts, kept = open_accounts(folder), KeptFiles(folder)
    try:
        yield Entrance(folder, accounts, clock, kept=kept)
    finally:
        kept.close()
        accounts.close()


def sign_in(
    entrance: Entrance, name: str, password: str, *, client: str = "", replacing: str = ""
) -> SignedIn:
    """Begin a session for somebody who knows a name and its password.

    Parameters
    ----------
    entrance : Entrance
        Of the workspace.
    name, password : str
        As typed.
    client : str, optional
        Address that the request came from.
    replacing : str, optional
        Token of the session they have already: it ends, and what it was for goes on in the new one
        where both are of one account.

    Returns
    -------
    SignedIn
        On the audit log before it is returned.

    Raises
    ------
    SignInLockedError
        Too many failures; whether the password was right was not looked at.
    NotSignedInError
        Wrong, unknown or disabled: the same words after the same work.
    AuditUnavailableError
        It cannot be written to the log: no session has begun.
    """
    account = _verified(entrance, name, password, client, "sign in")
    renewed = hash_password(password) if needs_new_hash(account.password_hash) else ""
    with entrance.accounts.writing() as rows:
        now_us = entrance.clock()
        _still(entrance, rows, account, "sign in", client)
        forgive(rows, _things(entrance, account.name, client, known=True))
        if renewed:
            set_password(rows, account, renewed, now_us=account.password_us, must_change=account.must_change)
        before = read_session(rows, replacing, now_us)
        end_session(rows, replacing)
        working = before.working if before and before.account.seq == account.seq else None
        token, session = begin_session(rows, account, now_us, working)
        _write(entrance, account, "consultation", "sign in", _told(client))
    return SignedIn(token, csrf_of(token), session)


def _verified(entrance: Entrance, name: str, password: str, client: str, act: str) -> Account:
    """Return the account that a name and a password open; count, audit and refuse everything else."""
    now_us = entrance.clock()
    with entrance.accounts.writing() as rows:
        account = find_account(rows, name)
        things = _things(entrance, name, client, known=account is not None)
        wait = wait_or_count(rows, things, now_us)
    if wait.seconds:
        if wait.untold:
            _write(entrance, account, "consultation", act, {**_told(client), "rule": "locked"}, "deny")
        raise SignInLockedError(
            f"too many sign-ins have failed: try again in {wait.seconds} seconds", retry_after_s=wait.seconds
        )
    enters = account is not None and account.may_enter(now_us)
    fits = password_fits(password, account.password_hash if account and enters else None)
    if account is None or not fits:
        with entrance.accounts.writing() as rows:
            count_client(rows, things, now_us)
        _write(entrance, account, "consultation", act, {**_told(client), "rule": "wrong"}, "deny")
        raise NotSignedInError(_WRONG)
    return account


def _still(entrance: Entrance, rows: Connection, account: Account, act: str, client: str) -> None:
    """Refuse where an administrator disabled or reset the account while its password was being looked at."""
    now = find_account(rows, account.name)
    if now is None or (now.state, now.password_us) != (account.state, account.password_us):
        _write(entrance, account, "consultation", act, {**_told(client), "rule": "wrong"}, "deny")
        raise NotSignedInError(_WRONG)


def session_of(entrance: Entrance, token: str, *, changing_password: bool = False) -> Session:
    """Return who is signed in; asked at every request.

    Parameters
    ----------
    entrance : Entrance
        Of the workspace.
    token : str
        From the cookie.
    changing_password : bool, optional
        Whether the request shows or does what somebody with a temporary password may: change it, sign out.

    Returns
    -------
    Session
        With the account as it is now.

    Raises
    ------
    NotSignedInError
        No such session, or it has ended.
    PasswordChangeNeededError
        The password is temporary.
    """
    found = find_session(entrance.accounts, token, entrance.clock())
    if found is None:
        raise NotSignedInError(_SIGN_IN_AGAIN)
    if found.account.must_change and not changing_password:
        raise PasswordChangeNeededError("choose a password of your own first")
    return found


def workspace_of(entrance: Entrance, session: Session) -> Workspace:
    """Open the workspace as somebody who is signed in, for what their session is for.

    Parameters
    ----------
    entrance : Entrance
        Of the workspace.
    session : Session
        Whose.

    Returns
    -------
    Workspace
        Handed to the same use cases as the command line's.
    """
    return Workspace(entrance.folder, settings_of(session), entrance.clock, kept=entrance.kept)


def begin_work(entrance: Entrance, token: str, working: Working) -> Session:
    """State what the session is for from now on: each read inherits it.

    Parameters
    ----------
    entrance : Entrance
        Of the workspace.
    token : str
        From the cookie.
    working : Working
        Purpose, its kind, and the case or meeting.

    Returns
    -------
    Session
        With it.

    Raises
    ------
    NotSignedInError
        No such session, or it has ended.
    PurposeMissingError
        No purpose is stated.
    NotPermittedError
        A text is too long or does not print, or the kind is unknown.
    """
    session = session_of(entrance, token)
    stated = checked_working(working)
    begun = Session(session.account, session.signed_in_us, session.seen_us, stated)
    with entrance.accounts.writing() as rows:
        set_working(rows, token, stated)
        workspace_of(entrance, begun).audit.write(
            Event("consultation", "begin work", (), {"purpose_kind": stated.purpose_kind})
        )
    return begun


def change_password(entrance: Entrance, token: str, old: str, new: str, *, client: str = "") -> SignedIn:
    """Change the password of whoever is signed in, end all their sessions and begin a new one.

    Parameters
    ----------
    entrance : Entrance
        Of the workspace.
    token : str
        From the cookie.
    old, new : str
        As typed.
    client : str, optional
        Address that the request came from.

    Returns
    -------
    SignedIn
        A fresh session with what the old one was for.

    Raises
    ------
    AccountRuleError
        The new password breaks a rule, or is the old one.
    NotSignedInError
        The session has ended or the old password is wrong, which counts as a failed sign-in.
    SignInLockedError
        Too many failures.
    """
    session = session_of(entrance, token, changing_password=True)
    name = session.account.name
    check_password(new, (name, session.account.agency))
    if normalised(old) == normalised(new):
        raise AccountRuleError("the new password is the old one")
    account = _verified(entrance, name, old, client, "change password")
    encoded = hash_password(new)
    with entrance.accounts.writing() as rows:
        now_us = entrance.clock()
        _still(entrance, rows, account, "change password", client)
        forgive(rows, _things(entrance, name, client, known=True))
        set_password(rows, account, encoded, now_us=now_us, must_change=False)
        ended = end_sessions(rows, account)
        held = find_account(rows, name) or account
        fresh, begun = begin_session(rows, held, now_us, session.working)
        _write(entrance, account, "alteration", "change password", {**_told(client), "sessions_ended": ended})
    return SignedIn(fresh, csrf_of(fresh), begun)


def sign_out(entrance: Entrance, token: str, *, everywhere: bool = False) -> int:
    """End a session, or all of its account.

    Parameters
    ----------
    entrance : Entrance
        Of the workspace.
    token : str
        From the cookie.
    everywhere : bool, optional
        Whether the account's other sessions end, too.

    Returns
    -------
    int
        Sessions ended; 0 where the session had ended already.
    """
    with entrance.accounts.writing() as rows:
        session = read_session(rows, token, entrance.clock())
        if session is None:
            return 0
        ended = 1
        if everywhere:
            ended = end_sessions(rows, session.account)
        else:
            end_session(rows, token)
        act = "sign out everywhere" if everywhere else "sign out"
        _write(entrance, session.account, "consultation", act, {"sessions_ended": ended})
    return ended


def _things(entrance: Entrance, name: str, client: str, *, known: bool) -> list[Tried]:
    return tried(entrance.accounts.secret, name, known=known, client=client)


def _told(client: str) -> dict[str, object]:
    return {"client": client[:_LONGEST_CLIENT].encode("ascii", "replace").decode("ascii")} if client else {}


def _write(
    entrance: Entrance,
    account: Account | None,
    kind: Kind,
    act: str,
    detail: dict[str, object],
    decision: str = "allow",
) -> None:
    """Write an event of an account; a name that no account has may be a password in the wrong field."""
    viewer = viewer_of_account(account) if account else _NOBODY
    day = datetime.fromtimestamp(entrance.clock() / 1_000_000, tz=UTC).astimezone(LONDON).date()
    context = Context(day, "signing in", "", "", frozenset())
    log = AuditLog(entrance.folder, viewer, context, entrance.clock, entrance.kept.commits)
    log.write(Event(kind, act, (), detail, decision))
