"""The list of projects, the switcher and the sheet of settings, in a real browser."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import BrowserContext, Page, expect

from analytics_pulse import clock

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
MANY = 30


def log_in(context: BrowserContext, live_server: Any, user: Any) -> None:
    client = Client()
    client.force_login(user)
    context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}])


@pytest.fixture
def alice_page(context: BrowserContext, live_server: Any, alice: Any) -> Iterator[Page]:
    """Alice's browser. Its console has nothing to complain of."""
    log_in(context, live_server, alice)
    said: list[str] = []
    context.on("console", lambda line: said.append(line.text) if line.type in {"error", "warning"} else None)
    context.on("weberror", lambda error: said.append(str(error.error)))
    yield context.new_page()
    assert said == []


@pytest.fixture
def opened(alice_page: Page, live_server: Any) -> Callable[..., Page]:
    def opened(name: str = "projects:index", *ids: Any) -> Page:
        alice_page.goto(live_server.url + reverse(name, args=ids))
        return alice_page

    return opened


@pytest.fixture
def many(organization: Any) -> None:
    from projects.actions.projects import create_project

    for number in range(1, MANY + 1):
        create_project(organization=organization, name=f"Shop {number}", domain=f"shop{number}.example")


@pytest.fixture
def seen(project: Any) -> None:
    """Three visitors two hours ago and one now; two of the day before."""
    from tracking.storage import get_store
    from tracking.storage.tests import builders

    now = clock.now()
    hours_ago = {1: 2, 2: 2, 3: 2, 4: 0, 5: 26, 6: 26}
    rows = [
        builders.event(
            project_id=project.pk,
            occurred_at=now - timedelta(hours=hours, seconds=visitor),
            session_started_at=now - timedelta(hours=hours, seconds=visitor),
            visitor_id=visitor,
            session_id=visitor,
        )
        for visitor, hours in hours_ago.items()
    ]
    get_store().append(builders.message(*rows))


def card(page: Page, name: str) -> Any:
    return page.get_by_role("listitem").filter(has=page.get_by_role("link", name=name, exact=True))


def test_a_project_shows_its_last_day_and_leads_to_its_dashboard(opened, project, seen):
    page = opened()
    shown = card(page, "Example")
    expect(shown).to_contain_text("4 visitors in 24 hours")
    expect(shown).to_contain_text("+50%")
    expect(shown).to_contain_text("1 current visitor")
    expect(shown.get_by_role("img")).to_have_accessible_name("Visitors by the hour: between 0 and 3")
    shown.get_by_text("visitors in 24 hours").click(force=True)  # all of the card is the link
    expect(page).to_have_url(re.compile(f"/projects/{project.pk}$"))


def test_a_waiting_project_turns_into_one_with_numbers_by_itself(opened, project, request):
    page = opened()
    expect(card(page, "Example")).to_contain_text("waiting for the first event")
    request.getfixturevalue("seen")
    expect(card(page, "Example")).to_contain_text("visitors in 24 hours", timeout=15_000)


def test_numbers_that_could_not_be_loaded_are_said_and_tried_again(live_server, page, context, alice, project, seen):
    log_in(context, live_server, alice)
    page.route("**/projects/numbers*", lambda route: route.fulfill(status=500, body=""))
    page.goto(live_server.url + reverse("projects:index"))
    expect(page.get_by_role("alert")).to_contain_text("The numbers could not be loaded.")
    expect(card(page, "Example")).to_be_visible()
    page.unroute("**/projects/numbers*")
    page.get_by_role("button", name="Try again").click()
    expect(card(page, "Example")).to_contain_text("visitors in 24 hours")
    expect(page.get_by_role("alert")).to_be_hidden()


def test_a_search_narrows_the_list_as_it_is_typed_and_stands_in_the_address(opened, many):
    page = opened()
    page.get_by_role("searchbox", name="Search projects").fill("shop2")
    expect(page.get_by_role("status").filter(has_text="11 projects")).to_be_visible()
    expect(page).to_have_url(re.compile(r"q=shop2"))
    page.reload()
    expect(page.get_by_text("11 projects")).to_be_visible()
    page.get_by_role("searchbox", name="Search projects").fill("nothing like it")
    expect(page.get_by_role("heading", name="No project has that name or domain")).to_be_visible()
    page.get_by_role("link", name="Show all projects").click()
    expect(page.get_by_text(f"{MANY} projects")).to_be_visible()


def test_many_projects_have_pages_and_an_order(opened, many, project, seen):
    page = opened()
    page.get_by_role("link", name="Visitors", exact=True).click()
    expect(page.get_by_role("listitem").first).to_contain_text("Example")
    page.get_by_role("link", name="Next").click()
    expect(page.get_by_text("Page 2 of 2")).to_be_visible()
    page.get_by_role("link", name="Back").click()
    expect(page.get_by_text("Page 1 of 2")).to_be_visible()


def test_the_switcher_finds_one_among_many_by_keyboard_alone(opened, many):
    page = opened()
    page.locator("summary", has_text="Switch project").focus()
    page.keyboard.press("Enter")
    search = page.get_by_role("group").get_by_role("searchbox", name="Search projects")
    expect(search).to_be_focused()
    page.keyboard.type("shop 17")
    found = page.get_by_role("link", name="Shop 17", exact=True).first
    expect(page.locator(".switcher__items").get_by_role("link", name="Shop 2", exact=True)).to_have_count(0)
    page.keyboard.press("ArrowDown")
    expect(page.locator(".switcher").get_by_role("link", name="Shop 17")).to_be_focused()
    address = found.get_attribute("href")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(f"{address}$"))


def test_the_switcher_of_few_projects_has_no_search_and_escape_closes_it(opened, project):
    page = opened("projects:settings", project.pk)
    page.get_by_text("Switch project").locator("xpath=..").click()
    expect(page.get_by_role("link", name="All projects")).to_be_visible()
    expect(page.get_by_role("searchbox")).to_have_count(0)
    page.keyboard.press("Escape")
    expect(page.get_by_role("link", name="All projects")).to_be_hidden()


@pytest.mark.parametrize("width", [390, 1280])
def test_no_list_is_wider_than_the_window(opened, many, project, seen, width):
    page = opened()
    page.set_viewport_size({"width": width, "height": 800})
    expect(card(page, "Example")).to_contain_text("visitors in 24 hours")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_on_a_phone_the_places_of_the_settings_are_a_sheet(opened, alice_page, project):
    alice_page.set_viewport_size({"width": 390, "height": 844})
    page = opened("projects:settings", project.pk)
    places = page.get_by_role("navigation", name="Settings")
    expect(places).to_be_hidden()
    page.get_by_role("button", name="All settings").click()
    expect(places.get_by_role("link", name="General")).to_have_attribute("aria-current", "page")
    page.keyboard.press("Escape")
    expect(places).to_be_hidden()
    expect(page.get_by_role("button", name="All settings")).to_be_focused()
    page.get_by_role("button", name="All settings").click()
    places.get_by_role("link", name="Members").click()
    expect(page.get_by_role("heading", name="Members")).to_be_visible()
    expect(places).to_be_hidden()


def test_on_a_wide_screen_the_places_stand_beside_the_settings(opened, project):
    page = opened("projects:members", project.pk)
    places = page.get_by_role("navigation", name="Settings")
    expect(places).to_be_visible()
    expect(page.get_by_role("button", name="All settings")).to_be_hidden()
    expect(places.get_by_role("link", name="Members")).to_have_attribute("aria-current", "page")
