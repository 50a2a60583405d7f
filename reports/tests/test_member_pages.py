"""The pages that members alone have: realtime, events, visitors, and what one visitor did."""

import html
import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse

from reports.event_words import KINDS
from reports.tests.conftest import GOOGLE, MINUTE, NOW, SIGNUP
from tracking import erasure, identity
from tracking.event_types import EVENT_TYPES

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]
FIRST = identity.shown(1)
PAGES = ["realtime", "events", "visitors", f"visitors/{FIRST}"]
SECTIONS = [
    "live",
    "feed",
    "event-totals",
    "event-series",
    "event-names",
    "event-pages",
    "event-properties",
    "event-rows",
    "visitor-rows",
    f"journey?visitor={FIRST}",
]


@pytest.fixture
def get_part(client, project):
    """A page or a section of alice's project, for whoever is logged in."""

    def get(path, status=200, who=client):
        response = who.get(f"/projects/{project.pk}/{path}")
        assert response.status_code == status, response.content
        return response

    return get


def text(response):
    shown = re.sub(r"<(script|style)[^>]*>.*?</\1>", " ", response.content.decode(), flags=re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", shown)).split())


@pytest.mark.usefixtures("three_visits")
@pytest.mark.parametrize("page", PAGES)
def test_viewers_have_the_pages_and_outsiders_do_not(get_part, signed_in, bob, mallory, client, page):
    assert get_part(page, who=signed_in(bob))
    get_part(page, 404, who=signed_in(mallory))
    assert "/login" in get_part(page, 302, who=client).url


@pytest.mark.usefixtures("three_visits", "alice_client")
@pytest.mark.parametrize("section", SECTIONS)
def test_each_section_stands_alone_and_shows_something(get_part, section):
    response = get_part(f"sections/{section}")
    assert response["Cache-Control"] == "private, no-store"
    assert text(response)


@pytest.mark.usefixtures("three_visits")
@pytest.mark.parametrize("section", SECTIONS)
def test_no_section_is_there_for_outsiders(get_part, signed_in, mallory, section):
    get_part(f"sections/{section}", 404, who=signed_in(mallory))


@pytest.mark.usefixtures("alice_client")
@pytest.mark.parametrize("page", PAGES)
def test_a_project_without_events_has_the_page_that_waits(get_part, project, page):
    assert get_part(page, 302).url == reverse("reports:dashboard", args=(project.pk,))


@pytest.mark.usefixtures("three_visits", "alice_client")
def test_the_question_goes_along_from_page_to_page(get_part, project):
    page = html.unescape(get_part("events?period=7d&f=source:is:Google").content.decode())
    for other in ("realtime", "visitors"):
        assert f'href="/projects/{project.pk}/{other}?period=7d&f=source%3Ais%3AGoogle"' in page


def test_every_type_of_event_has_its_words():
    assert set(KINDS) == set(EVENT_TYPES)


# --- Realtime ---------------------------------------------------------------------------------------------------------
@pytest.mark.usefixtures("alice_client")
def test_realtime_shows_who_is_there_and_each_minute(get_part, store_events):
    visit = {"occurred_at": NOW - 4 * MINUTE, "country": "DE", "device_type": "desktop"} | GOOGLE
    store_events(visit, {"visitor_id": 2, "session_id": 2, "occurred_at": NOW - 20 * MINUTE, "path": "/pricing"})
    shown = text(get_part("sections/live"))
    assert "1 in the last 5 minutes" in shown
    assert (
        "Pageviews by minute: 2 in the last 30 minutes, at most 1 in one" in get_part("sections/live").content.decode()
    )
    assert "11:56 1" in shown  # in the project's zone
    assert "11:57 0" in shown
    for value in ("/pricing", "Google", "Germany", "Desktop"):
        assert value in shown


@pytest.mark.usefixtures("alice_client")
def test_the_feed_tells_what_happened_and_not_who_did_it(get_part, store_events):
    store_events({"visitor_id": 77, "user_id": "ann@example.com", "path": "/pricing"} | SIGNUP)
    response = get_part("sections/feed")
    assert "Signup /pricing 12:00:00" in text(response)
    assert identity.shown(77) not in response.content.decode()
    assert "ann@example.com" not in response.content.decode()


# --- Events -----------------------------------------------------------------------------------------------------------
@pytest.fixture
def custom_events(store_events):
    """Two signups and a purchase today, a signup in the 30 days before these 30."""
    visit = {"session_started_at": NOW - 9 * MINUTE, "path": "/pricing"}
    store_events(
        visit | {"occurred_at": NOW - 9 * MINUTE},
        visit | {"occurred_at": NOW - 8 * MINUTE, "custom_data": {"plan": "pro"}} | SIGNUP,
        visit | {"occurred_at": NOW - 7 * MINUTE, "custom_data": {"plan": "free"}} | SIGNUP,
        visit | {"occurred_at": NOW - 6 * MINUTE, "event_name": "Purchase", "event_type": "custom", "path": "/buy"},
        {"occurred_at": NOW - timedelta(days=31), "session_id": 9, "visitor_id": 9} | SIGNUP,
    )


@pytest.mark.usefixtures("custom_events", "alice_client")
def test_custom_events_are_listed_with_counts_shares_and_changes(get_part):
    shown = text(get_part("sections/event-names"))
    assert "Signup 2 1 2 67% +100%" in shown
    assert "Purchase 1 1 1 33%" in shown


@pytest.mark.usefixtures("custom_events", "alice_client")
def test_a_chosen_event_narrows_the_page_and_leaves_the_list_to_choose_from(get_part):
    chosen = "f=event_name:is:Purchase"
    assert "Signup" in text(get_part(f"sections/event-names?{chosen}"))
    assert "/buy" in text(get_part(f"sections/event-pages?{chosen}"))
    assert "/pricing" not in text(get_part(f"sections/event-pages?{chosen}"))
    assert text(get_part(f"sections/event-totals?{chosen}")).startswith("Events 1 ")


@pytest.mark.usefixtures("custom_events", "alice_client")
def test_numbers_are_of_custom_events_alone_while_none_is_chosen(get_part, store_events):
    store_events({"visitor_id": 5, "session_id": 5, "path": "/read"})
    shown = text(get_part("sections/event-totals"))
    assert re.search(r"Events 3 .*visitors 1 ", shown)
    assert "/read" not in text(get_part("sections/event-pages"))


@pytest.mark.usefixtures("custom_events", "alice_client")
def test_properties_are_broken_down_by_key_and_value(get_part):
    shown = text(get_part("sections/event-properties?f=event_name:is:Signup"))
    assert "plan" in shown
    assert "pro" in shown
    assert "free" in shown


@pytest.mark.usefixtures("custom_events", "alice_client")
def test_the_numbers_explain_what_was_counted(get_part):
    page = html.unescape(get_part("sections/event-totals").content.decode())
    explain = re.search(r'hx-get="/projects/[^/]+/(sections/explain[^"]*metric=events)"', page)
    assert explain
    shown = text(get_part(explain.group(1)))
    assert "Event type is custom" in shown
    assert "3" in shown


# --- The log ----------------------------------------------------------------------------------------------------------
@pytest.mark.usefixtures("custom_events", "alice_client")
@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("", ["Purchase", "Signup", "Signup", "Pageview", "Signup"]),
        ("kind=custom", ["Purchase", "Signup", "Signup", "Signup"]),
        ("kind=custom&search=PURCH", ["Purchase"]),
        ("search=/buy", ["Purchase"]),
        ("kind=pageview&search=nothing", []),
        ("f=event_name:is:Signup", ["Signup", "Signup", "Signup"]),
    ],
)
def test_the_log_is_searched_by_kind_name_and_path(get_part, asked, found):
    page = get_part(f"sections/event-rows?period=90d&{asked}").content.decode()
    buttons = re.findall(r"<button class=\"log__open\".*?</button>", page, flags=re.DOTALL)
    assert [re.sub(r"^[^:]+: ", "", re.sub(r"<[^>]+>", "", button)) for button in buttons] == found
    if not found:
        assert "No event of this period is like that." in page


