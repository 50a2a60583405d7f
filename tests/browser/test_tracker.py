"""The tracker in a real browser, on a site of another origin than the server it sends to."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from playwright.sync_api import BrowserContext, Page

from tests.browser.conftest import FLAGS
from tests.browser.visited_site import KEY, TRACK, VisitedSite, eventually, visited_site

pytestmark = pytest.mark.browser

SINGLE_PAGE_APP = """
<nav><a href="/one">One</a> <a href="/two">Two</a> <a href="/one?tab=2">Tab</a> <a href="#part">Part</a></nav>
<script>
  document.addEventListener('click', event => {
    const link = event.target.closest('a')
    if (!link || link.getAttribute('href').startsWith('#')) return
    event.preventDefault()
    history.pushState({}, '', link.href)
    setTimeout(() => { document.title = 'App ' + location.pathname }, 50)
  })
</script>
"""
STUB = "<script>window.pulse=window.pulse||function(){(pulse.q=pulse.q||[]).push(arguments)}</script>"
QUIET_S = 1.3  # longer than an event waits for company


@pytest.fixture
def site() -> Iterator[VisitedSite]:
    with visited_site() as running:
        yield running


@pytest.fixture
def complaints(page: Page) -> list[str]:
    """What the page's console and its error handler were told."""
    told: list[str] = []
    page.on("console", lambda message: told.append(message.text))
    page.on("pageerror", lambda error: told.append(str(error)))
    return told


def visit(page: Page, site: VisitedSite, path: str = "/", pageviews: int = 1) -> None:
    """Opens the page and waits until its pageview has arrived."""
    before = len(site.paths())
    page.goto(site.url + path)
    assert eventually(lambda: len(site.paths()) == before + pageviews), site.sent


def stays_quiet(page: Page, site: VisitedSite) -> bool:
    before = len(site.sent)
    page.wait_for_timeout(QUIET_S * 1000)
    return len(site.sent) == before


def stored(page: Page) -> dict[str, str]:
    return page.evaluate("() => ({...localStorage})")


def test_a_pageview_says_what_is_known_of_the_page(page, site):
    visit(page, site, "/pricing?utm_source=mail#token=secret")
    [post] = site.sent
    assert post.body["key"] == KEY
    [event] = post.events
    assert UUID(event.pop("event_id")).version == 4
    timestamp, sent_at = (datetime.fromisoformat(text) for text in (event.pop("timestamp"), post.body["sent_at"]))
    assert timestamp <= sent_at <= timestamp + timedelta(seconds=1)
    assert abs(datetime.now(UTC) - timestamp) < timedelta(seconds=10)
    assert event == {
        "event_type": "pageview",
        "url": f"{site.url}/pricing?utm_source=mail",
        "referrer": "",
        "title": "Page /pricing",
        "language": "en-GB",
        "timezone": "Europe/Berlin",
        "screen_width": 1280,
        "screen_height": 720,
        "viewport_width": 1280,
        "viewport_height": 720,
    }


def test_it_sends_to_the_server_of_the_script_without_a_preflight_and_without_cookies(page, context, site):
    context.add_cookies([{"name": "login", "value": "secret", "url": f"http://localhost:{site.port}"}])
    visit(page, site)
    page.evaluate("pulse('leaving')")
    page.goto("about:blank")
    assert eventually(lambda: len(site.events) == 2)
    assert site.preflights == 0
    assert {post.headers["content-type"] for post in site.sent} == {"text/plain;charset=UTF-8"}
    assert "cookie" not in site.sent[0].headers


def test_it_leaves_nothing_in_the_browser(page, context, site, complaints):
    visit(page, site)
    page.evaluate("pulse('signup', {plan: 'pro'})")
    assert eventually(lambda: len(site.events) == 2)
    page.wait_for_timeout(200)
    assert context.cookies() == []
    assert stored(page) == {}
    assert complaints == []


def test_the_referrer_of_a_page_is_the_one_before(page, site):
    site.html["/"] = '<a href="/next">Next</a>'
    visit(page, site)
    page.click("text=Next")
    assert eventually(lambda: site.paths() == ["/", "/next"])
    assert site.events[1]["referrer"] == f"{site.url}/"


def test_a_single_page_app_is_followed_through_clicks_back_and_forward(page, site):
    site.html["/app"] = SINGLE_PAGE_APP
    visit(page, site, "/app")
    page.click("text=One")
    page.click("text=Two")
    page.go_back()
    page.go_forward()
    assert eventually(lambda: site.paths() == ["/app", "/one", "/two", "/one", "/two"])
    assert [event["referrer"].removeprefix(site.url) for event in site.events] == ["", "/app", "/one", "/two", "/one"]


