"""Exports as answers: what they hold, how they are written, and what is refused."""

import csv
import gzip
import json
from datetime import timedelta
from io import StringIO
from uuid import UUID

import pytest

from reports.exports import sources, streaming
from reports.tests.conftest import NOW
from tracking.identity import shown
from tracking.storage import export as stored
from tracking.storage.base import StoreUnavailable

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]
MINUTE = timedelta(minutes=1)


@pytest.fixture
def fetch(client, project, api_key):
    """The answer's body; `headers` are those of the request."""

    def fetch(route, *, status=200, headers=None, key=api_key, **params):
        headers = {"X-API-Key": key} | (headers or {})
        response = client.get(f"/api/v1/projects/{project.pk}/{route}", params, headers=headers)
        fetch.response = response
        assert response.status_code == status, getattr(response, "content", "")
        return b"".join(response.streaming_content) if response.streaming else response.content

    return fetch


@pytest.fixture
def store_events(store_events):
    """As in conftest.py, received by now."""
    return lambda *events: store_events(*({"received_at": NOW} | each for each in events))


def table(body):
    """The rows of a CSV file as a program reads them, the names first."""
    return list(csv.reader(StringIO(body.decode("utf-8"), newline=""), strict=True))


def objects(body):
    return [dict(zip(table(body)[0], row, strict=True)) for row in table(body)[1:]]


@pytest.fixture
def two_visits(store_events):
    store_events(
        {"visitor_id": -1, "session_id": 1, "path": "/", "source": "Google", "utm_campaign": "spring",
         "utm_source": "google", "utm_medium": "cpc"},
        {"visitor_id": -1, "session_id": 1, "occurred_at": NOW + MINUTE, "session_started_at": NOW, "path": "/pricing",
         "source": "Google", "utm_campaign": "spring", "utm_source": "google", "utm_medium": "cpc"},
        {"visitor_id": 2, "session_id": 2, "occurred_at": NOW - timedelta(days=1), "path": "/"},
    )  # fmt: skip


@pytest.mark.usefixtures("two_visits")
def test_statistics_come_by_day_with_the_headline_numbers(fetch):
    rows = objects(fetch("analytics/export", period="7d"))
    assert list(rows[0]) == ["day", "visitors", "visits", "pageviews", "views_per_visit", "bounce_rate",
                             "visit_duration"]  # fmt: skip
    assert [(row["day"], row["visitors"], row["pageviews"]) for row in rows[-3:]] == [
        ("2026-11-18", "0", "0"),
        ("2026-11-19", "1", "1"),
        ("2026-11-20", "1", "2"),
    ]
    assert (rows[-3]["bounce_rate"], rows[-1]["visit_duration"]) == ("", "60.0")


@pytest.mark.usefixtures("two_visits")
def test_statistics_come_by_any_dimensions_and_interval(fetch):
    body = fetch("analytics/export", period="7d", dimension="page,source", metrics="pageviews", interval="day")
    assert table(body) == [
        ["day", "page", "source", "pageviews"],
        ["2026-11-19", "/", "", "1"],
        ["2026-11-20", "/", "Google", "1"],
        ["2026-11-20", "/pricing", "Google", "1"],
    ]


@pytest.mark.usefixtures("two_visits")
def test_campaigns_come_with_source_and_medium(fetch):
    rows = objects(fetch("campaigns/export", period="7d"))
    assert len(rows) == 1
    assert [rows[0][name] for name in ("utm_campaign", "utm_source", "utm_medium", "visitors", "pageviews")] == [
        "spring", "google", "cpc", "1", "2",
    ]  # fmt: skip


@pytest.mark.usefixtures("two_visits")
def test_a_json_export_is_one_document_that_ends_with_the_number_of_its_rows(fetch, project):
    document = json.loads(fetch("analytics/export", period="7d", dimension="page", metrics="visitors", format="json"))
    assert document == {
        "project_id": str(project.pk),
        "kind": "analytics",
        "period": {"from": "2026-11-14", "to": "2026-11-20", "timezone": "Europe/Berlin"},
        "filters": [],
        "metrics": ["visitors"],
        "dimensions": ["page"],
        "interval": None,
        "results": [{"page": "/", "visitors": 2}, {"page": "/pricing", "visitors": 1}],
        "rows": 2,
    }
    assert list(document)[-1] == "rows"


def test_an_export_of_nothing_is_valid(fetch):
    assert json.loads(fetch("events/export", format="json"))["results"] == []
    assert fetch("events/export", format="jsonl") == b""
    assert len(table(fetch("events/export"))) == 1


