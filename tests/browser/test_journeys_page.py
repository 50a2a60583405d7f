"""The page of journeys in a real browser: choosing what to look at, the picture, one node, and a phone."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PHONE = {"width": 390, "height": 844}


@pytest.fixture
def journeys_page(alice_page: Page, live_server: Any, project: Any, happened: Callable[..., None]) -> Page:
    happened(9, path="/", visitor=1)
    happened(8, path="/pricing", visitor=1)
    happened(7, path="/pricing", visitor=1, event_name="Signup")
    happened(6, path="/welcome", visitor=1)
    happened(9, path="/", visitor=2)
    happened(8, path="/pricing", visitor=2)
    happened(9, path="/blog", visitor=3)
    alice_page.goto(f"{live_server.url}/projects/{project.pk}/journeys")
    expect(picture(alice_page)).to_contain_text("Step 3")
    return alice_page


def picture(page: Page) -> Locator:
    return page.get_by_role("region", name="Paths, step by step")


def test_a_page_to_begin_with_is_looked_for_and_chosen_by_keyboard(journeys_page: Page) -> None:
    field = journeys_page.get_by_role("combobox", name="Page or event")
    expect(field).to_have_value("Start of visit")
    field.focus()
    journeys_page.keyboard.type("pric")
    expect(journeys_page.get_by_role("option", name="/pricing")).to_be_visible()
    journeys_page.keyboard.press("Enter")
    expect(journeys_page).to_have_url(re.compile(r"/journeys\?.*anchor=page%3A%2Fpricing"))
    expect(journeys_page.get_by_text("2 visits with /pricing")).to_be_visible()
    journeys_page.get_by_role("combobox", name="Page or event").fill("")
    journeys_page.keyboard.press("Enter")
    expect(journeys_page).not_to_have_url(re.compile("anchor"))
    expect(journeys_page.get_by_role("combobox", name="Page or event")).to_have_value("Start of visit")


def test_direction_steps_and_events_are_in_the_address_and_stay_with_another_period(journeys_page: Page) -> None:
    journeys_page.get_by_label("Direction").select_option(label="Paths to")
    expect(journeys_page).to_have_url(re.compile("direction=to"))
    expect(picture(journeys_page)).to_contain_text("End of visit")
    journeys_page.get_by_label("How far").select_option(label="2 steps")
    expect(journeys_page).to_have_url(re.compile("steps=2"))
    journeys_page.get_by_label("With custom events").check()
    expect(journeys_page).to_have_url(re.compile("direction=to.*steps=2.*events=1"))
    expect(picture(journeys_page)).to_contain_text("Signup")
    journeys_page.get_by_label("Period: Last 30 days").click()
    journeys_page.get_by_role("link", name="Today").first.click()
    expect(journeys_page).to_have_url(re.compile("period=today.*direction=to.*steps=2.*events=1"))


def test_ribbons_join_the_bars_of_the_nodes(journeys_page: Page) -> None:
    ribbons = journeys_page.locator("[data-ribbons] path")
    expect(ribbons).to_have_count(4)
    gaps = journeys_page.evaluate(
        """() => [...document.querySelectorAll("[data-ribbons] path")].map((path) => {
          const [source, target] = path.dataset.ends.split(" ");
          const at = path.getBoundingClientRect();
          const bar = (name) => document.querySelector(name).getBoundingClientRect();
          return Math.abs(at.left - bar(`[data-far="${source}"]`).right)
            + Math.abs(at.right - bar(`[data-near="${target}"]`).left);
        })"""
    )
    assert max(gaps) < 2


def test_a_node_is_opened_by_keyboard_and_leads_to_its_own_paths(journeys_page: Page) -> None:
    node = picture(journeys_page).get_by_role("button", name="/pricing")
    node.focus()
    expect(journeys_page.locator("[data-flow] path.is-on")).to_have_count(2)
    journeys_page.keyboard.press("Enter")
    dialog = journeys_page.get_by_role("dialog", name="/pricing")
    expect(dialog.get_by_role("list", name="Where they went")).to_contain_text("/welcome")
    expect(dialog.get_by_role("list", name="Where they went")).to_contain_text("Left here")
    dialog.get_by_role("link", name="Paths to here").click()
    expect(journeys_page.get_by_text("2 visits with /pricing")).to_be_visible()
    expect(picture(journeys_page)).to_contain_text("1 step before")


def test_a_step_becomes_a_filter_of_visits(journeys_page: Page) -> None:
    picture(journeys_page).get_by_role("button", name="/welcome").click()
    journeys_page.get_by_role("link", name="Only visits with this step").click()
    expect(journeys_page.get_by_role("group", name="Filters")).to_contain_text("/welcome")
    expect(picture(journeys_page).get_by_role("button")).to_have_count(3)


def test_entry_and_exit_filter_the_page(journeys_page: Page) -> None:
    journeys_page.get_by_role("link", name="/ to /welcome").click()
    expect(journeys_page.get_by_role("group", name="Filters")).to_contain_text("Exit page")
    expect(picture(journeys_page)).not_to_contain_text("/blog")


def test_the_same_is_there_as_a_table(journeys_page: Page) -> None:
    journeys_page.get_by_text("Table", exact=True).click()
    table = journeys_page.get_by_role("table", name="From one step to the next")
    expect(table.get_by_role("row").filter(has_text="Step 2")).to_have_count(2)


def test_a_phone_has_a_list_of_steps_and_nothing_scrolls_sideways(
    journeys_page: Page, happened: Callable[..., None]
) -> None:
    happened(5, path="/" + "a-very-long-path/" * 12, visitor=1)
    journeys_page.set_viewport_size(PHONE)
    journeys_page.goto(f"{journeys_page.url}?period=7d")
    expect(picture(journeys_page)).to_contain_text("a-very-long-path")
    pages = journeys_page.get_by_role("navigation", name="Pages of this project")
    expect(pages.get_by_role("link", name="Journeys")).to_be_in_viewport(ratio=0.9)
    expect(journeys_page.locator("[data-ribbons]")).to_be_hidden()
    nodes = picture(journeys_page).get_by_role("button")
    lefts = {round(box["x"]) for box in (node.bounding_box() for node in nodes.all()) if box}
    assert len(lefts) == 1
    assert journeys_page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    nodes.first.click()
    expect(journeys_page.get_by_role("dialog")).to_be_visible()
    assert journeys_page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
