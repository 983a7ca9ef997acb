"""Where the ledger of a workspace lies: in its folder, or on a PostgreSQL server that its settings name."""

from __future__ import annotations

import os
import tomllib
from pathlib import Path
from typing import Any, Final, NamedTuple
from urllib.parse import parse_qs, urlsplit

from graph.errors import SettingsError

SETTINGS: Final = "settings.toml"
TABLE: Final = "ledger"
PASSWORD: Final = "KITHMAP_LEDGER_PASSWORD"  # noqa: S105 - the name of a variable
SCHEME: Final = "postgresql"

_HERE: Final = frozenset({"", "localhost", "127.0.0.1", "::1"})


class Server(NamedTuple):
    """A PostgreSQL database that holds a ledger.

    Attributes
    ----------
    url : str
        As the settings have it: without a password.
    password_file : Path or None
        Holds the password; None where the environment, or PostgreSQL's own password file, has it.
    """

    url: str
    password_file: Path | None = None

    def __str__(self) -> str:
        """Return how messages name it: host and database, and never a password."""
        parts = urlsplit(self.url)
        return f"PostgreSQL at {parts.hostname or 'this machine'}, database {parts.path.lstrip('/')}"


def ledger_server(folder: Path) -> Server | None:
    """Return the server that holds the ledger of a workspace.

    Parameters
    ----------
    folder : Path
        The workspace.

    Returns
    -------
    Server or None
        None where ledger and identity are files of the folder.

    Raises
    ------
    SettingsError
        The settings name a server in a way that cannot be used.
    """
    try:
        text = (folder / SETTINGS).read_text(encoding="utf-8")
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{SETTINGS} cannot be read") from error
    if f"[{TABLE}]" not in text:
        return None
    try:
        said = tomllib.loads(text).get(TABLE, {})
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{SETTINGS} cannot be read: {error}") from error
    return None if not said.get("url") else server_of(said, folder)


def server_of(said: dict[str, Any], folder: Path) -> Server:
    """Return the server that a table of settings names.

    Parameters
    ----------
    said : dict
        ``url``, and ``password_file`` where there is one.
    folder : Path
        The workspace; a relative file lies in it.

    Returns
    -------
    Server
        Not reached yet.

    Raises
    ------
    SettingsError
        No URL of PostgreSQL, or one with a password in it.
    """
    url = str(said["url"])
    parts = urlsplit(url)
    if parts.scheme != SCHEME or not parts.path.strip("/"):
        raise SettingsError(f"{SETTINGS}: ledger.url is not {SCHEME}://ACCOUNT@HOST:PORT/DATABASE")
    if parts.password is not None or "password" in parse_qs(parts.query):
        raise SettingsError(
            f"{SETTINGS}: ledger.url holds a password: put it into a file that ledger.password_file names, "
            f"or into {PASSWORD}"
        )
    named = said.get("password_file")
    return Server(url, folder / str(named) if named else None)


def connection_words(server: Server) -> dict[str, Any]:
    """Return what the driver is told beside the URL.

    Parameters
    ----------
    server : Server
        The server.

    Returns
    -------
    dict
        The password where there is one, and ``sslmode`` where the URL leaves it open: a server on
        another machine must show a certificate for its name.

    Raises
    ------
    SettingsError
        The file of the password cannot be read.
    """
    words: dict[str, Any] = {}
    if server.password_file is not None:
        try:
            words["password"] = server.password_file.read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise SettingsError(f"{SETTINGS}: the file of ledger.password_file cannot be read") from error
    elif PASSWORD in os.environ:
        words["password"] = os.environ[PASSWORD]
    parts = urlsplit(server.url)
    if (parts.hostname or "") not in _HERE and "sslmode" not in parse_qs(parts.query):
        words["sslmode"] = "verify-full"
        if "sslrootcert" not in parse_qs(parts.query):
            words["sslrootcert"] = "system"
    return words
