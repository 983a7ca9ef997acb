"""The drawn graph on a Neo4j server that the settings name."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Final

from sqlalchemy import Connection

from app.graph_server import name_on_server, open_server
from app.progress import Progress
from app.settings import Graph
from app.use_cases.drawn_changes import everything, told, what_is_new, without_collection
from app.workspace import Workspace
from graph.errors import StoreUnavailableError
from graph.model.spans import day_number
from graph.store.neo4j import Neo4jStore
from graph.store.neo4j_drawing import NEO4J_SCHEMA

if TYPE_CHECKING:
    from graph.store.neo4j_server import Neo4jServer


class _OfCommand(Neo4jStore):
    """A reader of a command, which ends with its connection."""

    def close(self) -> None:
        self._server.close()


class DrawnServer:
    """The drawing that answers on a server, and how another takes its place.

    Parameters
    ----------
    workspace : Workspace
        Whose.
    graph : Graph
        As the settings have it.
    """

    schema: Final = NEO4J_SCHEMA

    def __init__(self, workspace: Workspace, graph: Graph) -> None:
        self._workspace, self._graph = workspace, graph

    def opened(self) -> Neo4jStore | None:
        """Open the graph as it is drawn now.

        Returns
        -------
        Neo4jStore or None
            For reading; None where nothing was drawn yet.
        """
        name, kept = self._name(), self._workspace.kept
        if kept is not None:
            store = Neo4jStore(kept.graph_server(self._graph), name, writer=True)
            return store if store.is_drawn() else None
        server = open_server(self._workspace.folder, self._graph)
        try:
            store = _OfCommand(server, name, writer=True)
        except BaseException:
            server.close()
            raise
        if store.is_drawn():
            return store
        store.close()
        return None

    def draw_anew(self, ledger: Connection, version: int, progress: Progress) -> None:
        """Draw everything beside what answers, and let it answer.

        Parameters
        ----------
        ledger : Connection
            In a transaction.
        version : int
            That it shows.
        progress : callable
            Told what is done.
        """
        what = "drawing the graph into Neo4j"
        progress(what)
        with self._drawer(anew=True) as store, without_collection():
            store.apply(*told(everything(ledger, version), progress, what))
            self._label(store, ledger, progress)

    def draw_more(self, ledger: Connection, version: int, progress: Progress) -> None:
        """Draw what is new, and let it answer.

        Parameters
        ----------
        ledger : Connection
            In a transaction.
        version : int
            That it shows.
        progress : callable
            Told what is done.
        """
        what = "drawing what is new into Neo4j"
        progress(what)
        with self._drawer(anew=False) as store:
            new = what_is_new(ledger, version, store.version(), store.numbered())
            store.apply(*told(new, progress, what))
            if self._workspace.kept is None:
                # Whoever asks a service does not wait for them.
                self._label(store, ledger, progress)

    def forget(self) -> None:
        """Delete the drawing from the server: another store answers."""
        with self._drawer(anew=False) as store:
            store.forget()

    def _label(self, store: Neo4jStore, ledger: Connection, progress: Progress) -> None:
        from app.use_cases.dated_labels import labels_on

        progress("labels of the day")
        # What is drawn is whole without them, and no answer rests on one: the next drawing tries again.
        with suppress(StoreUnavailableError), self._workspace.reading() as (_, identity):
            day = self._workspace.context.day
            store.label_entities(day_number(day), labels_on(day, store, ledger, identity))

    @contextmanager
    def _drawer(self, *, anew: bool) -> Iterator[Neo4jStore]:
        with self._server() as server:
            yield Neo4jStore(server, self._name(), writer=True, anew=anew)

    @contextmanager
    def _server(self) -> Iterator[Neo4jServer]:
        if self._workspace.kept is not None:
            yield self._workspace.kept.graph_server(self._graph)
            return
        server = open_server(self._workspace.folder, self._graph)
        try:
            yield server
        finally:
            server.close()

    def _name(self) -> str:
        with self._workspace.reading() as (_, identity):
            return name_on_server(identity, self._graph)
