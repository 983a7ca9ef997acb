"""Small random partnerships, each with and without one hidden fact, and all that three viewers are told."""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple
from unittest.mock import patch

import app.use_cases.importing
from app.use_cases.asking import Question
from app.use_cases.exploring.neighbourhood import neighbourhood
from app.use_cases.exploring.neighbours import neighbours
from app.use_cases.exploring.paths import paths
from app.use_cases.exploring.timeline import timeline
from app.use_cases.why import explain
from app.workspace import Answer
from graph.errors import KithmapError
from ingest.mapping import load_mapping
from tests.app.desk import (
    ADULT,
    CHILD,
    COUNCIL,
    POLICE,
    SHARED,
    Desk,
    concern,
    incident,
    person,
    present,
    pupil_number,
    quick_folder,
    squares,
    tie,
)
from tests.builders import NOON_US

THIRD = "Corley Council"
HEALTH_NUMBER = "9434765919"
Row = dict[str, str]
SOUGHT = ("amy", "hid", "B77", HEALTH_NUMBER)
"""What is looked for: names, references and numbers of people some of whom are hidden in one world."""
_MAPPINGS = cache(load_mapping)
Told = dict[str, tuple[Any, ...]]
PLAIN = {"tier": "", "handling": "", "conditions": "", "reported": ""}
"""Columns that every row has: the content of a record covers all columns of its file."""

HIDE: tuple[Row, ...] = ({"tier": "hidden"}, {"handling": "C", "conditions": "A1"}, {"conditions": "S2"})


class Load(NamedTuple):
    """One file: its mapping, its rows, the day it is imported."""

    mapping: str
    rows: list[Row]
    day: int


class Fact(NamedTuple):
    """What one world has and the other not: in the file of its day, alone before it, or first of all."""

    mapping: str
    row: Row
    day: int
    alone: bool


def partnership(seed: int) -> list[Load]:
    """Return the files that both worlds have."""
    dice = random.Random(seed)
    known, ties = [], []
    for agency, letter in ((COUNCIL, "C"), (POLICE, "B")):
        people = [f"{letter}{n}" for n in range(10)]
        # Two of each agency's people are also known to the other, by one number.
        numbers = {people[n]: pupil_number(n) for n in range(2)}
        known += [_known(dice, ref, agency, numbers) for ref in people]
        known[-5] |= {"upn": pupil_number(50)} if agency == COUNCIL else {"nhs_number": HEALTH_NUMBER}
        pairs = [(a, b) for circle in (people[:5], people[5:]) for a in circle for b in circle if a < b]
        ties += [tie(a, b, agency, **_said(dice)) for a, b in pairs if dice.random() < 0.95]
        events = [(ref, f"{letter}E{n}") for n in range(2) for ref in dice.sample(people, 4)]
        ties += [present(ref, event, agency, date="2025-04-02") for ref, event in events]
    places = [concern(f"L{n}", -2.69 + dice.random() * 0.28, 53.12 + dice.random() * 0.1) for n in range(2)]
    missing = [_missing(f"M{n}", f"C{n}", "L0", lon=f"{-2.65 + n / 100:.4f}", lat="53.16") for n in range(3)]
    loads = [Load("people", known, 0), Load("associations", ties, 1)]
    loads += [Load("locations_of_concern", places, 2), Load("missing_episodes", missing, 2)]
    loads = [load._replace(rows=[PLAIN | row for row in load.rows]) for load in loads]
    return [*loads, Load("police_uk", _incidents(dice), 3)]


def _known(dice: random.Random, ref: str, agency: str, numbers: dict[str, str]) -> Row:
    cells = {
        "nhs_number": "",
        "given_name": dice.choice(["Amy", "Bo", "Cy"]),
        "family_name": dice.choice(["Ash", "Birch"]),
    }
    cells |= {"date_of_birth": dice.choice([ADULT, CHILD, ""]), "upn": numbers.get(ref, "")}
    cells["home_area"] = dice.choice(["E06000090", "E06000091", "E06000092", ""])
    cells["responsible_area"] = dice.choice(["E06000090", "E06000091", ""])
    if dice.random() < 0.15:
        cells |= {"areas": "E06000092"}
    return person(ref, agency, **cells)


