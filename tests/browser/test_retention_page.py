"""The page of retention in a real browser: cohorts by pointer and keys, choices in the address, pages that are new."""

import re
from collections.abc import Callable
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from analytics_pulse import clock
from projects.models import IdentityMode

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PHONE = {"width": 390, "height": 844}


@pytest.fixture
def came(visit: Callable[..., None], project: Any) -> Callable[..., None]:
    """Stores a pageview of a user so many days ago, at noon of the project, by a visitor of that day."""
    noon = clock.now().astimezone(project.zone).replace(hour=12, minute=0, second=0, microsecond=0)

    visitors = count(100)

    def came(user: str, *days_ago: int, path: str = "/") -> None:
        for ago in days_ago:
            visit(next(visitors), occurred_at=noon - timedelta(days=ago), user_id=user, path=path)

    return came


@pytest.fixture
def open_page(alice_page: Page, live_server: Any, project: Any) -> Callable[[str], Page]:
    def open_page(query: str) -> Page:
        alice_page.goto(f"{live_server.url}/projects/{project.pk}/retention?{query}")
        expect(alice_page.locator("[data-pending]:not(.menu *)")).to_have_count(0)
        return alice_page

    return open_page


@pytest.fixture
def cohorts_page(came: Callable[..., None], open_page: Callable[[str], Page]) -> Page:
    for user in ("anna", "ben"):
        came(user, 3)
    came("anna", 2, path="/blog/new")
    came("anna", 1)
    return open_page("period=7d&unit=day")


def test_a_cell_says_how_many_people_it_is_by_pointer_and_by_keys(cohorts_page: Page) -> None:
    table = cohorts_page.get_by_role("table", name="Share of each cohort")
    cell = table.locator("[data-more]").filter(has_text="50%").first
    cell.hover()
    said = cohorts_page.get_by_text(re.compile("1 of 2 was there in"))
    expect(said).to_be_visible()
    cohorts_page.get_by_role("heading", name="Who comes back").hover()
    expect(said).not_to_be_visible()
    cell.focus()  # only one cell is in the order of the Tab key
    expect(cell).not_to_be_focused()
    first = table.locator("[data-more]").first
    first.focus()
    for key in ("ArrowDown", "ArrowDown", "ArrowDown", "ArrowRight"):
        cohorts_page.keyboard.press(key)
    expect(cell).to_be_focused()
    expect(said).to_be_visible()


def test_what_is_chosen_stands_in_the_address_and_stays_with_another_period(cohorts_page: Page) -> None:
    cohorts_page.get_by_role("link", name="Weeks").click()
    expect(cohorts_page).to_have_url(re.compile("unit=week"))
    expect(cohorts_page.get_by_role("columnheader", name="Week")).to_be_visible()
    cohorts_page.get_by_label("Period: Last 7 days").click()
    cohorts_page.get_by_role("link", name="Last 28 days").click()
    expect(cohorts_page).to_have_url(re.compile("period=28d.*unit=week"))


def test_new_pages_are_looked_for_and_sorted(cohorts_page: Page) -> None:
    section = cohorts_page.get_by_role("region", name="New pages").first
    expect(section.get_by_role("rowheader", name="/blog/new")).to_be_visible()
    section.get_by_role("button", name="Page").click()
    expect(cohorts_page).to_have_url(re.compile("sort=page"))
    expect(section.get_by_role("columnheader", name="Page")).to_have_attribute("aria-sort", "ascending")
    section.get_by_role("searchbox").press_sequentially("blog")
    expect(section.get_by_text("1 new page.")).to_be_visible()
    expect(cohorts_page).to_have_url(re.compile("search=blog"))
    expect(section.get_by_role("searchbox")).to_be_focused()
    cohorts_page.reload()
    expect(section.get_by_text("1 new page.")).to_be_visible()
    expect(section.get_by_role("searchbox")).to_have_value("blog")


def test_cohorts_are_downloaded(cohorts_page: Page) -> None:
    with cohorts_page.expect_download() as download:
        cohorts_page.get_by_role("region", name="Who comes back").get_by_role("link", name="Download CSV").click()
    assert download.value.suggested_filename.startswith("retention-")
    assert download.value.path().read_text().startswith("cohort,people,later,day,returned")


def test_without_anybody_known_the_page_says_why(visit: Callable[..., None], open_page: Callable[[str], Page]) -> None:
    visit(1)
    page = open_page("")
    expect(page.get_by_role("heading", name="Nobody here is known for longer than a day")).to_be_visible()
    expect(page.get_by_role("region", name="Active people")).not_to_be_visible()
    expect(page.get_by_text("0 of 1 visitors of a day")).to_be_visible()


def test_visitors_or_users_is_a_choice_where_both_are_known(
    project: Any, came: Callable[..., None], open_page: Callable[[str], Page]
) -> None:
    project.identity_mode = IdentityMode.ANONYMOUS_ID
    project.save()
    came("anna", 2, 1)
    page = open_page("period=7d")
    page.get_by_role("link", name="Users").click()
    expect(page).to_have_url(re.compile("by=user_id"))
    expect(page.get_by_role("region", name="Active users")).to_be_visible()


def test_nothing_scrolls_sideways_on_a_phone(came: Callable[..., None], open_page: Callable[[str], Page]) -> None:
    came("u" * 100, 1, path="/" + "long/" * 60)
    page = open_page("period=7d&unit=day")
    page.set_viewport_size(PHONE)
    expect(page.get_by_text("long/long").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
