"""The parser under any input: it accepts within its limits, refuses with a code, and never fails otherwise."""

import json
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analytics_pulse.problems import NotJson, Problem
from tracking.campaigns import CAMPAIGN_PARAMS
from tracking.envelope import AcceptedEvent, Envelope, Message
from tracking.event_types import EVENT_TYPES
from tracking.fields import Refused, clean_referrer, clean_url
from tracking.keys import Source
from tracking.parsing import parse_batch, parse_event
from tracking.project_settings import ProjectSettings
from tracking.sent import SentEvent
from tracking.validation import Accepted, accept

NOW = datetime(2026, 11, 18, 12, tzinfo=UTC)
SOURCE = Source(ProjectSettings(id=UUID(int=1)), "write:1", False)
SECRET_SOURCE = Source(ProjectSettings(id=UUID(int=1), is_cookieless=False), "1", True)
URL = "https://example.com/"

examples = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def accepted_of(body: bytes, parse=parse_batch, source: Source = SOURCE) -> Accepted:
    return accept(parse(body), source, NOW)


def batch(*events) -> bytes:
    return json.dumps({"events": list(events)}).encode()


any_text = st.text(st.characters(exclude_categories=()), max_size=30)  # lone surrogates and NUL too
scalars = st.none() | st.booleans() | st.integers() | st.floats() | any_text
any_json = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(any_text, inner, max_size=4), max_leaves=15
)
plausible_texts = [
    URL,
    "https://bücher.example/?utm_source=x",
    "http://[::1",
    "custom",
    "pageview",
    str(uuid4()),
    "EUR",
]
plausible_times = ["2026-11-18T12:00:00Z", "2026-11-18T12:00:00", 1_795_003_200_000, 1e308]
trouble = [-1, 0, 70_000, {}, {"utm_source": "x"}, "\0", "\ud800", "x" * 3000, {"a": {"b": {"c": {"d": {}}}}}]
plausible = st.sampled_from([*plausible_texts, *plausible_times, *trouble, "203.0.113.5"])
any_event = st.dictionaries(st.sampled_from(SentEvent.__struct_fields__), plausible | any_json, max_size=8)
nearly_good_event = any_event.map(lambda fields: {"event_type": "pageview", "url": URL} | fields)


def texts_of(value) -> list[str]:
    """All texts in a JSON value, names included."""
    if isinstance(value, dict):
        return [text for pair in value.items() for item in pair for text in texts_of(item)]
    if isinstance(value, list):
        return [text for item in value for text in texts_of(item)]
    return [value] if isinstance(value, str) else []


def hold_to_the_limits(event: AcceptedEvent) -> None:
    assert event.event_type in EVENT_TYPES
    assert event.url.startswith(("http://", "https://"))
    assert len(event.url) <= 2050
    assert "#" not in event.url
    assert NOW - timedelta(days=7) <= event.occurred_at <= NOW + timedelta(minutes=10)
    assert event.occurred_at.utcoffset() == timedelta()
    limits = {"event_name": 100, "referrer": 2060, "title": 500, "language": 35, "timezone": 64, "user_id": 128}
    for name, limit in limits.items():
        assert len(getattr(event, name)) <= limit, name
    for name in ("screen_width", "screen_height", "viewport_width", "viewport_height"):
        assert getattr(event, name) is None or 0 <= getattr(event, name) <= 65_535
    assert event.value is None or abs(event.value) < float("inf")
    assert event.currency == "" or (len(event.currency) == 3 and event.currency.isupper())
    assert event.custom_data is None or len(msgspec.json.encode(event.custom_data)) <= 5120
    assert "\0" not in "".join(texts_of(msgspec.to_builtins(event)))


@examples
@given(st.binary(max_size=200) | any_json.map(lambda value: json.dumps(value).encode()))
def test_any_bytes_are_accepted_or_refused(body):
    for parse in (parse_batch, parse_event):
        refusal = None
        try:
            accepted_of(body, parse)
        except Problem as problem:
            refusal = problem
        assert refusal is None or 400 <= refusal.status_code < 500


