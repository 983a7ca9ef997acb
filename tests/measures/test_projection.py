"""Tests of the projection of links to ties."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from networkx.algorithms import bipartite
from scipy.sparse.csgraph import connected_components, shortest_path

from graph.errors import EntityNotFoundError, GraphTooLargeError, MeasureError, UnknownKindError
from graph.measures import projection
from graph.measures.projection import TIE_WEIGHTS, project_ties, tie_links
from graph.measures.ties import TieGraph
from graph.model.links import NO_DAY
from tests.measures.invented import TODAY, Said, link_table, there, ties_of

EVENT = 1_000_000


def pairs(ties: TieGraph) -> list[tuple[int, int]]:
    """Return the two ids of each tie.

    Parameters
    ----------
    ties : TieGraph
        Ties.

    Returns
    -------
    list of tuple of int
        Lower id first.
    """
    return list(zip(ties.people[ties.i].tolist(), ties.people[ties.j].tolist(), strict=True))


def test_five_people_at_one_incident_have_no_tie() -> None:
    ties = ties_of(there(person, EVENT) for person in range(1, 6))
    assert len(ties) == 0
    assert ties.people.tolist() == [1, 2, 3, 4, 5]


def test_two_incidents_on_different_days_tie_those_who_were_at_both() -> None:
    said = [there(p, EVENT, TODAY) for p in (1, 2, 3)] + [there(p, EVENT + 1, TODAY - 9) for p in (1, 2, 4)]
    ties = ties_of(said)
    assert pairs(ties) == [(1, 2)]
    assert (ties.events[0], ties.days[0], ties.direct[0]) == (2, 2, False)


def test_one_incident_recorded_twice_on_a_day_is_one_day_of_co_presence() -> None:
    once = [Said(1, 2), *(there(p, EVENT) for p in (1, 2))]
    twice = [*once, *(there(p, EVENT + 1, capacity="arrested") for p in (1, 2))]
    assert len(ties_of(twice[1:])) == 0
    assert ties_of(twice).weight.tolist() == ties_of(once).weight.tolist() == [1.25]
    assert ties_of(twice).events.tolist() == [2]


def test_one_incident_adds_to_a_stated_tie_and_makes_none() -> None:
    ties = ties_of([Said(1, 2), *(there(p, EVENT) for p in (1, 2, 3))])
    assert pairs(ties) == [(1, 2)]
    assert ties.weight.tolist() == [TIE_WEIGHTS["FRIEND_OF"] + TIE_WEIGHTS["INVOLVED_IN"]]
    assert (ties.events[0], ties.direct[0]) == (1, True)


def test_a_victim_and_a_suspect_are_not_companions() -> None:
    for capacity in ("victim", "witness", "reported", "used", ""):
        said = [there(1, EVENT + k, TODAY - k, "suspected") for k in range(3)]
        said += [there(2, EVENT + k, TODAY - k, capacity) for k in range(3)]
        assert len(ties_of(said)) == 0, capacity


def test_a_person_who_is_victim_and_present_is_a_companion_once() -> None:
    said = [there(1, EVENT + k, TODAY - k, c) for k in range(2) for c in ("victim", "found_with", "missing")]
    said += [there(2, EVENT + k, TODAY - k, "arrested") for k in range(2)]
    ties = ties_of(said, half_life_days=np.inf)
    assert pairs(ties) == [(1, 2)]
    assert ties.weight.tolist() == [2 * TIE_WEIGHTS["INVOLVED_IN"]]


def test_an_event_above_the_set_size_is_not_projected() -> None:
    said = [there(p, EVENT + k, TODAY - k) for p in range(1, 14) for k in range(2)]
    assert len(ties_of(said)) == 0
    assert len(ties_of(said, max_event_size=13)) == 13 * 12 / 2
    assert len(ties_of(said[2:])) == 12 * 11 / 2


def test_attending_the_same_school_is_no_tie() -> None:
    said = [Said(p, EVENT + k, predicate, TODAY - k) for p in (1, 2) for k in range(3)
            for predicate in ("ATTENDS", "FREQUENTS", "LIVES_AT", "MEMBER_OF")]  # fmt: skip
    assert len(ties_of(said)) == 0


def test_a_link_with_somebody_who_is_no_person_is_no_tie() -> None:
    said = [Said(1, 2), Said(1, 9), *(there(p, EVENT + k, TODAY - k) for p in (2, 9) for k in range(2))]
    assert pairs(ties_of(said, people=[1, 2])) == [(1, 2)]


def test_being_exploited_by_somebody_is_no_tie() -> None:
    assert len(ties_of([Said(1, 2, "EXPLOITED_BY"), Said(3, 4, "POSES_RISK_TO")])) == 0


def test_a_tie_halves_with_each_half_life_and_never_grows() -> None:
    ties = ties_of(
        [Said(1, 2, day=TODAY - 730), Said(3, 4, day=TODAY - 365), Said(5, 6), Said(7, 8, day=TODAY + 90)]
    )
    assert ties.weight.tolist() == [0.25, 0.5, 1.0, 1.0]
    assert ties_of([Said(1, 2, day=TODAY - 730)], half_life_days=np.inf).weight.tolist() == [1.0]


def test_a_tie_ages_from_the_day_it_was_last_confirmed() -> None:
    assert ties_of([Said(1, 2, day=TODAY - 900, until=TODAY)]).weight.tolist() == [1.0]


def test_a_tie_without_a_day_does_not_age_and_says_so() -> None:
    ties = ties_of([Said(1, 2, day=NO_DAY), Said(1, 3, day=TODAY - 365)])
    assert ties.weight.tolist() == [1.0, 0.5]
    assert ties.undated.tolist() == [True, False]


def test_events_without_a_day_make_no_tie() -> None:
    undated = [there(p, EVENT + k, NO_DAY) for p in (1, 2) for k in range(3)]
    dated = [there(p, EVENT + 9, TODAY) for p in (1, 2)]
    assert len(ties_of(undated + dated)) == 0
    ties = ties_of([*undated, Said(1, 2)])
    assert (ties.weight[0], ties.undated[0], ties.days[0], ties.events[0]) == (1.25, True, 0, 3)


def test_a_sighting_on_one_day_is_a_tie_unless_told_otherwise() -> None:
    said = [Said(1, 2, "SEEN_WITH"), Said(3, 4, "FOUND_WITH", TODAY - 30, until=TODAY)]
    assert ties_of(said).weight.tolist() == [0.5, 0.75]
    assert pairs(ties_of(said, sighting_is_tie=False)) == [(3, 4)]
    second = [there(p, EVENT, TODAY - 1) for p in (1, 2)]
    assert pairs(ties_of(said + second, sighting_is_tie=False)) == [(1, 2), (3, 4)]


def test_links_between_two_people_add_up() -> None:
    ties = ties_of([Said(2, 1), Said(1, 2, "ASSOCIATE_OF"), Said(1, 2, "FAMILY_OF")])
    assert ties.weight.tolist() == [2.5]
    assert ties_of([Said(1, 1)]).i.tolist() == []


def test_weights_can_be_set_and_0_leaves_a_predicate_out() -> None:
    said = [Said(1, 2), Said(3, 4, "FAMILY_OF")]
    links, people = link_table(said), np.arange(1, 5)
    ties = project_ties(links, people=people, on_day=TODAY, tie_weights={"FRIEND_OF": 3.0, "FAMILY_OF": 0.0})
    assert (pairs(ties), ties.weight.tolist()) == ([(1, 2)], [3.0])


def test_the_links_behind_a_tie_are_told() -> None:
    said = [there(1, EVENT), Said(1, 2), there(2, EVENT), there(3, EVENT), Said(2, 3, "SEEN_WITH")]
    ties = ties_of(said)
    assert tie_links(ties, 2, 1).tolist() == [1, 2, 3]
    assert tie_links(ties, 2, 3).tolist() == [3, 4, 5]
    assert tie_links(ties, 1, 3).tolist() == []
    with pytest.raises(EntityNotFoundError):
        tie_links(ties, 1, 99)


def test_wrong_parameters_are_refused() -> None:
    links, people = link_table([Said(1, 2)]), np.array([1, 2])
    with pytest.raises(MeasureError, match="half_life"):
        project_ties(links, people=people, on_day=TODAY, half_life_days=0)
    with pytest.raises(MeasureError, match="ascending"):
        project_ties(links, people=people[::-1], on_day=TODAY)
    with pytest.raises(MeasureError, match="weight"):
        project_ties(links, people=people, on_day=TODAY, tie_weights={"FRIEND_OF": -1})
    with pytest.raises(UnknownKindError, match="ATTENDS"):
        project_ties(links, people=people, on_day=TODAY, tie_weights={"ATTENDS": 1})


def test_too_many_pairs_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(projection, "MAX_PAIRS", 44)
    with pytest.raises(GraphTooLargeError, match="45 pairs"):
        ties_of(there(p, EVENT) for p in range(1, 11))


stated = st.builds(
    Said,
    st.integers(1, 9),
    st.integers(1, 9),
    st.sampled_from(["FRIEND_OF", "SEEN_WITH"]),
    st.integers(TODAY - 9, TODAY),
    st.just(""),
    st.none(),
)
present = st.builds(
    there,
    st.integers(1, 9),
    st.integers(EVENT, EVENT + 6),
    st.just(TODAY),
    st.sampled_from(["present", "victim", "arrested"]),
)
histories = st.lists(stated | present, max_size=40)


def on_their_own_days(said: list[Said]) -> list[Said]:
    """Give each event a day of its own.

    Parameters
    ----------
    said : list of Said
        Links.

    Returns
    -------
    list of Said
        The same links.
    """
    return [row._replace(day=TODAY - row.b + EVENT) if row.b >= EVENT else row for row in said]


@given(histories)
def test_networkx_projects_the_same_ties(history: list[Said]) -> None:
    said = on_their_own_days(history)
    met = nx.Graph()
    met.add_nodes_from([*range(1, 10), EVENT])
    met.add_edges_from((r.a, r.b) for r in said if r.capacity in projection.COMPANION_CAPACITIES)
    shared = bipartite.weighted_projected_graph(met, range(1, 10)).edges(data="weight")
    expected = {frozenset((a, b)): number * TIE_WEIGHTS["INVOLVED_IN"] for a, b, number in shared}
    stated = {frozenset((r.a, r.b)) for r in said if r.capacity == "" and r.a != r.b}
    expected = {pair: weight for pair, weight in expected.items() if weight >= 0.5 or pair in stated}
    for row in said:
        if row.capacity == "" and row.a != row.b:
            pair = frozenset((row.a, row.b))
            expected[pair] = expected.get(pair, 0.0) + TIE_WEIGHTS[row.predicate]
    ties = ties_of(said, people=range(1, 10), half_life_days=np.inf)
    assert {frozenset(pair): w for pair, w in zip(pairs(ties), ties.weight.tolist(), strict=True)} == expected


@given(histories)
def test_networkx_finds_the_same_components_and_paths(history: list[Said]) -> None:
    ties = ties_of(on_their_own_days(history), people=range(1, 10))
    oracle = nx.Graph()
    oracle.add_nodes_from(range(9))
    oracle.add_weighted_edges_from(zip(ties.i.tolist(), ties.j.tolist(), ties.weight.tolist(), strict=True))
    matrix = ties.adjacency()
    _, parts = connected_components(matrix, directed=False)
    ours = {frozenset(np.flatnonzero(parts == part).tolist()) for part in set(parts.tolist())}
    assert ours == {frozenset(part) for part in nx.connected_components(oracle)}
    hops = shortest_path(matrix, directed=False, unweighted=True)
    theirs = dict(nx.all_pairs_shortest_path_length(oracle))
    for a, b in combinations(range(9), 2):
        assert hops[a, b] == theirs[a].get(b, np.inf)


@given(histories)
def test_the_order_of_rows_changes_nothing(history: list[Said]) -> None:
    links = link_table(history)
    order = np.random.default_rng(len(history)).permutation(len(links))
    people = np.arange(1, 10)
    ours = project_ties(links, people=people, on_day=TODAY)
    theirs = project_ties(links.take(order), people=people, on_day=TODAY)
    for name in TieGraph.__dataclass_fields__:
        assert np.array_equal(getattr(ours, name), getattr(theirs, name)), name


def test_every_tie_of_a_table_has_its_own_evidence() -> None:
    rng = np.random.default_rng(4)
    said = [there(int(p), EVENT + int(e), TODAY - int(e)) for p, e in rng.integers(1, 60, (400, 2))]
    links = link_table(said)
    ties = project_ties(links, people=np.arange(1, 60), on_day=TODAY)
    assert len(ties) > 20
    for a, b in pairs(ties):
        ids = tie_links(ties, a, b)
        assert set(links.a[ids - 1].tolist()) == {a, b}
        alone = project_ties(links.take(ids - 1), people=np.array([a, b]), on_day=TODAY)
        assert alone.weight[0] == pytest.approx(ties.weight[ties.tie(a, b)])


def test_an_empty_table_gives_no_ties() -> None:
    assert len(ties_of([], people=[])) == 0
    assert len(ties_of([Said(1, 2)], people=[])) == 0
    assert replace(ties_of([], people=[5])).adjacency().shape == (1, 1)
