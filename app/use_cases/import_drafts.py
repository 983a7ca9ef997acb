"""Import drafts: files that wait in the workspace until they are checked, and then loaded or discarded."""

from __future__ import annotations

import json
import os
import re
import secrets
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO, Final, NamedTuple

from filelock import FileLock, Timeout

from app.access import Context, Viewer
from app.audit import AuditLog, Event
from app.printing import write_file
from app.progress import Progress
from app.use_cases.importing import import_files
from app.workspace import Workspace
from graph.errors import ConflictError, EntityNotFoundError, IngestError
from graph.model.spans import LONDON
from ingest.mapping import shipped_mappings

FOLDER: Final = "imports"
KEPT_US: Final = 24 * 3_600 * 1_000_000
"""Files that nobody loads are deleted after a day."""

MOST_FILES: Final = 50
MOST_BYTES: Final = 500_000_000
"""Of one file as it is sent."""

_NAMED: Final = 3
_MAKING_S: Final = 3_600
_SERVICE: Final = Viewer("the service", "", frozenset(), frozenset())
_ID: Final = re.compile(r"[0-9a-f]{16}")
_NAME: Final = re.compile(r"\w[\w .()+-]{0,59}")


class ImportDraft(NamedTuple):
    """Files that wait.

    Attributes
    ----------
    id : str
        Random.
    mapping : str
        Name of a shipped mapping.
    encoding : str or None
        Of the files; UTF-8 where None.
    state : str
        ``open`` until the files as they are were checked, then ``checked``, then ``loaded``.
    files : tuple of (str, int)
        Names and bytes.
    report : dict or None
        Of the check or the load.
    """

    id: str
    mapping: str
    encoding: str | None
    state: str
    files: tuple[tuple[str, int], ...]
    report: dict[str, Any] | None


def begin_draft(workspace: Workspace, mapping: str, *, encoding: str | None = None) -> ImportDraft:
    """Begin a draft without files.

    Parameters
    ----------
    workspace : Workspace
        Whose; its viewer alone sees the draft.
    mapping : str
        Name of a shipped mapping: a path is no name.
    encoding : str, optional
        Of the files; UTF-8 when left out.

    Returns
    -------
    ImportDraft
        Open.

    Raises
    ------
    IngestError
        No mapping of this name is shipped.
    """
    workspace.permit("import")
    if mapping not in shipped_mappings():
        raise IngestError(f"a mapping is one of {', '.join(shipped_mappings())}")
    swept = sum(map(_deleted, _lapsed(workspace.folder, workspace.clock())))
    draft = secrets.token_hex(8)
    detail: dict[str, object] = {"draft": draft, "mapping": mapping, "drafts_swept": swept}
    workspace.audit.write(Event("collection", "import draft", (), detail))
    home = workspace.folder / FOLDER / draft
    (home / "files").mkdir(parents=True, mode=0o700)
    about = {
        "owner": workspace.viewer.name,
        "agency": workspace.viewer.agency,
        "mapping": mapping,
        "encoding": encoding,
        "begun_us": workspace.clock(),
    }
    write_file(home / "draft.json", json.dumps(about))
    return get_draft(workspace, draft)


def get_draft(workspace: Workspace, draft: str) -> ImportDraft:
    """Return a draft of the viewer's.

    Parameters
    ----------
    workspace : Workspace
        Whose.
    draft : str
        Its id.

    Returns
    -------
    ImportDraft
        As it is.

    Raises
    ------
    EntityNotFoundError
        The viewer has none with this id.
    """
    home = workspace.folder / FOLDER / draft
    about = _about(home) if _ID.fullmatch(draft) else None
    viewer = workspace.viewer
    if about is None or (about["owner"], about["agency"]) != (viewer.name, viewer.agency):
        raise EntityNotFoundError("no import draft with this id")
    files, report, state = _files(home), None, "open"
    if (home / "report.json").is_file():
        kept = json.loads((home / "report.json").read_text("utf-8"))
        if kept["state"] == "loaded" or kept["files"] == _marks(home):
            report, state = kept["report"], kept["state"]
    return ImportDraft(draft, about["mapping"], about["encoding"], state, files, report)


