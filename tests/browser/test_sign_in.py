"""Signing in: refused in words, locked out in words, and a temporary password changed first."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.app.front_door import OTHER, PASSWORD, WRONG
from tests.browser.hands import Hands, Keys, Mouse, at_work, heading, sign_in, state_purpose
from tests.browser.worlds import World

WAYS = pytest.mark.parametrize(("way", "newcomer"), [(Mouse, "fresh"), (Keys, "fir")], ids=["mouse", "keys"])


@WAYS
def test_a_temporary_password_opens_nothing_but_a_new_one(
    page: Page, world: World, way: Callable[[Page], Hands], newcomer: str
) -> None:
    hands = way(page)
    sign_in(hands, world, newcomer)
    expect(heading(page, "Choose a password of your own")).to_be_visible()
    expect(page.get_by_role("navigation")).to_have_count(0)
    hands.write(page.get_by_label("The password you were given"), PASSWORD)
    hands.write(page.get_by_label("New password", exact=True), "kithmap kithmap")
    hands.write(page.get_by_label("New password again"), "kithmap kithmap")
    hands.press(page.get_by_role("button", name="Change the password"))
    expect(page.get_by_role("alert")).to_contain_text("the name of this program")
    expect(page.get_by_role("alert")).to_be_focused()
    hands.write(page.get_by_label("New password", exact=True), OTHER)
    hands.write(page.get_by_label("New password again"), OTHER)
    hands.press(page.get_by_role("button", name="Change the password"))
    state_purpose(hands)
    expect(heading(page, "Explore")).to_be_visible()


def test_an_empty_form_says_what_is_missing_and_leads_there(page: Page, world: World) -> None:
    page.goto(world.origin)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_be_focused()
    page.get_by_role("link", name="Enter the name of your account").click()
    expect(page.get_by_label("Name of your account")).to_be_focused()
    assert page.url == f"{world.origin}/"


def test_too_many_failures_are_told_in_words_with_the_hour(page: Page, world: World) -> None:
    sign_in(Mouse(page), world, "nobody at all", WRONG)
    for _ in range(4):
        expect(page.get_by_role("alert")).to_contain_text("The name or the password is wrong")
        page.get_by_label("Password").fill(WRONG)
        with page.expect_response("**/api/sign-in") as told:
            page.get_by_role("button", name="Sign in").click()
    if told.value.status != 429:
        page.get_by_label("Password").fill(WRONG)
        page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_contain_text("Too many sign-ins with this name")
    expect(page.get_by_role("alert")).to_contain_text("minute")
    assert page.get_by_label("Password").input_value() == ""


def test_an_address_leads_to_its_page_once_somebody_is_signed_in(page: Page, world: World) -> None:
    page.goto(f"{world.origin}/#/methods/hotspots")
    at_work(Mouse(page), world)
    expect(heading(page, "Hotspots")).to_be_visible()
    page.reload()
    expect(heading(page, "Hotspots")).to_be_visible()
    assert page.title() == "Hotspots - Kithmap"


def test_signing_out_leaves_nothing_on_the_screen(page: Page, world: World) -> None:
    at_work(Mouse(page), world)
    expect(page.get_by_role("link", name="Cluster 1", exact=True)).to_be_visible()
    page.get_by_role("button", name="Sign out").click()
    expect(heading(page, "Sign in")).to_be_visible()
    expect(page.get_by_text("You are signed out.")).to_be_visible()
    page.go_back()
    expect(page.get_by_text("Cluster 1", exact=True)).to_have_count(0)
    assert page.request.get(f"{world.origin}/api/me").status == 401


def test_purpose_and_reference_stand_on_every_page_and_can_be_stated_anew(page: Page, world: World) -> None:
    at_work(Mouse(page), world)
    stated = page.get_by_label("What this work is for")
    for link in page.get_by_role("navigation").get_by_role("link").all():
        link.click()
        expect(stated).to_contain_text("support plan, panel of 3 June")
        # What a page quotes, such as the title of a product, may hold the words once more.
        for place in ("header", "footer"):
            expect(page.locator(f"{place} .kith-marking")).to_contain_text("OFFICIAL-SENSITIVE")
    stated.get_by_role("link", name="Change").click()
    page.get_by_label("Purpose", exact=True).fill("another plan")
    page.get_by_role("button", name="State it anew").click()
    expect(stated).to_contain_text("another plan")


@pytest.mark.parametrize(
    ("name", "pages"),
    [
        ("ash", ["Explore", "Map", "Peer groups", "Cross-border", "Products", "Import", "About the method"]),
        ("cedar", ["Products", "About the method"]),
        ("sorrel", ["Map", "About the method"]),
        ("robin", ["About the method"]),
    ],
)
def test_the_navigation_offers_what_the_role_may_open(
    page: Page, world: World, name: str, pages: list[str]
) -> None:
    at_work(Mouse(page), world, name)
    links = page.get_by_role("navigation").get_by_role("link")
    expect(links).to_have_count(len(pages))
    assert [text.strip() for text in links.all_inner_texts()] == pages
    page.goto(f"{world.origin}/#/nowhere/at/all")
    expect(heading(page, "There is no page at this address")).to_be_visible()


def test_a_page_that_the_role_does_not_open_is_refused_and_asks_nothing(page: Page, world: World) -> None:
    at_work(Mouse(page), world, "cedar")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{world.origin}/#/peer-groups")
    expect(heading(page, "Your role does not open this page")).to_be_visible()
    assert not any("/api/" in url for url in asked)


def test_the_end_of_a_session_is_told_before_and_after(page: Page, world: World) -> None:
    page.clock.install()
    at_work(Mouse(page), world)
    expect(page.get_by_role("link", name="Cluster 1", exact=True)).to_be_visible()
    page.clock.fast_forward("27:00")
    warning = page.get_by_role("dialog", name="Your session is about to end")
    expect(warning).to_be_visible()
    warning.get_by_role("button", name="Stay signed in").click()
    expect(warning).to_have_count(0)
    page.clock.fast_forward("31:00")
    expect(heading(page, "Sign in")).to_be_visible()
    expect(page.get_by_text("Your session has ended")).to_be_visible()
    expect(page.get_by_text("Cluster 1", exact=True)).to_have_count(0)


def test_a_session_that_the_service_ended_leads_back_to_the_sign_in_page(page: Page, world: World) -> None:
    at_work(Mouse(page), world)
    expect(page.get_by_role("link", name="Cluster 1", exact=True)).to_be_visible()
    page.context.clear_cookies()
    page.get_by_role("link", name="Products").click()
    expect(page.get_by_text("Your session has ended. Sign in again")).to_be_visible()
    at_work(Mouse(page), world)
    expect(heading(page, "Products")).to_be_visible()
