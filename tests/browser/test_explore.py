"""The linkage graph from a search to a path and back: by mouse, and by the keyboard alone."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pytest
from playwright.sync_api import Locator, Page, expect

from app.routes import pages
from graph.model.kinds import ENTITIES, LINKS
from tests.browser.hands import Hands, Keys, Mouse, at_work, heading
from tests.browser.worlds import World

BOTH = pytest.mark.parametrize("way", [Mouse, Keys], ids=["mouse", "keys"])
SOUGHT: Final = "Elm Imberlow"
_WORDS: Final = pages.STATIC.parent / "ui" / "src" / "chart" / "words.ts"
_DRAWN: Final = """() => {
    const cy = document.querySelector('.kith-chart__canvas')._cyreg?.cy
    if (!cy) return null
    const nodes = cy.nodes().map(one => ({ id: one.id(), at: one.position(), on: one.renderedPosition(),
        classes: one.classes(), label: one.data('label') }))
    const edges = cy.edges().map(one => ({ id: one.id(), classes: one.classes(), on: one.renderedMidpoint() }))
    return { nodes, edges }
}"""


def drawn(page: Page) -> dict[str, Any]:
    """Return what the picture shows, as the library that draws it holds it."""
    found: dict[str, Any] = page.evaluate(_DRAWN)
    return found


def quiet(page: Page) -> None:
    """Wait until nothing is asked for any more."""
    expect(page.locator("[aria-busy=true]")).to_have_count(0)
    expect(page.locator("progress")).to_have_count(0)


def pick(hands: Hands, target: Locator, label: str) -> None:
    """Choose from a list."""
    if isinstance(hands, Mouse):
        target.select_option(label=label)
        return
    assert isinstance(hands, Keys)
    hands.reach(target)
    labels = target.locator("option").all_text_contents()
    at = target.evaluate("one => one.selectedIndex")
    for _ in range(abs(labels.index(label) - at)):
        hands.page.keyboard.press("ArrowDown" if labels.index(label) > at else "ArrowUp")


def put(hands: Hands, text: str = SOUGHT) -> None:
    """Search, and put the first of what is found on the chart."""
    page = hands.page
    hands.write(page.get_by_label("Find a person, place, group or thing"), text)
    hands.press(page.get_by_role("button", name="Find", exact=True))
    found = page.get_by_role("region", name="What was found")
    hands.press(found.get_by_role("button", name=re.compile("^Add ")).first)
    expect(page.get_by_role("heading", name="Expand: links by kind")).to_be_visible()
    quiet(page)


def expand(hands: Hands, *kinds: str) -> None:
    """Expand some kinds of link of what is chosen."""
    side = hands.page.get_by_role("region", name="What is chosen")
    for kind in kinds:
        hands.choose(side.get_by_label(re.compile(f"^{kind}: ")))
    hands.press(side.get_by_role("button", name=re.compile("^Expand [0-9]+ kind")))
    quiet(hands.page)


def table(page: Page, name: str) -> Locator:
    """Return the rows of a table beside the chart, without its head."""
    return page.get_by_role("region", name=f"{name} on the chart").locator("tbody tr")


@BOTH
def test_somebody_is_found_expanded_explained_narrowed_and_joined_to_another(
    page: Page, world: World, way: Callable[[Page], Hands], shots: Callable[[str], None]
) -> None:
    hands = way(page)
    at_work(hands, world, at="/")
    expect(heading(page, "Explore")).to_be_visible()
    expect(page.get_by_text("Nothing stands on the chart yet")).to_be_visible()
    shots("empty")
    put(hands)
    shots("found")
    expand(hands, "Associate of", "Friend of", "Found with")
    first = table(page, "Entities").count()
    assert first > 3
    shots("expanded")
    side = page.get_by_role("region", name="What is chosen")
    hands.press(side.locator(".kith-links button").first)
    expect(page.get_by_role("heading", name="Why is this link here?")).to_be_visible()
    claims = page.get_by_role("list", name="Claims behind it").get_by_role("listitem")
    expect(claims.first).to_contain_text(re.compile("Said by *[A-Z].+How sure.+Held"))
    shots("why")
    hands.press(side.locator(".kith-bar button").filter(has_not_text="E.I."))
    expect(page.get_by_role("heading", name="Expand: links by kind")).to_be_visible()
    quiet(page)
    expand(hands, "Associate of", "Involved in")
    expect(page.locator(".kith-outcome")).to_contain_text("Added: ")
    second = table(page, "Entities").count()
    assert second > first
    shots("expanded twice")
    _narrow(hands)
    shots("narrowed")
    assert any("quiet" in node["classes"] for node in drawn(page)["nodes"])
    assert table(page, "Entities").count() == second
    _join(hands)
    shots("path")
    assert sum("way" in edge["classes"] for edge in drawn(page)["edges"]) >= 1
    undo = page.get_by_role("button", name=re.compile("^Undo"))
    hands.press(undo)
    hands.press(page.get_by_role("button", name=re.compile("^Redo")))
    for _ in range(12):
        if table(page, "Entities").count() <= 1:
            break
        hands.press(undo)
    expect(page.get_by_role("heading", name=re.compile("Entities: 1 person"))).to_be_visible()
    shots("undone")


def _narrow(hands: Hands) -> None:
    page = hands.page
    if isinstance(hands, Mouse):
        box = page.locator(".kith-histogram").bounding_box()
        assert box
        page.locator(".kith-histogram").scroll_into_view_if_needed()
        box = page.locator(".kith-histogram").bounding_box()
        assert box
        page.mouse.move(box["x"] + box["width"] * 0.75, box["y"] + 40)
        page.mouse.down()
        page.mouse.move(box["x"] + box["width"] * 0.8, box["y"] + 40, steps=4)
        page.mouse.up()
    else:
        # The same in the order of either side of the Atlantic.
        for label, day in (("From", "05052026"), ("Until", "06062026")):
            field = page.get_by_role("region", name="When").get_by_label(label)
            assert isinstance(hands, Keys)
            hands.reach(field)
            page.keyboard.type(day)
        hands.press(page.get_by_role("button", name="Narrow to this period"))
    expect(page.get_by_text(re.compile("^Links that held on some day from"))).to_be_visible()
    quiet(page)
    assert "window_from=" in page.url and "window_to=" in page.url


def _join(hands: Hands) -> None:
    page = hands.page
    hands.press(page.get_by_role("button", name="Every date"))
    quiet(page)
    ends = page.get_by_role("region", name="Paths between two")
    names = ends.get_by_label("To", exact=True).locator("option").all_text_contents()
    pick(hands, ends.get_by_label("From", exact=True), names[1])
    pick(hands, ends.get_by_label("To", exact=True), names[-1])
    hands.press(ends.get_by_role("button", name="Find paths"))
    expect(ends.locator(".kith-sentence")).to_be_visible()
    quiet(page)
    expect(ends.get_by_text("Weakest source").first).to_be_visible()


def test_the_pages_have_a_word_for_every_kind_of_the_dictionary() -> None:
    text = _WORDS.read_text("utf-8")
    block = re.search(r"LINK_KINDS = \[(.*?)\]", text, re.S)
    assert block and re.findall(r"'([A-Z_]+)'", block[1]) == list(LINKS)
    for kind in ENTITIES:
        assert re.search(rf"^  {kind}: ", text, re.M), kind
    assert tomllib and Path
