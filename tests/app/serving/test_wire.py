"""What comes over the wire, byte by byte: strange paths, methods, lengths, and clients that are slow."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

import httpx
import pytest

from app.serving.headers import HEADERS
from tests.app.desk import Desk, quick_folder
from tests.app.front_door import PASSWORD, quick_hashes
from tests.app.serving.callers import account
from tests.app.serving.tour import gone

HEAD_S = 2.0
"""The server's patience in these tests; and that for bodies is two seconds, and 1 kB in each after that."""

_RUN = f"""
import sys
from pathlib import Path
import uvicorn
from app.application import create_service, loopback_origins
from app.serving import patience
from app.serving.plain_requests import MOST_HEADER_BYTES, Pace
from app.serving.slots import Slots
patience.HEAD_S = {HEAD_S}
port = int(sys.argv[2])
service = create_service(Path(sys.argv[1]), origins=loopback_origins(port), pace=Pace({HEAD_S}, 1_000.0),
                         slots=Slots(1, waiting=1, longest_s=1.0))
uvicorn.run(service, host="127.0.0.1", port=port, access_log=False, log_level="error", ws="none",
            http=patience.PatientProtocol, h11_max_incomplete_event_size=MOST_HEADER_BYTES)
"""


class Wire(NamedTuple):
    """A running service, and somebody who is signed in."""

    port: int
    cookie: str
    csrf: str

    @property
    def address(self) -> str:
        """The address of the service."""
        return f"http://127.0.0.1:{self.port}"

    def open(self) -> socket.socket:
        """Connect."""
        return socket.create_connection(("127.0.0.1", self.port), timeout=20)

    def head(self, start: str, *more: str) -> bytes:
        """Return the head of a request of whoever is signed in."""
        lines = [f"{start} HTTP/1.1", f"Host: 127.0.0.1:{self.port}", f"Cookie: {self.cookie}"]
        return "\r\n".join([*lines, f"X-Kithmap-CSRF: {self.csrf}", *more, "", ""]).encode()

    def ask(self, sent: bytes) -> tuple[int, bytes]:
        """Send bytes, and return the status and the whole answer."""
        with closing(self.open()) as line:
            line.sendall(sent)
            return _answer(line)


def _answer(line: socket.socket) -> tuple[int, bytes]:
    told = b""
    while True:
        head, found, rest = told.partition(b"\r\n\r\n")
        if found:
            stated = [part for part in head.lower().split(b"\r\n") if part.startswith(b"content-length:")]
            if stated and len(rest) >= int(stated[0].split(b":")[1]):
                break
        piece = line.recv(65_536)
        if not piece:
            break
        told += piece
    return (int(told.split(b" ")[1]) if told else 0), told


@pytest.fixture(scope="module")
def wire() -> Iterator[Wire]:
    """Return a service in a process of its own."""
    desk = Desk(quick_folder())
    with quick_hashes():
        account(desk, "ash")
    with closing(socket.socket()) as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
    root = Path(__file__).parents[3]
    service = subprocess.Popen([sys.executable, "-c", _RUN, str(desk.folder), str(port)], cwd=root)
    try:
        address = f"http://127.0.0.1:{port}"
        _wait(address, service)
        entered = httpx.post(f"{address}/api/sign-in", json={"name": "ash", "password": PASSWORD})
        csrf = entered.json()["csrf"]
        made = Wire(port, f"kithmap-dev={entered.cookies['kithmap-dev']}", csrf)
        body = json.dumps({"purpose": "review", "purpose_kind": "safeguarding"}).encode()
        told = made.ask(made.head("PUT /api/context", *_stated(body)) + body)
        assert told[0] == 200, told
        yield made
    finally:
        service.terminate()
        service.wait(30)
        gone(desk)


def _wait(address: str, service: subprocess.Popen[bytes]) -> None:
    for _ in range(600):
        assert service.poll() is None
        try:
            httpx.get(f"{address}/api/health")
        except httpx.TransportError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError("the service does not answer")


