"""A real browser for tests marked `browser`."""

import os
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from analytics_pulse import clock
from tests.browser import pages
from tests.browser.requests_under_way import RequestsUnderWay
from tests.browser.seeded_site import SeededSite, seed

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
TIMEOUT_MS = 10_000
PHONE, DESKTOP = 390, 1280
WINDOWS = {
    PHONE: {"viewport": {"width": PHONE, "height": 844}, "is_mobile": True, "has_touch": True},
    DESKTOP: {"viewport": {"width": DESKTOP, "height": 800}},
}


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator[Browser]:
    """Chromium, started once. Tests take `context` or `page`, which are fresh for each of them."""
    # Playwright's event loop stays with this thread, in which Django would then refuse to use the database.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium, headless=True, args=FLAGS)
        yield running
        running.close()


@pytest.fixture(scope="session")
def requests_under_way() -> Iterator[RequestsUnderWay]:
    with RequestsUnderWay().counted() as found:
        yield found


@pytest.fixture(autouse=True)
def _answered(requests_under_way: RequestsUnderWay) -> Iterator[None]:
    """The tables are emptied when nobody reads them any more: this ends before the fixtures of the database do, and
    after the browser's."""
    yield
    requests_under_way.wait_for_the_last()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A visitor: storage and cookies of its own. Other visitors: `browser.new_context()`."""
    fresh = browser.new_context(viewport={"width": 1280, "height": 720}, locale="en-GB", timezone_id="Europe/Berlin")
    fresh.set_default_timeout(TIMEOUT_MS)
    yield fresh
    fresh.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    return context.new_page()


@pytest.fixture
def visit(project) -> Callable[..., None]:
    """Stores a visit of one pageview, now unless said otherwise."""
    from tracking.storage import get_store
    from tracking.storage.tests import builders

    def store(visitor: int, **fields: Any) -> None:
        at = fields.pop("occurred_at", clock.now())
        row = {"project_id": project.pk, "visitor_id": visitor, "session_id": visitor, "session_started_at": at}
        get_store().append(builders.message(builders.event(**(row | {"occurred_at": at} | fields))))

    return store


@pytest.fixture
def complaints(context: BrowserContext) -> Iterator[list[str]]:
    """What the console said, violations of the Content-Security-Policy among it. A test ends with none."""
    said: list[str] = []
    context.on("console", lambda message: said.append(message.text) if message.type in {"error", "warning"} else None)
    context.on("weberror", lambda error: said.append(str(error.error)))
    yield said
    assert said == []


@pytest.fixture
def alice_page(context: BrowserContext, page: Page, live_server, alice, complaints) -> Page:
    client = Client()
    client.force_login(alice)
    context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}])
    return page


@pytest.fixture
def happened(project) -> Callable[..., None]:
    """Stores something that a visitor did so many minutes ago in the visit of the last hour: a pageview, or a custom
    event where it has a name."""
    from tracking.storage import get_store
    from tracking.storage.tests import builders

    began = clock.now() - timedelta(hours=1)

    def store(minutes: int, *, visitor: int = 1, **fields: Any) -> None:
        kind = {"event_type": "custom"} if "event_name" in fields else {}
        of = {"project_id": project.pk, "visitor_id": visitor, "session_id": visitor, "session_started_at": began}
        at = began + timedelta(minutes=60 - minutes, seconds=-visitor)
        get_store().append(builders.message(builders.event(**(of | kind | {"occurred_at": at} | fields))))

    return store


@pytest.fixture(scope="module")
def seeded_site(
    django_db_setup: None, django_db_blocker: Any, requests_under_way: RequestsUnderWay
) -> Iterator[SeededSite]:
    """The product with data, once for the tests of a module that only look.

    They are marked `django_db`, not transactional: what such a test leaves behind would be emptied with all the rest.
    """
    from django.core.management import call_command
    from django.test import Client
    from pytest_django.live_server_helper import LiveServer

    with django_db_blocker.unblock():
        user, ids = seed()
        client = Client()
        client.force_login(user)
        server = LiveServer("localhost")
        yield SeededSite(server.url, client.cookies["sessionid"].value, ids)
        requests_under_way.wait_for_the_last()
        server.stop()
        call_command("flush", interactive=False, inhibit_post_migrate=True, verbosity=0)


@pytest.fixture(scope="module")
def show(browser: Browser, seeded_site: SeededSite) -> Iterator[Callable[[pages.Page, int], Page]]:
    """`show(page, PHONE)` or `show(page, DESKTOP)`: a page of the seeded site in a window, when all of it is there."""
    windows: dict[tuple[int, bool], Page] = {}

    def window(width: int, is_alice: bool) -> Page:
        if (width, is_alice) not in windows:
            context = browser.new_context(locale="en-GB", timezone_id="Europe/Berlin", **WINDOWS[width])
            context.set_default_timeout(TIMEOUT_MS)
            if is_alice:
                context.add_cookies([{"name": "sessionid", "value": seeded_site.session, "url": seeded_site.url}])
            windows[width, is_alice] = context.new_page()
        return windows[width, is_alice]

    def show(page: pages.Page, width: int) -> Page:
        shown = window(width, page.is_alice)
        shown.set_viewport_size(WINDOWS[width]["viewport"])
        shown.emulate_media(color_scheme="light")
        response = shown.goto(seeded_site.address(page.path))
        assert response is not None
        assert response.status == page.status
        # A section that waits for its first answer says so. One that is asked for when its menu opens stays so.
        expect(shown.locator("[data-pending]:not(.menu *)")).to_have_count(0, timeout=TIMEOUT_MS)
        shown.evaluate("document.fonts.ready")
        return shown

    yield show
    for each in windows.values():
        each.context.close()
