"""Rows of a drawing as changes to Neo4j: in batches, by sessions at once where none waits for another."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from typing import Any, Final

from graph.model.kinds import ENTITY_NAMES, LINK_NAMES, PROPERTIES
from graph.store import cypher_writing as writing
from graph.store.cypher import Statement
from graph.store.drawing import Drawing, Fact, Support
from graph.store.neo4j_server import Neo4jServer

BATCH: Final = 10_000
"""Rows in a transaction."""
FEW: Final = 2_000
"""Up to so many rows, one session is as fast."""

_SESSIONS: Final = 2
_GROUPS: Final = 4
_ROUNDS: Final = (((0, 1), (2, 3)), ((0, 2), (1, 3)), ((0, 3), (1, 2)), ((0, 0), (1, 1), (2, 2), (3, 3)))
"""Entities fall in four groups by their id; each pair of groups meets once, and no two pairs of a round
share a group: sessions that write them at the same time seldom wait for a lock of each other. (Two links of
one entity lie in one chain, so it can happen; the driver then does the transaction again.)"""
_PROPERTY_NAMES: Final = tuple(PROPERTIES)

Row = list[Any]
_NOBODY: Final = -1
"""The end of a row that matches nothing: a list of one would be planned by itself."""

_Pair = tuple[int, int]


class Batches:
    """Writes rows in batches, each once.

    Parameters
    ----------
    server : Neo4jServer
        Where to.
    drawing : int
        Number of the drawing.
    workspace, attempt : str
        Names this attempt; no other has the name.
    moment : int
        When the rows will count.
    fresh : bool
        Whether the drawing is new: its rows then count from the beginning.

    Attributes
    ----------
    at : dict of str to object
        Drawing and moment, as parameters.
    """

    def __init__(
        self,
        server: Neo4jServer,
        drawing: int,
        *,
        workspace: str,
        attempt: str,
        moment: int,
        fresh: bool,
    ) -> None:
        self._server = server
        self._attempt = {"workspace": workspace, "attempt": attempt}
        self._numbers = count()
        self._fresh = fresh
        self._entities: set[int] = set()
        self.at: dict[str, Any] = {"drawing": drawing, "moment": moment, "since": None if fresh else moment}

    def write(self, text: str, rows: Sequence[Row]) -> None:
        """Write rows by one text.

        Parameters
        ----------
        text : str
            Takes them as ``$rows``.
        rows : sequence of list
            Any number of them.
        """
        for changes in self._batches([(text, rows)]):
            self._send(changes)

    def add(self, part: Drawing) -> None:
        """Write one part of a drawing, but for its points.

        Parameters
        ----------
        part : Drawing
            Rows there already are left as they are.
        """
        first = [
            (writing.ADD_ORIGINS, [[number, agency] for agency, number in part.origins.items()]),
            (writing.ADD_STATED_AREAS, [list(row) for row in part.codes.items()]),
            *self._new_entities(part),
        ]
        if len(part.supports) + len(part.facts) <= FEW:
            texts = _texts(part, 1, fresh=self._fresh)
            self._do([*first, *texts.get((0, 0), ())])
            return
        self._do(first)
        texts = _texts(part, _GROUPS, fresh=self._fresh)
        for pairs in _ROUNDS:
            self._run([texts[pair] for pair in pairs if pair in texts])

    def _new_entities(self, part: Drawing) -> list[tuple[str, list[Row]]]:
        by_kind: dict[int, list[Row]] = defaultdict(list)
        for entity, kind in part.entities.items():
            if entity not in self._entities:
                by_kind[kind].append([entity, kind])
        self._entities.update(part.entities)
        return [(writing.add_entities(ENTITY_NAMES[kind]), rows) for kind, rows in by_kind.items()]

    def take_out(self, gone: Drawing) -> list[Row]:
        """End the rows of claims.

        Parameters
        ----------
        gone : Drawing
            Rows that no longer count.

        Returns
        -------
        list of list
            First end and claim of each.
        """
        by_name: dict[str, list[Row]] = defaultdict(list)
        for support in gone.supports:
            by_name[LINK_NAMES[support.predicate]].append([support.a, support.claim])
        for fact in gone.facts:
            by_name[_PROPERTY_NAMES[fact.predicate]].append([fact.entity, fact.claim])
        for name, rows in by_name.items():
            self.write(writing.take_out(name), rows)
        return [row for rows in by_name.values() for row in rows]

    def _run(self, jobs: Sequence[Sequence[tuple[str, Sequence[Row]]]]) -> None:
        filled = [job for job in jobs if any(rows for _, rows in job)]
        if len(filled) < 2:
            for job in filled:
                self._do(job)
            return
        with ThreadPoolExecutor(_SESSIONS) as sessions:
            list(sessions.map(self._do, filled))

    def _do(self, job: Sequence[tuple[str, Sequence[Row]]]) -> None:
        for changes in self._batches(job):
            self._send(changes)

    def _batches(self, texts: Iterable[tuple[str, Sequence[Row]]]) -> Iterator[list[Statement]]:
        held: list[Statement] = []
        room = BATCH
        for text, rows in texts:
            start = 0
            while start < len(rows):
                chosen = rows[start : start + room]
                held.append(Statement(text, {**self.at, "rows": chosen}))
                start, room = start + len(chosen), room - len(chosen)
                if not room:
                    yield held
                    held, room = [], BATCH
        if held:
            yield held

    def _send(self, changes: Sequence[Statement]) -> None:
        self.once(changes, f"{next(self._numbers)}")

    def once(self, changes: Sequence[Statement], name: str) -> None:
        """Make changes once, while no other attempt has taken over.

        Parameters
        ----------
        changes : sequence of Statement
            All or none.
        name : str
            No two changes of an attempt share it.
        """
        key = {**self._attempt, "key": f"{self._attempt['attempt']}-{name}"}
        self._server.write([Statement(writing.ONCE, key), *changes], once=True)


def _texts(part: Drawing, groups: int, *, fresh: bool) -> dict[_Pair, list[tuple[str, list[Row]]]]:
    """Sort rows by the groups of their ends, and by the text that adds them; each claim once."""
    found: dict[_Pair, dict[str, list[Row]]] = defaultdict(lambda: defaultdict(list))
    links = {name: writing.add_supports(name, fresh=fresh) for name in LINK_NAMES}
    for support in {(s.predicate, s.link, s.claim): s for s in part.supports}.values():
        first, second = support.a % groups, support.b % groups
        pair = (first, second) if first < second else (second, first)
        found[pair][links[LINK_NAMES[support.predicate]]].append(_support_row(support))
    said = {name: writing.add_facts(name, fresh=fresh) for name in _PROPERTY_NAMES}
    for fact in {(f.predicate, f.entity, f.claim): f for f in part.facts}.values():
        group = fact.entity % groups
        found[group, group][said[_PROPERTY_NAMES[fact.predicate]]].append(_fact_row(fact))
    return {
        pair: [
            (text, rows if len(rows) > 1 else [*rows, [_NOBODY] * len(rows[0])])
            for text, rows in texts.items()
        ]
        for pair, texts in found.items()
    }


def _support_row(row: Support) -> Row:
    # What is nought is left out: a relationship with fewer properties is written and read sooner.
    _, link, claim, a, b, capacity, label, origin, source, information, disputed, *days, age = row
    marks = [source or None, information or None, disputed or None]
    return [a, b, link, claim, capacity or None, label, origin, *marks, *days, age]


def _fact_row(row: Fact) -> Row:
    _, entity, claim, label, origin, source, information, disputed, *rest, sort, category, point = row
    marks = [source or None, information or None, disputed or None]
    return [entity, claim, label, origin, *marks, *rest, sort or None, category or None, point or None]
