"""Accounts for the invented partnership: one for each role, so that each can be tried in a browser."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import Final

from app.accounts import NewAccount
from app.passwords import temporary_password
from app.settings import ROLES
from app.use_cases.accounts import add
from app.workspace import Workspace, open_workspace

FILE: Final = "sign-ins.txt"
"""Where the sign-ins are written down; nothing that they open is real."""


def add_demo_accounts(folder: Path) -> list[tuple[str, str]]:
    """Add an account for each role to the workspace of a demo, all with one new random password.

    Parameters
    ----------
    folder : Path
        Of the demo.

    Returns
    -------
    list of tuple of (str, str)
        Name and password of each, in the order of the roles; also in ``sign-ins.txt`` of the folder.
    """
    administrator = _as_administrator(open_workspace(folder / "workspace"))
    agency, password = administrator.settings.operator.agency, temporary_password()
    # The first account of a workspace is an administrator's.
    for role in sorted(ROLES, key=lambda role: role != "admin"):
        add(administrator, NewAccount(_name(role), agency, (role,)), password, must_change=False)
    made = [(_name(role), password) for role in ROLES]
    _write_down(folder / FILE, made)
    return made


def _as_administrator(workspace: Workspace) -> Workspace:
    operator = workspace.settings.operator.model_copy(update={"roles": ("admin",)})
    return replace(workspace, settings=workspace.settings.model_copy(update={"operator": operator}))


def _name(role: str) -> str:
    return role.replace("_", "-")


def _write_down(path: Path, made: list[tuple[str, str]]) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    lines = ["Sign-ins of the invented partnership (kithmap serve), one for each role:"]
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write("\n".join([*lines, *(f"{name}  {password}" for name, password in made), ""]))
