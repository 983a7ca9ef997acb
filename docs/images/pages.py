"""Makes the README's pictures of the pages from the invented partnership: ``python -m docs.images.pages``.

Needs the pages built (``make install``), Debian's Chromium and what the tests need.
"""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from pathlib import Path
from typing import Final

from PIL import Image
from playwright.sync_api import Page, expect, sync_playwright

from app.use_cases.demo import AGENCY, make_demo
from tests.browser.hands import Mouse, at_work, heading
from tests.browser.test_explore import SOUGHT, expand, put, quiet
from tests.browser.test_map import map_settled
from tests.browser.worlds import World, add_accounts, served

HERE: Final = Path(__file__).resolve().parent
WIDTH_PIXELS: Final = 1_280
HEIGHT_PIXELS: Final = 900
COLOURS: Final = 96


def main() -> None:
    """Serve the partnership, walk through it, and keep a picture of each page."""
    with tempfile.TemporaryDirectory() as held, sync_playwright() as browsers:
        made = make_demo(Path(held) / "demo")
        add_accounts(made.workspace.folder, AGENCY)
        chromium = os.environ.get("CHROMIUM") or shutil.which("chromium")
        browser = browsers.chromium.launch(
            executable_path=chromium, args=["--disable-background-networking", "--lang=en-GB"]
        )
        context = browser.new_context(
            viewport={"width": WIDTH_PIXELS, "height": HEIGHT_PIXELS},
            locale="en-GB",
            timezone_id="Europe/London",
        )
        with served(made.workspace.folder, Path(held) / "demo" / "files") as world:
            page = context.new_page()
            at_work(Mouse(page), world, at="/#/explore")
            for look in (_explore, _map, _peer_group, _pair):
                look(page, world)
        browser.close()


def _keep(page: Page, name: str) -> None:
    path = HERE / f"{name}.png"
    page.screenshot(path=path)
    with Image.open(path) as picture:
        picture.convert("RGB").quantize(COLOURS).save(path, optimize=True)


def _explore(page: Page, _: World) -> None:
    hands = Mouse(page)
    put(hands, SOUGHT)
    expand(hands, "Associate of", "Friend of", "Found with")
    page.get_by_role("region", name="What is chosen").locator(".kith-links button").first.click()
    expect(page.get_by_role("heading", name="Why is this link here?")).to_be_visible()
    quiet(page)
    page.locator("#chart").scroll_into_view_if_needed()
    page.locator("#chart").evaluate("one => window.scrollTo(0, one.offsetTop - 12)")
    _keep(page, "explore")


def _map(page: Page, _: World) -> None:
    page.get_by_role("navigation").get_by_role("link", name="Map", exact=True).click()
    expect(heading(page, "Map")).to_be_visible()
    map_settled(page)
    _keep(page, "map")


def _peer_group(page: Page, _: World) -> None:
    page.get_by_role("navigation").get_by_role("link", name="Peer groups").click()
    page.get_by_role("region", name=re.compile("Peer clusters")).get_by_role("link").first.click()
    expect(page.get_by_role("region", name="Ties, pair by pair")).to_be_visible()
    _keep(page, "peer-cluster")


def _pair(page: Page, _: World) -> None:
    page.get_by_role("navigation").get_by_role("link", name="Cross-border").click()
    page.get_by_role("region", name="Pairs of areas").get_by_role("link").first.click()
    expect(page.get_by_role("region", name="Things of both areas")).to_be_visible()
    _keep(page, "cross-border")


if __name__ == "__main__":
    main()
