"""Goals in a real browser: made with what they would have counted, counted by the running product, changed, deleted."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import BrowserContext, Page, expect

from analytics_pulse.supervisor.stack import Stack
from tests.test_end_to_end import call

pytestmark = pytest.mark.browser
in_this_process = pytest.mark.django_db(transaction=True)
WITHIN_MS = 15_000


@pytest.fixture
def goals(live_server, project, happened) -> str:
    """The page of a project where two visitors saw /pricing, of whom one signed up for pro."""
    happened(30, path="/")
    happened(20, path="/pricing")
    happened(10, event_name="Signup", path="/pricing", custom_data={"plan": "pro"})
    happened(30, visitor=2, path="/pricing")
    return f"{live_server.url}/projects/{project.pk}/goals"


def choose(page: Page, kind: str) -> None:
    page.get_by_role("radio", name=re.compile(kind)).check()


@pytest.mark.slow
def test_a_goal_counts_what_was_there_and_what_comes(stack: Stack, context: BrowserContext) -> None:
    made = stack.create_project("Shop", "shop.example")

    def send(minutes_ago: int, path: str) -> None:
        at = datetime.now(UTC) - timedelta(minutes=minutes_ago)
        event = {"event_type": "pageview", "url": f"https://shop.example{path}", "timestamp": at.isoformat()}
        status, answer = call(f"{stack.url}/api/v1/track/batch", {"events": [event]}, key=made["write_key"])
        assert status == 202, answer

    send(10, "/")
    send(9, "/thanks")
    page = context.new_page()
    page.goto(made["login_url"])
    page.goto(f"{stack.url}/projects/{made['project_id']}/goals/new")
    page.get_by_label("Path").fill("/thanks")
    preview = page.get_by_text(re.compile("Would have matched"))
    expect(preview).to_have_text("Would have matched 1 time by 1 visitor in the last 30 days.", timeout=WITHIN_MS)
    page.get_by_label("Name optional").fill("Thanked")
    page.get_by_role("button", name="Create goal").click()
    completions = page.locator("[data-metric=completions] .headline__figure")
    expect(completions).to_have_text("1", timeout=WITHIN_MS)  # counted in the background
    send(0, "/thanks")
    expect(completions).to_have_text("2", timeout=WITHIN_MS)
    page.goto(f"{stack.url}/projects/{made['project_id']}/goals?period=today")
    expect(page.get_by_role("row", name=re.compile("^Thanked Page is .thanks 2 1 1 100%"))).to_be_visible()


@in_this_process
def test_a_goal_is_made_by_suggestion_of_what_came_in(alice_page: Page, goals: str) -> None:
    alice_page.goto(f"{goals}/new")
    choose(alice_page, "^Event")
    name = alice_page.get_by_role("combobox", name="Name of the event")
    name.fill("sig")
    alice_page.get_by_role("option", name=re.compile("Signup")).click()
    expect(name).to_have_value("Signup")
    expect(alice_page.get_by_text("Would have matched 1 time by 1 visitor")).to_be_visible()
    expect(alice_page.get_by_label("Name optional")).to_have_attribute("placeholder", "Signup")
    alice_page.get_by_role("button", name="Add property").click()
    alice_page.get_by_role("combobox", name="Name of the property").fill("plan")
    alice_page.get_by_role("combobox", name="Value").fill("free")
    expect(alice_page.get_by_text("Would have matched nothing in the last 30 days.")).to_be_visible()
    alice_page.get_by_role("button", name="or", exact=True).click()
    alice_page.get_by_role("combobox", name="Value").last.fill("pro")
    expect(alice_page.get_by_text("Would have matched 1 time by 1 visitor")).to_be_visible()
    alice_page.get_by_role("button", name="Create goal").click()
    expect(alice_page.get_by_role("heading", name="Event Signup where plan is free or pro")).to_be_visible()


@in_this_process
def test_only_the_fields_of_the_type_are_there(alice_page: Page, goals: str) -> None:
    alice_page.goto(f"{goals}/new")
    for kind, fields in {
        "^Page visited": {"Path"},
        "^Event": {"Kind of event", "Name of the event", "Path"},
        "^Value": {"Kind of event", "Name of the event", "Property that has the number", "At least", "Path"},
        "^Scroll": {"Path", "Percent of the page’s height"},
        "^Time": {"Path", "Seconds on the page"},
    }.items():
        choose(alice_page, kind)
        for label in ("Kind of event", "Name of the event", "Property that has the number", "Path"):
            expect(alice_page.get_by_label(re.compile(f"^{label}"))).to_be_visible(visible=label in fields)
        for label in ("At least", "Percent of the page’s height", "Seconds on the page"):
            expect(alice_page.get_by_text(label, exact=True)).to_be_visible(visible=label in fields)


@in_this_process
def test_what_is_wrong_is_said_at_its_field_while_one_types(alice_page: Page, goals: str) -> None:
    alice_page.goto(f"{goals}/new")
    alice_page.get_by_role("combobox", name="Page", exact=True).select_option("regex")
    path = alice_page.get_by_label("Path")
    path.fill("/docs/(")
    fault = alice_page.get_by_text("This is no regular expression that can be used")
    expect(fault).to_be_visible()
    alice_page.get_by_role("button", name="Create goal").click()
    expect(fault).to_be_visible()
    expect(path).to_have_value("/docs/(")
    path.fill("/pri.*")
    expect(fault).to_be_hidden()
    expect(alice_page.get_by_text("Would have matched 2 times by 2 visitors")).to_be_visible()


@in_this_process
def test_a_goal_is_edited_paused_and_deleted(alice_page: Page, goals: str, project: Any) -> None:
    from goals.actions import create_goal

    goal = create_goal(project=project, by=None, name="Pricing", goal_type="pageview", target_url_pattern="/pricing")
    alice_page.goto(goals)
    alice_page.get_by_role("link", name="Pricing", exact=True).click()
    expect(alice_page.get_by_role("heading", name="Pricing")).to_be_visible()
    alice_page.get_by_role("link", name="Edit", exact=True).click()
    alice_page.get_by_label("Name optional").fill("Prices seen")
    alice_page.get_by_role("button", name="Save").click()
    expect(alice_page.get_by_role("heading", name="Prices seen")).to_be_visible()
    alice_page.get_by_role("button", name="Pause").click()
    expect(alice_page.get_by_text("Nothing new is counted.", exact=True)).to_be_visible()
    alice_page.get_by_role("button", name="Resume").click()
    expect(alice_page.get_by_role("button", name="Pause")).to_be_visible()
    alice_page.get_by_role("button", name="Delete").click()
    alice_page.get_by_role("button", name="Delete goal").click()
    expect(alice_page.get_by_text("The goal “Prices seen” is deleted.")).to_be_visible()
    assert alice_page.request.get(f"{goals}/{goal.pk}").status == 404


@in_this_process
def test_a_suggestion_becomes_a_goal_by_one_click(alice_page: Page, goals: str) -> None:
    alice_page.goto(goals)
    expect(alice_page.get_by_text("No goals yet")).to_be_visible()
    alice_page.get_by_role("button", name="Add the goal Signup").click()
    expect(alice_page.get_by_role("heading", name="Signup")).to_be_visible()


@in_this_process
def test_a_viewer_looks_and_sorts_on_a_phone(browser, live_server, goals: str, project: Any, bob: Any) -> None:
    from goals.actions import create_goal

    for name, path in (("Home", "/"), ("Pricing", "/pricing")):
        create_goal(project=project, by=None, name=name, goal_type="pageview", target_url_pattern=path)
    client = Client()
    client.force_login(bob)
    phone = browser.new_context(viewport={"width": 390, "height": 844})
    phone.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}])
    page = phone.new_page()
    page.goto(goals)
    names = page.get_by_role("rowheader")
    expect(names).to_have_count(2)
    page.get_by_role("button", name="Goal", exact=True).click()
    expect(page.get_by_role("columnheader", name="Goal", exact=True)).to_have_attribute("aria-sort", "ascending")
    expect(names.first).to_contain_text("Home")
    page.get_by_role("button", name="Goal", exact=True).click()
    expect(names.first).to_contain_text("Pricing")
    expect(page).to_have_url(re.compile("sort=-name"))
    page.reload()
    expect(names.first).to_contain_text("Pricing")
    expect(page.get_by_role("link", name="New goal")).to_have_count(0)
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    phone.close()


@in_this_process
def test_the_row_leads_to_the_visits_that_reached_it(alice_page: Page, goals: str, project: Any, happened) -> None:
    from goals.actions import create_goal

    create_goal(project=project, by=None, name="Signed up", goal_type="event", target_event_name="Signup")
    alice_page.goto(goals)
    alice_page.get_by_role("link", name="Show only visits that reached Signed up").click()
    expect(alice_page.get_by_text("Signed up").first).to_be_visible()  # by its name, among the filters
    expect(alice_page).to_have_url(re.compile("f=goal%3Ais%3A"))
