"""A workspace's settings: who sits at the command line, for what purpose."""

from __future__ import annotations

import getpass
import json
import os
import re
import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from graph.errors import SettingsError

FILE: Final = "settings.toml"
ROLES: Final = ("op_group", "coordinator", "analyst", "intel_officer", "ig_auditor", "admin")
MARKING: Final = "OFFICIAL-SENSITIVE: working view, not for publication"
"""Of the pages, unless the settings say otherwise."""

Role = Literal["op_group", "coordinator", "analyst", "intel_officer", "ig_auditor", "admin"]


class Operator(BaseModel):
    """Who uses the command line.

    Attributes
    ----------
    name : str
        Their account, as the audit log shows it.
    agency : str
        Their agency, as the files name it.
    roles : tuple of str
        One or more of the roles.
    areas : tuple of str
        Codes of their areas; empty for every area.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    name: str = Field(min_length=1)
    agency: str = Field(min_length=1)
    roles: tuple[Role, ...] = ("analyst",)
    areas: tuple[str, ...] = ()


class Context(BaseModel):
    """What the work is for.

    Attributes
    ----------
    purpose : str
        As the audit log shows it.
    purpose_kind : str
        ``law_enforcement`` or ``safeguarding``: DPA Part 3 content used for the second needs a gateway.
    reference : str
        Case or meeting.
    gateways : tuple of str
        Recorded gateways for Part 3 content.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    purpose: str = ""
    purpose_kind: Literal["law_enforcement", "safeguarding"] = "law_enforcement"
    reference: str = ""
    gateways: tuple[str, ...] = ()


class Service(BaseModel):
    """How the workspace is served.

    Attributes
    ----------
    marking : str
        At the top and the foot of every page, on paper too; shown before anybody has signed in.
    job_cpu_minutes, job_minutes : int
        Processor time, and time by the clock, of one piece of long work; beyond either it fails.
    job_memory_mb : int
        Memory of one piece of long work, in millions of bytes.
    job_niceness : int
        How far long work steps back behind answers: 0 not at all, 19 for idle processors alone.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    marking: str = Field(MARKING, min_length=1, max_length=100)
    job_cpu_minutes: int = Field(60, ge=1, le=10_000)
    job_minutes: int = Field(180, ge=1, le=10_000)
    job_memory_mb: int = Field(3_000, ge=500, le=1_000_000)
    job_niceness: int = Field(10, ge=0, le=19)

    @field_validator("marking")
    @classmethod
    def _prints(cls, text: str) -> str:
        if not text.isprintable() or not text.strip():
            raise ValueError("a marking is one line of characters that print")
        return text.strip()


class Ledger(BaseModel):
    """Where ledger and identity lie.

    Attributes
    ----------
    url : str
        ``postgresql://ACCOUNT@HOST:PORT/DATABASE``, without a password; empty for files of the folder.
    password_file : str
        File that holds the password; a relative one lies in the workspace. Empty where the
        environment, or PostgreSQL's own password file, has it.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    url: str = ""
    password_file: str = ""


class Graph(BaseModel):
    """Where the drawn graph lies.

    Attributes
    ----------
    store : str
        ``embedded``, a file of the folder, or ``neo4j``.
    uri : str
        Of Neo4j: ``neo4j://HOST:PORT`` or ``bolt://HOST:PORT``, with ``+s`` over TLS; no password in it.
    user : str
        The service's own account there.
    password_file : str
        File that holds its password; a relative one lies in the workspace. Empty where
        ``KITHMAP_GRAPH_PASSWORD`` has it.
    database : str
        Empty for the account's own.
    drawing : str
        Written by ``kithmap redraw --store neo4j``: no other workspace, restored or copied, draws under it.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    store: Literal["embedded", "neo4j"] = "embedded"
    uri: str = ""
    user: str = "neo4j"
    password_file: str = ""
    database: str = ""
    drawing: str = ""

    @model_validator(mode="after")
    def _is_reachable(self) -> Graph:
        if self.store == "neo4j" and "://" not in self.uri:
            raise ValueError("uri is needed for neo4j: neo4j://HOST:PORT")
        if "@" in self.uri:
            raise ValueError("uri holds an account or a password: they go into user and password_file")
        return self


class Settings(BaseModel):
    """What ``settings.toml`` holds.

    Attributes
    ----------
    operator : Operator
        Who uses the command line.
    context : Context
        What the work is for.
    service : Service
        How the workspace is served.
    ledger : Ledger
        Where the ledger lies.
    graph : Graph
        Where the drawn graph lies.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    operator: Operator
    context: Context = Context()
    service: Service = Service()
    ledger: Ledger = Ledger()
    graph: Graph = Graph()


def read_settings(folder: Path) -> Settings:
    """Return the settings of a workspace.

    Parameters
    ----------
    folder : Path
        The workspace.

    Returns
    -------
    Settings
        Checked.

    Raises
    ------
    SettingsError
        The file is missing or breaks a rule; every fault is named.
    """
    path = folder / FILE
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        return Settings.model_validate(data)
    except FileNotFoundError as error:
        raise SettingsError(f"no workspace here ({FILE} is missing): kithmap init DIR makes one") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{FILE} cannot be read: {error}") from error
    except ValidationError as error:
        raise SettingsError(f"{FILE}: {_faults(error)}") from error


