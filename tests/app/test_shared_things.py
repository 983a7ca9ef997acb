"""What two areas share is named as an explorer would show it, and closed places are not among it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from app.use_cases.shared_things import shared_things
from graph.errors import EntityNotFoundError, NotPermittedError
from tests.app.desk import CHILD, COUNCIL, POLICE, Desk, person
from tests.app.map_answers.town import HOME, PARK, QUIET, log, place, places_town

FORM = Path(__file__).parents[2] / "docs" / "schemas" / "shared-things.json"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """Return a desk where people of two areas frequent some places."""
    made = places_town(tmp_path)
    said = [log(n, "P1", "FREQUENTS", where) for n, where in enumerate((PARK, HOME, QUIET), 50)]
    made.load("intelligence", said)
    return made


def _told(desk: Desk, **more: Any) -> dict[str, Any]:
    row = desk.ask("cross-border")["rows"][0]["id"]
    found = shared_things(desk.workspace(), row, **more).body
    jsonschema.Draft202012Validator(json.loads(FORM.read_text("utf-8"))).validate(found)
    return found


def test_a_place_that_people_of_both_areas_frequent_is_shared(desk: Desk) -> None:
    told = _told(desk)
    assert [area["name"] for area in told["areas"]] == ["Ashby", "Bramwell"]
    park, estate = told["rows"]
    # P0 and P2 live in Ashby, P1 in Bramwell.
    assert (park["id"], park["label"], park["people_a"], park["people_b"]) == (place(PARK), "Elm Park", 2, 1)
    assert (estate["id"], estate["label"], estate["people_a"]) == (place(QUIET), "", 1)
    assert park["says"] == ["FREQUENTS"] and told["sentence"].startswith("2 things that people of both")


def test_a_placement_is_not_shared_though_both_are_there(desk: Desk) -> None:
    assert place(HOME) not in {row["id"] for row in _told(desk)["rows"]}


def test_of_whom_a_harm_in_the_family_is_feared_nothing_is_told(desk: Desk) -> None:
    desk.load("people", [person("P1", POLICE, date_of_birth=CHILD, home_area="E06000091", role="victim",
                                harm="fgm_hbv")])  # fmt: skip
    told = _told(desk)
    assert told["rows"] == [] and told["sentence"].startswith("nothing is recorded")


def test_a_hidden_link_shares_nothing(desk: Desk) -> None:
    before = _told(desk)["rows"]
    desk.load("intelligence", [log(60, "P2", "FREQUENTS", "L2", tier="hidden")])
    assert _told(desk)["rows"] == before


def test_it_needs_the_right_and_a_pair_of_areas(desk: Desk) -> None:
    row = desk.ask("cross-border")["rows"][0]["id"]
    for wrong in ("00000000-1", row.partition("-")[0] + "-99"):
        with pytest.raises(EntityNotFoundError):
            shared_things(desk.workspace(), wrong)
    desk.sit(COUNCIL, ["op_group"])
    with pytest.raises(NotPermittedError):
        shared_things(desk.workspace(), row)
