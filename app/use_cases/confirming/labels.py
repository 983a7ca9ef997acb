"""Who may see a membership: never more than those who may see what it rests on."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from functools import cache
from typing import Final

from graph.errors import NotPermittedError
from graph.model.claims import PolicyLabel

NO_AREA: Final = ("no area in common",)
"""Areas of a claim whose grounds are limited to areas that have none in common: for viewers of every area."""

TIERS: Final = ("open", "sealed", "hidden")
PART_3: Final = "DPA Part 3"


def strictest(labels: Sequence[PolicyLabel], *, agency: str) -> PolicyLabel:
    """Return a label that nobody sees who does not see every one of some labels.

    Parameters
    ----------
    labels : sequence of PolicyLabel
        Of what a claim rests on; one or more.
    agency : str
        Who makes the claim, and answers for it.

    Returns
    -------
    PolicyLabel
        In each respect as strict as the strictest of them, for the purposes and on the lawful bases
        that they were collected for and on.

    Raises
    ------
    NotPermittedError
        Something closed that is another agency's: a claim of this agency would open it to all of
        this agency.
    """
    if any(label.controller != agency and _is_closed(label) for label in labels):
        raise NotPermittedError("what another agency keeps closed is no ground for a membership")
    return PolicyLabel(
        agency,
        PART_3 if any(label.regime == PART_3 for label in labels) else _all(labels, "regime"),
        _all(labels, "purpose"),
        _all(labels, "lawful_basis"),
        _all(labels, "agreement"),
        min((label.agreement_expires for label in labels), key=_expiry),
        "P" if all(label.handling == "P" for label in labels) else "C",
        _all(labels, "conditions"),
        TIERS[max(map(_tier, labels))],
        _all(labels, "category"),
        _areas([label.areas for label in labels if label.areas]),
        "reviewed" if all(label.review_state == "reviewed" for label in labels) else "unreviewed",
    )


def least_strict(labels: Collection[PolicyLabel]) -> PolicyLabel:
    """Return the label that keeps the fewest people out.

    Parameters
    ----------
    labels : collection of PolicyLabel
        One or more.

    Returns
    -------
    PolicyLabel
        One of them: tier and handling count before areas, regime, review and expiry.
    """
    return min(labels, key=_strictness)


def in_company(labels: Sequence[PolicyLabel]) -> list[PolicyLabel]:
    """Return the labels of members, made so strict that nobody sees one of them alone.

    Parameters
    ----------
    labels : sequence of PolicyLabel
        One for each member.

    Returns
    -------
    list of PolicyLabel
        In the same order: whoever sees a member by them sees another one.

    Notes
    -----
    A peer group has two members or more. One that showed a single member would say that it has
    others, whom this viewer may not know of.
    """
    held = list(labels)
    while (alone := _alone(held)) is not None:
        own = held[alone]
        held[alone] = least_strict([_joined(own, other) for n, other in enumerate(held) if n != alone])
    return held


def _alone(labels: Sequence[PolicyLabel]) -> int | None:
    """Return the first whose viewers need not see any other, unless there is no other."""
    shared = {label for label in labels if labels.count(label) > 1}
    for n, label in enumerate(labels):
        if label not in shared and len(labels) > 1:
            others = (other for other in set(labels) if other != label)
            if not any(_decides(_joined(label, other)) == _decides(label) for other in others):
                return n
    return None


@cache
def _joined(label: PolicyLabel, other: PolicyLabel) -> PolicyLabel:
    return strictest([label, other], agency=label.controller)


def _decides(label: PolicyLabel) -> PolicyLabel:
    """Return a label without what never decides who sees it."""
    return label._replace(purpose="", lawful_basis="", agreement="", category="")


def _is_closed(label: PolicyLabel) -> bool:
    return label.tier != "open" or label.handling != "P"


def _tier(label: PolicyLabel) -> int:
    # A tier that these rules do not know counts as hidden, as it does in app.access.
    return TIERS.index(label.tier) if label.tier in TIERS else len(TIERS) - 1


def _expiry(expires: str) -> int:
    return date.max.toordinal() if expires == "none" else date.fromisoformat(expires).toordinal()


def _areas(limits: Sequence[tuple[str, ...]]) -> tuple[str, ...]:
    if not limits:
        return ()
    common = set(limits[0]).intersection(*limits[1:])
    return tuple(sorted(common)) or NO_AREA


def _all(labels: Sequence[PolicyLabel], field: str) -> str:
    texts = {getattr(label, field) for label in labels}
    if len(texts) == 1:
        return str(texts.pop())
    parts = {part for text in texts for part in text.split("; ") if part}
    return "; ".join(sorted(parts - {"general"} if field == "category" else parts))


def _strictness(label: PolicyLabel) -> tuple[object, ...]:
    return (
        _tier(label),
        label.handling != "P",
        label.areas == NO_AREA,
        bool(label.areas),
        label.regime == PART_3,
        label.review_state != "reviewed",
        -_expiry(label.agreement_expires),
        label,
    )
