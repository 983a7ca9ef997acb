"""Who is one person: an identifier that two records state says so, and a person can undo it."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest

from tests.app.desk import ADULT, CHILD, COUNCIL, POLICE, Desk, person, pupil_number, tie


def _judgements(desk: Desk) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = desk.ask("match", "list")["rows"]
    return rows


def _people(desk: Desk) -> int:
    return int(desk.ask("clusters")["sentence"].split("; ")[1].split(" ")[0])


def test_one_pupil_number_from_two_agencies_makes_one_person_until_it_is_undone(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    number = {"upn": pupil_number(1)}
    desk.load("people", [person("P1", given_name="Amy", **number), person("P2")])
    desk.load("people", [person("Q1", POLICE, given_name="Amelia", **number)])
    desk.load("associations", [tie("P1", "P2"), tie("Q1", "Q2", POLICE)])
    (row,) = _judgements(desk)
    assert (row["basis"], row["state"]) == ("same upn", "holds") and _people(desk) == 3
    whole = desk.ask("clusters", "--why", row["a"])
    assert whole["rows"] == desk.ask("clusters", "--why", row["b"])["rows"]
    assert len([c for c in whole["rows"] if c["predicate"] == "FRIEND_OF"]) == 2 and whole["agencies"] == 2
    assert desk.run("match", "undo", row["id"])[:2] == (0, "undone\n")
    assert [r["state"] for r in _judgements(desk)] == ["undone"] and _people(desk) == 4
    parts = [desk.ask("clusters", "--why", row[end])["rows"] for end in ("a", "b")]
    assert [len([c for c in part if c["predicate"] == "FRIEND_OF"]) for part in parts] == [1, 1]
    assert sorted(c["claim"] for part in parts for c in part) == sorted(c["claim"] for c in whole["rows"])


def test_what_was_undone_is_not_found_again_by_a_later_file(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    number = {"upn": pupil_number(1)}
    desk.load("people", [person("P1", **number), person("Q1", POLICE, **number)])
    (row,) = _judgements(desk)
    assert desk.run("match", "undo", row["id"]).code == 0
    desk.load("people", [person("P1", given_name="Amy", **number)])
    assert [r["state"] for r in _judgements(desk)] == ["undone"] and _people(desk) == 2
    assert desk.run("match", "undo", "0000000000000").code == 2


def test_a_person_of_three_records_comes_apart_where_it_is_undone(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    one, two = {"upn": pupil_number(1)}, {"nhs_number": "9434765919"}
    desk.load(
        "people",
        [person("P1", **one), person("Q1", POLICE, **one, **two), person("R1", "Corley Council", **two)],
    )
    rows = _judgements(desk)
    assert sorted(row["basis"] for row in rows) == ["same nhs_number", "same upn"] and _people(desk) == 1
    assert desk.run("match", "undo", next(r["id"] for r in rows if r["basis"] == "same upn")).code == 0
    assert _people(desk) == 2


@pytest.mark.parametrize("seed", range(3))
def test_the_same_name_and_birth_date_never_join_two_people(tmp_path: Path, seed: int) -> None:
    dice = random.Random(seed)
    desk = Desk(tmp_path)
    same = {
        "given_name": "Amy",
        "family_name": "Ash",
        "date_of_birth": CHILD,
        "sex": "F",
        "home_area": "E06000090",
    }
    rows = [
        {**person(f"{n}", dice.choice([COUNCIL, POLICE])), **same, "also_known_as": "Ames"}
        for n in range(200)
    ]
    desk.load("people", rows)
    assert _judgements(desk) == [] and _people(desk) == 200


@pytest.mark.parametrize(
    "doubt",
    [{"status": "disputed"}, {"status": "withdrawn"}, {"source_grade": "3", "information_grade": "E"}],
)
def test_a_doubted_identifier_joins_nobody(tmp_path: Path, doubt: dict[str, str]) -> None:
    desk = Desk(tmp_path)
    number = {"upn": pupil_number(1)}
    desk.load("people", [person("P1", **number), {**person("Q1", POLICE, **number), **doubt}])
    assert _judgements(desk) == []


def test_a_wrong_identifier_is_a_rejected_row_and_joins_nobody(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    wrong = pupil_number(1)[:-1] + str((int(pupil_number(1)[-1]) + 1) % 10)
    report = desk.load("people", [person("P1", upn=wrong), person("P2", upn=wrong)])
    assert report["totals"]["rejected"] == 2 and {r["column"] for r in report["rejections"]} == {"upn"}
    assert wrong not in str(report["rejections"]) and _judgements(desk) == []


def test_an_identifier_that_is_corrected_parts_the_two(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.load(
        "people",
        [person("P1", upn=pupil_number(1)), person("Q1", POLICE, upn=pupil_number(1), date_of_birth=ADULT)],
    )
    assert _people(desk) == 1
    desk.load("people", [person("Q1", POLICE, upn=pupil_number(2), date_of_birth=ADULT)])
    assert _people(desk) == 2 and _judgements(desk) == []
