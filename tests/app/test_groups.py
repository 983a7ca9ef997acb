"""Peer groups at the command line: confirmed from a cluster or from people, changed, dissolved, read."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from app.use_cases.confirming.writing import write_group
from app.use_cases.drawing import current_store
from app.use_cases.groups import Act, PeerGroup, find_group
from graph.errors import ConflictError, EntityNotFoundError
from graph.ledger.opening import open_ledger
from graph.ledger.removal import remove_records
from graph.ledger.writing import LedgerWriter
from graph.model.claims import Mention
from graph.model.entities import read_id, write_id
from tests.app.desk import (
    ADULT,
    CHILD,
    COUNCIL,
    POLICE,
    SHARED,
    Desk,
    concern,
    person,
    present,
    quick_folder,
    tie,
)
from tests.builders import id_of

REVIEW = "2025-12-01"
PURPOSE = "support after the April incident"


def ref(name: str, agency: str = COUNCIL) -> str:
    """Return the id of somebody whom an agency knows by a reference."""
    return write_id(id_of(Mention("Person", f"{agency}/person_ref", name)))


@cache
def _ground() -> Path:
    made = Desk(quick_folder())
    people = [f"P{n}" for n in range(10)]
    born = {"P4": ADULT}
    rows = [person(p, given_name="Amy", family_name=p, date_of_birth=born.get(p, CHILD)) for p in people]
    made.load("people", rows)
    circles = people[:5], people[5:]
    ties = [tie(a, b, date="2025-05-01") for five in circles for a in five for b in five if a < b]
    made.load("associations", [*ties, *(present(p, "E1", date="2025-04-02") for p in people[:2])])
    made.load("locations_of_concern", [concern("L1", -2.65, 53.2)])
    return made.folder


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """Return a desk that knows two circles of five, one adult among them, and a place."""
    made = Desk(tmp_path, like=_ground())
    made.numbered = 10
    return made


def confirmed(desk: Desk, *people: str, purpose: str = PURPOSE, **named: str) -> str:
    """Confirm a group of some people and return its id."""
    adds = [word for name in people for word in ("--add", ref(name))]
    more = [word for name, text in named.items() for word in (f"--{name}", text)]
    ran = desk.run("groups", "confirm", *adds, "--purpose", purpose, "--review", REVIEW, *more)
    assert ran.code == 0, ran.err
    return ran.out.split()[1].rstrip(":")


def shown(desk: Desk, group: str, *options: str) -> dict[str, Any]:
    """Return a group as it is shown."""
    (row,) = desk.ask("groups", "show", group, *options)["rows"]
    found: dict[str, Any] = row
    return found


def members(desk: Desk, group: str, *options: str) -> set[str]:
    """Return the ids of a group's members."""
    return {member["id"] for member in shown(desk, group, *options)["members"]}


def found(desk: Desk, group: str) -> PeerGroup:
    """Return a group as other use cases read it."""
    workspace = desk.workspace()
    with closing(current_store(workspace)) as store, workspace.view("groups", store) as view:
        return find_group(view, read_id(group))


