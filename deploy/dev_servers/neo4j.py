"""A throw-away Neo4j Community server: its Maven artifacts, the machine's JDK, a folder of its own."""

from __future__ import annotations

import argparse
import os
import re
import secrets
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from deploy.dev_servers.waiting import HOST, ServerError, end, free_port, is_running, port_taken, wait_until

VERSION: Final = "5.26.30"
PASSWORD: Final = "password"  # noqa: S105 - the name of a file
"""File, in the server's folder, with the random password of the account ``neo4j``."""

_ROOT: Final = Path(__file__).resolve().parents[2]
_POM: Final = _ROOT / "deploy" / "neo4j" / "pom.xml"
_JVMS: Final = Path("/usr/lib/jvm")
_FOLDERS: Final = ("data", "logs", "plugins", "conf", "import", "run")
_WAIT_S: Final = 120
_OPENED: Final = ("java.base/java.nio", "java.base/java.io", "java.base/sun.nio.ch")
_FIRST_PASSWORD: Final = "neo4j"  # noqa: S105 - every new server has it, and it must be changed once


def start(folder: Path, port: int = 0, *, version: str = "", heap: str = "512m", brief: bool = False) -> str:
    """Start a server, made first where the folder holds none.

    Parameters
    ----------
    folder : Path
        For its data, logs and password; it is reached on the loopback address only.
    port : int, optional
        For Bolt; 0 for one that is free.
    version : str, optional
        Of Neo4j; that of ``KITHMAP_NEO4J_VERSION``, else the one tested.
    heap : str, optional
        The most memory for Java's heap.
    brief : bool, optional
        For a server of minutes: Java compiles sooner and less, and no plan of a query is made again.

    Returns
    -------
    str
        Its Bolt URL, without the password.

    Raises
    ------
    ServerError
        No JDK or no Maven, the port is taken, or it did not start; the end of its log is told.
    """
    home = folder.absolute()
    if _runs(home):
        return _url(home)
    version = version or os.environ.get("KITHMAP_NEO4J_VERSION", "") or VERSION
    java, jars = find_java(version), fetched_jars(version)
    if port and port_taken(port):
        raise ServerError(f"port {port} is taken: name another with --port, or leave it out")
    for name in _FOLDERS:
        (home / name).mkdir(parents=True, exist_ok=True)
    port = port or free_port()
    (home / "conf" / "neo4j.conf").write_text(_conf(port, heap, brief=brief), encoding="ascii")
    (home / "port").write_text(str(port), encoding="ascii")
    _run(home, _command(java, jars, home, version, heap, brief=brief))
    _change_first_password(home)
    return _url(home)


def stop(folder: Path, *, killed: bool = False) -> bool:
    """Stop a server.

    Parameters
    ----------
    folder : Path
        As it was started with; its data stay until the folder is deleted.
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
    home = folder.absolute()
    if not _runs(home):
        return False
    if not end(_pid(home), _sign(home), killed=killed, limit_s=_WAIT_S):
        raise ServerError(f"Neo4j did not stop: process {_pid(home)}")
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
        Its Bolt URL, or that none runs.
    """
    home = folder.absolute()
    return _url(home) if _runs(home) else "no server runs here"


def find_java(version: str) -> Path:
    """Return the Java that a version of Neo4j runs on.

    Parameters
    ----------
    version : str
        Of Neo4j.

    Returns
    -------
    Path
        Of ``JAVA_HOME``, the path, or the machine's folder of JVMs, whichever fits first.

    Raises
    ------
    ServerError
        None fits.
    """
    fitting = (17, 21) if version.startswith("5.") else (25,)
    homes = [Path(os.environ["JAVA_HOME"])] if os.environ.get("JAVA_HOME") else []
    found = shutil.which("java")
    homes += [Path(found).resolve().parents[1]] if found else []
    homes += sorted(_JVMS.glob("*")) if _JVMS.is_dir() else []
    for home in homes:
        if _java_release(home / "bin" / "java") in fitting:
            return home / "bin" / "java"
    needed = " or ".join(map(str, fitting))
    raise ServerError(f"Neo4j {version} needs a JDK {needed}: install one, or name it in JAVA_HOME")


