"""Erasure over HTTP: of oneself, and by the owner."""

import json
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from analytics_pulse import clock
from tracking import delivery, erasure, erasure_limit, identity, journal
from tracking.connections import redis_client
from tracking.envelope import Message
from tracking.models import Event, Visit
from tracking.storage import get_store
from tracking.tests.ingest import VISITOR_IP, held_by_redis, pageview

pytestmark = pytest.mark.django_db
ERASE = "/api/v1/privacy/erase"


def drain() -> None:
    """Process all that is in the journal, as a worker does."""
    for payload in redis_client().hvals(journal.PAYLOADS):
        delivery.process(Message.decode(payload).id, store=get_store(), now=clock.now)


def finish() -> None:
    """Run the erasures to their end, as beat does in the next minutes."""
    for later in (erasure.RETRY_AFTER, erasure.RETRY_AFTER + erasure.SWEEP_AFTER):
        erasure.run_due(store=get_store(), now=clock.now() + later + timedelta(seconds=1))


def erase_myself(client: Any, body: Any = None, **options: Any) -> Any:
    sent = body if isinstance(body, str) else json.dumps(body or {})
    return client.post(ERASE, sent, "text/plain", **({"REMOTE_ADDR": VISITOR_IP} | options))


def of_project(project: Any) -> str:
    return f"/api/v1/projects/{project.pk}/erase"


def page(project: Any) -> str:
    return f"/projects/{project.pk}/settings/privacy"


def test_a_visitor_erases_what_they_did_and_nobody_else(project, sender, client):
    sender.event(pageview())
    sender.event(pageview(), REMOTE_ADDR="203.0.113.50")
    drain()
    answer = erase_myself(client, {"key": project.write_key})
    assert (answer.status_code, answer.json()) == (202, {"status": "accepted"})
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    finish()
    assert (Event.objects.count(), Visit.objects.count()) == (1, 1)
    assert erasure.done(project.pk)[0].is_by_visitor


def test_in_cookieless_mode_nothing_sent_can_name_another(project, sender, client):
    sender.event(pageview(), REMOTE_ADDR="203.0.113.50")
    drain()
    theirs = Event.objects.get().visitor_id
    body = {"key": project.write_key, "visitor_id": str(uuid4()), "ip_address": "203.0.113.50", "id": theirs}
    assert erase_myself(client, body).status_code == 202
    finish()
    assert Event.objects.count() == 1


def test_with_anonymous_ids_the_own_one_names_all_that_belongs_to_it(project, sender, client):
    from projects.actions.projects import change_project

    change_project(project=project, identity_mode="anonymous_id")
    mine, other = str(uuid4()), str(uuid4())
    sender.event(pageview(visitor_id=mine), REMOTE_ADDR="203.0.113.50")
    sender.event(pageview(visitor_id=other), REMOTE_ADDR="203.0.113.50")
    drain()
    erase_myself(client, {"key": project.write_key, "visitor_id": mine})
    finish()
    assert Event.objects.get().visitor_id == identity.anonymous_visitor_id(project.pk, UUID(other))


def test_also_of_a_project_that_is_switched_off(project, sender, client, django_capture_on_commit_callbacks):
    from projects.actions.projects import change_project

    sender.event(pageview())
    drain()
    with django_capture_on_commit_callbacks(execute=True):
        change_project(project=project, is_active=False)
    assert sender.event(pageview()).status_code == 403
    assert erase_myself(client, {"key": project.write_key}).status_code == 202
    finish()
    assert Event.objects.count() == 0


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({}, 401, "missing_key"),
        ({"key": "ap_pub_" + "0" * 32}, 401, "unknown_key"),
        ("{", 400, "not_json"),
        ({"key": 3}, 400, "invalid"),
        ({"key": "x", "visitor_id": "me"}, 400, "invalid"),
        ("[]", 400, "invalid"),
    ],
)
def test_it_says_what_is_wrong(client, db, body, status, code):
    answer = erase_myself(client, body)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


def test_a_page_that_may_not_send_may_not_erase(project, client):
    from projects.actions.projects import change_project

    change_project(project=project, allowed_origins=["https://example.com"])
    body = {"key": project.write_key}
    assert erase_myself(client, body, headers={"Origin": "https://evil.example"}).status_code == 403
    assert erase_myself(client, body, headers={"Origin": "https://example.com"}).status_code == 202


def test_the_preflight_is_answered(client, db):
    answer = client.options(ERASE)
    assert (answer.status_code, answer.headers["Access-Control-Allow-Origin"]) == (204, "*")


def test_it_is_limited(project, client):
    for _ in range(erasure_limit.AN_ADDRESS_AN_HOUR):
        assert erase_myself(client, {"key": project.write_key}).status_code == 202
    answer = erase_myself(client, {"key": project.write_key}, headers={"User-Agent": "another"})
    assert (answer.status_code, answer.json()["code"]) == (429, "rate_limited")
    assert 0 < int(answer.headers["Retry-After"]) <= 3600
    assert erase_myself(client, {"key": project.write_key}, REMOTE_ADDR="203.0.113.50").status_code == 202


def test_while_redis_is_away_it_is_asked_to_come_again(project, client, redis_away):
    answer = erase_myself(client, {"key": project.write_key})
    assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")


