"""What the mappings of schools, forces and orders claim, and what they refuse."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from graph.model.claims import Claim
from graph.model.spans import UNDATED, day_number
from ingest.faults import FileFaultError
from ingest.mapping import load_mapping
from tests.ingest.builders import HELD, Shelf, imported, only, write_csv

Row = dict[str, str]
_FORCE = HELD | {"agency": "Example Police"}
_PUPIL = {**HELD, "spell_ref": "S1", "pupil_ref": "A1", "school_urn": "999901", "from": "2025-01-06"}
_LOG = {
    **_FORCE, "log_ref": "INT/1", "item": "1", "person_ref": "N1", "reported": "2025-06-12",
    "source_grade": "2", "information_grade": "B", "handling": "P",
}  # fmt: skip
_TIE = _LOG | {"says": "ASSOCIATE_OF", "other_person_ref": "N2"}
_ORDER = {
    **HELD, "order_ref": "O1", "line": "1", "sort": "civil_injunction", "owner": "Housing",
    "affected": "a child in the flat: told first", "granted": "2025-06-02", "person_ref": "P1",
}  # fmt: skip
_GROUP = {
    **_FORCE, "group_ref": "G1", "sort": "ocg", "group_status": "active", "last_confirmed": "2025-06-01",
}  # fmt: skip
_NEW = (
    "school", "groups", "intelligence", "interventions", "recorded_crime", "asb", "stop_search", "custody",
    "pole",
)  # fmt: skip
_SHEETS = [(name, key) for name in _NEW for key in load_mapping(name).sheets or [""]]


def _loaded(tmp_path: Path, mapping: str, *rows: Row) -> Shelf:
    report, shelf = imported(write_csv(tmp_path / "a.csv", rows), mapping)
    assert report.rejections == [] and report.totals.accepted == len(rows)
    return shelf


def _rejected(tmp_path: Path, mapping: str, *rows: Row) -> list[tuple[int, str]]:
    report, _ = imported(write_csv(tmp_path / "a.csv", rows), mapping)
    assert report.totals.rejected == len({fault.row for fault in report.rejections})
    return [(fault.row, fault.column) for fault in report.rejections]


def _rules(shelf: Shelf) -> list[list[str]]:
    return [[claim.terms.rule for claim in record.claims] for record in shelf.records]


def _said(claim: Claim) -> tuple[str, str, str, str]:
    other = claim.object.ref if claim.object else ""
    return claim.subject.ref, claim.terms.predicate, claim.terms.capacity, other


@pytest.mark.parametrize(("name", "key"), _SHEETS)
def test_regime_basis_purpose_and_controller_are_stated_in_each_mapping(name: str, key: str) -> None:
    mapping = load_mapping(name)
    sheet = mapping.sheets[key] if key else mapping
    for part in type(sheet.policy).model_fields:
        source = getattr(sheet.policy, part)
        column = sheet.columns.get(source.column)
        assert source.words() or (column is not None and column.required == "row"), part
    gdpr = name in ("school", "interventions", "pole") or key == "published"
    assert sheet.policy.regime.words() == ("UK GDPR" if gdpr else "DPA Part 3",)
    assert all(sheet.policy.purpose.words()) and all(sheet.policy.lawful_basis.words())


@pytest.mark.parametrize(
    ("state", "links"),
    [
        ("on_roll", ["ATTENDS"]), ("part_time_timetable", ["ATTENDS"]), ("suspended", ["ATTENDS"]),
        ("excluded", ["EXCLUDED_FROM"]), ("rescinded_not_returned", []),
    ],
)  # fmt: skip
def test_a_pupil_attends_a_school_while_on_its_roll(tmp_path: Path, state: str, links: list[str]) -> None:
    shelf = _loaded(tmp_path, "school", _PUPIL | {"state": state})
    claims = shelf.records[0].claims
    assert [claim.terms.predicate for claim in claims if claim.object] == links
    (education,) = only(shelf, "education")
    assert json.loads(education.value) == {"state": state}
    assert education.span.from_day == day_number(date(2025, 1, 6)) and education.span.to_day is None
    assert only(shelf, "person")[0].span == UNDATED


def test_a_pupil_is_joined_to_others_by_the_pupil_number_only(tmp_path: Path) -> None:
    shelf = _loaded(tmp_path, "school", _PUPIL | {"state": "on_roll", "upn": "N999000000000"})
    assert [(claim.subject.scheme, claim.particular) for claim in only(shelf, "upn")] == [
        ("Example Council/pupil_ref", "N999000000000")
    ]


def test_spells_are_held_to_their_rules(tmp_path: Path) -> None:
    good = _PUPIL | {"state": "on_roll"}
    rows = [
        good | {"school_urn": ""}, good | {"state": "truant"}, good | {"to": "2024-01-01"},
        good | {"spell_ref": ""},
        good | {"send": "autism"}, good | {"dob_precision": "day"},
    ]  # fmt: skip
    assert _rejected(tmp_path, "school", *rows) == [
        (2, "school_ref"), (3, "state"), (4, "from"), (5, "spell_ref"), (6, "send"), (7, "date_of_birth"),
    ]  # fmt: skip
    neet = good | {"school_urn": "", "state": "neet"}
    assert _rules(_loaded(tmp_path, "school", neet)) == [["person", "education"]]


@pytest.mark.parametrize("name", ["diagnosis", "SEN diagnosis", "Medication"])
@pytest.mark.parametrize(
    ("mapping", "row"), [("school", _PUPIL), ("custody", _FORCE), ("intelligence", _LOG)]
)
def test_diagnoses_and_medication_are_refused(tmp_path: Path, mapping: str, row: Row, name: str) -> None:
    with pytest.raises(FileFaultError, match="diagnoses are not imported"):
        imported(write_csv(tmp_path / "a.csv", [row | {name: "x"}]), mapping)


def test_the_bases_of_a_group_are_kept_apart(tmp_path: Path) -> None:
    areas = {
        "origin_areas": "E06000049", "operates_areas": "E06000050;E08000012", "managed_areas": "E06000049",
        "members_live_areas": "E08000011", "business_areas": "E08000012", "impact_areas": "E06000050",
    }  # fmt: skip
    shelf = _loaded(
        tmp_path, "groups", _GROUP | areas | {"name": "The Pebble line", "crime_types": "drugs; fraud"}
    )
    links = {_said(claim)[1:] for claim in shelf.records[0].claims if claim.object}
    assert links == {
        ("ORIGINATES_FROM", "", "E06000049"), ("OPERATES_IN", "operates", "E06000050"),
        ("OPERATES_IN", "operates", "E08000012"), ("OPERATES_IN", "managed", "E06000049"),
        ("OPERATES_IN", "members_live", "E08000011"), ("OPERATES_IN", "business", "E08000012"),
        ("OPERATES_IN", "impact", "E06000050"),
    }  # fmt: skip
    (is_,) = only(shelf, "group")
    assert json.loads(is_.value) == {
        "sort": "ocg", "status": "active", "last_confirmed": "2025-06-01", "crime_types": ["drugs", "fraud"],
    }  # fmt: skip
    assert only(shelf, "name")[0].particular == "The Pebble line"


def test_a_group_is_confirmed_on_a_day_and_has_a_status(tmp_path: Path) -> None:
    rows = [
        _GROUP | {"last_confirmed": ""},
        _GROUP | {"group_status": "busy"},
        _GROUP | {"operates_areas": "Chester"},
    ]
    assert _rejected(tmp_path, "groups", *rows) == [
        (2, "last_confirmed"), (3, "group_status"), (4, "operates_areas"),
    ]  # fmt: skip


def test_a_member_is_asserted_or_assessed_and_nothing_else(tmp_path: Path) -> None:
    row = {**_FORCE, "group_ref": "G1", "person_ref": "N1", "membership": "assessed"}
    shelf = _loaded(tmp_path, "groups", row, row | {"membership": "asserted"})
    assert [_said(claim) for claim in only(shelf, "member_of")] == [
        ("N1", "MEMBER_OF", "assessed", "G1"), ("N1", "MEMBER_OF", "asserted", "G1"),
    ]  # fmt: skip
    assert _rejected(tmp_path, "groups", row | {"membership": "linked"}) == [(2, "membership")]


@pytest.mark.parametrize("column", ["source_grade", "information_grade", "handling", "reported"])
def test_intelligence_without_its_grades_is_rejected(tmp_path: Path, column: str) -> None:
    assert _rejected(tmp_path, "intelligence", _TIE, _TIE | {column: ""}) == [(3, column)]
    path = write_csv(tmp_path / "b.csv", [{name: cell for name, cell in _TIE.items() if name != column}])
    with pytest.raises(FileFaultError, match=f"column {column}: missing column"):
        imported(path, "intelligence")


def test_intelligence_keeps_its_grades_its_handling_and_its_log(tmp_path: Path) -> None:
    graded = {
        "source_grade": "3",
        "information_grade": "E",
        "handling": "C",
        "conditions": "A1",
        "legacy_grade": "B41",
    }
    (claim,) = _loaded(tmp_path, "intelligence", _TIE | graded).records[0].claims
    terms, label = claim.terms, claim.terms.label
    assert (terms.source_grade, terms.information_grade, terms.basis, terms.legacy_grade) == (
        "3",
        "E",
        "",
        "B41",
    )
    assert (label.handling, label.conditions, label.regime) == ("C", "A1", "DPA Part 3")
    assert (claim.origin_reference, terms.origin_agency) == ("INT/1", "Example Police")
    assert _rejected(tmp_path, "intelligence", _TIE | {"handling": "C"}) == [(2, "conditions")]


@pytest.mark.parametrize("grade", [{"source_grade": "4"}, {"source_grade": "B"}, {"information_grade": "F"}])
def test_a_grade_outside_3x5x2_is_rejected(tmp_path: Path, grade: Row) -> None:
    assert _rejected(tmp_path, "intelligence", _TIE | grade) == [(2, next(iter(grade)))]


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"says": "EXPLOITED_BY", "other_group_ref": "G1"}, [("N1", "EXPLOITED_BY", "", "G1")]),
        ({"says": "EXPLOITED_BY", "other_person_ref": "N2"}, [("N1", "EXPLOITED_BY", "", "N2")]),
        ({"says": "MEMBER_OF", "other_group_ref": "G1"}, [("N1", "MEMBER_OF", "asserted", "G1")]),
        (
            {"says": "POSES_RISK_TO", "other_person_ref": "N2", "person_ref": "", "group_ref": "G1"},
            [("G1", "POSES_RISK_TO", "", "N2")],
        ),
        (
            {"says": "USES", "object_ref": "D1", "object_sort": "deal_line"},
            [("N1", "USES", "", "D1"), ("D1", "IS", "", "")],
        ),
        ({"says": "HARMED_AT", "location_ref": "K1"}, [("N1", "HARMED_AT", "", "K1")]),
        (
            {"says": "OPERATES_IN", "person_ref": "", "group_ref": "G1", "area": "E06000049"},
            [("G1", "OPERATES_IN", "operates", "E06000049")],
        ),
    ],
)
def test_intelligence_says_what_its_row_says_and_no_more(
    tmp_path: Path, more: Row, said: list[tuple[str, str, str, str]]
) -> None:
    shelf = _loaded(tmp_path, "intelligence", _LOG | more)
    assert [_said(claim) for claim in shelf.records[0].claims] == said
    assert {claim.terms.source_grade for claim in shelf.records[0].claims} == {"2"}


@pytest.mark.parametrize(
    ("more", "column"),
    [
        ({"says": "FRIEND_OF"}, "other_person_ref"), ({"says": "EXPLOITED_BY"}, "other_group_ref"),
        ({"says": "MEMBER_OF", "other_person_ref": "N2"}, "other_group_ref"),
        ({"says": "USES", "object_ref": "D1"}, "object_sort"), ({"says": "FREQUENTS"}, "location_ref"),
        ({"says": "OPERATES_IN", "area": "E06000049"}, "group_ref"), ({"says": "LIVES_AT"}, "says"),
        ({"says": "ASSOCIATE_OF", "other_person_ref": "N1"}, "person_ref"),
    ],
)  # fmt: skip
def test_a_statement_without_what_it_is_about_is_rejected(tmp_path: Path, more: Row, column: str) -> None:
    assert _rejected(tmp_path, "intelligence", _LOG | more) == [(2, column)]


@pytest.mark.parametrize(
    ("born", "kept"),
    [
        ({"date_of_birth": "2007-06-02"}, True),
        ({"date_of_birth": "2007-06-03"}, False),
        ({}, False),
        ({"date_of_birth": "1990-01-01", "dob_precision": "year"}, False),
        ({"date_of_birth": "1990-01-01", "dob_precision": "month"}, True),
    ],
)
def test_a_child_is_never_a_target(tmp_path: Path, born: Row, kept: bool) -> None:
    row = _ORDER | born | {"bearing": "targets"}
    if kept:
        assert [
            _said(claim) for claim in only(_loaded(tmp_path, "interventions", row), "targets_person")
        ] == [("O1", "TARGETS", "", "P1")]
        return
    report, shelf = imported(write_csv(tmp_path / "a.csv", [row]), "interventions")
    assert [fault.rule for fault in report.rejections] == [
        "TARGETS is never a child, nor a person whose age is not known"
    ]
    assert shelf.records == []
    considered = row | {"youth_justice_owner": "Youth Justice", "victim_consideration": "nrm_referred"}
    assert len(_rejected(tmp_path, "interventions", considered)) == 1


def test_an_order_on_a_child_needs_its_owner_and_a_victims_consideration(tmp_path: Path) -> None:
    row = _ORDER | {"bearing": "subject_to", "date_of_birth": "2010-02-03"}
    owner = {"youth_justice_owner": "Youth Justice"}
    found = _rejected(tmp_path, "interventions", row, row | owner, row | {"date_of_birth": ""})
    assert found == [(line, "date_of_birth") for line in (2, 3, 4)]
    kept = row | owner | {"victim_consideration": "nrm_considered"}
    shelf = _loaded(tmp_path, "interventions", kept, row | {"line": "2", "date_of_birth": "1980-02-03"})
    assert [_said(claim) for claim in only(shelf, "person_subject_to")] == [
        ("P1", "SUBJECT_TO", "", "O1")
    ] * 2


def test_an_order_says_whom_it_touches_and_whom_it_protects(tmp_path: Path) -> None:
    bearings = [
        _ORDER | {"bearing": "protects"},
        _ORDER | {"bearing": "targets", "line": "2", "person_ref": "", "location_ref": "L1"},
        _ORDER | {"bearing": "", "line": "3", "person_ref": ""},
    ]
    assert _rules(_loaded(tmp_path, "interventions", *bearings)) == [
        ["order", "protects"], ["order", "targets_place"], ["order"],
    ]  # fmt: skip
    rows = [
        _ORDER | {"affected": "", "bearing": "protects"}, _ORDER | {"bearing": ""},
        _ORDER | {"bearing": "targets", "person_ref": ""},
        _ORDER | {"bearing": "protects", "expires": "2025-06-01"},
    ]  # fmt: skip
    assert _rejected(tmp_path, "interventions", *rows) == [
        (2, "affected"), (3, "bearing"), (4, "location_ref"), (5, "granted"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "key", "kind"), [("recorded_crime", "crime_ref", "offence"), ("asb", "asb_ref", "asb_type")]
)
def test_incidents_and_the_people_in_them_come_in_two_files(
    tmp_path: Path, name: str, key: str, kind: str
) -> None:
    event = {
        **_FORCE,
        key: "X1",
        kind: "A kind",
        "occurred_from": "2025-05-17T22:00",
        "lon": "-2.5",
        "lat": "53.2",
    }
    person = {**_FORCE, key: "X1", "person_ref": "N1", "capacity": "victim"}
    paths = [write_csv(tmp_path / "a.csv", [event]), write_csv(tmp_path / "b.csv", [person])]
    report, shelf = imported(paths, name)
    assert report.rejections == []
    assert _rules(shelf) == [["event", "occurred_at", "position"], ["involved_in"]]
    (involved,) = only(shelf, "involved_in")
    assert involved.object == only(shelf, "event")[0].subject and involved.terms.capacity == "victim"
    assert json.loads(only(shelf, "event")[0].value)["sort"] == ("asb" if name == "asb" else "crime")
    with pytest.raises(FileFaultError, match=r"more than one sheet \(people, incidents\)"):
        imported(write_csv(tmp_path / "c.csv", [event | person]), name)


def test_a_capacity_in_a_crime_is_no_role_of_a_person(tmp_path: Path) -> None:
    row = {**_FORCE, "crime_ref": "C1", "person_ref": "N1", "capacity": "suspected"}
    assert _rules(_loaded(tmp_path, "recorded_crime", row)) == [["involved_in"]]
    assert _rejected(tmp_path, "recorded_crime", row | {"capacity": "offender"}) == [(2, "capacity")]


def test_people_stopped_together_are_at_one_event(tmp_path: Path) -> None:
    row = {
        **_FORCE,
        "stop_ref": "T1",
        "encounter_ref": "V1",
        "person_ref": "N1",
        "stopped": "2025-05-24T19:05",
    }
    shelf = _loaded(tmp_path, "stop_search", row, row | {"stop_ref": "T2", "person_ref": "N2"}, row | {
        "stop_ref": "T3", "encounter_ref": "", "person_ref": ""})  # fmt: skip
    assert [_said(claim) for claim in only(shelf, "involved_in")] == [
        ("N1", "INVOLVED_IN", "present", "V1"), ("N2", "INVOLVED_IN", "present", "V1"),
    ]  # fmt: skip
    assert len({claim.subject for claim in only(shelf, "event")}) == 2
    assert _rejected(tmp_path, "stop_search", row | {"person_ref": "", "capacity": "arrested"}) == [
        (2, "person_ref")
    ]


def test_an_arrest_and_a_detention_are_two_events_of_one_person(tmp_path: Path) -> None:
    row = {
        **_FORCE, "custody_ref": "D1", "person_ref": "N1", "arrested": "2025-06-01T02:00", "crime_ref": "C1",
        "released": "2025-06-01T19:30", "lon": "-2.5", "lat": "53.2", "release": "2026-01-15",
        "mappa_level": "1",
    }  # fmt: skip
    shelf = _loaded(tmp_path, "custody", row)
    assert [(claim.terms.rule, claim.subject.scheme.split("/")[1]) for claim in shelf.records[0].claims] == [
        ("arrest", "custody_ref arrest"), ("arrested", "person_ref"), ("position", "custody_ref arrest"),
        ("custody", "custody_ref"), ("in_custody", "person_ref"), ("arrested_for", "person_ref"),
        ("release", "person_ref"),
    ]  # fmt: skip
    assert json.loads(only(shelf, "release")[0].value) == {"mappa_level": "1", "release": "2026-01-15"}
    rows = [
        row | {"released": "2025-05-31T02:00"},
        row | {"release": ""},
        row | {"arrested": ""},
        row | {"lon": "2.35"},
    ]
    assert _rejected(tmp_path, "custody", *rows) == [
        (2, "arrested"),
        (3, "release"),
        (4, "arrested"),
        (5, "lon"),
    ]
