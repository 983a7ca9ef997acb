"""Imports over HTTP: files are sent, checked by a job, then loaded or discarded; nobody else sees them."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from filelock import FileLock

from app.serving.answer_forms import answer_forms
from app.serving.sweeping import sweep
from app.use_cases import import_drafts
from app.use_cases.import_drafts import sweep_drafts
from graph.errors import AuditUnavailableError
from tests.app.desk import CHILD, Desk, person
from tests.app.serving.callers import Caller, Open, opened, reopened
from tests.app.serving.tour import PEOPLE
from tests.ingest.builders import write_csv


@pytest.fixture
def at(tmp_path: Path) -> Iterator[Open]:
    """Return a service."""
    with opened(tmp_path) as made:
        yield made


@pytest.fixture
def ash(at: Open) -> Caller:
    """Return an analyst."""
    return at.enter("ash")


def _draft(ash: Caller, **files: bytes) -> str:
    answer = ash.post("/api/imports", json={"mapping": "people"})
    assert answer.status_code == 201, answer.text
    draft: str = answer.json()["id"]
    for name, content in files.items():
        sent = ash.put(f"/api/imports/{draft}/files/{name}.csv", content=content)
        assert sent.status_code == 200, sent.text
    return draft


def _people(desk: Desk, *rows: dict[str, str]) -> bytes:
    path = desk.files / "rows.csv"
    write_csv(path, rows)
    return path.read_bytes()


def _done(at: Open, ash: Caller, draft: str, act: str) -> dict[str, Any]:
    begun = ash.post(f"/api/imports/{draft}/{act}")
    assert begun.status_code == 202, begun.text
    return at.ended(ash, begun.json()["id"])


def test_files_are_sent_checked_and_loaded(at: Open, ash: Caller) -> None:
    rows = [person(f"P{n}", date_of_birth=CHILD) for n in range(3)]
    draft = _draft(ash, people=_people(at.desk, *rows, person("P9", date_of_birth="2011-02-30")))
    checked = _done(at, ash, draft, "check")
    assert (checked["state"], checked["result"]) == ("done", f"/api/imports/{draft}")
    told = ash.get(checked["result"]).json()
    totals = {"rows": 4, "accepted": 3, "rejected": 1, "duplicate": 0, "set_aside": 0}
    assert (told["state"], told["report"]["totals"]) == ("checked", totals)
    assert at.desk.ask("clusters")["sentence"].endswith("0 people looked at")
    assert _done(at, ash, draft, "load")["state"] == "done"
    told = ash.get(f"/api/imports/{draft}").json()
    assert (told["state"], told["files"], told["report"]["totals"]) == ("loaded", [], totals)
    assert at.desk.ask("clusters")["sentence"].endswith("3 people looked at")
    whole = {"$ref": "#/components/schemas/import-report", "components": {"schemas": answer_forms()}}
    jsonschema.Draft202012Validator(whole).validate(told["report"])


def test_a_report_names_the_file_and_not_where_it_is_kept(at: Open, ash: Caller) -> None:
    draft = _draft(ash, people=_people(at.desk, person("P9", date_of_birth="2011-02-30")))
    _done(at, ash, draft, "check")
    report = ash.get(f"/api/imports/{draft}").json()["report"]
    assert [row["file"] for row in report["files"] + report["rejections"]] == ["people.csv", "people.csv"]
    assert str(at.desk.folder) not in str(report)
    bad = _draft(ash, people=b"person_ref\nP1\n")
    failed = _done(at, ash, bad, "check")
    assert failed["problem"]["type"] == "/problems/wrong-file" and "people.csv" in str(failed["problem"])
    assert str(at.desk.folder) not in str(failed)


def test_what_was_not_checked_as_it_is_now_is_not_loaded(at: Open, ash: Caller) -> None:
    draft = _draft(ash, people=PEOPLE)
    early = _done(at, ash, draft, "load")
    assert early["problem"]["type"] == "/problems/conflict"
    _done(at, ash, draft, "check")
    ash.put(f"/api/imports/{draft}/files/more.csv", content=PEOPLE)
    assert ash.get(f"/api/imports/{draft}").json()["state"] == "open"
    assert _done(at, ash, draft, "load")["problem"]["type"] == "/problems/conflict"
    assert at.desk.ask("clusters")["sentence"].endswith("0 people looked at")


def test_a_loaded_draft_is_not_loaded_again(at: Open, ash: Caller) -> None:
    draft = _draft(ash, people=PEOPLE)
    for act in ("check", "load"):
        assert _done(at, ash, draft, act)["state"] == "done"
    for act in ("check", "load"):
        assert _done(at, ash, draft, act)["problem"]["type"] == "/problems/conflict"
    assert ash.put(f"/api/imports/{draft}/files/x.csv", content=PEOPLE).status_code == 409


def test_a_discarded_draft_leaves_no_byte(at: Open, ash: Caller) -> None:
    draft = _draft(ash, people=PEOPLE.replace(b"Z1", b"Hidden Away"))
    assert ash.call("DELETE", f"/api/imports/{draft}").status_code == 204
    assert ash.get(f"/api/imports/{draft}").status_code == 404
    assert ash.get("/api/imports").json() == {"rows": []}
    assert not any(b"Hidden Away" in p.read_bytes() for p in at.desk.folder.rglob("*") if p.is_file())


def test_a_draft_is_whose_it_is(at: Open, ash: Caller) -> None:
    at.newcomer("birch")
    draft, birch = _draft(ash, people=PEOPLE), at.enter("birch")
    assert birch.get("/api/imports").json() == {"rows": []}
    for method, path in (
        ("GET", ""),
        ("DELETE", ""),
        ("POST", "/check"),
        ("POST", "/load"),
        ("PUT", "/files/x.csv"),
    ):
        assert birch.call(method, f"/api/imports/{draft}{path}").status_code == 404
    assert [row["id"] for row in ash.get("/api/imports").json()["rows"]] == [draft]


@pytest.mark.parametrize(
    "name", [".hidden", "..", "%2e%2e", "a%2fb", "..%2f..%2fsettings.toml", "a%00b", "x" * 61, "a%0ab", "C:x"]
)
def test_a_file_has_a_plain_name(at: Open, ash: Caller, name: str) -> None:
    draft = _draft(ash)
    before = sorted(at.desk.folder.rglob("*"))
    assert ash.put(f"/api/imports/{draft}/files/{name}", content=PEOPLE).status_code in (400, 404, 405, 422)
    assert sorted(p for p in at.desk.folder.rglob("*") if "audit" not in p.name and p.suffix != ".lock") == [
        p for p in before if "audit" not in p.name and p.suffix != ".lock"
    ]


@pytest.mark.parametrize("mapping", ["", "nothing", "../people", "people.yaml", "/etc/passwd", "x" * 99])
def test_a_mapping_is_a_name_and_never_a_path(ash: Caller, mapping: str) -> None:
    assert ash.post("/api/imports", json={"mapping": mapping}).status_code == 422


def test_the_names_of_mappings_are_listed(ash: Caller) -> None:
    names = [row["name"] for row in ash.get("/api/mappings").json()["rows"]]
    assert {"people", "police_uk", "associations"} <= set(names) and names == sorted(names)


@pytest.mark.faults
def test_a_file_that_breaks_off_or_is_too_large_leaves_nothing(at: Open, ash: Caller) -> None:
    draft = _draft(ash)
    home = at.desk.folder / "imports" / draft

    async def _broken() -> AsyncIterator[bytes]:
        yield PEOPLE
        raise ConnectionError("gone")

    assert ash.put(f"/api/imports/{draft}/files/x.csv", content=_broken()).status_code == 500
    sent = {"content-length": str(import_drafts.MOST_BYTES + 1)}
    large = ash.put(f"/api/imports/{draft}/files/x.csv", content=PEOPLE, headers=sent)
    assert (large.status_code, large.json()["type"]) == (413, "/problems/too-large")
    left = {path.name for path in home.iterdir()} - {"draft.lock"}
    assert left == {"draft.json", "files"}
    assert list((home / "files").iterdir()) == []
    assert ash.put(f"/api/imports/{draft}/files/x.csv", content=PEOPLE).status_code == 200


def test_a_file_larger_than_other_bodies_is_taken_in(at: Open, ash: Caller) -> None:
    draft = _draft(ash)
    content = PEOPLE + b"\n" * 3_000_000
    told = ash.put(f"/api/imports/{draft}/files/x.csv", content=content).json()
    assert told["files"] == [{"name": "x.csv", "bytes": len(content)}]


def test_no_more_than_so_many_files_are_taken(ash: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(import_drafts, "MOST_FILES", 2)
    draft = _draft(ash, a=PEOPLE, b=PEOPLE)
    assert ash.put(f"/api/imports/{draft}/files/c.csv", content=PEOPLE).status_code == 422
    assert ash.put(f"/api/imports/{draft}/files/b.csv", content=PEOPLE).status_code == 200


def test_a_draft_of_yesterday_is_swept_when_the_next_is_begun(at: Open, ash: Caller) -> None:
    old = _draft(ash, people=PEOPLE)
    at.desk.pass_days(1.1)
    ash = at.enter("ash")
    fresh = _draft(ash)
    assert [path.name for path in (at.desk.folder / "imports").iterdir()] == [fresh] and old != fresh
    swept = [e["detail"]["drafts_swept"] for e in at.desk.events() if e["action"] == "import draft"]
    assert swept == [0, 1]


def test_a_draft_of_yesterday_is_swept_when_the_service_starts(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    with opened(desk) as at:
        old = _draft(at.enter("ash"), people=PEOPLE.replace(b"Z1", b"Hidden Away"))
    desk.pass_days(0.9)
    with reopened(desk):
        assert (desk.folder / "imports" / old / "files" / "people.csv").exists()
    desk.pass_days(0.2)
    with reopened(desk):
        assert list((desk.folder / "imports").iterdir()) == []
    event = desk.events()[-1]
    assert (event["kind"], event["action"], event["actor"]) == (
        "erasure",
        "import drafts swept",
        "the service",
    )
    assert event["detail"] == {"drafts": 1}
    assert not any(b"Hidden Away" in p.read_bytes() for p in desk.folder.rglob("*") if p.is_file())


def test_a_draft_of_yesterday_is_swept_while_the_service_runs(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    with opened(desk, sweep_every_s=0.05) as at:
        old = desk.folder / "imports" / _draft(at.enter("ash"), people=PEOPLE)
        at.wait(asyncio.sleep(0.3))
        assert old.exists()
        desk.pass_days(1.1)
        _until_gone(at, old)
        assert not old.exists()


def _until_gone(at: Open, path: Path) -> None:
    for _ in range(200):
        at.wait(asyncio.sleep(0.05))
        if not path.exists():
            return


def test_without_an_audit_log_no_draft_is_swept(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    desk = Desk(tmp_path)
    with opened(desk) as at:
        old = _draft(at.enter("ash"), people=PEOPLE)
    desk.pass_days(1.1)
    (desk.folder / "audit.key").rename(desk.folder / "audit.key.away")
    with pytest.raises(AuditUnavailableError):
        sweep_drafts(desk.folder, desk.clock)
    sweep(desk.folder, desk.clock)
    assert (desk.folder / "imports" / old / "files" / "people.csv").exists()
    assert "not swept: AuditUnavailableError" in caplog.text


def test_what_is_at_work_or_just_being_made_is_not_swept(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    with opened(desk) as at:
        old = desk.folder / "imports" / _draft(at.enter("ash"), people=PEOPLE)
    made = desk.folder / "imports" / ("0" * 16)
    made.mkdir()
    desk.pass_days(1.1)
    with FileLock(old / "draft.lock"):
        assert sweep_drafts(desk.folder, desk.clock) == 0
    assert (old / "files" / "people.csv").exists() and made.exists()
    os.utime(made, (0, 0))
    assert sweep_drafts(desk.folder, desk.clock) == 2
    assert not old.exists() and not made.exists()


def test_an_empty_draft_is_not_checked(at: Open, ash: Caller) -> None:
    failed = _done(at, ash, _draft(ash), "check")
    assert failed["problem"]["detail"] == "the draft has no files yet"


def test_a_draft_at_work_is_left_alone(at: Open, ash: Caller) -> None:
    draft = _draft(ash, people=PEOPLE)
    with FileLock(at.desk.folder / "imports" / draft / "draft.lock"):
        assert ash.call("DELETE", f"/api/imports/{draft}").status_code == 409
        assert ash.put(f"/api/imports/{draft}/files/x.csv", content=PEOPLE).status_code == 409
        assert _done(at, ash, draft, "check")["problem"]["type"] == "/problems/conflict"
    assert _done(at, ash, draft, "check")["state"] == "done"
