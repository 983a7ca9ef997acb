"""Which sheet of a mapping a file is, and what the name of the file says."""

from __future__ import annotations

import re
from collections.abc import Mapping as AnyMapping
from collections.abc import Sequence
from fnmatch import fnmatchcase

from ingest.mapping_files import Mapping


def sheets_for(mapping: Mapping, name: str, header: Sequence[str]) -> dict[str, Mapping]:
    """Return the sheets that a file may be.

    Parameters
    ----------
    mapping : Mapping
        With sheets or without.
    name : str
        The file, with ``/member`` for a file inside a zip.
    header : sequence of str
        Columns of the file.

    Returns
    -------
    dict of str to Mapping
        By name: those whose patterns and columns fit, or the mapping itself where it has no sheets. A
        file can be read when there is one.
    """
    if not mapping.sheets:
        return {mapping.name: mapping}
    base = _base(name)
    return {
        key: sheet
        for key, sheet in mapping.sheets.items()
        if (not sheet.files or any(fnmatchcase(base, pattern) for pattern in sheet.files))
        and set(sheet.having) <= set(header)
    }


def said_by_name(mapping: Mapping, name: str) -> dict[str, str | None]:
    """Return the values of the columns that are read from the name of a file.

    Parameters
    ----------
    mapping : Mapping
        One sheet.
    name : str
        The file, with ``/member`` for a file inside a zip.

    Returns
    -------
    dict of str to str or None
        By column; None where the name does not say it.
    """
    base = _base(name)
    found = {
        column: re.search(part.from_file_name, base)
        for column, part in mapping.columns.items()
        if part.from_file_name
    }
    return {column: match[1] if match else None for column, match in found.items()}


def known_by_name(said: AnyMapping[str, str | None]) -> dict[str, str]:
    """Return what the name of a file says.

    Parameters
    ----------
    said : mapping of str to str or None
        From `said_by_name`.

    Returns
    -------
    dict of str to str
        Without the columns that it does not say.
    """
    return {column: value for column, value in said.items() if value is not None}


def _base(name: str) -> str:
    return re.split(r"[/\\]", name)[-1]
