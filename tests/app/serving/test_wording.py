"""No problem that a page shows speaks of commands, options or files of settings."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

import graph.errors
from app.serving.error_responses import PROBLEMS, internal_problem, told
from app.serving.wording import in_browser
from graph.errors import IngestError, KithmapError, SettingsError, StoreUnavailableError

ROOT = Path(__file__).parents[3]
OF_COMMANDS = re.compile(
    r"kithmap [a-z]|(?<![\w-])--[a-z]|settings\.toml|command line|/api/|\b(GET|PUT|POST) /"
)
AT_THE_DESK = re.compile(
    r"app/(cli\w*|main|migrations\w*/.*|serving/start_checks|use_cases/(care|demo\w*))\.py"
)
"""What no route reaches: commands, what they look at before a service starts, the demo, the doctor."""


class Said(NamedTuple):
    """Words of the program: where they stand, the error that they are of (if any), and what they are."""

    where: str
    error: str
    text: str


def _literal(node: ast.expr) -> str | None:
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else None
    if isinstance(node, ast.JoinedStr):
        parts = (part.value if isinstance(part, ast.Constant) else "x1" for part in node.values)
        return "".join(map(str, parts))
    return None


def _docstrings(tree: ast.AST) -> set[int]:
    owners = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    found: set[int] = set()
    for node in ast.walk(tree):
        body = node.body if isinstance(node, owners) else []
        # Behind an assignment, too, a text that nobody uses is a remark on it.
        found |= {id(part.value) for part in body if isinstance(part, ast.Expr)}
    return found


def _said(path: Path) -> Iterator[Said]:
    tree = ast.parse(path.read_text("utf-8"))
    passed = _docstrings(tree)
    of_errors: dict[int, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call):
            name = getattr(node.exc.func, "id", "")
            of_errors |= {id(part): name for part in ast.walk(node.exc)}
    for node in ast.walk(tree):
        if not isinstance(node, ast.expr) or id(node) in passed:
            continue
        text = _literal(node)
        if isinstance(node, ast.JoinedStr):
            passed |= {id(part) for part in ast.walk(node)}
        if text:
            yield Said(f"{path.relative_to(ROOT)}:{node.lineno}", of_errors.get(id(node), ""), text)


def _all_said() -> list[Said]:
    paths = [
        path for part in ("app", "graph", "geo", "ingest") for path in sorted((ROOT / part).rglob("*.py"))
    ]
    kept = (path for path in paths if "node_modules" not in path.parts)
    found: list[Said] = []
    for path in kept:
        if not AT_THE_DESK.fullmatch(path.relative_to(ROOT).as_posix()):
            found += _said(path)
    return found


def _shown(said: Said) -> str:
    kind = getattr(graph.errors, said.error, None)
    if isinstance(kind, type) and issubclass(kind, KithmapError):
        return str(told(kind(said.text), "")["detail"])
    return in_browser(said.text)


def test_every_word_of_an_error_that_a_page_shows_fits_whoever_reads_it_there() -> None:
    said = _all_said()
    errors = [one for one in said if one.error in vars(graph.errors)]
    assert len(errors) > 150 and len(said) > 2_000
    faults = [f"{one.where}: {_shown(one)}" for one in errors if OF_COMMANDS.search(_shown(one))]
    assert faults == []


NEVER_SHOWN = (
    "app/settings.py", "app/application.py", "app/serving/", "app/routes/", "app/copies/page.py",
    "graph/ledger/location.py",
)  # fmt: skip
"""A file that is written, addresses, and a style sheet, in which two hyphens begin a name."""


def test_no_other_words_of_answers_speak_of_commands() -> None:
    faults = [
        f"{one.where}: {one.text}"
        for one in _all_said()
        if OF_COMMANDS.search(_shown(one)) and not one.where.startswith(NEVER_SHOWN)
    ]
    assert faults == []


def test_the_table_of_problems_speaks_of_no_command() -> None:
    for problem in PROBLEMS:
        assert not OF_COMMANDS.search(f"{problem.title} {problem.says}"), problem
    assert not OF_COMMANDS.search(bytes(internal_problem("0f").body).decode())


def test_pages_about_the_method_speak_of_no_command() -> None:
    for path in sorted((ROOT / "docs" / "methods").glob("*.md")):
        assert not OF_COMMANDS.search(path.read_text("utf-8")), path.name


@pytest.mark.parametrize(
    ("error", "detail"),
    [
        (
            IngestError("a.csv: not UTF-8: it looks like utf-16-le; --encoding utf-16-le accepts it"),
            "a.csv: not UTF-8: it looks like utf-16-le: choose the encoding utf-16-le",
        ),
        (
            StoreUnavailableError("the graph has not been drawn yet: kithmap redraw"),
            "A file of the workspace is missing, locked or being changed: try again in a moment.",
        ),
        (
            SettingsError("settings.toml: operator: missing"),
            "The settings of the workspace are missing or wrong: whoever runs the service mends them.",
        ),
    ],
)
def test_an_error_has_other_words_in_a_browser(error: KithmapError, detail: str) -> None:
    assert told(error, "/api/x")["detail"] == detail and str(error) != detail
