"""What the commands find of what was planted: peer groups, borders, hotspots."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from tests.ingest.invented.settled import LAST_DAY, Settled

pytestmark = pytest.mark.demo
LEAST_WEAK = 0.3
Record = Callable[[str, object], None]


def test_planted_peer_groups_are_found_where_agencies_record_well(
    strong: Settled, record_property: Record
) -> None:
    groups = strong.answers["peer_groups"]
    assert len(groups) == 14 and all(5 <= len(group["members"]) <= 9 for group in groups)
    everybody = strong.agreement(planted_only=False)
    members = strong.agreement(planted_only=True)
    record_property("ari_strong_everybody", round(everybody, 4))
    record_property("ari_strong_members", round(members, 4))
    assert everybody >= 0.9 and members >= 0.9


def test_what_is_found_where_agencies_record_badly_is_reported(
    weak: Settled, record_property: Record
) -> None:
    everybody = weak.agreement(planted_only=False)
    record_property("ari_weak_everybody", round(everybody, 4))
    record_property("ari_weak_members", round(weak.agreement(planted_only=True), 4))
    assert everybody >= LEAST_WEAK


def test_groups_over_the_border_and_groups_with_an_exploiter_are_among_those_found(strong: Settled) -> None:
    groups = strong.answers["peer_groups"]
    crossing = [g for g in groups if set(g["councils"]) == {"E06999011", "E06999012"}]
    exploited = [g for g in groups if g["exploiter"]]
    assert len(crossing) >= 3 and len(exploited) >= 3
    for group in (*crossing, *exploited):
        best = max(
            len(set(group["members"]) & cluster) / len(set(group["members"]) | cluster)
            for cluster in strong.clusters
        )
        assert best >= 0.7


@pytest.mark.parametrize("noise", ["strong", "weak"])
def test_five_people_at_one_incident_are_in_no_cluster(request: pytest.FixtureRequest, noise: str) -> None:
    settled: Settled = request.getfixturevalue(noise)
    five = settled.answers["single_event_five"]["people"]
    assert len(five) == 5
    assert all(not cluster.intersection(five) for cluster in settled.clusters)
    for key in five:
        met = [row for row in settled.claims_of(key) if row["predicate"] == "INVOLVED_IN"]
        assert [row["reference"] for row in met] == [settled.answers["single_event_five"]["event_ref"]]


@pytest.mark.parametrize("noise", ["strong", "weak"])
def test_pairs_of_areas_share_exactly_what_was_planted(request: pytest.FixtureRequest, noise: str) -> None:
    settled: Settled = request.getfixturevalue(noise)
    planted, found = settled.answers["cross_border"], settled.desk.ask("cross-border", "--as-of", LAST_DAY)
    shared = ("area_a", "area_b", "people", "ties")
    rows = sorted(tuple(row[name] for name in shared) for row in found["rows"])
    assert rows == sorted(tuple(row[name] for name in shared) for row in planted["pairs"])
    assert f"{len(planted['people']):,} people and {len(planted['ties']):,} ties" in found["sentence"]
    assert any({row["area_a"], row["area_b"]} == {"E06999011", "E06999012"} for row in planted["pairs"])


def test_each_person_across_a_border_is_so_on_the_grounds_planted(strong: Settled) -> None:
    planted = strong.answers["cross_border"]["people"]
    found = strong.desk.ask("cross-border", "--as-of", LAST_DAY)["people"]
    assert len(found) == len(planted)

    def _grounds(areas: dict[str, Any]) -> tuple[tuple[str, ...], ...]:
        return tuple(tuple(areas[basis]) for basis in ("home", "seen", "responsible"))

    # Two of one name cannot be told apart here: they are compared as a pair.
    who = Counter((tuple(strong.keys_of(row["id"])), _grounds(row)) for row in found)
    namesakes = {key: tuple(sorted(pair)) for pair in strong.answers["same_name_pairs"] for key in pair}
    assert who == Counter((namesakes.get(key, (key,)), _grounds(areas)) for key, areas in planted.items())


def test_incidents_occurred_where_they_were_planted(strong: Settled) -> None:
    found = strong.desk.ask("cross-border", "--as-of", LAST_DAY)["incidents"]
    rows = zip(found["reported_by"], found["counts"], strict=True)
    counted = {
        agency: {area: count for area, count in zip(found["occurred_in"], counts, strict=True) if count}
        for agency, counts in rows
    }
    assert counted == strong.answers["cross_border"]["incidents"]
    assert found["over_force_borders"]["sentence"].startswith("16 incidents")


@pytest.fixture(scope="module")
def layer(strong: Settled) -> dict[str, Any]:
    """Return the one layer of the hotspots of all 24 months."""
    (found,) = strong.desk.ask("hotspots", "--as-of", LAST_DAY)["layers"]
    return dict(found)


def _cells(settled: Settled) -> set[str]:
    return {cell for planted in settled.answers["hotspots"] for cell in planted["cells"]}


def test_planted_hotspots_are_found(strong: Settled, layer: dict[str, Any], record_property: Record) -> None:
    hot = {row["id"] for row in layer["rows"]}
    assert len(strong.answers["hotspots"]) == 8
    for planted in strong.answers["hotspots"]:
        assert len(planted["cells"]) >= 4 and hot.intersection(planted["cells"])
    share = len(_cells(strong) & hot) / len(_cells(strong))
    record_property("planted_cells_found", round(share, 4))
    assert share >= 0.9


def test_hardly_a_cell_is_hot_beyond_the_reach_of_a_planted_one(
    strong: Settled, layer: dict[str, Any], record_property: Record
) -> None:
    reach = {
        f"300-{east + x}-{north + y}"
        for east, north in (map(int, cell.split("-")[1:]) for cell in _cells(strong))
        for x in (-300, 0, 300)
        for y in (-300, 0, 300)
    }
    beyond = [row["id"] for row in layer["rows"] if row["id"] not in reach]
    record_property("false_hot_cells_share", round(len(beyond) / len(layer["rows"]), 4))
    assert len(beyond) <= 0.05 * len(layer["rows"])


def test_the_hotspot_of_the_line_moves_with_it(strong: Settled) -> None:
    told = strong.answers["displacement"]
    (before,) = [h for h in strong.answers["hotspots"] if h["last"] == told["granted"]]
    (after,) = [h for h in strong.answers["hotspots"] if h["first"] == told["seen_again_from"]]
    assert (before["town"], after["town"]) == (told["from_town"], told["to_town"])
    hot = {}
    for name, window in (
        ("early", ("2025-05-01", told["granted"])),
        ("late", (told["seen_again_from"], LAST_DAY)),
    ):
        (found,) = strong.desk.ask("hotspots", "--window", *window)["layers"]
        hot[name] = {row["id"] for row in found["rows"]}
    assert set(before["cells"]) <= hot["early"] and not hot["late"].intersection(before["cells"])
    assert set(after["cells"]) <= hot["late"] and not hot["early"].intersection(after["cells"])
