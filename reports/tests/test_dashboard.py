"""The dashboard's page and its sections, over the real store."""

import html
import json
import re
from urllib.parse import unquote_plus

import pytest
from django.db import connection
from django.urls import reverse

from reports.panels import BREAKDOWNS
from reports.tests.conftest import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]
SECTIONS = ["overview", "series", "now", *BREAKDOWNS]


@pytest.fixture
def address(project):
    return reverse("reports:dashboard", args=(project.pk,))


@pytest.fixture
def section(alice_client, project):
    def section(name, query="period=today"):
        return alice_client.get(f"{reverse('reports:section', args=(project.pk, name))}?{query}")

    return section


def text(response):
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def test_a_project_without_events_says_how_to_install(alice_client, address, project):
    page = alice_client.get(address)
    assert "Waiting for the first visit" in text(page)
    assert project.write_key in page.content.decode()


def test_the_page_that_waits_is_told_when_the_first_event_is_there(section, store_events):
    assert section("first-event").status_code == 204
    store_events({})
    assert section("first-event")["HX-Refresh"] == "true"


def test_the_page_comes_without_asking_the_store(alice_client, address, store_events, django_assert_max_num_queries):
    store_events({})
    alice_client.get(address)  # from here on the project remembers that it has events
    with django_assert_max_num_queries(7) as queries:
        page = alice_client.get(address)
    assert page.status_code == 200
    assert not [query for query in queries.captured_queries if "FROM events" in query["sql"]]


@pytest.mark.parametrize("name", ["", "?period=7d", "?from=2026-11-01&to=2026-11-02&f=country:is:DE"])
def test_what_the_page_shows_is_in_its_address(alice_client, address, store_events, name):
    store_events({})
    page = alice_client.get(address + name).content.decode()
    section_urls = re.findall(r'hx-get="([^"]+)"', page)
    assert len(section_urls) == 9
    for part in name.removeprefix("?").replace(":", "%3A").split("&"):
        assert all(part in url.replace("&amp;", "&") for url in section_urls)


def test_a_filter_is_a_chip_that_can_be_taken_away(alice_client, address, store_events):
    store_events({})
    page = alice_client.get(f"{address}?period=7d&f=country:is:DE&f=source:is:Google")
    assert "Country is Germany" in text(page)
    assert f'href="{address}?period=7d&amp;f=source%3Ais%3AGoogle"' in page.content.decode()


def test_the_filter_form_leads_to_the_address_with_its_filter(alice_client, address, store_events):
    store_events({})
    form = {"period": "7d", "f": "country:is:DE", "dimension": "page", "operator": "contains", "value": "a:b&c"}
    response = alice_client.get(address, form)
    assert response["Location"] == f"{address}?period=7d&f=country%3Ais%3ADE&f=page%3Acontains%3Aa%3Ab%26c"


def test_an_impossible_address_is_a_page_that_says_why(alice_client, address, store_events):
    store_events({})
    page = alice_client.get(f"{address}?period=fortnight")
    assert page.status_code == 400
    assert "period : one of today, yesterday" in text(page)


@pytest.mark.parametrize("name", SECTIONS)
def test_each_section_answers_with_and_without_events(section, store_events, name):
    assert section(name).status_code == 200
    store_events({"source": "Google", "country": "DE"})
    assert section(name).status_code == 200


def test_a_section_that_is_not_there_is_not_found(section):
    assert section("weather").status_code == 404


@pytest.mark.parametrize("name", SECTIONS)
def test_an_outsider_finds_neither_page_nor_section(client, mallory, project, address, name):
    client.force_login(mallory)
    assert client.get(address).status_code == 404
    assert client.get(reverse("reports:section", args=(project.pk, name))).status_code == 404


def test_a_visitor_without_a_login_is_sent_to_it(client, project, address):
    assert client.get(address)["Location"] == f"/accounts/login/?next={address}"
    headers = {"HX-Request": "true", "HX-Current-URL": f"http://testserver{address}?period=7d"}
    response = client.get(reverse("reports:section", args=(project.pk, "overview")), headers=headers)
    assert response["HX-Redirect"] == f"/accounts/login/?next={address}%3Fperiod%3D7d"
    assert response.content == b""


def test_one_section_fails_and_the_others_do_not(section, store_events):
    store_events({})
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE visits RENAME TO visits_elsewhere")
    failed = section("overview")
    assert failed.status_code == 503
    assert failed.content.decode() == "The database cannot be reached at the moment."
    assert section("pages").status_code == 200
    assert section("countries").status_code == 200


