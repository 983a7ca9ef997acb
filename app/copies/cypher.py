"""Cypher that loads and deletes a copy: from CSV files beside it, or holding the rows as literals itself."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Final, NamedTuple

Value = str | int | float | bool | date
"""What a property of a copy may be."""

AT_ONCE: Final = 1_000
"""Rows of one transaction."""

ESCAPES: Final = (("%", "%25"), ("\\", "%5C"), ("|", "%7C"))
"""How a cell writes a backslash, which ``LOAD CSV`` takes as its server is set, and what parts cells."""

_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_PLAIN: Final = re.compile(r"[ -&(-\[\]-~]")
_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_CASTS: Final = {
    "integer": "toInteger({0})",
    "float": "toFloat({0})",
    "flag": "{0} = 'true'",
    "day": "date({0})",
}


class Table(NamedTuple):
    """Rows that go into the database under one set of labels, or as relationships of one type.

    Attributes
    ----------
    file : str
        Name of its CSV file.
    labels : tuple of str
        Of nodes, the general one first; of relationships their one type.
    key : str
        Property by which a node is known; empty for relationships, known by ``id`` and their ends.
    columns : dict of str to str
        Property to ``text``, ``word`` (a text of the program's own), ``integer``, ``float``, ``flag`` or
        ``day``.
    rows : tuple of dict
        Values by column; what is not known is not there.
    """

    file: str
    labels: tuple[str, ...]
    key: str
    columns: dict[str, str]
    rows: tuple[dict[str, Value], ...]


def literal(text: str) -> str:
    """Return a text as Cypher writes it, in ASCII and on one line.

    Parameters
    ----------
    text : str
        Any.

    Returns
    -------
    str
        Whatever a text holds, it stays between its quotes.

    Notes
    -----
    Cypher 5 replaces an escape of a code point before it looks for quotes, and takes the second of two
    backslashes for its start: a ``u`` behind a backslash is therefore written as such an escape itself.
    """
    return f"'{''.join(_letters(storable(text)))}'"


def cell(value: Value) -> str:
    """Return a value as a cell writes it, which ``loading`` and ``inline`` read.

    Parameters
    ----------
    value : str, int, float, bool or date
        Of a property.

    Returns
    -------
    str
        Without a backslash.
    """
    if isinstance(value, bool):
        return str(value).lower()
    text = storable(str(value))
    for letter, written in ESCAPES:
        text = text.replace(letter, written)
    return text


def storable(text: str) -> str:
    """Return a text as UTF-8 can say it.

    Parameters
    ----------
    text : str
        Any.

    Returns
    -------
    str
        With U+FFFD in the place of half a surrogate pair.
    """
    return _SURROGATE.sub("\ufffd", text)


def loading(tables: Sequence[Table], folder: str) -> str:
    """Return the script that loads a copy's CSV files.

    Parameters
    ----------
    tables : sequence of Table
        Nodes first.
    folder : str
        Their folder, in the import folder of the server.

    Returns
    -------
    str
        Statements, each ended by a semicolon at the end of a line; the files' texts are data to all of them.
    """
    return "\n".join([*_constraints(tables), *(_from_csv(table, folder) for table in tables)]) + "\n"


def inline(tables: Sequence[Table]) -> str:
    """Return the script that holds the rows itself, for a server whose import folder is out of reach.

    Parameters
    ----------
    tables : sequence of Table
        Nodes first.

    Returns
    -------
    str
        In ASCII; it makes the same as ``loading``.
    """
    parts = [_from_literals(table, rows) for table in tables for rows in _parts(table.rows)]
    return "\n".join([*_constraints(tables), *parts]) + "\n"


def deleting(tables: Sequence[Table], copy: str) -> str:
    """Return the script that deletes a copy from the database.

    Parameters
    ----------
    tables : sequence of Table
        What was loaded.
    copy : str
        Its id.

    Returns
    -------
    str
        Other copies in the same database stay.
    """
    labels = dict.fromkeys(table.labels[0] for table in tables if table.key)
    return "".join(
        f"MATCH (n:{_named(label)} {{copy: {literal(copy)}}})\n"
        f"CALL (n) {{ DETACH DELETE n }} IN TRANSACTIONS OF {AT_ONCE} ROWS;\n"
        for label in labels
    )


def _constraints(tables: Sequence[Table]) -> Iterator[str]:
    nodes = dict.fromkeys((_named(table.labels[0]), _named(table.key)) for table in tables if table.key)
    for label, key in nodes:
        unique = "n.copy" if key == "copy" else f"n.copy, n.{key}"
        yield f"CREATE CONSTRAINT kithmap_{label} IF NOT EXISTS FOR (n:{label}) REQUIRE ({unique}) IS UNIQUE;"
    for label, key in nodes:
        if key != "copy":
            yield f"CREATE INDEX kithmap_{label}_{key} IF NOT EXISTS FOR (n:{label}) ON (n.{key});"
    for kind in dict.fromkeys(_named(table.labels[0]) for table in tables if not table.key):
        unique = f"FOR ()-[r:{kind}]-() REQUIRE (r.copy, r.id) IS UNIQUE"
        yield f"CREATE CONSTRAINT kithmap_{kind} IF NOT EXISTS {unique};"


def _from_csv(table: Table, folder: str) -> str:
    said = _said({name: f"row.{name}" for name in table.columns}, table)
    return (
        f"LOAD CSV WITH HEADERS FROM 'file:///{folder}/{table.file}' AS row\n"
        f"CALL (row) {{\n  {said}\n  {_written(table)}\n}} IN TRANSACTIONS OF {AT_ONCE} ROWS;"
    )


def _from_literals(table: Table, rows: Sequence[Mapping[str, Value]]) -> str:
    # One text for each row: a server takes minutes to plan thousands of literals.
    lines = ("|".join(cell(row.get(name, "")) for name in table.columns) for row in rows)
    listed = ",\n".join(f"  {literal(line)}" for line in lines)
    said = _said({name: f"row[{n}]" for n, name in enumerate(table.columns)}, table)
    return f"UNWIND [\n{listed}\n] AS line\nWITH split(line, '|') AS row\n  {said}\n  {_written(table)};"


def _said(cells: Mapping[str, str], table: Table) -> str:
    values = (f"{_named(name)}: {_cast(cells[name], cast)}" for name, cast in table.columns.items())
    return f"WITH {{\n    {f',{chr(10)}    '.join(values)}\n  }} AS said"


def _cast(cell_of_row: str, cast: str) -> str:
    # An empty cell is nothing known, whether the server takes it for null or for a text without letters.
    read = f"nullIf({cell_of_row}, '')"
    if cast == "text":
        for letter, written in reversed(ESCAPES):
            read = f"replace({read}, {literal(written)}, {literal(letter)})"
    return _CASTS.get(cast, "{0}").format(read)


def _written(table: Table) -> str:
    if not table.key:
        ends = ((name, f"({name}:Entity {{copy: said.copy, id: said.{name}}})") for name in ("start", "end"))
        found = " ".join(f"MATCH {pattern}" for _, pattern in ends)
        relation = f"[r:{_named(table.labels[0])} {{copy: said.copy, id: said.id}}]"
        return f"{found}\n  MERGE (start)-{relation}->(end) SET r += said"
    general, *others = (_named(label) for label in table.labels)
    known = "copy: said.copy" if table.key == "copy" else f"copy: said.copy, {table.key}: said.{table.key}"
    also = f"n:{':'.join(others)}, " if others else ""
    return f"MERGE (n:{general} {{{known}}}) SET {also}n += said"


def _parts(rows: Sequence[Mapping[str, Value]]) -> Iterator[Sequence[Mapping[str, Value]]]:
    for start in range(0, len(rows), AT_ONCE):
        yield rows[start : start + AT_ONCE]


def _named(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise ValueError("a label, type or property of a copy is a word of the program's")
    return name


def _letters(text: str) -> Iterator[str]:
    before = ""
    for letter in text:
        if letter in "'\\":
            yield f"\\{letter}"
        elif _PLAIN.fullmatch(letter) and not (letter == "u" and before == "\\"):
            yield letter
        else:
            units = letter.encode("utf-16-be").hex()
            yield "".join(f"\\u{units[n : n + 4]}" for n in range(0, len(units), 4))
        before = letter
