"""Real servers for the tests of this folder."""

from tests.neo4j_servers import neo4j_home, neo4j_server

__all__ = ["neo4j_home", "neo4j_server"]
