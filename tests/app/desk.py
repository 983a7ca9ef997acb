"""A workspace with a command line to sit at, in this process: fixed clock, repeatable ids, invented files."""

from __future__ import annotations

import atexit
import io
import json
import os
import shutil
import sqlite3
import sys
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from contextlib import redirect_stderr, redirect_stdout
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple
from unittest.mock import patch

from app.main import main
from app.workspace import Workspace, create_workspace, open_workspace
from ingest.identifiers import upn as check_upn
from tests.builders import DAY_US, NOON_US, SECRET, mint
from tests.ingest.builders import POLICE_HEADER, write_csv

COUNCIL, POLICE = "Ashby Council", "Bramwell Police"
SHARED = {"agreement": "ISA-1", "agreement_expires": "none", "review_state": "reviewed"}
ADULT, CHILD = "1985-04-03", "2011-09-30"


@cache
def _all_folders() -> Path:
    """Return the folder of all folders; the first process deletes it, and its children are told of it."""
    if known := os.environ.get("KITHMAP_DESKS"):
        return Path(known)
    memory = Path("/dev/shm")
    ample = memory.is_dir() and shutil.disk_usage(memory).free > 1_000_000_000
    folder = tempfile.mkdtemp(prefix="kithmap-", dir=memory if ample else None)
    os.environ["KITHMAP_DESKS"] = folder
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return Path(folder)


def quick_folder() -> Path:
    """Return a new folder, in memory where the system has some: syncing to disk takes most of the time."""
    return Path(tempfile.mkdtemp(dir=_all_folders()))


class Ran(NamedTuple):
    """What a command left behind: exit code, standard output, standard error."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        """The answer, where it is JSON."""
        found: dict[str, Any] = json.loads(self.out)
        return found


@cache
def _template() -> Path:
    folder = quick_folder() / "ws"
    create_workspace(folder, agency=COUNCIL)
    with sqlite3.connect(folder / "identity.db") as identity:
        identity.execute("INSERT INTO secret VALUES ('keys', ?)", (SECRET,))
    identity.close()
    return folder


class Desk:
    """One workspace, and who sits at it.

    Parameters
    ----------
    folder : Path
        To hold the workspace and the files.
    like : Path, optional
        A workspace to copy; a new one when left out.
    ledger : str, optional
        Text of the settings that name a server's database, made by ``tests.servers``; files when left out.
    """

    def __init__(self, folder: Path, *, like: Path | None = None, ledger: str = "") -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.files = folder
        self.folder = folder / "ws"
        shutil.copytree(like or _template(), self.folder)
        self.ledger = ledger
        if ledger:
            for name in ("ledger", "identity"):
                (self.folder / f"{name}.db").unlink()
            with (self.folder / "settings.toml").open("a", encoding="utf-8") as settings:
                settings.write(ledger)
        self.now_us = NOON_US
        self.numbered = 0

    def clock(self) -> int:
        """Return the time that the test set."""
        return self.now_us

    def pass_days(self, days: float) -> None:
        """Let some days go by."""
        self.now_us += int(days * DAY_US)

    def sit(
        self,
        agency: str = COUNCIL,
        roles: Sequence[str] = ("analyst",),
        areas: Sequence[str] = (),
        **context: Any,
    ) -> None:
        """Let another viewer sit down."""
        stated = {
            "purpose": "safeguarding review",
            "purpose_kind": "law_enforcement",
            "gateways": [],
            **context,
        }
        lines = ["[operator]", 'name = "someone"', f"agency = {json.dumps(agency)}"]
        lines += [f"roles = {json.dumps(list(roles))}", f"areas = {json.dumps(list(areas))}", "[context]"]
        lines += [f"{name} = {json.dumps(value)}" for name, value in stated.items()]
        (self.folder / "settings.toml").write_text("\n".join(lines) + f"\n{self.ledger}", encoding="utf-8")

    def workspace(self) -> Workspace:
        """Return the workspace as whoever sits there opens it."""
        return open_workspace(self.folder, clock=self.clock, mint=mint)

    def run(self, *arguments: object) -> Ran:
        """Run a command in this process, as ``kithmap`` would."""
        out, err = io.StringIO(), io.StringIO()
        argv = ["kithmap", "--workspace", str(self.folder), *map(str, arguments)]
        code = 0

        def opened(folder: Path) -> Workspace:
            return open_workspace(folder, clock=self.clock, mint=mint)

        # The clock and the ids are handed in where the command opens its workspace; all else is as installed.
        with (
            patch("app.cli_options.open_workspace", opened),
            patch.object(sys, "argv", argv),
            redirect_stdout(out),
            redirect_stderr(err),
        ):
            try:
                main()
            except SystemExit as stop:
                code = int(stop.code or 0)
        return Ran(code, out.getvalue(), err.getvalue())

    def ask(self, *arguments: object) -> dict[str, Any]:
        """Run a command with ``--json`` that must succeed, and return its answer."""
        ran = self.run(*arguments, "--json")
        assert (ran.code, ran.err) == (0, ""), ran.err
        return ran.json

    def load(self, mapping: str, rows: Iterable[Mapping[str, str]], *options: object) -> dict[str, Any]:
        """Import rows through a mapping and return the report."""
        self.numbered += 1
        path = self.files / f"{mapping}-{self.numbered}.csv"
        report = self.files / f"report-{self.numbered}.json"
        given = list(rows)
        if mapping == "police_uk":
            write_csv(path, given, header=POLICE_HEADER.split(","))
        else:
            write_csv(path, given)
        ran = self.run("import", path, "--mapping", mapping, "--report", report, *options)
        assert ran.code == 0, ran.err
        found: dict[str, Any] = json.loads(report.read_text(encoding="utf-8"))
        return found

    def events(self) -> list[dict[str, Any]]:
        """Return the audit log's events."""
        with sqlite3.connect(self.folder / "audit.db") as log:
            bodies = [row[0] for row in log.execute("SELECT body FROM event ORDER BY seq")]
        log.close()
        return [json.loads(body) for body in bodies]


