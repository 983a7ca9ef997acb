"""Long work: done in a process of its own, told in sentences, asked about by whoever began it."""

from __future__ import annotations

import json
import re
import secrets
import signal
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from threading import Lock
from typing import Any, Final, NamedTuple

from filelock import BaseFileLock, FileLock, Timeout

from app.access import Viewer
from app.printing import write_file
from app.serving.error_responses import told
from app.serving.headers import logged_fault
from app.serving.work_limits import WorkLimits, exceeded, within
from graph.errors import ConflictError, EntityNotFoundError, KithmapError

FOLDER: Final = "jobs"
KEPT_S: Final = 7 * 86_400
MOST_WAITING: Final = 20
_EVERY_S: Final = 0.3
_PATIENCE_S: Final = 10.0
_UNDER_WAY: Final = ("waiting", "running")
_ID: Final = re.compile(r"[0-9a-f]{16}")
_CUT_OFF: Final = "cut off before its end: nothing of it is kept, and it can be begun again"


class Job(NamedTuple):
    """Long work as it stands.

    Attributes
    ----------
    id : str
        Random.
    what : str
        What is done.
    state : str
        ``waiting``, ``running``, ``done`` or ``failed``.
    sentence : str
        The last that it told: names of files, counts, steps; never content.
    result : str
        Where its result is found, once it is done.
    problem : dict or None
        Why it failed, as a problem.
    """

    id: str
    what: str
    state: str
    sentence: str
    result: str
    problem: dict[str, Any] | None = None


