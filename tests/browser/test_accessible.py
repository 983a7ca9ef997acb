"""Every page and state: axe finds nothing, nothing is cut off at 200 % zoom, the keyboard's way is seen."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any, Final

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.hands import Keys, Mouse, at_work, heading, sign_in
from tests.browser.test_explore import expand, put, quiet
from tests.browser.test_map import QUIET, layer, map_settled
from tests.browser.worlds import World

_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def _check(page: Page, state: str) -> None:
    found: dict[str, Any] = Axe().run(page, options={"runOnly": {"type": "tag", "values": _TAGS}}).response
    faults = [
        (state, fault["id"], fault["impact"], [node["html"][:160] for node in fault["nodes"]][:3])
        for fault in found["violations"]
    ]
    assert faults == []
    assert len(found["passes"]) > 10, state


def _first_states(page: Page, world: World) -> Iterator[str]:
    page.goto(world.origin)
    expect(heading(page, "Sign in")).to_be_visible()
    yield "sign in"
    page.get_by_role("button", name="Sign in").click()
    yield "sign in, refused"
    sign_in(Mouse(page), world, "fresh")
    expect(heading(page, "Choose a password of your own")).to_be_visible()
    yield "first password"
    page.get_by_role("button", name="Sign out").click()
    sign_in(Mouse(page), world, "ash")
    expect(heading(page, "What is this work for?")).to_be_visible()
    page.get_by_role("button", name="Begin work").click()
    expect(page.get_by_role("alert")).to_be_visible()
    yield "purpose, refused"


def _explore_states(page: Page, _: World) -> Iterator[str]:
    hands = Mouse(page)
    page.reload()
    at_work_again(page)
    expect(heading(page, "Explore")).to_be_visible()
    yield "explore, empty"
    page.get_by_role("button", name="Find", exact=True).click()
    expect(page.get_by_text("There is a problem")).to_be_visible()
    yield "explore, search refused"
    put(hands)
    yield "explore, one person"
    expand(hands, "Associate of", "Friend of", "Involved in")
    yield "explore, expanded"
    page.get_by_role("region", name="What is chosen").locator(".kith-links button").first.click()
    expect(page.get_by_role("list", name="Claims behind it")).to_be_visible()
    yield "explore, why"
    when = page.get_by_role("region", name="When")
    when.get_by_label("From").fill("2026-06-30")
    when.get_by_label("Until").fill("2026-06-01")
    when.get_by_role("button", name="Narrow to this period").click()
    expect(page.get_by_role("link", name="The last day lies before the first")).to_be_visible()
    yield "explore, period refused"
    when.get_by_label("Until").fill("2026-08-31")
    when.get_by_role("button", name="Narrow to this period").click()
    expect(page.get_by_text(re.compile("^Links that held on some day from"))).to_be_visible()
    yield "explore, narrowed"
    when.get_by_role("button", name="Every date").click()
    quiet(page)
    ends = page.get_by_role("region", name="Paths between two")
    ends.get_by_label("From", exact=True).select_option(index=1)
    ends.get_by_label("To", exact=True).select_option(index=3)
    ends.get_by_role("button", name="Find paths").click()
    expect(ends.locator(".kith-ways, .govuk-body").first).to_be_visible()
    quiet(page)
    yield "explore, path"


def _working_states(page: Page, _: World) -> Iterator[str]:
    page.get_by_role("link", name="Peer groups", exact=True).click()
    expect(page.get_by_role("link", name="Cluster 1", exact=True)).to_be_visible()
    yield "clusters"
    page.get_by_text("Change what counts").click()
    page.get_by_label("Held from").fill("2026-06-01")
    page.get_by_role("button", name="Ask anew").click()
    yield "question, refused"
    page.get_by_role("link", name="Cluster 2", exact=True).click()
    page.get_by_role("button", name="Why are they shown together?").click()
    expect(page.get_by_role("region", name="Claims behind it")).to_be_visible()
    yield "cluster with claims"
    page.get_by_role("link", name="Confirm as a peer group").click()
    expect(page.get_by_role("button", name="Confirm the peer group")).to_be_visible()
    page.get_by_label("Purpose", exact=True).fill("")
    page.get_by_role("button", name="Confirm the peer group").click()
    yield "confirm, refused"
    page.get_by_label("Purpose", exact=True).fill("support")
    page.get_by_role("button", name="Confirm the peer group").click()
    expect(heading(page, "Peer group")).to_be_visible()
    page.get_by_role("button", name="Which claims make this group?").click()
    expect(page.get_by_role("region", name="Claims behind it")).to_be_visible()
    yield "peer group"


def _group_states(page: Page, _: World) -> Iterator[str]:
    page.get_by_role("link", name="Change", exact=True).last.click()
    expect(page.get_by_role("button", name="Change the peer group")).to_be_visible()
    yield "change"
    page.go_back()
    page.get_by_role("link", name="Dissolve").click()
    yield "dissolve"
    page.go_back()
    page.get_by_role("link", name="Draft a briefing").click()
    expect(page.get_by_label("Readers")).to_be_visible()
    yield "briefing form"
    page.get_by_role("button", name="Make the draft and show it").click()
    expect(page.get_by_role("heading", name="The draft is made")).to_be_visible()
    yield "briefing made"


def _border_states(page: Page, _: World) -> Iterator[str]:
    page.get_by_role("link", name="Cross-border").click()
    expect(page.get_by_role("region", name="Pairs of areas")).to_be_visible()
    yield "cross-border"
    page.get_by_role("region", name="Pairs of areas").get_by_role("link").first.click()
    expect(page.get_by_role("region", name="People of both areas")).to_be_visible()
    yield "pair"


def _map_states(page: Page, _: World) -> Iterator[str]:
    page.get_by_role("navigation").get_by_role("link", name="Map", exact=True).click()
    map_settled(page)
    yield "map"
    page.locator("summary", has_text="Theme: ").click()
    page.locator("summary", has_text="Areas: ").click()
    layer(page, "Flows between authorities").check()
    page.get_by_role("button", name="Cell 1", exact=True).click()
    page.get_by_role("button", name="Why? Show the claims").click()
    expect(page.get_by_role("region", name="Claims behind it")).to_be_visible()
    map_settled(page)
    yield "map, a cell and why"
    page.get_by_label("Month", exact=True).select_option(QUIET)
    expect(page.locator(".kith-sentence")).to_contain_text("No cell stands out (n = ")
    map_settled(page)
    yield "map, nothing stands out"
    page.get_by_label("Last day").fill("2026-01-01")
    page.get_by_role("button", name="Show this period").click()
    expect(page.get_by_role("alert")).to_be_visible()
    yield "map, period refused"


def _other_states(page: Page, world: World) -> Iterator[str]:
    page.get_by_role("link", name="Products").click()
    expect(page.get_by_role("region", name="Products")).to_be_visible()
    yield "products"
    page.get_by_role("link", name="Import", exact=True).click()
    expect(page.get_by_label("What the files are")).to_be_visible()
    page.get_by_role("button", name="Check the files").click()
    expect(page.get_by_role("alert")).to_be_visible()
    yield "import, refused"
    page.get_by_label("Files", exact=True).set_input_files(next(world.files.glob("feeds/*-people.csv")))
    page.get_by_label("What the files are").select_option("people")
    page.get_by_role("button", name="Check the files").click()
    expect(heading(page, "Import draft")).to_be_visible()
    yield "import preview"
    page.get_by_role("link", name="About the method").click()
    expect(page.get_by_role("link", name="Hotspots")).to_be_visible()
    yield "methods"
    page.get_by_role("link", name="Hotspots").click()
    expect(page.get_by_role("heading", name="Formula")).to_be_visible()
    yield "method"
    page.get_by_role("link", name=re.compile("^ash, ")).click()
    expect(heading(page, "Your work and your account")).to_be_visible()
    yield "account"
    page.goto(f"{world.origin}/#/methods/nowhere")
    expect(page.get_by_role("alert")).to_contain_text("No method of this name")
    yield "refused"
    page.goto(f"{world.origin}/#/nowhere")
    expect(heading(page, "There is no page at this address")).to_be_visible()
    yield "no page"


def at_work_again(page: Page) -> None:
    """State the purpose on the page that asks for it."""
    page.get_by_label("Purpose", exact=True).fill("support plan")
    page.get_by_label("Law enforcement").check()
    page.get_by_role("button", name="Begin work").click()


_PARTS: Final = (
    _first_states,
    _explore_states,
    _working_states,
    _group_states,
    _border_states,
    _map_states,
    _other_states,
)


def _states(page: Page, world: World) -> Iterator[str]:
    for part in _PARTS:
        yield from part(page, world)


def test_axe_finds_nothing_on_any_page_in_any_state(
    page: Page, world: World, shots: Callable[[str], None]
) -> None:
    seen = []
    for state in _states(page, world):
        # A part that is still being asked for has nothing to be looked at yet.
        expect(page.locator("[aria-busy=true]")).to_have_count(0)
        _check(page, state)
        shots(state)
        seen.append(state)
    assert len(seen) >= 33


def _draft(page: Page, world: World) -> None:
    """Make a draft as ash, as pages do, and sign out."""
    at_work(Mouse(page), world)
    row = page.request.get(f"{world.origin}/api/clusters").json()["rows"][0]["id"]
    headers = {"X-Kithmap-CSRF": page.request.get(f"{world.origin}/api/me").json()["csrf"]}
    asked = {"subject": row, "purpose": "panel", "forms": ["html"]}
    made = page.request.post(f"{world.origin}/api/briefings", data=asked, headers=headers)
    assert made.status == 201, made.text()
    page.get_by_role("button", name="Sign out").click()


def test_axe_finds_nothing_on_the_dialogs(page: Page, world: World) -> None:
    page.clock.install()
    _draft(page, world)
    at_work(Mouse(page), world, "elder")
    page.clock.fast_forward("27:00")
    expect(page.get_by_role("dialog", name="Your session is about to end")).to_be_visible()
    _check(page, "session ends")
    page.get_by_role("button", name="Stay signed in").click()
    page.get_by_role("link", name="Products").click()
    page.get_by_role("button", name="Approve").first.click()
    expect(page.get_by_role("dialog", name="Approve this product?")).to_be_visible()
    _check(page, "approve")
    world.pass_minutes(11)
    page.get_by_role("button", name="Approve", exact=True).last.click()
    expect(page.get_by_role("dialog", name="Give your password again")).to_be_visible()
    _check(page, "password again")


@pytest.mark.parametrize("width", [640, 320])
def test_nothing_is_cut_off_when_the_page_is_enlarged(
    page: Page, world: World, width: int, shots: Callable[[str], None]
) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    for state in _states(page, world):
        widths = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
        assert widths[0] <= widths[1], (state, widths)
        shots(state)


def test_the_skip_link_is_first_and_leads_to_the_page_itself(page: Page, world: World) -> None:
    at_work(Mouse(page), world)
    page.reload()
    expect(heading(page, "Peer groups")).to_be_visible()
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to main content")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.get_by_role("main")).to_be_focused()
    assert page.url.endswith("#/peer-groups")


def test_the_focus_is_seen_wherever_the_keyboard_goes(page: Page, world: World) -> None:
    at_work(Keys(page), world)
    expect(page.get_by_role("link", name="Cluster 1", exact=True)).to_be_visible()
    shown = """() => {
        const at = document.activeElement
        if (!at || at === document.body) return null
        const style = getComputedStyle(at)
        const box = at.getBoundingClientRect()
        const outlined = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0
        const seen = outlined || style.boxShadow !== 'none' || style.backgroundColor !== 'rgba(0, 0, 0, 0)'
        return [at.textContent.trim(), seen && box.height >= 18 && box.width >= 18]
    }"""
    reached = []
    for _ in range(25):
        page.keyboard.press("Tab")
        found = page.evaluate(shown)
        if found is not None:
            assert found[1], found
            reached.append(found[0])
    assert len(set(reached)) >= 15


def test_on_paper_the_marking_is_on_each_page_and_nothing_to_click_on(page: Page, world: World) -> None:
    at_work(Mouse(page), world)
    expect(page.get_by_role("link", name="Cluster 1", exact=True)).to_be_visible()
    page.emulate_media(media="print")
    expect(page.get_by_role("navigation")).not_to_be_visible()
    expect(page.get_by_role("button", name="Sign out")).not_to_be_visible()
    expect(page.get_by_text("Purpose:")).to_be_visible()
    assert page.pdf().startswith(b"%PDF-")
