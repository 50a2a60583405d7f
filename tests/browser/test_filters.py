"""Filters in a real browser: the dialog by keyboard and mouse, chips, groups, segments, with and without a script."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import BrowserContext, Locator, Page, expect

from analytics_pulse import clock
from tests.browser.looks import serious

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PHONE = {"width": 390, "height": 844}


@pytest.fixture
def complaints(context: BrowserContext) -> Iterator[None]:
    """A test ends without anything on the console, violations of the Content-Security-Policy among it."""
    said: list[str] = []
    context.on("console", lambda line: said.append(line.text) if line.type in {"error", "warning"} else None)
    context.on("weberror", lambda error: said.append(str(error.error)))
    yield
    assert said == []


@pytest.fixture
def visits(project: Any) -> None:
    """Two visitors from Germany, of whom one signed up, one from France and one from the United States."""
    from tracking.storage import get_store
    from tracking.storage.tests import builders

    at = clock.now() - timedelta(minutes=1)
    signup = {"event_type": "custom", "event_name": "Signup", "custom_data": {"plan": "pro"}}
    rows = [
        {"visitor_id": 1, "country": "DE"},
        {"visitor_id": 1, "country": "DE"} | signup,
        {"visitor_id": 2, "country": "DE", "path": "/docs/install"},
        {"visitor_id": 3, "country": "FR", "path": "/docs"},
        {"visitor_id": 4, "country": "US", "device_type": "mobile"},
    ]
    visit = {"project_id": project.pk, "occurred_at": at, "session_started_at": at, "device_type": "desktop"}
    events = [builders.event(**(visit | {"session_id": row["visitor_id"]} | row)) for row in rows]
    get_store().append(builders.message(*events))


@pytest.fixture
def signed_in(context: BrowserContext, live_server: Any, alice: Any) -> None:
    client = Client()
    client.force_login(alice)
    context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}])


@pytest.fixture
def address(live_server: Any, project: Any) -> str:
    return live_server.url + reverse("reports:dashboard", args=(project.pk,))


@pytest.fixture
def open_page(page: Page, address: str, visits: None, signed_in: None, complaints: None) -> Callable[..., Page]:
    def open_page(query: str = "period=7d") -> Page:
        page.goto(f"{address}?{query}")
        expect(visitors(page)).to_be_visible()
        return page

    return open_page


def visitors(page: Page) -> Locator:
    return page.locator("[data-metric=visitors] .headline__figure")


def chips(page: Page) -> Locator:
    return page.get_by_role("group", name="Filters", exact=True)


def dialog(page: Page) -> Locator:
    return page.get_by_role("dialog", name="Filters")


def open_dialog(page: Page) -> Locator:
    page.locator("summary", has_text="Filter").click()
    expect(dialog(page).get_by_role("combobox", name="Value").last).to_be_focused()
    return dialog(page)


def rows(page: Page) -> Locator:
    return dialog(page).get_by_role("group", name="Filter", exact=True)


def suggested(within: Locator, **more: Any) -> Locator:
    return within.get_by_role("listbox", name="Suggestions").get_by_role("option", **more)


def choose(row: Locator, *values: str, dimension: str = "", operator: str = "") -> None:
    """Set a row of the dialog, each value by what is typed and the first that is suggested for it."""
    if dimension:
        row.get_by_label("Show only what has").select_option(dimension)
    if operator:
        row.get_by_label("How", exact=True).select_option(operator)
    for value in values:
        row.get_by_role("combobox", name="Value").fill(value)
        expect(suggested(row, selected=True)).to_be_visible()
        row.get_by_role("combobox", name="Value").press("Enter")
        expect(row.get_by_role("combobox", name="Value")).to_have_value("")


def apply(page: Page) -> None:
    dialog(page).get_by_role("button", name="Apply").click()
    expect(dialog(page)).not_to_be_visible()


def test_a_filter_is_chosen_by_the_keyboard_alone(open_page):
    page = open_page()
    page.keyboard.press("/")
    expect(dialog(page).get_by_role("combobox", name="Value")).to_be_focused()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Shift+Tab")
    page.keyboard.type("Country")
    expect(rows(page).get_by_label("Show only what has")).to_have_value("country")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    value = dialog(page).get_by_role("combobox", name="Value")
    expect(value).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(value).to_have_attribute("aria-expanded", "true")
    expect(suggested(dialog(page))).to_have_text(["Germany22 visitors", "France11 visitor", "United States11 visitor"])
    expect(dialog(page).get_by_role("status")).to_have_text("3 suggestions")
    page.keyboard.press("ArrowDown")
    active = suggested(dialog(page), selected=True)
    expect(active).to_contain_text("Germany")
    expect(value).to_have_attribute("aria-activedescendant", active.get_attribute("id") or "")
    page.keyboard.press("Escape")
    expect(value).to_have_attribute("aria-expanded", "false")
    expect(dialog(page)).to_be_visible()
    page.keyboard.type("fran")
    expect(suggested(dialog(page), selected=True)).to_contain_text("France")
    page.keyboard.press("Enter")
    page.keyboard.type("germ")
    page.keyboard.press("Enter")
    expect(dialog(page).get_by_role("button", name="Remove Germany")).to_be_visible()
    page.keyboard.press("Enter")
    expect(chips(page)).to_contain_text("Country is France or Germany")
    expect(page).to_have_url(re.compile(r"period=7d&f=country%3Ais%3AFR&f=country%3Ais%3ADE$"))
    expect(visitors(page)).to_have_text("3")


def test_escape_closes_the_dialog_and_changes_nothing(open_page):
    page = open_page("period=7d&f=country:is:DE")
    before = page.url
    open_dialog(page)
    page.keyboard.press("Escape")
    expect(dialog(page)).not_to_be_visible()
    assert page.url == before


def test_a_chip_opens_its_filter_which_is_changed(open_page):
    page = open_page("period=7d&metric=visits&f=device:is:desktop&f=country:is:DE&f=country:is:FR")
    page.get_by_role("button", name="Change the filter Country is Germany or France").click()
    country = rows(page).nth(1)
    expect(country.get_by_role("combobox", name="Value")).to_be_focused()
    country.get_by_role("button", name="Remove Germany").click()
    country.get_by_label("How", exact=True).select_option("is not")
    apply(page)
    expect(chips(page)).to_contain_text("Country is not France")
    expect(page).to_have_url(re.compile("metric=visits&f=device%3Ais%3Adesktop&f=country%3Ais_not%3AFR$"))
    expect(visitors(page)).to_have_text("2")
    page.go_back()
    expect(chips(page)).to_contain_text("Country is Germany or France")
    expect(visitors(page)).to_have_text("3")
    page.go_forward()
    expect(visitors(page)).to_have_text("2")


def test_backspace_takes_the_last_value_and_the_cross_the_filter(open_page):
    page = open_page("f=country:is:DE&f=country:is:FR&f=device:is:desktop")
    open_dialog(page)
    expect(rows(page)).to_have_count(3)
    rows(page).nth(2).get_by_role("button", name="Remove this filter").click()
    rows(page).nth(1).get_by_role("button", name="Remove this filter").click()
    rows(page).nth(0).get_by_role("combobox", name="Value").press("Backspace")
    expect(dialog(page).get_by_role("button", name="Remove France")).to_have_count(0)
    apply(page)
    expect(page).to_have_url(re.compile(r"\?f=country%3Ais%3ADE$"))


@pytest.mark.parametrize("are_suggested", [True, False])
def test_what_is_typed_counts_though_it_was_not_confirmed(open_page, are_suggested):
    page = open_page()
    open_dialog(page)
    rows(page).get_by_label("How", exact=True).select_option("contains")
    if not are_suggested:  # in time
        page.route("**/sections/suggestions*", lambda route: (page.wait_for_timeout(500), route.continue_()))
    rows(page).get_by_role("combobox", name="Value").fill("/DOCS")
    if are_suggested:
        expect(suggested(rows(page)).first).to_be_visible()
    apply(page)
    expect(chips(page)).to_contain_text("Page contains /DOCS")
    expect(visitors(page)).to_have_text("2")


def test_filters_are_joined_by_or_and_stand_in_groups(open_page):
    page = open_page()
    open_dialog(page)
    choose(rows(page).first, "mobile", dimension="Device")
    dialog(page).get_by_role("button", name="Add group").click()
    group = dialog(page).get_by_role("group", name="Group of filters")
    group.get_by_label("How they belong together").select_option("All of these")
    choose(rows(page).nth(1), "germ", dimension="Country")
    group.get_by_role("button", name="Add filter").click()
    choose(rows(page).nth(2), "/docs/", dimension="Page", operator="contains")
    dialog(page).get_by_label("Show only what matches").select_option("any of these")
    apply(page)
    said = "Device is Mobile or (Country is Germany and Page contains /docs/)"
    expect(chips(page)).to_contain_text(said)
    expect(visitors(page)).to_have_text("2")
    address = page.url
    page.get_by_role("button", name=f"Change the filter {said}").click()
    expect(rows(page)).to_have_count(3)
    apply(page)
    expect(page).to_have_url(address)


def test_what_a_visitor_has_done_is_a_filter(open_page):
    page = open_page()
    open_dialog(page)
    rows(page).get_by_role("button", name="Remove this filter").click()
    dialog(page).get_by_role("button", name="Add group").click()
    dialog(page).get_by_label("How they belong together").select_option("The visitor has not done this")
    choose(rows(page), "sign", dimension="Event")
    apply(page)
    expect(chips(page)).to_contain_text("Has not done (Event is Signup)")
    expect(visitors(page)).to_have_text("3")


def test_filters_of_every_kind_come_out_of_the_dialog_as_they_went_in(open_page):
    deep = '["or",[["and",[["is","os",["iOS"]],["not",["is","page",["/a"]]]]],["is","country",["US"]]]]'
    exact = '["contains","page",["/Docs"]],["is","country",["de","fr"],{"case_sensitive":false}]'
    page = open_page(f'period=7d&filters=[{exact},["not",["is","country",["FR",""]]],{deep}]')
    first = page.url
    open_dialog(page)
    expect(dialog(page)).to_contain_text("(Operating system is iOS and not (Page is /a)) or Country is United States")
    apply(page)
    page.wait_for_url(lambda url: url != first)
    second = page.url
    open_dialog(page)
    apply(page)
    expect(page).to_have_url(second)
    expect(chips(page)).to_contain_text("Page contains /Docs (exact case)")
    expect(chips(page)).to_contain_text("(any case)")


def test_a_property_is_found_by_its_name_and_its_values(open_page):
    page = open_page()
    open_dialog(page)
    rows(page).get_by_label("Show only what has").select_option("Property…")
    name = rows(page).get_by_role("combobox", name="Name of the property")
    name.press("ArrowDown")
    suggested(rows(page)).click()
    expect(rows(page).get_by_role("combobox", name="Value")).to_be_focused()
    choose(rows(page), "pr")
    apply(page)
    expect(chips(page)).to_contain_text("Property plan is pro")
    expect(visitors(page)).to_have_text("1")


def test_a_pattern_that_is_none_is_said_and_nothing_is_lost(open_page):
    page = open_page()
    open_dialog(page)
    choose(rows(page), "^/(docs", operator="matches")
    dialog(page).get_by_role("button", name="Apply").click()
    expect(dialog(page).get_by_role("alert")).to_contain_text("A pattern is not a regular expression")
    dialog(page).get_by_role("button", name="Remove ^/(docs").click()
    choose(rows(page), "^/(docs|nothing)$")
    apply(page)
    expect(chips(page)).to_contain_text("Page matches ^/(docs|nothing)$")
    expect(visitors(page)).to_have_text("1")


def test_a_filter_without_a_value_is_said(open_page):
    page = open_page()
    open_dialog(page)
    dialog(page).get_by_role("button", name="Apply").click()
    expect(dialog(page).get_by_role("alert")).to_have_text("Choose a value, or remove this filter.")
    expect(rows(page).get_by_role("combobox", name="Value")).to_be_focused()


def test_suggestions_that_cannot_be_had_keep_nobody_from_a_filter(page, address, visits, signed_in):
    page.goto(f"{address}?period=7d")
    page.route("**/sections/suggestions*", lambda route: route.abort())
    open_dialog(page)
    choose(rows(page), "/docs")
    apply(page)
    expect(chips(page)).to_contain_text("Page is /docs")


def test_lines_that_are_pasted_are_values_of_their_own(open_page):
    page = open_page()
    open_dialog(page)
    page.evaluate("""() => {
      const clipboardData = new DataTransfer();
      clipboardData.setData("text", "/docs\\n/\\n\\n /docs/install ");
      const paste = new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true });
      document.activeElement.dispatchEvent(paste);
    }""")
    apply(page)
    expect(chips(page)).to_contain_text("Page is /docs or / or /docs/install")


def test_without_a_script_one_filter_is_added_by_a_form(browser, address, visits, signed_in, context):
    cookies = context.cookies()
    plain = browser.new_context(java_script_enabled=False)
    plain.add_cookies(cookies)
    page = plain.new_page()
    page.goto(f"{address}?period=7d&f=device:is:desktop")
    page.locator("summary", has_text="Filter").click()
    page.get_by_label("Show only what has").select_option("Country")
    page.get_by_label("Value").fill("Germany")
    page.get_by_role("button", name="Add filter").click()
    expect(chips(page)).to_contain_text("Country is Germany")
    expect(page).to_have_url(re.compile("period=7d&f=device%3Ais%3Adesktop&f=country%3Ais%3ADE"))
    plain.close()


def test_on_a_phone_many_filters_are_folded_and_the_dialog_fits(open_page):
    page = open_page()
    page.set_viewport_size(PHONE)
    page.goto(page.url + "&f=country:is:DE&f=device:is:desktop&f=page:contains_not:/a-very-long-path-that-does-not-fit")
    fold = page.get_by_role("button", name="3 filters")
    expect(fold).to_have_attribute("aria-expanded", "false")
    expect(page.get_by_role("button", name="Change the filter Country is Germany")).not_to_be_visible()
    fold.click()
    page.get_by_role("button", name="Change the filter Country is Germany").click()
    expect(dialog(page)).to_be_visible()
    for button in dialog(page).locator("button:visible, input:visible, select:visible").all():
        box = button.bounding_box()
        assert box
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= PHONE["width"]
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_open_dialog_has_nothing_serious_for_wcag(open_page, theme):
    page = open_page('f=country:is:DE&f=prop:plan:is:pro&filters=[["or",[["is","page",["/"]],["is","os",["x"]]]]]')
    page.emulate_media(color_scheme=theme, reduced_motion="reduce")
    open_dialog(page)
    page.keyboard.press("ArrowDown")
    expect(suggested(dialog(page)).first).to_be_visible()
    assert serious(page) == []


def test_the_filters_of_a_segment_are_changed_as_chips(open_page, project):
    from reports.models import Segment

    segment = Segment.objects.create(project=project, name="Germans", filters=[["is", "country", ["DE"]]])
    page = open_page(f"period=7d&metric=visits&segment={segment.pk}")
    chips(page).get_by_role("button", name="Segment Germans").click()
    page.get_by_role("link", name="Change its filters").click()
    expect(page.get_by_text("You are changing the filters of the segment “Germans”.")).to_be_visible()
    expect(visitors(page)).to_have_text("2")
    page.get_by_role("button", name="Change the filter Country is Germany").click()
    choose(rows(page), "fran")
    apply(page)
    expect(visitors(page)).to_have_text("3")
    page.locator("#panel-pages").get_by_role("link", name="/docs", exact=True).click()
    expect(chips(page)).to_contain_text("Page is /docs")
    page.get_by_role("button", name="Remove the filter Page is /docs").or_(
        page.get_by_role("link", name="Remove the filter Page is /docs")
    ).click()
    expect(page.get_by_text("You are changing the filters of the segment “Germans”.")).to_be_visible()
    page.get_by_role("button", name="Save segment").click()
    expect(chips(page)).to_contain_text("Segment Germans")
    expect(page).to_have_url(re.compile(f"period=7d&metric=visits&segment={segment.pk}$"))
    segment.refresh_from_db()
    assert segment.filters == [["is", "country", ["DE", "FR"]]]


def test_a_segment_that_a_shared_link_relies_on_is_not_deleted(page, address, visits, signed_in, project):
    from reports.models import Segment, SharedLink

    segment = Segment.objects.create(project=project, name="Germans", filters=[["is", "country", ["DE"]]])
    SharedLink.objects.create(project=project, name="For them", segment=segment)
    page.goto(f"{address}?segment={segment.pk}")
    chips(page).get_by_role("button", name="Segment Germans").click()
    page.get_by_text("Delete…").click()
    page.get_by_role("button", name="Delete segment").click()
    expect(page.get_by_text("A shared link shows no more than this segment.")).to_be_visible()
    assert Segment.objects.count() == 1


def test_who_has_a_shared_link_filters_by_the_dialog(page, live_server, visits, project, complaints):
    from reports.models import SharedLink

    link = SharedLink.objects.create(project=project, name="All", least_visitors=0)
    page.goto(f"{live_server.url}/share/{link.slug}?period=7d")
    open_dialog(page)
    choose(rows(page), "germ", dimension="Country")
    apply(page)
    expect(chips(page)).to_contain_text("Country is Germany")
    expect(page).to_have_url(re.compile(f"/share/{link.slug}\\?period=7d&f=country%3Ais%3ADE$"))
    expect(visitors(page)).to_have_text("2")
