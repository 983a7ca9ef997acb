"""A service in a process of its own, and what it uses: for ``bench.service``."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

from bench.pole import ROOT

COMPILED = Path(tempfile.gettempdir()) / "kithmap-bench-compiled"


@contextmanager
def running(words: Sequence[str], port: int, path: str, **more: str) -> Iterator[tuple[int, float]]:
    """Run a service until it is no longer needed.

    Parameters
    ----------
    words : sequence of str
        Arguments of Python.
    port : int
        That it will listen on.
    path : str
        What it answers once it is up.
    **more : str
        Variables of its environment.

    Yields
    ------
    tuple of (int, float)
        The process, and seconds until its first answer.
    """
    begun = time.perf_counter()
    # An installed package is compiled once, when it is installed.
    env = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    env |= {"PYTHONPATH": str(ROOT), "PYTHONPYCACHEPREFIX": str(COMPILED), **more}
    process = subprocess.Popen([sys.executable, *words], env=env, stderr=subprocess.DEVNULL)
    try:
        while not _answers(port, path):
            if process.poll() is not None or time.perf_counter() - begun > 60:
                raise RuntimeError(f"{words}: no answer")
            time.sleep(0.005)
        yield process.pid, time.perf_counter() - begun
    finally:
        process.terminate()
        process.wait(20)


def _answers(port: int, path: str) -> bool:
    request = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\r\n"
    try:
        with closing(socket.create_connection(("127.0.0.1", port), 1)) as line:
            line.sendall(request.encode())
            return line.recv(12).startswith(b"HTTP/1.1 ")
    except OSError:
        return False


def cpu_of(process: int, depth: int) -> tuple[float, float, float]:
    """Return what processes have used so far, as Linux counts it.

    Parameters
    ----------
    process : int
        The first.
    depth : int
        Children so deep are part of the service; below them are jobs.

    Returns
    -------
    tuple of float
        CPU seconds of the service, of its jobs, and memory of the service in megabytes.
    """
    mine, jobs, memory_mb = seconds_of(process), 0.0, _memory_mb(process)
    begun_by = Path(f"/proc/{process}/task").glob("*/children")
    for child in " ".join(thread.read_text("ascii") for thread in begun_by).split():
        try:
            own, below, more_mb = cpu_of(int(child), depth - 1)
        except OSError:
            # It has just ended: a job at its end is counted no more.
            continue
        if depth > 0:
            mine, jobs, memory_mb = mine + own, jobs + below, memory_mb + more_mb
        else:
            jobs += own + below
    return mine, jobs, memory_mb


def seconds_of(process: int) -> float:
    """Return what one process has used, without its children.

    Parameters
    ----------
    process : int
        Running.

    Returns
    -------
    float
        CPU seconds, of the program and of the system for it.
    """
    told = Path(f"/proc/{process}/stat").read_text("utf-8").rpartition(")")[2].split()
    return (int(told[11]) + int(told[12])) / os.sysconf("SC_CLK_TCK")


def _memory_mb(process: int) -> float:
    pages = int(Path(f"/proc/{process}/statm").read_text("ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6
