"""Options that commands share, and ways to print an answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from app.printing import console, csv_text, json_text, print_rows, write_file
from app.use_cases.asking import Question
from graph.model.spans import day_of, month_span

if TYPE_CHECKING:
    from app.workspace import Workspace

FILE: Final = click.Path(path_type=Path)
FOUND: Final = click.Path(path_type=Path, exists=True, dir_okay=False)
KINDS: Final = click.Choice(["lad", "lsoa", "msoa", "ward", "force", "custom"])
DAY: Final = click.DateTime(formats=["%Y-%m-%d"])


def open_workspace(folder: Path) -> Workspace:
    """Open a workspace.

    Parameters
    ----------
    folder : Path
        Where it is.

    Returns
    -------
    Workspace
        As ``app.workspace`` opens it, which is imported when it is needed: a wrong option is said at once.
    """
    from app import workspace

    return workspace.open_workspace(folder)


def here() -> Workspace:
    """Open the workspace that the command line names.

    Returns
    -------
    Workspace
        As the settings of its folder say.
    """
    folder: Path = click.get_current_context().find_root().obj
    return open_workspace(folder)


def asking(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options of every question.

    Parameters
    ----------
    command : callable
        Takes ``question``.

    Returns
    -------
    callable
        Takes the options.
    """

    @click.option("--window", nargs=2, type=DAY, help="Only claims that held on some day from FIRST to LAST.")
    @click.option("--month", metavar="YYYY-MM", help="The same, for one month.")
    @click.option("--as-of", type=DAY, help="Only claims that their agency had reported by this day.")
    @click.option("--known-on", type=DAY, help="Only what this workspace knew at the end of this day.")
    @click.option("--doubtful", is_flag=True, help="Count disputed claims and those graded E, too.")
    @wraps(command)
    def _asked(**options: Any) -> None:
        window, month = options.pop("window"), options.pop("month")
        chosen = _month(month) if month else (window and (window[0].date(), window[1].date()))
        if chosen and chosen[1] < chosen[0]:
            raise click.UsageError("--window ends before it begins")
        as_of, known_on = (_day(options.pop(name)) for name in ("as_of", "known_on"))
        doubtful = options.pop("doubtful")
        if doubtful:
            click.echo("disputed claims and claims graded E (suspected false) count in this answer", err=True)
        command(question=Question(chosen or None, as_of, known_on, doubtful), **options)

    return _asked


def _day(value: datetime | None) -> date | None:
    return None if value is None else value.date()


def _month(text: str) -> tuple[date, date]:
    try:
        year, month = (int(part) for part in text.split("-"))
        span = month_span(year, month)
    except ValueError as error:
        raise click.UsageError("--month takes YYYY-MM") from error
    return day_of(span.from_day or 0), day_of(span.to_day or 0)


def printed(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the ways to print an answer.

    Parameters
    ----------
    command : callable
        Takes ``as_json`` and ``csv_file``.

    Returns
    -------
    callable
        Takes the options.
    """
    command = click.option("--json", "as_json", is_flag=True, help="Print the whole answer as JSON.")(command)
    return click.option("--csv", "csv_file", type=FILE, help="Write the rows to a CSV file.")(command)


def show(
    body: Mapping[str, Any],
    columns: Mapping[str, str],
    *,
    as_json: bool,
    csv_file: Path | None,
    rows: Sequence[Mapping[str, Any]] | None = None,
) -> None:
    """Print an answer as it was asked for: a table, JSON, or a CSV file.

    Parameters
    ----------
    body : mapping
        The answer.
    columns : mapping of str to str
        Name in a row to heading.
    as_json : bool
        Print everything as JSON.
    csv_file : Path or None
        Write the rows there.
    rows : sequence of mapping, optional
        The rows, where they are not the answer's own.
    """
    shown = body["rows"] if rows is None else rows
    if csv_file:
        write_file(csv_file, csv_text(shown, list(columns)))
        click.echo(f"{len(shown)} rows written to {csv_file.name}", err=True)
    if as_json:
        click.echo(json_text(body), nl=False)
    elif not csv_file:
        if shown:
            print_rows(shown, columns)
        for name in ("sentence", "caveat", "limits"):
            if body.get(name):
                console().print(body[name])