def test_headline_numbers_come_with_their_change(section, store_events):
    from datetime import timedelta

    day = timedelta(days=1)
    store_events(
        {"visitor_id": 1, "session_id": 1},
        {"visitor_id": 2, "session_id": 2},
        {"visitor_id": 3, "session_id": 3, "occurred_at": NOW - day - timedelta(hours=1)},
        # After the time of day that it is now: not yet to be compared with.
        {"visitor_id": 4, "session_id": 4, "occurred_at": NOW - day + timedelta(hours=1)},
    )
    assert "Unique visitors 2 +100% against 1 in the period before" in text(section("overview"))


def test_the_chart_stops_at_now(section, store_events):
    store_events({})
    page = section("series").content.decode()
    data = json.loads(re.search(r'<script id="series-data"[^>]*>(.+?)</script>', page)[1])
    assert len(data["ticks"]) == 24
    assert data["metrics"]["visitors"]["values"] == [0] * 12 + [1]  # it is noon in Berlin
    assert len(data["metrics"]["visitors"]["previous"]) == 24
    assert data["filling"] == 12


def test_a_value_that_a_visitor_sent_is_never_markup(section, store_events):
    evil = "/<script>alert(1)</script>\"'"
    store_events({"path": evil, "source": evil, "event_type": "custom", "event_name": evil})
    for name in ("pages", "sources", "events"):
        page = section(name).content.decode()
        assert "&lt;script&gt;" in page
        assert "<script" not in page


def test_a_row_leads_to_the_dashboard_of_its_value(section, store_events, address):
    store_events({"path": "/a b?&c"})
    assert f'href="{address}?period=today&amp;f=page%3Ais%3A%2Fa+b%3F%26c"' in section("pages").content.decode()


def test_the_panel_whose_row_was_clicked_stays_on_its_tab(alice_client, address, store_events):
    store_events({})
    page = alice_client.get(f"{address}?f=device:is:mobile").content.decode()
    assert "/sections/devices?" in page
    assert "/sections/browsers?" not in page


def test_a_project_that_is_switched_off_says_so(alice_client, address, store_events, project):
    store_events({})
    project.is_active = False
    project.save()
    assert "This project accepts no events" in text(alice_client.get(address))


def test_a_new_event_is_seen_when_the_cache_of_a_moment_is_over(section, store_events):
    import time

    store_events({"visitor_id": 1, "session_id": 1})
    assert "Unique visitors 1 " in text(section("overview"))
    store_events({"visitor_id": 2, "session_id": 2})
    time.sleep(1.2)
    assert "Unique visitors 2 " in text(section("overview"))


def test_the_start_page_is_for_visitors_and_leads_users_to_their_projects(client, alice):
    start = client.get("/")
    assert "Start counting" in text(start)
    assert not start.cookies
    client.force_login(alice)
    assert client.get("/")["Location"] == reverse("projects:index")


def test_a_project_that_was_throttled_says_so(alice_client, address, project, store_events, settings):
    store_events({})
    assert "refused in the last 24 hours" not in text(alice_client.get(address))
    settings.TRACK_RATE_LIMIT_PER_HOUR = 1
    for _ in range(3):
        alice_client.post(f"/api/v1/track/event?key={project.write_key}", "{}", content_type="application/json")
    assert "2 requests refused in the last 24 hours" in text(alice_client.get(address))


def test_nested_filters_are_chips_in_words_and_stay_in_the_address(alice_client, address, store_events):
    store_events({"country": "DE"})
    nested = [["and", [["has_done", ["is", "event_name", ["Signup"]]], ["or", [["is", "country", ["DE"]],
              ["matches", "page", ["^/docs"]]]]]]]  # fmt: skip
    response = alice_client.get(address, {"period": "7d", "f": "source:is:Google", "filters": json.dumps(nested)})
    chips = re.findall(r'<span class="chip">.*?</a>', response.content.decode(), re.DOTALL)
    assert [" ".join(re.sub("<[^>]+>", " ", chip).split()) for chip in chips] == [
        "Source is Google",
        "Has done (Event is Signup)",
        "Country is Germany or Page matches ^/docs",
    ]
    rest = [unquote_plus(re.search(r'href="([^"]+)"', chip)[1]) for chip in chips]
    assert "f=source" not in rest[0]
    assert '"has_done"' in html.unescape(rest[0])
    assert '[["has_done",["is","event_name",["Signup"]]]]' in html.unescape(rest[2])


def test_a_pattern_is_taken_as_it_was_typed(alice_client, address, store_events):
    store_events({})
    form = {"period": "7d", "dimension": "country", "operator": "matches", "value": "^(de|Fr)$"}
    assert "f=country%3Amatches%3A%5E%28de%7CFr%29%24" in alice_client.get(address, form)["Location"]
