"""While the audit log cannot be written nothing is answered; as soon as it can be, everything is again."""

from __future__ import annotations

import resource
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path

import pytest

import app.audit_commits
from app.audit_commits import CHECKPOINTS, LOG
from app.audit_verifier import verify_audit
from tests.app.briefs import NAMES
from tests.app.serving.callers import Caller, Open, opened
from tests.app.serving.tour import Ids, gone, peopled, prepared

pytestmark = pytest.mark.faults


@pytest.fixture(scope="module")
def town() -> Iterator[tuple[Open, Ids]]:
    """Return a service with people in it that waits for a locked log only briefly."""
    desk = peopled()
    with pytest.MonkeyPatch.context() as patched, opened(desk) as at:
        patched.setattr(app.audit_commits, "BUSY_MS", 200)
        yield at, prepared(at, at.enter("ash"))
    gone(desk)


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    with closing(sqlite3.connect(folder / LOG, isolation_level=None)) as log:
        log.execute("BEGIN EXCLUSIVE")
        yield


@contextmanager
def _full(folder: Path) -> Iterator[None]:
    # No file of this process can grow beyond a page, as where a disk is full.
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4_096, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@contextmanager
def _read_only(folder: Path) -> Iterator[None]:
    # Whoever is root may write to files that nobody may: a folder in the file's place is for nobody.
    (folder / CHECKPOINTS).rename(folder / "away")
    (folder / CHECKPOINTS).mkdir()
    try:
        yield
    finally:
        (folder / CHECKPOINTS).rmdir()
        (folder / "away").rename(folder / CHECKPOINTS)


@contextmanager
def _no_table(folder: Path) -> Iterator[None]:
    with closing(sqlite3.connect(folder / LOG, isolation_level=None)) as log:
        log.execute("ALTER TABLE event RENAME TO away")
        yield
        log.execute("ALTER TABLE away RENAME TO event")


def _asked(caller: Caller, ids: Ids) -> list[tuple[int, str, str]]:
    paths = (f"/api/entities/{ids.person}?names=true", f"/api/entities/{ids.person}/neighbours", "/api/areas")
    said = [caller.get(path) for path in paths]
    said.append(caller.post("/api/search", json={"text": "Amy", "names": True}))
    return [(answer.status_code, answer.headers.get("retry-after", ""), answer.text) for answer in said]


@pytest.mark.parametrize("fault", [_locked, _full, _read_only, _no_table])
def test_without_a_log_there_is_no_answer_and_with_it_there_is_again(
    town: tuple[Open, Ids], fault: Callable[[Path], AbstractContextManager[None]]
) -> None:
    at, ids = town
    ash, folder = at.enter("ash"), at.desk.folder
    before = _asked(ash, ids)
    events = _events(folder)
    with fault(folder):
        begun = time.monotonic()
        told = _asked(ash, ids)
        assert time.monotonic() - begun < 20
    for status, retry, text in told:
        assert (status, retry) == (503, "5") and "/problems/audit-unavailable" in text
        assert not any(word in text for name in NAMES for word in name.split()), text
    assert _asked(ash, ids) == before and {status for status, _, _ in before} == {200}
    number, faults = verify_audit(folder)
    assert faults == [] and number >= events + len(before)


def _events(folder: Path) -> int:
    with closing(sqlite3.connect(folder / LOG)) as log:
        found: int = log.execute("SELECT COUNT(*) FROM event").fetchone()[0]
    return found


def test_a_checkpoint_that_was_cut_short_leaves_nothing_that_looks_like_tampering(
    town: tuple[Open, Ids],
) -> None:
    at, ids = town
    ash, folder = at.enter("ash"), at.desk.folder
    # What is left of the disk holds half of a checkpoint, but all of an event: the file's pages are there.
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    points = folder / CHECKPOINTS
    points.write_bytes(points.read_bytes() + b" " * (3_000_000 - points.stat().st_size - 1) + b"\n")
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (3_000_050, hard))
        assert {status for status, _, _ in _asked(ash, ids)} == {503}
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert points.stat().st_size == 3_000_000
    lines = [line for line in points.read_text("ascii").splitlines() if line.strip()]
    points.write_text("\n".join(lines) + "\n", encoding="ascii")
    assert {status for status, _, _ in _asked(ash, ids)} == {200}
    assert verify_audit(folder)[1] == []
