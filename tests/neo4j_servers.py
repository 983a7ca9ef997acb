"""The real servers that tests are run on, started by the project's own script."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator

import pytest

from deploy.dev_servers import neo4j
from deploy.dev_servers.waiting import ServerError
from graph.store.neo4j import Neo4jStore
from graph.store.neo4j_server import Neo4jServer

_IN_CI = os.environ.get("CI", "").lower() == "true"


@pytest.fixture(scope="session")
def neo4j_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Neo4jServer]:
    """Start Neo4j once for all tests.

    Parameters
    ----------
    tmp_path_factory : pytest.TempPathFactory
        Makes its folder.

    Yields
    ------
    Neo4jServer
        Connected.

    Notes
    -----
    Where there is no JDK or no Maven a test is skipped; in CI it fails.
    """
    home = tmp_path_factory.mktemp("neo4j")
    try:
        uri = neo4j.start(home, brief=True)
    except ServerError as error:
        if _IN_CI:
            pytest.fail(str(error))
        pytest.skip(str(error))
    password = (home / neo4j.PASSWORD).read_text(encoding="ascii")
    server = Neo4jServer(uri, user="neo4j", password=password)
    yield server
    server.close()
    neo4j.stop(home, killed=True)


def new_store(server: Neo4jServer) -> Neo4jStore:
    """Return a store of a workspace that no other test has: nothing needs to be cleared."""
    return Neo4jStore(server, f"test-{secrets.token_hex(8)}", writer=True)
