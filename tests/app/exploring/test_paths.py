"""Ways between two entities: the shortest first, each link with its evidence, weakest grades apart."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from app.use_cases.asking import Question
from app.use_cases.exploring.paths import paths
from graph.errors import EntityNotFoundError, ModelError, UnknownKindError
from tests.app.desk import POLICE, Desk, person, tie
from tests.app.exploring.town import GRADED, WORSE, ref, town


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return town(tmp_path)


def _ways(desk: Desk, a: str, b: str, **asked: Any) -> dict[str, Any]:
    return paths(desk.workspace(), a, b, asked.pop("question", Question()), **asked).body


def test_the_shortest_way_comes_first_with_the_evidence_of_each_link(desk: Desk) -> None:
    found = _ways(desk, ref("P0"), ref("P4"))
    first = found["ways"][0]
    assert first["entities"] == [ref("P0"), ref("P1"), ref("P3"), ref("P4")]
    assert [row["says"] for row in first["links"]] == ["FRIEND_OF"] * 3
    assert [row["claims"] for row in first["links"]] == [1, 1, 1]
    assert found["sentence"] == "2 paths of at most 4 links, the shortest of 3 links"
    assert {row["id"] for row in found["entities"]} >= {ref("P0"), ref("P4")}


def test_the_weakest_source_and_the_weakest_information_are_told_apart(desk: Desk) -> None:
    desk.load("associations", [tie("X1", "X2", POLICE, **GRADED), tie("X2", "X3", POLICE, **WORSE)])
    (way,) = _ways(desk, ref("X1", POLICE), ref("X3", POLICE))["ways"]
    assert (way["weakest_source"], way["weakest_information"]) == ("2", "D")
    (way, *_) = _ways(desk, ref("P0"), ref("P1"))["ways"]
    assert (way["weakest_source"], way["weakest_information"]) == (None, None)


def test_a_link_says_how_many_others_lie_beside_it(desk: Desk) -> None:
    (way,) = _ways(desk, ref("P0"), ref("Q2", POLICE))["ways"]
    (link,) = way["links"]
    # The best graded source of the two leads.
    assert (link["says"], link["source_best"], link["beside"]) == ("ASSOCIATE_OF", "1", 1)


def test_no_path_is_said_and_means_what_one_viewer_may_see(desk: Desk) -> None:
    found = _ways(desk, ref("P0"), ref("P5"))
    assert (found["ways"], found["sentence"]) == ([], "no path of at most 4 links in what you may see")
    assert (
        _ways(desk, ref("P0"), ref("P4"), max_hops=1)["sentence"]
        == "no path of at most 1 link in what you may see"
    )


def test_a_way_over_what_is_hidden_is_no_way(desk: Desk) -> None:
    desk.load("associations", [tie("P0", "P5", tier="hidden"), tie("P9", "P5", tier="hidden")])
    assert _ways(desk, ref("P0"), ref("P5"))["ways"] == []
    desk.sit(roles=["intel_officer"])
    ways = _ways(desk, ref("P0"), ref("P5"))["ways"]
    assert [way["hops"] for way in ways] == [1, 2]


def test_two_ids_of_one_person_are_said_to_be_one(desk: Desk) -> None:
    assert (
        _ways(desk, ref("P0"), ref("Q0", POLICE))["sentence"]
        == "both ids are of one entity in what you may see"
    )


def test_to_live_in_one_borough_is_no_way_unless_asked_for(desk: Desk) -> None:
    desk.load("people", [person("S1", home_area="E06000090")])
    assert _ways(desk, ref("P2"), ref("S1"))["ways"] == []
    assert [way["hops"] for way in _ways(desk, ref("P2"), ref("S1"), kinds=["IN"])["ways"]] == [2]


def test_only_so_many_ways_are_given_over_the_kinds_asked_for(desk: Desk) -> None:
    crowd = [tie("S0", f"M{n}", "Ashby Council") for n in range(5)] + [tie(f"M{n}", "S9") for n in range(5)]
    desk.load("associations", crowd)
    assert len(_ways(desk, ref("S0"), ref("S9"), k=2)["ways"]) == 2
    assert _ways(desk, ref("S0"), ref("S9"), kinds=["FAMILY_OF"])["ways"] == []


def test_what_is_not_found_or_out_of_range_is_refused(desk: Desk) -> None:
    for one, other in ((ref("P9"), ref("P0")), (ref("P0"), ref("P9")), ("x", ref("P0"))):
        with pytest.raises(EntityNotFoundError):
            _ways(desk, one, other)
    for wrong in ({"max_hops": 0}, {"max_hops": 7}, {"k": 0}, {"k": 21}):
        with pytest.raises(ModelError, match=next(iter(wrong))):
            _ways(desk, ref("P0"), ref("P1"), **wrong)
    with pytest.raises(UnknownKindError):
        _ways(desk, ref("P0"), ref("P1"), kinds=["LIKES"])
