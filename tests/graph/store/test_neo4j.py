"""What Neo4j holds to beside the contract: one moment for a reader, and nothing halfway, doubled or named."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from itertools import chain, pairwise, product
from pathlib import Path

import pytest

from deploy.dev_servers import neo4j
from graph.errors import ConflictError, StoreUnavailableError, UnknownKindError
from graph.ledger.claims import ledger_version, read_live
from graph.model.kinds import ENTITIES, ENTITY_CODES, LINKS, PROPERTIES
from graph.model.scope import Filters, Scope
from graph.store import cypher, neo4j_batches
from graph.store.contract import Changes, Store
from graph.store.cypher import Statement
from graph.store.drawing import Drawing, Fact, Support, draw, draw_parts
from graph.store.neo4j import Neo4jStore
from graph.store.neo4j_server import Neo4jServer
from tests.bolt_proxy import Proxy
from tests.builders import Workspace, everything, fact, id_of, identifier, link, mention, place, record
from tests.contracts.comparing import rows_of
from tests.neo4j_servers import connected, new_name, new_store

pytestmark = pytest.mark.servers
P, Q, R = (mention(name) for name in "pqr")
TIE = link("FRIEND_OF", P, Q)
MORE = (link("FRIEND_OF", Q, R), fact("IS", R, value={"sort": "other"}), identifier(R, "X"))


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    held = Workspace(tmp_path)
    yield held
    held.close()


def _ask(server: Neo4jServer, text: str, **given: object) -> list[tuple[object, ...]]:
    return server.read([Statement(text, given)])[0]


def _keys(server: Neo4jServer, attempt: object) -> list[tuple[object, ...]]:
    """Return the keys of an attempt: those of other tests may be on the server, too."""
    return _ask(server, "MATCH (b:Batch) WHERE b.key STARTS WITH $a RETURN b.key", a=attempt)


def _attempt(server: Neo4jServer, name: str) -> object:
    ((attempt,),) = _ask(server, "MATCH (s:State {workspace: $w}) RETURN s.attempt", w=name)
    return attempt


def _live(workspace: Workspace) -> tuple[int, Drawing]:
    with workspace.ledger() as ledger:
        return ledger_version(ledger), draw(read_live(ledger))


def _facts(store: Store, scope: Scope) -> tuple[object, ...]:
    links = store.link_table(scope, filters=Filters(doubtful=True))
    return rows_of(links), store.claims_of(scope, links), store.counts(scope), store.facts_of(scope, (), "IS")


def test_a_reader_answers_from_one_moment_while_another_process_draws(
    workspace: Workspace, neo4j_server: Neo4jServer
) -> None:
    name = new_name()
    workspace.load(record("1", identifier(P, "X"), identifier(Q, "Y")))
    workspace.redrawn(Neo4jStore(neo4j_server, name, writer=True))
    reader, scope = Neo4jStore(neo4j_server, name), workspace.scope(everything)
    assert reader.counts(scope) == {"Person": 2}
    workspace.load(record("2", identifier(Q, "X")))
    workspace.redrawn(Neo4jStore(neo4j_server, name, writer=True))
    later = Neo4jStore(neo4j_server, name)
    assert (reader.counts(scope), reader.version()) == ({"Person": 2}, 1)
    assert (later.counts(scope), later.version()) == ({"Person": 1}, 2)


def test_a_claim_taken_out_and_put_in_again_is_there_once(
    workspace: Workspace, neo4j_server: Neo4jServer
) -> None:
    store = new_store(neo4j_server)
    workspace.load(record("1", TIE))
    version, drawing = _live(workspace)
    scope = workspace.scope(everything)
    for added, removed, links in (
        (drawing, Drawing(), 1),
        (Drawing(), drawing, 0),
        (Drawing(), drawing, 0),
        (drawing, Drawing(), 1),
        (drawing, drawing, 1),
        (drawing, Drawing(), 1),
    ):
        store.apply(Changes(version, added, removed), place)
        table = store.link_table(scope)
        assert (len(table), table.claims.tolist()) == (links, [1] * links)


def test_a_reader_of_a_drawing_that_is_gone_is_told_to_ask_again(
    workspace: Workspace, neo4j_server: Neo4jServer
) -> None:
    name = new_name()
    workspace.load(record("1", TIE))
    workspace.redrawn(Neo4jStore(neo4j_server, name, writer=True))
    reader, scope = Neo4jStore(neo4j_server, name), workspace.scope(everything)
    workspace.redrawn(Neo4jStore(neo4j_server, name, writer=True, anew=True))
    with pytest.raises(StoreUnavailableError, match="ask again"):
        reader.link_table(scope)
    assert len(Neo4jStore(neo4j_server, name).link_table(scope)) == 1


def test_a_drawing_anew_leaves_nothing_of_the_old_one(
    workspace: Workspace, neo4j_server: Neo4jServer
) -> None:
    name = new_name()
    workspace.load(record("1", TIE, *MORE))
    first = workspace.redrawn(Neo4jStore(neo4j_server, name, writer=True))
    gone = first._drawing
    second = workspace.redrawn(Neo4jStore(neo4j_server, name, writer=True, anew=True))
    assert _ask(neo4j_server, "MATCH (n {drawing: $d}) RETURN n", d=gone) == []
    assert _ask(neo4j_server, "MATCH (n {drawing: $d}) RETURN count(n) > 3", d=second._drawing) == [(True,)]
    assert _keys(neo4j_server, _attempt(neo4j_server, name)) == []


def test_an_entity_of_many_claims_in_many_parts_is_drawn_whole(
    workspace: Workspace, neo4j_server: Neo4jServer
) -> None:
    claims = [fact("IS", P, value={"sort": f"sort {n}"}) for n in range(9)]
    workspace.load(record("1", TIE, *claims[:6]), record("2", *MORE, *claims[6:]))
    store, scope = new_store(neo4j_server), workspace.scope(everything)
    with workspace.ledger() as ledger:
        parts = draw_parts(read_live(ledger), size=5)
        store.apply(Changes(ledger_version(ledger), parts), place)
    assert len(store.facts_of(scope, (), "IS")) == 10
    assert _facts(store, scope) == _facts(workspace.redrawn(), scope)


@pytest.mark.parametrize("size", [1, 4])
def test_rows_of_many_transactions_are_drawn_as_those_of_one(
    workspace: Workspace, neo4j_server: Neo4jServer, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    monkeypatch.setattr(neo4j_batches, "BATCH", size)
    claims = [fact("IS", P, value={"sort": f"sort {n}"}) for n in range(9)]
    workspace.load(record("1", TIE, *claims), record("2", *MORE))
    store, anew = new_store(neo4j_server), new_store(neo4j_server)
    workspace.redrawn(store)
    first, scope = _live(workspace)[1], workspace.scope(everything)
    assert _facts(store, scope) == _facts(workspace.redrawn(), scope)
    workspace.load(record("3", link("FRIEND_OF", P, R), *(fact("IS", Q, value={"sort": c}) for c in "abcd")))
    version, both = _live(workspace)
    store.apply(Changes(version, both, Drawing()), place)
    drawn = _facts(workspace.redrawn(), scope)
    assert _facts(store, scope) == _facts(workspace.redrawn(anew), scope) == drawn
    store.apply(Changes(version, Drawing(), first), place)
    assert store.counts(scope) == {"Person": 3, "FRIEND_OF": 1}
    assert [len(store.facts_of(scope, (), "IS")), len(store.link_table(scope))] == [4, 1]


def test_a_graph_read_in_many_parts_is_read_whole(
    neo4j_server: Neo4jServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cypher, "_PART", 1)
    # Where parts end and begin: other tests' entities on the server are counted, too.
    ((there,),) = _ask(neo4j_server, "MATCH (n:Entity) RETURN count(n)")
    width = (2**63 - 1) // (int(str(there)) + 8 + 1)
    people = [0, width - 1, width, 2 * width - 1, 2 * width, 5 * width, 2**63 - 2, 2**63 - 1]
    person, friend, sort = ENTITY_CODES["Person"], LINKS["FRIEND_OF"].code, PROPERTIES["IS"].code
    ties = [
        Support(friend, n, n, a, b, 0, 5, 1, 1, 1, 0, 1, 2, 2, 1)
        for n, (a, b) in enumerate(pairwise(people), 1)
    ]
    facts = [Fact(sort, p, n, 5, 1, 1, 1, 0, 1, 2, 2, 1, "x", "", 0) for n, p in enumerate(people, 101)]
    drawing = Drawing(dict.fromkeys(people, person), ties, facts, origins={"Ashby Council": 1})
    store, scope = new_store(neo4j_server), Scope(frozenset({5}))
    store.apply(Changes(1, drawing), place)
    table = store.link_table(scope)
    assert sorted(zip(table.a.tolist(), table.b.tolist(), strict=True)) == list(pairwise(people))
    assert [entity for entity, _ in store.facts_of(scope, (), "IS")] == people
    assert store.entities(scope, "Person").tolist() == people
    assert store.entities(Scope(frozenset({6})), "Person").tolist() == []


def test_two_workspaces_of_one_server_know_nothing_of_each_other(
    workspace: Workspace, neo4j_server: Neo4jServer
) -> None:
    workspace.load(record("1", TIE))
    one = workspace.redrawn(new_store(neo4j_server))
    workspace.load(record("2", *MORE))
    other = workspace.redrawn(new_store(neo4j_server))
    scope = workspace.scope(everything)
    assert (one.counts(scope), one.version()) == ({"Person": 2, "FRIEND_OF": 1}, 1)
    assert (other.counts(scope), other.version()) == ({"Person": 3, "FRIEND_OF": 2}, 2)
    assert one.link(scope, int(other.link_table(scope).link_id[-1])).link_id.tolist() in (
        [],
        one.link_table(scope).link_id.tolist(),
    )


def test_no_name_or_particular_of_anybody_is_in_the_graph(
    workspace: Workspace, neo4j_server: Neo4jServer
) -> None:
    told = (
        fact("NAMED", P, particular="Quillon Vane", value={"name_kind": "legal"}),
        fact("BORN", P, particular="2011-02-03", value={"dob_precision": "day"}),
        fact("IS", P, value={"sort": "other", "note": "a note that somebody wrote", "name": "Vane"}),
        identifier(P, "UPN-77"),
        identifier(Q, "UPN-77"),
    )
    workspace.load(record("1", TIE, *told))
    store = workspace.redrawn(new_store(neo4j_server))
    rows = _ask(
        neo4j_server,
        "MATCH (n {drawing: $d}) OPTIONAL MATCH (n)-[r]-() RETURN properties(n), properties(r)",
        d=store._drawing,
    )
    assert len(rows) > 5
    held = [value for properties in chain(*rows) for value in (properties or {}).values()]  # type: ignore[attr-defined]
    flat = chain(*(value if isinstance(value, list) else [value] for value in held))
    words = {value for value in flat if isinstance(value, str)}
    attempt = _attempt(neo4j_server, store._workspace)
    assert words == {store._workspace, attempt, "Ashby Council", "other", "same upn", "1"}


def test_a_process_that_ends_while_it_draws_leaves_the_old_drawing_answering(
    workspace: Workspace, neo4j_server: Neo4jServer, neo4j_home: Path
) -> None:
    name = new_name()
    workspace.load(record("1", TIE))
    workspace.redrawn(Neo4jStore(neo4j_server, name, writer=True))
    scope = workspace.scope(everything)
    before = _facts(Neo4jStore(neo4j_server, name), scope)
    workspace.load(record("2", *MORE))
    ended = []
    for anew in (False, True):
        _killed_while_drawing(workspace, neo4j_home, name, anew=anew)
        reader = Neo4jStore(neo4j_server, name)
        assert (_facts(reader, scope), reader.version()) == (before, 1)
        ended.append(_attempt(neo4j_server, name))
        assert [len(_keys(neo4j_server, attempt)) > 1 for attempt in ended] == [False] * anew + [True]
    after = workspace.redrawn(Neo4jStore(neo4j_server, name, writer=True))
    assert after.version() == 2
    assert _facts(after, workspace.scope(everything)) == _facts(
        workspace.redrawn(), workspace.scope(everything)
    )
    left = "MATCH (s:State {workspace: $w}) RETURN s.leftovers, s.begun"
    assert _ask(neo4j_server, left, w=name) == [([], False)]
    assert [_keys(neo4j_server, attempt) for attempt in ended] == [[], []]


KILLED = """
import os, sys
from pathlib import Path
from tests.builders import place
from tests.neo4j_servers import connected
from graph.ledger.opening import open_ledger
from graph.ledger.claims import read_live
from graph.store.contract import Changes
from graph.store.drawing import Drawing, draw
from graph.store.neo4j import Neo4jStore

