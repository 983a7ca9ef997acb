"""Claims and events by month: every month from the first to the last, what has no date apart."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from app.use_cases.asking import Question
from app.use_cases.exploring import timeline as module
from app.use_cases.exploring.neighbours import neighbours
from app.use_cases.exploring.searching import search
from app.use_cases.exploring.timeline import timeline
from graph.errors import EntityNotFoundError, ModelError
from tests.app.desk import Desk, incident, tie
from tests.app.exploring.town import ref, town


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return town(tmp_path)


def _months(desk: Desk, *entities: str, question: Question | None = None) -> dict[str, Any]:
    return timeline(desk.workspace(), entities, question or Question()).body


def test_every_month_from_the_first_to_the_last_is_told(desk: Desk) -> None:
    desk.load(
        "associations",
        [
            tie("S0", f"S{n}", date=day)
            for n, day in enumerate(["2024-11-05", "2024-11-30", "2025-02-01", ""], 1)
        ],
    )
    found = _months(desk, ref("S0"))
    assert [(row["month"], row["claims"]) for row in found["rows"]] == [
        ("2024-11", 2), ("2024-12", 0), ("2025-01", 0), ("2025-02", 1),
    ]  # fmt: skip
    assert found["undated"] == {"claims": 1, "events": 0}
    assert found["sentence"] == "4 claims, 1 of them undated, from 2024-11 to 2025-02"


def test_a_claim_that_joins_two_of_them_is_counted_once(desk: Desk) -> None:
    one = _months(desk, ref("P3"), ref("P4"))
    assert [row["claims"] for row in one["rows"] if row["month"] == "2025-02"] == [1]


def test_events_are_counted_by_when_they_occurred(desk: Desk) -> None:
    events = [incident(f"c{n}", -2.65, 53.2, month=f"2025-0{1 + n % 3}") for n in range(6)]
    desk.load("police_uk", events)
    (event,) = search(desk.workspace(), "c1").body["rows"]
    (link,) = neighbours(desk.workspace(), event["id"], Question()).body["links"]
    assert (link["says"], link["a"]) == ("OCCURRED_AT", event["id"])
    rows = _months(desk, link["b"])["rows"]
    assert [(row["month"], row["events"]) for row in rows] == [("2025-01", 2), ("2025-02", 2), ("2025-03", 2)]
    found = _months(desk, ref("P0"))
    assert found["undated"]["events"] == 1


def test_a_window_and_doubt_count_as_they_do_everywhere(desk: Desk) -> None:
    window = Question(window=(date(2025, 3, 1), date(2025, 3, 31)))
    assert [row["month"] for row in _months(desk, ref("P1"), question=window)["rows"]] == ["2025-03"]
    plain, doubted = (_months(desk, ref("P2"), question=Question(doubtful=d)) for d in (False, True))
    assert doubted["undated"]["claims"] == plain["undated"]["claims"] + 1


def test_what_is_hidden_is_in_no_month(desk: Desk) -> None:
    before = _months(desk, ref("P0"), ref("P1"))
    desk.load("associations", [tie("P0", "P1", date="2020-01-01", tier="hidden")])
    assert _months(desk, ref("P0"), ref("P1"))["rows"] == before["rows"]


def test_a_date_long_before_the_rest_is_counted_apart(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_MONTHS", 3)
    desk.load(
        "associations", [tie("S0", f"S{n}", date=day) for n, day in ((1, "1925-01-01"), (2, "2025-05-01"))]
    )
    found = _months(desk, ref("S0"))
    assert [row["month"] for row in found["rows"]] == ["2025-03", "2025-04", "2025-05"]
    assert found["before"] == {"claims": 1, "events": 0}


def test_nothing_dated_is_said(desk: Desk) -> None:
    found = _months(desk, ref("P5"))
    assert found["rows"] == [] and found["sentence"].endswith("none of them dated")


def test_what_is_not_found_is_listed_or_refused(desk: Desk) -> None:
    assert _months(desk, ref("P0"), ref("P9"))["not_found"] == [ref("P9")]
    with pytest.raises(EntityNotFoundError):
        _months(desk, ref("P9"))
    with pytest.raises(ModelError, match="ids"):
        _months(desk)
