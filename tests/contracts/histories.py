"""Random records of a small invented world: few people, so that records collide, join and contradict."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from graph.model.claims import Claim, Mention, PolicyLabel, Record
from graph.model.spans import UNDATED, Span
from tests.builders import ASHBY, BRAMWELL, DAY_US, NOON_US, fact, identifier, link, mention, policy, record

TODAY = NOON_US // DAY_US
OPEN, POLICE = policy(), policy(BRAMWELL, regime="DPA Part 3")
SEALED, HIDDEN = policy(tier="sealed"), policy(BRAMWELL, tier="hidden")
LABELS = (OPEN, POLICE, SEALED, HIDDEN)
PEOPLE = (*(mention(f"a{n}") for n in range(4)), *(mention(f"b{n}", agency=BRAMWELL) for n in range(3)))
EVENTS = tuple(mention(f"e{n}", "Event") for n in range(2))
PLACES = tuple(mention(f"l{n}", "Location") for n in range(2))
PHONE, AREA = mention("phone", "Object"), Mention("Area", "gss", "E06000049")
EVERYBODY = (*PEOPLE, *EVENTS, *PLACES, PHONE, AREA)

_people, _events, _places = (st.sampled_from(them) for them in (PEOPLE, EVENTS, PLACES))
_days = st.integers(TODAY - 6, TODAY + 2)
_grades: Any = st.sampled_from(
    [
        {},
        {},
        {"source_grade": "1", "information_grade": "A"},
        {"source_grade": "2", "information_grade": "C"},
        {"source_grade": "3", "information_grade": "E"},
        {"basis": "child_said"},
    ]
)
_status = st.sampled_from(["live"] * 6 + ["disputed", "withdrawn"])
_agencies = st.sampled_from([ASHBY, BRAMWELL, "Colne Trust"])


@st.composite
def spans(draw: st.DrawFn) -> Span:
    """Draw undated, open-ended, only-ended and whole spans."""
    first, last = sorted((draw(_days), draw(_days)))
    kinds = [UNDATED, Span(first, last, "day"), Span(first, None, "day"), Span(None, last, "day")]
    return draw(st.sampled_from(kinds))


@st.composite
def _links(draw: st.DrawFn) -> tuple[Any, ...]:
    shape = draw(
        st.sampled_from(
            ("FRIEND_OF", "FRIEND_OF", "EXPLOITED_BY", "INVOLVED_IN", "OCCURRED_AT", "IN", "USES")
        )
    )
    ends: dict[str, tuple[Any, Any]] = {
        "FRIEND_OF": (_people, _people),
        "EXPLOITED_BY": (_people, _people),
        "INVOLVED_IN": (_people, _events),
        "OCCURRED_AT": (_events, _places),
        "IN": (_people, st.just(AREA)),
        "USES": (_people, st.just(PHONE)),
    }
    words = {"INVOLVED_IN": ("victim", "suspected", ""), "IN": ("home", "")}
    capacity = draw(st.sampled_from(words.get(shape, ("",))))
    return shape, draw(ends[shape][0]), draw(ends[shape][1]), capacity


@st.composite
def claims(draw: st.DrawFn, labels: tuple[PolicyLabel, ...] = LABELS) -> Claim:
    """Draw a claim of any shape, grade, status, date and label."""
    label = draw(st.sampled_from(labels))
    told: dict[str, Any] = {
        "span": draw(spans()),
        "reported": draw(st.none() | _days),
        "status": draw(_status),
        "origin_agency": draw(_agencies),
        **draw(_grades),
    }
    shape = draw(st.sampled_from(("link", "link", "identifier", "IS", "POSITION", "NAMED", "BORN")))
    if shape == "link":
        predicate, a, b, capacity = draw(_links())
        return link(predicate, a, b, label, capacity=capacity, **told)
    if shape == "identifier":
        return identifier(draw(st.sampled_from((*PEOPLE, PHONE))), draw(st.sampled_from("XY")), label, **told)
    if shape == "IS":
        sort = draw(st.sampled_from(("asb", "crime", "park")))
        value = {"sort": sort, "category": draw(st.sampled_from("uv"))}
        return fact("IS", draw(st.sampled_from(EVERYBODY)), label, value=value, **told)
    if shape == "POSITION":
        at = {"lon": draw(st.integers(-3, 1)) + 0.5, "lat": 53.25}
        return fact("POSITION", draw(st.sampled_from((*PLACES, *EVENTS))), label, value=at, **told)
    words = ("Al", "Bo") if shape == "NAMED" else ("2001-03-04", "2012-05-06", "2001")
    return fact(shape, draw(_people), label, particular=draw(st.sampled_from(words)), value={}, **told)


@st.composite
def records(draw: st.DrawFn, labels: tuple[PolicyLabel, ...] = LABELS) -> Record:
    """Draw a record whose key another draw is likely to share."""
    agency = draw(st.sampled_from((ASHBY, BRAMWELL)))
    said = draw(st.lists(claims(labels), min_size=1, max_size=4))
    return record(draw(st.sampled_from("12345")), *said, agency=agency)
