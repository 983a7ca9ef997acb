"""A TCP proxy that a test can tell to lose a connection at a chosen moment."""

from __future__ import annotations

import contextlib
import socket
import threading
from types import TracebackType


class Proxy:
    """Passes everything on, until told to cut at a word.

    Parameters
    ----------
    port : int
        Of the server on this machine.
    """

    def __init__(self, port: int) -> None:
        self._server = port
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._held: list[socket.socket] = []
        self._lock = threading.Lock()
        self._word = b""
        self._passed_on = False
        self.port = int(self._listening.getsockname()[1])
        self.cut = 0

    def __enter__(self) -> Proxy:
        """Begin to pass on."""
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Cut everything."""
        self._listening.close()
        for held in self._held:
            _end(held)

    def cut_at(self, word: bytes, *, passed_on: bool) -> None:
        """Cut the connection over which the client says a word next.

        Parameters
        ----------
        word : bytes
            For example ``COMMIT``.
        passed_on : bool
            Whether the server still hears it; the client never hears the answer.
        """
        with self._lock:
            self._word, self._passed_on = word, passed_on

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._listening.accept()
                server = socket.create_connection(("127.0.0.1", self._server))
                self._held += [client, server]
                gone = threading.Event()
                threading.Thread(target=self._ask, args=(client, server, gone), daemon=True).start()
                threading.Thread(target=_answer, args=(server, client, gone), daemon=True).start()

    def _ask(self, client: socket.socket, server: socket.socket, gone: threading.Event) -> None:
        with contextlib.suppress(OSError):
            while said := client.recv(65536):
                if self._is_the_word(said):
                    gone.set()
                    if self._passed_on:
                        server.sendall(said)
                        # The server's answer says that it is done; nobody hears it.
                        server.settimeout(5)
                        server.recv(65536)
                    break
                server.sendall(said)
        _end(client)
        _end(server)

    def _is_the_word(self, said: bytes) -> bool:
        with self._lock:
            if not self._word or self._word not in said:
                return False
            self._word = b""
            self.cut += 1
            return True


def _answer(server: socket.socket, client: socket.socket, gone: threading.Event) -> None:
    with contextlib.suppress(OSError):
        while said := server.recv(65536):
            if gone.is_set():
                return
            client.sendall(said)


def _end(held: socket.socket) -> None:
    with contextlib.suppress(OSError):
        held.shutdown(socket.SHUT_RDWR)
    held.close()
