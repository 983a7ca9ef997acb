"""A workspace in one file: restored whole, wherever its ledger lay, or not at all."""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.settings import Ledger, read_settings
from deploy.dev_servers.postgresql import PASSWORD
from tests.app.desk import CHILD, Desk, person, pupil_number, tie
from tests.builders import SECRET
from tests.servers import Postgres

PEOPLE = [person(f"P{n}", given_name=f"Amy{n}", date_of_birth=CHILD, upn=pupil_number(n)) for n in range(5)]
TIES = [tie(f"P{n}", f"P{m}", date="2025-03-01") for n in range(5) for m in range(n)]
QUESTIONS = (["find", "amy"], ["clusters"], ["match", "list"], ["groups", "list"])


def _filled(desk: Desk) -> Desk:
    desk.sit(roles=("analyst", "admin"))
    desk.load("people", PEOPLE)
    desk.load("associations", TIES)
    return desk


@pytest.fixture(params=["files", pytest.param("server", marks=pytest.mark.servers)])
def desk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Desk]:
    if request.param == "files":
        yield _filled(Desk(tmp_path))
        return
    with request.getfixturevalue("postgres").ledger(SECRET) as text:
        yield _filled(Desk(tmp_path, ledger=text))


def _asked(desk: Desk) -> list[object]:
    return [desk.run(*question, "--json")[:2] for question in QUESTIONS]


def test_a_restored_workspace_answers_as_before_and_goes_on(desk: Desk, tmp_path: Path) -> None:
    before = _asked(desk)
    packed, home = tmp_path / "kithmap.backup", tmp_path / "restored"
    assert desk.run("backup", packed).code == 0
    assert packed.stat().st_mode & 0o777 == 0o600
    assert not list(tmp_path.glob(".kithmap-*"))
    done = desk.run("restore", packed, home)
    assert done.code == 0, done.err
    desk.folder, desk.ledger = home, ""
    assert read_settings(home).ledger == Ledger()
    assert _asked(desk) == before
    assert desk.run("audit", "verify").code == 0
    assert [event["action"] for event in desk.events()].count("restore") == 1
    assert desk.load("people", [*PEOPLE, person("P9")])["totals"] == {
        "rows": 6, "accepted": 1, "rejected": 0, "duplicate": 5, "set_aside": 0
    }  # fmt: skip
    assert not list(home.glob("moved-*"))


@pytest.mark.servers
def test_a_backup_of_either_ledger_is_restored_onto_a_server(
    desk: Desk, postgres: Postgres, tmp_path: Path
) -> None:
    before = _asked(desk)
    packed, home = tmp_path / "kithmap.backup", tmp_path / "restored"
    assert desk.run("backup", packed).code == 0
    with postgres.empty() as text:
        (url,) = re.findall(r'url = "([^"]+)"', text)
        words = ("--to", url, "--password-file", postgres.folder / PASSWORD)
        done = desk.run("restore", packed, home, *words)
        assert done.code == 0, done.err
        assert not list(home.glob("*ledger.db*")) + list(home.glob("*identity.db*"))
        desk.folder, desk.ledger = home, text
        assert _asked(desk) == before


def test_a_backup_overwrites_nothing_and_is_restored_over_nothing(desk: Desk, tmp_path: Path) -> None:
    packed = tmp_path / "kithmap.backup"
    packed.write_text("mine", encoding="utf-8")
    assert desk.run("backup", packed).code == 2 and packed.read_text(encoding="utf-8") == "mine"
    packed.unlink()
    assert desk.run("backup", packed).code == 0
    before = sorted(desk.folder.iterdir())
    assert desk.run("restore", packed, desk.folder).code == 2
    assert sorted(desk.folder.iterdir()) == before


@pytest.mark.faults
def test_a_damaged_backup_is_refused_and_leaves_an_empty_folder(desk: Desk, tmp_path: Path) -> None:
    packed, home = tmp_path / "kithmap.backup", tmp_path / "restored"
    assert desk.run("backup", packed).code == 0
    whole = packed.read_bytes()
    for wrong in (b"", b"PK", whole[: len(whole) // 2], whole[:400] + bytes(64) + whole[464:]):
        packed.write_bytes(wrong)
        done = desk.run("restore", packed, home)
        assert done.code == 4 and done.err.count("\n") == 1
        assert list(home.iterdir()) == []


@pytest.mark.parametrize("change", ["../out", "/tmp/out", "runs/../../out", "other.db"])
def test_a_backup_that_names_other_files_is_refused(tmp_path: Path, change: str) -> None:
    desk = _filled(Desk(tmp_path))
    packed, home = tmp_path / "kithmap.backup", tmp_path / "restored"
    assert desk.run("backup", packed).code == 0
    with zipfile.ZipFile(packed) as held:
        parts = {name: held.read(name) for name in held.namelist()}
    manifest = json.loads(parts["manifest.json"])
    manifest["files"][change] = manifest["files"]["audit.pub"]
    parts["manifest.json"] = json.dumps(manifest).encode()
    parts[change] = parts["audit.pub"]
    with zipfile.ZipFile(packed, "w") as out:
        for name, content in parts.items():
            out.writestr(name, content)
    before = {path for path in tmp_path.iterdir() if path != home}
    assert desk.run("restore", packed, home).code == 4
    assert {path for path in tmp_path.iterdir() if path != home} == before and list(home.iterdir()) == []


def test_one_changed_cell_of_the_ledger_is_found(tmp_path: Path) -> None:
    desk = _filled(Desk(tmp_path))
    packed, home = tmp_path / "kithmap.backup", tmp_path / "restored"
    assert desk.run("backup", packed).code == 0
    with zipfile.ZipFile(packed) as held:
        parts = {name: held.read(name) for name in held.namelist()}
    manifest = json.loads(parts["manifest.json"])
    rows, digest = manifest["tables"]["particular"].split()
    manifest["tables"]["particular"] = f"{rows} {int(digest, 16) ^ 1:064x}"
    parts["manifest.json"] = json.dumps(manifest).encode()
    with zipfile.ZipFile(packed, "w") as out:
        for name, content in parts.items():
            out.writestr(name, content)
    done = desk.run("restore", packed, home)
    assert done.code == 4 and "not the one that was backed up" in done.err and list(home.iterdir()) == []
