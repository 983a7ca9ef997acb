"""What a process remembers of one viewer never answers another, whatever changed between two questions."""

from __future__ import annotations

import random
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from app.kept_files import KeptFiles
from app.use_cases.asking import Question
from app.use_cases.drawing import current_store
from app.use_cases.exploring.card import entity_card
from app.use_cases.exploring.neighbourhood import neighbourhood
from app.use_cases.exploring.neighbours import neighbours
from app.use_cases.exploring.searching import search
from app.workspace import Workspace
from graph.errors import KithmapError
from graph.ledger.opening import one_writer, open_ledger
from graph.ledger.removal import remove_records
from graph.ledger.writing import LedgerWriter
from graph.model.entities import read_id
from graph.store.contract import Store
from tests.app.desk import POLICE, Desk, squares, tie
from tests.app.exploring.town import ref, town

AREA = "E06000091"
VIEWERS: dict[str, dict[str, Any]] = {
    "analyst": {},
    "police": {"agency": POLICE},
    "officer": {"roles": ["intel_officer"]},
    "police officer": {"agency": POLICE, "roles": ["intel_officer"]},
    "stranger": {"agency": "Corley Council"},
    "in an area": {"areas": [AREA]},
    "for safety": {"purpose_kind": "safeguarding"},
    "for safety by a gateway": {"purpose_kind": "safeguarding", "gateways": ["crime and disorder"]},
}
"""Who sits down: each differs from another in one thing that decides what is seen."""

Asked = Callable[[Workspace], Any]
ASKED: tuple[Asked, ...] = (
    lambda at: neighbours(at, ref("P1"), Question()).body,
    lambda at: neighbours(at, ref("Q0", POLICE), Question()).body,
    lambda at: entity_card(at, ref("P0"), Question(), names=True).body,
    lambda at: neighbourhood(at, [ref("P0"), ref("P3")], Question(), hops=2, places=True).body,
    lambda at: search(at, "ash").body,
    lambda at: search(at, "denby", names=True).body,
)


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[tuple[Desk, KeptFiles]]:
    """Return a desk where some records are kept to an area or to police work, and kept files."""
    desk = town(tmp_path)
    desk.load("associations", [tie("P1", "P4", date="2025-05-03", areas="E06000090")])
    desk.load("associations", [tie("P0", "P2", date="2025-05-03", regime="DPA Part 3")])
    desk.load("associations", [tie("Q0", "Q5", POLICE, date="2025-05-03", tier="hidden")])
    files = KeptFiles(desk.folder)
    yield desk, files
    files.close()


def _said(asked: Asked, workspace: Workspace) -> Any:
    try:
        return asked(workspace)
    except KithmapError as error:
        return type(error), str(error)


def _changed(desk: Desk, dice: random.Random, turn: int) -> None:
    what = dice.choice(["tie", "areas", "removal", "redraw", "day"])
    if what == "tie":
        more = dice.choice([{}, {"tier": "hidden"}, {"tier": "sealed"}, {"areas": AREA}])
        desk.load("associations", [tie("P1", f"N{turn}", date="2025-05-02", **more)])
    elif what == "areas":
        path = squares(desk.files / "more.geojson")
        path.write_text(path.read_text("utf-8").replace("Corley", f"Corley {turn}"), encoding="utf-8")
        assert desk.run("areas", "load", path, "--kind", "lad").code == 0
    elif what == "removal":
        remove_newest(desk)
    elif what == "redraw":
        assert desk.run("redraw").code == 0
    else:
        desk.pass_days(1)


def remove_newest(desk: Desk) -> None:
    """Remove the newest record, as another process would; nothing is drawn."""
    with closing(sqlite3.connect(desk.folder / "ledger.db")) as ledger:
        query = "SELECT key FROM record WHERE removed = 0 ORDER BY seq DESC LIMIT 1"
        key = ledger.execute(query).fetchone()[0]
    files = open_ledger(desk.folder, writer=True)
    with one_writer(desk.folder), LedgerWriter(files) as writer:
        remove_records(writer, files, [key])
    files.close()


@pytest.mark.twoworlds
@pytest.mark.parametrize("seed", range(4))
def test_each_viewer_gets_their_own_answer_whoever_asked_before_and_whatever_changed(
    kept: tuple[Desk, KeptFiles], seed: int
) -> None:
    (desk, files), dice, told = kept, random.Random(seed), set[str]()
    for turn in range(40):
        if turn % 8 == 7:
            desk.sit()
            _changed(desk, dice, turn)
        desk.sit(**VIEWERS[dice.choice(list(VIEWERS))])
        asked = dice.choice(ASKED)
        mine = _said(asked, replace(desk.workspace(), kept=files))
        assert mine == _said(asked, desk.workspace()), turn
        told.add(repr(mine))
    assert len(told) > 12


def test_the_viewers_are_told_different_things(kept: tuple[Desk, KeptFiles]) -> None:
    desk, files = kept
    told = {}
    for name, who in VIEWERS.items():
        desk.sit(**who)
        told[name] = repr([_said(asked, replace(desk.workspace(), kept=files)) for asked in ASKED])
    del told["for safety by a gateway"]
    assert len(set(told.values())) == len(told)


def test_a_question_begun_on_a_ledger_that_was_put_away_leaves_nothing_behind(
    kept: tuple[Desk, KeptFiles], tmp_path: Path
) -> None:
    # Of two ledgers of one version, that whose areas have other shapes is put in the other's place.
    desk, files = kept
    other = tmp_path / "other.db"
    with closing(sqlite3.connect(desk.folder / "ledger.db")) as ledger:
        ledger.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    shutil.copy(desk.folder / "ledger.db", other)
    with closing(sqlite3.connect(other)) as ledger:
        assert ledger.execute("UPDATE area_set SET digest = 'other'").rowcount == 1
        ledger.commit()
        ledger.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    workspace = replace(desk.workspace(), kept=files)
    store = current_store(workspace)
    with workspace.view("explore", store) as view:
        for end in ("-wal", "-shm"):
            (desk.folder / f"ledger.db{end}").unlink(missing_ok=True)
        other.replace(desk.folder / "ledger.db")
        with files.reading():
            # Another thread has asked meanwhile, and what was remembered is forgotten.
            pass
        old = view.data_version
    store.close()
    versions = []
    for at in (workspace, desk.workspace()):
        store = current_store(at)
        with at.view("explore", store) as view:
            versions.append(view.data_version)
        store.close()
    assert versions[0] == versions[1] != old


def test_whoever_reads_while_something_is_removed_finishes_and_the_next_sees_it_gone(
    kept: tuple[Desk, KeptFiles],
) -> None:
    desk, files = kept
    desk.load("associations", [tie("P1", "P5", date="2025-05-02")])
    workspace = replace(desk.workspace(), kept=files)
    counts = []

    def _count(store: Store) -> None:
        counts.append(sum(store.neighbours(scope, store.seen(scope, read_id(ref("P1")))).counts.values()))

    reader = current_store(workspace)
    with workspace.view("explore", reader) as view:
        scope = view.scope
    _count(reader)
    remove_newest(desk)
    other = current_store(workspace)
    for store in (reader, other):
        _count(store)
        store.close()
    assert counts == [counts[0], counts[0], counts[0] - 1]
    left = [str(one.readlink()) for one in Path("/proc/self/fd").iterdir() if one.is_symlink()]
    assert not [name for name in left if str(desk.folder) in name and "(deleted)" in name]
