"""Accounts as an administrator keeps them: add, change, disable, enable, reset, list."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection

from app.access import ACTIONS
from app.accounts import (
    FILE,
    Account,
    AccountsFile,
    NewAccount,
    add_account,
    checked,
    create_accounts,
    get_account,
    open_accounts,
    read_accounts,
    set_password,
    set_state,
    set_stated,
)
from app.attempts import failures_of, forgive, tried
from app.audit import Event
from app.password_rules import check_password
from app.passwords import hash_password, temporary_password
from app.sessions import end_sessions
from app.workspace import Answer, Workspace
from graph.errors import AccountRuleError, EntityNotFoundError, NotPermittedError

SCHEMA: Final = "kithmap.accounts/1"
_ACTION: Final = "accounts"
_THE_LAST: Final = "nobody else is an administrator who can sign in: add another first"


def add(
    workspace: Workspace, new: NewAccount, password: str | None = None, *, must_change: bool = True
) -> str:
    """Add an account.

    Parameters
    ----------
    workspace : Workspace
        Whose; its viewer is the administrator.
    new : NewAccount
        Who they are.
    password : str, optional
        Typed by the administrator; made up when left out.
    must_change : bool, optional
        Whether they choose another at the first sign-in.

    Returns
    -------
    str
        The password to hand over, shown once and kept nowhere; empty where it was typed.

    Raises
    ------
    NotPermittedError
        The viewer is no administrator. In a workspace without any account the owner of the folder
        may add the first, who must be one.
    AccountRuleError
        The name is taken, or something breaks a rule.
    """
    first = _permit(workspace, new)
    stated = checked(new)
    given, encoded = _password(stated, password)
    create_accounts(workspace.folder)
    with _opened(workspace) as file, file.writing() as rows:
        if first and read_accounts(rows):
            # Somebody else made the first in the meantime.
            workspace.permit(_ACTION)
        add_account(rows, stated, encoded, now_us=workspace.clock(), must_change=must_change)
        detail = {
            "account": stated.name,
            "account_agency": stated.agency,
            "account_roles": list(stated.roles),
            "account_areas": list(stated.areas),
            "first": first,
        }
        workspace.audit.write(Event("alteration", "accounts add", (), detail))
    return given


def _permit(workspace: Workspace, new: NewAccount) -> bool:
    """Refuse who may not add an account; return whether this is the first, made by the folder's owner."""
    may = any(_ACTION in ACTIONS[role] for role in workspace.viewer.roles)
    if may or _held(workspace) or not _owns(workspace):
        workspace.permit(_ACTION)
        return False
    if set(new.roles) != {"admin"}:
        rule = "the first account is an administrator's: --role admin and no other"
        workspace.audit.write(Event("alteration", "accounts add", (), {"rule": rule}, "deny"))
        raise NotPermittedError(rule)
    return True


def _held(workspace: Workspace) -> bool:
    if not (workspace.folder / FILE).exists():
        return False
    with _opened(workspace) as file, file.reading() as rows:
        return bool(read_accounts(rows))


def _owns(workspace: Workspace) -> bool:
    # Without owners of files (Windows) whoever may write to the folder passes.
    return not hasattr(os, "getuid") or workspace.folder.stat().st_uid == os.getuid()


def _password(account: NewAccount | Account, password: str | None) -> tuple[str, str]:
    if password is None:
        made = temporary_password()
        return made, hash_password(made)
    check_password(password, (account.name, account.agency))
    return "", hash_password(password)


def reset(workspace: Workspace, name: str, password: str | None = None) -> str:
    """Give an account a new password, end its sessions and open its door.

    Parameters
    ----------
    workspace : Workspace
        Whose; its viewer is the administrator.
    name : str
        Of the account.
    password : str, optional
        Typed by the administrator; made up when left out.

    Returns
    -------
    str
        The password to hand over, shown once and kept nowhere; empty where it was typed.

    Raises
    ------
    NotPermittedError
        The viewer is no administrator.
    AccountRuleError
        The password breaks a rule.
    EntityNotFoundError
        No account has this name.
    """
    workspace.permit(_ACTION)
    with _opened(workspace) as file:
        with file.reading() as rows:
            account = _found(workspace, rows, "accounts reset", name)
        given, encoded = _password(account, password)
        with file.writing() as rows:
            set_password(rows, account, encoded, now_us=workspace.clock(), must_change=True)
            ended = _let_in(file, rows, account)
            detail: dict[str, object] = {"account": account.name, "sessions_ended": ended}
            workspace.audit.write(Event("alteration", "accounts reset", (), detail))
    return given


class Changes(NamedTuple):
    """What is stated anew of an account; what is None stays.

    Attributes
    ----------
    agency : str or None
        Their agency.
    roles, areas : tuple of str or None
        All of them; no area for every area.
    """

    agency: str | None = None
    roles: tuple[str, ...] | None = None
    areas: tuple[str, ...] | None = None


