"""An import: read, map, check, load, and a report that accounts for every row."""

from __future__ import annotations

import gc
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from collections.abc import Mapping as AnyMapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from itertools import chain, islice, repeat
from pathlib import Path
from typing import Final, Protocol

from graph.errors import IngestError
from graph.model.claims import Record
from ingest.checks import Checks, header_faults, unknown_columns
from ingest.claiming import Claiming
from ingest.faults import Fault, FileFaultError
from ingest.mapping_files import Mapping
from ingest.normalise import text_of
from ingest.readers import Chunk, RowTable, open_rows
from ingest.record_keys import Contents, RecordKeys
from ingest.report import FileReport, ImportReport, Totals
from ingest.row_rules import holds
from ingest.sheet_choice import known_by_name, said_by_name, sheets_for
from ingest.sheets import AGENCY, RECORD, Cells, Derived, Sheet
from ingest.sources import names_of, value_of

ROWS_AT_A_TIME: Final = 5_000
_NO_CLAIM: Final = "the mapping makes no claim of this row"

Progress = Callable[[str, int], None]


class Sink(Protocol):
    """Where records go."""

    def append(self, records: Sequence[Record]) -> Sequence[str]:
        """Take records, in their order.

        Parameters
        ----------
        records : sequence of Record
            Rows that passed every check.

        Returns
        -------
        sequence of str
            One word for each: ``accepted`` (or ``accepted:new``, ``accepted:changed``), ``duplicate``,
            or ``set_aside:RULE``.
        """
        ...


def run_import(
    paths: Iterable[Path],
    mapping: Mapping,
    sink: Sink,
    *,
    today: date,
    encoding: str | None = None,
    chunk_rows: int = ROWS_AT_A_TIME,
    progress: Progress | None = None,
    dry_run: bool = False,
) -> ImportReport:
    """Read files, map and check their rows, and hand the records to a sink.

    Parameters
    ----------
    paths : iterable of Path
        CSV, gzip or zip.
    mapping : Mapping
        What the columns mean.
    sink : Sink
        Where the records go, at most ``chunk_rows`` at a time.
    today : date
        The day of import.
    encoding : str, optional
        Of the files; UTF-8 when left out.
    chunk_rows : int, optional
        Rows to work on at a time.
    progress : callable, optional
        Told the file and the rows read so far.
    dry_run : bool, optional
        Hand nothing to the sink.

    Returns
    -------
    ImportReport
        What became of every row.

    Raises
    ------
    FileFaultError
        A file cannot be read. Faults of headers are found before any record is handed over, all
        together; one further down may come after, and the caller then discards what it was handed.
    IngestError
        No such encoding, or the rows do not add up.

    Notes
    -----
    A dry run tells rows that repeat one another apart, but not those that a workspace holds already.
    """
    tables = _open_all(paths, mapping, encoding)
    report = ImportReport(mapping.name, mapping.version, dry_run)
    plans = _Plans(mapping, today)
    outbox = _Outbox(_Preview() if dry_run else sink, chunk_rows)
    loads: list[_FileLoad] = []
    read = 0
    for number, table in enumerate(tables):
        load = _FileLoad(plans.of(table), table, number, report)
        loads.append(load)
        for chunk in table.chunks(chunk_rows):
            load.take(chunk, outbox)
            read += len(chunk.rows) + chunk.rejected
            if progress:
                progress(table.name, read)
    outbox.send()
    for load in loads:
        load.finish()
    return report


def _open_all(paths: Iterable[Path], mapping: Mapping, encoding: str | None) -> list[RowTable]:
    tables: list[RowTable] = []
    faults: list[Fault] = []
    for path in paths:
        try:
            found = open_rows(Path(path), encoding=encoding).tables
        except FileFaultError as error:
            faults.extend(error.faults)
            continue
        tables.extend(found)
        faults.extend(fault for table in found for fault in header_faults(mapping, table.header, table.name))
    if faults:
        raise FileFaultError(faults)
    return tables


class _Plans:
    """Plans made so far; what one remembers serves every file of the same sheet and header."""

    def __init__(self, mapping: Mapping, today: date) -> None:
        self._mapping, self._today = mapping, today
        self._made: dict[object, _Plan] = {}

    def of(self, table: RowTable) -> _Plan:
        (sheet,) = sheets_for(self._mapping, table.name, table.header).values()
        said = known_by_name(said_by_name(sheet, table.name))
        key = (id(sheet), table.header, *said.items())
        return self._made.get(key) or self._made.setdefault(
            key, _Plan(sheet, table.header, self._today, said)
        )


class _Plan:
    """A mapping, or one sheet of it, made ready for one header."""

    def __init__(
        self, mapping: Mapping, header: tuple[str, ...], today: date, said: AnyMapping[str, str]
    ) -> None:
        self.mapping = mapping
        self.cells = Cells(mapping.columns, header, today, said)
        self.checks = Checks(mapping, self.cells, today)
        self.claiming = Claiming(mapping, self.cells)
        self.contents = Contents(header)
        source = mapping.agency
        self.agency = Derived(
            names_of(source), lambda row: text_of(value_of(source, row)), self.cells.readers
        )
        names = {name for aside in mapping.set_aside for name in aside.when}
        rules = mapping.set_aside
        self.aside = Derived(
            names,
            lambda row: next((rule.rule for rule in rules if holds(rule.when, row)), ""),
            self.cells.readers,
        )


