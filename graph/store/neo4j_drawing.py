"""Drawing into Neo4j: beside what answers, and answered from by one last commit."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

import numpy as np

from graph.errors import StoreError, StoreUnavailableError
from graph.store import cypher
from graph.store import cypher_writing as writing
from graph.store.contract import Changes, DrawnArea, Place
from graph.store.cypher import Statement
from graph.store.drawing import Drawing
from graph.store.neo4j_batches import Batches, Row
from graph.store.neo4j_rows import HANDED_IN, Neo4jRows
from graph.store.neo4j_server import Neo4jServer

NEO4J_SCHEMA: Final = "1"
_GONE: Final = ("gone_entity", "gone_claim")


class Neo4jDrawing(Neo4jRows):
    """A drawing in Neo4j, read at one moment and changed by whoever may.

    Parameters
    ----------
    server : Neo4jServer
        Opened by the caller, who closes it.
    workspace : str
        Whose graph.
    writer : bool, optional
        Whether this process will apply changes.
    anew : bool, optional
        Whether the first changes applied are a drawing of everything, built beside what answers.

    Raises
    ------
    StoreUnavailableError
        No server answers, or nothing was drawn yet.
    """

    def __init__(
        self, server: Neo4jServer, workspace: str, *, writer: bool = False, anew: bool = False
    ) -> None:
        super().__init__(server, workspace)
        self._anew, self._writer = anew, writer
        self._version = 0
        self._open()
        if not (self._drawing or writer):
            raise StoreUnavailableError("the graph has not been drawn yet: kithmap redraw")

    def _state(self) -> tuple[Any, ...]:
        rows = self._server.read([Statement(writing.STATE, {"workspace": self._workspace})])[0]
        return rows[0] if rows else (0, 0, 0, 0, [], False, None)

    def _open(self) -> tuple[Any, ...]:
        state = self._state()
        self._drawing, self._pinned, self._version = state[:3]
        self._forget()
        return state

    def close(self) -> None:
        """Give back nothing: the server is the caller's."""

    def version(self) -> int:
        """Return the ledger's version that is drawn.

        Returns
        -------
        int
            0 before anything was drawn.
        """
        return self._version

    def schema(self) -> str:
        """Return the schema the graph was drawn with.

        Returns
        -------
        str
            A drawing of another schema is drawn again.
        """
        held = self._ask_once(cypher.moment_lists(["schema"]))
        return str(held[0][0]) if held else NEO4J_SCHEMA

    def touched(self) -> dict[int, int]:
        """Return how often the claims of each label had changed when they were drawn.

        Returns
        -------
        dict of int to int
            What data versions are made of, so that they fit what is drawn.
        """
        return dict(self._handed_in("touched"))

    def areas(self) -> list[DrawnArea]:
        """Return the areas loaded.

        Returns
        -------
        list of DrawnArea
            Sorted by kind, vintage and code.
        """
        return sorted((DrawnArea(*row) for row in self._handed_in("area")), key=lambda area: area[1:4])

    def area_codes(self) -> dict[int, str]:
        """Return the codes of areas by their ids, for areas that a visible link names.

        Returns
        -------
        dict of int to str
            Those loaded, and those that claims name.
        """
        stated = self._ask_once(cypher.STATED_AREAS)
        loaded = [(row[0], row[3]) for row in self._handed_in("area")]
        return dict(sorted([*((row[0], row[1]) for row in stated), *loaded]))

    def numbered(self) -> tuple[dict[tuple[float, float], int], dict[str, int]]:
        """Return the points and agencies drawn already, for drawing more.

        Returns
        -------
        tuple of dict
            Longitude and latitude to number of the point; agency to number.
        """
        points = self._ask(f"{cypher.POINTS} RETURN p.lon, p.lat, p.id")
        origins = self._agencies()
        return {(row[0], row[1]): row[2] for row in points}, {name: n for n, name in origins.items()}

    def apply(self, changes: Changes, place: Place) -> None:
        """Put claims in and take claims out, all at once.

        Parameters
        ----------
        changes : Changes
            What to do; doing it twice is the same as once.
        place : Place
            Places new points.

        Raises
        ------
        ConflictError
            Another process drew meanwhile: what this one did is taken back.
        StoreUnavailableError
            The server stopped answering: what was drawn before answers, and the next changes begin by
            taking back what these left.
        """
        attempt = secrets.token_hex(8)
        self._take(attempt)
        try:
            drawing, moment, fresh = self._begin(attempt)
            with Batches(
                self._server,
                drawing,
                workspace=self._workspace,
                attempt=attempt,
                moment=moment,
                fresh=fresh,
            ) as batches:
                self._draw(changes, place, batches, fresh=fresh)
        except BaseException:
            self._take_back(attempt)
            raise
        self._anew = False
        self._clear(self._open())
        self._drop_keys(attempt)

    def _take(self, attempt: str) -> None:
        self._server.prepare(writing.constraints())
        given = {"workspace": self._workspace, "attempt": attempt}
        (((before,),),) = self._server.write([Statement(writing.TAKE, given)])
        if before:
            self._drop_keys(before)
        self._clear(self._open())
        self._drop_ended()

    def _clear(self, state: tuple[Any, ...]) -> None:
        """Take back what ended attempts left: drawings nobody answers from, rows of no moment yet."""
        drawing, moment, _, _, leftovers, begun, _ = state
        for number in leftovers:
            for text in writing.drop_drawing():
                self._server.outside(Statement(text, {"drawing": number}))
            given = {"workspace": self._workspace, "drawing": number}
            self._server.write([Statement(writing.FORGET, given)])
        if begun:
            for text in writing.drop_unfinished():
                self._server.outside(Statement(text, {"drawing": drawing, "moment": moment}))

    def _drop_keys(self, attempt: str) -> None:
        self._server.outside(Statement(writing.DROP_KEYS, {"attempt": attempt}))

    def _drop_ended(self) -> None:
        """Drop what has been kept for those who read the moment before the one that answers."""
        if not self._drawing:
            return
        at = {"workspace": self._workspace, "drawing": self._drawing, "moment": self._pinned}
        self._server.write([Statement(writing.OLDEST, at)])
        rows = zip(*self._ask(cypher.moment_lists(_GONE))[0], strict=True)
        given = {**at, "rows": [list(row) for row in rows]}
        self._server.write([Statement(writing.DROP_ENDED, given), Statement(writing.DROP_MOMENTS, at)])

    def _begin(self, attempt: str) -> tuple[int, int, bool]:
        fresh = self._anew or not self._drawing
        given = {"workspace": self._workspace, "attempt": attempt, "key": f"{attempt}-first"}
        text = writing.BUILD_BESIDE if fresh else writing.DRAW_MORE
        done = self._server.write([Statement(writing.ONCE, given), Statement(text, given)], once=True)
        # No row where the answer to an earlier try was lost: what it did is in the state.
        building = done[1][0][0] if done else self._state()[3]
        return int(building), self._pinned + 1, fresh

    def _draw(self, changes: Changes, place: Place, batches: Batches, *, fresh: bool) -> None:
        gone = [] if fresh else batches.take_out(changes.removed)
        numbered = Drawing()
        batches.add(_noted(_parts(changes.added), numbered))
        filling = self._server.prepare(writing.indexes())
        known = set() if fresh else {row[0] for row in self._ask(f"{cypher.POINTS} RETURN p.id")}
        new = [(number, *where) for where, number in numbered.points.items() if number not in known]
        if new:
            batches.write(writing.add_points(fresh=fresh), _placed(new, place))
        batches.write(writing.ADD_ORIGINS, [[n, agency] for agency, n in numbered.origins.items()])
        batches.write(writing.ADD_STATED_AREAS, [list(row) for row in numbered.codes.items()])
        if filling:
            self._server.await_indexes()
        lists = {
            **_lists(changes),
            **dict(zip(_GONE, _columns(gone, 2), strict=True)),
            "schema": NEO4J_SCHEMA,
        }
        given = {"workspace": self._workspace, "version": changes.version, "fresh": fresh, "lists": lists}
        batches.once([Statement(writing.SWITCH, {**batches.at, **given})], "last")

    def _take_back(self, attempt: str) -> None:
        try:
            state = self._state()
            if state[6] == attempt:
                self._clear(state)
            self._drop_keys(attempt)
        except StoreError:
            # The server is gone: the next changes begin with this.
            return


