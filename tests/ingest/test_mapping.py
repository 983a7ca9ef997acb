"""Tests of ingest.mapping and of what a mapping may say."""

from __future__ import annotations

from pathlib import Path

import pytest

from graph.errors import MappingFileError
from ingest.mapping import load_mapping, read_mapping, shipped_mappings
from ingest.mapping_checks import is_forbidden
from ingest.mapping_files import Source

_GOOD = """
name: doors
version: 1
title: Doors that were knocked on
feed: doors
agency: Example Council
policy:
  controller: "{agency}"
  regime: UK GDPR
  purpose: testing
  lawful_basis: public task
  agreement: ISA-7
  agreement_expires: 2030-03-31
  handling: P
  conditions: ""
  tier: open
  category: general
  areas: ""
  review_state: reviewed
record: {source_id: ref, period: none}
columns:
  ref: {type: text, required: row}
  other: {type: text}
  day: {type: date}
  grade: {type: word, words: source_grade}
  lon: {type: longitude}
  lat: {type: latitude}
checks:
  - {rule: in Great Britain, check: great_britain, columns: [lon, lat]}
mentions:
  person: {kind: Person, by: [{scheme: doors, ref: ref}]}
  other: {kind: Person, by: [{scheme: doors, ref: other}]}
every_claim: {nature: reported, status: live, valid: {at: day}}
claims:
  - {rule: friend, subject: person, predicate: FRIEND_OF, object: other}
"""


def _faults(*swaps: tuple[str, str]) -> list[str]:
    text = _GOOD
    for old, new in swaps:
        assert old in text
        text = text.replace(old, new)
    with pytest.raises(MappingFileError) as caught:
        read_mapping(text, "doors.yaml")
    return str(caught.value).splitlines()


def test_the_shipped_mappings_are_sound() -> None:
    assert shipped_mappings() == (
        "asb",
        "associations",
        "custody",
        "groups",
        "intelligence",
        "interventions",
        "locations_of_concern",
        "missing_episodes",
        "people",
        "pole",
        "police_uk",
        "recorded_crime",
        "school",
        "stop_search",
    )
    for name in shipped_mappings():
        mapping = load_mapping(name)
        assert (mapping.name, mapping.feed) == (name, name)


def test_a_mapping_is_found_by_its_path(tmp_path: Path) -> None:
    path = tmp_path / "doors.yaml"
    path.write_text(_GOOD, encoding="utf-8")
    mapping = load_mapping(path)
    assert mapping == load_mapping(str(path)) == read_mapping(_GOOD, "x")
    assert mapping.policy.agreement_expires == Source(constant="2030-03-31")
    assert mapping.record.period == ()


def test_an_unknown_name_lists_those_that_are_shipped(tmp_path: Path) -> None:
    with pytest.raises(MappingFileError, match=r"nor one of asb, associations, .*police_uk"):
        load_mapping("no_such")
    with pytest.raises(MappingFileError, match="neither a file that can be read"):
        load_mapping(tmp_path)


def test_all_faults_of_a_mapping_are_gathered_with_their_place() -> None:
    found = _faults(
        ("  tier: open\n", ""),
        ("version: 1", "version: one"),
        ("kind: Person, by: [{scheme: doors, ref: other}]", "kind: Person, by: []"),
        ("  day: {type: date}", "  day: {type: day}"),
        ("title: Doors that were knocked on", "titel: Doors"),
    )
    places = {line.split(": ")[1] for line in found}
    assert places == {"policy.tier", "version", "mentions.other.by", "columns.day.type", "title", "titel"}
    assert all(line.startswith("doors.yaml: ") for line in found)


@pytest.mark.parametrize(
    "part",
    [
        "controller", "regime", "purpose", "lawful_basis", "agreement", "agreement_expires", "handling",
        "conditions", "tier", "category", "areas", "review_state",
    ],
)  # fmt: skip
def test_no_part_of_the_policy_is_assumed(part: str) -> None:
    line = next(line for line in _GOOD.splitlines() if line.startswith(f"  {part}:"))
    assert _faults((line, "")) == [f"doors.yaml: policy.{part}: Field required"]
    blank = f"  {part}: {{column: other}}"
    rule = "a column that may be blank needs if_blank: nothing is assumed"
    assert f"doors.yaml: policy.{part}: {rule}" in _faults((line, blank))


