"""The overview in a real browser: period, comparison, chart, shortcuts, explanations."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, Locator, Page, expect

from analytics_pulse import clock

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

DAY = timedelta(days=1)


@pytest.fixture
def overview(alice_page, live_server, project, visit) -> Iterator[Page]:
    """Two visitors today, one the day before, one a day of last month's; the dashboard of the last 30 days."""
    now = clock.now()
    visit(1, path="/", source="Google", country="DE")
    visit(2, path="/pricing", source="Hacker News", country="US")
    visit(3, path="/", occurred_at=now - DAY)
    visit(4, path="/", occurred_at=now - 40 * DAY)
    alice_page.goto(live_server.url + reverse("reports:dashboard", args=(project.pk,)))
    expect(plot(alice_page).locator("svg")).to_be_visible()
    yield alice_page
    # What the last page asked for is answered before the site is taken away from it.
    expect(alice_page.locator("[data-pending]:not([id=section-segments])")).to_have_count(0)


def plot(page: Page) -> Locator:
    return page.get_by_role("slider", name=re.compile("^Chart of"))


def picker(page: Page) -> Locator:
    return page.get_by_label(re.compile("^Period: "))


def headline(page: Page, name: str) -> Locator:
    """The button of a headline number, with its change."""
    return page.get_by_role("button", name=re.compile(f"^{name}"))


def drag(page: Page, start: float, end: float) -> None:
    """Over the chart, from one part of its width to another."""
    box = plot(page).bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] * start, box["y"] + 60)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * (start + end) / 2, box["y"] + 60)
    page.mouse.move(box["x"] + box["width"] * end, box["y"] + 60)
    page.mouse.up()


class TestPeriod:
    def test_it_is_chosen_by_name_and_the_metric_comes_along(self, overview):
        headline(overview, "Bounce rate").click()
        picker(overview).click()
        overview.get_by_role("link", name="Last 7 days").click()
        expect(overview).to_have_url(re.compile(r"period=7d.*metric=bounce_rate"))
        expect(picker(overview)).to_contain_text("Last 7 days")
        expect(headline(overview, "Bounce rate")).to_have_attribute("aria-pressed", "true")

    def test_days_of_ones_choice_are_shown(self, overview):
        picker(overview).click()
        overview.locator("#period-from").fill("2026-01-05")
        overview.locator("#period-to").fill("2026-01-09")
        overview.get_by_role("button", name="Show these days").click()
        expect(overview).to_have_url(re.compile("from=2026-01-05&to=2026-01-09"))
        expect(picker(overview)).to_contain_text("5 – 9 Jan 2026")
        expect(overview.get_by_text("Nothing in this period")).to_be_visible()

    @pytest.mark.parametrize(
        ("first", "last", "words"),
        [
            ("2026-01-09", "2026-01-05", "The last day is before the first one."),
            ("", "2026-01-05", "Choose a first and a last day."),
            ("2098-01-01", "2098-01-02", "The first day is in the future."),
            ("1999-01-01", "2026-01-02", "There are no days before the year 2000."),
            ("2015-01-01", "2026-01-02", "That is longer than five years: choose fewer days."),
        ],
    )
    def test_impossible_days_are_told_in_words_and_not_sent(self, overview, first, last, words):
        before = overview.url
        picker(overview).click()
        overview.locator("#period-from").fill(first)
        overview.locator("#period-to").fill(last)
        overview.get_by_role("button", name="Show these days").click()
        expect(overview.get_by_text(words)).to_be_visible()
        assert overview.url == before

    def test_arrows_lead_to_the_period_before_and_back_and_not_into_the_future(self, overview):
        today = overview.url + "?period=today"
        overview.goto(today)
        expect(overview.get_by_role("link", name="Next period")).to_have_attribute("aria-disabled", "true")
        overview.get_by_role("link", name="Previous period").click()
        expect(picker(overview)).to_contain_text("Yesterday")
        expect(headline(overview, "Unique visitors")).to_contain_text("1")
        overview.get_by_role("link", name="Next period").click()
        expect(picker(overview)).to_contain_text("Today")


class TestComparison:
    def test_numbers_and_chart_are_compared_with_the_period_before(self, overview):
        expect(headline(overview, "Unique visitors")).to_contain_text("+200%")
        expect(overview.locator(".chart__line--previous")).not_to_have_count(0)

    def test_it_can_be_none(self, overview):
        picker(overview).click()
        overview.get_by_role("link", name="Nothing").click()
        expect(overview).to_have_url(re.compile("compare=none"))
        expect(headline(overview, "Unique visitors")).not_to_contain_text("%")
        expect(plot(overview).locator("svg")).to_be_visible()
        expect(overview.locator(".chart__line--previous")).to_have_count(0)

    def test_it_can_be_any_days(self, overview):
        day = (clock.now() - 40 * DAY).date().isoformat()
        picker(overview).click()
        overview.get_by_text("Other days…").click()
        overview.locator("#compare-from").fill(day)
        overview.locator("#compare-to").fill(day)
        overview.get_by_role("button", name="Compare with these days").click()
        expect(overview).to_have_url(re.compile(f"compare=custom&compare_from={day}&compare_to={day}"))
        expect(headline(overview, "Unique visitors")).to_contain_text("+200%")


