"""Rows to claims: the rules of a mapping, run over whole columns at a time."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from itertools import compress, repeat
from operator import itemgetter
from typing import Any, Final

from graph.model.claims import Claim, Mention, PolicyLabel, Terms
from graph.model.spans import UNDATED, Span
from ingest.mapping_files import ClaimRule, Mapping, Mentioned, Source, Standing, Times
from ingest.normalise import Value, text_of
from ingest.row_rules import holds
from ingest.sheets import AGENCY, RECORD, Cells, Derived, Memo, Row, Sheet
from ingest.sources import Texts, is_plain, names_of, texts_of, value_of

_COARSENESS: Final = ("instant", "day", "month", "year")
_TERMS: Final = (
    "nature",
    "source_grade",
    "information_grade",
    "basis",
    "legacy_grade",
    "status",
    "origin_agency",
)


_json: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


class Claiming:
    """What the rows of one file claim.

    Parameters
    ----------
    mapping : Mapping
        Where the rules are.
    cells : Cells
        How the cells are read.
    """

    def __init__(self, mapping: Mapping, cells: Cells) -> None:
        self._terms = _terms(mapping, cells)
        self._rules = [_ClaimColumn(number, mapping, cells) for number in range(len(mapping.claims))]
        shared: dict[str, Derived[Any]] = {}
        for rule in self._rules:
            rule.share(shared)

    def claims(self, sheet: Sheet) -> list[tuple[Claim, ...]]:
        """Make the claims of rows that passed every check.

        Parameters
        ----------
        sheet : Sheet
            The rows, with the columns of agency and record filled in.

        Returns
        -------
        list of tuple of Claim
            One tuple for each row, in the order of the mapping's rules; empty where nothing is claimed.
        """
        single: list[list[Claim | None]] = []
        grouped: list[dict[int, tuple[Claim, ...]]] = []
        for rule in self._rules:
            if rule.each:
                grouped.append(rule.groups(sheet, self._terms))
            elif (column := rule.column(sheet, self._terms, repeat(0))) is not None:
                single.append(column)
        if not single:
            claims: list[tuple[Claim, ...]] = [()] * sheet.count
        else:
            claims = [tuple(filter(None, row)) for row in zip(*single, strict=True)]
        for groups in grouped:
            for place, group in groups.items():
                claims[place] += group
        return claims


class _ClaimColumn:
    """One rule of the mapping, for all rows of a sheet."""

    def __init__(self, number: int, mapping: Mapping, cells: Cells) -> None:
        rule = mapping.claims[number]
        standing = mapping.standing(rule)
        self.each = rule.each
        self._reader = cells.readers.get(rule.each)
        self._pick = itemgetter(number)
        self._ends: list[Derived[Mention | None]] = [
            _Mentions(mapping.mentions[name], mapping, cells) for name in (rule.subject, rule.object) if name
        ]
        self._sure = all(
            _is_sure(mapping, mapping.mentions[name]) for name in (rule.subject, rule.object) if name
        )
        self._wanted = _wanted(rule, cells)
        self._parts: dict[str, Derived[Any]] = {
            "value": _value(rule, cells),
            "particular": _particular(rule, cells),
            "span": _span(standing.valid, cells),
            "reported": _span(standing.reported, cells),
            "origin": _origin(standing, mapping, cells),
        }
        self._specs = {
            "value": f"{rule.value}{bool(rule.object)}",
            "particular": str(rule.particular),
            "span": f"times{standing.valid}",
            "reported": f"times{standing.reported}",
            "origin": f"origin{standing.origin_reference}",
        }
        self._end_specs = [str(mapping.mentions[name]) for name in (rule.subject, rule.object) if name]

    def share(self, shared: dict[str, Derived[Any]]) -> None:
        """Use one Derived wherever rules ask for the same, so that a sheet makes it once."""
        self._parts = {name: shared.setdefault(self._specs[name], part) for name, part in self._parts.items()}
        self._ends = [shared.setdefault(s, end) for s, end in zip(self._end_specs, self._ends, strict=True)]

    def column(
        self, sheet: Sheet, terms: Derived[tuple[Terms, ...]], ordinals: Iterable[int]
    ) -> list[Claim | None] | None:
        wanted = sheet.of(self._wanted) if self._wanted else None
        if wanted is not None and not any(wanted):
            return None
        ends = [sheet.of(end) for end in self._ends]
        if not self._sure:
            named = [all(pair) for pair in zip(*ends, strict=True)]
            wanted = named if wanted is None else [w and n for w, n in zip(wanted, named, strict=True)]
        fields: Iterable[Any] = zip(  # noqa: B905 - some of these repeat without end
            map(self._pick, sheet.of(terms)),
            ordinals,
            ends[0],
            ends[1] if len(ends) > 1 else repeat(None),
            *(sheet.of(part) for part in self._parts.values()),
        )
        if wanted is None or all(wanted):
            return list(map(Claim._make, fields))
        claims = map(Claim._make, compress(fields, wanted))
        return [next(claims) if want else None for want in wanted]

    def groups(self, sheet: Sheet, terms: Derived[tuple[Terms, ...]]) -> dict[int, tuple[Claim, ...]]:
        places: list[int] = []
        ordinals: list[int] = []
        items: list[str] = []
        for place, raw in enumerate(sheet.columns.get(self.each, ())):
            values = self._reader(raw) if raw and self._reader else None
            for ordinal, item in enumerate(values if isinstance(values, list) else ()):
                places.append(place)
                ordinals.append(ordinal)
                items.append(item)
        if not places:
            return {}
        column = self.column(sheet.at(places, {self.each: items}), terms, ordinals) or []
        groups: dict[int, tuple[Claim, ...]] = {}
        for place, claim in zip(places, column, strict=False):
            if claim is not None:
                groups[place] = (*groups.get(place, ()), claim)
        return groups


def _terms(mapping: Mapping, cells: Cells) -> Derived[tuple[Terms, ...]]:
    policy = [getattr(mapping.policy, name) for name in PolicyLabel._fields]
    standings = [mapping.standing(rule) for rule in mapping.claims]
    heads = [(rule.rule, rule.predicate, rule.capacity) for rule in mapping.claims]
    sources = [source for _, predicate, capacity in heads for source in (predicate, capacity)]
    sources += [getattr(standing, name) for standing in standings for name in _TERMS]
    # Equal terms are one object, so that whoever stores them need look at each only once.
    known: Memo[Terms, Terms] = Memo(lambda terms: terms)

    def make(row: Row) -> tuple[Terms, ...]:
        label = _label(policy, row)
        made = (
            _one_terms(head, standing, label, row) for head, standing in zip(heads, standings, strict=True)
        )
        return tuple(known[terms] for terms in made)

    return Derived(names_of(*policy, *sources), make, cells.readers)


def _label(policy: Sequence[Source], row: Row) -> PolicyLabel:
    parts = dict(zip(PolicyLabel._fields, (value_of(source, row) for source in policy), strict=True))
    areas = parts.pop("areas")
    split = areas if isinstance(areas, list) else text_of(areas).split(";")
    return PolicyLabel(
        **{name: text_of(value) for name, value in parts.items()}, areas=tuple(sorted(filter(None, split)))
    )


def _one_terms(head: tuple[str, Source, Source], standing: Standing, label: PolicyLabel, row: Row) -> Terms:
    rule, predicate, capacity = head
    stood = {name: text_of(value_of(getattr(standing, name), row)) for name in _TERMS}
    link = text_of(value_of(predicate, row)), text_of(value_of(capacity, row))
    return Terms(rule, *link, **stood, label=label)


class _Mentions(Derived[Mention | None]):
    """The entity that each row names by the first way whose columns hold something."""

    def __init__(self, mention: Mentioned, mapping: Mapping, cells: Cells) -> None:
        super().__init__((), lambda _: None, cells.readers)
        self._kind = mention.kind
        self._ways = [
            (way.scheme, texts_of(way.ref or (RECORD,), mapping.columns, cells.reference_readers))
            for way in mention.by
        ]

    def over(self, sheet: Sheet) -> Sequence[Mention | None]:
        found: list[Mention | None] = [None] * sheet.count
        for scheme, derived in self._ways:
            refs = sheet.of(derived)
            makers = map(Mention._make, zip(repeat(self._kind), _schemes(scheme, sheet), refs))
            found = [old or (new if ref else None) for old, new, ref in zip(found, makers, refs, strict=True)]
            if all(found):
                break
        return found


def _schemes(scheme: str, sheet: Sheet) -> Iterable[str]:
    if "{agency}" not in scheme:
        return repeat(scheme, sheet.count)
    agencies = sheet.columns[AGENCY]
    names = {agency: scheme.replace("{agency}", agency) for agency in set(agencies)}
    return map(names.__getitem__, agencies)


def _is_sure(mapping: Mapping, mention: Mentioned) -> bool:
    return any(all(mapping.columns[name].required == "row" for name in way.ref) for way in mention.by)


def _wanted(rule: ClaimRule, cells: Cells) -> Derived[bool] | None:
    if not (rule.when or rule.particular):
        return None

    def make(row: Row) -> bool:
        said = not rule.particular or any(row[name] is not None for name in rule.particular)
        return said and holds(rule.when, row)

    return Derived((*rule.when, *rule.particular), make, cells.readers)


def _value(rule: ClaimRule, cells: Cells) -> Derived[str]:
    def make(row: Row) -> str:
        if rule.object:
            return ""
        values = {name: _plain(value_of(source, row)) for name, source in sorted(rule.value.items())}
        held = {name: value for name, value in values.items() if value is not None}
        return _json(held)

    return Derived(names_of(*rule.value.values()), make, cells.readers)


def _plain(value: Value) -> Value:
    return text_of(value) if isinstance(value, Span) else value


def _particular(rule: ClaimRule, cells: Cells) -> Derived[str]:
    def make(row: Row) -> str:
        return " ".join(filter(None, (text_of(row[name]) for name in rule.particular)))

    return Derived(rule.particular, make, cells.readers)


def _origin(standing: Standing, mapping: Mapping, cells: Cells) -> Derived[str]:
    source = standing.origin_reference
    if source and source == Source(column=source.column) and is_plain(mapping.columns[source.column]):
        return Texts(source.column, cells.readers)
    return Derived(names_of(source), lambda row: text_of(value_of(source, row)), cells.readers)


def _span(times: Times | None, cells: Cells) -> Derived[Span]:
    def make(row: Row) -> Span:
        if times is None:
            return UNDATED
        start, end = row[times.at or times.since], row[times.to] if times.to else None
        return _joined(_as_span(start), _as_span(end), ends_with_start=bool(times.at))

    return Derived(times.columns() if times else (), make, cells.readers)


def _as_span(value: Value) -> Span | None:
    return value if isinstance(value, Span) else None


def _joined(start: Span | None, end: Span | None, *, ends_with_start: bool) -> Span:
    if end is None and ends_with_start:
        return start or UNDATED
    first, last = start or UNDATED, end or UNDATED
    known = [span.precision for span in (start, end) if span is not None]
    precision = max(known, key=_COARSENESS.index, default="")
    return Span(first.from_day, last.to_day, precision, first.from_us, last.to_us)
