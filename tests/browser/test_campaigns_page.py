"""The page of campaigns in a real browser: sort, search, tick and compare, look into one, build a link."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def campaigns_page(alice_page: Page, live_server: Any, project: Any, visit: Callable[..., None]) -> Page:
    for number in range(1, 4):
        visit(number, utm_campaign="spring", utm_source="newsletter", utm_medium="email")
    visit(4, utm_campaign="autumn", utm_source="google", utm_medium="cpc", value=20.0, currency="EUR")
    visit(5)
    alice_page.goto(f"{live_server.url}/projects/{project.pk}/campaigns")
    return alice_page


def table(page: Page) -> Locator:
    return page.get_by_role("region", name="Campaigns").get_by_role("table")


def names(page: Page) -> list[str]:
    expect(table(page)).to_be_visible()
    return [each.get_attribute("title") or "" for each in table(page).locator("tbody th button").all()]


def test_the_table_is_sorted_and_searched_and_the_address_says_so(campaigns_page: Page) -> None:
    expect(table(campaigns_page).get_by_role("row", name=re.compile("spring"))).to_contain_text("3")
    assert names(campaigns_page) == ["spring", "autumn"]
    campaigns_page.get_by_role("button", name="Revenue").click()
    expect(campaigns_page).to_have_url(re.compile("sort=-revenue"))
    expect(table(campaigns_page).get_by_role("row").nth(1)).to_contain_text("autumn")
    campaigns_page.get_by_label("Search this list").fill("SPR")
    expect(table(campaigns_page).get_by_role("row")).to_have_count(2)
    expect(campaigns_page).to_have_url(re.compile("search=SPR"))
    expect(campaigns_page.get_by_label("Search this list")).to_be_focused()
    campaigns_page.keyboard.press("Enter")
    campaigns_page.reload()
    expect(table(campaigns_page).get_by_role("row")).to_have_count(2)
    expect(campaigns_page.get_by_label("Search this list")).to_have_value("SPR")


def test_another_parameter_stays_when_a_filter_is_set(campaigns_page: Page) -> None:
    campaigns_page.get_by_role("button", name="Source", exact=True).click()
    campaigns_page.get_by_role("link", name="Filter by newsletter").click()
    expect(campaigns_page).to_have_url(re.compile("by=source.*utm_source%3Ais%3Anewsletter|utm_source.*by=source"))
    expect(table(campaigns_page).get_by_role("row")).to_have_count(2)
    campaigns_page.get_by_role("link", name="Remove the filter newsletter").click()
    expect(table(campaigns_page).get_by_role("row")).to_have_count(3)


def test_two_are_ticked_and_stand_side_by_side(campaigns_page: Page) -> None:
    compare = campaigns_page.get_by_role("button", name="Compare")
    expect(compare).to_be_disabled()
    campaigns_page.get_by_role("checkbox", name="Compare spring").check()
    campaigns_page.get_by_role("button", name="Visits", exact=True).click()
    expect(campaigns_page).to_have_url(re.compile("sort=-visits"))
    expect(campaigns_page.get_by_role("checkbox", name="Compare spring")).to_be_checked()
    campaigns_page.get_by_role("checkbox", name="Compare autumn").check()
    compare.click()
    dialog = campaigns_page.get_by_role("dialog", name="Side by side")
    expect(dialog.get_by_role("row", name=re.compile("^Visitors"))).to_contain_text("3")
    expect(dialog.get_by_role("row", name=re.compile("No difference")).first).to_be_visible()
    campaigns_page.keyboard.press("Escape")
    expect(dialog).not_to_be_visible()


def test_a_campaign_is_opened_with_the_keyboard(campaigns_page: Page) -> None:
    table(campaigns_page).get_by_role("button", name="spring").focus()
    campaigns_page.keyboard.press("Enter")
    dialog = campaigns_page.get_by_role("dialog", name="spring")
    expect(dialog).to_contain_text("newsletter")
    dialog.get_by_role("link", name="Show it on the overview").click()
    expect(campaigns_page).to_have_url(re.compile("utm_campaign%3Ais%3Aspring"))


def test_a_link_is_built_warned_of_and_corrected(campaigns_page: Page) -> None:
    campaigns_page.get_by_role("button", name="Build a link").click()
    dialog = campaigns_page.get_by_role("dialog", name="Build a link")
    address = dialog.get_by_label("Address of the page")
    expect(address).to_be_focused()
    address.fill("example.com/pricing?plan=pro#top")
    dialog.get_by_label("Source: who sends them").fill("Newsletter")
    dialog.get_by_label("Medium: how").fill("email")
    dialog.get_by_label("Campaign: why").fill("spring")
    expect(dialog).to_contain_text("in the channel Email")
    dialog.get_by_role("button", name="Use “newsletter”").click()
    expect(dialog.locator("code")).to_have_text(
        "https://example.com/pricing?plan=pro&utm_source=newsletter&utm_medium=email&utm_campaign=spring#top"
    )
    expect(dialog.get_by_role("listitem")).to_have_count(0)
    address.fill("not an address")
    expect(dialog).to_contain_text("Enter an address such as")
    expect(dialog.get_by_role("button", name="Copy link")).not_to_be_visible()


def test_without_tagged_links_the_page_says_how_to_make_one(
    alice_page: Page, live_server: Any, project: Any, visit: Callable[..., None]
) -> None:
    visit(1)
    alice_page.goto(f"{live_server.url}/projects/{project.pk}/campaigns")
    expect(alice_page.get_by_role("heading", name="No visit came by a link with utm_campaign")).to_be_visible()
    alice_page.get_by_role("button", name="Build a link").last.click()
    expect(alice_page.get_by_role("dialog", name="Build a link")).to_be_visible()


def test_a_phone_scrolls_the_table_and_not_the_page(campaigns_page: Page) -> None:
    campaigns_page.set_viewport_size({"width": 390, "height": 800})
    expect(table(campaigns_page)).to_be_visible()
    assert campaigns_page.evaluate("document.documentElement.scrollWidth") == 390
