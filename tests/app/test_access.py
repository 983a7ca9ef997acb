"""Every answer of the access rules equals a table and a list of sentences written apart from the code."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import product
from typing import Any

import pytest

from app.access import ACTIONS, Context, Decision, Viewer, check_action, decide, scope_of
from app.settings import ROLES
from graph.errors import NotPermittedError, PurposeMissingError
from graph.model.claims import PolicyLabel

TODAY = date(2026, 3, 1)
OURS, THEIRS = "Ashby Council", "Bramwell Police"

# Read with GOVERNANCE's table of roles in hand: x may do it at all.
TABLE = """
               clusters cross_border hotspots why names import areas redraw match audit groups brief export products approve receive accounts search explore
op_group       .        .            x        x   .     .      .     .      .     .     .      .     .      .        .       x       .        .      .
coordinator    .        .            .        .   .     .      .     .      .     .     .      .     .      x        x       .       .        .      .
analyst        x        x            x        x   x     x      x     x      x     .     x      x     x      x        .       .       .        x      x
intel_officer  x        x            x        x   x     x      x     x      x     .     .      x     .      x        x       .       .        x      x
ig_auditor     .        .            .        .   .     .      .     .      .     x     .      .     .      x        .       .       .        .      .
admin          .        .            .        .   .     .      x     x      .     x     .      .     .      .        .       .       x        .      .
"""  # noqa: E501 - a table is read across
_HEAD, *_ROWS = [line.split() for line in TABLE.strip().splitlines()]
MAY = {
    (role, action): mark == "x" for role, *marks in _ROWS for action, mark in zip(_HEAD, marks, strict=True)
}

SEATS = [frozenset({role}) for role in ROLES] + [
    frozenset({"op_group", "admin"}),
    frozenset({"admin", "intel_officer"}),
]
HANDLING = [("P", ""), ("C", ""), ("C", "A2"), ("C", "A1"), ("P", "S2"), ("C", "A2, S2"), ("C", "a1;a2")]
REGIMES = [
    ("UK GDPR", "safeguarding", frozenset[str]()),
    ("DPA Part 3", "law_enforcement", frozenset[str]()),
    ("DPA Part 3", "safeguarding", frozenset[str]()),
    ("DPA Part 3", "safeguarding", frozenset({"GW-7"})),
]
EXPIRIES = ["none", *((TODAY + timedelta(days=n)).isoformat() for n in (-1, 0, 1))]
AREAS = [((), ()), ((), ("E1",)), (("E1",), ()), (("E1", "E2"), ("E2", "E3")), (("E1",), ("E3",))]


@dataclass(frozen=True)
class Cell:
    """One question to the rules."""

    roles: frozenset[str]
    action: str
    owner: bool
    tier: str
    handling: tuple[str, str]
    regime: tuple[str, str, frozenset[str]]
    expiry: str
    areas: tuple[tuple[str, ...], tuple[str, ...]]
    review: str

    @property
    def viewer(self) -> Viewer:
        return Viewer("someone", OURS if self.owner else THEIRS, self.roles, frozenset(self.areas[1]))

    @property
    def label(self) -> PolicyLabel:
        return PolicyLabel(
            OURS, self.regime[0], "safeguarding", "public task", "ISA-1", self.expiry, self.handling[0],
            self.handling[1], self.tier, "general", self.areas[0], self.review,
        )  # fmt: skip

    @property
    def context(self) -> Context:
        return Context(TODAY, "a purpose", self.regime[1], "", self.regime[2])


def expected(cell: Cell) -> str:
    """Say what the governance paper says, sentence by sentence; every bar must be clear."""
    bars = [
        not any(MAY[role, cell.action] for role in cell.roles),
        # An expired agreement closes access on the next request; it holds to the end of its last day.
        cell.expiry in {(TODAY - timedelta(days=1)).isoformat()},
        # Somebody with areas sees what is for everywhere, and what is for one of theirs.
        cell.areas == (("E1",), ("E3",)),
        # Part 3 content for another purpose needs a recorded gateway.
        cell.regime == ("DPA Part 3", "safeguarding", frozenset()),
        # Content nobody reviewed is for those who review.
        cell.review == "unreviewed" and not {"analyst", "intel_officer"} & cell.roles,
    ]
    if any(bars):
        return "deny"
    if cell.tier == "hidden" or cell.handling in {("C", "A1"), ("P", "S2"), ("C", "A2, S2"), ("C", "a1;a2")}:
        return "allow" if cell.owner and "intel_officer" in cell.roles else "deny"
    if cell.owner:
        return "allow"
    return "pointer" if cell.tier == "sealed" or cell.handling[0] == "C" else "allow"


CELLS = [
    Cell(*parts)
    for parts in product(
        SEATS, ["clusters", "hotspots"], [True, False], ["open", "sealed", "hidden"],
        HANDLING, REGIMES, EXPIRIES, AREAS, ["reviewed", "unreviewed"],
    )
]  # fmt: skip


def test_the_table_names_every_role_and_every_action() -> None:
    assert {role for role, _ in MAY} == set(ROLES) == set(ACTIONS)
    assert {action for _, action in MAY} == set().union(*ACTIONS.values())


@pytest.mark.parametrize("role", ROLES)
def test_a_role_may_do_what_the_table_says_and_nothing_else(role: str) -> None:
    viewer = Viewer("someone", OURS, frozenset({role}), frozenset())
    context = Context(TODAY, "a purpose", "law_enforcement", "", frozenset())
    for action in [*_HEAD, "remove", "", "CLUSTERS"]:
        if MAY.get((role, action)):
            check_action(viewer, action, context)
            with pytest.raises(PurposeMissingError):
                check_action(viewer, action, Context(TODAY, "  ", "law_enforcement", "", frozenset()))
        else:
            with pytest.raises(NotPermittedError):
                check_action(viewer, action, context)
            assert decide(viewer, action, CELLS[0].label, context).answer == "deny"


def test_nobody_may_do_anything_without_a_role() -> None:
    viewer = Viewer("someone", OURS, frozenset(), frozenset())
    cell = CELLS[0]
    assert not any(decide(viewer, action, cell.label, cell.context).answer == "allow" for action in _HEAD)


def test_every_cell_of_the_matrix_is_as_the_paper_says() -> None:
    assert len(CELLS) > 100_000
    wrong = Counter[tuple[str, str]]()
    answers = Counter[str]()
    for cell in CELLS:
        answer = decide(cell.viewer, cell.action, cell.label, cell.context).answer
        answers[answer] += 1
        if answer != expected(cell):
            wrong[answer, f"{expected(cell)}: {cell}"] += 1
    assert not wrong, wrong.most_common(3)
    assert min(answers.values()) > 1_000 and set(answers) == {"allow", "pointer", "deny"}


def test_every_decision_says_by_which_rule() -> None:
    rules = {decide(c.viewer, c.action, c.label, c.context) for c in CELLS[::7]}
    assert all(decision.rules for decision in rules)
    assert Decision("deny", ("agreement-expired",)) in rules and Decision("pointer", ("handling-c",)) in rules


@pytest.mark.parametrize("change", [{"tier": "secret"}, {"tier": ""}, {"handling": "X"}, {"handling": ""}])
def test_a_word_the_rules_do_not_know_opens_nothing(change: dict[str, Any]) -> None:
    label = next(c.label for c in CELLS if expected(c) == "allow" and not c.owner and c.action == "clusters")
    viewer = Viewer("someone", THEIRS, frozenset({"analyst", "intel_officer"}), frozenset())
    context = Context(TODAY, "a purpose", "law_enforcement", "", frozenset())
    assert decide(viewer, "clusters", label, context).answer == "allow"
    assert decide(viewer, "clusters", label._replace(**change), context).answer != "allow"


def test_a_scope_holds_exactly_what_is_decided_label_by_label() -> None:
    labels = {number: cell.label for number, cell in enumerate(CELLS[:30_000:97])}
    for roles, action, agency in product(SEATS, ("clusters", "hotspots", "audit"), (OURS, THEIRS)):
        for areas in (frozenset[str](), frozenset({"E3"})):
            viewer = Viewer("someone", agency, roles, areas)
            for kind in ("law_enforcement", "safeguarding"):
                context = Context(TODAY, "a purpose", kind, "", frozenset())
                scope = scope_of(viewer, action, labels, context)
                answers = {n: decide(viewer, action, label, context).answer for n, label in labels.items()}
                assert scope.visible == {n for n, answer in answers.items() if answer == "allow"}
                assert scope.pointer == {n for n, answer in answers.items() if answer == "pointer"}
                assert not scope.granted
