"""Invented files, and the simplest ledger that keeps what an import hands over."""

from __future__ import annotations

import csv
import gzip
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import Final

from graph.model.claims import Claim, Record
from ingest.mapping import load_mapping
from ingest.mapping_files import Mapping as MappingFile
from ingest.pipeline import run_import
from ingest.report import ImportReport

TODAY: Final = date(2026, 3, 1)
HELD: Final = {"agency": "Example Council", "agreement": "ISA-7", "agreement_expires": "2030-03-31"}
POLICE_HEADER: Final = (
    "Crime ID,Month,Reported by,Falls within,Longitude,Latitude,Location,LSOA code,LSOA name,"
    "Crime type,Last outcome category,Context"
)


class Shelf:
    """A ledger in memory: plain dicts, no cleverness.

    Attributes
    ----------
    records : list of Record
        All that were accepted.
    removed : set of str
        Source ids that were removed and may not come back.
    """

    def __init__(self) -> None:
        self.records: list[Record] = []
        self.removed: set[str] = set()
        self._contents: dict[tuple[str, str, str], bytes] = {}

    def append(self, records: Sequence[Record]) -> list[str]:
        """Keep records.

        Parameters
        ----------
        records : sequence of Record
            What an import hands over.

        Returns
        -------
        list of str
            One word for each.
        """
        return [self._keep(record) for record in records]

    def _keep(self, record: Record) -> str:
        key = (record.agency, record.feed, record.source_id)
        if record.source_id in self.removed:
            return "set_aside:removed"
        if self._contents.get(key) == record.content:
            return "duplicate"
        answer = "accepted:changed" if key in self._contents else "accepted:new"
        self._contents[key] = record.content
        self.records.append(record)
        return answer

    def keys(self) -> list[tuple[str, str, bytes]]:
        """Return what makes each record the same again.

        Returns
        -------
        list of (str, str, bytes)
            Agency, source id and content, in order.
        """
        return [(record.agency, record.source_id, record.content) for record in self.records]


def write_csv(path: Path, rows: Iterable[Mapping[str, str]], *, header: Sequence[str] = ()) -> Path:
    """Write rows as a CSV.

    Parameters
    ----------
    path : Path
        Where to.
    rows : iterable of mapping of str to str
        Cells by column; those not given are blank.
    header : sequence of str, optional
        Order of the columns; that of their first use when left out.

    Returns
    -------
    Path
        The same path.
    """
    kept = list(rows)
    names = list(header) or list(dict.fromkeys(name for row in kept for name in row))
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, names, restval="", lineterminator="\r\n")
        writer.writeheader()
        writer.writerows(kept)
    return path


def police_csv(path: Path, *lines: str) -> Path:
    """Write lines below the header of a police.uk file.

    Parameters
    ----------
    path : Path
        Where to; packed when it ends in ``.gz``.
    *lines : str
        Rows as text.

    Returns
    -------
    Path
        The same path.
    """
    text = "\n".join((POLICE_HEADER, *lines, "")).encode()
    path.write_bytes(gzip.compress(text) if path.suffix == ".gz" else text)
    return path


def zip_of(path: Path, members: Mapping[str, bytes]) -> Path:
    """Write a zip.

    Parameters
    ----------
    path : Path
        Where to.
    members : mapping of str to bytes
        Files by name.

    Returns
    -------
    Path
        The same path.
    """
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def imported(
    paths: Path | Iterable[Path],
    mapping: str | MappingFile,
    *,
    shelf: Shelf | None = None,
    chunk_rows: int = 5_000,
) -> tuple[ImportReport, Shelf]:
    """Import files into a ledger in memory.

    Parameters
    ----------
    paths : Path or iterable of Path
        The files.
    mapping : str or Mapping
        The mapping, or the name of a shipped one.
    shelf : Shelf, optional
        What holds earlier imports.
    chunk_rows : int, optional
        Rows at a time.

    Returns
    -------
    ImportReport, Shelf
        What became of the rows, and where they are.
    """
    shelf = shelf or Shelf()
    found = _loaded(mapping) if isinstance(mapping, str) else mapping
    listed = [paths] if isinstance(paths, Path) else list(paths)
    return run_import(listed, found, shelf, today=TODAY, chunk_rows=chunk_rows), shelf


@cache
def _loaded(name: str) -> MappingFile:
    return load_mapping(name)


def only(shelf: Shelf, rule: str) -> list[Claim]:
    """Return the claims that one rule made.

    Parameters
    ----------
    shelf : Shelf
        Where the records are.
    rule : str
        The rule of the mapping.

    Returns
    -------
    list of Claim
        In the order of the records.
    """
    return [claim for record in shelf.records for claim in record.claims if claim.terms.rule == rule]
