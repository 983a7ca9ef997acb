"""Long work: told as it goes, by whoever asks who began it, whatever becomes of its process."""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.access import Viewer
from app.progress import Progress
from app.serving.jobs import FOLDER, MOST_WAITING, Job, Jobs
from graph.errors import ConflictError, EntityNotFoundError, IngestError

ASH = Viewer("ash", "Ashby Council", frozenset({"analyst"}), frozenset())
BIRCH = Viewer("birch", "Ashby Council", frozenset({"analyst"}), frozenset())
NAMESAKE = Viewer("ash", "Bramwell Police", frozenset({"analyst"}), frozenset())


def counts(path: str, *, progress: Progress) -> None:
    """Do something that ends."""
    progress("people.csv: 1,000 rows")
    Path(path).write_text(str(os.getpid()), encoding="utf-8")


def refuses(*, progress: Progress) -> None:
    """Do something that a rule forbids."""
    progress("reading")
    raise IngestError("people.csv: no such column")


def breaks(*, progress: Progress) -> None:
    """Do something with a fault in it."""
    raise ValueError("Amy Ash")


def waits(path: str, *, progress: Progress) -> None:
    """Do something that does not end by itself."""
    progress("begun and waiting")
    Path(path).write_text(str(os.getpid()), encoding="utf-8")
    time.sleep(600)


@pytest.fixture
def jobs(tmp_path: Path) -> Iterator[Jobs]:
    """Return the jobs of a folder."""
    made = Jobs(tmp_path)
    yield made
    made.close()


def _ended(jobs: Jobs, job: Job) -> Job:
    for _ in range(600):
        found = jobs.find(ASH, job.id)
        if found.state in ("done", "failed"):
            return found
        time.sleep(0.05)
    raise AssertionError(found)


def test_work_is_done_in_another_process_and_says_so(jobs: Jobs, tmp_path: Path) -> None:
    given = (str(tmp_path / "pid"),)
    begun = jobs.begin(ASH, "count", result="/api/x", work=counts, given=given)
    assert (begun.state, begun.what, begun.result) == ("waiting", "count", "/api/x")
    assert _ended(jobs, begun) == begun._replace(state="done", sentence="done")
    assert int((tmp_path / "pid").read_text()) != os.getpid()


def test_what_a_fault_says_reaches_no_log(jobs: Jobs, capfd: pytest.CaptureFixture[str]) -> None:
    _ended(jobs, jobs.begin(ASH, "check", result="", work=breaks, given=()))
    written = capfd.readouterr().err
    assert "ValueError" in written and "Amy" not in written


def test_a_refusal_is_told_as_a_problem(jobs: Jobs) -> None:
    found = _ended(jobs, jobs.begin(ASH, "check", result="", work=refuses, given=()))
    assert found.state == "failed" and found.problem is not None
    assert (found.problem["status"], found.problem["detail"]) == (422, "people.csv: no such column")


def test_a_fault_is_told_without_its_words(jobs: Jobs, tmp_path: Path) -> None:
    found = _ended(jobs, jobs.begin(ASH, "check", result="", work=breaks, given=()))
    assert (found.state, found.problem) == ("failed", None) and "cut off" in found.sentence
    assert not any(b"Amy" in path.read_bytes() for path in (tmp_path / FOLDER).iterdir())


@pytest.mark.faults
def test_work_that_is_killed_has_failed_and_the_next_is_done(jobs: Jobs, tmp_path: Path) -> None:
    begun = jobs.begin(ASH, "wait", result="", work=waits, given=(str(tmp_path / "pid"),))
    while not (tmp_path / "pid").exists() or not (tmp_path / "pid").read_text():
        time.sleep(0.05)
    os.kill(int((tmp_path / "pid").read_text()), signal.SIGKILL)
    assert "cut off" in _ended(jobs, begun).sentence
    later = jobs.begin(ASH, "count", result="", work=counts, given=(str(tmp_path / "other"),))
    assert _ended(jobs, later).state == "done"


def test_a_job_is_whose_it_is(jobs: Jobs, tmp_path: Path) -> None:
    begun = jobs.begin(ASH, "count", result="", work=counts, given=(str(tmp_path / "pid"),))
    for other in (BIRCH, NAMESAKE):
        with pytest.raises(EntityNotFoundError, match="no job with this id"):
            jobs.find(other, begun.id)
    _ended(jobs, begun)


@pytest.mark.parametrize("name", ["", "x", "../../etc/passwd", "0" * 16, "0" * 15 + "\n"])
def test_an_id_of_no_job_finds_none(jobs: Jobs, name: str) -> None:
    with pytest.raises(EntityNotFoundError):
        jobs.find(ASH, name)


def test_any_process_of_the_service_can_tell_a_job(jobs: Jobs, tmp_path: Path) -> None:
    begun = jobs.begin(ASH, "count", result="", work=counts, given=(str(tmp_path / "pid"),))
    other = Jobs(tmp_path)
    assert other.find(ASH, begun.id).state in ("waiting", "running", "done")
    assert _ended(other, begun).state == "done"
    other.close()


@pytest.mark.faults
def test_a_job_whose_service_died_has_failed(tmp_path: Path) -> None:
    jobs = Jobs(tmp_path)
    left = Job("0" * 16, "load", "running", "people.csv: 20,000 rows", "")
    (tmp_path / FOLDER).mkdir()
    held = {**left._asdict(), "of": ["ash", "Ashby Council"]}
    (tmp_path / FOLDER / f"{left.id}.json").write_text(json.dumps(held), encoding="utf-8")
    found = jobs.find(ASH, left.id)
    assert found.state == "failed" and "cut off" in found.sentence
    jobs.close()


def test_stopping_ends_the_work_and_what_waits(tmp_path: Path) -> None:
    jobs = Jobs(tmp_path)
    begun = jobs.begin(ASH, "wait", result="", work=waits, given=(str(tmp_path / "pid"),))
    behind = jobs.begin(ASH, "wait", result="", work=waits, given=(str(tmp_path / "other"),))
    while not (tmp_path / "pid").exists():
        time.sleep(0.05)
    jobs.close()
    assert "cut off" in jobs.find(ASH, begun.id).sentence
    assert not (tmp_path / "other").exists()
    assert Jobs(tmp_path).find(ASH, begun.id).state == "failed" and behind.state == "waiting"


def test_no_more_waits_than_can_be_done_soon(tmp_path: Path) -> None:
    jobs = Jobs(tmp_path)
    for _ in range(MOST_WAITING):
        jobs.begin(ASH, "wait", result="", work=waits, given=(str(tmp_path / "pid"),))
    with pytest.raises(ConflictError, match="too much"):
        jobs.begin(ASH, "wait", result="", work=waits, given=("x",))
    jobs.close()


def test_what_is_a_week_old_is_swept(jobs: Jobs, tmp_path: Path) -> None:
    begun = _ended(jobs, jobs.begin(ASH, "count", result="", work=counts, given=(str(tmp_path / "p"),)))
    os.utime(tmp_path / FOLDER / f"{begun.id}.json", (0, 0))
    _ended(jobs, jobs.begin(ASH, "count", result="", work=counts, given=(str(tmp_path / "p"),)))
    with pytest.raises(EntityNotFoundError):
        jobs.find(ASH, begun.id)
