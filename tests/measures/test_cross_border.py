"""Tests of what two areas share."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.errors import MeasureError
from graph.measures.area_matrix import UNKNOWN_AREA, Flow, flows
from graph.measures.cross_border import (
    BASES,
    AreaTies,
    area_links,
    border_links,
    border_ties,
    people_across,
    people_matrix,
    placed,
    shared_things,
    tie_matrix,
)
from graph.measures.projection import tie_links
from tests.measures.invented import TODAY, Said, tie_graph, ties_of

NORTH, SOUTH, EAST = 10, 20, 30


def area_ties(*rows: tuple[int, str, int]) -> AreaTies:
    """Return rows of (subject, basis, area); their links are 1001, 1002 ...

    Parameters
    ----------
    *rows : tuple of int, str, int
        The rows.

    Returns
    -------
    AreaTies
        The same as arrays.
    """
    return AreaTies(
        subject=np.array([row[0] for row in rows], np.int64),
        area=np.array([row[2] for row in rows], np.int64),
        basis=np.array([BASES.index(row[1]) for row in rows], np.int16),
        day=np.full(len(rows), TODAY, np.int32),
        link_id=np.arange(1001, 1001 + len(rows)),
    )


# 1 lives in the north and is seen in the south; 2 was placed south by the north; 4's home is not known.
AREAS = area_ties(
    (1, "home", NORTH),
    (1, "seen", SOUTH),
    (2, "home", SOUTH),
    (2, "responsible", NORTH),
    (3, "home", NORTH),
    (3, "seen", NORTH),
    (4, "home", UNKNOWN_AREA),
    (4, "seen", EAST),
)
TIES = ties_of([Said(1, 2), Said(1, 3), Said(3, 4), Said(2, 5)])


def test_a_tie_between_homes_in_two_areas_crosses_the_border() -> None:
    border = border_ties(TIES, AREAS)
    rows = zip(border.person_a, border.person_b, border.area_a, border.area_b, border.crosses, strict=True)
    assert [tuple(int(x) for x in row) for row in rows] == [
        (1, 2, NORTH, SOUTH, 1),
        (2, 5, SOUTH, UNKNOWN_AREA, 0),
        (3, 4, NORTH, UNKNOWN_AREA, 0),
    ]


def test_two_people_who_share_one_of_their_homes_are_not_across() -> None:
    areas = area_ties((1, "home", NORTH), (1, "home", SOUTH), (2, "home", SOUTH), (2, "home", EAST))
    assert len(border_ties(tie_graph(3, [(1, 2)]), areas).tie) == 0
    away = area_ties((1, "home", NORTH), (1, "home", SOUTH), (2, "home", EAST))
    assert border_ties(tie_graph(3, [(1, 2)]), away).area_a.tolist() == [NORTH, SOUTH]


def test_the_basis_decides_which_areas_count() -> None:
    border = border_ties(TIES, AREAS, basis="responsible")
    assert not border.crosses.any()
    assert len(border.tie) == 4


def test_the_links_behind_a_border_tie_are_the_tie_and_both_homes() -> None:
    border = border_ties(TIES, AREAS)
    assert border_links(border, 0, ties=TIES, areas=AREAS).tolist() == [1, 1001, 1003]
    assert tie_links(TIES, 1, 2).tolist() == [1]


def test_people_across_keep_their_bases_apart() -> None:
    across = people_across(TIES.people, AREAS)
    rows = zip(
        across.subject.tolist(), across.basis.tolist(), across.area.tolist(), across.link_id, strict=True
    )
    assert list(rows) == [(1, 0, NORTH, 1001), (1, 1, SOUTH, 1002), (2, 0, SOUTH, 1003), (2, 2, NORTH, 1004)]


def test_one_known_area_and_an_unknown_one_is_not_across() -> None:
    assert 4 not in people_across(TIES.people, AREAS).subject
    assert len(people_across(np.array([3, 4]), AREAS)) == 0


def test_homes_and_sightings_are_counted_with_unknown_shown() -> None:
    matrix = people_matrix(TIES.people, AREAS)
    assert matrix.areas.tolist() == [UNKNOWN_AREA, NORTH, SOUTH, EAST]
    assert matrix.counts.tolist() == [[1, 0, 0, 1], [0, 1, 1, 0], [1, 0, 0, 0], [0, 0, 0, 0]]
    assert matrix.counts.sum() == len(TIES.people)
    assert Flow(NORTH, SOUTH, 1) in flows(matrix)


def test_ties_are_counted_by_the_homes_of_both_ends() -> None:
    matrix = tie_matrix(TIES, AREAS)
    assert matrix.areas.tolist() == [UNKNOWN_AREA, NORTH, SOUTH]
    assert matrix.counts.tolist() == [[0, 1, 1], [1, 1, 1], [1, 1, 0]]
    assert matrix.symmetric


def test_what_two_areas_share_is_listed_with_its_links() -> None:
    events = area_ties((77, "reported", NORTH), (77, "occurred", SOUTH), (78, "reported", NORTH))
    shared = shared_things(SOUTH, NORTH, ties=TIES, areas=AREAS, events=events)
    assert shared.people.tolist() == [1, 2]
    assert TIES.people[TIES.i[shared.ties]].tolist() == [1]
    assert shared.events.tolist() == [77]
    assert shared.link_id.tolist() == [1, 1001, 1002, 1003, 1004]


def test_areas_without_anything_in_common_share_nothing() -> None:
    shared = shared_things(SOUTH, EAST, ties=TIES, areas=AREAS)
    assert (len(shared.people), len(shared.ties), len(shared.events), len(shared.link_id)) == (0, 0, 0, 0)


def test_wrong_parameters_are_refused() -> None:
    with pytest.raises(MeasureError, match="no basis"):
        placed(TIES.people, AREAS, "born")
    with pytest.raises(MeasureError, match="two different"):
        shared_things(NORTH, NORTH, ties=TIES, areas=AREAS)


def test_the_links_of_an_area_are_told_by_basis_and_area() -> None:
    assert area_links(AREAS, 1).tolist() == [1001, 1002]
    assert area_links(AREAS, 1, basis="seen").tolist() == [1002]
    assert area_links(AREAS, 1, area=NORTH).tolist() == [1001]
    assert area_links(AREAS, 99).tolist() == []


area_rows = st.lists(
    st.tuples(
        st.integers(0, 7), st.sampled_from(BASES[:3]), st.sampled_from([UNKNOWN_AREA, NORTH, SOUTH, EAST])
    ),
    max_size=25,
)
tie_pairs = st.lists(
    st.tuples(st.integers(0, 7), st.integers(0, 7)).filter(lambda p: p[0] < p[1]), unique=True
)


@given(area_rows, tie_pairs)
def test_border_ties_and_matrices_equal_plain_loops(
    rows: list[tuple[int, str, int]], pairs: list[tuple[int, int]]
) -> None:
    areas, ties = area_ties(*rows), tie_graph(8, pairs)
    homes = {p: {a for q, b, a in rows if (q, b) == (p, "home")} or {UNKNOWN_AREA} for p in range(8)}
    seen = {p: {a for q, b, a in rows if (q, b) == (p, "seen")} or {UNKNOWN_AREA} for p in range(8)}
    border = border_ties(ties, areas)
    got = zip(
        border.person_a.tolist(),
        border.person_b.tolist(),
        border.area_a.tolist(),
        border.area_b.tolist(),
        strict=True,
    )
    assert set(got) == {
        (p, q, a, b)
        for p, q in pairs
        if not (homes[p] & homes[q]) - {UNKNOWN_AREA}
        for a in homes[p]
        for b in homes[q]
    }
    matrix, of_ties = people_matrix(np.arange(8), areas), tie_matrix(ties, areas)
    for r, row in enumerate(matrix.areas.tolist()):
        for c, column in enumerate(matrix.areas.tolist()):
            assert matrix.counts[r, c] == sum(row in homes[p] and column in seen[p] for p in range(8))
    for r, row in enumerate(of_ties.areas.tolist()):
        for c, column in enumerate(of_ties.areas.tolist()):
            either = [
                (row in homes[p] and column in homes[q]) or (row in homes[q] and column in homes[p])
                for p, q in pairs
            ]
            assert of_ties.counts[r, c] == sum(either)
