"""The card of one entity: what agencies recorded, side by side, by right, and never a score."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from app.use_cases.asking import Question
from app.use_cases.exploring.card import entity_card
from graph.errors import EntityNotFoundError, NotPermittedError
from tests.app.desk import COUNCIL, POLICE, Desk, person, pupil_number, tie
from tests.app.exploring.town import ref, town


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return town(tmp_path)


def _card(desk: Desk, entity: str, **asked: Any) -> dict[str, Any]:
    return entity_card(desk.workspace(), entity, asked.pop("question", Question()), **asked).body


def test_a_person_is_shown_by_initials_with_an_age_word_and_no_birth_date(desk: Desk) -> None:
    card = _card(desk, ref("P1"))
    assert (card["kind"], card["shown_as"], card["age"], card["names"]) == ("Person", "A.A.", "child", None)
    text = json.dumps(card)
    assert "Amy" not in text and "2011-09-30" not in text
    ages = [_card(desk, ref(name))["age"] for name in ("P2", "P3", "P5")]
    assert ages == ["adult", "not known", "not known"]


def test_names_are_shown_by_right(desk: Desk) -> None:
    assert _card(desk, ref("P0"), names=True)["names"] == ["Amy O'Brien", "Ziggy", "Amee OBrien"]
    desk.sit(COUNCIL, ["op_group"])
    with pytest.raises(NotPermittedError):
        _card(desk, ref("P0"))


def test_age_is_that_of_the_day_asked_for(desk: Desk) -> None:
    later = Question(as_of=desk.workspace().context.day)
    assert _card(desk, ref("P1"), question=later)["age"] == "child"
    desk.pass_days(6 * 365)
    assert _card(desk, ref("P1"))["age"] == "adult"


def test_roles_and_risk_are_as_each_agency_wrote_them(desk: Desk) -> None:
    card = _card(desk, ref("P1"))
    (role,), (risk,) = card["roles"], card["risk"]
    assert (role["role"], role["victim_consideration"], role["agency"]) == (
        "suspect",
        "nrm_referred",
        COUNCIL,
    )
    assert (risk["as_recorded"], risk["shared_scale"], risk["agency"]) == ("Tier 3 (red)", None, COUNCIL)
    assert role["claim"].endswith("/role/0") and risk["claim"].endswith("/risk/0")


def test_a_victim_comes_before_a_suspect(desk: Desk) -> None:
    number, considered = pupil_number(1), {"victim_consideration": "s45_raised"}
    desk.load("people", [person("P0", upn=number, role="suspect", **considered)])
    desk.load("people", [person("Q0", POLICE, upn=number, role="victim")])
    roles = _card(desk, ref("P0"))["roles"]
    assert [(role["role"], role["agency"]) for role in roles] == [("victim", POLICE), ("suspect", COUNCIL)]


def test_a_role_that_ended_is_still_among_what_is_said(desk: Desk) -> None:
    rows = [person("S0", role="witness", valid_from="2024-01-01", valid_to="2024-02-01"),
            person("S1", role="witness", valid_from="2024-01-01", valid_to="")]  # fmt: skip
    desk.load("people", rows)
    cards = [_card(desk, ref(name)) for name in ("S0", "S1")]
    assert [len(card["roles"]) for card in cards] == [0, 1]
    assert all("ROLE" in [row["property"] for row in card["said"]] for card in cards)


def test_a_position_of_trust_is_on_no_card(desk: Desk) -> None:
    card = _card(desk, ref("P5"))
    assert card["roles"] == [] and "trust" not in json.dumps(card)


def test_areas_are_told_by_basis_with_the_names_loaded(desk: Desk) -> None:
    (area,) = _card(desk, ref("P2"))["areas"]
    assert (area["code"], area["name"], area["says"], area["basis"]) == ("E06000090", "Ashby", "IN", "home")
    (area,) = _card(desk, ref("G1", kind="Group", scheme="group_ref"))["areas"]
    assert (area["code"], area["says"], area["basis"]) == ("E06000091", "OPERATES_IN", "operates")


def test_links_are_counted_by_kind_and_what_is_said_names_its_claims(desk: Desk) -> None:
    card = _card(desk, ref("P1"))
    assert card["counts"] == [
        {"says": "ASSOCIATE_OF", "links": 1},
        {"says": "FRIEND_OF", "links": 2},
        {"says": "INVOLVED_IN", "links": 1},
    ]
    assert [row["property"] for row in card["said"]] == ["BORN", "IS", "NAMED", "RISK", "ROLE"]
    assert all(claim["claim"].count("/") == 2 for row in card["said"] for claim in row["rows"])
    assert not any(word in key for key in card for word in ("score", "rank", "level"))


def test_one_person_of_two_agencies_is_one_card(desk: Desk) -> None:
    ours, theirs = _card(desk, ref("P0")), _card(desk, ref("Q0", POLICE))
    assert ours == theirs and ours["records"] == 2


def test_groups_and_the_clusters_of_the_newest_run_are_named(desk: Desk) -> None:
    (group,) = _card(desk, ref("P2"))["groups"]
    assert (group["shown_as"], group["as"], group["state"]) == ("Elm Line", "asserted", None)
    people = [f"C{n}" for n in range(10)]
    ties = [
        tie(a, b, date="2025-05-01") for five in (people[:5], people[5:]) for a in five for b in five if a < b
    ]
    desk.load("associations", ties)
    assert _card(desk, ref("C1"))["clusters"] == []
    run = next(r["id"] for r in desk.ask("clusters")["rows"] if ref("C1") in [m["id"] for m in r["members"]])
    (cluster,) = _card(desk, ref("C1"))["clusters"]
    assert cluster == {"id": run, "people": 5, "state": "unconfirmed"}
    ran = desk.run(
        "groups", "confirm", run, "--purpose", "support", "--review", "2025-12-01", "--name", "Five"
    )
    (group,) = _card(desk, ref("C1"))["groups"]
    assert (group["id"], group["sort"], group["shown_as"], group["state"]) == (
        ran.out.split()[1].rstrip(":"), "peer_group", "Five", "confirmed",
    )  # fmt: skip


def test_a_run_made_with_other_rights_or_an_older_one_names_no_cluster(desk: Desk) -> None:
    people = [f"C{n}" for n in range(5)]
    desk.load("associations", [tie(a, b, date="2025-05-01") for a in people for b in people if a < b])
    desk.sit(COUNCIL, ["intel_officer"])
    desk.ask("clusters")
    desk.sit(COUNCIL)
    assert _card(desk, ref("C1"))["clusters"] == []
    desk.ask("clusters")
    assert len(_card(desk, ref("C1"))["clusters"]) == 1
    for path in (desk.folder / "runs").iterdir():
        os.utime(path, (1, 1))
    desk.ask("clusters", "--window", "2020-01-01", "2020-02-01")
    assert _card(desk, ref("C1"))["clusters"] == []


def test_restricted_content_is_pointed_to(desk: Desk) -> None:
    (pointer,) = _card(desk, ref("P0"))["restricted"]
    assert pointer["contact"] == POLICE and set(pointer) == {"entity", "contact", "reference"}


@pytest.mark.parametrize("entity", [ref("P9"), ref("Q1", POLICE), ref("nobody"), "nonsense", "", "'; --"])
def test_hidden_absent_and_nonsense_are_not_found_alike(desk: Desk, entity: str) -> None:
    with pytest.raises(EntityNotFoundError):
        _card(desk, entity)
    assert desk.events()[-1]["detail"] == {"error": "EntityNotFoundError"}


def test_the_command_prints_the_card(desk: Desk) -> None:
    ran = desk.run("show", ref("P1"))
    assert ran.code == 0 and "Person, A.A., age: child" in ran.out
    assert "Tier 3 (red)" in ran.out and "nrm_referred" in ran.out and "FRIEND_OF" in ran.out
    assert desk.ask("show", ref("P1"), "--names", "--as-of", "2025-05-20")["names"] == ["Amy Ash"]
    assert desk.run("show", ref("P9")).code == 2
