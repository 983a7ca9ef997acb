"""The service as a program: where it listens, how soon it answers, what it writes, how it stops."""

from __future__ import annotations

import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import httpx
import pytest
from click.testing import CliRunner, Result

from app.cli_serve import serve
from deploy.dev_servers.waiting import free_port
from tests.app.desk import Desk
from tests.app.front_door import PASSWORD, quick_hashes
from tests.app.serving.callers import account

RUN = (
    "import sys; from pathlib import Path; from app.cli_serve import serve; "
    "serve.main(sys.argv[2:], obj=Path(sys.argv[1]))"
)


def _refused(folder: Path, *arguments: str) -> Result:
    return CliRunner().invoke(serve, arguments, obj=folder)


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.7", "::", "kithmap.example", "10.0.0.1"])
def test_an_address_that_others_reach_is_refused_without_https(tmp_path: Path, host: str) -> None:
    refused = _refused(tmp_path, "--host", host)
    assert refused.exit_code == 2 and "--behind-proxy" in refused.output


@pytest.mark.parametrize(
    "origin", ["http://kithmap.example", "kithmap.example", "https://kithmap.example/x", "https://A b", "*"]
)
def test_where_people_reach_it_is_an_https_origin(tmp_path: Path, origin: str) -> None:
    refused = _refused(tmp_path, "--host", "0.0.0.0", "--behind-proxy", origin)
    assert refused.exit_code == 2 and "https://kithmap.example" in refused.output


def test_without_accounts_it_does_not_start(tmp_path: Path) -> None:
    refused = _refused(Desk(tmp_path).folder)
    assert "kithmap user add" in str(refused.exception)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """Return a desk with accounts."""
    made = Desk(tmp_path)
    with quick_hashes():
        account(made, "ash")
    return made


def test_a_folder_that_is_no_workspace_is_not_served(desk: Desk) -> None:
    desk.folder = desk.files / "nowhere"
    ran = desk.run("serve")
    assert (ran.code, ran.out) == (2, "") and "kithmap init" in ran.err


def test_a_workspace_of_another_schema_is_named_and_not_served(desk: Desk) -> None:
    for file in ("ledger.db", "identity.db", "audit.db", "accounts.db"):
        with closing(sqlite3.connect(desk.folder / file)) as held:
            (head,) = held.execute("SELECT version_num FROM alembic_version").fetchone()
            held.execute("UPDATE alembic_version SET version_num = '0000'")
            held.commit()
            ran = desk.run("serve")
            assert ran.code == 4 and file in ran.err and "kithmap upgrade" in ran.err, ran.err
            held.execute("UPDATE alembic_version SET version_num = ?", (head,))
            held.commit()


def test_a_port_that_is_taken_is_named_and_another_program_keeps_it(desk: Desk) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as other:
        port = other.getsockname()[1]
        ran = desk.run("serve", "--port", port)
    assert (ran.code, ran.err) == (
        4, f"kithmap: port {port} of 127.0.0.1 is taken: choose another with --port\n",
    )  # fmt: skip


def test_an_address_of_another_machine_is_named(desk: Desk) -> None:
    ran = desk.run("serve", "--host", "192.0.2.7", "--behind-proxy", "https://kithmap.example")
    assert ran.code == 2 and "cannot listen on port 8750 of 192.0.2.7" in ran.err


def test_a_second_service_on_the_same_workspace_is_refused(desk: Desk) -> None:
    with _served(desk) as address:
        ran = desk.run("serve", "--port", free_port())
        assert ran.code == 4 and "another kithmap serve holds this workspace" in ran.err
        assert httpx.get(f"{address}/api/health").status_code == 200
    with _served(desk) as address:
        assert httpx.get(f"{address}/api/health").status_code == 200


