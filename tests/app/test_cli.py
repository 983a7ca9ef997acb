"""The list of commands, and how little a command line without an answer costs."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import click
import pytest

import app
from app.cli import COMMANDS, cli

HEAVY = ("alembic", "cryptography", "matplotlib", "numpy", "pydantic", "rich", "scipy", "sqlalchemy", "yaml")
_LOADED = """
import json, sys
from app.main import main
try:
    main()
finally:
    print(json.dumps([name for name in {heavy} if name in sys.modules]))
"""


def _loaded(*arguments: str) -> tuple[int, list[str]]:
    code = _LOADED.format(heavy=HEAVY)
    command = [sys.executable, "-c", code, *arguments]
    root = Path(app.__file__).parent.parent
    ran = subprocess.run(command, capture_output=True, text=True, cwd=root, check=False)
    found: list[str] = json.loads(ran.stdout.splitlines()[-1])
    return ran.returncode, found


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["--help"], 0),
        (["--version"], 0),
        (["nonsense"], 2),
        (["clusters", "--help"], 0),
        (["clusters", "--nonsense"], 2),
        (["hotspots", "--month", "2025-13"], 2),
        (["import"], 2),
        (["init", "--help"], 0),
    ],
)
def test_help_and_wrong_usage_import_nothing_that_is_slow(arguments: list[str], code: int) -> None:
    assert _loaded(*arguments) == (code, [])


def test_what_counts_as_slow_is_imported_by_a_command_that_answers(tmp_path: Path) -> None:
    code, found = _loaded("init", str(tmp_path / "ws"))
    assert code == 0 and {"numpy", "pydantic", "sqlalchemy"} <= set(found)


def test_a_new_workspace_needs_no_migration_tool(tmp_path: Path) -> None:
    _, found = _loaded("init", str(tmp_path / "ws"))
    assert not {"alembic", "matplotlib", "scipy", "yaml"} & set(found)


@pytest.mark.parametrize("name", COMMANDS)
def test_each_line_of_the_list_is_what_the_command_says_of_itself(name: str) -> None:
    context = click.Context(cli)
    command = cli.get_command(context, name)
    assert command is not None and command.name == name
    assert COMMANDS[name].help.rstrip(".") == command.get_short_help_str(limit=1_000).rstrip(".")


def test_the_list_names_every_command_in_order() -> None:
    assert list(COMMANDS) == sorted(COMMANDS) == cli.list_commands(click.Context(cli))
