"""The product in another language: its words, its numbers, the choice of it, and whether its longer words fit."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import pages
from tests.browser.conftest import DESKTOP, PHONE, TIMEOUT_MS, WINDOWS
from tests.browser.seeded_site import SeededSite

pytestmark = [pytest.mark.browser, pytest.mark.django_db]


@pytest.fixture(scope="module")
def german(browser: Browser, seeded_site: SeededSite) -> Iterator[Callable[[int], Page]]:
    """A window of this width in which alice is logged in, and which asks for German."""
    opened = []

    def window(width: int) -> Page:
        context = browser.new_context(locale="de-DE", timezone_id="Europe/Berlin", **WINDOWS[width])
        context.set_default_timeout(TIMEOUT_MS)
        context.add_cookies([{"name": "sessionid", "value": seeded_site.session, "url": seeded_site.url}])
        opened.append(context)
        return context.new_page()

    yield window
    for each in opened:
        each.close()


@pytest.fixture(scope="module")
def phone(german) -> Page:
    return german(PHONE)


def test_the_dashboard_speaks_and_counts_german(german, seeded_site):
    page = german(DESKTOP)
    page.goto(seeded_site.address("/projects/{project}"))
    expect(page.locator("html")).to_have_attribute("lang", "de")
    visitors = page.locator("[data-metric=visitors]")
    expect(visitors).to_contain_text("Eindeutige Besucher")
    expect(page.locator("[data-metric=bounce_rate]")).to_contain_text(re.compile(r"\d\xa0%"))
    expect(page.locator("#panel-sources")).to_contain_text("Direkt / keine")
    expect(page.get_by_role("button", name="Absprungrate erklären")).to_be_visible()
    page.get_by_role("button", name="Länder", exact=True).click()
    expect(page.locator("#panel-locations")).to_contain_text("Deutschland")


@pytest.mark.parametrize(
    ("metric", "told"),
    [("bounce_rate", r"\d\xa0%"), ("visit_duration", r"\d\xa0(s|min)")],
)
def test_the_chart_tells_its_numbers_in_german(german, seeded_site, metric, told):
    page = german(DESKTOP)
    page.goto(seeded_site.address("/projects/{project}?metric=" + metric))
    expect(page.get_by_role("slider", name="Diagramm")).to_have_attribute("aria-valuetext", re.compile(told))


def test_a_language_is_chosen_in_the_footer_and_stays_chosen(german, seeded_site):
    page = german(DESKTOP)
    page.goto(seeded_site.address("/projects?q=mar"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Projekte")
    page.get_by_role("button", name="English").click()
    expect(page).to_have_url(seeded_site.address("/projects?q=mar"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Projects")
    page.goto(seeded_site.address("/projects/{project}/settings"))
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.get_by_role("button", name="English")).to_have_attribute("aria-current", "true")


@pytest.mark.parametrize("shown", [each for each in pages.PAGES if each.is_alice], ids=lambda each: each.name)
def test_german_words_fit_on_a_phone(phone, seeded_site, shown):
    response = phone.goto(seeded_site.address(shown.path))
    assert response.status == shown.status
    expect(phone.locator("[data-pending]:not(.menu *)")).to_have_count(0)
    assert phone.locator("html").get_attribute("lang") == "de"
    assert phone.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
