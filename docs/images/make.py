"""Makes the README's pictures from the invented partnership: ``python docs/images/make.py``.

Needs ``pdftoppm`` (poppler) for the page of the briefing, and Pillow, which comes with matplotlib.
"""

# ruff: noqa: S603 - runs a program of the system on a file of its own
from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path

from PIL import Image

from app.use_cases.demo import make_demo
from app.use_cases.demo_results import write_results

HERE = Path(__file__).resolve().parent
WIDTH_PIXELS = 900


def main() -> None:
    """Make the demo, and keep its pictures at the width of a page."""
    with tempfile.TemporaryDirectory() as held:
        folder = Path(held) / "demo"
        write_results(make_demo(folder), folder / "results")
        results = folder / "results"
        page = Path(held) / "briefing"
        pdftoppm = shutil.which("pdftoppm") or "pdftoppm"
        command = [pdftoppm, "-r", "110", "-f", "1", "-l", "1", "-singlefile", "-png"]
        subprocess.run([*command, str(results / "briefing.pdf"), str(page)], check=True)
        for path in (
            *(results / f"{name}.png" for name in ("network", "hotspots", "flows")),
            page.with_suffix(".png"),
        ):
            with Image.open(path) as picture:
                height = round(picture.height * WIDTH_PIXELS / picture.width)
                small = picture.convert("RGB").resize((WIDTH_PIXELS, height), Image.Resampling.LANCZOS)
            small.quantize(64).save(HERE / path.name, optimize=True)


if __name__ == "__main__":
    main()
