"""Workspaces behind a running service: the invented partnership, and one whose every name is hostile."""

from __future__ import annotations

import itertools
import json
import re
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final, NamedTuple

from app.accounts import NewAccount
from app.use_cases.accounts import add
from app.workspace import open_workspace
from deploy.dev_servers.waiting import free_port
from tests.app.desk import CHILD, COUNCIL, Desk, concern, person, tie
from tests.app.documents.hostile import NAMES
from tests.app.front_door import PASSWORD, quick_hashes

PEOPLE: Final = (
    ("ash", "analyst", False),
    ("elder", "intel_officer", False),
    ("cedar", "coordinator", False),
    ("birch", "ig_auditor", False),
    ("sorrel", "op_group", False),
    ("fresh", "analyst", True),
    ("fir", "analyst", True),
)
"""Accounts: a name, its role, and whether its password is temporary. The administrator is called robin."""

_ROOT: Final = Path(__file__).resolve().parents[2]
_PATIENCE_S: Final = 60.0
_CIRCLE: Final = 6
_LINE: Final = 100
_AREAS: Final = 100


class World(NamedTuple):
    """A running service.

    Attributes
    ----------
    origin : str
        Where its pages are.
    folder : Path
        Its workspace.
    files : Path
        What was imported into it.
    ahead : Path
        Minutes by which its clock is ahead.
    """

    origin: str
    folder: Path
    files: Path
    ahead: Path

    def pass_minutes(self, minutes: float) -> None:
        """Let some minutes go by."""
        self.ahead.write_text(str(float(self.ahead.read_text("ascii")) + minutes), encoding="ascii")


def add_accounts(folder: Path, agency: str) -> None:
    """Add the accounts, as the administrator whom the folder's owner makes first."""
    settings = folder / "settings.toml"
    before = settings.read_text("utf-8")
    settings.write_text(before.replace('"analyst"', '"admin"'), encoding="utf-8")
    with quick_hashes():
        workspace = open_workspace(folder)
        add(workspace, NewAccount("robin", agency, ("admin",)), PASSWORD, must_change=False)
        for name, role, temporary in PEOPLE:
            add(workspace, NewAccount(name, agency, (role,)), PASSWORD, must_change=temporary)
    settings.write_text(before, encoding="utf-8")


@contextmanager
def served(folder: Path, files: Path) -> Iterator[World]:
    """Serve a workspace until the block ends."""
    port = free_port()
    ahead = folder.parent / "minutes-ahead"
    ahead.write_text("0", encoding="ascii")
    log = folder.parent / "service.log"
    command = [sys.executable, "-m", "tests.browser.serving", str(folder), str(port), str(ahead)]
    with log.open("wb") as told, subprocess.Popen(command, cwd=_ROOT, stderr=told, stdout=told) as process:
        world = World(f"http://127.0.0.1:{port}", folder, files, ahead)
        try:
            _wait(world.origin, process, log)
            yield world
        finally:
            process.terminate()
            process.wait(20)
    left = log.read_text("utf-8")
    assert "Traceback" not in left and "fault " not in left, left


def _wait(origin: str, process: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + _PATIENCE_S
    while time.monotonic() < end and process.poll() is None:
        try:
            with urllib.request.urlopen(f"{origin}/api/health", timeout=2):
                return
        except OSError:
            time.sleep(0.1)
    raise AssertionError(log.read_text("utf-8"))


def hostile_workspace(folder: Path) -> Desk:
    """Return a workspace of circles of six children, with a hostile text in every field that takes one."""
    desk = Desk(folder)
    desk.sit(COUNCIL)
    texts = [text for text in NAMES if _can_be_imported(text)]
    refs = [f"H{n}" for n in range(len(texts))]
    desk.load("people", [_child(ref, text) for ref, text in zip(refs, texts, strict=True)])
    ties = [
        tie(a, b, date="2025-05-01", reported="2025-05-02", **_said(text))
        for circle in _circles(refs, texts)
        for (a, text), (b, _) in itertools.combinations(circle, 2)
    ]
    desk.load("associations", ties)
    _place(desk, texts)
    return desk


def _place(desk: Desk, texts: Sequence[str]) -> None:
    """Call areas and places by the same texts, and put events there."""
    features = []
    for n, text in enumerate(texts[:_AREAS]):
        west, south = -2.7 + 0.02 * (n % 10), 53.1 + 0.02 * (n // 10)
        ring = [[west, south], [west + 0.02, south], [west + 0.02, south + 0.02], [west, south + 0.02]]
        shape = {"type": "Polygon", "coordinates": [[*ring, ring[0]]]}
        names = {"LAD25CD": f"E0600{n:04}", "LAD25NM": text}
        features.append({"type": "Feature", "properties": names, "geometry": shape})
    areas = desk.files / "hostile-areas.geojson"
    areas.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    desk.run("areas", "load", areas, "--kind", "lad")
    places = [
        concern(f"L{n}", -2.69 + 0.001 * n, 53.11, name=text, concern=text[:_LINE])
        for n, text in enumerate(texts)
    ]
    desk.load("locations_of_concern", places)


def _circles(refs: Sequence[str], texts: Sequence[str]) -> list[list[tuple[str, str]]]:
    pairs = list(zip(refs, texts, strict=True))
    return [pairs[n : n + _CIRCLE] for n in range(0, len(pairs), _CIRCLE)]


def _child(ref: str, text: str) -> dict[str, str]:
    named = {"given_name": text, "family_name": text, "date_of_birth": CHILD}
    return person(ref, **named, risk=text[:_LINE], ethnicity=text[:_LINE], **_said(text))


def _said(text: str) -> dict[str, str]:
    return {"origin_agency": text[:_LINE], "origin_reference": text[:_LINE]}


def _can_be_imported(text: str) -> bool:
    # A file in UTF-8 holds no half of a pair; rows with a NUL or a longer name are rejected.
    return (
        bool(text.strip())
        and len(text) <= _LINE * 2
        and "\0" not in text
        and not re.search(r"[\ud800-\udfff]", text)
    )
