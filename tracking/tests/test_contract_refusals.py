"""Bad input and trouble through HTTP: each refusal of the ingest contract, with its status and its code."""

import gzip
import io
import json
import time
from datetime import timedelta
from uuid import uuid4

import pytest

from analytics_pulse import clock
from tracking import queue
from tracking.tests.ingest import BATCH, EVENT, Sender, pageview, queued, queued_events, queued_rejections

pytestmark = pytest.mark.django_db


def refused(answer, status, code):
    """Hold the answer to be a problem document with this status and code; return it."""
    assert answer.status_code == status, answer.content
    assert answer["Content-Type"] == "application/problem+json"
    problem = answer.json()
    assert (problem["status"], problem["code"]) == (status, code)
    assert problem["type"]
    assert problem["title"]
    assert queued() == []
    return problem


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"not json",
        b'{"events": [}',
        b'{"events": [{"event_type": "pageview", "url": "\xff"}]}',
        b'{"events": [{"event_type": 1, "url": "\xff"}]}',
        b'{"events": [{"value": NaN}]}',
        b'{"events": [{"title": "\\ud800", "value": Infinity}]}',
        b"\xef\xbb\xbf{}",
        b"event=pageview",
    ],
)
@pytest.mark.parametrize("url", [EVENT, BATCH])
def test_what_is_not_json_is_refused(sender, body, url):
    refused(sender.raw(body, url=url), 400, "not_json")


@pytest.mark.parametrize(
    ("body", "pointer", "code"),
    [
        ("[]", "", "wrong_type"),
        ('"text"', "", "wrong_type"),
        ("null", "", "wrong_type"),
        ("{}", "/events", "required"),
        ('{"events": null}', "/events", "required"),
        ('{"events": {}}', "/events", "wrong_type"),
        ('{"events": [{}], "sent_at": "yesterday"}', "/sent_at", "invalid_timestamp"),
        ('{"events": [{}], "sent_at": 1e300}', "/sent_at", "invalid_timestamp"),
        ('{"events": [{}], "key": 5}', "/key", "wrong_type"),
        (r'["\ud800"]', "", "wrong_type"),
        (r'{"a": "\ud800"}', "/events", "required"),
        (r'{"a": "\ud800", "events": 3}', "/events", "wrong_type"),
    ],
)
def test_a_frame_that_is_no_batch_is_refused(sender, body, pointer, code):
    problem = refused(sender.raw(body), 400, "invalid")
    assert [(error["pointer"], error["code"]) for error in problem["errors"]] == [(pointer, code)]


def test_an_empty_batch_is_refused(sender):
    refused(sender.batch(), 400, "no_events")


def test_a_batch_of_only_invalid_events_is_refused(sender):
    problem = refused(sender.batch({"event_type": "pageview"}, 5, [], None, "x"), 400, "invalid_event")
    assert [(error["index"], error["code"]) for error in problem["errors"]] == [
        (0, "required"),
        *((index, "wrong_type") for index in (1, 2, 3, 4)),
    ]


def test_a_single_invalid_event_is_refused_with_its_place(sender):
    problem = refused(sender.event({"event_type": "pageview"}), 400, "invalid_event")
    assert [(error["index"], error["pointer"], error["code"]) for error in problem["errors"]] == [
        (0, "/url", "required")
    ]


