"""A service of two processes, and the demo, on Neo4j and PostgreSQL: answered as from files."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from deploy.dev_servers import neo4j
from deploy.dev_servers.postgresql import PASSWORD as LEDGER_PASSWORD
from tests.app.desk import Desk
from tests.app.front_door import PASSWORD, quick_hashes
from tests.app.serving.callers import PURPOSE, account
from tests.app.serving.tour import peopled
from tests.app.test_cli_serve import _served
from tests.servers import Postgres

pytestmark = pytest.mark.servers
ADDRESSES = (
    "/api/clusters?resolution=0.4",
    "/api/cross-border",
    "/api/hotspots",
    "/api/groups",
    "/api/products",
    "/api/concern",
    "/api/flows",
)


@pytest.fixture
def place(postgres: Postgres) -> Iterator[tuple[str, Path]]:
    """Return the address of an empty database, and the file of its password."""
    with postgres.empty() as text:
        found = re.search(r'url = "([^"]+)"', text)
        assert found is not None
        yield found.group(1), postgres.folder / LEDGER_PASSWORD


def _moved(desk: Desk, place: tuple[str, Path], home: Path) -> None:
    url, password = place
    for words in (
        ("move", "--to", url, "--password-file", password),
        ("redraw", "--store", "neo4j", "--uri", neo4j.status(home), "--password-file", home / neo4j.PASSWORD),
    ):
        ran = desk.run(*words)
        assert ran.code == 0, ran.err
    text = (desk.folder / "settings.toml").read_text(encoding="utf-8")
    assert 'store = "neo4j"' in text and "postgresql://" in text
    assert not list(desk.folder.glob("drawn*")) and not (desk.folder / "ledger.db").exists()


def _told(desk: Desk, *words: str) -> dict[str, list[Any]]:
    """Ask every address several times, so that whichever process answers has been asked."""
    told: dict[str, list[Any]] = {}
    with _served(desk, *words) as address, httpx.Client(base_url=address, timeout=120) as client:
        entered = client.post("/api/sign-in", json={"name": "ash", "password": PASSWORD})
        csrf = {"X-Kithmap-CSRF": entered.json()["csrf"]}
        assert client.put("/api/context", json=PURPOSE, headers=csrf).status_code == 200
        for path in ADDRESSES * 3:
            answer = client.get(path)
            told.setdefault(path, []).append((answer.status_code, _steady(answer.text)))
        row = client.get(ADDRESSES[0]).json()["rows"][0]
        for member in row["members"][:3]:
            for about in ("", "/neighbours"):
                path = f"/api/entities/{member['id']}{about}"
                answer = client.get(path)
                told.setdefault(path, []).append((answer.status_code, _steady(answer.text)))
    return told


def _steady(text: str) -> str:
    """Leave out when it was told, and which run and event it was."""
    return re.sub(r'"(run|id|at|since|signed_in|expires|session)":"[^"]*"', "", text)


def test_two_processes_on_both_servers_answer_as_one_on_files(
    place: tuple[str, Path], neo4j_home: Path, tmp_path: Path
) -> None:
    desk = peopled()
    desk.sit(roles=("analyst", "admin"))
    with quick_hashes():
        account(desk, "ash")
    before = _told(desk)
    assert {status for answers in before.values() for status, _ in answers} <= {200, 404}
    _moved(desk, place, neo4j_home)
    after = _told(desk, "--workers", "2")
    assert before.keys() == after.keys()
    for path, answers in before.items():
        assert set(after[path]) == set(answers), path


@pytest.mark.slow
@pytest.mark.demo
@pytest.mark.timeout(900)
def test_the_whole_demo_is_answered_alike_on_both_servers(
    place: tuple[str, Path], neo4j_home: Path, demo_folder: Path, tmp_path: Path
) -> None:
    desk = Desk(tmp_path)
    shutil.rmtree(desk.folder)
    shutil.copytree(demo_folder / "workspace", desk.folder)
    settings = desk.folder / "settings.toml"
    text = settings.read_text(encoding="utf-8")
    settings.write_text(text.replace('roles = ["analyst"]', 'roles = ["analyst", "admin"]'), encoding="utf-8")
    with quick_hashes():
        account(desk, "ash")
    questions = [
        [*question, "--json"]
        for question in (
            ["clusters"],
            ["cross-border", "--kind", "lad"],
            ["hotspots"],
            ["groups", "list"],
            ["match", "list"],
            ["find", "Elm"],
        )
    ]
    before = [desk.run(*question)[:2] for question in questions]
    assert {code for code, _ in before} == {0} and json.loads(before[0][1])["rows"]
    told = _told(desk)
    _moved(desk, place, neo4j_home)
    assert [desk.run(*question)[:2] for question in questions] == before
    for path, answers in _told(desk, "--workers", "2").items():
        assert set(answers) == set(told[path]), path