def _said(dice: random.Random) -> Row:
    cells = {
        "date": dice.choice(["2025-01-05", "2025-03-09", ""]),
        "kind": dice.choice(["FRIEND_OF", "ASSOCIATE_OF"]),
    }
    cells["basis"] = dice.choice(["recorded", "child_said", ""])
    if dice.random() < 0.05:
        cells |= dice.choice([{"tier": "hidden"}, {"tier": "sealed"}, {"status": "disputed"}])
    return cells


def _missing(ref: str, who: str, where: str, agency: str = COUNCIL, **at: str) -> Row:
    spent = {"from": "2025-05-03", "to": "2025-05-04", "missing_from": "home"}
    found = {"found_location_ref": where, "found_lon": at.get("lon", ""), "found_lat": at.get("lat", "")}
    return {"episode_ref": ref, "person_ref": who, "agency": agency, **SHARED, **spent, **found}


def _incidents(dice: random.Random) -> list[Row]:
    rows = []
    for n in range(60):
        lon, lat = (-2.62, 53.17) if n % 3 else (-2.69 + dice.random() * 0.28, 53.11 + dice.random() * 0.13)
        spread = 0.001 if n % 3 else 0.0
        at = (lon + dice.gauss(0, spread), lat + dice.gauss(0, spread))
        rows.append(incident(f"X{n}" if n % 4 else "", *at, month=dice.choice(["2025-02", "2025-03"])))
    return rows


def _tie(dice: random.Random, hide: Row) -> Fact:
    letter, agency = dice.choice([("C", COUNCIL), ("B", POLICE)])
    a, b = dice.sample(range(9), 2)
    kind = dice.choice(["FRIEND_OF", "SEEN_WITH", "FAMILY_OF"])
    return Fact(
        "associations", tie(f"{letter}{a}", f"{letter}{b}", agency, kind, date="2025-02-07", **hide), 1, True
    )


def _person(dice: random.Random, hide: Row) -> Fact:
    named = {
        "given_name": "Hid",
        "date_of_birth": ADULT,
        "home_area": "E06000092",
        "responsible_area": "E07000999",
    }
    return Fact("people", person("B77", POLICE, **named, **hide), 0, dice.random() < 0.5)


def _tied_person(dice: random.Random, hide: Row) -> Fact:
    return Fact(
        "associations", tie("B77", f"B{dice.randrange(9)}", POLICE, date="2025-03-01", **hide), 1, False
    )


def _same_person(dice: random.Random, hide: Row) -> Fact:
    number = pupil_number(dice.choice([0, 1, 50]))
    row = person("B78", POLICE, upn=number, given_name="Hid", date_of_birth=ADULT, **hide)
    return Fact("people", row, 0, True)


def _bridge(dice: random.Random, hide: Row) -> Fact:
    # Two agencies' people, whom no number of theirs joins, and a hidden row that has the numbers of both.
    row = person("B79", POLICE, upn=pupil_number(50), nhs_number=HEALTH_NUMBER, **hide)
    return Fact("people", row, 0, dice.random() < 0.5)


def _presence(dice: random.Random, hide: Row) -> Fact:
    return Fact(
        "associations",
        present(f"C{dice.randrange(9)}", "CE0", date="2025-04-02", **hide),
        1,
        dice.random() < 0.5,
    )


def _event(dice: random.Random, hide: Row) -> Fact:
    row = _missing("M9", f"C{dice.randrange(9)}", "L9", lon="-2.6200", lat="53.1700")
    return Fact("missing_episodes", {**row, **hide}, 2, dice.random() < 0.5)


def _location(dice: random.Random, hide: Row) -> Fact:
    return Fact("locations_of_concern", concern("L9", -2.62, 53.17, **hide), 2, dice.random() < 0.5)


def _newer_position(dice: random.Random, hide: Row) -> Fact:
    row = _missing("M8", "C1", "L0", lon="-2.4500", lat="53.2200")
    return Fact("missing_episodes", {**row, **hide, "reported": "2025-05-20"}, 2, True)


def _older_tie(_: random.Random, hide: Row) -> Fact:
    # Speaks of somebody, whom both agencies know by one number, before any visible record does.
    return Fact("associations", tie("B0", "B1", POLICE, date="2025-01-01", **hide), -1, True)


FACTS: tuple[Callable[[random.Random, Row], Fact], ...] = (
    _tie, _person, _tied_person, _same_person, _bridge, _presence, _event, _location, _newer_position,
    _older_tie,
)  # fmt: skip