def _rows(desk: Desk) -> list[tuple[Any, ...]]:
    """Return every row of the ledger and of the identity file."""
    rows: list[tuple[Any, ...]] = []
    for name in ("ledger", "identity"):
        with sqlite3.connect(desk.folder / f"{name}.db") as file:
            tables = [row[0] for row in file.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            rows += [(table, *row) for table in tables for row in file.execute(f"SELECT * FROM {table}")]
        file.close()
    return rows


def test_a_group_begins_with_a_cluster_which_stays_what_it_was(desk: Desk) -> None:
    before = desk.ask("clusters")
    cluster = next(row for row in before["rows"] if ref("P0") in {m["id"] for m in row["members"]})
    asked = ["--purpose", PURPOSE, "--review", REVIEW, "--name", "Elm"]
    ran = desk.run("groups", "confirm", cluster["id"], *asked, "--without", ref("P3"), "--add", ref("P7"))
    assert ran.code == 0 and ran.out.endswith(": 5 members, review by 2025-12-01\n")
    row = shown(desk, ran.out.split()[1].rstrip(":"))
    assert {m["id"] for m in row["members"]} == {ref(p) for p in ("P0", "P1", "P2", "P4", "P7")}
    assert (row["name"], row["state"], row["purpose"]) == ("Elm", "confirmed", PURPOSE)
    assert (row["people"], row["children_or_age_unknown"], row["overdue"]) == (5, 4, False)
    assert (row["agency"], row["confirmed"], bool(row["by"])) == (COUNCIL, "2025-06-01", True)
    assert len(row["ties"]) == 6 and {t["says"] for t in row["ties"]} == {"FRIEND_OF"}
    after = desk.ask("clusters")
    drop = {"id"}
    assert [{k: v for k, v in r.items() if k not in drop} for r in after["rows"]] == [
        {k: v for k, v in r.items() if k not in drop} for r in before["rows"]
    ]
    assert desk.ask("clusters", "--why", cluster["id"])["about"] == "row of a saved run of clusters"


def test_clusters_of_one_run_are_confirmed_one_after_the_other(desk: Desk) -> None:
    rows = desk.ask("clusters")["rows"]
    for row in rows:
        ran = desk.run("groups", "confirm", row["id"], "--purpose", row["id"], "--review", REVIEW)
        assert ran.code == 0, ran.err
    assert [row["people"] for row in desk.ask("groups", "list")["rows"]] == [5, 5]
    assert desk.run("clusters", "--why", rows[0]["id"]).code == 0


def test_what_is_read_of_a_group_is_what_was_confirmed(desk: Desk) -> None:
    desk.sit(reference="MEETING-7")
    group = confirmed(desk, "P0", "P1", name="Elm")
    desk.pass_days(3)
    late = ["--review", "2026-02-01", "--purpose", "support", "--name", "", "--reason", "met"]
    assert desk.run("groups", "change", group, *late, "--add", ref("P2"), "--drop", ref("P0")).code == 0
    held = found(desk, group)
    assert held._replace(id=0) == PeerGroup(
        0, "", "confirmed", tuple(sorted(map(read_id, (ref("P1"), ref("P2"))))), "someone", "support",
        "MEETING-7", held.review, held.confirmed_on,
        (
            Act("confirmed", "someone", held.confirmed_on, PURPOSE),
            Act("changed", "someone", held.history[1].day, "met"),
        ),
        COUNCIL,
    )  # fmt: skip
    days = held.confirmed_on, held.history[1].day, held.review
    assert [day.isoformat() for day in days] == ["2025-06-01", "2025-06-04", "2026-02-01"]


def test_the_past_of_a_group_is_told_as_it_was_known(desk: Desk) -> None:
    group = confirmed(desk, "P0", "P1", "P2", name="Elm")
    desk.pass_days(2)
    assert desk.run("groups", "change", group, "--drop", ref("P0"), "--reason", "moved away").code == 0
    desk.pass_days(2)
    assert desk.run("groups", "dissolve", group, "--reason", "no concern left").code == 0
    desk.pass_days(1)
    assert members(desk, group) == set()
    now = shown(desk, group)
    assert [(act["day"], act["act"], act["reason"]) for act in now["history"]] == [
        ("2025-06-01", "confirmed", PURPOSE),
        ("2025-06-03", "changed", "moved away"),
        ("2025-06-05", "dissolved", "no concern left"),
    ]
    assert (now["state"], now["overdue"], now["people"], now["name"]) == ("dissolved", False, 0, "Elm")
    assert members(desk, group, "--known-on", "2025-06-02") == {ref(p) for p in ("P0", "P1", "P2")}
    then = shown(desk, group, "--known-on", "2025-06-03")
    assert len(then["history"]) == 2 and then["state"] == "confirmed" and len(then["members"]) == 2
    assert desk.run("groups", "show", group, "--known-on", "2025-05-31").code == 2
    assert desk.ask("groups", "list")["sentence"] == "0 peer groups, 1 dissolved"


def test_somebody_who_left_can_come_back(desk: Desk) -> None:
    group = confirmed(desk, "P0", "P1", "P2")
    for word, count in (("--drop", 2), ("--add", 3), ("--drop", 2), ("--add", 3)):
        desk.pass_days(1)
        assert desk.run("groups", "change", group, word, ref("P2"), "--reason", "again").code == 0
        assert len(members(desk, group)) == count
    assert len(shown(desk, group)["history"]) == 5


def test_a_review_that_is_overdue_stands_first_and_says_so(desk: Desk) -> None:
    later = confirmed(desk, "P0", "P1", purpose="one")
    assert desk.run("groups", "change", later, "--review", "2026-05-01", "--reason", "seen").code == 0
    sooner = confirmed(desk, "P5", "P6", purpose="two")
    desk.pass_days(184)
    rows = desk.ask("groups", "list")["rows"]
    assert [(row["id"], row["overdue"]) for row in rows] == [(sooner, True), (later, False)]
    assert "2 peer groups, 1 overdue for review" in desk.run("groups", "list").out
    table = desk.files / "groups.csv"
    assert desk.run("groups", "list", "--csv", table).code == 0
    lines = table.read_text("utf-8").splitlines()
    assert lines[0].startswith("id,name,state,people,children_or_age_unknown,purpose") and len(lines) == 3
    assert lines[1].endswith(",overdue") and lines[2].endswith(",")


def test_why_of_a_group_tells_its_claims(desk: Desk) -> None:
    group = confirmed(desk, "P0", "P1", name="Elm")
    why = desk.ask("clusters", "--why", group)
    said = sorted((c["predicate"], c["capacity"], c["nature"], c["basis"]) for c in why["rows"])
    assert why["about"] == "Group peer_group" and said == [
        ("CONFIRMATION", None, "fact", "recorded"),
        ("CONFIRMATION", None, "fact", "recorded"),
        ("IS", None, "professional_concern", "concern"),
        ("MEMBER_OF", "assessed", "professional_concern", "concern"),
        ("MEMBER_OF", "assessed", "professional_concern", "concern"),
        ("NAMED", None, "fact", "recorded"),
    ]
    of_member = desk.ask("clusters", "--why", ref("P0"))
    assert [c["object"] for c in of_member["rows"] if c["predicate"] == "MEMBER_OF"] == [group]


def test_people_are_shown_by_initials_unless_names_are_asked_for(desk: Desk) -> None:
    group = confirmed(desk, "P0", "P1")
    assert {m["shown_as"] for m in shown(desk, group)["members"]} == {"A.P."}
    assert {m["shown_as"] for m in shown(desk, group, "--names")["members"]} == {"Amy P0", "Amy P1"}
    screen = desk.run("groups", "show", group).out
    assert "A.P." in screen and "Amy" not in screen and "not by the software" in screen


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--add", ref("P0")], "2 members or more, and this would have 1"),
        (["--add", ref("P0"), "--add", ref("P0")], "this would have 1"),
        (["--add", ref("P0"), "--add", ref("P1"), "--review", "2025-05-31"], "is past"),
        (["--add", ref("P0"), "--add", ref("P1"), "--review", "2026-06-03"], "more than twelve months ahead"),
        (["--add", ref("P0"), "--add", ref("P1"), "--purpose", "  "], "needs a purpose"),
        (["--add", ref("P0"), "--add", ref("P1"), "--purpose", "x" * 1001], "more than 1,000 letters"),
        (["--add", ref("P0"), "--add", ref("P99")], "nobody with the id"),
        (["--add", ref("P0"), "--add", "somebody"], "nobody with the id somebody"),
        (["--add", ref("P0"), "--add", "LOCATION"], "is no person"),
        (["--add", ref("P0"), "--add", ref("P1"), "--without", ref("P2")], "so not to leave out"),
        (["00000000-1", "--add", ref("P0"), "--add", ref("P1")], "run the measure again"),
        (["PAIR", "--add", ref("P0"), "--add", ref("P1")], "begins with a peer cluster"),
    ],
)
def test_what_breaks_a_rule_is_refused_and_leaves_nothing(desk: Desk, options: list[str], says: str) -> None:
    place = write_id(id_of(Mention("Location", f"{COUNCIL}/location_ref", "L1")))
    desk.load(
        "people", [person("P0", home_area="E06000090", given_name="Amy"), person("P1", home_area="E06000091")]
    )
    pairs = desk.ask("cross-border")["rows"]
    swap = {"LOCATION": place, "PAIR": pairs[0]["id"] if pairs else "0"}
    before = _rows(desk)
    given = ["--purpose", PURPOSE, "--review", REVIEW, *(swap.get(word, word) for word in options)]
    ran = desk.run("groups", "confirm", *given)
    assert ran.code == 2 and says in ran.err and _rows(desk) == before
    assert "Amy" not in ran.err


