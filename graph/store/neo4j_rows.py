"""Which rows of the graph in Neo4j one viewer may see: the questions under every answer."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import wraps
from typing import Any, Final, TypeVar

import numpy as np

from graph.errors import EntityNotFoundError, StoreUnavailableError
from graph.ledger.judgements import Judgement
from graph.model.kinds import ENTITY_NAMES
from graph.model.links import Int64
from graph.model.scope import Filters, Scope
from graph.store import cypher
from graph.store.contract import DrawnArea
from graph.store.cypher import Statement, seen_by, several
from graph.store.link_reads import DOUBTFUL, Rows
from graph.store.neo4j_server import Answer, Neo4jServer
from graph.store.row_reads import RowReads
from graph.store.support_table import SupportTable
from graph.store.visible_rows import parts_of

HANDED_IN: Final = {
    "judgement": Judgement._fields,
    "area": DrawnArea._fields,
    "touched": ("label", "count"),
}
"""What is handed in whole at each change: lists at the moment's own node."""
_SEVERAL_QUESTIONS: Final = (
    "described",
    "entity",
    "neighbours",
    "neighbourhood",
    "link",
    "paths",
    "dated_claims",
    "occurrences",
    "locations",
)
"""Operations that ask a server more than once."""

_Reads = TypeVar("_Reads", bound="type[Neo4jRows]")


def _asked_together(reads: _Reads) -> _Reads:
    """Let each of these operations be one transaction."""
    for name in _SEVERAL_QUESTIONS:
        setattr(reads, name, _as_one(getattr(reads, name)))
    return reads


def _as_one(operation: Callable[..., Answer]) -> Callable[..., Answer]:
    @wraps(operation)
    def _operation(reads: Neo4jRows, *given: Any, **named: Any) -> Answer:
        return reads.together(lambda: operation(reads, *given, **named))

    return _operation


