"""Importing agency files: read, map, check, load, draw."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from app.audit import Event
from app.progress import Progress
from app.use_cases.drawing import BRIEFLY_S, redraw
from app.workspace import Workspace
from graph.errors import RowRejectedError
from graph.ledger.opening import one_writer, open_ledger
from graph.ledger.writing import LedgerWriter
from ingest.mapping import load_mapping
from ingest.pipeline import run_import

Rows = Callable[[str, int], None]
"""Told the name of a file and how many of its rows are done."""


class StrictImportError(RowRejectedError):
    """Rows were rejected under ``--strict``, and nothing was loaded.

    Parameters
    ----------
    report : dict
        The report.
    """

    def __init__(self, report: dict[str, Any]) -> None:
        rejected = report["totals"]["rejected"]
        super().__init__(f"{rejected:,} rows were rejected under --strict: nothing was loaded")
        self.report = report


def import_files(
    workspace: Workspace,
    paths: Sequence[Path],
    mapping: str,
    *,
    encoding: str | None = None,
    dry_run: bool = False,
    strict: bool = False,
    rows: Rows | None = None,
    progress: Progress = lambda _: None,
) -> dict[str, Any]:
    """Import files through a mapping, and draw what they say.

    Parameters
    ----------
    workspace : Workspace
        Whose.
    paths : sequence of Path
        CSV, gzip or zip.
    mapping : str
        Name of a shipped mapping, or a file.
    encoding : str, optional
        Of the files; UTF-8 when left out.
    dry_run : bool, optional
        Read, map, check and compare with what is known, and keep nothing.
    strict : bool, optional
        Load nothing if a row is rejected.
    rows : callable, optional
        Told how many rows are done.
    progress : callable, optional
        Told what is done.

    Returns
    -------
    dict
        The report.

    Raises
    ------
    IngestError
        A file or the mapping cannot be read; the workspace is as it was.
    StrictImportError
        A row was rejected under ``strict``; the workspace is as it was.
    """
    workspace.permit("import")
    with one_writer(workspace.folder, wait_s=BRIEFLY_S):
        report = load_files(
            workspace, paths, mapping, encoding=encoding, dry_run=dry_run, strict=strict, rows=rows
        )
        if not dry_run:
            redraw(workspace, progress=progress)
    return report


def load_files(
    workspace: Workspace,
    paths: Sequence[Path],
    mapping: str,
    *,
    encoding: str | None = None,
    dry_run: bool = False,
    strict: bool = False,
    rows: Rows | None = None,
) -> dict[str, Any]:
    """Load files into the ledger without drawing them; the caller holds the writer's lock.

    Parameters
    ----------
    workspace : Workspace
        Whose.
    paths : sequence of Path
        CSV, gzip or zip.
    mapping : str
        Name of a shipped mapping, or a file.
    encoding : str, optional
        Of the files; UTF-8 when left out.
    dry_run, strict : bool, optional
        Keep nothing; keep nothing if a row is rejected.
    rows : callable, optional
        Told how many rows are done.

    Returns
    -------
    dict
        The report.

    Raises
    ------
    IngestError
        A file or the mapping cannot be read; the workspace is as it was.
    StrictImportError
        A row was rejected under ``strict``; the workspace is as it was.
    """
    chosen = load_mapping(mapping)
    names = [path.name for path in paths]
    detail = {"mapping": chosen.name, "files": len(names), "dry_run": dry_run}
    workspace.audit.write(Event("collection", "import", (), detail))
    files = open_ledger(workspace.folder, writer=True)
    try:
        with (
            LedgerWriter(
                files, mint=workspace.mint, clock=workspace.clock, unseen=workspace.unseen
            ) as writer,
            _few_collections(),
        ):
            writer.begin("import", mapping=chosen.name, mapping_version=chosen.version, files=names)
            today = workspace.context.day
            found = run_import(paths, chosen, writer, today=today, encoding=encoding, progress=rows)
            report = {**found.to_json(), "dry_run": dry_run}
            _finish(workspace, writer, report, strict=strict)
    finally:
        files.close()
    return report


def _finish(workspace: Workspace, writer: LedgerWriter, report: dict[str, Any], *, strict: bool) -> None:
    totals = report["totals"]
    if strict and totals["rejected"]:
        raise StrictImportError(report)
    if report["dry_run"] or not totals["accepted"]:
        writer.discard()
        return
    # On the log before it is live: what the log does not know of is not there.
    workspace.audit.write(Event("alteration", "import", (), dict(totals)))
    writer.finish()


@contextmanager
def _few_collections() -> Iterator[None]:
    """An import makes millions of small tuples and no cycles: rubbish is looked for seldom."""
    held = gc.get_threshold()
    gc.set_threshold(200_000, 50, 50)
    try:
        yield
    finally:
        gc.set_threshold(*held)
