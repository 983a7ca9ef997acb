"""Keeping the drawn graph up with the ledger; a drawing of a past day."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import chain
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
from sqlalchemy import Connection

from app.progress import Progress
from app.settings import Settings
from app.workspace import Workspace
from graph.errors import ConflictError, StoreUnavailableError
from graph.ledger.claims import batch_kinds, ledger_version, read_changes, read_labels, read_live
from graph.ledger.judgements import read_judgements
from graph.ledger.opening import one_writer
from graph.ledger.places import AreaSet, read_area_sets
from graph.model.entities import area_entity
from graph.store.contract import Changes, DrawnArea, Place, Placed
from graph.store.drawing import draw, draw_parts
from graph.store.embedded import EmbeddedStore
from graph.store.embedded_file import DRAWN_SCHEMA

MOST_AT_ONCE: Final = 5_000
"""Claims that somebody who asks a service waits for."""

BRIEFLY_S: Final = 2.0
"""A writer waits so long: a reader that draws what is new holds the lock for a moment."""

CURRENT: Final = "drawn.current"
WHOLE_KINDS: Final = frozenset({"areas", "removal"})
"""Batches after which the graph is drawn anew and nothing older may answer."""

Floats = npt.NDArray[np.float64]


def _silent(_: str) -> None:
    return


def current_store(workspace: Workspace, progress: Progress = _silent) -> EmbeddedStore:
    """Open the drawn graph, drawn up to the ledger where that can be done now.

    Parameters
    ----------
    workspace : Workspace
        Whose.
    progress : callable, optional
        Told what is done.

    Returns
    -------
    EmbeddedStore
        For reading. While another process imports, the last whole drawing answers.

    Raises
    ------
    StoreUnavailableError
        A removal or new areas wait to be drawn, and another process is writing.
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


def _is_left_to_others(workspace: Workspace, store: EmbeddedStore) -> bool:
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


def _drawn(workspace: Workspace) -> tuple[EmbeddedStore | None, str]:
    """Open the drawn graph as it is, and tell how far it is behind: ``partly``, ``wholly`` or not at all."""
    path = _current(workspace.folder)
    if path is None:
        return None, "wholly"
    store = EmbeddedStore(path) if workspace.kept is None else workspace.kept.drawn(path)
    try:
        with reading_ledger(workspace) as ledger:
            # The graph was opened first: what became live since then counts as not drawn.
            return store, _behind(store, ledger)
    except BaseException:
        store.close()
        raise


def _behind(store: EmbeddedStore, ledger: Connection) -> str:
    drawn, now = store.version(), ledger_version(ledger)
    if store.schema() != DRAWN_SCHEMA or drawn > now:
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
            _draw_anew(workspace, ledger, version, progress)
        elif behind:
            _draw_more(workspace, ledger, version, progress)
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


def _draw_anew(workspace: Workspace, ledger: Connection, version: int, progress: Progress) -> None:
    name = f"drawn-{version}-{os.getpid()}.db"
    path = workspace.folder / name
    path.unlink(missing_ok=True)
    progress("drawing the graph")
    store = EmbeddedStore(path, writer=True)
    try:
        with _no_collection():
            areas = read_area_sets(ledger)
            store.apply(_changes(ledger, version, areas), place_by(areas))
    finally:
        store.close()
    pointer = workspace.folder / f"{CURRENT}.new"
    pointer.write_text(name, encoding="ascii")
    pointer.replace(workspace.folder / CURRENT)
    _sweep(workspace.folder, name)


def _changes(
    ledger: Connection, version: int, areas: Sequence[AreaSet], known_us: int | None = None
) -> Changes:
    return Changes(
        version,
        draw_parts(read_live(ledger, known_us=known_us)),
        judgements=read_judgements(ledger, known_us=known_us),
        areas=drawn_areas(areas),
        touched=_touched(ledger),
    )


def _touched(ledger: Connection) -> dict[int, int]:
    return {number: count for number, (_, count) in read_labels(ledger).items()}


def _draw_more(workspace: Workspace, ledger: Connection, version: int, progress: Progress) -> None:
    path = _current(workspace.folder)
    store = EmbeddedStore(path, writer=True)
    progress("drawing what is new")
    try:
        points, origins = store.numbered()
        added, removed = read_changes(ledger, store.version())
        areas = read_area_sets(ledger)
        drawing = draw_parts(added, points=points, origins=origins)
        gone = draw(removed, points=points, origins=origins)
        judgements = read_judgements(ledger)
        changes = Changes(version, drawing, gone, judgements, drawn_areas(areas), _touched(ledger))
        store.apply(changes, place_by(areas))
    finally:
        store.close()


def past_store(workspace: Workspace, known_us: int) -> EmbeddedStore:
    """Draw, in memory, what this workspace knew at a past time.

    Parameters
    ----------
    workspace : Workspace
        Whose.
    known_us : int
        UTC microseconds.

    Returns
    -------
    EmbeddedStore
        To be closed by the caller. What was removed since is gone from the past, too.
    """
    store = EmbeddedStore(None, writer=True)
    with reading_ledger(workspace) as ledger, _no_collection():
        areas = read_area_sets(ledger)
        store.apply(_changes(ledger, ledger_version(ledger), areas, known_us), place_by(areas))
    return store


def drawn_areas(sets: Sequence[AreaSet]) -> list[DrawnArea]:
    """Return areas as the drawn graph names them.

    Parameters
    ----------
    sets : sequence of AreaSet
        As the ledger holds them.

    Returns
    -------
    list of DrawnArea
        One for each area of each set.
    """
    rows = ((s, code, name) for s in sets for code, name, _ in s.rows)
    return [
        DrawnArea(area_entity(s.kind, s.vintage, code), s.kind, s.vintage, code, name)
        for s, code, name in rows
    ]


def place_by(sets: Sequence[AreaSet]) -> Place:
    """Return a function that places points on the grid and in areas.

    Parameters
    ----------
    sets : sequence of AreaSet
        As the ledger holds them.

    Returns
    -------
    Place
        Reads the shapes at its first call.
    """

    def _place(lon: Floats, lat: Floats) -> list[Placed]:
        from geo.areas import AreaLocator, AreaTable
        from geo.crs import to_grid

        held: list[list[int]] = [[] for _ in lon]
        for areas in sets:
            table = AreaTable.from_rows(areas.kind, areas.vintage, areas.rows)
            ids = [area_entity(areas.kind, areas.vintage, code) for code in table.codes]
            for point, at in enumerate(AreaLocator(table).locate(lon, lat).tolist()):
                if at >= 0:
                    held[point].append(ids[at])
        easting, northing = to_grid(lon, lat)
        return [
            Placed(e, n, tuple(areas))
            for e, n, areas in zip(easting.tolist(), northing.tolist(), held, strict=True)
        ]

    return _place


def _current(folder: Path) -> Path | None:
    try:
        path = folder / (folder / CURRENT).read_text(encoding="ascii").strip()
    except FileNotFoundError:
        return None
    return path if path.is_file() else None


def _sweep(folder: Path, keep: str) -> None:
    old = (folder.glob("drawn-*.db"), folder.glob("drawn-*.db-wal"), folder.glob("drawn-*.db-shm"))
    for path in chain(*old):
        if not path.name.startswith(keep):
            try:
                path.unlink()
            except OSError:
                # A reader has it open where open files cannot be deleted: the next sweep takes it.
                continue


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


@contextmanager
def _no_collection() -> Iterator[None]:
    """Millions of small tuples live until the work ends: looking for rubbish among them is all cost."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()
