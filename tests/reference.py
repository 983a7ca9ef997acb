"""The reference model: what ledger, drawing and view must answer, in plain dicts and loops.

It holds records by key with their versions, who took what out, and nothing that is derived; every
answer is worked out anew from the claims that stand. The stores are compared with it on random
histories.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import combinations, pairwise
from typing import Any, NamedTuple

import numpy as np

from graph.ledger.rows import judgement_id
from graph.model.claims import Claim, Mention, PolicyLabel, Record
from graph.model.entities import link_ids
from graph.model.kinds import CAPACITY_CODES, ENTITIES, LINKS, PROPERTIES
from graph.model.links import NO_DAY
from graph.model.scope import Filters
from graph.model.spans import LONDON, day_number

EVERYTHING = Filters()
DOUBTFUL = Filters(doubtful=True)
ALWAYS = 2**62
NOW = ALWAYS - 1
Key = tuple[str, str, str]
Row = tuple[Any, ...]
Place = Callable[[float, float], tuple[float, float, tuple[int, ...]]]


class Said(NamedTuple):
    """A claim that stands: its number, the age of its record, its ends, and the day it was known."""

    seq: int
    age: int
    claim: Claim
    subject: int
    other: int | None
    day: int

    def ends(self) -> list[int]:
        return [self.subject] if self.other is None else [self.subject, self.other]


class Judged(NamedTuple):
    """That two entities are one, by two claims with these labels; or that somebody undid it."""

    a: int
    b: int
    basis: str
    label_a: PolicyLabel
    label_b: PolicyLabel
    live_us: int = 0


@dataclass
class Version:
    """One version of a record."""

    number: int
    first: int
    record: Record
    live_us: int
    ended_us: int = ALWAYS


@dataclass
class Reference:
    """All records, by key."""

    id_of: Callable[[Mention], int]
    place: Place
    records: dict[Key, list[Version]] = field(default_factory=dict)
    removed: set[Key] = field(default_factory=set)
    undone: list[Judged] = field(default_factory=list)
    touched: Counter[PolicyLabel] = field(default_factory=Counter)
    numbers: int = 0

    def load(self, records: Sequence[Record], now_us: int) -> list[str]:
        outcomes, labels = [], set()
        for record in records:
            key = (record.agency, record.feed, record.source_id)
            versions = self.records.setdefault(key, [])
            if key in self.removed:
                outcomes.append("set_aside:removed")
            elif versions and versions[-1].record.content == record.content:
                outcomes.append("duplicate")
            else:
                outcomes.append("accepted:changed" if versions else "accepted:new")
                self.numbers += 1
                labels |= {claim.terms.label for claim in record.claims}
                first = self.numbers
                if versions:
                    before = {claim.terms.label for claim in versions[-1].record.claims}
                    if before == {claim.terms.label for claim in record.claims}:
                        first = versions[-1].first
                    labels |= before
                    versions[-1].ended_us = now_us
                versions.append(Version(self.numbers, first, record, now_us))
        self.touched.update(labels)
        return outcomes

    def undo(self, judgement: int, now_us: int) -> None:
        held = [j for j in self.judgements() if judgement_id(j.a, j.b, j.basis) == judgement]
        self.undone += [j._replace(live_us=now_us) for j in sorted(held)]

    def remove(self, keys: Iterable[Key]) -> None:
        for key in keys:
            self.removed.add(key)
            versions, self.records[key] = self.records[key], []
            self.touched.update({claim.terms.label for v in versions for claim in v.record.claims})
        left = {self.id_of(m) for vs in self.records.values() for v in vs for m in _mentions(v.record)}
        self.undone = [j for j in self.undone if {j.a, j.b} <= left]

    def standing(self, known_us: int) -> list[Said]:
        found = []
        for version in (v for versions in self.records.values() for v in versions):
            if version.live_us <= known_us < version.ended_us:
                for n, claim in enumerate(version.record.claims):
                    other = None if claim.object is None else self.id_of(claim.object)
                    recorded = datetime.fromtimestamp(version.live_us / 1e6, tz=UTC).astimezone(LONDON).date()
                    told = claim.reported.to_day
                    day = day_number(recorded) if told is None else told
                    seq = version.number * 256 + n
                    found.append(Said(seq, version.first, claim, self.id_of(claim.subject), other, day))
        return sorted(found, key=lambda said: said.seq)

    def judgements(self, known_us: int = NOW) -> set[Judged]:
        holders: dict[tuple[str, str, str], set[tuple[int, PolicyLabel]]] = defaultdict(set)
        for said in self.standing(known_us):
            terms = said.claim.terms
            if terms.predicate == "IDENTIFIER" and terms.status == "live" and terms.information_grade != "E":
                scheme = json.loads(said.claim.value)["scheme"]
                shared = (said.claim.subject.kind, scheme, said.claim.particular)
                holders[shared].add((said.subject, terms.label))
        found = set()
        for (_, scheme, _), them in holders.items():
            for (a, label_a), (b, label_b) in combinations(sorted(them), 2):
                if a != b:
                    found.add(Judged(a, b, f"same {scheme}", label_a, label_b))
        return found

    def data_version(self, visible: Collection[PolicyLabel], pointer: Collection[PolicyLabel]) -> Row:
        """Equal at two moments only where the viewer's data version is."""
        touched = {label: n for label, n in self.touched.items() if label in visible or label in pointer}
        undone = Counter(
            (j.label_a, j.label_b) for j in self.undone if {j.label_a, j.label_b} <= set(visible)
        )
        return (sorted(touched.items()), sorted(undone.items()))


