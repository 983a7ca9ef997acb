"""Drawing into Neo4j and reading from it, beside one plain session of Cypher, and beside the embedded store.

``python -m bench.graph_server [LINKS | pole]`` starts a server of its own by ``deploy/dev-servers``, and ends
it. Claims are invented (a tenth as many people as links, friends drawn by a seed), or those of the 28 POLE
files. All three ways are measured in each of two rounds on one server, Kithmap's last.
"""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
from neo4j import Driver, GraphDatabase, ManagedTransaction, Session

from app.workspace import open_workspace
from bench.pole import ROOT, pole_files
from deploy.dev_servers import neo4j as server_of
from graph.ledger.claims import read_live
from graph.model.entities import link_ids
from graph.model.kinds import ENTITY_CODES, ENTITY_NAMES, LINK_NAMES, LINKS, PROPERTIES
from graph.model.scope import Scope
from graph.store.contract import Changes, Placed, Store
from graph.store.cypher_writing import indexes
from graph.store.drawing import Drawing, Fact, Support, draw_parts
from graph.store.embedded import EmbeddedStore
from graph.store.neo4j import Neo4jStore
from graph.store.neo4j_server import Neo4jServer

FRIEND: Final = LINKS["FRIEND_OF"].code
PART: Final = 100_000
PLAIN: Final = 10_000
ROUNDS: Final = 2
SCOPE: Final = Scope(frozenset({1, 2, 3, 4}))