class _FileLoad:
    """One file on its way to the sink."""

    def __init__(self, plan: _Plan, table: RowTable, number: int, report: ImportReport) -> None:
        self._plan, self._table, self._number, self._report = plan, table, number, report
        self._keys = RecordKeys(plan.mapping, plan.cells)
        self._file = FileReport(table.name)
        report.files.append(self._file)
        if extra := unknown_columns(plan.mapping, table.header):
            self._file.warnings.append(f"columns that the mapping does not read: {', '.join(extra)}")

    def take(self, chunk: Chunk, outbox: _Outbox) -> None:
        totals = self._file.totals
        totals.rows += len(chunk.rows) + chunk.rejected
        totals.rejected += chunk.rejected
        self._report.reject(chunk.faults)
        with _collector_paused():
            chunk, sheet = self._without_asides(*self._without_faults(chunk))
            records = self._records(chunk, sheet) if chunk.rows else []
        if records:
            outbox.put(self, records)

    def finish(self) -> None:
        if self._keys.repeated:
            words = f"rows that repeat a source id with other content, each kept: {self._keys.repeated:,}"
            self._file.warnings.append(words)
        self._file.totals.check()

    def _without_faults(self, chunk: Chunk) -> tuple[Chunk, Sheet]:
        sheet = self._plan.cells.sheet(chunk.rows)
        faults = self._plan.checks.faults(sheet)
        if not faults:
            return chunk, sheet
        self._file.totals.rejected += len(faults)
        for place in sorted(faults):
            line = chunk.lines[place]
            self._report.reject(Fault(self._table.name, line, *fault) for fault in faults[place])
        return self._kept(chunk, [place for place in range(len(chunk.rows)) if place not in faults])

    def _without_asides(self, chunk: Chunk, sheet: Sheet) -> tuple[Chunk, Sheet]:
        rules = sheet.of(self._plan.aside)
        if not any(rules):
            return chunk, sheet
        found = Counter(filter(None, rules))
        self._report.set_aside.update(found)
        self._file.totals.set_aside += found.total()
        return self._kept(chunk, [place for place, rule in enumerate(rules) if not rule])

    def _kept(self, chunk: Chunk, places: list[int]) -> tuple[Chunk, Sheet]:
        rows = [chunk.rows[place] for place in places]
        kept = Chunk([chunk.lines[place] for place in places], rows, [], 0)
        return kept, self._plan.cells.sheet(rows)

    def _records(self, chunk: Chunk, sheet: Sheet) -> list[Record]:
        agencies = sheet.of(self._plan.agency)
        digests, payloads = self._plan.contents.over(chunk.rows)
        ids = self._keys.over(sheet, agencies, digests)
        sheet.columns |= {AGENCY: agencies, RECORD: ids}
        claims = self._plan.claiming.claims(sheet)
        feed, number = repeat(self._plan.mapping.feed), repeat(self._number)
        fields = zip(agencies, feed, ids, digests, payloads, number, chunk.lines, claims)  # noqa: B905 - repeats
        records = list(map(Record._make, fields))
        return records if all(claims) else self._with_claims(records)

    def _with_claims(self, records: list[Record]) -> list[Record]:
        silent = [record.row for record in records if not record.claims]
        self._file.totals.rejected += len(silent)
        self._report.reject(Fault(self._table.name, row, "", _NO_CLAIM) for row in silent)
        return [record for record in records if record.claims]

    def count(self, answers: Sequence[str]) -> None:
        totals, found = self._file.totals, Counter(answers)
        for answer, count in found.items():
            word, _, rule = answer.partition(":")
            if word == "set_aside":
                self._report.set_aside[rule] += count
            totals.add(_counted(word, count))
        totals.changed += found["accepted:changed"]


class _Outbox:
    """Records on their way to the sink; those of small files go together, for each going is synced."""

    def __init__(self, sink: Sink, most: int) -> None:
        self._sink, self._most = sink, most
        self._held: list[tuple[_FileLoad, list[Record]]] = []
        self._count = 0

    def put(self, load: _FileLoad, records: list[Record]) -> None:
        if self._count + len(records) > self._most:
            self.send()
        self._held.append((load, records))
        self._count += len(records)

    def send(self) -> None:
        if not self._held:
            return
        held, self._held, self._count = self._held, [], 0
        records = list(chain.from_iterable(records for _, records in held))
        answers = self._sink.append(records)
        if len(answers) != len(records):
            raise IngestError("the ledger did not answer for every record")
        rest = iter(answers)
        for load, own in held:
            load.count(list(islice(rest, len(own))))


@contextmanager
def _collector_paused() -> Iterator[None]:
    # Mapping makes many small tuples and no cycles; looking for cycles among them costs a quarter of it.
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _counted(word: str, count: int) -> Totals:
    if word not in ("accepted", "duplicate", "set_aside"):
        raise IngestError("the ledger answered with an unknown word")
    return replace(Totals(), **{word: count})


class _Preview:
    """A sink that keeps nothing but what it needs to tell rows that repeat one another."""

    def __init__(self) -> None:
        self._seen: dict[tuple[str, str], bytes] = {}

    def append(self, records: Sequence[Record]) -> Sequence[str]:
        return [self._answer(record) for record in records]

    def _answer(self, record: Record) -> str:
        key = (record.agency, record.source_id)
        before = self._seen.get(key)
        self._seen[key] = record.content
        if before is None:
            return "accepted:new"
        return "duplicate" if before == record.content else "accepted:changed"