@pytest.mark.parametrize("missing", ["--purpose", "--review"])
def test_a_purpose_and_a_review_date_are_asked_for(desk: Desk, missing: str) -> None:
    given = {"--purpose": PURPOSE, "--review": REVIEW}
    words = [word for name, text in given.items() if name != missing for word in (name, text)]
    ran = desk.run("groups", "confirm", "--add", ref("P0"), "--add", ref("P1"), *words)
    assert ran.code == 2 and missing in ran.err


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ([], "nothing to change"),
        (["--add", "P1"], "in the group already"),
        (["--drop", "P5"], "not in the group"),
        (["--drop", "P1"], "this would have 1"),
        (["--review", "2025-01-01"], "is past"),
        (["--purpose", ""], "needs a purpose"),
    ],
)
def test_a_change_that_breaks_a_rule_is_refused(desk: Desk, options: list[str], says: str) -> None:
    group, before = confirmed(desk, "P0", "P1"), _rows(desk)
    words = [ref(word) if word[:1] == "P" else word for word in options]
    ran = desk.run("groups", "change", group, "--reason", "met", *words)
    assert ran.code == 2 and says in ran.err and _rows(desk) == before
    assert desk.run("groups", "change", group, "--reason", " ", "--drop", ref("P0")).code == 2


def test_a_dissolved_group_stays_dissolved(desk: Desk) -> None:
    group = confirmed(desk, "P0", "P1")
    assert desk.run("groups", "dissolve", group, "--reason", "over").code == 0
    for words in (["change", group, "--add", ref("P2")], ["dissolve", group]):
        ran = desk.run("groups", *words, "--reason", "again")
        assert ran.code == 2 and "dissolved" in ran.err


