"""What must hold of the repository as a whole: its locks, its lists, its words."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
LOCKS = ("requirements.lock", "requirements-test.lock")
PACKAGES = ("app", "graph", "geo", "ingest")
TEXT = {".py", ".toml", ".yaml", ".yml", ".md", ".sql", ".mako", ".in", ".lock", ".json", ".cfg"}
# Built from halves, so that this file does not hold what it looks for.
MACHINE_PATH = re.compile(r"(?<![\w.}$])/(?:" + "|".join(("work", "root", "home", "Users")) + r")/\w")
FOREIGN = {"__pycache__", "node_modules"}
AVOIDED_NAMES = {"utils", "helpers", "common", "manager", "processor", "service"}


def _lines(name: str) -> list[str]:
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    return [line.strip() for line in lines if line.strip() and not line.lstrip().startswith("#")]


def _texts() -> list[Path]:
    folders = (*PACKAGES, "tests", "bench", "docs", "notebooks", "deploy", ".ci")
    inside = [path for folder in folders for path in (ROOT / folder).rglob("*") if path.is_file()]
    found = [
        path for path in (*ROOT.glob("*"), *inside) if path.suffix in TEXT or path.name in {"Makefile", "run"}
    ]
    return [path for path in found if path.is_file() and not FOREIGN & set(path.parts)]


def _pins(name: str) -> dict[str, set[str]]:
    found = [re.match(r"([\w.-]+)==([^\s;\\]+)", line) for line in _lines(name)]
    pins: dict[str, set[str]] = {}
    for match in filter(None, found):
        pins.setdefault(match[1].lower(), set()).add(match[2])
    return pins


def _code_lines(path: Path) -> int:
    text = path.read_text(encoding="utf-8")
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    docstrings: set[int] = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, documented) and ast.get_docstring(node) is not None:
            docstrings.update(range(node.body[0].lineno, (node.body[0].end_lineno or 0) + 1))
    lines = enumerate(text.splitlines(), start=1)
    return sum(bool(line.strip()) and line.strip()[0] != "#" and n not in docstrings for n, line in lines)


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_names_no_host_and_no_path(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    assert not re.search(r"https?:|file:|--index-url|--extra-index-url|--find-links|-e |@ ", text)


@pytest.mark.parametrize("name", LOCKS)
def test_every_pin_has_a_hash(name: str) -> None:
    lines = _lines(name)
    pins = [number for number, line in enumerate(lines) if "==" in line]
    assert len(pins) > 20
    assert all(lines[number + 1].startswith("--hash=sha256:") for number in pins)


def test_the_test_lock_repeats_every_run_time_pin() -> None:
    run, test = _pins("requirements.lock"), _pins("requirements-test.lock")
    assert run.items() <= test.items()


def test_the_run_time_lists_agree() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    stated = set(project["project"]["dependencies"]) | set(project["build-system"]["requires"])
    assert stated == set(_lines("requirements.in"))


def test_the_lock_holds_everything_the_project_asks_for() -> None:
    asked = {re.split(r"[>=<~!]", line)[0].lower() for line in _lines("requirements.in")}
    assert asked <= _pins("requirements.lock").keys()


def test_the_repository_says_what_it_is() -> None:
    for name in ("README.md", "CHANGELOG.md", "LICENSE"):
        assert (ROOT / name).stat().st_size > 0
    assert "Apache License" in (ROOT / "LICENSE").read_text(encoding="utf-8")


def test_no_file_names_a_path_of_one_machine() -> None:
    held = [path for path in _texts() if MACHINE_PATH.search(path.read_text(encoding="utf-8"))]
    assert [str(path.relative_to(ROOT)) for path in held] == []


@pytest.mark.skipif(shutil.which("bash") is None, reason="Bash is absent, and CI runs by it")
def test_what_ci_runs_is_a_script_to_its_end() -> None:
    read = subprocess.run(["bash", "-n", ".ci/run"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (read.returncode, read.stderr) == (0, "")


def test_no_module_has_a_name_that_says_nothing() -> None:
    modules = [path for package in PACKAGES for path in (ROOT / package).rglob("*.py")]
    assert len(modules) >= len(PACKAGES)
    assert [str(path.relative_to(ROOT)) for path in modules if path.stem in AVOIDED_NAMES] == []


def test_no_source_file_is_longer_than_three_hundred_lines_of_code() -> None:
    modules = [path for package in PACKAGES for path in (ROOT / package).rglob("*.py")]
    assert [str(path.relative_to(ROOT)) for path in modules if _code_lines(path) > 300] == []
