"""Importing and searching with the ledger in files and on PostgreSQL, turn about, in one run.

``python -m bench.ledgers [ROWS]`` starts a throw-away server that syncs its commits, and prints a table.
"""

from __future__ import annotations

import csv
import random
import shutil
import statistics
import sys
import tempfile
from functools import partial
from pathlib import Path

from bench.importing import timed, write_feed

NAMES = ("Amy", "Bo", "Cai", "Dee", "Eve", "Fay", "Gil", "Hal", "Ivy", "Jo", "Kit", "Lee", "Mo", "Ned", "Una")
SYLLABLES = ("ash", "bram", "cor", "den", "elm", "ford", "gate", "hurst", "ing", "ley", "mere", "ton", "wick")


def write_people(path: Path, rows: int, *, seed: int = 7) -> None:
    """Write an invented file of people.

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
    header = ("person_ref", "agency", "agreement", "agreement_expires", "given_name", "family_name")
    with path.open("w", newline="", encoding="utf-8") as file:
        out = csv.writer(file)
        out.writerow(header)
        for n in range(rows):
            family = "".join(chance.choices(SYLLABLES, k=3)).title()
            shared = ("Example Council", "ISA-7", "2030-12-31")
            out.writerow((f"P{n:07}", *shared, chance.choice(NAMES), family))


def measured(folder: Path, rows: int, url: str, password: Path) -> str:
    """Return the table.

    Parameters
    ----------
    folder : Path
        Scratch.
    rows : int
        Of each file.
    url : str
        An empty database.
    password : Path
        Holds its password.

    Returns
    -------
    str
        Markdown.
    """
    from app.settings import Ledger
    from app.use_cases.importing import load_files
    from app.workspace import create_workspace
    from graph.ledger.claims import read_live
    from graph.ledger.name_index import find_claims
    from graph.ledger.opening import open_ledger
    from graph.model.words import words_of

    write_feed(folder / "ties.csv", rows)
    write_people(folder / "people.csv", rows)
    places = {"files": None, "PostgreSQL": Ledger(url=url, password_file=str(password))}
    held = {
        name: create_workspace(folder / name, agency="Example Council", ledger=place)
        for name, place in places.items()
    }
    found: dict[str, list[tuple[float, float]]] = {name: [] for name in places}
    for feed, mapping in (("people.csv", "people"), ("ties.csv", "associations")):
        for name, workspace in held.items():
            found[name].append(timed(partial(load_files, workspace, [folder / feed], mapping)))
    asked = [words_of(f"{one} {two}") for one in NAMES for two in SYLLABLES]
    for name, workspace in held.items():
        files = open_ledger(workspace.folder)
        with files.ledger.connect() as ledger, ledger.begin():
            found[name].append(timed(lambda c=ledger: sum(1 for _ in read_live(c))))
        with files.identity.connect() as identity, identity.begin():
            took = [timed(lambda w=words, c=identity: find_claims(c, w))[0] for words in asked]
        found[name].append((statistics.median(took), statistics.quantiles(took, n=20)[18]))
        files.close()
    lines = [
        "| ledger | people, rows/s (CPU s) | ties, rows/s (CPU s) | all claims, s | a name: p50, p95 ms |"
    ]
    lines.append("|---|---|---|---|---|")
    for name, (people, ties, live, search) in found.items():
        sped = [f"{rows / wall:,.0f} ({cpu:.1f})" for wall, cpu in (people, ties)]
        asked_ms = f"{search[0] * 1000:.1f}, {search[1] * 1000:.1f}"
        lines.append(f"| {name} | {sped[0]} | {sped[1]} | {live[0]:.2f} | {asked_ms} |")
    return "\n".join(lines) + "\n"


def main() -> None:
    """Measure, and print the table."""
    from deploy.dev_servers import postgresql

    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 200_000
    server = Path(tempfile.mkdtemp(prefix="kithmap-bench-"))
    try:
        url = postgresql.start(server, durable=True)
        with tempfile.TemporaryDirectory() as folder:
            table = measured(Path(folder), rows, url, server / postgresql.PASSWORD)
        sys.stdout.write(table)
    finally:
        postgresql.stop(server, killed=True)
        shutil.rmtree(server)


if __name__ == "__main__":
    main()
