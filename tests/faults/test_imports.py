"""Imports that are killed, raced, and read while they run: nothing is lost, nothing is half-drawn."""

from __future__ import annotations

import os
import random
import shutil
import signal
import time
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import NamedTuple
from unittest.mock import patch

import pytest

import app.use_cases.importing
from app.use_cases.importing import import_files
from graph.ledger.opening import one_writer
from ingest.pipeline import run_import
from tests.app.desk import CHILD, COUNCIL, POLICE, Desk, incident, person, pupil_number
from tests.ingest.builders import POLICE_HEADER, write_csv

pytestmark = [
    pytest.mark.faults,
    pytest.mark.skipif(not hasattr(os, "fork"), reason="needs os.fork and SIGKILL, which Windows has not"),
    pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning"),
]
MOMENTS = 50
ROWS = 1_500
ASKED = (["match", "list"], ["clusters", "--resolution", "0.4"], ["hotspots"])


class Import(NamedTuple):
    """One file to import, and what a workspace answers before and after."""

    mapping: str
    file: Path
    base: Path
    old: tuple[str, ...]
    new: tuple[str, ...]
    takes_s: float


def _in_child(work: Callable[[], object]) -> int:
    """Run work in a forked child that leaves nothing of this process to tidy up; return its process id."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            work()
            code = 0
        finally:
            os._exit(code)
    return child


def _answers(desk: Desk) -> tuple[str, ...]:
    told = [desk.run(*command, "--json") for command in ASKED]
    assert all(ran.code == 0 for ran in told), [ran.err for ran in told]
    return tuple(ran.out for ran in told)


def _import(desk: Desk, mapping: str, file: Path) -> None:
    with ExitStack() as stack:
        # Small chunks: more commits to be killed between.
        chunked = partial(run_import, chunk_rows=150)
        stack.enter_context(patch.object(app.use_cases.importing, "run_import", chunked))
        import_files(desk.workspace(), [file], mapping)


def _people(first: int, count: int) -> list[dict[str, str]]:
    named = {"given_name": "Amy", "family_name": "Ash", "date_of_birth": CHILD}
    return [
        person(f"P{n}", (COUNCIL, POLICE)[n % 2], **named, upn=pupil_number(n // 20 if n % 10 < 2 else n))
        for n in range(first, first + count)
    ]


def _incidents(first: int, count: int) -> list[dict[str, str]]:
    dice = random.Random(first)
    return [
        incident(
            f"c{n}" if n % 5 else "", -2.6 + dice.gauss(0, 0.01), 53.15 + dice.gauss(0, 0.01), month="2025-04"
        )
        for n in range(first, first + count)
    ]


def _prepared(folder: Path, mapping: str) -> Import:
    desk = Desk(folder)
    desk.load("people", _people(0, 40))
    desk.load("police_uk", _incidents(0, 200))
    base = Path(shutil.copytree(desk.folder, folder / "base"))
    old = _answers(Desk(folder / "old", like=base))
    # Some rows are changed ones of what is there already.
    rows = _people(20, ROWS) if mapping == "people" else _incidents(150, ROWS)
    changed = [{**row, "given_name": "Bo"} if "given_name" in row else row for row in rows]
    file = write_csv(
        folder / "file.csv", changed, header=POLICE_HEADER.split(",") if mapping == "police_uk" else ()
    )
    clean = Desk(folder / "clean", like=base)
    begun = time.perf_counter()
    child = _in_child(lambda: _import(clean, mapping, file))
    assert os.waitpid(child, 0)[1] == 0
    takes_s = time.perf_counter() - begun
    return Import(mapping, file, base, old, _answers(clean), takes_s)


@pytest.mark.parametrize("mapping", ["people", "police_uk"])
def test_a_killed_import_loses_nothing_and_the_next_one_goes_on(tmp_path: Path, mapping: str) -> None:
    task = _prepared(tmp_path, mapping)
    assert task.old != task.new
    dice = random.Random(mapping)
    found = []
    for moment in range(MOMENTS // 2):
        desk = Desk(tmp_path / f"{moment}", like=task.base)
        child = _in_child(lambda: _import(desk, mapping, task.file))  # noqa: B023 - the child runs at once
        time.sleep(dice.random() * task.takes_s)
        os.kill(child, signal.SIGKILL)
        acknowledged = os.waitpid(child, 0)[1] == 0
        said = _answers(desk)
        assert said == task.new if acknowledged else said in (task.old, task.new)
        found.append((acknowledged, said == task.new))
        desk.numbered = 0
        again = desk.run("import", task.file, "--mapping", mapping)
        assert again.code == 0, again.err
        assert _answers(desk) == task.new
        if not moment % 8:
            assert desk.run("doctor").code == 0
            assert desk.run("redraw").code == 0 and _answers(desk) == task.new
        shutil.rmtree(desk.files)
    cut_short = sum(not acknowledged for acknowledged, _ in found)
    assert cut_short >= MOMENTS // 8, found


def test_a_kill_between_event_and_checkpoint_is_said_until_the_next_event(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.load("people", _people(0, 3))
    points = desk.folder / "audit-checkpoints.jsonl"
    lines = points.read_text("ascii").splitlines(keepends=True)
    points.write_text("".join(lines[:-1]), "ascii")
    assert desk.run("audit", "verify").code == 1
    assert desk.run("match", "list").code == 0 and desk.run("audit", "verify").code == 0


def test_audited_reads_answer_while_imports_run(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.load("police_uk", _incidents(0, 200))
    header = POLICE_HEADER.split(",")
    files = [
        write_csv(tmp_path / f"more-{n}.csv", _incidents(1_000 * n, 300), header=header) for n in range(1, 13)
    ]
    before = len(desk.events())

    def work() -> None:
        for file in files:
            _import(desk, "police_uk", file)

    child = _in_child(work)
    counts, reads, status = [], 0, 0
    while not status:
        for command in (["hotspots"], ["match", "list"]):
            ran = desk.run(*command, "--json")
            assert (ran.code, ran.err) == (0, ""), ran.err
            reads += 1
            if command == ["hotspots"]:
                counts.append(ran.json["events"])
        done, code = os.waitpid(child, os.WNOHANG)
        status = int(done != 0)
        assert code == 0
    last = desk.ask("hotspots")["events"]
    assert last == 200 + 300 * len(files)
    # Each answer is one state between two imports, and none goes back.
    assert set(counts) <= {200 + 300 * n for n in range(len(files) + 1)} and counts == sorted(counts)
    assert len(set(counts)) > 2, "the reads met only the ends"
    events = desk.events()[before:]
    assert [e["kind"] for e in events].count("consultation") == reads + 1
    assert [e["action"] for e in events].count("import") == 2 * len(files)
    assert desk.run("audit", "verify").code == 0


def test_a_second_writer_is_sent_away_in_words_and_readers_are_not(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.load("people", _people(0, 40))
    judged = desk.ask("match", "list")["rows"][0]["id"]
    right = _answers(desk)
    file = write_csv(tmp_path / "more.csv", _people(40, 10))
    ready, tell = os.pipe()

    def hold() -> None:
        with one_writer(desk.folder):
            os.write(tell, b".")
            time.sleep(60)

    child = _in_child(hold)
    try:
        assert os.read(ready, 1) == b"."
        for command in (["import", file, "--mapping", "people"], ["match", "undo", judged], ["redraw"]):
            ran = desk.run(*command)
            assert (ran.code, ran.out) == (4, "")
            assert (
                ran.err
                == "kithmap: another process is writing to this workspace: try again when it has ended\n"
            )
        assert _answers(desk) == right
        assert "PROBLEM writer" in desk.run("doctor").out
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        os.close(ready)
        os.close(tell)
    assert desk.run("import", file, "--mapping", "people").code == 0
    assert _answers(desk) != right


def test_two_imports_at_once_end_as_if_one_after_the_other(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.load("people", _people(0, 10))
    header = POLICE_HEADER.split(",")
    files = [write_csv(tmp_path / f"{n}.csv", _incidents(1_000 * n, 400), header=header) for n in range(3)]

    def work(file: Path) -> None:
        # Who is sent away tries again, as the message says.
        for _ in range(200):
            if desk.run("import", file, "--mapping", "police_uk").code == 0:
                return
            time.sleep(0.05)
        raise AssertionError(file)

    children = [_in_child(partial(work, file)) for file in files]
    assert [os.waitpid(child, 0)[1] for child in children] == [0] * len(files)
    found = desk.ask("hotspots")
    assert found["events"] == 1_200 and desk.run("doctor").code == 0
