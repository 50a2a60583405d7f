"""The ledger for people and programs: the page in the project's settings, and the API's route."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.urls import reverse

from projects.actions.keys import create_api_key
from tracking import accounting, delivery, journal
from tracking.envelope import Message, Rejections
from tracking.models import LedgerHour
from tracking.storage import get_store
from tracking.tests.builders import NOON, envelope, event, message

pytestmark = pytest.mark.django_db
NOW = NOON + timedelta(hours=3)
BOT = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"


@pytest.fixture(autouse=True)
def _afternoon():
    with time_machine.travel(NOW, tick=False):
        yield


def page_of(project: Any, **query: str) -> str:
    return reverse("tracking:ledger", args=[project.pk], query=query or None)


def journaled(*envelopes: Any) -> Message:
    wanted = message(*envelopes)
    accounting.journalize(wanted, wanted.encode(), NOW)
    return wanted


def stored(*envelopes: Any) -> None:
    delivery.process(journaled(*envelopes).id, store=get_store(), now=lambda: NOW)


def ledger_of(client: Any, project: Any, key: str, **query: str) -> Any:
    return client.get(f"/api/v1/projects/{project.pk}/ledger", query, headers={"X-API-Key": key})


def test_every_event_is_accounted_for(signed_in, alice, project):
    repeated = event(1)
    stored(envelope(event(), repeated, project_id=project.pk))
    stored(envelope(repeated, project_id=project.pk), envelope(event(2), project_id=project.pk, user_agent=BOT))
    page = signed_in(alice).get(page_of(project))
    assert page.status_code == 200
    assert "Every event is accounted for." in page.content.decode()
    total = page.context["total"]
    assert (total.accepted, total.stored, total.duplicate, total.quarantined) == (4, 2, 1, 1)
    assert page.context["screened"] == [("Bot", 1)]


def test_it_says_what_is_on_its_way_before_any_task_has_run(signed_in, alice, project):
    stored(envelope(event(), project_id=project.pk))
    journaled(envelope(event(1), event(2), project_id=project.pk))
    page = signed_in(alice).get(page_of(project))
    assert "2 events are on their way; every other event is accounted for." in page.content.decode()
    assert page.context["total"].accepted == 3


def test_it_says_which_hour_has_a_gap_in_the_projects_time(signed_in, alice, project):
    journal.forget(journaled(envelope(event(), event(1), event(2), project_id=project.pk)).id)
    accounting.check(NOW)
    content = signed_in(alice).get(page_of(project)).content.decode()
    assert "3 events of 13:00 on 18 November are missing." in content, "12:00 UTC is 13:00 in Berlin"
    assert "3 missing" in content


def test_events_counted_twice_are_said_to_be(signed_in, alice, project):
    wanted = message(envelope(event(), project_id=project.pk))
    journal.write(wanted.id, wanted.encode(), NOON)
    delivery.process(wanted.id, store=get_store(), now=lambda: NOON)
    accounting.check(NOW)
    content = signed_in(alice).get(page_of(project)).content.decode()
    assert "1 event of 13:00 on 18 November is counted twice." in content
    assert "1 too many" in content


def test_days_are_those_of_the_project_and_hours_are_grouped_by_them(signed_in, alice, project):
    before_midnight_in_berlin = -13 * 60 - 30
    stored(envelope(event(before_midnight_in_berlin), project_id=project.pk))
    stored(envelope(event(before_midnight_in_berlin + 60), event(0), project_id=project.pk))
    browser = signed_in(alice)
    days = [
        (str(day), [line.accepted for line in lines]) for day, lines in browser.get(page_of(project)).context["groups"]
    ]
    assert days == [("2026-11-18", [2]), ("2026-11-17", [1])]
    groups = browser.get(page_of(project, by="hour")).context["groups"]
    hours = [(str(day), [line.start.hour for line in lines]) for day, lines in groups]
    assert hours == [("2026-11-18", [12]), ("2026-11-17", [22])]


def test_refused_events_are_listed_by_code(signed_in, alice, project):
    wanted = Message(message().id, [], [Rejections(project.pk, NOON, "too_old", 7)])
    accounting.journalize(wanted, wanted.encode(), NOW)
    delivery.process(wanted.id, store=get_store(), now=lambda: NOW)
    page = signed_in(alice).get(page_of(project))
    assert page.context["refused"] == [("too_old", 7)]
    assert "too_old" in page.content.decode()


def test_without_events_it_says_so(signed_in, alice, project):
    content = signed_in(alice).get(page_of(project)).content.decode()
    assert "No events in the last 7 days" in content
    assert reverse("tracking:install", args=[project.pk]) in content


def test_any_member_may_read_it_and_sees_no_pages_that_are_closed_to_them(signed_in, bob, project):
    content = signed_in(bob).get(page_of(project)).content.decode()
    assert reverse("projects:keys", args=[project.pk]) not in content


def test_admins_find_it_among_the_settings(signed_in, alice, project):
    content = signed_in(alice).get(reverse("projects:settings", args=[project.pk])).content.decode()
    assert page_of(project) in content


def test_outsiders_learn_nothing(signed_in, mallory, project, client):
    assert signed_in(mallory).get(page_of(project)).status_code == 404
    assert client.get(page_of(project)).status_code == 302


def test_it_works_without_redis(signed_in, alice, project, redis_away):
    LedgerHour.objects.create(
        project_id=project.pk, hour=NOON, received=1, accepted=1, stored=1, duplicate=0, quarantined=0, rejected=0
    )
    assert "Every event is accounted for." in signed_in(alice).get(page_of(project)).content.decode()


def test_the_api_answers_by_hour(client, project, api_key):
    stored(
        envelope(event(), event(61), project_id=project.pk), envelope(event(2), project_id=project.pk, user_agent=BOT)
    )
    stored(envelope(event(59), project_id=project.pk))
    journaled(envelope(event(70), project_id=project.pk))
    answer = ledger_of(client, project, api_key, **{"from": "2026-11-18T12:00:00Z", "to": "2026-11-18T14:00:00Z"})
    assert answer.status_code == 200
    body = answer.json()
    assert (body["from"], body["to"]) == ("2026-11-18T12:00:00Z", "2026-11-18T14:00:00Z")
    assert (body["state"], body["total"]["accepted"], body["total"]["in_flight"]) == ("in_flight", 5, 1)
    first, second = body["hours"]
    assert first.pop("hour") == "2026-11-18T12:00:00Z"
    # The envelope of two events was received with its later one.
    assert first == {
        "accepted": 2, "stored": 1, "duplicate": 0, "quarantined": 1, "quarantined_by_reason": {"bot": 1},
        "in_flight": 0, "missing": 0, "rejected": 0, "rejected_by_code": {},
    }  # fmt: skip
    assert (second["accepted"], second["stored"], second["in_flight"]) == (3, 2, 1)


def test_the_api_takes_days_of_the_project(client, project, api_key):
    body = ledger_of(client, project, api_key, **{"from": "2026-11-17", "to": "2026-11-17"}).json()
    assert (body["from"], body["to"]) == ("2026-11-16T23:00:00Z", "2026-11-17T23:00:00Z")
    assert (body["state"], body["hours"]) == ("empty", [])


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ({"from": "yesterday"}, "from"),
        ({"to": "2026-13-01"}, "to"),
        ({"from": "2026-11-18", "to": "2026-11-01"}, "from"),
        ({"from": "2026-01-01", "to": "2026-11-01"}, "from"),
        ({"to": "0979-03-17T08:29:02+23:53"}, "to"),
        ({"to": "0001-01-01T00:00:00Z"}, "to"),
        ({"to": "9999-12-31"}, "to"),
        ({"from": "0001-01-01T00:00:00+23:00"}, "from"),
    ],
)
def test_the_api_says_what_is_wrong_with_a_range(client, project, api_key, query, name):
    answer = ledger_of(client, project, api_key, **query)
    assert answer.status_code == 400
    assert [fault["parameter"] for fault in answer.json()["errors"]] == [name]


def test_the_api_is_for_those_who_may_read(client, project, api_key, mallory, signed_in):

    _, ingest_only = create_api_key(
        project=project, name="In", scopes=["ingest"], by=project.organization.members.get()
    )
    assert ledger_of(client, project, ingest_only).status_code == 403
    assert signed_in(mallory).get(f"/api/v1/projects/{project.pk}/ledger").status_code == 404
    assert client.get(f"/api/v1/projects/{project.pk}/ledger").status_code == 401
    assert ledger_of(client, project, api_key).status_code == 200


def test_the_last_hours_are_the_default(client, project, api_key):
    body = ledger_of(client, project, api_key).json()
    assert datetime.fromisoformat(body["to"]) - datetime.fromisoformat(body["from"]) == timedelta(hours=24)
    assert datetime.fromisoformat(body["to"]) >= NOW.astimezone(UTC)
