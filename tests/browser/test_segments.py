"""Filters saved as a segment, shared, and a number explained, in a real browser."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, BrowserContext, Page, expect

from analytics_pulse import clock

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PHONE = {"width": 390, "height": 844}


@pytest.fixture
def watched() -> Iterator[Callable[[BrowserContext], None]]:
    """Listens to a visitor's console, violations of the Content-Security-Policy among it. A test ends with none."""
    said: list[str] = []

    def watch(context: BrowserContext) -> None:
        context.on("console", lambda line: said.append(line.text) if line.type in {"error", "warning"} else None)
        context.on("weberror", lambda error: said.append(str(error.error)))

    yield watch
    assert said == []


@pytest.fixture
def open_as(browser: Browser, live_server, watched) -> Iterator[Callable[..., Page]]:
    """A page of a browser in which this user is logged in."""
    contexts = []

    def open_as(user: Any, **options: Any) -> Page:
        client = Client()
        client.force_login(user)
        context = browser.new_context(viewport={"width": 1280, "height": 720}, **options)
        context.set_default_timeout(10_000)
        context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}])
        watched(context)
        contexts.append(context)
        return context.new_page()

    yield open_as
    for context in contexts:
        context.close()


@pytest.fixture
def dashboard(live_server, project) -> str:
    """Two visits from Germany, of which one signed up, and one from elsewhere."""
    from tracking.storage import get_store
    from tracking.storage.tests import builders

    at = clock.now() - timedelta(minutes=1)
    rows = [
        {"visitor_id": 1, "country": "DE"},
        {"visitor_id": 1, "country": "DE", "event_type": "custom", "event_name": "Signup"},
        {"visitor_id": 2, "country": "DE"},
        {"visitor_id": 3, "country": "US"},
    ]
    visit = {"project_id": project.pk, "occurred_at": at, "session_started_at": at}
    events = [builders.event(**(visit | {"session_id": row["visitor_id"]} | row)) for row in rows]
    get_store().append(builders.message(*events))
    return live_server.url + reverse("reports:dashboard", args=(project.pk,))


def figure(page: Page, metric: str = "visitors"):
    return page.locator(f"[data-metric={metric}] .headline__figure")


def save_as(page: Page, name: str, who: str) -> None:
    page.locator(".segment-menu summary").click()
    page.get_by_role("button", name="Save these filters").click()
    expect(page.get_by_label("Name")).to_be_focused()
    page.get_by_label("Name").fill(name)
    page.get_by_label(who).check()
    page.get_by_role("button", name="Save segment").click()


def test_filters_are_saved_opened_again_and_shared(open_as, dashboard, alice, bob):
    page = open_as(alice)
    page.goto(dashboard)
    expect(figure(page)).to_have_text("3")
    page.locator("#panel-locations").get_by_role("link", name="Germany").click()
    expect(figure(page)).to_have_text("2")
    save_as(page, "Germans", "Everybody on this project")
    expect(page).to_have_url(re.compile("segment="))
    expect(page.locator(".chips")).to_contain_text("Segment Germans")
    shared = page.url

    page.get_by_label("Remove the filter Segment Germans").click()
    expect(figure(page)).to_have_text("3")
    page.locator(".segment-menu summary").click()
    page.get_by_role("link", name="Germans").click()
    expect(page).to_have_url(shared)
    expect(figure(page)).to_have_text("2")

    other = open_as(bob)
    other.goto(shared)
    expect(other.locator(".chips")).to_contain_text("Segment Germans")
    expect(figure(other)).to_have_text("2")


def test_a_personal_segment_is_renamed_and_deleted_and_its_link_says_so(open_as, dashboard, alice, bob):
    page = open_as(alice)
    page.goto(f"{dashboard}?period=7d&f=country:is:DE")
    save_as(page, "Mine", "Only me")
    expect(page.locator(".chips")).to_contain_text("Segment Mine")
    link = page.url
    page.locator(".segment-menu summary").click()
    page.get_by_label("Edit Mine").click()
    page.get_by_label("Name").fill("Still mine")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".chips")).to_contain_text("Segment Still mine")
    page.locator(".segment-menu summary").click()
    page.get_by_label("Edit Still mine").click()
    page.get_by_text("Delete…").click()
    page.get_by_role("button", name="Delete segment").click()
    expect(figure(page)).to_have_text("3")
    expect(page.locator(".chips")).to_have_count(0)
    assert page.request.get(link).status == 404


def test_a_name_that_is_taken_is_said_in_the_dialog(open_as, dashboard, alice, project):
    from reports.models import Segment

    Segment.objects.create(project=project, name="Germans", filters=[["is", "country", ["DE"]]])
    page = open_as(alice, color_scheme="dark")
    page.goto(f"{dashboard}?f=country:is:DE")
    save_as(page, "germans", "Everybody on this project")
    expect(page.get_by_text("There is a segment of this name already.")).to_be_visible()


def test_a_number_explains_itself_and_gives_the_call_to_copy(open_as, dashboard, alice, project):
    page = open_as(alice, permissions=["clipboard-read", "clipboard-write"])
    page.goto(f"{dashboard}?period=7d&f=country:is:DE")
    expect(figure(page)).to_have_text("2")
    page.get_by_label("Explain Unique visitors").click()
    dialog = page.locator("#detail")
    expect(dialog).to_contain_text("Distinct visitors with at least one event in the period.")
    expect(dialog).to_contain_text("Country is Germany")
    expect(page.locator("[data-metric=visitors]")).to_have_attribute("aria-pressed", "true")
    dialog.get_by_text("The same over the API").click()
    dialog.get_by_role("button", name="Copy as curl").click()
    expect(dialog.get_by_role("button", name="Copied")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith("curl ")
    assert f"/api/v1/projects/{project.pk}/query" in copied
    page.keyboard.press("Escape")
    expect(dialog).not_to_be_visible()
    page.get_by_label("Explain Sources").click()
    expect(dialog).to_contain_text("Unique visitors by source")


def test_on_a_phone_everything_is_within_reach(open_as, dashboard, alice):
    page = open_as(alice, color_scheme="dark")
    page.set_viewport_size(PHONE)
    page.goto(f'{dashboard}?filters=[["has_done",["is","event_name",["Signup"]]]]')
    expect(page.locator(".chips")).to_contain_text("Has done (Event is Signup)")
    expect(figure(page)).to_have_text("1")
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    for button in page.locator(".dashboard__tools .button:visible").all():
        box = button.bounding_box()
        assert box
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= PHONE["width"]
    page.locator(".segment-menu summary").click()
    expect(page.get_by_role("button", name="Save these filters")).to_be_in_viewport()
    page.keyboard.press("Escape")
    page.get_by_label("Explain Bounce rate").click()
    expect(page.locator("#detail")).to_be_in_viewport()
