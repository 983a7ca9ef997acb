"""The Explore page with a full chart, in a browser without a GPU.

``python -m bench.pages [PEOPLE]`` makes a workspace of invented people (2,000 where left out), serves it,
puts all of them on the chart by the page's own search, and prints a table. Processor time is that of
Chromium's processes, over a hundred steps of the mouse: unlike times on the wall it hardly moves with the
load of the machine.
"""

from __future__ import annotations

import gzip
import os
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from playwright.sync_api import Browser, Page, expect, sync_playwright

from app.routes import pages
from tests.app.desk import COUNCIL, Desk, person, tie
from tests.browser.hands import Mouse, at_work
from tests.browser.worlds import World, add_accounts, served

PEOPLE: Final = 2_000
STEPS: Final = 100
CIRCLE: Final = 20
SEED: Final = 11
PATIENCE_MS: Final = 180_000
_NAMES: Final = ("Alder", "Birch")
_SEEN: Final = """
addEventListener('DOMContentLoaded', () => new MutationObserver((_, watching) => {
    if (!document.getElementById('sought')) return
    watching.disconnect()
    requestAnimationFrame(() => (window.__seen = performance.now()))
}).observe(document, { childList: true, subtree: true }))
"""


def crowd(folder: Path, people: int) -> Desk:
    """Return a workspace of invented people in circles, with twice as many ties.

    Parameters
    ----------
    folder : Path
        Where.
    people : int
        How many.

    Returns
    -------
    Desk
        With everything imported.
    """
    chance = random.Random(SEED)
    desk = Desk(folder)
    desk.sit(COUNCIL)
    refs = [f"C{n}" for n in range(people)]
    half = people // 2
    named = [(ref, _NAMES[n >= half]) for n, ref in enumerate(refs)]
    desk.load("people", [person(ref, given_name=name, family_name=f"Quay{ref}") for ref, name in named])
    pairs = set[tuple[int, int]]()
    while len(pairs) < 2 * people:
        a = chance.randrange(people)
        near = a - a % CIRCLE + chance.randrange(CIRCLE)
        b = near if chance.random() < 0.9 else chance.randrange(people)
        if a != b and b < people:
            pairs.add((min(a, b), max(a, b)))
    said = {"date": "2025-05-01", "reported": "2025-05-02"}
    desk.load("associations", [tie(refs[a], refs[b], **said) for a, b in sorted(pairs)])
    return desk


def processor_s(kind: str) -> float:
    """Return what Chromium's processes of a kind have taken of the processors.

    Parameters
    ----------
    kind : str
        ``renderer``, ``gpu-process`` or empty for all.

    Returns
    -------
    float
        Seconds.
    """
    return sum(_taken_s(process) for process in _chromium() if f"--type={kind}" in _words(process))


def _chromium() -> Iterator[Path]:
    for process in Path("/proc").iterdir():
        if process.name.isdigit() and "chromium" in _words(process) and _is_ours(process):
            yield process


