"""Annotations in a real browser: added at the chart, found on it, and told with what changed."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import BrowserContext, Page, expect

from analytics_pulse import clock

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
DAYS = 40
REDESIGN = 20  # days ago


@pytest.fixture
def dashboard(context: BrowserContext, page: Page, live_server, alice, project) -> Page:
    """Of a site that has one visitor a day, and three since its redesign."""
    from tracking.storage import get_store
    from tracking.storage.tests import builders

    now, rows = clock.now(), []
    for back in range(1, DAYS):
        for _ in range(3 if back <= REDESIGN else 1):
            at = now - timedelta(days=back, seconds=len(rows))
            who = {"visitor_id": len(rows) + 1, "session_id": len(rows) + 1}
            rows.append(builders.event(project_id=project.pk, occurred_at=at, session_started_at=at, **who))
    get_store().append(builders.message(*rows))
    client = Client()
    client.force_login(alice)
    context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}])
    page.goto(f"{live_server.url}{reverse('reports:dashboard', args=(project.pk,))}?period=30d")
    expect(page.locator("[data-pending]:not(.menu *)")).to_have_count(0)
    expect(page.locator(".htmx-request, .htmx-settling")).to_have_count(0)
    return page


def add(page: Page, title: str, days_ago: int) -> None:
    page.get_by_role("button", name="Add annotation").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_label("What happened")).to_be_focused()
    dialog.get_by_label("What happened").fill(title)
    dialog.get_by_label("Day").fill((clock.now() - timedelta(days=days_ago)).date().isoformat())
    dialog.get_by_role("button", name="Add annotation").click()


def test_one_that_is_added_at_the_chart_is_on_it_and_tells_what_changed(dashboard):
    add(dashboard, "Redesign", REDESIGN)
    marker = dashboard.get_by_role("button", name="Redesign")
    expect(marker).to_be_visible()
    marker.click()
    dialog = dashboard.get_by_role("dialog")
    expect(dialog.get_by_role("heading", name="Redesign")).to_be_visible()
    visitors = dialog.get_by_role("row", name="Unique visitors")
    expect(visitors).to_contain_text("200%")
    expect(visitors).to_contain_text("yes")
    dialog.get_by_role("button", name="28 days").click()
    expect(dialog).to_contain_text("are not over before")
    dashboard.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(marker).to_be_focused()


def test_what_is_wrong_stays_in_the_dialog_and_nothing_is_lost(dashboard):
    dashboard.keyboard.press("i")
    dialog = dashboard.get_by_role("dialog")
    dialog.get_by_label("What happened").fill("Release")
    dialog.get_by_role("textbox", name="Link").evaluate(
        "input => { input.type = 'text'; input.value = 'javascript:alert(1)' }"
    )
    dialog.get_by_role("button", name="Add annotation").click()
    expect(dialog.get_by_role("alert")).to_contain_text("Enter a valid URL.")
    expect(dialog.get_by_label("What happened")).to_have_value("Release")
    dialog.get_by_role("textbox", name="Link").fill("https://example.com/changelog")
    dialog.get_by_role("button", name="Add annotation").click()
    expect(dashboard.get_by_role("button", name="Release")).to_be_visible()


def test_it_is_edited_from_the_chart_and_deleted_in_the_settings(dashboard, live_server, project):
    add(dashboard, "Relaese", 3)
    dashboard.get_by_role("button", name="Relaese").click()
    dashboard.get_by_role("button", name="Edit Relaese").click()
    dialog = dashboard.get_by_role("dialog")
    dialog.get_by_label("What happened").fill("Release")
    dialog.get_by_role("button", name="Save").click()
    expect(dashboard.get_by_role("button", name="Release")).to_be_visible()
    dashboard.goto(f"{live_server.url}{reverse('reports:annotations', args=(project.pk,))}")
    dashboard.get_by_role("link", name="Edit Release").click()
    dashboard.get_by_role("button", name="Delete").click()
    dashboard.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(dashboard.get_by_text("No annotations yet")).to_be_visible()
