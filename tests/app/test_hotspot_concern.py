"""Where no cell stands out, the places that practitioners named are listed instead, and no closed one."""

from __future__ import annotations

from pathlib import Path

from tests.app.desk import POLICE, concern
from tests.app.map_answers.town import PARK, QUIET, place, places_town


def test_the_places_that_somebody_named_are_listed_with_what_for(tmp_path: Path) -> None:
    desk = places_town(tmp_path)
    rows = desk.ask("hotspots", "--type", "none")["locations_of_concern"]
    assert [(row["id"], row["concern"]) for row in rows] == [
        (place(PARK), "meeting place"), (place(QUIET), "dealing")
    ]  # fmt: skip
    assert [row["people"] for row in rows] == [2, 1]


def test_a_placement_of_concern_is_not_listed_nor_what_lies_at_its_point(tmp_path: Path) -> None:
    desk = places_town(tmp_path)
    before = desk.ask("hotspots", "--type", "none")["locations_of_concern"]
    desk.load("locations_of_concern", [concern("L9", -2.66, 53.2, POLICE, sort="shop")])
    assert desk.ask("hotspots", "--type", "none")["locations_of_concern"] == before
