"""The drawn graph in Neo4j, for a service that several workers read."""

from __future__ import annotations

from graph.store.neo4j_drawing import Neo4jDrawing


class Neo4jStore(Neo4jDrawing):
    """The store of a shared service; see ``graph.store.contract.Store`` for what each operation answers.

    Notes
    -----
    A reader answers from the moment it opened. Claims are never written over: each carries the moment
    since which it counts, and until which, so a reader of the moment before has what it had.
    """
