"""Peer groups, from a cluster to a briefing in somebody's hands: by mouse, and by the keyboard alone."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.app.front_door import PASSWORD
from tests.browser.hands import Hands, Keys, Mouse, at_work, heading
from tests.browser.worlds import World

BOTH = pytest.mark.parametrize("way", [Mouse, Keys], ids=["mouse", "keys"])


def _open_cluster(hands: Hands, number: int) -> None:
    hands.press(hands.page.get_by_role("link", name=f"Cluster {number}", exact=True))
    expect(heading(hands.page, "Peer cluster")).to_be_focused()


def _confirm(hands: Hands, name: str) -> None:
    page = hands.page
    hands.press(page.get_by_role("link", name="Confirm as a peer group"))
    expect(heading(page, "Confirm a peer group")).to_be_focused()
    hands.choose(page.get_by_label(re.compile("^Leave out")).first)
    hands.write(page.get_by_label("Name of the group"), name)
    hands.press(page.get_by_role("button", name="Confirm the peer group"))


def _read_a_tie(hands: Hands) -> None:
    """Open the claims behind a link that ties two people, and close them."""
    page = hands.page
    ties = page.get_by_role("region", name="Ties, pair by pair")
    link = ties.get_by_role("button", name=re.compile(": its claims$")).first
    pair = ties.get_by_role("row").filter(has=page.get_by_role("button")).first.get_by_role("rowheader")
    hands.press(link)
    words = page.get_by_role("heading", name=f"Why {pair.inner_text().strip()} are tied")
    expect(words).to_be_focused()
    claims = page.get_by_role("region", name="Claims of this tie").get_by_role("row")
    expect(claims.nth(1)).to_be_visible()
    hands.press(link)
    expect(words).to_have_count(0)


@BOTH
def test_a_cluster_is_read_confirmed_briefed_and_taken_away(
    page: Page, world: World, way: Callable[[Page], Hands], shots: Callable[[str], None], tmp_path: Path
) -> None:
    hands = way(page)
    at_work(hands, world)
    expect(page.locator(".kith-sentence", has_text="peer clusters, unconfirmed")).to_be_visible()
    shots("clusters")
    number = 3 if way is Mouse else 5
    _open_cluster(hands, number)
    people = page.locator(".kith-people li")
    expect(people.first).to_be_visible()
    before = people.count()
    why = page.get_by_role("button", name="Why are they shown together?")
    hands.press(why)
    claims = page.get_by_role("region", name="Claims behind it").get_by_role("row")
    expect(claims.nth(1)).to_be_visible()
    assert claims.count() > before
    shots("why")
    _read_a_tie(hands)
    shots("tie")
    name = f"north quay {number}"
    _confirm(hands, name)
    expect(heading(page, "Peer group")).to_be_focused()
    expect(page.get_by_text(name)).to_be_visible()
    expect(people).to_have_count(before - 1)
    expect(page.get_by_role("region", name="Ties, pair by pair").get_by_role("row").nth(1)).to_be_visible()
    shots("group")
    hands.press(page.get_by_role("link", name="Draft a briefing"))
    expect(heading(page, "Draft a briefing")).to_be_focused()
    hands.press(page.get_by_role("button", name="Make the draft and show it"))
    expect(page.get_by_role("heading", name="The draft is made")).to_be_focused()
    inside = page.frame_locator("iframe")
    expect(inside.get_by_role("heading", level=1)).to_have_text(f"Briefing: peer group {name}")
    expect(inside.get_by_text("DRAFT: not approved").first).to_be_visible()
    # Dressed as its readers get it, although these pages allow no style inside a document.
    assert inside.locator(".marking").first.evaluate("one => getComputedStyle(one).textAlign") == "center"
    shots("briefing")
    for form, begins in (("Word", b"PK"), ("PDF", b"%PDF-"), ("page", b"<!doctype html>")):
        with page.expect_download() as download:
            hands.press(page.get_by_role("button", name=f"Download {form}"))
        saved = tmp_path / download.value.suggested_filename
        download.value.save_as(saved)
        assert saved.read_bytes().startswith(begins), form
    assert zipfile.is_zipfile(next(tmp_path.glob("*.docx")))


def test_a_confirmed_group_stands_apart_from_the_clusters(page: Page, world: World) -> None:
    hands = Mouse(page)
    at_work(hands, world)
    _open_cluster(hands, 7)
    _confirm(hands, "apart")
    page.get_by_role("link", name="All peer groups and clusters").click()
    confirmed = page.get_by_role("region", name="Peer groups: confirmed by a practitioner")
    expect(confirmed.get_by_role("link", name="apart")).to_be_visible()
    expect(confirmed.get_by_text("Cluster", exact=False)).to_have_count(0)
    expect(page.locator(".kith-sentence", has_text="peer clusters, unconfirmed")).to_be_visible()


def test_a_group_is_changed_and_dissolved_with_a_reason(page: Page, world: World) -> None:
    hands = Mouse(page)
    at_work(hands, world)
    _open_cluster(hands, 9)
    _confirm(hands, "to be changed")
    members = page.locator(".kith-people li")
    expect(heading(page, "Peer group")).to_be_focused()
    expect(members.first).to_be_visible()
    before = members.count()
    page.get_by_role("link", name="Change", exact=True).last.click()
    page.get_by_label(re.compile("^Drop")).first.check()
    page.get_by_role("button", name="Change the peer group").click()
    expect(page.get_by_role("alert")).to_contain_text("Say why it is changed")
    page.get_by_label("Why it is changed").fill("moved away")
    page.get_by_role("button", name="Change the peer group").click()
    expect(members).to_have_count(before - 1)
    expect(page.locator(".kith-history li")).to_have_count(2)
    page.get_by_role("link", name="Dissolve").click()
    page.get_by_label("Why it is dissolved").fill("no concern left")
    page.get_by_role("button", name="Dissolve the peer group").click()
    expect(page.get_by_text("A dissolved group has no members.")).to_be_visible()
    expect(page.get_by_text("no concern left")).to_be_visible()


def test_what_the_service_refuses_is_told_in_words_beside_the_form(page: Page, world: World) -> None:
    hands = Mouse(page)
    at_work(hands, world)
    _open_cluster(hands, 1)
    page.get_by_role("link", name="Confirm as a peer group").click()
    page.get_by_label("Review by").fill("2031-01-01")
    page.get_by_role("button", name="Confirm the peer group").click()
    expect(page.get_by_role("alert")).to_contain_text("more than twelve months ahead")
    expect(page.get_by_role("alert")).to_be_focused()


def test_an_old_sign_in_is_asked_for_the_password_and_the_act_is_then_done(page: Page, world: World) -> None:
    hands = Keys(page)
    at_work(hands, world)
    world.pass_minutes(11)
    _open_cluster(hands, 11)
    _confirm(hands, "after eleven minutes")
    again = page.get_by_role("dialog", name="Give your password again")
    hands.write(again.get_by_label("Password of ash"), "not the right one at all")
    hands.press(again.get_by_role("button", name="Go on"))
    expect(again.get_by_role("alert")).to_contain_text("wrong")
    hands.write(again.get_by_label("Password of ash"), PASSWORD)
    hands.press(again.get_by_role("button", name="Go on"))
    expect(heading(page, "Peer group")).to_be_visible()
    expect(page.get_by_text("after eleven minutes")).to_be_visible()


def test_a_cluster_that_is_gone_says_so_and_leads_to_those_there_are(page: Page, world: World) -> None:
    page.goto(f"{world.origin}/#/peer-clusters/00000000-1")
    at_work(Mouse(page), world)
    expect(page.get_by_text("This peer cluster is gone")).to_be_visible()
    page.get_by_role("link", name="See the clusters as they are now").click()
    expect(page.get_by_role("link", name="Cluster 1", exact=True)).to_be_visible()


def test_what_counts_stands_in_the_address_and_in_words(page: Page, world: World) -> None:
    at_work(Mouse(page), world)
    page.get_by_text("Change what counts").click()
    page.get_by_label("Held from").fill("2026-06-01")
    page.get_by_role("button", name="Ask anew").click()
    expect(page.get_by_role("alert")).to_contain_text("A period has a first and a last day")
    page.get_by_label("Held until").fill("2026-06-30")
    page.get_by_label("Show names").check()
    page.get_by_role("button", name="Ask anew").click()
    expect(
        page.get_by_text("Only this counts: what held between 1 June 2026 and 30 June 2026")
    ).to_be_visible()
    assert "window_from=2026-06-01" in page.url
    page.reload()
    expect(page.get_by_text("Only this counts: what held between 1 June 2026")).to_be_visible()


def test_a_draft_is_approved_by_another_person_and_then_printed_without_draft(
    page: Page, world: World
) -> None:
    hands = Mouse(page)
    at_work(hands, world)
    _open_cluster(hands, 13)
    _confirm(hands, "for approval")
    page.get_by_role("link", name="Draft a briefing").click()
    subject = page.url
    page.get_by_role("button", name="Make the draft and show it").click()
    expect(page.get_by_role("heading", name="The draft is made")).to_be_visible()
    page.get_by_role("link", name="Register of products").click()
    expect(page.get_by_text("by another person than you").first).to_be_visible()
    expect(page.get_by_role("button", name="Approve")).to_have_count(0)
    page.get_by_role("button", name="Sign out").click()
    at_work(hands, world, "elder")
    page.get_by_role("link", name="Products").click()
    page.get_by_role("button", name="Approve").first.click()
    sure = page.get_by_role("dialog", name="Approve this product?")
    sure.get_by_role("button", name="Approve").click()
    expect(page.get_by_text("by elder")).to_be_visible()
    page.get_by_role("button", name="Sign out").click()
    at_work(hands, world)
    page.goto(subject)
    page.get_by_label("Print an approved briefing").select_option(index=1)
    page.get_by_role("button", name="Make the draft and show it").click()
    expect(page.get_by_role("heading", name="The approved briefing")).to_be_visible()
    expect(page.frame_locator("iframe").get_by_text("DRAFT")).to_have_count(0)
