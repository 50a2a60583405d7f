"""What the frame of every page promises: a lost connection is said, nothing entered is lost, nothing is sent twice."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import BrowserContext, Page, expect

from analytics_pulse import clock

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PASSWORD = "a-long-enough-password"


def log_in(context: BrowserContext, live_server: Any, user: Any) -> None:
    client = Client()
    client.force_login(user)
    context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}])


@pytest.fixture
def alice(alice: Any) -> Any:
    alice.set_password(PASSWORD)
    alice.save()
    return alice


@pytest.fixture
def alice_page(context: BrowserContext, page: Page, live_server: Any, alice: Any) -> Page:
    log_in(context, live_server, alice)
    return page


@pytest.fixture
def at(alice_page: Page, live_server: Any) -> Callable[..., Page]:
    """Alice's browser at the page of this name."""

    def at(name: str, *ids: Any) -> Page:
        alice_page.goto(live_server.url + reverse(name, args=ids))
        return alice_page

    return at


@pytest.fixture
def posts(alice_page: Page) -> Iterator[list[str]]:
    """The paths of what the browser posts."""
    sent: list[str] = []
    alice_page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    return sent


def banner(page: Page):
    return page.locator("#connection")


def test_a_lost_connection_is_said_and_no_longer_when_it_is_back(at, context):
    page = at("projects:new")
    expect(banner(page)).to_be_hidden()
    context.set_offline(True)
    expect(banner(page)).to_contain_text("You are offline")
    context.set_offline(False)
    expect(banner(page)).to_be_hidden()


def test_a_server_that_is_away_is_said_and_asked_again(at):
    page = at("projects:new")
    page.route("**/health", lambda route: route.abort())
    page.evaluate("document.dispatchEvent(new Event('htmx:sendError'))")
    expect(banner(page)).to_contain_text("The server cannot be reached")
    page.unroute("**/health")
    page.get_by_role("button", name="Try again").click()
    expect(banner(page)).to_be_hidden()


def test_a_part_that_failed_alone_is_no_lost_connection(at):
    page = at("projects:new")
    with page.expect_response("**/health"):
        page.evaluate("document.dispatchEvent(new Event('htmx:sendError'))")
    expect(banner(page)).to_be_hidden()


def test_what_failed_meanwhile_is_there_when_the_connection_is_back(at, project):
    from tracking.storage import get_store
    from tracking.storage.tests import builders

    get_store().append(builders.message(builders.event(project_id=project.pk, occurred_at=clock.now(), path="/there")))
    at("projects:index").route("**/sections/pages*", lambda route: route.abort())
    page = at("reports:dashboard", project.pk)
    page.route("**/health", lambda route: route.abort())
    pages = page.get_by_role("region", name="Pages")
    expect(pages.get_by_role("button", name="Try again")).to_be_visible()
    page.evaluate("dispatchEvent(new Event('offline'))")
    expect(banner(page)).to_be_visible()
    page.unroute("**/sections/pages*")
    page.unroute("**/health")
    banner(page).get_by_role("button", name="Try again").click()
    expect(pages).to_contain_text("/there")
    expect(banner(page)).to_be_hidden()


def test_the_back_button_after_a_logout_shows_nothing_of_the_account(at, alice):
    page = at("projects:account")
    expect(page.get_by_label("Name")).to_have_value(alice.name)
    page.get_by_label("Account menu").click()
    page.get_by_role("button", name="Log out").click()
    expect(page.get_by_role("heading", name="Log in")).to_be_visible()
    page.go_back()
    expect(page.get_by_role("heading", name="Log in")).to_be_visible()
    assert alice.name not in page.content()


def test_a_form_is_not_sent_into_the_void(at, context, posts, alice):
    page = at("projects:new")
    page.get_by_label("Name").fill("Written offline")
    context.set_offline(True)
    expect(banner(page)).to_be_visible()
    page.get_by_role("button", name="Make the project").click()
    expect(page.get_by_label("Name")).to_have_value("Written offline")
    assert posts == []


def test_a_double_click_sends_a_form_once(at, posts, organization):
    from projects.models import Project

    page = at("projects:new")
    page.get_by_label("Name").fill("Once")
    page.get_by_label("Domain").fill("once.example")
    page.get_by_role("button", name="Make the project").dblclick()
    expect(page).not_to_have_url(f"*{reverse('projects:new')}")
    page.wait_for_load_state()
    assert len(posts) == 1
    assert Project.objects.filter(name="Once").count() == 1