@_asked_together
class Neo4jRows(RowReads):
    """Reading rows of one drawing at one moment.

    Parameters
    ----------
    server : Neo4jServer
        Opened by the caller.
    workspace : str
        Whose graph; one server holds those of several.
    """

    def __init__(self, server: Neo4jServer, workspace: str) -> None:
        super().__init__()
        self._server = server
        self._workspace = workspace
        self._drawing, self._pinned = 0, 0
        self._kept: dict[str, Rows] = {}

    def _moment(self) -> int:
        return self._pinned

    def together(self, answer: Callable[[], Answer]) -> Answer:
        """Answer something in one transaction, with one look at the end whether all of it was still there.

        Parameters
        ----------
        answer : callable
            Asks this reader, and may be called again.

        Returns
        -------
        object
            What it returned.

        Raises
        ------
        StoreUnavailableError
            No server answers, or the graph was drawn anew meanwhile.
        """
        if self._server.is_together:
            return answer()

        def _looked_at() -> Answer:
            try:
                return answer()
            except EntityNotFoundError:
                # It may be the drawing that is gone, and not the entity.
                self._look()
                raise

        def _whole() -> Answer:
            found = _looked_at()
            self._look()
            return found

        try:
            return self._server.together(_whole)
        except StoreUnavailableError:
            # What was read of a drawing that went away meanwhile may not be all of it.
            self._forget()
            raise

    def _forget(self) -> None:
        self._kept.clear()
        self._resolutions.clear()

    def _look(self) -> None:
        at = {"drawing": self._drawing, "moment": self._pinned, "workspace": self._workspace}
        if self._drawing and not self._server.read([Statement(cypher.STILL, at)])[0]:
            raise StoreUnavailableError("the graph was drawn anew meanwhile: ask again")

    def _ask(self, text: str, **parameters: Any) -> Rows:
        """Ask at the moment this reader opened."""
        at = {"drawing": self._drawing, "moment": self._pinned}
        return self.together(lambda: self._server.read([Statement(text, {**at, **parameters})])[0])

    def _ask_lists(self, text: str, **parameters: Any) -> Rows:
        """Ask for lists of rows; return the rows."""
        return [tuple(row) for (rows,) in self._ask(text, **parameters) for row in rows]

    def _ask_once(self, text: str) -> Rows:
        """Ask what no viewer's scope changes: at one moment it has one answer."""
        if text not in self._kept:
            self._kept[text] = self._ask(text)
        return self._kept[text]

    def _support(self, text: str, scope: Scope, filters: Filters, **parameters: Any) -> SupportTable:
        rows = self._ask_lists(text, codes=cypher.LINK_CODES, **seen_by(scope, filters), **parameters)
        return SupportTable(rows, self.resolution(scope))

    def _touching(
        self, scope: Scope, filters: Filters, members: Collection[int], kinds: Collection[str] = ()
    ) -> SupportTable:
        return self._support(cypher.supports_touching(kinds), scope, filters, ids=several(members))

    def _within(
        self, scope: Scope, filters: Filters, members: Collection[int], kinds: Collection[str] = ()
    ) -> SupportTable:
        return self._support(cypher.supports_within(kinds), scope, filters, ids=several(members))

    def _of_all(self, scope: Scope, filters: Filters, kinds: Collection[str] = ()) -> SupportTable:
        return self._support(cypher.supports_of_all(kinds), scope, filters)

    def _of_link(self, scope: Scope, filters: Filters, link: int) -> SupportTable:
        return self._support(cypher.supports_of_link(), scope, filters, link=link)

    def _facts(
        self,
        scope: Scope,
        filters: Filters,
        columns: Sequence[str],
        *,
        predicates: Collection[str] = (),
        members: Collection[int] | None = None,
        kind: str = "",
    ) -> Rows:
        text = cypher.facts(columns, predicates, among=members is not None, kind=kind)
        return self._ask_lists(text, ids=several(members or ()), **seen_by(scope, filters))

    def _wheres(self, scope: Scope, filters: Filters) -> Rows:
        return self._ask_lists(cypher.wheres(), **seen_by(scope, filters))

    def _positions(self, scope: Scope, filters: Filters, kind: str = "") -> Rows:
        return self._ask_lists(cypher.positions(kind), **seen_by(scope, filters))

    def _spoken_of(self, scope: Scope, filters: Filters, kind: str = "") -> dict[str, Int64]:
        found: dict[int, list[int]] = defaultdict(list)
        for code, entity in self._ask_lists(cypher.entities_of(kind), **seen_by(scope, filters)):
            found[code].append(entity)
        return {ENTITY_NAMES[code]: np.array(ids, dtype=np.int64) for code, ids in found.items()}

    def _is_seen(self, scope: Scope, members: Collection[int]) -> bool:
        return bool(self._ask(cypher.IS_SEEN, ids=several(members), **seen_by(scope, DOUBTFUL)))

    def _kinds(self, members: Collection[int]) -> dict[int, int]:
        return dict(self._ask_lists(cypher.KINDS, ids=several(members)))

    def _ages(self, scope: Scope, entities: Collection[int]) -> dict[int, int]:
        if not entities:
            return {}
        seen = seen_by(scope, DOUBTFUL)
        parts = parts_of(sorted(entities), 50_000)
        return dict(row for part in parts for row in self._ask_lists(cypher.AGES, ids=several(part), **seen))

    def _judgements(self) -> Iterable[Judgement]:
        return map(Judgement._make, self._handed_in("judgement"))

    def _handed_in(self, name: str) -> list[tuple[Any, ...]]:
        """Return the rows of one of the lists; all of them are read at once."""
        fields = [f"{held}_{field}" for held, of in HANDED_IN.items() for field in of]
        found = self._ask_once(cypher.moment_lists(fields))
        lists = dict(zip(fields, found[0], strict=True)) if found else {}
        return list(zip(*(lists.get(f"{name}_{field}", ()) for field in HANDED_IN[name]), strict=True))

    def _areas_of_points(self) -> Mapping[int, tuple[int, ...]]:
        rows = self._ask_once(f"{cypher.POINTS} RETURN p.id, p.areas")
        return {point: tuple(areas) for point, areas in rows if areas}

    def _agencies(self) -> Mapping[int, str]:
        return dict(self._ask_once(cypher.ORIGINS))

    def _pointed(self, scope: Scope, members: Collection[int]) -> Rows:
        return self._ask(cypher.POINTED, ids=several(members), pointer=several(scope.pointer))
