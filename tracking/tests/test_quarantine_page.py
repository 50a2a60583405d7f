"""The quarantine as its owner sees it, in the browser and by API."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from analytics_pulse import clock
from tracking import delivery, journal
from tracking.connections import redis_client
from tracking.envelope import Message
from tracking.models import Event, QuarantinedEvent
from tracking.storage import get_store
from tracking.tests.builders import envelope, event, message

pytestmark = pytest.mark.django_db
CRAWLER = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"


def url(project: Any, action: str = "") -> str:
    return f"/projects/{project.pk}/settings/quarantine{action}"


def api(project: Any, action: str = "") -> str:
    return f"/api/v1/projects/{project.pk}/quarantine{action}"


def drain() -> None:
    """Process all that is in the journal, as a worker does."""
    for payload in redis_client().hvals(journal.PAYLOADS):
        delivery.process(Message.decode(payload).id, store=get_store(), now=clock.now)


def set_aside(project: Any, count: int = 1, **fields: Any) -> list[UUID]:
    """Quarantined events, the latest first."""
    options = {name: fields.pop(name) for name in ("screened", "country") if name in fields}
    now = clock.now()
    events = [event(**({"occurred_at": now - timedelta(minutes=n)} | fields)) for n in range(count)]
    agent = {} if options else {"user_agent": CRAWLER}
    sent = message(envelope(*events, project_id=project.id, **agent, **options))
    journal.write(sent.id, sent.encode(), now)
    drain()
    return [each.event_id for each in events]


@pytest.fixture
def run_tasks_at_once(settings: Any) -> None:
    """Celery runs a task where it is called; its argument goes through the serializer all the same."""
    from analytics_pulse.celery import app

    app.conf.task_always_eager = True
    yield
    app.conf.task_always_eager = False


def test_the_list_says_what_and_why(project, alice, signed_in):
    (event_id,) = set_aside(project, url="https://example.com/pricing")
    page = signed_in(alice).get(url(project)).content.decode()
    assert "https://example.com/pricing" in page
    assert "Googlebot" in page
    assert str(event_id) in page


def test_an_event_is_shown_with_all_that_was_sent_and_no_address(project, alice, signed_in):
    (event_id,) = set_aside(project, referrer="https://news.example/", custom_data={"plan": "team <b>"})
    page = signed_in(alice).get(url(project, f"/{event_id}")).content.decode()
    for text in ("news.example", "team &lt;b&gt;", "Googlebot"):
        assert text in page
    assert signed_in(alice).get(url(project, f"/{uuid4()}")).status_code == 404


def test_the_filter_is_kept_over_the_pages(project, alice, signed_in, monkeypatch):
    monkeypatch.setattr("tracking.quarantine_page.ROWS_A_PAGE", 2)
    ids = set_aside(project, 5)
    set_aside(project, screened="ip")
    client, seen, query = signed_in(alice), [], "reason=bot"
    while query:
        context = client.get(f"{url(project)}?{query}").context
        seen += [listed.row.event_id for listed in context["rows"]]
        query = context["older"]
    assert seen == ids


@pytest.mark.parametrize(
    ("query", "field"),
    [("reason=rain", "reason"), ("first=yesterday", "first"), ("first=2026-11-02&last=2026-11-01", "last")],
)
def test_a_bad_filter_is_named_by_its_field(project, alice, signed_in, query, field):
    answer = signed_in(alice).get(f"{url(project)}?{query}")
    assert answer.status_code == 200
    assert list(answer.context["form"].errors) == [field]


def test_a_cut_off_link_shows_the_first_page(project, alice, signed_in):
    (event_id,) = set_aside(project)
    context = signed_in(alice).get(f"{url(project)}?before=2026-").context
    assert [listed.row.event_id for listed in context["rows"]] == [event_id]


def test_days_are_the_projects_and_both_included(project, alice, signed_in):
    """The project lives in Berlin, where it is the next day already at 23:30 UTC."""
    late = (clock.now() - timedelta(days=2)).replace(hour=23, minute=30, second=0, microsecond=0)
    set_aside(project, occurred_at=late)
    day = (late + timedelta(hours=1)).date()
    client = signed_in(alice)
    assert len(client.get(f"{url(project)}?first={day}&last={day}").context["rows"]) == 1
    assert len(client.get(f"{url(project)}?first={late.date()}&last={late.date()}").context["rows"]) == 0


def test_chosen_events_are_restored_and_a_double_submit_is_harmless(project, alice, signed_in):
    first, second, third = set_aside(project, 3)
    client = signed_in(alice)
    for _ in range(2):
        answer = client.post(
            url(project, "/restore"), {"event_id": [first, second], "returns_to": "reason=bot"}, follow=True
        )
        assert answer.redirect_chain == [(url(project) + "?reason=bot", 302)]
    drain()
    assert set(Event.objects.values_list("event_id", flat=True)) == {first, second}
    assert QuarantinedEvent.objects.get().event_id == third


def test_all_that_the_filter_shows_is_restored(project, alice, signed_in, run_tasks_at_once):
    set_aside(project, 3)
    (excluded,) = set_aside(project, screened="ip")
    today = str(clock.now().astimezone(project.zone).date())
    before = str((clock.now() - timedelta(days=2)).date())
    signed_in(alice).post(url(project, "/restore"), {"all": "1", "reason": "bot", "first": before, "last": today})
    drain()
    assert Event.objects.count() == 3
    assert QuarantinedEvent.objects.get().event_id == excluded


def test_chosen_events_are_dropped(project, alice, signed_in):
    first, second = set_aside(project, 2)
    client = signed_in(alice)
    for _ in range(2):
        assert client.post(url(project, "/drop"), {"event_id": [first, "nonsense"]}).status_code == 302
    assert QuarantinedEvent.objects.get().event_id == second


def test_all_that_the_filter_shows_is_dropped(project, alice, signed_in, run_tasks_at_once):
    set_aside(project, 3)
    signed_in(alice).post(url(project, "/drop"), {"all": "1", "reason": "ip"})
    assert QuarantinedEvent.objects.count() == 3
    signed_in(alice).post(url(project, "/drop"), {"all": "1"})
    assert QuarantinedEvent.objects.count() == 0


def test_what_takes_too_long_to_count_is_shown_all_the_same(project, alice, signed_in, monkeypatch):
    from tracking.storage.base import QueryTooLarge

    def never(*_: Any, **__: Any) -> None:
        raise QueryTooLarge

    (event_id,) = set_aside(project)
    monkeypatch.setattr("tracking.storage.quarantine.count", never)
    answer = signed_in(alice).get(url(project))
    assert str(event_id) in answer.content.decode()
    assert "Restore all" in answer.content.decode()


def test_nothing_chosen_changes_nothing(project, alice, signed_in):
    set_aside(project)
    answer = signed_in(alice).post(url(project, "/drop"), {}, follow=True)
    assert "Choose at least one event" in answer.content.decode()
    assert QuarantinedEvent.objects.count() == 1


def test_a_request_of_another_site_cannot_send_the_browser_away(project, alice, signed_in):
    (event_id,) = set_aside(project)
    answer = signed_in(alice).post(url(project, "/drop"), {"event_id": event_id, "returns_to": "//evil.example/"})
    assert answer.url.startswith(url(project))


@pytest.mark.parametrize("action", ["", "/restore", "/drop", "/{id}"])
def test_viewers_and_outsiders_find_nothing(project, bob, mallory, signed_in, action):
    (event_id,) = set_aside(project)
    for user in (bob, mallory):
        client = signed_in(user)
        path = url(project, action.format(id=event_id))
        answer = client.post(path, {"event_id": event_id}) if action in {"/restore", "/drop"} else client.get(path)
        assert answer.status_code == 404
    assert (QuarantinedEvent.objects.count(), journal.depth()) == (1, 0)


def test_an_id_of_another_project_is_not_reached(project, mallory, signed_in):
    from projects.actions.projects import create_project

    (event_id,) = set_aside(project)
    own = create_project(organization=mallory.organizations.get(), name="Own", domain="own.example")
    client = signed_in(mallory)
    assert client.get(url(own, f"/{event_id}")).status_code == 404
    client.post(url(own, "/drop"), {"event_id": event_id})
    client.post(url(own, "/restore"), {"event_id": event_id})
    assert (QuarantinedEvent.objects.count(), journal.depth()) == (1, 0)


def test_while_redis_is_away_nothing_changes(project, alice, signed_in, request):
    (event_id,) = set_aside(project)
    request.getfixturevalue("redis_away")
    answer = signed_in(alice).post(url(project, "/restore"), {"event_id": event_id}, follow=True)
    assert "Nothing has changed: try again" in answer.content.decode()
    assert QuarantinedEvent.objects.count() == 1


def call(client: Any, key: str, path: str, body: Any = None) -> Any:
    options = {"headers": {"X-API-Key": key}}
    return client.get(path, **options) if body is None else client.post(path, body, "application/json", **options)


def test_the_api_lists_in_pages(project, api_key, client):
    ids = set_aside(project, 5, custom_data={"plan": "team"})
    seen: list[str] = []
    cursor = ""
    while cursor is not None:
        query = f"?reason=bot&limit=2{'&cursor=' + cursor if cursor else ''}".replace("+", "%2B")
        page = call(client, api_key, api(project) + query).json()
        seen += [row["event_id"] for row in page["results"]]
        cursor = page["next"]
    assert seen == [str(each) for each in ids]
    row = page["results"][0]
    assert (row["reason"], row["user_agent"], row["event"]["custom_data"]) == ("bot", CRAWLER, {"plan": "team"})


def test_the_api_restores_and_drops(project, api_key, client):
    first, second, third = set_aside(project, 3)
    answer = call(client, api_key, api(project, "/restore"), {"event_ids": [str(first)]})
    assert (answer.status_code, answer.json()) == (202, {"restoring": 1})
    drain()
    assert Event.objects.get().event_id == first
    answer = call(client, api_key, api(project, "/drop"), {"event_ids": [str(first), str(second)]})
    assert (answer.status_code, answer.json()) == (202, {"dropped": 1})
    assert QuarantinedEvent.objects.get().event_id == third


def test_the_api_takes_all_of_a_reason(project, api_key, client, run_tasks_at_once):
    set_aside(project, 3)
    set_aside(project, screened="ip")
    answer = call(client, api_key, api(project, "/restore"), {"all": True, "reason": "bot"})
    assert (answer.status_code, answer.json()) == (202, {"restoring": None})
    drain()
    assert Event.objects.count() == 3
    call(client, api_key, api(project, "/drop"), {"all": True})
    assert QuarantinedEvent.objects.count() == 0


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, ""),
        ({"event_ids": ["x"]}, "/event_ids/0"),
        ({"event_ids": [str(uuid4())], "all": True}, ""),
        ({"all": True, "reason": "rain"}, "/reason"),
        ({"all": True, "start": "2026-01-02T00:00:00Z", "end": "2026-01-01T00:00:00Z"}, "/end"),
    ],
)
def test_the_api_names_what_is_wrong(project, api_key, client, body, pointer):
    answer = call(client, api_key, api(project, "/restore"), body)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["pointer"].startswith(pointer)


@pytest.mark.parametrize("query", ["reason=rain", "limit=0", "limit=1000", "cursor=x", "start=soon"])
def test_the_api_refuses_a_bad_question(project, api_key, client, query):
    assert call(client, api_key, f"{api(project)}?{query}").status_code == 400


def test_the_api_needs_the_scope_and_the_project(project, alice, mallory, client):
    from projects.actions.keys import create_api_key
    from projects.actions.projects import create_project

    reader = create_api_key(project=project, name="r", scopes=["read"], by=alice)[1]
    own = create_project(organization=mallory.organizations.get(), name="Own", domain="own.example")
    stranger = create_api_key(project=own, name="m", scopes=["manage"], by=mallory)[1]
    for path, body in (
        (api(project), None),
        (api(project, "/restore"), {"all": True}),
        (api(project, "/drop"), {"all": True}),
    ):
        assert call(client, reader, path, body).status_code == 403
        assert call(client, stranger, path, body).status_code == 404
        assert call(client, "ap_" + "0" * 64, path, body).status_code == 401
