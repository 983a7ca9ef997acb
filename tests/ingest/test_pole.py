"""The POLE example, whole: every node and relationship is claimed, or set aside with a rule."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from graph.model.claims import Claim
from tests.ingest.builders import Shelf, imported, only

pytestmark = pytest.mark.data

_ASIDE = {
    "officers are not mapped": 1_000 + 28_762,
    "a postcode is part of the address of its location": 14_196 + 14_904 + 14_196,
    "areas come from official boundaries, by their codes": 93,
    "areas are worked out from positions and official boundaries": 14_904,
}


@pytest.fixture(scope="module")
def files(data_dir: Path) -> list[Path]:
    """Return the 28 files."""
    return sorted((data_dir / "pole").glob("*.csv"))


@pytest.fixture(scope="module")
def shelf(files: list[Path]) -> Shelf:
    """Return what they leave in a ledger."""
    report, shelf = imported(files, "pole")
    assert len(files) == 28 and len(report.files) == 28
    assert report.rejections == [] and dict(report.set_aside) == _ASIDE
    nodes = sum(file.totals.rows for file in report.files if ".nodes." in file.file)
    assert (nodes, report.totals.rows - nodes) == (61_521, 105_840)
    assert report.to_json()["totals"] == {
        "rows": 167_361, "accepted": 79_306, "rejected": 0, "duplicate": 0, "set_aside": 88_055,
    }  # fmt: skip
    return shelf


def _claims(shelf: Shelf) -> list[Claim]:
    return [claim for record in shelf.records for claim in record.claims]


def test_every_entity_is_of_the_kind_of_its_node(shelf: Shelf) -> None:
    kinds: dict[str, set[str]] = {}
    for claim in _claims(shelf):
        for mention in filter(None, (claim.subject, claim.object)):
            assert mention.scheme == "pole/:ID"
            kinds.setdefault(mention.ref, set()).add(mention.kind)
    assert {len(kind) for kind in kinds.values()} == {1}
    assert Counter(kind for (kind,) in kinds.values()) == {
        "Event": 28_762, "Location": 14_904, "Object": 1_000 + 534 + 328 + 328 + 7, "Person": 369,
    }  # fmt: skip


def test_no_relationship_names_what_no_node_file_holds(shelf: Shelf) -> None:
    told = {claim.subject for claim in _claims(shelf) if claim.object is None}
    assert all({claim.subject, claim.object} <= told for claim in _claims(shelf) if claim.object)


def test_relationships_are_claimed_as_what_they_say(shelf: Shelf) -> None:
    links = Counter(claim.terms.predicate for claim in _claims(shelf) if claim.object)
    assert links == {
        "OCCURRED_AT": 28_762, "USES": 2 * 534 + 2 * 328, "INVOLVED_IN": 985 + 55,
        "ASSOCIATE_OF": 586 + 241 + 80 + 118, "LIVES_AT": 368, "FAMILY_OF": 155,
    }  # fmt: skip
    assert {claim.terms.capacity for claim in _claims(shelf)} == {""}


def test_one_source_that_says_a_tie_twice_stays_one_source(shelf: Shelf) -> None:
    ties = only(shelf, "associate_of")
    pairs = {frozenset((claim.subject, claim.object)) for claim in ties}
    assert (len(ties), len(pairs)) == (1_025, 586)
    assert {claim.terms.origin_agency for claim in ties} == {"POLE example"}


def test_names_and_numbers_are_kept_apart_and_nothing_identifies(shelf: Shelf) -> None:
    kept = Counter(claim.terms.rule for claim in _claims(shelf) if claim.particular)
    assert kept == {"name": 369, "phone_number": 328, "email_address": 328, "registration": 1_000}
    assert not any(claim.terms.predicate in ("IDENTIFIER", "ROLE") for claim in _claims(shelf))


def test_no_officer_is_in_any_record(shelf: Shelf) -> None:
    assert not any("badge_no" in record.payload or "Officer" in record.payload for record in shelf.records)


def test_a_second_pass_loads_nothing(files: list[Path], shelf: Shelf) -> None:
    again, _ = imported(files, "pole", shelf=shelf)
    assert (again.totals.accepted, again.totals.duplicate, again.totals.set_aside) == (0, 79_306, 88_055)


def test_published_stops_are_events_of_their_forces_without_a_person(data_dir: Path) -> None:
    paths = sorted((data_dir / "police_uk").glob("*stop-and-search*"))
    report, stops = imported(paths, "stop_search")
    assert (report.totals.rows, report.totals.accepted) == (19_228, 19_228)
    assert Counter(record.agency for record in stops.records) == {
        "Merseyside Police": 14_850, "Cheshire Constabulary": 3_471, "Greater Manchester Police": 907,
    }  # fmt: skip
    assert Counter(claim.terms.rule for claim in _claims(stops)) == {
        "event": 19_228, "occurred_at": 18_324, "position": 18_324,
    }  # fmt: skip
    assert {claim.subject.kind for claim in _claims(stops)} == {"Event", "Location"}
    assert len({record.source_id + record.agency for record in stops.records}) == 19_228
