"""The page of broken pages in a real browser: what leads there, and redirect rules of what is chosen."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def broken_pages(alice_page: Page, live_server: Any, project: Any, happened: Callable[..., None]) -> Page:
    happened(70, path="/docs/setup", visitor=1)
    happened(9, path="/docs", visitor=2)
    happened(8, path="/docs/setup.html", visitor=2, event_type="not_found")
    happened(7, path='/odd"} path', visitor=3, event_type="not_found")
    alice_page.goto(f"{live_server.url}/projects/{project.pk}/broken-pages")
    return alice_page


def test_what_leads_there_is_a_click_away(broken_pages: Page) -> None:
    broken_pages.get_by_role("button", name="/docs/setup.html").focus()
    broken_pages.keyboard.press("Enter")
    expect(broken_pages.get_by_role("dialog").get_by_role("row", name="/docs 1")).to_be_visible()


def test_the_rules_are_of_what_was_chosen_and_can_be_downloaded(broken_pages: Page, tmp_path: Path) -> None:
    expect(broken_pages.get_by_label("Send visitors of /docs/setup.html to")).to_have_value("/docs/setup")
    broken_pages.get_by_label('Send visitors of /odd"} path to').fill("/docs")
    broken_pages.get_by_role("button", name="Show the rules").click()
    rules = broken_pages.get_by_role("dialog")
    expect(rules).to_contain_text('location = "/docs/setup.html" { return 301 "/docs/setup"; }')
    with broken_pages.expect_download() as download:
        rules.get_by_role("button", name="Download redirects.conf").click()
    download.value.save_as(tmp_path / "rules")
    assert 'location = "/odd\\"} path" { return 301 "/docs"; }' in (tmp_path / "rules").read_text()


def test_what_nobody_can_be_sent_to_is_named_and_stays(broken_pages: Page) -> None:
    target = broken_pages.get_by_label("Send visitors of /docs/setup.html to")
    target.fill("//elsewhere.example")
    broken_pages.get_by_role("button", name="Show the rules").click()
    expect(broken_pages.get_by_role("dialog").get_by_role("alert")).to_contain_text("//elsewhere.example")
    broken_pages.keyboard.press("Escape")
    expect(target).to_have_value("//elsewhere.example")


def test_the_list_is_searched_and_its_address_says_so(broken_pages: Page) -> None:
    expect(broken_pages.get_by_role("button", name="/docs/setup.html")).to_be_visible()
    broken_pages.get_by_role("searchbox", name="Search this list").fill("odd")
    expect(broken_pages.get_by_role("button", name="/docs/setup.html")).to_have_count(0)
    broken_pages.reload()
    expect(broken_pages.get_by_role("searchbox", name="Search this list")).to_have_value("odd")
    expect(broken_pages.get_by_label('Send visitors of /odd"} path to')).to_be_visible()
    broken_pages.get_by_label("Which of them").select_option("Fixed")
    expect(broken_pages.get_by_text("Nothing in this list has")).to_be_visible()
