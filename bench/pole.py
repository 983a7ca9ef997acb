"""The POLE example from files to peer clusters, beside a bare SQLite load and pandas with NetworkX.

``python -m bench.pole [REPEATS]`` prints a table; the data are those of ``KITHMAP_TEST_DATA``. The job is
what a person types: ``kithmap init``, ``import``, ``clusters``, each its own process, durable and audited.
The bare loads do nothing but write: no checks, no claims, no policy, no audit, no graph.
"""

from __future__ import annotations

import csv
import os
import resource
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from statistics import median
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
MADE_BY = """
SELECT sql FROM sqlite_master
WHERE tbl_name = ? AND type IN ('table', 'index') AND sql <> '' ORDER BY type DESC
"""
TIES = ("KNOWS", "KNOWS_SN", "KNOWS_LW", "KNOWS_PHONE", "FAMILY_REL")


def pole_files() -> list[Path]:
    """Return the 28 files.

    Returns
    -------
    list of Path
        In the order of their names.
    """
    data = os.environ.get("KITHMAP_TEST_DATA") or ROOT.parent / "shared" / "data"
    return sorted((Path(data) / "pole").glob("*.csv"))


def run_kithmap(workspace: Path, *words: str) -> str:
    """Run one command as a person would.

    Parameters
    ----------
    workspace : Path
        The folder it works on.
    *words : str
        The command.

    Returns
    -------
    str
        What it printed.
    """
    where = {"KITHMAP_WORKSPACE": str(workspace), "KITHMAP_PROGRESS": "never", "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "app.main", *words]
    done = subprocess.run(command, env=os.environ | where, check=True, capture_output=True, text=True)
    return done.stdout


class Rows(NamedTuple):
    """Rows of one table.

    Attributes
    ----------
    made_by : list of str
        What makes the table, its keys and its indexes.
    name : str
        The table.
    rows : list of tuple
        As many values in each as the table has columns.
    """

    made_by: list[str]
    name: str
    rows: list[tuple[object, ...]]


def write_bare(database: Path, tables: Iterable[Rows]) -> None:
    """Write rows with nothing but the driver, each table in one durable transaction.

    Parameters
    ----------
    database : Path
        A new file.
    tables : iterable of Rows
        What to write.
    """
    db = sqlite3.connect(database)
    db.execute("PRAGMA journal_mode=WAL")
    db.execute("PRAGMA synchronous=FULL")
    for table in tables:
        for statement in table.made_by:
            db.execute(statement)
        marks = ",".join("?" * len(table.rows[0]))
        db.executemany(f'INSERT INTO "{table.name}" VALUES ({marks})', table.rows)
        db.commit()
    db.close()


def source_rows(paths: Iterable[Path]) -> Iterable[Rows]:
    """Read the rows of CSV files.

    Parameters
    ----------
    paths : iterable of Path
        The files.

    Yields
    ------
    Rows
        A table for each file.
    """
    for number, path in enumerate(paths):
        with path.open(encoding="utf-8", newline="") as file:
            header, *rows = map(tuple, csv.reader(file))
        columns = ", ".join(f'"{column}"' for column in header)
        yield Rows([f"CREATE TABLE t{number} ({columns})"], f"t{number}", list(rows))


def held_rows(workspace: Path) -> Iterable[Rows]:
    """Read every row that a workspace holds of an import: ledger, identity and drawing, with their keys.

    Parameters
    ----------
    workspace : Path
        The folder.

    Yields
    ------
    Rows
        A table for each that holds more than a few rows.
    """
    for path in sorted(workspace.glob("*.db")):
        db = sqlite3.connect(path)
        names = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'"
        for (name,) in db.execute(names).fetchall():
            rows = db.execute(f'SELECT * FROM "{name}"').fetchall()
            if len(rows) < 10:
                # What every workspace has, and no part of the load.
                continue
            yield Rows([sql for (sql,) in db.execute(MADE_BY, (name,))], name, rows)
        db.close()


def networkx_clusters(paths: Iterable[Path]) -> int:
    """Find communities as a script would: pandas and NetworkX, in memory, nothing kept.

    Parameters
    ----------
    paths : iterable of Path
        The files.

    Returns
    -------
    int
        How many communities of three or more people.
    """
    import networkx as nx
    import pandas as pd

    graph, ties = nx.MultiDiGraph(), nx.Graph()
    for path in paths:
        frame = pd.read_csv(path, dtype=str)
        if ":ID" in frame:
            graph.add_nodes_from((row[":ID"], row) for row in frame.to_dict("records"))
            continue
        edges = frame[[":START_ID", ":END_ID", ":TYPE"]].itertuples(index=False, name=None)
        graph.add_edges_from(edges)
        if path.name.split(".")[-2] in TIES:
            ties.add_edges_from(zip(frame[":START_ID"], frame[":END_ID"], strict=True))
    found = nx.community.louvain_communities(ties, seed=1)
    return sum(len(people) >= 3 for people in found)


def timed(work: Callable[[], object]) -> tuple[float, float]:
    """Return wall and CPU seconds of some work, its child processes with it.

    Parameters
    ----------
    work : callable
        Takes nothing.

    Returns
    -------
    tuple of float
        Wall, CPU.
    """
    wall, cpu = time.perf_counter(), _cpu_s()
    work()
    return time.perf_counter() - wall, _cpu_s() - cpu


def _cpu_s() -> float:
    used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(part.ru_utime + part.ru_stime for part in used)


def measured(folder: Path, paths: list[Path]) -> dict[str, tuple[float, float]]:
    """Measure every job once.

    Parameters
    ----------
    folder : Path
        Scratch.
    paths : list of Path
        The files.

    Returns
    -------
    dict of str to (float, float)
        Wall and CPU seconds by job.
    """
    files, workspace = list(map(str, paths)), folder / "workspace"
    found = {
        "kithmap init": timed(lambda: run_kithmap(workspace, "init", str(workspace))),
        "kithmap import": timed(lambda: run_kithmap(workspace, "import", *files, "--mapping", "pole")),
        "kithmap clusters": timed(lambda: run_kithmap(workspace, "clusters")),
    }
    walls, cpus = zip(*found.values(), strict=True)
    found["**files to clusters**"] = (sum(walls), sum(cpus))
    held = list(held_rows(workspace))
    peers: dict[str, Callable[[], object]] = {
        "bare executemany of the source rows": lambda: write_bare(folder / "a.db", source_rows(paths)),
        "bare executemany of the rows that Kithmap holds": lambda: write_bare(folder / "b.db", held),
        "pandas + NetworkX Louvain, in memory": lambda: networkx_clusters(paths),
    }
    return found | {name: timed(work) for name, work in peers.items()}


def table(runs: list[dict[str, tuple[float, float]]]) -> str:
    """Return the medians as a table.

    Parameters
    ----------
    runs : list of dict
        From `measured`.

    Returns
    -------
    str
        Markdown; the ratios are those of the whole job to each peer, each within its own run.
    """
    whole = "**files to clusters**"
    lines = [
        "| job | wall, s | CPU, s | files to clusters, times this (wall) | (CPU) |",
        "|---|---|---|---|---|",
    ]
    for job in runs[0]:
        wall, cpu = (median(run[job][place] for run in runs) for place in (0, 1))
        ratios = [median(run[whole][place] / run[job][place] for run in runs) for place in (0, 1)]
        peer = not job.startswith(("kithmap", "**"))
        shown = " | ".join(f"{ratio:.2f}" for ratio in ratios) if peer else " | "
        lines.append(f"| {job} | {wall:.2f} | {cpu:.2f} | {shown} |")
    return "\n".join(lines) + "\n"


def main() -> None:
    """Measure, and print the table."""
    paths = pole_files()
    if len(paths) != 28:
        sys.stdout.write("the 28 POLE files are absent: name their folder in KITHMAP_TEST_DATA\n")
        return
    runs = []
    for _ in range(int(sys.argv[1]) if len(sys.argv) > 1 else 3):
        with tempfile.TemporaryDirectory() as folder:
            runs.append(measured(Path(folder), paths))
    sys.stdout.write(table(runs))


if __name__ == "__main__":
    main()
