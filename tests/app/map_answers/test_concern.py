"""Locations of concern are places in order, with what is recorded there; closed ones are never among them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from app.use_cases.asking import Question
from app.use_cases.map_answers.concern import locations_of_concern
from graph.errors import NotPermittedError
from tests.app.desk import CHILD, COUNCIL, POLICE, Desk, concern, person
from tests.app.map_answers.town import (
    HOME,
    ONLINE,
    PARK,
    QUIET,
    SHELTER,
    SHOP,
    crime,
    filled,
    log,
    place,
    places_town,
)

FORM = Path(__file__).parents[3] / "docs" / "schemas" / "concern.json"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """Return a desk in the town of places."""
    return places_town(tmp_path)


def _asked(desk: Desk, question: Question | None = None) -> dict[str, Any]:
    found = locations_of_concern(desk.workspace(), question or Question()).body
    jsonschema.Draft202012Validator(json.loads(FORM.read_text("utf-8"))).validate(found)
    return found


def _row(desk: Desk, name: str, question: Question | None = None) -> dict[str, Any]:
    return next(row for row in _asked(desk, question)["rows"] if row["id"] == place(name))


def test_places_are_in_order_of_their_young_people_and_then_of_the_latest_day(desk: Desk) -> None:
    told = _asked(desk)
    assert [row["id"] for row in told["rows"]] == [place(name) for name in (PARK, SHOP, QUIET, ONLINE)]
    assert [row["children"] for row in told["rows"]] == [3, 1, 0, 0]
    assert told["sentence"].startswith("4 locations of concern, 2 of them with young people; places")


def test_homes_placements_and_protected_places_are_never_of_concern(desk: Desk) -> None:
    shut = {place(HOME), place(SHELTER)}
    assert shut.isdisjoint(row["id"] for row in _asked(desk)["rows"])
    # What lies at the very point of one is not shown either, whatever it is said to be.
    desk.load("locations_of_concern", [concern("L9", -2.66, 53.2, POLICE, name="Elm Kiosk", sort="shop")])
    assert place("L9") not in {row["id"] for row in _asked(desk)["rows"]}


def test_a_place_that_was_protected_only_later_is_closed_in_an_answer_about_the_past(desk: Desk) -> None:
    before = Question(known_on=desk.workspace().context.day)
    assert place(PARK) in {row["id"] for row in _asked(desk, before)["rows"]}
    desk.pass_days(2)
    desk.load("locations_of_concern", [concern(PARK, -2.65, 53.2, POLICE, protected="yes")])
    for question in (Question(), before):
        assert place(PARK) not in {row["id"] for row in _asked(desk, question)["rows"]}


def test_a_named_place_tells_who_named_it_and_when_it_was_confirmed(desk: Desk) -> None:
    park = _row(desk, PARK)
    assert (park["label"], park["declared"], park["concern"]) == ("Elm Park", True, "meeting place")
    assert (park["last_confirmed"], park["agencies"]) == ("2025-05-01", [POLICE])
    assert (park["lon"], park["lat"]) == (-2.65, 53.2)
    assert park["areas"] == [{"code": "E06000090", "name": "Ashby", "kind": "lad"}]


def test_a_place_where_a_young_person_was_harmed_is_of_concern_though_nobody_named_it(desk: Desk) -> None:
    shop = _row(desk, SHOP)
    assert (shop["declared"], shop["concern"], shop["children"], shop["harmed"]) == (False, None, 1, 1)


def test_a_place_that_an_adult_frequents_is_of_concern_only_where_it_was_named(desk: Desk) -> None:
    assert _row(desk, QUIET)["people"] == 1
    desk.load("locations_of_concern", [concern("L7", -2.63, 53.21, POLICE, sort="shop", concern="")])
    desk.load("intelligence", [log(9, "P2", "FREQUENTS", "L7")])
    assert place("L7") not in {row["id"] for row in _asked(desk)["rows"]}


def test_a_place_without_a_position_is_listed_and_its_name_is_no_address(desk: Desk) -> None:
    online, estate = _row(desk, ONLINE), _row(desk, QUIET)
    assert (online["lon"], online["lat"], online["areas"]) == (None, None, [])
    assert (online["label"], estate["label"]) == ("", "")


def test_who_is_under_25_and_recorded_as_harmed_counts_as_a_young_person(desk: Desk) -> None:
    # P0 frequents it; P1, a child, was arrested there; P4 is 20 and a victim, P3 is 20; P5 a witness.
    park = _row(desk, PARK)
    assert (park["children"], park["people"], park["harmed"]) == (3, 5, 0)


def test_days_and_hours_are_those_of_events_in_london(desk: Desk) -> None:
    park = _row(desk, PARK)
    assert park["by_weekday"] == [0, 0, 0, 1, 0, 1, 0] and park["events"] == 2
    assert [hour for hour, n in enumerate(park["by_hour"]) if n] == [19]
    assert (park["undated"], park["without_hour"]) == (0, 1)
    assert (park["first_day"], park["last_day"]) == ("2025-04-01", max("2025-04-05", park["last_day"]))


def test_events_that_say_where_somebody_is_helped_are_not_counted(desk: Desk) -> None:
    assert _row(desk, SHOP)["events"] == 0


def test_of_a_protected_source_only_the_month_is_told_to_others(desk: Desk) -> None:
    desk.load("locations_of_concern", [concern("L8", -2.62, 53.22, COUNCIL, sort="park")])
    desk.load("people", [person("K1", COUNCIL, date_of_birth=CHILD)])
    said = {"basis": "child_said", "location_ref": "L8", "from": "2025-02-07", "to": "2025-02-08"}
    episode = {"episode_ref": "M1", "person_ref": "K1", "missing_from": "home", "found_location_ref": "L8"}
    row = {**filled([concern("", 0, 0, COUNCIL)])[0], **said, **episode}
    kept = {k: v for k, v in row.items() if k not in ("lon", "lat", "sort", "concern", "location_ref")}
    desk.load("missing_episodes", [kept])
    own = next(r for r in _asked(desk)["rows"] if r["id"] == place("L8", COUNCIL))
    assert (own["first_day"], own["children"], sum(own["by_weekday"])) == ("2025-02-07", 1, 0)
    assert own["agencies"] == [COUNCIL]
    desk.sit(POLICE)
    other = next(r for r in _asked(desk)["rows"] if r["id"] == place("L8", COUNCIL))
    assert (other["first_day"], other["last_day"], other["undated"]) == ("2025-02", "2025-02", 1)
    assert other["agencies"] == [COUNCIL, "withheld"]


def test_the_window_chooses_what_is_said_and_a_name_without_days_holds_in_each(desk: Desk) -> None:
    from datetime import date

    none = _asked(desk, Question(window=(date(2024, 1, 1), date(2024, 2, 1))))
    assert {row["id"] for row in none["rows"]} == {place(PARK), place(QUIET), place(ONLINE)}
    assert {(row["children"], row["events"], row["last_day"]) for row in none["rows"]} == {(0, 0, None)}
    april = _row(desk, PARK, Question(window=(date(2025, 4, 5), date(2025, 4, 30))))
    assert april["events"] == 1


def test_disputed_claims_count_only_where_they_are_asked_for(desk: Desk) -> None:
    desk.load("intelligence", [log(20, "P3", "HARMED_AT", QUIET, status="disputed")])
    assert (_row(desk, QUIET)["harmed"], _row(desk, QUIET)["disputed"]) == (0, False)
    doubted = _row(desk, QUIET, Question(doubtful=True))
    assert (doubted["harmed"], doubted["disputed"]) == (1, True)


def test_of_whom_a_harm_in_the_family_is_feared_nothing_is_told(desk: Desk) -> None:
    before = _row(desk, SHOP)["children"]
    shielded = person("P1", POLICE, date_of_birth=CHILD, role="victim", harm="fgm_hbv")
    desk.load("people", [shielded])
    assert before == 1 and place(SHOP) not in {row["id"] for row in _asked(desk)["rows"]}


def test_an_operational_group_opens_it_and_an_auditor_does_not(desk: Desk) -> None:
    desk.sit(COUNCIL, ["op_group"])
    assert _asked(desk)["rows"]
    event = desk.events()[-1]
    assert (event["action"], event["kind"]) == ("hotspots", "consultation")
    assert place(PARK) in event["subjects"] and event["detail"]["of"] == "locations of concern"
    desk.sit(COUNCIL, ["ig_auditor"])
    with pytest.raises(NotPermittedError):
        locations_of_concern(desk.workspace(), Question())


def test_a_sealed_claim_is_a_pointer_and_a_hidden_one_is_nothing(desk: Desk) -> None:
    before = _asked(desk)
    desk.load("intelligence", [log(30, "P0", "HARMED_AT", QUIET, tier="hidden")])
    assert _asked(desk) == before
    desk.load("intelligence", [log(31, "P0", "HARMED_AT", QUIET, tier="sealed")])
    sealed = _asked(desk)
    assert {row["contact"] for row in sealed["restricted"]} == {POLICE}
    assert sealed["rows"] == before["rows"]


def test_no_place_is_said_so(tmp_path: Path) -> None:
    empty = Desk(tmp_path / "empty")
    empty.run("redraw")
    assert _asked(empty)["sentence"] == "no location of concern is on record that you may see"


def test_an_event_over_several_days_has_no_day_of_the_week(desk: Desk) -> None:
    desk.load(
        "recorded_crime", [{**crime("C9", "2025-04-07", PARK, -2.65, 53.2), "occurred_to": "2025-04-09"}]
    )
    assert (_row(desk, PARK)["events"], _row(desk, PARK)["undated"]) == (3, 1)
