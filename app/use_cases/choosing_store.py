"""Letting another store answer: drawn first, named by the settings then, the old drawing deleted last."""

from __future__ import annotations

import secrets

from app.audit import Event
from app.progress import Progress
from app.settings import Graph, graph_table, read_graph, replace_table
from app.use_cases.drawing import place_of, reading_ledger
from app.workspace import Workspace
from graph.errors import StoreUnavailableError
from graph.ledger.claims import ledger_version
from graph.ledger.interning import read_secret
from graph.ledger.opening import one_writer, open_ledger


def draw_into(workspace: Workspace, graph: Graph, progress: Progress = lambda _: None) -> str:
    """Draw the graph anew into a store, and let that answer from then on.

    Parameters
    ----------
    workspace : Workspace
        Whose.
    graph : Graph
        The store.
    progress : callable, optional
        Told what is done.

    Returns
    -------
    str
        What was done, in words.

    Raises
    ------
    StoreUnavailableError
        The store was not reached, or ended halfway: the old one answers as before.
    ConflictError
        Another process is writing.
    """
    workspace.permit("redraw")
    workspace.audit.write(Event("alteration", "redraw", (), {"store": graph.store}))
    old = read_graph(workspace.folder)
    with one_writer(workspace.folder):
        if graph.store == "neo4j":
            graph = _named(workspace, graph, old)
        with reading_ledger(workspace) as ledger:
            place_of(workspace, graph).draw_anew(ledger, ledger_version(ledger), progress)
        replace_table(workspace.folder, "graph", "" if graph.store == "embedded" else graph_table(graph))
        return f"the graph is up with the ledger, and {graph.store} answers{_left(workspace, old, graph)}"


def _named(workspace: Workspace, graph: Graph, old: Graph) -> Graph:
    """Return the settings with a name to draw under, which needs the workspace's secret."""
    files = open_ledger(workspace.folder, writer=True)
    try:
        with files.identity.begin() as identity:
            read_secret(identity)
    finally:
        files.close()
    # A restored or copied workspace has the same secret, and must not draw over the one it came from.
    drawing = old.drawing if _same_place(old, graph) and old.drawing else secrets.token_hex(8)
    return graph.model_copy(update={"drawing": drawing})


def _same_place(old: Graph, new: Graph) -> bool:
    return (old.store, old.uri, old.database) == (new.store, new.uri, new.database)


def _left(workspace: Workspace, old: Graph, new: Graph) -> str:
    """Delete what answered before; a removal would no longer reach it."""
    if old.store == new.store and (old.store == "embedded" or _same_place(old, new)):
        return ""
    try:
        place_of(workspace, old).forget()
    except StoreUnavailableError as error:
        return f"; but the old drawing could not be deleted, and stays on its server: {error}"
    return ""
