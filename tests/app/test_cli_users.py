"""On the command line an administrator keeps accounts; a password is printed once or typed unseen."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path

import jsonschema
import pytest
from click.testing import CliRunner, Result

from app.cli import cli
from app.settings import ROLES
from app.use_cases.signing_in import open_entrance, sign_in
from graph.errors import NotSignedInError
from tests.app.desk import COUNCIL, POLICE, Desk
from tests.app.front_door import OTHER, PASSWORD, quick_hashes

SCHEMA = Path(__file__).parents[2] / "docs" / "schemas" / "accounts.json"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """Return a desk of a new workspace."""
    with quick_hashes():
        yield Desk(tmp_path)


@pytest.fixture
def admin(desk: Desk) -> Desk:
    """Return a desk where an administrator sits."""
    desk.sit(roles=["admin"])
    return desk


def _typed(desk: Desk, *arguments: str, typed: str) -> Result:
    return CliRunner().invoke(cli, ["--workspace", str(desk.folder), "user", *arguments], input=typed)


def _enters(desk: Desk, name: str, password: str) -> bool:
    with open_entrance(desk.folder, desk.clock) as entrance:
        try:
            return bool(sign_in(entrance, name, password).token)
        except NotSignedInError:
            return False


def test_the_first_account_is_an_administrators_and_made_by_whoever_owns_the_folder(desk: Desk) -> None:
    refused = desk.run("user", "add", "jo", "--role", "analyst")
    assert (refused.code, refused.out) == (3, "") and "--role admin" in refused.err
    ran = desk.run("user", "add", "jo", "--role", "admin")
    assert ran.code == 0 and _enters(desk, "jo", ran.out.strip())
    again = desk.run("user", "add", "sam", "--role", "admin")
    assert (again.code, again.out) == (3, "")
    assert again.err == "kithmap: the role analyst does not allow accounts\n"


def test_the_password_is_printed_once_and_alone_on_standard_output(admin: Desk) -> None:
    ran = admin.run("user", "add", "Jo", "--role", "analyst", "--role", "op_group", "--area", "E1")
    assert ran.code == 0 and ran.out.count("\n") == 1
    password = ran.out.strip()
    assert len(password) >= 20 and password not in ran.err and "temporary password" in ran.err
    assert _enters(admin, "jo", password)
    (row,) = admin.ask("user", "list")["rows"]
    assert (row["name"], row["agency"], row["roles"], row["areas"], row["must_change"]) == (
        "jo", COUNCIL, ["analyst", "op_group"], ["E1"], True,
    )  # fmt: skip
    kept = b"".join(path.read_bytes() for path in admin.folder.rglob("*") if path.is_file())
    assert password.encode() not in kept


def test_a_typed_password_is_not_shown_and_typed_twice(admin: Desk) -> None:
    ran = _typed(admin, "add", "jo", "--role", "analyst", "--prompt", typed=f"{PASSWORD}\n{PASSWORD}\n")
    assert ran.exit_code == 0 and PASSWORD not in ran.output
    # A workspace opened without the test's clock: the account is of today.
    assert admin.ask("user", "list")["rows"][0]["must_change"]
    differ = _typed(admin, "add", "sam", "--role", "analyst", "--prompt", typed=f"{PASSWORD}\n{OTHER}\n")
    assert differ.exit_code != 0 and len(admin.ask("user", "list")["rows"]) == 1


def test_a_password_is_no_argument(admin: Desk) -> None:
    assert admin.run("user", "add", "jo", PASSWORD, "--role", "analyst").code == 2
    for option in ("--password", "--pass", "-p"):
        assert admin.run("user", "add", "jo", "--role", "analyst", option, PASSWORD).code == 2
    assert not (admin.folder / "accounts.db").exists()


def test_a_weak_password_is_refused_and_its_rule_named(admin: Desk) -> None:
    weak = "correct horse battery staple"
    ran = _typed(admin, "add", "jo", "--role", "analyst", "--prompt", typed=f"{weak}\n{weak}\n")
    assert "well-known phrase" in str(ran.exception) and not (admin.folder / "accounts.db").exists()


def test_reset_disable_and_enable_do_what_they_say(admin: Desk) -> None:
    first = admin.run("user", "add", "jo", "--agency", POLICE, "--role", "analyst").out.strip()
    second = admin.run("user", "reset", "JO").out.strip()
    assert not _enters(admin, "jo", first) and _enters(admin, "jo", second)
    assert admin.run("user", "disable", "jo").out == "disabled\n"
    assert not _enters(admin, "jo", second)
    assert admin.ask("user", "list")["rows"][0]["state"] == "disabled"
    assert admin.run("user", "enable", "jo").out == "enabled\n"
    assert _enters(admin, "jo", second)


def test_change_states_anew_what_it_names_and_nothing_else(admin: Desk) -> None:
    admin.run("user", "add", "jo", "--role", "analyst", "--area", "E1")
    ran = admin.run("user", "change", "jo", "--role", "coordinator", "--role", "ig_auditor")
    assert (ran.code, ran.out) == (0, f"changed: {COUNCIL}; coordinator, ig_auditor; E1\n")
    ran = admin.run("user", "change", "jo", "--every-area", "--agency", POLICE)
    assert ran.out == f"changed: {POLICE}; coordinator, ig_auditor; every area\n"
    for wrong in ([], ["--area", "E1", "--every-area"], ["--role", "chief"]):
        assert admin.run("user", "change", "jo", *wrong).code == 2
    assert admin.run("user", "change", "jo", "--role", "admin", "--role", "analyst").code == 3


def test_a_name_that_nobody_has_is_said_without_repeating_it(admin: Desk) -> None:
    admin.run("user", "add", "jo", "--role", "analyst")
    for act in (["reset"], ["disable"], ["enable"], ["change", "--every-area"]):
        ran = admin.run("user", *act, PASSWORD)
        assert (ran.code, ran.out) == (2, "") and PASSWORD not in ran.err and "user list" in ran.err
    assert PASSWORD not in json.dumps(admin.events())


@pytest.mark.parametrize("role", [role for role in ROLES if role != "admin"])
def test_only_an_administrator_keeps_accounts(admin: Desk, role: str) -> None:
    admin.run("user", "add", "jo", "--role", "admin")
    admin.sit(roles=[role])
    for command in (
        ["add", "sam", "--role", "analyst"], ["reset", "jo"], ["disable", "jo"], ["enable", "jo"], ["list"],
        ["change", "jo", "--agency", POLICE],
    ):  # fmt: skip
        ran = admin.run("user", *command)
        assert (ran.code, ran.out) == (3, "") and admin.events()[-1]["decision"] == "deny"


def test_the_list_is_a_table_a_file_or_json_of_the_stated_form(admin: Desk) -> None:
    assert admin.run("user", "list").code == 4
    for name in ("jo", "sam"):
        admin.run("user", "add", name, "--role", "analyst", "--agency", "=cmd()")
    table = admin.run("user", "list")
    assert table.code == 0 and "2 accounts, 2 active" in table.out and "argon2" not in table.out
    body = admin.ask("user", "list")
    jsonschema.Draft202012Validator(json.loads(SCHEMA.read_text("utf-8"))).validate(body)
    path = admin.files / "accounts.csv"
    assert admin.run("user", "list", "--csv", path).code == 0
    with path.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [(row["name"], row["agency"]) for row in rows] == [("jo", "'=cmd()"), ("sam", "'=cmd()")]