def list_drafts(workspace: Workspace) -> list[ImportDraft]:
    """List the viewer's drafts.

    Parameters
    ----------
    workspace : Workspace
        Whose.

    Returns
    -------
    list of ImportDraft
        By id.
    """
    found = []
    for home in sorted((workspace.folder / FOLDER).glob("*")):
        try:
            found.append(get_draft(workspace, home.name))
        except EntityNotFoundError:
            continue
    return found


@contextmanager
def receiving(workspace: Workspace, draft: str, name: str) -> Iterator[BinaryIO]:
    """Take in a file of a draft, in place of one of the same name.

    Parameters
    ----------
    workspace : Workspace
        Whose.
    draft : str
        Its id.
    name : str
        Of the file, without a folder.

    Yields
    ------
    binary file
        To write to; what is cut off leaves nothing.

    Raises
    ------
    IngestError
        No name of a file, or too many files.
    ConflictError
        The draft is loaded already, or at work.
    """
    workspace.permit("import")
    held = get_draft(workspace, draft)
    if not _NAME.fullmatch(name):
        raise IngestError("a file's name has up to 60 letters, digits, spaces or . _ - + ( )")
    if len({*(file for file, _ in held.files), name}) > MOST_FILES:
        raise IngestError(f"a draft has {MOST_FILES} files at most")
    home = workspace.folder / FOLDER / draft
    with _alone(home, held):
        workspace.audit.write(Event("collection", "import file", (), {"draft": draft}))
        fresh = home / f"{secrets.token_hex(4)}.new"
        try:
            with fresh.open("xb") as file:
                yield file
            fresh.replace(home / "files" / name)
        finally:
            fresh.unlink(missing_ok=True)


def check_draft(workspace: Workspace, draft: str, progress: Progress = lambda _: None) -> dict[str, Any]:
    """Read, map and check a draft's files, and keep nothing but the report.

    Parameters
    ----------
    workspace : Workspace
        Whose.
    draft : str
        Its id.
    progress : callable, optional
        Told what is done.

    Returns
    -------
    dict
        The report.

    Raises
    ------
    IngestError
        There is no file, or one cannot be read.
    ConflictError
        The draft is loaded already, or at work.
    """
    workspace.permit("import")
    return _imported(workspace, get_draft(workspace, draft), dry_run=True, progress=progress)


def load_draft(workspace: Workspace, draft: str, progress: Progress = lambda _: None) -> dict[str, Any]:
    """Load a draft's files as they were checked, and delete them.

    Parameters
    ----------
    workspace : Workspace
        Whose.
    draft : str
        Its id.
    progress : callable, optional
        Told what is done.

    Returns
    -------
    dict
        The report.

    Raises
    ------
    ConflictError
        The files were not checked as they are now, or the draft is loaded already, or at work.
    """
    workspace.permit("import")
    held = get_draft(workspace, draft)
    if held.state == "open":
        raise ConflictError("the files are checked first, as they are now")
    return _imported(workspace, held, dry_run=False, progress=progress)


def discard_draft(workspace: Workspace, draft: str) -> None:
    """Delete a draft and its files.

    Parameters
    ----------
    workspace : Workspace
        Whose.
    draft : str
        Its id.

    Raises
    ------
    ConflictError
        It is at work.
    """
    workspace.permit("import")
    held = get_draft(workspace, draft)
    home = workspace.folder / FOLDER / draft
    with _alone(home, held._replace(state="open")):
        detail: dict[str, object] = {"draft": draft, "files": len(held.files)}
        workspace.audit.write(Event("erasure", "import draft", (), detail))
        # Those of a draft that was loaded are gone already.
        if (home / "files").is_dir():
            shutil.rmtree(home / "files")
        (home / "draft.json").unlink()
    shutil.rmtree(home, ignore_errors=True)


