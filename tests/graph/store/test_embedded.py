from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from graph.errors import GraphTooLargeError, StoreUnavailableError
from graph.model.scope import Filters
from graph.store import embedded, visible_rows
from graph.store.embedded import EmbeddedStore
from graph.store.embedded_file import DRAWN_SCHEMA
from graph.store.ways import shortest_ways
from tests.builders import Workspace, everything, id_of, identifier, link, mention, record


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    held = Workspace(tmp_path)
    yield held
    held.close()


def test_a_reader_of_the_file_answers_everything_and_writes_nothing(workspace: Workspace) -> None:
    workspace.load(record("1", link("FRIEND_OF", mention("p"), mention("q"))))
    path = workspace.folder / "drawn.db"
    workspace.redrawn(EmbeddedStore(path, writer=True)).close()
    store, scope = EmbeddedStore(path), workspace.scope(everything)
    ids = [id_of(mention("p")), id_of(mention("q"))]
    assert len(store.links_between(scope, ids)) == 1
    assert len(store.paths(scope, *ids)) == 1
    assert store.schema() == DRAWN_SCHEMA
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        store._db.execute("DELETE FROM entity")
    store.close()


def test_a_reader_answers_from_one_moment_while_another_process_draws(workspace: Workspace) -> None:
    p, q = mention("p"), mention("q")
    workspace.load(record("1", identifier(p, "X"), identifier(q, "Y")))
    path = workspace.folder / "drawn.db"
    writer = workspace.redrawn(EmbeddedStore(path, writer=True))
    reader, scope = EmbeddedStore(path), workspace.scope(everything)
    assert reader.counts(scope) == {"Person": 2}
    workspace.load(record("2", identifier(q, "X")))
    workspace.redrawn(writer)
    later = EmbeddedStore(path)
    assert (reader.counts(scope), reader.version()) == ({"Person": 2}, 1)
    assert (later.counts(scope), later.version()) == ({"Person": 1}, 2)
    for store in (reader, later, writer):
        store.close()


def test_a_graph_that_was_not_drawn_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(StoreUnavailableError, match="kithmap redraw"):
        EmbeddedStore(tmp_path / "drawn.db")


@pytest.mark.parametrize("content", [b"", b"not a database " * 100])
def test_a_file_that_is_no_drawn_graph_is_named(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "drawn-1.db").write_bytes(content)
    with pytest.raises(StoreUnavailableError, match=r"drawn-1\.db"):
        EmbeddedStore(tmp_path / "drawn-1.db")


def test_claims_are_counted_once_however_the_question_is_cut(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = [mention(f"p{n}") for n in range(6)]
    hub = mention("hub")
    workspace.load(
        record("same", *(identifier(one, "X") for one in people)),
        *(record(f"tie {n}", link("FRIEND_OF", one, hub)) for n, one in enumerate(people)),
    )
    store, scope = workspace.drawn(), workspace.scope(everything)
    whole = store.neighbours(scope, id_of(hub)).links
    monkeypatch.setattr(embedded, "parts_of", lambda ids: visible_rows.parts_of(ids, 2))
    table = store.neighbours(scope, id_of(people[0])).links
    assert table.claims.tolist() == whole.claims.tolist() == [6]
    assert [len(claims) for claims in store.claims_of(scope, table).values()] == [6]


def test_a_neighbourhood_too_large_is_refused_and_not_cut_in_silence(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    ties = [link("FRIEND_OF", mention("hub"), mention(f"p{n}")) for n in range(8)]
    workspace.load(record("1", *ties))
    store, scope = workspace.drawn(), workspace.scope(everything)
    monkeypatch.setattr(embedded, "MOST_REACHED", 5)
    assert len(store.neighbourhood(scope, [id_of(mention("hub"))], hops=1)) == 8
    with pytest.raises(GraphTooLargeError, match="hops"):
        store.neighbourhood(scope, [id_of(mention("hub"))], hops=3)


def test_no_way_passes_an_entity_twice_or_is_longer_than_asked(workspace: Workspace) -> None:
    ring = [mention(f"r{n}") for n in range(6)]
    workspace.load(record("1", *(link("FRIEND_OF", one, ring[n - 1]) for n, one in enumerate(ring))))
    table = workspace.drawn().link_table(workspace.scope(everything), filters=Filters())
    start, end = id_of(ring[0]), id_of(ring[2])
    ways = {most: shortest_ways(table, start, end, max_hops=most, k=9) for most in (1, 3, 6)}
    lengths = {most: [len(way.links) for way in found] for most, found in ways.items()}
    assert lengths == {1: [], 3: [2], 6: [2, 4]}
