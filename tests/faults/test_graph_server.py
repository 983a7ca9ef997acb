"""Servers that end, hang or lose a line while Kithmap works: said in words, nothing doubled, nothing lost."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.dev_servers import neo4j
from tests.app.desk import Desk, person, tie
from tests.app.same_work import QUESTIONS, filled
from tests.bolt_proxy import Proxy

pytestmark = [pytest.mark.servers, pytest.mark.faults]


def _asked(desk: Desk) -> list[object]:
    return [desk.run(*question, "--json")[:2] for question in QUESTIONS]


def _drawn_on(desk: Desk, home: Path, port: int) -> None:
    password = home / neo4j.PASSWORD
    ran = desk.run(
        "redraw", "--store", "neo4j", "--uri", f"bolt://127.0.0.1:{port}", "--password-file", password
    )
    assert ran.code == 0, ran.err
    held = (desk.folder / "settings.toml").read_text(encoding="utf-8")
    desk.ledger += held[held.index("[graph]") :]


def _sat(folder: Path, ledger: str = "") -> Desk:
    desk = Desk(folder, ledger=ledger)
    desk.sit(roles=("analyst", "admin"))
    filled(desk)
    return desk


@pytest.fixture
def proxy(neo4j_home: Path) -> Iterator[Proxy]:
    """Stand between Kithmap and Neo4j."""
    held = Proxy(int((neo4j_home / "port").read_text(encoding="ascii")))
    yield held
    held.go_down()
    held.close()


def test_neo4j_killed_in_an_import_and_started_again_ends_in_an_equal_graph(tmp_path: Path) -> None:
    home = tmp_path / "neo4j"
    port = int(neo4j.start(home, brief=True).rsplit(":", 1)[1])
    try:
        plain, desk = _sat(tmp_path / "plain"), _sat(tmp_path / "served")
        _drawn_on(desk, home, port)
        more = [person(f"N{n}", given_name="Nell") for n in range(15)]
        path = desk.files / "more.csv"
        path.write_text(_csv(more), encoding="utf-8")
        ended = threading.Timer(0.4, lambda: neo4j.stop(home, killed=True))
        ended.start()
        ran = desk.run("import", path, "--mapping", "people", "--report", desk.files / "report.json")
        ended.join()
        # The ledger has it all or nothing of it; that the graph could not be drawn is said.
        assert ran.code in (0, 4) and ran.err.count("\n") <= 1
        asked = desk.run("find", "nell", "--json")
        assert (asked.code, asked.out) == (4, "") and "Neo4j does not answer" in asked.err
        neo4j.start(home, port, brief=True)
        for one in (desk, plain):
            one.run("import", path, "--mapping", "people", "--report", one.files / "again.json")
        assert _asked(desk) == _asked(plain)
        nell = [one.ask("find", "nell")["rows"] for one in (desk, plain)]
        assert len(nell[0]) == len(nell[1]) == 15
    finally:
        neo4j.stop(home, killed=True)


def _csv(rows: list[dict[str, str]]) -> str:
    return "\n".join([",".join(rows[0]), *(",".join(row.values()) for row in rows)]) + "\n"


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("skip", [0, 2, 4])
def test_a_line_to_neo4j_cut_around_a_commit_of_an_import_doubles_and_loses_nothing(
    neo4j_home: Path, proxy: Proxy, tmp_path: Path, when: str, skip: int
) -> None:
    desk, plain = _sat(tmp_path / "served"), _sat(tmp_path / "plain")
    _drawn_on(desk, neo4j_home, proxy.port)
    proxy.cut_commit(when, skip=skip)
    for one in (desk, plain):
        one.load("associations", [tie("P5", "P6", date="2025-03-01"), tie("P1", "P6", date="2025-03-02")])
    assert proxy.cuts == 1
    assert _asked(desk) == _asked(plain)
