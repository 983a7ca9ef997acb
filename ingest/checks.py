"""Checks of headers and rows: all faults of a row at once, each distinct cell judged once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import Final, Generic, Protocol, TypeVar

from ingest.faults import Fault
from ingest.mapping_checks import is_forbidden
from ingest.mapping_files import Column, Mapping, RowRule
from ingest.normalise import CellError, Value
from ingest.row_rules import grading_judge, grading_sources, holds, row_judge
from ingest.sheet_choice import said_by_name, sheets_for
from ingest.sheets import Cells, Derived, Row, Sheet
from ingest.sources import is_plain

Broken = Iterator[tuple[int, str]]

_REMEMBERED: Final = 1 << 18

K = TypeVar("K")


def header_faults(mapping: Mapping, header: Sequence[str], file: str) -> list[Fault]:
    """Find what a header lacks, and what it may not have.

    Parameters
    ----------
    mapping : Mapping
        What the columns should be.
    header : sequence of str
        Columns of the file.
    file : str
        The file, for messages.

    Returns
    -------
    list of Fault
        Empty when the file can be read.
    """
    forbidden = [Fault(file, 1, name, "diagnoses are not imported") for name in header if is_forbidden(name)]
    sheets = sheets_for(mapping, file, header)
    if len(sheets) != 1:
        what = f"its name and header are of more than one sheet ({', '.join(sheets)})"
        none = f"its name and header are of none of the sheets {', '.join(mapping.sheets)}"
        return [*forbidden, Fault(file, 0, "", f"{what if sheets else none} of mapping {mapping.name}")]
    (sheet,) = sheets.values()
    return forbidden + _column_faults(sheet, header, file)


def _column_faults(mapping: Mapping, header: Sequence[str], file: str) -> list[Fault]:
    if not any(name in header for name in mapping.columns):
        rule = f"no header: none of the columns of mapping {mapping.name} is in the first row"
        return [Fault(file, 1, "", rule)]
    near = {name.casefold(): name for name in header}
    said = said_by_name(mapping, file)
    unsaid = [Fault(file, 0, name, "the name of the file does not say it") for name in said if not said[name]]
    required = [name for name, column in mapping.columns.items() if column.required and name not in said]
    return unsaid + [
        Fault(file, 1, name, f"missing column{_hint(near.get(name.casefold()))}")
        for name in required
        if name not in header
    ]


def unknown_columns(mapping: Mapping, header: Sequence[str]) -> list[str]:
    """Find columns that the mapping does not read.

    Parameters
    ----------
    mapping : Mapping
        What the columns should be.
    header : sequence of str
        Columns of the file.

    Returns
    -------
    list of str
        In the order of the file; they stay in the payload.
    """
    return [name for name in header if name not in mapping.columns]


def _hint(found: str | None) -> str:
    return f": the file writes it {found}" if found else ""


class Checks:
    """What every row of a file must keep to.

    Parameters
    ----------
    mapping : Mapping
        Where the rules are.
    cells : Cells
        How the cells are read.
    today : date
        The day of import.
    """

    def __init__(self, mapping: Mapping, cells: Cells, today: date) -> None:
        self._columns = [
            (name, _cell_rule(mapping.columns[name], cells.readers[name])) for name in cells.present
        ]
        self._rules: list[_Rule] = []
        for rule in mapping.checks:
            # "required" is said of each column by itself, so that the report can name it.
            parts = [rule.model_copy(update={"columns": (name,)}) for name in rule.columns]
            for part in parts if rule.check == "required" else [rule]:
                self._rules.append(_row_rule(part, cells, today))
        gradings = {
            str(grading_sources(standing)): standing for standing in map(mapping.standing, mapping.claims)
        }
        for standing in gradings.values():
            names = tuple(source.column for source in grading_sources(standing) if source and source.column)
            if names:
                self._rules.append(_JudgedRule(names, grading_judge(standing), cells))

    def faults(self, sheet: Sheet) -> dict[int, list[tuple[str, str]]]:
        """Find the rows that break a rule.

        Parameters
        ----------
        sheet : Sheet
            Rows as read.

        Returns
        -------
        dict of int to list of (str, str)
            Place of the row, and column and rule of each of its faults. A rule over several cells is
            not asked of a row in which one of them is broken by itself.
        """
        found: dict[int, list[tuple[str, str]]] = {}
        for name, cell_rule in self._columns:
            for place, words in cell_rule(sheet.columns[name]):
                found.setdefault(place, []).append((name, words))
        alone = {place: {name for name, _ in faults} for place, faults in found.items()}
        for rule in self._rules:
            skipped = {place for place, broken in alone.items() if not broken.isdisjoint(rule.names)}
            places = [place for place in range(sheet.count) if place not in skipped] if skipped else None
            for place, words in rule.broken(sheet if places is None else sheet.at(places)):
                at = place if places is None else places[place]
                found.setdefault(at, []).append((rule.names[0], words))
        return found


class _Judged(Generic[K]):
    """A judge who remembers what was found sound."""

    def __init__(self, judge: Callable[[K], str]) -> None:
        self._judge = judge
        self._sound: set[K] = set()

    def __call__(self, keys: Sequence[K]) -> Broken:
        fresh = set(keys).difference(self._sound)
        rules = {key: rule for key in fresh if (rule := self._judge(key))}
        if len(self._sound) > _REMEMBERED:
            self._sound.clear()
        self._sound.update(fresh.difference(rules))
        if rules:
            yield from ((place, rules[key]) for place, key in enumerate(keys) if key in rules)


def _cell_rule(column: Column, read: Callable[[str], Value]) -> Callable[[Sequence[str]], Broken]:
    required = column.required == "row"

    def judge(raw: str) -> str:
        try:
            value = read(raw)
        except CellError as error:
            return str(error)
        return "required, and blank" if required and value is None else ""

    judged = _Judged(judge)
    if not is_plain(column):
        return judged

    def plain(cells: Sequence[str]) -> Broken:
        # Nearly always no cell is blank or long, which is quicker to see for all of them at once.
        sound = max(map(len, cells), default=0) <= column.max_length
        if sound and not (required and _has_blank(cells)):
            return iter(())
        return judged(cells)

    return plain


def _has_blank(cells: Sequence[str]) -> bool:
    return "" in cells or any(map(str.isspace, cells))


class _Rule(Protocol):
    """A rule over several cells of a row; the first of its columns is the one reported."""

    names: tuple[str, ...]

    def broken(self, sheet: Sheet) -> Broken: ...


def _row_rule(rule: RowRule, cells: Cells, today: date) -> _Rule:
    if rule.check == "required":
        return _Required(rule, cells)
    if rule.check == "differ":
        return _Differ(rule, cells)
    names = tuple(dict.fromkeys((*rule.columns, *rule.when)))
    return _JudgedRule(names, row_judge(rule, today), cells)


class _JudgedRule:
    """Any rule, judged once for each set of cells."""

    def __init__(self, names: tuple[str, ...], judge: Callable[[Row], str], cells: Cells) -> None:
        self.names = names
        self._present = [name for name in names if name in cells.readers]
        self._blank: Row = dict.fromkeys(names)
        self._readers = [cells.readers[name] for name in self._present]
        self._judge = judge
        self._judged: _Judged[tuple[str, ...]] = _Judged(self._judge_raw)

    def _judge_raw(self, raws: tuple[str, ...]) -> str:
        row = self._blank.copy()
        for name, read, raw in zip(self._present, self._readers, raws, strict=True):
            row[name] = read(raw)
        return self._judge(row)

    def broken(self, sheet: Sheet) -> Broken:
        if not self._present:
            return self._judged([()] * sheet.count)
        return self._judged(list(zip(*(sheet.columns[name] for name in self._present), strict=True)))


class _Required:
    """A cell that must hold something in the rows that a condition asks for."""

    def __init__(self, rule: RowRule, cells: Cells) -> None:
        self.names = tuple(dict.fromkeys((*rule.columns, *rule.when)))
        self._rule = rule.rule
        self._wanted = Derived(rule.when, lambda row: holds(rule.when, row), cells.readers)

    def broken(self, sheet: Sheet) -> Broken:
        column = sheet.columns.get(self.names[0]) or [""] * sheet.count
        wanted = sheet.of(self._wanted)
        if any(wanted) and _has_blank(column):
            for place, (want, raw) in enumerate(zip(wanted, column, strict=True)):
                if want and (not raw or raw.isspace()):
                    yield place, self._rule


class _Differ:
    """Two cells that may not say the same, if they say anything."""

    def __init__(self, rule: RowRule, cells: Cells) -> None:
        self.names = tuple(dict.fromkeys((*rule.columns, *rule.when)))
        self._rule = rule.rule
        self._wanted = Derived(rule.when, lambda row: holds(rule.when, row), cells.readers)
        self._readers = [cells.readers[name] for name in rule.columns if name in cells.readers]

    def broken(self, sheet: Sheet) -> Broken:
        if len(self._readers) < 2:
            return
        read_first, read_second = self._readers
        columns = (sheet.columns[name] for name in self.names[:2])
        for place, (wanted, first, second) in enumerate(zip(sheet.of(self._wanted), *columns, strict=True)):
            if wanted and (first.strip() == second.strip() or not first.isascii()):
                same = read_first(first)
                if same is not None and same == read_second(second):
                    yield place, self._rule
