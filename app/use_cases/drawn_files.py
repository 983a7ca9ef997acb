"""The drawn graph in a file of the workspace."""

from __future__ import annotations

import os
from contextlib import closing
from itertools import chain
from pathlib import Path
from typing import Final

from sqlalchemy import Connection

from app.progress import Progress
from app.use_cases.drawn_changes import everything, told, what_is_new, without_collection
from app.workspace import Workspace
from graph.errors import StoreUnavailableError
from graph.store.embedded import EmbeddedStore
from graph.store.embedded_file import DRAWN_SCHEMA

CURRENT: Final = "drawn.current"


class DrawnFiles:
    """The file that answers, and how another takes its place.

    Parameters
    ----------
    workspace : Workspace
        Whose.
    """

    schema: Final = DRAWN_SCHEMA

    def __init__(self, workspace: Workspace) -> None:
        self._folder, self._kept = workspace.folder, workspace.kept

    def opened(self) -> EmbeddedStore | None:
        """Open the graph as it is drawn now.

        Returns
        -------
        EmbeddedStore or None
            For reading; None where nothing was drawn yet.
        """
        path = self._path()
        if path is None:
            return None
        return EmbeddedStore(path) if self._kept is None else self._kept.drawn(path)

    def draw_anew(self, ledger: Connection, version: int, progress: Progress) -> None:
        """Draw everything into a new file, and let it answer.

        Parameters
        ----------
        ledger : Connection
            In a transaction.
        version : int
            That it shows.
        progress : callable
            Told what is done.
        """
        name = f"drawn-{version}-{os.getpid()}.db"
        path = self._folder / name
        path.unlink(missing_ok=True)
        what = "drawing the graph"
        progress(what)
        with closing(EmbeddedStore(path, writer=True)) as store, without_collection():
            store.apply(*told(everything(ledger, version), progress, what))
        pointer = self._folder / f"{CURRENT}.new"
        pointer.write_text(name, encoding="ascii")
        pointer.replace(self._folder / CURRENT)
        self._sweep(name)

    def draw_more(self, ledger: Connection, version: int, progress: Progress) -> None:
        """Draw what is new into the file that answers.

        Parameters
        ----------
        ledger : Connection
            In a transaction.
        version : int
            That it shows.
        progress : callable
            Told what is done.

        Raises
        ------
        StoreUnavailableError
            Nothing was drawn yet.
        """
        path = self._path()
        if path is None:
            raise StoreUnavailableError("the graph has not been drawn yet: kithmap redraw")
        what = "drawing what is new"
        progress(what)
        with closing(EmbeddedStore(path, writer=True)) as store:
            new = what_is_new(ledger, version, store.version(), store.numbered())
            store.apply(*told(new, progress, what))

    def forget(self) -> None:
        """Delete every drawn file: another store answers."""
        (self._folder / CURRENT).unlink(missing_ok=True)
        self._sweep("")

    def _path(self) -> Path | None:
        try:
            path = self._folder / (self._folder / CURRENT).read_text(encoding="ascii").strip()
        except FileNotFoundError:
            return None
        return path if path.is_file() else None

    def _sweep(self, keep: str) -> None:
        old = (self._folder.glob(f"drawn-*.db{end}") for end in ("", "-wal", "-shm"))
        for path in chain(*old):
            if not (keep and path.name.startswith(keep)):
                try:
                    path.unlink()
                except OSError:
                    # A reader has it open where open files cannot be deleted: the next sweep takes it.
                    continue
