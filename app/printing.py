"""Answers on paper: tables on the screen, JSON, and CSV that no spreadsheet runs."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from app.progress import Progress

if TYPE_CHECKING:
    from rich.console import Console

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""What a spreadsheet takes for the start of a formula, full-width signs too."""

_STEERING: Final = re.compile("[\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]")
"""What JSON leaves as it is and a terminal obeys; it stands in strings only, so it may be escaped there."""


def console() -> Console:
    """Return a console on standard output.

    Returns
    -------
    Console
        Wide enough to keep a row whole where the output is no terminal.
    """
    from rich.console import Console

    screen = Console(highlight=False, markup=False, emoji=False)
    if not screen.is_terminal and "COLUMNS" not in os.environ:
        screen = Console(highlight=False, markup=False, emoji=False, width=200)
    return screen


@contextmanager
def progress_shown() -> Iterator[Progress]:
    """Show what is done on standard error, on a terminal and unless told never to.

    Yields
    ------
    callable
        Takes a line of text.
    """
    if os.environ.get("KITHMAP_PROGRESS") == "never" or not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console

    with Console(stderr=True).status("kithmap") as status:
        yield status.update


def print_rows(rows: Sequence[Mapping[str, Any]], columns: Mapping[str, str]) -> None:
    """Print rows as a table.

    Parameters
    ----------
    rows : sequence of mapping
        The rows.
    columns : mapping of str to str
        Name in the row to heading.
    """
    from rich.table import Table

    table = Table(show_header=True, header_style="bold", box=None, pad_edge=False)
    for place, heading in enumerate(columns.values()):
        # The first is what a row is asked for by: on a narrow screen the others give way.
        table.add_column(heading, overflow="fold", no_wrap=place == 0)
    for row in rows:
        table.add_row(*(_text(row.get(name)) for name in columns))
    console().print(table)


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, list):
        return ", ".join(_text(item) for item in value)
    if isinstance(value, dict):
        return _text(" ".join(filter(None, (value.get("id"), value.get("shown_as")))))
    # What came from a file must not steer the terminal.
    return "".join(letter if letter.isprintable() else "\ufffd" for letter in str(value))


def json_text(body: Mapping[str, Any]) -> str:
    """Return an answer as JSON.

    Parameters
    ----------
    body : mapping
        The answer.

    Returns
    -------
    str
        Indented, keys in the order of the schema, ends with a new line.
    """
    text = json.dumps(body, indent=2, ensure_ascii=False, allow_nan=False)
    return _STEERING.sub(lambda found: f"\\u{ord(found[0]):04x}", text) + "\n"


def csv_text(rows: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> str:
    """Return rows as CSV in which no cell is a formula.

    Parameters
    ----------
    rows : sequence of mapping
        The rows.
    columns : sequence of str
        Names in the rows.

    Returns
    -------
    str
        Cells that a spreadsheet would run begin with an apostrophe.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([_cell(row.get(name)) for name in columns])
    return out.getvalue()


def _cell(value: Any) -> str | int | float:
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return value
    text = _text(value)
    return f"'{text}" if text.startswith(_FORMULA) or text.lstrip().startswith(_FORMULA) else text


def write_file(path: Path, content: str | bytes) -> None:
    """Write a file whole, or not at all.

    Parameters
    ----------
    path : Path
        Where.
    content : str or bytes
        What; text as UTF-8.
    """
    fresh = path.with_name(f".{path.name}.new")
    try:
        fresh.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)
