from __future__ import annotations

import io
from dataclasses import asdict

import networkx as nx
import pytest

from app.copies.contents import MARKING, Contents
from app.copies.graphml import graphml_bytes
from tests.app.copies.sample import about, contents, hostile_names

KINDS = ("Person", "Location", "Event")


def _read(held: Contents) -> nx.MultiDiGraph:
    return nx.read_graphml(io.BytesIO(graphml_bytes(held, about())), force_multigraph=True)


@pytest.mark.readers
def test_networkx_finds_the_same_people_links_and_attributes() -> None:
    held = contents(["A.B.", "C.D.", "E.F.", "G.H."], kinds=KINDS)
    graph = _read(held)
    assert set(graph) == {entity.id for entity in held.entities}
    for entity in held.entities:
        known = {name: value for name, value in asdict(entity).items() if value is not None and name != "id"}
        assert graph.nodes[entity.id] == {**known, "label": entity.label}
    for link in held.links:
        found = graph.edges[link.start, link.end, link.id]
        known = {name: value for name, value in asdict(link).items() if value is not None}
        assert found == {name: known[name] for name in known if name not in ("id", "start", "end")} | (
            {"id": found["id"]} if "id" in found else {}
        )
    assert graph.number_of_edges() == len(held.links)


@pytest.mark.readers
def test_attributes_have_types() -> None:
    graph = _read(contents(["A.B.", "C.D.", "E.F."], kinds=KINDS))
    link = next(iter(graph.edges(data=True)))[2]
    assert isinstance(link["sources"], int) and isinstance(link["disputed"], bool)
    place = next(values for _, values in graph.nodes(data=True) if values["kind"] == "Location")
    assert isinstance(place["lon"], float) and isinstance(place["precision_m"], float)


@pytest.mark.readers
def test_two_links_between_two_people_are_two() -> None:
    held = contents(["A.B.", "C.D."])
    assert _read(held).number_of_edges() == 2


@pytest.mark.readers
def test_200_hostile_names_come_back_as_written_but_for_what_xml_cannot_say() -> None:
    names = hostile_names()
    held = contents(names)
    graph = nx.read_graphml(io.BytesIO(graphml_bytes(held, about("</data><data>"))), force_multigraph=True)
    shown = [graph.nodes[entity.id]["shown_as"] for entity in held.entities]
    odd = str.maketrans(dict.fromkeys("\x00\x01\x0b\ufffe\uffff", "\ufffd"))
    assert len(shown) == 200 and shown == [name.translate(odd) for name in names]
    assert graph.graph["purpose"] == "</data><data>"


@pytest.mark.readers
def test_the_graph_says_what_it_is() -> None:
    said = _read(contents()).graph
    assert said["marking"] == MARKING and said["copy"] == "ab12cd34" and said["data_version"] == "0" * 20
    assert said["purpose"] == said["stays_inside"] == "support of one peer group"
    assert said["expires"].startswith("2025-07-01") and "absence is not safety" in said["note"]
