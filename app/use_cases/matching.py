"""Judgements that records are one person, and undoing them."""

from __future__ import annotations

from typing import Final

from app.audit import Event
from app.use_cases.drawing import BRIEFLY_S, current_store, reading_ledger, redraw
from app.workspace import Answer, Workspace
from graph.errors import EntityNotFoundError
from graph.ledger.judgements import Judgement, read_judgements, undo_judgement
from graph.ledger.opening import one_writer, open_ledger
from graph.ledger.writing import LedgerWriter
from graph.model.entities import read_id, write_id
from graph.store.resolution import holding_pairs
from graph.view import View

SCHEMA: Final = "kithmap.judgements/1"


def list_judgements(workspace: Workspace) -> Answer:
    """List the judgements that the viewer may see.

    Parameters
    ----------
    workspace : Workspace
        Whose.

    Returns
    -------
    Answer
        One row a judgement; undone ones say so.
    """

    def _find(view: View) -> Answer:
        held = _visible(workspace, view)
        undone = {(j.a, j.b) for j in held if not j.same}
        holding = set(holding_pairs(held, view.scope))
        rows = {
            j.id: {
                "id": write_id(j.id),
                "a": write_id(j.a),
                "b": write_id(j.b),
                "basis": j.basis,
                "state": _state((j.a, j.b), undone, holding),
            }
            for j in held
            if j.same
        }
        people = sorted({entity for j in held for entity in (j.a, j.b)})
        body = {
            "schema": SCHEMA,
            "data_version": view.data_version,
            "sentence": f"{len(rows)} judgements",
            "rows": [rows[number] for number in sorted(rows)],
        }
        return Answer(body, people, {"judgements": len(rows)})

    return workspace.answer("match", lambda: current_store(workspace), _find)


def _state(pair: tuple[int, int], undone: set[tuple[int, int]], holding: set[tuple[int, int]]) -> str:
    if pair in undone:
        return "undone"
    return "holds" if pair in holding else "too many share it"


def _visible(workspace: Workspace, view: View) -> list[Judgement]:
    with reading_ledger(workspace) as ledger:
        held = read_judgements(ledger)
    return [j for j in held if {j.label_a, j.label_b} <= view.scope.visible]


def undo(workspace: Workspace, judgement: str) -> None:
    """Undo a judgement: its records are different people again.

    Parameters
    ----------
    workspace : Workspace
        Whose.
    judgement : str
        Its id.

    Raises
    ------
    EntityNotFoundError
        No judgement that the viewer may see has this id.
    """
    number = read_id(judgement)

    def _find(view: View) -> Answer:
        held = [j for j in _visible(workspace, view) if j.id == number and j.same]
        if not held:
            raise EntityNotFoundError("no judgement with this id")
        return Answer({}, [held[0].a, held[0].b], {"judgement": judgement})

    workspace.answer("match", lambda: current_store(workspace), _find)
    workspace.audit.write(Event("alteration", "match undo", (), {"judgement": judgement}))
    files = open_ledger(workspace.folder, writer=True)
    try:
        with one_writer(workspace.folder, wait_s=BRIEFLY_S):
            with LedgerWriter(files, mint=workspace.mint, clock=workspace.clock) as writer:
                undo_judgement(writer, number)
            redraw(workspace)
    finally:
        files.close()
