"""What a viewer may not see changes not one byte of what they can see."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from graph.ledger.claims import read_labels
from graph.model.scope import Filters
from graph.store.contract import Store
from graph.store.embedded import EmbeddedStore
from graph.store.neo4j_server import Neo4jServer
from graph.view import View
from tests.builders import Workspace, everything
from tests.contracts.answers import answers, canonical
from tests.contracts.leaks import LEAKS
from tests.contracts.worlds import FACTS, PROBES, TODAY, viewers, world
from tests.neo4j_servers import new_store

SEEDS = 7
ASKED = (
    Filters(),
    Filters(doubtful=True),
    Filters(as_of=TODAY),
    Filters(window=(TODAY - 6, TODAY), doubtful=True),
)


class Worlds:
    """Builds each world once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._built: dict[str, Workspace] = {}
        self._told: dict[int, list[bytes]] = {}

    def workspace(self, seed: int, what: str = "") -> Workspace:
        """Return the world of a seed, with one hidden fact or none."""
        name = f"{seed}-{what}"
        if name not in self._built:
            made = world(seed, what or next(iter(FACTS)))
            self._built[name] = made.build(self._folder / name, with_hidden=bool(what))
        return self._built[name]

    def without(self, seed: int) -> list[bytes]:
        """Return what viewers are told in the world of a seed with nothing hidden."""
        if seed not in self._told:
            self._told[seed] = told(self.workspace(seed), seed)
        return self._told[seed]

    def close(self) -> None:
        """Give back every file."""
        for workspace in self._built.values():
            workspace.close()


@pytest.fixture(scope="module")
def worlds(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Worlds]:
    held = Worlds(tmp_path_factory.mktemp("worlds"))
    yield held
    held.close()


def told(
    workspace: Workspace,
    seed: int,
    store: type[EmbeddedStore] = EmbeddedStore,
    view: type[View] = View,
    into: Store | None = None,
) -> list[bytes]:
    """Return everything that three viewers are told."""
    drawn = workspace.redrawn(into or store(None, writer=True))
    reading = workspace.files
    found = []
    for number, scope in enumerate(viewers(workspace)):
        with reading.ledger.connect() as ledger, reading.identity.connect() as identity:
            opened = view(scope, drawn, ledger, identity, read_labels(ledger))
            filters = ASKED[(seed + number) % len(ASKED)]
            found.append(canonical(answers(opened, PROBES, filters)))
    drawn.close()
    return found


@pytest.mark.twoworlds
@pytest.mark.parametrize("what", FACTS)
def test_a_hidden_fact_changes_no_byte_of_any_answer(what: str, worlds: Worlds) -> None:
    for seed in range(SEEDS):
        without = worlds.without(seed)
        assert told(worlds.workspace(seed, what), seed) == without
        assert len(set(without)) == len(without)


@pytest.mark.twoworlds
@pytest.mark.servers
@pytest.mark.parametrize("what", FACTS)
def test_a_hidden_fact_changes_no_byte_of_any_answer_from_neo4j(
    what: str, worlds: Worlds, neo4j_server: Neo4jServer
) -> None:
    found = told(worlds.workspace(0, what), 0, into=new_store(neo4j_server))
    assert found == worlds.without(0)


@pytest.mark.twoworlds
@pytest.mark.parametrize("what", FACTS)
def test_who_may_see_everything_sees_the_hidden_fact(what: str, worlds: Worlds) -> None:
    found = []
    for workspace in (worlds.workspace(0), worlds.workspace(0, what)):
        with workspace.view(workspace.scope(everything)) as view:
            found.append(answers(view, PROBES, Filters(doubtful=True)))
    if what == "removed":
        # That the label was once in use is all that stays.
        for held in found:
            del held["data_version"], held["rights"]
    assert (found[0] == found[1]) == (what in {"removed", "killed"})


@pytest.mark.twoworlds
@pytest.mark.parametrize("leak", LEAKS)
def test_a_planted_leak_is_caught(leak: str, worlds: Worlds) -> None:
    what, store, view = LEAKS[leak]
    for seed in range(SEEDS):
        pair = worlds.workspace(seed), worlds.workspace(seed, what)
        without, with_it = (told(workspace, seed, store, view) for workspace in pair)
        if without != with_it:
            return
    pytest.fail("no two worlds differ")
