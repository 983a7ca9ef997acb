"""Moving a workspace's ledger to a PostgreSQL server, or back into files."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import Final

from app.audit import Event
from app.progress import Progress
from app.settings import Ledger, ledger_table, replace_table
from app.workspace import Workspace
from graph.errors import ConflictError
from graph.ledger.copying import Copied, copy_ledger
from graph.ledger.location import Server, ledger_server, server_of
from graph.ledger.opening import create_at, one_writer, open_at
from graph.ledger.postgresql import server_lock

_FILES: Final = ("ledger.db", "identity.db")


def move_ledger(
    workspace: Workspace, place: Ledger | None, *, progress: Progress = lambda _: None
) -> dict[str, Copied]:
    """Copy ledger and identity to another place, check every table, and let the settings name it.

    Parameters
    ----------
    workspace : Workspace
        Whose; nothing else may have it open.
    place : Ledger or None
        A server with an empty database; None for files of the folder.
    progress : callable, optional
        Told what is done.

    Returns
    -------
    dict of str to Copied
        Number of rows and digest of each table, the same in both places.

    Raises
    ------
    ConflictError
        The ledger lies there already, or another one does, or somebody is writing.
    StoreUnavailableError
        The server was not reached: the workspace is as it was.
    """
    workspace.permit("redraw")
    folder = workspace.folder
    old = ledger_server(folder)
    new = None if place is None else server_of(place.model_dump(), folder)
    if old == new or (old and new and old.url == new.url):
        raise ConflictError("the ledger lies there already")
    if new is None and any((folder / name).exists() for name in _FILES):
        raise ConflictError("the folder holds a ledger.db or identity.db already: put them elsewhere first")
    detail: dict[str, object] = {"to": "files" if new is None else str(new)}
    with ExitStack() as held:
        held.enter_context(one_writer(folder))
        if new is not None:
            held.enter_context(server_lock(new, wait_s=0))
        workspace.audit.write(Event("alteration", "move", (), detail))
        found = _copied(folder, old, new, progress)
        told = {table: f"{one.rows} {one.digest}" for table, one in found.items()}
        workspace.audit.write(Event("alteration", "move", (), {**detail, "tables": told}))
        _switch(folder, place)
    return found


def _copied(folder: Path, old: Server | None, new: Server | None, progress: Progress) -> dict[str, Copied]:
    create_at(folder, new)
    try:
        with ExitStack() as held:
            source = open_at(folder, old)
            held.callback(source.close)
            target = open_at(folder, new, writer=True)
            held.callback(target.close)
            return copy_ledger(source, target, progress=progress)
    except BaseException:
        if new is None:
            for path in (path for name in _FILES for path in folder.glob(f"{name}*")):
                path.unlink()
        raise


def _switch(folder: Path, place: Ledger | None) -> None:
    """Name the new place in one step, and take the old files out of the way."""
    replace_table(folder, "ledger", "" if place is None else ledger_table(place))
    if place is not None:
        for found in [found for name in _FILES for found in folder.glob(f"{name}*")]:
            found.replace(found.with_name(f"moved-{found.name}"))
