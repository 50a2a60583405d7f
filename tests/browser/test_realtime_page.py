"""The realtime page in a real browser: what is sent to the real product shows by itself, and nothing jumps."""

import json
import re
import subprocess
import sys
import urllib.request
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from analytics_pulse.supervisor.stack import ROOT, Stack

WITHIN_MS = 5_000
PHONE = {"width": 390, "height": 844}
# What moves although nobody touched the page, by how much: what a reader would be annoyed by.
WATCH_SHIFTS = """
window.shifts = [];
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shifts.push(entry.value);
}).observe({ type: "layout-shift", buffered: true });
"""


def feed(page: Page) -> Any:
    return page.get_by_role("region", name="Events", exact=True)


def active(page: Page) -> Any:
    return page.locator("#section-live")


# --- With the product as it runs --------------------------------------------------------------------------------------
@pytest.fixture
def watched(stack: Stack, page: Page) -> tuple[Page, Callable[..., None]]:
    """The realtime page of a new project, and a way to send events to it as a site does."""
    command = [sys.executable, "manage.py", "create_project", "--email", "rita@example.com", "--name", "Live"]
    made = subprocess.run(
        [*command, "--domain", "live.example", "--json"],
        cwd=ROOT,
        env=stack.environment,
        capture_output=True,
        check=True,
    )
    project = json.loads(made.stdout)

    def send(path: str, **fields: Any) -> None:
        event = {"event_type": "pageview", "url": f"https://live.example{path}"} | fields
        request = urllib.request.Request(
            f"{stack.url}/api/v1/track/batch?key={project['write_key']}",
            json.dumps({"events": [event]}).encode(),
            {
                "Content-Type": "application/json",
                "User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Firefox/127.0",
            },
        )
        assert json.load(urllib.request.urlopen(request))["processed"] == 1

    send("/first", timezone="Europe/Berlin")
    page.goto(project["login_url"])
    page.goto(f"{stack.url}/projects/{project['project_id']}")
    page.get_by_role("link", name="Realtime").click(timeout=30_000)
    return page, send


@pytest.mark.browser
@pytest.mark.slow
def test_what_happens_shows_by_itself(watched: tuple[Page, Callable[..., None]]) -> None:
    page, send = watched
    expect(feed(page)).to_contain_text("/first")
    expect(active(page)).to_have_attribute("data-active", "1")
    page.evaluate(WATCH_SHIFTS)
    row = feed(page).get_by_role("listitem").filter(has_text="/first").element_handle()
    send("/pricing", event_type="custom", event_name="signup")
    expect(feed(page)).to_contain_text("signup", timeout=WITHIN_MS)
    send("/second")
    expect(feed(page)).to_contain_text("/second", timeout=WITHIN_MS)
    expect(page.get_by_role("region", name="Pages")).to_contain_text("/second", timeout=WITHIN_MS)
    expect(page.get_by_role("region", name="Countries")).to_contain_text("Germany")
    assert row is not None
    assert row.evaluate("(row) => row.isConnected")  # moved down, and not drawn anew
    assert page.evaluate("window.shifts.reduce((sum, each) => sum + each, 0)") < 0.1


# --- Over the store ---------------------------------------------------------------------------------------------------
@pytest.fixture
def realtime_page(alice_page: Page, live_server: Any, project: Any, happened: Callable[..., None]) -> Page:
    happened(3, path="/", visitor=1, source="Google", country="DE", browser="Firefox", device_type="desktop")
    happened(12, path="/pricing", visitor=2, country="US")
    alice_page.goto(f"{live_server.url}/projects/{project.pk}/realtime?f=source:is:Google")
    expect(active(alice_page)).to_have_attribute("data-active", "1")
    return alice_page


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_all_of_it_can_be_read(realtime_page: Page) -> None:
    expect(realtime_page.get_by_text("Realtime shows all visitors.")).to_be_visible()
    for name, value in (("Pages", "/pricing"), ("Sources", "Google"), ("Countries", "Germany"), ("Devices", "Desktop")):
        expect(realtime_page.get_by_role("region", name=name, exact=True)).to_contain_text(value)
    expect(feed(realtime_page).get_by_role("listitem").filter(has_text="Firefox")).to_contain_text("Desktop · Google")
    realtime_page.get_by_text("Table").click()
    table = realtime_page.get_by_role("table", name="Pageviews by minute")
    expect(table.get_by_role("row")).to_have_count(31)
    realtime_page.get_by_role("link", name="/pricing").click()
    expect(realtime_page).to_have_url(re.compile(r"/projects/[0-9a-f-]+\?.*page%3Ais%3A%2Fpricing"))


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_it_stands_still_while_it_is_paused(realtime_page: Page, happened: Callable[..., None]) -> None:
    realtime_page.get_by_role("button", name="Pause").click()
    asked: list[str] = []
    realtime_page.on("request", lambda request: asked.append(request.url))
    happened(0, path="/while-paused", visitor=3)
    realtime_page.wait_for_timeout(5_000)
    assert [url for url in asked if "/sections/" in url] == []
    realtime_page.get_by_role("button", name="Go on").click()
    expect(feed(realtime_page)).to_contain_text("/while-paused", timeout=WITHIN_MS)


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_a_hidden_tab_asks_for_nothing(realtime_page: Page, context: BrowserContext) -> None:
    hide = """(state) => {
      Object.defineProperty(document, "hidden", { value: state, configurable: true });
      document.dispatchEvent(new Event("visibilitychange"));
    }"""
    realtime_page.evaluate(hide, True)
    realtime_page.wait_for_timeout(500)  # what was under way
    asked: list[str] = []
    realtime_page.on("request", lambda request: asked.append(request.url))
    realtime_page.wait_for_timeout(4_500)
    assert [url for url in asked if "/sections/" in url] == []
    with realtime_page.expect_request("**/sections/live*"):
        realtime_page.evaluate(hide, False)


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_a_lost_connection_is_said_and_what_was_known_stays(
    realtime_page: Page, context: BrowserContext, happened: Callable[..., None], complaints: list[str]
) -> None:
    context.set_offline(True)
    expect(realtime_page.locator("#connection")).to_contain_text("You are offline.")
    expect(feed(realtime_page)).to_contain_text("/pricing")
    happened(0, path="/meanwhile", visitor=3)
    context.set_offline(False)
    expect(feed(realtime_page)).to_contain_text("/meanwhile", timeout=10_000)
    complaints[:] = [text for text in complaints if "ERR_" not in text and not text.startswith("htmx:")]


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_focus_stays_on_a_row_that_moves(realtime_page: Page, happened: Callable[..., None]) -> None:
    pages = realtime_page.get_by_role("region", name="Pages")
    pages.get_by_role("link", name="/pricing").focus()
    for visitor in (4, 5, 6):
        happened(0, path="/pricing", visitor=visitor)
    expect(pages.get_by_role("listitem").first).to_contain_text("/pricing", timeout=WITHIN_MS)
    expect(pages.get_by_role("link", name="/pricing")).to_be_focused()


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_nothing_scrolls_sideways_on_a_phone(realtime_page: Page, happened: Callable[..., None]) -> None:
    happened(0, path="/" + "a-very-long-path/" * 12, visitor=3, event_name="e" * 100, source="s" * 80)
    realtime_page.set_viewport_size(PHONE)
    realtime_page.reload()
    expect(feed(realtime_page)).to_contain_text("e" * 100)
    assert realtime_page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
