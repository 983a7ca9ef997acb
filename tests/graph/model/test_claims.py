from __future__ import annotations

from itertools import product

import pytest

from graph.errors import LinkEndsError, ModelError, UngradedClaimError, UnknownKindError
from graph.model.claims import check_ends, check_grading
from graph.model.kinds import WORDS
from tests.builders import terms


def test_a_claim_has_both_grades_or_a_basis_or_neither() -> None:
    allowed = []
    for source, information, basis in product(("", "2"), ("", "C"), ("", "child_said")):
        graded = terms("NAMED", source_grade=source, information_grade=information, basis=basis)
        try:
            allowed.append(check_grading(graded)[4:7])
        except UngradedClaimError:
            continue
    assert allowed == [("", "", ""), ("", "", "child_said"), ("2", "C", "")]


@pytest.mark.parametrize(
    ("source", "information", "basis"), [("4", "A", ""), ("1", "F", ""), ("", "", "hearsay")]
)
def test_a_grade_outside_the_scheme_is_refused(source: str, information: str, basis: str) -> None:
    with pytest.raises(UngradedClaimError):
        check_grading(terms("NAMED", source_grade=source, information_grade=information, basis=basis))


def test_every_grade_of_the_scheme_is_allowed() -> None:
    for source, information in product(WORDS["source_grade"], WORDS["information_grade"]):
        check_grading(terms("NAMED", source_grade=source, information_grade=information))


@pytest.mark.parametrize(
    ("predicate", "ends", "error"),
    [
        ("FRIEND_OF", ("Person", "Person"), None),
        ("NAMED", ("Person", None), None),
        ("FRIEND_OF", ("Person", None), UnknownKindError),
        ("NAMED", ("Person", "Person"), UnknownKindError),
        ("FRIEND_OF", ("Person", "Location"), LinkEndsError),
    ],
)
def test_a_link_has_two_ends_and_a_property_one(
    predicate: str, ends: tuple[str, str | None], error: type[ModelError] | None
) -> None:
    if error is None:
        assert check_ends(terms(predicate), *ends) == terms(predicate)
        return
    with pytest.raises(error):
        check_ends(terms(predicate), *ends)
