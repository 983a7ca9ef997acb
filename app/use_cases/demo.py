"""The demo: an invented partnership, imported as real files are, and everything computed from it."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any, Final, NamedTuple

from app.progress import Progress
from app.settings import write_settings
from app.use_cases.areas import load_areas
from app.use_cases.care import new_workspace
from app.use_cases.drawing import redraw
from app.use_cases.importing import load_files
from app.workspace import Workspace, open_workspace
from graph.errors import SettingsError
from graph.ledger.opening import one_writer
from ingest.invented import Invented, invent

AGENCY: Final = "Tidewater Partnership"
"""Whose team asks: it owns no record, so what an agency keeps to itself is a pointer to it, or nothing."""

MARK: Final = ".kithmap-demo"
"""A folder that holds this file is a demo, and may be made anew."""


class Demo(NamedTuple):
    """What the demo left.

    Attributes
    ----------
    workspace : Workspace
        Of the invented partnership.
    invented : Invented
        Its files and the right answers.
    imports : list of dict
        Report of each import.
    """

    workspace: Workspace
    invented: Invented
    imports: list[dict[str, Any]]


def make_demo(folder: Path, *, seed: int = 2026, progress: Progress = lambda _: None) -> Demo:
    """Invent a partnership and import it.

    Parameters
    ----------
    folder : Path
        New, empty, or left by an earlier demo, which is then made anew.
    seed : int, optional
        The same seed invents the same partnership.
    progress : callable, optional
        Told what is done.

    Returns
    -------
    Demo
        Ready to be asked.

    Raises
    ------
    SettingsError
        The folder holds something that no demo left.
    """
    _clear(folder)
    progress("inventing a partnership")
    invented = invent(folder / "files", seed=seed)
    new_workspace(folder / "workspace", agency=AGENCY)
    write_settings(folder / "workspace", agency=AGENCY, name="demo analyst")
    workspace = open_workspace(folder / "workspace")
    for path, kind in invented.areas:
        progress(f"loading areas: {path.name}")
        load_areas(workspace, path, kind=kind)
    workspace.permit("import")
    reports = []
    with one_writer(workspace.folder):
        for mapping, paths in invented.imports:
            progress(f"importing {mapping}")
            reports.append(load_files(workspace, paths, mapping))
        redraw(workspace, progress=progress)
    return Demo(workspace, invented, reports)


def _clear(folder: Path) -> None:
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        if not (folder / MARK).is_file():
            raise SettingsError(f"{folder.name}: the demo needs a new or empty folder, or one of its own")
        shutil.rmtree(folder)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / MARK).write_text("made by kithmap demo, which may delete this folder\n", encoding="utf-8")