def person(ref: str, agency: str = COUNCIL, **cells: str) -> dict[str, str]:
    """Return a row of a file of people."""
    return {"person_ref": ref, "agency": agency, **SHARED, **cells}


def tie(a: str, b: str, agency: str = COUNCIL, kind: str = "FRIEND_OF", **cells: str) -> dict[str, str]:
    """Return a row of a file of associations."""
    return {"person_a": a, "person_b": b, "kind": kind, "agency": agency, **SHARED, **cells}


def present(who: str, event: str, agency: str = COUNCIL, **cells: str) -> dict[str, str]:
    """Return a row that says who was present at an event."""
    cells = {"capacity": "present", "event_ref": event, **cells}
    return tie(who, "", agency, "INVOLVED_IN", **cells)


def concern(ref: str, lon: float, lat: float, agency: str = COUNCIL, **cells: str) -> dict[str, str]:
    """Return a row of a file of locations of concern."""
    place = {
        "location_ref": ref,
        "lon": str(lon),
        "lat": str(lat),
        "sort": "park",
        "concern": "meeting place",
    }
    return {**place, "agency": agency, **SHARED, **cells}


def incident(
    number: str, lon: float, lat: float, month: str = "2025-03", kind: str = "Burglary"
) -> dict[str, str]:
    """Return a row as police.uk publishes it; without a number it is anti-social behaviour."""
    return {
        "Crime ID": number, "Month": month, "Reported by": POLICE, "Falls within": POLICE,
        "Longitude": f"{lon:.6f}", "Latitude": f"{lat:.6f}", "Location": "On or near Invented Road",
        "LSOA code": "", "LSOA name": "", "Crime type": kind if number else "Anti-social behaviour",
    }  # fmt: skip


def pupil_number(number: int) -> str:
    """Return an invented unique pupil number whose check letter holds."""
    for letter in "ABCDEFGHJKLMNPQRTUVWXYZ":
        if found := check_upn(f"{letter}{801_200_000_000 + number}"):
            return found
    raise AssertionError(number)


def squares(path: Path) -> Path:
    """Write three invented districts side by side, as GeoJSON."""
    features = []
    for n, name in enumerate(("Ashby", "Bramwell", "Corley")):
        west, east, south, north = -2.7 + n * 0.1, -2.6 + n * 0.1, 53.1, 53.25
        ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
        shape = {"type": "Polygon", "coordinates": [ring]}
        names = {"LAD25CD": f"E0600009{n}", "LAD25NM": name}
        features.append({"type": "Feature", "properties": names, "geometry": shape})
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    return path
