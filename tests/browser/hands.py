"""Two ways to use a page: with the mouse, and by the keyboard alone."""

from __future__ import annotations

from typing import Final, Protocol

from playwright.sync_api import Locator, Page, expect

from tests.app.front_door import PASSWORD
from tests.browser.worlds import World

PURPOSE: Final = "support plan, panel of 3 June"
_MOST_TABS: Final = 200
_WAY: Final = """target => {
    const at = document.activeElement
    if (target === at) return 'here'
    if (at === document.body) return 'on'
    const before = target.compareDocumentPosition(at) & Node.DOCUMENT_POSITION_FOLLOWING
    return before ? 'back' : 'on'
}"""
_FOCUSED: Final = "element => element === document.activeElement"


class Hands(Protocol):
    """How somebody uses a page."""

    page: Page

    def __init__(self, page: Page) -> None:
        """Sit down before a page."""

    def press(self, target: Locator) -> None:
        """Press a button or follow a link."""

    def write(self, target: Locator, text: str) -> None:
        """Put a text in place of what a field holds."""

    def choose(self, target: Locator) -> None:
        """Choose a radio button, or tick a box."""


class Mouse:
    """Somebody with a mouse."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def press(self, target: Locator) -> None:
        """Click."""
        target.click()

    def write(self, target: Locator, text: str) -> None:
        """Fill a field."""
        target.fill(text)

    def choose(self, target: Locator) -> None:
        """Click on it."""
        target.check()


class Keys:
    """Somebody without a mouse: Tab, Shift, Enter, Space and arrows, and what they type."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def reach(self, target: Locator) -> None:
        """Go there by Tab, or back by Shift and Tab where that is the way, from wherever the focus is."""
        expect(target).to_be_visible()
        for _ in range(_MOST_TABS):
            way = target.evaluate(_WAY)
            if way == "here":
                self._to_the_front(target)
                return
            self.page.keyboard.press("Shift+Tab" if way == "back" else "Tab")
        raise AssertionError(f"the keyboard does not reach {target}")

    def _to_the_front(self, target: Locator) -> None:
        # A date has several parts, and whoever comes back into one stands in its last.
        if target.get_attribute("type") == "date":
            while target.evaluate(_FOCUSED):
                self.page.keyboard.press("Shift+Tab")
            self.page.keyboard.press("Tab")

    def press(self, target: Locator) -> None:
        """Press Enter on it."""
        self.reach(target)
        self.page.keyboard.press("Enter")

    def write(self, target: Locator, text: str) -> None:
        """Type into a field."""
        self.reach(target)
        self.page.keyboard.press("ControlOrMeta+A")
        self.page.keyboard.type(text)

    def choose(self, target: Locator) -> None:
        """Reach the group, then go to the button by the arrows; tick a box by Space."""
        kind = target.get_attribute("type")
        if kind == "checkbox":
            self.reach(target)
            self.page.keyboard.press("Space")
            return
        first = self.page.get_by_role("radio").first
        self.reach(first)
        self.page.keyboard.press("Space")
        for _ in range(_MOST_TABS):
            if target.evaluate(_FOCUSED):
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"the arrows do not reach {target}")


def sign_in(hands: Hands, world: World, name: str, password: str = PASSWORD, *, at: str = "/") -> None:
    """Open the service, or one of its pages, and sign in."""
    page = hands.page
    if not page.url.startswith(world.origin):
        page.goto(f"{world.origin}{at}")
    hands.write(page.get_by_label("Name of your account"), name)
    hands.write(page.get_by_label("Password"), password)
    hands.press(page.get_by_role("button", name="Sign in"))


def state_purpose(hands: Hands, purpose: str = PURPOSE, reference: str = "CASE/42") -> None:
    """Say what the work is for."""
    page = hands.page
    expect(page.get_by_role("heading", name="What is this work for?")).to_be_visible()
    hands.write(page.get_by_label("Purpose", exact=True), purpose)
    hands.choose(page.get_by_label("Law enforcement"))
    hands.write(page.get_by_label("Case or meeting reference"), reference)
    hands.press(page.get_by_role("button", name="Begin work"))
    expect(page.get_by_label("What this work is for")).to_contain_text(reference)


def at_work(hands: Hands, world: World, name: str = "ash", *, at: str = "/#/peer-groups") -> None:
    """Sign in and say what for; the page that was opened is then shown."""
    sign_in(hands, world, name, at=at)
    state_purpose(hands)


def heading(page: Page, name: str) -> Locator:
    """Return the heading of the page."""
    return page.get_by_role("heading", level=1, name=name)
