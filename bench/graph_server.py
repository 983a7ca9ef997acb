"""Drawing into Neo4j and reading from it, beside one plain session of Cypher, and beside the embedded store.

``python -m bench.graph_server [LINKS]`` starts a server of its own by ``deploy/dev-servers``, and ends it.
Claims are invented: a tenth as many people as links, friends drawn by a seed.
"""

from __future__ import annotations

import random
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
from neo4j import Driver, GraphDatabase, ManagedTransaction

from deploy.dev_servers import neo4j as server_of
from graph.model.entities import link_ids
from graph.model.kinds import ENTITY_CODES, LINKS
from graph.model.scope import Scope
from graph.store.contract import Changes, Placed, Store
from graph.store.cypher_writing import SUPPORT_FIELDS
from graph.store.drawing import Drawing, Support
from graph.store.embedded import EmbeddedStore
from graph.store.neo4j import Neo4jStore
from graph.store.neo4j_server import Neo4jServer

FRIEND: Final = LINKS["FRIEND_OF"].code
PART: Final = 100_000
PLAIN: Final = 10_000
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


def parts(rows: Sequence[Support]) -> Iterator[Drawing]:
    """Yield a drawing as an import would, part by part."""
    origins = {f"Agency {n}": n for n in (1, 2, 3)}
    kind = ENTITY_CODES["Person"]
    for start in range(0, len(rows), PART):
        chosen = rows[start : start + PART]
        ends = {end: kind for row in chosen for end in (row.a, row.b)}
        yield Drawing(entities=ends, supports=list(chosen), origins=origins)


def plainly(driver: Driver, people: Sequence[int], rows: Sequence[Support]) -> tuple[float, float]:
    """Draw as the manual does, by one session; return links a second, with and without the people."""
    fields = ", ".join(f"{name}: row.{name}" for name in SUPPORT_FIELDS)
    text = (
        "UNWIND $rows AS row MATCH (a:Plain {id: row.a}) MATCH (b:Plain {id: row.b}) "
        f"CREATE (a)-[:PLAIN {{{fields}}}]->(b)"
    )
    with driver.session() as session:
        session.run("CREATE CONSTRAINT plain IF NOT EXISTS FOR (n:Plain) REQUIRE n.id IS UNIQUE").consume()
        first = time.perf_counter()
        for start in range(0, len(people), PLAIN):
            chosen = list(people[start : start + PLAIN])
            session.run("UNWIND $ids AS id CREATE (:Plain {id: id})", ids=chosen).consume()
        begun = time.perf_counter()
        for start in range(0, len(rows), PLAIN):
            given = [row._asdict() for row in rows[start : start + PLAIN]]
            session.execute_write(_create, text, given)
        ended = time.perf_counter()
        session.run("MATCH ()-[r:PLAIN]->() CALL (r) { DELETE r } IN TRANSACTIONS OF 10000 ROWS").consume()
        session.run("MATCH (n:Plain) CALL (n) { DELETE n } IN TRANSACTIONS OF 10000 ROWS").consume()
    return len(rows) / (ended - first), len(rows) / (ended - begun)


def _create(transaction: ManagedTransaction, text: str, rows: list[dict[str, Any]]) -> None:
    transaction.run(text, rows=rows).consume()


def _nowhere(lon: Any, _: Any) -> list[Placed]:
    return [Placed(0.0, 0.0, ()) for _ in lon]


def drawn(store: Store, rows: Sequence[Support]) -> float:
    """Draw everything; return links a second, people and the last commit counted in."""
    begun = time.perf_counter()
    store.apply(Changes(1, parts(rows)), _nowhere)
    return len(rows) / (time.perf_counter() - begun)


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


def main(links: int = 200_000) -> None:
    """Print both tables.

    Parameters
    ----------
    links : int, optional
        How many.
    """
    people, rows = invented(links)
    folder = Path(tempfile.mkdtemp(prefix="kithmap-bench-"))
    try:
        uri = server_of.start(folder, heap="1g")
        password = (folder / server_of.PASSWORD).read_text(encoding="ascii")
        with GraphDatabase.driver(uri, auth=("neo4j", password)) as driver:
            # The first rows warm Java up, and count for nobody.
            plainly(driver, people, rows[:20_000])
            plain = [plainly(driver, people, rows)]
            server = Neo4jServer(uri, user="neo4j", password=password)
            store = Neo4jStore(server, "bench", writer=True)
            ours = drawn(store, rows)
            plain.append(plainly(driver, people, rows))
        embedded = EmbeddedStore(folder / "drawn.db", writer=True)
        beside = drawn(embedded, rows)
        whole, links_only = (max(found) for found in zip(*plain, strict=True))
        print(f"{len(rows):,} links of {len(people):,} people, a claim each")
        print(f"plain UNWIND, one session, the faster of a run before and one after: {whole:,.0f} links/s")
        print(f"the same without its people: {links_only:,.0f} links/s")
        print(
            f"Neo4jStore, with people, indexes and the last commit: {ours:,.0f} links/s, "
            f"{ours / whole:.2f} of the plain whole, {ours / links_only:.2f} of its links alone"
        )
        print(f"EmbeddedStore: {beside:,.0f} links/s")
        for (what, first), (_, second) in zip(reads(store, people), reads(embedded, people), strict=True):
            print(f"{what}: Neo4j {first}, embedded {second}")
        embedded.close()
        server.close()
    finally:
        server_of.stop(folder, killed=True)
        shutil.rmtree(folder)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
