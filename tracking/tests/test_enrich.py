"""Accepted events become rows."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import astuple

from projects.models import Organization, Project
from tracking.envelope import AcceptedEvent, Envelope, Message
from tracking.pipeline.batch import Batch
from tracking.pipeline.enrich import enrich
from tracking.pipeline.enrichment.languages import normalise_language
from tracking.pipeline.enrichment.location import locate
from tracking.pipeline.enrichment.timezones import country_of_timezone
from tracking.reasons import Reason
from tracking.storage.rows import EventRow

NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
FIREFOX = "Mozilla/5.0 (X11; Ubuntu; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0"


@pytest.fixture
def project(db: None) -> Project:
    return Project.objects.create(
        organization=Organization.objects.create(name="Alice"),
        name="Shop",
        domain="example.com",
        kept_query_params=["q", "page"],
    )


def an_event(**fields: Any) -> AcceptedEvent:
    defaults = {"event_id": uuid4(), "event_type": "pageview", "occurred_at": NOW, "url": "https://www.example.com/"}
    return AcceptedEvent(**(defaults | fields))


def batch_of(project_id: UUID, *events: AcceptedEvent, **envelope: Any) -> Batch:
    fields = {
        "project_id": project_id,
        "received_at": NOW,
        "visitor_id": 7,
        "previous_visitor_id": None,
        "user_agent": FIREFOX,
        "country": "",
        "region": "",
        "city": "",
        "screened": "",
        "events": list(events),
    }
    return Batch.of([Message(uuid4(), [Envelope(**(fields | envelope))])], NOW)


def row_of(project: Project, event: AcceptedEvent, **envelope: Any) -> EventRow:
    batch = enrich(batch_of(project.id, event, **envelope))
    assert batch.quarantined == []
    (item,) = batch.items
    assert item.row is not None
    return item.row


def test_every_column_of_the_row_is_where_it_belongs(project: Project) -> None:
    event = an_event(
        event_type="custom",
        event_name="purchase",
        url="https://www.example.com/shop/?page=2&q=b%20a&secret=x&utm_medium=email&utm_campaign=may",
        referrer="https://news.example/may?reader=alice",
        title="The shop",
        language="en_gb",
        timezone="Europe/Paris",
        screen_width=1920,
        screen_height=1080,
        viewport_width=1400,
        viewport_height=900,
        user_id="u1",
        custom_data={"plan": "pro"},
        value=9.5,
        currency="EUR",
        engaged_ms=1200,
        scroll_depth=80,
        is_undated=True,
    )
    assert row_of(project, event, country="DE", region="Berlin", city="Berlin") == EventRow(
        project_id=project.id,
        event_id=event.event_id,
        occurred_at=NOW,
        received_at=NOW,
        visitor_id=7,
        session_id=0,
        user_id="u1",
        event_type="custom",
        event_name="purchase",
        hostname="example.com",
        path="/shop/?page=2&q=b+a",
        title="The shop",
        referrer="news.example/may",
        source="news.example",
        channel="Email",
        utm_source="",
        utm_medium="email",
        utm_campaign="may",
        utm_term="",
        utm_content="",
        country="DE",
        region="Berlin",
        city="Berlin",
        browser="Firefox",
        browser_version="127.0",
        os="Ubuntu",
        os_version="",
        device_type="desktop",
        screen_width=1920,
        screen_height=1080,
        viewport_width=1400,
        viewport_height=900,
        language="en-GB",
        timezone="Europe/Paris",
        custom_data={"plan": "pro"},
        value=9.5,
        currency="EUR",
        engaged_ms=1200,
        scroll_depth=80,
        session_started_at=None,
        is_undated=True,
    )


def test_what_the_sender_says_of_the_campaign_goes_before_the_url(project: Project) -> None:
    event = an_event(url="https://example.com/?utm_source=url", utm_params={"utm_source": "bing", "utm_medium": "cpc"})
    row = row_of(project, event)
    assert (row.utm_source, row.utm_medium, row.source, row.channel) == ("bing", "cpc", "Bing", "Paid Search")


@pytest.mark.parametrize("cdn_country", ["", "XX", "T1"])
def test_the_time_zone_tells_the_country_where_the_address_does_not(project: Project, cdn_country: str) -> None:
    assert row_of(project, an_event(timezone="Asia/Calcutta"), country=cdn_country).country == "IN"


def test_the_address_goes_before_the_time_zone(project: Project) -> None:
    assert row_of(project, an_event(timezone="Asia/Calcutta"), country="CH").country == "CH"


def test_an_unreadable_event_is_set_aside_and_its_neighbours_go_on(project: Project) -> None:
    good, bad, other = an_event(), an_event(url="http://[broken"), an_event()
    batch = enrich(batch_of(project.id, good, bad, other))
    assert [item.event for item in batch.items] == [good, other]
    assert all(item.row is not None for item in batch.items)
    (poison,) = batch.quarantined
    assert (poison.event_id, poison.reason, poison.detail) == (bad.event_id, Reason.POISON, "enrich: ValueError")


def test_each_event_has_its_own_envelopes_client_and_project(project: Project) -> None:
    other = Project.objects.create(organization=project.organization, name="Blog", domain="blog.example")
    batch = batch_of(project.id, an_event(url="https://example.com/?q=1"))
    batch.items += batch_of(other.id, an_event(url="https://blog.example/?q=1"), user_agent="curl/8.5.0").items
    rows = [item.row for item in enrich(batch).items]
    assert [(row.project_id, row.path, row.browser) for row in rows if row] == [
        (project.id, "/?q=1", "Firefox"),
        (other.id, "/", "curl"),
    ]


@pytest.mark.django_db
def test_an_event_of_a_project_that_is_gone_is_still_a_row() -> None:
    (item,) = enrich(batch_of(uuid4(), an_event(url="https://example.com/a?q=1"))).items
    assert item.row is not None
    assert item.row.path == "/a"


_NO_PROJECT = uuid4()
_TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=60)
_URL = st.builds(
    lambda host, path, query: f"https://{host}/{path}?{query}",
    st.one_of(_TEXT, st.builds("xn--{}.example".format, _TEXT)),
    _TEXT,
    st.one_of(
        _TEXT,
        st.builds("utm_source={}&ref={}&gclid=1".format, _TEXT, st.sampled_from(["%00", "%ED%A0%80", "%FF", "%"])),
    ),
)


@pytest.mark.django_db
@given(url=_URL, referrer=st.one_of(_TEXT, _URL), language=_TEXT, timezone=_TEXT, user_agent=_TEXT)
def test_whatever_it_is_sent_it_makes_a_row_that_can_be_stored_or_sets_the_event_aside(
    url: str, referrer: str, language: str, timezone: str, user_agent: str
) -> None:
    event = an_event(url=url, referrer=referrer, language=language, timezone=timezone)
    batch = enrich(batch_of(_NO_PROJECT, event, user_agent=user_agent))
    assert len(batch.items) + len(batch.quarantined) == 1
    for item in batch.items:
        assert item.row is not None
        texts = [value for value in astuple(item.row) if isinstance(value, str)]
        assert all(text.encode("utf-8", "strict") is not None and "\0" not in text for text in texts)


@pytest.mark.parametrize(
    ("url", "hostname", "path"),
    [
        ("https://WWW.Example.COM", "example.com", "/"),
        ("http://localhost:3000/a/", "localhost", "/a/"),
        ("https://xn--mnchen-3ya.de/stra%C3%9Fe", "münchen.de", "/stra%C3%9Fe"),
        ("https://MÜNCHEN.de/straße#top", "münchen.de", "/straße"),
        ("https://xn--zzzzzzzzzzzzz99999/", "xn--zzzzzzzzzzzzz99999", "/"),
        ("https://example.com./a;jsessionid=1?x=1", "example.com", "/a;jsessionid=1"),
        ("https://[2001:db8::1]:8000/x", "2001:db8::1", "/x"),
        ("https://example.com/" + "a" * 3000, "example.com", "/" + "a" * 2047),
    ],
)
def test_a_url_is_a_hostname_and_a_path(url: str, hostname: str, path: str) -> None:
    location = locate(url)
    assert (location.hostname, location.path) == (hostname, path)


def test_punycode_that_hides_a_surrogate_stays_punycode() -> None:
    hidden = "xn--" + "\ud800".encode("punycode").decode("ascii")
    assert locate(f"https://{hidden}.example/").hostname == f"{hidden}.example"


def test_the_case_of_a_campaigns_parameters_does_not_matter() -> None:
    campaign = locate("https://example.com/?UTM_Source=first&utm_source=second&GCLID=1").campaign
    assert (campaign.utm_source, campaign.click_id) == ("first", "gclid")


def test_a_campaign_never_holds_nul_and_is_clipped() -> None:
    campaign = locate("https://example.com/?utm_source=a%00b&utm_term=" + "t" * 1000).campaign
    assert campaign.utm_source == "ab"
    assert campaign.utm_term == "t" * 255


@pytest.mark.parametrize(
    ("timezone", "country"),
    [
        ("Europe/Oslo", "NO"),
        ("America/New_York", "US"),
        ("US/Pacific", "US"),
        ("America/Argentina/Ushuaia", "AR"),
        ("Europe/Kiev", "UA"),
        ("Iceland", "IS"),
        ("Asia/Saigon", "VN"),
        ("UTC", ""),
        ("CET", ""),
        ("Etc/GMT+3", ""),
        ("Mars/Olympus", ""),
        ("", ""),
    ],
)
def test_a_time_zone_tells_its_country(timezone: str, country: str) -> None:
    assert country_of_timezone(timezone) == country


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("en-GB", "en-GB"),
        ("en_gb", "en-GB"),
        ("EN-GB,en;q=0.9", "en-GB"),
        ("zh-hant-tw", "zh-Hant-TW"),
        ("de", "de"),
        ("es-419", "es-419"),
        ("", ""),
        ("*", ""),
        ("日本語", ""),
        ("x" * 500, ""),
    ],
)
def test_a_language_has_one_spelling(text: str, language: str) -> None:
    assert normalise_language(text) == language
