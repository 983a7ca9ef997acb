"""Sessions: a token given once and kept as its hash, and what is done in it."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection

from app.accounts import COLUMNS, Account, AccountsFile, account_of
from app.settings import Context, Operator, Settings
from graph.errors import NotPermittedError, PurposeMissingError, SignInTooOldError

MINUTE_US: Final = 60_000_000
IDLE_US: Final = 30 * MINUTE_US
ABSOLUTE_US: Final = 10 * 60 * MINUTE_US
RECENT_US: Final = 10 * MINUTE_US
SEEN_EVERY_US: Final = MINUTE_US
"""A session's last use is written at most so often: a session may end so much before its 30 minutes."""

PURPOSE_KINDS: Final = ("law_enforcement", "safeguarding")
LONGEST_PURPOSE: Final = 200

_LONGEST_TOKEN: Final = 100
_LIVE: Final = "s.signed_in_us > ? AND s.seen_us > ?"
_LOOKUP: Final = (
    f"SELECT {COLUMNS}, s.signed_in_us, s.seen_us, s.purpose, s.purpose_kind, s.reference "  # noqa: S608 - fixed names
    f"FROM session s JOIN account a ON a.seq = s.account "
    f"WHERE s.token_sha256 = ? AND a.state = 'active' AND {_LIVE}"
)


@dataclass(frozen=True, slots=True)
class Working:
    """What the work of a session is for; inherited by each read.

    Attributes
    ----------
    purpose : str
        As the audit log shows it.
    purpose_kind : str
        ``law_enforcement`` or ``safeguarding``.
    reference : str
        Case or meeting.
    """

    purpose: str = ""
    purpose_kind: str = "law_enforcement"
    reference: str = ""


@dataclass(frozen=True, slots=True)
class Session:
    """Somebody who is signed in.

    Attributes
    ----------
    account : Account
        As it is now: a change of roles holds from the next request on.
    signed_in_us, seen_us : int
        When they gave their password, and when they last asked for something, UTC microseconds.
    working : Working
        What they work on.
    """

    account: Account
    signed_in_us: int
    seen_us: int
    working: Working


class Lasts(NamedTuple):
    """How long a session lasts.

    Attributes
    ----------
    idle_s : int
        Seconds without a request that it lasts at least.
    absolute_s : int
        Seconds after which it ends whatever is asked for.
    left_s : int
        Of those, how many are left.
    """

    idle_s: int
    absolute_s: int
    left_s: int


