"""Drawing into Neo4j and reading from it, beside one plain session of Cypher, and beside the embedded store.

``python -m bench.graph_server [LINKS | pole]`` starts a server of its own by ``deploy/dev-servers``, and ends
it. Claims are invented (a tenth as many people as links, friends drawn by a seed), or those of the 28 POLE
files. Both ways first draw a little that counts for nobody, for Java to be warm.
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
from neo4j import Driver, GraphDatabase, ManagedTransaction

from app.workspace import open_workspace
from bench.pole import ROOT, pole_files
from deploy.dev_servers import neo4j as server_of
from graph.ledger.claims import read_live
from graph.model.entities import link_ids
from graph.model.kinds import ENTITY_CODES, LINKS
from graph.model.scope import Scope
from graph.store.contract import Changes, Placed, Store
from graph.store.cypher_writing import FACT_FIELDS, SUPPORT_FIELDS, schema_names
from graph.store.drawing import Drawing, Support, draw_parts
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


def plainly(driver: Driver, parts: Sequence[Drawing]) -> float:
    """Draw as the driver's manual does, by one session.

    Parameters
    ----------
    driver : Driver
        Of an empty database.
    parts : sequence of Drawing
        What to draw: a node for each entity, a relationship for each claim.

    Returns
    -------
    float
        Claims a second.
    """
    ids = list({entity for part in parts for entity in part.entities})
    with driver.session() as session:
        session.run("CREATE CONSTRAINT plain IF NOT EXISTS FOR (n:Plain) REQUIRE n.id IS UNIQUE").consume()
        begun = time.perf_counter()
        for start in range(0, len(ids), PLAIN):
            session.run(
                "UNWIND $ids AS id CREATE (:Plain {id: id})", ids=ids[start : start + PLAIN]
            ).consume()
        for names, rows in (
            (SUPPORT_FIELDS, [row for part in parts for row in part.supports]),
            (FACT_FIELDS, [row for part in parts for row in part.facts]),
        ):
            fields = ", ".join(f"{name}: row.{name}" for name in names)
            first, second = ("a", "b") if names is SUPPORT_FIELDS else ("entity", "entity")
            text = (
                f"UNWIND $rows AS row MATCH (a:Plain {{id: row.{first}}}) "
                f"MATCH (b:Plain {{id: row.{second}}}) CREATE (a)-[:PLAIN {{{fields}}}]->(b)"
            )
            for start in range(0, len(rows), PLAIN):
                given = [row._asdict() for row in rows[start : start + PLAIN]]
                session.execute_write(_create, text, given)
        took = time.perf_counter() - begun
        session.run("MATCH ()-[r:PLAIN]->() CALL (r) { DELETE r } IN TRANSACTIONS OF 10000 ROWS").consume()
        session.run("MATCH (n:Plain) CALL (n) { DELETE n } IN TRANSACTIONS OF 10000 ROWS").consume()
    return _claims(parts) / took


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


def warmed(uri: str, driver: Driver, password: str) -> None:
    """Draw a little both ways, and leave the server as it was."""
    few = list(parts_of_rows(invented(20_000, seed=3)[1]))
    plainly(driver, few)
    server = Neo4jServer(uri, user="neo4j", password=password)
    drawn(Neo4jStore(server, "warm", writer=True), few)
    Neo4jStore(server, "warm", writer=True).forget()
    server.close()
    with driver.session() as session:
        for name in schema_names():
            session.run(
                f"DROP INDEX {name} IF EXISTS" if _is_index(name) else f"DROP CONSTRAINT {name}"
            ).consume()


def _is_index(name: str) -> bool:
    return name.startswith(("kithmap_kind_", "kithmap_link_"))


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
    try:
        if what == "pole":
            parts = of_pole(folder / "workspace")
        else:
            parts = list(parts_of_rows(invented(int(what))[1]))
        uri = server_of.start(folder, heap="1g")
        password = (folder / server_of.PASSWORD).read_text(encoding="ascii")
        with GraphDatabase.driver(uri, auth=("neo4j", password)) as driver:
            warmed(uri, driver, password)
            plain = [plainly(driver, parts)]
            server = Neo4jServer(uri, user="neo4j", password=password)
            store = Neo4jStore(server, "bench", writer=True)
            ours = drawn(store, parts)
            plain.append(plainly(driver, parts))
        embedded = EmbeddedStore(folder / "drawn.db", writer=True)
        beside = drawn(embedded, parts)
        people = [
            entity
            for part in parts
            for entity, kind in part.entities.items()
            if kind == ENTITY_CODES["Person"]
        ]
        print(f"{_claims(parts):,} claims, a relationship each")
        print(f"plain UNWIND, one session, before and after: {plain[0]:,.0f} and {plain[1]:,.0f} claims/s")
        print(f"Neo4jStore: {ours:,.0f} claims/s, {ours / max(plain):.2f} of the faster plain run")
        print(f"EmbeddedStore: {beside:,.0f} claims/s")
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