class Jobs:
    """The long work of one workspace: one at a time in each process of the service.

    Parameters
    ----------
    folder : Path
        The workspace, where the state of each job is kept: any process of the service can tell it.
    limits : WorkLimits, optional
        What one job may take.
    """

    def __init__(self, folder: Path, limits: WorkLimits | None = None) -> None:
        self._folder = folder / FOLDER
        self._limits = limits or WorkLimits()
        self._worker = ThreadPoolExecutor(1, "kithmap-job")
        self._lock = Lock()
        self._process: BaseProcess | None = None
        self._closing = False
        self._pending = 0

    def begin(
        self, viewer: Viewer, what: str, *, result: str, work: Callable[..., object], given: tuple[Any, ...]
    ) -> Job:
        """Begin long work.

        Parameters
        ----------
        viewer : Viewer
            Whose it is.
        what : str
            What is done.
        result : str
            Where its result will be found.
        work : callable
            A function of a module, which takes ``given`` and tells ``progress`` what is done.
        given : tuple
            What it is given; handed to another process.

        Returns
        -------
        Job
            Waiting.

        Raises
        ------
        ConflictError
            Too much waits already.
        """
        if self._pending >= MOST_WAITING:
            raise ConflictError("too much long work waits already: try again later")
        self._folder.mkdir(mode=0o700, exist_ok=True)
        self._sweep()
        job = Job(secrets.token_hex(8), what, "waiting", "waits for its turn", result)
        self._keep(job, viewer)
        lock = FileLock(self._folder / f"{job.id}.lock", timeout=0, thread_local=False)
        lock.acquire()
        self._pending += 1
        self._worker.submit(self._do, job, viewer, lock, work, given)
        return job

    def find(self, viewer: Viewer, job: str) -> Job:
        """Return how a job stands.

        Parameters
        ----------
        viewer : Viewer
            Whose it is.
        job : str
            Its id.

        Returns
        -------
        Job
            As it stands.

        Raises
        ------
        EntityNotFoundError
            The viewer has none with this id.
        """
        path = self._folder / f"{job}.json"
        if not _ID.fullmatch(job) or not path.is_file():
            raise EntityNotFoundError("no job with this id")
        held = json.loads(path.read_text("utf-8"))
        if held["of"] != [viewer.name, viewer.agency]:
            raise EntityNotFoundError("no job with this id")
        found = Job(**{name: held[name] for name in Job._fields})
        if found.state in _UNDER_WAY and not self._is_held(job):
            # It ended since it was read, or whoever worked on it has died.
            held = json.loads(path.read_text("utf-8"))
            found = Job(**{name: held[name] for name in Job._fields})
            if found.state in _UNDER_WAY:
                return found._replace(state="failed", sentence=_CUT_OFF)
        return found

    def close(self) -> None:
        """End what is at work, which leaves nothing of it, and forget what waits."""
        with self._lock:
            self._closing = True
            if self._process is not None:
                self._process.terminate()
        self._worker.shutdown(cancel_futures=True)

    def _is_held(self, job: str) -> bool:
        try:
            with FileLock(self._folder / f"{job}.lock", timeout=0):
                return False
        except Timeout:
            return True

    def _do(
        self,
        job: Job,
        viewer: Viewer,
        lock: BaseFileLock,
        work: Callable[..., object],
        given: tuple[Any, ...],
    ) -> None:
        try:
            ended = self._ended(job, viewer, work, given)
        except Exception as error:
            logged_fault(error)
            ended = job._replace(state="failed", sentence=_CUT_OFF)
        try:
            self._keep(ended, viewer)
        finally:
            self._pending -= 1
            lock.release()

    def _ended(self, job: Job, viewer: Viewer, work: Callable[..., object], given: tuple[Any, ...]) -> Job:
        """Do the work in another process, which the garbage and the failures of it stay in."""
        ways = get_context("spawn")
        ear, mouth = ways.Pipe(duplex=False)
        process = ways.Process(target=_work_apart, args=(mouth, work, given, self._limits), daemon=True)
        with self._lock:
            if self._closing:
                return job._replace(state="failed", sentence=_CUT_OFF)
            process.start()
            self._process = process
        mouth.close()
        job = job._replace(state="running", sentence="begun")
        self._keep(job, viewer)
        kept_s = begun_s = time.monotonic()
        try:
            while True:
                if not ear.poll(max(0.0, begun_s + self._limits.wall_s - time.monotonic())):
                    return self._out_of_time(job, process)
                state, said = ear.recv()
                if state == "failed":
                    return job._replace(state=state, sentence=said["title"], problem=said)
                job = job._replace(state=state, sentence=said)
                if state == "done":
                    return job
                if time.monotonic() - kept_s > _EVERY_S:
                    self._keep(job, viewer)
                    kept_s = time.monotonic()
        except EOFError:
            pass
        finally:
            ear.close()
            process.join(_PATIENCE_S)
            self._process = None
        if process.exitcode is not None and -process.exitcode == getattr(signal, "SIGXCPU", 0):
            return _failed(job, self._limits.cpu_rule)
        return job._replace(state="failed", sentence=_CUT_OFF)

    def _out_of_time(self, job: Job, process: BaseProcess) -> Job:
        process.kill()
        return _failed(job, self._limits.wall_rule)

    def _keep(self, job: Job, viewer: Viewer) -> None:
        held = {**job._asdict(), "of": [viewer.name, viewer.agency]}
        write_file(self._folder / f"{job.id}.json", json.dumps(held))

    def _sweep(self) -> None:
        oldest = time.time() - KEPT_S
        for path in self._folder.iterdir():
            with suppress(FileNotFoundError):
                if path.stat().st_mtime < oldest:
                    path.unlink()


def _failed(job: Job, rule: str) -> Job:
    problem = told(exceeded(rule, job.sentence), "")
    return job._replace(state="failed", sentence=problem["title"], problem=problem)


def _work_apart(
    mouth: Connection, work: Callable[..., object], given: tuple[Any, ...], limits: WorkLimits
) -> None:
    # Stopping the service by the keyboard reaches this process, too: its parent ends it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    said = ""

    def _tell(text: str) -> None:
        nonlocal said
        said = text
        mouth.send(("running", text))

    try:
        within(limits, lambda: work(*given, progress=_tell), last=lambda: said)
    except KithmapError as error:
        mouth.send(("failed", told(error, "")))
    except Exception as error:
        # Python would write its words, too.
        logged_fault(error)
    else:
        mouth.send(("done", "done"))
    finally:
        mouth.close()
