"""Work that takes too much of the machine fails with a sentence, and whatever else runs goes on."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.progress import Progress
from app.serving.jobs import Job, Jobs
from app.serving.work_limits import WorkLimits, limits_of
from app.settings import Service
from tests.app.serving.test_jobs import ASH, counts

LIMITED = pytest.mark.skipif(sys.platform != "linux", reason="this system knows no such limits")


def computes(*, progress: Progress) -> None:
    """Compute without an end."""
    progress("people.csv: 20,000 rows")
    while True:
        pass


def clings(*, progress: Progress) -> None:
    """Compute without an end, and let nothing stop it."""
    progress("people.csv: 20,000 rows")
    while True:
        try:
            while True:
                pass
        except Exception:
            continue


def holds(*, progress: Progress) -> None:
    """Hold more and more."""
    progress("people.csv: 20,000 rows")
    held = []
    while True:
        held.append(bytearray(10_000_000))


def sleeps(*, progress: Progress) -> None:
    """Do nothing for long."""
    progress("people.csv: 20,000 rows")
    time.sleep(600)


def nice(path: str, *, progress: Progress) -> None:
    """Tell how far it steps back."""
    import os

    Path(path).write_text(str(os.nice(0)), encoding="utf-8")


@pytest.fixture
def jobs(tmp_path: Path) -> Iterator[Jobs]:
    """Return jobs that may take little."""
    made = Jobs(tmp_path, WorkLimits(cpu_s=1, wall_s=20, memory_mb=500, niceness=5))
    yield made
    made.close()


def _ended(jobs: Jobs, work: Any, *given: Any) -> Job:
    begun = jobs.begin(ASH, "check", result="", work=work, given=given)
    for _ in range(900):
        found = jobs.find(ASH, begun.id)
        if found.state in ("done", "failed"):
            return found
        time.sleep(0.05)
    raise AssertionError(found)


@LIMITED
@pytest.mark.faults
@pytest.mark.parametrize(
    ("work", "rule"),
    [
        (computes, "it took more than 1 second of processor time"),
        (clings, "it took more than 1 second of processor time"),
        (holds, "it needed more than 500 MB of memory"),
    ],
)
def test_work_that_takes_too_much_fails_in_words_and_the_next_is_done(
    jobs: Jobs, tmp_path: Path, work: Any, rule: str
) -> None:
    found = _ended(jobs, work)
    assert found.state == "failed" and found.problem is not None
    assert found.problem["type"] == "/problems/too-much-work"
    assert found.problem["detail"].startswith(f"people.csv: 20,000 rows: {rule}, which is the limit")
    assert _ended(jobs, counts, str(tmp_path / "pid")).state == "done"


@pytest.mark.faults
def test_work_that_does_not_end_is_ended(tmp_path: Path) -> None:
    jobs = Jobs(tmp_path, WorkLimits(wall_s=6))
    found = _ended(jobs, sleeps)
    assert found.problem is not None and "it took more than 6 seconds" in found.problem["detail"]
    assert _ended(jobs, counts, str(tmp_path / "pid")).state == "done"
    jobs.close()


@LIMITED
def test_work_steps_back_behind_answers(jobs: Jobs, tmp_path: Path) -> None:
    import os

    assert _ended(jobs, nice, str(tmp_path / "nice")).state == "done"
    assert int((tmp_path / "nice").read_text()) == min(19, os.nice(0) + 5)


def test_the_settings_say_how_much() -> None:
    stated = Service(job_cpu_minutes=2, job_minutes=3, job_memory_mb=600, job_niceness=0)
    assert limits_of(stated) == WorkLimits(120, 180, 600, 0)
    assert limits_of(Service()) == WorkLimits()