def test_a_page_of_a_single_page_app_has_the_title_that_is_set_after_its_address(page, site):
    site.html["/app"] = SINGLE_PAGE_APP
    visit(page, site, "/app")
    page.click("text=One")
    assert eventually(lambda: len(site.events) == 2)
    assert [event["title"] for event in site.events] == ["Page /app", "App /one"]


def test_a_new_fragment_query_or_state_is_not_a_new_page(page, site):
    site.html["/one"] = SINGLE_PAGE_APP
    visit(page, site, "/one")
    page.click("text=Part")
    page.click("text=Tab")
    page.go_back()
    page.evaluate("history.replaceState({scroll: 3}, '')")
    assert stays_quiet(page, site)
    page.evaluate("history.replaceState({}, '', '/replaced')")
    assert eventually(lambda: site.paths() == ["/one", "/replaced"])


def test_a_page_out_of_the_back_forward_cache_counts_again(browser, chromium, site):
    site.html["/"] = '<a href="/next">Next</a>'
    # Playwright turns the cache off, since its own page.go_back() waits in vain for a restored page to load.
    caching = browser.browser_type.launch(
        executable_path=chromium, args=FLAGS, ignore_default_args=["--disable-back-forward-cache"]
    )
    page = caching.new_page()
    visit(page, site)
    page.evaluate("window.isTheSame = true; pulse('leaving')")
    page.click("text=Next")
    assert eventually(lambda: site.paths() == ["/", "/next"])
    page.go_back(wait_until="commit")
    assert eventually(lambda: site.paths() == ["/", "/next", "/"])
    assert page.evaluate("window.isTheSame")
    caching.close()
    assert len({event["event_id"] for event in site.events}) == len(site.events) == 4


def test_a_prerendered_page_counts_when_it_is_shown(page, site):
    page.add_init_script(
        "let isPrerendering = true;"
        "Object.defineProperty(Document.prototype, 'prerendering', {get: () => isPrerendering});"
        "window.show = () => { isPrerendering = false; document.dispatchEvent(new Event('prerenderingchange')) }"
    )
    page.goto(site.url)
    page.evaluate("pulse('early')")
    assert stays_quiet(page, site)
    page.evaluate("show()")
    assert eventually(lambda: [event["event_type"] for event in site.events] == ["pageview", "custom"])


def test_custom_events_carry_their_properties_as_they_were(page, site):
    visit(page, site)
    page.evaluate(
        "() => { const props = {plan: 'pro', seats: 3, nested: {a: [1, null]}};"
        " pulse('signup', props); props.plan = 'changed'; pulse('bare') }"
    )
    assert eventually(lambda: len(site.events) == 3)
    signup, bare = site.events[1:]
    assert (signup["event_type"], signup["event_name"]) == ("custom", "signup")
    assert signup["custom_data"] == {"plan": "pro", "seats": 3, "nested": {"a": [1, None]}}
    assert signup["url"] == f"{site.url}/"
    assert "value" not in signup
    assert (bare["event_name"], bare["custom_data"]) == ("bare", {})


def test_a_value_with_a_currency_is_revenue_and_a_value_alone_a_property(page, site):
    visit(page, site)
    page.evaluate("pulse('purchase', {value: 49.9, currency: 'EUR', plan: 'pro'}); pulse('volume', {value: 11})")
    assert eventually(lambda: len(site.events) == 3)
    purchase, volume = site.events[1:]
    assert (purchase["value"], purchase["currency"]) == (49.9, "EUR")
    assert purchase["custom_data"]["plan"] == "pro"
    assert "value" not in volume
    assert volume["custom_data"] == {"value": 11}


def test_calls_from_before_the_script_was_loaded_count_after_the_pageview(page, site):
    site.html["/"] = STUB + "<script>pulse('first', {n: 1}); pulse('second')</script>"
    page.goto(site.url)
    assert eventually(lambda: [event.get("event_name") for event in site.events] == [None, "first", "second"])
    assert site.events[1]["custom_data"] == {"n": 1}
    assert len(site.sent) == 1


def test_ten_events_are_a_batch_and_the_rest_waits_for_company(page, site):
    visit(page, site)
    page.evaluate("for (let n = 0; n < 13; n++) pulse('n' + n)")
    assert eventually(lambda: len(site.events) == 14)
    assert [len(post.events) for post in site.sent] == [1, 10, 3]
    assert [event["event_name"] for event in site.events[1:]] == [f"n{n}" for n in range(13)]


@pytest.mark.parametrize("leave", ["navigate", "close"])
def test_what_waits_when_the_page_goes_is_delivered(page, site, leave):
    visit(page, site)
    if leave == "navigate":
        page.evaluate(f"pulse('bye'); location.href = '{site.url}/next'")
    else:
        page.evaluate("pulse('bye')")
        page.close()
    assert eventually(lambda: "bye" in [event.get("event_name") for event in site.events], within_s=3)
    assert len({event["event_id"] for event in site.events}) == len(site.events)


