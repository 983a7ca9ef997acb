"""The service under the load of 50 people who explore while an import runs, beside bare FastAPI answers.

``python -m bench.service [WORKSPACE] [--workers N] [--rate R] [--seconds S] [--rows N] [--starts N]`` prints
tables. The workspace is copied; without one the 28 POLE files are imported. It starts ``kithmap serve``, as
a person would, with accounts and sessions of its own, and imports an invented file through the service
while they ask. The load is open: a request is sent when it is due, and its time counts from then.
CPU is that of the service's processes without the import's. Peer: the same number of people and requests
against FastAPI that writes and syncs one row and answers nothing else.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from app.accounts import NewAccount, add_account, create_accounts, get_account, open_accounts
from app.passwords import hash_password
from app.sessions import Working, begin_session, csrf_of
from app.use_cases.asking import Question, ask
from app.workspace import Answer, open_workspace
from bench.importing import write_feed
from bench.pole import ROOT, pole_files
from bench.service_load import MIX, Asked, Ground, Line, Person, explore, in_turn
from bench.service_process import cpu_of, running, seconds_of
from deploy.dev_servers.waiting import free_port
from graph.ledger.writing import wall_clock_us
from graph.model.entities import write_id
from graph.view import View

PEOPLE = 50
ALONE = ("search", "busiest", "paths")
TIMES = 100
BARE = """
import os, sqlite3, threading
from fastapi import FastAPI
from pydantic import BaseModel
held, service = threading.local(), FastAPI()
class Row(BaseModel):
    text: str
@service.post("/row")
def row(row: Row):
    if not hasattr(held, "db"):
        held.db = sqlite3.connect(os.environ["BARE"], isolation_level=None, timeout=10)
        held.db.execute("PRAGMA synchronous=FULL")
    held.db.execute("INSERT INTO row VALUES (?)", (row.text,))
    return {"text": row.text}
