"""Loading official areas."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from app.audit import Event
from app.progress import Progress
from app.use_cases.drawing import BRIEFLY_S, redraw
from app.workspace import Workspace
from geo.areas import read_areas
from graph.ledger.opening import one_writer, open_ledger
from graph.ledger.places import AreaSet, load_area_set
from graph.ledger.writing import LedgerWriter


def load_areas(
    workspace: Workspace,
    path: Path,
    *,
    kind: str,
    vintage: str | None = None,
    code_field: str | None = None,
    name_field: str | None = None,
    progress: Progress = lambda _: None,
) -> dict[str, Any]:
    """Load a file of areas, and place everything drawn in them.

    Parameters
    ----------
    workspace : Workspace
        Whose.
    path : Path
        GeoJSON, TopoJSON or GeoPackage, plain or gzipped.
    kind : str
        ``lad``, ``lsoa``, ``msoa``, ``ward``, ``force`` or ``custom``.
    vintage : str, optional
        Year of the areas; read from the field's name when left out.
    code_field, name_field : str, optional
        Fields; guessed by the patterns of official files when left out.
    progress : callable, optional
        Told what is done.

    Returns
    -------
    dict
        Kind, vintage, number of areas, number repaired, whether anything changed.

    Raises
    ------
    GeoError
        The file cannot be read, or breaks a rule; nothing changed.
    """
    workspace.permit("areas")
    table = read_areas(path, kind=kind, vintage=vintage, code_field=code_field, name_field=name_field)
    about = {"kind": table.kind, "vintage": table.vintage, "areas": len(table.codes)}
    workspace.audit.write(Event("alteration", "areas", (), dict(about)))
    files = open_ledger(workspace.folder, writer=True)
    try:
        with one_writer(workspace.folder, wait_s=BRIEFLY_S):
            with LedgerWriter(files, clock=workspace.clock) as writer:
                changed = load_area_set(writer, AreaSet(table.kind, table.vintage, table.to_rows()))
            if changed:
                redraw(workspace, progress=progress)
    finally:
        files.close()
    return {**about, "repaired": table.repaired, "changed": changed}
