"""Rows as columns of text, and what is derived from them, remembered by the text it came from."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Final, Generic, TypeVar

from ingest.mapping_files import Column
from ingest.normalise import Value, cell_reader

#: Names of two columns that no file has: who submits the row, and the id of the record it makes.
AGENCY: Final = "*agency"
RECORD: Final = "*record"

_REMEMBERED: Final = 1 << 18
_SHAPED: Final = ("date", "instant", "integer", "latitude", "longitude", "month", "number")
"""Types whose text takes longest to read, and whose values nobody can change."""

K = TypeVar("K")
V = TypeVar("V")
Row = dict[str, Value]
Readers = Mapping[str, Callable[[str], Value]]


class Memo(dict[K, V]):
    """A function's answers, kept up to a bounded number.

    Parameters
    ----------
    make : callable
        Makes the answer to a key.
    limit : int, optional
        How many to keep; beyond it all are forgotten.
    """

    def __init__(self, make: Callable[[K], V], limit: int = _REMEMBERED) -> None:
        super().__init__()
        self._make, self._limit = make, limit

    def __missing__(self, key: K) -> V:
        """Make and keep an answer."""
        if len(self) >= self._limit:
            self.clear()
        value = self[key] = self._make(key)
        return value


class Cells:
    """How the cells of one file are read.

    Parameters
    ----------
    columns : mapping of str to Column
        Columns of the mapping.
    header : sequence of str
        Columns of the file.
    today : date
        The day of import.
    said : mapping of str to str, optional
        Columns that the name of the file says, the same in every row.

    Attributes
    ----------
    present : dict of str to int
        Place of each column of the mapping that the file has.
    readers : dict of str to callable
        What reads the cells of each of them.
    reference_readers : dict of str to callable
        The same for a reference, where coordinates stay as written.
    """

    def __init__(
        self,
        columns: Mapping[str, Column],
        header: Sequence[str],
        today: date,
        said: Mapping[str, str] | None = None,
    ) -> None:
        self._said = dict(said or {})
        self.present = {name: header.index(name) for name in columns if name in header}
        self.readers: dict[str, Callable[[str], Value]] = {AGENCY: str, RECORD: str}
        known = (*self.present, *self._said)
        self.readers.update({name: _reader(columns[name], today) for name in known})
        written = [name for name in self.present if columns[name].type in ("longitude", "latitude")]
        self.reference_readers = self.readers | dict.fromkeys(written, _as_written)

    def sheet(self, rows: Sequence[Sequence[str]]) -> Sheet:
        """Turn rows into columns.

        Parameters
        ----------
        rows : sequence of sequence of str
            As many fields in each as the header has.

        Returns
        -------
        Sheet
            The columns that the mapping knows.
        """
        columns = (
            list(zip(*rows, strict=True)) if rows else [() for _ in range(1 + max(self.present.values()))]
        )
        held: dict[str, Sequence[str]] = {name: columns[place] for name, place in self.present.items()}
        return Sheet(held | {name: [value] * len(rows) for name, value in self._said.items()}, len(rows))


def _reader(column: Column, today: date) -> Callable[[str], Value]:
    # A cell is read by its check, by the checks of its row and by each rule that uses it.
    read = cell_reader(column, today)
    return Memo(read).__getitem__ if column.type in _SHAPED else read


def _as_written(raw: str) -> Value:
    return raw.strip() or None


class Sheet:
    """Some rows, as columns of text.

    Parameters
    ----------
    columns : dict of str to sequence of str
        Text as written, of each column the mapping knows and the file has.
    count : int
        How many rows.

    Attributes
    ----------
    columns, count
        As given.
    """

    def __init__(self, columns: dict[str, Sequence[str]], count: int) -> None:
        self.columns, self.count = columns, count
        self._made: dict[int, Sequence[Any]] = {}

    def of(self, derived: Derived[V]) -> Sequence[V]:
        """Return a derived value for each row, made once.

        Parameters
        ----------
        derived : Derived
            What to derive.

        Returns
        -------
        sequence
            As many values as rows.
        """
        made = self._made.get(id(derived))
        if made is None:
            made = self._made[id(derived)] = derived.over(self)
        return made

    def at(self, places: Sequence[int], replaced: Mapping[str, Sequence[str]] | None = None) -> Sheet:
        """Return some of the rows, in the order given, some of them perhaps twice.

        Parameters
        ----------
        places : sequence of int
            Places of the rows.
        replaced : mapping of str to sequence of str, optional
            Columns to put in place of these.

        Returns
        -------
        Sheet
            Nothing derived is kept.
        """
        columns: dict[str, Sequence[str]] = {
            name: [column[place] for place in places] for name, column in self.columns.items()
        }
        return Sheet(columns | dict(replaced or {}), len(places))


class Derived(Generic[V]):
    """What follows from a few cells of a row.

    Parameters
    ----------
    names : iterable of str
        Columns it depends on; those the file does not have are blank.
    make : callable
        Makes it from the values of these columns.
    readers : mapping of str to callable
        How the cells are read.
    """

    def __init__(self, names: Iterable[str], make: Callable[[Row], V], readers: Readers) -> None:
        wanted = sorted(set(names))
        self._names = [name for name in wanted if name in readers]
        self._readers = [readers[name] for name in self._names]
        self._blank: Row = dict.fromkeys(wanted)
        self._from_row = make
        self._memo: Memo[Any, V] = Memo(self._one if len(self._names) == 1 else self._many)

    def over(self, sheet: Sheet) -> Sequence[V]:
        """Return the value for each row of a sheet.

        Parameters
        ----------
        sheet : Sheet
            Rows whose cells were checked.

        Returns
        -------
        sequence
            As many values as rows.
        """
        columns = [sheet.columns[name] for name in self._names]
        if not columns:
            return [self._from_row(dict(self._blank))] * sheet.count
        keys: Iterable[Any] = columns[0] if len(columns) == 1 else zip(*columns, strict=True)
        return list(map(self._memo.__getitem__, keys))

    def _one(self, raw: str) -> V:
        return self._from_row(self._blank | {self._names[0]: self._readers[0](raw)})

    def _many(self, raws: tuple[str, ...]) -> V:
        values = (read(raw) for read, raw in zip(self._readers, raws, strict=True))
        return self._from_row(self._blank | dict(zip(self._names, values, strict=True)))
