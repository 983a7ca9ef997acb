"""A throw-away PostgreSQL server: a cluster of its own in a folder, never the system's one."""

from __future__ import annotations

import argparse
import os
import pwd
import secrets
import shutil
import socket
import subprocess
import sys
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, Final

OWNER: Final = "kithmap"
"""The account and the database that the server is made with."""
PASSWORD: Final = "password"  # noqa: S105 - the name of a file
"""File, in the server's folder, with the random password of the account."""

_DEBIAN: Final = Path("/usr/lib/postgresql")
_PORT: Final = "port"
_WAIT_S: Final = 60
_LONGEST_SOCKET: Final = 80


class ServerError(Exception):
    """The server cannot be started or stopped, in words."""


def start(folder: Path, port: int = 0, *, durable: bool = False) -> str:
    """Start a server, made first where the folder holds none.

    Parameters
    ----------
    folder : Path
        For its cluster, log and password; it is reached on the loopback address only.
    port : int, optional
        0 for one that is free.
    durable : bool, optional
        Whether each commit is synced to disk. A throw-away server for tests need not: what a killed
        process leaves is in the machine's memory still.

    Returns
    -------
    str
        Its URL, without the password.

    Raises
    ------
    ServerError
        No PostgreSQL is installed, or it did not start; the last lines of its log are told.
    """
    folder = folder.absolute()
    if _runs(folder):
        return _url(int((folder / _PORT).read_text(encoding="ascii")))
    fresh = not (folder / "data").exists()
    folder.mkdir(parents=True, exist_ok=True)
    if os.getuid() == 0:
        os.chown(folder, _account().pw_uid, _account().pw_gid)
    if fresh:
        _make(folder)
    port = port or _free_port()
    sockets = str(folder) if len(str(folder)) < _LONGEST_SOCKET else ""
    settings = [f"-p {port}", "-c listen_addresses=127.0.0.1", f"-c unix_socket_directories='{sockets}'"]
    if not durable:
        settings += ["-c fsync=off", "-c full_page_writes=off"]
    said = _ctl(
        folder, "start", "-w", "-t", str(_WAIT_S), "-l", str(folder / "log"), "-o", " ".join(settings)
    )
    if said.returncode:
        raise ServerError(f"PostgreSQL did not start: {_last_words(folder, said)}")
    (folder / _PORT).write_text(str(port), encoding="ascii")
    if fresh:
        _run(
            folder,
            ["createdb", "-h", "127.0.0.1", "-p", str(port), "-U", OWNER, "-T", "template0", OWNER],
            {"PGPASSWORD": (folder / PASSWORD).read_text(encoding="ascii").strip()},
        )
    return _url(port)


def stop(folder: Path, *, killed: bool = False) -> bool:
    """Stop a server.

    Parameters
    ----------
    folder : Path
        As it was started with; the cluster stays until the folder is deleted.
    killed : bool, optional
        At once, as a crash would.

    Returns
    -------
    bool
        False when none ran.

    Raises
    ------
    ServerError
        It did not stop.
    """
    folder = folder.absolute()
    if not _runs(folder):
        return False
    mode = "immediate" if killed else "fast"
    said = _ctl(folder, "stop", "-w", "-t", str(_WAIT_S), "-m", mode)
    if said.returncode:
        raise ServerError(f"PostgreSQL did not stop: {_last_words(folder, said)}")
    return True


def status(folder: Path) -> str:
    """Say whether a server runs.

    Parameters
    ----------
    folder : Path
        As it was started with.

    Returns
    -------
    str
        Its URL, or that none runs.
    """
    folder = folder.absolute()
    if not _runs(folder):
        return "no server runs here"
    return _url(int((folder / _PORT).read_text(encoding="ascii")))


