"""The server's patience: the head of a request comes within some seconds, or the connection ends."""

from __future__ import annotations

import asyncio
import socket
from typing import Final

from uvicorn.protocols.http.h11_impl import H11Protocol, RequestResponseCycle

HEAD_S: Final = 15.0


class PatientProtocol(H11Protocol):
    """HTTP as uvicorn speaks it, without waiting for ever for whoever sends a byte now and then.

    Notes
    -----
    Uvicorn ends connections that are idle between requests. What it does not end by itself is a connection
    on which nothing was ever sent, or half of a request's head; each would be kept open for good.
    """

    _head: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for the head of the first request.

        Parameters
        ----------
        transport : Transport
            Of the connection.
        """
        super().connection_made(transport)
        # What several processes listen on asyncio does not take for TCP: the end of an answer then waits for
        # the other side to acknowledge its head.
        transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._wait()

    def data_received(self, data: bytes) -> None:
        """Take bytes in.

        Parameters
        ----------
        data : bytes
            Part of a head, of a body, or of more than one request.
        """
        before: RequestResponseCycle | None = self.cycle
        if self._head is None and (before is None or before.response_complete):
            self._wait()
        super().data_received(data)
        if self.cycle is not before:
            self._stop()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop waiting.

        Parameters
        ----------
        exc : Exception or None
            Why the connection ended.
        """
        self._stop()
        super().connection_lost(exc)

    def _wait(self) -> None:
        self._head = self.loop.call_later(HEAD_S, self._end)

    def _stop(self) -> None:
        if self._head is not None:
            self._head.cancel()
            self._head = None

    def _end(self) -> None:
        self._head = None
        self.transport.close()