def write_settings(folder: Path, *, agency: str, name: str = "", ledger: Ledger | None = None) -> None:
    """Write the settings of a new workspace.

    Parameters
    ----------
    folder : Path
        The workspace.
    agency : str
        The operator's agency.
    name : str, optional
        The operator's account; that of the system when left out.
    ledger : Ledger, optional
        A server that holds the ledger; files of the folder when left out.
    """
    text = f"""# Who sits at the command line of this workspace, and for what. Whoever can read this folder
# can read everything in it: the settings decide what the commands show, not who opens the files.

[operator]
name = {_quoted(name or _account())}
agency = {_quoted(agency)}
roles = ["analyst"]
areas = []

[context]
purpose = "prevention of the exploitation of children"
purpose_kind = "law_enforcement"
reference = ""
gateways = []
"""
    if ledger is not None:
        text += f"\n{ledger_table(ledger)}"
    (folder / FILE).write_text(text, encoding="utf-8")


def ledger_table(ledger: Ledger) -> str:
    """Return the lines of the settings that say where the ledger lies.

    Parameters
    ----------
    ledger : Ledger
        A server.

    Returns
    -------
    str
        TOML, from its heading to the end of its last line.
    """
    return f"[ledger]\nurl = {_quoted(ledger.url)}\npassword_file = {_quoted(ledger.password_file)}\n"


def graph_table(graph: Graph) -> str:
    """Return the lines of the settings that say where the drawn graph lies.

    Parameters
    ----------
    graph : Graph
        A server.

    Returns
    -------
    str
        TOML, from its heading to the end of its last line.
    """
    lines = [f"{name} = {_quoted(value)}" for name, value in graph.model_dump().items() if value]
    return "\n".join(["[graph]", *lines, ""])


def without_tables(folder: Path, *names: str) -> str:
    """Return the settings of a workspace as they are without some tables.

    Parameters
    ----------
    folder : Path
        The workspace.
    *names : str
        For example ``ledger``.

    Returns
    -------
    str
        Everything else stands as it was written, comments too.
    """
    text = (folder / FILE).read_text(encoding="utf-8")
    for name in names:
        text = re.sub(rf"^\[{name}\]\n(?:(?!\[).*(?:\n|\Z))*", "", text, flags=re.MULTILINE)
    return text.rstrip("\n") + "\n"


def replace_table(folder: Path, name: str, table: str) -> None:
    """Write one table of the settings anew, in one step.

    Parameters
    ----------
    folder : Path
        The workspace.
    name : str
        For example ``ledger``.
    table : str
        From its heading to the end of its last line; empty to leave it out.
    """
    text = without_tables(folder, name)
    fresh = folder / f"{FILE}.new"
    fresh.write_text(f"{text}\n{table}" if table else text, encoding="utf-8")
    fresh.replace(folder / FILE)


def read_graph(folder: Path) -> Graph:
    """Return where the drawn graph of a workspace lies.

    Parameters
    ----------
    folder : Path
        The workspace.

    Returns
    -------
    Graph
        As the settings have it now: a service that goes on follows a change.

    Raises
    ------
    SettingsError
        The settings name it in a way that cannot be used.
    """
    try:
        text = (folder / FILE).read_text(encoding="utf-8")
    except (FileNotFoundError, NotADirectoryError):
        return Graph()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{FILE} cannot be read") from error
    return _graph_in(text) if "[graph]" in text else Graph()


def chosen_graph(folder: Path, store: str, **stated: str) -> Graph:
    """Return the settings of a store that somebody chooses.

    Parameters
    ----------
    folder : Path
        The workspace: what was not said stays as its settings have it.
    store : str
        ``embedded`` or ``neo4j``.
    **stated : str
        Fields of ``Graph``; empty where nothing was said.

    Returns
    -------
    Graph
        Not reached yet.

    Raises
    ------
    SettingsError
        It cannot be used.
    """
    if store == "embedded":
        return Graph()
    said = {name: value for name, value in stated.items() if value}
    try:
        return Graph.model_validate({**read_graph(folder).model_dump(), **said, "store": store})
    except ValidationError as error:
        raise SettingsError(_faults(error, "graph")) from error


@lru_cache(maxsize=16)
def _graph_in(text: str) -> Graph:
    try:
        return Graph.model_validate(tomllib.loads(text).get("graph", {}))
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{FILE} cannot be read: {error}") from error
    except ValidationError as error:
        raise SettingsError(f"{FILE}: {_faults(error, 'graph')}") from error


def _faults(error: ValidationError, *within: str) -> str:
    return "; ".join(f"{'.'.join(map(str, (*within, *e['loc'])))}: {e['msg']}" for e in error.errors())


def _account() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return os.environ.get("USERNAME", "operator")


def _quoted(text: str) -> str:
    # A JSON string is a TOML string.
    return json.dumps(text, ensure_ascii=False)
