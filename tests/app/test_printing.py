"""What came from a file steers neither a spreadsheet nor a terminal, and breaks no table."""

from __future__ import annotations

import csv
import io
import json
import random
import unicodedata
from pathlib import Path

import pytest

from app.printing import csv_text, json_text, write_file
from tests.app.desk import CHILD, Desk, person, tie

LEADS = [
    "=",
    "+",
    "-",
    "@",
    "\t",
    "\r",
    "\n",
    "\v",
    "\f",
    "|",
    "%",
    "\uff1d",
    "\uff0b",
    "\uff0d",
    "\uff20",
    '"',
    "'",
    ",",
    ";",
    " ",
    "\u00a0",
    "\ufeff",
]
BODIES = [
    "1+1",
    "cmd|' /C calc'!A0",
    "SUM(A1:A9)",
    'HYPERLINK("http://x.invalid","y")',
    "WEBSERVICE(A1)",
    "\x1b[2J\x1b]0;x\x07",
    "\x1b[31mred",
    "\u202ereversed",
    "\u0000",
    "\u0007\u0008",
    "a\u200bb",
    "a\r\n=1+1",
    "O'Neill",
    "Zoë",
    "\x9b31m",
    "\x7f",
]
ACTIVE = tuple("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")


def hostile(count: int, seed: int) -> list[str]:
    """Return texts that try to be formulas or to steer a terminal."""
    dice = random.Random(seed)
    plain = [f"{lead}{body}" for lead in LEADS for body in BODIES]
    mixed = ["".join(dice.choices([*LEADS, *BODIES, "x", "7"], k=dice.randrange(1, 6))) for _ in range(count)]
    return dice.sample(plain + mixed, count)


def _is_active(cell: str) -> bool:
    """Whether a spreadsheet would run a cell: it strips blanks and control characters before it looks."""
    bare = cell.lstrip("".join(c for c in cell if c.isspace() or unicodedata.category(c)[0] == "C"))
    return bool(cell) and (cell.startswith(ACTIVE) or bare.startswith(ACTIVE))


def test_no_cell_of_a_csv_is_a_formula() -> None:
    texts = hostile(1_000, 1)
    rows = [{"name": text, "list": [text, "b"], "nested": {"id": "x1", "shown_as": text}} for text in texts]
    found = list(csv.reader(io.StringIO(csv_text(rows, ["name", "list", "nested"]), newline="")))
    assert len(found) == len(rows) + 1
    assert not [cell for row in found for cell in row if _is_active(cell)]


def test_numbers_stay_numbers_and_nothing_stays_empty() -> None:
    text = csv_text([{"a": -3, "b": -0.5, "c": None, "d": True, "e": []}], ["a", "b", "c", "d", "e"])
    assert text == "a,b,c,d,e\r\n-3,-0.5,,True,\r\n"


def test_names_from_a_file_reach_csv_json_and_screen_harmless(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    names = [name.replace("\0", "") for name in hostile(200, 2)]
    people = [f"P{n}" for n in range(len(names))]
    report = desk.load(
        "people",
        [person(ref, given_name=name, date_of_birth=CHILD) for ref, name in zip(people, names, strict=True)],
    )
    assert report["totals"]["accepted"] == 200
    fives = [people[n : n + 5] for n in range(0, 200, 5)]
    desk.load(
        "associations", [tie(a, b, date="2025-05-01") for five in fives for a in five for b in five if a < b]
    )
    table = tmp_path / "names.csv"
    ran = desk.run("clusters", "--names", "--resolution", 0.5, "--csv", table, "--json")
    assert ran.code == 0
    shown = [who["shown_as"] for row in ran.json["rows"] for who in row["members"]]
    assert len(shown) == 200 and sum(bool(name) for name in shown) > 150
    cells = [cell for row in csv.reader(io.StringIO(table.read_text("utf-8"), newline="")) for cell in row]
    assert not [cell for cell in cells if _is_active(cell)]
    screen = desk.run("clusters", "--names", "--resolution", 0.5).out
    assert not {c for c in screen if unicodedata.category(c) in ("Cc", "Cf", "Cs", "Co")} - {"\n"}
    assert len({name for name in shown if name.strip()}) > 100
    assert "\x1b" not in ran.out and "\x9b" not in ran.out


def test_initials_are_harmless_too(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    people = [f"P{n}" for n in range(10)]
    names = ["=1 +2", "@a", "\u202eb c", "+x", "-y", "\x1b[0m z", "%q", "=", "\x07", "|p"]
    desk.load("people", [person(r, given_name=n) for r, n in zip(people, names, strict=True)])
    fives = [people[:5], people[5:]]
    desk.load(
        "associations", [tie(a, b, date="2025-05-01") for five in fives for a in five for b in five if a < b]
    )
    table = tmp_path / "initials.csv"
    assert desk.run("clusters", "--resolution", 0.5, "--csv", table).code == 0
    cells = [cell for row in csv.reader(io.StringIO(table.read_text("utf-8"), newline="")) for cell in row]
    assert len(cells) > 7 and not [cell for cell in cells if _is_active(cell)]


def test_words_of_a_record_reach_the_screen_harmless(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.load(
        "people",
        [person("P1", given_name="Amy", origin_reference="\x1b[2Jgone", origin_agency="A\x1b]0;t\x07")],
    )
    who = desk.run("clusters", "--json").json
    assert who["rows"] == []
    run = desk.workspace()
    with run.view("why", _store(desk)) as view:
        entity = int(view.store.entities(view.scope, "Person")[0])
    from graph.model.entities import write_id

    ran = desk.run("clusters", "--why", write_id(entity))
    assert ran.code == 0 and "\x1b" not in ran.out and "\x07" not in ran.out and "A\ufffd]0;t" in ran.out


def _store(desk: Desk):  # type: ignore[no-untyped-def]  # the store's own type says nothing here
    from app.use_cases.drawing import current_store

    return current_store(desk.workspace())


def test_a_file_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    write_file(path, "old")
    with pytest.raises(UnicodeEncodeError):
        write_file(path, "new\ud800")
    assert path.read_text() == "old" and [p.name for p in tmp_path.iterdir()] == ["a.csv"]
    write_file(path, b"new")
    assert path.read_bytes() == b"new" and [p.name for p in tmp_path.iterdir()] == ["a.csv"]
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "kept").write_bytes(b"")
    with pytest.raises(OSError):
        write_file(tmp_path / "full", "new")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.csv", "full"]


def test_json_holds_no_number_that_json_has_not() -> None:
    assert json.loads(json_text({"é": [1, None, "\x1b"]})) == {"é": [1, None, "\x1b"]}
    assert "\x1b" not in json_text({"a": "\x1b"})
    for number in (float("nan"), float("inf")):
        with pytest.raises(ValueError):
            json_text({"a": number})