def test_the_owner_erases_a_user_by_api(project, sender, api_key, client):
    sender.batch(pageview(user_id="u-1"), pageview())
    sender.event(pageview(user_id="u-2"), REMOTE_ADDR="203.0.113.50")
    drain()
    answer = client.post(of_project(project), {"user_id": "u-1"}, "application/json", headers={"X-API-Key": api_key})
    assert answer.status_code == 202
    assert answer.json()["status"] == "accepted"
    finish()
    assert set(Event.objects.values_list("user_id", flat=True)) == {"u-2"}


def test_the_owner_erases_a_visitor_as_it_is_shown(project, sender, api_key, client):
    sender.event(pageview())
    drain()
    shown = identity.shown(Event.objects.get().visitor_id)
    answer = client.post(of_project(project), {"visitor_id": shown}, "application/json", headers={"X-API-Key": api_key})
    assert answer.status_code == 202
    finish()
    assert Event.objects.count() == 0


@pytest.mark.parametrize("visitor_id", [0, 1, -1, 2**63 - 1, -(2**63)])
def test_a_visitor_is_shown_by_16_digits_that_mean_it(visitor_id):
    assert len(identity.shown(visitor_id)) == 16
    assert identity.parse_shown(identity.shown(visitor_id)) == visitor_id


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, ""),
        ({"user_id": ""}, "/user_id"),
        ({"user_id": "a", "visitor_id": "0" * 16}, ""),
        ({"visitor_id": "12"}, "/visitor_id"),
        ({"visitor_id": " x\u00ff" + "0" * 16}, "/visitor_id"),
        ({"user_id": "x" * 129}, "/user_id"),
        ({"user_id": "a", "start": "soon"}, "/start"),
        ({"user_id": "a", "start": "2026-01-02T00:00:00Z", "end": "2026-01-01T00:00:00Z"}, "/end"),
    ],
)
def test_the_api_names_what_is_wrong(project, api_key, client, body, pointer):
    answer = client.post(of_project(project), body, "application/json", headers={"X-API-Key": api_key})
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["pointer"].startswith(pointer)
    assert erasure.pending(project.pk) == 0


def test_only_admins_may(project, organization, bob, mallory, alice, signed_in, client):
    from projects.actions.keys import create_api_key

    reader = create_api_key(project=project, name="r", scopes=["read"], by=alice)[1]
    body = {"user_id": "u"}
    answer = client.post(of_project(project), body, "application/json", headers={"X-API-Key": reader})
    assert answer.status_code == 403
    organization.memberships.filter(user=bob).update(role="editor")
    for user in (bob, mallory):
        assert signed_in(user).post(of_project(project), body, "application/json").status_code == 404
        assert signed_in(user).get(page(project)).status_code == 404
        assert signed_in(user).post(page(project), {"user_id": "u", "confirm": "on"}).status_code == 404
    assert erasure.pending(project.pk) == 0


def test_the_page_tells_the_truth_of_this_project(project, alice, signed_in, settings):
    from projects.actions.projects import change_project

    settings.RETENTION_MONTHS = 7
    shown = signed_in(alice).get(page(project)).content.decode()
    assert "Deleted after 7 months" in shown
    assert "destroyed after 48 hours" in shown
    assert "localStorage.pulse_visitor" not in shown
    change_project(project=project, identity_mode="anonymous_id")
    assert "localStorage.pulse_visitor" in signed_in(alice).get(page(project)).content.decode()


def test_the_owner_erases_on_the_page_in_days_of_the_project(project, sender, alice, signed_in):
    sender.event(pageview(user_id="u-1"))
    drain()
    client = signed_in(alice)
    today = clock.now().astimezone(project.zone).date()
    long_ago = {"first": "2020-01-01", "last": "2020-01-02"}
    for fields in (long_ago, {"first": str(today), "last": str(today)}):
        assert client.post(page(project), {"user_id": "u-1", "confirm": "on"} | fields).status_code == 302
    assert "2 erasures under way" in client.get(page(project)).content.decode()
    finish()
    assert Event.objects.count() == 0
    done = client.get(page(project)).context["done"]
    assert sorted(each.events for each in done) == [0, 1]


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"confirm": "on"}, "user_id"),
        ({"user_id": "u"}, "confirm"),
        ({"user_id": "u", "visitor_id": "0" * 16, "confirm": "on"}, "visitor_id"),
        ({"visitor_id": "xyz", "confirm": "on"}, "visitor_id"),
        ({"user_id": "u", "confirm": "on", "first": "2026-02-30"}, "first"),
        ({"user_id": "u", "confirm": "on", "first": "2026-02-02", "last": "2026-02-01"}, "last"),
    ],
)
def test_the_page_names_what_is_wrong_by_its_field(project, alice, signed_in, fields, field):
    answer = signed_in(alice).post(page(project), fields)
    assert answer.status_code == 200
    assert list(answer.context["form"].errors) == [field]
    assert erasure.pending(project.pk) == 0


def test_nothing_that_is_kept_holds_the_address(project, sender, client):
    crawler = {"User-Agent": "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"}
    sender.event(pageview(), headers=crawler)
    erase_myself(client, {"key": project.write_key})
    held = held_by_redis()
    assert b"Googlebot" in held, "else it looks in the wrong place"
    erasure.run_due(store=get_store(), now=clock.now() + timedelta(minutes=2))
    held += held_by_redis()
    for address in (VISITOR_IP.encode(), bytes(map(int, VISITOR_IP.split(".")))):
        assert address not in held
