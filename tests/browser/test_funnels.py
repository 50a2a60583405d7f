"""A funnel built, tried, saved, split and looked into, in a real browser."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from analytics_pulse import clock
from goals.models import Funnel
from reports.funnels.actions import create_funnel

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
STEPS = [
    {"filters": [["is", "event_type", ["pageview"]], ["is", "page", [path]]]} for path in ("/", "/pricing", "/thanks")
]


@pytest.fixture
def visits(happened):
    """Eight visits begin at /; five see the prices, of which two say thanks; one of the others reads the docs."""
    for visitor in range(1, 9):
        source = {"source": "Google" if visitor < 4 else ""}
        happened(20, visitor=visitor, path="/", **source)
        if visitor < 6:
            happened(15, visitor=visitor, path="/pricing", **source)
        if visitor < 3:
            happened(10, visitor=visitor, path="/thanks", **source)
        if visitor == 6:
            happened(10, visitor=visitor, path="/docs", **source)


@pytest.fixture
def funnel(project, alice) -> Funnel:
    return create_funnel(project=project, by=alice, fields={"name": "Thanks", "steps": STEPS})


@pytest.fixture
def go(alice_page: Page, live_server, project, visits):
    def go(path: str = "") -> Page:
        alice_page.goto(f"{live_server.url}/projects/{project.pk}/funnels{path}")
        return alice_page

    return go


def fill(page: Page, step: int, path: str) -> None:
    row = page.get_by_role("group", name=f"Step {step}", exact=True)
    row.get_by_label("Path of the page").fill(path)
    row.get_by_label("Path of the page").press("Escape")


def test_a_funnel_is_built_by_hand_with_its_numbers_beside_it_and_saved(go, project):
    page = go()
    page.get_by_role("link", name="New funnel").first.click()
    result = page.get_by_role("region", name="Result")
    expect(result).to_contain_text("Say two steps or more")
    fill(page, 1, "/")
    fill(page, 2, "/thanks")
    expect(result).to_contain_text("2 of 8 visits")
    page.get_by_role("button", name="Add step").click()
    fill(page, 3, "/pricing")
    expect(result).to_contain_text("0 of 8 visits")
    page.get_by_role("group", name="Step 3", exact=True).get_by_role("button", name="Move up").click()
    expect(result).to_contain_text("2 of 8 visits")
    expect(page.get_by_role("group", name="Step 2", exact=True).get_by_label("Path of the page")).to_have_value(
        "/pricing"
    )
    # All of it is in the address, so that it is there again.
    expect(page).to_have_url(re.compile("steps="))
    page.reload()
    expect(result).to_contain_text("2 of 8 visits")
    page.get_by_label("Name of the funnel").fill("To the thanks")
    page.get_by_role("button", name="Save funnel").click()
    expect(page.get_by_role("heading", name="To the thanks")).to_be_visible()
    expect(page).to_have_url(re.compile(r"/funnels/[0-9a-f-]{36}$"))
    assert [each["filters"][1][2] for each in Funnel.objects.get(project=project).steps] == [
        ["/"],
        ["/pricing"],
        ["/thanks"],
    ]


def test_steps_are_chosen_moved_and_removed_by_keys_alone(go):
    page = go("/new")
    first = page.get_by_role("group", name="Step 1", exact=True)
    first.get_by_label("Path of the page").focus()
    page.keyboard.type("/pri")
    expect(first.get_by_role("option", name="/pricing")).to_be_visible()
    page.keyboard.press("Enter")
    expect(first.get_by_label("Path of the page")).to_have_value("/pricing")
    fill(page, 2, "/")
    page.keyboard.press("Alt+ArrowUp")
    expect(first.get_by_label("Path of the page")).to_have_value("/")
    expect(first.get_by_label("Path of the page")).to_be_focused()
    expect(page.get_by_role("region", name="Result")).to_contain_text("5 of 8 visits")
    page.get_by_role("button", name="Add step").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("group", name="Step 3", exact=True).get_by_label("Kind of step")).to_be_focused()
    remove = page.get_by_role("group", name="Step 3", exact=True).get_by_role("button", name="Remove step")
    remove.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("group", name="Step 3", exact=True)).to_have_count(0)
    expect(page.get_by_role("group", name="Step 2", exact=True).get_by_label("Kind of step")).to_be_focused()


def test_another_period_and_how_it_counts_change_the_numbers_and_keep_the_steps(go):
    page = go("/new")
    fill(page, 1, "/")
    fill(page, 2, "/pricing")
    result = page.get_by_role("region", name="Result")
    expect(result).to_contain_text("5 of 8 visits")
    page.get_by_label("Count", exact=True).select_option("visitor")
    expect(result).to_contain_text("5 of 8 visitors")
    expect(result).to_contain_text("a visitor is a visitor of one day")
    page.get_by_label("Time limit").select_option("custom")
    page.get_by_label("How many").fill("2")
    page.get_by_label("Unit").select_option("m")
    expect(result).to_contain_text("0 of 8 visitors")
    expect(result).to_contain_text("within 2 minutes")
    page.locator("summary", has_text="Last 30 days").click()
    page.get_by_role("link", name="Last 7 days").click()
    expect(page.get_by_label("How many")).to_have_value("2")
    expect(page.get_by_role("region", name="Result")).to_contain_text("0 of 8 visitors")


def test_a_funnel_is_split_and_the_split_stays_with_the_page(go, funnel):
    page = go(f"/{funnel.pk}")
    expect(page.get_by_role("region", name="Thanks")).to_contain_text("2 of 8 visits")
    page.get_by_role("combobox", name="Split by").select_option("source")
    rows = page.get_by_role("table", name="The funnel by Source").get_by_role("row")
    expect(rows).to_have_count(3)
    expect(rows.filter(has_text="Google")).to_contain_text(re.compile(r"Google\s*3\s*100%\s*3\s*67%\s*2"))
    expect(page).to_have_url(re.compile("breakdown=source"))
    page.reload()
    page.get_by_role("table", name="The funnel by Source").get_by_role("link", name="Google").click()
    expect(page.get_by_role("region", name="Thanks")).to_contain_text("2 of 3 visits")
    expect(page.get_by_role("combobox", name="Split by")).to_have_value("source")
    with page.expect_download() as download:
        page.get_by_role("link", name="Download CSV").click()
    assert download.value.path().read_text().splitlines()[1] == ",1,/,3,3,0,100.0,100.0,300.0"


def test_where_people_went_instead_is_a_click_away(go, funnel):
    page = go(f"/{funnel.pk}")
    page.get_by_role("button", name="3 left (38%)").click()
    dialog = page.get_by_role("dialog", name="Where they went instead")
    expect(dialog).to_contain_text("3 visits came to “/” and not to “/pricing”")
    expect(dialog.get_by_role("listitem")).to_have_text([re.compile(r"Left the site\s*2"), re.compile(r"/docs\s*1")])
    dialog.get_by_role("link", name="/docs").click()
    expect(page).to_have_url(re.compile(r"f=page%3Ais%3A%2Fdocs"))


def test_the_same_is_there_as_a_table(go, funnel):
    page = go(f"/{funnel.pk}")
    page.get_by_text("Table", exact=True).click()
    table = page.get_by_role("table", name="The steps of the funnel")
    expect(table.get_by_role("row", name="/pricing")).to_contain_text(re.compile(r"5\s*62%\s*62%\s*2\s*3"))


def test_a_funnel_is_renamed_and_deleted(go, funnel):
    page = go()
    page.get_by_role("link", name="Thanks").click()
    page.get_by_role("link", name="Edit").click()
    page.get_by_label("Name of the funnel").fill("")
    page.get_by_role("button", name="Save funnel").click()
    expect(page.get_by_text("Give it a name.")).to_be_visible()
    page.get_by_label("Name of the funnel").fill("Gratitude")
    page.get_by_role("button", name="Save funnel").click()
    expect(page.get_by_role("heading", name="Gratitude")).to_be_visible()
    page.get_by_role("button", name="Delete", exact=True).click()
    page.get_by_role("dialog").get_by_role("button", name="Delete funnel").click()
    expect(page.get_by_text("The funnel is deleted.")).to_be_visible()
    assert not Funnel.objects.exists()


def test_on_a_phone_nothing_is_wider_than_the_screen(go, funnel):
    page = go()
    page.set_viewport_size({"width": 390, "height": 844})
    for path in ("", f"/{funnel.pk}?breakdown=source", f"/{funnel.pk}/edit"):
        go(path)
        expect(page.locator("[data-pending]:not(.menu *)")).to_have_count(0)
        assert page.evaluate("document.documentElement.scrollWidth") == 390
    page.get_by_role("group", name="Step 2", exact=True).get_by_role("button", name="Move down").click()
    expect(page.get_by_role("region", name="Result")).to_contain_text("0 of 8 visits")


def test_the_past_is_another_period(go, funnel, visit):
    visit(77, occurred_at=clock.now() - timedelta(days=40), path="/")
    page = go(f"/{funnel.pk}")
    expect(page.get_by_text("against 1 before").first).to_be_attached()
