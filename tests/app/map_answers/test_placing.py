"""Where a chart is: its places and events as far as a map may show them, and the rest counted."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from app.use_cases.asking import Question
from app.use_cases.map_answers.placing import places_of
from graph.errors import EntityNotFoundError, ModelError, NotPermittedError
from tests.app.desk import CHILD, COUNCIL, POLICE, Desk, person
from tests.app.map_answers.town import (
    HOME,
    ONLINE,
    PARK,
    QUIET,
    SHELTER,
    SHOP,
    log,
    place,
    places_town,
    somebody,
)

FORM = Path(__file__).parents[3] / "docs" / "schemas" / "places.json"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """Return a desk in the town of places."""
    return places_town(tmp_path)


def _asked(desk: Desk, *entities: str, question: Question | None = None) -> dict[str, Any]:
    found = places_of(desk.workspace(), entities, question or Question()).body
    jsonschema.Draft202012Validator(json.loads(FORM.read_text("utf-8"))).validate(found)
    return found


def _ids(told: dict[str, Any], kind: str = "Location") -> set[str]:
    return {row["id"] for row in told["rows"] if row["kind"] == kind}


def test_places_of_people_are_those_that_visible_links_name(desk: Desk) -> None:
    told = _asked(desk, somebody("P0"), somebody("P2"))
    park = next(row for row in told["rows"] if row["id"] == place(PARK))
    assert park["of"] == sorted([somebody("P0"), somebody("P2")])
    assert (park["label"], park["sort"], park["lon"], park["lat"]) == ("Elm Park", "park", -2.65, 53.2)
    assert _ids(told) == {place(PARK), place(QUIET)}


def test_closed_places_are_counted_and_never_placed(desk: Desk) -> None:
    told = _asked(desk, somebody("P0"))
    assert told["not_placed"] == {"entities": 0, "private": 2, "without_position": 0}
    asked_itself = _asked(desk, place(HOME), place(SHELTER), place(PARK))
    assert _ids(asked_itself) == {place(PARK)}
    assert asked_itself["not_placed"] == {"entities": 2, "private": 2, "without_position": 0}


def test_an_event_lies_where_it_occurred_and_a_private_one_nowhere(desk: Desk) -> None:
    told = _asked(desk, somebody("P4"))
    (event,) = (row for row in told["rows"] if row["kind"] == "Event")
    assert (event["sort"], event["label"], event["lon"], event["of"]) == (
        "crime",
        "",
        -2.65,
        [somebody("P4")],
    )
    of_shop = _asked(desk, place(SHOP))
    assert _ids(of_shop) == {place(SHOP)} and _ids(of_shop, "Event") == set()
    assert of_shop["not_placed"]["private"] == 1
    # A place that is asked for tells of the events there, each in a row of its own.
    assert len(_ids(_asked(desk, place(PARK)), "Event")) == 2


def test_what_has_no_position_is_counted(desk: Desk) -> None:
    told = _asked(desk, place(ONLINE), somebody("P5"))
    assert told["not_placed"] == {"entities": 1, "private": 0, "without_position": 1}
    assert told["sentence"] == "1 place of 2 entities; 1 of them has none that is shown"


def test_the_window_leaves_out_links_and_moves_no_place(desk: Desk) -> None:
    from datetime import date

    early = Question(window=(date(2024, 1, 1), date(2024, 2, 1)))
    assert _asked(desk, somebody("P0"), question=early)["rows"] == []
    assert _ids(_asked(desk, place(PARK), question=early)) == {place(PARK)}


def test_an_id_of_nothing_is_listed_and_only_such_ids_are_an_error(desk: Desk) -> None:
    assert _asked(desk, place(PARK), "0" * 13)["not_found"] == ["0" * 13]
    with pytest.raises(EntityNotFoundError):
        _asked(desk, "0" * 13)
    for wrong in ((), ("0" * 13,) * 2_001):
        with pytest.raises(ModelError, match="ids: 1 to 2,000"):
            _asked(desk, *wrong)


def test_of_whom_a_harm_in_the_family_is_feared_no_place_is_shown(desk: Desk) -> None:
    assert _ids(_asked(desk, somebody("P1"))) == {place(SHOP)}
    desk.load("people", [person("P1", POLICE, date_of_birth=CHILD, role="victim", harm="fgm_hbv")])
    told = _asked(desk, somebody("P1"))
    assert told["rows"] == [] and told["not_placed"]["entities"] == 1


def test_a_hidden_link_places_nobody_and_is_not_counted(desk: Desk) -> None:
    before = _asked(desk, somebody("P5"), somebody("P3"))
    desk.load("intelligence", [log(40, "P5", "FREQUENTS", QUIET, tier="hidden")])
    assert _asked(desk, somebody("P5"), somebody("P3")) == before


def test_it_needs_the_right_to_explore_and_is_on_the_log(desk: Desk) -> None:
    _asked(desk, somebody("P0"))
    event = desk.events()[-1]
    assert (event["action"], event["kind"]) == ("explore", "consultation")
    assert {somebody("P0"), place(PARK)} <= set(event["subjects"])
    desk.sit(COUNCIL, ["op_group"])
    with pytest.raises(NotPermittedError):
        _asked(desk, somebody("P0"))
