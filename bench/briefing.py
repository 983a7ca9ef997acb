"""A briefing of 25 people as Word and PDF, beside LibreOffice turning the same Word file into a PDF.

``python -m bench.briefing [REPEATS]`` prints a table. The people, ties and events are invented here.
"""

from __future__ import annotations

import csv
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from itertools import combinations
from pathlib import Path
from statistics import median

from app.use_cases.asking import Question
from app.use_cases.briefing import Asked, make_briefing, rendered
from app.use_cases.care import new_workspace
from app.use_cases.clusters import find_clusters
from app.use_cases.importing import import_files
from app.workspace import Workspace

AGENCY = "Bench Council"
HELD = {"agency": AGENCY, "agreement": "ISA-0", "agreement_expires": "none", "review_state": "reviewed"}
PEOPLE = 25


def write(path: Path, rows: Sequence[dict[str, str]]) -> Path:
    """Write rows as CSV.

    Parameters
    ----------
    path : Path
        Where.
    rows : sequence of dict
        Cells by column; those not given are blank.

    Returns
    -------
    Path
        The same.
    """
    columns = list(dict.fromkeys(column for row in rows for column in row))
    with path.open("w", newline="", encoding="utf-8") as file:
        out = csv.DictWriter(file, columns, restval="")
        out.writeheader()
        out.writerows(rows)
    return path


def partnership(folder: Path) -> Workspace:
    """Make a workspace with eight sets of 25 people who know each other, and what the first set was at.

    Parameters
    ----------
    folder : Path
        Where.

    Returns
    -------
    Workspace
        Imported and drawn.
    """
    dice = random.Random(25)
    refs = [f"P{n:03}" for n in range(8 * PEOPLE)]
    sets = [refs[n : n + PEOPLE] for n in range(0, len(refs), PEOPLE)]
    people = [
        {**HELD, "person_ref": ref, "given_name": f"Given{n}", "family_name": f"Family{n}",
         "date_of_birth": f"20{dice.randrange(8, 12):02}-0{dice.randrange(1, 10)}-15", "risk": "Medium",
         "role": dice.choice(("victim", "child_in_need_of_help")), "harm": "cce", "reported": "2026-01-05"}
        for n, ref in enumerate(refs)
    ]  # fmt: skip
    close = [pair for known in sets for pair in combinations(known, 2) if dice.random() < 0.6]
    loose = [(dice.choice(refs), dice.choice(refs)) for _ in range(120)]
    said = {"kind": "FRIEND_OF", "basis": "recorded", "reported": "2026-02-01"}
    ties = [
        {**HELD, **said, "person_a": a, "person_b": b, "date": f"2026-01-{dice.randrange(1, 29):02}"}
        for a, b in [*close, *(pair for pair in loose if pair[0] != pair[1])]
    ]
    for event in range(40):
        at = {"event_ref": f"E{event}", "kind": "INVOLVED_IN", "date": f"2026-02-{event % 28 + 1:02}T21:00"}
        met = dice.sample(refs[:PEOPLE], 3)
        ties += [{**HELD, **at, "person_a": ref, "capacity": "present", "basis": "recorded"} for ref in met]
    workspace = new_workspace(folder / "workspace", agency=AGENCY)
    import_files(workspace, [write(folder / "people.csv", people)], "people")
    import_files(workspace, [write(folder / "ties.csv", ties)], "associations")
    return workspace


def timed(work: Callable[[], object], repeats: int) -> tuple[float, float, object]:
    """Time some work.

    Parameters
    ----------
    work : callable
        What.
    repeats : int
        How often, after one run that is not counted.

    Returns
    -------
    tuple
        Median wall and CPU seconds, and what it gave.
    """
    given = work()
    walls, cpus = [], []
    for _ in range(repeats):
        wall, cpu = time.perf_counter(), time.process_time()
        given = work()
        walls.append(time.perf_counter() - wall)
        cpus.append(time.process_time() - cpu)
    return median(walls), median(cpus), given


def main() -> None:
    """Print the table."""
    repeats = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    with tempfile.TemporaryDirectory() as held:
        folder = Path(held)
        workspace = partnership(folder)
        rows = find_clusters(workspace, Question()).body["rows"]
        row = max(rows, key=lambda found: found["people"])

        def briefing() -> dict[str, bytes]:
            document = make_briefing(workspace, Asked(row["id"], "a bench")).document()
            return {form: rendered(document, form) for form in ("docx", "pdf")}

        wall, cpu, made = timed(briefing, repeats)
        assert isinstance(made, dict)
        word = folder / "briefing.docx"
        word.write_bytes(made["docx"])
        office = shutil.which("soffice")

        def converted() -> None:
            profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
            command = [str(office), profile, "--headless", "--convert-to", "pdf", "--outdir", held, str(word)]
            subprocess.run(command, check=True, capture_output=True)

        sizes = ", ".join(f"{form} {len(content) / 1000:.0f} kB" for form, content in made.items())
        print("| job | ours, s wall (CPU) | peer | peer, s wall | ratio |\n|---|---|---|---|---|")
        what = f"a briefing of {row['people']} people with {row['ties']} ties, Word and PDF ({sizes})"
        if office is None:
            print(f"| {what} | {wall:.2f} ({cpu:.2f}) | LibreOffice is absent | | |")
            return
        peer, _, _ = timed(converted, repeats)
        print(
            f"| {what} | {wall:.2f} ({cpu:.2f}) | LibreOffice, the same Word file to PDF | {peer:.2f} "
            f"| {wall / peer:.2f} |"
        )


if __name__ == "__main__":
    main()
