"""A PostgreSQL server for the tests: thrown away with its folder, an empty ledger for each test."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

from deploy.dev_servers import postgresql
from graph.ledger.opening import create_ledger
from graph.ledger.schema import IDENTITY, LEDGER

_ROWS = [
    f"DELETE FROM ledger.{table.name};" for table in reversed(LEDGER.sorted_tables) if table.name != "state"
]
_ROWS += [f"DELETE FROM identity.{name};" for name in (*IDENTITY.tables, "name_index")]
_EMPTIED = (
    f"BEGIN; UPDATE ledger.state SET removal_open = 1; {' '.join(_ROWS)} "
    "UPDATE ledger.state SET removal_open = 0, version = 0; COMMIT;"
)


class Postgres:
    """A server that runs.

    Parameters
    ----------
    folder : Path
        Its cluster; the account that runs it must be able to reach it.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.url = postgresql.start(folder)
        self._numbers = count(1)
        self._free: list[str] = []

    def settings(self, database: str) -> str:
        """Return the settings that name one of its databases."""
        url = self.url.rsplit("/", 1)[0]
        return f'[ledger]\nurl = "{url}/{database}"\npassword_file = "{self.folder / postgresql.PASSWORD}"\n'

    @contextmanager
    def empty(self) -> Iterator[str]:
        """Yield the settings of a database with nothing in it, dropped at the end."""
        name = self._new()
        try:
            yield self.settings(name)
        finally:
            self.do(f'DROP DATABASE "{name}" WITH (FORCE)')

    @contextmanager
    def ledger(self, secret: bytes) -> Iterator[str]:
        """Yield the settings of a database with an empty ledger whose key is known.

        The next test that asks gets the same one, emptied: a new database takes a server longer than
        most tests take.
        """
        name = self._free.pop() if self._free else self._with_a_ledger()
        self.do(_EMPTIED, name)
        self.do(f"INSERT INTO identity.secret (name, value) VALUES ('keys', '\\x{secret.hex()}')", name)
        yield self.settings(name)
        self._free.append(name)

    def do(self, statement: str, database: str = postgresql.OWNER) -> list[tuple[Any, ...]]:
        """Run a statement of the tests' own, outside any transaction."""
        import psycopg

        url = f"{self.url.rsplit('/', 1)[0]}/{database}"
        with psycopg.connect(url, password=self.password, autocommit=True) as connection:
            done = connection.execute(statement)
            return list(done) if done.description else []

    @property
    def password(self) -> str:
        """The password of its account."""
        return (self.folder / postgresql.PASSWORD).read_text(encoding="ascii").strip()

    def stop(self, *, killed: bool = False) -> None:
        """Stop it; its databases stay."""
        postgresql.stop(self.folder, killed=killed)

    def start(self) -> None:
        """Start it again, on the port that it had."""
        self.url = postgresql.start(self.folder, int((self.folder / "port").read_text(encoding="ascii")))

    def _new(self) -> str:
        name = f"test_{next(self._numbers)}"
        self.do(f'CREATE DATABASE "{name}" TEMPLATE template0')
        return name

    def _with_a_ledger(self) -> str:
        name = self._new()
        folder = self.folder / name
        folder.mkdir()
        (folder / "settings.toml").write_text(self.settings(name), encoding="utf-8")
        create_ledger(folder)
        return name
