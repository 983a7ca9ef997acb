"""Start, stop and look at the real servers: ``python -m deploy.dev_servers neo4j start --dir D``."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Final

SERVERS: Final = ("neo4j", "postgresql")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one server's command.

    Parameters
    ----------
    arguments : sequence of str, optional
        Name of the server, then what it is told; those of the command line when left out.

    Returns
    -------
    int
        0 when it was done.
    """
    given = list(sys.argv[1:] if arguments is None else arguments)
    if not given or given[0] not in SERVERS:
        sys.stderr.write(f"dev-servers: say which server: {' or '.join(SERVERS)}\n")
        return 2
    # Only the one asked for: each brings libraries of its own.
    return int(import_module(f"deploy.dev_servers.{given[0]}").main(given[1:]))


if __name__ == "__main__":
    sys.exit(main())
