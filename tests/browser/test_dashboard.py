"""The dashboard in a real browser, over the real store."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect

from analytics_pulse import clock

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PHONE = {"width": 390, "height": 844}
# What an event of the last minutes is to be seen in, without a reload.
LIVE_MS = 5_000


@pytest.fixture
def dashboard(live_server, project, visit) -> str:
    visit(1, path="/", source="Google", country="DE", browser="Firefox", device_type="desktop")
    visit(2, path="/pricing", source="Hacker News", country="US", browser="Chrome", device_type="mobile")
    return live_server.url + reverse("reports:dashboard", args=(project.pk,))


def figure(page: Page, metric: str):
    return page.locator(f"[data-metric={metric}] .headline__figure")


def has_no_sideways_scroll(page: Page) -> bool:
    return page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def test_the_dashboard_shows_what_happened(alice_page, dashboard):
    alice_page.goto(dashboard)
    expect(figure(alice_page, "visitors")).to_have_text("2")
    expect(alice_page.locator("#panel-pages")).to_contain_text("/pricing")
    expect(alice_page.locator("#panel-sources")).to_contain_text("Hacker News")
    expect(alice_page.locator("#panel-technology")).to_contain_text("Firefox")
    expect(alice_page.locator("#section-now")).to_contain_text("2 current visitors")
    expect(alice_page.locator("[data-chart] svg")).to_be_visible()
    expect(alice_page.locator(".skeleton")).to_have_count(0)


def test_a_new_visit_appears_without_a_reload(alice_page, dashboard, visit):
    alice_page.goto(dashboard)
    expect(figure(alice_page, "visitors")).to_have_text("2")
    visit(3, path="/new")
    expect(figure(alice_page, "visitors")).to_have_text("3", timeout=LIVE_MS)
    expect(alice_page.locator("#panel-pages")).to_contain_text("/new", timeout=LIVE_MS)


def test_the_page_that_waits_turns_into_the_dashboard(alice_page, live_server, project, visit):
    alice_page.goto(live_server.url + reverse("reports:dashboard", args=(project.pk,)))
    expect(alice_page.get_by_text("Waiting for the first visit")).to_be_visible()
    visit(1)
    expect(figure(alice_page, "visitors")).to_have_text("1", timeout=LIVE_MS)


def test_a_row_filters_everything_and_its_chip_takes_the_filter_away(alice_page, dashboard):
    alice_page.goto(dashboard)
    alice_page.get_by_role("link", name="Google").click()
    expect(alice_page).to_have_url(re.compile("source%3Ais%3AGoogle"))
    expect(figure(alice_page, "visitors")).to_have_text("1")
    expect(alice_page.locator("#panel-pages")).not_to_contain_text("/pricing")
    alice_page.get_by_label("Remove the filter Source is Google").click()
    expect(figure(alice_page, "visitors")).to_have_text("2")


def test_a_tab_stays_open_when_the_page_refreshes_itself(alice_page, dashboard, visit):
    alice_page.goto(dashboard)
    alice_page.locator("#tab-devices").click()
    technology = alice_page.locator("#panel-technology")
    expect(technology).to_contain_text("Mobile")
    visit(3, device_type="tablet")
    expect(technology).to_contain_text("Tablet", timeout=LIVE_MS)
    expect(alice_page.locator("#tab-devices")).to_have_attribute("aria-current", "true")


def test_a_section_that_fails_can_be_tried_again_while_the_others_work(alice_page, dashboard, complaints):
    alice_page.route(
        "**/sections/sources*", lambda route: route.fulfill(status=503, content_type="text/plain", body="Away")
    )
    alice_page.goto(dashboard)
    sources = alice_page.locator("#panel-sources")
    expect(sources).to_contain_text("Away")
    expect(alice_page.locator("#panel-pages")).to_contain_text("/pricing")
    alice_page.unroute("**/sections/sources*")
    sources.get_by_role("button", name="Try again").click()
    expect(sources).to_contain_text("Google")
    complaints[:] = [text for text in complaints if "503" not in text]


def test_what_cannot_be_asked_is_said_without_an_offer_to_try_again(alice_page, dashboard, complaints):
    alice_page.goto(f"{dashboard}?f=page:matches:([")
    expect(alice_page.locator("#section-overview")).to_contain_text("not a regular expression")
    expect(alice_page.locator("#panel-pages")).to_contain_text("not a regular expression")
    expect(alice_page.get_by_role("button", name="Try again")).to_have_count(0)
    complaints[:] = [text for text in complaints if "400" not in text]


def test_a_section_that_failed_comes_back_by_itself(alice_page, dashboard, complaints):
    alice_page.route("**/sections/overview*", lambda route: route.abort())
    alice_page.goto(dashboard)
    overview = alice_page.locator("#section-overview")
    expect(overview).to_contain_text("could not be loaded")
    alice_page.unroute("**/sections/overview*")
    expect(figure(alice_page, "visitors")).to_have_text("2", timeout=15_000)
    complaints[:] = [text for text in complaints if "ERR_FAILED" not in text and not text.startswith("htmx:")]


def test_the_theme_follows_the_system_until_it_is_chosen(alice_page, dashboard):
    def background() -> str:
        return alice_page.evaluate("getComputedStyle(document.documentElement).backgroundColor")

    alice_page.emulate_media(color_scheme="light")
    alice_page.goto(dashboard)
    light = background()
    alice_page.emulate_media(color_scheme="dark")
    dark = background()
    assert light != dark
    alice_page.get_by_label("Theme").click()
    alice_page.get_by_role("button", name="Light").click()
    assert background() == light
    alice_page.reload()
    assert background() == light
    assert alice_page.locator("html").get_attribute("data-theme") == "light"


def test_menus_are_used_with_the_keyboard(alice_page, dashboard):
    alice_page.goto(dashboard)
    picker = alice_page.get_by_label("Period:")
    picker.focus()
    alice_page.keyboard.press("Enter")
    alice_page.keyboard.press("ArrowDown")
    expect(alice_page.get_by_role("link", name="Today")).to_be_focused()
    alice_page.keyboard.press("Escape")
    expect(alice_page.get_by_role("link", name="Today")).not_to_be_visible()
    expect(picker).to_be_focused()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_scrolls_sideways_on_a_phone(alice_page, live_server, dashboard, visit, scheme):
    visit(3, path="/" + "a-very-long-path/" * 12, source="s" * 80, event_type="custom", event_name="e" * 100)
    alice_page.set_viewport_size(PHONE)
    alice_page.emulate_media(color_scheme=scheme)
    alice_page.goto(dashboard + "?f=source:is_not:" + "x" * 120)
    expect(alice_page.locator(".skeleton")).to_have_count(0)
    assert has_no_sideways_scroll(alice_page)
    alice_page.locator(".series__table summary").click()
    alice_page.locator(".switcher summary").click()
    assert has_no_sideways_scroll(alice_page)
    alice_page.keyboard.press("Escape")
    alice_page.get_by_label("Period:").click()
    assert has_no_sideways_scroll(alice_page)


def test_a_closed_period_is_not_asked_for_again(alice_page, dashboard):
    day = (clock.now() - timedelta(days=3)).date().isoformat()
    alice_page.goto(f"{dashboard}?from={day}&to={day}")
    expect(alice_page.locator(".skeleton")).to_have_count(0)
    asked: list[str] = []
    alice_page.on("request", lambda request: asked.append(request.url))
    alice_page.wait_for_timeout(6_000)
    assert [url for url in asked if "/sections/now" not in url] == []


def test_another_account_finds_no_dashboard(browser: Browser, live_server, dashboard, mallory):
    client = Client()
    client.force_login(mallory)
    stranger = browser.new_context()
    stranger.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}])
    response = stranger.new_page().goto(dashboard)
    assert response is not None
    assert response.status == 404
    stranger.close()