def test_a_group_is_changed_by_the_agency_that_answers_for_it(desk: Desk) -> None:
    group = confirmed(desk, "P0", "P1")
    desk.sit(POLICE)
    assert members(desk, group) == {ref("P0"), ref("P1")}
    for words in (["change", group, "--drop", ref("P0")], ["dissolve", group]):
        ran = desk.run("groups", *words, "--reason", "ours now")
        assert (ran.code, COUNCIL in ran.err) == (3, True)


@pytest.mark.parametrize("role", ["op_group", "coordinator", "intel_officer", "ig_auditor", "admin"])
def test_only_an_analyst_has_to_do_with_groups(desk: Desk, role: str) -> None:
    group = confirmed(desk, "P0", "P1")
    desk.sit(roles=[role])
    for words in (["list"], ["show", group], ["dissolve", group, "--reason", "x"]):
        assert desk.run("groups", *words).code == 3
    assert desk.events()[-1]["decision"] == "deny"


def test_a_group_of_another_sort_is_no_peer_group(desk: Desk) -> None:
    standing = {"sort": "ocg", "group_status": "active", "last_confirmed": "2025-05-01"}
    row = {"group_ref": "G1", "agency": POLICE, **SHARED, **standing, "name": "", "ocg_reference": "R1"}
    desk.load("groups", [row])
    ocg = write_id(id_of(Mention("Group", f"{POLICE}/group_ref", "G1")))
    assert desk.ask("groups", "list")["rows"] == []
    assert desk.run("groups", "show", ocg).err == desk.run("groups", "show", "0" * 13).err != ""
    assert desk.run("groups", "change", ocg, "--add", ref("P0"), "--reason", "x").code == 2


def test_an_act_is_on_the_log_before_it_is_live(desk: Desk) -> None:
    group = confirmed(desk, "P0", "P1")
    event = desk.events()[-1]
    assert (event["kind"], event["action"], event["subjects"][0]) == ("alteration", "groups confirm", group)
    assert set(event["subjects"][1:]) == {ref("P0"), ref("P1")} and PURPOSE not in json.dumps(event)
    before = _rows(desk)
    key = (desk.folder / "audit.key").read_bytes()
    (desk.folder / "audit.key").unlink()
    assert desk.run("groups", "dissolve", group, "--reason", "over").code == 4
    assert _rows(desk) == before
    (desk.folder / "audit.key").write_bytes(key)
    assert (
        desk.run("groups", "change", group, "--drop", ref("P0"), "--add", ref("P2"), "--reason", "x").code
        == 0
    )
    assert desk.run("groups", "dissolve", group, "--reason", "over").code == 0
    assert [e["action"] for e in desk.events() if e["kind"] == "alteration"][-2:] == [
        "groups change",
        "groups dissolve",
    ]
    asked = len(desk.events())
    assert desk.run("groups", "list").code == 0
    assert [(e["kind"], e["action"]) for e in desk.events()[asked:]] == [("consultation", "groups")]