@pytest.mark.parametrize(
    ("fields", "pointer", "code"),
    [
        ({"url": None}, "url", "required"),
        ({"url": ""}, "url", "invalid_url"),
        ({"url": 5}, "url", "wrong_type"),
        ({"url": "https://example.com/" + "x" * 2048}, "url", "too_long"),
        ({"url": "/relative"}, "url", "invalid_url"),
        ({"url": "javascript:alert(1)"}, "url", "invalid_url"),
        ({"url": "file:///etc/passwd"}, "url", "invalid_url"),
        ({"url": "https://"}, "url", "invalid_url"),
        ({"url": "https://user@/"}, "url", "invalid_url"),
        ({"url": "https://exa mple.com/"}, "url", "invalid_url"),
        ({"url": "https://example.com:port/"}, "url", "invalid_url"),
        ({"url": "https://[::1/"}, "url", "invalid_url"),
        ({"url": "https://.../"}, "url", "invalid_url"),
        ({"url": "https://" + "a" * 300 + "/"}, "url", "invalid_url"),
        ({"event_type": None}, "event_type", "required"),
        ({"event_type": "nonsense"}, "event_type", "unknown_event_type"),
        ({"event_type": 1}, "event_type", "wrong_type"),
        ({"event_type": "custom"}, "event_name", "required"),
        ({"event_type": "custom", "event_name": "  "}, "event_name", "required"),
        ({"event_name": "x" * 101}, "event_name", "too_long"),
        ({"event_id": "no"}, "event_id", "invalid_uuid"),
        ({"event_id": 12}, "event_id", "wrong_type"),
        ({"session_id": "no"}, "session_id", "invalid_uuid"),
        ({"visitor_id": "no"}, "visitor_id", "invalid_uuid"),
        ({"referrer": "x" * 2049}, "referrer", "too_long"),
        ({"title": ["x"]}, "title", "wrong_type"),
        ({"user_id": "x" * 129}, "user_id", "too_long"),
        ({"user_id": 5}, "user_id", "wrong_type"),
        ({"screen_width": 65_536}, "screen_width", "out_of_range"),
        ({"screen_height": -1}, "screen_height", "out_of_range"),
        ({"viewport_width": "800"}, "viewport_width", "wrong_type"),
        ({"viewport_height": True}, "viewport_height", "wrong_type"),
        ({"engaged_ms": 86_400_001}, "engaged_ms", "out_of_range"),
        ({"scroll_depth": 101}, "scroll_depth", "out_of_range"),
        ({"timestamp": "yesterday"}, "timestamp", "invalid_timestamp"),
        ({"timestamp": "2026-01-01T00:00:00"}, "timestamp", "invalid_timestamp"),
        ({"timestamp": "0001-01-01T00:00:00+12:00"}, "timestamp", "invalid_timestamp"),
        ({"timestamp": "9999-12-31T23:59:59-12:00"}, "timestamp", "invalid_timestamp"),
        ({"timestamp": 1e300}, "timestamp", "invalid_timestamp"),
        ({"timestamp": {}}, "timestamp", "wrong_type"),
        ({"timestamp": 1000}, "timestamp", "too_old"),
        ({"timestamp": 4e12}, "timestamp", "in_future"),
        ({"custom_data": []}, "custom_data", "wrong_type"),
        ({"custom_data": "x"}, "custom_data", "wrong_type"),
        ({"custom_data": {"k": "x" * 5120}}, "custom_data", "too_large"),
        ({"custom_data": {"k": "ü" * 2560}}, "custom_data", "too_large"),
        ({"custom_data": {"1": {"2": {"3": {"4": {}}}}}}, "custom_data", "too_deep"),
        ({"custom_data": {"1": [[[[]]]]}}, "custom_data", "too_deep"),
        ({"custom_data": {"k": 2**64}}, "custom_data", "out_of_range"),
        ({"custom_data": {"k": 10**400}}, "custom_data", "out_of_range"),
        ({"utm_params": []}, "utm_params", "invalid_utm"),
        ({"utm_params": {"utm_source": 1}}, "utm_params/utm_source", "invalid_utm"),
        ({"value": "12"}, "value", "wrong_type"),
        ({"value": True}, "value", "wrong_type"),
        ({"value": 1e13}, "value", "out_of_range"),
        ({"value": 10**400}, "value", "out_of_range"),
        ({"currency": "EURO"}, "currency", "invalid_currency"),
        ({"currency": "XXY"}, "currency", "invalid_currency"),
        ({"currency": 978}, "currency", "wrong_type"),
    ],
)
def test_a_bad_field_fails_its_event_alone(sender, fields, pointer, code):
    answer = sender.batch(pageview(title="before"), pageview(**fields), pageview(title="after"))
    assert answer.status_code == 202, answer.content
    (error,) = answer.json()["errors"]
    assert (error["index"], error["pointer"], error["code"]) == (1, f"/events/1/{pointer}", code)
    assert error["detail"]
    assert [event.title for event in queued_events()] == ["before", "after"]


def test_a_number_that_is_none_fails_its_event_alone(sender):
    good = json.dumps(pageview())
    bad = good[:-1] + ', "value": 1e999}'
    answer = sender.raw(f'{{"events": [{bad}, {good}]}}')
    assert [(e["index"], e["code"], e["pointer"]) for e in answer.json()["errors"]] == [
        (0, "out_of_range", "/events/0/value")
    ]


@pytest.mark.parametrize(
    ("shift", "code"), [(timedelta(days=-7, minutes=-1), "too_old"), (timedelta(minutes=11), "in_future")]
)
def test_a_time_just_outside_of_the_window_is_refused(sender, shift, code):
    problem = refused(sender.batch(pageview(timestamp=(clock.now() + shift).isoformat())), 400, "invalid_event")
    assert [error["code"] for error in problem["errors"]] == [code]


@pytest.mark.parametrize("shift", [timedelta(days=-7, minutes=1), timedelta(minutes=9)])
def test_a_time_just_inside_of_the_window_is_accepted(sender, shift):
    assert sender.batch(pageview(timestamp=(clock.now() + shift).isoformat())).status_code == 202


