"""The page names the rule that stands in the way, and says what ingestion does."""

from typing import Any

import pytest

from analytics_pulse import clock
from tracking.connections import redis_client
from tracking.tests.ingest import EVENT, VISITOR_IP

pytestmark = pytest.mark.django_db
CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0 Safari/537.36"
CRAWLER = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"


def ask(client: Any, project: Any, query: dict[str, str] | None = None, **headers: str) -> Any:
    environ = {"REMOTE_ADDR": VISITOR_IP, "headers": {"User-Agent": CHROME} | headers}
    return client.get(f"/projects/{project.pk}/why", query or {}, **environ)


def fault(answer: Any) -> tuple[str, str] | None:
    found = answer.context["verdict"].first_fault
    return found and (found.name, found.outcome.value)


def visit(**fields: str) -> dict[str, str]:
    return {"url": "https://example.com/", "referrer": "", "timezone": "Europe/Berlin"} | fields


def test_an_ordinary_visit_counts(project, bob, signed_in):
    answer = ask(signed_in(bob), project, visit())
    assert fault(answer) is None
    assert "This visit counts" in answer.content.decode()
    assert answer.context["verdict"].country == "Germany"


def test_the_first_look_is_at_the_front_page(project, alice, signed_in):
    answer = ask(signed_in(alice), project)
    assert "https://example.com/" in answer.content.decode()
    assert fault(answer) is None


RULES = [
    ({"screening": {"networks": ["198.51.100.0/24"]}}, {}, {}, ("Excluded addresses", "quarantined"), "ip"),
    ({}, {}, {"User-Agent": CRAWLER}, ("Bots", "quarantined"), "bot"),
    ({}, {"referrer": "https://semalt.com/x"}, {}, ("Spam referrers", "quarantined"), "spam_referrer"),
    ({"screening": {"countries": ["DE"]}}, {}, {}, ("Excluded countries", "quarantined"), "country"),
    (
        {"screening": {"pages": ["/a*"]}},
        {"url": "https://example.com/ab"},
        {},
        ("Excluded pages", "quarantined"),
        "page",
    ),
    ({"screening": {"hostnames": ["x.example"]}}, {}, {}, ("Hostnames", "quarantined"), "hostname"),
    ({"is_active": False}, {}, {}, ("Key and project", "refused"), "project_inactive"),
    ({"allowed_origins": ["https://x.example"]}, {}, {}, ("Allowed origins", "refused"), "origin_not_allowed"),
    ({}, {"url": "ftp://example.com/"}, {}, ("The event itself", "refused"), "invalid_url"),
    ({}, {"url": "http://["}, {}, ("The event itself", "refused"), "invalid_url"),
    ({}, {"url": "https://example.com/" + "x" * 2100}, {}, ("The event itself", "refused"), "too_long"),
]


@pytest.mark.parametrize(("settings", "query", "headers", "said", "code"), RULES, ids=lambda value: str(value)[:40])
def test_it_names_the_rule_and_ingestion_agrees(
    project, alice, signed_in, client, settings, query, headers, said, code
):
    from projects.actions.projects import change_project
    from tracking import delivery, journal
    from tracking.envelope import Message
    from tracking.models import QuarantinedEvent
    from tracking.storage import get_store

    change_project(project=project, **settings)
    assert fault(ask(signed_in(alice), project, visit(**query), **headers)) == said
    sent = client.post(
        f"{EVENT}?key={project.write_key}",
        {"event_type": "pageview"} | visit(**query),
        "application/json",
        REMOTE_ADDR=VISITOR_IP,
        headers={"User-Agent": CHROME, "Origin": "https://example.com"} | headers,
    )
    if said[1] == "refused":
        problem = sent.json()
        assert code in {problem["code"], *(error["code"] for error in problem.get("errors", ()))}
    else:
        assert sent.status_code == 202
        for payload in redis_client().hvals(journal.PAYLOADS):
            delivery.process(Message.decode(payload).id, store=get_store(), now=clock.now)
        assert QuarantinedEvent.objects.get().reason == code


@pytest.mark.parametrize(("header", "name"), [("DNT", "Do Not Track"), ("Sec-GPC", "Global Privacy Control")])
def test_it_says_when_the_tracker_is_silent(project, alice, signed_in, header, name):
    assert fault(ask(signed_in(alice), project, visit(), **{header: "1"})) == (name, "silent")
    assert fault(ask(signed_in(alice), project, visit(), **{header: "0"})) is None


def test_it_says_when_the_hour_is_spent(project, alice, signed_in, sender):
    from projects.actions.projects import change_project

    change_project(project=project, rate_limit_per_hour=2)
    assert fault(ask(signed_in(alice), project, visit())) is None
    for _ in range(2):
        sender.event({"event_type": "pageview", "url": "https://example.com/"})
    assert fault(ask(signed_in(alice), project, visit())) == ("Requests this hour", "refused")


def test_it_writes_nothing(project, alice, signed_in):
    from tracking import journal

    client = signed_in(alice)
    ask(client, project, visit())
    assert journal.depth() == 0
    assert not redis_client().keys("ap:rate:*")


def test_without_a_country_the_browser_is_asked_for_its_time_zone(project, alice, signed_in):
    assert "data-needs-timezone" in ask(signed_in(alice), project).content.decode()
    assert "data-needs-timezone" not in ask(signed_in(alice), project, visit()).content.decode()


def test_outsiders_find_nothing(project, mallory, signed_in):
    assert ask(signed_in(mallory), project).status_code == 404
