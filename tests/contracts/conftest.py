"""Real servers for the tests of this folder."""

from tests.servers import neo4j_server

__all__ = ["neo4j_server"]
