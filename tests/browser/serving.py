"""The service in a process of its own, whose clock a test can put forward."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

from graph.ledger.writing import wall_clock_us


def clock_ahead_by(file: Path) -> Callable[[], int]:
    """Return a clock that goes as many minutes ahead as a file says."""

    def _clock() -> int:
        return wall_clock_us() + round(float(file.read_text("ascii")) * 60_000_000)

    return _clock


def main() -> None:
    """Serve a workspace on a port of this machine."""
    import uvicorn

    from app.application import create_service, loopback_origins
    from tests.app.front_door import quick_hashes

    folder, port, ahead = Path(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3])
    with quick_hashes():
        service = create_service(folder, clock=clock_ahead_by(ahead), origins=loopback_origins(port))
        uvicorn.run(service, host="127.0.0.1", port=port, access_log=False, log_level="warning")


# A check of an import begins a process that loads this module anew.
if __name__ == "__main__":
    main()