"""


class Load(NamedTuple):
    """What one load showed.

    Attributes
    ----------
    asked : list of Asked
        Every request.
    seconds : float
        It took.
    cpu_s, own_s, import_s : float
        CPU of the service, of the load itself, of the import.
    memory_mb : float
        Of the service at the end.
    events : int
        That came onto the audit log for these answers.
    """

    asked: list[Asked]
    seconds: float
    cpu_s: float
    own_s: float
    import_s: float
    memory_mb: float
    events: int


def people_of(folder: Path) -> list[Person]:
    """Add accounts to a workspace, and sign each of them in.

    Parameters
    ----------
    folder : Path
        The workspace.

    Returns
    -------
    list of Person
        Analysts of the agency of its settings.
    """
    create_accounts(folder)
    agency, encoded, found = open_workspace(folder).viewer.agency, hash_password("not used: " * 3), []
    accounts = open_accounts(folder)
    with accounts.writing() as rows:
        now_us = wall_clock_us()
        for n in range(PEOPLE):
            new = NewAccount(f"analyst {n}", agency, ("analyst",))
            add_account(rows, new, encoded, now_us=now_us, must_change=False)
            token, _ = begin_session(rows, get_account(rows, new.name), now_us, Working("a bench"))
            found.append(Person(token, csrf_of(token)))
    accounts.close()
    return found


def ground_of(folder: Path) -> Ground:
    """Find what to look at.

    Parameters
    ----------
    folder : Path
        The workspace.

    Returns
    -------
    Ground
        Some of its people and links, by a seed.
    """
    dice = random.Random(1)

    def _find(view: View) -> Answer:
        links = view.store.link_table(view.scope)
        ends, count = np.unique(np.concatenate((links.a, links.b)), return_counts=True)
        people = view.store.entities(view.scope, "Person").tolist()
        chosen = dice.sample(links.link_id.tolist(), 500)
        some = [write_id(one) for one in dice.sample(people, min(len(people), 2_000))]
        top = int(np.argmax(count))
        found = Ground(some, [write_id(one) for one in chosen], write_id(int(ends[top])), int(count[top]))
        return Answer({}, extra=found)

    found: Ground = ask(open_workspace(folder), "explore", Question(), find=_find).extra
    return found


async def import_begun(port: int, person: Person, feed: Path) -> Callable[[], Any]:
    """Send a file and load it, as the Import page does.

    Parameters
    ----------
    port : int
        Of the service.
    person : Person
        Who imports.
    feed : Path
        The file.

    Returns
    -------
    callable
        Awaited, it tells the state of the job.
    """
    import json

    async def _told(method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        with closing(Line(port, person)) as line:
            status, answer = await line.ask(method, path, body)
        if status >= 400:
            raise RuntimeError(f"{method} {path}: {status} {answer!r}")
        found: dict[str, Any] = json.loads(answer)
        return found

    async def _ended(job: str) -> dict[str, Any]:
        while (told := await _told("GET", f"/api/jobs/{job}"))["state"] in ("waiting", "running"):
            await asyncio.sleep(0.5)
        return told

    draft = (await _told("POST", "/api/imports", {"mapping": "associations"}))["id"]
    await _send(port, person, f"/api/imports/{draft}/files/{feed.name}", feed.read_bytes())
    checked = await _ended((await _told("POST", f"/api/imports/{draft}/check"))["id"])
    if checked["state"] != "done":
        raise RuntimeError(str(checked))
    job = (await _told("POST", f"/api/imports/{draft}/load"))["id"]
    await asyncio.sleep(1)
    return lambda: _told("GET", f"/api/jobs/{job}")


async def _send(port: int, person: Person, path: str, content: bytes) -> None:
    ear, mouth = await asyncio.open_connection("127.0.0.1", port)
    mouth.write(
        f"PUT {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nCookie: kithmap-dev={person.token}\r\n"
        f"X-Kithmap-CSRF: {person.csrf}\r\nContent-Length: {len(content)}\r\n\r\n".encode()
    )
    mouth.write(content)
    told = await ear.readuntil(b"\r\n\r\n")
    mouth.close()
    if told[9:12] != b"200":
        raise RuntimeError(told.decode())


def events_of(folder: Path) -> int:
    """Return how many answers of an explorer the audit log knows of.

    Parameters
    ----------
    folder : Path
        The workspace.

    Returns
    -------
    int
        Events of exploring, searching and asking why.
    """
    with closing(sqlite3.connect(folder / "audit.db", timeout=20)) as log:
        query = "SELECT COUNT(*) FROM event WHERE body ->> 'action' IN ('explore', 'search', 'why')"
        return int(log.execute(query).fetchone()[0])


def table_of(load: Load, rate: float) -> str:
    """Return a load as a table.

    Parameters
    ----------
    load : Load
        What it showed.
    rate : float
        Requests a second that were due.

    Returns
    -------
    str
        Markdown.
    """
    lines = ["| answer | requests | p50, ms | p95, ms | p99, ms | most, ms |", "|---|---|---|---|---|---|"]
    kinds = [*dict.fromkeys(one.kind for one in sorted(load.asked))]
    for kind in [*kinds, *(["**all**"] if len(kinds) > 1 else [])]:
        took = [one.seconds * 1000 for one in load.asked if kind in (one.kind, "**all**")]
        middle, late, latest = np.percentile(took, (50, 95, 99))
        lines.append(
            f"| {kind} | {len(took):,} | {middle:.0f} | {late:.0f} | {latest:.0f} | {max(took):.0f} |"
        )
    bad = [one.status for one in load.asked if one.status != 200]
    good = len(load.asked) - len(bad)
    late = float(np.percentile([one.late * 1000 for one in load.asked], 95))
    each = load.cpu_s / len(load.asked) * 1000
    lines.append(
        f"\n{good / load.seconds:.0f} answers/s of {rate:.0f} asked; {len(bad)} errors, {bad.count(503)} of "
        f"them 503; {load.events:,} audit events for {good:,} answers; {each:.2f} ms of CPU a request, "
        f"{load.memory_mb:.0f} MB; CPU in {load.seconds:.0f} s: service {load.cpu_s:.1f}, import "
        f"{load.import_s:.1f}, load {load.own_s:.1f}; the load was {late:.1f} ms late at p95"
    )
    return "\n".join(lines) + "\n"


def measured(process: int, depth: int, told: Callable[[], int], work: Callable[[], list[Asked]]) -> Load:
    """Measure a load.

    Parameters
    ----------
    process : int
        Of the service.
    depth : int
        As ``cpu_of`` takes it.
    told : callable
        Counts events on the log.
    work : callable
        The load.

    Returns
    -------
    Load
        What it showed.
    """
    events, cpu, own = told(), cpu_of(process, depth), time.process_time()
    begun = time.perf_counter()
    asked = work()
    seconds = time.perf_counter() - begun
    own = time.process_time() - own
    after = cpu_of(process, depth)
    return Load(asked, seconds, after[0] - cpu[0], own, after[1] - cpu[1], after[2], told() - events)


def served(
    folder: Path, people: Sequence[Person], ground: Ground, given: argparse.Namespace, feed: Path
) -> None:
    """Measure the service of one workspace, and print it.

    Parameters
    ----------
    folder : Path
        The workspace.
    people : sequence of Person
        Signed in.
    ground : Ground
        What they look at.
    given : Namespace
        The command line.
    feed : Path
        To be imported meanwhile.
    """
    port, depth = free_port(), int(given.workers > 1)
    words = ["-m", "app.main", "--workspace", str(folder), "serve", "--port", str(port)]
    words += ["--workers", str(given.workers)]
    with (
        running(words, port, "/api/health", KITHMAP_PROGRESS="never") as (process, _),
        asyncio.Runner() as runner,
    ):

        def _alone(kind: str) -> list[Asked]:
            return runner.run(in_turn(port, people[0], ground, kind, TIMES))

        for kind in (*ALONE, *(kind for kind, _ in MIX)):
            runner.run(in_turn(port, people[0], ground, kind, 4 * given.workers))
        alone = measured(
            process, depth, lambda: events_of(folder), lambda: [a for kind in ALONE for a in _alone(kind)]
        )
        _say(f"\nOne person alone ({ground.most:,} links of the busiest), {given.workers} worker(s):\n")
        _say(table_of(alone, TIMES * len(ALONE) / alone.seconds))
        job = runner.run(import_begun(port, people[-1], feed)) if given.rows else None
        load = measured(
            process,
            depth,
            lambda: events_of(folder),
            lambda: runner.run(explore(port, people, ground, rate=given.rate, seconds=given.seconds)),
        )
        state = runner.run(job())["state"] if job else "no import"
        head = f"{PEOPLE} people, {given.workers} worker(s), import of {given.rows:,} rows"
        _say(f"\n{head}: {state} at the end:\n")
        _say(table_of(load, given.rate))


def bare(folder: Path, people: Sequence[Person], ground: Ground, given: argparse.Namespace) -> None:
    """Measure FastAPI that writes and syncs one row an answer, and print it.

    Parameters
    ----------
    folder : Path
        For its file.
    people : sequence of Person
        Who ask.
    ground : Ground
        What they send.
    given : Namespace
        The command line.
    """
    (folder / "bare_rows.py").write_text(BARE, encoding="utf-8")
    with closing(sqlite3.connect(folder / "bare.db")) as made:
        made.execute("PRAGMA journal_mode=WAL")
        made.execute("CREATE TABLE row (text TEXT)")
    port = free_port()
    words = ["-m", "uvicorn", "bare_rows:service", "--app-dir", str(folder), "--port", str(port)]
    words += ["--no-access-log", "--workers", str(given.workers)]
    with running(words, port, "/", BARE=str(folder / "bare.db")) as (process, _), asyncio.Runner() as runner:
        load = measured(
            process,
            int(given.workers > 1),
            lambda: 0,
            lambda: runner.run(
                explore(port, people, ground, rate=given.rate, seconds=given.seconds / 3, mix=[("bare", 1)])
            ),
        )
    _say(f"\nPeer: FastAPI that writes and syncs one row, {given.workers} worker(s), no import:\n")
    _say(table_of(load, given.rate))


def started(folder: Path, times: int) -> None:
    """Measure how long the service takes to its first answer, and print it.

    Parameters
    ----------
    folder : Path
        The workspace.
    times : int
        How often.
    """
    took = []
    for _ in range(times):
        port = free_port()
        words = ["-m", "app.main", "--workspace", str(folder), "serve", "--port", str(port)]
        with running(words, port, "/api/health", KITHMAP_PROGRESS="never") as (process, seconds):
            took.append((seconds, seconds_of(process)))
    wall, cpu = (sorted(column)[len(took) // 2] for column in zip(*took, strict=True))
    _say(f"\nStart to the first answer: {wall:.2f} s, CPU {cpu:.2f} s (medians of {times})\n")


def _say(text: str) -> None:
    sys.stdout.write(text)
    sys.stdout.flush()


def _given() -> argparse.Namespace:
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("workspace", nargs="?", type=Path)
    words.add_argument("--workers", type=int, default=1)
    words.add_argument("--rate", type=float, default=150.0)
    words.add_argument("--seconds", type=float, default=30.0)
    words.add_argument("--rows", type=int, default=400_000, help="of the import; 0 for none")
    words.add_argument("--starts", type=int, default=3)
    return words.parse_args()


def main() -> None:
    """Measure, and print the tables."""
    given = _given()
    with tempfile.TemporaryDirectory() as temporary:
        made = Path(temporary)
        folder = made / "workspace"
        if given.workspace:
            shutil.copytree(given.workspace, folder)
        else:
            for words in (["init", str(folder), "--agency", "Example Police"], _import_of(folder)):
                subprocess.run([sys.executable, "-m", "app.main", *words], check=True, cwd=ROOT)
        people, feed = people_of(folder), made / "feed.csv"
        write_feed(feed, given.rows, seed=8)
        ground = ground_of(folder)
        _say(f"Load of the machine before: {os.getloadavg()[0]:.1f}\n")
        started(folder, given.starts)
        served(folder, people, ground, given, feed)
        bare(made, people, ground, given)


def _import_of(folder: Path) -> list[str]:
    return ["--workspace", str(folder), "import", *map(str, pole_files()), "--mapping", "pole"]


if __name__ == "__main__":
    main()
