"""The dashboard's panels: which lists there are, what their rows say, and where they lead."""

import html
import json
import re
from urllib.parse import urlencode

import pytest
from django.urls import reverse

from reports.panels import BREAKDOWNS, find
from reports.tests.conftest import SIGNUP

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]


@pytest.fixture
def address(project):
    return reverse("reports:dashboard", args=(project.pk,))


@pytest.fixture
def section(alice_client, project):
    def section(name, query="period=today"):
        return alice_client.get(f"{reverse('reports:section', args=(project.pk, name))}?{query}").content.decode()

    return section


def rows(page):
    """Label and numbers of each row, as they are read aloud."""
    found = re.findall(r'<li class="rows__row.*?</li>', page, re.DOTALL)
    return [" ".join(html.unescape(re.sub(r"<[^>]+>", " ", row)).split()) for row in found]


def links(page):
    return [html.unescape(found) for found in re.findall(r'<a class="rows__label" href="([^"]+)"', page)]


def visits(*fields):
    """A visit by somebody else for each of these."""
    return [{"visitor_id": number, "session_id": number} | each for number, each in enumerate(fields, 1)]


@pytest.mark.parametrize("name", [name for name in BREAKDOWNS if name not in ("map", "properties", "conversions")])
def test_every_list_shows_its_values_with_numbers(section, store_events, name):
    fields = {
        "title": "Home", "hostname": "example.com", "source": "Google", "referrer": "google.com", "channel": "Email",
        "utm_source": "news", "utm_medium": "email", "utm_campaign": "spring", "utm_term": "hat", "utm_content": "top",
        "country": "DE", "region": "Bavaria", "city": "Munich", "language": "pt-BR", "browser": "Chrome",
        "browser_version": "130", "os": "iOS", "os_version": "18.1", "device_type": "mobile", "screen_width": 390,
    }  # fmt: skip
    store_events(fields, fields | SIGNUP)
    expected = {
        "pages": "/", "entry-pages": "/", "exit-pages": "/", "titles": "Home", "hostnames": "example.com",
        "sources": "Google", "channels": "Email", "referrers": "google.com", "campaigns": "spring",
        "utm-sources": "news", "utm-mediums": "email", "utm-contents": "top", "utm-terms": "hat",
        "countries": "Germany", "regions": "Bavaria", "cities": "Munich", "languages": "Portuguese (Brazil)",
        "browsers": "Chrome", "systems": "iOS", "devices": "Mobile", "screens": "Mobile",
        "browser-versions": "Chrome 130", "os-versions": "iOS 18.1", "events": "Signup",
    }  # fmt: skip
    (row,) = rows(section(name))
    assert expected[name] in row
    assert "Visitors: 1" in row
    assert "%: 100%" in row


def test_a_row_filters_and_a_row_that_is_a_filter_takes_it_away(section, store_events, address):
    store_events(*visits({"country": "DE"}, {"country": "FR"}))
    assert links(section("countries"))[0] == f"{address}?period=today&f=country%3Ais%3ADE"
    filtered = section("countries", "period=today&f=country:is:DE&f=source:is:")
    assert links(filtered) == [f"{address}?period=today&f=source%3Ais%3A"]
    assert "Remove the filter Germany" in filtered


def test_a_value_that_is_not_clear_alone_filters_with_what_it_is_within(section, store_events, address):
    store_events(*visits(
        {"browser": "Chrome", "browser_version": "130"}, {"browser": "Edge", "browser_version": "130"}
    ))  # fmt: skip
    page = section("browser-versions")
    assert [row.split(" Visitors")[0] for row in rows(page)] == ["Chrome 130", "Edge 130"]
    assert links(page)[0] == f"{address}?period=today&f=browser%3Ais%3AChrome&f=browser_version%3Ais%3A130"
    filtered = section("browser-versions", "period=today&f=browser:is:Chrome&f=browser_version:is:130")
    assert links(filtered) == [f"{address}?period=today"]


def test_pages_and_referrers_can_be_opened_and_nothing_that_is_no_address(section, store_events):
    store_events(*visits(
        {"path": "/a b?x=1", "referrer": "news.example/story"},
        {"path": "javascript:alert(1)", "referrer": "javascript:alert(1)"},
    ))  # fmt: skip
    opened = re.findall(r'<a class="rows__visit" href="([^"]+)"', section("pages") + section("referrers"))
    assert opened == ["https://example.com/a%20b?x=1", "https://news.example/story"]


def test_nothing_to_show_says_what_to_do(section, store_events):
    store_events({})
    assert "?utm_medium=…" in section("utm-mediums")
    assert "No event of this period carries properties" in section("properties")


def test_nothing_under_a_filter_offers_to_clear_it(section, store_events, address):
    store_events({})
    page = section("sources", "period=today&f=country:is:AQ")
    assert "Nothing in this period fits the filters." in page
    assert f'href="{address}?period=today"' in page


