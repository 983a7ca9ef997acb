"""Running the service as a program: where it listens, what it writes on its log, how it stops."""

from __future__ import annotations

import os
import socket
import sys
from pathlib import Path
from typing import Any, Final

from app.application import FOLDER_VARIABLE, ORIGINS_VARIABLE, PORT, loopback_origins
from app.routes import pages
from app.serving.plain_requests import MOST_HEADER_BYTES
from app.serving.start_checks import alone, check_port, check_workspace

LOOPBACK: Final = "127.0.0.1"
_NO_PAGES: Final = (
    "this installation has no browser pages (it was built with KITHMAP_UI=skip): /api is answered, / is not"
)
_LOG: Final[dict[str, Any]] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
}
"""No line for each request: paths hold ids."""


def listen(
    folder: Path,
    *,
    host: str = LOOPBACK,
    port: int = PORT,
    workers: int = 1,
    origin: str | None = None,
    trusted_proxy: str = LOOPBACK,
) -> None:
    """Serve a workspace until the program is stopped.

    Parameters
    ----------
    folder : Path
        The workspace.
    host : str, optional
        Address to listen on.
    port : int, optional
        Port to listen on.
    workers : int, optional
        Number of processes.
    origin : str, optional
        Where people reach it, behind a proxy that speaks HTTPS.
    trusted_proxy : str, optional
        The proxy's address: whom to believe when it says who asks.

    Raises
    ------
    StoreUnavailableError
        No account was made yet, the port is taken, or another service serves this workspace.
    """
    # Whatever is wrong is said now, in words and with an exit code, and not by each process.
    check_workspace(folder)
    with alone(folder):
        check_port(host, port)
        if not (pages.STATIC / "index.html").is_file():
            _tell(_NO_PAGES)
        address = origin or f"http://{f'[{host}]' if ':' in host else host}:{port}"
        _tell(f"serving on {address}, until stopped by Ctrl+C")
        os.environ[FOLDER_VARIABLE] = str(folder.resolve())
        os.environ[ORIGINS_VARIABLE] = origin or " ".join(sorted(loopback_origins(port)))
        _run(host, port, workers, trusted_proxy=trusted_proxy if origin else "")


def _run(host: str, port: int, workers: int, *, trusted_proxy: str) -> None:
    import uvicorn

    uvicorn.run(
        "app.application:service_of_environment",
        factory=True,
        host=host,
        port=port,
        workers=workers,
        access_log=False,
        log_config=_LOG,
        server_header=False,
        proxy_headers=bool(trusted_proxy),
        forwarded_allow_ips=trusted_proxy or LOOPBACK,
        timeout_graceful_shutdown=10,
        http="app.serving.patience:PatientProtocol",
        ws="none",
        timeout_keep_alive=10,
        h11_max_incomplete_event_size=MOST_HEADER_BYTES,
    )


def _tell(sentence: str) -> None:
    # At once: whoever reads through a pipe waits for this line.
    sys.stderr.write(f"{sentence}\n")
    sys.stderr.flush()


def free_port(wanted: int = PORT) -> int:
    """Return a port of this machine that nothing listens on.

    Parameters
    ----------
    wanted : int, optional
        Taken where it is free.

    Returns
    -------
    int
        That one, or any other.
    """
    for port in (wanted, 0):
        with socket.socket() as tried:
            tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                tried.bind((LOOPBACK, port))
            except OSError:
                continue
            free: int = tried.getsockname()[1]
            return free
    return wanted