def lasts(session: Session, now_us: int) -> Lasts:
    """Return how long a session lasts.

    Parameters
    ----------
    session : Session
        Whose.
    now_us : int
        The time, UTC microseconds.

    Returns
    -------
    Lasts
        For pages that warn before the end; computers' clocks differ, so that no time of day is told.
    """
    left_us = max(0, session.signed_in_us + ABSOLUTE_US - now_us)
    return Lasts((IDLE_US - SEEN_EVERY_US) // 1_000_000, ABSOLUTE_US // 1_000_000, left_us // 1_000_000)


def begin_session(
    rows: Connection, account: Account, now_us: int, working: Working | None = None
) -> tuple[str, Session]:
    """Begin a session.

    Parameters
    ----------
    rows : Connection
        Writing.
    account : Account
        Whose.
    now_us : int
        The time, UTC microseconds.
    working : Working, optional
        What the session before it was for, where this one takes its place.

    Returns
    -------
    tuple of (str, Session)
        The token, 256 random bits, which is kept nowhere; and the session.
    """
    token, working = secrets.token_urlsafe(32), working or Working()
    rows.exec_driver_sql(
        "DELETE FROM session WHERE signed_in_us <= ? OR seen_us <= ?",
        (now_us - ABSOLUTE_US, now_us - IDLE_US),
    )
    rows.exec_driver_sql(
        "INSERT INTO session (token_sha256, account, signed_in_us, seen_us, purpose, purpose_kind, "
        "reference) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (_hash(token), account.seq, now_us, now_us, working.purpose, working.purpose_kind, working.reference),
    )
    rows.exec_driver_sql("UPDATE account SET signed_in_us = ? WHERE seq = ?", (now_us, account.seq))
    return token, Session(account, now_us, now_us, working)


def find_session(file: AccountsFile, token: str, now_us: int) -> Session | None:
    """Return the session of a token, and note at most once a minute that it is in use.

    Parameters
    ----------
    file : AccountsFile
        Open.
    token : str
        As the client sent it.
    now_us : int
        The time, UTC microseconds.

    Returns
    -------
    Session or None
        None for a token that is unknown, idle for 30 minutes, older than 10 hours, or of a disabled account.
    """
    if not 0 < len(token) <= _LONGEST_TOKEN:
        return None
    key = _hash(token)
    row = file.first(_LOOKUP, (key, now_us - ABSOLUTE_US, now_us - IDLE_US))
    if row is None:
        return None
    found = _session_of(row)
    if now_us - found.seen_us >= SEEN_EVERY_US:
        with file.writing() as rows:
            rows.exec_driver_sql(
                "UPDATE session SET seen_us = ? WHERE token_sha256 = ? AND seen_us < ?", (now_us, key, now_us)
            )
    return found


def read_session(rows: Connection, token: str, now_us: int) -> Session | None:
    """Return the session of a token, in a transaction that will change it.

    Parameters
    ----------
    rows : Connection
        Writing.
    token : str
        As the client sent it.
    now_us : int
        The time, UTC microseconds.

    Returns
    -------
    Session or None
        As ``find_session``, without the note.
    """
    if not 0 < len(token) <= _LONGEST_TOKEN:
        return None
    values = (_hash(token), now_us - ABSOLUTE_US, now_us - IDLE_US)
    row = rows.exec_driver_sql(_LOOKUP, values).first()
    return None if row is None else _session_of(tuple(row))


def _session_of(row: tuple[Any, ...]) -> Session:
    *account, signed_in_us, seen_us, purpose, purpose_kind, reference = row
    working = Working(purpose, purpose_kind, reference)
    return Session(account_of(tuple(account)), signed_in_us, seen_us, working)


def set_working(rows: Connection, token: str, working: Working) -> None:
    """Keep what a session is for.

    Parameters
    ----------
    rows : Connection
        Writing.
    token : str
        Of the session.
    working : Working
        Checked.
    """
    rows.exec_driver_sql(
        "UPDATE session SET purpose = ?, purpose_kind = ?, reference = ? WHERE token_sha256 = ?",
        (working.purpose, working.purpose_kind, working.reference, _hash(token)),
    )


def end_session(rows: Connection, token: str) -> None:
    """End one session.

    Parameters
    ----------
    rows : Connection
        Writing.
    token : str
        Of the session.
    """
    rows.exec_driver_sql("DELETE FROM session WHERE token_sha256 = ?", (_hash(token),))


def end_sessions(rows: Connection, account: Account) -> int:
    """End every session of an account.

    Parameters
    ----------
    rows : Connection
        Writing.
    account : Account
        Whose.

    Returns
    -------
    int
        How many there were.
    """
    return rows.exec_driver_sql("DELETE FROM session WHERE account = ?", (account.seq,)).rowcount


def csrf_of(token: str) -> str:
    """Return what each unsafe request of a session carries besides its cookie.

    Parameters
    ----------
    token : str
        Of the session.

    Returns
    -------
    str
        Derived, not kept; nobody learns the token from it.
    """
    return hmac.digest(token.encode("utf-8", "surrogatepass"), b"kithmap csrf 1", "sha256").hex()


def check_csrf(token: str, given: str) -> None:
    """Refuse an unsafe request that does not come from a page of its session.

    Parameters
    ----------
    token : str
        Of the session.
    given : str
        What the request carries.

    Raises
    ------
    NotPermittedError
        It is of another session, or missing.
    """
    if not hmac.compare_digest(csrf_of(token).encode(), given.encode("utf-8", "surrogatepass")):
        raise NotPermittedError("the request is not from a page of this sign-in: load the page again")


def check_recent(session: Session, now_us: int) -> None:
    """Refuse a sensitive act of somebody who signed in ten minutes ago or longer.

    Parameters
    ----------
    session : Session
        Whose.
    now_us : int
        The time, UTC microseconds.

    Raises
    ------
    SignInTooOldError
        They give their password again first.
    """
    if now_us - session.signed_in_us >= RECENT_US:
        raise SignInTooOldError("this needs a sign-in of the last 10 minutes: give your password again")


def checked_working(working: Working) -> Working:
    """Return a working context in the form that is kept.

    Parameters
    ----------
    working : Working
        As stated.

    Returns
    -------
    Working
        Without spaces around or between lines.

    Raises
    ------
    PurposeMissingError
        No purpose is stated.
    NotPermittedError
        The kind is none of the two, or a text is too long or does not print.
    """
    purpose, reference = (" ".join(text.split()) for text in (working.purpose, working.reference))
    if not purpose:
        raise PurposeMissingError("state what the work is for")
    if working.purpose_kind not in PURPOSE_KINDS:
        raise NotPermittedError(f"the kind of purpose is one of {', '.join(PURPOSE_KINDS)}")
    for text in (purpose, reference):
        if len(text) > LONGEST_PURPOSE or not text.isprintable():
            raise NotPermittedError(
                f"a purpose or reference has at most {LONGEST_PURPOSE} characters that print"
            )
    return Working(purpose, working.purpose_kind, reference)


def settings_of(session: Session) -> Settings:
    """Return a session in the form in which a workspace is opened.

    Parameters
    ----------
    session : Session
        Whose.

    Returns
    -------
    Settings
        The account sits where the operator of the command line sits. No gateway is recorded in a
        session: Part 3 content stays shut to work for another purpose.
    """
    account, working = session.account, session.working
    operator = {
        "name": account.name,
        "agency": account.agency,
        "roles": account.roles,
        "areas": account.areas,
    }
    context = {
        "purpose": working.purpose,
        "purpose_kind": working.purpose_kind,
        "reference": working.reference,
    }
    return Settings(operator=Operator.model_validate(operator), context=Context.model_validate(context))


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()
