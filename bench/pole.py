"""The POLE example from files to peer clusters, beside a bare SQLite load and pandas with NetworkX.

``python -m bench.pole [REPEATS]`` prints a table; the data are those of ``KITHMAP_TEST_DATA``. The job is
what a person types: ``kithmap init``, ``import``, ``clusters``, each its own process, durable and audited.
The bare loads do nothing but write: no checks, no claims, no policy, no audit, no graph, no process to
start. "The same rows" may mean the rows of the files, as they are, or the rows that Kithmap holds of them;
"durable" may mean one commit for each table, or commits as small as those of an import. All are shown. One
run goes before those that count, so that every module is compiled, as an installed package is.
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
MADE_BY = "SELECT sql FROM sqlite_master WHERE tbl_name = ? AND type = ? AND sql <> ''"
WHOLE = "**files to clusters**"
ROWS_A_COMMIT = 5_000
"""As an import commits at most so many records at a time: what is read may then be cut off at any moment."""
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


def run_python(compiled: Path, *words: str) -> str:
    """Run Python as a person would, with modules that were compiled once.

    Parameters
    ----------
    compiled : Path
        Where compiled modules are kept.
    *words : str
        Its arguments.

    Returns
    -------
    str
        What it printed.
    """
    where = {"KITHMAP_PROGRESS": "never", "PYTHONPATH": str(ROOT), "PYTHONPYCACHEPREFIX": str(compiled)}
    clean = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    command = [sys.executable, *words]
    return subprocess.run(command, env=clean | where, check=True, capture_output=True, text=True).stdout


class Rows(NamedTuple):
    """Rows of one table.

    Attributes
    ----------
    made_by : str
        What makes the table and its keys.
    name : str
        The table.
    rows : list of tuple
        As many values in each as the table has columns.
    indexes : list of str
        What makes its indexes; after the rows, which is quickest.
    """

    made_by: str
    name: str
    rows: list[tuple[object, ...]]
    indexes: list[str]


def write_bare(database: Path, tables: Iterable[Rows], *, rows_a_commit: int | None = None) -> None:
    """Write rows with nothing but the driver, durably.

    Parameters
    ----------
    database : Path
        A new file.
    tables : iterable of Rows
        What to write.
    rows_a_commit : int, optional
        Each table in one commit when left out.
    """
    db = sqlite3.connect(database)
    db.execute("PRAGMA journal_mode=WAL")
    db.execute("PRAGMA synchronous=FULL")
    for table in tables:
        db.execute(table.made_by)
        marks = ",".join("?" * len(table.rows[0]))
        size = rows_a_commit or len(table.rows)
        for start in range(0, len(table.rows), size):
            part = table.rows[start : start + size]
            db.executemany(f'INSERT INTO "{table.name}" VALUES ({marks})', part)
            db.commit()
        for statement in table.indexes:
            db.execute(statement)
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
        yield Rows(f"CREATE TABLE t{number} ({columns})", f"t{number}", list(rows), [])


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
        # Tables that are indexes of others (of names, for searching) are left out: that favours the peer.
        names = "SELECT name FROM pragma_table_list WHERE type = 'table' AND name NOT LIKE 'sqlite%'"
        for (name,) in db.execute(names).fetchall():
            rows = db.execute(f'SELECT * FROM "{name}"').fetchall()
            if len(rows) < 10:
                # What every workspace has, and no part of the load.
                continue
            (made_by,) = db.execute(MADE_BY, (name, "table")).fetchone()
            yield Rows(made_by, name, rows, [sql for (sql,) in db.execute(MADE_BY, (name, "index"))])
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


def measured(folder: Path, paths: list[Path], compiled: Path) -> dict[str, tuple[float, float]]:
    """Measure every job once.

    Parameters
    ----------
    folder : Path
        Scratch.
    paths : list of Path
        The files.
    compiled : Path
        Where compiled modules are kept.

    Returns
    -------
    dict of str to (float, float)
        Wall and CPU seconds by job.
    """
    workspace = folder / "workspace"

    def _kithmap(*words: str) -> tuple[float, float]:
        at = ("-m", "app.main", "--workspace", str(workspace))
        return timed(lambda: run_python(compiled, *at, *words))

    found = {
        "kithmap init": _kithmap("init", str(workspace)),
        "kithmap import": _kithmap("import", *map(str, paths), "--mapping", "pole"),
        "kithmap clusters": _kithmap("clusters"),
    }
    walls, cpus = zip(*found.values(), strict=True)
    found[WHOLE] = (sum(walls), sum(cpus))
    source, held = list(source_rows(paths)), list(held_rows(workspace))
    bare, held_too = "bare durable `executemany` of", f"the {_count(held)} rows that Kithmap holds"
    peers: dict[str, Callable[[], object]] = {
        f"{bare} {held_too}, 5,000 a commit": lambda: write_bare(
            folder / "c.db", held, rows_a_commit=ROWS_A_COMMIT
        ),
        f"{bare} {held_too}, a commit for each table": lambda: write_bare(folder / "b.db", held),
        f"{bare} the {_count(source)} rows of the files, a commit for each": lambda: write_bare(
            folder / "a.db", source
        ),
        "pandas + NetworkX Louvain, in memory, nothing kept": lambda: run_python(
            compiled, "-m", "bench.pole", "networkx"
        ),
        "`kithmap --help`": lambda: run_python(compiled, "-m", "app.main", "--help"),
    }
    return found | {name: timed(work) for name, work in peers.items()}


def _count(tables: list[Rows]) -> str:
    return f"{sum(len(table.rows) for table in tables):,}"


def table(runs: list[dict[str, tuple[float, float]]]) -> str:
    """Return what was measured as a table.

    Parameters
    ----------
    runs : list of dict
        From `measured`.

    Returns
    -------
    str
        Markdown: the least and the median of the runs; each ratio is of the whole job to a peer within one
        run, and the median of these.
    """
    lines = [
        "| job | wall, s: least (median) | CPU, s: least | files to clusters, times this: wall (CPU) |",
        "|---|---|---|---|",
    ]
    for job in runs[0]:
        walls, cpus = ([run[job][place] for run in runs] for place in (0, 1))
        wall, cpu = (median(run[WHOLE][place] / run[job][place] for run in runs) for place in (0, 1))
        shown = f"{wall:.2f} ({cpu:.2f})" if job.startswith(("bare", "pandas")) else ""
        lines.append(f"| {job} | {min(walls):.2f} ({median(walls):.2f}) | {min(cpus):.2f} | {shown} |")
    return "\n".join(lines) + "\n"


def main() -> None:
    """Measure, and print the table."""
    paths = pole_files()
    if len(paths) != 28:
        sys.stdout.write("the 28 POLE files are absent: name their folder in KITHMAP_TEST_DATA\n")
        return
    if sys.argv[1:] == ["networkx"]:
        sys.stdout.write(f"{networkx_clusters(paths)} communities\n")
        return
    repeats, runs = int(sys.argv[1]) if len(sys.argv) > 1 else 5, []
    loads = [os.getloadavg()[0]]
    with tempfile.TemporaryDirectory() as compiled:
        for _ in range(1 + repeats):
            with tempfile.TemporaryDirectory() as folder:
                runs.append(measured(Path(folder), paths, Path(compiled)))
            loads.append(os.getloadavg()[0])
    sys.stdout.write(table(runs[1:]))
    sys.stdout.write(f"\n{repeats} runs; load of the machine {min(loads):.1f} to {max(loads):.1f}\n")


if __name__ == "__main__":
    main()
