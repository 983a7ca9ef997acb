"""Counts of things between pairs of areas."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from graph.errors import GraphTooLargeError, MeasureError
from graph.model.links import Int64

UNKNOWN_AREA: Final = -1
"""Code of an area that is not known; a row and a column of its own, never dropped."""

MAX_AREAS: Final = 3_000
"""Areas above which a table of all pairs is refused: about 70 MB."""


@dataclass(frozen=True, slots=True)
class AreaMatrix:
    """Counts of distinct things by two areas; a areas.

    Attributes
    ----------
    areas : ndarray of int64, shape (a,)
        Codes, ascending; ``UNKNOWN_AREA`` first where something is unknown.
    counts : ndarray of int64, shape (a, a)
        Distinct things with the row's area in the first capacity and the column's in the second.
    symmetric : bool
        The two capacities are the same; a thing off the diagonal then stands in two cells.

    Notes
    -----
    Counts of what was recorded: an area that records more shows more. A thing with several areas
    stands in several cells, so cells do not add up to a number of things.
    """

    areas: Int64
    counts: Int64
    symmetric: bool


@dataclass(frozen=True, slots=True)
class Flow:
    """One cell off the diagonal.

    Attributes
    ----------
    from_area, to_area : int
        Codes of the row and the column.
    count : int
        Distinct things.
    """

    from_area: int
    to_area: int
    count: int


def area_matrix(thing: Int64, row_area: Int64, column_area: Int64, *, symmetric: bool = False) -> AreaMatrix:
    """Count distinct things for each pair of areas.

    Parameters
    ----------
    thing : ndarray of int64, shape (n,)
        Id of a thing; it may come in several rows.
    row_area, column_area : ndarray of int64, shape (n,)
        Its area in each capacity; ``UNKNOWN_AREA`` where not known.
    symmetric : bool, default False
        The order of the two areas says nothing.

    Returns
    -------
    AreaMatrix
        Counts; a thing counts once in a cell however many rows say so.

    Raises
    ------
    MeasureError
        The arrays differ in length.
    GraphTooLargeError
        More than ``MAX_AREAS`` areas.
    """
    if not len(thing) == len(row_area) == len(column_area):
        raise MeasureError("thing, row_area and column_area differ in length")
    areas, at = np.unique(np.concatenate((row_area, column_area)), return_inverse=True)
    if len(areas) > MAX_AREAS:
        raise GraphTooLargeError(f"{len(areas)} areas, more than {MAX_AREAS}: use larger areas")
    row, column = at[: len(thing)], at[len(thing) :]
    if symmetric:
        row, column = np.minimum(row, column), np.maximum(row, column)
    cells = np.unique(np.column_stack((thing, row, column)), axis=0)
    counts = np.zeros((len(areas), len(areas)), np.int64)
    np.add.at(counts, (cells[:, 1], cells[:, 2]), 1)
    return AreaMatrix(areas, counts + np.triu(counts, 1).T if symmetric else counts, symmetric)


def incident_matrix(reporting_area: Int64, occurred_area: Int64) -> AreaMatrix:
    """Count incidents by the area that reported them and the area where they happened.

    Parameters
    ----------
    reporting_area, occurred_area : ndarray of int64, shape (n,)
        One row for each incident; ``UNKNOWN_AREA`` where not known.

    Returns
    -------
    AreaMatrix
        Rows report, columns are where it happened.

    Raises
    ------
    MeasureError
        The arrays differ in length.
    """
    return area_matrix(np.arange(len(reporting_area)), reporting_area, occurred_area)


def flows(matrix: AreaMatrix) -> tuple[Flow, ...]:
    """Return the cells off the diagonal that are not 0, largest first.

    Parameters
    ----------
    matrix : AreaMatrix
        Result of ``area_matrix``.

    Returns
    -------
    tuple of Flow
        By count, then by codes; a symmetric matrix gives each pair once, lower code first. Cells of
        ``UNKNOWN_AREA`` are among them.
    """
    table = (
        np.triu(matrix.counts, 1)
        if matrix.symmetric
        else matrix.counts * ~np.eye(len(matrix.areas), dtype=bool)
    )
    rows, columns = np.nonzero(table)
    order = np.lexsort((columns, rows, -table[rows, columns]))
    cells = zip(rows[order].tolist(), columns[order].tolist(), strict=True)
    return tuple(Flow(int(matrix.areas[r]), int(matrix.areas[c]), int(table[r, c])) for r, c in cells)