def test_what_waits_when_the_page_is_hidden_is_sent_at_once(page, site):
    visit(page, site)
    page.evaluate(
        "pulse('hidden'); Object.defineProperty(document, 'hidden', {get: () => true});"
        "document.dispatchEvent(new Event('visibilitychange'))"
    )
    assert eventually(lambda: len(site.events) == 2, within_s=0.7)


def test_what_the_server_could_not_take_is_sent_again_unchanged(page, site):
    site.answers = [(503, {"Retry-After": "1"}), (503, {"Retry-After": "1"})]
    page.goto(site.url)
    page.evaluate("pulse('signup', {plan: 'pro'})")
    assert eventually(lambda: len(site.events) == 2)
    assert [post.status for post in site.sent].count(503) == 2
    first = {event["event_id"]: event for post in site.sent if post.status == 503 for event in post.events}
    for event in site.events:
        assert event == first.get(event["event_id"], event)
    assert len({event["event_id"] for event in site.events}) == 2
    page.wait_for_timeout(300)
    assert stored(page) == {}


def test_the_next_page_of_the_site_sends_what_the_last_could_not(page, site):
    site.answers = [(503, {"Retry-After": "600"})]
    page.goto(site.url + "/lost")
    assert eventually(lambda: [post.status for post in site.sent] == [503])
    assert eventually(lambda: len(stored(page)) == 1)
    page.goto(site.url + "/next")
    assert eventually(lambda: sorted(site.paths()) == ["/lost", "/next"])
    [lost] = [event for event in site.events if event["url"].endswith("/lost")]
    assert lost == site.sent[0].events[0]
    page.wait_for_timeout(300)
    assert stored(page) == {}


def test_what_leaves_with_the_page_while_the_server_is_away_is_not_lost(page, site):
    page.route(f"**{TRACK}", lambda route: route.abort())
    page.goto(site.url + "/away")
    assert eventually(lambda: len(stored(page)) == 1)
    page.evaluate("pulse('bye')")
    page.goto(site.url + "/still-away")
    page.wait_for_timeout(300)
    page.unroute(f"**{TRACK}")
    page.goto(site.url + "/back")
    assert eventually(lambda: sorted(site.paths()) == ["/away", "/back", "/still-away"])
    assert eventually(lambda: "bye" in [event.get("event_name") for event in site.events])
    assert len({event["event_id"] for event in site.events}) == 4


def test_too_many_requests_are_obeyed_and_lose_nothing(page, site):
    site.answers = [(429, {"Retry-After": "2"})]
    page.goto(site.url)
    assert eventually(lambda: [post.status for post in site.sent] == [429])
    page.wait_for_timeout(1500)
    assert len(site.sent) == 1
    assert eventually(lambda: site.paths() == ["/"])


@pytest.mark.parametrize("status", [400, 403])
def test_what_the_server_refuses_for_good_is_not_sent_again(page, site, status):
    site.answers = [(status, {})]
    page.goto(site.url)
    assert eventually(lambda: [post.status for post in site.sent] == [status])
    assert stays_quiet(page, site)
    assert stored(page) == {}


def test_of_what_cannot_be_sent_the_last_hundred_are_kept(page, site):
    site.answers = [(503, {"Retry-After": "600"})] * 50
    page.goto(site.url)
    assert eventually(lambda: len(stored(page)) == 1)
    for ten in range(13):
        page.evaluate(f"for (let n = 0; n < 10; n++) pulse('n' + {ten} + n)")
        assert eventually(lambda: f"n{ten}9" in str(stored(page)))  # noqa: B023
    _, kept = page.evaluate("JSON.parse(Object.values(localStorage)[0])")
    assert [event["event_name"] for event in kept] == [f"n{ten}{n}" for ten in range(3, 13) for n in range(10)]


def test_what_is_older_than_the_server_takes_is_forgotten(page, site):
    site.answers = [(503, {"Retry-After": "600"})]
    page.goto(site.url)
    assert eventually(lambda: len(stored(page)) == 1)
    page.evaluate(
        "() => { const [name, text] = Object.entries(localStorage)[0]; const [due, [event]] = JSON.parse(text);"
        " const aged = days => ({...event, event_id: 'aged-' + days, timestamp: new Date(Date.now() - days * 864e5)});"
        " localStorage[name] = JSON.stringify([0, [aged(8), aged(6)]]) }"
    )
    page.goto(site.url + "/next")
    assert eventually(lambda: "aged-6" in [event["event_id"] for event in site.events])
    assert "aged-8" not in [event["event_id"] for event in site.events]


