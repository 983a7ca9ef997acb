"""Rows of a drawing as changes to Neo4j: in batches, by sessions at once."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import count, islice
from operator import attrgetter
from types import TracebackType
from typing import Any, Final, Self

from graph.errors import ConflictError
from graph.model.kinds import ENTITY_NAMES, LINK_NAMES, PROPERTIES
from graph.store import cypher_writing as writing
from graph.store.cypher import Statement
from graph.store.drawing import Drawing, Fact, Support
from graph.store.neo4j_server import TAKEN_OVER, Neo4jServer, Rows
from graph.store.visible_rows import parts_of

BATCH: Final = 3_000
"""Rows in a transaction."""

_SESSIONS: Final = 2
"""That write at once. Rows go in the order of their first end, so that two seldom wait for one lock; where
they do, the driver does one of them again."""
_AHEAD: Final = 2 * _SESSIONS
"""Batches that wait while others are written: enough that no session waits for rows to be made."""
_BROUGHT: Final = 3
"""Claims of its own that a new entity brings at most: a transaction stays small."""
_PROPERTY_NAMES: Final = tuple(PROPERTIES)

Row = Sequence[Any]
_Done = tuple[Sequence[Statement], list[Rows]]
_Texts = Iterable[tuple[str, Iterable[Row]]]
_NOBODY: Final = -1
"""The end of a row that matches nothing."""


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
        self._elements: dict[int, str] = {}
        self._sessions = ThreadPoolExecutor(_SESSIONS)
        self.at: dict[str, Any] = {"drawing": drawing, "moment": moment, "since": None if fresh else moment}

    def __enter__(self) -> Self:
        """Let go of the sessions at the end of a block."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        """Wait for what is being written, and drop what waits."""
        self._sessions.shutdown(cancel_futures=True)

    def write(self, text: str, rows: Iterable[Row]) -> None:
        """Write rows by one text.

        Parameters
        ----------
        text : str
            Takes them as ``$rows``.
        rows : iterable of list
            Any number of them.
        """
        for _ in self._done([(text, rows)]):
            pass

    def add(self, parts: Iterable[Drawing]) -> None:
        """Write a drawing, but for points, agencies and areas.

        Parameters
        ----------
        parts : iterable of Drawing
            Rows there already are left as they are. The claims of a part are written while the entities of
            the next are.
        """
        text = writing.add_entities(fresh=self._fresh)
        before: tuple[list[Support], list[Fact]] = [], []
        for part in parts:
            new, facts = self._new_entities(part)
            sent = [self._submit(changes) for changes in _batches([(text, new)], self.at)]
            self._add_claims(*before)
            self._note(sent, new)
            before = part.supports, facts
        self._add_claims(*before)

    def _new_entities(self, part: Drawing) -> tuple[list[Row], list[Fact]]:
        """Return rows of entities that are not there yet, and the claims that no such row brings."""
        new = {entity: kind for entity, kind in part.entities.items() if entity not in self._elements}
        facts = list({(f.predicate, f.entity, f.claim): f for f in part.facts}.values())
        if not self._fresh:
            return [(entity, kind, ENTITY_NAMES[kind]) for entity, kind in new.items()], facts
        brought: dict[int, list[Row]] = {entity: [] for entity in new}
        left: list[Fact] = []
        for fact in facts:
            own = brought.get(fact.entity)
            if own is None or len(own) == _BROUGHT:
                left.append(fact)
            else:
                own.append((*fact, _PROPERTY_NAMES[fact.predicate]))
        return [(entity, kind, ENTITY_NAMES[kind], brought[entity]) for entity, kind in new.items()], left

    def _note(self, sent: Sequence[Future[_Done]], new: Sequence[Row]) -> None:
        """Keep the element ids of entities added, by which a new drawing finds them."""
        told = [rows for future in sent for rows in future.result()[1]]
        if not self._fresh:
            self._elements.update((row[0], "") for row in new)
            return
        for ((ids, elements),) in told:
            self._elements.update(zip(ids, elements, strict=True))
        # The answer to what was committed may have been lost.
        for some in parts_of([row[0] for row in new if row[0] not in self._elements]):
            asked = Statement(writing.ELEMENT_IDS, {**self.at, "ids": some})
            ((ids, elements),) = self._server.read([asked])[0]
            if len(ids) < len(some):
                raise ConflictError(TAKEN_OVER)
            self._elements.update(zip(ids, elements, strict=True))

    def _add_claims(self, rows: list[Support], facts: list[Fact]) -> None:
        # By their first end, which the server then has at hand.
        supports = sorted({(s.predicate, s.link, s.claim): s for s in rows}.values(), key=attrgetter("a"))
        facts = sorted(facts, key=attrgetter("entity"))
        if not self._fresh:
            for _ in self._done(_by_predicate(supports, facts)):
                pass
            return
        for changes, told in self._done(self._by_element(supports, facts)):
            check_counts(changes, told)

    def _by_element(self, supports: list[Support], facts: list[Fact]) -> _Texts:
        """Return rows for a new drawing, whose entities are found by their element ids."""
        element = self._elements
        yield (
            writing.add_supports(),
            ((*s, element[s.a], element[s.b], LINK_NAMES[s.predicate]) for s in supports),
        )
        yield (
            writing.add_facts(),
            ((*f, element[f.entity], _PROPERTY_NAMES[f.predicate]) for f in facts),
        )

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

    def _done(self, texts: _Texts) -> Iterator[_Done]:
        """Write rows by several sessions at once; yield what each change gave."""
        waiting: deque[Future[_Done]] = deque()
        for changes in _batches(texts, self.at):
            waiting.append(self._submit(changes))
            if len(waiting) > _AHEAD:
                yield waiting.popleft().result()
        for future in waiting:
            yield future.result()

    def _submit(self, changes: Sequence[Statement]) -> Future[_Done]:
        return self._sessions.submit(self._send, changes)

    def _send(self, changes: Sequence[Statement]) -> _Done:
        return changes, self.once(changes, f"{next(self._numbers)}")

    def once(self, changes: Sequence[Statement], name: str) -> list[Rows]:
        """Make changes once, while no other attempt has taken over.

        Parameters
        ----------
        changes : sequence of Statement
            All or none.
        name : str
            No two changes of an attempt share it.

        Returns
        -------
        list of list
            What each change gives; empty where the changes had been made already.
        """
        key = {**self._attempt, "key": f"{self._attempt['attempt']}-{name}"}
        return self._server.write([Statement(writing.ONCE, key), *changes], once=True)[1:]


def check_counts(changes: Sequence[Statement], told: Sequence[Rows]) -> None:
    """Refuse to go on where rows found no entity at its element id: somebody deleted it meanwhile.

    Parameters
    ----------
    changes : sequence of Statement
        Of a new drawing, each with its rows.
    told : sequence of list
        How many rows each added; empty where nobody knows.

    Raises
    ------
    ConflictError
        Fewer than were asked for.
    """
    for change, (row,) in zip(changes, told, strict=bool(told)):
        if row[0] != len(change.parameters["rows"]):
            raise ConflictError(TAKEN_OVER)


def _batches(texts: _Texts, at: Mapping[str, Any]) -> Iterator[list[Statement]]:
    """Yield what goes into one transaction each; rows are made when they are asked for."""
    held: list[Statement] = []
    room = BATCH
    for text, rows in texts:
        rest = iter(rows)
        while chosen := list(islice(rest, room)):
            held.append(Statement(text, {**at, "rows": chosen}))
            room -= len(chosen)
            if not room:
                yield held
                held, room = [], BATCH
    if held:
        yield held


def _by_predicate(supports: Iterable[Support], facts: Iterable[Fact]) -> _Texts:
    """Return rows for a drawing that answers already: each kind of claim looks for those there."""
    links: dict[int, list[Row]] = defaultdict(list)
    said: dict[int, list[Row]] = defaultdict(list)
    for support in supports:
        links[support.predicate].append((*support,))
    for fact in facts:
        said[fact.predicate].append((*fact,))
    for code, rows in links.items():
        yield writing.add_supports(LINK_NAMES[code]), _never_one(rows)
    for number, rows in said.items():
        yield writing.add_facts(_PROPERTY_NAMES[number]), _never_one(rows)


def _never_one(rows: list[Row]) -> list[Row]:
    # A list of one would be planned by itself.
    return rows if len(rows) > 1 else [*rows, [_NOBODY] * len(rows[0])]
