"""A shared link from making to withdrawing it, opened by people without an account, in a window and in a frame."""

import re
from collections.abc import Callable, Iterator

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, BrowserContext, FrameLocator, Page, expect

from reports import shared_links
from reports.models import SharedLink
from tests.browser.visited_site import VisitedSite, visited_site

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PASSWORD = "correct horse"
GROWS = """
<script>
  addEventListener("message", (event) => {
    if (event.data.type === "analytics-pulse:height") document.querySelector("iframe").height = event.data.height;
  });
</script>
"""


@pytest.fixture
def link(project, alice, visit) -> SharedLink:
    """Six visitors from Germany, five from France, with whom one each from Japan and Iceland are folded."""
    for visitor, country in enumerate(["DE"] * 6 + ["FR"] * 5 + ["JP", "IS"], 1):
        visit(visitor, country=country, path="/rare" if country in ("JP", "IS") else "/")
    return shared_links.create_link(project=project, by=alice, name="Board", may_embed=True)


@pytest.fixture
def site() -> Iterator[VisitedSite]:
    with visited_site() as running:
        running.has_tag = False
        yield running


@pytest.fixture
def embedded(page: Page, live_server, site, link) -> Callable[[str], FrameLocator]:
    """The link in a frame of another site's page."""

    def embed(query: str) -> FrameLocator:
        site.html["/"] = f'<iframe src="{live_server.url}{link.path}{query}" width="900" height="300"></iframe>{GROWS}'
        page.goto(site.url)
        return page.frame_locator("iframe")

    return embed


def visitors(shown: Page | FrameLocator):
    return shown.get_by_role("button", name=re.compile("^Unique visitors"))


def test_a_link_is_made_given_away_and_withdrawn(alice_page, browser, live_server, project, link):
    alice_page.goto(live_server.url + reverse("reports:shared-links", args=(project.pk,)))
    alice_page.get_by_label("Name").fill("For the agency")
    alice_page.get_by_role("button", name="Make the link").click()
    row = alice_page.get_by_role("listitem").filter(has_text="For the agency")
    address = row.locator("code").first.inner_text()
    visitor = browser.new_context(viewport={"width": 1280, "height": 720}).new_page()
    visitor.goto(address)
    expect(visitors(visitor)).to_contain_text("13")
    assert visitor.context.cookies() == []
    row.get_by_role("button", name="Withdraw").click()
    alice_page.get_by_role("button", name="Withdraw it").click()
    expect(alice_page.get_by_text("It opens nothing any more.")).to_be_visible()
    visitor.goto(address)
    expect(visitor.get_by_role("heading", name="This link opens nothing")).to_be_visible()
    visitor.context.close()


def test_a_visitor_filters_and_finds_what_few_did_folded(page, complaints, live_server, link):
    page.goto(live_server.url + link.path)
    page.get_by_role("button", name="Countries").click()
    locations = page.locator("#panel-locations")
    expect(locations.get_by_text("Germany")).to_be_visible()
    expect(locations.get_by_text("Japan")).to_have_count(0)
    expect(locations.get_by_text("Iceland")).to_have_count(0)
    locations.get_by_text("Germany").click()
    expect(visitors(page)).to_contain_text("6")
    assert page.url.startswith(f"{live_server.url}{link.path}?")
    page.goto(f"{live_server.url}{link.path}?f=country:is:JP")
    expect(page.get_by_text("Too few visitors to show (fewer than 5).").first).to_be_visible()
    expect(page.locator("#panel-pages")).to_be_hidden()


def test_a_password_is_asked_once(page, live_server, link):
    shared_links.change_link(link=link, password=PASSWORD)
    page.goto(f"{live_server.url}{link.path}?period=7d")
    page.get_by_label("Password").fill("wrong")
    page.get_by_role("button", name="Show the dashboard").click()
    expect(page.get_by_text("This is not the password.")).to_be_visible()
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Show the dashboard").click()
    expect(visitors(page)).to_contain_text("13")
    assert page.url.endswith("?period=7d")
    page.reload()
    expect(visitors(page)).to_contain_text("13")
    shared_links.change_link(link=link, password="another horse")
    page.reload()
    expect(page.get_by_label("Password")).to_be_visible()


def test_it_stands_in_a_frame_of_another_site_and_tells_its_height(page, embedded, complaints, live_server):
    frame = embedded("?embed=1&theme=dark&background=transparent")
    expect(visitors(frame)).to_contain_text("13")
    expect(frame.locator("html")).to_have_attribute("data-theme", "dark")
    expect(page.locator("iframe")).not_to_have_attribute("height", "300")
    height = page.locator("iframe").evaluate("frame => frame.clientHeight")
    assert height > 1000
    frame.get_by_role("button", name="Countries").click()
    frame.get_by_role("link", name=re.compile("Germany")).click()
    expect(visitors(frame)).to_contain_text("6")
    expect(frame.locator("html")).to_have_attribute("data-theme", "dark")
    assert "embed=1" in page.frames[1].url


def test_its_password_is_asked_and_remembered_within_the_frame(page, embedded, link):
    shared_links.change_link(link=link, password=PASSWORD)
    frame = embedded("?embed=1&theme=light")
    frame.get_by_label("Password").fill(PASSWORD)
    frame.get_by_role("button", name="Show the dashboard").click()
    expect(visitors(frame)).to_contain_text("13")
    page.reload()
    expect(visitors(frame)).to_contain_text("13")


@pytest.mark.parametrize("query", ["", "?embed=1"])
def test_no_other_site_frames_what_it_may_not(page, embedded, link, query):
    if query:
        shared_links.change_link(link=link, may_embed=False)
    refused = []
    page.on("console", lambda message: refused.append(message.text))
    frame = embedded(query)
    expect(frame.locator("body")).not_to_contain_text("example.com")
    assert any("frame-ancestors" in text for text in refused)


def test_the_code_to_embed_follows_the_choice_of_theme(alice_page, live_server, project, link):
    alice_page.goto(live_server.url + reverse("reports:shared-links", args=(project.pk,)))
    row = alice_page.get_by_role("listitem").filter(has_text="Board")
    row.get_by_text("Embed it").click()
    row.get_by_label("Theme").select_option("dark")
    row.get_by_label("Transparent background").check()
    expect(row.locator("pre")).to_contain_text("?embed=1&amp;theme=dark&amp;background=transparent")
    expect(row.locator("pre")).to_contain_text("color-scheme: dark")


def test_a_page_in_a_frame_opens_the_rest_in_windows_of_their_own(context: BrowserContext, browser: Browser, embedded):
    frame = embedded("?embed=1")
    expect(visitors(frame)).to_contain_text("13")
    with context.expect_page() as opened:
        frame.get_by_role("link", name="Analytics Pulse").click()
    assert opened.value.url.endswith("/")
