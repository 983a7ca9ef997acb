"""The linkage graph from a search to a path and back: by mouse, and by the keyboard alone."""

from __future__ import annotations

import re
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
KNOWN: Final = "S.A."
"""An associate of the one who is sought, with associates of their own; which link comes first is chance."""
_WORDS: Final = pages.STATIC.parent / "ui" / "src" / "chart" / "words.ts"
_DRAWN: Final = """() => {
    const cy = document.querySelector('.kith-chart__canvas')._cyreg?.cy
    if (!cy) return null
    const nodes = cy.nodes().map(one => ({ id: one.id(), at: one.position(), on: one.renderedPosition(),
        classes: one.classes(), label: one.data('label') }))
    const edges = cy.edges().map(one => ({ id: one.id(), classes: one.classes() }))
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
    """Expand some kinds of link of what is chosen; all of them where none is named."""
    side = hands.page.get_by_role("region", name="What is chosen")
    if not kinds:
        hands.press(side.get_by_role("button", name="Tick all"))
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
    hands.press(side.locator(".kith-links button", has_text=KNOWN).first)
    expect(page.get_by_role("heading", name="Why is this link here?")).to_be_visible()
    claims = page.get_by_role("list", name="Claims behind it").get_by_role("listitem")
    expect(claims.first).to_contain_text(re.compile("Said by *([A-Z]|withheld).+How sure.+Held"))
    shots("why")
    hands.press(side.locator(".kith-bar button").filter(has_not_text="E.I."))
    expect(page.get_by_role("heading", name="Expand: links by kind")).to_be_visible()
    quiet(page)
    expand(hands)
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
    _undo_all(hands)
    shots("undone")


def _undo_all(hands: Hands) -> None:
    page = hands.page
    undo = page.get_by_role("button", name=re.compile("^Undo"))
    hands.press(undo)
    hands.press(page.get_by_role("button", name=re.compile("^Redo")))
    for _ in range(12):
        if table(page, "Entities").count() <= 1:
            break
        hands.press(undo)
        quiet(page)
    expect(page.get_by_role("heading", name=re.compile("Entities: 1 person"))).to_be_visible()


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


def _three(hands: Hands, world: World) -> None:
    at_work(hands, world, at="/#/explore")
    put(hands)
    expand(hands, "Associate of", "Friend of")


def _places(page: Page) -> dict[str, tuple[float, float]]:
    return {node["id"]: (node["at"]["x"], node["at"]["y"]) for node in drawn(page)["nodes"]}


def test_what_is_dragged_stays_there_and_every_act_is_undone_by_name(page: Page, world: World) -> None:
    _three(Mouse(page), world)
    before = _places(page)
    node = drawn(page)["nodes"][-1]
    frame = page.locator(".kith-chart__canvas")
    frame.scroll_into_view_if_needed()
    box = frame.bounding_box()
    assert box
    x, y = box["x"] + node["on"]["x"], box["y"] + node["on"]["y"]
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 60, y + 40, steps=5)
    page.mouse.up()
    undo = page.get_by_role("button", name=re.compile("^Undo"))
    expect(undo).to_contain_text(f"Undo: Move {node['label']}")
    dragged = _places(page)
    assert dragged[node["id"]] != before[node["id"]]
    assert {one: at for one, at in dragged.items() if one != node["id"]} == {
        one: at for one, at in before.items() if one != node["id"]
    }
    page.mouse.click(x + 60, y + 40)
    side = page.get_by_role("region", name="What is chosen")
    expect(side.get_by_role("heading", level=2)).to_contain_text(node["label"])
    side.get_by_role("button", name="Pin", exact=True).click()
    page.get_by_role("button", name="Lay out again").click()
    expect(page.locator(".kith-outcome")).to_contain_text("1 pinned entity stays in place")
    laid = _places(page)
    assert laid[node["id"]] == dragged[node["id"]]
    assert laid != dragged
    side.get_by_role("button", name="Hide", exact=True).click()
    assert node["id"] not in _places(page)
    page.get_by_role("button", name="Show 1 hidden").click()
    assert node["id"] in _places(page)
    side.get_by_role("button", name="Remove", exact=True).click()
    assert node["id"] not in _places(page)
    for act in (
        f"Remove {node['label']}",
        "Show hidden",
        f"Hide {node['label']}",
        "Lay out again",
        f"Pin {node['label']}",
        f"Move {node['label']}",
    ):
        expect(undo).to_have_text(f"Undo: {act}")
        page.keyboard.press("Control+z")
    assert _places(page) == before
    for _ in range(6):
        page.keyboard.press("Control+y")
    expect(page.get_by_role("button", name="Redo", exact=True)).to_be_visible()
    assert node["id"] not in _places(page)


def test_the_keyboard_walks_along_links_and_moves_what_is_chosen(page: Page, world: World) -> None:
    hands = Keys(page)
    _three(hands, world)
    hands.reach(page.get_by_role("application", name="Chart"))
    status = page.locator("#chart-status")
    begun = status.inner_text()
    walked = set()
    for key in ("ArrowRight", "ArrowDown", "ArrowLeft", "ArrowUp", "ArrowRight"):
        page.keyboard.press(key)
        walked.add(status.inner_text())
    assert len(walked | {begun}) >= 3
    before = _places(page)
    page.keyboard.press("m")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("m")
    moved = [(before[one], at) for one, at in _places(page).items() if at != before[one]]
    assert [(at[0] - was[0], at[1] - was[1]) for was, at in moved] == [(50, 0)]
    page.keyboard.press("Enter")
    expect(page.locator("#chosen")).to_be_focused()
    page.keyboard.press("Control+z")
    assert _places(page) == before


def test_everything_of_the_chart_is_reached_from_its_tables(page: Page, world: World) -> None:
    hands = Keys(page)
    _three(hands, world)
    row = table(page, "Entities").last
    name = row.get_by_role("rowheader").inner_text().strip()
    hands.press(row.get_by_role("rowheader").get_by_role("button"))
    expect(page.locator("#chosen")).to_be_focused()
    expect(page.locator("#chosen")).to_contain_text(name)
    hands.press(row.get_by_role("button", name=re.compile("^Hide")))
    shown = table(page, "Links").count()
    hands.press(row.get_by_role("button", name=re.compile("^Show")))
    assert table(page, "Links").count() > shown
    hands.press(table(page, "Links").first.get_by_role("button"))
    expect(page.get_by_role("heading", name="Why is this link here?")).to_be_focused()
    kinds = page.get_by_role("region", name="Kinds of link shown")
    before = table(page, "Links").count()
    hands.choose(kinds.get_by_role("checkbox").first)
    assert table(page, "Links").count() < before
    assert len(drawn(page)["edges"]) == table(page, "Links").count()


@BOTH
def test_a_view_is_saved_and_opened_again_as_it_stood(
    page: Page, world: World, way: Callable[[Page], Hands], shots: Callable[[str], None]
) -> None:
    hands = way(page)
    _three(hands, world)
    side = page.get_by_role("region", name="What is chosen")
    hands.press(side.get_by_role("button", name="Pin", exact=True))
    hands.press(side.get_by_role("button", name="Move right"))
    before = drawn(page)
    title = f"panel of 3 June, {way.__name__}"
    views = page.get_by_role("region", name="Your views")
    hands.write(views.get_by_label("Title of the view"), title)
    hands.press(views.get_by_role("button", name="Save the view"))
    expect(views.get_by_role("rowheader", name=f"{title} (open)")).to_be_visible()
    shots("saved")
    hands.press(page.get_by_role("button", name="Clear the chart"))
    expect(page.get_by_text("Nothing stands on the chart yet")).to_be_visible()
    page.goto(f"{world.origin}/#/explore")
    page.reload()
    hands.press(views.get_by_role("button", name=f"Open {title}"))
    expect(page.locator(".kith-outcome")).to_contain_text(f"The view {title} is open")
    expect(page.locator("#chart")).to_be_focused()
    shots("opened")
    opened = _places(page)
    assert set(opened) == {node["id"] for node in before["nodes"]}
    for node in before["nodes"]:
        assert opened[node["id"]] == pytest.approx((node["at"]["x"], node["at"]["y"]), abs=0.051)
    pinned = [node["id"] for node in drawn(page)["nodes"] if "pinned" in node["classes"]]
    assert pinned == [node["id"] for node in before["nodes"] if "pinned" in node["classes"]]
    hands.write(views.get_by_label("Title of the view"), f"{title}, again")
    hands.press(views.get_by_role("button", name=f"Rename {title}"))
    expect(views.get_by_role("rowheader", name=f"{title}, again")).to_be_visible()
    hands.press(views.get_by_role("button", name=f"Delete {title}"))
    hands.press(page.get_by_role("dialog").get_by_role("button", name="Delete"))
    expect(views.get_by_role("button", name=f"Delete {title}")).to_have_count(0)


def test_what_a_view_held_and_is_found_no_longer_is_counted(page: Page, world: World) -> None:
    _three(Mouse(page), world)
    views = page.get_by_role("region", name="Your views")
    headers = {"X-Kithmap-CSRF": page.request.get(f"{world.origin}/api/me").json()["csrf"]}
    ids = [*_places(page), "0000000000abc"]
    view = {
        "question": {
            "window_from": None,
            "window_to": None,
            "as_of": None,
            "known_on": None,
            "doubtful": False,
        },
        "entities": [{"id": one, "x": n * 100.0, "y": 0.0, "pinned": False} for n, one in enumerate(ids)],
        "hidden": [],
        "kinds_hidden": [],
    }
    asked = {"title": "with one too many", "view": view}
    made = page.request.post(f"{world.origin}/api/views", data=asked, headers=headers)
    assert made.status == 201, made.text()
    page.reload()
    views.get_by_role("button", name="Open with one too many").click()
    expect(
        page.get_by_text(f"1 of {len(ids)} are no longer on record or not shown to you").first
    ).to_be_visible()


@BOTH
def test_a_work_copy_of_the_chart_is_registered_and_saved(
    page: Page, world: World, way: Callable[[Page], Hands], tmp_path: Path
) -> None:
    hands = way(page)
    _three(hands, world)
    copy = page.get_by_role("region", name="Take a work copy away")
    hands.write(copy.get_by_label("What the copy is for"), " ")
    hands.press(copy.get_by_role("button", name="Write the work copy"))
    expect(copy.get_by_role("alert")).to_contain_text("Say what the copy is for")
    hands.write(copy.get_by_label("What the copy is for"), "chart for the panel")
    with page.expect_download() as download:
        hands.press(copy.get_by_role("button", name="Write the work copy"))
    saved = tmp_path / download.value.suggested_filename
    download.value.save_as(saved)
    assert saved.suffix == ".graphml"
    assert saved.read_text("utf-8").count("<node ") == len(_places(page))


def test_whoever_may_not_export_is_offered_no_copy(page: Page, world: World) -> None:
    hands = Mouse(page)
    at_work(hands, world, "elder", at="/#/explore")
    put(hands)
    expect(page.get_by_role("region", name="Your views")).to_be_visible()
    expect(page.get_by_role("region", name="Take a work copy away")).to_have_count(0)


def test_an_address_opens_the_chart_it_names_in_its_period(page: Page, world: World) -> None:
    _three(Mouse(page), world)
    before = set(_places(page))
    address = page.url
    assert all(f"entity={one}" in address for one in before)
    page.get_by_role("link", name="Products").click()
    page.get_by_role("navigation").get_by_role("link", name="Explore").click()
    quiet(page)
    assert set(_places(page)) == before
    expect(page.get_by_role("button", name=re.compile("^Undo: Expand"))).to_be_visible()
    page.goto("about:blank")
    page.goto(f"{address}&window_from=2026-05-05&window_to=2026-06-06")
    expect(page.get_by_text(re.compile("^Links that held on some day from 5 May 2026"))).to_be_visible()
    quiet(page)
    assert set(_places(page)) == before
    assert any("quiet" in node["classes"] for node in drawn(page)["nodes"])


def test_the_page_stays_while_its_address_follows_the_chart(page: Page, world: World) -> None:
    at_work(Mouse(page), world, at="/#/explore")
    page.locator("#chart").evaluate("one => one.dataset.same = 'yes'")
    put(Mouse(page))
    expand(Mouse(page))
    assert page.url.count("entity=") > 1
    expect(page.locator("#chart[data-same=yes]")).to_be_visible()


def test_no_path_is_said_as_the_answer_says_it(page: Page, world: World) -> None:
    hands = Mouse(page)
    at_work(hands, world, at="/#/explore")
    put(hands)
    put(hands, "Wren Wainscarth")
    ends = page.get_by_role("region", name="Paths between two")
    ends.get_by_label("From", exact=True).select_option(index=1)
    ends.get_by_label("To", exact=True).select_option(index=2)
    ends.get_by_label("Links at most").select_option("2")
    ends.get_by_role("button", name="Find paths").click()
    expect(ends.get_by_text("No path of at most 2 links in what you may see.")).to_be_visible()
    expect(ends.get_by_text("It does not mean that there is none")).to_be_visible()


def test_the_pages_have_a_word_for_every_kind_of_the_dictionary() -> None:
    text = _WORDS.read_text("utf-8")
    block = re.search(r"LINK_KINDS = \[(.*?)\]", text, re.S)
    assert block and re.findall(r"'([A-Z_]+)'", block[1]) == list(LINKS)
    for kind in ENTITIES:
        assert re.search(rf"^  {kind}: ", text, re.M), kind
