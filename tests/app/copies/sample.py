"""Invented contents of copies, plain and hostile, and a desk where every rule has something to keep out."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date
from typing import Any, Final

from app.copies.contents import About, Contents, CopiedEntity, CopiedLink
from graph.ledger.opening import open_ledger
from graph.ledger.writing import LedgerWriter
from graph.model.claims import Claim, Mention, Record
from graph.model.entities import write_id
from tests.app.desk import ADULT, CHILD, Desk
from tests.builders import fact, id_of, identifier, link, mention, mint, record

DAY: Final = date(2025, 6, 1)

_HOSTILE: Final = (
    "<script>window.__pwned=1</script>",
    '"><img src=x onerror="window.__pwned=1">',
    "</script><script>__pwned=1//",
    "<svg/onload=window.__pwned=1>",
    "<a href=javascript:window.__pwned=1>href</a>",
    "<details open ontoggle=window.__pwned=1>",
    "--></title><script>__pwned=1</script>",
    "<style>*{display:none}</style>",
    "]]><!--",
    "';__pwned=1;'",
    "{{7*7}}{% raw %}",
    "${__pwned=1}",
    "=1+1",
    "+1+1",
    "-1+1",
    "@SUM(1)",
    "\t=1+1",
    "\uff1d1+1",
    '=HYPERLINK("a")',
    "a\x00b\x01c\x0b",
    "\ufffe\uffff",
    "\u202eevil\u202c",
    "a\u2028b\u2029c",
    "&lt;b&gt;&amp;",
    "Zoë Ødegård 张伟",
)


def hostile_names(number: int = 200) -> list[str]:
    """Return names that no file may run, run together with ordinary ones."""
    dice = random.Random(7)
    names = [*_HOSTILE, *(f"{dice.choice(_HOSTILE)} {dice.choice(('Amy', 'Bo'))} {n}" for n in range(number))]
    return names[:number]


def about(text: str = "support of one peer group") -> About:
    """Return what a copy prints of itself, the text in every field that somebody writes."""
    return About("ab12cd34", f"Work copy: {text}", text, text, DAY, date(2025, 7, 1), DAY, "0" * 20, text)


def contents(names: list[str] | None = None, *, kinds: tuple[str, ...] = ("Person",)) -> Contents:
    """Return a ring of entities, each with one of the names in all of its texts."""
    held = ["A.B.", "C.D.", "E.F."] if names is None else names
    ids = [write_id(n + 1) for n in range(len(held))]
    entities = tuple(_entity(n, ids[n], name, kinds[n % len(kinds)]) for n, name in enumerate(held))
    ends = [(ids[n], ids[(n + 1) % len(ids)]) for n in range(len(ids))]
    links = tuple(_link(n, a, b, held[n] if names else "") for n, (a, b) in enumerate(ends))
    return Contents(DAY, {"window": None, "row": held[-1] if names else None}, True, False, entities, links)


def _entity(n: int, entity: str, name: str, kind: str) -> CopiedEntity:
    if kind == "Person":
        return CopiedEntity(entity, kind, "", "", name, ("child", "adult", "not known")[n % 3])
    days, where = ("2025-05-01", "2025-05-02"), (-2.5 - n / 1_000, 53.1, 100.0)
    return CopiedEntity(entity, kind, "park", name, name, "", *days, *where)


def _link(n: int, a: str, b: str, name: str) -> CopiedLink:
    days = ("2025-01-01", "2025-02-01" if n % 2 else None, "2025-03-01")
    grades = ("1", "2", "A", "C") if n % 2 else ("ungraded",) * 4
    names = (write_id(1_000_000 + n), a, b, "FRIEND_OF", name)
    return CopiedLink(*names, True, *days, 1 + n % 3, 2 + n % 3, *grades, n == 0)


ANN, CAL, DEE, EVE = (mention(ref) for ref in ("ann", "cal", "dee", "eve"))
"""An adult, two children, and one whose age is not known."""
GUARDIAN, AUNT = mention("guardian"), mention("aunt")
HOME, OTHER_HOME, PARK, SAFE, CLUB, REFUGE = (
    mention(ref, "Location") for ref in ("home", "other home", "park", "safe", "club", "refuge")
)
AT_PARK, AT_REFUGE, AT_HOME = (mention(ref, "Event") for ref in ("at park", "at refuge", "at home"))
LINE, FAMILY = mention("line", "Group"), mention("family", "Group")
PHONE = mention("phone", "Object")
PEOPLE: Final = {ANN: "Ann Archer", CAL: "Cal Crane", DEE: "Dee Dove", EVE: "Eve Eagle"}
NUMBERS: Final = ("07700900123", "A801200000001", "12 Invented Street")


def written(who: Mention) -> str:
    """Return the id of an entity of these desks, as copies write it."""
    return write_id(id_of(who))


def put(desk: Desk, *records: Record) -> None:
    """Load records into the workspace of a desk, past any mapping."""
    files = open_ledger(desk.folder, writer=True)
    with LedgerWriter(files, mint=mint, clock=desk.clock) as writer:
        writer.begin("import", mapping="invented", mapping_version=1)
        writer.append(records)
        writer.finish()
    files.close()


def guarded(desk: Desk) -> None:
    """Load people, places and events of which the rules of copies keep some out."""
    claims = [*_places(), *_events(), *_people(), *_things(), *_ties()]
    put(desk, *(record(f"r{n}", claim) for n, claim in enumerate(claims)))


def _places() -> Iterator[Claim]:
    sorts = {HOME: "home", OTHER_HOME: "other", PARK: "park", SAFE: "safe_place", CLUB: "business"}
    for n, place in enumerate((*sorts, REFUGE)):
        said: dict[str, Any] = {"sort": sorts.get(place, "placement"), "name": NUMBERS[2]}
        if place == PARK:
            said["name"] = "Long Park"
        if place == REFUGE:
            said["protected"] = True
        yield fact("IS", place, value=said)
        where = {"lon": -2.6 - n / 100, "lat": 53.1 + n / 100, "precision_m": 20}
        yield fact("POSITION", place, value=where)


def _events() -> Iterator[Claim]:
    for event in (AT_PARK, AT_REFUGE, AT_HOME):
        yield fact("IS", event, value={"sort": "crime", "category": "Theft"})
    yield link("OCCURRED_AT", AT_PARK, PARK)
    yield link("OCCURRED_AT", AT_REFUGE, REFUGE)
    # It names no place, and lies where a home is.
    yield fact("POSITION", AT_HOME, value={"lon": -2.6, "lat": 53.1})


def _people() -> Iterator[Claim]:
    for who, day in ((ANN, ADULT), (CAL, CHILD), (DEE, CHILD), (GUARDIAN, ADULT), (AUNT, ADULT)):
        yield fact("BORN", who, particular=day)
    for who, name in PEOPLE.items():
        yield fact("NAMED", who, particular=name)
    yield identifier(CAL, NUMBERS[1])
    yield fact("ROLE", GUARDIAN, value={"role": "protective_adult"})


def _things() -> Iterator[Claim]:
    yield fact("IS", PHONE, value={"sort": "phone"})
    yield fact("NAMED", PHONE, particular=NUMBERS[0], value={"name_kind": "number"})
    for group, sort, name in ((LINE, "county_lines_team", "Blue line"), (FAMILY, "family", "Crane family")):
        yield fact("IS", group, value={"sort": sort})
        yield fact("NAMED", group, particular=name)


def _ties() -> Iterator[Claim]:
    yield link("FRIEND_OF", CAL, DEE)
    yield link("SEEN_WITH", CAL, EVE)
    yield link("ASSOCIATE_OF", ANN, CAL)
    yield link("EXPLOITED_BY", CAL, ANN)
    yield link("FRIEND_OF", ANN, GUARDIAN)
    yield link("PROTECTS", AUNT, CAL)
    yield link("LIVES_AT", CAL, HOME)
    yield link("LIVES_AT", ANN, OTHER_HOME)
    yield link("PLACED_AT", DEE, REFUGE)
    yield link("FREQUENTS", CAL, PARK)
    yield link("SAFE_AT", CAL, SAFE)
    yield link("SAFE_AT", DEE, CLUB)
    yield link("MEMBER_OF", ANN, LINE)
    yield link("MEMBER_OF", CAL, FAMILY)
    yield link("USES", ANN, PHONE)
    yield link("INVOLVED_IN", CAL, AT_PARK, capacity="victim")
    yield link("INVOLVED_IN", EVE, AT_PARK, capacity="present")
    yield link("INVOLVED_IN", DEE, AT_REFUGE, capacity="present")
