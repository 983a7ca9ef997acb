"""The protocol of one connection, without a service behind it."""

from __future__ import annotations

import asyncio
import socket

from uvicorn import Config
from uvicorn.server import ServerState

from app.serving.patience import PatientProtocol


def test_no_answer_waits_until_its_head_is_acknowledged() -> None:
    # As several processes share it: asyncio does not see that it is TCP.
    with socket.socket() as heard:
        heard.bind(("127.0.0.1", 0))
        heard.listen()
        with socket.create_connection(heard.getsockname()):
            taken, _ = heard.accept()
            assert taken.proto == 0
            with taken:
                assert asyncio.run(_is_at_once(taken))


async def _is_at_once(taken: socket.socket) -> bool:
    config = Config(_nothing, ws="none", log_config=None, lifespan="off")
    config.load()
    protocol = PatientProtocol(config, ServerState(), {})
    transport, _ = await asyncio.get_running_loop().connect_accepted_socket(lambda: protocol, taken)
    told = taken.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) != 0
    transport.close()
    await asyncio.sleep(0)
    return told


async def _nothing(_scope: object, _receive: object, _send: object) -> None:
    """Answer nothing."""