@examples
@given(
    st.lists(nearly_good_event | any_event | any_json, min_size=1, max_size=5), st.sampled_from([SOURCE, SECRET_SOURCE])
)
def test_every_event_of_a_batch_is_accepted_within_the_limits_or_refused_with_a_code(events, source):
    try:
        accepted = accepted_of(batch(*events), source=source)
    except NotJson:  # NaN and Infinity are none
        return
    assert len(accepted.events) + len(accepted.errors) == len(events)
    assert len(accepted.events) == len(accepted.senders)
    for event in accepted.events:
        hold_to_the_limits(event)
    for error in accepted.errors:
        assert error["code"].replace("_", "").isalpha()
        assert error["pointer"].startswith(f"/events/{error['index']}")
    # What was accepted survives the way to the worker.
    envelope = Envelope(SOURCE.project.id, NOW, 1, None, "", "", "", "", "", accepted.events)
    message = Message(uuid4(), [envelope])
    assert Message.decode(message.encode()) == message


@examples
@given(st.lists(nearly_good_event, min_size=1, max_size=3))
def test_a_bad_neighbour_changes_nothing_for_an_event(events):
    """The slow path, which a bad event leads to, accepts and refuses just what the fast path does."""
    good = {"event_type": "pageview", "url": URL, "event_id": str(uuid4())}
    for neighbour in (good, {"url": 5}, {"title": "\ud800"}):
        outcomes = []
        for others in ([], [neighbour]):
            try:
                accepted = accepted_of(batch(*events, *others))
            except Problem:
                return
            own = [error for error in accepted.errors if error["index"] < len(events)]
            outcomes.append((len(events) - len(own), own))
        assert outcomes[0] == outcomes[1]


names = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=20)
good_events = st.fixed_dictionaries(
    {"event_type": st.sampled_from([*EVENT_TYPES]), "url": st.just(URL), "event_name": names.filter(str.strip)},
    optional={
        "event_id": st.uuids().map(str),
        "title": names,
        "user_id": names,
        "screen_width": st.integers(0, 65_535),
        "value": st.floats(-1e12, 1e12),
        "scroll_depth": st.integers(0, 100),
        "engaged_ms": st.integers(0, 86_400_000),
        "custom_data": st.dictionaries(
            names, names | st.integers(-(2**60), 2**60) | st.booleans(), min_size=1, max_size=5
        ),
        "timestamp": st.datetimes(datetime(2026, 11, 12), datetime(2026, 11, 18, 12), timezones=st.just(UTC)).map(  # noqa: DTZ001
            datetime.isoformat
        ),
    },
)


@examples
@given(good_events)
def test_a_valid_event_arrives_as_it_was_sent(sent):
    accepted = accepted_of(batch(sent))
    assert accepted.errors == []
    (event,) = accepted.events
    for name, value in sent.items():
        kept = getattr(event, name) if name != "timestamp" else event.occurred_at
        if name == "event_id":
            value = UUID(value)
        if name == "timestamp":
            value = datetime.fromisoformat(value)
        if name == "event_name":
            value = value.strip()
        assert kept == value, name


@examples
@given(
    st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=60).map(
        lambda tail: f"https://Me:pw@Example.com{tail}"
    )
)
def test_a_clean_url_holds_nothing_but_its_place_and_its_campaign(url):
    try:
        cleaned = clean_url(url, ())
    except Refused:
        return
    assert "#" not in cleaned
    assert "pw" not in cleaned.partition("//")[2].partition("/")[0]
    query = cleaned.partition("?")[2]
    for pair in filter(None, query.split("&")):
        assert pair.partition("=")[0].lower() in CAMPAIGN_PARAMS


