"""Folders in memory for tests that ask what is answered and not what survives; a Neo4j for work copies."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.app.copies.own_neo4j import own_neo4j, own_server
from tests.app.desk import quick_folder
from tests.neo4j_servers import neo4j_home, neo4j_server

__all__ = ["neo4j_home", "neo4j_server", "own_neo4j", "own_server"]


@pytest.fixture
def tmp_path() -> Iterator[Path]:
    """Return a new folder, in memory where the system has some."""
    folder = quick_folder()
    yield folder
    shutil.rmtree(folder, ignore_errors=True)
