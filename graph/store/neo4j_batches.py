"""Rows of a drawing as changes to Neo4j: in batches, by sessions at once where none waits for another."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from operator import itemgetter
from typing import Any, Final

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
_PROPERTY_NAMES: Final = tuple(PROPERTIES)

Row = list[Any]
_Done = tuple[Sequence[Statement], list[Rows]]
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
        self._do([(text, rows)])

    def add(self, part: Drawing) -> None:
        """Write one part of a drawing, but for its points.

        Parameters
        ----------
        part : Drawing
            Rows there already are left as they are.
        """
        self._add_entities(part)
        self.write(writing.ADD_ORIGINS, [[number, agency] for agency, number in part.origins.items()])
        self.write(writing.ADD_STATED_AREAS, [list(row) for row in part.codes.items()])
        for changes, told in self._do(self._texts(part)):
            if self._fresh:
                check_counts(changes, told)

    def _add_entities(self, part: Drawing) -> None:
        by_kind: dict[int, list[Row]] = defaultdict(list)
        for entity, kind in part.entities.items():
            if entity not in self._elements:
                by_kind[kind].append([entity, kind])
        texts = [
            (writing.add_entities(ENTITY_NAMES[kind], fresh=self._fresh), rows)
            for kind, rows in by_kind.items()
        ]
        for _, told in self._do(texts):
            for rows in told:
                self._elements.update(rows)
        # The answer to what was committed may have been lost.
        lost = [entity for entity in part.entities if entity not in self._elements]
        for some in parts_of(lost):
            at = {**self.at, "ids": some}
            self._elements.update(self._server.read([Statement(writing.ELEMENT_IDS, at)])[0])

    def _texts(self, part: Drawing) -> Iterator[tuple[str, list[Row]]]:
        """Sort rows by the text that adds them; each claim once."""
        fresh, element = self._fresh, self._elements
        links: dict[int, list[Row]] = defaultdict(list)
        for support in {(s.predicate, s.link, s.claim): s for s in part.supports}.values():
            row = _support_row(support)
            if fresh:
                row += (element[support.a], element[support.b])
            links[support.predicate].append(row)
        said: dict[int, list[Row]] = defaultdict(list)
        for fact in {(f.predicate, f.entity, f.claim): f for f in part.facts}.values():
            row = _fact_row(fact)
            if fresh:
                row.append(element[fact.entity])
            said[fact.predicate].append(row)
        for code, rows in links.items():
            yield writing.add_supports(LINK_NAMES[code], fresh=fresh), _sorted(rows)
        for number, rows in said.items():
            yield writing.add_facts(_PROPERTY_NAMES[number], fresh=fresh), _sorted(rows)

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

    def _do(self, texts: Iterable[tuple[str, Sequence[Row]]]) -> list[_Done]:
        """Write rows by several sessions at once; return what each change gave."""
        with ThreadPoolExecutor(_SESSIONS) as sessions:
            return list(sessions.map(self._send, self._batches(texts)))

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
        if row[0] != sum(asked[0] != _NOBODY for asked in change.parameters["rows"]):
            raise ConflictError(TAKEN_OVER)


def _sorted(rows: list[Row]) -> list[Row]:
    """Return rows by their first end, which the server then has at hand; never one alone."""
    rows.sort(key=itemgetter(0))
    # A list of one would be planned by itself; no entity has that id, whatever is at its element id.
    return rows if len(rows) > 1 else [*rows, [_NOBODY if type(x) is int else x for x in rows[0]]]


def _support_row(row: Support) -> Row:
    # What is nought is left out: a relationship with fewer properties is written and read sooner.
    _, link, claim, a, b, capacity, label, origin, source, information, disputed, *days, age = row
    marks = [source or None, information or None, disputed or None]
    return [a, b, link, claim, capacity or None, label, origin, *marks, *days, age]


def _fact_row(row: Fact) -> Row:
    _, entity, claim, label, origin, source, information, disputed, *rest, sort, category, point = row
    marks = [source or None, information or None, disputed or None]
    return [entity, claim, label, origin, *marks, *rest, sort or None, category or None, point or None]