@pytest.mark.usefixtures("alice_client")
def test_the_log_goes_on_page_by_page(get_part, store_events):
    store_events(*({"occurred_at": NOW - timedelta(seconds=number), "path": f"/{number}"} for number in range(70)))
    seen, path = [], "sections/event-rows"
    while path:
        page = html.unescape(get_part(path).content.decode())
        seen += re.findall(r'class="truncate" title="/(\d+)"', page)
        more = re.search(r'hx-get="/projects/[^/]+/(sections/event-rows[^"]*cursor=[^"]+)" hx-target="#log-more"', page)
        path = more and more.group(1)
    assert seen == [str(number) for number in range(70)]


@pytest.mark.usefixtures("alice_client")
def test_pages_send_events_of_their_own_which_are_listed_when_asked_for(get_part, store_events):
    store_events({"event_type": "engagement", "engaged_ms": 5_000})
    assert "Nothing happened" in text(get_part("sections/event-rows"))
    assert "Time on page" in text(get_part("sections/event-rows?kind=all"))


@pytest.mark.usefixtures("alice_client", "three_visits")
@pytest.mark.parametrize("asked", ["kind=nonsense", "search=%00", "cursor=x"])
def test_what_cannot_be_looked_for_is_said(get_part, asked):
    get_part(f"sections/event-rows?{asked}", 400)


