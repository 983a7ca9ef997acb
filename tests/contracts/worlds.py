"""Pairs of workspaces that differ by one fact which the viewers may not see."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from graph.ledger.judgements import read_judgements
from graph.model.claims import Claim, Mention, PolicyLabel, Record
from graph.model.scope import Scope
from graph.model.spans import UNDATED, Span
from tests.builders import (
    ASHBY,
    BRAMWELL,
    DAY_US,
    NOON_US,
    Workspace,
    fact,
    id_of,
    identifier,
    link,
    mention,
    open_only,
    policy,
    record,
    sealed,
)

TODAY = NOON_US // DAY_US
OPEN, POLICE = policy(), policy(BRAMWELL, regime="DPA Part 3")
SEALED, HIDDEN = policy(BRAMWELL, tier="sealed"), policy("Colne Trust", tier="hidden")
PEOPLE = (*(mention(f"a{n}") for n in range(4)), *(mention(f"b{n}", agency=BRAMWELL) for n in range(3)))
EVENTS = tuple(mention(f"e{n}", "Event") for n in range(2))
PLACES = tuple(mention(f"l{n}", "Location") for n in range(2))
STRANGER = mention("nobody", agency="Colne Trust")
AREAS = (Mention("Area", "gss", "E06000049"), Mention("Area", "gss", "E08000012"))
PROBES = [id_of(STRANGER), id_of(AREAS[1])]

Step = tuple[str, list[Record]]


@dataclass
class World:
    """Batches that everybody's agencies sent, and the hidden ones before each."""

    seen: list[list[Record]]
    hidden: dict[int, list[Step]] = field(default_factory=dict)

    def build(self, folder: Path, *, with_hidden: bool) -> Workspace:
        """Play the world into a workspace."""
        workspace = Workspace(folder)
        for number, batch in enumerate([*self.seen, []]):
            workspace.now_us = NOON_US + number * DAY_US - 1
            steps = self.hidden.get(number, []) if with_hidden else []
            among = [r for kind, records in steps if kind == "among" for r in records]
            for kind, records in steps:
                _play(workspace, kind, records)
            workspace.now_us += 1
            if batch:
                workspace.load(*among, *batch)
        return workspace


def _play(workspace: Workspace, kind: str, records: list[Record]) -> None:
    if kind == "load":
        workspace.load(*records)
    elif kind == "kill":
        workspace.kill(*records)
    elif kind == "remove":
        workspace.remove(*records)
    elif kind == "undo":
        with workspace.ledger() as ledger:
            labels = {number for label, number in workspace.labels().items() if label == HIDDEN}
            held = [j.id for j in read_judgements(ledger) if {j.label_a, j.label_b} & labels]
        for judgement in held:
            workspace.undo(judgement)


def seen_world(seed: int) -> World:
    """Return a small random world without anything hidden."""
    random = Random(seed)
    batches = []
    for number in range(3):
        records = [
            record(f"{number}-{n}", *_said(random), agency=random.choice((ASHBY, BRAMWELL))) for n in range(4)
        ]
        batches.append(records)
    batches[0].append(record("joined", identifier(PEOPLE[0], "X", OPEN), identifier(PEOPLE[1], "Y", OPEN)))
    batches[1].append(record("joined too", identifier(PEOPLE[4], "X", POLICE), agency=BRAMWELL))
    batches[1].append(record("tie", link("FRIEND_OF", PEOPLE[0], PEOPLE[1], OPEN, span=_span(random))))
    batches[0].append(record("place", fact("IS", PLACES[0], OPEN, value={"sort": "park", "category": "u"})))
    batches[0].append(record("at", fact("POSITION", PLACES[0], OPEN, value={"lon": -2.5, "lat": 53.25})))
    return World(batches)


def _span(random: Random) -> Span:
    first = TODAY - random.randrange(8)
    return random.choice((UNDATED, Span(first, first + 2, "day"), Span(first, None, "day")))


def _said(random: Random) -> list[Claim]:
    label = random.choice((OPEN, OPEN, POLICE, SEALED))
    person, other = random.sample(PEOPLE, 2)
    event, at = random.choice(EVENTS), random.choice(PLACES)
    told: dict[str, Any] = {"span": _span(random), "reported": random.choice((None, TODAY - 3, TODAY))}
    told |= random.choice(({}, {"source_grade": "2", "information_grade": "B"}, {"basis": "recorded"}))
    shapes = (
        [
            link("FRIEND_OF", person, other, label, **told),
            fact("NAMED", person, label, particular="Al", **told),
        ],
        [link("INVOLVED_IN", person, event, label, capacity="victim", **told)],
        [
            fact("IS", event, label, value={"sort": "asb", "category": "u"}, **told),
            link("OCCURRED_AT", event, at, label, **told),
            fact("POSITION", at, label, value={"lon": random.randrange(-3, 2) + 0.5, "lat": 53.25}, **told),
        ],
        [fact("BORN", person, label, particular=random.choice(("2001-03-04", "2012-05-06")), **told)],
        [link("IN", person, AREAS[0], label, capacity="home", **told)],
    )
    return random.choice(shapes)