def fetched_jars(version: str) -> Path:
    """Return the folder of Neo4j's jars, fetched by Maven where they are not there yet.

    Parameters
    ----------
    version : str
        Of Neo4j.

    Returns
    -------
    Path
        Under ``KITHMAP_SERVERS``, else ``build/servers`` of the checkout.

    Raises
    ------
    ServerError
        There is no Maven, or it could not fetch them.
    """
    cache = Path(os.environ.get("KITHMAP_SERVERS") or _ROOT / "build" / "servers")
    jars = cache / f"neo4j-{version}" / "lib"
    if jars.is_dir():
        return jars
    if shutil.which("mvn") is None:
        raise ServerError("Neo4j's jars are fetched by Maven, and there is no mvn: install it")
    part = jars.with_name(f"part-{os.getpid()}")
    part.mkdir(parents=True, exist_ok=True)
    # A copy of its own: Maven is then asked nothing about this checkout.
    shutil.copyfile(_POM, part / "pom.xml")
    order = ["dependency:copy-dependencies", f"-Dneo4j.version={version}", "-DoutputDirectory=lib"]
    said = subprocess.run(["mvn", "-q", "-B", *order], cwd=part, capture_output=True, text=True, check=False)  # noqa: S603, S607 - Maven
    if said.returncode:
        shutil.rmtree(part)
        raise ServerError(f"Maven could not fetch Neo4j {version}: {_end_of(said.stdout + said.stderr)}")
    # All of them or none: a fetch cut short leaves no folder of this name.
    if not jars.is_dir():
        (part / "lib").rename(jars)
    shutil.rmtree(part)
    return jars


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command.

    Parameters
    ----------
    arguments : sequence of str, optional
        Those of the command line when left out.

    Returns
    -------
    int
        0, or 4 where the server cannot be had.
    """
    parser = argparse.ArgumentParser(prog="dev-servers neo4j", description=__doc__)
    parser.add_argument("verb", choices=("start", "stop", "status"))
    parser.add_argument("--dir", type=Path, default=_ROOT / "build" / "servers" / "neo4j")
    parser.add_argument("--port", type=int, default=0, help="for Bolt; a free one when left out")
    parser.add_argument("--version", default="", help=f"of Neo4j, {VERSION} when left out")
    parser.add_argument("--heap", default="512m", help="most memory for Java's heap")
    parser.add_argument("--brief", action="store_true", help="for a server of minutes: starts warm sooner")
    given = parser.parse_args(arguments)
    try:
        sys.stdout.write(f"{_told(given)}\n")
    except ServerError as error:
        sys.stderr.write(f"{error}\n")
        return 4
    return 0


def _told(given: argparse.Namespace) -> str:
    if given.verb == "start":
        url = start(given.dir, given.port, version=given.version, heap=given.heap, brief=given.brief)
        return f"{url}\nuser neo4j, password in {given.dir.absolute() / PASSWORD}"
    if given.verb == "stop":
        return "stopped" if stop(given.dir) else "no server ran here"
    return status(given.dir)


def _conf(port: int, heap: str, *, brief: bool) -> str:
    settings = {
        "server.default_listen_address": HOST,
        "server.bolt.listen_address": f"{HOST}:{port}",
        "server.http.enabled": "false",
        "dbms.usage_report.enabled": "false",
        # A client is told so how long a silence means that the server is gone: twice this.
        "server.bolt.connection_keep_alive": "5s",
        "server.memory.heap.initial_size": heap,
        "server.memory.heap.max_size": heap,
        "server.memory.pagecache.size": "256m",
        "db.tx_log.rotation.retention_policy": "keep_none",
    }
    if brief:
        settings |= {"dbms.cypher.min_replan_interval": "1h"}
    return "".join(f"{name}={value}\n" for name, value in settings.items())


def _command(java: Path, jars: Path, home: Path, version: str, heap: str, *, brief: bool) -> list[str]:
    classic = version.startswith("5.")
    entry = "CommunityEntryPoint" if classic else "Neo4jCommunity"
    opened = [f"--add-opens={module}=ALL-UNNAMED" for module in _OPENED]
    vectors = [] if classic else ["--add-modules=jdk.incubator.vector"]
    server = [f"org.neo4j.server.{entry}", f"--home-dir={home}", f"--config-dir={home / 'conf'}"]
    compiled = ["-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"] if brief else []
    return [str(java), *opened, *vectors, *compiled, f"-Xmx{heap}", "-cp", f"{jars}/*", *server]


def _run(home: Path, command: Sequence[str]) -> None:
    log = home / "logs" / "neo4j.log"
    log.unlink(missing_ok=True)
    with (home / "logs" / "console.log").open("w") as console:
        process = subprocess.Popen(  # noqa: S603 - the machine's Java
            command, stdin=subprocess.DEVNULL, stdout=console, stderr=console, start_new_session=True
        )
    (home / "pid").write_text(str(process.pid), encoding="ascii")

    def _settled() -> bool:
        ended = process.poll() is not None
        return ended or (log.exists() and "Started." in log.read_text(encoding="utf-8", errors="replace"))

    settled = wait_until(_settled, _WAIT_S)
    if not settled or process.poll() is not None:
        end(process.pid, _sign(home), killed=True, limit_s=_WAIT_S)
        texts = (
            p.read_text(encoding="utf-8", errors="replace") for p in (log, console_of(home)) if p.exists()
        )
        raise ServerError(f"Neo4j did not start: {_end_of(' '.join(texts))}")
    # Nobody waits for it here: it outlives this process.
    process.returncode = 0


def console_of(home: Path) -> Path:
    """Return where a server's Java writes what it has to say.

    Parameters
    ----------
    home : Path
        The server's folder.

    Returns
    -------
    Path
        Written anew at each start.
    """
    return home / "logs" / "console.log"


def _change_first_password(home: Path) -> None:
    from neo4j import GraphDatabase

    path = home / PASSWORD
    if path.exists():
        return
    password = secrets.token_urlsafe(24)
    with GraphDatabase.driver(_url(home), auth=("neo4j", _FIRST_PASSWORD)) as driver:
        order = "ALTER CURRENT USER SET PASSWORD FROM $old TO $new"
        driver.execute_query(order, {"old": _FIRST_PASSWORD, "new": password}, database_="system")
    path.touch(mode=0o600)
    path.write_text(password, encoding="ascii")


def _java_release(java: Path) -> int:
    if not java.is_file():
        return 0
    said = subprocess.run([java, "-version"], capture_output=True, text=True, check=False)  # noqa: S603 - asks its version
    found = re.search(r'version "(\d+)', said.stderr)
    return int(found[1]) if found else 0


def _runs(home: Path) -> bool:
    return (home / "pid").exists() and is_running(_pid(home), _sign(home))


def _pid(home: Path) -> int:
    return int((home / "pid").read_text(encoding="ascii"))


def _sign(home: Path) -> str:
    return f"--home-dir={home}"


def _url(home: Path) -> str:
    return f"bolt://{HOST}:{(home / 'port').read_text(encoding='ascii')}"


def _end_of(text: str) -> str:
    return " | ".join([line.strip() for line in text.splitlines() if line.strip()][-4:])
