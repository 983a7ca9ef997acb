"""Drawing: claims in, rows of the drawn graph out; a pure function of what it is handed."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache, lru_cache
from itertools import islice
from typing import Final, NamedTuple

import numpy as np

from graph.model.claims import GRADE_NUMBERS, INFORMATION_NUMBERS, StoredClaim
from graph.model.entities import link_ids
from graph.model.kinds import CAPACITY_CODES, ENTITY_CODES, LINKS, PROPERTIES
from graph.model.spans import LONDON, day_number

DRAWN_STATUS: Final = frozenset({"live", "disputed"})
PART: Final = 100_000
"""Claims drawn at a time."""

_AREA: Final = ENTITY_CODES["Area"]


class Support(NamedTuple):
    """One claim behind one drawn link.

    Attributes
    ----------
    predicate, link, claim : int
        Code of the link's kind, id of the link, number of the claim.
    a, b, capacity : int
        Ends of the link, and the code of the capacity.
    label, origin : int
        Policy label, and agency of origin (a number of the drawing's own list).
    source, information, disputed : int
        Grades as numbers, 0 for ungraded; 1 where the claim is disputed.
    from_day, to_day : int or None
        When it held.
    reported_day, age : int
        When it was known to the agency, or else to the workspace; order of its record.
    """

    predicate: int
    link: int
    claim: int
    a: int
    b: int
    capacity: int
    label: int
    origin: int
    source: int
    information: int
    disputed: int
    from_day: int | None
    to_day: int | None
    reported_day: int
    age: int


class Fact(NamedTuple):
    """One claim of a property.

    Attributes
    ----------
    predicate, entity, claim : int
        Code of the property, the entity, number of the claim.
    label, origin, source, information, disputed : int
        As in ``Support``.
    from_day, to_day : int or None
        When it held.
    reported_day, age : int
        As in ``Support``.
    sort, category : str
        Of an ``IS``; empty for others.
    point : int
        Number of the point of a ``POSITION``; 0 for others.
    """

    predicate: int
    entity: int
    claim: int
    label: int
    origin: int
    source: int
    information: int
    disputed: int
    from_day: int | None
    to_day: int | None
    reported_day: int
    age: int
    sort: str
    category: str
    point: int


@dataclass(slots=True)
class Drawing:
    """Rows of the drawn graph.

    Attributes
    ----------
    entities : dict of int to int
        Entity to the code of its kind.
    supports, facts : list
        One row a claim.
    points : dict of (float, float) to int
        Longitude and latitude to the number of the point.
    origins : dict of str to int
        Agency of origin to its number.
    codes : dict of int to str
        Areas that claims name, to their codes.
    """

    entities: dict[int, int] = field(default_factory=dict)
    supports: list[Support] = field(default_factory=list)
    facts: list[Fact] = field(default_factory=list)
    points: dict[tuple[float, float], int] = field(default_factory=dict)
    origins: dict[str, int] = field(default_factory=dict)
    codes: dict[int, str] = field(default_factory=dict)


def draw(
    claims: Iterable[StoredClaim],
    *,
    points: dict[tuple[float, float], int] | None = None,
    origins: dict[str, int] | None = None,
) -> Drawing:
    """Return the rows that claims draw.

    Parameters
    ----------
    claims : iterable of StoredClaim
        Live claims; only those whose status is live or disputed are drawn.
    points : dict, optional
        Points drawn already, extended in place.
    origins : dict, optional
        Agencies numbered already, extended in place.

    Returns
    -------
    Drawing
        Each claim draws its own rows, whatever the others say, so drawing a part again gives the
        same rows. Who is one person with whom is settled when a viewer reads, by the judgements
        that viewer may see.
    """
    drawing = Drawing(points={} if points is None else points, origins={} if origins is None else origins)
    footing = _footings(drawing.origins)
    pending: list[StoredClaim] = []
    for claim in claims:
        if claim.status not in DRAWN_STATUS:
            continue
        drawing.entities[claim.subject] = claim.subject_kind
        if claim.object is None:
            drawing.facts.append(_fact(claim, drawing, footing))
        else:
            drawing.entities[claim.object] = int(claim.object_kind or 0)
            if claim.object_kind == _AREA and claim.value:
                drawing.codes[claim.object] = claim.value
            pending.append(claim)
    drawing.supports.extend(_supports(pending, footing))
    return drawing


def draw_parts(
    claims: Iterable[StoredClaim],
    *,
    points: dict[tuple[float, float], int] | None = None,
    origins: dict[str, int] | None = None,
    size: int = PART,
) -> Iterator[Drawing]:
    """Yield the rows that claims draw, part by part, so that memory does not grow with their number.

    Parameters
    ----------
    claims : iterable of StoredClaim
        Live claims.
    points, origins : dict, optional
        As in ``draw``; every part holds the same two.
    size : int, optional
        Claims in a part.

    Yields
    ------
    Drawing
        Together they are the drawing of all claims.
    """
    points, origins = {} if points is None else points, {} if origins is None else origins
    rest = iter(claims)
    while part := list(islice(rest, size)):
        yield draw(part, points=points, origins=origins)


def _number(names: dict[str, int], name: str) -> int:
    return names.setdefault(name, len(names) + 1)


def _known_day(claim: StoredClaim) -> int:
    return _london_day(claim.recorded_us) if claim.reported_day is None else claim.reported_day


@lru_cache
def _london_day(us: int) -> int:
    return day_number(datetime.fromtimestamp(us // 1_000_000, tz=LONDON).date())


_Standing = tuple[int, int, int, int]
_Footing = Callable[[str, str, str, str], _Standing]


def _footings(origins: dict[str, int]) -> _Footing:
    """Return what numbers the terms of claims, most of which share theirs with many."""

    @cache
    def _numbers(agency: str, source_grade: str, information_grade: str, status: str) -> _Standing:
        origin = _number(origins, agency)
        grades = GRADE_NUMBERS[source_grade], INFORMATION_NUMBERS[information_grade]
        return (origin, *grades, int(status == "disputed"))

    return _numbers


def _footing(
    claim: StoredClaim, footing: _Footing
) -> tuple[int, int, int, int, int, int | None, int | None, int, int]:
    stands = footing(claim.origin_agency, claim.source_grade, claim.information_grade, claim.status)
    return (claim.label, *stands, claim.from_day, claim.to_day, _known_day(claim), claim.age)


def _fact(claim: StoredClaim, drawing: Drawing, footing: _Footing) -> Fact:
    sort, category, point = "", "", 0
    if claim.value and claim.predicate == "IS":
        sort, category = _described(claim.value)
    elif claim.value and claim.predicate == "POSITION":
        value = json.loads(claim.value)
        sort, category = _words(value)
        where = (float(value["lon"]), float(value["lat"]))
        point = drawing.points.setdefault(where, len(drawing.points) + 1)
    code = PROPERTIES[claim.predicate].code
    footed = _footing(claim, footing)
    return Fact._make((code, claim.subject, claim.seq, *footed, sort, category, point))


@lru_cache(4_096)
def _described(value: str) -> tuple[str, str]:
    return _words(json.loads(value))


def _words(value: dict[str, object]) -> tuple[str, str]:
    return str(value.get("sort", "")), str(value.get("category", ""))


def _supports(claims: Sequence[StoredClaim], footing: _Footing) -> list[Support]:
    kinds = [LINKS[claim.predicate] for claim in claims]
    a = np.array([claim.subject for claim in claims], dtype=np.int64)
    b = np.array([claim.object for claim in claims], dtype=np.int64)
    turned = np.array([kind.symmetric for kind in kinds], dtype=bool) & (a > b)
    a, b = np.where(turned, b, a), np.where(turned, a, b)
    predicate = np.array([kind.code for kind in kinds], dtype=np.int16)
    capacity = np.array([CAPACITY_CODES[claim.capacity] for claim in claims], dtype=np.int16)
    ids = link_ids(a, b, predicate, capacity)
    columns = (predicate.tolist(), ids.tolist(), a.tolist(), b.tolist(), capacity.tolist())
    return [
        Support._make((p, link, claim.seq, first, second, stands, *_footing(claim, footing)))
        for claim, p, link, first, second, stands in zip(claims, *columns, strict=True)
    ]
