"""The ingest contract through HTTP: what is accepted, and what then stands in the queue."""

import gzip
import io
import json
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from analytics_pulse import clock
from tracking.sent import SentEvent
from tracking.tests.ingest import BATCH, EVENT, URL, Sender, pageview, queued, queued_events
from tracking.tests.mmdb import write_mmdb

pytestmark = pytest.mark.django_db


def test_a_batch_is_accepted_and_queued(sender, project):
    ids = [str(uuid4()), str(uuid4())]
    answer = sender.batch(pageview(event_id=ids[0]), pageview(event_id=ids[1], title="Pricing"))
    assert answer.status_code == 202
    assert answer.json() == {"status": "accepted", "processed": 2, "failed": 0, "event_ids": ids, "errors": []}
    (envelope,) = queued()
    assert envelope.project_id == project.id
    assert [str(event.event_id) for event in envelope.events] == ids
    assert envelope.events[1].title == "Pricing"


def test_a_single_event_is_accepted(sender):
    answer = sender.event(pageview())
    assert answer.status_code == 202
    assert answer.json()["processed"] == 1
    assert [event.url for event in queued_events()] == [URL]


def test_an_event_without_id_gets_one(sender):
    answer = sender.batch(pageview())
    assert [str(event.event_id) for event in queued_events()] == answer.json()["event_ids"]


def test_every_field_arrives(sender):
    sent = {
        "event_id": str(uuid4()),
        "event_type": "custom",
        "event_name": "signup",
        "url": URL,
        "referrer": "https://news.example/item",
        "title": "Signed up",
        "language": "de-DE",
        "timezone": "Europe/Berlin",
        "screen_width": 1920,
        "screen_height": 1080,
        "viewport_width": 1200,
        "viewport_height": 0,
        "user_id": "u-17",
        "custom_data": {"plan": "team", "seats": 3, "tags": ["a", {"b": None}]},
        "utm_params": {"utm_source": "news", "utm_campaign": "spring"},
        "value": 49,
        "currency": "eur",
        "engaged_ms": 86_400_000,
        "scroll_depth": 100,
        "timestamp": clock.now().isoformat(),
    }
    assert sender.batch(sent).status_code == 202
    (event,) = queued_events()
    for name in set(sent) - {"event_id", "currency", "timestamp"}:
        assert getattr(event, name) == sent[name], name
    assert event.event_id == UUID(sent["event_id"])
    assert event.occurred_at == datetime.fromisoformat(sent["timestamp"])
    assert event.currency == "EUR"
    assert not event.is_undated


def test_null_means_absent(sender):
    event = pageview(title=None, event_id=None, custom_data=None, value=None, timestamp=None, utm_params=None)
    assert sender.batch(event, sent_at=None, key=None).status_code == 202


def test_unknown_fields_are_ignored(sender):
    assert sender.batch(pageview(new_field={"deep": [1]}), unknown=1).json()["status"] == "accepted"


def test_one_bad_event_fails_alone(sender):
    answer = sender.batch(pageview(), {"event_type": "pageview"}, pageview(title=3), pageview())
    assert answer.status_code == 202
    receipt = answer.json()
    assert (receipt["status"], receipt["processed"], receipt["failed"]) == ("partial", 2, 2)
    assert [(e["index"], e["code"], e["pointer"]) for e in receipt["errors"]] == [
        (1, "required", "/events/1/url"),
        (2, "wrong_type", "/events/2/title"),
    ]
    assert len(queued_events()) == len(receipt["event_ids"]) == 2


@pytest.mark.parametrize("place", ["header", "key", "apiKey", "body of a batch", "body of an event"])
def test_the_key_may_stand_in(project, place):
    key = project.write_key
    keyless = Sender(None)
    match place:
        case "header":
            answer = keyless.raw(json.dumps({"events": [pageview()]}), headers={"X-API-Key": key})
        case "body of a batch":
            answer = keyless.batch(pageview(), key=key)
        case "body of an event":
            answer = keyless.event(pageview(key=key))
        case _:
            answer = keyless.raw(json.dumps({"events": [pageview()]}), url=f"{BATCH}?{place}={key}")
    assert answer.status_code == 202