def test_events_have_all_their_columns(fetch, store_events):
    store_events({
        "event_id": UUID(int=7), "visitor_id": -2, "session_id": 255, "event_type": "custom", "event_name": "Buy",
        "custom_data": {"plan": "größer", "n": [1, None]}, "value": -4.5, "currency": "EUR", "screen_width": 800,
        "occurred_at": NOW + timedelta(microseconds=5),
    })  # fmt: skip
    (row,) = objects(fetch("events/export", period="today"))
    expected = {
        "event_id": str(UUID(int=7)), "occurred_at": "2026-11-20T11:00:00.000005Z", "visitor_id": "fffffffffffffffe",
        "session_id": "00000000000000ff", "event_type": "custom", "event_name": "Buy", "path": "/", "value": "-4.5",
        "custom_data": '{"n": [1, null], "plan": "größer"}', "currency": "EUR", "screen_width": "800",
        "engaged_ms": "", "title": "",
    }  # fmt: skip
    assert expected.items() <= row.items()
    assert "project_id" not in row
    (found,) = json.loads(fetch("events/export", period="today", format="json"))["results"]
    assert (found["custom_data"], found["value"], found["engaged_ms"]) == (
        {"plan": "größer", "n": [1, None]},
        -4.5,
        None,
    )
    assert json.loads(fetch("events/export", period="today", format="jsonl")) == found


@pytest.mark.usefixtures("two_visits")
def test_filters_and_segments_narrow_every_export(fetch, project):
    from reports.models import Segment

    google = Segment.objects.create(project=project, name="Google", filters=[["is", "source", ["Google"]]])
    for narrowed in ({"f": "source:is:Google"}, {"filters": '[["is", "source", ["Google"]]]'}, {"segment": google.pk}):
        assert {row["visitor_id"] for row in objects(fetch("events/export", period="7d", **narrowed))} == {shown(-1)}
        rows = objects(fetch("analytics/export", period="7d", dimension="page", metrics="pageviews", **narrowed))
        assert rows == [{"page": "/", "pageviews": "1"}, {"page": "/pricing", "pageviews": "1"}]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1+1", '=cmd|"/c calc"!A0'])
def test_a_cell_of_text_never_begins_as_a_formula_does(fetch, store_events, text):
    store_events({"path": text, "title": f"a{text}", "value": -1.0, "event_name": text, "event_type": "custom"})
    (row,) = objects(fetch("events/export", period="today"))
    assert (row["path"], row["title"], row["value"]) == (f"'{text}", f"a{text}", "-1.0")
    ((_, *values),) = table(fetch("analytics/export", period="today", dimension="page", metrics="events"))[1:]
    assert values == ["1"]
    (found,) = json.loads(fetch("events/export", period="today", format="json"))["results"]
    assert found["path"] == text


def test_a_csv_file_reads_back_whatever_is_in_it(fetch, store_events):
    strange = 'a "quoted", text;\r\nwith\nlines\x01 and 💥'
    store_events({"title": strange})
    body = fetch("events/export", period="today")
    assert objects(body)[0]["title"] == strange
    assert body.split(b"\n")[0].endswith(b"\r")
    assert not body.startswith(b"\xef\xbb\xbf")
    assert fetch("events/export", period="today", bom="1") == b"\xef\xbb\xbf" + body