folder, home, name, anew = sys.argv[1:]
with open_ledger(Path(folder)).ledger.connect() as ledger:
    drawing = draw(read_live(ledger))

def parts():
    yield drawing
    yield Drawing()
    os._exit(9)

Neo4jStore(connected(Path(home)), name, writer=True, anew=bool(anew)).apply(Changes(2, parts()), place)
"""


def _killed_while_drawing(workspace: Workspace, home: Path, name: str, *, anew: bool) -> None:
    order = [sys.executable, "-c", KILLED, str(workspace.folder), str(home), name, "anew" if anew else ""]
    root = Path(__file__).resolve().parents[3]
    said = subprocess.run(
        order, cwd=root, env={**os.environ, "PYTHONPATH": str(root)}, capture_output=True, check=False
    )
    assert said.returncode == 9, said.stderr


def test_what_a_failed_attempt_added_is_taken_back_at_once(
    workspace: Workspace, neo4j_server: Neo4jServer
) -> None:
    store = new_store(neo4j_server)
    workspace.load(record("1", TIE))
    workspace.redrawn(store)
    workspace.load(record("2", *MORE))
    version, drawing = _live(workspace)

    def _held() -> list[tuple[object, ...]]:
        counted = "MATCH (n:Entity {drawing: $d}) OPTIONAL MATCH (n)-[r]->() "
        counted += "RETURN count(DISTINCT n), count(r), count(r.since)"
        return _ask(neo4j_server, counted, d=store._drawing)

    def _parts() -> Iterator[Drawing]:
        yield drawing
        yield Drawing()
        assert _held() == [(3, 4, 3)]
        raise OSError("the ledger broke off")

    with pytest.raises(OSError, match="broke off"):
        store.apply(Changes(version, _parts()), place)
    assert _held() == [(2, 1, 0)]
    assert _keys(neo4j_server, _attempt(neo4j_server, store._workspace)) == []


def test_a_second_drawer_takes_over_and_the_first_writes_nothing_more(
    workspace: Workspace, neo4j_server: Neo4jServer
) -> None:
    name = new_name()
    workspace.load(record("1", TIE))
    workspace.redrawn(Neo4jStore(neo4j_server, name, writer=True))
    workspace.load(record("2", *MORE))
    version, drawing = _live(workspace)

    def _parts() -> Iterator[Drawing]:
        yield drawing
        yield Drawing()
        workspace.redrawn(Neo4jStore(neo4j_server, name, writer=True))
        yield drawing

    with pytest.raises(ConflictError, match="at the same time"):
        Neo4jStore(neo4j_server, name, writer=True).apply(Changes(version, _parts()), place)
    scope = workspace.scope(everything)
    assert _facts(Neo4jStore(neo4j_server, name), scope) == _facts(workspace.redrawn(), scope)


@pytest.mark.faults
@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize(("anew", "skip"), [*product([False], range(1, 12)), *product([True], range(5, 12))])
def test_a_line_cut_around_a_commit_loses_and_doubles_nothing(
    workspace: Workspace, neo4j_home: Path, when: str, anew: bool, skip: int
) -> None:
    port = int(neo4j.status(neo4j_home).rsplit(":", 1)[1])
    with closing(Proxy(port)) as proxy, closing(connected(neo4j_home, proxy.port)) as server:
        _draw_with_a_cut(workspace, server, lambda: proxy.cut_commit(when, skip=skip), anew=anew)
        assert proxy.cuts == 1


def _draw_with_a_cut(
    workspace: Workspace, server: Neo4jServer, cut: Callable[[], None], *, anew: bool
) -> None:
    name = new_name()
    workspace.load(record("1", TIE))
    workspace.redrawn(Neo4jStore(server, name, writer=True))
    workspace.load(record("2", *MORE))
    cut()
    store = workspace.redrawn(Neo4jStore(server, name, writer=True, anew=anew))
    scope = workspace.scope(everything)
    assert _facts(store, scope) == _facts(workspace.redrawn(), scope)
    ties = _ask(server, "MATCH (:Entity {drawing: $d})-[r]->() RETURN count(r)", d=store._drawing)
    assert ties == [(4,)]


@pytest.mark.faults
def test_a_server_that_ends_while_it_is_drawn_into_resumes_with_equal_graphs(
    workspace: Workspace, tmp_path: Path
) -> None:
    home = tmp_path / "neo4j"
    port = int(neo4j.start(home, brief=True).rsplit(":", 1)[1])
    server, name = connected(home), new_name()
    try:
        workspace.load(record("1", TIE))
        workspace.redrawn(Neo4jStore(server, name, writer=True))
        workspace.load(record("2", *MORE))
        version, drawing = _live(workspace)

        def _parts() -> Iterator[Drawing]:
            yield drawing
            yield Drawing()
            neo4j.stop(home, killed=True)
            yield drawing

        with pytest.raises(StoreUnavailableError, match="does not answer"):
            Neo4jStore(server, name, writer=True).apply(Changes(version, _parts()), place)
        neo4j.start(home, port, brief=True)
        scope = workspace.scope(everything)
        reader = Neo4jStore(server, name)
        assert (reader.version(), reader.counts(scope)) == (1, {"Person": 2, "FRIEND_OF": 1})
        store = workspace.redrawn(Neo4jStore(server, name, writer=True))
        assert _facts(store, scope) == _facts(workspace.redrawn(), scope)
    finally:
        server.close()
        neo4j.stop(home, killed=True)


def test_what_is_tried_again_is_not_told_on_standard_error() -> None:
    handlers = logging.getLogger("neo4j").handlers
    assert any(isinstance(handler, logging.NullHandler) for handler in handlers)


def test_a_server_that_is_not_there_is_said_in_words() -> None:
    server = Neo4jServer("bolt://127.0.0.1:1", user="neo4j", password="none")
    with pytest.raises(StoreUnavailableError, match="does not answer"):
        Neo4jStore(server, "any")
    server.close()
    with pytest.raises(StoreUnavailableError, match="address begins"):
        Neo4jServer("http://127.0.0.1", user="neo4j", password="none")


def test_a_wrong_password_is_said_in_words(neo4j_home: Path) -> None:
    server = Neo4jServer(neo4j.status(neo4j_home), user="neo4j", password="wrong")
    with pytest.raises(StoreUnavailableError, match="user and password"):
        Neo4jStore(server, "any")
    server.close()


def test_a_graph_that_was_not_drawn_cannot_be_read(neo4j_server: Neo4jServer) -> None:
    with pytest.raises(StoreUnavailableError, match="kithmap redraw"):
        Neo4jStore(neo4j_server, new_name())


def test_every_link_and_kind_of_the_dictionary_has_its_index(
    workspace: Workspace, neo4j_server: Neo4jServer
) -> None:
    workspace.load(record("1", TIE))
    workspace.redrawn(new_store(neo4j_server))
    rows = _ask(neo4j_server, "SHOW INDEXES YIELD labelsOrTypes, state RETURN labelsOrTypes, state")
    online = {str(names[0]) for names, state in rows if names and state == "ONLINE"}  # type: ignore[index]
    assert online >= {*ENTITIES, *LINKS, "Entity", "Point"}


def test_labels_hold_for_one_stated_day_and_change_no_answer(
    workspace: Workspace, neo4j_server: Neo4jServer
) -> None:
    workspace.load(record("1", TIE, *MORE))
    store, scope = workspace.redrawn(new_store(neo4j_server)), workspace.scope(everything)
    before = _facts(store, scope)
    labelled = "MATCH (n:YoungPerson {drawing: $d}) RETURN n.id"
    for day, young in ((20_000, [id_of(P), id_of(Q)]), (21_000, [id_of(Q)])):
        store.label_entities(day, {"YoungPerson": young, "PersonOfInterest": [id_of(R)]})
        held = sorted(row[0] for row in _ask(neo4j_server, labelled, d=store._drawing))  # type: ignore[type-var]
        assert held == sorted(young)
        on = _ask(neo4j_server, "MATCH (s:State) WHERE s.drawing = $d RETURN s.labelled_on", d=store._drawing)
        assert on == [(day,)]
    assert _facts(store, scope) == before
    with pytest.raises(UnknownKindError):
        store.label_entities(20_000, {"Suspicious": [id_of(P)]})