def fact(seed: int) -> Fact:
    """Return the hidden fact of a seed; every sort of fact and every way of hiding comes round."""
    dice = random.Random(seed + 1_000_000)
    found = FACTS[seed % len(FACTS)](dice, HIDE[seed // len(FACTS) % len(HIDE)])
    return found._replace(row=PLAIN | found.row)


def later_file(seed: int) -> Load:
    """Return a file that comes after the question: new, changed, repeated and broken rows."""
    held = next(load for load in partnership(seed) if load.mapping == "people").rows
    changed = {**held[3], "given_name": "Dee", "home_area": "E06000092"}
    fresh = person("C50", COUNCIL, given_name="New", upn=pupil_number(seed % 2 * 50))
    broken = {**held[4], "person_ref": "C51", "date_of_birth": "2025-02-30"}
    return Load("people", [held[0], held[1], changed, fresh, broken], 9)


def with_fact(loads: Sequence[Load], hidden: Fact) -> list[Load]:
    """Return the files with the hidden fact: in a file of its own before that day's, or within that day's."""
    found = [Load(hidden.mapping, [hidden.row], -1)] if hidden.day < 0 else []
    for given in loads:
        load = given
        if load.day == hidden.day and load.mapping == hidden.mapping:
            if hidden.alone:
                found.append(Load(hidden.mapping, [hidden.row], load.day))
            else:
                at = len(load.rows) // 2
                load = load._replace(rows=[*load.rows[:at], hidden.row, *load.rows[at:]])
        found.append(load)
    return found


@cache
def _ground() -> Path:
    desk = Desk(quick_folder())
    assert desk.run("areas", "load", squares(desk.files / "lad.geojson"), "--kind", "lad").code == 0
    return desk.folder


def settled(loads: Sequence[Load]) -> Desk:
    """Return a desk where some files were imported, each on its day."""
    desk = Desk(quick_folder(), like=_ground())
    for load in loads:
        desk.now_us = NOON_US + load.day * 86_400_000_000
        desk.load(load.mapping, load.rows)
    desk.now_us = NOON_US + 20 * 86_400_000_000
    return desk


def told(desk: Desk, name: str, *arguments: str) -> tuple[Any, ...]:
    """Return every byte that a command leaves behind."""
    files = [desk.files / f"{name}.csv"]
    asked = [*arguments, "--csv", files[0]]
    if arguments[0] == "hotspots" and not {"--each", "--why"} & set(arguments):
        files.append(desk.files / f"{name}.geojson")
        asked += ["--geojson", files[1]]
    ran = desk.run(*asked, "--json")
    return (*ran, *(path.read_bytes() if path.exists() else None for path in files))


def explored(desk: Desk, one: str, other: str, *, among: Sequence[str] = ()) -> Told:
    """Return what the answers of the Explore page say of two people, to the last byte."""
    workspace, question = desk.workspace(), Question()
    asked: dict[str, Callable[[], Answer]] = {
        "neighbours": lambda: neighbours(workspace, one, question, limit=5, names=True),
        "doubtful neighbours": lambda: neighbours(
            workspace, one, Question(doubtful=True), kinds=["FRIEND_OF"]
        ),
        "neighbourhood": lambda: neighbourhood(
            workspace, [one, other], question, hops=2, limit=12, places=True
        ),
        "paths": lambda: paths(workspace, one, other, question, k=9),
        "timeline": lambda: timeline(workspace, [one, other], question),
    }
    said: Told = {}
    for name in among or asked:
        try:
            found = asked[name]()
            said[name] = (json.dumps(found.body), sorted(found.subjects), json.dumps(found.detail))
        except KithmapError as error:
            said[name] = (type(error).__name__, str(error))
    if len(said.get("neighbours", ())) > 2:
        links = json.loads(said["neighbours"][0])["links"]
        said["why link"] = (json.dumps(explain(workspace, links[0]["id"], question).body),)
    return said


def _first(answer: tuple[Any, ...], *keys: Any) -> str:
    try:
        found = json.loads(answer[1])
        for key in keys:
            found = found[key]
        return str(found)
    except (IndexError, ValueError):
        return "00000000-1"


def everything_told(desk: Desk, later: Load, *, scan: bool = False) -> Told:
    """Return what three viewers are told by every command, and of the import of a later file."""
    said: Told = {}

    def ask(name: str, *arguments: str) -> tuple[Any, ...]:
        said[name] = told(desk, name, *arguments)
        return said[name]

    desk.sit(THIRD)
    clusters = ask("clusters", "clusters", "--names", *([] if scan else ["--resolution", "0.4"]))
    pairs = ask("pairs", "cross-border", "--names")
    spots = ask("spots", "hotspots")
    ask("layers", "hotspots", "--each", "type", "--each", "month")
    ids = {
        "cluster": _first(clusters, "rows", 0, "id"),
        "member": _first(clusters, "rows", 0, "members", 0, "id"),
        "pair": _first(pairs, "rows", 0, "id"),
        "cell": _first(spots, "layers", 0, "rows", 0, "id"),
    }
    for name, row in ids.items():
        ask(f"why {name}", "hotspots", "--why", row)
    for typed in SOUGHT:
        ask(f"find {typed}", "find", typed, "--names")
    ask("show", "show", ids["member"], "--names")
    said.update(explored(desk, ids["member"], _first(clusters, "rows", 0, "members", 1, "id")))
    judged = ask("judgements", "match", "list")
    said["screen"] = tuple(desk.run("cross-border"))
    desk.sit(COUNCIL, ["op_group"])
    ask("group's spots", "hotspots", "--sort", "asb", "--sort", "missing_episode")
    ask("group's clusters", "clusters")
    ask("group's why", "hotspots", "--why", ids["member"])
    ask("group's find", "find", "hid")
    desk.sit(COUNCIL, areas=["E06000091"])
    ask("area's clusters", "clusters", "--resolution", "0.4", "--as-of", "2025-06-03")
    ask("area's pairs", "cross-border", "--known-on", "2025-06-02")
    ask("area's spots", "hotspots", "--window", "2025-02-01", "2025-05-31")
    ask("area's why", "clusters", "--why", ids["member"])
    ask("area's find", "find", "as", "--kind", "Person")
    near = explored(desk, ids["member"], ids["member"], among=("doubtful neighbours", "neighbourhood"))
    said.update({f"area's {name}": told for name, told in near.items()})
    ask("area's judgements", "match", "list")
    return said | _after(desk, later, _first(judged, "rows", 0, "id"))


def _after(desk: Desk, later: Load, judgement: str) -> Told:
    desk.sit(THIRD)
    desk.numbered = 50  # The file has one name in both worlds.
    dry = desk.load(later.mapping, later.rows, "--dry-run")
    said: Told = {"dry run": _named(desk, dry), "report": _named(desk, desk.load(later.mapping, later.rows))}
    said["undo"] = tuple(desk.run("match", "undo", judgement))
    said["judgements after"] = told(desk, "judgements after", "match", "list")
    said["pairs after"] = told(desk, "pairs after", "cross-border")
    return said


def _named(desk: Desk, report: dict[str, Any]) -> tuple[Any, ...]:
    """Return a report in which files have no folder."""
    return (json.dumps(report).replace(str(desk.files), ""),)


def differences(one: Told, other: Told) -> list[str]:
    """Return what two worlds told their viewers differently."""
    return sorted(name for name in {*one, *other} if one.get(name) != other.get(name))


def told_by(seed: int, loads: Sequence[Load], *, scan: bool = False) -> Told:
    """Return what a world of some files tells its viewers."""
    # Mapping files are read once: they are data, and reading them is most of a small import.
    with patch.object(app.use_cases.importing, "load_mapping", _MAPPINGS):
        desk = settled(loads)
        said = everything_told(desk, later_file(seed), scan=scan)
    shutil.rmtree(desk.files, ignore_errors=True)
    return said


def compared(seed: int, facts: Sequence[int] = ()) -> list[str]:
    """Return what hidden facts, one at a time, changed for anybody; an empty list is right."""
    loads, wrong = partnership(seed), []
    plain = told_by(seed, loads, scan=seed % 5 == 0)
    for number in facts or [seed]:
        other = told_by(seed, with_fact(loads, fact(number)), scan=seed % 5 == 0)
        wrong += [f"partnership {seed}, fact {number}: {name}" for name in differences(plain, other)]
    return wrong


def compared_twice(seed: int) -> list[str]:
    """Return what each of two hidden facts changed for anybody in a partnership."""
    return compared(seed, [2 * seed, 2 * seed + 1])
