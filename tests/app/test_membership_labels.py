"""Whoever sees a membership may see everything that it rests on, and never one member alone."""

from __future__ import annotations

import random
from datetime import date
from typing import Any, Final

import pytest

from app.access import Context, Viewer, decide
from app.use_cases.confirming.labels import NO_AREA, in_company, least_strict, strictest
from graph.errors import NotPermittedError
from graph.model.claims import PolicyLabel
from tests.builders import ASHBY, BRAMWELL, policy

TODAY: Final = date(2025, 6, 1)
RANKS: Final = ("deny", "pointer", "allow")
CASES = 4_000


def _label(dice: random.Random) -> PolicyLabel:
    return policy(
        dice.choice([ASHBY, BRAMWELL]),
        tier=dice.choice(["open", "open", "open", "sealed", "hidden", "unheard of"]),
        regime=dice.choice(["UK GDPR", "DPA Part 3"]),
        handling=dice.choice(["P", "P", "P", "C"]),
        conditions=dice.choice(["", "", "", "A1", "S2; not to parents", "not to parents"]),
        areas=dice.choice([(), (), ("E1",), ("E2",), ("E1", "E2"), ("E2", "E3")]),
        agreement=dice.choice(["ISA-1", "ISA-2"]),
        agreement_expires=dice.choice(["none", "2025-05-01", "2025-06-01", "2025-12-31"]),
        review_state=dice.choice(["reviewed", "unreviewed"]),
        category=dice.choice(["general", "health"]),
    )


def _viewer(dice: random.Random) -> Viewer:
    roles = frozenset(
        dice.sample(["op_group", "coordinator", "analyst", "intel_officer"], dice.randint(1, 3))
    )
    areas = dice.choice([(), (), ("E1",), ("E2",), ("E1", "E3")])
    return Viewer("v", dice.choice([ASHBY, BRAMWELL, "Corley Council"]), roles, frozenset(areas))


def _context(dice: random.Random) -> Context:
    kind = dice.choice(["law_enforcement", "safeguarding"])
    return Context(TODAY, "p", kind, "", frozenset(dice.choice([(), ("g",)])))


def _rank(viewer: Viewer, label: PolicyLabel, context: Context) -> int:
    return RANKS.index(decide(viewer, "why", label, context).answer)


def _seen_by_confirmer(dice: random.Random, least: int) -> list[PolicyLabel]:
    confirmer = Viewer("c", ASHBY, frozenset({"analyst", "intel_officer"}), frozenset())
    context = Context(TODAY, "p", "law_enforcement", "", frozenset())
    found: list[PolicyLabel] = []
    while len(found) < least:
        label = _label(dice)
        found += [label] * (_rank(confirmer, label, context) == RANKS.index("allow"))
    return found


@pytest.mark.properties
def test_nobody_sees_more_of_a_membership_than_of_its_strictest_ground() -> None:
    dice, seen = random.Random(1), [0, 0, 0]
    for _ in range(CASES):
        grounds = _seen_by_confirmer(dice, dice.randint(1, 4))
        label = strictest(grounds, agency=ASHBY)
        viewer, context = _viewer(dice), _context(dice)
        rank = _rank(viewer, label, context)
        assert rank <= min(_rank(viewer, ground, context) for ground in grounds)
        seen[rank] += 1
    assert min(seen) > CASES / 50


@pytest.mark.properties
def test_whoever_sees_a_member_sees_another_and_no_label_gets_looser() -> None:
    dice, alone, several = random.Random(2), 0, 0
    for _ in range(CASES // 4):
        own = [
            strictest(_seen_by_confirmer(dice, dice.randint(1, 2)), agency=ASHBY)
            for _ in range(dice.randint(2, 6))
        ]
        raised = in_company(own)
        assert in_company(raised) == raised
        for _ in range(5):
            viewer, context = _viewer(dice), _context(dice)
            before, after = ([_rank(viewer, one, context) for one in labels] for labels in (own, raised))
            assert all(new <= old for new, old in zip(after, before, strict=True))
            assert after.count(RANKS.index("allow")) != 1
            alone += before.count(RANKS.index("allow")) == 1
            several += after.count(RANKS.index("allow")) > 1
    assert alone > 100 and several > 100


def test_a_hidden_member_changes_no_label_of_those_who_have_company_without_them() -> None:
    hidden = policy(tier="hidden")
    for others in (
        [policy(), policy()],
        [policy(areas=("E1",)), policy(areas=("E2",))],
        [policy(), policy(areas=("E1",))],
    ):
        assert in_company([*others, hidden, hidden])[: len(others)] == in_company(others)
        assert in_company([hidden, *others])[1:] == in_company(others)


def test_a_label_is_in_each_respect_that_of_the_strictest() -> None:
    grounds = [
        policy(areas=("E1", "E2"), agreement_expires="2026-01-01"),
        policy(regime="DPA Part 3", lawful_basis="task", areas=("E2", "E3"), review_state="unreviewed"),
        policy(handling="C", conditions="by hand", tier="sealed", agreement="ISA-2", category="health"),
    ]
    assert strictest(grounds, agency=ASHBY) == PolicyLabel(
        ASHBY, "DPA Part 3", "safeguarding", "public task; task", "ISA-1; ISA-2", "2026-01-01", "C",
        "by hand", "sealed", "health", ("E2",), "unreviewed",
    )  # fmt: skip
    assert strictest(grounds[:1], agency=BRAMWELL) == grounds[0]._replace(controller=BRAMWELL)


def test_areas_that_have_none_in_common_show_to_nobody_of_one_area() -> None:
    label = strictest([policy(areas=("E1",)), policy(areas=("E2",))], agency=ASHBY)
    assert label.areas == NO_AREA
    again = strictest([label, policy(areas=("E1",))], agency=ASHBY)
    assert again.areas == NO_AREA and strictest([label, policy()], agency=ASHBY).areas == NO_AREA


@pytest.mark.parametrize("closed", [{"tier": "sealed"}, {"handling": "C"}, {"tier": "hidden"}])
def test_what_another_agency_keeps_closed_is_no_ground(closed: dict[str, Any]) -> None:
    with pytest.raises(NotPermittedError):
        strictest([policy(), policy(BRAMWELL)._replace(**closed)], agency=ASHBY)


def test_the_least_strict_counts_the_tier_before_all_else() -> None:
    wide = policy(areas=("E1",), agreement_expires="2025-07-01", review_state="unreviewed")
    assert least_strict([policy(tier="sealed"), wide, policy(tier="hidden")]) == wide
    assert least_strict([wide, wide._replace(agreement_expires="none")]).agreement_expires == "none"
