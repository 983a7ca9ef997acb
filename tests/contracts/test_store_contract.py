"""What every store of the drawn graph holds to; a new store adds a line to ``STORES``."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Any

import networkx as nx
import numpy as np
import pytest

from graph.errors import EntityNotFoundError, UnknownKindError
from graph.ledger.claims import ledger_version, read_live
from graph.ledger.judgements import read_judgements
from graph.model.claims import Claim
from graph.model.kinds import LINKS
from graph.model.scope import Filters, Scope
from graph.model.spans import Span
from graph.store.contract import Changes, Store
from graph.store.drawing import draw
from graph.store.embedded import EmbeddedStore
from tests.builders import (
    BRAMWELL,
    Workspace,
    everything,
    fact,
    id_of,
    identifier,
    link,
    mention,
    open_only,
    place,
    policy,
    record,
    sealed,
)
from tests.neo4j_servers import new_store

P, Q, R, S = (mention(name) for name in "pqrs")
EVENT, PARK = mention("e", "Event"), mention("l", "Location")
HIDDEN, SEALED = policy(BRAMWELL, tier="hidden"), policy(BRAMWELL, tier="sealed")
GRADED: dict[str, Any] = {"source_grade": "2", "information_grade": "C"}

Request = pytest.FixtureRequest
STORES: dict[str, Callable[[Path, Request], Store]] = {
    "embedded file": lambda folder, _: EmbeddedStore(folder / "drawn.db", writer=True),
    "embedded in memory": lambda *_: EmbeddedStore(None, writer=True),
    "neo4j": lambda _, request: new_store(request.getfixturevalue("neo4j_server")),
}
REAL = {"neo4j": [pytest.mark.servers]}
Opened = Callable[..., tuple[Store, Scope]]


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    held = Workspace(tmp_path)
    yield held
    held.close()


@pytest.fixture(params=[pytest.param(name, marks=REAL.get(name, ())) for name in STORES])
def opened(request: Request, tmp_path: Path, workspace: Workspace) -> Iterator[Opened]:
    """Draw claims, one record each, into a store; give it with the scope of a viewer of open content."""
    stores: list[Store] = []

    def draw_claims(*claims: Claim) -> tuple[Store, Scope]:
        workspace.load(*(record(str(n), claim) for n, claim in enumerate(claims)))
        stores.append(workspace.redrawn(STORES[request.param](tmp_path, request)))
        return stores[-1], workspace.scope(open_only)

    yield draw_claims
    for store in stores:
        store.close()


class TestStoreContract:
    def test_an_empty_store_answers(self, opened: Opened) -> None:
        store, scope = opened()
        assert store.counts(scope) == {}
        assert len(store.link_table(scope)) == 0
        assert store.occurrences(scope).without_position == 0
        assert len(store.locations(scope).location) == 0
        assert store.pointed(scope, [id_of(P)]) == []
        assert store.areas() == []

    def test_a_link_is_seen_from_both_ends(self, opened: Opened) -> None:
        store, scope = opened(link("FRIEND_OF", P, Q))
        seen = [store.neighbours(scope, id_of(who)).links for who in (P, Q)]
        assert seen[0].link_id.tolist() == seen[1].link_id.tolist()
        assert len(seen[0]) == 1

    def test_the_order_of_the_ends_of_a_symmetric_link_says_nothing(self, opened: Opened) -> None:
        store, scope = opened(link("FRIEND_OF", P, Q), link("FRIEND_OF", Q, P))
        assert store.link_table(scope).claims.tolist() == [2]

    def test_the_order_of_the_ends_of_another_link_is_kept(self, opened: Opened) -> None:
        store, scope = opened(link("EXPLOITED_BY", P, Q), link("EXPLOITED_BY", Q, P))
        table = store.link_table(scope)
        assert {tuple(ends) for ends in zip(table.a.tolist(), table.b.tolist(), strict=True)} == {
            (id_of(P), id_of(Q)),
            (id_of(Q), id_of(P)),
        }

    def test_each_capacity_is_a_link_of_its_own(self, opened: Opened) -> None:
        claims = [link("INVOLVED_IN", P, EVENT, capacity=word) for word in ("victim", "suspected", "victim")]
        store, scope = opened(*claims)
        assert sorted(store.link_table(scope).claims.tolist()) == [1, 2]

    def test_copies_of_one_agencys_report_are_one_source(self, opened: Opened) -> None:
        forwarded = link("FRIEND_OF", P, Q, policy(BRAMWELL), origin_agency="Ashby Council")
        store, scope = opened(link("FRIEND_OF", P, Q), forwarded)
        table = store.link_table(scope)
        assert (table.claims.tolist(), table.sources.tolist()) == ([2], [1])

    def test_grades_of_a_link_are_the_best_and_the_worst_of_what_is_seen(self, opened: Opened) -> None:
        better: dict[str, Any] = {"source_grade": "1", "information_grade": "A"}
        worse: dict[str, Any] = {"source_grade": "3", "information_grade": "D"}
        claims = [link("FRIEND_OF", P, Q, **grades) for grades in (GRADED, worse, {})]
        store, scope = opened(*claims, link("FRIEND_OF", P, Q, HIDDEN, **better))
        table = store.link_table(scope)
        assert (table.source_best[0], table.source_worst[0]) == (2, 3)
        assert (table.information_best[0], table.information_worst[0]) == (3, 4)

    def test_a_link_lasts_from_its_first_day_to_the_last_it_was_known_to_hold(self, opened: Opened) -> None:
        spans = (Span(100, 110, "day"), Span(105, None, "day"), Span(None, None, ""))
        store, scope = opened(*(link("FRIEND_OF", P, Q, span=span, reported=130) for span in spans))
        table = store.link_table(scope)
        assert (table.valid_from[0], table.valid_to[0], table.last_confirmed[0]) == (100, 110, 130)

    def test_doubtful_claims_are_left_out_unless_asked_for(self, opened: Opened) -> None:
        suspected: dict[str, Any] = {"source_grade": "1", "information_grade": "E"}
        store, scope = opened(
            link("FRIEND_OF", P, Q, status="disputed"), link("FRIEND_OF", P, R, **suspected)
        )
        assert len(store.link_table(scope)) == 0
        assert store.link_table(scope, filters=Filters(doubtful=True)).disputed.tolist().count(True) == 1
        assert store.counts(scope, Filters(doubtful=True)) == {"Person": 3, "FRIEND_OF": 2}

    @pytest.mark.parametrize("status", ["corrected", "restricted", "withdrawn"])
    def test_a_claim_that_is_not_live_is_not_drawn(self, opened: Opened, status: str) -> None:
        store, scope = opened(link("FRIEND_OF", P, Q, status=status))
        assert store.counts(scope, Filters(doubtful=True)) == {}

    def test_a_window_leaves_out_what_is_undated(self, opened: Opened) -> None:
        store, scope = opened(link("FRIEND_OF", P, Q), link("FRIEND_OF", P, R, span=Span(5, 9, "day")))
        for window, links in (((0, 4), 0), ((0, 5), 1), ((9, 20), 1), ((10, 20), 0)):
            assert len(store.link_table(scope, filters=Filters(window=window))) == links

    def test_as_of_leaves_out_what_was_reported_later(self, opened: Opened) -> None:
        store, scope = opened(link("FRIEND_OF", P, Q, reported=50))
        assert len(store.link_table(scope, filters=Filters(as_of=49))) == 0
        assert len(store.link_table(scope, filters=Filters(as_of=50))) == 1

    def test_a_position_reported_later_is_not_known_as_of_a_day(self, opened: Opened) -> None:
        store, scope = opened(
            fact("IS", EVENT, value={"sort": "asb"}, reported=10),
            link("OCCURRED_AT", EVENT, PARK, reported=10),
            fact("POSITION", PARK, value={"lon": -2.5, "lat": 53.0}, reported=20),
        )
        assert store.occurrences(scope).event.tolist() == [id_of(EVENT)]
        past = store.occurrences(scope, filters=Filters(as_of=10))
        assert (past.event.tolist(), past.without_position) == ([], 1)

    def test_the_newest_report_holds_whichever_was_loaded_first(self, opened: Opened) -> None:
        told = ((20, "park", -2.5), (10, "shop", -1.5), (20, "school", -0.5), (None, "home", 0.5))
        for dated in (told[:2], told[:3], told):
            store, scope = opened(
                *(fact("IS", PARK, value={"sort": sort}, reported=day) for day, sort, _ in dated),
                *(
                    fact("POSITION", PARK, value={"lon": lon, "lat": 53.0}, reported=day)
                    for day, _, lon in dated
                ),
            )
            newest = max(dated, key=lambda row: 99_999 if row[0] is None else row[0] + row[2] / 10)
            found = store.locations(scope)
            assert (found.sort.tolist(), found.lon.tolist()) == ([newest[1]], [newest[2]])
            assert store.entity(scope, id_of(PARK)).sort == newest[1]

    def test_an_event_with_a_position_is_no_location(self, opened: Opened) -> None:
        store, scope = opened(fact("POSITION", EVENT, value={"lon": -2.5, "lat": 53.0}))
        assert store.locations(scope).location.tolist() == []

    def test_what_nobody_visible_speaks_of_is_not_found(self, opened: Opened) -> None:
        store, scope = opened(link("FRIEND_OF", P, Q, HIDDEN))
        with pytest.raises(EntityNotFoundError) as hidden:
            store.entity(scope, id_of(P))
        with pytest.raises(EntityNotFoundError) as absent:
            store.neighbours(scope, id_of(R))
        assert str(hidden.value) == str(absent.value)

    def test_a_predicate_that_the_dictionary_lacks_is_refused(self, opened: Opened) -> None:
        store, scope = opened(link("FRIEND_OF", P, Q))
        with pytest.raises(UnknownKindError):
            store.link_table(scope, kinds=["LIKES"])

    def test_people_who_share_an_identifier_are_one_by_the_older_records_id(self, opened: Opened) -> None:
        store, scope = opened(identifier(P, "X"), identifier(Q, "X"), link("FRIEND_OF", Q, R))
        found = store.entity(scope, id_of(Q))
        assert found.id == id_of(P)
        assert set(found.members) == {id_of(P), id_of(Q)}
        assert id_of(P) in (*store.link_table(scope).a, *store.link_table(scope).b)

    def test_a_link_between_two_records_of_one_person_is_no_link(self, opened: Opened) -> None:
        store, scope = opened(identifier(P, "X"), identifier(Q, "X"), link("FRIEND_OF", Q, P))
        assert len(store.link_table(scope)) == 0

    def test_a_person_and_a_thing_are_never_one(self, opened: Opened) -> None:
        thing = mention("x", "Object")
        store, scope = opened(identifier(P, "X"), identifier(thing, "X"))
        assert [store.entity(scope, id_of(one)).members for one in (P, thing)] == [
            (id_of(P),),
            (id_of(thing),),
        ]

    @pytest.mark.parametrize(
        "doubt", [{"status": "disputed"}, {"source_grade": "1", "information_grade": "E"}]
    )
    def test_a_doubtful_identifier_joins_nobody(self, opened: Opened, doubt: dict[str, Any]) -> None:
        store, scope = opened(identifier(P, "X"), identifier(Q, "X", **doubt))
        assert store.counts(scope, Filters(doubtful=True)) == {"Person": 2}

    def test_a_hidden_record_joins_nobody(self, opened: Opened) -> None:
        bridge = [identifier(R, value, HIDDEN) for value in "XY"]
        store, scope = opened(identifier(P, "X"), identifier(Q, "Y"), *bridge)
        assert store.counts(scope) == {"Person": 2}

    def test_a_pointer_says_whom_a_sealed_claim_concerns_and_nothing_is_opened(
        self, opened: Opened, workspace: Workspace
    ) -> None:
        store, _ = opened(link("FRIEND_OF", P, Q), link("FRIEND_OF", P, R, SEALED))
        scope = workspace.scope(open_only, sealed)
        assert [entity for entity, _ in store.pointed(scope, [id_of(P), id_of(Q)])] == [id_of(P)]
        assert len(store.link_table(scope)) == 1

    def test_a_sealed_claim_opens_for_who_was_granted_the_person(
        self, opened: Opened, workspace: Workspace
    ) -> None:
        store, _ = opened(link("FRIEND_OF", P, R, SEALED), link("FRIEND_OF", Q, R, SEALED))
        scope = workspace.scope(open_only, sealed, [id_of(P)])
        assert sorted({*store.link_table(scope).a, *store.link_table(scope).b}) == sorted(
            (id_of(P), id_of(R))
        )

    def test_what_a_limit_leaves_out_is_counted_by_kind(self, opened: Opened) -> None:
        others = [mention(f"o{n}") for n in range(5)]
        store, scope = opened(*(link("FRIEND_OF", P, other) for other in others))
        near = store.neighbours(scope, id_of(P), limit=2)
        assert (len(near.links), near.counts, near.not_shown) == (2, {"FRIEND_OF": 5}, {"FRIEND_OF": 3})

    def test_drawing_the_same_twice_is_drawing_it_once(self, opened: Opened, workspace: Workspace) -> None:
        store, scope = opened(link("FRIEND_OF", P, Q), identifier(P, "X"), identifier(Q, "X"))
        before = (store.counts(scope), store.version())
        with workspace.ledger() as ledger:
            again = Changes(
                ledger_version(ledger), draw(read_live(ledger)), judgements=read_judgements(ledger)
            )
            store.apply(again, place)
        assert (store.counts(scope), store.version()) == before

    def test_what_cannot_be_drawn_changes_nothing(self, opened: Opened, workspace: Workspace) -> None:
        store, scope = opened(link("FRIEND_OF", P, Q))
        workspace.load(record("new", fact("POSITION", PARK, value={"lon": 1.0, "lat": 2.0})))

        def fail(*_: object) -> list[object]:
            raise OSError("no boundaries")

        with workspace.ledger() as ledger, pytest.raises(OSError, match="no boundaries"):
            store.apply(Changes(99, draw(read_live(ledger))), fail)  # type: ignore[arg-type]
        assert store.version() == 1
        assert store.counts(scope) == {"Person": 2, "FRIEND_OF": 1}

    def test_the_shortest_way_comes_first_and_the_weakest_grade_is_told(self, opened: Opened) -> None:
        strong: dict[str, Any] = {"source_grade": "1", "information_grade": "A"}
        store, scope = opened(
            link("FRIEND_OF", P, Q, **strong),
            link("FRIEND_OF", Q, R, **GRADED),
            link("ASSOCIATE_OF", Q, R),
            link("FRIEND_OF", P, S, **strong),
            link("FRIEND_OF", S, mention("t"), **strong),
            link("FRIEND_OF", mention("t"), R, **strong),
        )
        first, second = store.paths(scope, id_of(P), id_of(R), max_hops=4, k=3)
        assert first.entities == (id_of(P), id_of(Q), id_of(R))
        assert (first.weakest_source, first.weakest_information) == (2, 3)
        assert len(second.entities) == 4

    def test_a_crowd_of_longer_ways_does_not_hide_the_shortest(self, opened: Opened) -> None:
        between = [mention(f"m{n}") for n in range(9)]
        crowd = [link("FRIEND_OF", a, b) for n, a in enumerate(between) for b in between[n + 1 :]]
        near = [link("FRIEND_OF", P, one) for one in between] + [link("FRIEND_OF", one, Q) for one in between]
        store, scope = opened(*crowd, *near)
        ways = store.paths(scope, id_of(P), id_of(Q), max_hops=4, k=10)
        assert [len(way.entities) for way in ways] == [3] * 9 + [4]

    def test_the_data_of_a_link_table_is_sorted_by_id(self, opened: Opened) -> None:
        store, scope = opened(*(link("FRIEND_OF", P, mention(f"o{n}")) for n in range(20)))
        assert (np.diff(store.link_table(scope).link_id) > 0).all()

    @pytest.mark.properties
    @pytest.mark.parametrize("seed", range(4))
    def test_networkx_finds_the_same_components_and_path_lengths(self, opened: Opened, seed: int) -> None:
        random = Random(seed)
        people = [mention(f"n{n}") for n in range(30)]
        pairs = [random.sample(range(30), 2) for _ in range(30)]
        # People 0 and 1, 2 and 3, 4 and 5, 6 and 7 share an identifier: the even one is older.
        same = [identifier(one, str(n // 2)) for n, one in enumerate(people[:8])]
        store, scope = opened(*same, *(link("FRIEND_OF", people[a], people[b]) for a, b in pairs))
        ids = [id_of(people[n - n % 2 if n < 8 else n]) for n in range(30)]
        graph = nx.Graph((ids[a], ids[b]) for a, b in pairs if ids[a] != ids[b])
        graph.add_nodes_from(ids[: len(same)])
        assert set(store.entities(scope, "Person").tolist()) == set(graph)
        for component in nx.connected_components(graph):
            reached = store.neighbourhood(scope, [min(component)], hops=30)
            assert {min(component), *reached.a.tolist(), *reached.b.tolist()} == component
            assert len(reached) == graph.subgraph(component).number_of_edges()
        for a, b in [random.sample(sorted(graph), 2) for _ in range(25)]:
            ways = store.paths(scope, a, b, max_hops=5, k=2)
            hops = nx.shortest_path_length(graph, a, b) if nx.has_path(graph, a, b) else 99
            assert [len(way.links) for way in ways[:1]] == [hops][: int(hops <= 5)]

    def test_every_kind_of_link_is_drawn_and_read_back(self, opened: Opened) -> None:
        claims = [
            link(name, mention("from", kind.ends_from[0]), mention("to", kind.ends_to[0]), capacity=word)
            for name, kind in LINKS.items()
            for word in ("", *kind.capacities)
            if kind.ends_to[0] != "Area"
        ]
        store, scope = opened(*claims)
        assert len(store.link_table(scope)) == len(claims)
        assert sum(store.counts(scope)[name] for name in {claim.terms.predicate for claim in claims}) == len(
            claims
        )


def test_a_viewer_of_everything_sees_what_a_viewer_of_nothing_does_not(workspace: Workspace) -> None:
    workspace.load(record("1", link("FRIEND_OF", P, Q)))
    assert workspace.drawn().counts(workspace.scope(everything)) == {"Person": 2, "FRIEND_OF": 1}
    assert workspace.drawn().counts(Scope(frozenset())) == {}
