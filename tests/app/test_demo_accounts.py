"""The demo can be opened in a browser as each role."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from app.settings import ROLES, read_settings
from app.use_cases.demo_accounts import FILE, add_demo_accounts
from app.use_cases.signing_in import open_entrance, sign_in
from app.workspace import create_workspace
from graph.errors import NotSignedInError
from tests.app.front_door import quick_hashes


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with a workspace in it, as a demo leaves one."""
    create_workspace(tmp_path / "workspace", agency="Tidewater Partnership")
    return tmp_path


def test_there_is_a_sign_in_for_each_role_and_each_opens(folder: Path) -> None:
    with quick_hashes():
        made = add_demo_accounts(folder)
        with open_entrance(folder / "workspace") as entrance:
            signed = [sign_in(entrance, name, password).session.account for name, password in made]
            with pytest.raises(NotSignedInError):
                sign_in(entrance, "analyst", made[0][1] + "x")
    assert [account.roles for account in signed] == [(role,) for role in ROLES]
    assert not any(account.must_change for account in signed)


def test_the_sign_ins_are_written_down_for_the_owner_alone(folder: Path) -> None:
    with quick_hashes():
        made = add_demo_accounts(folder)
    written = (folder / FILE).read_text(encoding="utf-8")
    assert all(f"{name}  {password}" in written for name, password in made)
    if os.name == "posix":
        assert stat.S_IMODE((folder / FILE).stat().st_mode) == 0o600


def test_each_demo_has_another_password_and_leaves_the_operator_as_before(
    folder: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    create_workspace(other / "workspace", agency="Tidewater Partnership")
    before = read_settings(folder / "workspace")
    with quick_hashes():
        assert add_demo_accounts(folder)[0][1] != add_demo_accounts(other)[0][1]
    assert read_settings(folder / "workspace") == before
