"""What the parts of a mapping say of a row: texts of references, and values from constants or columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from ingest.mapping_files import Column, Source
from ingest.normalise import Value, text_of
from ingest.sheets import AGENCY, RECORD, Derived, Readers, Row, Sheet

_ESCAPED: Final = frozenset(",\\")


class Texts(Derived[str]):
    """The text of one column, without spaces round it; not remembered, for it may differ in every row.

    Parameters
    ----------
    name : str
        A column of type text.
    readers : mapping of str to callable
        How the cells are read.
    """

    def __init__(self, name: str, readers: Readers) -> None:
        super().__init__((name,), lambda row: text_of(row[name]), readers)

    def over(self, sheet: Sheet) -> Sequence[str]:
        """Return the text of each row of a sheet.

        Parameters
        ----------
        sheet : Sheet
            Rows whose cells were checked.

        Returns
        -------
        sequence
            As many texts as rows.
        """
        if not self._names:
            return [""] * sheet.count
        column = sheet.columns[self._names[0]]
        # Text outside ASCII may be written in two ways, which the reader makes one.
        return list(map(str.strip, column)) if "".join(column).isascii() else super().over(sheet)


def texts_of(names: Sequence[str], columns: Mapping[str, Column], readers: Readers) -> Derived[str]:
    """Return what gives the text of some columns together.

    Parameters
    ----------
    names : sequence of str
        Columns; several are joined by a comma, with a comma inside one of them escaped.
    columns : mapping of str to Column
        Columns of the mapping.
    readers : mapping of str to callable
        How the cells are read.

    Returns
    -------
    Derived
        Empty text where one of the columns is blank.
    """
    if len(names) == 1 and (names[0] == RECORD or is_plain(columns[names[0]])):
        return Texts(names[0], readers)
    if len(names) > 1 and all(name in readers and is_plain(columns[name]) for name in names):
        return _Joined(names, readers)
    return Derived(names, lambda row: _joined([text_of(row[name]) for name in names]), readers)


class _Joined(Derived[str]):
    """The text of several columns of plain text, joined; nearly always without anything to escape."""

    def __init__(self, names: Sequence[str], readers: Readers) -> None:
        super().__init__(names, lambda row: _joined([text_of(row[name]) for name in names]), readers)
        self._in_order = names

    def over(self, sheet: Sheet) -> Sequence[str]:
        columns = [list(map(str.strip, sheet.columns[name])) for name in self._in_order]
        letters = set("".join(map("".join, columns)))
        if letters.isdisjoint(_ESCAPED) and "".join(letters).isascii() and all(map(all, columns)):
            return list(map(",".join, zip(*columns, strict=True)))
        return super().over(sheet)


def _joined(parts: Sequence[str]) -> str:
    if len(parts) < 2 or not all(parts):
        return parts[0] if len(parts) == 1 else ""
    return ",".join(part.replace("\\", "\\\\").replace(",", "\\,") for part in parts)


def is_plain(column: Column) -> bool:
    """Whether the cells of a column mean what they say.

    Parameters
    ----------
    column : Column
        Of a mapping.

    Returns
    -------
    bool
        True for text that is one value.
    """
    return column.type == "text" and not column.many


def names_of(*sources: Source | None) -> set[str]:
    """Return the columns that sources depend on.

    Parameters
    ----------
    *sources : Source or None
        Of a mapping.

    Returns
    -------
    set of str
        With the agency's own, where a constant asks for it.
    """
    names = {source.column for source in sources if source and source.column}
    texts = [text for source in sources if source for text in (source.constant, source.if_blank)]
    return names | (
        {AGENCY} if any(isinstance(text, str) and "{agency}" in text for text in texts) else set()
    )


def value_of(source: Source | None, row: Row) -> Value:
    """Return what a source gives for a row.

    Parameters
    ----------
    source : Source or None
        Of a mapping.
    row : dict of str to value
        The values of at least the columns of `names_of`.

    Returns
    -------
    Value
        None where it gives nothing.
    """
    if source is None:
        return None
    value = row[source.column] if source.column else source.constant
    if value is None or source.constant is not None:
        filled = source.constant if source.constant is not None else source.if_blank
        return filled.replace("{agency}", str(row.get(AGENCY))) if isinstance(filled, str) else filled
    if isinstance(value, str) and (source.table or source.otherwise):
        return source.table.get(value, source.otherwise or value)
    return value
