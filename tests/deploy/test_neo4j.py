"""A throw-away Neo4j says in words what it lacks, and ends no process but its own."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from deploy.dev_servers import __main__, neo4j
from deploy.dev_servers.waiting import HOST, ServerError, end, free_port, is_running, port_taken


def _jars(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / f"neo4j-{neo4j.VERSION}" / "lib").mkdir(parents=True)
    monkeypatch.setenv("KITHMAP_SERVERS", str(folder))


def test_a_missing_jdk_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(neo4j, "_JVMS", tmp_path / "none")
    monkeypatch.delenv("JAVA_HOME", raising=False)
    with pytest.raises(ServerError, match="JDK 17 or 21"):
        neo4j.start(tmp_path / "home")
    with pytest.raises(ServerError, match="JDK 25"):
        neo4j.find_java("2026.08.1")


def test_a_missing_maven_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("KITHMAP_SERVERS", str(tmp_path / "servers"))
    with pytest.raises(ServerError, match="Maven"):
        neo4j.fetched_jars(neo4j.VERSION)


def test_a_failed_fetch_leaves_no_folder_of_jars(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    maven = tmp_path / "mvn"
    maven.write_text("#!/bin/sh\necho no such version\nexit 1\n", encoding="ascii")
    maven.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("KITHMAP_SERVERS", str(tmp_path / "servers"))
    with pytest.raises(ServerError, match="no such version"):
        neo4j.fetched_jars("0.0.0")
    assert list((tmp_path / "servers" / "neo4j-0.0.0").iterdir()) == []


@pytest.mark.servers
def test_a_taken_port_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _jars(tmp_path / "servers", monkeypatch)
    with closing(socket.create_server((HOST, 0))) as held:
        port = held.getsockname()[1]
        assert port_taken(port)
        with pytest.raises(ServerError, match=f"port {port} is taken"):
            neo4j.start(tmp_path / "home", port)


@pytest.mark.servers
def test_what_java_says_when_it_does_not_start_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _jars(tmp_path / "servers", monkeypatch)
    with pytest.raises(ServerError, match="CommunityEntryPoint"):
        neo4j.start(tmp_path / "home")
    assert neo4j.status(tmp_path / "home") == "no server runs here"
    assert neo4j.stop(tmp_path / "home") is False


def test_only_the_process_meant_is_ended() -> None:
    other = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)", "--home-dir=/other"])
    try:
        assert end(other.pid, "--home-dir=/ours", killed=True, limit_s=1)
        assert other.poll() is None
        assert end(other.pid, "--home-dir=/other", killed=True, limit_s=10)
        assert not is_running(other.pid, "--home-dir=/other")
    finally:
        other.kill()
        other.wait()


def test_a_free_port_is_free() -> None:
    assert not port_taken(free_port())


def test_a_server_that_is_none_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert __main__.main(["mysql"]) == 2
    assert "neo4j or postgresql" in capsys.readouterr().err
    assert __main__.main(["neo4j", "status", "--dir", "nowhere"]) == 0
    assert capsys.readouterr().out == "no server runs here\n"
