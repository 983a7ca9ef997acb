"""Who is who once everything is imported: people, numbers that agencies share, namesakes."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.ingest.invented.settled import LAST_DAY, Settled

pytestmark = pytest.mark.demo


def test_every_row_is_accepted_and_two_of_them_correct_earlier_ones(strong: Settled) -> None:
    assert all(", 0 rejected, 0 duplicate, 0 set aside" in said for said in strong.said)
    assert [said for said in strong.said if "changed" in said] == [
        "1 rows: 1 accepted, 1 of them changed, 0 rejected, 0 duplicate, 0 set aside\n"
    ] * 2


def test_the_workspace_holds_as_many_as_were_invented(strong: Settled) -> None:
    counts = strong.answers["counts"]
    assert strong.entities["Person"] == counts["young_people"] + counts["adults"] == 650
    assert strong.entities["Event"] == counts["events"] == 3_000
    assert strong.entities["Group"] == counts["groups"] == 12
    assert f"{counts['young_people'] + counts['adults']} people looked at" in str(
        strong.desk.ask("clusters", "--as-of", LAST_DAY)["sentence"]
    )


def test_records_that_share_an_identifier_are_one_person(strong: Settled) -> None:
    """Each invented person is one person of the workspace, though most are known to several agencies."""
    several = [key for key, told in strong.answers["people"].items() if len(told["refs"]) > 1]
    assert len(several) > 400
    found = Counter(key for person in strong.names for key in strong.keys_of(person))
    namesakes = {key for pair in strong.answers["same_name_pairs"] for key in pair}
    assert {found[key] for key in strong.answers["people"] if key not in namesakes} == {1}


def test_records_join_though_the_names_differ(strong: Settled) -> None:
    other = [told["names"] for told in strong.answers["people"].values() if len(told["names"]) > 1]
    assert len(other) == 12
    for names in other:
        assert sum(set(names) <= set(borne) for borne in strong.names.values()) == 1


def test_two_of_one_name_and_birth_date_stay_apart(strong: Settled) -> None:
    pairs = strong.answers["same_name_pairs"]
    assert len(pairs) == 2
    for a, b in pairs:
        (name,) = strong.answers["people"][a]["names"]
        assert strong.answers["people"][b]["names"] == [name]
        assert sum(name in borne for borne in strong.names.values()) == 2


def test_twins_of_one_birth_date_stay_apart(strong: Settled) -> None:
    assert len(strong.answers["twins"]) == 3
    for pair in strong.answers["twins"]:
        assert len({strong.id_of(key) for key in pair}) == 2


def test_what_is_sealed_or_hidden_is_no_part_of_an_answer(strong: Settled) -> None:
    restricted = strong.answers["restricted"]
    assert (restricted["sealed"], restricted["hidden"], restricted["disputed"]) == (8, 4, 8)
    seen = [row for key in restricted["patients"][:6] for row in strong.claims_of(key)]
    assert not any(row["agency"] == "Tidewater Hospitals Trust" for row in seen)
    shown = [row for key in restricted["patients"][6:9] for row in strong.claims_of(key)]
    assert any(row["agency"] == "Tidewater Hospitals Trust" for row in shown)