def invented(links: int, seed: int = 1) -> tuple[list[int], list[Support]]:
    """Return people, and one claim for each of so many links between them."""
    chosen = np.random.default_rng(seed)
    people = chosen.integers(1, 2**63 - 1, links // 10, dtype=np.int64)
    a, b = people[chosen.integers(0, len(people), (2, links))]
    a, b = np.minimum(a, b), np.maximum(a, b)
    ids = link_ids(a, b, np.full(links, FRIEND, np.int16), np.zeros(links, np.int16))
    days = chosen.integers(19_000, 20_000, links).tolist()
    ends = zip(ids.tolist(), a.tolist(), b.tolist(), days, strict=True)
    rows = [
        Support(FRIEND, i, n * 256, p, q, 0, n % 5 + 1, n % 3 + 1, n % 4, n % 5, 0, d, d + 9, d + 20, n)
        for n, (i, p, q, d) in enumerate(ends)
        if p != q
    ]
    return people.tolist(), rows


def parts_of_rows(rows: Sequence[Support]) -> Iterator[Drawing]:
    """Yield a drawing as an import would, part by part."""
    origins = {f"Agency {n}": n for n in (1, 2, 3)}
    kind = ENTITY_CODES["Person"]
    for start in range(0, len(rows), PART):
        chosen = rows[start : start + PART]
        ends = {end: kind for row in chosen for end in (row.a, row.b)}
        yield Drawing(entities=ends, supports=list(chosen), origins=origins)


def of_pole(folder: Path) -> list[Drawing]:
    """Return what the 28 POLE files draw.

    Parameters
    ----------
    folder : Path
        For a workspace.

    Returns
    -------
    list of Drawing
        Its parts.
    """
    for words in (
        ["init", str(folder), "--agency", "Example Police"],
        ["--workspace", str(folder), "import", *map(str, pole_files()), "--mapping", "pole"],
    ):
        subprocess.run([sys.executable, "-m", "app.main", *words], check=True, cwd=ROOT, capture_output=True)
    with open_workspace(folder).reading() as (ledger, _):
        return list(draw_parts(read_live(ledger)))


def plainly(driver: Driver, parts: Sequence[Drawing], *, whole: bool) -> float:
    """Draw as the driver's manual does, by one session.

    Parameters
    ----------
    driver : Driver
        Of an empty database.
    parts : sequence of Drawing
        What to draw: a node for each entity, a relationship for each claim.
    whole : bool
        Whether the graph is to be such as Kithmap's: labels and types of the dictionary, points, and the
        indexes that answers need. Else each node is a ``Plain``, each relationship a ``PLAIN``, and
        nothing else is drawn.

    Returns
    -------
    float
        Claims a second.
    """
    nodes: dict[str, list[dict[str, Any]]] = {}
    for entity, kind in {e: k for part in parts for e, k in part.entities.items()}.items():
        label = f":`{ENTITY_NAMES[kind]}`" if whole else ""
        known = {"drawing": 1, "id": entity, "kind": kind} if whole else {"id": entity}
        nodes.setdefault(label, []).append(known)
    claims: dict[tuple[str, tuple[str, str]], list[Support | Fact]] = {}
    for part in parts:
        for support in part.supports:
            name = LINK_NAMES[support.predicate] if whole else "PLAIN"
            claims.setdefault((name, ("a", "b")), []).append(support)
        for fact in part.facts:
            name = tuple(PROPERTIES)[fact.predicate] if whole else "PLAIN"
            claims.setdefault((name, ("entity", "entity")), []).append(fact)
    with driver.session() as session:
        key = "(n.drawing, n.id)" if whole else "n.id"
        session.run(f"CREATE CONSTRAINT plain IF NOT EXISTS FOR (n:Plain) REQUIRE {key} IS UNIQUE").consume()
        begun = time.perf_counter()
        for label, given in nodes.items():
            _in_parts(session, f"UNWIND $rows AS row CREATE (n:Plain{label}) SET n = row", given)
        for (name, ends), rows in claims.items():
            fields = ", ".join(f"{f}: row.{f}" for f in rows[0]._fields if f not in {"predicate", *ends})
            of = "drawing: 1, " if whole else ""
            first, second = (
                f"MATCH ({n}:Plain {{{of}id: row.{end}}})" for n, end in zip("ab", ends, strict=True)
            )
            text = f"UNWIND $rows AS row {first} {second} CREATE (a)-[:`{name}` {{{fields}}}]->(b)"
            _in_parts(session, text, [row._asdict() for row in rows])
        if whole:
            points = [
                {"drawing": 1, "id": number, "lon": lon, "lat": lat, "easting": 0.0, "northing": 0.0}
                for (lon, lat), number in parts[-1].points.items()
            ]
            _in_parts(session, "UNWIND $rows AS row CREATE (n:Plain:Point) SET n = row", points)
            for text in indexes():
                session.run(text).consume()
            session.run("CALL db.awaitIndexes(3600)").consume()
        took = time.perf_counter() - begun
    _emptied(driver)
    return _claims(parts) / took


def _in_parts(session: Session, text: str, rows: list[dict[str, Any]]) -> None:
    for start in range(0, len(rows), PLAIN):
        session.execute_write(_create, text, rows[start : start + PLAIN])


def _emptied(driver: Driver) -> None:
    """Delete everything, with every index and constraint."""
    with driver.session() as session:
        session.run("MATCH ()-[r]->() CALL (r) { DELETE r } IN TRANSACTIONS OF 10000 ROWS").consume()
        session.run("MATCH (n) CALL (n) { DELETE n } IN TRANSACTIONS OF 10000 ROWS").consume()
        for name, owner in session.run(
            "SHOW INDEXES YIELD name, owningConstraint, type WHERE type = 'RANGE'"
            " RETURN name, owningConstraint"
        ).values():
            session.run(f"DROP CONSTRAINT {name}" if owner else f"DROP INDEX {name}").consume()


def _claims(parts: Sequence[Drawing]) -> int:
    return sum(len(part.supports) + len(part.facts) for part in parts)


def _create(transaction: ManagedTransaction, text: str, rows: list[dict[str, Any]]) -> None:
    transaction.run(text, rows=rows).consume()


def _nowhere(lon: Any, _: Any) -> list[Placed]:
    return [Placed(0.0, 0.0, ()) for _ in lon]


def drawn(store: Store, parts: Sequence[Drawing]) -> float:
    """Draw everything; return claims a second, people, indexes and the last commit counted in."""
    begun = time.perf_counter()
    store.apply(Changes(1, iter(parts)), _nowhere)
    return _claims(parts) / (time.perf_counter() - begun)


def measured(uri: str, driver: Driver, password: str, parts: Sequence[Drawing]) -> dict[str, float]:
    """Draw all three ways on a server; leave Kithmap's drawing there.

    Parameters
    ----------
    uri, password : str
        Of the server.
    driver : Driver
        Of it.
    parts : sequence of Drawing
        What to draw.

    Returns
    -------
    dict of str to float
        Claims a second, by way.
    """
    bare, whole = plainly(driver, parts, whole=False), plainly(driver, parts, whole=True)
    server = Neo4jServer(uri, user="neo4j", password=password)
    ours = drawn(Neo4jStore(server, "bench", writer=True), parts)
    server.close()
    return {"plain": bare, "plain, the same graph": whole, "Neo4jStore": ours}


def p95_ms(ask: Callable[[int, int], object], pairs: Sequence[tuple[int, int]]) -> float:
    """Return how long 95 of 100 questions take at most."""
    for pair in pairs[:3]:
        ask(*pair)
    took = []
    for pair in pairs:
        begun = time.perf_counter()
        ask(*pair)
        took.append(1000 * (time.perf_counter() - begun))
    return float(np.percentile(took, 95))


def reads(store: Store, people: Sequence[int]) -> list[tuple[str, str]]:
    """Ask one store; return what each question took."""
    rng = random.Random(2)
    pairs = [tuple(rng.sample(people, 2)) for _ in range(40)]
    hops = p95_ms(lambda a, _: store.neighbourhood(SCOPE, [a], hops=2), pairs)  # type: ignore[arg-type]
    ways = p95_ms(lambda a, b: store.paths(SCOPE, a, b, max_hops=4), pairs)  # type: ignore[arg-type]
    near = p95_ms(lambda a, _: store.neighbours(SCOPE, a), pairs)  # type: ignore[arg-type]
    begun = time.perf_counter()
    table = store.link_table(SCOPE)
    took = time.perf_counter() - begun
    return [
        ("links of one person, p95", f"{near:.1f} ms"),
        ("expand 2 hops, p95", f"{hops:.1f} ms"),
        ("paths of at most 4 hops, p95", f"{ways:.1f} ms"),
        (f"link table, {len(table):,} links", f"{took:.2f} s"),
    ]


def main(what: str = "200000") -> None:
    """Print both tables.

    Parameters
    ----------
    what : str, optional
        How many links to invent, or ``pole``.
    """
    folder = Path(tempfile.mkdtemp(prefix="kithmap-bench-"))
    rates: list[dict[str, float]] = []
    try:
        if what == "pole":
            parts = of_pole(folder / "workspace")
        else:
            parts = list(parts_of_rows(invented(int(what))[1]))
        uri = server_of.start(folder, heap="1g")
        password = (folder / server_of.PASSWORD).read_text(encoding="ascii")
        with GraphDatabase.driver(uri, auth=("neo4j", password), notifications_min_severity="OFF") as driver:
            for _ in range(ROUNDS):
                _emptied(driver)
                rates.append(measured(uri, driver, password, parts))
        embedded = EmbeddedStore(folder / "drawn.db", writer=True)
        beside = drawn(embedded, parts)
        people = [
            entity
            for part in parts
            for entity, kind in part.entities.items()
            if kind == ENTITY_CODES["Person"]
        ]
        print(f"{_claims(parts):,} claims, a relationship each; the server starts cold")
        for rate in rates:
            told = ", ".join(f"{way} {speed:,.0f}" for way, speed in rate.items())
            ours, *plain = reversed(rate.values())
            of = " and ".join(f"{ours / speed:.2f}" for speed in reversed(plain))
            print(f"claims/s: {told}: {of} of the plain ways")
        print(f"EmbeddedStore: {beside:,.0f} claims/s")
        server = Neo4jServer(uri, user="neo4j", password=password)
        store = Neo4jStore(server, "bench")
        rows = zip(reads(store, people), reads(embedded, people), strict=True)
        for (asked, first), (_, second) in rows:
            print(f"{asked}: Neo4j {first}, embedded {second}")
        embedded.close()
        server.close()
    finally:
        server_of.stop(folder, killed=True)
        shutil.rmtree(folder)


if __name__ == "__main__":
    main(*sys.argv[1:])