def _hidden(*claims: Claim, name: str = "hidden") -> Record:
    return record(name, *claims, agency="Colne Trust", feed="secret")


def _person(random: Random) -> list[Step]:
    tie = link("FRIEND_OF", STRANGER, random.choice(PEOPLE), HIDDEN)
    return [("load", [_hidden(fact("NAMED", STRANGER, HIDDEN, particular="Zed"), tie)])]


def _link(random: Random) -> list[Step]:
    shape = random.choice(("FRIEND_OF", "EXPLOITED_BY"))
    person, other = random.sample(PEOPLE, 2)
    return [("load", [_hidden(link(shape, person, other, HIDDEN))])]


def _way(_: Random) -> list[Step]:
    ties = [link("FRIEND_OF", a, b, HIDDEN) for a in PEOPLE for b in PEOPLE if a < b]
    return [("load", [_hidden(*ties)])]


def _support(random: Random) -> list[Step]:
    told: tuple[dict[str, Any], ...] = (
        {"source_grade": "1", "information_grade": "A"},
        {"span": Span(TODAY - 900, TODAY + 900, "day")},
        {"status": "disputed"},
        {"origin_agency": "Dale Force"},
    )
    return [("load", [_hidden(link("FRIEND_OF", PEOPLE[0], PEOPLE[1], HIDDEN, **random.choice(told)))])]


def _bridge(_: Random) -> list[Step]:
    return [("load", [_hidden(identifier(STRANGER, "X", HIDDEN), identifier(STRANGER, "Y", HIDDEN))])]


def _joining(_: Random) -> list[Step]:
    return [("load", [_hidden(identifier(PEOPLE[4], "Y", HIDDEN))])]


def _crowd(_: Random) -> list[Step]:
    crowd = [mention(f"c{n}", agency="Colne Trust") for n in range(60)]
    return [("load", [_hidden(identifier(who, "X", HIDDEN), name=who.ref) for who in crowd])]


def _undone(_: Random) -> list[Step]:
    return [*_joining(_), ("undo", [])]


def _earlier(_: Random) -> list[Step]:
    return [("load", [_hidden(fact("NAMED", PEOPLE[4], HIDDEN, particular="Zed"))])]


def _place(_: Random) -> list[Step]:
    value = {"lon": -1.5, "lat": 54.0}
    moved = fact("POSITION", PLACES[0], HIDDEN, value=value, reported=TODAY + 9)
    return [
        ("load", [_hidden(moved, fact("IS", PLACES[0], HIDDEN, value={"sort": "home"}, reported=TODAY + 9))])
    ]


def _birth(_: Random) -> list[Step]:
    return [("load", [_hidden(*(fact("BORN", who, HIDDEN, particular="1999-01-01") for who in PEOPLE))])]


def _area(random: Random) -> list[Step]:
    return [("load", [_hidden(link("IN", random.choice(PEOPLE), AREAS[1], HIDDEN))])]


def _among(random: Random) -> list[Step]:
    return [("among", _person(random)[0][1])]


def _killed(random: Random) -> list[Step]:
    return [("kill", _person(random)[0][1])]


def _removed(random: Random) -> list[Step]:
    loaded = [*_person(random), *_bridge(random)]
    records = [record._replace(source_id=str(n)) for n, (_, them) in enumerate(loaded) for record in them]
    return [("load", records), ("remove", records)]


FACTS: dict[str, Callable[[Random], list[Step]]] = {
    "person": _person,
    "link": _link,
    "way": _way,
    "support": _support,
    "bridge": _bridge,
    "joining": _joining,
    "crowd": _crowd,
    "undone": _undone,
    "earlier": _earlier,
    "place": _place,
    "birth": _birth,
    "area": _area,
    "among": _among,
    "killed": _killed,
    "removed": _removed,
}


def world(seed: int, what: str) -> World:
    """Return a random world with one hidden fact."""
    made = seen_world(seed)
    random = Random(f"{seed}{what}")
    when = 0 if what == "earlier" else random.randrange(3) if what == "among" else random.randrange(4)
    if what == "undone":
        when = 3
    made.hidden[when] = FACTS[what](random)
    return made


def viewers(workspace: Workspace) -> list[Scope]:
    """Return three viewers, none of whom may see what is hidden."""

    def ashby(label: PolicyLabel) -> bool:
        return open_only(label) and label.controller == ASHBY

    return [
        workspace.scope(open_only),
        workspace.scope(ashby, sealed),
        workspace.scope(open_only, sealed, [id_of(PEOPLE[0]), id_of(PEOPLE[5])]),
    ]
