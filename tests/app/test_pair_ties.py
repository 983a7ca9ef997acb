"""Ties pair by pair say who with whom, by which agencies and when it was last confirmed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from app.use_cases.asking import Question
from app.use_cases.pair_ties import ties_of_cluster, ties_of_group
from graph.errors import EntityNotFoundError, NotPermittedError
from graph.model.entities import write_id
from tests.app.briefs import MEMBERS, briefed, friends, ref, row_of, together
from tests.app.desk import COUNCIL, POLICE, Desk, tie

FORM = Path(__file__).parents[2] / "docs" / "schemas" / "ties.json"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """Return a desk where four friends are known."""
    return briefed(tmp_path)


def _told(desk: Desk, row: str = "", **more: Any) -> dict[str, Any]:
    row = row or row_of(desk, [ref(name) for name in MEMBERS])
    found = ties_of_cluster(desk.workspace(), row, **more).body
    jsonschema.Draft202012Validator(json.loads(FORM.read_text("utf-8"))).validate(found)
    return found


def _pair(told: dict[str, Any], *names: str) -> dict[str, Any]:
    wanted = {write_id(ref(name)) for name in names}
    return next(row for row in told["rows"] if {row["a"]["id"], row["b"]["id"]} == wanted)


def test_each_pair_is_told_in_words(desk: Desk) -> None:
    told = _told(desk)
    assert len(told["rows"]) == 6 and told["sentence"] == "6 ties between 4 people"
    row = _pair(told, "P0", "P1")
    assert row["sentence"] == "A.A. and B.B.: friends; 1 claim by Ashby Council; last confirmed 2025-04-01"
    (stated,) = row["stated"]
    assert (stated["says"], stated["claims"], stated["agencies"]) == ("FRIEND_OF", 1, [COUNCIL])
    assert [r["a"]["shown_as"] for r in told["rows"]] == sorted(r["a"]["shown_as"] for r in told["rows"])


def test_names_are_by_right(desk: Desk) -> None:
    assert _pair(_told(desk, names=True), "P0", "P1")["sentence"].startswith("Amy Ash and Bo Birch: friends;")
    row = row_of(desk, [ref(name) for name in MEMBERS])
    desk.sit(COUNCIL, ["op_group"])
    with pytest.raises(NotPermittedError):
        ties_of_cluster(desk.workspace(), row)


def test_co_presence_is_counted_apart_from_what_was_stated(desk: Desk) -> None:
    rows = [*together(["P0", "P1"], "E1", "2025-03-05"), *together(["P0", "P1"], "E2", "2025-03-09")]
    desk.load("associations", [*rows, *together(["P2", "P3"], "E3", "2025-03-10")])
    told = _told(desk)
    row = _pair(told, "P0", "P1")
    assert (row["events"], row["claims"], len(row["stated"])) == (2, 5, 1)
    assert "friends, co-presence at 2 events" in row["sentence"]


def test_a_protected_source_is_withheld_from_other_agencies(desk: Desk) -> None:
    desk.load("associations", [tie("P0", "P1", kind="ASSOCIATE_OF", date="2025-05-07", basis="child_said")])
    row = row_of(desk, [ref(name) for name in MEMBERS])
    assert _pair(_told(desk, row), "P0", "P1")["agencies"] == [COUNCIL]
    desk.sit(POLICE)
    row = row_of(desk, [ref(name) for name in MEMBERS])
    told = _pair(_told(desk, row), "P0", "P1")
    assert told["agencies"] == [COUNCIL, "withheld"] and "a source withheld" in told["sentence"]
    said = next(one for one in told["stated"] if one["says"] == "ASSOCIATE_OF")
    assert (said["from"], said["agencies"]) == ("2025-05", ["withheld"])


def test_a_disputed_tie_is_said_to_be_so_where_it_counts(desk: Desk) -> None:
    desk.load("associations", friends(("P0", "P1"), kind="ASSOCIATE_OF", status="disputed"))
    members = [ref(name) for name in MEMBERS]
    assert not _pair(_told(desk, row_of(desk, members)), "P0", "P1")["disputed"]
    doubted = _told(desk, row_of(desk, members, Question(doubtful=True)))
    assert _pair(doubted, "P0", "P1")["sentence"].endswith("; disputed")


def test_a_peer_group_tells_its_ties_alike(desk: Desk) -> None:
    row = row_of(desk, [ref(name) for name in MEMBERS])
    done = desk.run("groups", "confirm", row, "--purpose", "support", "--review", "2025-12-01")
    group = done.out.split()[1].rstrip(":")
    found = ties_of_group(desk.workspace(), group, Question()).body
    assert found["rows"] == _told(desk, row)["rows"] and found["id"] == group
    assert desk.events()[-2]["action"] == "groups"


def test_an_id_of_nothing_and_a_row_of_another_measure_are_not_found(desk: Desk) -> None:
    pair = desk.ask("cross-border")["rows"]
    for row in ["00000000-1", *(one["id"] for one in pair[:1])]:
        with pytest.raises(EntityNotFoundError):
            ties_of_cluster(desk.workspace(), row)
    with pytest.raises(EntityNotFoundError):
        ties_of_group(desk.workspace(), "0" * 13, Question())


def test_a_hidden_tie_changes_nothing(desk: Desk) -> None:
    before = _told(desk)
    desk.load("associations", [tie("P0", "P1", kind="FAMILY_OF", date="2025-05-07", tier="hidden")])
    assert _told(desk) == before
