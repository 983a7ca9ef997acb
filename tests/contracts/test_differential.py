"""The same random history on the embedded store and in Neo4j: every operation answers alike."""

from __future__ import annotations

import inspect
import os
import secrets
from collections.abc import Iterator, Sequence
from itertools import pairwise, product
from pathlib import Path
from zlib import crc32

import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, run_state_machine_as_test

from deploy.dev_servers import neo4j
from deploy.dev_servers.waiting import ServerError
from graph.ledger.claims import batch_kinds, ledger_version, read_changes, read_live
from graph.ledger.judgements import read_judgements
from graph.model.claims import Record
from graph.model.spans import Span
from graph.store.contract import Changes, Store
from graph.store.drawing import draw
from graph.store.neo4j import Neo4jStore
from graph.store.neo4j_server import Neo4jServer
from tests.builders import Workspace, fact, link, place, record
from tests.contracts.asking import ALWAYS, PARTS, QUESTIONS, Asked, Coverage, told
from tests.contracts.histories import EVENTS, OPEN, PEOPLE, PLACES, SEALED, TODAY, records
from tests.contracts.test_histories import ASKED, FILTERS, JOINED, VIEWERS, Histories, _scope
from tests.neo4j_servers import connected

HISTORIES = int(os.environ.get("KITHMAP_HISTORIES", "20"))
MANY = 100
FEW = 8
CALENDAR = "2026.08.1"
LEAST = HISTORIES // 60 if HISTORIES >= MANY else 0
"""How often, at the least, each operation is asked for each viewer with each filter; few have gaps."""
SEED = 20_251_122
STEPS = 5
SCENE = (
    record("8", *(link("FRIEND_OF", a, b, OPEN) for a, b in pairwise(PEOPLE[:5]))),
    record("9", fact("IS", EVENTS[0], OPEN, value={"sort": "asb", "category": "u"}, reported=TODAY - 3)),
    record("10", link("OCCURRED_AT", EVENTS[0], PLACES[0], OPEN, span=Span(TODAY - 3, TODAY - 3, "day"))),
    record("11", fact("POSITION", PLACES[0], OPEN, value={"lon": -1.5, "lat": 53.25})),
    record("12", link("INVOLVED_IN", PEOPLE[2], EVENTS[0], SEALED)),
)
CHANGES_NOTHING = {"apply", "close"}


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


class OnBoth(Histories):
    """Each step is drawn into both stores and asked for one viewer; the end for all of them.

    What the reference says of the answers is another test. Where a history begins to count its turns is
    drawn with it, so that it is asked the same when it is played again.
    """

    server: Neo4jServer
    coverage: Coverage
    first = 0

    def __init__(self) -> None:
        super().__init__()
        self.name = f"history-{secrets.token_hex(8)}"
        self.store = Neo4jStore(self.server, self.name, writer=True)

    @initialize(batch=st.lists(records(), min_size=3, max_size=6))
    def begin(self, batch: list[Record]) -> None:
        """Begin with what random records seldom say: ways of several hops, and an event with its place."""
        self.load([*JOINED, *SCENE, *batch], 0, 6)

    @initialize(drawn=st.binary(min_size=4, max_size=4))
    def begin_at(self, drawn: bytes) -> None:
        """Choose who is asked about first, and what."""
        self.first = int.from_bytes(drawn)

    @invariant()
    def answers_are_those_of_the_reference(self) -> None:
        """Here: those of the embedded store."""
        self.steps += 1
        self.store = kept_up(self.store, self.server, self.name, self.workspace)
        self._alike([(self.first + self.steps) % len(VIEWERS)], self.steps)

    def what_was_known_then_is_what_the_reference_says(self) -> None:
        """Past drawings are made in memory, whatever store answers."""

    def _alike(self, viewers: Sequence[int], step: int) -> None:
        questions = [(viewer, *self._question(viewer, step)) for viewer in viewers]
        reader = Neo4jStore(self.server, self.name)
        theirs = reader.together(lambda: [told(reader, of, part) for _, _, of, part in questions])
        drawn = self.workspace.drawn()
        for (viewer, chosen, of, part), answers in zip(questions, theirs, strict=True):
            self.coverage.note(viewer, chosen, answers)
            assert answers == told(drawn, of, part)

    def _question(self, viewer: int, step: int) -> tuple[int, Asked, int]:
        """Return which filters, what about, and which part of the operations."""
        scattered = crc32(f"{self.first} {step} {viewer}".encode())
        turn, chosen = divmod(scattered, len(FILTERS))
        scope = _scope(self.workspace, VIEWERS[viewer])
        return chosen, Asked(scope, FILTERS[chosen], turn // PARTS, ASKED), turn % PARTS

    def teardown(self) -> None:
        try:
            if self.steps:
                self._alike(range(len(VIEWERS)), self.steps + 1)
        finally:
            super().teardown()


def played(on: Neo4jServer, histories: int) -> Coverage:
    """Play histories, always the same; one that fails is made small and told with the seed."""

    class OnServer(OnBoth):
        """Histories on one server."""

        server, coverage = on, Coverage()

    made = settings(
        max_examples=histories,
        stateful_step_count=STEPS,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=(Phase.explicit, Phase.generate, Phase.shrink),
        database=None,
    )
    run_state_machine_as_test(seed(SEED)(OnServer), settings=made)
    return OnServer.coverage


@pytest.fixture
def calendar_server(tmp_path: Path) -> Iterator[Neo4jServer]:
    """Start a version of Neo4j that is named by its year, where the machine has its JDK."""
    try:
        neo4j.find_java(CALENDAR)
    except ServerError as error:
        pytest.skip(str(error))
    neo4j.start(tmp_path, version=CALENDAR, brief=True)
    server = connected(tmp_path)
    yield server
    server.close()
    neo4j.stop(tmp_path, killed=True)


def test_every_reading_operation_is_asked() -> None:
    public = {name for name, _ in inspect.getmembers(Store, inspect.isfunction) if not name.startswith("_")}
    assert public - CHANGES_NOTHING == {*QUESTIONS, *ALWAYS}


@pytest.mark.servers
@pytest.mark.properties
@pytest.mark.timeout(3_600)
def test_random_histories_are_answered_alike_by_both_stores(neo4j_server: Neo4jServer) -> None:
    found = played(neo4j_server, HISTORIES)
    cells = product({*QUESTIONS, *ALWAYS}, range(len(VIEWERS)), range(len(FILTERS)))
    assert {cell: found.asked[cell] for cell in cells if found.asked[cell] < LEAST} == {}
    assert {name for name, _, _ in found.asked} == {*QUESTIONS, *ALWAYS}
    few = {name for name, answers in found.answers.items() if len(answers) < LEAST}
    # No history loads areas, and few have many steps.
    assert few <= {"areas", "area_codes", "touched", "version"}


@pytest.mark.properties
@pytest.mark.timeout(600)
def test_the_version_named_by_its_year_answers_alike(calendar_server: Neo4jServer) -> None:
    assert calendar_server.version()[0] == CALENDAR
    found = played(calendar_server, FEW)
    assert {name for name, _, _ in found.asked} == {*QUESTIONS, *ALWAYS}
