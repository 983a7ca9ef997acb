"""Settings that are missing or wrong are named, one line for all of them, and open nothing."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from app.settings import read_settings, write_settings
from graph.errors import SettingsError
from tests.app.desk import Desk

OPERATOR = '[operator]\nname = "a"\nagency = "b"\n'


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("", ["operator"]),
        ("[operator]\n", ["operator.name", "operator.agency"]),
        ('[operator]\nname = ""\nagency = ""\n', ["operator.name", "operator.agency"]),
        (OPERATOR + 'roles = ["analyst", "chief"]\n', ["operator.roles.1"]),
        (OPERATOR + 'role = "analyst"\n', ["operator.role"]),
        (OPERATOR + 'areas = "E1"\n', ["operator.areas"]),
        (OPERATOR + "[context]\npurpose = 7\n", ["context.purpose"]),
        (OPERATOR + '[context]\npurpose_kind = "other"\n', ["context.purpose_kind"]),
        (OPERATOR + "[limits]\n", ["limits"]),
        (
            OPERATOR + 'roles = ["chief"]\n[context]\npurpose_kind = "x"\n',
            ["operator.roles.0", "context.purpose_kind"],
        ),
        ("[operator\n", ["settings.toml cannot be read"]),
    ],
)
def test_every_fault_is_named_and_nothing_opens(tmp_path: Path, text: str, named: list[str]) -> None:
    desk = Desk(tmp_path)
    (desk.folder / "settings.toml").write_text(text, encoding="utf-8")
    before = len(desk.events())
    for command in (["clusters", "--json"], ["import", __file__, "--mapping", "people"], ["match", "list"]):
        ran = desk.run(*command)
        assert (ran.code, ran.out) == (2, "")
        assert ran.err.startswith("kithmap: settings.toml") and ran.err.count("\n") == 1
        assert all(f"{name}" in ran.err for name in named)
    assert len(desk.events()) == before


def test_a_file_that_is_no_text_is_named(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(SettingsError, match=r"settings\.toml cannot be read"):
        read_settings(tmp_path)


def test_a_folder_that_is_no_workspace_says_how_to_make_one(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.folder = tmp_path / "nowhere"
    ran = desk.run("clusters")
    assert (ran.code, ran.out) == (2, "") and "kithmap init" in ran.err


@pytest.mark.parametrize("agency", ['"Quoted" \\ Council', "Cyngor Sir Fôn", "A\tB", "]\n[context]", "'"])
def test_an_agency_of_any_letters_is_kept_as_it_is(tmp_path: Path, agency: str) -> None:
    write_settings(tmp_path, agency=agency)
    assert read_settings(tmp_path).operator.agency == agency


def test_a_new_workspace_is_for_its_owner_and_for_an_analyst_with_a_purpose(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.folder = tmp_path / "fresh"
    assert desk.run("init", desk.folder, "--agency", "Corley Council").code == 0
    settings = read_settings(desk.folder)
    assert (settings.operator.agency, settings.operator.roles) == ("Corley Council", ("analyst",))
    assert settings.context.purpose
    assert desk.run("match", "list").code == 0
    if hasattr(stat, "S_IRWXG"):
        assert desk.folder.stat().st_mode & 0o077 == 0


def test_a_folder_that_holds_something_is_left_alone(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "a.txt").write_text("kept", encoding="utf-8")
    for folder in (tmp_path / "full", tmp_path / "full" / "a.txt", desk.folder):
        ran = desk.run("init", folder)
        assert (ran.code, ran.out) == (2, "") and "new or empty folder" in ran.err
    assert [path.name for path in (tmp_path / "full").iterdir()] == ["a.txt"]
