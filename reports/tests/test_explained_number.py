"""Explain this number: what the dashboard's dialog says."""

import html
import re
from datetime import timedelta

import pytest
from django.urls import reverse

from reports.models import Segment
from reports.tests.conftest import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]


@pytest.fixture
def explain(alice_client, project):
    def explain(**query):
        return alice_client.get(reverse("reports:section", args=(project.pk, "explain")), query)

    return explain


def text(response):
    return " ".join(re.sub(r"<[^>]+>", " ", html.unescape(response.content.decode())).split())


def test_a_headline_is_explained(explain, store_events, project):
    store_events({"country": "DE"}, {"visitor_id": 2, "session_id": 2, "occurred_at": NOW - timedelta(days=1)})
    said = text(explain(metric="visitors", period="7d", f="country:is:DE"))
    assert "Unique visitors 1 Distinct visitors" in said
    assert "Period Last 7 days: 14 – 20 Nov 2026 (Europe/Berlin)" in said
    assert "Filters Country is Germany" in said
    assert "Answered in" in said
    assert "Nothing was screened out in this period." in said
    assert f"/api/v1/projects/{project.pk}/query" in said
    assert '"filters": [["is", "country", ["DE"]]]' in said


def test_the_call_it_shows_gives_the_number_it_explains(explain, store_events, client, project, api_key):
    store_events({}, {"visitor_id": 2, "session_id": 2})
    page = html.unescape(explain(metric="visits", period="today").content.decode())
    body = re.search(r"-d '(\{.*\})'", page)[1]
    url = f"/api/v1/projects/{project.pk}/query"
    answer = client.post(url, body, content_type="application/json", headers={"X-API-Key": api_key})
    (row,) = answer.json()["results"]
    assert row["metrics"] == [2]
    assert row["comparison"]["metrics"] == [0]


def test_a_panel_is_explained(explain, store_events):
    store_events({"source": "Google"})
    said = text(explain(metric="visitors", dimension="source", period="today"))
    assert "Unique visitors by source" in said
    assert "Source." in said
    assert '"dimensions": ["source"]' in said


def test_a_segment_is_explained_by_what_it_holds(explain, store_events, project):
    store_events({})
    segment = Segment.objects.create(project=project, name="Germans", filters=[["is", "country", ["DE"]]])
    assert "Filters Country is Germany" in text(explain(metric="visitors", segment=segment.pk))


def test_what_was_screened_out_is_said_with_its_reasons(explain, project, store_events):
    from tracking.storage import get_store
    from tracking.storage.tests import builders

    store_events({})
    rows = [builders.quarantined(project_id=project.pk, occurred_at=NOW, received_at=NOW) for _ in range(2)]
    get_store().append(builders.message(quarantined=rows))
    assert "2 events screened out, whatever the filters are: bot 2." in text(explain(metric="visitors", period="today"))


@pytest.mark.parametrize(
    "query", [{}, {"metric": "weather"}, {"metric": "visitors", "dimension": "weather"}, {"metric": "revenue"}]
)
def test_what_the_dashboard_does_not_show_is_not_found(explain, store_events, query):
    store_events({})
    assert explain(**query).status_code == 404


def test_it_says_in_words_what_is_wrong_with_a_pattern(explain, store_events):
    store_events({})
    response = explain(metric="visitors", f="page:matches:[")
    assert (response.status_code, response.content.decode()) == (
        400,
        "A filter’s pattern is not a regular expression: change the filter, or remove it.",
    )