def _stated(body: bytes) -> list[str]:
    return ["Content-Type: application/json", f"Content-Length: {len(body)}"]


def _is_problem(told: bytes) -> bool:
    head, _, body = told.partition(b"\r\n\r\n")
    lines = {line.partition(b": ")[0].lower() for line in head.split(b"\r\n")[1:]}
    assert {name.lower().encode() for name in HEADERS} <= lines
    return b"application/problem+json" in head and bool(json.loads(body)["title"])


@pytest.mark.parametrize(
    "path",
    [
        "//api/me", "/api//me", "/api/me/", "/api/./me", "/api/x/../me", "/api%2fme", "/api/me%00",
        "/assets/", "/assets/..", "/assets/../index.html", "/assets/..%2findex.html",
        "/assets/%2e%2e/index.html", "/assets/%2e%2e%2f%2e%2e%2f%2e%2e%2fpyproject.toml",
        "/assets/..%5cindex.html", "/assets/%252e%252e%252findex.html",
        "/assets//etc/passwd", "/assets/.built-from", "/.built-from", "/index.html", "/mark.svg/x",
        "/api/methods/..%2f..%2fsettings.toml", "/api/imports/..%2f..", "/api/jobs/%2e%2e%2faudit",
        "/api\\me", "http://elsewhere.example/api/me", "/api/me;x=1", "/API/me", "/api/me%3Fx",
        "/api/%2e%2e/openapi.json",
    ],
)  # fmt: skip
def test_a_path_that_is_not_an_address_leads_nowhere(wire: Wire, path: str) -> None:
    status, told = wire.ask(wire.head(f"GET {path}"))
    assert status in (400, 404, 422), told
    assert b"csrf" not in told and b"[operator]" not in told and b"root:" not in told
    if b"Invalid HTTP request" not in told:
        assert _is_problem(told)


@pytest.mark.parametrize(
    "method", ["HEAD", "OPTIONS", "TRACE", "CONNECT", "PROPFIND", "get", "PATCH", "DELETE"]
)
@pytest.mark.parametrize("path", ["/api/me", "/", "/api/health"])
def test_a_method_that_an_address_does_not_take_is_refused(wire: Wire, method: str, path: str) -> None:
    sent = wire.head(f"{method} {path}", "X-Echo: do not say this again", "Connection: close")
    status, told = wire.ask(sent)
    assert status in (403, 404, 405) and b"do not say this again" not in told
    assert b"access-control" not in told.lower() and wire.cookie.encode() not in told


@pytest.mark.parametrize(
    ("more", "status"),
    [
        (["Content-Length: 2", "Transfer-Encoding: chunked"], 400),
        (["Transfer-Encoding: chunked", "Content-Length: 2"], 400),
        (["Content-Length: 2", "Content-Length: 3"], 400),
        (["Content-Length: +2"], 400),
        (["Content-Length: 2 "], 200),
        (["Content-Length : 2"], 400),
        (["Transfer-Encoding: xchunked"], 501),
        (["Transfer-Encoding: chunked, identity"], 501),
        (["Transfer-Encoding: identity"], 501),
        (["Host: elsewhere.example", "Content-Length: 2"], 400),
        (["X-Fold: a\r\n b: c", "Content-Length: 2"], 200),
        (["X-Nul: a\0b", "Content-Length: 2"], 400),
    ],
)
def test_a_request_has_one_length_and_one_host(wire: Wire, more: list[str], status: int) -> None:
    smuggled = b"0\r\n\r\nGET /api/me HTTP/1.1\r\nHost: x\r\n\r\n"
    sent = wire.head("POST /api/search", "Content-Type: application/json", *more)
    if status == 200:
        got, told = wire.ask(sent + b"{}")
        assert got == 422 and _is_problem(told)
        return
    with closing(wire.open()) as line:
        line.sendall(sent + smuggled)
        got, told = _answer(line)
        assert got in (400, 501), told
        # What follows on the connection is not taken for a request.
        assert line.recv(65_536) == b"" and b"csrf" not in told