def _mentions(record: Record) -> list[Mention]:
    return [m for claim in record.claims for m in (claim.subject, claim.object) if m is not None]


def counted(said: Said, filters: Filters) -> bool:
    terms, span = said.claim.terms, said.claim.span
    if not filters.doubtful and (terms.status == "disputed" or terms.information_grade == "E"):
        return False
    if filters.as_of is not None and said.day > filters.as_of:
        return False
    if filters.window is not None:
        if span.from_day is None and span.to_day is None:
            return False
        first = span.to_day if span.from_day is None else span.from_day
        last = max(first or 0, said.day) if span.to_day is None else span.to_day
        return bool(first is not None and first <= filters.window[1] and last >= filters.window[0])
    return True


class Seen:
    """What one viewer sees at one time.

    Parameters
    ----------
    model : Reference
        All records.
    visible, pointer : collection of PolicyLabel
        As in a scope.
    granted : collection of int
        As in a scope.
    known_us : int, optional
        What was known then.
    """

    def __init__(
        self,
        model: Reference,
        visible: Collection[PolicyLabel],
        pointer: Collection[PolicyLabel] = (),
        granted: Collection[int] = (),
        known_us: int = NOW,
    ) -> None:
        drawn = [s for s in model.standing(known_us) if s.claim.terms.status in ("live", "disputed")]
        self._place = model.place
        self._pointed = [s for s in drawn if s.claim.terms.label in pointer]
        opened = [s for s in self._pointed if set(s.ends()) & set(granted)]
        self.said = sorted([s for s in drawn if s.claim.terms.label in visible] + opened)
        pairs = {(j.a, j.b) for j in model.judgements(known_us) if {j.label_a, j.label_b} <= set(visible)}
        pairs -= {
            (j.a, j.b)
            for j in model.undone
            if j.live_us <= known_us and {j.label_a, j.label_b} <= set(visible)
        }
        self.cluster = _clusters(pairs)
        ages: dict[int, int] = {}
        for said in self.said:
            for end in said.ends():
                ages[end] = min(said.age, ages.get(end, said.age))
        self.ages = ages

    def root(self, entity: int) -> int:
        return min(self.members(entity), key=lambda member: (self.ages.get(member, ALWAYS), member))

    def members(self, entity: int) -> tuple[int, ...]:
        return tuple(sorted(self.cluster.get(entity, {entity})))

    def ends_of(self, said: Said) -> tuple[int, int]:
        assert said.other is not None
        a, b = self.root(said.subject), self.root(said.other)
        return (b, a) if LINKS[said.claim.terms.predicate].symmetric and a > b else (a, b)

    def supports(self, filters: Filters, kinds: Collection[str] = ()) -> dict[int, list[Said]]:
        found: dict[int, list[Said]] = defaultdict(list)
        for said in self.said:
            terms = said.claim.terms
            if said.other is not None and counted(said, filters) and (not kinds or terms.predicate in kinds):
                a, b = self.ends_of(said)
                if a != b:
                    found[_link_id(a, b, terms.predicate, terms.capacity)].append(said)
        return dict(sorted(found.items()))

    def links(self, filters: Filters = EVERYTHING, kinds: Collection[str] = ()) -> list[Row]:
        return [(link, *self._link(them)) for link, them in self.supports(filters, kinds).items()]

    def _link(self, them: list[Said]) -> Row:
        terms = them[0].claim.terms
        spans = [(s.claim.span.from_day, s.claim.span.to_day, s.day) for s in them]
        ends = [to for _, to, _ in spans if to is not None]
        starts = [start for start, _, _ in spans if start is not None]
        only_ended = [to for start, to, _ in spans if start is None and to is not None]
        still_held = [max(start, day) for start, to, day in spans if start is not None and to is None]
        source = [int(s.claim.terms.source_grade or 0) for s in them]
        information = [" ABCDE".index(s.claim.terms.information_grade or " ") for s in them]
        return (
            *self.ends_of(them[0]),
            LINKS[terms.predicate].code,
            CAPACITY_CODES[terms.capacity],
            min([*starts, *only_ended], default=NO_DAY),
            max(ends, default=NO_DAY),
            max([*ends, *still_held], default=NO_DAY),
            len({s.claim.terms.origin_agency for s in them}),
            len(them),
            min((g for g in source if g), default=0),
            max(source),
            min((g for g in information if g), default=0),
            max(information),
            any(s.claim.terms.status == "disputed" for s in them),
        )

    def claims_of(self, filters: Filters = EVERYTHING) -> dict[int, list[int]]:
        return {link: [s.seq for s in them] for link, them in self.supports(filters).items()}

    def entities(self, kind: str, filters: Filters = EVERYTHING) -> list[int]:
        ends = (end for s in self.said if counted(s, filters) for end in _kinds(s).items())
        return sorted({self.root(entity) for entity, held in ends if held == kind})

    def counts(self, filters: Filters = EVERYTHING) -> dict[str, int]:
        found = Counter({kind: len(self.entities(kind, filters)) for kind in ENTITIES})
        found.update(_by_kind(self.links(filters)))
        return {kind: n for kind, n in found.items() if n}

    def entity(self, entity: int) -> Row | None:
        members = self.members(entity)
        kinds = {kind for s in self.said for end, kind in _kinds(s).items() if end in members}
        if not kinds:
            return None
        is_a = self.newest("IS", DOUBTFUL).get(self.root(entity))
        value = json.loads(is_a.claim.value) if is_a else {}
        return (self.root(entity), *kinds, value.get("sort", ""), value.get("category", ""), members)

    def neighbours(
        self, entity: int, kinds: Collection[str], filters: Filters, limit: int
    ) -> tuple[list[Row], dict[str, int], dict[str, int]]:
        links = [row for row in self.links(filters, kinds) if self.root(entity) in row[1:3]]
        return links[:limit], _by_kind(links), _by_kind(links[limit:])

    def between(self, entities: Collection[int], filters: Filters, kinds: Collection[str] = ()) -> list[Row]:
        roots = {self.root(entity) for entity in entities}
        return [row for row in self.links(filters, kinds) if row[1] in roots and row[2] in roots]

    def neighbourhood(
        self, entities: Collection[int], hops: int, kinds: Collection[str], filters: Filters
    ) -> list[Row]:
        reached = {self.root(entity) for entity in entities}
        for _ in range(hops):
            links = [set(row[1:3]) for row in self.links(filters, kinds)]
            reached = reached.union(*(ends for ends in links if ends & reached))
        return self.between(reached, filters, kinds)

    def paths(
        self, start: int, end: int, *, max_hops: int, k: int, kinds: Collection[str], filters: Filters
    ) -> list[Row]:
        links = self.links(filters, kinds)
        ways: list[tuple[int, ...]] = [(self.root(start),)]
        found: list[tuple[int, ...]] = []
        for _ in range(max_hops if self.root(start) != self.root(end) else 0):
            ways = sorted({(*w, o) for w in ways for r in links for o in _beyond(r, w[-1]) if o not in w})
            found += [way for way in ways if way[-1] == self.root(end)]
            ways = [way for way in ways if way[-1] != self.root(end)]
        return [self._path(way, links) for way in found[:k]]

    @staticmethod
    def _path(way: tuple[int, ...], links: list[Row]) -> Row:
        steps = [
            min((r[10] or 9, r[12] or 9, r[0]) for r in links if {r[1], r[2]} == {a, b})
            for a, b in pairwise(way)
        ]
        source, information = max(step[0] for step in steps), max(step[1] for step in steps)
        return way, tuple(step[2] for step in steps), source % 9, information % 9

    def facts(self, predicate: str, filters: Filters = EVERYTHING) -> list[tuple[int, Said]]:
        them = (s for s in self.said if s.claim.terms.predicate == predicate and counted(s, filters))
        return [(self.root(s.subject), s) for s in them]

    def facts_of(self, entities: Collection[int], predicate: str, filters: Filters) -> list[tuple[int, int]]:
        roots = {self.root(entity) for entity in entities}
        return [(e, s.seq) for e, s in self.facts(predicate, filters) if e in roots or not entities]

    def all_facts(self, entities: Collection[int], filters: Filters) -> list[int]:
        rows = (self.facts_of(entities, predicate, filters) for predicate in PROPERTIES)
        return sorted(seq for found in rows for _, seq in found) if entities else []

    def newest(self, predicate: str, filters: Filters, kind: str = "") -> dict[int, Said]:
        found: dict[int, Said] = {}
        for entity, said in sorted(self.facts(predicate, filters), key=lambda row: (row[1].day, row[1].seq)):
            if not kind or said.claim.subject.kind == kind:
                found[entity] = said
        return found

    def _at(self, said: Said) -> Row:
        value = json.loads(said.claim.value)
        return (value["lon"], value["lat"], *self._place(value["lon"], value["lat"]))

    def occurrences(self, kinds: Collection[str], filters: Filters) -> tuple[list[Row], int]:
        places = self.newest("POSITION", Filters(as_of=filters.as_of, doubtful=filters.doubtful))
        where = self.newest("OCCURRED_AT", filters)
        rows, without = [], 0
        for event, said in sorted(self.newest("IS", filters, "Event").items()):
            value = json.loads(said.claim.value)
            if kinds and value.get("sort", "") not in kinds:
                continue
            at = self.root(where[event].other or 0) if event in where else event
            if at not in places:
                without += 1
                continue
            days = (NO_DAY if day is None else day for day in said.claim.span[:2])
            what = (value.get("sort", ""), value.get("category", ""), *days)
            rows.append((event, at, *what, *self._at(places[at]), said.claim.terms.origin_agency))
        return rows, without

    def locations(self, kinds: Collection[str], filters: Filters) -> list[Row]:
        is_a = self.newest("IS", filters, "Location")
        rows = []
        for location, said in sorted(self.newest("POSITION", filters, "Location").items()):
            value = json.loads(is_a[location].claim.value) if location in is_a else {}
            if not kinds or value.get("sort", "") in kinds:
                rows.append((location, value.get("sort", ""), value.get("category", ""), *self._at(said)))
        return rows

    def pointed(self, entities: Collection[int]) -> set[tuple[int, PolicyLabel]]:
        roots = {self.root(one) for one in entities}
        them = ((self.root(end), s.claim.terms.label) for s in self._pointed for end in s.ends())
        return {row for row in them if row[0] in roots}

    def names(self, entities: Collection[int]) -> dict[int, list[str]]:
        found: dict[int, list[str]] = {}
        for entity, said in self.facts("NAMED", DOUBTFUL):
            if entity in {self.root(e) for e in entities} and said.claim.particular:
                found.setdefault(entity, [])
                if said.claim.particular not in found[entity]:
                    found[entity].append(said.claim.particular)
        return found

    def found(self, typed: str) -> list[Row]:
        rows = []
        for predicate in ("NAMED", "IDENTIFIER"):
            for entity, said in self.facts(predicate, DOUBTFUL):
                words, asked = said.claim.particular.lower().split(), typed.lower().split()
                if all(any(word.startswith(one) for word in words) for one in asked):
                    rows.append((entity, said.seq, sorted(words) == sorted(asked)))
        return sorted(rows)

    def dated(self, entities: Collection[int], kinds: Collection[str], filters: Filters) -> list[Row]:
        roots = {self.root(entity) for entity in entities}
        rows = []
        for said in self.said:
            ends = {self.root(end) for end in said.ends()}
            wanted = not kinds or said.claim.terms.predicate in kinds
            if wanted and counted(said, filters) and len(ends) == len(said.ends()) and ends & roots:
                days = (NO_DAY if day is None else day for day in said.claim.span[:2])
                rows.append((said.seq, min(ends & roots), *days))
        return sorted(rows)

    def born(self, person: int) -> str | None:
        """The one full birth date that nobody doubts, or None."""
        them = [s for entity, s in self.facts("BORN", DOUBTFUL) if entity == self.root(person)]
        dates = {s.claim.particular for s in them}
        sure = all(counted(s, EVERYTHING) for s in them)
        return dates.pop() if sure and len(dates) == 1 and len(min(dates)) == 10 else None


def _clusters(pairs: Iterable[tuple[int, int]]) -> dict[int, set[int]]:
    found: dict[int, set[int]] = {}
    for a, b in pairs:
        joined = found.get(a, {a}) | found.get(b, {b})
        found.update(dict.fromkeys(joined, joined))
    return found


def _link_id(a: int, b: int, predicate: str, capacity: str) -> int:
    ends = np.array([a], dtype=np.int64), np.array([b], dtype=np.int64)
    codes = np.array([LINKS[predicate].code], np.int16), np.array([CAPACITY_CODES[capacity]], np.int16)
    return int(link_ids(*ends, *codes)[0])


def _kinds(said: Said) -> dict[int, str]:
    mentions = (said.claim.subject, said.claim.object)
    return {end: m.kind for end, m in zip(said.ends(), mentions, strict=False) if m is not None}


def _by_kind(links: Iterable[Row]) -> dict[str, int]:
    names = list(LINKS)
    return dict(sorted(Counter(names[row[3]] for row in links).items()))


def _beyond(row: Row, entity: int) -> list[int]:
    return [row[2]] if row[1] == entity else [row[1]] if row[2] == entity else []
