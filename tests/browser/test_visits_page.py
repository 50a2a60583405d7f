"""Visits in a real browser: from the visitors to their visits, to one of them, and on to its visitor."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PHONE = {"width": 390, "height": 844}


@pytest.fixture
def visits_page(alice_page: Page, live_server: Any, project: Any, happened: Callable[..., None]) -> Page:
    happened(3, path="/", visitor=1, source="Google", country="DE", title="Home")
    happened(2, path="/", visitor=1, event_type="engagement", engaged_ms=42_000, scroll_depth=80)
    happened(1, path="/pricing", visitor=1, event_name="signup", custom_data={"plan": "pro"})
    happened(20, path="/about", visitor=2, user_id="customer-7")
    alice_page.goto(f"{live_server.url}/projects/{project.pk}/visitors")
    return alice_page


def test_a_visit_is_reached_from_the_visitors_and_leads_to_its_visitor(visits_page: Page) -> None:
    visits_page.get_by_role("navigation", name="Visitors and visits").get_by_role("link", name="Visits").click()
    expect(visits_page).to_have_url(re.compile("/visits"))
    navigation = visits_page.get_by_role("navigation", name="Pages of this project")
    expect(navigation.get_by_role("link", name="Visitors")).to_have_attribute("aria-current", "page")
    row = visits_page.get_by_role("row").filter(has_text="Google")
    expect(row).to_contain_text("/pricing")
    row.get_by_role("link").focus()
    visits_page.keyboard.press("Enter")
    expect(visits_page).to_have_url(re.compile("/visits/0000000000000001"))
    step = visits_page.get_by_role("listitem").filter(has_text="Pageview: /")
    expect(step).to_contain_text("42s")
    visits_page.get_by_role("button", name="signup").click()
    dialog = visits_page.get_by_role("dialog")
    expect(dialog).to_contain_text("/pricing")
    dialog.get_by_role("button", name="Close").click()
    visits_page.get_by_role("link", name="All visits of visitor").click()
    expect(visits_page).to_have_url(re.compile("/visitors/0000000000000001"))


def test_a_filter_narrows_the_list_and_the_way_back_keeps_it(visits_page: Page) -> None:
    visits_page.goto(visits_page.url.replace("/visitors", "/visits?f=source:is:Google"))
    expect(visits_page.get_by_text("1 in this list")).to_be_visible()
    visits_page.get_by_role("row").nth(1).get_by_role("link").click()
    visits_page.get_by_role("navigation", name="Breadcrumb").get_by_role("link", name="Visits").click()
    expect(visits_page).to_have_url(re.compile("source%3Ais%3AGoogle"))


def test_a_journeys_visit_leads_to_the_visit(visits_page: Page) -> None:
    visits_page.goto(f"{visits_page.url}/0000000000000001")
    visits_page.get_by_role("heading", level=3).get_by_role("link").click()
    expect(visits_page.get_by_role("heading", name="What happened")).to_be_visible()


def test_nothing_scrolls_sideways_on_a_phone(visits_page: Page, happened: Callable[..., None]) -> None:
    happened(0, path="/" + "a-very-long-path/" * 12, visitor=3, source="s" * 80, user_id="u" * 120, title="t" * 200)
    visits_page.set_viewport_size(PHONE)
    visits_page.goto(visits_page.url.replace("/visitors", "/visits"))
    expect(visits_page.get_by_text("a-very-long-path").first).to_be_visible()
    assert has_no_sideways_scroll(visits_page)
    visits_page.get_by_role("row").filter(has_text="s" * 80).get_by_role("link").click()
    expect(visits_page.get_by_text("u" * 120)).to_be_visible()
    assert has_no_sideways_scroll(visits_page)


def has_no_sideways_scroll(page: Page) -> bool:
    return page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
