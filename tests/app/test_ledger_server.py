"""A workspace whose ledger lies on PostgreSQL: made, filled, asked and examined by the same commands."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.settings import Ledger, read_settings
from app.use_cases.care import examine
from app.use_cases.moving import move_ledger
from app.workspace import create_workspace
from deploy.dev_servers.postgresql import PASSWORD
from graph.errors import StoreUnavailableError
from graph.ledger.copying import digests
from graph.ledger.opening import open_ledger
from tests.app.desk import (
    Desk,
    person,
)
from tests.app.same_work import QUESTIONS, filled, placed
from tests.builders import SECRET
from tests.servers import Postgres

pytestmark = pytest.mark.servers


@pytest.fixture
def place(postgres: Postgres) -> Iterator[Ledger]:
    """Return where an empty database lies."""
    with postgres.empty() as text:
        url = re.search(r'url = "([^"]+)"', text)
        assert url is not None
        yield Ledger(url=url.group(1), password_file=str(postgres.folder / PASSWORD))


def test_init_makes_the_ledger_on_the_server_and_no_files_of_it(place: Ledger, tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    made = tmp_path / "made"
    words = ("init", made, "--ledger", place.url, "--password-file", place.password_file)
    assert desk.run(*words, "--agency", "Ashby Council").code == 0
    assert {"settings.toml", "audit.db"} <= {path.name for path in made.iterdir()}
    assert not list(made.glob("ledger.db*")) + list(made.glob("identity.db*"))
    assert read_settings(made).ledger == place
    desk.folder = made
    desk.load("people", [person("P1", given_name="Amy"), person("P2")])
    found = desk.ask("find", "amy")
    assert len(found["rows"]) == 1
    assert "schema ledger has schema 0002" in desk.run("upgrade").out


def test_the_doctor_tells_of_the_server_and_of_one_that_forgets(place: Ledger, tmp_path: Path) -> None:
    create_workspace(tmp_path / "ws", agency="Ashby Council", ledger=place)
    rows = {row["check"]: row for row in examine(tmp_path / "ws")["rows"]}
    assert "ledger.db" not in rows and rows["audit.db"]["ok"]
    # The tests' own server is one: it is quick, and its data are thrown away.
    assert not rows["ledger"]["ok"] and "fsync" in rows["ledger"]["says"]
    assert "schema identity 0002" in rows["ledger"]["says"]


def test_a_server_that_is_down_is_told_in_a_line_with_its_code(place: Ledger, tmp_path: Path) -> None:
    down = Ledger(url=re.sub(r":\d+/", ":1/", place.url), password_file=place.password_file)
    with pytest.raises(StoreUnavailableError, match=r"127\.0\.0\.1"):
        create_workspace(tmp_path / "none", agency="Ashby Council", ledger=down)
    assert list((tmp_path / "none").iterdir()) == []
    desk = Desk(tmp_path)
    desk.ledger = f'[ledger]\nurl = "{down.url}"\npassword_file = "{down.password_file}"\n'
    desk.sit()
    for command in (
        ["find", "amy"],
        ["import", __file__, "--mapping", "people"],
        ["upgrade"],
        ["match", "list"],
    ):
        ran = desk.run(*command)
        assert ran.code == 4 and ran.out == "", command
        assert "PostgreSQL at 127.0.0.1" in ran.err and ran.err.count("\n") == 1
    rows = {row["check"]: row for row in json.loads(desk.run("doctor", "--json").out)["rows"]}
    assert not rows["ledger"]["ok"] and "refused" in rows["ledger"]["says"]


def test_the_same_work_is_answered_alike_wherever_the_ledger_lies(postgres: Postgres, tmp_path: Path) -> None:
    answers = []
    with postgres.ledger(SECRET) as text:
        for name, ledger in (("one", ""), ("two", text)):
            desk = Desk(tmp_path / name, ledger=ledger)
            desk.sit(purpose_kind="safeguarding")
            told: list[object] = list(filled(desk))
            told += [desk.run(*question, "--json")[:2] for question in QUESTIONS]
            first = desk.ask("find", "amy")["rows"][0]
            told.append(desk.ask("show", first["id"]))
            judgement = desk.ask("match", "list")["rows"][0]
            told.append(desk.run("match", "undo", judgement["id"]).code)
            told.append(desk.run("redraw").code)
            told += [desk.run(*question, "--json")[:2] for question in QUESTIONS]
            answers.append(told)
    for here, there in zip(*answers, strict=True):
        assert placed(here) == placed(there)


def _asked(desk: Desk) -> list[object]:
    return [desk.run(*question, "--json")[:2] for question in QUESTIONS]


def test_a_ledger_moved_to_a_server_and_back_answers_as_before(place: Ledger, tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.sit(purpose_kind="safeguarding", roles=("analyst", "admin"))
    filled(desk)
    before, settings = _asked(desk), (desk.folder / "settings.toml").read_text(encoding="utf-8")
    held = open_ledger(desk.folder)
    sent = digests(held)
    held.close()
    there = desk.run("move", "--to", place.url, "--password-file", place.password_file)
    assert there.code == 0, there.err
    assert "every table arrived" in there.out
    assert not list(desk.folder.glob("ledger.db*")) and (desk.folder / "moved-ledger.db").is_file()
    assert _asked(desk) == before
    held = open_ledger(desk.folder)
    assert digests(held) == sent and sent["claim"].rows > 100 and sent["name_index"].rows > 5
    held.close()
    assert desk.load("people", [person("P9", given_name="Gil")])["totals"]["accepted"] == 1
    assert desk.run("move", "--to", "files").code == 0
    assert (desk.folder / "settings.toml").read_text(encoding="utf-8") == settings
    assert len(desk.ask("find", "gil")["rows"]) == 1
    events = [event for event in desk.events() if event["action"] == "move"]
    assert [len(event["detail"]) for event in events] == [1, 2, 1, 2]
    again = desk.run("move", "--to", place.url, "--password-file", place.password_file)
    assert again.code == 4 and "already" in again.err
    assert desk.run("find", "gil").code == 0 and (desk.folder / "ledger.db").is_file()


@pytest.mark.faults
def test_a_move_that_a_fault_ends_leaves_the_workspace_as_it_was(place: Ledger, tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.sit(roles=("analyst", "admin"))
    desk.load("people", [person("P1", given_name="Amy"), person("P2")])
    settings = (desk.folder / "settings.toml").read_bytes()
    seen: list[str] = []

    def _break(table: str) -> None:
        seen.append(table)
        if table == "copying particular":
            raise StoreUnavailableError("cut")

    with pytest.raises(StoreUnavailableError, match="cut"):
        move_ledger(desk.workspace(), place, progress=_break)
    assert (desk.folder / "settings.toml").read_bytes() == settings
    assert desk.run("find", "amy").code == 0
    # Nothing of the ledger was kept there: it can be tried again.
    assert desk.run("move", "--to", place.url, "--password-file", place.password_file).code == 0
    assert len(desk.ask("find", "amy")["rows"]) == 1