def test_events_say_which_part_of_all_visitors_had_them(section, store_events):
    store_events(*visits(SIGNUP, SIGNUP, {}, {}), {"visitor_id": 1, "session_id": 1} | SIGNUP)
    assert rows(section("events")) == ["Signup Visitors: 2 Events: 3 %: 50%"]


def test_properties_are_a_list_for_each_key_that_occurs(section, store_events, address):
    store_events(*visits(
        SIGNUP | {"custom_data": {"plan": "pro", "seats": 3}}, SIGNUP | {"custom_data": {"plan": "free"}},
        SIGNUP | {"custom_data": {"plan": "pro"}}, {},
    ))  # fmt: skip
    page = section("properties")
    assert [row.split(" Visitors")[0] for row in rows(page)] == ["pro", "free"]
    assert links(page)[0] == f"{address}?period=today&f=prop%3Aplan%3Ais%3Apro"
    assert re.findall(r'data-tab="(properties:[^"]+)"', page) == ["properties:plan", "properties:seats"]
    assert rows(section("properties", "period=today&key=seats")) == ["3 Visitors: 1 Events: 1 %: 25%"]


@pytest.mark.parametrize("key", ["a:b", "50%", "ключ", "a b&c", "is:is"])
def test_a_property_of_any_name_leads_to_its_values(alice_client, section, store_events, key):
    store_events(*visits(SIGNUP | {"custom_data": {key: "x:y"}}, SIGNUP))
    page = section("properties")
    assert html.unescape(re.search(r'data-tab="(properties:[^"]+)"', page)[1]) == f"properties:{key}"
    (link,) = links(page)
    assert "x:y" in alice_client.get(link).content.decode()
    (row,) = rows(section("properties", f"{link.partition('?')[2]}&{urlencode({'key': key})}"))
    assert row.endswith("(is a filter) Visitors: 1 Events: 1 %: 100%")


def test_the_map_has_the_countries_with_their_shades(section, store_events, address):
    store_events(*visits(*[{"country": "DE"}] * 8, {"country": "FR"}, {"country": ""}, {"country": "XX"}))
    page = section("map")
    countries = json.loads(re.search(r'<script id="map-data"[^>]*>(.+?)</script>', page)[1])
    assert list(countries) == ["DE", "FR"]
    assert countries["DE"] == {
        "name": "Germany", "visitors": "8 visitors", "share": "73% of all visitors",
        "spoken": "Germany: 8 visitors, 73%", "level": 5, "is_filter": False,
        "url": f"{address}?period=today&f=country%3Ais%3ADE",
    }  # fmt: skip
    assert countries["FR"]["visitors"] == "1 visitor"
    assert countries["FR"]["level"] < 5


def test_a_map_of_one_country_has_one_shade(section, store_events):
    store_events({"country": "DE"})
    assert section("map").count("map__shade--") == 1


def test_a_map_without_a_country_does_not_say_that_nobody_came(section, store_events):
    store_events({"country": ""})
    assert "There is no country to show for these visitors." in section("map")


def test_the_tabs_of_the_address_are_open(alice_client, address, store_events):
    store_events({})
    page = alice_client.get(
        f"{address}?tab=cities&tab=properties:plan&tab=nonsense&f=device:is:mobile"
    ).content.decode()
    sections = re.findall(r'hx-get="[^"]*/sections/([a-z-]+)\?([^"]*)"', page)
    names = [name for name, _query in sections]
    assert {"cities", "properties", "devices", "pages"} <= set(names)
    assert "key=plan" in next(query for name, query in sections if name == "properties")
    assert {"map", "events", "browsers"}.isdisjoint(names)
    assert (
        "tab=cities" in alice_client.get(f"{address}?tab=cities&dimension=page&operator=is&value=/").headers["Location"]
    )


def test_a_value_that_was_left_out_of_the_sums_is_no_filter(project):
    from reports.links import DashboardLinks
    from reports.listing import listed
    from reports.params import Question, ref
    from reports.periods import named
    from reports.tests.conftest import NOW
    from reports.viewing import Viewing
    from tracking.storage.spec import Row, StatsResult

    question = Question(ref(project), named("today", project.zone, NOW))
    links_of = DashboardLinks(Viewing(project, None), question)
    found = StatsResult([Row(("(other)",), (3,))], {"warnings": [{"code": "values_capped", "detail": ""}]})
    pages = find("pages")
    (row,) = listed(found.rows, found, pages, ("visitors",), links_of)
    assert (row.url, "all the others" in row.note) == ("", True)
    (row,) = listed(found.rows, StatsResult(found.rows), pages, ("visitors",), links_of)
    assert "page%3Ais%3A%28other%29" in row.url
