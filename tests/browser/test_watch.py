"""The watch over pages can fail: it sees what they must not do."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.conftest import Watch
from tests.browser.hands import heading
from tests.browser.worlds import World


def test_a_request_to_another_origin_is_seen(page: Page, world: World, watch: Watch) -> None:
    page.goto(world.origin)
    page.evaluate("fetch('http://127.0.0.1:9/away').catch(() => 0)")
    page.wait_for_function("() => window.__csp.length > 0")
    assert page.evaluate("window.__csp") == ["connect-src http://127.0.0.1:9/away"]
    page.evaluate("window.__csp = []")
    assert any("127.0.0.1:9" in line for line in watch.policy)
    watch.policy.clear()


def test_a_script_inside_the_page_is_stopped_and_seen(page: Page, world: World, watch: Watch) -> None:
    page.goto(world.origin)
    expect(heading(page, "Sign in")).to_be_visible()
    page.evaluate(
        "document.body.append(Object.assign(document.createElement('script'), {text: 'window.__ran = 1'}))"
    )
    assert page.evaluate("window.__ran") is None
    assert page.evaluate("window.__csp") == ["script-src-elem inline"]
    page.evaluate("window.__csp = []")
    watch.policy.clear()
