"""The drawn file: opening it, putting claims in, taking claims out."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable, Sequence
from itertools import chain, islice
from operator import itemgetter
from pathlib import Path
from typing import Any, Final

import numpy as np

from graph.errors import StoreUnavailableError
from graph.model.scope import Scope
from graph.store.contract import Changes, DrawnArea, Place
from graph.store.drawing import Drawing, Fact, Support
from graph.store.spoken_of import first_known

DRAWN_SCHEMA: Final = "1"

_SUPPORT: Final = ", ".join(f"{name} INTEGER" for name in Support._fields)
_TEXTS: Final = {"sort", "category"}
_FACT: Final = ", ".join(f"{name} {'TEXT' if name in _TEXTS else 'INTEGER'}" for name in Fact._fields)
_SCHEMA: Final = f"""
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE entity (id INTEGER PRIMARY KEY, kind INTEGER NOT NULL);
CREATE TABLE support ({_SUPPORT}, PRIMARY KEY (predicate, link, claim)) WITHOUT ROWID;
CREATE TABLE fact ({_FACT}, PRIMARY KEY (predicate, entity, claim)) WITHOUT ROWID;
CREATE TABLE point (id INTEGER PRIMARY KEY, lon REAL, lat REAL, easting REAL, northing REAL);
CREATE TABLE point_area (point INTEGER, area INTEGER, PRIMARY KEY (point, area)) WITHOUT ROWID;
CREATE TABLE area (id INTEGER PRIMARY KEY, kind TEXT, vintage TEXT, code TEXT, name TEXT);
CREATE TABLE stated_area (id INTEGER PRIMARY KEY, code TEXT NOT NULL);
CREATE TABLE touched (label INTEGER PRIMARY KEY, count INTEGER NOT NULL);
CREATE TABLE origin (id INTEGER PRIMARY KEY, agency TEXT NOT NULL UNIQUE);
CREATE TABLE judgement
  (id INTEGER, a INTEGER, b INTEGER, same INTEGER, basis TEXT, label_a INTEGER, label_b INTEGER);
