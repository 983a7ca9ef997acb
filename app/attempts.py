"""How often signing in failed of late, and how long the next attempt has to wait."""

from __future__ import annotations

import hmac
import ipaddress
from collections.abc import Sequence
from typing import Final, NamedTuple

from sqlalchemy import Connection

from app.accounts import folded

SECOND_US: Final = 1_000_000


class Limit(NamedTuple):
    """How many failures go without a delay, and how the delay grows.

    Attributes
    ----------
    free : int
        The failure of this number is the first that closes the door.
    first_s, most_s : int
        For how long, doubling with every further failure up to the most, in seconds.
    forget_s : int
        Failures count from one again when the last is so long ago, in seconds.
    """

    free: int
    first_s: int
    most_s: int
    forget_s: int


BY_NAME: Final = Limit(free=5, first_s=60, most_s=900, forget_s=86_400)
"""One name, whichever address it is tried from: at most 4 + 96 guesses in a day."""

BY_CLIENT: Final = Limit(free=30, first_s=60, most_s=60, forget_s=3_600)
"""One address, whichever names are tried from it: a whole office may share one."""


class Tried(NamedTuple):
    """One thing that failures are counted of.

    Attributes
    ----------
    key : bytes
        Hash that stands for the name or the address.
    limit : Limit
        Its own.
    """

    key: bytes
    limit: Limit


class Wait(NamedTuple):
    """Whether an attempt is looked at.

    Attributes
    ----------
    seconds : int
        To wait before the next; 0 where this one is looked at.
    untold : bool
        Whether this is the first to be turned away since the door was closed.
    """

    seconds: int
    untold: bool


def delay_s(failures: int, limit: Limit) -> int:
    """Return how long the door is closed after a failure.

    Parameters
    ----------
    failures : int
        So many in a row.
    limit : Limit
        Of what was tried.

    Returns
    -------
    int
        Seconds; 0 for the first few.
    """
    beyond = failures - limit.free
    return 0 if beyond < 0 else min(limit.first_s * 2 ** min(beyond, 16), limit.most_s)


def tried(secret: bytes, name: str, *, known: bool, client: str) -> list[Tried]:
    """Return what one attempt is counted under.

    Parameters
    ----------
    secret : bytes
        Of the file of accounts.
    name : str
        As typed.
    known : bool
        Whether an account has it.
    client : str
        Address; empty where there is none.

    Returns
    -------
    list of Tried
        The name, and the address where there is one.

    Notes
    -----
    A name without an account is kept as 16 bits of its hash: people type passwords into the wrong field,
    and whoever holds the file must not be able to confirm a guess. Two such names may share a count.
    """
    digest = hmac.digest(secret, b"name|" + folded(name).encode(), "sha256")
    found = [Tried(digest if known else digest[:2], BY_NAME)]
    if client:
        place = b"client|" + _network(client).encode("utf-8", "surrogatepass")
        found.append(Tried(hmac.digest(secret, place, "sha256"), BY_CLIENT))
    return found


def _network(client: str) -> str:
    """Return what one client can hardly change: its address, or the /64 that an IPv6 address is in."""
    try:
        address = ipaddress.ip_address(client.strip())
    except ValueError:
        return client[:100]
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped:
            return str(address.ipv4_mapped)
        return str(ipaddress.ip_network((int(address), 64), strict=False))
    return str(address)


def wait_or_count(rows: Connection, things: Sequence[Tried], now_us: int) -> Wait:
    """Say how long an attempt has to wait, or count it as failed before its password is looked at.

    Parameters
    ----------
    rows : Connection
        Writing.
    things : sequence of Tried
        What the attempt is counted under.
    now_us : int
        The time, UTC microseconds.

    Returns
    -------
    Wait
        An attempt that has to wait is not counted.

    Notes
    -----
    The name is counted first, and only success takes it back: many attempts at the same moment, in any
    number of processes, gain nothing. An address is counted when its attempt has failed: a whole office
    signs in at nine.
    """
    held = {thing.key: _read(rows, thing.key) for thing in things}
    waiting = {key: row for key, row in held.items() if row.until_us > now_us}
    if waiting:
        untold = not all(row.told for row in waiting.values())
        if untold:
            rows.exec_driver_sql("UPDATE attempt SET told = 1 WHERE key = ?", [(key,) for key in waiting])
        longest_us = max(row.until_us for row in waiting.values()) - now_us
        return Wait(-(-longest_us // SECOND_US), untold)
    rows.exec_driver_sql("DELETE FROM attempt WHERE last_us <= ?", (now_us - BY_NAME.forget_s * SECOND_US,))
    _count(rows, [thing for thing in things if thing.limit is BY_NAME], now_us)
    return Wait(0, untold=False)


def count_client(rows: Connection, things: Sequence[Tried], now_us: int) -> None:
    """Count a failed attempt under the address that it came from.

    Parameters
    ----------
    rows : Connection
        Writing.
    things : sequence of Tried
        What the attempt is counted under.
    now_us : int
        The time, UTC microseconds.

    Notes
    -----
    No success takes it back: whoever has an account could sign in between guesses at others.
    """
    _count(rows, [thing for thing in things if thing.limit is BY_CLIENT], now_us)


def _count(rows: Connection, things: Sequence[Tried], now_us: int) -> None:
    for thing in things:
        row = _read(rows, thing.key)
        lapsed = now_us - row.last_us >= thing.limit.forget_s * SECOND_US
        failures = 1 if lapsed else row.failures + 1
        until_us = now_us + delay_s(failures, thing.limit) * SECOND_US
        rows.exec_driver_sql(
            "INSERT OR REPLACE INTO attempt (key, failures, last_us, until_us, told) VALUES (?, ?, ?, ?, 0)",
            (thing.key, failures, now_us, until_us),
        )


def forgive(rows: Connection, things: Sequence[Tried]) -> None:
    """Begin the count of a name anew, after success or by an administrator.

    Parameters
    ----------
    rows : Connection
        Writing.
    things : sequence of Tried
        What the attempt was counted under.
    """
    for thing in things:
        if thing.limit is BY_NAME:
            rows.exec_driver_sql("DELETE FROM attempt WHERE key = ?", (thing.key,))


def failures_of(rows: Connection, secret: bytes, name: str, now_us: int) -> tuple[int, int]:
    """Return how often signing in to an account failed of late, and until when its door is closed.

    Parameters
    ----------
    rows : Connection
        Reading or writing.
    secret : bytes
        Of the file of accounts.
    name : str
        Of the account.
    now_us : int
        The time, UTC microseconds.

    Returns
    -------
    tuple of (int, int)
        A number, and UTC microseconds; 0 where it is open.
    """
    row = _read(rows, tried(secret, name, known=True, client="")[0].key)
    lapsed = now_us - row.last_us >= BY_NAME.forget_s * SECOND_US
    return 0 if lapsed else row.failures, row.until_us if row.until_us > now_us else 0


class _Row(NamedTuple):
    failures: int
    last_us: int
    until_us: int
    told: bool


def _read(rows: Connection, key: bytes) -> _Row:
    query = "SELECT failures, last_us, until_us, told FROM attempt WHERE key = ?"
    row = rows.exec_driver_sql(query, (key,)).first()
    return _Row(row[0], row[1], row[2], bool(row[3])) if row else _Row(0, 0, 0, told=False)
