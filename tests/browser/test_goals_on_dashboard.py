"""Goals on the overview in a browser: their list, the numbers of who reached one, and filters by their names."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from analytics_pulse import clock
from goals.actions import create_goal
from reports import shared_links

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def site(project, alice) -> None:
    """Of two visitors from Google one signed up and paid; one came by a link."""
    from tracking.pipeline.match_goals import append_matched
    from tracking.storage import get_store
    from tracking.storage.tests import builders

    for name, event_name in (("Signed up", "signup"), ("Bought", "purchase")):
        create_goal(
            project=project,
            by=alice,
            name=name,
            goal_type="event",
            target_event_type="custom",
            target_event_name=event_name,
        )
    now = clock.now()

    def by(visitor, **fields):
        of = {"project_id": project.pk, "occurred_at": now, "received_at": now, "session_started_at": now}
        return builders.event(**of | {"visitor_id": visitor, "session_id": visitor} | fields)

    signup = {"event_type": "custom", "event_name": "signup", "source": "Google"}
    purchase = {"event_type": "custom", "event_name": "purchase", "value": 1234.0, "currency": "EUR"}
    events = (
        by(1, source="Google"),
        by(1, **signup),
        by(1, **purchase, source="Google"),
        by(2, source="Google"),
        by(3),
    )
    append_matched(get_store(), builders.message(*events))


@pytest.fixture
def overview(alice_page: Page, live_server, project, site) -> Page:
    alice_page.goto(live_server.url + reverse("reports:dashboard", args=(project.pk,)))
    return alice_page


def headline(page: Page, name: str):
    return page.get_by_role("button", name=re.compile(f"^{name}"))


def panel(page: Page, name: str):
    return page.get_by_role("region", name=name, exact=True)


def test_a_goal_is_chosen_in_its_list_and_every_number_is_about_who_reached_it(overview):
    expect(headline(overview, "Revenue")).to_contain_text("€1,234")
    panel(overview, "Goals").get_by_role("link", name="Signed up").click()
    expect(overview.get_by_role("button", name=re.compile("Goal is Signed up"))).to_be_visible()
    expect(headline(overview, "Conversion rate")).to_contain_text("33%")
    expect(headline(overview, "Bounce rate")).to_have_count(0)
    expect(panel(overview, "Sources").get_by_role("listitem").filter(has_text="Google")).to_contain_text("50%")


def test_revenue_is_drawn_in_its_currency(overview):
    headline(overview, "Revenue").click()
    expect(headline(overview, "Revenue")).to_have_attribute("aria-pressed", "true")
    chart = overview.get_by_role("slider", name=re.compile("^Chart of"))
    chart.focus()
    overview.keyboard.press("End")
    expect(chart).to_have_attribute("aria-valuetext", re.compile("€1,234"))


def test_who_has_not_reached_a_goal_is_asked_for_by_its_name(overview):
    overview.keyboard.press("/")
    dialog = overview.get_by_role("dialog", name="Filters")
    dialog.get_by_role("button", name="Add group").click()
    group = dialog.get_by_role("group", name="Group of filters")
    group.get_by_label("How they belong together").select_option("The visitor has not done this")
    group.get_by_label("Show only what has").select_option("Goal")
    group.get_by_role("combobox", name="Value").fill("signed")
    group.get_by_role("option", name=re.compile("Signed up")).click()
    dialog.get_by_role("button", name="Apply").click()
    overview.wait_for_url(re.compile("has_not_done"))
    expect(overview.get_by_role("button", name=re.compile(r"Has not done \(Goal is Signed up\)"))).to_be_visible()
    expect(headline(overview, "Unique visitors")).to_contain_text("2")


def test_a_link_shows_the_pages_that_its_owner_chose(alice_page, browser, live_server, project, alice, site):
    shared_links.create_link(project=project, by=alice, name="Board", least_visitors=0)
    alice_page.goto(live_server.url + reverse("reports:shared-links", args=(project.pk,)))
    alice_page.get_by_role("link", name="Change").click()
    alice_page.get_by_role("checkbox", name="Goals").check()
    alice_page.get_by_role("button", name="Save").click()
    row = alice_page.get_by_role("listitem").filter(has_text="Board")
    expect(row).to_contain_text("Goals")
    address = live_server.url + project.shared_links.get().path
    stranger = browser.new_context().new_page()
    stranger.goto(address)
    pages = stranger.get_by_role("navigation", name="Pages of this project")
    expect(pages.get_by_role("link")).to_have_text(["Overview", "Goals"])
    pages.get_by_role("link", name="Goals").click()
    expect(stranger.get_by_role("main")).to_contain_text("Signed up")
    assert stranger.goto(f"{address}/funnels").status == 404
    stranger.context.close()