@pytest.mark.usefixtures("alice_client")
def test_an_event_tells_all_that_is_stored_of_it(get_part, store_events):
    event_id = uuid4()
    fields = {"country": "DE", "browser": "Firefox", "browser_version": "127.0", "screen_width": 1440}
    data = {"custom_data": {"plan": "pro", "seats": [1, 2]}, "value": 12.5, "currency": "EUR", "title": "Prices"}
    store_events({"event_id": event_id, "path": "/pricing", "hostname": "example.com"} | SIGNUP | fields | data)
    shown = text(get_part(f"sections/event?id={event_id}"))
    for part in (
        "Signup",
        '"plan": "pro"',
        "20 Nov 2026, 12:00:00",
        "example.com/pricing",
        "Prices",
        "12.50 EUR",
        "Germany",
        "Firefox 127.0",
        "1440",
        FIRST,
        str(event_id),
    ):
        assert part in shown


@pytest.mark.usefixtures("alice_client", "three_visits")
@pytest.mark.parametrize("event_id", ["", "x", "00000000-0000-0000-0000-000000000000"])
def test_an_event_that_is_not_there_is_not_found(get_part, event_id):
    get_part(f"sections/event?id={event_id}", 404)


def test_an_event_of_another_project_is_not_found(get_part, signed_in, mallory, store_events):
    from projects.actions.projects import create_project

    event_id = uuid4()
    store_events({"event_id": event_id})
    hers = create_project(organization=mallory.organizations.get(), name="Hers", domain="example.net", timezone="UTC")
    response = signed_in(mallory).get(f"/projects/{hers.pk}/sections/event?id={event_id}")
    assert response.status_code == 404


# --- Visitors ---------------------------------------------------------------------------------------------------------
@pytest.mark.usefixtures("three_visits", "alice_client")
def test_visitors_are_listed_the_last_seen_first(get_part, project):
    response = get_part("sections/visitor-rows?period=7d")
    assert "3 in this list" in text(response)
    found = re.findall(rf"/projects/{project.pk}/visitors/([0-9a-f]{{16}})\?", response.content.decode())
    assert found == [identity.shown(number) for number in (1, 2, 3)]
    assert "now /pricing" in text(response)


