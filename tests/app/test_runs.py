"""A row of a saved run opens for those who hold the rights it was made with, and for nobody else."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.app.desk import CHILD, COUNCIL, POLICE, Desk, incident, person, squares, tie


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """Return a desk where two agencies know two circles of friends, partly hidden or sealed."""
    made = Desk(tmp_path)
    assert made.run("areas", "load", squares(tmp_path / "lad.geojson"), "--kind", "lad").code == 0
    people = [f"P{n}" for n in range(10)]
    homes = {"date_of_birth": CHILD, "home_area": "E06000090", "responsible_area": "E06000091"}
    made.load("people", [person(ref, given_name="Amy", **homes) for ref in people])
    fives = [people[:5], people[5:]]
    ties = [tie(a, b, date="2025-05-01") for five in fives for a in five for b in five if a < b]
    tiers = [tie("P0", "P5", POLICE, tier="hidden"), tie("P1", "P2", COUNCIL, "SEEN_WITH", tier="sealed")]
    tiers.append(tie("P3", "P4", COUNCIL, "SEEN_WITH", areas="E06000090"))
    made.load("associations", [*ties, *tiers])
    return made


def _why(desk: Desk, row: str) -> dict[str, Any]:
    return desk.ask("clusters", "--why", row)


def test_every_row_shows_the_claims_behind_it(desk: Desk) -> None:
    found = desk.ask("clusters", "--resolution", "0.5")
    assert len(found["rows"]) == 2
    for row in found["rows"]:
        why = _why(desk, row["id"])
        members = {who["id"] for who in row["members"]}
        said = [claim for claim in why["rows"] if claim["predicate"] == "FRIEND_OF"]
        assert len(said) == row["ties"] == 10
        assert {end for claim in said for end in (claim["subject"], claim["object"])} == members
        assert why["agencies"] == 1 and why["claims"] == len(why["rows"])
    pair = desk.ask("cross-border")["rows"][0]
    assert {claim["predicate"] for claim in _why(desk, pair["id"])["rows"]} >= {"IN"}


@pytest.mark.parametrize(
    "seat",
    [
        {"agency": POLICE},  # sees a pointer where the council sees the sealed tie
        {"agency": POLICE, "roles": ["intel_officer"]},  # sees the police's own hidden tie
        {"agency": POLICE, "roles": ["op_group"]},
        {"areas": ["E06000092"]},  # does not see what is for the first district alone
    ],
)
def test_a_run_made_with_other_rights_is_not_found(desk: Desk, seat: dict[str, Any]) -> None:
    row = desk.ask("clusters", "--resolution", "0.5")["rows"][0]["id"]
    desk.sit(**seat)
    ran = desk.run("hotspots", "--why", row)
    assert (ran.code, ran.out) == (2, "")
    absent = desk.run("hotspots", "--why", "00000000-1")
    assert ran.err == absent.err == "kithmap: no row with this id: run the measure again\n"


@pytest.mark.parametrize(
    "seat", [{"roles": ["analyst", "admin"]}, {"roles": ["op_group"]}, {"areas": ["E06000090"]}]
)
def test_those_with_equal_rights_share_a_run(desk: Desk, seat: dict[str, Any]) -> None:
    row = desk.ask("clusters", "--resolution", "0.5")["rows"][0]["id"]
    desk.sit(**seat)
    assert desk.ask("hotspots", "--why", row)["rows"]


def test_a_run_opens_for_those_who_may_see_more_and_not_the_other_way_round(desk: Desk) -> None:
    desk.load("associations", [tie("P0", "P7", COUNCIL, tier="hidden")])
    less = desk.ask("clusters", "--resolution", "0.5")["rows"][0]["id"]
    desk.sit(roles=["analyst", "intel_officer"])
    assert desk.ask("hotspots", "--why", less)["rows"]
    more = desk.ask("clusters", "--resolution", "0.5")["rows"][0]["id"]
    desk.sit(roles=["analyst"])
    assert more != less and desk.run("hotspots", "--why", more).code == 2


def test_a_run_still_opens_after_a_feed_with_a_label_of_its_own(desk: Desk) -> None:
    row = desk.ask("clusters", "--resolution", "0.5")["rows"][0]["id"]
    before = _why(desk, row)["rows"]
    desk.load("people", [person("P90", agreement="ISA-2")])
    assert _why(desk, row)["rows"] == before


def test_the_same_question_has_the_same_id_and_another_has_another(desk: Desk) -> None:
    def run(*options: str) -> str:
        return str(desk.ask("clusters", *options)["rows"][0]["id"]).split("-")[0]

    plain = run("--resolution", "0.5")
    assert plain == run("--resolution", "0.5") == run("--resolution", "0.5", "--names")
    others = [run("--resolution", "0.4"), run("--resolution", "0.5", "--half-life", "400")]
    desk.load("people", [person("P77")])
    others.append(run("--resolution", "0.5"))
    assert len({plain, *others}) == 4


@pytest.mark.parametrize(
    "row",
    [
        "{run}-0",
        "{run}-3",
        "{run}-",
        "{run}",
        "{run}-1-1",
        "../{run}-1",
        "{run}-01x",
        "{run}-\uff11",
        "{run}-\u00b2",
    ],
)
def test_a_row_that_is_not_there_is_not_found(desk: Desk, row: str) -> None:
    run = desk.ask("clusters", "--resolution", "0.5")["rows"][0]["id"].split("-")[0]
    ran = desk.run("clusters", "--why", row.format(run=run))
    assert (ran.code, ran.out) == (2, "") and ran.err.count("\n") == 1


def test_a_saved_run_holds_ids_and_no_content(desk: Desk) -> None:
    desk.ask("clusters", "--names")
    desk.ask("cross-border", "--names")
    kept = "".join(path.read_text("utf-8") for path in (desk.folder / "runs").glob("*.json"))
    assert kept and not [word for word in ("Amy", CHILD, '"P1"', "safeguarding") if word in kept]


def test_a_hot_cell_shows_every_event_its_test_counts(desk: Desk) -> None:
    apart = [incident(f"A{n}", -2.66 + n % 6 * 0.03, 53.12 + n // 6 * 0.03) for n in range(24)]
    heap = [incident(f"H{n}", -2.55 + n % 4 * 0.003, 53.17 + n // 4 % 3 * 0.002) for n in range(36)]
    desk.load("police_uk", [*apart, *heap])
    rows = desk.ask("hotspots")["layers"][0]["rows"]
    assert rows and any(row["window_events"] > row["events"] for row in rows)
    for row in rows:
        assert desk.ask("hotspots", "--why", row["id"])["claims"] == row["window_events"]
