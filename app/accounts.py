"""Accounts of a workspace: who may sign in, for which agency, in which roles."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Literal, NamedTuple

from sqlalchemy import Connection

from app.access import Viewer
from app.settings import ROLES
from graph.errors import AccountRuleError, EntityNotFoundError, StoreUnavailableError
from graph.ledger.opening import check_version, migrate, one_writer, sqlite_engine, translated

FILE: Final = "accounts.db"
ACCOUNTS_HEAD: Final = "0002"
MIGRATIONS: Final = "app.migrations_accounts"
LONGEST_NAME: Final = 64
LONGEST_AGENCY: Final = 200
TEMPORARY_DAYS: Final = 7
"""A password set by an administrator opens a session for so long."""

COLUMNS: Final = (
    "a.seq, a.name, a.agency, a.roles, a.areas, a.state, a.must_change, a.password_hash, a.password_us, "
    "a.added_us, a.signed_in_us"
)
"""Of an account, called ``a`` in the query."""

_SELECT: Final = f"SELECT {COLUMNS} FROM account a "  # noqa: S608 - fixed names

State = Literal["active", "disabled"]

_WAIT_S: Final = 10.0
_SIGNS: Final = frozenset(" ._-@'")


class NewAccount(NamedTuple):
    """What an administrator states of somebody.

    Attributes
    ----------
    name : str
        In any case; kept folded.
    agency : str
        Their agency, as the files name it.
    roles : tuple of str
        One or more; an administrator has no other.
    areas : tuple of str
        Codes of their areas; empty for every area.
    """

    name: str
    agency: str
    roles: tuple[str, ...]
    areas: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody who may sign in.

    Attributes
    ----------
    seq : int
        Their row.
    name, agency : str
        As the audit log shows them.
    roles, areas : tuple of str
        As stated.
    state : str
        ``active`` or ``disabled``.
    must_change : bool
        Whether an administrator set the password.
    password_hash : str
        Argon2id; not shown where an account is printed.
    password_us, added_us : int
        When the password was set and the account made, UTC microseconds.
    signed_in_us : int or None
        The last sign-in.
    """

    seq: int
    name: str
    agency: str
    roles: tuple[str, ...]
    areas: tuple[str, ...]
    state: State
    must_change: bool
    password_hash: str = field(repr=False)
    password_us: int
    added_us: int
    signed_in_us: int | None

    def may_enter(self, now_us: int) -> bool:
        """Return whether the right password opens a session.

        Parameters
        ----------
        now_us : int
            The time, UTC microseconds.

        Returns
        -------
        bool
            Not when disabled, nor when a temporary password has lain unused for too long.
        """
        lapsed = now_us - self.password_us >= TEMPORARY_DAYS * 86_400_000_000
        return self.state == "active" and not (self.must_change and lapsed)


class AccountsFile:
    """The open file of accounts, for any number of threads.

    Parameters
    ----------
    folder : Path
        The workspace.
    """

    def __init__(self, folder: Path) -> None:
        self._reader = sqlite_engine(folder / FILE)
        self._writer = sqlite_engine(folder / FILE, writer=True)
        with self.reading() as rows:
            self.secret = bytes(rows.exec_driver_sql("SELECT value FROM secret").scalar_one())

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Read at one moment.

        Yields
        ------
        Connection
            In a transaction.
        """
        with translated(FILE), self._reader.connect() as rows, rows.begin():
            yield rows

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Write all or nothing; other processes wait.

        Yields
        ------
        Connection
            In a transaction that holds the file's one write lock: hash no password in it.
        """
        with translated(FILE), self._writer.connect() as rows, rows.begin():
            yield rows

    def first(self, query: str, values: tuple[object, ...]) -> tuple[Any, ...] | None:
        """Return the first row of one query.

        Parameters
        ----------
        query : str
            With a question mark for each value.
        values : tuple
            The values.

        Returns
        -------
        tuple or None
            Read by the driver alone: every request asks who is signed in.
        """
        with translated(FILE):
            connection = self._reader.raw_connection()
            try:
                cursor = connection.cursor()
                cursor.execute(query, values)
                found: tuple[Any, ...] | None = cursor.fetchone()
                cursor.close()
            finally:
                connection.close()
        return found

    def close(self) -> None:
        """Give back every connection."""
        self._reader.dispose()
        self._writer.dispose()


