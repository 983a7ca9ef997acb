"""Flows on the map are the cross-border measure's own counts, with a point inside each area."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from app.use_cases.asking import Question
from app.use_cases.cross_border import find_cross_border
from app.use_cases.flows import find_flows
from graph.errors import NotPermittedError, OutsideAreaError
from tests.acceptance.worlds import partnership, settled
from tests.app.desk import COUNCIL, Desk
from tests.app.map_answers.town import crime, involved, places_town

FORM = Path(__file__).parents[2] / "docs" / "schemas" / "flows.json"


def _flows(desk: Desk, question: Question | None = None, **more: Any) -> dict[str, Any]:
    found = find_flows(desk.workspace(), question or Question(), **more).body
    jsonschema.Draft202012Validator(json.loads(FORM.read_text("utf-8"))).validate(found)
    return found


@pytest.mark.parametrize("seed", range(3))
def test_flows_are_those_of_the_cross_border_answer(seed: int) -> None:
    desk = settled(partnership(seed))
    desk.sit(COUNCIL)
    for question in (Question(), Question(doubtful=True)):
        pairs = find_cross_border(desk.workspace(), question).body
        rows = _flows(desk, question)["rows"]
        told = [{"from": r["from"]["code"], "to": r["to"]["code"], "count": r["people"]} for r in rows]
        assert told == pairs["home_by_seen"]["flows"] and told
        of = {row["id"]: {row["area_a"], row["area_b"]} for row in pairs["rows"]}
        known = [r for r in rows if "unknown" not in (r["from"]["code"], r["to"]["code"])]
        assert [of[r["pair"]] for r in known] == [{r["from"]["code"], r["to"]["code"]} for r in known]
        assert known and {r["pair"] for r in rows if r not in known} <= {None}


def test_a_flow_joins_points_inside_its_areas(tmp_path: Path) -> None:
    # P2 lives in Ashby; who lives in Bramwell was arrested in Ashby, and harmed at home.
    (row,) = (
        r
        for r in _flows(places_town(tmp_path))["rows"]
        if "unknown" not in (r["from"]["code"], r["to"]["code"])
    )
    assert (row["from"]["name"], row["to"]["name"]) == ("Bramwell", "Ashby")
    assert (row["people"], row["incidents"]) == (1, 1)
    assert -2.6 < row["from"]["lon"] < -2.5 and -2.7 < row["to"]["lon"] < -2.6
    assert 53.1 < row["from"]["lat"] < 53.25


def test_an_incident_of_two_people_is_counted_once(tmp_path: Path) -> None:
    desk = places_town(tmp_path)
    desk.load("recorded_crime", [crime("C7", "2025-04-09", "L1", -2.65, 53.2)])
    desk.load(
        "recorded_crime",
        [involved("C7", "P1", at="2025-04-09"), involved("C7", "P1", "victim", "2025-04-09")],
    )
    (row,) = (r for r in _flows(desk)["rows"] if r["from"]["name"] == "Bramwell" and r["to"]["name"])
    assert (row["people"], row["incidents"]) == (1, 2)


def test_it_needs_areas_and_the_right_to_look_across_borders(tmp_path: Path) -> None:
    desk = places_town(tmp_path)
    with pytest.raises(OutsideAreaError, match="no ward areas are loaded"):
        find_flows(Desk(tmp_path / "empty").workspace(), Question(), kind="ward")
    desk.sit(COUNCIL, ["op_group"])
    with pytest.raises(NotPermittedError):
        _flows(desk)


def test_a_pair_of_a_flow_can_be_asked_about(tmp_path: Path) -> None:
    desk = places_town(tmp_path)
    (pair,) = {row["pair"] for row in _flows(desk)["rows"]} - {None}
    assert desk.ask("cross-border", "--why", pair)["claims"] > 0
