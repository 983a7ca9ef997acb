"""What a process of the service keeps open of one workspace, as long as it is what lies in the folder."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import Any, Final, TypeVar

from sqlalchemy import Connection

from app.audit_commits import Commits
from graph.errors import StoreUnavailableError
from graph.ledger.opening import LedgerFiles, ledger_mark, open_ledger, translated
from graph.store.embedded import EmbeddedStore, Resolutions

THREADS: Final = 16
"""Answers that one process works on at once: as many connections to each file."""
MOST_REMEMBERED: Final = 256
_CACHE_KIB: Final = 16_000
"""Of a reader; what the system keeps of the file is shared by all."""

_Found = TypeVar("_Found")


class _Lent(EmbeddedStore):
    """A reader of a drawn file, which goes back to where it came from."""

    def __init__(self, path: Path, drawn: _Drawn) -> None:
        super().__init__(path, resolutions=drawn.resolutions)
        self._db.execute(f"PRAGMA cache_size=-{_CACHE_KIB}")
        self._drawn = drawn

    def close(self) -> None:
        if self._drawn.takes_back(self):
            return
        super().close()

    def end(self) -> None:
        super().close()


class _Drawn:
    """Readers of one drawn file that nobody uses just now."""

    def __init__(self, mark: Hashable) -> None:
        self.mark = mark
        self.resolutions: Resolutions = {}
        self._idle: list[_Lent] | None = []
        self._lock = Lock()

    def lend(self, path: Path) -> _Lent:
        with self._lock:
            one = self._idle.pop() if self._idle else None
        if one is None:
            return _Lent(path, self)
        try:
            one.renew()
        except sqlite3.DatabaseError as error:
            one.end()
            raise StoreUnavailableError(f"{path.name} cannot be read: kithmap redraw") from error
        return one

    def takes_back(self, one: _Lent) -> bool:
        one.rest()
        with self._lock:
            if self._idle is None or len(self._idle) >= THREADS:
                return False
            self._idle.append(one)
        return True

    def close(self) -> None:
        with self._lock:
            idle, self._idle = self._idle or [], None
        for one in idle:
            one.end()


class KeptFiles:
    """The open files of one workspace, for any number of threads.

    Parameters
    ----------
    folder : Path
        The workspace.

    Attributes
    ----------
    commits : Commits
        What writes the audit log.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = Lock()
        self._files: LedgerFiles | None = None
        self._mark: object = None
        self._drawn: _Drawn | None = None
        self._remembered: dict[Hashable, Any] = {}
        self.commits = Commits(folder)

    @contextmanager
    def reading(self) -> Iterator[tuple[Connection, Connection]]:
        """Read the ledger and the identity file as they are now.

        Yields
        ------
        tuple of (Connection, Connection)
            Ledger, in a transaction, and identity.

        Raises
        ------
        StoreUnavailableError
            A file is missing or broken.
        SchemaVersionError
            Another process has brought a file to another version.
        """
        files = self._current()
        with (
            translated("the ledger"),
            files.ledger.connect() as ledger,
            files.identity.connect() as identity,
            ledger.begin(),
        ):
            yield ledger, identity

    @contextmanager
    def reading_ledger(self) -> Iterator[Connection]:
        """Read the ledger alone, as it is now.

        Yields
        ------
        Connection
            In a transaction.
        """
        with translated("the ledger"), self._current().ledger.connect() as ledger, ledger.begin():
            yield ledger

    def drawn(self, path: Path) -> EmbeddedStore:
        """Return a reader of a drawn file that shows it as it is now.

        Parameters
        ----------
        path : Path
            The file that answers.

        Returns
        -------
        EmbeddedStore
            For one thread, until it is closed.

        Raises
        ------
        StoreUnavailableError
            The file is missing, or is no drawn graph.
        """
        try:
            found = path.stat()
        except OSError as error:
            raise StoreUnavailableError("the graph has not been drawn yet: kithmap redraw") from error
        mark = (path, found.st_dev, found.st_ino)
        with self._lock:
            old, held = None, self._drawn
            if held is None or held.mark != mark:
                old, held = held, _Drawn(mark)
                self._drawn = held
        if old is not None:
            old.close()
        return held.lend(path)

    def remembered(self, key: Hashable, find: Callable[[], _Found]) -> _Found:
        """Return what was found before under a key that names everything it depends on.

        Parameters
        ----------
        key : Hashable
            The ledger's version is part of it.
        find : callable
            Finds it for the first time.

        Returns
        -------
        object
            Never to be changed by who gets it.
        """
        found: _Found
        with self._lock:
            if key in self._remembered:
                found = self._remembered[key]
                return found
            known = self._remembered
        found = find()
        with self._lock:
            while len(known) >= MOST_REMEMBERED:
                known.pop(next(iter(known)))
            known[key] = found
        return found

    def close(self) -> None:
        """Give back every file."""
        with self._lock:
            files, self._files, self._mark = self._files, None, None
            drawn, self._drawn = self._drawn, None
            self._remembered = {}
        if files is not None:
            files.close()
        if drawn is not None:
            drawn.close()
        self.commits.close()

    def _current(self) -> LedgerFiles:
        mark = ledger_mark(self._folder)
        with self._lock:
            if self._files is not None and mark is not None and mark == self._mark:
                return self._files
            old, self._files, self._mark = self._files, None, None
            # Whoever still finds something of the old files finds it for nobody.
            self._remembered = {}
            if old is not None:
                old.close()
            self._files = open_ledger(self._folder, threads=THREADS)
            self._mark = mark
            return self._files