def test_what_was_entered_survives_a_session_that_ended(at, context, alice):
    from projects.models import Project

    page = at("projects:new")
    page.get_by_label("Name").fill("Kept")
    page.get_by_label("Domain").fill("kept.example")
    context.clear_cookies(name="sessionid")
    page.get_by_role("button", name="Make the project").click()
    page.get_by_label("Email").fill(alice.email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Log in", exact=True).click()
    expect(page.get_by_text("You had to log in again")).to_be_visible()
    expect(page.get_by_label("Name")).to_have_value("Kept")
    page.get_by_role("button", name="Make the project").click()
    expect(page.get_by_text("You had to log in again")).to_have_count(0)
    assert Project.objects.get(name="Kept").domain == "kept.example"


def test_a_question_in_a_dialog_leads_back_to_its_page_after_the_login(at, context, alice, project):
    page = at("projects:keys", project.pk)
    context.clear_cookies(name="sessionid")
    page.get_by_role("button", name="Replace").click()
    page.get_by_role("button", name="Replace it").click()
    page.get_by_label("Email").fill(alice.email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Log in", exact=True).click()
    expect(page.get_by_role("heading", name="Write key")).to_be_visible()


def test_a_form_of_an_earlier_login_leads_back_and_keeps_what_was_entered(at, context, live_server, alice):
    page = at("projects:new")
    page.get_by_label("Name").fill("Kept")
    page.get_by_label("Domain").fill("kept.example")
    # A login in another tab replaces the token of forms.
    context.clear_cookies(name="csrftoken")
    page.get_by_role("button", name="Make the project").click()
    expect(page.get_by_role("heading", name="This form has expired")).to_be_visible()
    page.get_by_role("link", name="Return to the form").click()
    expect(page.get_by_label("Name")).to_have_value("Kept")
    page.get_by_role("button", name="Make the project").click()
    expect(page.get_by_role("heading", name="This form has expired")).to_have_count(0)


def test_a_form_with_errors_is_no_draft(at, live_server):
    page = at("projects:new")
    page.get_by_label("Name").fill("Half")
    page.get_by_label("Domain").fill("no domain at all")
    page.get_by_role("button", name="Make the project").click()
    expect(page.locator("[aria-invalid=true]")).to_have_count(1)
    page.goto(page.url)
    expect(page.get_by_label("Name")).to_have_value("")
    expect(page.get_by_text("You had to log in again")).to_have_count(0)


def test_the_back_button_after_a_form_shows_it_ready_to_be_sent(at, organization):
    page = at("projects:new")
    page.get_by_label("Name").fill("First")
    page.get_by_label("Domain").fill("first.example")
    page.get_by_role("button", name="Make the project").click()
    page.wait_for_url(lambda url: not url.endswith("/new"))
    page.go_back()
    page.get_by_label("Name").fill("Second")
    page.get_by_label("Domain").fill("second.example")
    page.get_by_role("button", name="Make the project").click()
    page.wait_for_url(lambda url: not url.endswith("/new"))
    assert {each.name for each in organization.projects.all()} == {"First", "Second"}


def test_a_dialog_takes_the_focus_and_gives_it_back(at, project):
    page = at("projects:keys", project.pk)
    opener = page.get_by_role("button", name="Replace")
    opener.focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="Replace the write key?")
    expect(dialog).to_be_visible()
    for _ in range(6):
        page.keyboard.press("Tab")
        # After the last one comes the browser's own frame, and nothing of the page behind.
        assert page.evaluate(
            "document.activeElement.closest('dialog') !== null || document.activeElement.matches('body')"
        )
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(opener).to_be_focused()


def test_the_skip_link_is_first_and_leads_to_the_content(at):
    page = at("projects:index")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()


def test_menus_close_on_escape_on_leaving_and_on_a_click_outside(at):
    page = at("projects:index")
    menu = page.get_by_label("Account menu")
    item = page.get_by_role("link", name="Account settings")
    menu.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowDown")
    expect(item).to_be_focused()
    page.keyboard.press("Escape")
    expect(item).to_be_hidden()
    expect(menu).to_be_focused()
    menu.click()
    page.get_by_role("heading", level=1).click()
    expect(item).to_be_hidden()
    menu.click()
    page.get_by_role("link", name="Analytics Pulse").focus()
    expect(item).to_be_hidden()


@pytest.mark.parametrize(("choice", "stored"), [("Light", "light"), ("Dark", "dark"), ("As the system", None)])
def test_a_theme_is_remembered_without_a_cookie(at, context, choice, stored):
    page = at("projects:index")
    page.get_by_label("Theme").click()
    page.get_by_role("button", name="Dark").click()
    page.get_by_role("button", name=choice).click()
    page.reload()
    assert page.evaluate("localStorage.getItem('pulse-theme')") == stored
    assert page.evaluate("document.documentElement.dataset.theme ?? null") == stored
    page.get_by_label("Theme").click()
    expect(page.get_by_role("button", name=choice)).to_have_attribute("aria-pressed", "true")
    assert "theme" not in " ".join(cookie["name"] for cookie in context.cookies())