def _words(process: Path) -> str:
    try:
        return process.joinpath("cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
    except OSError:
        return ""


def _fields(process: Path) -> list[str]:
    try:
        return process.joinpath("stat").read_text("ascii", "replace").rpartition(")")[2].split()
    except OSError:
        return []


def _is_ours(process: Path) -> bool:
    while fields := _fields(process):
        parent = int(fields[1])
        if parent == os.getpid():
            return True
        process = Path("/proc", str(parent))
    return False


def _taken_s(process: Path) -> float:
    fields = _fields(process)
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK") if fields else 0.0


def fill(page: Page) -> None:
    """Put everybody on the chart by the page's own search.

    Parameters
    ----------
    page : Page
        At work on the Explore page.
    """
    found = page.get_by_role("region", name="What was found")
    for name in _NAMES:
        page.get_by_label("Find a person, place, group or thing").fill(name)
        page.get_by_role("button", name="Find", exact=True).click()
        for _ in range(2):
            more = found.get_by_role("button", name="Show more of")
            expect(found.locator("h2")).to_be_visible()
            if more.count():
                rows = found.locator("li").count()
                more.click()
                expect(found.locator("li").nth(rows)).to_be_visible()
        found.get_by_role("button", name="Add all").click()
        expect(page.get_by_text("Added: ").first).to_be_visible()
        expect(page.locator("[aria-busy=true]")).to_have_count(0)
        found.get_by_role("button", name="Close the list").click()


def drag(page: Page) -> tuple[float, float]:
    """Drag the whole chart to and fro.

    Parameters
    ----------
    page : Page
        With a full chart.

    Returns
    -------
    tuple of (float, float)
        Processor time of the page and of the process that draws, milliseconds a step.
    """
    canvas = page.locator(".kith-chart__canvas")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    if box is None:
        raise RuntimeError("the chart is not shown")
    x, y = box["x"] + 12, box["y"] + 12
    page.mouse.move(x, y)
    page.mouse.down()
    for step in range(10):
        page.mouse.move(x + step, y + step)
    time.sleep(1)
    before = processor_s("renderer"), processor_s("gpu-process")
    for step in range(STEPS):
        page.mouse.move(x + step % 50 * 3, y + step % 25 * 2)
        time.sleep(0.02)
    after = processor_s("renderer"), processor_s("gpu-process")
    page.mouse.up()
    renderer, drawn = ((late - early) * 1_000 / STEPS for early, late in zip(before, after, strict=True))
    return renderer, drawn


def weight_bytes() -> dict[str, int]:
    """Return how large the scripts and styles are, gzipped.

    Returns
    -------
    dict of str to int
        Bytes of all, and of the library that draws the chart.
    """
    sizes = {
        path.name: len(gzip.compress(path.read_bytes()))
        for path in (pages.STATIC / "assets").iterdir()
        if path.suffix in (".js", ".css")
    }
    return {
        "all": sum(sizes.values()),
        "cytoscape": sum(n for name, n in sizes.items() if "cytoscape" in name),
    }


def opened_s(page: Page, world: World) -> float:
    """Return how long it takes until the empty Explore page can be worked with, the least of five.

    Parameters
    ----------
    page : Page
        Of somebody at work.
    world : World
        The running service.

    Returns
    -------
    float
        Seconds from the request for the page to the frame with the search in it.
    """
    times = []
    for _ in range(5):
        page.goto("about:blank")
        page.goto(f"{world.origin}/#/explore")
        page.wait_for_function("() => window.__seen > 0")
        times.append(float(page.evaluate("window.__seen")) / 1_000)
    return min(times)


def measure(browser: Browser, world: World, people: int) -> None:
    """Print the table.

    Parameters
    ----------
    browser : Browser
        Chromium.
    world : World
        The running service.
    people : int
        How many stand on the chart.
    """
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    page.add_init_script(_SEEN)
    at_work(Mouse(page), world, at="/")
    seen_s = opened_s(page, world)
    begun = time.perf_counter()
    fill(page)
    filled_s = time.perf_counter() - begun
    full, drawn = drag(page)
    page.get_by_role("button", name="Nearer").click()
    near, near_drawn = drag(page)
    weight = weight_bytes()
    print("| what | measured | goal |\n|---|---|---|")
    print(f"| scripts and styles, gzipped | {weight['all'] / 1e3:.0f} kB | 350 kB |")
    print(f"| of these the drawing of charts | {weight['cytoscape'] / 1e3:.0f} kB | |")
    print(f"| Explore opened, until it can be worked with, s wall | {seen_s:.2f} | 1 |")
    print(f"| {people:,} people searched for and put on the chart, s wall | {filled_s:.1f} | |")
    print(f"| a step of dragging all of it: page + drawing, ms CPU | {full:.0f} + {drawn:.0f} | 30 |")
    print(f"| the same, nearer | {near:.0f} + {near_drawn:.0f} | 30 |")


def main() -> None:
    """Measure."""
    people = int(sys.argv[1]) if len(sys.argv) > 1 else PEOPLE
    expect.set_options(timeout=PATIENCE_MS)
    with tempfile.TemporaryDirectory() as folder:
        desk = crowd(Path(folder) / "crowd", people)
        add_accounts(desk.folder, COUNCIL)
        with served(desk.folder, desk.files) as world, sync_playwright() as tools:
            browser = tools.chromium.launch(
                executable_path=os.environ.get("CHROMIUM", "/usr/lib/chromium/chromium"),
                chromium_sandbox=os.geteuid() != 0,
                args=["--disable-quic", "--no-first-run", "--disable-background-networking"],
            )
            measure(browser, world, people)
            browser.close()


if __name__ == "__main__":
    main()
