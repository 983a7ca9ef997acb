"""Every error is one line and an exit code; a user never sees a traceback for a fault of theirs."""

from __future__ import annotations

import importlib
import pkgutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import click
import pytest

import app
import geo
import graph
import ingest
from app.cli import cli
from app.main import EXIT_CODES, exit_code
from graph.errors import KithmapError
from ingest.faults import Fault, FileFaultError
from tests.app.desk import COUNCIL, Desk, person

DOCUMENTED = {
    "ModelError": 2,
    "UnknownKindError": 2,
    "LinkEndsError": 2,
    "UngradedClaimError": 2,
    "StoreError": 2,
    "StoreUnavailableError": 4,
    "EntityNotFoundError": 2,
    "ConflictError": 4,
    "UnsupportedByStoreError": 2,
    "SchemaVersionError": 4,
    "MeasureError": 2,
    "NotEnoughDataError": 2,
    "GraphTooLargeError": 2,
    "NotConvergedError": 2,
    "GeoError": 2,
    "CRSMismatchError": 2,
    "OutsideAreaError": 2,
    "DisclosureError": 2,
    "IngestError": 2,
    "MappingFileError": 2,
    "RowRejectedError": 2,
    "BatchConflictError": 2,
    "FileFaultError": 2,
    "StrictImportError": 5,
    "AccessError": 3,
    "NotPermittedError": 3,
    "PurposeMissingError": 3,
    "PasswordChangeNeededError": 3,
    "AccountRuleError": 3,
    "NotSignedInError": 3,
    "SignInTooOldError": 3,
    "SignInLockedError": 3,
    "AuditUnavailableError": 4,
    "SettingsError": 2,
    "WorkLimitError": 2,
    "KithmapError": 1,
}
TOTALS = {"totals": {"rejected": 3}}


def _modules(package: ModuleType) -> Iterator[ModuleType]:
    for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        if "migrations" not in found.name:
            yield importlib.import_module(found.name)


def _tree(kind: type[KithmapError]) -> Iterator[type[KithmapError]]:
    yield kind
    for child in kind.__subclasses__():
        yield from _tree(child)


def _errors() -> dict[str, type[KithmapError]]:
    for package in (app, graph, geo, ingest):
        list(_modules(package))
    ours = {kind for kind in _tree(KithmapError) if kind.__module__.split(".")[0] != "tests"}
    return {kind.__name__: kind for kind in ours}


def _raised(kind: type[KithmapError]) -> KithmapError:
    if kind is FileFaultError:
        return FileFaultError([Fault("a.csv", 2, "date", "a rule")])
    return kind(TOTALS) if kind.__name__ == "StrictImportError" else kind("in words")


@pytest.fixture
def failing() -> Iterator[list[Exception]]:
    """Add a command that raises what the list holds."""
    held: list[Exception] = []

    @cli.command("fail")
    def fail() -> None:
        raise held[0]

    yield held
    cli.commands.pop("fail")


def test_the_walk_finds_every_error_of_every_package() -> None:
    assert set(_errors()) == set(DOCUMENTED)
    for module in _modules(graph):
        for value in vars(module).values():
            if (
                isinstance(value, type)
                and issubclass(value, Exception)
                and value.__module__ == module.__name__
            ):
                assert issubclass(value, KithmapError), value


@pytest.mark.parametrize("name", DOCUMENTED)
def test_an_error_becomes_one_line_and_its_documented_code(
    tmp_path: Path, failing: list[Exception], name: str
) -> None:
    error = _raised(_errors()[name])
    failing.append(error)
    ran = Desk(tmp_path).run("fail")
    assert (ran.code, ran.out) == (DOCUMENTED[name], "")
    assert ran.err == f"kithmap: {error}\n" and ran.err.count("\n") == 1


def test_every_branch_of_the_tree_has_its_own_line_in_the_table() -> None:
    for error in _errors().values():
        if error is not KithmapError:
            assert any(issubclass(error, kind) for kind, _ in EXIT_CODES), error
    # A subclass after its parent would never be reached.
    for at, (kind, _) in enumerate(EXIT_CODES):
        assert not any(issubclass(kind, earlier) for earlier, _ in EXIT_CODES[:at])
    assert exit_code(KithmapError("anything")) == 1


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (click.Abort(), 1),
        (KeyboardInterrupt(), 1),
        (click.UsageError("no"), 2),
        (FileNotFoundError(2, "x", "a.csv"), 2),
        (PermissionError(13, "x", "a.csv"), 2),
        (OSError(28, "No space left on device"), 2),
    ],
)
def test_what_is_no_error_of_ours_ends_in_words_too(
    tmp_path: Path, failing: list[BaseException], error: BaseException, code: int
) -> None:
    failing.append(error)
    ran = Desk(tmp_path).run("fail")
    assert (ran.code, ran.out) == (code, "") and ran.err and "Traceback" not in ran.err


