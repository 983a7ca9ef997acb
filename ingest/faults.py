"""What is wrong with an input: file, row, column and rule, never the value."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from graph.errors import IngestError


class Fault(NamedTuple):
    """One rule that an input breaks.

    Attributes
    ----------
    file : str
        The file as it was named, with ``/member`` for a file inside a zip.
    row : int
        Line on which the row starts, counted from 1 with the header; 0 for the file as a whole.
    column : str
        Name of the column; empty when the rule is about the row or the file.
    rule : str
        What was asked for.
    """

    file: str
    row: int
    column: str
    rule: str

    def __str__(self) -> str:
        """Return one line that names file, row, column and rule."""
        row = f" row {self.row}," if self.row else ""
        column = f" column {self.column}," if self.column else ""
        where = f"{row}{column}".rstrip(",")
        return f"{self.file}:{where}: {self.rule}" if where else f"{self.file}: {self.rule}"


class FileFaultError(IngestError):
    """Files that cannot be read as rows; nothing of them may stay in a ledger.

    Parameters
    ----------
    faults : iterable of Fault
        All that was found; the message holds one line for each.

    Attributes
    ----------
    faults : tuple of Fault
        The same.
    """

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults))


def refused(file: str, rule: str, *, row: int = 0, column: str = "") -> FileFaultError:
    """Return the error of a file that breaks one rule.

    Parameters
    ----------
    file : str
        The file.
    rule : str
        What was asked for.
    row : int, optional
        Line in the file; 0 for the file as a whole.
    column : str, optional
        Name of the column.

    Returns
    -------
    FileFaultError
        To be raised.
    """
    return FileFaultError([Fault(file, row, column, rule)])