def create_accounts(folder: Path) -> None:
    """Make the file of accounts, if there is none.

    Parameters
    ----------
    folder : Path
        The workspace.
    """
    with one_writer(folder, wait_s=_WAIT_S):
        if (folder / FILE).exists():
            return
        # Made whole under another name: a killed process leaves no half of it.
        fresh = folder / f".{FILE}.new"
        fresh.unlink(missing_ok=True)
        migrate(fresh, MIGRATIONS)
        fresh.chmod(0o600)
        fresh.replace(folder / FILE)


def open_accounts(folder: Path) -> AccountsFile:
    """Open the file of accounts.

    Parameters
    ----------
    folder : Path
        The workspace.

    Returns
    -------
    AccountsFile
        To be closed by the caller.

    Raises
    ------
    StoreUnavailableError
        There is none yet, or it cannot be read.
    SchemaVersionError
        A file of another version.
    """
    if not (folder / FILE).is_file():
        raise StoreUnavailableError("nobody has an account yet: kithmap user add makes the first")
    check_version(folder / FILE, ACCOUNTS_HEAD)
    return AccountsFile(folder)


def folded(name: str) -> str:
    """Return the one form of an account's name.

    Parameters
    ----------
    name : str
        As typed.

    Returns
    -------
    str
        Normalised, in small letters, single spaces.
    """
    # Half a surrogate pair comes from broken clients only; it must not break the answer.
    text = name[: 4 * LONGEST_NAME].encode("utf-8", "replace").decode("utf-8")
    # Folding can undo the normalising, as in letters of two parts: it is normalised before and after.
    plain = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return " ".join(plain.split())


def _is_name(text: str) -> bool:
    kinds = [unicodedata.category(letter)[0] for letter in text]
    written = all(kind in "LMN" or letter in _SIGNS for kind, letter in zip(kinds, text, strict=True))
    return written and bool(kinds) and kinds[0] in "LN" and kinds[-1] in "LMN"


def checked(new: NewAccount) -> NewAccount:
    """Return what was stated of somebody, in the form that is kept.

    Parameters
    ----------
    new : NewAccount
        As stated.

    Returns
    -------
    NewAccount
        The name folded, roles and areas sorted.

    Raises
    ------
    AccountRuleError
        It breaks rules; each is named.
    """
    name, agency = folded(new.name), " ".join(new.agency.split())
    areas = tuple(sorted({area.strip() for area in new.areas}))
    rules = (
        (
            len(new.name) <= 4 * LONGEST_NAME and len(name) <= LONGEST_NAME and _is_name(name),
            f"a name has 1 to {LONGEST_NAME} letters, digits, spaces or . _ - @ ', and begins and ends "
            "with a letter or digit",
        ),
        (
            0 < len(agency) <= LONGEST_AGENCY and agency.isprintable(),
            f"an agency has 1 to {LONGEST_AGENCY} characters that print",
        ),
        (
            new.roles and set(new.roles) <= set(ROLES),
            f"roles are one or more of {', '.join(ROLES)}",
        ),
        (
            "admin" not in new.roles or set(new.roles) == {"admin"},
            "an administrator has no other role: give the person a second account",
        ),
        (all(0 < len(area) <= 32 and area.isalnum() for area in areas), "areas are codes such as E06000049"),
    )
    faults = [fault for holds, fault in rules if not holds]
    if faults:
        raise AccountRuleError("; ".join(faults))
    return NewAccount(name, agency, tuple(sorted(set(new.roles))), areas)