class TestChart:
    def test_the_metric_is_chosen_by_its_headline_and_the_back_button_undoes_it(self, overview):
        headline(overview, "Pageviews").click()
        expect(overview).to_have_url(re.compile("metric=pageviews"))
        overview.go_back()
        expect(headline(overview, "Unique visitors")).to_have_attribute("aria-pressed", "true")
        overview.go_forward()
        expect(headline(overview, "Pageviews")).to_have_attribute("aria-pressed", "true")

    def test_the_interval_is_in_the_address_and_the_back_button_undoes_it(self, overview):
        week, day = (overview.get_by_role("button", name=name, exact=True) for name in ("Week", "Day"))
        week.click()
        expect(week).to_have_attribute("aria-current", "true")
        expect(overview).to_have_url(re.compile("interval=week"))
        overview.reload()
        expect(week).to_have_attribute("aria-current", "true")
        expect(plot(overview).locator("svg")).to_be_visible()  # the script is there, too
        overview.go_back()
        expect(day).to_have_attribute("aria-current", "true")

    def test_it_is_read_with_the_arrow_keys(self, overview):
        plot(overview).focus()
        overview.keyboard.press("ArrowLeft")
        expect(plot(overview)).to_have_attribute("aria-valuetext", re.compile("^Unique visitors, .*so far: 2"))
        overview.keyboard.press("ArrowLeft")
        expect(plot(overview)).to_have_attribute("aria-valuetext", re.compile(": 1"))
        assert "period=" not in overview.url  # the arrows are the chart's

    def test_dragging_over_some_days_zooms_into_them_and_out_again(self, overview):
        drag(overview, 0.5, 0.8)
        expect(overview).to_have_url(re.compile(r"from=\d{4}-\d\d-\d\d&to=\d{4}-\d\d-\d\d"))
        overview.get_by_role("button", name="Zoom out").click()
        expect(picker(overview)).to_contain_text("Last 30 days")
        expect(overview.get_by_role("button", name="Zoom out")).not_to_be_visible()

    def test_a_range_is_selected_by_keys_and_a_day_becomes_its_hours(self, overview):
        plot(overview).focus()
        overview.keyboard.press("ArrowLeft")
        overview.keyboard.press("ArrowLeft")
        overview.keyboard.press("Shift+ArrowLeft")
        expect(plot(overview)).to_have_attribute("aria-valuetext", re.compile("selected. Enter zooms in"))
        overview.keyboard.press("Escape")
        overview.keyboard.press("ArrowLeft")
        overview.keyboard.press("ArrowLeft")
        overview.keyboard.press("Enter")
        expect(overview).to_have_url(re.compile(r"from=(\d{4}-\d\d-\d\d)&to=\1"))
        expect(plot(overview).locator("svg")).to_contain_text("12:00")

    def test_hours_become_a_part_of_the_day(self, overview):
        overview.goto(overview.url + "?period=yesterday")
        expect(plot(overview).locator("svg")).to_be_visible()
        drag(overview, 0.4, 0.6)
        expect(overview).to_have_url(re.compile(r"from=[\d-]+T\d\d%3A00&to=[\d-]+T\d\d%3A00"))
        expect(picker(overview)).to_contain_text(re.compile(r"\d\d:00 – \d\d:00"))

    def test_a_finger_is_asked_before_it_zooms(self, overview):
        box = plot(overview).bounding_box()
        assert box
        at = {"pointerType": "touch", "isPrimary": True, "pointerId": 1, "clientY": box["y"] + 60, "bubbles": True}
        for kind, share in (("pointerdown", 0.5), ("pointermove", 0.6), ("pointermove", 0.7), ("pointerup", 0.7)):
            plot(overview).dispatch_event(kind, at | {"clientX": box["x"] + box["width"] * share})
        overview.get_by_role("button", name="Zoom in").click()
        expect(overview).to_have_url(re.compile("from="))

    def test_what_a_finger_pointed_at_stays_to_be_read(self, overview):
        box = plot(overview).bounding_box()
        assert box
        at = {"pointerType": "touch", "isPrimary": True, "pointerId": 1, "bubbles": True}
        at |= {"clientX": box["x"] + box["width"] / 2, "clientY": box["y"] + 60}
        for kind in ("pointerdown", "pointerup", "pointerleave"):
            plot(overview).dispatch_event(kind, at)
        expect(overview.locator(".chart__card")).to_contain_text("Unique visitors")

    def test_what_happened_is_marked_and_opens(self, overview, project):
        from reports.annotations import When, save_annotation

        at = clock.now() - 5 * DAY
        save_annotation(project=project, by=None, when=When(at), title="Release 2.1", kind="release")
        overview.reload()
        overview.get_by_role("button", name="Release 2.1").click()
        expect(overview.get_by_role("dialog")).to_contain_text("Release 2.1")

    def test_the_same_is_a_table_with_what_was_before(self, overview):
        overview.get_by_text("Table", exact=True).click()
        expect(overview.get_by_role("columnheader", name="Compared with")).to_be_visible()
        expect(overview.get_by_role("table").get_by_role("row")).to_have_count(31)


