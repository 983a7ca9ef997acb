"""Independent programs that open what was written: found, or the test is skipped with a reason."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Page, Route

_CHROMIUM_FLAGS = (
    "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update",
    "--disable-sync",
)  # fmt: skip
_WATCH = """
window.__csp = [];
addEventListener('securitypolicyviolation', e => __csp.push(e.effectiveDirective + ' ' + e.blockedURI));
window.__ran = [];
for (const name of ['alert', 'confirm', 'prompt']) window[name] = () => { __ran.push(name); };
"""


class Watched(NamedTuple):
    """A page in Chromium, and what it did that it was not to do.

    Attributes
    ----------
    page : Page
        Of playwright.
    requests : list of str
        Addresses that anything asked for, other than the file itself and its own data.
    messages : list of str
        Errors and warnings of the console, and errors of scripts.
    """

    page: Page
    requests: list[str]
    messages: list[str]

    def open(self, path: Path) -> None:
        """Open a file.

        Parameters
        ----------
        path : Path
            Of the disk; nothing else is let through.
        """
        self.page.goto(path.resolve().as_uri())

    def faults(self) -> list[str]:
        """Return everything the page did that it was not to do.

        Returns
        -------
        list of str
            Requests, console errors, breaches of its policy, dialogues, and names that ran as scripts.
        """
        policy: list[str] = self.page.evaluate("() => window.__csp || []")
        ran: list[str] = self.page.evaluate(
            "() => [...(window.__ran || []), ...('__pwned' in window ? ['a name ran'] : [])]"
        )
        return [*self.requests, *self.messages, *policy, *ran]


def missing(what: str) -> None:
    """Skip the test, or fail it in CI, so that an absent reader cannot pass unseen.

    Parameters
    ----------
    what : str
        The program or library that is absent.
    """
    reason = f"{what} is absent: install it to open what Kithmap writes with a program that is not ours"
    if os.environ.get("CI", "").lower() == "true":
        pytest.fail(reason)
    pytest.skip(reason)


def program(name: str) -> str:
    """Return the path of an independent program.

    Parameters
    ----------
    name : str
        ``pdfinfo``, ``pdftotext``, ``pdftoppm``, ``soffice`` or ``chromium``.

    Returns
    -------
    str
        ``CHROMIUM`` of the environment names another Chromium. Without the program the test is skipped,
        and in CI it fails.
    """
    asked = os.environ.get("CHROMIUM", "/usr/bin/chromium") if name == "chromium" else name
    found = shutil.which(asked) or shutil.which(name)
    if found is None:
        missing(name)
    return str(found)


def run(*command: str | Path, seconds: float = 120) -> str:
    """Run an independent program and return what it printed.

    Parameters
    ----------
    *command : str or Path
        The path that ``program`` gave, and arguments.
    seconds : float, optional
        Longest time it may take.

    Returns
    -------
    str
        Standard output; a program that fails, fails the test.
    """
    done = subprocess.run(
        [str(part) for part in command], capture_output=True, text=True, timeout=seconds, check=False
    )
    assert done.returncode == 0, f"{command[0]}: {done.stderr}"
    return done.stdout


def office_convert(path: Path, to: str, folder: Path) -> Path:
    """Open a file in LibreOffice, without a screen, and save it in another format.

    Parameters
    ----------
    path : Path
        For example a CSV or a DOCX.
    to : str
        Format, for example ``pdf``, ``xlsx``, ``fods`` or ``csv``.
    folder : Path
        Where the new file goes; holds LibreOffice's profile, too, so that two can run at once.

    Returns
    -------
    Path
        The new file.
    """
    office = program("soffice")
    folder.mkdir(parents=True, exist_ok=True)
    profile = f"-env:UserInstallation={(folder / 'profile').resolve().as_uri()}"
    # Without a screen nobody can be asked for a CSV's encoding: comma, quotation mark, UTF-8.
    asked = ["--infilter=CSV:44,34,76"] if path.suffix == ".csv" else []
    run(office, "--headless", profile, *asked, "--convert-to", to, "--outdir", folder, path, seconds=240)
    return folder / f"{path.stem}.{to.partition(':')[0]}"


@contextmanager
def chromium_page(*, width: int = 1280, height: int = 900) -> Iterator[Watched]:
    """Open an empty page in Chromium that watches what the file does.

    Parameters
    ----------
    width, height : int, optional
        Of the window, in CSS pixels.

    Yields
    ------
    Watched
        To be opened on a file; any request beyond the file is stopped and noted.
    """
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        missing("playwright")
    path = program("chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path, chromium_sandbox=os.geteuid() != 0, args=list(_CHROMIUM_FLAGS)
        )
        try:
            page = browser.new_page(viewport={"width": width, "height": height})
            yield _watched(page)
        finally:
            browser.close()


def _watched(page: Page) -> Watched:
    seen = Watched(page, [], [])

    def _gate(route: Route) -> None:
        address = route.request.url
        if address.startswith("file:") and route.request.is_navigation_request():
            route.continue_()
        else:
            seen.requests.append(address)
            route.abort()

    page.route(lambda address: not address.startswith(("data:", "blob:")), _gate)
    page.on("console", lambda m: seen.messages.append(m.text) if m.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: seen.messages.append(str(error)))
    page.add_init_script(_WATCH)
    return seen
