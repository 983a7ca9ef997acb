"""Reaching the Neo4j that the settings name: its account, and the name of a workspace on it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Final

from app.settings import FILE, Graph
from graph.errors import SettingsError, StoreUnavailableError
from graph.ledger.interning import held_secret, keyed_hash

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from graph.store.neo4j_server import Neo4jServer

PASSWORD: Final = "KITHMAP_GRAPH_PASSWORD"  # noqa: S105 - the name of a variable

OLDEST: Final = "5.26"
"""The first version of Neo4j that is tested; those named by a year came after it."""


def is_supported(version: str) -> bool:
    """Return whether a version of Neo4j can hold the graph.

    Parameters
    ----------
    version : str
        As the server tells it, for example ``5.26.30``.

    Returns
    -------
    bool
        Whether it is as new as the oldest that is tested.
    """

    def _numbers(text: str) -> list[int]:
        return [int(part) if part.isdecimal() else 0 for part in text.split(".")[:2]]

    return _numbers(version) >= _numbers(OLDEST)


def open_server(folder: Path, graph: Graph) -> Neo4jServer:
    """Connect to the server that holds a graph.

    Parameters
    ----------
    folder : Path
        The workspace: a relative file of the password lies in it.
    graph : Graph
        As the settings have it.

    Returns
    -------
    Neo4jServer
        Closed by the caller; nothing was asked of it yet.

    Raises
    ------
    SettingsError
        The file of the password cannot be read, or the driver is not installed.
    StoreUnavailableError
        The address is none.
    """
    try:
        from graph.store.neo4j_server import Neo4jServer

        return Neo4jServer(
            graph.uri, user=graph.user, password=_password(folder, graph), database=graph.database or None
        )
    except ImportError as error:
        raise SettingsError("Neo4j needs its driver: pip install 'kithmap[neo4j]'") from error


def _password(folder: Path, graph: Graph) -> str:
    if not graph.password_file:
        return os.environ.get(PASSWORD, "")
    try:
        return (folder / graph.password_file).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{FILE}: the file of graph.password_file cannot be read") from error


def name_on_server(identity: Connection, graph: Graph) -> str:
    """Return under which name a workspace draws; several share a server, and none can be told from it.

    Parameters
    ----------
    identity : Connection
        Holds the secret of the workspace.
    graph : Graph
        As the settings have it.

    Returns
    -------
    str
        A keyed hash.

    Raises
    ------
    StoreUnavailableError
        The workspace has no secret yet: nothing was ever drawn on a server.
    """
    secret = held_secret(identity)
    if secret is None:
        raise StoreUnavailableError("the graph has not been drawn yet: kithmap redraw --store neo4j")
    return keyed_hash(secret, "drawn graph", graph.drawing).hex()
