"""Each shipped mapping, on a small invented file."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from graph.model.claims import Claim, Mention
from graph.model.spans import UNDATED, Span, day_number, day_span, month_span
from ingest.mapping_files import Column
from ingest.normalise import cell_reader
from tests.ingest.builders import HELD, TODAY, Shelf, imported, only, police_csv, write_csv

_TIE = {**HELD, "person_a": "P1", "kind": "FRIEND_OF", "person_b": "P2"}
_CRIME = "{},2025-01,Example Police,Example Police,{},On or near Park,E01018586,Example 001A,{},"
_PERSON = Mention("Person", "Example Council/person_ref", "P1")


def _loaded(tmp_path: Path, mapping: str, *rows: dict[str, str]) -> Shelf:
    report, shelf = imported(write_csv(tmp_path / f"{mapping}.csv", rows), mapping)
    assert (report.totals.accepted, report.rejections) == (len(rows), [])
    return shelf


def _rules(tmp_path: Path, mapping: str, *rows: dict[str, str]) -> list[tuple[int, str, str]]:
    report, _ = imported(write_csv(tmp_path / f"{mapping}.csv", rows), mapping)
    return [(fault.row, fault.column, fault.rule) for fault in report.rejections]


def _values(claims: list[Claim]) -> list[object]:
    return [json.loads(claim.value) for claim in claims]


def test_a_crime_with_an_id_is_an_event_at_a_snap_point(tmp_path: Path) -> None:
    line = _CRIME.format("ab12", "-2.050,53.2", "Burglary,Under investigation")
    _, shelf = imported(police_csv(tmp_path / "a.csv", line), "police_uk")
    (record,) = shelf.records
    assert (record.agency, record.feed, record.source_id) == (
        "Example Police",
        "police_uk",
        "id:2025-01:ab12:0",
    )
    event, place = (
        Mention("Event", "police_uk/crime_id", "ab12"),
        Mention("Location", "police_uk/snap_point", "-2.050,53.2"),
    )
    is_, at, position = record.claims
    assert [(c.terms.predicate, c.subject, c.object) for c in record.claims] == [
        ("IS", event, None),
        ("OCCURRED_AT", event, place),
        ("POSITION", place, None),
    ]
    assert json.loads(is_.value) == {
        "sort": "crime",
        "category": "Burglary",
        "outcome": "Under investigation",
    }
    assert json.loads(position.value) == {
        "lon": -2.05,
        "lat": 53.2,
        "precision_m": 500,
        "stated_area": "E01018586",
    }
    assert at.value == "" and at.span == at.reported == month_span(2025, 1)
    assert (at.terms.origin_agency, at.terms.basis, at.origin_reference) == (
        "Example Police",
        "recorded",
        "ab12",
    )
    assert at.terms.label.controller == "Example Police" and at.terms.label.areas == ()
    assert json.loads(record.payload)["Location"] == "On or near Park"


def test_a_row_without_an_id_is_an_event_of_its_own(tmp_path: Path) -> None:
    line = _CRIME.format("", "-2.05,53.2", "Anti-social behaviour,")
    report, shelf = imported(police_csv(tmp_path / "a.csv", line, line), "police_uk")
    first, second = only(shelf, "event")
    assert report.totals.accepted == 2 and first.subject != second.subject
    assert {claim.subject.scheme for claim in (first, second)} == {"Example Police/police_uk row"}
    assert [claim.subject.ref for claim in (first, second)] == [record.source_id for record in shelf.records]
    assert _values([first]) == [{"sort": "asb", "category": "Anti-social behaviour"}]
    assert first.origin_reference == ""


def test_a_row_without_a_location_says_only_what_happened(tmp_path: Path) -> None:
    line = "ab12,2025-01,Example Police,Example Police,,,No Location,,,Burglary,,"
    report, shelf = imported(police_csv(tmp_path / "a.csv", line), "police_uk")
    assert report.totals.accepted == 1
    assert [claim.terms.rule for claim in shelf.records[0].claims] == ["event"]


def test_one_crime_listed_with_two_offences_is_one_event_with_two_records(tmp_path: Path) -> None:
    line = "ab12,2025-01,Example Police,Example Police,-2.05,53.2,On or near Park,E01018586,Example 001A,{},,"
    path = police_csv(tmp_path / "a.csv", *(line.format(kind) for kind in ("Burglary", "Drugs", "Burglary")))
    report, shelf = imported(path, "police_uk")
    assert (report.totals.accepted, report.totals.duplicate) == (2, 1)
    assert [record.source_id for record in shelf.records] == ["id:2025-01:ab12:0", "id:2025-01:ab12:1"]
    assert len({claim.subject for claim in only(shelf, "event")}) == 1
    assert report.files[0].warnings == ["rows that repeat a source id with other content, each kept: 1"]


def test_four_columns_make_a_person(tmp_path: Path) -> None:
    (record,) = _loaded(tmp_path, "people", {**HELD, "person_ref": "P1"}).records
    (claim,) = record.claims
    assert (claim.subject, claim.terms.predicate, claim.value, claim.span) == (_PERSON, "IS", "{}", UNDATED)
    assert record.source_id == "id::P1:0"
    label = claim.terms.label
    assert (label.controller, label.regime, label.tier) == ("Example Council", "UK GDPR", "open")
    assert (label.agreement, label.agreement_expires) == ("ISA-7", "2030-03-31")
    assert (label.handling, label.review_state, label.areas) == ("P", "unreviewed", ())
    assert claim.terms.origin_agency == "Example Council"


def test_all_that_is_said_of_a_person_is_claimed(tmp_path: Path) -> None:
    row = {
        **HELD, "person_ref": "P1", "given_name": "Robin", "family_name": "Example",
        "also_known_as": "Rob; Bobby;Rob",
        "date_of_birth": "2009-05-04", "upn": "b801200005001", "nhs_number": "943 476 5919", "sex": "F",
        "home_area": "E06000049", "responsible_area": "W06000001", "role": "victim", "harm": "cce",
        "risk": "M", "shared_risk": "medium", "valid_from": "2025-01-02", "reported": "2025-02-03",
        "source_grade": "1", "information_grade": "B", "tier": "sealed", "areas": "W06000001;E06000049",
        "regime": "DPA Part 3",
    }  # fmt: skip
    shelf = _loaded(tmp_path, "people", row)
    said = {
        (c.terms.rule, c.ordinal): (c.particular, c.value) for c in shelf.records[0].claims if not c.object
    }
    assert said == {
        ("person", 0): ("", '{"sex":"F"}'),
        ("name", 0): ("Robin Example", '{"name_kind":"recorded"}'),
        ("alias", 0): ("Rob", '{"name_kind":"also_known_as"}'),
        ("alias", 1): ("Bobby", '{"name_kind":"also_known_as"}'),
        ("born", 0): ("2009-05-04", '{"dob_precision":"day"}'),
        ("upn", 0): ("B801200005001", '{"scheme":"upn"}'),
        ("nhs_number", 0): ("9434765919", '{"scheme":"nhs_number"}'),
        ("role", 0): ("", '{"harm":"cce","role":"victim"}'),
        ("risk", 0): ("", '{"as_recorded":"M","harm":"cce","shared_scale":"medium"}'),
    }
    areas = [(c.terms.capacity, c.object) for c in shelf.records[0].claims if c.object]
    assert areas == [
        ("home", Mention("Area", "area_code", "E06000049")),
        ("responsible", Mention("Area", "area_code", "W06000001")),
    ]
    for claim in shelf.records[0].claims:
        assert claim.span == Span(day_number(date(2025, 1, 2)), None, "day")
        assert claim.reported == day_span(date(2025, 2, 3))
        assert (claim.terms.source_grade, claim.terms.information_grade) == ("1", "B")
        assert (claim.terms.label.tier, claim.terms.label.regime) == ("sealed", "DPA Part 3")
        assert claim.terms.label.areas == ("E06000049", "W06000001")


def test_names_and_identifiers_stay_out_of_what_the_ledger_keeps(tmp_path: Path) -> None:
    row = {
        **HELD,
        "person_ref": "P1",
        "given_name": "Robin",
        "also_known_as": "Bobby",
        "date_of_birth": "2009-05-04",
    }
    (record,) = _loaded(tmp_path, "people", row | {"nhs_number": "9434765919"}).records
    bare = str([claim._replace(particular="") for claim in record.claims])
    assert all(secret not in bare for secret in ("Robin", "Bobby", "2009", "9434765919"))


@pytest.mark.parametrize(
    ("role", "more", "kept"),
    [
        ("suspect", {"date_of_birth": "2009-05-04", "valid_from": "2025-01-02"}, False),
        ("convicted", {"date_of_birth": "2009-05-04", "valid_from": "2025-01-02"}, False),
        ("suspect", {"date_of_birth": "2009-05-04", "victim_consideration": "nrm_referred"}, True),
        ("victim", {"date_of_birth": "2009-05-04"}, True),
        ("suspect", {}, False),
        ("suspect", {"date_of_birth": "1980-05-04"}, True),
        ("suspect", {"date_of_birth": "1980-01-01", "dob_precision": "year"}, False),
        ("suspect", {"date_of_birth": "2007-01-02", "valid_from": "2025-01-02"}, True),
        ("suspect", {"date_of_birth": "2007-01-03", "valid_from": "2025-01-02"}, False),
        ("suspect", {"date_of_birth": "2007-01-03", "reported": "2025-01-02"}, False),
        ("suspect", {"date_of_birth": "2008-03-01"}, True),
        ("suspect", {"date_of_birth": "2008-03-02"}, False),
        (
            "suspect",
            {"date_of_birth": "2006-12-01", "dob_precision": "month", "valid_from": "2025-01-02"},
            True,
        ),
        (
            "suspect",
            {"date_of_birth": "2007-01-01", "dob_precision": "month", "valid_from": "2025-01-02"},
            False,
        ),
    ],
)
def test_a_child_is_first_a_child(tmp_path: Path, role: str, more: dict[str, str], kept: bool) -> None:
    found = _rules(tmp_path, "people", {**HELD, "person_ref": "P1", "role": role, **more})
    assert [(row, column, rule.split(":")[0]) for row, column, rule in found] == (
        [] if kept else [(2, "role", "child-first")]
    )


def test_a_persons_columns_are_held_to_their_rules(tmp_path: Path) -> None:
    row = {
        **HELD, "person_ref": "P1", "upn": "A801200005001", "nhs_number": "9434765918", "pnc_id": "20/1A",
        "home_area": "Chester", "date_of_birth": "2026-03-02", "agreement_expires": "soon",
        "dob_precision": "day", "valid_from": "2025-02-01", "valid_to": "2025-01-01",
    }  # fmt: skip
    found = _rules(tmp_path, "people", row, {**HELD, "person_ref": "P2", "dob_precision": "day"})
    assert {(line, column) for line, column, _ in found} == {
        (2, "upn"), (2, "nhs_number"), (2, "pnc_id"), (2, "home_area"), (2, "date_of_birth"),
        (2, "agreement_expires"), (2, "valid_from"), (3, "date_of_birth"),
    }  # fmt: skip


@pytest.mark.parametrize("missing", ["person_ref", "agency", "agreement", "agreement_expires"])
def test_a_person_needs_a_reference_and_an_agreement(tmp_path: Path, missing: str) -> None:
    row = {**HELD, "person_ref": "P1"}
    assert _rules(tmp_path, "people", row, row | {missing: " "}) == [(3, missing, "required, and blank")]


def test_a_tie_holds_from_a_day_and_a_sighting_was_that_day(tmp_path: Path) -> None:
    day = {"date": "2025-01-02", "reported": "2025-02-03"}
    rows = [_TIE | day, _TIE | day | {"kind": "SEEN_WITH"}, _TIE | day | {"date_to": "2025-01-05"}, _TIE]
    shelf = _loaded(tmp_path, "associations", *rows)
    first = day_number(date(2025, 1, 2))
    claims = [record.claims[0] for record in shelf.records]
    assert [claim.span for claim in claims] == [
        Span(first, None, "day"),
        Span(first, first, "day"),
        Span(first, first + 3, "day"),
        UNDATED,
    ]
    assert all(len(record.claims) == 1 for record in shelf.records)
    assert {claim.object for claim in claims} == {Mention("Person", "Example Council/person_ref", "P2")}
    assert [claim.terms.predicate for claim in claims[:2]] == ["FRIEND_OF", "SEEN_WITH"]
    assert claims[0].reported == day_span(date(2025, 2, 3)) and claims[3].reported == UNDATED


def test_a_person_at_an_event_is_involved_and_tied_to_nobody(tmp_path: Path) -> None:
    row = {
        **HELD,
        "person_a": "P1",
        "kind": "INVOLVED_IN",
        "event_ref": "E9",
        "capacity": "victim",
        "date": "2025-01-02T21:00",
    }
    (record,) = _loaded(tmp_path, "associations", row).records
    (claim,) = record.claims
    assert (claim.terms.predicate, claim.terms.capacity) == ("INVOLVED_IN", "victim")
    assert claim.object == Mention("Event", "Example Council/event_ref", "E9")
    assert claim.span.precision == "instant" and claim.span.from_us == claim.span.to_us


def test_a_forwarded_report_keeps_who_first_said_it(tmp_path: Path) -> None:
    row = _TIE | {"origin_agency": "Example Police", "origin_reference": "LOG/7", "basis": "child_said"}
    (claim,) = _loaded(tmp_path, "associations", row).records[0].claims
    assert (claim.terms.origin_agency, claim.origin_reference, claim.terms.basis) == (
        "Example Police",
        "LOG/7",
        "child_said",
    )


def test_ties_are_held_to_their_rules(tmp_path: Path) -> None:
    rows = [
        _TIE | {"person_b": "P1"},
        _TIE | {"person_b": ""},
        _TIE | {"kind": "INVOLVED_IN"},
        _TIE | {"kind": "KNOWS"},
        _TIE | {"date": "2025-01-02", "date_to": "2025-01-01"},
        _TIE | {"source_grade": "1"},
        _TIE | {"source_grade": "1", "information_grade": "A", "basis": "recorded"},
        _TIE | {"person_a": "Zo\u00eb", "person_b": "Zoe\u0308 "},
    ]
    assert [(line, column) for line, column, _ in _rules(tmp_path, "associations", *rows)] == [
        (2, "person_a"), (3, "person_b"), (4, "event_ref"), (4, "capacity"), (5, "kind"), (6, "date"),
        (7, "source_grade"), (8, "source_grade"), (9, "person_a"),
    ]  # fmt: skip


def test_two_agencies_may_use_one_reference_for_two_people(tmp_path: Path) -> None:
    shelf = _loaded(
        tmp_path,
        "people",
        {**HELD, "person_ref": "P1"},
        {**HELD, "person_ref": "P1", "agency": "Example Trust"},
    )
    assert len({claim.subject for claim in only(shelf, "person")}) == 2
    assert [record.source_id for record in shelf.records] == ["id::P1:0"] * 2


def test_a_location_of_concern_has_a_sort_and_perhaps_a_position(tmp_path: Path) -> None:
    row = {
        **HELD,
        "location_ref": "L1",
        "name": "The underpass",
        "sort": "park",
        "concern": "exploitation",
        "protected": "no",
    }
    rows = [
        row | {"lon": "-2.5", "lat": "53.2", "precision_m": "50", "last_confirmed": "2025-05-06"},
        row | {"location_ref": "L2"},
    ]
    shelf = _loaded(tmp_path, "locations_of_concern", *rows)
    place = {"concern": "exploitation", "name": "The underpass", "protected": False, "sort": "park"}
    assert _values(only(shelf, "place")) == [place | {"last_confirmed": "2025-05-06"}, place]
    assert _values(only(shelf, "position")) == [{"lon": -2.5, "lat": 53.2, "precision_m": 50}]
    assert _rules(tmp_path, "locations_of_concern", row | {"lon": "2.35", "lat": "48.85"})[0][:2] == (
        2,
        "lon",
    )


def test_a_missing_episode_says_who_was_missing_and_where_and_with_whom_they_were_found(
    tmp_path: Path,
) -> None:
    row = {
        **HELD, "episode_ref": "M1", "person_ref": "P1", "missing_from": "care", "from": "2025-07-01T22:30",
        "to": "2025-07-02", "found_lon": "-2.5", "found_lat": "53.2", "found_with": "P2",
        "distance_m": "41000", "interview_offered": "yes", "interview_held": "no", "interview_hours": "70.5",
        "plan_changed": "no",
    }  # fmt: skip
    shelf = _loaded(tmp_path, "missing_episodes", row)
    episode = Mention("Event", "Example Council/episode_ref", "M1")
    place = Mention("Location", "Example Council/point", "-2.5,53.2")
    said = {
        c.terms.rule: (c.terms.predicate, c.terms.capacity, c.subject, c.object)
        for c in shelf.records[0].claims
    }
    assert said == {
        "episode": ("IS", "", episode, None),
        "missing": ("INVOLVED_IN", "missing", _PERSON, episode),
        "details": ("MISSING_EPISODE", "", episode, None),
        "found_at": ("OCCURRED_AT", "", episode, place),
        "position": ("POSITION", "", place, None),
        "found_with": ("FOUND_WITH", "", _PERSON, _PERSON._replace(ref="P2")),
    }
    assert _values(only(shelf, "details")) == [
        {
            "from": "care", "distance_m": 41000, "interview_offered": True, "interview_held": False,
            "interview_hours": 70.5, "plan_changed": False,
        }
    ]  # fmt: skip
    start = cell_reader(Column(type="instant"), TODAY)("2025-07-01T22:30")
    assert isinstance(start, Span)
    assert only(shelf, "missing")[0].span == Span(
        start.from_day, start.to_day + 1 if start.to_day else None, "day", start.from_us
    )
    assert only(shelf, "found_with")[0].span == day_span(date(2025, 7, 2))


def test_who_was_not_found_is_still_missing(tmp_path: Path) -> None:
    row = {**HELD, "episode_ref": "M1", "person_ref": "P1", "from": "2025-07-01", "found_location_ref": "L7"}
    shelf = _loaded(tmp_path, "missing_episodes", row)
    assert only(shelf, "missing")[0].span == Span(day_number(date(2025, 7, 1)), None, "day")
    assert only(shelf, "found_at")[0].object == Mention("Location", "Example Council/location_ref", "L7")
    assert only(shelf, "found_at")[0].span == UNDATED and only(shelf, "position") == []
