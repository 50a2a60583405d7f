"""Screening, quarantine, privacy and "Why wasn't I counted?" in a real browser."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, expect

from analytics_pulse import clock

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
CRAWLER = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"
PAGES = ("settings/screening", "settings/quarantine", "settings/privacy", "why")


@pytest.fixture
def set_aside(project: Any) -> list[str]:
    """Three quarantined pageviews of a crawler; their ids."""
    from tracking.pipeline import run_pipeline
    from tracking.storage import get_store
    from tracking.tests import builders

    url = "https://example.com/" + "a-very-long-name-of-a-page/" * 20
    now = clock.now()
    events = [builders.event(occurred_at=now - timedelta(minutes=n), url=url) for n in range(3)]
    sent = builders.message(builders.envelope(*events, project_id=project.pk, user_agent=CRAWLER))
    run_pipeline(sent, store=get_store(), now=now)
    return [str(event.event_id) for event in events]


@pytest.fixture
def owner(context: BrowserContext, live_server: Any, alice: Any) -> Iterator[Page]:
    """Alice's browser. Its console has nothing to complain of."""
    client = Client()
    client.force_login(alice)
    context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}])
    said: list[str] = []
    context.on("console", lambda message: said.append(message.text) if message.type in {"error", "warning"} else None)
    context.on("weberror", lambda error: said.append(str(error.error)))
    yield context.new_page()
    assert said == []


def address(live_server: Any, project: Any, page: str) -> str:
    return f"{live_server.url}/projects/{project.pk}/{page}"


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("width", [1280, 390])
def test_no_page_is_wider_than_the_window(owner, live_server, project, set_aside, name, width):
    owner.set_viewport_size({"width": width, "height": 800})
    owner.goto(address(live_server, project, name))
    expect(owner.locator("h1")).to_be_visible()
    assert owner.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_ones_own_address_is_one_click_away(owner, live_server, project):
    owner.goto(address(live_server, project, "settings/screening"))
    owner.get_by_label("Addresses").fill("192.0.2.0/24")
    button = owner.get_by_role("button", name="Add my address")
    button.click()
    expect(owner.get_by_label("Addresses")).to_have_value("192.0.2.0/24\n127.0.0.1")
    expect(button).to_be_disabled()
    owner.get_by_role("button", name="Save").click()
    expect(owner.get_by_text("Saved.")).to_be_visible()
    project.refresh_from_db()
    assert project.screening["networks"] == ["192.0.2.0/24", "127.0.0.1"]


def test_what_is_chosen_is_deleted_after_a_question(owner, live_server, project, set_aside):
    from tracking.models import QuarantinedEvent

    owner.goto(address(live_server, project, "settings/quarantine"))
    delete = owner.get_by_role("button", name="Delete", exact=True)
    expect(delete).to_be_disabled()
    owner.get_by_label("All on this page").check()
    owner.locator(f"input[value='{set_aside[2]}']").uncheck()
    delete.click()
    owner.get_by_role("button", name="Cancel").click()
    assert QuarantinedEvent.objects.count() == 3
    delete.click()
    owner.get_by_role("button", name="Delete them").click()
    expect(owner.get_by_text("2 events are deleted.")).to_be_visible()
    assert str(QuarantinedEvent.objects.get().event_id) == set_aside[2]


def test_the_time_zone_tells_the_country_where_the_address_does_not(owner, live_server, project):
    project.screening = {"countries": ["DE"]}
    project.save()
    owner.goto(address(live_server, project, "why"))
    expect(owner.get_by_role("status").filter(has_text="This visit is set aside")).to_contain_text("Germany")


def test_a_browser_that_asks_not_to_be_tracked_is_told_so(browser: Browser, live_server, project, alice):
    client = Client()
    client.force_login(alice)
    context = browser.new_context(extra_http_headers={"DNT": "1"})
    context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}])
    page = context.new_page()
    page.goto(address(live_server, project, "why"))
    expect(page.get_by_role("status").filter(has_text="Your browser sends no visits")).to_be_visible()
    context.close()
