"""The pages of visitors in a real browser: the list, a journey, and forgetting somebody."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PHONE = {"width": 390, "height": 844}


@pytest.fixture
def visitors_page(alice_page: Page, live_server: Any, project: Any, happened: Callable[..., None]) -> Page:
    happened(3, path="/", visitor=1, source="Google", country="DE", title="Home")
    happened(2, path="/", visitor=1, event_type="engagement", engaged_ms=42_000, scroll_depth=80)
    happened(1, path="/pricing", visitor=1, event_name="signup", custom_data={"plan": "pro"})
    happened(20, path="/about", visitor=2, user_id="customer-7")
    alice_page.goto(f"{live_server.url}/projects/{project.pk}/visitors")
    return alice_page


def test_a_visitor_leads_to_what_they_did(visitors_page: Page) -> None:
    rows = visitors_page.get_by_role("table").get_by_role("row")
    expect(rows).to_have_count(3)
    expect(rows.nth(1)).to_contain_text("now")
    expect(rows.nth(2)).to_contain_text("customer-7")
    rows.nth(1).get_by_role("link").focus()
    visitors_page.keyboard.press("Enter")
    expect(visitors_page).to_have_url(re.compile("/visitors/0000000000000001"))
    visit = visitors_page.get_by_role("region").filter(has_text="from Google to /")
    expect(visit.get_by_role("listitem").filter(has_text="Pageview: /")).to_contain_text("42s")
    expect(visit).to_contain_text("plan pro")
    visit.get_by_role("button", name="signup").click()
    expect(visitors_page.get_by_role("dialog")).to_contain_text("/pricing")


def test_period_and_filters_stay_on_the_journey(visitors_page: Page) -> None:
    visitors_page.get_by_role("table").get_by_role("link").first.click()
    visitors_page.get_by_label("Period: Last 30 days").click()
    visitors_page.get_by_role("link", name="Yesterday").first.click()
    expect(visitors_page).to_have_url(re.compile(r"/visitors/0000000000000001\?period=yesterday"))
    expect(visitors_page.get_by_text("This visitor was not here in this period")).to_be_visible()
    visitors_page.get_by_role("link", name="Look at all time").click()
    expect(visitors_page.get_by_text("from Google to /")).to_be_visible()


def test_forgetting_a_visitor_asks_first(visitors_page: Page) -> None:
    visitors_page.get_by_role("table").get_by_role("link").first.click()
    visitors_page.get_by_role("button", name="Forget this visitor").click()
    dialog = visitors_page.get_by_role("dialog", name="Forget this visitor?")
    expect(dialog).to_be_visible()
    dialog.get_by_role("button", name="Cancel").click()
    expect(dialog).not_to_be_visible()
    visitors_page.get_by_role("button", name="Forget this visitor").click()
    dialog.get_by_role("button", name="Forget").click()
    expect(visitors_page).to_have_url(re.compile("/visitors$"))
    expect(visitors_page.get_by_text("The visitor is being forgotten")).to_be_visible()


def test_nothing_scrolls_sideways_on_a_phone(visitors_page: Page, happened: Callable[..., None]) -> None:
    happened(0, path="/" + "a-very-long-path/" * 12, visitor=3, source="s" * 80, user_id="u" * 120, title="t" * 200)
    happened(1, path="/", visitor=3, event_name="e" * 100, custom_data={"k" * 90: "v" * 200})
    visitors_page.set_viewport_size(PHONE)
    visitors_page.reload()
    expect(visitors_page.get_by_text("u" * 120)).to_be_visible()
    assert has_no_sideways_scroll(visitors_page)
    visitors_page.get_by_role("table").get_by_role("link").first.click()
    expect(visitors_page.get_by_text("e" * 100)).to_be_visible()
    assert has_no_sideways_scroll(visitors_page)


def has_no_sideways_scroll(page: Page) -> bool:
    return page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
