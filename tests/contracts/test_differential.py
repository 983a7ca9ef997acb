"""The same random history on the embedded store and in Neo4j: every operation answers alike."""

from __future__ import annotations

import os
import secrets
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import invariant, run_state_machine_as_test

from graph.errors import EntityNotFoundError
from graph.ledger.claims import batch_kinds, ledger_version, read_changes, read_live
from graph.ledger.judgements import read_judgements
from graph.model.kinds import ENTITIES
from graph.model.scope import Filters, Scope
from graph.store.contract import Changes, Store
from graph.store.drawing import draw
from graph.store.neo4j import Neo4jStore
from graph.store.neo4j_server import Neo4jServer
from tests.builders import Workspace, place
from tests.contracts.comparing import PROPERTIES, location_rows, occurrence_rows, rows_of
from tests.contracts.test_histories import ASKED, FILTERS, VIEWERS, Histories, _scope

HISTORIES = int(os.environ.get("KITHMAP_HISTORIES", "20"))
SEED = 20_251_122
STEPS = 8
SOME_KINDS: tuple[tuple[str, ...], ...] = ((), ("FRIEND_OF", "INVOLVED_IN"))


def kept_up(store: Neo4jStore, server: Neo4jServer, name: str, workspace: Workspace) -> Neo4jStore:
    """Draw what is new into Neo4j, or everything anew where that is asked for."""
    with workspace.ledger() as ledger:
        version, judgements = ledger_version(ledger), read_judgements(ledger)
        if {kind for _, kind in batch_kinds(ledger, store.version())} & {"removal", "areas"}:
            store = Neo4jStore(server, name, writer=True, anew=True)
            store.apply(Changes(version, draw(read_live(ledger)), judgements=judgements), place)
            return store
        points, origins = store.numbered()
        added, gone = read_changes(ledger, store.version())
        drawing = draw(added, points=points, origins=origins)
        store.apply(Changes(version, drawing, draw(gone), judgements), place)
        return store


def told(store: Store, scope: Scope, filters: Filters, turn: int) -> dict[str, Any]:
    """Return what a store answers to every operation, asked for some entities in turn."""
    asked = [ASKED[(turn * 4 + n) % len(ASKED)] for n in range(4)]
    kinds = SOME_KINDS[turn % 2]
    links = store.link_table(scope, kinds=kinds, filters=filters)
    events = store.occurrences(scope, kinds=("asb",) if turn % 2 else (), filters=filters)
    dated = store.dated_claims(scope, asked, kinds=(*kinds, "IS") if kinds else (), filters=filters)
    predicate = PROPERTIES[turn % len(PROPERTIES)]
    kind = list(ENTITIES)[turn % 7]
    return {
        "version": store.version(),
        "touched": store.touched(),
        "areas": (store.areas(), store.area_codes()),
        "counts": store.counts(scope, filters) if turn % 5 == 0 else None,
        "entities": store.entities(scope, kind, filters).tolist(),
        "entity": [_entity(store, scope, entity) for entity in asked],
        "described": sorted(store.described(scope, asked).items()),
        "seen": [store.seen(scope, entity) for entity in ASKED],
        "links": rows_of(links),
        "claims": store.claims_of(scope, links, filters=filters),
        "link": [
            rows_of(store.link(scope, one, filters=filters)) for one in (1, *links.link_id[:1].tolist())
        ],
        "near": _near(store, scope, asked[0], filters, kinds),
        "around": rows_of(
            store.neighbourhood(scope, asked[:1], hops=1 + turn % 2, kinds=kinds, filters=filters)
        ),
        "between": rows_of(store.links_between(scope, ASKED, filters=filters)),
        "ways": store.paths(scope, *asked[:2], max_hops=2 + turn % 3, kinds=kinds, filters=filters),
        "facts": (
            store.facts_of(scope, (), predicate, filters=filters),
            store.facts_of(scope, asked, predicate, filters=filters),
            store.all_facts(scope, asked, filters=filters),
        ),
        "dated": [column.tolist() for column in (dated.claim, dated.entity, dated.from_day, dated.to_day)],
        "events": (occurrence_rows(events), events.without_position),
        "places": location_rows(store.locations(scope, kinds=("park",) if turn % 3 else (), filters=filters)),
        "pointed": sorted(store.pointed(scope, ASKED)),
    }


def _entity(store: Store, scope: Scope, entity: int) -> object:
    try:
        return store.entity(scope, entity)
    except EntityNotFoundError as error:
        return str(error)


def _near(store: Store, scope: Scope, entity: int, filters: Filters, kinds: tuple[str, ...]) -> object:
    try:
        near = store.neighbours(scope, entity, kinds=kinds, filters=filters, limit=2)
    except EntityNotFoundError as error:
        return str(error)
    return rows_of(near.links), near.counts, near.not_shown


class OnBoth(Histories):
    """Each step is drawn into both stores; what the reference says of them is another test."""

    def __init__(self, server: Neo4jServer) -> None:
        super().__init__()
        self.server, self.name = server, f"history-{secrets.token_hex(8)}"
        self.store = Neo4jStore(server, self.name, writer=True)

    @invariant()
    def answers_are_those_of_the_reference(self) -> None:
        self.steps += 1
        self.store = kept_up(self.store, self.server, self.name, self.workspace)
        self._alike([self.steps % len(VIEWERS)])

    def what_was_known_then_is_what_the_reference_says(self) -> None:
        """Past drawings are made in memory, whatever store answers."""

    def _alike(self, viewers: list[int]) -> None:
        drawn, reader = self.workspace.drawn(), Neo4jStore(self.server, self.name)
        for number in viewers:
            scope = _scope(self.workspace, VIEWERS[number])
            filters = FILTERS[(number + self.steps) % len(FILTERS)]
            turn = self.steps * len(VIEWERS) + number
            ours, theirs = told(drawn, scope, filters, turn), told(reader, scope, filters, turn)
            assert theirs == ours

    def teardown(self) -> None:
        if self.steps:
            self._alike(list(range(len(VIEWERS))))
        super().teardown()


@pytest.mark.servers
@pytest.mark.properties
@pytest.mark.timeout(7_200)
def test_random_histories_are_answered_alike_by_both_stores(neo4j_server: Neo4jServer) -> None:
    class Seeded(OnBoth):
        """Histories on the server that the fixture started."""

        def __init__(self) -> None:
            super().__init__(neo4j_server)

    made = settings(
        max_examples=HISTORIES,
        stateful_step_count=STEPS,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=(Phase.explicit, Phase.generate),
    )
    run_state_machine_as_test(seed(SEED)(Seeded), settings=made)
