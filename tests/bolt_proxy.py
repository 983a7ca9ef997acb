"""A TCP proxy before a Neo4j server, that cuts the line around a commit."""

from __future__ import annotations

import socket
import threading
import time
from contextlib import suppress

COMMIT = b"\x00\x02\xb0\x12\x00\x00"
"""Bolt's message COMMIT, a chunk by itself."""


class Proxy:
    """Passes bytes on, until told to cut the next commit.

    Parameters
    ----------
    port : int
        Of the server, on this machine.
    """

    def __init__(self, port: int) -> None:
        self._server = port
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listening.getsockname()[1]
        self.cut = ""
        self.skipped = 0
        self.cuts = 0
        self.slow_s = 0.0
        self.down = False
        self._lines: list[socket.socket] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def cut_commit(self, when: str, *, skip: int = 0) -> None:
        """Cut the line before the server reads a commit, or after it did and before it is answered."""
        self.cut, self.skipped = when, skip

    def go_down(self) -> None:
        """End every line, and take none until ``down`` is false again."""
        self.down = True
        lines, self._lines = self._lines, []
        _close(*lines)

    def close(self) -> None:
        """Take no more lines."""
        self._listening.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listening.accept()
                if self.down:
                    _close(client)
                    continue
                server = socket.create_connection(("127.0.0.1", self._server))
                for line in (client, server):
                    # Else each small message waits 40 ms for the answer to the one before.
                    line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                self._lines += [client, server]
                threading.Thread(target=self._to_server, args=(client, server), daemon=True).start()
                threading.Thread(target=self._to_client, args=(server, client), daemon=True).start()

    def _to_server(self, client: socket.socket, server: socket.socket) -> None:
        with suppress(OSError):
            while data := client.recv(65_536):
                if COMMIT in data and (when := self._next()):
                    if when == "after":
                        # The answer is thrown away by closing the client's side first.
                        client.shutdown(socket.SHUT_RDWR)
                        server.sendall(data)
                        time.sleep(0.5)
                    break
                time.sleep(self.slow_s)
                server.sendall(data)
        _close(client, server)

    def _next(self) -> str:
        self.skipped -= 1
        if self.skipped >= 0:
            return ""
        # Only this one: the same is asked again at once.
        when, self.cut = self.cut, ""
        self.cuts += bool(when)
        return when

    @staticmethod
    def _to_client(server: socket.socket, client: socket.socket) -> None:
        with suppress(OSError):
            while data := server.recv(65_536):
                client.sendall(data)
        _close(client, server)


def _close(*lines: socket.socket) -> None:
    for line in lines:
        with suppress(OSError):
            line.shutdown(socket.SHUT_RDWR)
        line.close()
