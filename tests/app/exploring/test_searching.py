"""Search by name, number, reference and id: what is found, by whom, in what order, and what the log keeps."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from app.use_cases.exploring import searching
from app.use_cases.exploring.searching import search
from graph.errors import ModelError, NotPermittedError, UnknownKindError
from tests.app.desk import CHILD, COUNCIL, POLICE, Desk, person
from tests.app.exploring.town import ref, town


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return town(tmp_path)


def _found(desk: Desk, text: str, **asked: Any) -> dict[str, Any]:
    return search(desk.workspace(), text, **asked).body


def _ids(desk: Desk, text: str, **asked: Any) -> list[str]:
    return [row["id"] for row in _found(desk, text, **asked)["rows"]]


def test_people_are_found_by_name_and_shown_by_initials(desk: Desk) -> None:
    (row,) = _found(desk, "OMAN lucja")["rows"]
    assert (row["id"], row["kind"], row["shown_as"], row["exact"]) == (ref("P4"), "Person", "Ł.Ó.", True)
    assert row["found_by"] == ["recorded"] and row["claims"][0].endswith("/name/0")
    assert _found(desk, "lucja", names=True)["rows"][0]["shown_as"] == "Łucja Ómán"


def test_an_alias_of_one_agency_and_a_name_of_another_find_one_person(desk: Desk) -> None:
    assert _ids(desk, "ziggy") == _ids(desk, "amee obrien") == _ids(desk, "brien amy") == [ref("P0")]
    assert _found(desk, "ziggy")["rows"][0]["found_by"] == ["also_known_as"]


def test_what_fits_exactly_comes_first_then_what_is_shown_then_ids(desk: Desk) -> None:
    desk.load("people", [person(f"S{n}", given_name="Amy", family_name="Ashe") for n in range(9)])
    rows = _found(desk, "ash amy")["rows"]
    assert (rows[0]["id"], rows[0]["exact"], len(rows)) == (ref("P1"), True, 10)
    assert [row["id"] for row in rows[1:]] == sorted(row["id"] for row in rows[1:])
    shown = [row["shown_as"] for row in _found(desk, "a", names=True)["rows"]]
    assert shown == sorted(shown, key=str.casefold)


def test_groups_places_and_things_are_found_too_and_private_places_are_not_named(desk: Desk) -> None:
    rows = {(row["kind"], row["sort"]): row["shown_as"] for row in _found(desk, "elm", names=True)["rows"]}
    assert rows == {
        ("Group", "ocg"): "Elm Line", ("Location", "park"): "Elm Park", ("Location", "placement"): "",
        ("Location", "shop"): "", ("Person", None): "Dee Elm",
    }  # fmt: skip
    assert _ids(desk, "ocg/77") == [ref("G1", kind="Group", scheme="group_ref")]


def test_only_the_kinds_asked_for_are_found_and_counted(desk: Desk) -> None:
    found = _found(desk, "elm", kinds=["Location", "Group"], limit=2)
    assert (found["found"], len(found["rows"])) == (4, 2)
    assert found["counts"] == [{"kind": "Group", "found": 1}, {"kind": "Location", "found": 3}]
    assert found["sentence"] == "4 found; the first 2 are shown"
    with pytest.raises(UnknownKindError, match="Nominal"):
        _found(desk, "elm", kinds=["Nominal"])
    with pytest.raises(ModelError, match="limit"):
        _found(desk, "elm", limit=-1)


def test_a_reference_and_an_id_are_found_whole(desk: Desk) -> None:
    for text in ("P4", " p4 ", ref("P4"), f" {ref('P4').upper()} "):
        assert _ids(desk, text) == [ref("P4")], text
    assert _found(desk, "P4")["rows"][0]["found_by"] == ["reference"]
    assert _found(desk, ref("P4"))["rows"][0]["found_by"] == ["id"]
    assert _ids(desk, "P") == _ids(desk, "P44") == _ids(desk, ref("P4")[:12]) == []


@pytest.mark.parametrize("text", ["hid denby", "denby", "P9", "Q1", "seal"])
def test_what_a_viewer_may_not_see_is_not_found(desk: Desk, text: str) -> None:
    found = _found(desk, text, names=True)
    assert (found["found"], found["counts"], found["rows"], found["restricted"]) == (0, [], [], [])
    assert found["sentence"] == "nothing that you may see begins like this"


def test_its_owner_finds_it(desk: Desk) -> None:
    desk.sit(COUNCIL, ["intel_officer"])
    assert _ids(desk, "hid denby") == _ids(desk, "P9") == [ref("P9")]
    desk.sit(POLICE)
    assert _ids(desk, "seal denby") == [ref("Q1", POLICE)]


def test_restricted_content_is_pointed_to_and_neither_counted_nor_matched(desk: Desk) -> None:
    found = _found(desk, "amy brien")
    assert [row["contact"] for row in found["restricted"]] == [POLICE]
    assert found["restricted"][0]["entity"] == found["rows"][0]["id"] and found["found"] == 1


@pytest.mark.parametrize(("text", "sentence"), [
    ("", "at least 2"), ("a", "at least 2"), ('"*', "at least 2"), ("x" * 201, "at most 200"),
])  # fmt: skip
def test_too_little_and_too_much_is_said(desk: Desk, text: str, sentence: str) -> None:
    found = _found(desk, text)
    assert sentence in found["sentence"] and found["rows"] == []


def test_a_list_that_nobody_reads_is_not_made(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(searching, "MOST_LISTED", 2)
    found = _found(desk, "elm", limit=2)
    assert (found["found"], found["rows"]) == (5, []) and "type more" in found["sentence"]
    desk.load("people", [person("S1", given_name="Elm", family_name="")])
    found = _found(desk, "elm", limit=2)
    assert [row["id"] for row in found["rows"]] == [ref("S1")]


def test_the_log_holds_a_keyed_hash_of_what_was_looked_for(desk: Desk) -> None:
    for text in ("Amy O'Brien", "o'BRIEN amy", "Amy Quartz"):
        _found(desk, text)
    one, same, other = (event["detail"] for event in desk.events()[-3:])
    assert one["text"] == same["text"] != other["text"] and len(one["text"]) == 32
    assert (one["letters"], one["found"], other["found"]) == (11, 1, 0)
    assert desk.events()[-3]["subjects"] == [ref("P0")]
    for path in desk.folder.glob("audit*"):
        held = path.read_bytes().lower()
        assert b"quartz" not in held and b"brien" not in held


def test_a_workspace_of_an_older_version_is_brought_up_and_then_searched(desk: Desk) -> None:
    with closing(sqlite3.connect(desk.folder / "identity.db")) as identity:
        identity.execute("DROP TABLE name_index")
        identity.execute("CREATE INDEX ix_particular_entity ON particular (entity)")
        identity.execute("UPDATE alembic_version SET version_num = '0001'")
        identity.commit()
    ran = desk.run("find", "amy")
    assert ran.code == 4 and "schema 0001" in ran.err
    assert desk.run("upgrade").code == 0
    assert _ids(desk, "lucja") == [ref("P4")] and len(_ids(desk, "elm")) == 5


def test_an_empty_workspace_answers(tmp_path: Path) -> None:
    desk = Desk(tmp_path / "empty")
    assert _found(desk, "amy")["found"] == 0


def test_a_search_needs_the_role_and_names_need_it_too(desk: Desk) -> None:
    for roles in (["op_group"], ["coordinator"], ["ig_auditor"], ["admin"]):
        desk.sit(COUNCIL, roles)
        with pytest.raises(NotPermittedError):
            _found(desk, "amy")
        assert desk.events()[-1]["decision"] == "deny" and desk.events()[-1]["action"] == "search"
        assert desk.run("find", "amy").code == 3


def test_the_command_prints_a_table_and_pointers(desk: Desk) -> None:
    ran = desk.run("find", "amy brien", "--names", "--kind", "person")
    assert ran.code == 0 and "Amy O'Brien" in ran.out and "child" in ran.out
    assert f"restricted link exists, contact {POLICE}" in ran.out
    assert desk.ask("find", "amy brien")["rows"][0]["shown_as"] == "A.O."
    ran = desk.run("find", "ash", "--csv", desk.files / "found.csv")
    assert ran.code == 0 and "3 rows" in ran.err


def test_a_hostile_name_is_only_shown(desk: Desk) -> None:
    name = "<script>alert(1)</script> =1+1 \u202e\x1b[31mRed"
    desk.load("people", [person("S1", given_name=name, family_name="Zzz", date_of_birth=CHILD)])
    ran = desk.run("find", "zzz", "--names")
    assert ran.code == 0 and "\x1b[31m" not in ran.out and "\u202e" not in ran.out
    assert _ids(desk, "<script>alert(1) 31m zzz") == [ref("S1")]
