"""What is looked at before a service starts, so that what is wrong is said in one sentence."""

from __future__ import annotations

import errno
import socket
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final

from filelock import FileLock, Timeout

from app.accounts import open_accounts
from app.audit_commits import AUDIT_HEAD
from app.settings import read_settings
from graph.errors import ConflictError, SchemaVersionError, SettingsError
from graph.ledger.opening import check_version, open_ledger

LOCK: Final = "service.lock"


def check_workspace(folder: Path) -> None:
    """Refuse to serve a workspace that could answer nothing.

    Parameters
    ----------
    folder : Path
        The workspace.

    Raises
    ------
    SettingsError
        There is none, or its settings are wrong.
    StoreUnavailableError
        A file is missing, or nobody has an account yet.
    SchemaVersionError
        A file is of another version of the schema.
    """
    read_settings(folder)
    try:
        open_ledger(folder).close()
        check_version(folder / "audit.db", AUDIT_HEAD)
        open_accounts(folder).close()
    except SchemaVersionError as error:
        raise SchemaVersionError(f"{error}; kithmap upgrade brings an older one up to it") from error


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Hold a workspace for one service.

    Parameters
    ----------
    folder : Path
        The workspace.

    Yields
    ------
    None
        While it is served.

    Raises
    ------
    ConflictError
        Another service holds it.
    """
    lock = FileLock(folder / LOCK, timeout=0)
    try:
        lock.acquire()
    except Timeout as error:
        raise ConflictError(
            "another kithmap serve holds this workspace: stop it first, or give it more --workers"
        ) from error
    try:
        yield
    finally:
        lock.release()


def check_port(host: str, port: int) -> None:
    """Refuse to listen where another program listens.

    Parameters
    ----------
    host : str
        Name or address.
    port : int
        On it.

    Raises
    ------
    ConflictError
        The port is taken.
    SettingsError
        The address is none of this machine, or the port needs rights that nobody has here.
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with closing(socket.socket(family, kind, protocol)) as tried:
            tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            tried.bind(address)
            tried.listen(1)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise ConflictError(f"port {port} of {host} is taken: choose another with --port") from error
        raise SettingsError(f"cannot listen on port {port} of {host}: {error.strerror}") from error
