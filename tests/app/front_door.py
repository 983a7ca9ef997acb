"""A workspace with accounts and an open entrance; its hashes cost next to nothing."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import app.passwords
from app.accounts import Account, NewAccount
from app.passwords import Strength
from app.use_cases.accounts import add
from app.use_cases.signing_in import Entrance, SignedIn, open_entrance, sign_in
from tests.app.desk import COUNCIL, Desk

PASSWORD = "plum gravel owl 6 teacups"
OTHER = "seven hats under the quay"
WRONG = "never was the right one"
MINUTE_US = 60_000_000
CLIENT = "192.0.2.7"


@contextmanager
def quick_hashes() -> Iterator[None]:
    """Hash at the least cost that argon2 allows."""
    before = app.passwords.STRENGTH
    app.passwords.STRENGTH = Strength(1, 8, 1)
    try:
        yield
    finally:
        app.passwords.STRENGTH = before


class Lobby:
    """A desk where an administrator sits, and the entrance beside it."""

    def __init__(self, folder: Path) -> None:
        self.desk = Desk(folder)
        self.desk.sit(roles=["admin"])
        self.newcomer("robin", ["admin"])
        self._opened = open_entrance(self.desk.folder, self.desk.clock)
        self.entrance: Entrance = self._opened.__enter__()

    def close(self) -> None:
        """Close the entrance."""
        self._opened.__exit__(None, None, None)

    def newcomer(
        self, name: str, roles: Sequence[str] = ("analyst",), *, must_change: bool = False, **stated: Any
    ) -> None:
        """Add an account whose password is ``PASSWORD``."""
        new = NewAccount(name, stated.get("agency", COUNCIL), tuple(roles), tuple(stated.get("areas", ())))
        add(self.desk.workspace(), new, PASSWORD, must_change=must_change)

    def enter(self, name: str, password: str = PASSWORD, **ways: str) -> SignedIn:
        """Sign in."""
        return sign_in(self.entrance, name, password, **ways)

    def pass_minutes(self, minutes: float) -> None:
        """Let some minutes go by."""
        self.desk.now_us += round(minutes * MINUTE_US)

    def rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """Return what lies in the file of accounts."""
        with closing(sqlite3.connect(self.desk.folder / "accounts.db")) as file:
            return file.execute(query, values).fetchall()

    def account(self, name: str) -> Account:
        """Return an account that is there."""
        from app.accounts import get_account

        with self.entrance.accounts.reading() as rows:
            return get_account(rows, name)

    def bytes_on_disk(self) -> bytes:
        """Return every byte that the workspace keeps, of files not yet folded in too."""
        return b"".join(path.read_bytes() for path in sorted(self.desk.folder.rglob("*")) if path.is_file())


@contextmanager
def lobby_in(folder: Path) -> Iterator[Lobby]:
    """Open a lobby."""
    with quick_hashes():
        made = Lobby(folder)
        try:
            yield made
        finally:
            made.close()
