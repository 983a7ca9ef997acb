"""The part of the graph around some entities: how far, how much of it, and where to draw it."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

from app.use_cases.asking import Question
from app.use_cases.exploring.neighbourhood import neighbourhood
from graph.errors import EntityNotFoundError, ModelError, UnknownKindError
from tests.app.desk import POLICE, Desk, person, tie
from tests.app.exploring.town import ref, town


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return town(tmp_path)


def _around(desk: Desk, *entities: str, **asked: Any) -> dict[str, Any]:
    return neighbourhood(desk.workspace(), entities, asked.pop("question", Question()), **asked).body


def _hops(body: dict[str, Any]) -> dict[str, int]:
    return {row["id"]: row["hops"] for row in body["entities"]}


def test_entities_are_told_with_their_distance_and_every_link_between_them(desk: Desk) -> None:
    event = ref("E1", kind="Event", scheme="event_ref")
    one = _around(desk, ref("P1"))
    assert _hops(one) == {ref("P1"): 0, ref("P0"): 1, ref("P2"): 1, ref("P3"): 1, event: 1}
    ends = [{row["a"], row["b"]} for row in one["links"]]
    assert {ref("P0"), event} in ends and len(ends) == 5
    two = _hops(_around(desk, ref("P1"), hops=2))
    assert two[ref("P4")] == two[ref("Q2", POLICE)] == two[ref("G1", kind="Group", scheme="group_ref")] == 2


def test_no_hops_gives_links_between_those_named(desk: Desk) -> None:
    found = _around(desk, ref("P1"), ref("P0"), ref("P4"), hops=0)
    assert set(_hops(found).values()) == {0} and len(found["links"]) == 1
    assert found["sentence"] == "3 entities; 1 link between those shown"


def test_an_area_is_no_way_to_another_person_unless_asked_for(desk: Desk) -> None:
    desk.load("people", [person("S1", home_area="E06000090")])
    assert ref("S1") not in _hops(_around(desk, ref("P2"), hops=2))
    assert _hops(_around(desk, ref("P2"), hops=2, kinds=["IN"]))[ref("S1")] == 2
    with pytest.raises(UnknownKindError):
        _around(desk, ref("P2"), kinds=["LIKES"])


def test_a_limit_keeps_the_nearest_and_then_the_latest_confirmed_and_counts_the_rest(desk: Desk) -> None:
    near = [tie("S0", f"S{n}", date=f"2025-01-{n:02}", date_to=f"2025-01-{n:02}") for n in range(1, 9)]
    desk.load("associations", [*near, tie("S8", "T1", date="2025-05-30")])
    found = _around(desk, ref("S0"), hops=2, limit=4)
    assert _hops(found) == {ref("S0"): 0, ref("S8"): 1, ref("S7"): 1, ref("S6"): 1}
    assert found["not_shown"] == [{"kind": "Person", "entities": 6}]
    assert found["sentence"] == "10 entities, the nearest 4 shown; 3 links between those shown"
    assert _around(desk, ref("S0"), hops=2, limit=10)["not_shown"] == []


def test_what_is_hidden_is_neither_shown_counted_nor_walked_over(desk: Desk) -> None:
    bridge = [tie("P4", "P9", tier="hidden"), tie("P9", "P5", tier="hidden")]
    desk.load("associations", bridge)
    found = _around(desk, ref("P4"), hops=3)
    assert ref("P9") not in _hops(found) and ref("P5") not in _hops(found)
    assert ref("Q1", POLICE) not in _hops(_around(desk, ref("P0"), hops=2))
    assert [row["contact"] for row in _around(desk, ref("P0"))["restricted"]] == [POLICE]


def test_an_id_of_a_saved_chart_that_is_gone_is_listed(desk: Desk) -> None:
    found = _around(desk, ref("P1"), ref("P9"), "nonsense")
    assert found["not_found"] == [ref("P9"), "nonsense"] and ref("P1") in _hops(found)
    with pytest.raises(EntityNotFoundError):
        _around(desk, ref("P9"), "nonsense")


def test_places_are_given_when_asked_for_and_are_the_same_again(desk: Desk) -> None:
    plain = _around(desk, ref("P1"), hops=2)
    assert all("x" not in row for row in plain["entities"])
    first, again = (_around(desk, ref("P1"), hops=2, places=True)["entities"] for _ in range(2))
    assert first == again
    spots = [(row["x"], row["y"]) for row in first]
    assert all((a - c) ** 2 + (b - d) ** 2 >= 0.99 for (a, b), (c, d) in combinations(spots, 2))


@pytest.mark.parametrize("wrong", [{"hops": 4}, {"hops": -1}, {"limit": 0}, {"limit": 2_001}])
def test_numbers_out_of_range_are_refused(desk: Desk, wrong: dict[str, Any]) -> None:
    with pytest.raises(ModelError, match=next(iter(wrong))):
        _around(desk, ref("P1"), **wrong)


@pytest.mark.parametrize("entities", [[], [ref("P1")] * 3])
def test_no_id_and_too_many_are_refused(desk: Desk, entities: list[str]) -> None:
    with pytest.raises(ModelError, match="ids: 1 to 2"):
        _around(desk, *entities, limit=2)
