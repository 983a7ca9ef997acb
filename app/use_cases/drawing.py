"""Keeping the drawn graph up with the ledger; a drawing of a past day."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sqlalchemy import Connection

from app.progress import Progress
from app.settings import Graph, Settings, read_graph
from app.use_cases.drawn_changes import everything, without_collection
from app.use_cases.drawn_files import DrawnFiles
from app.workspace import Workspace
from graph.errors import ConflictError, StoreUnavailableError
from graph.ledger.claims import batch_kinds, ledger_version
from graph.ledger.opening import one_writer
from graph.store.contract import Store
from graph.store.embedded import EmbeddedStore

if TYPE_CHECKING:
    from app.use_cases.drawn_server import DrawnServer
    from graph.store.neo4j import Neo4jStore

    DrawnStore = EmbeddedStore | Neo4jStore

MOST_AT_ONCE: Final = 5_000
"""Claims that somebody who asks a service waits for."""

BRIEFLY_S: Final = 2.0
"""A writer waits so long: a reader that draws what is new holds the lock for a moment."""

WHOLE_KINDS: Final = frozenset({"areas", "removal"})
"""Batches after which the graph is drawn anew and nothing older may answer."""


def _silent(_: str) -> None:
    return


def current_store(workspace: Workspace, progress: Progress = _silent) -> Store:
    """Open the drawn graph, drawn up to the ledger where that can be done now.

    Parameters
    ----------
    workspace : Workspace
        Whose.
    progress : callable, optional
        Told what is done.

    Returns
    -------
    Store
        For reading. While another process imports, the last whole drawing answers.

    Raises
    ------
    StoreUnavailableError
        A removal or new areas wait to be drawn, and another process is writing; or a server that the
        settings name does not answer.
    """
    store, behind = _drawn(workspace)
    if store is not None:
        if not behind or (behind == "partly" and _is_left_to_others(workspace, store)):
            return store
        store.close()
    try:
        with one_writer(workspace.folder):
            redraw(workspace, progress=progress)
    except ConflictError as error:
        if behind == "wholly":
            raise StoreUnavailableError("the graph waits to be drawn anew: try again shortly") from error
    store, _ = _drawn(workspace)
    if store is None:
        raise StoreUnavailableError("the graph has not been drawn yet: kithmap redraw")
    return store


def _is_left_to_others(workspace: Workspace, store: DrawnStore) -> bool:
    """Whether more waits than somebody who asks should wait for; a process of its own draws it then."""
    if workspace.kept is None:
        return False
    with reading_ledger(workspace) as ledger:
        if not _wait(ledger, store.version(), MOST_AT_ONCE):
            return False
    try:
        with one_writer(workspace.folder):
            pass
    except ConflictError:
        # Most likely an import, which draws what it has loaded.
        return True
    workspace.kept.work_apart(draw_apart, workspace.folder, workspace.settings)
    return True


def _wait(ledger: Connection, drawn: int, most: int) -> bool:
    """Whether more than so many claims wait; they are the newest, and the others are not counted."""
    query = "SELECT batch FROM claim ORDER BY seq DESC LIMIT 1 OFFSET ?"
    batch = ledger.exec_driver_sql(query, (most,)).scalar()
    return batch is not None and int(batch) > drawn


def draw_apart(folder: Path, settings: Settings) -> None:
    """Draw what waits, in a process that nobody waits for.

    Parameters
    ----------
    folder : Path
        The workspace.
    settings : Settings
        As whoever asked has them: what is drawn is the same for all.
    """
    with suppress(ConflictError), one_writer(folder):
        redraw(Workspace(folder, settings))


def _place(workspace: Workspace) -> DrawnFiles | DrawnServer:
    """Return where the graph is drawn, as the settings say now."""
    return place_of(workspace, read_graph(workspace.folder))


def place_of(workspace: Workspace, graph: Graph) -> DrawnFiles | DrawnServer:
    """Return where a graph is drawn.

    Parameters
    ----------
    workspace : Workspace
        Whose.
    graph : Graph
        Settings, those of the workspace or others that it may come to have.

    Returns
    -------
    DrawnFiles or DrawnServer
        Nothing was opened yet.
    """
    if graph.store == "embedded":
        return DrawnFiles(workspace)
    # A command that needs no server does not load its driver.
    from app.use_cases.drawn_server import DrawnServer

    return DrawnServer(workspace, graph)


def _drawn(workspace: Workspace) -> tuple[DrawnStore | None, str]:
    """Open the drawn graph as it is, and tell how far it is behind: ``partly``, ``wholly`` or not at all."""
    place = _place(workspace)
    store = place.opened()
    if store is None:
        return None, "wholly"
    try:
        with reading_ledger(workspace) as ledger:
            # The graph was opened first: what became live since then counts as not drawn.
            return store, _behind(store, place.schema, ledger)
    except BaseException:
        store.close()
        raise


def _behind(store: DrawnStore, schema: str, ledger: Connection) -> str:
    drawn, now = store.version(), ledger_version(ledger)
    if store.schema() != schema or drawn > now:
        return "wholly"
    if drawn == now:
        return ""
    after = {kind for _, kind in batch_kinds(ledger, drawn)}
    return "wholly" if WHOLE_KINDS & after else "partly" if after else ""


def redraw(workspace: Workspace, *, whole: bool = False, progress: Progress = _silent) -> int:
    """Draw what the ledger holds; the caller holds the writer's lock.

    Parameters
    ----------
    workspace : Workspace
        Whose.
    whole : bool, optional
        Draw everything anew; otherwise what is new is added, where that is allowed.
    progress : callable, optional
        Told what is done.

    Returns
    -------
    int
        The version drawn.
    """
    store, behind = _drawn(workspace)
    drawn = 0 if store is None else store.version()
    if store is not None:
        store.close()
    with reading_ledger(workspace) as ledger:
        version = ledger_version(ledger)
        if whole or behind == "wholly" or (behind and _large(ledger, drawn)):
            _place(workspace).draw_anew(ledger, version, progress)
        elif behind:
            _place(workspace).draw_more(ledger, version, progress)
    return version


def _large(ledger: Connection, drawn: int) -> bool:
    """Whether more claims wait than are drawn: a new file is then faster."""
    if not _wait(ledger, drawn, 50_000):
        return False
    query = "SELECT COUNT(*) FROM claim WHERE batch {} ?"
    waiting, held = (
        int(ledger.exec_driver_sql(query.format(sign), (drawn,)).scalar_one()) for sign in (">", "<=")
    )
    return waiting > held


def past_store(workspace: Workspace, known_us: int) -> Store:
    """Draw, in memory, what this workspace knew at a past time.

    Parameters
    ----------
    workspace : Workspace
        Whose.
    known_us : int
        UTC microseconds.

    Returns
    -------
    Store
        To be closed by the caller. What was removed since is gone from the past, too.
    """
    store = EmbeddedStore(None, writer=True)
    with reading_ledger(workspace) as ledger, without_collection():
        store.apply(*everything(ledger, ledger_version(ledger), known_us))
    return store


@contextmanager
def reading_ledger(workspace: Workspace) -> Iterator[Connection]:
    """Open the ledger to read, at one moment.

    Parameters
    ----------
    workspace : Workspace
        Whose.

    Yields
    ------
    Connection
        In a transaction.
    """
    with workspace.reading() as (ledger, _):
        yield ledger