def test_an_audit_log_that_fails_at_the_last_moment_leaves_no_group(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, write = _rows(desk), desk.workspace().audit.__class__.write

    def _write(log: Any, event: Any) -> None:
        if event.kind == "alteration":
            (desk.folder / "audit.key").unlink()
        write(log, event)

    monkeypatch.setattr("app.audit.AuditLog.write", _write)
    ran = desk.run(
        "groups", "confirm", "--add", ref("P0"), "--add", ref("P1"), "--purpose", "p", "--review", REVIEW
    )
    assert ran.code == 4 and [row for row in _rows(desk) if row[0] not in ("label", "terms")] == [
        row for row in before if row[0] not in ("label", "terms")
    ]


def test_data_that_moved_while_somebody_decided_is_looked_at_again(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def _late(workspace: Any, plan: Any, action: str) -> Any:
        desk.load("people", [person("P20", given_name="New")])
        return write_group(workspace, plan, action)

    monkeypatch.setattr("app.use_cases.confirming.acts.write_group", _late)
    ran = desk.run(
        "groups", "confirm", "--add", ref("P0"), "--add", ref("P1"), "--purpose", "p", "--review", REVIEW
    )
    assert ran.code == 4 and "look again" in ran.err and ConflictError.__name__ not in ran.err
    assert desk.ask("groups", "list")["rows"] == []


def _key_of(desk: Desk, name: str) -> bytes:
    query = (
        "SELECT r.key FROM claim c JOIN record r ON r.seq = c.seq / 256 WHERE c.subject = ? ORDER BY c.seq"
    )
    with sqlite3.connect(desk.folder / "ledger.db") as ledger:
        key = bytes(ledger.execute(query, (read_id(ref(name)),)).fetchone()[0])
    ledger.close()
    return key


def test_whoever_is_removed_or_hidden_later_is_no_member(desk: Desk) -> None:
    desk.load("people", [person("R1"), person("R2"), person("R3")])
    group = confirmed(desk, "R1", "R2", "R3", "P0")
    files = open_ledger(desk.folder, writer=True)
    with LedgerWriter(files, clock=desk.clock) as writer:
        remove_records(writer, files, [_key_of(desk, "R1")])
    files.close()
    assert members(desk, group) == {ref(p) for p in ("R2", "R3", "P0")}
    assert desk.run("clusters", "--why", ref("R1")).code == 2
    desk.load("people", [person("R2", tier="hidden")])
    assert members(desk, group) == {ref(p) for p in ("R3", "P0")}
    # The membership itself still names them, until it ends; it is no ground to take them in again.
    assert desk.run("clusters", "--why", ref("R2")).code == 0
    ran = desk.run("groups", "change", group, "--add", ref("R2"), "--reason", "again")
    assert ran.code == 2 and "no claim that stands" in ran.err
    assert desk.run("groups", "change", group, "--drop", ref("R2"), "--reason", "hidden").code == 0
    assert desk.run("clusters", "--why", ref("R2")).code == 2


def test_nobody_is_a_member_of_whom_only_doubted_claims_speak(desk: Desk) -> None:
    desk.load("people", [person("D1", status="disputed")])
    ran = desk.run(
        "groups", "confirm", "--add", ref("P0"), "--add", ref("D1"), "--purpose", "p", "--review", REVIEW
    )
    assert ran.code == 2 and "no claim that stands" in ran.err


def test_no_such_group_is_the_same_answer_for_every_id(desk: Desk) -> None:
    workspace = desk.workspace()
    with closing(current_store(workspace)) as store, workspace.view("groups", store) as view:
        for number in (1, read_id(ref("P0"))):
            with pytest.raises(EntityNotFoundError, match="no peer group with this id"):
                find_group(view, number)
