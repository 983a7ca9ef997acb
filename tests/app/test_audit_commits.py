"""Events that wait together are written together; each answer's own event is on disk before the answer."""

from __future__ import annotations

import hashlib
import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from threading import Thread

import pytest

import app.audit_commits
from app.audit import create_audit
from app.audit_commits import CHECKPOINTS, MOST_TOGETHER, Commits
from app.audit_verifier import verify_audit
from graph.errors import AuditUnavailableError
from tests.app.desk import quick_folder

WRITERS = """
import sys
from pathlib import Path
from threading import Thread
from app.audit_commits import Commits
from tests.app.test_audit_commits import body_of
folder, name, threads, each = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
commits = Commits(folder)
def work(n):
    for turn in range(each):
        commits.write(body_of(f"{name}-{n}-{turn}"))
        sys.stdout.write(f"{name}-{n}-{turn}\\n")
        sys.stdout.flush()
them = [Thread(target=work, args=(n,)) for n in range(threads)]
for one in them: one.start()
for one in them: one.join()
"""


def body_of(actor: str) -> Callable[[int], str]:
    """Return what makes the text of an event."""
    return lambda seq: json.dumps({"seq": seq, "actor": actor})


@pytest.fixture(scope="module")
def fresh() -> Iterator[Path]:
    """Return a folder with an empty log."""
    folder = quick_folder()
    create_audit(folder)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def folder(fresh: Path, tmp_path: Path) -> Path:
    """Return a copy of it."""
    shutil.copytree(fresh, tmp_path / "ws")
    return tmp_path / "ws"


@pytest.fixture
def commits(folder: Path) -> Iterator[Commits]:
    """Return what writes its log."""
    made = Commits(folder)
    yield made
    made.close()


def actors(folder: Path) -> list[str]:
    """Return the actors of its events, in their order."""
    with closing(sqlite3.connect(folder / "audit.db")) as log:
        bodies = [row[0] for row in log.execute("SELECT body FROM event ORDER BY seq")]
    return [str(json.loads(body)["actor"]) for body in bodies]


def points(folder: Path) -> list[int]:
    """Return the numbers of the events that were signed."""
    path = folder / CHECKPOINTS
    lines = path.read_text("ascii").splitlines() if path.exists() else []
    return [int(json.loads(line)["seq"]) for line in lines]


class Queue:
    """Threads that want to write while somebody else holds the file."""

    def __init__(self, folder: Path, commits: Commits) -> None:
        self._folder = folder
        self._commits = commits
        self._log = sqlite3.connect(folder / "audit.db", isolation_level=None, check_same_thread=False)
        self._log.execute("BEGIN IMMEDIATE")
        self._threads: list[Thread] = []
        self.faults: dict[str, str] = {}

    def add(self, name: str, body: Callable[[int], str] | None = None) -> None:
        """Let one more wait."""

        def _write() -> None:
            try:
                self._commits.write(body or body_of(name))
            except AuditUnavailableError as error:
                self.faults[name] = str(error)

        before = self._held()
        thread = Thread(target=_write)
        thread.start()
        self._threads.append(thread)
        # The first leads, and waits for the file with its own event in hand.
        while self._held() == before and not (len(self._threads) == 1 and self._commits._led):
            time.sleep(0.002)
        if len(self._threads) == 1:
            while self._held():
                time.sleep(0.002)

    def _held(self) -> int:
        return len(self._commits._waiting)

    def go(self) -> None:
        """Let go of the file and wait for everybody."""
        self._log.execute("ROLLBACK")
        self._log.close()
        for thread in self._threads:
            thread.join(30)
            assert not thread.is_alive()


def test_events_that_wait_together_are_one_commit_with_one_checkpoint(folder: Path, commits: Commits) -> None:
    queue = Queue(folder, commits)
    for n in range(20):
        queue.add(f"a{n}")
    queue.go()
    assert not queue.faults
    assert actors(folder) == [f"a{n}" for n in range(20)]
    assert points(folder) == [1, 20]
    assert verify_audit(folder) == (20, [])


def test_an_event_inside_a_signed_group_cannot_be_changed(folder: Path, commits: Commits) -> None:
    queue = Queue(folder, commits)
    for n in range(6):
        queue.add(f"a{n}")
    queue.go()
    with closing(sqlite3.connect(folder / "audit.db", isolation_level=None)) as log:
        log.execute("DROP TRIGGER event_never_update")
        before = log.execute("SELECT hash FROM event WHERE seq = 2").fetchone()[0]
        for seq in range(3, 7):
            body = json.dumps({"seq": seq, "actor": "other" if seq == 3 else f"a{seq - 1}"})
            before = hashlib.sha256(f"{before}\n{body}".encode()).hexdigest()
            log.execute("UPDATE event SET body = ?, hash = ? WHERE seq = ?", (body, before, seq))
    assert verify_audit(folder) == (6, ["event 6 is not the one that was signed"])