@pytest.mark.parametrize(
    "content_type", ["application/json", "text/plain", "text/plain;charset=UTF-8", "Application/JSON; v=1"]
)
def test_json_and_plain_text_are_accepted(sender, content_type):
    assert sender.raw(json.dumps({"events": [pageview()]}), content_type=content_type).status_code == 202


def test_a_gzipped_body_is_accepted(sender):
    body = gzip.compress(json.dumps({"events": [pageview()] * 100}).encode())
    answer = sender.raw(body, headers={"Content-Encoding": "gzip"})
    assert answer.json()["processed"] == 100


def test_a_body_in_chunks_is_accepted(sender):
    """Its sender does not know its length; the server says where it ends."""
    body = json.dumps({"events": [pageview()]}).encode()
    chunked = {"wsgi.input": io.BytesIO(body), "wsgi.input_terminated": True, "CONTENT_LENGTH": ""}
    assert sender.raw(b"", **chunked).status_code == 202


def test_the_browsers_preflight_is_answered(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        answer = client.options(
            BATCH,
            headers={"Origin": "https://example.com", "Access-Control-Request-Headers": "content-type,x-api-key"},
        )
    assert answer.status_code == 204
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert "POST" in answer["Access-Control-Allow-Methods"]
    allowed = answer["Access-Control-Allow-Headers"].lower()
    assert "x-api-key" in allowed
    assert "content-type" in allowed
    assert "content-encoding" in allowed


def test_any_page_may_read_answers_and_refusals(sender):
    for answer in (sender.batch(pageview()), sender.raw("{"), Sender(None).batch(pageview())):
        assert answer["Access-Control-Allow-Origin"] == "*"
        assert "Access-Control-Allow-Credentials" not in answer


def test_other_routes_have_no_cross_origin_headers(client):
    answer = client.get("/api/schema/", headers={"Origin": "https://example.com"})
    assert "Access-Control-Allow-Origin" not in answer


def test_no_cookie_is_set(sender):
    assert not sender.batch(pageview()).cookies


@pytest.mark.parametrize("accept", ["*/*", "text/html", "application/xml", "nonsense"])
def test_any_accept_header_is_answered_in_json(sender, accept):
    answer = sender.raw(json.dumps({"events": [pageview()]}), headers={"Accept": accept})
    assert answer.status_code == 202
    assert answer["Content-Type"] == "application/json"
    assert answer["Content-Length"] == str(len(answer.content))


def test_a_known_key_costs_no_query(sender, django_assert_num_queries):
    sender.batch(pageview())
    with django_assert_num_queries(0):
        answer = sender.batch(*(pageview() for _ in range(10)))
    assert answer.json()["processed"] == 10


def test_the_limit_is_told(sender, settings):
    settings.TRACK_RATE_LIMIT_PER_HOUR = 50
    answer = sender.batch(pageview())
    assert answer["X-RateLimit-Limit"] == "50"
    assert answer["X-RateLimit-Remaining"] == "49"
    reset_in_s = int(answer["X-RateLimit-Reset"]) - datetime.now(UTC).timestamp()
    assert -1 <= reset_in_s <= 3600


# --- What is queued ---------------------------------------------------------------------------------------------------


def test_the_query_is_cut_to_campaign_parameters(sender):
    url = "https://user:pass@Example.com:443/a/b?token=secret&utm_source=news&email=x@y.z&gclid=abc123&ref=hn#frag"
    sender.batch(pageview(url=url, referrer="https://me:pw@search.example/find?q=secret#frag"))
    (event,) = queued_events()
    assert event.url == "https://example.com/a/b?utm_source=news&gclid=1&ref=hn"
    assert event.referrer == "https://search.example/find"


def test_a_project_may_keep_more_of_the_query(sender, project):
    from projects.actions.projects import change_project

    change_project(project=project, kept_query_params=["page"])
    sender.batch(pageview(url="https://example.com/list?page=2&token=secret"))
    assert [event.url for event in queued_events()] == ["https://example.com/list?page=2"]


@pytest.mark.parametrize(
    "url", ["https://bücher.example/straße", "https://xn--bcher-kva.example/", "http://[2001:db8::1]:8080/x"]
)
def test_unusual_hosts_are_accepted(sender, url):
    assert sender.batch(pageview(url=url)).status_code == 202
    assert [event.url for event in queued_events()] == [url]


def test_a_user_agent_of_10_000_characters_is_clipped(sender):
    body = json.dumps({"events": [pageview()]})
    assert sender.raw(body, headers={"User-Agent": "x" * 10_000}).status_code == 202
    assert [envelope.user_agent for envelope in queued()] == ["x" * 512]


def test_nul_characters_are_taken_out(sender):
    event = pageview(title="a\0b", custom_data={"k\0": ["v\0"]}, utm_params={"utm_source": "n\0"}, url=URL + "\0")
    assert sender.batch(event).status_code == 202
    (queued_event,) = queued_events()
    assert queued_event.title == "ab"
    assert queued_event.custom_data == {"k": ["v"]}
    assert queued_event.utm_params == {"utm_source": "n"}
    assert queued_event.url == URL


def test_a_lone_surrogate_fails_alone(sender):
    body = r'{"events": [{"event_type":"pageview","url":"https://example.com/","title":"half \ud83d"},' + (
        r'{"event_type":"pageview","url":"https://example.com/","title":"whole \ud83d\ude00"}]}'
    )
    answer = sender.raw(body)
    assert answer.status_code == 202
    assert [(e["index"], e["code"], e["pointer"]) for e in answer.json()["errors"]] == [
        (0, "lone_surrogate", "/events/0/title")
    ]
    assert [event.title for event in queued_events()] == ["whole 😀"]


def test_an_event_without_timestamp_occurred_when_it_was_received(sender):
    named = pageview(event_id=str(uuid4()))
    sender.batch(pageview(), named, sent_at=(clock.now() - timedelta(hours=5)).isoformat())
    (envelope,) = queued()
    assert {event.occurred_at for event in envelope.events} == {envelope.received_at}
    assert [event.is_undated for event in envelope.events] == [False, True], "only its own id can come again"


@pytest.mark.parametrize("as_epoch", [False, True])
def test_a_wrong_clock_is_corrected_by_whole_minutes(sender, as_epoch):
    """The sender's clock is a day behind; 20 seconds passed between the event and its sending."""
    sent_at = (clock.now() - timedelta(days=1)).replace(microsecond=0)
    occurred = sent_at - timedelta(seconds=20)
    moments = (occurred, sent_at)
    timestamp, sent = (m.timestamp() * 1000 if as_epoch else m.isoformat() for m in moments)
    assert sender.batch(pageview(timestamp=timestamp), sent_at=sent).status_code == 202
    (event,) = queued_events()
    assert event.occurred_at == occurred + timedelta(days=1)


def test_a_good_clock_is_left_alone(sender):
    now = clock.now()
    timestamp = now - timedelta(seconds=3.25)
    sender.batch(pageview(timestamp=timestamp.isoformat()), sent_at=now.isoformat())
    assert [event.occurred_at for event in queued_events()] == [timestamp]


def test_six_days_late_is_accepted(sender):
    assert sender.batch(pageview(timestamp=(clock.now() - timedelta(days=6)).isoformat())).status_code == 202


# --- Whom it is from --------------------------------------------------------------------------------------------------


def test_no_address_is_queued(sender):
    from tracking import journal
    from tracking.connections import redis_client
    from tracking.tests.ingest import VISITOR_IP

    sender.batch(pageview())
    for payload in redis_client().hvals(journal.PAYLOADS):
        assert VISITOR_IP.encode() not in payload


def test_address_and_user_agent_of_an_event_are_ignored_with_the_write_key(sender):
    sender.batch(pageview(), pageview(ip_address="203.0.113.9", user_agent=17))
    (envelope,) = queued()
    assert len(envelope.events) == 2


def test_a_secret_key_may_name_each_events_client(api_key):
    sender = Sender(api_key)
    first = {"ip_address": "203.0.113.9", "user_agent": "One"}
    answer = sender.batch(
        pageview(**first), pageview(ip_address="203.0.113.10", user_agent="Two"), pageview(**first, title="again")
    )
    assert answer.status_code == 202
    assert [(envelope.user_agent, len(envelope.events)) for envelope in queued()] == [("One", 2), ("Two", 1)]
    assert len({envelope.visitor_id for envelope in queued()}) == 2


def test_an_address_that_is_none_fails_its_event(api_key):
    answer = Sender(api_key).batch(pageview(ip_address="300.1.1.1"), pageview(ip_address=4), pageview())
    assert [(e["code"], e["pointer"]) for e in answer.json()["errors"]] == [
        ("invalid_ip", "/events/0/ip_address"),
        ("wrong_type", "/events/1/ip_address"),
    ]


def test_visitor_ids_count_only_in_anonymous_id_mode(sender, project, django_capture_on_commit_callbacks):
    from projects.actions.projects import change_project

    ids = [str(uuid4()), str(uuid4())]
    events = [pageview(visitor_id=visitor_id, session_id=str(uuid4())) for visitor_id in ids]
    sender.batch(*events)
    assert len(queued()) == 1
    with django_capture_on_commit_callbacks(execute=True):
        change_project(project=project, identity_mode="anonymous_id")
    sender.batch(*events, pageview())
    assert len(queued()) == 1 + 3
    # The event without an id is of the same cookieless visitor as those of the first request.
    assert len({envelope.visitor_id for envelope in queued()}) == 1 + 2


def test_a_shielded_address_is_marked_for_quarantine(sender, project):
    from projects.actions.projects import change_project

    change_project(project=project, screening={"networks": ["198.51.100.0/24"]})
    assert sender.batch(pageview()).status_code == 202
    assert [envelope.screened for envelope in queued()] == ["ip"]


def test_the_country_of_a_cdn_counts_when_the_peer_is_our_proxy(sender, settings):
    settings.GEOIP_COUNTRY_HEADER = "CF-IPCountry"
    body = json.dumps({"events": [pageview()]})
    sender.raw(body, headers={"CF-IPCountry": "nz"}, REMOTE_ADDR="10.0.0.1")
    sender.raw(body, headers={"CF-IPCountry": "nz"})
    assert sorted(envelope.country for envelope in queued()) == ["", "NZ"]


def test_the_place_of_an_address_is_queued_instead_of_it(sender, api_key, settings, tmp_path):
    def in_city(country, city):
        return {"country": {"iso_code": country}, "city": {"names": {"en": city}}}

    records = {"198.51.100.0/24": in_city("GB", "London"), "203.0.113.0/24": in_city("NZ", "Nelson")}
    settings.GEOIP_PATH = str(write_mmdb(tmp_path / "city.mmdb", records))
    settings.GEOIP_COUNTRY_HEADER = "CF-IPCountry"
    sender.batch(pageview())
    Sender(api_key).batch(pageview(ip_address="203.0.113.9"))
    body = json.dumps({"events": [pageview(ip_address="192.0.2.1")]})
    Sender(api_key).raw(
        body, headers={"CF-IPCountry": "DE"}, REMOTE_ADDR="10.0.0.1"
    )  # the header is not of this address
    assert sorted((envelope.country, envelope.city) for envelope in queued()) == [
        ("", ""),
        ("GB", "London"),
        ("NZ", "Nelson"),
    ]


def test_both_routes_are_documented(client):
    document = client.get("/api/schema/?format=json").json()
    for path in (EVENT, BATCH):
        operation = document["paths"][path]["post"]
        assert {"202", "400", "401", "403", "413", "415", "429", "503"} <= set(operation["responses"])
        properties = operation["requestBody"]["content"]["application/json"]["schema"]["properties"]
        fields = properties["events"]["items"]["properties"] if path == BATCH else properties
        assert set(SentEvent.__struct_fields__) <= set(fields)
        assert {"key", "sent_at"} <= set(properties)


def unreachable(get_response):
    """A middleware that must not be reached."""

    def fail(request):
        raise AssertionError(f"{request.path} went the long way")

    return fail


def test_ingestion_goes_past_the_middleware_of_pages(sender, settings):
    here = settings.MIDDLEWARE.index("tracking.shortcut.middleware")
    settings.MIDDLEWARE = [*settings.MIDDLEWARE[: here + 1], f"{__name__}.unreachable"]
    assert Sender(sender.key).batch(pageview()).status_code == 202
    assert Sender(None).event(pageview()).json()["code"] == "missing_key"
    with pytest.raises(AssertionError, match="/accounts/login/ went the long way"):
        Sender(None).client.get("/accounts/login/")
