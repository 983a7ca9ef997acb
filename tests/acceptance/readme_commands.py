"""Runs the README's commands as printed, in the order printed; a new user's first minutes."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent


def shell_blocks(text: str) -> list[str]:
    """Return the README's shell blocks.

    Parameters
    ----------
    text : str
        The README.

    Returns
    -------
    list of str
        Blocks marked ``sh``, in their order.
    """
    return re.findall(r"```sh\n(.*?)```", text, flags=re.DOTALL)


def main() -> int:
    """Run the commands after the installation, and look at what they leave.

    Returns
    -------
    int
        0 when every command ended well and every file is there.
    """
    _, trying = shell_blocks((ROOT / "README.md").read_text(encoding="utf-8"))
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(ROOT / "examples", Path(folder) / "examples")
        bash = shutil.which("bash") or "bash"
        done = subprocess.run(
            [bash, "-e", "-c", trying],
            cwd=folder,
            env=dict(os.environ),
            capture_output=True,
            text=True,
            check=False,
        )
        sys.stdout.write(done.stdout + done.stderr)
        picture = Path(folder) / "hotspots.png"
        missing = [p.name for p in (picture, Path(folder) / "hotspots.geojson") if not p.is_file()]
    said = done.stdout
    expected = (
        "1,800 rows: 1,800 accepted",
        "peer cluster",
        "pairs of areas share something",
        "cells stand out",
    )
    missing += [words for words in expected if words not in said]
    sys.stdout.write(f"missing: {missing}\n" if missing else "the README's commands work as printed\n")
    return 1 if done.returncode or missing else 0


if __name__ == "__main__":
    sys.exit(main())
