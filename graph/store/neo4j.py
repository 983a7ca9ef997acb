"""The drawn graph in Neo4j, for a service that several workers read."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping
from typing import Final

from graph.errors import UnknownKindError
from graph.store import cypher_writing as writing
from graph.store.cypher import Statement
from graph.store.neo4j_drawing import Neo4jDrawing
from graph.store.visible_rows import parts_of

DATED_LABELS: Final = ("YoungPerson", "PersonOfInterest", "OCG", "CountyLinesTeam", "PeerGroup")
"""Labels beside an entity's kind that hold for one stated day."""


class Neo4jStore(Neo4jDrawing):
    """The store of a shared service; see ``graph.store.contract.Store`` for what each operation answers.

    Notes
    -----
    A reader answers from the moment it opened. Claims are never written over: each carries the moment
    since which it counts, and until which, so a reader of the moment before has what it had.
    """

    def is_drawn(self) -> bool:
        """Return whether anything was ever drawn for this workspace.

        Returns
        -------
        bool
            A drawing of an empty ledger is one.
        """
        return bool(self._drawing)

    def forget(self) -> None:
        """Delete everything that was drawn for this workspace; readers are told to ask again."""
        attempt = secrets.token_hex(8)
        self._take(attempt)
        given = {"workspace": self._workspace, "attempt": attempt}
        self._server.write([Statement(writing.LET_GO, given)])
        self._clear(self._open())
        self._server.write([Statement(writing.END_STATE, given)])
        self._open()

    def label_entities(self, day: int, labels: Mapping[str, Collection[int]]) -> None:
        """Give entities the labels that hold for one stated day; those of another day are taken off.

        Parameters
        ----------
        day : int
            Days since 1970-01-01, kept beside the drawing.
        labels : mapping of str to collection of int
            Entities by label, each of ``DATED_LABELS``.

        Raises
        ------
        UnknownKindError
            No such label.

        Notes
        -----
        For whoever looks after the server. No answer rests on a label: it knows no viewer, and what
        somebody is on another day it does not say. A drawing anew has none until this is called again.
        """
        unknown = sorted(set(labels) - set(DATED_LABELS))
        if unknown:
            raise UnknownKindError(f"{', '.join(unknown)}: no label that holds for a day")
        at = {"drawing": self._drawing, "workspace": self._workspace, "day": day}
        for label in DATED_LABELS:
            self._server.outside(Statement(writing.drop_label(label), at))
            for part in parts_of(sorted(labels.get(label, ()))):
                self._server.write([Statement(writing.add_label(label), {**at, "ids": part})])
        self._server.write([Statement(writing.LABELLED_ON, at)])
