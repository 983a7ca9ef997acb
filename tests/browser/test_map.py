"""The map: hot cells, areas, locations of concern, flows and a selection, by mouse and by keys."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Final

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.browser.hands import Hands, Keys, Mouse, at_work, heading
from tests.browser.worlds import World

WAYS = pytest.mark.parametrize("way", [Mouse, Keys])

_HOT: Final = "2026-10"
QUIET: Final = "2026-09"
"""A month of the invented partnership in which no cell stands out."""
_FRAME: Final = ".kith-map__frame"
_INK: Final = """frame => [...frame.querySelectorAll('canvas')].reduce((sum, canvas) =>
  sum + canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data
    .filter((value, n) => n % 4 === 3 && value > 0).length, 0)"""


def table(page: Page, name: str) -> Locator:
    """Return the table of a layer, with its heading."""
    return page.get_by_role("region", name=re.compile(f"^{name} \\("))


def layer(page: Page, name: str) -> Locator:
    """Return the box that switches a layer."""
    return page.get_by_role("checkbox", name=re.compile(f"^{name}"))


def _switch(hands: Hands, box: Locator) -> None:
    """Tick a box, or take its tick away."""
    if isinstance(hands, Keys):
        hands.reach(box)
        hands.page.keyboard.press("Space")
    else:
        box.click()


def map_settled(page: Page) -> None:
    """Wait until everything that was asked for is answered."""
    expect(page.locator(_FRAME)).to_be_visible()
    expect(page.locator("main [aria-busy=true]")).to_have_count(0)


def _open(hands: Hands, world: World, name: str = "ash") -> None:
    at_work(hands, world, name)
    hands.press(hands.page.get_by_role("navigation").get_by_role("link", name="Map", exact=True))
    expect(heading(hands.page, "Map")).to_be_visible()
    map_settled(hands.page)


def _pick(hands: Hands, field: Locator, value: str) -> None:
    """Choose from a list; the keyboard types what the entry begins with."""
    if isinstance(hands, Keys):
        hands.reach(field)
        words = field.locator(f"option[value='{value}']").inner_text()
        hands.page.keyboard.type(words.strip()[:12])
        hands.page.keyboard.press("Enter")
        return
    field.select_option(value)


def _members(page: Page, world: World, count: int) -> Sequence[str]:
    """Return so many people of peer clusters."""
    rows = page.request.get(f"{world.origin}/api/clusters").json()["rows"]
    return [member["id"] for row in rows for member in row["members"]][:count]


@WAYS
def test_a_hot_cell_is_found_by_month_and_theme_and_says_why(
    page: Page, world: World, way: Callable[[Page], Hands], shots: Callable[[str], None]
) -> None:
    hands = way(page)
    _open(hands, world)
    expect(page.locator(".kith-sentence")).to_have_text("86 of 4,821 cells stand out (n = 1,951).")
    shots("opened")
    _pick(hands, page.get_by_label("Month", exact=True), _HOT)
    expect(page.locator(".kith-sentence")).to_have_text("6 of 4,821 cells stand out (n = 100).")
    assert "window_from=2026-10-01&window_to=2026-10-31" in page.url
    expect(page.get_by_label("First day")).to_have_value("2026-10-01")
    expect(page.get_by_label("Last day")).to_have_value("2026-10-31")
    shots("month")
    hands.press(page.locator("summary", has_text="Theme: "))
    sorts = page.get_by_role("group", name="Sorts of event")
    _switch(hands, sorts.get_by_label(re.compile("^Anti-social behaviour")))
    expect(page.locator(".kith-sentence")).to_have_text("8 of 4,821 cells stand out (n = 56).")
    assert page.url.endswith("&sort=crime")
    map_settled(page)
    hands.press(page.get_by_role("button", name="Cell 1", exact=True))
    expect(page.get_by_role("heading", name="Cell 1", exact=True)).to_be_focused()
    panel = page.get_by_role("region", name="Cell 1", exact=True)
    expect(panel).to_contain_text("Recorded events in the cell")
    expect(panel).to_contain_text("nothing about anybody who lives here")
    counted = panel.locator("dt", has_text="Events in it and the").locator("+ dd").inner_text()
    shots("cell")
    hands.press(panel.get_by_role("button", name="Why? Show the claims"))
    expect(page.get_by_text(f"{counted} claims of")).to_be_visible()
    expect(page.get_by_role("heading", name="The claims behind Cell 1")).to_be_in_viewport()
    shots("why")
    hands.press(panel.get_by_role("button", name="Close Cell 1"))
    expect(page.get_by_role("button", name="Cell 1", exact=True)).to_be_focused()
    expect(page.get_by_text("Press on a cell")).to_be_visible()


@WAYS
def test_a_month_in_which_nothing_stands_out_says_so_and_shows_locations_of_concern(
    page: Page, world: World, way: Callable[[Page], Hands], shots: Callable[[str], None]
) -> None:
    hands = way(page)
    _open(hands, world)
    _pick(hands, page.get_by_label("Month", exact=True), _HOT)
    hands.press(page.get_by_role("button", name="Previous month"))
    expect(page.locator(".kith-sentence")).to_have_text("No cell stands out (n = 87).")
    expect(page.get_by_text("87 events in 4,821 cells of 300 metres were tested (q = 0.05)")).to_be_visible()
    expect(page.get_by_text("The locations of concern are shown instead.")).to_be_visible()
    assert "window_from=2026-09-01" in page.url
    expect(page.get_by_label("Month", exact=True)).to_have_value(QUIET)
    map_settled(page)
    shots("nothing")
    first = table(page, "Locations of concern").get_by_role("button").first
    name = first.inner_text()
    hands.press(first)
    panel = page.get_by_role("region", name=name, exact=True)
    expect(panel).to_contain_text("Young people")
    expect(panel).to_contain_text("Hours")
    link = panel.get_by_role("link", name="Explore this place")
    address = link.get_attribute("href") or ""
    assert re.fullmatch(
        r"#/explore\?entity=[0-9a-z]{13}&window_from=2026-09-01&window_to=2026-09-30", address
    )
    shots("location")
    hands.press(panel.get_by_role("button", name="Why? Show the claims"))
    expect(page.get_by_role("region", name="Claims behind it")).to_be_visible()


@WAYS
def test_flows_are_a_layer_and_say_why(
    page: Page, world: World, way: Callable[[Page], Hands], shots: Callable[[str], None]
) -> None:
    hands = way(page)
    _open(hands, world)
    expect(table(page, "Flows between authorities")).to_have_count(0)
    _switch(hands, layer(page, "Flows between authorities"))
    flows = table(page, "Flows between authorities")
    expect(flows.get_by_role("button").first).to_be_visible()
    assert "layers=areas%2Chotspots%2Cflows%2Cconcern%2Cplaces" in page.url
    map_settled(page)
    shots("flows")
    hands.press(flows.get_by_role("button").first)
    expect(page.get_by_text("People who live in the first and were seen in the second")).to_be_visible()
    hands.press(page.get_by_role("button", name="Why? Show the claims"))
    expect(page.get_by_role("region", name="Claims behind it")).to_be_visible()
    shots("flow")
    _switch(hands, layer(page, "Hot cells"))
    expect(table(page, "Hot cells")).to_have_count(0)
    expect(page.get_by_text("Hot cells are not shown")).to_be_visible()


@WAYS
def test_the_method_stands_on_the_page_with_its_numbers_and_limits(
    page: Page, world: World, way: Callable[[Page], Hands], shots: Callable[[str], None]
) -> None:
    hands = way(page)
    _open(hands, world)
    card = page.get_by_role("region", name="The method, and what it does not mean")
    for words in (
        "Hot cells are of recorded events, never of people.",
        "1,951 events",
        "10 events",
        "4,821 cells of 300 by 300 metres",
        "all dates",
        "on average at most 5 in 100 of the cells shown as hot are so by chance",
        "Not who is at risk",
        "Each cell is looked at with the up to eight cells that touch it",
    ):
        expect(card).to_contain_text(words)
    card.scroll_into_view_if_needed()
    shots("method")
    hands.press(card.get_by_role("link", name="The whole method"))
    expect(heading(page, "Hotspots")).to_be_visible()


@WAYS
def test_window_and_selection_are_taken_from_the_address_and_handed_back(
    page: Page, world: World, way: Callable[[Page], Hands], shots: Callable[[str], None]
) -> None:
    hands = way(page)
    at_work(hands, world)
    # Ids are random, and so is who comes first: some of sixty were recorded somewhere.
    people = _members(page, world, 60)
    asked = "".join(f"entity={one}&" for one in people)
    period = "window_from=2026-01-01&window_to=2026-06-30"
    page.goto(f"{world.origin}/#/map?{asked}{period}")
    expect(page.get_by_text("60 entities from Explore: ")).to_be_visible()
    expect(page.get_by_label("First day")).to_have_value("2026-01-01")
    expect(page.get_by_label("Month", exact=True)).to_have_value("other")
    map_settled(page)
    shots("selection")
    back = page.get_by_role("link", name="Explore these")
    assert back.get_attribute("href") == f"#/explore?{asked}{period}"
    places = table(page, "Places of the selection").get_by_role("button")
    expect(places.first).to_be_visible()
    hands.press(places.first)
    expect(page.get_by_text("Being recorded at a place says nothing")).to_be_visible()
    hands.write(page.get_by_label("Last day"), "2026-03-03" if way is Mouse else "03032026")
    hands.press(page.get_by_role("button", name="Show this period"))
    expect(page.get_by_text("what held between 1 January 2026 and 3 March 2026")).to_be_visible()
    assert f"{asked}window_from=2026-01-01&window_to=2026-03-03" in page.url
    page.go_back()
    expect(page.get_by_label("Last day")).to_have_value("2026-06-30")


def test_a_period_with_one_day_or_upside_down_is_refused_in_words(page: Page, world: World) -> None:
    _open(Mouse(page), world)
    page.get_by_label("First day").fill("2026-05-01")
    page.get_by_role("button", name="Show this period").click()
    expect(page.get_by_role("alert")).to_contain_text("A period has a first and a last day")
    page.get_by_label("Last day").fill("2026-04-01")
    page.get_by_role("button", name="Show this period").click()
    expect(page.get_by_role("alert")).to_contain_text("The last day lies before the first")
    assert "window_from" not in page.url


def test_a_press_on_the_picture_itself_chooses_what_lies_there(
    page: Page, world: World, shots: Callable[[str], None]
) -> None:
    _open(Mouse(page), world)
    layer(page, "Locations of concern").uncheck()
    page.get_by_role("button", name="Cell 1", exact=True).click()
    page.get_by_role("button", name="Close Cell 1").click()
    page.locator(_FRAME).scroll_into_view_if_needed()
    ink = page.locator(_FRAME).evaluate(_INK)
    assert ink > 10_000, "the canvas is empty"
    frame = page.locator(_FRAME).bounding_box()
    assert frame
    page.mouse.click(frame["x"] + frame["width"] / 2, frame["y"] + frame["height"] / 2)
    chosen = page.locator("[aria-pressed=true]")
    expect(chosen).to_have_count(1)
    expect(page.get_by_role("region", name=chosen.inner_text(), exact=True)).to_be_visible()
    shots("pressed")


def test_buttons_and_keys_bring_the_ground_nearer(page: Page, world: World) -> None:
    _open(Mouse(page), world)
    scale = page.locator(".leaflet-control-scale-line")
    before = scale.inner_text()
    page.get_by_role("button", name="Nearer").click()
    page.get_by_role("button", name="Nearer").click()
    expect(scale).not_to_have_text(before)
    page.get_by_role("button", name="Show everything").click()
    expect(scale).to_have_text(before)
    page.locator(_FRAME).focus()
    for _ in range(2):
        page.keyboard.press("+")
    expect(scale).not_to_have_text(before)


def test_leaving_the_map_just_after_the_window_changed_raises_no_error(page: Page, world: World) -> None:
    _open(Mouse(page), world)
    page.set_viewport_size({"width": 900, "height": 700})
    page.get_by_role("link", name="Products").click()
    expect(heading(page, "Products")).to_be_visible()
    page.wait_for_timeout(500)


def test_an_older_answer_is_never_shown_when_months_change_quickly(page: Page, world: World) -> None:
    _open(Mouse(page), world)
    held: list[Route] = []

    def _keep(route: Route) -> None:
        held.append(route)

    page.route(f"**/api/hotspots.geojson?window_from={_HOT}*", _keep)
    page.get_by_label("Month", exact=True).select_option(_HOT)
    expect(page.get_by_text("Testing for hot cells")).to_be_visible()
    expect(page.locator(".kith-sentence")).to_have_count(0)
    page.get_by_label("Month", exact=True).select_option(QUIET)
    expect(page.locator(".kith-sentence")).to_have_text("No cell stands out (n = 87).")
    assert len(held) == 1
    assert held[0].request.failure is not None, "the older request goes on"
    map_settled(page)
    expect(page.locator(".kith-sentence")).to_have_text("No cell stands out (n = 87).")


def test_too_few_events_are_not_tested_and_the_page_says_so(
    page: Page, world: World, shots: Callable[[str], None]
) -> None:
    at_work(Mouse(page), world)
    page.goto(f"{world.origin}/#/map?window_from=2026-03-01&window_to=2026-03-02")
    expect(page.get_by_text("too few to test, so none was made")).to_be_visible()
    card = page.get_by_role("region", name="The method, and what it does not mean")
    expect(card).to_contain_text("never of people")
    map_settled(page)
    shots("too-few")


def test_an_area_is_studied_alone(page: Page, world: World) -> None:
    _open(Mouse(page), world)
    table(page, "Areas").get_by_role("button", name="Cinderwick").click()
    panel = page.get_by_role("region", name="Cinderwick", exact=True)
    expect(panel).to_contain_text("E06999012")
    panel.get_by_role("button", name="Study only this area").click()
    expect(page.locator("summary", has_text="Areas: Cinderwick")).to_be_visible()
    assert "area=E06999012" in page.url
    expect(page.get_by_text("the areas named: Cinderwick")).to_be_visible()


def test_the_operational_group_sees_hot_cells_and_locations_but_no_flows(
    page: Page, world: World, shots: Callable[[str], None]
) -> None:
    _open(Mouse(page), world, "sorrel")
    expect(page.locator(".kith-sentence")).to_contain_text("cells stand out")
    expect(layer(page, "Locations of concern")).to_be_checked()
    expect(layer(page, "Flows between authorities")).to_have_count(0)
    expect(layer(page, "Places of the selection")).to_have_count(0)
    page.get_by_role("button", name="Cell 1", exact=True).click()
    expect(page.get_by_role("link", name="Explore this place")).to_have_count(0)
    shots("sorrel")