def test_an_address_and_headers_have_a_longest(wire: Wire) -> None:
    status, told = wire.ask(wire.head("GET /api/hotspots?" + "x" * 9_000))
    assert status == 414 and _is_problem(told)
    status, told = wire.ask(wire.head("GET /api/me", "X-Long: " + "x" * 40_000))
    assert status in (400, 431) and b"csrf" not in told
    status, told = wire.ask(wire.head("GET /api/me", *(f"X-{n}: {n}" for n in range(5_000))))
    assert status in (400, 431) and b"csrf" not in told
    assert wire.ask(wire.head("GET /api/me"))[0] == 200


@pytest.mark.parametrize("sent", [b"", b"GET /api/health HT", b"GET /api/health HTTP/1.1\r\nHost: x\r\nX: "])
def test_whoever_sends_no_whole_head_is_let_go(wire: Wire, sent: bytes) -> None:
    begun = time.monotonic()
    with closing(wire.open()) as line:
        line.sendall(sent)
        assert line.recv(1_000) == b""
    assert HEAD_S - 0.5 < time.monotonic() - begun < HEAD_S + 10


def test_a_byte_now_and_then_does_not_keep_a_connection(wire: Wire) -> None:
    begun = time.monotonic()
    with closing(wire.open()) as line, pytest.raises(OSError, match=r"."):
        for letter in wire.head("GET /api/health"):
            line.sendall(bytes([letter]))
            time.sleep(0.2)
            if time.monotonic() - begun > HEAD_S + 10:
                break
        else:
            raise AssertionError("taken for a whole head")
        raise AssertionError("kept")
    assert time.monotonic() - begun < HEAD_S + 10


def test_a_connection_is_used_again_and_again(wire: Wire) -> None:
    with closing(wire.open()) as line:
        for _ in range(3):
            line.sendall(wire.head("GET /api/me"))
            assert _answer(line)[0] == 200
            time.sleep(HEAD_S / 2)


def test_a_body_that_comes_slowly_is_given_up(wire: Wire) -> None:
    with closing(wire.open()) as line:
        line.sendall(wire.head("POST /api/search", *_stated(b"x" * 400)))
        line.sendall(b"{")
        status, told = _answer(line)
    assert status == 408 and _is_problem(told)


def test_slow_senders_hold_no_place_for_heavy_work(wire: Wire) -> None:
    slow = [wire.open() for _ in range(6)]
    try:
        for line in slow:
            line.sendall(wire.head("POST /api/exports", *_stated(b"x" * 400)) + b"{")
        time.sleep(0.3)
        # There is one place, and one may wait for it a second.
        assert wire.ask(wire.head("GET /api/hotspots"))[0] == 200
        assert {_answer(line)[0] for line in slow} == {408}
    finally:
        for line in slow:
            line.close()


def test_a_file_that_comes_slowly_is_given_up_and_leaves_its_draft_free(wire: Wire) -> None:
    body = b'{"mapping": "people"}'
    told = wire.ask(wire.head("POST /api/imports", *_stated(body)) + body)[1]
    draft = json.loads(told.partition(b"\r\n\r\n")[2])["id"]
    where = f"PUT /api/imports/{draft}/files/people.csv"
    with closing(wire.open()) as line:
        line.sendall(wire.head(where, "Content-Length: 1000000") + b"person_ref")
        assert _answer(line)[0] == 408
    assert wire.ask(wire.head(where, "Content-Length: 3") + b"a\nb")[0] == 200


def test_a_large_body_of_a_stranger_is_not_waited_for(wire: Wire) -> None:
    with closing(wire.open()) as line:
        line.sendall(wire.head("POST /api/search", *_stated(b"x" * 900_000)).replace(b"kithmap-dev", b"none"))
        status, told = _answer(line)
        assert status == 401 and _is_problem(told)
        line.settimeout(HEAD_S + 10)
        assert line.recv(10) == b""
