"""Two hundred hostile texts in every field: they are shown as they are, and run nothing."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.app.documents.hostile import NAMES
from tests.browser.conftest import Watch
from tests.browser.hands import Mouse, at_work, heading
from tests.browser.test_map import map_settled, table
from tests.browser.worlds import World

_SCRIPT = "<img src=x onerror=window.__pwned=1>"
_RUN = "window.__pwned ?? window.__ran ?? null"


def _not_run(page: Page) -> None:
    assert page.evaluate(_RUN) is None
    assert (
        page.evaluate("document.querySelectorAll('main :is(script, img, object, base, meta, link)').length")
        == 0
    )


def test_hostile_names_are_shown_as_they_are_and_run_nothing(page: Page, hostile_world: World) -> None:
    hands = Mouse(page)
    at_work(hands, hostile_world)
    page.goto(f"{hostile_world.origin}/#/peer-groups?names=true")
    links = page.get_by_role("region", name="Peer clusters", exact=True).get_by_role("link")
    expect(links.first).to_be_visible()
    addresses = [link.get_attribute("href") for link in links.all()]
    shown: set[str] = set()
    for number, address in enumerate(addresses, 1):
        page.goto(f"{hostile_world.origin}/{address}")
        expect(
            page.locator(".kith-sentence", has_text=f"Cluster {number} of {len(addresses)}")
        ).to_be_visible()
        shown.update(page.locator(".kith-people li").all_text_contents())
        if number % 5 == 1:
            page.get_by_role("button", name="Why are they shown together?").click()
            expect(page.get_by_role("region", name="Claims behind it")).to_be_visible()
        _not_run(page)
    written = [name for name in NAMES if any(name in text for text in shown)]
    assert len(written) >= 200, len(written)
    assert sum("script" in name for name in written) >= 4


def test_hostile_words_of_a_user_run_nothing_anywhere(page: Page, hostile_world: World, watch: Watch) -> None:
    hands = Mouse(page)
    at_work(hands, hostile_world)
    page.get_by_label("What this work is for").get_by_role("link").click()
    page.get_by_label("Purpose", exact=True).fill(_SCRIPT)
    page.get_by_label("Case or meeting reference").fill(_SCRIPT)
    page.get_by_role("button", name="State it anew").click()
    expect(page.get_by_label("What this work is for")).to_contain_text(_SCRIPT)
    page.get_by_role("link", name="Peer groups", exact=True).click()
    page.get_by_role("link", name="Cluster 1", exact=True).click()
    page.get_by_role("link", name="Confirm as a peer group").click()
    page.get_by_label("Name of the group").fill(_SCRIPT)
    page.get_by_role("button", name="Confirm the peer group").click()
    expect(heading(page, "Peer group")).to_be_visible()
    expect(page.get_by_text(_SCRIPT).first).to_be_visible()
    _not_run(page)
    page.get_by_role("link", name="Draft a briefing").click()
    page.get_by_label("Readers").fill(f"{_SCRIPT}\n</iframe><script>window.__pwned=1</script>")
    page.get_by_label("Names instead of initials").check()
    page.get_by_role("button", name="Make the draft and show it").click()
    expect(page.get_by_role("heading", name="The draft is made")).to_be_visible()
    expect(page.get_by_text("you see no record of")).to_contain_text("</iframe><script>")
    expect(page.frame_locator("iframe").get_by_text(_SCRIPT).first).to_be_visible()
    _not_run(page)
    page.get_by_role("link", name="Register of products").click()
    expect(page.get_by_text(_SCRIPT).first).to_be_visible()
    _not_run(page)
    assert watch.faults == []


def test_hostile_names_of_areas_and_places_are_shown_on_the_map_and_run_nothing(
    page: Page, hostile_world: World
) -> None:
    at_work(Mouse(page), hostile_world)
    people = page.request.get(f"{hostile_world.origin}/api/clusters").json()["rows"][0]["members"]
    chosen = "&".join(f"entity={person['id']}" for person in people)
    page.goto(
        f"{hostile_world.origin}/#/map?{chosen}&layers=areas,hotspots,flows,concern,places&category={_SCRIPT}"
    )
    expect(page.get_by_text("No cell").or_(page.get_by_text("too few to test")).first).to_be_visible()
    map_settled(page)
    for title in ("Areas", "Locations of concern"):
        rows = table(page, title)
        while (more := page.get_by_role("button", name=f"more of {title.lower()}")).count():
            more.click()
        names = rows.get_by_role("button").all_text_contents()
        shown = [name.strip() for name in names]
        assert sum("<" in name for name in shown) >= 10, (title, shown)
        rows.get_by_role("button").filter(has_text="<script").first.click()
        expect(page.get_by_role("heading", level=2).filter(has_text="<script").first).to_be_visible()
        _not_run(page)
    frame = page.locator(".kith-map__frame")
    frame.scroll_into_view_if_needed()
    box = frame.bounding_box()
    assert box
    for share in (0.3, 0.5, 0.7):
        page.mouse.move(box["x"] + box["width"] * share, box["y"] + box["height"] * share)
    _not_run(page)


def test_a_hostile_address_leads_nowhere(page: Page, hostile_world: World) -> None:
    at_work(Mouse(page), hostile_world)
    for path in (
        "/methods/%3Cscript%3E",
        "/peer-clusters/%3Cimg%20src=x%3E",
        "/peer-groups/..%2F..%2Fme",
        "/%E0%A4%A",
    ):
        page.goto(f"{hostile_world.origin}/#{path}")
        expect(page.locator("[aria-busy=true]")).to_have_count(0)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        _not_run(page)


def test_areas_of_a_kind_that_was_not_loaded_are_refused_in_words(page: Page, hostile_world: World) -> None:
    at_work(Mouse(page), hostile_world)
    page.get_by_role("link", name="Cross-border").click()
    page.get_by_label("Borders of").select_option("ward")
    expect(page.get_by_role("alert")).to_contain_text("No ward areas are loaded")
    assert "kind=ward" in page.url


def test_hostile_names_and_words_run_nothing_on_a_chart(page: Page, hostile_world: World) -> None:
    at_work(Mouse(page), hostile_world, at="/#/explore?names=true")
    search = page.get_by_label("Find a person, place, group or thing")
    # Of people every one has ties here; of places some have none.
    page.get_by_label("Kind", exact=True).select_option("Person")
    for text in (_SCRIPT, "script", "img"):
        search.fill(text)
        page.get_by_role("button", name="Find", exact=True).click()
        found = page.get_by_role("region", name="What was found")
        expect(found).to_be_visible()
        expect(found.get_by_role("button", name="Close the list")).to_be_visible()
        _not_run(page)
    # Somebody with ties: places have hostile names, too.
    people = found.locator("li").filter(has=page.locator(".kith-kind text", has_text=re.compile("^P$")))
    people.get_by_role("button").first.click()
    side = page.get_by_role("region", name="What is chosen")
    side.get_by_role("button", name="Tick all").click()
    side.get_by_role("button", name=re.compile("^Expand [0-9]+ kind")).click()
    links = page.get_by_role("region", name="Links on the chart")
    expect(links.locator("tbody tr").nth(3)).to_be_visible()
    expect(page.locator("[aria-busy=true]")).to_have_count(0)
    _not_run(page)
    links.get_by_role("button").first.click()
    expect(page.get_by_role("list", name="Claims behind it")).to_be_visible()
    _not_run(page)
    views = page.get_by_role("region", name="Your views")
    views.get_by_label("Title of the view").fill(_SCRIPT)
    views.get_by_role("button", name="Save the view").click()
    expect(views.get_by_text(_SCRIPT).first).to_be_visible()
    page.get_by_label("Look on the chart for").fill(_SCRIPT)
    _not_run(page)


def test_a_hostile_address_puts_nothing_on_a_chart(page: Page, hostile_world: World) -> None:
    at_work(Mouse(page), hostile_world, at="/#/explore?entity=%3Cscript%3E&entity=0000000000abc")
    expect(page.locator("[aria-busy=true]")).to_have_count(0)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.get_by_text("There is a problem")).to_be_visible()
    expect(page.get_by_text("Nothing stands on the chart yet")).to_be_visible()
    _not_run(page)
