"""Reading straight from SQLite's driver, for a process that answers many questions over one connection."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy.dialects import sqlite

from graph.errors import StoreUnavailableError


class QuickRows:
    """Rows of one statement, as SQLAlchemy gives them to this project.

    Parameters
    ----------
    cursor : sqlite3.Cursor
        That has run it.

    Attributes
    ----------
    cursor : sqlite3.Cursor
        The same.
    """

    __slots__ = ("cursor",)

    def __init__(self, cursor: sqlite3.Cursor) -> None:
        self.cursor = cursor

    def __iter__(self) -> Iterator[tuple[Any, ...]]:
        return iter(self.cursor)

    def fetchall(self) -> list[tuple[Any, ...]]:
        """Return every row.

        Returns
        -------
        list of tuple
            In order.
        """
        return self.cursor.fetchall()

    def fetchone(self) -> tuple[Any, ...] | None:
        """Return the next row.

        Returns
        -------
        tuple or None
            None after the last.
        """
        row: tuple[Any, ...] | None = self.cursor.fetchone()
        return row

    def first(self) -> tuple[Any, ...] | None:
        """Return the first row and forget the others.

        Returns
        -------
        tuple or None
            None where there is none.
        """
        row = self.fetchone()
        self.close()
        return row

    def scalar(self) -> Any:
        """Return the first value of the first row.

        Returns
        -------
        object
            None where there is none.
        """
        row = self.first()
        return None if row is None else row[0]

    def scalar_one(self) -> Any:
        """Return the one value of the one row.

        Returns
        -------
        object
            As the file holds it.

        Raises
        ------
        StoreUnavailableError
            There is no row, or there are several.
        """
        rows = self.cursor.fetchmany(2)
        if len(rows) != 1:
            raise StoreUnavailableError("a file of the workspace lacks a row that it must have")
        return rows[0][0]

    def close(self) -> None:
        """Forget what is left."""
        self.cursor.close()


class QuickReader:
    """What reading the ledger uses of a connection, without what SQLAlchemy does for each statement.

    Parameters
    ----------
    driver : sqlite3.Connection
        Open, for one thread at a time.

    Attributes
    ----------
    dialect : Dialect
        SQLite's.
    info : dict
        What is kept with the connection.

    Notes
    -----
    That bookkeeping took a quarter of the time of an answer.
    """

    def __init__(self, driver: sqlite3.Connection) -> None:
        self._driver = driver
        self.dialect = sqlite.dialect()
        self.info: dict[str, Any] = {}

    def exec_driver_sql(
        self, statement: str, parameters: Sequence[Any] | Mapping[str, Any] = ()
    ) -> QuickRows:
        """Run a statement that reads.

        Parameters
        ----------
        statement : str
            In the driver's own words.
        parameters : sequence or mapping, optional
            Its values.

        Returns
        -------
        QuickRows
            What it found.
        """
        return QuickRows(self._driver.execute(statement, parameters))