@pytest.mark.usefixtures("alice_client")
def test_the_list_of_visitors_goes_on_page_by_page(get_part, store_events):
    store_events(
        *(
            {"visitor_id": number, "session_id": number, "occurred_at": NOW - timedelta(seconds=number)}
            for number in range(1, 71)
        )
    )
    first = html.unescape(get_part("sections/visitor-rows").content.decode())
    more = re.search(r"(sections/visitor-rows[^\"]*cursor=[^\"]+)", first)
    assert more
    second = get_part(more.group(1)).content.decode()
    assert first.count("visitors__row") == 50
    assert second.count("visitors__row") == 20
    assert "<section" not in second


@pytest.mark.usefixtures("alice_client")
def test_a_journey_tells_each_visit_from_its_beginning_to_its_end(get_part, store_events):
    visit = {"session_started_at": NOW - 9 * MINUTE} | GOOGLE
    store_events(
        {"session_id": 5, "occurred_at": NOW - 300 * MINUTE, "path": "/earlier"},
        visit | {"occurred_at": NOW - 9 * MINUTE, "path": "/"},
        visit | {"occurred_at": NOW - 8 * MINUTE, "path": "/", "event_type": "engagement", "engaged_ms": 30_000},
        visit | {"occurred_at": NOW - 7 * MINUTE, "path": "/", "event_type": "engagement", "engaged_ms": 12_000},
        visit | {"occurred_at": NOW - 5 * MINUTE, "path": "/buy", "custom_data": {"plan": "pro"}} | SIGNUP,
    )
    shown = text(get_part(f"sections/journey?visitor={FIRST}"))
    assert re.search(r"11:51 from Google to / 4m 00s 1 page 1 event 42s engaged .*Pageview: / 42s 11:51:00", shown)
    assert re.search(r"Signup /buy 11:55:00 plan pro .*/earlier", shown)
    assert "known for one day" in shown


@pytest.mark.usefixtures("three_visits", "alice_client")
def test_a_visitor_who_was_not_there_is_said_to_be_so(get_part):
    shown = text(get_part(f"sections/journey?visitor={identity.shown(3)}&period=today"))
    assert "This visitor was not here in this period" in shown
    assert "None of this visitor’s events fulfils the filters" in text(
        get_part(f"sections/journey?visitor={FIRST}&f=page:is:/elsewhere")
    )


@pytest.mark.usefixtures("three_visits", "alice_client")
@pytest.mark.parametrize("visitor", ["nobody", "0" * 15, "zzzzzzzzzzzzzzzz"])
def test_what_is_no_visitor_is_not_found(get_part, visitor):
    get_part(f"visitors/{visitor}", 404)
    get_part(f"sections/journey?visitor={visitor}", 404)


@pytest.mark.usefixtures("three_visits", "alice_client")
def test_a_project_that_knows_who_returns_says_so(get_part, project):
    project.identity_mode = "anonymous_id"
    project.save()
    assert "All time shows everything that is kept." in text(get_part(f"sections/journey?visitor={FIRST}"))


@pytest.mark.usefixtures("three_visits", "alice_client")
def test_an_admin_has_a_visitor_forgotten(get_part, client, project, monkeypatch):
    monkeypatch.setattr(erasure, "_ring", lambda erasure_id: None)
    assert "Forget this visitor?" in text(get_part(f"sections/journey?visitor={FIRST}"))
    page = client.post(f"/projects/{project.pk}/visitors/{FIRST}/forget", follow=True)
    assert "The visitor is being forgotten" in text(page)
    assert erasure.pending(project.pk) == 1


@pytest.mark.usefixtures("three_visits")
def test_a_viewer_has_nobody_forgotten(get_part, signed_in, bob, mallory, project):
    assert "Forget this visitor" not in text(get_part(f"sections/journey?visitor={FIRST}", who=signed_in(bob)))
    for who in (bob, mallory):
        assert signed_in(who).post(f"/projects/{project.pk}/visitors/{FIRST}/forget").status_code == 404
    assert erasure.pending(project.pk) == 0
