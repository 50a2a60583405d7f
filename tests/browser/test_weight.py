"""What the dashboard weighs, whom it asks, and that it stands still while it loads. As `make run` serves it."""

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from analytics_pulse.supervisor.stack import Stack
from tests.browser.conftest import DESKTOP, PHONE, TIMEOUT_MS, WINDOWS
from tracking.demo import account

pytestmark = [pytest.mark.browser, pytest.mark.slow]
MOST_BYTES = 150_000
MOST_SHIFT = 0.02
WATCH_SHIFTS = """
  window.shifts = [];
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      const moved = entry.sources.map(({ node }) => node?.id || node?.className || node?.nodeName);
      window.shifts.push([entry.value, moved.join(", ")]);
    }
  }).observe({ type: "layout-shift", buffered: true });
"""


@pytest.fixture(scope="module")
def dashboard(stack: Stack) -> str:
    """The address of the demo project's dashboard."""
    said = stack.manage("seed_demo", "--days", "10")
    return next(word for word in said.split() if "/projects/" in word)


@pytest.fixture(scope="module")
def session(browser: Browser, stack: Stack, dashboard: str) -> list:
    """The cookies of who is logged in to the demo."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{stack.url}/accounts/login/")
    page.get_by_label("Email").fill(account.EMAIL)
    page.get_by_label("Password", exact=True).fill(account.PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Log in", exact=True).click()
    expect(page.get_by_role("heading", name="Projects", level=1)).to_be_visible()
    cookies = context.cookies()
    context.close()
    return cookies


@pytest.fixture(params=[PHONE, DESKTOP])
def context(request: pytest.FixtureRequest, browser: Browser, session: list) -> Iterator[BrowserContext]:
    """A browser that has loaded nothing before."""
    fresh = browser.new_context(**WINDOWS[request.param])
    fresh.set_default_timeout(TIMEOUT_MS)
    fresh.add_cookies(session)
    yield fresh
    fresh.close()


def load(page: Page, address: str) -> None:
    page.goto(address)
    expect(page.locator("[data-chart] svg")).to_be_visible()
    expect(page.locator("[data-pending]:not(.menu *)")).to_have_count(0)


def test_the_whole_dashboard_is_light_and_asks_nobody_else(context, dashboard):
    page = context.new_page()
    network = context.new_cdp_session(page)
    network.send("Network.enable")
    addresses: dict[str, str] = {}
    weights: dict[str, int] = {}

    def note_address(sent: dict) -> None:
        addresses[sent["requestId"]] = sent["request"]["url"]

    def note_weight(done: dict) -> None:
        weights[done["requestId"]] = int(done["encodedDataLength"])

    network.on("Network.requestWillBeSent", note_address)
    network.on("Network.loadingFinished", note_weight)
    load(page, dashboard)
    hosts = {urlsplit(each).netloc for each in addresses.values() if not each.startswith("data:")}
    assert hosts == {urlsplit(dashboard).netloc}
    heaviest = sorted(((weight, addresses.get(number)) for number, weight in weights.items()), reverse=True)
    assert sum(weights.values()) < MOST_BYTES, heaviest


def test_nothing_jumps_while_the_sections_load(context, dashboard):
    page = context.new_page()
    page.add_init_script(WATCH_SHIFTS)
    load(page, dashboard)
    shifts = page.evaluate("shifts")
    assert sum(value for value, _ in shifts) < MOST_SHIFT, shifts
