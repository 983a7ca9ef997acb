"""Tests of counts between pairs of areas."""

from __future__ import annotations

from collections import defaultdict

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.errors import GraphTooLargeError, MeasureError
from graph.measures import area_matrix as module
from graph.measures.area_matrix import UNKNOWN_AREA, Flow, area_matrix, flows, incident_matrix

rows = st.lists(st.tuples(st.integers(0, 5), st.integers(-1, 3), st.integers(-1, 3)), max_size=30)


@given(rows)
def test_a_cell_counts_distinct_things(drawn: list[tuple[int, int, int]]) -> None:
    cells: dict[tuple[int, int], set[int]] = defaultdict(set)
    for thing, row, column in drawn:
        cells[row, column].add(thing)
    matrix = area_matrix(*np.array(drawn, np.int64).reshape(-1, 3).T)
    for r, row in enumerate(matrix.areas.tolist()):
        for c, column in enumerate(matrix.areas.tolist()):
            assert matrix.counts[r, c] == len(cells[row, column])


@given(rows)
def test_a_symmetric_matrix_does_not_see_the_order(drawn: list[tuple[int, int, int]]) -> None:
    thing, one, two = np.array(drawn, np.int64).reshape(-1, 3).T
    matrix, turned = (
        area_matrix(thing, one, two, symmetric=True),
        area_matrix(thing, two, one, symmetric=True),
    )
    assert np.array_equal(matrix.counts, matrix.counts.T)
    assert np.array_equal(matrix.counts, turned.counts)
    cells = {(t, frozenset((a, b))) for t, a, b in drawn}
    assert np.triu(matrix.counts).sum() == len(cells)


def test_incidents_are_counted_by_who_reported_and_where() -> None:
    matrix = incident_matrix(np.array([1, 1, 2, 2, UNKNOWN_AREA]), np.array([1, 2, 1, 1, 2]))
    assert matrix.areas.tolist() == [UNKNOWN_AREA, 1, 2]
    assert matrix.counts.tolist() == [[0, 0, 1], [0, 1, 1], [0, 2, 0]]


def test_flows_are_the_cells_off_the_diagonal_largest_first() -> None:
    matrix = incident_matrix(np.array([1, 1, 2, 2, UNKNOWN_AREA]), np.array([1, 2, 1, 1, 2]))
    assert flows(matrix) == (Flow(2, 1, 2), Flow(UNKNOWN_AREA, 2, 1), Flow(1, 2, 1))


def test_flows_of_a_symmetric_matrix_name_a_pair_once() -> None:
    matrix = area_matrix(np.arange(3), np.array([5, 9, 9]), np.array([9, 5, 9]), symmetric=True)
    assert flows(matrix) == (Flow(5, 9, 2),)


def test_no_rows_give_no_areas() -> None:
    empty = np.empty(0, np.int64)
    matrix = incident_matrix(empty, empty)
    assert (matrix.counts.shape, flows(matrix)) == ((0, 0), ())


def test_wrong_lengths_and_too_many_areas_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(MeasureError, match="length"):
        incident_matrix(np.array([1]), np.array([1, 2]))
    monkeypatch.setattr(module, "MAX_AREAS", 2)
    with pytest.raises(GraphTooLargeError, match="3 areas"):
        incident_matrix(np.array([1, 2]), np.array([1, 3]))