"""
_ORDERED: Final = {"support": "predicate, link, claim", "fact": "predicate, entity, claim"}
_INDEXES: Final = (
    "CREATE INDEX IF NOT EXISTS support_a ON support (a)",
    "CREATE INDEX IF NOT EXISTS support_b ON support (b)",
    "CREATE INDEX IF NOT EXISTS fact_entity ON fact (entity)",
)


class EmbeddedFile:
    """The drawn file of the embedded store.

    Parameters
    ----------
    path : Path or None
        The drawn file; None draws in memory.
    writer : bool, optional
        Whether this process will apply changes. A reader sees the graph as it was when it opened.

    Raises
    ------
    StoreUnavailableError
        The file is missing, or is no drawn graph.
    """

    def __init__(self, path: Path | None, *, writer: bool = False) -> None:
        fresh = path is None or not path.exists()
        if fresh and not writer:
            raise StoreUnavailableError("the graph has not been drawn yet: kithmap redraw")
        name = ":memory:" if path is None else path
        # Whoever keeps it open lends it to one thread after another.
        self._db = sqlite3.connect(name, timeout=10, isolation_level=None, check_same_thread=False)
        try:
            self._set(fresh=fresh, writer=writer)
        except sqlite3.DatabaseError as error:
            self._db.close()
            name = "the drawn graph" if path is None else path.name
            raise StoreUnavailableError(f"{name} cannot be read: kithmap redraw") from error

    def _set(self, *, fresh: bool, writer: bool) -> None:
        self._db.execute("PRAGMA cache_size=-100000")
        self._db.execute("PRAGMA secure_delete=ON")
        if fresh:
            self._db.execute("PRAGMA journal_mode=WAL")
            # All at once: each statement by itself would be synced.
            self._db.executescript(f"BEGIN; {_SCHEMA}")
            self._db.execute("INSERT INTO meta VALUES ('schema', ?), ('version', '0')", (DRAWN_SCHEMA,))
            self._db.execute("COMMIT")
        elif not writer:
            self._db.execute("PRAGMA query_only=ON")
            # One moment for as long as it is open: an answer takes many statements, and another
            # process may draw more meanwhile.
            self._db.execute("BEGIN")
        self._seen = self.version()

    def renew(self) -> None:
        """See the graph as it is now, and for as long as the next answer takes."""
        self.rest()
        self._db.execute("BEGIN")
        self._seen = self.version()

    def rest(self) -> None:
        """Hold on to no moment, while nobody asks anything."""
        if self._db.in_transaction:
            self._db.execute("COMMIT")

    def close(self) -> None:
        """Give back the file."""
        self._db.close()

    def schema(self) -> str:
        """Return the schema the file was drawn with.

        Returns
        -------
        str
            A file of another schema is drawn again.
        """
        return str(self._db.execute("SELECT value FROM meta WHERE name = 'schema'").fetchone()[0])

    def version(self) -> int:
        """Return the ledger's version that is drawn.

        Returns
        -------
        int
            0 before anything was drawn.
        """
        row = self._db.execute("SELECT value FROM meta WHERE name = 'version'").fetchone()
        return int(row[0])

    def touched(self) -> dict[int, int]:
        """Return how often the claims of each label had changed when they were drawn.

        Returns
        -------
        dict of int to int
            What data versions are made of, so that they fit what is drawn.
        """
        return dict(self._db.execute("SELECT label, count FROM touched"))

    def areas(self) -> list[DrawnArea]:
        """Return the areas loaded.

        Returns
        -------
        list of DrawnArea
            Sorted by kind, vintage and code.
        """
        rows = self._db.execute("SELECT id, kind, vintage, code, name FROM area ORDER BY kind, vintage, code")
        return [DrawnArea(*row) for row in rows]

    def area_codes(self) -> dict[int, str]:
        """Return the codes of areas by their ids, for areas that a visible link names.

        Returns
        -------
        dict of int to str
            Those loaded, and those that claims name.
        """
        rows = self._db.execute("SELECT id, code FROM stated_area UNION SELECT id, code FROM area ORDER BY 1")
        return {row[0]: row[1] for row in rows}

    def _ages(self, scope: Scope, entities: Collection[int]) -> dict[int, int]:
        return first_known(self._db, scope, entities)

    def numbered(self) -> tuple[dict[tuple[float, float], int], dict[str, int]]:
        """Return the points and agencies drawn already, for drawing more.

        Returns
        -------
        tuple of dict
            Longitude and latitude to number of the point; agency to number.
        """
        points = {(row[1], row[2]): row[0] for row in self._db.execute("SELECT id, lon, lat FROM point")}
        origins = {row[1]: row[0] for row in self._db.execute("SELECT id, agency FROM origin")}
        return points, origins

    def apply(self, changes: Changes, place: Place) -> None:
        """Put claims in and take claims out, all at once.

        Parameters
        ----------
        changes : Changes
            What to do; doing it twice is the same as once.
        place : Place
            Places new points.
        """
        self._db.execute("BEGIN IMMEDIATE")
        try:
            self._remove(changes.removed)
            self._add(changes.added, place)
            self._replace(changes)
            for index in _INDEXES:
                self._db.execute(index)
            self._db.execute("UPDATE meta SET value = ? WHERE name = 'version'", (str(changes.version),))
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")
        self._seen = changes.version

    def _remove(self, gone: Drawing) -> None:
        supports = ((row.predicate, row.link, row.claim) for row in gone.supports)
        self._db.executemany("DELETE FROM support WHERE predicate = ? AND link = ? AND claim = ?", supports)
        facts = ((row.predicate, row.entity, row.claim) for row in gone.facts)
        self._db.executemany("DELETE FROM fact WHERE predicate = ? AND entity = ? AND claim = ?", facts)

    def _add(self, parts: Drawing | Iterable[Drawing], place: Place) -> None:
        rest = iter([parts] if isinstance(parts, Drawing) else parts)
        begun = list(islice(rest, 2))
        # Rows go in in the order of the key: the file grows at its end instead of everywhere at once.
        points = self._add_one(*begun) if len(begun) == 1 else self._add_many(chain(begun, rest))
        known = {row[0] for row in self._db.execute("SELECT id FROM point")}
        fresh = [(number, *where) for where, number in points.items() if number not in known]
        if fresh:
            self._place(fresh, place)

    def _add_one(self, part: Drawing) -> dict[tuple[float, float], int]:
        self._add_named(part)
        self._insert("support", _in_key_order(part.supports))
        self._insert("fact", _in_key_order(part.facts))
        return part.points

    def _add_many(self, parts: Iterable[Drawing]) -> dict[tuple[float, float], int]:
        for table in _ORDERED:
            self._db.execute(f"CREATE TEMP TABLE heap_{table} AS SELECT * FROM {table} WHERE 0")  # noqa: S608 - two fixed names
        points: dict[tuple[float, float], int] = {}
        for part in parts:
            self._add_named(part)
            self._insert("heap_support", part.supports)
            self._insert("heap_fact", part.facts)
            points = part.points
        for table, key in _ORDERED.items():
            self._db.execute(f"INSERT OR IGNORE INTO {table} SELECT * FROM heap_{table} ORDER BY {key}")  # noqa: S608 - two fixed names
            self._db.execute(f"DROP TABLE heap_{table}")
        return points

    def _add_named(self, part: Drawing) -> None:
        self._insert("entity", sorted(part.entities.items()))
        self._insert("stated_area", sorted(part.codes.items()))
        self._insert("origin", [(number, agency) for agency, number in part.origins.items()])

    def _place(self, points: Sequence[tuple[int, float, float]], place: Place) -> None:
        placed = place(np.array([row[1] for row in points]), np.array([row[2] for row in points]))
        rows = [(*row, at.easting_m, at.northing_m) for row, at in zip(points, placed, strict=True)]
        self._insert("point", rows)
        self._insert(
            "point_area",
            [(row[0], area) for row, at in zip(points, placed, strict=True) for area in at.areas],
        )

    def _insert(self, table: str, rows: Sequence[tuple[Any, ...]]) -> None:
        if rows:
            row_marks = ",".join("?" * len(rows[0]))
            self._db.executemany(f"INSERT OR IGNORE INTO {table} VALUES ({row_marks})", rows)  # noqa: S608 - our own tables

    def _replace(self, changes: Changes) -> None:
        whole: dict[str, list[tuple[Any, ...]]] = {
            "judgement": [tuple(row) for row in changes.judgements],
            "area": [tuple(row) for row in changes.areas],
            "touched": list(changes.touched.items()),
        }
        for table, rows in whole.items():
            self._db.execute(f"DELETE FROM {table}")  # noqa: S608 - our own tables
            self._insert(table, rows)


def _in_key_order(rows: Sequence[Support] | Sequence[Fact]) -> list[tuple[Any, ...]]:
    # Three columns are the key of either table; numpy sorts them several times faster than a list sorts rows.
    key = [np.fromiter(map(itemgetter(at), rows), np.int64, len(rows)) for at in (2, 1, 0)]
    return [rows[at] for at in np.lexsort(key).tolist()]