class TestShortcuts:
    @pytest.mark.parametrize(("key", "period"), [("d", "today"), ("w", "7d"), ("m", "month"), ("a", "all")])
    def test_a_letter_is_a_period(self, overview, key, period):
        overview.keyboard.press(key)
        expect(overview).to_have_url(re.compile(f"period={period}"))

    def test_c_goes_to_the_days_of_ones_choice(self, overview):
        overview.keyboard.press("c")
        expect(overview.locator("#period-from")).to_be_focused()

    def test_x_compares_and_does_not(self, overview):
        overview.keyboard.press("x")
        expect(overview).to_have_url(re.compile("compare=none"))
        overview.keyboard.press("x")
        expect(overview).not_to_have_url(re.compile("compare=none"))

    def test_arrows_move_the_period_and_escape_clears_the_filters(self, overview):
        overview.goto(overview.url + "?period=today&f=country:is:DE&f=source:is:Google")
        overview.keyboard.press("ArrowLeft")
        expect(picker(overview)).to_contain_text("Yesterday")
        overview.keyboard.press("Escape")
        expect(overview).not_to_have_url(re.compile("f="))

    def test_nothing_happens_while_somebody_types_or_with_another_key(self, overview):
        before = overview.url
        overview.keyboard.press("Alt+d")
        overview.keyboard.press("c")
        overview.keyboard.press("w")
        assert overview.url == before

    def test_they_are_listed_and_can_be_switched_off(self, overview):
        before = overview.url
        overview.keyboard.press("?")
        dialog = overview.get_by_role("dialog", name="Keyboard shortcuts")
        expect(dialog).to_contain_text("Last 12 months")
        dialog.get_by_role("switch", name="Use keyboard shortcuts").uncheck()
        overview.keyboard.press("Escape")
        overview.reload()
        expect(plot(overview).locator("svg")).to_be_visible()
        overview.keyboard.press("d")
        overview.keyboard.press("?")
        expect(dialog).not_to_be_visible()
        assert overview.url == before


class TestExplanation:
    def test_a_headline_is_explained_with_its_call_to_copy(self, browser: Browser, overview):
        overview.context.grant_permissions(["clipboard-read", "clipboard-write"])
        overview.get_by_role("button", name="Explain Unique visitors").click()
        dialog = overview.get_by_role("dialog")
        expect(dialog).to_contain_text("Compared with")
        dialog.get_by_text("The same over the API").click()
        dialog.get_by_role("button", name="Copy as curl").click()
        copied = overview.evaluate("navigator.clipboard.readText()")
        assert copied.startswith("curl ")
        assert '"metrics": ["visitors"]' in copied
        assert '"comparisons"' in copied


class TestLoading:
    def test_what_takes_long_says_so(self, overview):
        held = []
        overview.route("**/sections/overview*", lambda route: held.append(route))
        overview.reload()
        expect(overview.get_by_text("This takes longer than usual…")).to_be_visible()
        held[0].continue_()
        expect(headline(overview, "Unique visitors")).to_contain_text("3")
        expect(overview.get_by_text("This takes longer than usual…")).not_to_be_visible()

    @pytest.mark.parametrize("width", [390, 1280])
    def test_nothing_moves_when_the_numbers_come(self, overview, width):
        held = []
        overview.set_viewport_size({"width": width, "height": 900})
        overview.route(re.compile("/sections/(overview|series)"), lambda route: held.append(route))
        overview.reload()
        panel = overview.locator("#panel-pages")
        expect(panel).to_contain_text("/pricing")
        before = panel.bounding_box()
        for route in held:
            route.continue_()
        overview.unroute(re.compile("/sections/(overview|series)"))
        expect(plot(overview).locator("svg")).to_be_visible()
        expect(headline(overview, "Unique visitors")).to_contain_text("3")
        assert panel.bounding_box()["y"] == pytest.approx(before["y"], abs=2)
