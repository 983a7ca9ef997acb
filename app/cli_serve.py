"""The command that serves a workspace."""

from __future__ import annotations

import ipaddress
import re
from pathlib import Path
from typing import Final

import click

_ORIGIN: Final = re.compile(r"https://[a-z0-9.-]+(:\d{1,5})?")


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", type=click.IntRange(1, 65_535), default=8750, show_default=True)
@click.option("--workers", type=click.IntRange(1, 16), default=1, show_default=True, help="Processes.")
@click.option(
    "--behind-proxy",
    "origin",
    metavar="ORIGIN",
    help="Where people reach it, such as https://kithmap.example: a proxy there speaks HTTPS.",
)
@click.option(
    "--trusted-proxy",
    default="127.0.0.1",
    show_default=True,
    metavar="ADDRESS",
    help="The proxy's address: whom to believe when it says who asks.",
)
def serve(host: str, port: int, workers: int, origin: str | None, trusted_proxy: str) -> None:
    """Serve the workspace on this machine, or behind a proxy that speaks HTTPS.

    Nothing leaves the machine but answers to those who are signed in. kithmap user add makes accounts.
    """
    _check(host, origin, trusted_proxy)
    from app.listening import listen

    folder: Path = click.get_current_context().find_root().obj
    listen(folder, host=host, port=port, workers=workers, origin=origin, trusted_proxy=trusted_proxy)


def _check(host: str, origin: str | None, trusted_proxy: str) -> None:
    if not all(_is_network(part.strip()) for part in trusted_proxy.split(",")):
        raise click.UsageError(
            "--trusted-proxy takes addresses such as 10.0.0.4 or 10.0.0.0/24, with commas between them: whom "
            "to believe is not left to whoever asks"
        )
    if origin is None and not _is_loopback(host):
        raise click.UsageError(
            "others can reach that address, and passwords would travel in the clear: put a proxy that speaks "
            "HTTPS before it and say --behind-proxy https://NAME, or serve on 127.0.0.1"
        )
    if origin is not None and not _ORIGIN.fullmatch(origin):
        raise click.UsageError(
            "--behind-proxy takes an origin in small letters, such as https://kithmap.example"
        )


def _is_network(text: str) -> bool:
    try:
        # All addresses there are would be as good as *.
        return ipaddress.ip_network(text).prefixlen > 0
    except ValueError:
        return False


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
