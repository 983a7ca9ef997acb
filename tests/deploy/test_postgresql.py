"""The throw-away PostgreSQL server: started, told of, stopped, and refused in words."""

from __future__ import annotations

import socket
from contextlib import closing
from pathlib import Path

import pytest

from deploy.dev_servers import postgresql
from tests.servers import Postgres

pytestmark = pytest.mark.servers


def test_a_server_that_runs_is_not_started_again(postgres: Postgres) -> None:
    assert postgresql.start(postgres.folder) == postgres.url == postgresql.status(postgres.folder)


def test_a_stopped_server_keeps_its_databases_and_its_port(postgres: Postgres) -> None:
    postgres.do("CREATE TABLE kept (n INTEGER)")
    postgres.do("INSERT INTO kept VALUES (7)")
    before = postgres.url
    for killed in (False, True):
        assert postgresql.stop(postgres.folder, killed=killed)
        assert not postgresql.stop(postgres.folder)
        assert postgresql.status(postgres.folder) == "no server runs here"
        postgres.start()
    assert postgres.url == before and postgres.do("SELECT n FROM kept") == [(7,)]
    postgres.do("DROP TABLE kept")


def test_a_server_listens_on_the_loopback_address_alone(postgres: Postgres) -> None:
    assert postgres.do("SHOW listen_addresses") == [("127.0.0.1",)]
    assert postgres.do("SELECT DISTINCT auth_method FROM pg_hba_file_rules") == [("scram-sha-256",)]
    assert (postgres.folder / postgresql.PASSWORD).stat().st_mode & 0o077 == 0


def test_a_port_that_is_taken_is_told_in_a_line(
    postgres: Postgres, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = postgres.folder / "other"
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        port = str(taken.getsockname()[1])
        assert postgresql.main(["start", "--dir", str(folder), "--port", port]) == 4
    told = capsys.readouterr()
    assert told.out == "" and told.err.count("\n") == 1 and "did not start" in told.err


def test_a_machine_without_postgresql_is_told_how_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(postgresql, "_DEBIAN", tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert postgresql.main(["start", "--dir", str(tmp_path / "d")]) == 4
    assert "apt-get install postgresql" in capsys.readouterr().err
