"""Browser, worlds, and the rule of every page: it asks no other origin, and breaks no policy."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Route, expect

from app.use_cases.demo import AGENCY, make_demo
from hatch_build import to_build
from tests.app.desk import COUNCIL
from tests.browser.worlds import World, add_accounts, hostile_workspace, served

_ROOT = Path(__file__).resolve().parents[2]
_POLICY = "Content Security Policy"

# A busy machine is no fault of a page.
expect.set_options(timeout=30_000)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test that opens a browser, and put its whole file last.

    The browser's session keeps an event loop running, in whose thread nobody can start another.
    """
    opening = [item for item in items if "context" in getattr(item, "fixturenames", ())]
    for item in opening:
        item.add_marker(pytest.mark.browser)
    files = {item.path for item in opening}
    items.sort(key=lambda item: item.path in files)


@pytest.fixture(scope="session")
def base_url() -> None:
    """Return nothing: each world has an origin of its own, and the plug-in's own fixture is deprecated."""


def _wanting(reason: str) -> None:
    """Skip, but fail in CI: a browser or pages that are missing cannot pass unseen."""
    if os.environ.get("CI", "").lower() == "true":
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Return how Debian's browser is started: silent, and in British English."""
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if chromium is None:
        _wanting("Chromium is absent: install it, or name it in CHROMIUM")
    if to_build(_ROOT):
        _wanting("the pages are not built as their sources are: make pages")
    quiet = [
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
    ]
    return {
        **browser_type_launch_args,
        "executable_path": chromium,
        # As root Chromium refuses to run in its sandbox.
        "chromium_sandbox": os.geteuid() != 0,
        "args": [*quiet, "--disable-sync", "--lang=en-GB"],
    }


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    """Return the window: a common size, in British English."""
    window = {"width": 1280, "height": 800}
    return {**browser_context_args, "viewport": window, "locale": "en-GB", "timezone_id": "Europe/London"}


@pytest.fixture(scope="session")
def partnership(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of the invented partnership with accounts: copied, never changed."""
    made = make_demo(tmp_path_factory.mktemp("partnership") / "demo")
    add_accounts(made.workspace.folder, AGENCY)
    return made.workspace.folder.parent


@pytest.fixture(scope="module")
def world(partnership: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Return the invented partnership, served; each file of tests has its own."""
    folder = tmp_path_factory.mktemp("pages") / "demo"
    shutil.copytree(partnership, folder)
    with served(folder / "workspace", folder / "files") as running:
        yield running


@pytest.fixture(scope="module")
def hostile_world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Return a served workspace whose every text is hostile."""
    desk = hostile_workspace(tmp_path_factory.mktemp("hostile") / "desk")
    add_accounts(desk.folder, COUNCIL)
    with served(desk.folder, desk.files) as running:
        yield running


class Watch:
    """What pages did that no page may do."""

    def __init__(self) -> None:
        self.outside: list[str] = []
        self.policy: list[str] = []
        self.errors: list[str] = []

    @property
    def faults(self) -> list[str]:
        """Everything seen."""
        return [*self.outside, *self.policy, *self.errors]


@pytest.fixture(autouse=True)
def watch(request: pytest.FixtureRequest) -> Iterator[Watch | None]:
    """Fail a test whose pages ask another origin, break their policy or raise an error."""
    if "context" not in request.fixturenames:
        yield None
        return
    context: BrowserContext = request.getfixturevalue("context")
    seen = Watch()
    origins = tuple(
        request.getfixturevalue(name).origin
        for name in ("world", "hostile_world")
        if name in request.fixturenames
    )

    def _gate(route: Route) -> None:
        if route.request.url.startswith((*origins, "data:", "blob:")):
            route.continue_()
        else:
            seen.outside.append(route.request.url)
            route.abort()

    def _read(message: ConsoleMessage) -> None:
        if _POLICY in message.text:
            seen.policy.append(message.text)

    context.route("**/*", _gate)
    context.on("console", _read)
    context.on("weberror", lambda error: seen.errors.append(str(error.error)))
    context.add_init_script(
        "window.__csp = []; addEventListener('securitypolicyviolation', "
        "event => __csp.push(event.effectiveDirective + ' ' + event.blockedURI))"
    )
    yield seen
    seen.policy.extend(line for page in context.pages for line in page.evaluate("window.__csp ?? []"))
    assert seen.faults == []


@pytest.fixture
def shots(request: pytest.FixtureRequest, page: Page) -> Iterator[Any]:
    """Return what keeps a picture of a step, where ``KITHMAP_SHOTS`` names a folder."""
    folder = os.environ.get("KITHMAP_SHOTS")
    taken = iter(range(1, 100))

    def _shot(step: str) -> None:
        if folder:
            name = f"{request.node.name}-{next(taken):02d}-{step}.png".replace("/", "-")
            page.screenshot(path=Path(folder) / name, full_page=True)

    yield _shot