def test_all_that_the_dictionary_of_kinds_does_not_hold_is_gathered() -> None:
    more = """
  - {rule: a, subject: person, predicate: LOVES, object: other}
  - {rule: b, subject: person, predicate: OCCURRED_AT, object: other}
  - {rule: c, subject: person, predicate: INVOLVED_IN, object: other, capacity: villain}
  - {rule: d, subject: person, predicate: POSITION}
  - {rule: e, subject: person, predicate: IS, value: {height: "2"}}
  - {rule: e, subject: person, predicate: IS, value: {sex: {column: shoe}}}
  - {rule: f, subject: nobody, predicate: IS}
  - {rule: g, subject: person, predicate: ROLE, value: {role: villain}}
  - {rule: h, subject: person, predicate: FRIEND_OF, object: other, value: {sex: x}}
  - {rule: i, subject: person, predicate: IS, source_grade: "9", reported: {at: ref}}
  - {rule: j, subject: person, predicate: IS, each: other, when: {grade: [A]}}
"""
    found = [
        line.removeprefix("doors.yaml: claims.")
        for line in _faults(("object: other}\n", "object: other}" + more))
    ]
    assert found == [
        "1 (a): LOVES is no link of the dictionary",
        "2 (b): OCCURRED_AT does not join Person to Person",
        "3 (c): INVOLVED_IN does not join Person to Person",
        "4 (d): POSITION is no property of Person",
        "5 (e): IS has no attribute height",
        "6 (e): the name of another claim",
        "6 (e).sex: no column shoe",
        "7 (f): no mention nobody",
        "8 (g).value.role: may give a word that is not in role: child_in_need_of_help, victim, witness, "
        "person_of_interest, suspect, convicted, protective_adult, parent_or_carer, adult_at_risk, "
        "person_in_position_of_trust",
        "9 (h): a link has no value",
        "10 (i): a source grade and an information grade, or neither",
        "10 (i).source_grade: may give a word that is not in source_grade: 1, 2, 3",
        "10 (i).reported: its columns are of type date, month, instant",
        "11 (j).when.grade: asks for a word that the column cannot hold",
        "11 (j).each: names a column that holds several values",
    ]


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        (
            "  other: {type: text}",
            "  other: {type: word}",
            "columns.other: a column of type word, and no other",
        ),
        ("words: source_grade", "words: moods", "columns.grade: no such vocabulary"),
        ("words: source_grade", "words: sorts of Mood", "columns.grade: no such vocabulary"),
        ("words: source_grade", "words: moods of Person", "columns.grade: no such vocabulary"),
        (
            "  other: {type: text}",
            "  other: {type: date, many: true}",
            "columns.other: only a column of type text",
        ),
        (
            "words: source_grade",
            "words: source_grade, translate: {x: y}",
            "columns.grade: translates to a word",
        ),
        (
            "  day: {type: date}",
            "  diagnosis: {type: date}",
            "columns.diagnosis: diagnoses and medication are not",
        ),
        ("period: none", "period: other", "record.period: a column of type month or date"),
        ("source_id: ref", "source_id: [ref, shoe]", "record.source_id: no column shoe"),
        ("columns: [lon, lat]", "columns: [lat, lon]", "checks.0: column lat is of type longitude"),
        ("columns: [lon, lat]", "columns: [lon]", "checks.0: great_britain looks at 2 columns"),
        ("check: great_britain", "check: differ", "columns.lon: no great_britain check looks at it"),
        (
            "kind: Person, by: [{scheme: doors, ref: other",
            "kind: Elf, by: [{scheme: doors, ref: other",
            "mentions.other",
        ),
        ("scheme: doors, ref: ref", 'scheme: "{person}", ref: ref', "only {agency} may stand in braces"),
        ("regime: UK GDPR", "regime: GDPR", "policy.regime: may give a word that is not in regime"),
        ("regime: UK GDPR", "regime: {column: grade, if_blank: UK GDPR}", "policy.regime: may give a word"),
        ("nature: reported", "basis: recorded", "every_claim: states nature and status"),
        (
            "status: live",
            'status: live, basis: recorded, source_grade: "1"',
            "a grade or another agency's basis",
        ),
        ("status: live", 'status: live, source_grade: "1"', "a source grade and an information grade"),
        (
            "valid: {at: day}",
            "valid: {from: day, at: day}",
            "every_claim.valid: Value error, either at or from",
        ),
        ('areas: ""', 'areas: {column: ref, if_blank: ""}', "policy.areas: its column is of type area_codes"),
        ('areas: ""', "areas: Chester", "policy.areas: area codes with semicolons"),
        ("2030-03-31", "in 2030", "policy.agreement_expires: none, or a day written"),
        (
            "agency: Example Council",
            "agency: {column: other}",
            "agency: a column that may be blank needs if_blank",
        ),
        ("version: 1", "version: 1\nversion: 2", "not sound YAML: line 2: a key is given twice"),
        ("version: 1", "version: &a 1\nfeed2: *a", "not sound YAML: aliases are not read"),
        ("version: 1", "on: 1", "not sound YAML: line 2: a key that is no text (quote it)"),
        ("version: 1", "version: [", "not sound YAML: line"),
    ],
)
def test_each_rule_of_a_mapping_is_held(old: str, new: str, fault: str) -> None:
    assert any(fault in line for line in _faults((old, new)))


@pytest.mark.parametrize(
    "text", ["", "[]", "just words", "{" * 5_000, "!!python/object:os.system {}", "a: !!int x"]
)
def test_what_is_no_mapping_is_refused(text: str) -> None:
    with pytest.raises(MappingFileError, match=r"doors\.yaml: "):
        read_mapping(text, "doors.yaml")


def test_a_mapping_that_is_no_utf8_or_too_large_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "doors.yaml"
    path.write_bytes(b"name: d\xe9")
    with pytest.raises(MappingFileError, match="byte 7 is not UTF-8"):
        load_mapping(path)
    path.write_bytes(b"#" * 1_000_001)
    with pytest.raises(MappingFileError, match="larger than"):
        load_mapping(path)


@pytest.mark.parametrize(
    ("name", "forbidden"),
    [
        ("diagnosis", True),
        ("Mental-health diagnoses", True),
        ("medicine_name", True),
        ("outcome", False),
        ("prediagnosisx", False),
    ],
)
def test_a_forbidden_column_is_known_by_its_words(name: str, forbidden: bool) -> None:
    assert is_forbidden(name) is forbidden
