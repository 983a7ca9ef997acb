"""Care of a workspace: drawing anew, what is wrong, whether the audit log is whole."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any, Final

from app.accounts import ACCOUNTS_HEAD, MIGRATIONS
from app.accounts import FILE as ACCOUNTS
from app.audit import Event, create_audit
from app.audit_commits import AUDIT_HEAD, KEY
from app.graph_server import OLDEST, is_supported, open_server
from app.progress import Progress
from app.settings import Graph, Ledger, read_graph, read_settings
from app.use_cases.drawing import current_store, reading_ledger, redraw
from app.workspace import Workspace, create_workspace, open_workspace
from graph.errors import KithmapError, SchemaVersionError
from graph.ledger.claims import ledger_version
from graph.ledger.location import ledger_server
from graph.ledger.opening import (
    check_schemas,
    check_version,
    create_ledger,
    migrate,
    one_writer,
    syncs_commits,
)
from graph.ledger.schema import IDENTITY_HEAD, LEDGER_HEAD
from graph.store.cypher_writing import schema_names

SCHEMA: Final = "kithmap.doctor/1"
_LEDGER: Final = (("ledger.db", LEDGER_HEAD), ("identity.db", IDENTITY_HEAD))


def new_workspace(folder: Path, *, agency: str, ledger: Ledger | None = None) -> Workspace:
    """Make a workspace with an empty graph, so that questions are answered from the first import on.

    Parameters
    ----------
    folder : Path
        An empty or new folder.
    agency : str
        The operator's agency.
    ledger : Ledger, optional
        A server that holds the ledger; files of the folder when left out.

    Returns
    -------
    Workspace
        Ready for use.

    Raises
    ------
    SettingsError
        The folder holds something already.
    """
    workspace = create_workspace(folder, agency=agency, ledger=ledger)
    with one_writer(workspace.folder):
        redraw(workspace)
    return workspace


def redraw_all(workspace: Workspace, progress: Progress = lambda _: None) -> str:
    """Draw the graph anew.

    Parameters
    ----------
    workspace : Workspace
        Whose.
    progress : callable, optional
        Told what is done.

    Returns
    -------
    str
        What was drawn, in words.
    """
    workspace.permit("redraw")
    workspace.audit.write(Event("alteration", "redraw"))
    with one_writer(workspace.folder):
        redraw(workspace, whole=True, progress=progress)
    return "the graph is up with the ledger"


def upgrade(workspace: Workspace) -> str:
    """Bring the files of an older version of Kithmap to this one's schemas.

    Parameters
    ----------
    workspace : Workspace
        Whose; back it up first.

    Returns
    -------
    str
        What was done, in words.

    Raises
    ------
    SchemaVersionError
        A file was written by a newer version: nothing was changed in it.
    """
    from alembic.util import CommandError

    workspace.permit("redraw")
    with one_writer(workspace.folder):
        try:
            create_audit(workspace.folder)
            workspace.audit.write(Event("alteration", "upgrade"))
            create_ledger(workspace.folder)
            if (workspace.folder / ACCOUNTS).is_file():
                migrate(workspace.folder / ACCOUNTS, MIGRATIONS)
        except CommandError as error:
            raise SchemaVersionError(f"a file is of a newer version of Kithmap: {error}") from error
        redraw(workspace)
    held = [*check_schemas(workspace.folder), *_own_files(workspace.folder)]
    return ", ".join(f"{name} has schema {head}" for name, head in held)


def _own_files(folder: Path) -> list[tuple[str, str]]:
    """Return the databases that are files wherever the ledger lies; some workspaces have no accounts."""
    accounts = [(ACCOUNTS, ACCOUNTS_HEAD)] if (folder / ACCOUNTS).is_file() else []
    return [("audit.db", AUDIT_HEAD), *accounts]


def _files(folder: Path) -> list[tuple[str, str]]:
    ledger = _LEDGER if ledger_server(folder) is None else ()
    return [*ledger, *_own_files(folder)]


def verify_log(workspace: Workspace) -> tuple[int, list[str]]:
    """Check the audit log.

    Parameters
    ----------
    workspace : Workspace
        Whose.

    Returns
    -------
    tuple of (int, list of str)
        Number of events, and what is wrong.
    """
    from app.audit_verifier import verify_audit

    return verify_audit(workspace.folder)


def examine(folder: Path) -> dict[str, Any]:
    """Say what is wrong with a workspace and the installation.

    Parameters
    ----------
    folder : Path
        The workspace.

    Returns
    -------
    dict
        Each check with what it says; ``well`` when all hold.
    """
    checks: list[tuple[str, Callable[[], str]]] = [
        ("packages", _packages),
        ("settings", lambda: f"operator {read_settings(folder).operator.agency}"),
        *_databases(folder),
        ("folder", lambda: _private(folder)),
        ("writer", lambda: _writer(folder)),
        ("batches", lambda: _batches(open_workspace(folder))),
        *_graph_server(folder),
        ("graph", lambda: _graph(open_workspace(folder))),
        ("audit", lambda: _audit(folder)),
    ]
    rows = [_tried(name, check) for name, check in checks]
    return {"schema": SCHEMA, "well": all(row["ok"] for row in rows), "rows": rows}


def _databases(folder: Path) -> list[tuple[str, Callable[[], str]]]:
    try:
        held = _files(folder)
    except KithmapError:
        # The check of the settings says what is wrong with them.
        return [(name, _file(folder, name, head)) for name, head in _own_files(folder)]
    checks = [(name, _file(folder, name, head)) for name, head in held]
    if ledger_server(folder) is not None:
        checks.insert(0, ("ledger", lambda: _on_server(folder)))
    return checks


def _on_server(folder: Path) -> str:
    held = "; ".join(f"{name} {head}" for name, head in check_schemas(folder))
    if not syncs_commits(folder):
        raise ValueError(f"{held}; but the server does not sync its commits: set fsync = on")
    return held


def _graph_server(folder: Path) -> list[tuple[str, Callable[[], str]]]:
    try:
        graph = read_graph(folder)
    except KithmapError:
        # The check of the settings says what is wrong with them.
        return []
    return [] if graph.store == "embedded" else [("neo4j", lambda: _reached(folder, graph))]


def _reached(folder: Path, graph: Graph) -> str:
    with closing(open_server(folder, graph)) as server:
        version, edition = server.version()
        if not is_supported(version):
            raise ValueError(f"Neo4j {version} answers, and Kithmap needs {OLDEST} or later")
        missing = server.missing(schema_names())
    if missing:
        # A drawing makes them where they are not; what is drawn without them was cleared by somebody.
        raise ValueError(
            f"Neo4j {version} lacks {len(missing)} constraints and indexes of Kithmap: kithmap redraw"
        )
    return f"{edition} {version} answers, with the constraints and indexes of Kithmap"


def _tried(name: str, check: Callable[[], str]) -> dict[str, Any]:
    try:
        return {"check": name, "ok": True, "says": check()}
    except (KithmapError, OSError, sqlite3.Error, ValueError) as error:
        return {"check": name, "ok": False, "says": str(error)}


def _packages() -> str:
    from importlib.metadata import PackageNotFoundError, distribution

    import app
    import geo
    import graph
    import ingest

    homes = {Path(str(package.__file__)).parent.parent for package in (app, geo, graph, ingest)}
    if len(homes) > 1:
        raise ValueError(
            "app, geo, graph and ingest come from different folders: give Kithmap its own environment"
        )
    try:
        installed = distribution("kithmap")
    except PackageNotFoundError:
        return "run from a source folder"
    return f"kithmap {installed.version}, all four packages are its own"


def _file(folder: Path, name: str, head: str) -> Callable[[], str]:
    def _check() -> str:
        check_version(folder / name, head)
        connection = sqlite3.connect(f"{(folder / name).resolve().as_uri()}?mode=ro", uri=True)
        try:
            answer = str(connection.execute("PRAGMA quick_check(1)").fetchone()[0])
        finally:
            connection.close()
        if answer != "ok":
            raise ValueError(f"the file is damaged: {answer}; restore a backup")
        return f"schema {head}, whole"

    return _check


def _private(folder: Path) -> str:
    if hasattr(folder, "owner") and folder.stat().st_mode & 0o077:
        raise ValueError("others may open the folder: chmod 700 it, for settings do not lock its files")
    return "for its owner alone"


def _writer(folder: Path) -> str:
    with one_writer(folder):
        return "nobody is writing"


def _batches(workspace: Workspace) -> str:
    with reading_ledger(workspace) as ledger:
        query = "SELECT COUNT(*) FROM batch WHERE live_us IS NULL"
        dead = int(ledger.exec_driver_sql(query).scalar_one())
    if dead:
        return "an import was cut off: nothing of it is read, and the next import clears it"
    return "no import was cut off"


def _graph(workspace: Workspace) -> str:
    store = current_store(workspace)
    try:
        with reading_ledger(workspace) as ledger:
            drawn, now = store.version(), ledger_version(ledger)
            if drawn != now:
                raise ValueError(
                    f"the graph shows version {drawn} and the ledger is at {now}: another process writes, "
                    "or kithmap redraw"
                )
    finally:
        store.close()
    return f"drawn up to the ledger, version {drawn}"


def _audit(folder: Path) -> str:
    from app.audit_verifier import verify_audit

    events, faults = verify_audit(folder)
    if not (folder / KEY).is_file():
        faults.append(f"{KEY} is missing: nothing can be signed, so nothing is answered")
    if faults:
        raise ValueError("; ".join(faults[:3]))
    return f"{events:,} events, nothing is wrong"
