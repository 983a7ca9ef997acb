"""Folders in memory for tests that ask what is answered and not what survives."""

from __future__ import annotations

from tests.app.conftest import tmp_path
from tests.neo4j_servers import neo4j_home, neo4j_server

__all__ = ["neo4j_home", "neo4j_server", "tmp_path"]
