"""A Neo4j of an analyst's own: empty, real, and no part of any service."""

from __future__ import annotations

import io
import os
import re
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from deploy.dev_servers import neo4j
from deploy.dev_servers.waiting import ServerError

if TYPE_CHECKING:
    from neo4j import Driver

_STATEMENT = re.compile(r"(.*?);\n", re.DOTALL)


class OwnNeo4j:
    """A server to load copies into.

    Parameters
    ----------
    driver : Driver
        Connected to it.
    """

    def __init__(self, driver: Driver) -> None:
        self._driver = driver
        (setting,) = self.ask("SHOW SETTINGS 'server.directories.import' YIELD value, isExplicitlySet")
        self._imports = Path(setting["value"])
        # A server that was told of no import folder takes a path from the root of the disk.
        self._root = "file:///" if setting["isExplicitlySet"] else f"{self._imports.as_uri()}/"

    def clear(self) -> None:
        """Take everything out of the database and out of its import folder."""
        self.ask("MATCH (n) DETACH DELETE n")
        for row in self.ask("SHOW CONSTRAINTS YIELD name"):
            self.ask(f"DROP CONSTRAINT {row['name']}")
        for row in self.ask("SHOW INDEXES YIELD name, type WHERE type <> 'LOOKUP'"):
            self.ask(f"DROP INDEX {row['name']}")
        for folder in self._imports.glob("copy-*"):
            shutil.rmtree(folder)

    def unpack(self, copy: bytes) -> None:
        """Unpack a copy where ``LOAD CSV`` looks."""
        with zipfile.ZipFile(io.BytesIO(copy)) as packed:
            packed.extractall(self._imports)

    def run(self, script: str) -> None:
        """Run a script as a shell does: its statements one after the other, each by itself."""
        statements = _STATEMENT.findall(script)
        assert "".join(f"{statement};\n" for statement in statements) == script
        for statement in statements:
            self.ask(statement.replace("HEADERS FROM 'file:///", f"HEADERS FROM '{self._root}"))

    def ask(self, query: str, **values: Any) -> list[dict[str, Any]]:
        """Return the rows of a query."""
        with self._driver.session(database="neo4j") as session:
            return [record.data() for record in session.run(query, values)]

    def nodes(self, label: str = "Entity") -> dict[str, dict[str, Any]]:
        """Return the properties of nodes by id, with their labels."""
        rows = self.ask(f"MATCH (n:{label}) RETURN properties(n) AS said, labels(n) AS labels")
        return {row["said"]["id"]: {**row["said"], "labels": sorted(row["labels"])} for row in rows}

    def links(self) -> dict[str, dict[str, Any]]:
        """Return the properties of relationships by id, with ends and type."""
        query = "MATCH (a)-[r]->(b) RETURN properties(r) AS said, type(r) AS kind, a.id AS a, b.id AS b"
        return {
            row["said"]["id"]: {**row["said"], "kind": row["kind"], "ends": (row["a"], row["b"])}
            for row in self.ask(query)
        }


def script_of(copy: bytes, name: str) -> str:
    """Return one file of a copy as text."""
    with zipfile.ZipFile(io.BytesIO(copy)) as packed:
        (found,) = (member for member in packed.namelist() if member.endswith(f"/{name}"))
        return packed.read(found).decode()


@pytest.fixture(scope="session")
def own_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OwnNeo4j]:
    """Start the server, once for all tests; where it cannot be had they are skipped, and in CI they fail."""
    from neo4j import GraphDatabase

    home = tmp_path_factory.mktemp("own-neo4j")
    try:
        url = neo4j.start(home, brief=True)
    except ServerError as error:
        if os.environ.get("CI", "").lower() == "true":
            pytest.fail(str(error))
        pytest.skip(str(error))
    password = (home / neo4j.PASSWORD).read_text(encoding="ascii")
    with GraphDatabase.driver(url, auth=("neo4j", password)) as driver:
        yield OwnNeo4j(driver)
    neo4j.stop(home, killed=True)


@pytest.fixture
def own_neo4j(own_server: OwnNeo4j) -> OwnNeo4j:
    """Return the server, empty."""
    own_server.clear()
    return own_server
