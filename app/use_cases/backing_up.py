"""A workspace in one file, and out of it: the same file wherever the ledger lies."""

from __future__ import annotations

import hashlib
import json
import shutil
import sqlite3
import tempfile
import zipfile
import zlib
from contextlib import closing
from pathlib import Path, PurePosixPath
from typing import Any, Final

from app.accounts import FILE as ACCOUNTS
from app.audit import PUBLIC_KEY, Event
from app.audit_commits import CHECKPOINTS, KEY
from app.progress import Progress
from app.settings import FILE as SETTINGS
from app.settings import Ledger, without_tables
from app.use_cases.drawing import redraw
from app.use_cases.moving import move_ledger
from app.workspace import Workspace, open_workspace
from graph.errors import SettingsError, StoreUnavailableError
from graph.ledger.copying import copy_ledger, digests
from graph.ledger.location import ledger_server
from graph.ledger.opening import create_at, one_writer, open_at, open_ledger

SCHEMA: Final = "kithmap.backup/1"
_MANIFEST: Final = "manifest.json"
_LEDGER: Final = ("ledger.db", "identity.db")
_DATABASES: Final = ("audit.db", ACCOUNTS)
_FILES: Final = (CHECKPOINTS, KEY, PUBLIC_KEY)
_RUNS: Final = "runs"
_PART: Final = 1 << 20


def _silent(_: str) -> None:
    return


def back_up(workspace: Workspace, path: Path, *, progress: Progress = _silent) -> dict[str, Any]:
    """Write a workspace into one file: it holds everything, and opens to whoever has it.

    Parameters
    ----------
    workspace : Workspace
        Whose; readers may go on, and writers wait.
    path : Path
        A new file.
    progress : callable, optional
        Told what is done.

    Returns
    -------
    dict
        The manifest: digests of the files, and of every table of the ledger.

    Raises
    ------
    SettingsError
        The file is there already.
    """
    workspace.permit("redraw")
    if path.exists():
        raise SettingsError(f"{path.name} is there already: a backup overwrites nothing")
    with (
        one_writer(workspace.folder),
        tempfile.TemporaryDirectory(dir=path.absolute().parent, prefix=".kithmap-") as scratch,
    ):
        held = Path(scratch)
        workspace.audit.write(Event("disclosure", "backup"))
        manifest = _gather(workspace.folder, held, progress)
        packed = held / "packed"
        packed.touch(mode=0o600)
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as out:
            for name in (_MANIFEST, *manifest["files"]):
                progress(f"packing {name}")
                out.write(held / name, name)
        packed.rename(path)
    return manifest


def _gather(folder: Path, held: Path, progress: Progress) -> dict[str, Any]:
    """Copy everything that a backup holds into a folder."""
    server = ledger_server(folder)
    if server is None:
        for name in _LEDGER:
            progress(f"copying {name}")
            _copy_database(folder / name, held / name)
    else:
        create_at(held, None)
        source, target = open_at(folder, server), open_at(held, None, writer=True)
        try:
            copy_ledger(source, target, progress=progress)
        finally:
            source.close()
            target.close()
    for name in _DATABASES:
        if (folder / name).is_file():
            _copy_database(folder / name, held / name)
    runs = [f"{_RUNS}/{path.name}" for path in sorted((folder / _RUNS).glob("*")) if path.is_file()]
    for name in (*_FILES, *runs):
        (held / name).parent.mkdir(exist_ok=True)
        shutil.copyfile(folder / name, held / name)
    # A restored workspace is made of files, and draws its graph over nobody else's.
    (held / SETTINGS).write_text(without_tables(folder, "ledger", "graph"), encoding="utf-8")
    return _sealed(held, (*_LEDGER, *_DATABASES, *_FILES, *runs, SETTINGS))


def _sealed(held: Path, names: tuple[str, ...]) -> dict[str, Any]:
    files = {name: _digest(held / name) for name in names if (held / name).is_file()}
    manifest = {"schema": SCHEMA, "files": files, "tables": _tables(held)}
    (held / _MANIFEST).write_text(json.dumps(manifest, indent=1, sort_keys=True), encoding="utf-8")
    return manifest


def _tables(folder: Path) -> dict[str, str]:
    found = open_ledger(folder)
    try:
        return {table: f"{one.rows} {one.digest}" for table, one in digests(found).items()}
    finally:
        found.close()


def _copy_database(source: Path, target: Path) -> None:
    """Copy a database while others read and write it: what is committed now, and nothing half."""
    with (
        closing(sqlite3.connect(f"{source.resolve().as_uri()}?mode=ro", uri=True)) as out,
        closing(sqlite3.connect(target)) as into,
    ):
        out.backup(into)


def _digest(path: Path) -> str:
    found = hashlib.sha256()
    with path.open("rb") as file:
        while part := file.read(_PART):
            found.update(part)
    return found.hexdigest()


def restore(
    path: Path, folder: Path, *, place: Ledger | None = None, progress: Progress = _silent
) -> Workspace:
    """Make a workspace of a backup, check all of it, and draw its graph.

    Parameters
    ----------
    path : Path
        The backup.
    folder : Path
        A new or empty folder.
    place : Ledger, optional
        A server with an empty database that is to hold the ledger; files of the folder when left out.
    progress : callable, optional
        Told what is done.

    Returns
    -------
    Workspace
        As it was when it was backed up; ready for use.

    Raises
    ------
    SettingsError
        The folder holds something already.
    StoreUnavailableError
        The file is no backup, or not as it was written: the folder is left empty.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise SettingsError(f"{folder.name}: a backup is restored into a new or empty folder")
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    try:
        _unpack(path, folder, progress)
    except BaseException:
        for found in folder.iterdir():
            shutil.rmtree(found) if found.is_dir() else found.unlink()
        raise
    workspace = open_workspace(folder)
    workspace.audit.write(Event("alteration", "restore"))
    if place is not None:
        move_ledger(workspace, place, progress=progress)
        for found in folder.glob("moved-*"):
            found.unlink()
        workspace = open_workspace(folder)
    with one_writer(folder):
        redraw(workspace, whole=True, progress=progress)
    return workspace


def _unpack(path: Path, folder: Path, progress: Progress) -> None:
    try:
        with zipfile.ZipFile(path) as packed:
            manifest = json.loads(packed.read(_MANIFEST))
            if manifest.get("schema") != SCHEMA:
                raise StoreUnavailableError(f"{path.name} is a backup of another version of Kithmap")
            for name, digest in manifest["files"].items():
                progress(f"unpacking {name}")
                _take(packed, name, digest, folder)
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        KeyError,
        ValueError,
        OSError,
        NotImplementedError,
    ) as error:
        raise StoreUnavailableError(f"{path.name} is no backup of Kithmap, or is damaged") from error
    if _tables(folder) != manifest["tables"]:
        raise StoreUnavailableError(f"{path.name}: the ledger in it is not the one that was backed up")


def _take(packed: zipfile.ZipFile, name: str, digest: str, folder: Path) -> None:
    parts = PurePosixPath(name).parts
    known = name in (*_LEDGER, *_DATABASES, *_FILES, SETTINGS)
    if not known and (len(parts) != 2 or parts[0] != _RUNS or parts[1].startswith(".")):
        raise StoreUnavailableError("the backup holds a file that no workspace has")
    target = folder / name
    target.parent.mkdir(exist_ok=True)
    with packed.open(name) as source, target.open("wb") as file:
        shutil.copyfileobj(source, file)
    target.chmod(0o600)
    if _digest(target) != digest:
        raise StoreUnavailableError(f"{name} in the backup is not as it was written")