def viewer_of_account(account: Account) -> Viewer:
    """Return an account as the access rules see it.

    Parameters
    ----------
    account : Account
        Whose.

    Returns
    -------
    Viewer
        A viewer like any other.
    """
    return Viewer(account.name, account.agency, frozenset(account.roles), frozenset(account.areas))


def add_account(
    rows: Connection, new: NewAccount, password_hash: str, *, now_us: int, must_change: bool
) -> None:
    """Write a new account.

    Parameters
    ----------
    rows : Connection
        Writing.
    new : NewAccount
        Checked.
    password_hash : str
        Of its first password.
    now_us : int
        The time, UTC microseconds.
    must_change : bool
        Whether the password is temporary.

    Raises
    ------
    AccountRuleError
        The name is taken; that of a disabled account is, too.
    """
    if find_account(rows, new.name):
        raise AccountRuleError("an account of this name exists already: kithmap user list shows it")
    stated = (new.name, new.agency, _json(new.roles), _json(new.areas))
    rows.exec_driver_sql(
        "INSERT INTO account (name, agency, roles, areas, state, must_change, password_hash, password_us, "
        "added_us) VALUES (?, ?, ?, ?, 'active', ?, ?, ?, ?)",
        (*stated, must_change, password_hash, now_us, now_us),
    )


def find_account(rows: Connection, name: str) -> Account | None:
    """Return the account of a name.

    Parameters
    ----------
    rows : Connection
        Reading or writing.
    name : str
        In any case.

    Returns
    -------
    Account or None
        None where there is none; disabled ones are found.
    """
    row = rows.exec_driver_sql(_SELECT + "WHERE a.name = ?", (folded(name),)).first()
    return None if row is None else account_of(tuple(row))


def get_account(rows: Connection, name: str) -> Account:
    """Return the account of a name that must be there.

    Parameters
    ----------
    rows : Connection
        Reading or writing.
    name : str
        In any case.

    Returns
    -------
    Account
        Active or disabled.

    Raises
    ------
    EntityNotFoundError
        There is none.
    """
    found = find_account(rows, name)
    if found is None:
        raise EntityNotFoundError("no account has this name: kithmap user list shows them")
    return found


def read_accounts(rows: Connection) -> list[Account]:
    """Return every account.

    Parameters
    ----------
    rows : Connection
        Reading or writing.

    Returns
    -------
    list of Account
        By name.
    """
    return [account_of(tuple(row)) for row in rows.exec_driver_sql(_SELECT + "ORDER BY a.name")]


def set_state(rows: Connection, account: Account, state: State) -> None:
    """Disable an account, or open it again.

    Parameters
    ----------
    rows : Connection
        Writing.
    account : Account
        Whose.
    state : str
        ``active`` or ``disabled``.
    """
    rows.exec_driver_sql("UPDATE account SET state = ? WHERE seq = ?", (state, account.seq))


def set_password(
    rows: Connection, account: Account, password_hash: str, *, now_us: int, must_change: bool
) -> None:
    """Keep a new password's hash.

    Parameters
    ----------
    rows : Connection
        Writing.
    account : Account
        Whose.
    password_hash : str
        Of the new password.
    now_us : int
        When it was set, UTC microseconds.
    must_change : bool
        Whether it is temporary.
    """
    rows.exec_driver_sql(
        "UPDATE account SET password_hash = ?, password_us = ?, must_change = ? WHERE seq = ?",
        (password_hash, now_us, must_change, account.seq),
    )


def account_of(row: tuple[Any, ...]) -> Account:
    """Return the account of a row.

    Parameters
    ----------
    row : tuple
        ``COLUMNS``.

    Returns
    -------
    Account
        As kept.
    """
    seq, name, agency, roles, areas, state, must_change, *rest = row
    return Account(
        seq, name, agency, tuple(json.loads(roles)), tuple(json.loads(areas)), state, bool(must_change), *rest
    )


def _json(words: tuple[str, ...]) -> str:
    return json.dumps(words, ensure_ascii=False)
