"""Neo4j for the tests, started by the project's own script."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.dev_servers import neo4j
from deploy.dev_servers.waiting import ServerError
from graph.store.neo4j import Neo4jStore
from graph.store.neo4j_server import Neo4jServer

_IN_CI = os.environ.get("CI", "").lower() == "true"


@pytest.fixture(scope="session")
def neo4j_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Start Neo4j once for all tests; give its folder.

    Where there is no JDK or no Maven a test is skipped; in CI it fails.
    """
    home = tmp_path_factory.mktemp("neo4j")
    try:
        neo4j.start(home, brief=True)
    except ServerError as error:
        if _IN_CI:
            pytest.fail(str(error))
        pytest.skip(str(error))
    yield home
    neo4j.stop(home, killed=True)


@pytest.fixture(scope="session")
def neo4j_server(neo4j_home: Path) -> Iterator[Neo4jServer]:
    """Connect to it."""
    server = connected(neo4j_home)
    yield server
    server.close()


def connected(home: Path, port: int = 0) -> Neo4jServer:
    """Return a connection to the server of a folder, by a proxy's port if one is named."""
    uri = f"bolt://127.0.0.1:{port}" if port else neo4j.status(home)
    password = (home / neo4j.PASSWORD).read_text(encoding="ascii")
    return Neo4jServer(uri, user="neo4j", password=password)


def new_name() -> str:
    """Return the name of a workspace that no other test has: nothing needs to be cleared."""
    return f"test-{secrets.token_hex(8)}"


def new_store(server: Neo4jServer) -> Neo4jStore:
    """Return a store of a workspace of its own."""
    return Neo4jStore(server, new_name(), writer=True)
