from __future__ import annotations

import pytest

from graph.errors import LinkEndsError, UnknownKindError
from graph.model.claims import GRADE_NUMBERS, INFORMATION_NUMBERS
from graph.model.kinds import (
    CAPACITY_CODES,
    CAPACITY_NAMES,
    ENTITIES,
    ENTITY_CODES,
    LINK_NAMES,
    LINKS,
    PROPERTIES,
    TIES,
    WORDS,
    check_link,
    check_property,
    check_word,
)

# The links that the partnership's model names; the dictionary may hold more, never fewer.
NAMED = {
    *("FRIEND_OF", "ASSOCIATE_OF", "FAMILY_OF", "SEEN_WITH", "FOUND_WITH", "INVOLVED_IN", "MEMBER_OF"),
    *("EXPLOITED_BY", "POSES_RISK_TO", "LIVES_AT", "PLACED_AT", "ATTENDS", "EXCLUDED_FROM", "FREQUENTS"),
    *("HARMED_AT", "SAFE_AT", "OCCURRED_AT", "IN", "OPERATES_IN", "ORIGINATES_FROM", "CONTROLS", "USES"),
    *("OFFERED", "TARGETS", "PROTECTS", "SUBJECT_TO"),
}
THINGS = {
    *("Person", "Group", "Location", "Event", "Object", "Organisation", "Area", "Hotspot", "Intervention"),
    *("Meeting", "Item", "Decision", "Action"),
}
SAID = {
    *("IS", "POSITION", "BORN", "NAMED", "IDENTIFIER", "MISSING_EPISODE", "ROLE", "RISK", "INDICATOR"),
    *("SCREENING_FORM", "EDUCATION", "PLACEMENT", "CUSTODY", "SERVICE_OFFER", "NRM", "STATEMENT", "PLAN"),
    *("LEAD_PROFESSIONAL", "HOTSPOT"),
}


def test_the_dictionary_holds_everything_the_model_names() -> None:
    assert set(LINKS) >= NAMED
    assert set(ENTITIES) >= THINGS
    assert set(PROPERTIES) >= SAID


def test_codes_are_positions_and_differ() -> None:
    assert [kind.code for kind in LINKS.values()] == list(range(len(LINKS)))
    assert [kind.code for kind in PROPERTIES.values()] == list(range(len(PROPERTIES)))
    assert [LINK_NAMES[kind.code] for kind in LINKS.values()] == list(LINKS)
    assert [CAPACITY_NAMES[code] for code in CAPACITY_CODES.values()] == list(CAPACITY_CODES)
    assert CAPACITY_CODES[""] == 0
    assert len(set(ENTITY_CODES.values())) == len(ENTITIES)


def test_no_name_is_both_a_link_and_a_property() -> None:
    assert not set(LINKS) & set(PROPERTIES)


@pytest.mark.parametrize("name", LINKS)
def test_the_ends_of_a_link_are_kinds_of_the_dictionary(name: str) -> None:
    kind = LINKS[name]
    assert kind.ends_from
    assert kind.ends_to
    assert {*kind.ends_from, *kind.ends_to} <= set(ENTITIES)
    assert len(set(kind.capacities)) == len(kind.capacities)
    assert not kind.symmetric or (kind.ends_from == kind.ends_to and not kind.capacities)


@pytest.mark.parametrize("name", PROPERTIES)
def test_a_property_is_said_of_kinds_of_the_dictionary(name: str) -> None:
    assert PROPERTIES[name].of
    assert set(PROPERTIES[name].of) <= set(ENTITIES)


def test_a_tie_joins_two_people_and_is_not_co_presence() -> None:
    assert set(TIES) == {"FRIEND_OF", "ASSOCIATE_OF", "FAMILY_OF", "SEEN_WITH", "FOUND_WITH"}
    assert all(LINKS[name].ends_from == LINKS[name].ends_to == ("Person",) for name in TIES)


def test_what_is_for_support_only_is_marked() -> None:
    assert {name for name, kind in LINKS.items() if kind.protective} == {"SAFE_AT", "OFFERED", "PROTECTS"}


def test_words_of_a_vocabulary_differ() -> None:
    assert all(len(set(words)) == len(words) for words in WORDS.values())
    assert set(WORDS["tier"]) == {"open", "sealed", "hidden"}


def test_a_better_grade_has_a_lower_number() -> None:
    assert [GRADE_NUMBERS[grade] for grade in ("", *WORDS["source_grade"])] == [0, 1, 2, 3]
    assert [INFORMATION_NUMBERS[grade] for grade in ("", *WORDS["information_grade"])] == [0, 1, 2, 3, 4, 5]


def test_a_link_between_other_kinds_is_refused() -> None:
    assert check_link("OCCURRED_AT", "Event", "Location").code == LINKS["OCCURRED_AT"].code
    with pytest.raises(LinkEndsError, match="Location to Event"):
        check_link("OCCURRED_AT", "Location", "Event")


@pytest.mark.parametrize(
    ("predicate", "capacity"), [("LIKES", ""), ("FRIEND_OF", "victim"), ("IN", "victim")]
)
def test_a_predicate_or_capacity_outside_the_dictionary_is_refused(predicate: str, capacity: str) -> None:
    with pytest.raises(UnknownKindError):
        check_link(predicate, "Person", "Person" if predicate != "IN" else "Area", capacity)


def test_a_property_of_another_kind_or_with_another_attribute_is_refused() -> None:
    assert check_property("BORN", "Person", ("dob_precision",)).name == "BORN"
    with pytest.raises(UnknownKindError, match="BORN"):
        check_property("BORN", "Event", ())
    with pytest.raises(UnknownKindError, match="shoe_size"):
        check_property("BORN", "Person", ("shoe_size",))


def test_a_word_outside_its_vocabulary_is_refused_without_repeating_it() -> None:
    assert check_word("tier", "sealed") == "sealed"
    with pytest.raises(UnknownKindError) as caught:
        check_word("tier", "Quartz")
    assert "Quartz" not in str(caught.value)
