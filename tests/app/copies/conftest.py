"""A server for the tests of this folder."""

from tests.app.copies.own_neo4j import own_neo4j, running

__all__ = ["own_neo4j", "running"]
