"""What every throw-away server is started with: a free port, a wait, an error in words."""

from __future__ import annotations

import os
import signal
import socket
import time
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from typing import Final

HOST: Final = "127.0.0.1"
_STEP_S: Final = 0.05


class ServerError(Exception):
    """The server cannot be started or stopped, in words."""


def free_port() -> int:
    """Return a port that nothing listens on.

    Returns
    -------
    int
        Another process may take it before it is used.
    """
    with closing(socket.socket()) as held:
        held.bind((HOST, 0))
        return int(held.getsockname()[1])


def port_taken(port: int) -> bool:
    """Return whether something listens on a port.

    Parameters
    ----------
    port : int
        Of the loopback address.

    Returns
    -------
    bool
        True also while a server is still starting there.
    """
    with closing(socket.socket()) as tried:
        tried.settimeout(1)
        return tried.connect_ex((HOST, port)) == 0


def wait_until(done: Callable[[], bool], limit_s: float) -> bool:
    """Wait for something.

    Parameters
    ----------
    done : callable
        Asked again and again.
    limit_s : float
        At most so long.

    Returns
    -------
    bool
        Whether it came about.
    """
    until = time.monotonic() + limit_s
    while not done():
        if time.monotonic() > until:
            return False
        time.sleep(_STEP_S)
    return True


def is_running(pid: int, sign: str) -> bool:
    """Return whether a process runs and is the one meant.

    Parameters
    ----------
    pid : int
        Its number, which another process may have by now.
    sign : str
        What its command line holds.

    Returns
    -------
    bool
        A process that ended and was not yet waited for does not run.
    """
    with suppress(ChildProcessError):
        os.waitpid(pid, os.WNOHANG)
    try:
        return sign.encode() in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False


def end(pid: int, sign: str, *, killed: bool, limit_s: float) -> bool:
    """End a process.

    Parameters
    ----------
    pid : int
        Its number.
    sign : str
        What its command line holds: no other process is ever ended.
    killed : bool
        At once, as a crash would.
    limit_s : float
        How long it may take.

    Returns
    -------
    bool
        Whether it has ended.
    """
    if is_running(pid, sign):
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL if killed else signal.SIGTERM)
    return wait_until(lambda: not is_running(pid, sign), limit_s)