def test_more_than_one_commit_takes_go_in_turn(
    folder: Path, commits: Commits, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert MOST_TOGETHER > 40
    monkeypatch.setattr(app.audit_commits, "MOST_TOGETHER", 4)
    queue = Queue(folder, commits)
    for n in range(10):
        queue.add(f"a{n}")
    queue.go()
    assert not queue.faults and points(folder) == [1, 5, 9, 10]
    assert verify_audit(folder) == (10, [])


def test_an_event_that_has_no_text_holds_up_nobody_elses(folder: Path, commits: Commits) -> None:
    def _bad(seq: int) -> str:
        raise ValueError("no text")

    queue = Queue(folder, commits)
    for name, body in (("a", None), ("b", None), ("bad", _bad), ("half", lambda _: "\ud800"), ("c", None)):
        queue.add(name, body)
    queue.go()
    assert set(queue.faults) == {"bad", "half"} and "no text" in queue.faults["bad"]
    assert actors(folder) == ["a", "b", "c"] and verify_audit(folder) == (3, [])


def test_when_a_commit_fails_nobody_of_it_is_answered_and_the_next_are(
    folder: Path, commits: Commits
) -> None:
    queue = Queue(folder, commits)
    for n in range(5):
        queue.add(f"a{n}")
    key = (folder / "audit.key").rename(folder / "audit.key.away")
    queue.go()
    assert set(queue.faults) == {f"a{n}" for n in range(5)}
    key.rename(folder / "audit.key")
    commits.write(body_of("after"))
    assert actors(folder)[-1] == "after" and verify_audit(folder)[1] == []


def test_a_log_that_is_put_back_while_it_is_open_is_the_one_that_is_written(
    folder: Path, commits: Commits
) -> None:
    commits.write(body_of("a"))
    for name in ("audit.db", CHECKPOINTS):
        shutil.copy(folder / name, folder / f"{name}.copy")
    with closing(sqlite3.connect(folder / "audit.db")) as log:
        log.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    shutil.copy(folder / "audit.db", folder / "audit.db.copy")
    commits.write(body_of("lost"))
    with closing(sqlite3.connect(folder / "audit.db")) as log:
        log.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    for name in ("audit.db", CHECKPOINTS):
        (folder / f"{name}.copy").replace(folder / name)
    commits.write(body_of("b"))
    assert actors(folder) == ["a", "b"] and verify_audit(folder) == (2, [])


def test_a_log_that_is_gone_or_of_another_version_is_not_written(folder: Path, commits: Commits) -> None:
    commits.write(body_of("a"))
    with closing(sqlite3.connect(folder / "audit.db", isolation_level=None)) as log:
        log.execute("UPDATE alembic_version SET version_num = '9999'")
        with pytest.raises(AuditUnavailableError, match="schema 9999"):
            commits.write(body_of("b"))
        log.execute("UPDATE alembic_version SET version_num = '0001'")
    commits.write(body_of("c"))
    (folder / "audit.db").unlink()
    with pytest.raises(AuditUnavailableError, match="not in the workspace folder"):
        commits.write(body_of("d"))
    assert not (folder / "audit.db").exists()


def test_several_processes_of_several_threads_write_one_chain(folder: Path) -> None:
    words = [sys.executable, "-c", WRITERS, str(folder)]
    them = [
        subprocess.Popen([*words, name, "6", "8"], stdout=subprocess.PIPE, text=True) for name in ("p", "q")
    ]
    told = [one.communicate(timeout=120)[0].split() for one in them]
    assert [one.returncode for one in them] == [0, 0]
    assert sorted(actors(folder)) == sorted(told[0] + told[1]) and len(told[0]) == len(told[1]) == 48
    assert verify_audit(folder) == (96, []) and len(points(folder)) < 96


@pytest.mark.faults
@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs SIGKILL, which Windows has not")
@pytest.mark.parametrize("seed", range(5))
def test_what_was_answered_before_a_kill_is_on_the_log(folder: Path, seed: int) -> None:
    words = [sys.executable, "-c", WRITERS, str(folder), "p", "8", "100000"]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True, bufsize=1) as child:
        assert child.stdout is not None
        told = [child.stdout.readline() for _ in range(random.Random(seed).randrange(1, 120))]
        os.kill(child.pid, signal.SIGKILL)
        told += child.stdout.readlines()
    answered = {line.strip() for line in told if line.endswith("\n")}
    assert answered and answered <= set(actors(folder))
    with closing(Commits(folder)) as again:
        again.write(body_of("after"))
    assert actors(folder)[-1] == "after" and verify_audit(folder)[1] == []
