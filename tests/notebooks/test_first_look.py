"""The notebook runs as a user runs it, on the invented partnership."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

NOTEBOOKS = sorted((Path(__file__).resolve().parents[2] / "notebooks").glob("*.ipynb"))
_RUN = """
import sys
import nbformat
from nbclient import NotebookClient

book = nbformat.read(sys.argv[1], as_version=4)
where = {"metadata": {"path": sys.argv[2]}}
NotebookClient(book, timeout=240, kernel_name="python3", resources=where).execute()
nbformat.write(book, sys.argv[3])
"""


@pytest.mark.demo
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_the_notebook_runs_and_shows_what_it_promises(path: Path, demo_folder: Path, tmp_path: Path) -> None:
    done_file = tmp_path / "done.ipynb"
    environment = {**os.environ, "KITHMAP_DEMO": str(demo_folder), "PYTHONPATH": str(path.parents[1])}
    # In a process of its own: a kernel's event loop and sockets outlive the call that made them.
    done = subprocess.run(
        [sys.executable, "-c", _RUN, str(path), str(tmp_path), str(done_file)],
        env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    cells = json.loads(done_file.read_text(encoding="utf-8"))["cells"]
    outputs = [out for cell in cells for out in cell.get("outputs", ())]
    said = "".join("".join(out.get("text", ())) for out in outputs)
    assert "peer clusters, unconfirmed" in said
    assert "people and" in said
    assert sum("image/png" in out.get("data", {}) for out in outputs) == 4


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_kept_without_outputs_and_defines_nothing(path: Path) -> None:
    book = json.loads(path.read_text(encoding="utf-8"))
    cells = [cell for cell in book["cells"] if cell["cell_type"] == "code"]
    assert cells
    assert not any(cell["outputs"] or cell["execution_count"] for cell in cells)
    assert not any(line.startswith(("def ", "class ")) for cell in cells for line in cell["source"])
