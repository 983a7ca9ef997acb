"""Importing, opening and drawing a partner's feed, beside pandas, pydantic and a bare SQLite load.

``python -m bench.importing [ROWS]`` prints a table; 1,000,000 rows unless said.
"""

from __future__ import annotations

import csv
import random
import resource
import sqlite3
import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path

PEOPLE_PER_ROW = 0.1
KINDS = ("FRIEND_OF", "ASSOCIATE_OF", "SEEN_WITH")
HEADER = (
    "agency",
    "agreement",
    "agreement_expires",
    "person_a",
    "kind",
    "person_b",
    "date",
    "reported",
    "basis",
)


def write_feed(path: Path, rows: int, *, seed: int = 7) -> None:
    """Write an invented feed of associations.

    Parameters
    ----------
    path : Path
        Where.
    rows : int
        How many.
    seed : int, optional
        Of the invention.
    """
    chance = random.Random(seed)
    people = max(int(rows * PEOPLE_PER_ROW), 10)
    first = date(2023, 1, 1)
    with path.open("w", newline="", encoding="utf-8") as file:
        out = csv.writer(file)
        out.writerow(HEADER)
        for _ in range(rows):
            a, b = chance.sample(range(people), 2)
            day = first + timedelta(days=chance.randrange(700))
            ends = (f"P{a:07}", chance.choice(KINDS), f"P{b:07}")
            days = (day.isoformat(), (day + timedelta(days=3)).isoformat())
            out.writerow(("Example Council", "ISA-7", "2030-12-31", *ends, *days, "recorded"))


def peer_load(feed: Path, database: Path) -> None:
    """Load the feed as a script would: pandas, pydantic row by row, one SQLite table, synced.

    Parameters
    ----------
    feed, database : Path
        From where, to where.
    """
    import pandas as pd
    from pydantic import BaseModel, Field

    class Row(BaseModel):
        """A row that passed."""

        agency: str
        person_a: str
        kind: str
        person_b: str
        day: date = Field(alias="date")
        reported: date
        basis: str

    db = sqlite3.connect(database)
    db.execute("PRAGMA journal_mode=WAL")
    db.execute("PRAGMA synchronous=FULL")
    db.execute("CREATE TABLE row (agency, person_a, kind, person_b, date, reported, basis)")
    for part in pd.read_csv(feed, chunksize=5_000, dtype=str):
        checked = (Row.model_validate(row) for row in part.to_dict("records"))
        rows = [tuple(str(value) for value in row.model_dump().values()) for row in checked]
        db.executemany("INSERT INTO row VALUES (?,?,?,?,?,?,?)", rows)
        db.commit()
    db.close()


def main() -> None:
    """Measure, and print the table."""
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    with tempfile.TemporaryDirectory() as folder:
        feed = Path(folder) / "associations.csv"
        write_feed(feed, rows)
        sys.stdout.write(measured(Path(folder), feed, rows))


def measured(folder: Path, feed: Path, rows: int) -> str:
    """Return the table.

    Parameters
    ----------
    folder : Path
        Scratch.
    feed : Path
        The feed.
    rows : int
        How many rows it has.

    Returns
    -------
    str
        Markdown.
    """
    from app.use_cases.drawing import current_store, redraw
    from app.use_cases.importing import load_files
    from app.workspace import create_workspace, open_workspace
    from graph.ledger.opening import one_writer

    workspace = create_workspace(folder / "ws", agency="Example Council")
    load = timed(lambda: load_files(workspace, [feed], "associations"))
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    with one_writer(workspace.folder):
        draw = timed(lambda: redraw(workspace, whole=True))
    opened = timed(lambda: current_store(open_workspace(workspace.folder)).close())
    drawn = next(workspace.folder.glob("drawn-*.db"))
    ledger = workspace.folder / "ledger.db"
    peers = (
        timed(lambda: peer_load(feed, folder / "peer.db")),
        timed(lambda: peer_copy(drawn, folder / "copy.db")),
        timed(lambda: peer_open(ledger)),
    )
    jobs = (
        (f"import {rows:,} rows: {rows / load[0]:,.0f} rows/s, peak {memory:,.0f} MB", load, peers[0]),
        ("draw the graph anew", draw, peers[1]),
        ("open the workspace and its graph", opened, peers[2]),
    )
    names = (
        "pandas + pydantic + one SQLite table",
        "bare executemany of the drawn rows",
        "bare SQLite, one count",
    )
    lines = ["| job | wall, s | CPU, s | peer | wall, s | ratio |", "|---|---|---|---|---|---|"]
    for (job, ours, peer), name in zip(jobs, names, strict=True):
        figures = f"{ours[0]:.3g} | {ours[1]:.3g} | {name} | {peer[0]:.3g} | {ours[0] / peer[0]:.2g}"
        lines.append(f"| {job} | {figures} |")
    return "\n".join(lines) + "\n"


def peer_copy(drawn: Path, copy: Path) -> None:
    """Write the drawn rows once more with nothing but the driver.

    Parameters
    ----------
    drawn, copy : Path
        From where, to where.
    """
    source, target = sqlite3.connect(drawn), sqlite3.connect(copy)
    target.execute("PRAGMA journal_mode=WAL")
    target.execute("PRAGMA synchronous=FULL")
    for table in ("entity", "support", "fact"):
        rows = source.execute(f"SELECT * FROM {table}").fetchall()
        width = len(source.execute(f"SELECT * FROM {table} LIMIT 1").description)
        target.execute(f"CREATE TABLE {table} ({', '.join(f'c{n}' for n in range(width))})")
        marks = ",".join("?" * width)
        target.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)
    target.commit()
    target.close()
    source.close()


def peer_open(ledger: Path) -> None:
    """Open the ledger with nothing but the driver, and count its batches.

    Parameters
    ----------
    ledger : Path
        The file.
    """
    db = sqlite3.connect(ledger)
    db.execute("SELECT COUNT(*) FROM batch").fetchone()
    db.close()


def timed(work: object) -> tuple[float, float]:
    """Return wall and CPU seconds of some work.

    Parameters
    ----------
    work : callable
        Takes nothing.

    Returns
    -------
    tuple of float
        Wall, CPU.
    """
    assert callable(work)
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - wall, time.process_time() - cpu


if __name__ == "__main__":
    main()