def test_without_pages_it_says_so_and_serves(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    import uvicorn

    from app.routes import pages

    monkeypatch.setattr(pages, "STATIC", desk.files / "nowhere")
    monkeypatch.setattr(uvicorn, "run", lambda *_, **__: None)
    for name in ("KITHMAP_WORKSPACE", "KITHMAP_ORIGINS"):
        monkeypatch.setenv(name, "")
    ran = desk.run("serve", "--port", free_port(), "--host", "::1")
    assert ran.code == 0 and "no browser pages" in ran.err and "http://[::1]:" in ran.err


@pytest.mark.parametrize("proxy", ["*", "", "0.0.0.0/0", "10.0.0.4,*", "proxy.example"])
def test_a_proxy_that_is_believed_is_one_that_is_named(desk: Desk, proxy: str) -> None:
    ran = desk.run("serve", "--behind-proxy", "https://kithmap.example", "--trusted-proxy", proxy)
    assert ran.code == 2


@contextmanager
def _served(desk: Desk, *arguments: str) -> Iterator[str]:
    """Run the service; what it wrote is in ``said.txt`` afterwards."""
    port = free_port()
    command = [sys.executable, "-c", RUN, str(desk.folder), "--port", str(port), *arguments]
    with (desk.files / "said.txt").open("wb") as said:
        service = subprocess.Popen(command, stdout=said, stderr=said)
        try:
            address = f"http://127.0.0.1:{port}"
            _wait_until_up(address, service)
            yield address
        finally:
            service.send_signal(signal.SIGTERM)
            try:
                service.wait(30)
            except subprocess.TimeoutExpired:
                service.kill()
                raise


def _wait_until_up(address: str, service: subprocess.Popen[bytes]) -> None:
    for _ in range(600):
        assert service.poll() is None
        try:
            if httpx.get(f"{address}/api/health").json()["state"] == "up":
                return
        except httpx.TransportError:
            time.sleep(0.05)
    raise AssertionError("the service does not answer")


@pytest.mark.parametrize("workers", ["1", "2"])
def test_it_serves_people_until_it_is_stopped_and_logs_no_path(desk: Desk, workers: str) -> None:
    with (
        _served(desk, "--workers", workers) as address,
        httpx.Client(base_url=address) as client,
    ):
        entered = client.post("/api/sign-in", json={"name": "ash", "password": PASSWORD})
        assert entered.status_code == 200
        csrf = {"X-Kithmap-CSRF": entered.json()["csrf"]}
        purpose = {"purpose": "review", "purpose_kind": "safeguarding"}
        for _ in range(8):
            # Whichever process answers, the session is the same.
            assert client.put("/api/context", json=purpose, headers=csrf).status_code == 200
            assert client.get("/api/groups").status_code == 200
            assert client.get("/api/why/0000000000abc").status_code == 404
        assert "server" not in client.get("/api/health").headers
        assert client.get("/api/me", headers={"Host": "elsewhere.example"}).status_code == 421
    said = (desk.files / "said.txt").read_text("utf-8")
    assert "serving on http://127.0.0.1" in said
    assert not any(word in said for word in ("/api", "0000000000abc", "Traceback", PASSWORD)), said


def test_behind_a_proxy_the_address_of_whoever_asks_is_the_one_that_the_proxy_tells(desk: Desk) -> None:
    with _served(desk, "--behind-proxy", "https://kithmap.example") as address:
        sent = {"Host": "kithmap.example", "X-Forwarded-For": "198.51.100.9", "X-Forwarded-Proto": "https"}
        body = {"name": "ash", "password": "never was the right one"}
        assert httpx.post(f"{address}/api/sign-in", json=body, headers=sent).status_code == 401
        assert httpx.post(f"{address}/api/sign-in", json=body).status_code == 421
    assert desk.events()[-1]["detail"]["client"] == "198.51.100.9"


def test_without_a_proxy_nobody_is_believed_to_be_somewhere_else(desk: Desk) -> None:
    with _served(desk) as address:
        body = {"name": "ash", "password": "never was the right one"}
        sent = {"X-Forwarded-For": "198.51.100.9"}
        assert httpx.post(f"{address}/api/sign-in", json=body, headers=sent).status_code == 401
    assert desk.events()[-1]["detail"]["client"] == "127.0.0.1"
