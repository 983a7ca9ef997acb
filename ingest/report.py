"""What became of every row: totals that add up, and each rejection with file, row, column and rule."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final

from graph.errors import IngestError
from ingest.faults import Fault

SCHEMA: Final = "kithmap.import-report/1"
_MOST_REJECTIONS: Final = 10_000


@dataclass(slots=True)
class Totals:
    """Rows by what became of them.

    Attributes
    ----------
    rows : int
        All rows read; the sum of the next four.
    accepted, rejected, duplicate, set_aside : int
        Loaded; against a rule; the same content as before; valid and left out on purpose.
    changed : int
        Those accepted rows that supersede an older version.
    """

    rows: int = 0
    accepted: int = 0
    rejected: int = 0
    duplicate: int = 0
    set_aside: int = 0
    changed: int = 0

    def add(self, other: Totals) -> None:
        """Add the rows of a file.

        Parameters
        ----------
        other : Totals
            What to add.
        """
        for name in self.__slots__:
            setattr(self, name, getattr(self, name) + getattr(other, name))

    def check(self) -> None:
        """Make sure that no row was lost.

        Raises
        ------
        IngestError
            The four do not add up to the rows.
        """
        if self.rows != self.accepted + self.rejected + self.duplicate + self.set_aside:
            raise IngestError("the rows of the report do not add up")

    def to_json(self) -> dict[str, int]:
        """Return the totals as JSON.

        Returns
        -------
        dict of str to int
            ``changed`` is left to the report.
        """
        return {name: getattr(self, name) for name in self.__slots__ if name != "changed"}


@dataclass(slots=True)
class FileReport:
    """What became of the rows of one file.

    Attributes
    ----------
    file : str
        The file as it was named, with ``/member`` for a file inside a zip.
    totals : Totals
        Its rows.
    warnings : list of str
        What is allowed but worth a look.
    """

    file: str
    totals: Totals = field(default_factory=Totals)
    warnings: list[str] = field(default_factory=list)


@dataclass(slots=True)
class ImportReport:
    """What became of every row of an import.

    Attributes
    ----------
    mapping, version : str, int
        The mapping used.
    dry_run : bool
        Nothing was loaded.
    files : list of FileReport
        One for each file, in the order given.
    rejections : list of Fault
        The first 10,000.
    rejections_left_out : int
        How many more there were.
    set_aside : Counter of str
        Rows set aside, by rule.
    """

    mapping: str
    version: int
    dry_run: bool = False
    files: list[FileReport] = field(default_factory=list)
    rejections: list[Fault] = field(default_factory=list)
    rejections_left_out: int = 0
    set_aside: Counter[str] = field(default_factory=Counter)

    def reject(self, faults: Iterable[Fault]) -> None:
        """List faults of rejected rows, as long as there is room.

        Parameters
        ----------
        faults : iterable of Fault
            All that is wrong with them.
        """
        for fault in faults:
            if len(self.rejections) < _MOST_REJECTIONS:
                self.rejections.append(fault)
            else:
                self.rejections_left_out += 1

    @property
    def totals(self) -> Totals:
        """The rows of all files together."""
        totals = Totals()
        for file in self.files:
            totals.add(file.totals)
        return totals

    def to_json(self) -> dict[str, Any]:
        """Return the report as JSON.

        Returns
        -------
        dict
            Schema ``kithmap.import-report/1``.

        Raises
        ------
        IngestError
            The rows do not add up.
        """
        totals = self.totals
        totals.check()
        return {
            "schema": SCHEMA,
            "mapping": {"name": self.mapping, "version": self.version},
            "dry_run": self.dry_run,
            "totals": totals.to_json(),
            "changed": totals.changed,
            "files": [
                {"file": file.file, "totals": file.totals.to_json(), "changed": file.totals.changed}
                for file in self.files
            ],
            "rejections": [fault._asdict() for fault in self.rejections],
            "rejections_left_out": self.rejections_left_out,
            "set_aside": dict(sorted(self.set_aside.items())),
            "warnings": [
                {"file": file.file, "warning": words} for file in self.files for words in file.warnings
            ],
        }
