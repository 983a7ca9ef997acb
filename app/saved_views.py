"""Saved views in the file of accounts: each belongs to one account, and nobody else finds it."""

from __future__ import annotations

import secrets
from typing import Final, NamedTuple

from sqlalchemy import Connection

from graph.errors import ConflictError, EntityNotFoundError

MOST_VIEWS: Final = 200
"""Of one account."""

_COLUMNS: Final = "id, title, entities, made_us, changed_us, view"
_NONE: Final = "no saved view of this account has this id"


class SavedView(NamedTuple):
    """A view as it is kept.

    Attributes
    ----------
    id : str
        Random: it tells nothing of how many there are.
    title : str
        As its owner wrote it.
    entities : int
        How many ids it holds.
    made_us, changed_us : int
        UTC microseconds.
    view : str
        JSON: a question, ids, positions and what is hidden; never a name.
    """

    id: str
    title: str
    entities: int
    made_us: int
    changed_us: int
    view: str


class Draft(NamedTuple):
    """What is to be kept.

    Attributes
    ----------
    title : str
        As its owner wrote it.
    entities : int
        How many ids it holds.
    view : str
        JSON.
    """

    title: str
    entities: int
    view: str


def list_views(rows: Connection, account: int) -> list[SavedView]:
    """Return the views of an account, without what they hold.

    Parameters
    ----------
    rows : Connection
        Reading.
    account : int
        Whose.

    Returns
    -------
    list of SavedView
        Those changed last first; ``view`` is empty.
    """
    found = rows.exec_driver_sql(
        "SELECT id, title, entities, made_us, changed_us, '' FROM saved_view WHERE account = ? "
        "ORDER BY changed_us DESC, title, id",
        (account,),
    )
    return [SavedView(*row) for row in found]


def get_view(rows: Connection, account: int, view: str) -> SavedView:
    """Return one view of an account.

    Parameters
    ----------
    rows : Connection
        Reading or writing.
    account : int
        Whose.
    view : str
        Its id.

    Returns
    -------
    SavedView
        As it is kept.

    Raises
    ------
    EntityNotFoundError
        This account has none with this id.
    """
    query = f"SELECT {_COLUMNS} FROM saved_view WHERE id = ? AND account = ?"  # noqa: S608 - fixed names
    row = rows.exec_driver_sql(query, (view, account)).first()
    if row is None:
        raise EntityNotFoundError(_NONE)
    return SavedView(*row)


def add_view(rows: Connection, account: int, draft: Draft, now_us: int) -> SavedView:
    """Keep a new view.

    Parameters
    ----------
    rows : Connection
        Writing.
    account : int
        Whose.
    draft : Draft
        What is to be kept.
    now_us : int
        The time, UTC microseconds.

    Returns
    -------
    SavedView
        As it is kept.

    Raises
    ------
    ConflictError
        The account has 200 already.
    """
    query = "SELECT COUNT(*) FROM saved_view WHERE account = ?"
    if rows.exec_driver_sql(query, (account,)).scalar_one() >= MOST_VIEWS:
        raise ConflictError(f"an account keeps {MOST_VIEWS} views at most: delete one first")
    made = SavedView(secrets.token_hex(8), draft.title, draft.entities, now_us, now_us, draft.view)
    rows.exec_driver_sql(
        f"INSERT INTO saved_view ({_COLUMNS}, account) VALUES (?, ?, ?, ?, ?, ?, ?)",  # noqa: S608 - fixed names
        (*made, account),
    )
    return made


def change_view(rows: Connection, account: int, view: str, draft: Draft, now_us: int) -> SavedView:
    """Keep a view anew; what it was is gone.

    Parameters
    ----------
    rows : Connection
        Writing.
    account : int
        Whose.
    view : str
        Its id.
    draft : Draft
        What is to be kept.
    now_us : int
        The time, UTC microseconds.

    Returns
    -------
    SavedView
        As it is kept.

    Raises
    ------
    EntityNotFoundError
        This account has none with this id.
    """
    before = get_view(rows, account, view)
    rows.exec_driver_sql(
        "UPDATE saved_view SET title = ?, entities = ?, view = ?, changed_us = ? "
        "WHERE id = ? AND account = ?",
        (draft.title, draft.entities, draft.view, now_us, view, account),
    )
    return before._replace(**draft._asdict(), changed_us=now_us)


def delete_view(rows: Connection, account: int, view: str) -> SavedView:
    """Delete a view.

    Parameters
    ----------
    rows : Connection
        Writing.
    account : int
        Whose.
    view : str
        Its id.

    Returns
    -------
    SavedView
        As it was kept.

    Raises
    ------
    EntityNotFoundError
        This account has none with this id.
    """
    before = get_view(rows, account, view)
    rows.exec_driver_sql("DELETE FROM saved_view WHERE id = ? AND account = ?", (view, account))
    return before
