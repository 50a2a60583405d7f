"""The page of events in a real browser: choose one, look into the log, open an event."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def events_page(alice_page: Page, live_server: Any, project: Any, happened: Callable[..., None]) -> Page:
    happened(3, path="/", visitor=1)
    happened(2, path="/pricing", visitor=1, event_name="signup", custom_data={"plan": "pro"})
    happened(1, path="/pricing", visitor=2, event_name="signup", custom_data={"plan": "free"})
    happened(0, path="/buy", visitor=2, event_name="purchase", value=20.0, currency="EUR")
    alice_page.goto(f"{live_server.url}/projects/{project.pk}/events")
    return alice_page


def log(page: Page) -> Any:
    return page.locator("#section-event-rows")


def test_an_event_is_chosen_and_given_up_again(events_page: Page) -> None:
    names = events_page.get_by_role("region", name="Custom events").last
    expect(names.get_by_role("row", name=re.compile("signup"))).to_contain_text("67%")
    expect(events_page.locator("[data-chart] svg")).to_be_visible()
    names.get_by_role("link", name="signup").click()
    expect(events_page).to_have_url(re.compile("event_name%3Ais%3Asignup"))
    properties = events_page.get_by_role("region", name="Properties")
    expect(properties).to_contain_text("pro")
    expect(properties).to_contain_text("free")
    expect(events_page.get_by_role("region", name="Where it happened")).not_to_contain_text("/buy")
    names.get_by_role("link", name="signup").click()
    expect(events_page.get_by_role("region", name="Where it happened")).to_contain_text("/buy")


def test_a_value_of_a_property_filters_and_stays_on_the_page(events_page: Page) -> None:
    events_page.get_by_role("region", name="Properties").get_by_role("link", name="pro").click()
    expect(events_page).to_have_url(re.compile(r"/events\?.*prop%3Aplan%3Ais%3Apro"))
    expect(log(events_page).get_by_role("button", name=re.compile("Custom event"))).to_have_count(1)


def test_the_log_is_searched_as_one_types_and_the_address_says_so(events_page: Page) -> None:
    expect(log(events_page).get_by_role("row")).to_have_count(5)
    events_page.get_by_label("Name or path").fill("buy")
    expect(log(events_page).get_by_role("row")).to_have_count(2)
    expect(events_page).to_have_url(re.compile("search=buy"))
    expect(events_page.get_by_label("Name or path")).to_be_focused()
    events_page.get_by_label("Kind of event").select_option("pageview")
    expect(log(events_page)).to_contain_text("No event of this period is like that.")
    events_page.get_by_label("Name or path").fill("")
    expect(log(events_page).get_by_role("row")).to_have_count(2)
    events_page.reload()
    expect(log(events_page).get_by_role("row")).to_have_count(2)
    expect(events_page.get_by_label("Kind of event")).to_have_value("pageview")


def test_an_event_opens_with_the_keyboard_and_leads_to_its_visitor(events_page: Page) -> None:
    expect(log(events_page).get_by_role("row")).to_have_count(5)
    events_page.get_by_label("Name or path").focus()
    events_page.keyboard.press("Tab")
    expect(log(events_page).get_by_role("button", name="purchase")).to_be_focused()
    events_page.keyboard.press("Enter")
    dialog = events_page.get_by_role("dialog")
    expect(dialog).to_contain_text("20.00 EUR")
    events_page.keyboard.press("Escape")
    expect(dialog).not_to_be_visible()
    log(events_page).get_by_role("button", name="signup").first.click()
    expect(dialog).to_contain_text('"plan": "free"')
    dialog.get_by_role("link").last.click()
    expect(events_page).to_have_url(re.compile("/visitors/0000000000000002"))


def test_a_log_that_fails_is_tried_again(events_page: Page, complaints: list[str]) -> None:
    events_page.route("**/sections/event-rows*", lambda route: route.abort())
    events_page.reload()
    expect(log(events_page)).to_contain_text("could not be loaded")
    events_page.unroute("**/sections/event-rows*")
    log(events_page).get_by_role("button", name="Try again").click()
    expect(log(events_page).get_by_role("row")).to_have_count(5)
    complaints[:] = [text for text in complaints if "ERR_FAILED" not in text and not text.startswith("htmx:")]
