"""A PostgreSQL server for the tests: thrown away with its folder, a fresh database for each test."""

from __future__ import annotations

from itertools import count
from pathlib import Path
from typing import Any

from deploy.dev_servers import postgresql
from graph.ledger.location import ledger_server
from graph.ledger.opening import create_ledger
from graph.ledger.postgresql import server_engine


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
        self._made = False

    def settings(self, database: str) -> str:
        """Return the settings that name one of its databases."""
        url = self.url.rsplit("/", 1)[0]
        return f'[ledger]\nurl = "{url}/{database}"\npassword_file = "{self.folder / postgresql.PASSWORD}"\n'

    def empty(self) -> str:
        """Return the settings of a database with nothing in it."""
        return self._database("template0")

    def fresh(self, secret: bytes) -> str:
        """Return the settings of a database with an empty ledger whose key is known."""
        if not self._made:
            folder = self.folder / "template"
            folder.mkdir()
            self.do('CREATE DATABASE "made" TEMPLATE template0')
            (folder / "settings.toml").write_text(self.settings("made"), encoding="utf-8")
            create_ledger(folder)
            server = ledger_server(folder)
            assert server is not None
            engine = server_engine(server, "identity", writer=True)
            with engine.begin() as identity:
                identity.exec_driver_sql("INSERT INTO secret (name, value) VALUES ('keys', ?)", (secret,))
            engine.dispose()
            self._made = True
        return self._database("made")

    def do(self, statement: str, database: str = postgresql.OWNER) -> list[tuple[Any, ...]]:
        """Run a statement of the tests' own, outside any transaction."""
        import psycopg

        url = f"{self.url.rsplit('/', 1)[0]}/{database}"
        with psycopg.connect(url, password=self.password, autocommit=True) as connection:
            done = connection.execute(statement)  # type: ignore[call-overload]
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

    def _database(self, template: str) -> str:
        name = f"test_{next(self._numbers)}"
        self.do(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        return self.settings(name)
