"""What hotspots can be asked about is what a viewer's own events have."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from app.use_cases.asking import Question
from app.use_cases.hotspot_themes import hotspot_themes
from graph.errors import NotPermittedError
from tests.app.desk import COUNCIL, Desk, incident
from tests.app.map_answers.town import crime, places_town


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """Return a desk in the town of places, with some published crimes."""
    made = places_town(tmp_path)
    rows = [incident(f"c{n}", -2.59 + n / 1_000, 53.15, f"2025-0{2 + n % 2}") for n in range(9)]
    made.load("police_uk", [*rows, incident("", -2.65, 53.15, "2025-02")])
    return made


def _told(desk: Desk, question: Question | None = None) -> dict[str, Any]:
    return hotspot_themes(desk.workspace(), question or Question()).body


def test_every_month_sort_and_category_that_is_listed_has_that_many_events(desk: Desk) -> None:
    told = _told(desk)
    assert {row["month"]: row["events"] for row in told["months"]} == {
        "2025-02": 6,
        "2025-03": 4,
        "2025-04": 3,
    }
    assert [row["month"] for row in told["months"]] == sorted(row["month"] for row in told["months"])
    for row in told["sorts"]:
        layers = desk.ask("hotspots", "--sort", row["sort"])["layers"]
        assert layers[0]["events"] == row["events"], row
    for row in told["categories"]:
        asked = desk.ask("hotspots", "--sort", row["sort"], "--type", row["category"])
        assert asked["layers"][0]["events"] == row["events"], row
    assert {row["sort"] for row in told["sorts"] if row["counted"]} == {"crime", "asb"}
    assert told["sentence"] == "13 events with a position in 3 months"


def test_areas_are_those_that_studies_are_made_of(desk: Desk) -> None:
    areas = {row["name"]: row["events"] for row in _told(desk)["areas"]}
    assert areas == {"Ashby": 3, "Bramwell": 10} and _told(desk)["areas"][0]["kind"] == "lad"


def test_it_is_within_the_scope_of_the_viewer(desk: Desk) -> None:
    before = _told(desk)
    desk.load("recorded_crime", [crime("C8", "2025-06-03", "L1", -2.65, 53.2, tier="hidden")])
    assert _told(desk) == before
    desk.sit(COUNCIL, ["op_group"])
    assert _told(desk)["months"] and desk.events()[-1]["action"] == "hotspots"
    desk.sit(COUNCIL, ["ig_auditor"])
    with pytest.raises(NotPermittedError):
        _told(desk)


def test_a_window_chooses_months(desk: Desk) -> None:
    from datetime import date

    march = Question(window=(date(2025, 3, 1), date(2025, 3, 31)))
    assert [row["month"] for row in _told(desk, march)["months"]] == ["2025-03"]
