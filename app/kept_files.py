"""What a process of the service keeps open of one workspace, as long as it is what lies in the folder."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from itertools import count
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, Final, TypeVar, cast

from sqlalchemy import Connection

from app.audit_commits import Commits
from app.graph_server import open_server
from app.settings import Graph
from graph.errors import StoreUnavailableError
from graph.ledger.opening import (
    KEPT_TERMS,
    OPENED_AS,
    LedgerFiles,
    check_revision,
    check_schema,
    ledger_mark,
    open_ledger,
    translated,
)
from graph.ledger.postgresql import IDENTITY_SCHEMA, LEDGER_SCHEMA, SERVER_DIALECT
from graph.ledger.quick_reading import QuickReader
from graph.ledger.schema import IDENTITY_HEAD, LEDGER_HEAD
from graph.store.embedded import EmbeddedStore, Resolutions

if TYPE_CHECKING:
    from graph.store.neo4j_server import Neo4jServer

THREADS: Final = 16
"""Answers that one process works on at once: as many connections to each file."""
MOST_REMEMBERED: Final = 256
_PAUSE_S: Final = 10.0
"""Between two beginnings of such work: what fails at once is not tried at every question."""
_CACHE_KIB: Final = 16_000
"""Of a reader; what the system keeps of the file is shared by all."""

_OPENED: Final = count(1)
_HEADS: Final = (("ledger.db", LEDGER_HEAD), ("identity.db", IDENTITY_HEAD))
_SCHEMAS: Final = ((LEDGER_SCHEMA, LEDGER_HEAD), (IDENTITY_SCHEMA, IDENTITY_HEAD))

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


class _Pair:
    """Readers of the ledger and of the identity file, for one thread at a time."""

    def __init__(self, files: LedgerFiles) -> None:
        self._held = [engine.raw_connection() for engine in (files.ledger, files.identity)]
        self._drivers: list[Any] = [one.driver_connection for one in self._held]
        ledger, identity = (QuickReader(driver) for driver in self._drivers)
        ledger.info[KEPT_TERMS] = {}
        # They do what reading asks of a connection.
        self.ledger, self.identity = cast(Connection, ledger), cast(Connection, identity)

    def begin(self) -> None:
        """See both files as they are now; another process may have upgraded them meanwhile."""
        for driver, (name, head) in zip(self._drivers, _HEADS, strict=True):
            driver.execute("BEGIN")
            check_revision(driver, name, head)

    def rest(self) -> None:
        for driver in self._drivers:
            if driver.in_transaction:
                driver.execute("ROLLBACK")

    def close(self) -> None:
        for one in self._held:
            one.close()


class _ServerPair:
    """Connections to ledger and identity on a server; its pool looks whether they still answer."""

    def __init__(self, files: LedgerFiles) -> None:
        self.ledger = files.ledger.connect()
        try:
            self.identity = files.identity.connect()
        except BaseException:
            self.ledger.close()
            raise
        self.ledger.info.setdefault(KEPT_TERMS, {})

    def begin(self) -> None:
        """See both as they are now; another process may have upgraded them meanwhile."""
        for connection, (name, head) in zip((self.ledger, self.identity), _SCHEMAS, strict=True):
            connection.begin()
            check_schema(connection, "PostgreSQL", name, head)

    def rest(self) -> None:
        for connection in (self.ledger, self.identity):
            connection.rollback()

    def close(self) -> None:
        for connection in (self.ledger, self.identity):
            connection.close()


class _Ledger:
    """The open ledger and identity file, and pairs of readers that nobody uses just now."""

    def __init__(self, mark: object, files: LedgerFiles) -> None:
        self.mark = mark
        self._files = files
        self._opened_as = next(_OPENED)
        self._on_server = files.ledger.dialect.name == SERVER_DIALECT
        self._idle: list[_Pair] | None = []
        self._lock = Lock()

    def lend(self) -> _Pair | _ServerPair:
        with self._lock:
            if self._idle:
                return self._idle.pop()
        with translated("the ledger"):
            made = _ServerPair(self._files) if self._on_server else _Pair(self._files)
        made.ledger.info[OPENED_AS] = self._opened_as
        return made

    def takes_back(self, pair: _Pair | _ServerPair) -> None:
        pair.rest()
        with self._lock:
            if isinstance(pair, _Pair) and self._idle is not None and len(self._idle) < THREADS:
                self._idle.append(pair)
                return
        pair.close()

    def close(self) -> None:
        with self._lock:
            idle, self._idle = self._idle or [], None
        for pair in idle:
            pair.close()
        self._files.close()


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
        self._apart: BaseProcess | None = None
        self._next_s = 0.0
        self._ledger: _Ledger | None = None
        self._drawn: _Drawn | None = None
        self._graph: tuple[Graph, Neo4jServer] | None = None
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
        held = self._current()
        pair = held.lend()
        try:
            with translated("the ledger"):
                pair.begin()
            yield pair.ledger, pair.identity
        finally:
            held.takes_back(pair)

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

    def graph_server(self, graph: Graph) -> Neo4jServer:
        """Return the connection to the server that the settings name, one for all threads.

        Parameters
        ----------
        graph : Graph
            As the settings have it now.

        Returns
        -------
        Neo4jServer
            Closed with these files, or when the settings name another.
        """
        with self._lock:
            old, held = None, self._graph
            if held is None or held[0] != graph:
                old, held = held, (graph, open_server(self._folder, graph))
                self._graph = held
        if old is not None:
            old[1].close()
        return held[1]

    def remembered(self, key: Hashable, find: Callable[[], _Found]) -> _Found:
        """Return what was found before under a key that names everything it depends on.

        Parameters
        ----------
        key : Hashable
            The ledger's version is part of it, and which opening of the ledger gave it.
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

    def work_apart(self, work: Callable[..., object], *given: object) -> None:
        """Begin work in a process of its own, unless such work is under way or has just been.

        Parameters
        ----------
        work : callable
            A function of a module.
        *given : object
            What it takes; handed to the other process.
        """
        with self._lock:
            busy = self._apart is not None and self._apart.is_alive()
            if busy or time.monotonic() < self._next_s:
                return
            self._next_s = time.monotonic() + _PAUSE_S
            self._apart = get_context("spawn").Process(target=work, args=given, daemon=True)
            self._apart.start()

    def close(self) -> None:
        """Give back every file, and end the work that was begun."""
        with self._lock:
            ledger, self._ledger = self._ledger, None
            drawn, self._drawn = self._drawn, None
            self._remembered = {}
            apart, self._apart = self._apart, None
            graph, self._graph = self._graph, None
        if apart is not None:
            apart.terminate()
            apart.join()
        for one in (ledger, drawn):
            if one is not None:
                one.close()
        if graph is not None:
            graph[1].close()
        self.commits.close()

    def _current(self) -> _Ledger:
        mark = ledger_mark(self._folder)
        with self._lock:
            if self._ledger is not None and mark is not None and mark == self._ledger.mark:
                return self._ledger
            old, self._ledger = self._ledger, None
            # Whoever still finds something of the old files finds it for nobody.
            self._remembered = {}
            if old is not None:
                old.close()
            self._ledger = _Ledger(mark, open_ledger(self._folder, threads=THREADS))
            return self._ledger
