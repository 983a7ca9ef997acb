"""Claims as a briefing may print them: their source protected where the readers are not its owner."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from app.use_cases.briefings.wording import BASIS_WORDS, UNKNOWN, day_text, listed
from app.use_cases.why import PROTECTED_BASES
from graph.model.kinds import ENTITY_NAMES, LINKS
from graph.model.spans import LONDON, day_number, day_of, month_span
from graph.view import Evidence, View

NEVER_PRINTED: Final = frozenset({"fgm_hbv", "harmful_practices"})
"""Harms whose claims leave no room they were told in: as if absent."""

_WHEREABOUTS: Final = frozenset(
    {"IN", "LIVES_AT", "PLACED_AT", "ATTENDS", "EXCLUDED_FROM", "FREQUENTS", "HARMED_AT"}
)
"""Of whom such harm is feared no address, school or travel is shown either."""

UNPRINTED_ROLES: Final = frozenset({"person_in_position_of_trust", "protective_adult"})
"""Hidden unless asked for by name; and whoever protects a child stays out of what leaves the room."""


@dataclass(frozen=True, slots=True)
class Said:
    """One claim, as the readers may have it.

    Attributes
    ----------
    name : str
        Of the claim.
    number : int
        Of the claim, for this program's use.
    predicate, capacity : str
        What it says.
    subject : int
        Of whom, as the readers see them.
    other : int or None
        The other end of a link.
    subject_kind, other_kind : str
        Kinds of entity; empty for no other end.
    value : dict
        Of a property.
    first, last : int or None
        Days it held; whole months where the source is protected.
    reported : int
        Day the agency knew it, or else the workspace; the first of the month where protected.
    precision : str
        Of the dates.
    grade : str
        ``2B``, another agency's basis in words, or ``ungraded``.
    legacy_grade : str
        An older grade, verbatim.
    disputed, suspected_false : bool
        Its status is disputed; its information is graded E.
    agency : str
        Who first said it; empty where the source is protected.
    controller : str
        Who answers for it; empty where protected.
    regime : str
        ``DPA Part 3`` or ``UK GDPR``.
    handling : str
        With its conditions.
    reviewed : bool
        Somebody has reviewed it.
    """

    name: str
    number: int
    predicate: str
    capacity: str
    subject: int
    other: int | None
    subject_kind: str
    other_kind: str
    value: dict[str, Any]
    first: int | None
    last: int | None
    reported: int
    precision: str
    grade: str
    legacy_grade: str
    disputed: bool
    suspected_false: bool
    agency: str
    controller: str
    regime: str
    handling: str
    reviewed: bool

    @property
    def confirmed(self) -> int | None:
        """The last day it was known or reported to hold; None where it has no day."""
        if self.last is not None:
            return self.last
        return None if self.first is None else max(self.first, self.reported)

    @property
    def doubtful(self) -> bool:
        """Whether it stays out of what is counted."""
        return self.disputed or self.suspected_false

    @property
    def when(self) -> str:
        """The days it held, in words."""
        if self.first is None:
            return f"undated, reported {day_text(self.reported, self.precision)}"
        first, last = (day_text(day, self.precision) for day in (self.first, self.last))
        if self.last is None:
            return f"since {first}"
        return first if first == last else f"{first} to {last}"

    @property
    def source(self) -> str:
        """The agency, or that it is withheld."""
        return self.agency or "source withheld"


def read_said(view: View, claims: Collection[int], readers: frozenset[str]) -> list[Said]:
    """Return claims as their readers may have them.

    Parameters
    ----------
    view : View
        Of what every reader may see.
    claims : collection of int
        Numbers that the store gave for this view.
    readers : frozenset of str
        Agencies that will read it.

    Returns
    -------
    list of Said
        In the order of the ledger, without what is never printed.
    """
    found = [_said(view, item, readers) for item in view.why(sorted(set(claims)))]
    shielded = {said.subject for said in found if said.value.get("harm") in NEVER_PRINTED}
    return [said for said in found if not _never(said, shielded)]


def _never(said: Said, shielded: Collection[int]) -> bool:
    if said.value.get("harm") in NEVER_PRINTED or said.value.get("role") in UNPRINTED_ROLES:
        return True
    return said.subject in shielded and said.predicate in _WHEREABOUTS


def _said(view: View, item: Evidence, readers: frozenset[str]) -> Said:
    claim, label = item.claim, item.label
    protected = claim.basis in PROTECTED_BASES and readers != {label.controller}
    known = datetime.fromtimestamp(claim.recorded_us / 1_000_000, tz=UTC).astimezone(LONDON).date()
    reported = day_number(known) if claim.reported_day is None else claim.reported_day
    first = claim.to_day if claim.from_day is None else claim.from_day
    last = claim.to_day
    if protected:
        first, reported = _month(first)[0], _month(reported)[0] or reported
        last = _month(last)[1]
    graded = f"{claim.source_grade}{claim.information_grade}"
    return Said(
        item.name, claim.seq, claim.predicate, claim.capacity, view.seen(claim.subject),
        None if claim.object is None else view.seen(claim.object), ENTITY_NAMES[claim.subject_kind],
        "" if claim.object_kind is None else ENTITY_NAMES[claim.object_kind],
        _value(claim.value, claim.predicate),
        first, last, reported, _precision(claim.precision, protected=protected),
        graded or BASIS_WORDS.get(claim.basis, "ungraded"), claim.legacy_grade, claim.status == "disputed",
        claim.information_grade == "E", "" if protected else claim.origin_agency,
        "" if protected else label.controller, label.regime,
        f"{label.handling} {label.conditions}".strip(), label.review_state == "reviewed",
    )  # fmt: skip


def _value(text: str | None, predicate: str) -> dict[str, Any]:
    # The value of a link to an area is its code.
    return {} if not text or predicate in LINKS else json.loads(text)


def _precision(precision: str, *, protected: bool) -> str:
    return "month" if protected and precision != "year" else precision or "day"


def _month(day: int | None) -> tuple[int | None, int | None]:
    if day is None:
        return None, None
    found = day_of(day)
    span = month_span(found.year, found.month)
    return span.from_day, span.to_day


def agencies_of(said: Iterable[Said]) -> str:
    """Return the agencies of some claims in words.

    Parameters
    ----------
    said : iterable of Said
        Claims.

    Returns
    -------
    str
        A protected source is counted with nobody, so that it cannot be told by counting.
    """
    held = list(said)
    named = sorted({one.agency for one in held if one.agency})
    withheld = ["a source withheld"] if any(not one.agency for one in held) else []
    return listed([*named, *withheld]) or UNKNOWN


def grades_of(said: Iterable[Said]) -> str:
    """Return the distinct grades and bases of some claims.

    Parameters
    ----------
    said : iterable of Said
        Claims.

    Returns
    -------
    str
        Each as recorded; none is converted, averaged or left out.
    """
    return ", ".join(sorted({one.grade for one in said}))


def span_of(said: Sequence[Said]) -> str:
    """Return from when to when some claims held.

    Parameters
    ----------
    said : sequence of Said
        Claims.

    Returns
    -------
    str
        First and last day that any of them names; ``since`` the first where one has no end; ``undated``
        where none names a day.
    """
    dated = [one for one in said if one.first is not None]
    if not dated:
        return "undated"
    begin = min(dated, key=lambda one: (one.first or 0, one.name))
    end = max(dated, key=lambda one: (one.last or 0, one.name))
    first, last = day_text(begin.first, begin.precision), day_text(end.last, end.precision)
    if any(one.last is None for one in dated):
        return f"since {first}"
    return first if first == last else f"{first} to {last}"
