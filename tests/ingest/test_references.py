from __future__ import annotations

from graph.model.claims import Mention
from ingest.mapping import load_mapping, shipped_mappings
from ingest.mapping_files import Mapping
from ingest.references import NAMED_BY, mentions_of

NOT_TYPED = {
    ("Event", "{agency}/police_uk row"),
    ("Event", "{agency}/stop_search row"),
    ("Location", "{agency}/point"),
    ("Location", "police_uk/snap_point"),
}
"""Rows without a number, and points: nobody types them. Areas are public; POLE's ids are of one example."""


def _named_in(mapping: Mapping) -> set[tuple[str, str]]:
    parts = [mapping, *mapping.sheets.values()] if mapping.sheets else [mapping]
    mentions = [mention for part in parts for mention in part.mentions.values()]
    return {(mention.kind, way.scheme) for mention in mentions for way in mention.by}


def test_every_reference_that_a_shipped_mapping_reads_can_be_typed() -> None:
    named = {pair for name in shipped_mappings() for pair in _named_in(load_mapping(name))}
    others = {pair for pair in named if pair[0] == "Area" or pair[1] == "pole/:ID"}
    assert set(NAMED_BY) == named - NOT_TYPED - others
    assert named >= NOT_TYPED


def test_a_reference_is_tried_as_typed_in_capitals_and_without_spaces() -> None:
    found = mentions_of(" ab 12 ", ["Ashby Council", "Bramwell Police"])
    people = [mention for mention in found if mention.scheme == "Ashby Council/person_ref"]
    assert [mention.ref for mention in people] == ["ab 12", "AB 12", "ab12"]
    assert Mention("Object", "Bramwell Police/object_ref", "ab12") in found
    assert len(found) == len(set(found))
    assert mentions_of(" ", ["Ashby Council"]) == []
