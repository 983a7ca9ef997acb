"""Files that a process keeps open answer as if they were opened each time: never older, never others'."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from multiprocessing.process import BaseProcess
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

import app.use_cases.drawing
from app.kept_files import MOST_REMEMBERED, THREADS, KeptFiles
from app.use_cases.asking import Question
from app.use_cases.drawing import current_store
from app.use_cases.exploring.card import entity_card
from app.use_cases.exploring.neighbourhood import neighbourhood
from app.use_cases.exploring.neighbours import neighbours
from app.use_cases.exploring.searching import search
from app.use_cases.why import explain
from app.workspace import Workspace
from graph.errors import EntityNotFoundError, SchemaVersionError, StoreUnavailableError
from graph.ledger.opening import one_writer, open_ledger
from graph.ledger.removal import remove_records
from graph.ledger.writing import LedgerWriter
from tests.app.desk import squares, tie
from tests.app.exploring.town import ref, town

LOAD = """
import sys
from pathlib import Path
from app.use_cases.importing import import_files
from app.workspace import open_workspace
import_files(open_workspace(Path(sys.argv[1])), [Path(sys.argv[2])], "associations")
"""


class Sat:
    """A desk in a town, and a process of a service beside it that keeps its files open."""

    def __init__(self, folder: Path) -> None:
        self.desk = town(folder)
        self.kept = KeptFiles(self.desk.folder)

    @property
    def workspace(self) -> Workspace:
        """The workspace as a request opens it."""
        return replace(self.desk.workspace(), kept=self.kept)

    def links(self, name: str = "P1") -> int:
        """Return how many links somebody has."""
        return sum(row["links"] for row in neighbours(self.workspace, ref(name), Question()).body["counts"])

    def remove_last(self) -> None:
        """Remove the newest record, as another process would; nothing is drawn."""
        with closing(sqlite3.connect(self.desk.folder / "ledger.db")) as ledger:
            key = ledger.execute("SELECT key FROM record ORDER BY seq DESC LIMIT 1").fetchone()[0]
        files = open_ledger(self.desk.folder, writer=True)
        with one_writer(self.desk.folder), LedgerWriter(files) as writer:
            remove_records(writer, files, [key])
        files.close()


@pytest.fixture
def sat(tmp_path: Path) -> Iterator[Sat]:
    """Return a desk with a service."""
    made = Sat(tmp_path)
    yield made
    made.kept.close()


def _all(workspace: Workspace) -> list[dict[str, Any]]:
    q = Question()
    near = neighbours(workspace, ref("P1"), q).body
    return [
        near,
        entity_card(workspace, ref("P0"), q).body,
        neighbourhood(workspace, [ref("P0"), ref("P3")], q, hops=2, places=True).body,
        search(workspace, "ash").body,
        *(explain(workspace, row["id"], q).body for row in near["links"]),
    ]


def test_answers_are_those_of_files_opened_each_time(sat: Sat) -> None:
    for _ in range(3):
        assert _all(sat.workspace) == _all(sat.desk.workspace())


def test_answers_to_many_at_once_are_those_to_each_alone(sat: Sat) -> None:
    alone, found = _all(sat.workspace), list[list[dict[str, Any]]]()
    them = [Thread(target=lambda: found.append(_all(sat.workspace))) for _ in range(THREADS + 4)]
    for one in them:
        one.start()
    for one in them:
        one.join()
    assert len(found) == len(them) and all(one == alone for one in found)


def test_viewers_of_other_rights_share_the_files_and_not_the_answers(sat: Sat) -> None:
    mine = _all(sat.workspace)
    sat.desk.sit("Corley Council")
    with pytest.raises(EntityNotFoundError):
        sat.links("Q0")
    sat.desk.sit()
    assert _all(sat.workspace) == mine


def test_what_another_process_imports_is_seen_by_the_next_question(sat: Sat) -> None:
    before = sat.links()
    path = sat.desk.files / "one.csv"
    row = tie("P1", "P5", date="2025-05-02")
    path.write_text(",".join(row) + "\n" + ",".join(row.values()) + "\n", encoding="utf-8")
    subprocess.run([sys.executable, "-c", LOAD, str(sat.desk.folder), str(path)], check=True, timeout=60)
    assert sat.links() == before + 1
    assert _all(sat.workspace) == _all(sat.desk.workspace())


def test_what_waits_to_be_drawn_is_drawn_for_who_asks(sat: Sat, monkeypatch: pytest.MonkeyPatch) -> None:
    before = sat.links()
    with monkeypatch.context() as patched:
        patched.setattr("app.use_cases.importing.redraw", lambda *_, **__: 0)
        sat.desk.load("associations", [tie("P1", "P5", date="2025-05-02")])
    assert sat.links() == before + 1


def test_a_removal_holds_for_the_next_question(sat: Sat) -> None:
    before = sat.links()
    sat.desk.load("associations", [tie("P1", "P5", date="2025-05-02")])
    assert sat.links() == before + 1
    sat.remove_last()
    assert sat.links() == before


@pytest.mark.parametrize("many", [False, True])
def test_while_somebody_writes_nothing_older_than_a_removal_answers(
    sat: Sat, many: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if many:
        monkeypatch.setattr(app.use_cases.drawing, "MOST_AT_ONCE", 0)
    assert sat.links()
    sat.remove_last()
    with (
        one_writer(sat.desk.folder),
        pytest.raises(StoreUnavailableError, match="waits to be drawn anew"),
    ):
        sat.links()
    assert sat.links()


def test_new_areas_hold_for_the_next_question(sat: Sat) -> None:
    version = _all(sat.workspace)[0]["data_version"]
    path = squares(sat.desk.files / "more.geojson")
    path.write_text(path.read_text("utf-8").replace("Corley", "Corsley"), encoding="utf-8")
    assert sat.desk.run("areas", "load", path, "--kind", "lad").code == 0
    assert _all(sat.workspace)[0]["data_version"] != version
    assert _all(sat.workspace) == _all(sat.desk.workspace())


def test_much_that_waits_is_drawn_by_another_process_while_the_last_drawing_answers(
    sat: Sat, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = sat.links()
    monkeypatch.setattr(app.use_cases.drawing, "MOST_AT_ONCE", 0)
    with monkeypatch.context() as patched:
        patched.setattr("app.use_cases.importing.redraw", lambda *_, **__: 0)
        sat.desk.load("associations", [tie("P1", "P5", date="2025-05-02")])
    with one_writer(sat.desk.folder):
        assert sat.links() == before and not _apart(sat)
    assert sat.links() == before
    for process in _apart(sat):
        process.join(60)
    assert sat.links() == before + 1


def _apart(sat: Sat) -> list[BaseProcess]:
    return [sat.kept._apart] if sat.kept._apart else []


def test_a_drawing_made_anew_is_the_one_that_answers_and_the_old_file_is_let_go(sat: Sat) -> None:
    alone = _all(sat.workspace)
    assert sat.desk.run("redraw").code == 0
    assert _all(sat.workspace) == alone
    assert not [name for name in _open_files() if "drawn-" in name and "(deleted)" in name]


def _open_files() -> list[str]:
    held = Path("/proc/self/fd")
    if not held.is_dir():
        pytest.skip("no /proc here")
    return [str(one.readlink()) for one in held.iterdir() if one.is_symlink()]


def test_a_drawing_that_was_deleted_is_drawn_again(sat: Sat) -> None:
    alone = _all(sat.workspace)
    for path in sat.desk.folder.glob("drawn-*"):
        path.unlink()
    assert _all(sat.workspace) == alone


def test_a_drawing_that_is_no_drawing_says_so(sat: Sat) -> None:
    name = (sat.desk.folder / "drawn.current").read_text("ascii")
    assert sat.links()
    (sat.desk.folder / f"{name}.new").write_bytes(b"no database at all" * 300)
    (sat.desk.folder / f"{name}.new").replace(sat.desk.folder / name)
    for path in sat.desk.folder.glob(f"{name}-*"):
        path.unlink()
    with pytest.raises(StoreUnavailableError, match="redraw"):
        sat.links()


@pytest.mark.parametrize("name", ["ledger.db", "identity.db"])
def test_a_file_that_was_deleted_or_upgraded_is_named_and_never_answered_from_memory(
    sat: Sat, name: str
) -> None:
    assert sat.links()
    with closing(sqlite3.connect(sat.desk.folder / name, isolation_level=None)) as file:
        (head,) = file.execute("SELECT version_num FROM alembic_version").fetchone()
        file.execute("UPDATE alembic_version SET version_num = '9999'")
        with pytest.raises(SchemaVersionError, match=f"{name} has schema 9999"):
            sat.links()
        file.execute("UPDATE alembic_version SET version_num = ?", (head,))
    assert sat.links()
    (sat.desk.folder / name).unlink()
    with pytest.raises(StoreUnavailableError, match=name):
        sat.links()
    assert not (sat.desk.folder / name).exists()


def test_a_workspace_that_was_moved_away_answers_no_more(sat: Sat) -> None:
    before, workspace = sat.links(), sat.workspace
    away = sat.desk.folder.rename(sat.desk.folder.with_name("away"))
    with pytest.raises(StoreUnavailableError):
        current_store(workspace)
    away.rename(sat.desk.folder)
    assert sat.links() == before


def test_a_ledger_that_was_put_back_is_the_one_that_answers(sat: Sat, tmp_path: Path) -> None:
    before = _all(sat.workspace)
    for name in ("ledger.db", "identity.db"):
        with closing(sqlite3.connect(sat.desk.folder / name)) as file:
            file.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        shutil.copy(sat.desk.folder / name, tmp_path / name)
    sat.desk.load("associations", [tie("P1", "P5", date="2025-05-02")])
    assert _all(sat.workspace) != before
    for name in ("ledger.db", "identity.db"):
        for end in ("-wal", "-shm"):
            (sat.desk.folder / f"{name}{end}").unlink(missing_ok=True)
        (tmp_path / name).replace(sat.desk.folder / name)
    assert _all(sat.workspace) == before


def test_reading_while_others_import_waits_for_nobody(sat: Sat) -> None:
    before = sat.links()
    with closing(sqlite3.connect(sat.desk.folder / "ledger.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        begun = time.monotonic()
        with one_writer(sat.desk.folder):
            assert sat.links() == before
        assert time.monotonic() - begun < 5
        other.execute("ROLLBACK")


def test_what_is_remembered_is_bounded_and_found_once(sat: Sat) -> None:
    for n in range(3 * MOST_REMEMBERED):
        found = iter([n])
        assert sat.kept.remembered(("n", n), found.__next__) == n
        assert sat.kept.remembered(("n", n), found.__next__) == n
    assert len(sat.kept._remembered) == MOST_REMEMBERED


def test_closing_gives_back_every_file(sat: Sat) -> None:
    sat.links()
    sat.kept.close()
    assert not [name for name in _open_files() if str(sat.desk.folder) in name]