@pytest.mark.parametrize(
    ("url", "kept", "cleaned"),
    [
        ("https://example.com", (), "https://example.com/"),
        (" HTTPS://EXAMPLE.COM:443/A?B=1 ", (), "https://example.com/A"),
        ("http://example.com:443/", (), "http://example.com:443/"),
        ("https://example.com/?UTM_Source=News+Letter&x=1", (), "https://example.com/?UTM_Source=News+Letter"),
        ("https://example.com/?fbclid=IwAR0&gclid=Cj0K", (), "https://example.com/?fbclid=1&gclid=1"),
        ("https://example.com/?q=a%26b&p=2&Q=3", ("q",), "https://example.com/?q=a%26b"),
        ("https://example.com/?utm%5Fsource=x", (), "https://example.com/?utm%5Fsource=x"),
        ("https://example.com/#/route?utm_source=x", (), "https://example.com/"),
        ("https://example.com/a;b=c?ref", (), "https://example.com/a;b=c?ref"),
        ("https://bücher.example/ü", (), "https://bücher.example/ü"),
        ("https://[2001:DB8::1]/", (), "https://[2001:db8::1]/"),
        ("https://localhost:3000/x", (), "https://localhost:3000/x"),
    ],
)
def test_a_url_is_cleaned(url, kept, cleaned):
    assert clean_url(url, kept) == cleaned


@pytest.mark.parametrize(
    ("referrer", "cleaned"),
    [
        ("https://www.google.com/", "https://www.google.com/"),
        ("https://www.google.com/search?q=secret#x", "https://www.google.com/search"),
        ("https://me:pw@example.org:8443/a", "https://example.org:8443/a"),
        ("android-app://com.google.android.gm/", "android-app://com.google.android.gm/"),
        ("news.example/item?id=1", "https://news.example/item"),
        ("about:blank", ""),
        ("nonsense", ""),
        ("https://", ""),
        ("http://[::1", ""),
        ("   ", ""),
    ],
)
def test_a_referrer_is_cleaned_and_never_a_reason_to_refuse(referrer, cleaned):
    assert clean_referrer(referrer) == cleaned


def test_the_messages_of_msgspec_are_the_ones_we_translate():
    """Another version of msgspec may say it otherwise: then its codes would silently become `wrong_type`."""
    wanted = {
        "required": [{"url": URL}, {"event_type": "pageview"}, {"event_type": None, "url": URL}],
        "too_long": [{"event_type": "custom", "url": URL, "event_name": "x" * 101}],
        "out_of_range": [{"event_type": "pageview", "url": URL, "scroll_depth": 101}],
        "invalid_uuid": [{"event_type": "pageview", "url": URL, "event_id": "x"}],
        "invalid_timestamp": [{"event_type": "pageview", "url": URL, "timestamp": "x"}],
        "invalid_utm": [{"event_type": "pageview", "url": URL, "utm_params": {"utm_term": {}}}],
        "wrong_type": [{"event_type": "pageview", "url": {}}, 5],
    }
    for code, events in wanted.items():
        for event in events:
            assert accepted_of(batch(event)).rejections == {code: 1}, event


def test_a_lone_surrogate_in_the_name_of_a_field_fails_its_event():
    assert accepted_of(batch({"event_type": "pageview", "url": URL, "\ud800": 1})).rejections == {"lone_surrogate": 1}


def test_a_lone_surrogate_in_the_frame_fails_no_event():
    body = rb'{"events": [{"event_type": "pageview", "url": "https://example.com/"}], "note": "\ud800"}'
    assert len(accepted_of(body).events) == 1


def test_a_retry_some_seconds_later_has_the_same_times():
    """The clock of the sender is 3 minutes behind; sent_at is that of the first try or of the second."""
    timestamp = NOW - timedelta(minutes=3, seconds=10)
    times = set()
    for seconds in (0, 20):
        sent_at = NOW - timedelta(minutes=3) + timedelta(seconds=seconds)
        body = json.dumps(
            {
                "events": [{"event_type": "pageview", "url": URL, "timestamp": timestamp.isoformat()}],
                "sent_at": sent_at.isoformat(),
            }
        )
        (event,) = accept(parse_batch(body.encode()), SOURCE, NOW + timedelta(seconds=seconds)).events
        times.add(event.occurred_at)
    assert times == {NOW - timedelta(seconds=10)}
