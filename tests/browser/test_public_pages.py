"""The pages for everybody in a real browser: landing page, policies, documentation, and what that tells to do."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from analytics_pulse.handbook import chapters
from tests.browser.visited_site import KEY, eventually, visited_site
from tests.test_handbook import FENCE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PUBLIC = ["/", "/docs", "/docs/integrate", "/docs/metrics", "/docs/api", "/privacy", "/data-policy"]


@pytest.fixture
def visitor(context: BrowserContext, page: Page) -> Iterator[Page]:
    """A browser whose console has nothing to complain of, violations of the policy of content among it."""
    said: list[str] = []
    context.on("console", lambda line: said.append(line.text) if line.type in {"error", "warning"} else None)
    context.on("weberror", lambda error: said.append(str(error.error)))
    yield page
    assert said == []


def recipe(heading: str, language: str = "html") -> str:
    """The first block of code under a heading of docs/integrate.md."""
    under = chapters.text_of("integrate").split(f"{heading}\n", 1)[1]
    return next(code for _indent, found, code in FENCE.findall(under) if found == language)


@pytest.mark.parametrize("path", PUBLIC)
@pytest.mark.parametrize("width", [390, 1280, 2560])
def test_no_page_is_wider_than_the_window_or_asks_another_host(visitor, live_server, path, width):
    visitor.set_viewport_size({"width": width, "height": 900})
    asked: list[str] = []
    visitor.on("request", lambda request: asked.append(request.url))
    visitor.goto(live_server.url + path)
    expect(visitor.locator("h1")).to_be_visible()
    assert visitor.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert [url for url in asked if not url.startswith((live_server.url, "data:"))] == []


def test_the_landing_page_leads_to_an_account_the_documentation_and_the_policy(visitor, live_server):
    visitor.goto(live_server.url)
    visitor.get_by_role("link", name="All that is stored, column by column").click()
    expect(visitor.get_by_role("heading", name="Data policy")).to_be_visible()
    visitor.go_back()
    visitor.get_by_role("link", name="How to add it to your site").click()
    expect(visitor.get_by_role("heading", name="Put Analytics Pulse on a site")).to_be_visible()
    visitor.go_back()
    visitor.get_by_role("link", name="Create an account").click()
    expect(visitor).to_have_url(re.compile("/accounts/signup/"))


def test_the_demo_can_be_used_on_the_landing_page(visitor, live_server, project):
    from reports.models import SharedLink

    SharedLink.objects.create(project=project, name="Demo", slug="demo", may_embed=True)
    visitor.goto(live_server.url)
    frame = visitor.get_by_title("The dashboard of the demo project")
    frame.scroll_into_view_if_needed()
    expect(frame.content_frame.locator("main")).to_be_visible()
    visitor.get_by_role("link", name="See the live demo").click()
    expect(visitor).to_have_url(re.compile("/share/demo"))


def test_the_demo_has_the_theme_that_is_chosen_on_the_landing_page(visitor, live_server, project):
    from reports.models import SharedLink

    SharedLink.objects.create(project=project, name="Demo", slug="demo", may_embed=True)
    visitor.emulate_media(color_scheme="light")
    visitor.goto(live_server.url)
    visitor.evaluate("document.documentElement.dataset.theme = 'dark'")
    frame = visitor.get_by_title("The dashboard of the demo project")
    frame.scroll_into_view_if_needed()
    expect(frame.content_frame.locator("html")).to_have_attribute("data-theme", "dark")


def test_code_of_the_documentation_is_copied_as_it_stands_there(visitor, context, live_server):
    context.grant_permissions(["clipboard-read", "clipboard-write"], origin=live_server.url)
    visitor.goto(f"{live_server.url}/docs/integrate")
    block = visitor.locator(".code-block").first
    block.hover()
    block.get_by_role("button", name="Copy").click()
    copied = visitor.evaluate("navigator.clipboard.readText()")
    assert copied == f'<script defer src="{live_server.url}/pulse.js" data-key="ap_pub_…"></script>'


def test_chapters_and_their_sections_are_found_beside_the_text(visitor, live_server):
    visitor.goto(f"{live_server.url}/docs/integrate")
    contents = visitor.get_by_role("navigation", name="Documentation")
    contents.get_by_role("link", name="Privacy", exact=True).click()
    expect(visitor).to_have_url(re.compile("#privacy$"))
    expect(visitor.locator("#privacy")).to_be_in_viewport()
    contents.get_by_role("link", name="What the numbers mean").click()
    expect(visitor.get_by_role("heading", level=1)).to_have_text("Metrics and dimensions")


def test_on_a_phone_the_chapters_are_a_sheet(visitor, live_server):
    visitor.set_viewport_size({"width": 390, "height": 844})
    visitor.goto(f"{live_server.url}/docs/integrate")
    contents = visitor.get_by_role("navigation", name="Documentation")
    expect(contents).to_be_hidden()
    visitor.get_by_role("button", name="Contents").click()
    contents.get_by_role("link", name="The tag", exact=True).click()
    expect(contents).to_be_hidden()
    expect(visitor).to_have_url(re.compile("#the-tag$"))
    visitor.get_by_role("button", name="Contents").click()
    contents.get_by_role("link", name="Exports").click()
    expect(visitor).to_have_url(re.compile("/docs/exports$"))


def test_the_recipe_for_a_tag_manager_counts_a_page_that_has_no_tag_of_its_own(page):
    with visited_site() as site:
        code = recipe("### Google Tag Manager").replace("https://HOST", f"http://localhost:{site.port}")
        site.has_tag, site.html["/managed"] = False, code.replace("ap_pub_…", KEY)
        page.goto(f"{site.url}/managed")
        assert eventually(lambda: site.paths() == ["/managed"])


def test_the_recipe_in_python_counts(live_server, api_key):
    code = recipe("## From a server", "python").replace("https://HOST", live_server.url).replace("ap_…", api_key)
    names: dict[str, Any] = {}
    exec(code, names)
    where = {"user_agent": "Mozilla/5.0", "ip_address": "203.0.113.7"}
    receipt = names["count"]("renewal", "https://example.com/account", plan="pro", **where)
    assert (receipt["status"], receipt["processed"], receipt["errors"]) == ("accepted", 1, [])
