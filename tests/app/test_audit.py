"""What a user does is on the audit log before they have an answer, and never what the records say."""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

import app.audit_commits
from app.audit import MOST_SUBJECTS, Event, create_audit
from graph.ledger.opening import migrate
from tests.app.desk import (
    CHILD,
    COUNCIL,
    POLICE,
    Desk,
    concern,
    incident,
    person,
    present,
    pupil_number,
    squares,
    tie,
)

PLANTED = [
    "Quillon",
    "Zephyrine",
    "Xq-771",
    "2011-09-30",
    "ISA-1",
    "-2.65",
    "53.2",
    "Xqev-9",
    "meeting place",
]


@pytest.fixture(scope="module")
def friends(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a workspace of a few people who know each other."""
    made = Desk(tmp_path_factory.mktemp("friends"))
    people = [f"Xq-77{n}" for n in range(10)]
    names = {"given_name": "Quillon", "family_name": "Zephyrine", "date_of_birth": CHILD}
    made.load("people", [person(ref, **names) for ref in people])
    same = {"upn": pupil_number(7), "given_name": "Quillon"}
    made.load("people", [person("Xq-7799", **same), person("Xq-7798", **same)])
    ties = [tie(a, b, date="2025-02-01") for n, a in enumerate(people) for b in people[n // 5 * 5 : n]]
    made.load("associations", [*ties, present("Xq-771", "Xqev-9")])
    return made.folder


@pytest.fixture
def desk(tmp_path: Path, friends: Path) -> Desk:
    """Return a desk of those friends."""
    return Desk(tmp_path, like=friends)


def _missing(folder: Path) -> None:
    (folder / "audit.db").unlink()


def _garbled(folder: Path) -> None:
    (folder / "audit.db").write_bytes(b"no database at all" * 100)


def _other_schema(folder: Path) -> None:
    with closing(sqlite3.connect(folder / "audit.db")) as log, log:
        log.execute("UPDATE alembic_version SET version_num = '9999'")


def _without_its_table(folder: Path) -> None:
    with closing(sqlite3.connect(folder / "audit.db")) as log, log:
        log.execute("ALTER TABLE event RENAME TO gone")


def _without_key(folder: Path) -> None:
    (folder / "audit.key").unlink()


def _checkpoints_shut(folder: Path) -> None:
    (folder / "audit-checkpoints.jsonl").unlink()
    (folder / "audit-checkpoints.jsonl").mkdir()


BREAKS = [_missing, _garbled, _other_schema, _without_its_table, _without_key, _checkpoints_shut]
COMMANDS = [
    ["clusters", "--json"],
    ["cross-border"],
    ["hotspots", "--json"],
    ["match", "list"],
    ["clusters", "--names"],
]


@pytest.mark.parametrize("break_log", BREAKS)
def test_nothing_is_answered_when_the_event_cannot_be_written(
    desk: Desk, break_log: Callable[[Path], None]
) -> None:
    desk.run("areas", "load", squares(desk.files / "lad.geojson"), "--kind", "lad")
    assert desk.run("cross-border").code == 0
    break_log(desk.folder)
    for command in COMMANDS:
        ran = desk.run(*command)
        assert (ran.code, ran.out) == (4, "")
        assert ran.err.startswith("kithmap: the audit log cannot be written") and ran.err.count("\n") == 1
    table = desk.files / "answer.csv"
    assert desk.run("clusters", "--csv", table).code == 4 and not table.exists()


def test_nothing_is_answered_while_somebody_holds_the_log(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app.audit_commits, "BUSY_MS", 50)
    with closing(sqlite3.connect(desk.folder / "audit.db", isolation_level=None)) as log:
        log.execute("BEGIN EXCLUSIVE")
        ran = desk.run("clusters", "--json")
        log.execute("ROLLBACK")
    assert (ran.code, ran.out) == (4, "") and "locked" in ran.err
    assert desk.run("clusters", "--json").code == 0


@pytest.mark.parametrize("break_log", BREAKS)
def test_nothing_is_imported_when_the_event_cannot_be_written(
    desk: Desk, break_log: Callable[[Path], None]
) -> None:
    held = (desk.folder / "ledger.db").read_bytes()
    break_log(desk.folder)
    path = desk.files / "more.csv"
    path.write_text(
        "person_ref,agency,agreement,agreement_expires\nP9,Ashby Council,ISA-1,none\n", encoding="utf-8"
    )
    ran = desk.run("import", path, "--mapping", "people")
    assert (ran.code, ran.out) == (4, "")
    assert (desk.folder / "ledger.db").read_bytes() == held


def test_each_command_leaves_its_event_with_who_what_for_and_no_content(desk: Desk) -> None:
    desk.run("areas", "load", squares(desk.files / "lad.geojson"), "--kind", "lad")
    desk.load("locations_of_concern", [concern("Xq-loc", -2.65, 53.2)])
    desk.load("police_uk", [incident(f"Xqc{n}", -2.65, 53.2) for n in range(40)])
    desk.sit(purpose="strategy meeting", reference="SM/12")
    found = desk.ask("clusters", "--names")
    asked = ["clusters", "cross-border", "hotspots"]
    for command in asked:
        desk.ask(command)
    desk.ask("clusters", "--why", found["rows"][0]["id"])
    desk.ask("clusters", "--why", found["rows"][0]["members"][0]["id"])
    judged = desk.ask("match", "list")["rows"][0]["id"]
    assert desk.run("match", "undo", judged).code == 0
    assert desk.run("redraw").code == 0
    events = desk.events()
    assert [e["action"] for e in events[-10:]] == [
        "clusters",
        "clusters",
        "cross_border",
        "hotspots",
        "why",
        "why",
        "match",
        "match",
        "match undo",
        "redraw",
    ]
    assert [e["kind"] for e in events[-3:]] == ["consultation", "alteration", "alteration"]
    for event in events[-10:]:
        assert (event["purpose"], event["reference"], event["agency"]) == (
            "strategy meeting",
            "SM/12",
            COUNCIL,
        )
        assert (event["actor"], event["roles"], event["decision"]) == ("someone", ["analyst"], "allow")
    assert events[-10]["subjects"] == sorted(who["id"] for row in found["rows"] for who in row["members"])
    text = json.dumps(events, ensure_ascii=False)
    assert not [word for word in (*PLANTED, pupil_number(7)) if word in text]


def test_a_refusal_is_an_event_too(desk: Desk) -> None:
    desk.sit(POLICE, ["op_group"])
    for command in (
        ["clusters"],
        ["cross-border", "--json"],
        ["match", "list"],
        ["redraw"],
        ["clusters", "--names"],
    ):
        ran = desk.run(*command)
        assert (ran.code, ran.out) == (3, "")
        assert ran.err.startswith("kithmap: the role op_group does not allow ")
        event = desk.events()[-1]
        assert (event["decision"], event["subjects"], event["agency"]) == ("deny", [], POLICE)


@pytest.mark.parametrize(
    "asked", ["0000000000000", "abcdefgh-1", "300E384000N350000", "no such thing", "' OR 1=1 --"]
)
def test_asking_for_what_is_not_there_is_an_event_that_does_not_repeat_the_words(
    desk: Desk, asked: str
) -> None:
    before = len(desk.events())
    ran = desk.run("clusters", "--why", asked)
    assert (ran.code, ran.out) == (2, "")
    events = desk.events()[before:]
    assert [(e["action"], e["kind"], e["decision"]) for e in events] == [("why", "consultation", "allow")]
    assert asked not in json.dumps(events)


def test_without_a_purpose_nothing_is_answered(desk: Desk) -> None:
    for purpose in ("", "   "):
        desk.sit(purpose=purpose)
        for command in COMMANDS:
            ran = desk.run(*command)
            assert (ran.code, ran.out) == (3, "") and "purpose" in ran.err
            assert desk.events()[-1]["decision"] == "deny"


def test_events_are_chained_and_each_has_a_signed_checkpoint(desk: Desk) -> None:
    for _ in range(3):
        desk.ask("match", "list")
    with closing(sqlite3.connect(desk.folder / "audit.db")) as log:
        rows = log.execute("SELECT seq, body, hash FROM event ORDER BY seq").fetchall()
    before = ""
    for seq, (number, body, digest) in enumerate(rows, 1):
        assert number == seq == json.loads(body)["seq"]
        assert digest == hashlib.sha256(f"{before}\n{body}".encode()).hexdigest()
        before = digest
    key = Ed25519PublicKey.from_public_bytes(bytes.fromhex((desk.folder / "audit.pub").read_text("ascii")))
    points = (desk.folder / "audit-checkpoints.jsonl").read_text("ascii").splitlines()
    assert len(points) == len(rows)
    for line, (seq, _, digest) in zip(map(json.loads, points), rows, strict=True):
        assert (line["seq"], line["hash"]) == (seq, digest)
        key.verify(bytes.fromhex(line["signature"]), f"{seq} {digest}".encode())


@pytest.mark.parametrize("statement", ["UPDATE event SET body = '{}'", "DELETE FROM event"])
def test_the_log_refuses_changes(desk: Desk, statement: str) -> None:
    with closing(sqlite3.connect(desk.folder / "audit.db")) as log, pytest.raises(sqlite3.IntegrityError):
        log.execute(statement)


def test_a_long_list_of_subjects_is_written_as_its_number_and_digest(desk: Desk) -> None:
    audit = desk.workspace().audit
    many = [f"{n:013d}" for n in range(MOST_SUBJECTS + 1)]
    audit.write(Event("consultation", "clusters", many[:-1]))
    audit.write(Event("consultation", "clusters", many))
    short, long = (event["subjects"] for event in desk.events()[-2:])
    assert short == many[:-1]
    assert long == {"number": len(many), "sha256": hashlib.sha256("\n".join(many).encode()).hexdigest()}


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such file modes")
def test_the_signing_key_is_for_its_owner_alone(desk: Desk) -> None:
    assert (desk.folder / "audit.key").stat().st_mode & 0o077 == 0


def test_a_new_log_is_letter_for_letter_what_the_migrations_make(tmp_path: Path) -> None:
    create_audit(tmp_path)
    migrate(tmp_path / "migrated.db", "app.migrations_audit")
    for query in (
        "SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY name",
        "SELECT * FROM alembic_version",
        "PRAGMA journal_mode",
    ):
        made, migrated = (_answers(tmp_path / name, query) for name in ("audit.db", "migrated.db"))
        assert made == migrated != []


def _answers(path: Path, query: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as log:
        return log.execute(query).fetchall()
