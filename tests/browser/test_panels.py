"""The dashboard's panels in a real browser: tabs, the map, and the dialog with all rows."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from analytics_pulse import clock

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PHONE = {"width": 390, "height": 844}


@pytest.fixture
def visits(project) -> Callable[..., None]:
    """Stores a visit of one event for each of these, by a visitor of its own."""
    from tracking.storage import get_store
    from tracking.storage.tests import builders

    def store(*several: dict[str, Any]) -> None:
        now = clock.now()
        rows = [
            {"project_id": project.pk, "visitor_id": number, "session_id": number, "session_started_at": now}
            | {"occurred_at": now}
            | fields
            for number, fields in enumerate(several, 1)
        ]
        get_store().append(builders.message(*(builders.event(**row) for row in rows)))

    return store


@pytest.fixture
def dashboard(alice_page: Page, live_server, project, visits) -> Iterator[Page]:
    """The dashboard of 14 visits, seen by alice, who is where its address leads."""
    visits(
        *({"path": f"/page-{number:02}", "country": "DE", "browser": "Firefox"} for number in range(10)),
        {"path": "/pricing", "country": "US", "city": "Austin", "source": "Google", "utm_medium": "email"},
        {"path": "/pricing", "country": "US", "city": "Boston", "source": "Bing"},
        {"event_type": "custom", "event_name": "signup", "country": "SG", "custom_data": {"plan": "pro", "seats": 3}},
        {"event_type": "custom", "event_name": "signup", "country": "FR", "custom_data": {"plan": "free"}},
    )
    alice_page.goto(address(live_server, project))
    expect(alice_page.locator("[data-pending]:not(.menu *)")).to_have_count(0)
    yield alice_page
    # The database is emptied next, which does not get along with questions that are still being answered.
    alice_page.wait_for_load_state("networkidle")
    alice_page.goto("about:blank")


def address(live_server, project, query: str = "period=7d") -> str:
    return f"{live_server.url}{reverse('reports:dashboard', args=(project.pk,))}?{query}"


def panel(page: Page, name: str):
    return page.get_by_role("region", name=name, exact=True)


def country(page: Page, name: str):
    return panel(page, "Locations").get_by_role("link", name=re.compile(f"^{name}: "))


def open_details(page: Page, name: str = "Page"):
    page.get_by_role("button", name=f"Details: {name}").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("table")).to_be_visible()
    return dialog


def values(dialog) -> list[str]:
    return [text.strip() for text in dialog.get_by_role("rowheader").get_by_role("link").all_inner_texts() if text]


def first_row(dialog):
    return dialog.get_by_role("rowheader").first


# --- Tabs ---


def test_an_opened_tab_is_in_the_address_and_goes_along_with_links(dashboard):
    panel(dashboard, "Locations").get_by_role("button", name="Cities").click()
    expect(panel(dashboard, "Locations")).to_contain_text("Austin")
    expect(dashboard).to_have_url(re.compile("tab=cities"))
    panel(dashboard, "Devices").get_by_role("button", name="OS", exact=True).click()
    expect(dashboard).to_have_url(re.compile("tab=cities&tab=systems"))
    panel(dashboard, "Sources").get_by_role("link", name="Google").click()
    expect(dashboard).to_have_url(re.compile("source%3Ais%3AGoogle.*tab=cities&tab=systems"))
    expect(panel(dashboard, "Locations")).to_contain_text("Austin")
    expect(panel(dashboard, "Locations")).not_to_contain_text("Boston")


def test_a_tab_gives_way_to_another_one_of_its_panel(dashboard):
    for name in ("Cities", "Countries"):
        panel(dashboard, "Locations").get_by_role("button", name=name).click()
        expect(panel(dashboard, "Locations").get_by_role("button", name=name)).to_have_attribute("aria-current", "true")
    expect(dashboard).to_have_url(re.compile(r"\?period=7d&tab=countries$"))


def test_campaigns_are_in_a_menu_that_is_used_with_the_keyboard(dashboard):
    sources = panel(dashboard, "Sources")
    sources.locator("summary").focus()
    dashboard.keyboard.press("Enter")
    for _ in range(3):
        dashboard.keyboard.press("ArrowDown")
    expect(sources.get_by_role("button", name="UTM medium")).to_be_focused()
    dashboard.keyboard.press("Enter")
    expect(sources).to_contain_text("email")
    expect(sources.locator("summary")).to_contain_text("UTM medium")
    expect(sources.locator("summary")).to_be_focused()


def test_properties_have_a_menu_of_the_keys_that_occur(dashboard):
    events = panel(dashboard, "Custom events")
    events.get_by_role("button", name="Properties").click()
    expect(events.get_by_role("listitem")).to_have_count(2)
    events.get_by_text("plan").first.click()
    events.get_by_role("button", name="seats").click()
    expect(events.get_by_role("listitem")).to_have_count(1)
    expect(dashboard).to_have_url(re.compile("tab=properties%3Aseats"))
    dashboard.reload()
    expect(events.get_by_role("link", name="3")).to_be_visible()


def test_a_row_that_is_a_filter_takes_it_away(dashboard):
    panel(dashboard, "Sources").get_by_role("link", name="Google").click()
    dashboard.wait_for_url(re.compile("Google"))
    row = panel(dashboard, "Sources").get_by_role("link", name="Google")
    expect(row).to_have_accessible_name(re.compile("is a filter"))
    row.click()
    expect(dashboard).not_to_have_url(re.compile("Google"))


# --- The map ---


def test_the_map_shows_countries_and_a_click_filters(dashboard):
    expect(country(dashboard, "Germany")).to_have_accessible_name("Germany: 10 visitors, 71%")
    country(dashboard, "Germany").locator("path").hover()
    expect(panel(dashboard, "Locations").get_by_text("10 visitors")).to_be_visible()
    country(dashboard, "Germany").locator("path").click()
    expect(dashboard).to_have_url(re.compile("country%3Ais%3ADE"))
    expect(country(dashboard, "Germany")).to_have_attribute("aria-current", "true")


def test_a_country_too_small_for_a_shape_is_a_point(dashboard):
    country(dashboard, "Singapore").locator("circle").first.click()
    expect(dashboard).to_have_url(re.compile("country%3Ais%3ASG"))


def test_the_map_is_one_stop_of_the_tab_key_and_read_with_the_arrows(dashboard):
    panel(dashboard, "Locations").get_by_role("button", name="Languages").focus()
    dashboard.keyboard.press("Tab")
    expect(country(dashboard, "Germany")).to_be_focused()
    dashboard.keyboard.press("ArrowRight")
    expect(country(dashboard, "United States")).to_be_focused()
    expect(panel(dashboard, "Locations").get_by_text("2 visitors")).to_be_visible()
    dashboard.keyboard.press("ArrowLeft")
    dashboard.keyboard.press("Tab")
    expect(dashboard.get_by_role("button", name="Details: Country")).to_be_focused()
    dashboard.keyboard.press("Shift+Tab")
    dashboard.keyboard.press("Enter")
    expect(dashboard).to_have_url(re.compile("country%3Ais%3ADE"))


def test_a_map_that_cannot_be_had_says_where_the_numbers_are(dashboard, complaints):
    dashboard.route("**/countries*.json", lambda route: route.abort())
    dashboard.reload()
    expect(panel(dashboard, "Locations")).to_contain_text("has the same numbers")
    dashboard.goto("about:blank")
    complaints[:] = [text for text in complaints if "ERR_FAILED" not in text]


# --- Details ---


def test_details_are_sorted_by_any_column(dashboard):
    dialog = open_details(dashboard)
    expect(dialog.get_by_role("columnheader", name="Visitors")).to_have_attribute("aria-sort", "descending")
    assert values(dialog)[0] == "/"  # of both signups
    dialog.get_by_role("button", name="Page", exact=True).click()
    expect(dialog.get_by_role("columnheader", name="Page", exact=True)).to_have_attribute("aria-sort", "ascending")
    assert values(dialog) == sorted(values(dialog))
    dialog.get_by_role("button", name="Page", exact=True).click()
    expect(first_row(dialog)).to_contain_text("/pricing")
    expect(dashboard).to_have_url(re.compile("details=pages&sort=-dimension"))


def test_details_are_searched_while_one_types(dashboard):
    dialog = open_details(dashboard)
    expect(dialog.get_by_role("searchbox")).to_be_focused()
    dashboard.keyboard.type("pric")
    expect(dialog.get_by_role("status")).to_have_text("1 row")
    expect(dialog.get_by_role("searchbox")).to_be_focused()
    dialog.get_by_role("button", name="Bounce rate").click()
    expect(dialog.get_by_role("columnheader", name="Bounce rate")).to_have_attribute("aria-sort", "descending")
    assert values(dialog) == ["/pricing"]
    dialog.get_by_role("searchbox").fill("nowhere")
    expect(dialog).to_contain_text("Nothing in this list has “nowhere” in it.")
    dialog.get_by_role("searchbox").fill("")
    expect(dialog.get_by_role("status")).to_have_text("12 rows")


def test_details_are_a_link_that_back_closes(dashboard, live_server, project):
    open_details(dashboard)
    expect(dashboard).to_have_url(re.compile("details=pages"))
    dashboard.go_back()
    expect(dashboard.get_by_role("dialog")).to_have_count(0)
    expect(dashboard).to_have_url(address(live_server, project))
    dashboard.go_forward()
    expect(dashboard.get_by_role("dialog")).to_contain_text("/pricing")
    dashboard.keyboard.press("Escape")
    expect(dashboard).to_have_url(address(live_server, project))
    dashboard.goto(address(live_server, project, "period=7d&details=cities&search=united&sort=dimension"))
    dialog = dashboard.get_by_role("dialog")
    expect(dialog.get_by_role("searchbox")).to_have_value("united")
    expect(first_row(dialog)).to_contain_text("Austin")
    dialog.get_by_role("button", name="Close").click()
    expect(dashboard).to_have_url(address(live_server, project))


def test_a_row_of_the_details_filters_the_dashboard(dashboard):
    open_details(dashboard).get_by_role("link", name="/pricing", exact=True).click()
    expect(dashboard).to_have_url(re.compile("page%3Ais%3A%2Fpricing"))
    expect(dashboard.get_by_role("dialog")).to_have_count(0)


def test_more_rows_come_one_hundred_at_a_time(dashboard, visits):
    visits(*({"path": f"/many/{number:03}", "country": "DE"} for number in range(230)))
    dashboard.reload()
    dialog = open_details(dashboard)
    for count in (200, 242):
        dialog.get_by_role("button", name="Show more").click()
        expect(dialog.get_by_role("rowheader")).to_have_count(count)
        expect(dialog.locator("a:focus")).to_have_count(1)
    expect(dialog.get_by_role("button", name="Show more")).to_have_count(0)
    assert len(set(values(dialog))) == 242
    dashboard.go_back()
    dashboard.go_forward()
    expect(dialog.get_by_role("columnheader")).not_to_have_count(0)
    expect(dialog.get_by_role("rowheader")).to_have_count(100)


def test_the_csv_is_of_what_was_searched(dashboard):
    dialog = open_details(dashboard)
    dialog.get_by_role("searchbox").fill("pricing")
    expect(dialog.get_by_role("status")).to_have_text("1 row")
    with dashboard.expect_download() as download:
        dialog.get_by_role("link", name="Download CSV").click()
    lines = download.value.path().read_text().splitlines()
    assert lines[0].startswith("page,visitors,visits")
    assert [line.split(",")[:2] for line in lines[1:]] == [["/pricing", "2"]]


def test_on_a_phone_the_table_scrolls_and_its_values_stay(dashboard):
    dashboard.set_viewport_size(PHONE)
    dialog = open_details(dashboard)
    table = dialog.get_by_role("region")
    before = first_row(dialog).bounding_box()
    assert before
    table.evaluate("element => element.scrollTo(9999, 0)")
    expect(dialog.get_by_role("columnheader", name="Scroll depth")).to_be_in_viewport()
    after = first_row(dialog).bounding_box()
    assert after
    assert after["x"] == before["x"]
    assert dashboard.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def test_a_list_that_fails_says_so_and_can_be_closed(dashboard, complaints):
    dashboard.route(
        "**/sections/details*", lambda route: route.fulfill(status=503, content_type="text/plain", body="Away")
    )
    dashboard.get_by_role("button", name="Details: Page").click()
    expect(dashboard.get_by_role("dialog")).to_contain_text("Away")
    dashboard.get_by_role("dialog").get_by_role("button", name="Close").click()
    expect(dashboard.get_by_role("dialog")).to_have_count(0)
    complaints[:] = [text for text in complaints if "503" not in text]