def _imported(
    workspace: Workspace, held: ImportDraft, *, dry_run: bool, progress: Progress
) -> dict[str, Any]:
    home = workspace.folder / FOLDER / held.id
    if not held.files and held.state != "loaded":
        raise IngestError("the draft has no files yet")
    with _alone(home, held):
        marks = _marks(home)
        progress(f"{_some(held)}: reading")
        within = f"{home / 'files'}{os.sep}"
        try:
            report = import_files(
                workspace,
                [home / "files" / name for name, _ in held.files],
                held.mapping,
                encoding=held.encoding,
                dry_run=dry_run,
                rows=lambda name, done: progress(f"{Path(name).name}: {done:,} rows"),
                progress=progress,
            )
        except IngestError as error:
            # Where this machine keeps the file is nothing to whoever sent it.
            raise IngestError(str(error).replace(within, "")) from error
        report = _without_folder(report, within)
        kept = {"state": "checked" if dry_run else "loaded", "files": marks, "report": report}
        write_file(home / "report.json", json.dumps(kept))
        if not dry_run:
            shutil.rmtree(home / "files")
    return report


def _some(held: ImportDraft) -> str:
    names = [name for name, _ in held.files]
    return ", ".join(names[:_NAMED]) + (f" and {len(names) - _NAMED} more" if len(names) > _NAMED else "")


def _without_folder(report: dict[str, Any], within: str) -> dict[str, Any]:
    parts = ("files", "rejections", "warnings")
    cut = {
        part: [{**row, "file": row["file"].removeprefix(within)} for row in report[part]]
        for part in parts
        if part in report
    }
    return {**report, **cut}


@contextmanager
def _alone(home: Path, held: ImportDraft) -> Iterator[None]:
    if held.state == "loaded":
        raise ConflictError("the draft is loaded already")
    try:
        with FileLock(home / "draft.lock", timeout=0):
            yield
    except Timeout as error:
        raise ConflictError("the draft is at work: try again when that has ended") from error


def _about(home: Path) -> dict[str, Any] | None:
    try:
        about: dict[str, Any] = json.loads((home / "draft.json").read_text("utf-8"))
    except FileNotFoundError:
        return None
    return about


def _files(home: Path) -> tuple[tuple[str, int], ...]:
    return tuple((name, size) for name, size, _ in _marks(home))


def _marks(home: Path) -> list[list[Any]]:
    found = []
    for path in sorted((home / "files").glob("*")):
        held = path.stat()
        found.append([path.name, held.st_size, held.st_mtime_ns])
    return found


def sweep_drafts(folder: Path, clock: Callable[[], int]) -> int:
    """Delete drafts that were begun a day ago or longer, whoever's they are; called by no viewer.

    Parameters
    ----------
    folder : Path
        The workspace.
    clock : callable
        The time in UTC microseconds.

    Returns
    -------
    int
        How many there were.

    Raises
    ------
    AuditUnavailableError
        It cannot be written to the log: nothing is deleted.
    """
    lapsed = list(_lapsed(folder, clock()))
    if lapsed:
        day = datetime.fromtimestamp(clock() / 1_000_000, tz=UTC).astimezone(LONDON).date()
        context = Context(day, "deleting what has lapsed", "", "", frozenset())
        log = AuditLog(folder, _SERVICE, context, clock)
        log.write(Event("erasure", "import drafts swept", (), {"drafts": len(lapsed)}))
    return sum(map(_deleted, lapsed))


def _lapsed(folder: Path, now_us: int) -> Iterator[Path]:
    for home in (folder / FOLDER).glob("*"):
        about = _about(home)
        if about is not None and now_us - about["begun_us"] < KEPT_US:
            continue
        if about is None and _is_fresh(home):
            continue
        yield home


def _is_fresh(home: Path) -> bool:
    # Another process may be making it just now, or taking it away.
    with suppress(FileNotFoundError):
        return time.time() - home.stat().st_mtime < _MAKING_S
    return True


def _deleted(home: Path) -> bool:
    try:
        with FileLock(home / "draft.lock", timeout=0):
            shutil.rmtree(home / "files", ignore_errors=True)
            (home / "draft.json").unlink(missing_ok=True)
    except (Timeout, FileNotFoundError):
        # At work: the next sweep finds it again.
        return False
    shutil.rmtree(home, ignore_errors=True)
    return True
