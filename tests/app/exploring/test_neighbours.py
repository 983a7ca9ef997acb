"""Links of one entity: all counted by kind, some shown, each with its evidence and what is at its ends."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from app.use_cases.asking import Question
from app.use_cases.exploring.neighbours import neighbours
from app.use_cases.why import explain
from graph.errors import EntityNotFoundError, ModelError, UnknownKindError
from tests.app.desk import COUNCIL, POLICE, Desk, present, tie
from tests.app.exploring.town import ref, town


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return town(tmp_path)


def _near(desk: Desk, entity: str, question: Question | None = None, **asked: Any) -> dict[str, Any]:
    return neighbours(desk.workspace(), entity, question or Question(), **asked).body


def _said(body: dict[str, Any]) -> list[tuple[str, set[str]]]:
    return [(row["says"], {row["a"], row["b"]}) for row in body["links"]]


def test_links_are_counted_by_kind_and_shown_with_what_is_at_their_ends(desk: Desk) -> None:
    near = _near(desk, ref("P1"))
    assert near["counts"] == [
        {"says": "FRIEND_OF", "links": 2, "not_shown": 0},
        {"says": "ASSOCIATE_OF", "links": 1, "not_shown": 0},
        {"says": "INVOLVED_IN", "links": 1, "not_shown": 0},
    ]
    assert near["sentence"] == "4 links"
    ends = {row["id"]: (row["kind"], row["shown_as"], row["age"]) for row in near["entities"]}
    assert ends[ref("P2")] == ("Person", "B.B.", "adult")
    assert ends[ref("P3")] == ("Person", "C.A.", "not known")
    assert ends[ref("E1", kind="Event", scheme="event_ref")] == ("Event", "", None)
    assert {end for row in near["links"] for end in (row["a"], row["b"])} == set(ends)


def test_a_link_says_its_dates_grades_sources_and_disputes(desk: Desk) -> None:
    seen = {row["says"]: row for row in _near(desk, ref("Q2", POLICE))["links"]}
    told = seen["SEEN_WITH"]
    assert (told["from"], told["last_confirmed"], told["sources"], told["claims"]) == (
        "2025-05-04",
        "2025-05-04",
        1,
        1,
    )
    assert (told["source_best"], told["information_best"], told["drawn"]) == ("2", "B", "asserted")
    assert (seen["ASSOCIATE_OF"]["source_worst"], seen["ASSOCIATE_OF"]["information_worst"]) == ("1", "D")
    assert not any(row["disputed"] for row in _near(desk, ref("P2"))["links"])
    doubted = _near(desk, ref("P2"), Question(doubtful=True))["links"]
    assert [row["disputed"] for row in doubted if ref("P3") in (row["a"], row["b"])] == [True]
    assert _near(desk, ref("P1"))["links"][0]["source_best"] is None


def test_two_agencies_of_origin_are_two_sources_and_copies_are_not(desk: Desk) -> None:
    desk.load(
        "associations", [tie("P0", "P1", date="2025-05-02", origin_agency=COUNCIL, origin_reference="again")]
    )
    (row,) = [row for row in _near(desk, ref("P0"))["links"] if ref("P1") in (row["a"], row["b"])]
    assert (row["sources"], row["claims"]) == (1, 2)
    desk.load("associations", [tie("P0", "P1", date="2025-05-03", origin_agency=POLICE)])
    (row,) = [row for row in _near(desk, ref("P0"))["links"] if ref("P1") in (row["a"], row["b"])]
    assert (row["sources"], row["claims"]) == (2, 3)


def test_days_are_months_where_a_source_is_protected_from_the_viewer(desk: Desk) -> None:
    days = {}
    for agency in (COUNCIL, POLICE):
        desk.sit(agency)
        (row,) = [row for row in _near(desk, ref("P1"))["links"] if row["says"] == "ASSOCIATE_OF"]
        days[agency] = (row["from"], row["last_confirmed"])
    assert days[COUNCIL][0] == "2025-03-05" and days[POLICE][0] == "2025-03"
    assert len(days[POLICE][1]) == 7


def test_a_limit_takes_the_latest_confirmed_of_each_kind_in_turn(desk: Desk) -> None:
    friends = [tie("P4", f"F{n}", date=f"2025-03-{n + 10}", date_to=f"2025-03-{n + 10}") for n in range(6)]
    desk.load(
        "associations",
        [*friends, *(present("P4", f"V{n}", date="2024-01-01", date_to="2024-01-01") for n in range(3))],
    )
    near = _near(desk, ref("P4"), limit=5)
    assert [says for says, _ in _said(near)] == ["FRIEND_OF"] * 3 + ["INVOLVED_IN"] * 2
    assert [row["last_confirmed"] for row in near["links"][:3]] == ["2025-03-15", "2025-03-14", "2025-03-13"]
    assert near["counts"] == [
        {"says": "FRIEND_OF", "links": 7, "not_shown": 4},
        {"says": "INVOLVED_IN", "links": 4, "not_shown": 2},
    ]
    assert near["sentence"] == "11 links, 5 shown"


def test_counting_alone_shows_no_link(desk: Desk) -> None:
    near = _near(desk, ref("P1"), limit=0)
    assert near["links"] == [] and [row["id"] for row in near["entities"]] == [ref("P1")]
    assert sum(row["not_shown"] for row in near["counts"]) == 4


def test_links_of_some_kinds_are_shown_and_all_are_counted(desk: Desk) -> None:
    near = _near(desk, ref("P1"), kinds=["FRIEND_OF"])
    assert {says for says, _ in _said(near)} == {"FRIEND_OF"} and len(near["counts"]) == 3
    with pytest.raises(UnknownKindError, match="LIKES"):
        _near(desk, ref("P1"), kinds=["LIKES"])


@pytest.mark.parametrize("limit", [-1, 2_001])
def test_a_limit_out_of_range_is_refused(desk: Desk, limit: int) -> None:
    with pytest.raises(ModelError, match="limit: 0 to 2,000"):
        _near(desk, ref("P1"), limit=limit)


def test_a_hidden_link_is_not_counted_and_a_sealed_one_is_pointed_to(desk: Desk) -> None:
    near = _near(desk, ref("P0"))
    assert {row["says"]: row["links"] for row in near["counts"]} == {
        "ASSOCIATE_OF": 1, "FRIEND_OF": 1, "INVOLVED_IN": 1, "SEEN_WITH": 1,
    }  # fmt: skip
    assert [row["contact"] for row in near["restricted"]] == [POLICE]
    with pytest.raises(EntityNotFoundError):
        _near(desk, ref("P9"))


def test_why_a_link_is_here_is_answered_by_its_id(desk: Desk) -> None:
    for entity in (ref("P1"), ref("P0"), ref("Q2", POLICE)):
        for link in _near(desk, entity)["links"]:
            why = explain(desk.workspace(), link["id"], Question()).body
            assert (why["claims"], why["about"]) == (link["claims"], f"link {link['says']}")
            assert {row["predicate"] for row in why["rows"]} == {link["says"]}
            assert {row["subject"] for row in why["rows"]} | {row["object"] for row in why["rows"]} == {
                link["a"], link["b"],
            }  # fmt: skip


def test_a_hidden_link_has_no_why(desk: Desk) -> None:
    desk.sit(COUNCIL, ["intel_officer"])
    (hidden,) = [row["id"] for row in _near(desk, ref("P9"))["links"]]
    assert explain(desk.workspace(), hidden, Question()).body["claims"] == 1
    desk.sit(COUNCIL)
    told = []
    for row in (hidden, "0000000000000"):
        with pytest.raises(EntityNotFoundError) as refused:
            explain(desk.workspace(), row, Question())
        told.append(str(refused.value))
    assert told[0] == told[1]


def test_a_window_counts_what_held_in_it(desk: Desk) -> None:
    day = desk.workspace().context.day
    near = _near(desk, ref("P1"), Question(window=(day.replace(2025, 4, 1), day.replace(2025, 4, 2))))
    assert {row["says"]: row["links"] for row in near["counts"]} == {
        "ASSOCIATE_OF": 1,
        "FRIEND_OF": 1,
        "INVOLVED_IN": 1,
    }