@pytest.mark.parametrize(
    "choice",
    [
        "Object.defineProperty(Navigator.prototype, 'doNotTrack', {get: () => '1'})",
        "Object.defineProperty(Navigator.prototype, 'globalPrivacyControl', {get: () => true})",
        "localStorage.setItem('pulse_ignore', 'true')",
    ],
    ids=["do not track", "global privacy control", "opted out"],
)
def test_who_does_not_want_to_be_counted_is_not(page, site, choice):
    site.tag_attributes = 'data-identity="anonymous"'
    page.add_init_script(choice)
    page.goto(site.url)
    page.evaluate("pulse('signup'); history.pushState({}, '', '/next')")
    assert stays_quiet(page, site)
    page.goto(site.url + "/another")
    assert stays_quiet(page, site)
    assert site.sent == []
    page.evaluate("localStorage.removeItem('pulse_ignore')")
    assert stored(page) == {}


def test_an_opt_out_counts_at_once_says_so_once_and_takes_back_what_waits(page, site, complaints):
    site.answers = [(503, {"Retry-After": "600"})]
    page.goto(site.url)
    assert eventually(lambda: len(stored(page)) == 1)
    page.evaluate("pulse('waiting'); localStorage.setItem('pulse_ignore', 'true')")
    assert stays_quiet(page, site)
    assert stored(page) == {"pulse_ignore": "true"}
    complaints.clear()
    page.goto(site.url)
    page.evaluate("pulse('again')")
    assert stays_quiet(page, site)
    assert complaints == ["pulse_ignore: not counted"]
    page.evaluate("localStorage.removeItem('pulse_ignore')")
    visit(page, site, "/in-again")


def test_a_script_that_is_included_twice_counts_once(page, site):
    site.html["/"] = f"{site.tag}<script src='http://localhost:{site.port}/pulse.js?copy' data-key='{KEY}'></script>"
    visit(page, site)
    page.evaluate("pulse('once')")
    assert eventually(lambda: len(site.events) == 2)
    assert stays_quiet(page, site)
    assert len(site.events) == 2


def test_a_visitor_has_no_id_unless_the_site_asks_for_one(page, site):
    visit(page, site)
    assert "visitor_id" not in site.events[0]
    site.tag_attributes = 'data-identity="anonymous"'
    visit(page, site, "/one")
    visit(page, site, "/two")
    first, second = (  # what is sent twice is sent alike
        next(event["visitor_id"] for event in site.events if event["url"].endswith(path)) for path in ("/one", "/two")
    )
    assert first == second
    assert UUID(first).version == 4
    assert stored(page) == {"pulse_visitor": first}


def test_another_endpoint_can_be_named(page, site):
    site.tag_attributes = 'data-api="/collect"'
    with page.expect_request(re.compile("/collect$")) as request:
        page.goto(site.url)
    assert request.value.url == f"{site.url}/collect"
    assert request.value.method == "POST"


BROKEN = {
    "closed storage": "Object.defineProperty(window, 'localStorage', {get() { throw new Error('closed') }})",
    "no fetch": "delete window.fetch; window.fetch = undefined",
    "no beacon": "Navigator.prototype.sendBeacon = undefined",
    "damaged outbox": f"localStorage['pulse_{KEY}'] = '[1, null'",
    "element named pulse": "addEventListener('DOMContentLoaded', () => document.body.append("
    "Object.assign(document.createElement('div'), {id: 'pulse'})), {capture: true})",
}


@pytest.mark.parametrize("damage", BROKEN.values(), ids=BROKEN.keys())
def test_the_page_never_notices(page, site, complaints, damage):
    page.add_init_script(damage)
    page.goto(site.url)
    assert (
        page.evaluate(
            "() => { const cycle = {}; cycle.self = cycle; pulse('cycle', cycle); pulse(); pulse('null', null);"
            " history.pushState({}, '', '/next'); return location.pathname }"
        )
        == "/next"
    )
    page.wait_for_timeout(QUIET_S * 1000)
    page.goto(f"{site.url}/last")
    page.wait_for_timeout(300)
    assert complaints == []
    if "fetch" not in damage:
        assert site.paths() == ["/", "/next", "/last"]


def test_tabs_of_one_visitor_do_not_send_the_same(context: BrowserContext, site):
    site.answers = [(503, {"Retry-After": "2"})]
    first = context.new_page()
    first.goto(site.url + "/lost")
    assert eventually(lambda: len(stored(first)) == 1)
    others = [context.new_page() for _ in range(3)]
    for number, other in enumerate(others):
        other.goto(f"{site.url}/tab/{number}")
    assert eventually(lambda: "/lost" in site.paths())
    first.wait_for_timeout(2500)
    assert sorted(site.paths()) == ["/lost", "/tab/0", "/tab/1", "/tab/2"]
