"""Gathering what a copy holds from the view of its maker."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import replace
from datetime import date
from typing import Any, Final, NamedTuple

import numpy as np

from app.copies.choosing import COPIED, Chosen, still_joined
from app.copies.contents import UNGRADED, Contents, CopiedEntity, CopiedLink
from app.copies.kept_out import KeptOut, between_children, point_of, protective, value_of
from graph.model.entities import read_id, write_id
from graph.model.kinds import CAPACITY_NAMES, LINK_NAMES, LINKS, WORDS
from graph.model.links import NO_DAY, LinkTable
from graph.model.scope import Filters
from graph.model.spans import day_number, day_of
from graph.view import Evidence, View

NAMED_GROUPS: Final = frozenset({"ocg", "county_lines_team", "business_network"})
"""Groups whose name is no family's and no child's."""

NAMED_PLACES: Final = frozenset(
    ("school", "alternative_provision", "transport", "park", "shop", "takeaway", "hotel", "licensed_premises")
)
"""Places that the public goes to: their names are no addresses."""


class Rules(NamedTuple):
    """How a copy is made.

    Attributes
    ----------
    on_day : date
        Ages are for this day.
    filters : Filters
        Which claims count.
    names, disruption, placed_only : bool
        Names in full; for planning disruption; only what has a position.
    question : dict
        What was asked, for the head of the copy.
    shut : KeptOut
        What no copy holds.
    show : callable
        Takes people, gives how each is shown.
    withheld : callable
        Whether a claim's source is protected from this viewer, so that only its month is shown.
    """

    on_day: date
    filters: Filters
    names: bool
    disruption: bool
    placed_only: bool
    question: dict[str, Any]
    shut: KeptOut
    show: Callable[[Collection[int]], dict[int, str]]
    withheld: Callable[[Evidence], bool]


class Gathered(NamedTuple):
    """The contents, and what they rest on.

    Attributes
    ----------
    contents : Contents
        Of the copy.
    subjects : tuple of int
        Every entity in it.
    claims : tuple of str
        Names of the claims it rests on.
    """

    contents: Contents
    subjects: tuple[int, ...]
    claims: tuple[str, ...]


def gather(view: View, chosen: Chosen, rules: Rules) -> Gathered:
    """Return what a copy holds.

    Parameters
    ----------
    view : View
        Its maker's.
    chosen : Chosen
        What it is made from.
    rules : Rules
        How it is made.

    Returns
    -------
    Gathered
        Without whatever the rules shut out.
    """
    kinds = {e: kind for e, kind in chosen.kinds.items() if kind in COPIED and e not in rules.shut.entities}
    people = [e for e, kind in kinds.items() if kind == "Person"]
    ages = view.ages_on(rules.on_day, people)
    facts = _Facts(view, kinds, rules, [person for person, age in ages.items() if age == "adult"])
    if rules.disruption:
        kinds = {e: kind for e, kind in kinds.items() if e not in rules.shut.children_homes}
    minors = [person for person, age in ages.items() if age != "adult"]
    links = _kept(chosen.links, kinds, minors, facts.sorts, rules)
    held = still_joined(chosen, kinds, links, minors if rules.disruption else ())
    shown = rules.show([person for person in people if person in held])
    entities = [facts.entity(e, kinds[e], ages.get(e, ""), shown.get(e, "")) for e in sorted(held)]
    if rules.placed_only:
        entities = [entity for entity in entities if entity.lon is not None]
        held = {read_id(entity.id) for entity in entities}
        links = links.take(np.zeros(len(links), dtype=bool))
    links = links.take(_inside(links, held))
    support = view.store.claims_of(view.scope, links, filters=rules.filters)
    evidence = {e.claim.seq: e for e in view.why([claim for claims in support.values() for claim in claims])}
    copied = tuple(_links(links, support, evidence, rules.withheld))
    contents = Contents(rules.on_day, rules.question, rules.names, rules.disruption, tuple(entities), copied)
    placed = [read_id(entity.id) for entity in entities if entity.lon is not None]
    claims = {item.name for item in (*evidence.values(), *facts.of(held, placed))}
    return Gathered(contents, tuple(sorted(held)), tuple(sorted(claims)))


def _kept(
    links: LinkTable, kinds: Collection[int], minors: Collection[int], sorts: dict[int, str], rules: Rules
) -> LinkTable:
    kept = _inside(links, kinds) & ~protective(links)
    return links.take(kept & ~between_children(links, minors, sorts) if rules.disruption else kept)


def _inside(links: LinkTable, held: Collection[int]) -> Any:
    ids = np.array(sorted(held), dtype=np.int64)
    return np.isin(links.a, ids) & np.isin(links.b, ids)


class _Facts:
    """What is claimed of the chosen entities: the newest description and position of each."""

    def __init__(self, view: View, kinds: dict[int, str], rules: Rules, adults: list[int]) -> None:
        self._view, self._rules = view, rules
        # A thing is what it was last said to be, whatever the window; but known only once reported.
        self._filters = replace(rules.filters, window=None, doubtful=True)
        self._areas = {area.id: area.code for area in view.areas}
        self._area_names = {area.code: area.name for area in view.areas if area.name}
        self._codes = view.store.area_codes() if "Area" in kinds.values() else {}
        self._by: dict[str, dict[int, list[Evidence]]] = {}
        self._where = self._located(kinds)
        for predicate in ("IS", "NAMED", "BORN"):
            self._by[predicate] = self._read(kinds, predicate)
        self._by["POSITION"] = self._read({*kinds, *self._where.values()}, "POSITION")
        self._by["ROLE"] = self._of_interest(adults)
        self._names = view.names([e for e, kind in kinds.items() if kind in ("Group", "Organisation")])
        self.sorts = {e: str(self._last(e, "IS").get("sort", "")) for e in kinds}

    def _located(self, kinds: dict[int, str]) -> dict[int, int]:
        if "Event" not in kinds.values():
            return {}
        found = self._view.store.occurrences(self._view.scope, filters=self._rules.filters)
        pairs = zip(found.event.tolist(), found.location.tolist(), strict=True)
        return {event: location for event, location in pairs if event in kinds}

    def _read(self, entities: Collection[int], predicate: str) -> dict[int, list[Evidence]]:
        held: dict[int, list[Evidence]] = {}
        if entities:
            rows = self._view.store.facts_of(
                self._view.scope, list(entities), predicate, filters=self._filters
            )
            for item in self._view.why([claim for _, claim in rows]):
                held.setdefault(self._view.seen(item.claim.subject), []).append(item)
        return held

    def _of_interest(self, adults: list[int]) -> dict[int, list[Evidence]]:
        """Return the claims by which people are persons of interest: doubtful ones make nobody one."""
        held: dict[int, list[Evidence]] = {}
        if adults:
            rows = self._view.store.facts_of(
                self._view.scope, adults, "ROLE", filters=replace(self._rules.filters, window=None)
            )
            for item in self._view.why([claim for _, claim in rows]):
                if is_basis(item, day_number(self._rules.on_day)):
                    held.setdefault(self._view.seen(item.claim.subject), []).append(item)
        return held

    def of(self, held: Collection[int], placed: Collection[int]) -> Iterator[Evidence]:
        """Yield the claims that the copy rests on: of what it holds, and positions it shows."""
        for predicate, by in self._by.items():
            entities = {self._where.get(e, e) for e in placed} if predicate == "POSITION" else held
            for entity in entities:
                yield from by.get(entity, ())

    def _newest(self, entity: int, predicate: str) -> Evidence | None:
        held = self._by[predicate].get(entity)
        return max(held, key=lambda item: (_known(item), item.claim.seq)) if held else None

    def _last(self, entity: int, predicate: str) -> dict[str, Any]:
        item = self._newest(entity, predicate)
        return value_of(item) if item else {}

    def entity(self, entity: int, kind: str, age: str, shown: str) -> CopiedEntity:
        """Return one entity as the copy holds it."""
        said = self._newest(entity, "IS")
        value = value_of(said) if said else {}
        first, last = self._days(said) if kind == "Event" else (None, None)
        lon, lat, precision_m = self._position(entity, kind)
        return CopiedEntity(
            write_id(entity), kind, str(value.get("sort", "")), str(value.get("category", "")),
            shown or self._name(entity, kind, value), age, first, last, lon, lat, precision_m,
            entity in self._by["ROLE"] if kind == "Person" else None,
        )  # fmt: skip

    def _days(self, said: Evidence | None) -> tuple[str | None, str | None]:
        if said is None:
            return None, None
        length = 7 if self._rules.withheld(said) else 10
        return _day(said.claim.from_day, length), _day(said.claim.to_day, length)

    def _name(self, entity: int, kind: str, value: dict[str, Any]) -> str:
        if kind == "Area":
            code = self._areas.get(entity) or self._codes.get(entity, "")
            return self._area_names.get(code, code)
        named = (
            kind == "Organisation"
            or (kind == "Group" and value.get("sort") in NAMED_GROUPS)
            or (
                kind == "Location"
                and value.get("sort") in NAMED_PLACES
                and entity not in self._rules.shut.homes
            )
        )
        return str(value.get("name") or next(iter(self._names.get(entity, [])), "")) if named else ""

    def _position(self, entity: int, kind: str) -> tuple[float | None, float | None, float | None]:
        nowhere = (None, None, None)
        if kind not in ("Location", "Event"):
            return nowhere
        place, shut = self._where.get(entity, entity), self._rules.shut
        value = self._last(place, "POSITION")
        if not value or place in shut.entities | shut.homes or point_of(value) in shut.points:
            return nowhere
        precision = value.get("precision_m")
        return float(value["lon"]), float(value["lat"]), None if precision is None else float(precision)


def is_basis(item: Evidence, day: int) -> bool:
    """Return whether a claim makes somebody a person of interest.

    Parameters
    ----------
    item : Evidence
        A claim of a role.
    day : int
        Days since 1970-01-01.

    Returns
    -------
    bool
        It held on the day, and names an officer and a review date.
    """
    value, claim = value_of(item), item.claim
    held = (claim.from_day is None or claim.from_day <= day) and (claim.to_day is None or day <= claim.to_day)
    recorded = bool(value.get("officer")) and bool(value.get("review"))
    return held and recorded and value.get("role") == "person_of_interest"


def _links(
    links: LinkTable,
    support: dict[int, list[int]],
    evidence: dict[int, Evidence],
    withheld: Callable[[Evidence], bool],
) -> Iterator[CopiedLink]:
    for n, link in enumerate(links.link_id.tolist()):
        kind = LINK_NAMES[links.predicate[n]]
        month = any(withheld(evidence[claim]) for claim in support[link] if claim in evidence)
        length = 7 if month else 10
        days = [int(column[n]) for column in (links.valid_from, links.valid_to, links.last_confirmed)]
        first, last, confirmed = (None if day == NO_DAY else _day(day, length) for day in days)
        yield CopiedLink(
            write_id(link),
            write_id(int(links.a[n])),
            write_id(int(links.b[n])),
            kind,
            CAPACITY_NAMES[links.capacity[n]],
            LINKS[kind].symmetric,
            first,
            last,
            confirmed,
            int(links.sources[n]),
            int(links.claims[n]),
            _grade("source_grade", links.source_best[n]),
            _grade("source_grade", links.source_worst[n]),
            _grade("information_grade", links.information_best[n]),
            _grade("information_grade", links.information_worst[n]),
            bool(links.disputed[n]),
        )


def _grade(vocabulary: str, number: int) -> str:
    return WORDS[vocabulary][number - 1] if number else UNGRADED


def _day(number: int | None, length: int) -> str | None:
    return None if number is None else day_of(number).isoformat()[:length]


def _known(item: Evidence) -> int:
    claim = item.claim
    return claim.recorded_us // 86_400_000_000 if claim.reported_day is None else claim.reported_day