@pytest.mark.usefixtures("two_visits")
def test_it_is_compressed_for_who_takes_it(fetch):
    plain = fetch("events/export", period="7d")
    packed = fetch("events/export", period="7d", headers={"Accept-Encoding": "br;q=1.0, gzip;q=0.8"})
    assert fetch.response["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed) == plain
    fetch("events/export", period="7d", headers={"Accept-Encoding": "gzip;q=0"})
    assert "Content-Encoding" not in fetch.response


def test_the_file_has_a_name_that_is_safe_anywhere(fetch, project):
    project.domain = "xn--bcher-kva.example"
    project.save()
    fetch("analytics/export", dimension='prop:a"b/../;c', period="today")
    disposition = fetch.response["Content-Disposition"]
    assert disposition == ('attachment; filename="xn-bcher-kva-example-analytics-propabc-2026-11-20-2026-11-20.csv"')
    assert fetch.response["Content-Type"].startswith("text/csv")
    assert "no-store" in fetch.response["Cache-Control"]


def test_it_streams_the_first_rows_are_sent_before_the_last_are_read(fetch, store_events, client, project, monkeypatch):
    store_events(*({"event_id": UUID(int=n + 1), "occurred_at": NOW + n * MINUTE} for n in range(10)))
    reads = []
    read = stored.fetch
    monkeypatch.setattr(sources, "events_page", lambda asked, after: stored.events_page(asked, after, 2))
    monkeypatch.setattr(stored, "fetch", lambda *args, **options: reads.append(1) or read(*args, **options))
    response = client.get(f"/api/v1/projects/{project.pk}/events/export?period=today", headers=fetch_headers(fetch))
    content = iter(response.streaming_content)
    read_before_the_first_row = len(reads)
    assert next(content).startswith(b"event_id")
    assert str(UUID(int=1)).encode() in next(content)
    assert len(reads) == read_before_the_first_row
    rest = b"".join(content)
    assert str(UUID(int=10)).encode() in rest
    assert len(reads) > read_before_the_first_row + 3


def fetch_headers(fetch):
    fetch("events/export", period="today")
    return {"X-API-Key": fetch.response.wsgi_request.META["HTTP_X_API_KEY"]}


@pytest.mark.parametrize(("format", "ends_with"), [("csv", b"# incomplete: the export broke off here\r\n"),
                                                    ("jsonl", b'"}\n'), ("json", b"")])  # fmt: skip
def test_an_export_that_breaks_off_does_not_look_whole(
    client, fetch, project, store_events, monkeypatch, format, ends_with
):
    store_events(*({"occurred_at": NOW + n * MINUTE} for n in range(6)))
    headers = fetch_headers(fetch)
    pages = []

    def page(asked, after):
        pages.append(after)
        if len(pages) > 2:
            raise StoreUnavailable("gone")
        return stored.events_page(asked, after, 2)

    monkeypatch.setattr(sources, "events_page", page)
    url = f"/api/v1/projects/{project.pk}/events/export?period=today&format={format}"
    for encoding in ("", "gzip"):
        pages.clear()
        response = client.get(url, headers=headers | {"Accept-Encoding": encoding})
        received = []
        with pytest.raises(streaming.BrokeOff):
            received.extend(response.streaming_content)
        content = b"".join(received)
        if encoding:
            with pytest.raises(EOFError):
                gzip.decompress(content)
        elif format == "json":
            with pytest.raises(ValueError):
                json.loads(content)
        else:
            assert content.endswith(ends_with)
            assert b"incomplete" in content


def test_what_fails_at_once_is_an_error_and_no_file(fetch, monkeypatch):
    def page(asked, after):
        raise StoreUnavailable("gone")

    monkeypatch.setattr(sources, "events_page", page)
    assert json.loads(fetch("events/export", status=200, period="today", format="json"))["rows"] == 0  # no event yet
    monkeypatch.setattr(sources.EventsSource, "_first", lambda self: stored.Place(NOW))
    assert json.loads(fetch("events/export", status=503, period="today"))["code"] == "store_unavailable"


def test_too_much_for_an_answer_is_refused_with_the_way_to_have_it(fetch, store_events, monkeypatch):
    from reports.api import exports

    monkeypatch.setattr(exports, "MAX_ROWS", 2)
    store_events(*({"path": f"/{n}"} for n in range(3)))
    for route in ("events/export", "analytics/export?dimension=page"):
        answer = json.loads(fetch(route, status=422))
        assert answer["code"] == "export_too_large"
        assert "POST" in answer["detail"]
    assert len(objects(fetch("analytics/export", period="7d"))) == 7


@pytest.mark.parametrize(
    ("query", "parameter", "code"),
    [
        ("events/export?format=xls", "format", "unknown_format"),
        ("events/export?metrics=visitors", "metrics", "not_possible"),
        ("events/export?period=never", "period", "unknown_period"),
        ("events/export?bom=perhaps", "bom", "not_a_boolean"),
        ("events/export?filters=[[\"is\"]]", "filters", "not_a_filter"),
        ("events/export?segment=x", "segment", "unknown_segment"),
        ("analytics/export?dimension=mood", "dimension", "unknown_dimension"),
        ("analytics/export?dimension=page,title,source,country,city,os", "dimension", "too_many"),
        ("analytics/export?metrics=love", "metrics", "unknown_metric"),
        ("analytics/export?dimension=entry_page&metrics=scroll_depth", "metrics", "impossible_metric"),
        ("analytics/export?interval=decade", "interval", "unknown_interval"),
    ],
)  # fmt: skip
def test_what_is_not_possible_is_refused_by_its_name(fetch, query, parameter, code):
    answer = json.loads(fetch(query, status=400))
    assert [(each["parameter"], each["code"]) for each in answer["errors"]] == [(parameter, code)]


@pytest.mark.parametrize("route", ["analytics/export", "campaigns/export", "events/export"])
def test_nobody_else_gets_any(client, project, mallory, bob, route):
    url = f"/api/v1/projects/{project.pk}/{route}"
    assert client.get(url).status_code == 401
    client.force_login(mallory)
    assert client.get(url).status_code == 404
    client.force_login(bob)
    assert client.get(url).status_code == 200


def test_a_key_that_may_only_send_reads_nothing(fetch, project, alice):
    from projects.actions.keys import create_api_key

    key = create_api_key(project=project, name="Sender", scopes=["ingest"], by=alice)[1]
    assert json.loads(fetch("events/export", status=403, key=key))["code"] == "insufficient_scope"
