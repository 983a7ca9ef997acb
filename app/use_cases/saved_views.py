"""Saving a chart and opening it again: ids and positions, private to the account that saved them."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple

from app.accounts import AccountsFile
from app.audit import Event, Kind
from app.saved_views import Draft, SavedView, add_view, change_view, delete_view, get_view, list_views
from app.workspace import Answer, Workspace

LIST_SCHEMA: Final = "kithmap.views/1"
SCHEMA: Final = "kithmap.view/1"
_ACTION: Final = "explore"


class Shelf(NamedTuple):
    """Where the views of one account stand.

    Attributes
    ----------
    workspace : Workspace
        As the account opens it.
    accounts : AccountsFile
        Open.
    account : int
        Row of the account.
    """

    workspace: Workspace
    accounts: AccountsFile
    account: int


def list_saved(shelf: Shelf) -> Answer:
    """List the views of the account.

    Parameters
    ----------
    shelf : Shelf
        Whose.

    Returns
    -------
    Answer
        Those changed last first, without what they hold.
    """
    shelf.workspace.permit(_ACTION)
    with shelf.accounts.reading() as rows:
        held = list_views(rows, shelf.account)
    body = {
        "schema": LIST_SCHEMA,
        "sentence": f"{len(held)} saved view{'s' * (len(held) != 1)}, seen by you alone",
        "rows": [{**_told(view), "entities": view.entities} for view in held],
    }
    _record(shelf, "consultation", "views list", {"views": len(held)})
    return Answer(body)


def open_saved(shelf: Shelf, view: str) -> Answer:
    """Open a view of the account.

    Parameters
    ----------
    shelf : Shelf
        Whose.
    view : str
        Its id.

    Returns
    -------
    Answer
        As it was saved; what it shows is asked for anew, by today's rights.

    Raises
    ------
    EntityNotFoundError
        The account has none with this id.
    """
    shelf.workspace.permit(_ACTION)
    with shelf.accounts.reading() as rows:
        held = get_view(rows, shelf.account, view)
    _record(shelf, "consultation", "view open", _of(held))
    return _answer(held)


def save(shelf: Shelf, title: str, view: dict[str, Any]) -> Answer:
    """Save a new view.

    Parameters
    ----------
    shelf : Shelf
        Whose.
    title : str
        As its owner wrote it: nothing checks whether it names anybody.
    view : dict
        As the form of the request allows it: ids, positions, a question.

    Returns
    -------
    Answer
        With its id.

    Raises
    ------
    ConflictError
        The account has as many as it may.
    """
    shelf.workspace.permit(_ACTION)
    with shelf.accounts.writing() as rows:
        held = add_view(rows, shelf.account, _draft(title, view), shelf.workspace.clock())
        _record(shelf, "consultation", "view save", _of(held))
    return _answer(held)


def save_again(shelf: Shelf, which: str, title: str, view: dict[str, Any]) -> Answer:
    """Save a view in the place of what it was.

    Parameters
    ----------
    shelf : Shelf
        Whose.
    which : str
        Its id.
    title : str
        As its owner wrote it.
    view : dict
        As the form of the request allows it.

    Returns
    -------
    Answer
        As it is now.

    Raises
    ------
    EntityNotFoundError
        The account has none with this id.
    """
    shelf.workspace.permit(_ACTION)
    with shelf.accounts.writing() as rows:
        held = change_view(rows, shelf.account, which, _draft(title, view), shelf.workspace.clock())
        _record(shelf, "consultation", "view save", _of(held))
    return _answer(held)


def discard(shelf: Shelf, view: str) -> None:
    """Delete a view.

    Parameters
    ----------
    shelf : Shelf
        Whose.
    view : str
        Its id.

    Raises
    ------
    EntityNotFoundError
        The account has none with this id.
    """
    shelf.workspace.permit(_ACTION)
    with shelf.accounts.writing() as rows:
        held = delete_view(rows, shelf.account, view)
        _record(shelf, "erasure", "view delete", _of(held))


def _record(shelf: Shelf, kind: Kind, action: str, detail: dict[str, object]) -> None:
    # Within the transaction: what cannot be written to the log is not kept either.
    shelf.workspace.audit.write(Event(kind, action, (), detail))


def _of(view: SavedView) -> dict[str, object]:
    # Never the title: it is free text.
    return {"view": view.id, "entities": view.entities}


def _draft(title: str, view: dict[str, Any]) -> Draft:
    return Draft(title, len(view["entities"]), json.dumps(view, separators=(",", ":")))


def _answer(held: SavedView) -> Answer:
    return Answer({"schema": SCHEMA, **_told(held), "view": json.loads(held.view)})


def _told(view: SavedView) -> dict[str, Any]:
    return {
        "id": view.id,
        "title": view.title,
        "made_at": _moment(view.made_us),
        "changed_at": _moment(view.changed_us),
    }


def _moment(at_us: int) -> str:
    return datetime.fromtimestamp(at_us // 1_000_000, tz=UTC).isoformat()
