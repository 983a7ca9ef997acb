"""Cross-border, imports and the methods, by mouse and by the keyboard alone."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.app.desk import incident
from tests.browser.hands import Hands, Keys, Mouse, at_work, heading
from tests.browser.worlds import World
from tests.ingest.builders import POLICE_HEADER, write_csv

BOTH = pytest.mark.parametrize("way", [Mouse, Keys], ids=["mouse", "keys"])


@BOTH
def test_a_pair_of_areas_is_opened_and_its_claims_are_read(
    page: Page, world: World, way: Callable[[Page], Hands], shots: Callable[[str], None]
) -> None:
    hands = way(page)
    at_work(hands, world)
    hands.press(page.get_by_role("link", name="Cross-border"))
    pairs = page.get_by_role("region", name="Pairs of areas")
    expect(pairs).to_be_visible()
    expect(page.get_by_role("region", name="Lives in, seen in")).to_be_visible()
    shots("pairs")
    hands.press(pairs.get_by_role("link").first)
    expect(heading(page, "What two areas share")).to_be_focused()
    things = page.get_by_role("region", name="Things of both areas").get_by_role("row")
    expect(things.nth(1)).to_be_visible()
    expect(things.first).to_contain_text(re.compile("People of .+People of "))
    expect(things.nth(1).get_by_role("cell").nth(1)).to_have_text(re.compile("^[1-9][0-9]*$"))
    people = page.get_by_role("region", name="People of both areas").get_by_role("row")
    expect(people).to_have_count(21)
    hands.press(page.get_by_role("button", name=re.compile("more people$")))
    expect(people.nth(21)).to_be_visible()
    hands.press(page.get_by_role("button", name="Which claims join the two areas?"))
    claims = page.get_by_role("region", name="Claims behind it").get_by_role("row")
    expect(claims).to_have_count(51)
    hands.press(page.get_by_role("button", name="Show 50 more"))
    expect(claims).to_have_count(101)
    shots("pair")


def _police_month(folder: Path, number: int) -> Path:
    path = folder / f"2026-10-police-{number}.csv"
    rows = [incident(f"i{number}-{n}", -2.65, 53.15, month="2026-10") for n in range(20)]
    rows[3]["Month"] = "October"
    rows[7]["Longitude"] = "east"
    write_csv(path, [*rows, rows[0]], header=POLICE_HEADER.split(","))
    return path


@BOTH
def test_a_month_of_police_uk_is_previewed_row_by_row_and_loaded(
    page: Page, world: World, way: Callable[[Page], Hands], tmp_path: Path, shots: Callable[[str], None]
) -> None:
    hands = way(page)
    at_work(hands, world)
    hands.press(page.get_by_role("link", name="Import", exact=True))
    path = _police_month(tmp_path, 1 if way is Mouse else 2)
    # The system's own dialog cannot be driven: the field is reached, and then given its file.
    if isinstance(hands, Keys):
        hands.reach(page.get_by_label("Files", exact=True))
    page.get_by_label("Files", exact=True).set_input_files(path)
    expect(page.get_by_text(f"{path.name}, ")).to_be_visible()
    if isinstance(hands, Keys):
        hands.reach(page.get_by_label("What the files are"))
        page.keyboard.type("Police uk")
    else:
        page.get_by_label("What the files are").select_option("police_uk")
    hands.press(page.get_by_role("button", name="Check the files"))
    expect(heading(page, "Import draft")).to_be_visible()
    expect(page.locator(".kith-sentence", has_text="Checked: nothing is loaded yet")).to_be_visible()
    expect(page.get_by_text("21 rows read")).to_be_visible()
    expect(page.get_by_role("heading", name="Rejected, by rule")).to_be_visible()
    hands.press(page.locator("summary").first)
    expect(page.get_by_text(re.compile(rf"{re.escape(path.name)}, row 5, column Month"))).to_be_visible()
    shots("preview")
    before = page.request.get(f"{world.origin}/api/clusters").json()["data_version"]
    hands.press(page.get_by_role("button", name=re.compile(r"Load \d+ rows")))
    expect(page.get_by_role("heading", name="What was done")).to_be_visible()
    assert page.request.get(f"{world.origin}/api/clusters").json()["data_version"] != before
    shots("loaded")


def test_a_draft_is_discarded_and_is_gone(page: Page, world: World, tmp_path: Path) -> None:
    at_work(Mouse(page), world)
    page.get_by_role("link", name="Import", exact=True).click()
    page.get_by_label("Files", exact=True).set_input_files(_police_month(tmp_path, 3))
    page.get_by_label("What the files are").select_option("police_uk")
    page.get_by_role("button", name="Check the files").click()
    expect(heading(page, "Import draft")).to_be_visible()
    address = page.url
    page.get_by_role("button", name="Discard").click()
    page.wait_for_url("**/#/imports")
    page.goto(address)
    expect(page.get_by_text("There is no such draft of yours")).to_be_visible()


def test_a_file_that_cannot_be_read_is_refused_by_its_name(page: Page, world: World, tmp_path: Path) -> None:
    at_work(Mouse(page), world)
    page.get_by_role("link", name="Import", exact=True).click()
    page.get_by_role("button", name="Check the files").click()
    expect(page.get_by_role("alert")).to_contain_text("Choose one file or more")
    bad = tmp_path / "not-police.csv"
    bad.write_text("a,b\n1,2\n", encoding="utf-8")
    page.get_by_label("Files", exact=True).set_input_files(bad)
    page.get_by_label("What the files are").select_option("police_uk")
    page.get_by_role("button", name="Check the files").click()
    expect(page.get_by_role("alert")).to_contain_text("not-police.csv")
    expect(page.get_by_role("alert")).not_to_contain_text("/")
    # The draft is discarded after the fault is told; only then may another be begun.
    expect(page.get_by_role("button", name="Check the files")).to_be_enabled()
    drafts = page.request.get(f"{world.origin}/api/imports").json()["rows"]
    assert not any(draft["state"] == "open" for draft in drafts)


def test_every_method_is_shown_as_a_page_with_its_tables_and_formulas(page: Page, world: World) -> None:
    at_work(Mouse(page), world)
    page.get_by_role("link", name="About the method").click()
    links = page.get_by_role("region", name=re.compile("^Methods")).get_by_role("link")
    expect(links.first).to_be_visible()
    titles = links.all_inner_texts()
    assert len(titles) >= 3
    for title in titles:
        page.get_by_role("link", name=title, exact=True).click()
        text = page.locator(".kith-text")
        expect(text.get_by_role("heading", name="What it does not mean")).to_be_visible()
        assert not re.search(r"\*\*|^#|\|\s*---", text.inner_text(), re.MULTILINE)
        page.get_by_role("link", name="About the method").first.click()


def test_the_words_of_the_pages_are_those_of_the_glossary() -> None:
    root = Path(__file__).resolve().parents[2]
    shown = json.loads((root / "app/web/ui/src/words/glossary.json").read_text("utf-8"))
    rows = (root / "docs/glossary.md").read_text("utf-8").replace("*", "").replace("`", "").splitlines()
    assert len(shown) >= 15
    for entry in shown:
        assert any(row.startswith(f"| {entry['word']} | {entry['means']} |") for row in rows), entry["word"]