def find_binaries() -> Path | None:
    """Return the folder of PostgreSQL's programs.

    Returns
    -------
    Path or None
        That of Debian's newest package, else where the path finds ``initdb``; None for neither.
    """
    packaged = [path for path in _DEBIAN.glob("*/bin") if (path / "initdb").is_file()]
    if packaged:
        return max(packaged, key=lambda path: int(path.parent.name.split(".")[0]))
    found = shutil.which("initdb")
    return None if found is None else Path(found).resolve().parent


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command.

    Parameters
    ----------
    arguments : sequence of str, optional
        ``start``, ``stop`` or ``status`` with ``--dir`` and ``--port``; those of the process when left out.

    Returns
    -------
    int
        0, or 4 where the server cannot be had.
    """
    parser = argparse.ArgumentParser(prog="postgresql", description=__doc__)
    parser.add_argument("act", choices=("start", "stop", "status"))
    parser.add_argument("--dir", type=Path, required=True, help="folder of the throw-away cluster")
    parser.add_argument("--port", type=int, default=0, help="0 for a free one")
    parser.add_argument("--durable", action="store_true", help="sync each commit to disk")
    asked = parser.parse_args(arguments)
    try:
        if asked.act == "start":
            url = start(asked.dir, asked.port, durable=asked.durable)
            said = f"{url}\npassword in {asked.dir.absolute() / PASSWORD}"
        elif asked.act == "stop":
            said = "stopped" if stop(asked.dir) else "no server ran here"
        else:
            said = status(asked.dir)
    except ServerError as error:
        sys.stderr.write(f"{error}\n")
        return 4
    sys.stdout.write(f"{said}\n")
    return 0


def _make(folder: Path) -> None:
    password = folder / PASSWORD
    handle = os.open(password, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(secrets.token_urlsafe(24) + "\n")
    if os.getuid() == 0:
        os.chown(password, _account().pw_uid, _account().pw_gid)
    # Letters sort by their bytes, as they do in SQLite.
    order = ["initdb", "-D", str(folder / "data"), "-U", OWNER, "--locale=C", "--encoding=UTF8", "--no-sync"]
    _run(folder, [*order, "--auth=scram-sha-256", f"--pwfile={password}"], {})


def _account() -> pwd.struct_passwd:
    """Return the account that the server runs as when root starts it: PostgreSQL refuses to be root."""
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise ServerError("PostgreSQL does not run as root, and there is no account postgres or nobody")


def _run(folder: Path, words: list[str], environment: dict[str, str]) -> None:
    said = _called(folder, words, environment)
    if said.returncode:
        raise ServerError(f"{words[0]} failed: {_last_words(folder, said)}")


def _ctl(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return _called(folder, ["pg_ctl", "-D", str(folder / "data"), "-s", *words], {})


def _called(folder: Path, words: list[str], environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    home = find_binaries()
    if home is None:
        raise ServerError("PostgreSQL is not installed: apt-get install postgresql")
    plain = {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C", **environment}
    order = [str(home / words[0]), *words[1:]]
    # Its output goes to a file: a server that inherits a pipe would keep it open for ever.
    with (folder / "said").open("w+", encoding="utf-8") as out:
        given: dict[str, Any] = {"stdout": out, "stderr": out, "stdin": subprocess.DEVNULL}
        given |= {"cwd": folder, "env": plain}
        if os.getuid() == 0:
            account = _account()
            given |= {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
        try:
            done = subprocess.run(order, check=False, **given)  # noqa: S603 - our own words
        except PermissionError as error:
            raise ServerError(
                f"the account that runs PostgreSQL cannot reach {folder}: choose a folder whose parents "
                "everybody may pass"
            ) from error
        out.seek(0)
        return subprocess.CompletedProcess(order, done.returncode, out.read(), "")


def _last_words(folder: Path, said: subprocess.CompletedProcess[str]) -> str:
    log = folder / "log"
    lines = said.stdout.splitlines()
    if log.is_file():
        lines += log.read_text(encoding="utf-8", errors="replace").splitlines()[-3:]
    return " | ".join(line.strip() for line in lines if line.strip()) or f"code {said.returncode}"


def _runs(folder: Path) -> bool:
    return (folder / "data" / "postmaster.pid").is_file() and _ctl(folder, "status").returncode == 0


def _free_port() -> int:
    with closing(socket.socket()) as held:
        held.bind(("127.0.0.1", 0))
        return int(held.getsockname()[1])


def _url(port: int) -> str:
    return f"postgresql://{OWNER}@127.0.0.1:{port}/{OWNER}"


if __name__ == "__main__":
    raise SystemExit(main())
