"""The facts of the cohort, the lines and what moved one of them, asked of claims."""

from __future__ import annotations

from itertools import combinations, pairwise
from typing import Any

import pytest

from tests.ingest.invented.settled import Settled

pytestmark = pytest.mark.demo


@pytest.fixture(scope="module")
def cohort(strong: Settled) -> dict[str, Any]:
    """Return what was planted of the five."""
    return dict(strong.answers["cohort"])


@pytest.fixture(scope="module")
def claims(strong: Settled, cohort: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """Return the claims of each of the five, and of the sixth."""
    found = {word: strong.claims_of(key) for word, key in cohort["people"].items()}
    return {**found, "sixth": strong.claims_of(cohort["sixth"])}


def _of(rows: list[dict[str, Any]], *predicates: str) -> list[dict[str, Any]]:
    return [row for row in rows if row["predicate"] in predicates]


def test_all_five_were_at_the_incident_and_tied_before_it_in_two_contexts_or_more(
    strong: Settled, cohort: dict[str, Any], claims: dict[str, list[dict[str, Any]]]
) -> None:
    incident = cohort["incident"]
    five = {word: strong.id_of(key) for word, key in cohort["people"].items()}
    for word in five:
        (here,) = [row for row in claims[word] if row["reference"] == incident["crime_ref"]]
        assert (here["capacity"], here["from"]) == ("present", incident["day"])
    for a, b in combinations(five, 2):
        stated = [row for row in claims[a] if {five[a], five[b]} == {row["subject"], row["object"]}]
        events = [
            {(row["object"], row["agency"]) for row in _of(claims[word], "INVOLVED_IN")} for word in (a, b)
        ]
        assert all(row["from"] and row["from"] < incident["day"] for row in stated)
        contexts = {row["predicate"] for row in stated} | {agency for _, agency in events[0] & events[1]}
        assert len(contexts) >= 2


def test_four_share_a_school(cohort: dict[str, Any], claims: dict[str, list[dict[str, Any]]]) -> None:
    people = {word: key for word, key in cohort["people"].items() if key in cohort["school"]["people"]}
    assert len(people) == 4
    schools = [{row["object"] for row in _of(claims[word], "ATTENDS")} for word in people]
    assert len(set.intersection(*schools)) == 1
    assert not set.intersection(*schools) & {row["object"] for row in _of(claims["fifth"], "ATTENDS")}


def test_the_first_is_open_to_social_care_with_signs_from_several_sides_and_was_never_screened(
    cohort: dict[str, Any], claims: dict[str, list[dict[str, Any]]]
) -> None:
    mine, told = claims["first"], cohort["never_screened"]
    (role,) = _of(mine, "ROLE")
    assert (role["value"], role["from"]) == ({"role": "child_in_need_of_help"}, told["open_since"])
    assert not _of(mine, "RISK", "SCREENING_FORM", "NRM")
    before = cohort["incident"]["day"]
    assert any(
        row["value"]["state"] == "part_time_timetable" and row["from"] < before
        for row in _of(mine, "EDUCATION")
    )
    missing = [row for row in mine if row["capacity"] == "missing" and row["from"] < before]
    assert len(missing) == len(told["indicators"]["missing"]) == 2


def test_the_grade_of_the_second_is_older_than_being_found_far_away(
    strong: Settled, cohort: dict[str, Any], claims: dict[str, list[dict[str, Any]]]
) -> None:
    told = cohort["grade_out_of_date"]
    (risk,) = _of(claims["second"], "RISK")
    assert (risk["value"]["as_recorded"], risk["from"]) == ("Medium", told["since"])
    (found,) = _of(claims["second"], "FOUND_WITH")
    assert found["from"] == told["found_far_away"]["day"] > risk["from"]
    assert strong.id_of(told["found_far_away"]["with"]) in (found["subject"], found["object"])
    (missing,) = [row for row in claims["second"] if row["capacity"] == "missing"]
    details = _of(
        strong.desk.ask("clusters", "--why", missing["object"])["rows"], "MISSING_EPISODE", "POSITION"
    )
    assert '"distance_m":82000' in str(details)


def test_the_third_was_closed_as_low_and_then_involved(
    cohort: dict[str, Any], claims: dict[str, list[dict[str, Any]]]
) -> None:
    told = cohort["closed_as_low"]
    (risk,) = _of(claims["third"], "RISK")
    assert (risk["value"]["shared_scale"], risk["to"]) == ("low", told["closed"])
    (after,) = [row for row in claims["third"] if row["reference"] == told["involved_after"]["asb_ref"]]
    assert after["from"] == told["involved_after"]["day"] > told["closed"]


def test_two_agencies_hold_two_levels_of_the_fourth(claims: dict[str, list[dict[str, Any]]]) -> None:
    levels = {row["agency"]: row["value"]["as_recorded"] for row in _of(claims["fourth"], "RISK")}
    assert levels == {"Pellingshaw Council": "Medium", "Tidewater Youth Justice Service": "H"}
    assert any(row["value"]["state"] == "excluded" for row in _of(claims["fourth"], "EDUCATION"))


def test_the_fifth_is_placed_by_an_area_further_away(
    strong: Settled, cohort: dict[str, Any], claims: dict[str, list[dict[str, Any]]]
) -> None:
    areas = {row["capacity"]: row["object"] for row in _of(claims["fifth"], "IN")}
    assert areas["home"] != areas["responsible"]
    across = strong.answers["cross_border"]["people"][cohort["people"]["fifth"]]
    assert (across["home"], across["responsible"]) == (["E06999012"], ["E08999021"])


def test_nothing_is_left_of_what_was_wrongly_said_of_the_sixth(
    strong: Settled, cohort: dict[str, Any], claims: dict[str, list[dict[str, Any]]]
) -> None:
    cleared = cohort["incident"]["cleared"]
    assert cleared["crime_ref"] == cohort["incident"]["crime_ref"]
    assert not _of(claims["sixth"], "INVOLVED_IN", "FRIEND_OF", "ASSOCIATE_OF")
    assert strong.id_of(cohort["sixth"]) not in str(claims["third"])
    assert all(cohort["sixth"] not in cluster for cluster in strong.clusters)


def test_the_bases_of_a_line_are_kept_apart(strong: Settled) -> None:
    groups = strong.answers["groups"]
    outside = {"E08999021", "E08999022", "E06999013", "E06999014"}
    assert len(groups) == 12 and sum(bool(outside & set(group["origin"])) for group in groups) >= 6
    assert sum(bool(set(group["origin"]) & {"E08999021", "E08999022"}) for group in groups) >= 4
    line = next(group for group in groups if group["ref"] == "G01")
    assert not set(line["origin"]) & set(line["operates"])
    assert sum(group["sort"] == "county_lines_team" for group in groups) == 8


def test_a_line_is_seen_in_the_second_town_through_the_same_people(strong: Settled) -> None:
    told = strong.answers["displacement"]
    areas = strong.answers["cross_border"]["people"]
    assert len(told["people"]) == 6
    for key in told["people"]:
        assert {"E06999011", "E06999012"} <= set(areas[key]["seen"])
        stops = [
            row for row in strong.claims_of(key) if (row["reference"] or "").startswith("ST") and row["from"]
        ]
        days = sorted(row["from"] for row in stops)
        assert days[0] <= told["granted"] and days[-1] >= told["seen_again_from"]


def test_missing_episodes_rise_for_one_and_stay_for_another(strong: Settled) -> None:
    planted = strong.answers["missing"]
    starts = [*planted["quarters_from"], "2026-11-01"]
    for word, counts in (("rising", [1, 1, 1, 4]), ("sustained", [4, 4, 4, 4])):
        days = [
            row["from"]
            for row in strong.claims_of(planted[word]["person"])
            if row["predicate"] == "INVOLVED_IN" and row["capacity"] == "missing"
        ]
        assert planted[word]["episodes"] == counts
        assert [sum(a <= day < b for day in days) for a, b in pairwise(starts)] == counts