def _parts(added: Drawing | Iterable[Drawing]) -> Iterable[Drawing]:
    return [added] if isinstance(added, Drawing) else added


def _noted(parts: Iterable[Drawing], numbered: Drawing) -> Iterator[Drawing]:
    """Yield parts; keep their points, agencies and areas, which a drawing numbers as a whole."""
    for part in parts:
        numbered.points = part.points
        numbered.origins.update(part.origins)
        numbered.codes.update(part.codes)
        yield part


def _placed(points: Sequence[tuple[int, float, float]], place: Place) -> list[Row]:
    placed = place(np.array([row[1] for row in points]), np.array([row[2] for row in points]))
    return [
        [*row, at.easting_m, at.northing_m, sorted(at.areas)] for row, at in zip(points, placed, strict=True)
    ]


def _columns(rows: Sequence[Sequence[Any]], width: int) -> list[list[Any]]:
    return [list(column) for column in zip(*rows, strict=True)] or [[] for _ in range(width)]


def _lists(changes: Changes) -> dict[str, list[Any]]:
    rows: dict[str, Sequence[Sequence[Any]]] = {
        "judgement": changes.judgements,
        "area": changes.areas,
        "touched": list(changes.touched.items()),
    }
    return {
        f"{name}_{field}": column
        for name, fields in HANDED_IN.items()
        for field, column in zip(fields, _columns(rows[name], len(fields)), strict=True)
    }
