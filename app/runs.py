"""Saved runs of measures: a row of an answer can be asked about later."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final, NamedTuple

from graph.errors import EntityNotFoundError
from graph.model.entities import write_id
from graph.view import View

FOLDER: Final = "runs"
_ID: Final = re.compile(r"[0-9a-z]{8}")
_ROW: Final = re.compile(r"[0-9]{1,9}")


class Run(NamedTuple):
    """One run of a measure.

    Attributes
    ----------
    id : str
        Eight letters: the same for the same data, rights, parameters and version of the program.
    measure : str
        For example ``clusters``.
    rights : str
        Of the viewer.
    question : dict
        Which claims counted.
    rows : list of dict
        Evidence of each row, counted from 1: ``links`` and ``entities``.
    rights_held : list of str
        The labels the run was made from, a word each; empty opens for equal rights only.
    """

    id: str
    measure: str
    rights: str
    question: dict[str, Any]
    rows: list[dict[str, Any]]
    rights_held: Sequence[str] = ()


def run_id(view: View, measure: str, parameters: dict[str, Any]) -> str:
    """Return the id of a run.

    Parameters
    ----------
    view : View
        The viewer's.
    measure : str
        Its name.
    parameters : dict
        Everything that changes the answer.

    Returns
    -------
    str
        Eight letters.
    """
    parts = [measure, view.data_version, view.rights, parameters, version("kithmap")]
    digest = hashlib.blake2b(json.dumps(parts, sort_keys=True).encode(), digest_size=8).digest()
    return write_id(int.from_bytes(digest, "big") >> 1)[-8:]


def save_run(folder: Path, run: Run) -> None:
    """Keep a run.

    Parameters
    ----------
    folder : Path
        The workspace.
    run : Run
        Ids only, never content.
    """
    kept = folder / FOLDER
    kept.mkdir(exist_ok=True, mode=0o700)
    fresh = kept / f"{run.id}.new"
    fresh.write_text(json.dumps(run._asdict()), encoding="utf-8")
    fresh.replace(kept / f"{run.id}.json")


def find_run(folder: Path, name: str) -> Run | None:
    """Return the run that a row belongs to, whoever made it.

    Parameters
    ----------
    folder : Path
        The workspace.
    name : str
        ``<run>-<n>``.

    Returns
    -------
    Run or None
        None when no run is saved under these letters. ``find_row`` checks the viewer's rights.
    """
    letters, _, _ = name.partition("-")
    path = folder / FOLDER / f"{letters}.json"
    if not _ID.fullmatch(letters) or not path.is_file():
        return None
    return Run(**json.loads(path.read_text(encoding="utf-8")))


def find_rows(folder: Path, view: View, name: str) -> tuple[Run, list[dict[str, Any]]]:
    """Return a run and the evidence of one of its rows, or of all of them.

    Parameters
    ----------
    folder : Path
        The workspace.
    view : View
        The viewer's.
    name : str
        ``<run>-<n>``, or ``<run>`` for every row.

    Returns
    -------
    tuple of (Run, list of dict)
        The run and the rows.

    Raises
    ------
    EntityNotFoundError
        No such run or row, or one made with rights that the viewer does not hold.
    """
    if "-" in name:
        run, row = find_row(folder, view, name)
        return run, [row]
    run, _ = find_row(folder, view, f"{name}-1")
    return run, run.rows


def find_row(folder: Path, view: View, name: str) -> tuple[Run, dict[str, Any]]:
    """Return a run and the evidence of one of its rows.

    Parameters
    ----------
    folder : Path
        The workspace.
    view : View
        The viewer's.
    name : str
        ``<run>-<n>``.

    Returns
    -------
    tuple of (Run, dict)
        The run and the row.

    Raises
    ------
    EntityNotFoundError
        No such run or row, or one made with rights that the viewer does not hold.
    """
    run = find_run(folder, name)
    _, _, number = name.partition("-")
    if (
        run is None
        or not _holds(run, view)
        or not _ROW.fullmatch(number)
        or not 1 <= int(number) <= len(run.rows)
    ):
        raise EntityNotFoundError("no row with this id: run the measure again")
    return run, run.rows[int(number) - 1]


def _holds(run: Run, view: View) -> bool:
    """Whether the viewer may see every label that the run was made from."""
    return run.rights == view.rights or (
        bool(run.rights_held) and view.rights_held.issuperset(run.rights_held)
    )