def change(workspace: Workspace, name: str, changes: Changes) -> Account:
    """State an account's agency, roles or areas anew, and end its sessions.

    Parameters
    ----------
    workspace : Workspace
        Whose; its viewer is the administrator.
    name : str
        Of the account.
    changes : Changes
        What is stated anew.

    Returns
    -------
    Account
        As it is now. What it made and approved stays its own, under the agency of then; its import
        drafts are seen no more where the agency has changed, and are deleted after a day.

    Raises
    ------
    NotPermittedError
        The viewer is no administrator.
    AccountRuleError
        Nothing is changed, something breaks a rule, or no administrator who can sign in would be left.
    EntityNotFoundError
        No account has this name.
    """
    workspace.permit(_ACTION)
    with _opened(workspace) as file, file.writing() as rows:
        account = _found(workspace, rows, "accounts change", name)
        stated = {field: value for field, value in changes._asdict().items() if value is not None}
        before = NewAccount(account.name, account.agency, account.roles, account.areas)
        new = checked(before._replace(**stated))
        if new == before:
            raise AccountRuleError("nothing of the account is changed by that")
        if "admin" not in new.roles:
            _keep_an_administrator(workspace, rows, account, "accounts change")
        set_stated(rows, account, new)
        detail: dict[str, object] = {"account": account.name, "sessions_ended": end_sessions(rows, account)}
        for field, value in new._asdict().items():
            if value != getattr(before, field):
                detail[f"account_{field}"] = _plain(value)
                detail[f"account_{field}_before"] = _plain(getattr(before, field))
        workspace.audit.write(Event("alteration", "accounts change", (), detail))
        return get_account(rows, name)


def _plain(value: str | tuple[str, ...]) -> object:
    return list(value) if isinstance(value, tuple) else value


def _keep_an_administrator(workspace: Workspace, rows: Connection, account: Account, act: str) -> None:
    """Refuse what would leave nobody who can keep the accounts."""
    if account.state != "active" or "admin" not in account.roles:
        return
    now_us = workspace.clock()
    others = (other for other in read_accounts(rows) if other.seq != account.seq)
    if not any("admin" in other.roles and other.may_enter(now_us) for other in others):
        detail: dict[str, object] = {"account": account.name, "rule": "the last administrator"}
        workspace.audit.write(Event("alteration", act, (), detail, "deny"))
        raise AccountRuleError(_THE_LAST)


def disable(workspace: Workspace, name: str) -> None:
    """Disable an account and end its sessions.

    Parameters
    ----------
    workspace : Workspace
        Whose; its viewer is the administrator.
    name : str
        Of the account; it keeps its name for ever, for what it made and approved.

    Raises
    ------
    NotPermittedError
        The viewer is no administrator.
    EntityNotFoundError
        No account has this name.
    AccountRuleError
        No administrator who can sign in would be left.
    """
    workspace.permit(_ACTION)
    with _opened(workspace) as file, file.writing() as rows:
        account = _found(workspace, rows, "accounts disable", name)
        _keep_an_administrator(workspace, rows, account, "accounts disable")
        set_state(rows, account, "disabled")
        detail: dict[str, object] = {"account": account.name, "sessions_ended": end_sessions(rows, account)}
        workspace.audit.write(Event("alteration", "accounts disable", (), detail))


def enable(workspace: Workspace, name: str) -> None:
    """Let a disabled account sign in again, with the password it had, and open its door.

    Parameters
    ----------
    workspace : Workspace
        Whose; its viewer is the administrator.
    name : str
        Of the account.

    Raises
    ------
    NotPermittedError
        The viewer is no administrator.
    EntityNotFoundError
        No account has this name.
    """
    workspace.permit(_ACTION)
    with _opened(workspace) as file, file.writing() as rows:
        account = _found(workspace, rows, "accounts enable", name)
        set_state(rows, account, "active")
        _let_in(file, rows, account)
        workspace.audit.write(Event("alteration", "accounts enable", (), {"account": account.name}))


def list_accounts(workspace: Workspace) -> Answer:
    """List the accounts.

    Parameters
    ----------
    workspace : Workspace
        Whose; its viewer is the administrator.

    Returns
    -------
    Answer
        One row an account, by name; never a password or its hash.
    """
    workspace.permit(_ACTION)
    now_us = workspace.clock()
    with _opened(workspace) as file, file.reading() as rows:
        held = [
            (account, failures_of(rows, file.secret, account.name, now_us)) for account in read_accounts(rows)
        ]
    active = sum(account.state == "active" for account, _ in held)
    body = {
        "schema": SCHEMA,
        "sentence": f"{len(held)} account{'s' * (len(held) != 1)}, {active} active",
        "rows": [_row(account, *failed) for account, failed in held],
    }
    found = Answer(body, (), {"accounts": len(held)})
    workspace.record("consultation", "accounts list", found)
    return found


def _row(account: Account, failures: int, locked_until_us: int) -> dict[str, Any]:
    return {
        "name": account.name,
        "agency": account.agency,
        "roles": list(account.roles),
        "areas": list(account.areas),
        "state": account.state,
        "must_change": account.must_change,
        "failures": failures,
        "locked_until": _instant(locked_until_us or None),
        "added": _instant(account.added_us),
        "signed_in": _instant(account.signed_in_us),
    }


def _instant(us: int | None) -> str | None:
    return None if us is None else datetime.fromtimestamp(us // 1_000_000, tz=UTC).isoformat()


def _found(workspace: Workspace, rows: Connection, act: str, name: str) -> Account:
    try:
        return get_account(rows, name)
    except EntityNotFoundError as error:
        workspace.audit.write(Event("alteration", act, (), {"error": type(error).__name__}))
        raise


def _let_in(file: AccountsFile, rows: Connection, account: Account) -> int:
    forgive(rows, tried(file.secret, account.name, known=True, client=""))
    return end_sessions(rows, account)


@contextmanager
def _opened(workspace: Workspace) -> Iterator[AccountsFile]:
    file = open_accounts(workspace.folder)
    try:
        yield file
    finally:
        file.close()
