from __future__ import annotations

import io
from typing import Any

import networkx as nx
import pytest

from app.copies.contents import Contents
from app.copies.graphml import graphml_bytes
from app.copies.loadable import loadable_bytes
from tests.app.copies.own_neo4j import OwnNeo4j, script_of
from tests.app.copies.sample import about, contents

KINDS = ("Person", "Location", "Event")
SCRIPTS = ("load.cypher", "load-without-files.cypher")


def as_graphml(held: Contents) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
    """Return what GraphML holds of a copy: facts of the copy, entities, links; empty texts left out."""
    graph = nx.read_graphml(io.BytesIO(graphml_bytes(held, about())), force_multigraph=True)
    nodes = {node: {**_known(said), "id": node} for node, said in graph.nodes(data=True)}
    links = {key: {**_known(said), "ends": (a, b)} for a, b, key, said in graph.edges(keys=True, data=True)}
    return dict(graph.graph), nodes, links


def _known(said: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in said.items() if value != "" and name != "id"}


def _but(rows: dict[str, dict[str, Any]], *names: str) -> dict[str, dict[str, Any]]:
    return {key: {n: v for n, v in said.items() if n not in names} for key, said in rows.items()}


@pytest.mark.servers
@pytest.mark.parametrize("script", SCRIPTS)
def test_both_scripts_make_what_graphml_holds(own_neo4j: OwnNeo4j, script: str) -> None:
    held = contents(["A.B.", "C.D.", "E.F.", "G.H.", "I.J.", "K.L."], kinds=KINDS)
    copy = loadable_bytes(held, about())
    own_neo4j.unpack(copy)
    own_neo4j.run(script_of(copy, script))
    own_neo4j.run(script_of(copy, script))
    _, nodes, links = as_graphml(held)
    marked = ("copy", "marking", "expires")
    assert _but(own_neo4j.nodes(), "labels", *marked) == nodes
    assert _but(own_neo4j.links(), "id", "start", "end", *marked) == links