@pytest.mark.parametrize(
    "arguments",
    [
        ["nonsense"],
        ["clusters", "--nonsense"],
        ["clusters", "--month", "2025-13"],
        ["clusters", "--month", "x"],
        ["clusters", "--window", "2025-02-01", "2025-01-01"],
        ["clusters", "--as-of", "yesterday"],
        ["import", "absent.csv", "--mapping", "people"],
        ["import"],
        ["areas", "load", "absent", "--kind", "lad"],
        ["clusters", "--resolution", "much"],
        ["hotspots", "--each", "day"],
        ["match", "undo"],
        ["match", "undo", "x"],
        ["hotspots", "--geojson", "x", "--each", "type"],
        ["cross-border", "--kind", "parish"],
    ],
)
def test_wrong_usage_is_code_2_with_no_answer(tmp_path: Path, arguments: list[str]) -> None:
    ran = Desk(tmp_path).run(*arguments)
    assert (ran.code, ran.out) == (2, "") and ran.err and "Traceback" not in ran.err


@pytest.mark.parametrize("option", ["--csv", "--report", "--geojson"])
def test_an_answer_that_cannot_be_written_is_said_in_one_line(tmp_path: Path, option: str) -> None:
    desk = Desk(tmp_path)
    rows = [person("P1")]
    desk.load("people", rows)
    path = tmp_path / "no" / "such" / "folder.csv"
    importing = ["import", str(tmp_path / "people-1.csv"), "--mapping", "people"]
    command = {"--csv": ["clusters"], "--report": importing, "--geojson": ["hotspots"]}[option]
    ran = desk.run(*command, option, path)
    assert (
        ran.code == 2 and "folder.csv" in ran.err and "Traceback" not in ran.err and ran.err.count("\n") == 1
    )


@pytest.mark.parametrize("broken", ["ledger.db", "identity.db"])
@pytest.mark.parametrize("how", ["missing", "garbled"])
def test_a_broken_file_of_the_workspace_is_code_4_in_words(tmp_path: Path, broken: str, how: str) -> None:
    desk = Desk(tmp_path)
    desk.load("people", [person("P1")])
    (desk.folder / broken).unlink()
    if how == "garbled":
        (desk.folder / broken).write_bytes(b"\0 no database" * 1_000)
    for command in (
        ["clusters"],
        ["import", tmp_path / "people-1.csv", "--mapping", "people"],
        ["match", "list"],
    ):
        ran = desk.run(*command)
        assert (ran.code, ran.out) == (4, "") and broken in ran.err and ran.err.count("\n") == 1
    ran = desk.run("doctor")
    assert ran.code == 4 and f"PROBLEM {broken}" in ran.out


@pytest.mark.parametrize("content", [b"", b"SQLite format 3\0" + b"x" * 5_000, b"no database" * 1_000])
def test_a_broken_drawing_is_said_in_words_and_redraw_mends_it(tmp_path: Path, content: bytes) -> None:
    desk = Desk(tmp_path)
    desk.load("people", [person("P1", given_name="Amy"), person("P2")])
    right = desk.ask("clusters")
    (drawn,) = desk.folder.glob("drawn-*.db")
    drawn.write_bytes(content)
    ran = desk.run("clusters", "--json")
    assert "Traceback" not in ran.err
    assert ran.json == right if ran.code == 0 else (ran.code, ran.out) == (4, "")
    drawn.unlink()
    assert desk.ask("clusters") == right


def test_the_installed_command_gives_its_exit_code(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    path = tmp_path / "bad.csv"
    path.write_text(
        "person_ref,agency,agreement,agreement_expires,date_of_birth\nP1,A,I,none,2025-02-30\n", "utf-8"
    )

    def run(*arguments: object) -> tuple[int, str, str]:
        command = [sys.executable, "-m", "app.main", "--workspace", str(desk.folder), *map(str, arguments)]
        root = Path(app.__file__).parent.parent
        ran = subprocess.run(command, capture_output=True, text=True, cwd=root, check=False)
        return ran.returncode, ran.stdout, ran.stderr

    assert run("import", path, "--mapping", "people", "--strict")[0] == 5
    assert run("clusters", "--why", "x")[0] == 2
    desk.sit(COUNCIL, ["coordinator"])
    assert run("clusters")[:2] == (3, "")
    (desk.folder / "audit.key").unlink()
    code, out, err = run("doctor")
    assert code == 4 and "PROBLEM" in out and "Traceback" not in err
