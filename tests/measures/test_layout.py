"""Where people stand in a picture: apart, by their ties, with their cluster, the same each time."""

from __future__ import annotations

import time

import numpy as np
import numpy.typing as npt
import pytest
from scipy.spatial.distance import pdist, squareform

from graph.errors import MeasureError
from graph.measures.layout import positions
from graph.measures.ties import Float64, TieGraph
from graph.model.links import Int64
from tests.measures.invented import planted, tie_graph


def invented(people: int) -> tuple[TieGraph, Int64]:
    sets, strangers = {25: (2, 9), 300: (20, 140), 2000: (100, 1200)}[people]
    ties, truth = planted(1, sets=sets, strangers=strangers)
    return ties, np.where(truth < sets, truth, -1)


def placed(ties: TieGraph, part: Int64 | None = None, seed: int = 0) -> Float64:
    return positions(len(ties.people), ties.i, ties.j, weight=ties.weight, part=part, seed=seed)


STAR = tie_graph(40, [(0, k) for k in range(1, 40)])
CHAIN = tie_graph(60, [(k, k + 1) for k in range(59)])
CLIQUE = tie_graph(30, [(a, b) for a in range(30) for b in range(a)])
ALONE = tie_graph(50, np.empty((0, 2)))


@pytest.mark.parametrize("people", [25, 300])
@pytest.mark.parametrize("with_parts", [True, False])
def test_no_two_people_stand_nearer_than_one(people: int, with_parts: bool) -> None:
    ties, part = invented(people)
    at = placed(ties, part if with_parts else None)
    assert pdist(at).min() > 0.999
    assert at.min(axis=0).tolist() == [0, 0]
    # A quarter of the page or more for each person of the best there could be, on the average.
    assert len(at) / at.max(axis=0).prod() > 0.12


@pytest.mark.parametrize("ties", [STAR, CLIQUE, ALONE], ids=["star", "clique", "alone"])
def test_simple_forms_are_readable_too(ties: TieGraph) -> None:
    at = placed(ties)
    width, height = at.max(axis=0)
    assert pdist(at).min() > 0.999
    assert width * height < 12 * len(at)


@pytest.mark.parametrize("people", [25, 300])
def test_nobody_else_stands_among_the_members_of_a_part(people: int) -> None:
    ties, part = invented(people)
    at = placed(ties, part)
    for which in range(int(part.max()) + 1):
        members = at[part == which]
        middle = (members.min(axis=0) + members.max(axis=0)) / 2
        inner = np.hypot(*(members - members.mean(axis=0)).T).max()
        others = np.hypot(*(at[part != which] - middle).T).min()
        assert others > 0.8 * inner
        assert inner < 4


def test_people_with_a_tie_stand_nearer_than_others() -> None:
    ties, part = invented(300)
    for parts in (part, None):
        at = placed(ties, parts)
        tied = np.hypot(*(at[ties.i] - at[ties.j]).T)
        assert np.median(tied) < 0.35 * np.median(pdist(at))


def test_a_chain_runs_from_end_to_end() -> None:
    apart = squareform(pdist(placed(CHAIN)))
    assert apart[0, 59] > 0.8 * apart.max()
    assert np.median(apart[np.arange(59), np.arange(1, 60)]) < 3


def test_members_face_those_they_are_tied_to() -> None:
    inside = [(a, b) for k in (0, 6) for a in range(k, k + 6) for b in range(k, a) if (a + b) % 3]
    ties = tie_graph(12, [*inside, (5, 11)])
    at = placed(ties, np.repeat([0, 1], 6))
    left, right = at[:6].mean(axis=0), at[6:].mean(axis=0)
    assert np.hypot(*(at[5] - at[11])) < np.hypot(*(left - right))


@pytest.mark.parametrize("people", [25, 300])
def test_the_same_people_stand_in_the_same_places_each_time(people: int) -> None:
    ties, part = invented(people)
    assert np.array_equal(placed(ties, part), placed(ties, part))
    assert np.array_equal(placed(ties, seed=3), placed(ties, seed=3))


def test_double_ties_and_ties_to_oneself_do_no_harm() -> None:
    i, j = np.array([0, 0, 1, 2]), np.array([1, 1, 2, 2])
    at = positions(4, i, j)
    assert at.shape == (4, 2)
    assert pdist(at).min() > 0.999


def test_nobody_and_one_person_have_places() -> None:
    none = np.empty(0, np.int64)
    assert positions(0, none, none).shape == (0, 2)
    assert positions(1, none, none).tolist() == [[0, 0]]


@pytest.mark.parametrize(
    ("j", "weight", "part"),
    [([1], [1.0], None), ([1, 9], [1.0, 1.0], None), ([1, -1], [1.0, 1.0], None), ([1, 2], [1.0, 1.0], [0])],
)
def test_what_does_not_fit_together_is_refused(
    j: list[int], weight: list[float], part: list[int] | None
) -> None:
    held: npt.NDArray[np.int64] | None = None if part is None else np.array(part)
    with pytest.raises(MeasureError):
        positions(3, np.array([0, 1]), np.array(j), weight=np.array(weight), part=held)


@pytest.mark.parametrize("with_parts", [True, False])
def test_three_hundred_people_take_three_seconds_at_most(with_parts: bool) -> None:
    ties, part = invented(300)
    began = time.thread_time()
    placed(ties, part if with_parts else None)
    assert time.thread_time() - began < 3


@pytest.mark.slow
@pytest.mark.parametrize("with_parts", [True, False])
def test_two_thousand_people_do_not_hang(with_parts: bool) -> None:
    ties, part = invented(2000)
    began = time.thread_time()
    at = placed(ties, part if with_parts else None)
    assert time.thread_time() - began < 20
    assert pdist(at).min() > 0.999