def test_four_levels_and_five_kilobytes_are_accepted(sender):
    data = {"1": {"2": {"3": {"4": 1}}}, "text": ""}
    data["text"] = "x" * (5120 - len(json.dumps(data, separators=(",", ":"))))
    assert sender.batch(pageview(custom_data=data)).status_code == 202


def test_a_body_nested_beyond_all_bounds_is_refused(sender):
    for body in ('{"events": [' + "[" * 50_000, '{"events": [{"custom_data": ' + '{"a":' * 15_000):
        refused(sender.raw(body), 400, "too_deep")
    refused(sender.raw('{"custom_data": ' + '{"a":' * 15_000, url=EVENT), 400, "too_deep")
    refused(sender.raw(r'{"title": "\ud800", "custom_data": ' + "[" * 50_000, url=EVENT), 400, "too_deep")


def test_a_batch_of_101_is_refused(sender):
    refused(sender.batch(*(pageview() for _ in range(101))), 413, "too_many_events")
    refused(sender.batch(*(5 for _ in range(101))), 413, "too_many_events")
    refused(sender.raw('{"events": [' + ",".join([r'"\ud800"'] * 101) + "]}"), 413, "too_many_events")


def test_a_batch_of_100_is_accepted(sender):
    assert sender.batch(*(pageview() for _ in range(100))).json()["processed"] == 100


def test_a_body_over_100_kb_is_refused(sender):
    refused(sender.batch(pageview(), padding="x" * 102_400), 413, "too_large")


def test_the_limit_holds_for_a_body_in_chunks(sender):
    endless = {"wsgi.input": io.BytesIO(b" " * 10_000_000), "wsgi.input_terminated": True, "CONTENT_LENGTH": ""}
    refused(sender.raw(b"", **endless), 413, "too_large")
    assert endless["wsgi.input"].tell() == 102_401


def test_a_body_of_100_kb_is_accepted(sender):
    body = json.dumps({"events": [pageview()]})
    assert sender.raw(body + " " * (102_400 - len(body))).status_code == 202


def test_the_limit_holds_after_inflation(sender):
    body = gzip.compress(json.dumps({"events": [pageview()], "padding": "x" * 102_400}).encode())
    assert len(body) < 1000
    refused(sender.raw(body, headers={"Content-Encoding": "gzip"}), 413, "too_large")


def test_a_gzip_bomb_is_refused_without_being_inflated(sender):
    bomb = gzip.compress(bytes(60_000_000))
    began = time.process_time()
    refused(sender.raw(bomb, headers={"Content-Encoding": "gzip"}), 413, "too_large")
    many_members = gzip.compress(bytes(1000)) * 1000
    refused(sender.raw(many_members, headers={"Content-Encoding": "gzip"}), 413, "too_large")
    assert time.process_time() - began < 1


@pytest.mark.parametrize("body", [b"{}", b"\x1f\x8b nonsense", gzip.compress(b'{"events": []}', mtime=0)[:-9]])
def test_what_is_not_gzip_is_refused(sender, body):
    refused(sender.raw(body, headers={"Content-Encoding": "gzip"}), 400, "not_gzip")


@pytest.mark.parametrize("encoding", ["br", "deflate", "gzip, gzip"])
def test_other_encodings_are_refused(sender, encoding):
    refused(sender.raw(b"{}", headers={"Content-Encoding": encoding}), 415, "unsupported_encoding")


@pytest.mark.parametrize(
    "content_type", ["application/x-www-form-urlencoded", "text/html", "multipart/form-data; boundary=x"]
)
def test_other_media_types_are_refused(sender, content_type):
    refused(sender.raw("{}", content_type=content_type), 415, "unsupported_media_type")


@pytest.mark.parametrize("method", ["get", "put", "delete", "patch"])
def test_other_methods_are_refused(sender, method):
    answer = getattr(sender.client, method)(BATCH)
    refused(answer, 405, "method_not_allowed")
    assert "POST" in answer["Allow"]


# --- Who may send -----------------------------------------------------------------------------------------------------


def test_a_request_without_key_is_refused(project):
    answer = Sender(None).batch(pageview())
    refused(answer, 401, "missing_key")


@pytest.mark.parametrize("key", ["nonsense", "ap_pub_" + "0" * 32, "ap_" + "0" * 64, "ap_pub_\u00fc", "x" * 5000])
def test_an_unknown_key_is_refused(project, key):
    refused(Sender(None).batch(pageview(), key=key), 401, "unknown_key")


def test_a_revoked_key_is_refused(api_key, project):
    from projects.actions.keys import revoke_api_key

    revoke_api_key(key=project.api_keys.get())
    refused(Sender(api_key).batch(pageview()), 401, "unknown_key")


def test_a_key_without_the_scope_ingest_is_refused(project, alice):
    from projects.actions.keys import create_api_key

    _, secret = create_api_key(project=project, name="Reader", scopes=["read", "manage"], by=alice)
    refused(Sender(secret).batch(pageview()), 403, "key_without_ingest")


def test_an_inactive_project_is_refused(sender, project):
    from projects.actions.projects import change_project

    change_project(project=project, is_active=False)
    refused(sender.batch(pageview()), 403, "project_inactive")


def test_a_deleted_project_is_unknown(sender, project):
    from projects.actions.projects import delete_project

    delete_project(project=project)
    refused(sender.batch(pageview()), 401, "unknown_key")


@pytest.mark.parametrize(
    ("origin", "is_allowed"),
    [
        ("https://example.com", True),
        ("https://a.b.example.org", True),
        ("http://plain.example", True),
        ("https://plain.example", True),
        ("http://example.com", False),
        ("https://example.com.evil.example", False),
        ("https://evilexample.org", False),
        ("https://example.org", False),
        ("https://example.com:8443", False),
        ("null", False),
        ("https://[::1", False),
        ("", False),
    ],
)
def test_a_foreign_origin_is_refused_when_the_project_restricts_origins(sender, project, origin, is_allowed):
    from projects.actions.projects import change_project

    change_project(project=project, allowed_origins=["https://example.com", "https://*.example.org", "plain.example"])
    answer = sender.raw(json.dumps({"events": [pageview()]}), headers={"Origin": origin})
    if is_allowed:
        assert answer.status_code == 202
    else:
        refused(answer, 403, "origin_not_allowed")


def test_a_request_that_is_no_browsers_needs_no_origin(sender, project):
    from projects.actions.projects import change_project

    change_project(project=project, allowed_origins=["https://example.com"])
    assert sender.batch(pageview()).status_code == 202


def test_beyond_the_limit_requests_are_refused(sender, settings, project):
    from tracking.rate_limit import was_throttled
    from tracking.tests.ingest import queued_messages

    settings.TRACK_RATE_LIMIT_PER_HOUR = 2
    assert [sender.batch(pageview()).status_code for _ in range(2)] == [202, 202]
    answer = sender.batch(pageview())
    assert answer.status_code == 429
    assert answer.json()["code"] == "rate_limited"
    assert 0 <= int(answer["Retry-After"]) <= 3600
    assert (answer["X-RateLimit-Limit"], answer["X-RateLimit-Remaining"]) == ("2", "0")
    assert int(answer["X-RateLimit-Reset"]) > 0
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert sum(message.event_count for message in queued_messages()) == 2
    assert was_throttled(project.id) == 1


def test_a_refusal_is_no_line_in_the_operators_log(project, caplog):
    assert Sender("ap_pub_" + "0" * 32).batch(pageview()).status_code == 401
    assert Sender(project.write_key).raw("{").status_code == 400
    assert [record for record in caplog.records if record.name.startswith("django")] == []


# --- Trouble ----------------------------------------------------------------------------------------------------------


def test_when_neither_queue_nor_spool_takes_it_the_client_shall_try_again(
    sender, tmp_path, settings, monkeypatch, redis_away
):
    a_file = tmp_path / "file"
    a_file.write_text("where the spool's folder should be")
    settings.SPOOL_DIR = a_file
    monkeypatch.setattr(queue, "_publisher", None)
    answer = sender.batch(pageview(), pageview(title=5))
    assert answer.status_code == 503
    assert answer.json()["code"] == "queue_unavailable"
    assert int(answer["Retry-After"]) >= 1
    assert answer["Access-Control-Allow-Origin"] == "*"


def test_without_redis_the_spool_takes_it(sender, tmp_path, settings, monkeypatch, redis_away):
    settings.SPOOL_DIR = tmp_path / "spool"
    monkeypatch.setattr(queue, "_publisher", None)
    assert sender.batch(pageview()).status_code == 202
    assert len(list(settings.SPOOL_DIR.iterdir())) == 1


def test_refused_events_are_counted_for_the_ledger(sender, project):
    sender.batch(pageview(), pageview(title=1), pageview(title=2), pageview(event_id="x"), pageview(timestamp=0))
    sender.event({"event_type": "pageview"})
    wanted = {"wrong_type": 2, "invalid_uuid": 1, "too_old": 1, "required": 1}
    deadline = time.monotonic() + 10
    counted: dict[str, int] = {}
    while counted != wanted and time.monotonic() < deadline:
        time.sleep(0.1)
        counted = {}
        # The publisher sends them later and together: those of the tests before may be among them.
        for rejections in (each for each in queued_rejections() if each.project_id == project.id):
            counted[rejections.code] = counted.get(rejections.code, 0) + rejections.count
    assert counted == wanted


def test_the_same_events_again_keep_their_ids(sender):
    event = pageview(event_id=str(uuid4()), timestamp=clock.now().isoformat())
    assert sender.batch(event).json() == sender.batch(event).json()
