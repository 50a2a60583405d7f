"""What ingestion writes to the log: enough to follow a message, and nothing that tells who a visitor is."""

import io
import json
import logging
from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

import pytest
from django.conf import settings as django_settings

from analytics_pulse import logs
from tracking import accounting, delivery, journal
from tracking.connections import redis_client
from tracking.spool import Spool
from tracking.storage import get_store
from tracking.storage.base import PoisonEvent
from tracking.tests.builders import NOON, envelope, event, message
from tracking.tests.ingest import VISITOR_IP, pageview
from tracking.tests.test_delivery import FailingStore

pytestmark = pytest.mark.django_db
FORWARDED = "203.0.113.77"
AGENT = "Mozilla/5.0 (X11; Linux x86_64) Gecko/20100101 Firefox/131.0 VeryOwn/7.7"


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], list[dict[str, Any]]]]:
    """The lines of production, with all that DEBUG adds, parsed."""
    stream = io.StringIO()
    monkeypatch.setattr("sys.stderr", stream)
    logs.configure({"json": True, "level": "DEBUG"})
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    logs.configure(django_settings.LOGGING)


def send(sender: Any, **fields: Any) -> Any:
    headers = {"X-Forwarded-For": FORWARDED, "User-Agent": AGENT, "X-Request-ID": "followed-1234"}
    body = json.dumps({"events": [pageview(**fields)]})
    return sender.raw(body, headers=headers, REMOTE_ADDR="127.0.0.1")


def named(found: list[dict[str, Any]], event_name: str) -> dict[str, Any]:
    (line,) = [line for line in found if line["event"] == event_name]
    return line


def test_a_request_is_followed_to_its_message(sender, lines):
    assert send(sender).headers["X-Request-ID"] == "followed-1234"
    line = named(lines(), "published")
    (message_id,) = redis_client().hkeys(journal.PAYLOADS)
    assert (line["request_id"], line["events"]) == ("followed-1234", 1)
    assert line["message_id"].replace("-", "") == message_id.hex()


def test_every_line_of_a_message_names_it(project, lines):
    wanted = message(envelope(event(), event(1), project_id=project.pk))
    accounting.journalize(wanted, wanted.encode(), NOON)
    bad = wanted.envelopes[0].events[0].event_id

    def fault(batch: Any) -> Exception | None:
        logging.getLogger("a.library").warning("something odd")
        return PoisonEvent("no") if any(row.event_id == bad for row in batch.events) else None

    delivery.process(wanted.id, store=FailingStore(fault), now=lambda: NOON)
    ours = [line for line in lines() if line["event"] in {"something odd", "poison_event"}]
    assert {line["event"] for line in ours} == {"something odd", "poison_event"}
    assert {line["message_id"] for line in ours} == {str(wanted.id)}


def test_lines_after_a_message_do_not_name_it(project, lines):
    delivery.process(message().id, store=get_store(), now=lambda: NOON)
    logging.getLogger("a.library").warning("something else")
    assert "message_id" not in named(lines(), "something else")


def test_no_line_of_an_ingest_request_tells_who_sent_it(sender, lines, settings, tmp_path, project):
    """Accepted, refused, stored and gone wrong: with all lines that are ever written."""
    settings.SPOOL_DIR = tmp_path
    url = "https://example.com/very-private?token=abc"
    assert send(sender, url=url).status_code == 202
    assert send(sender, url=url, timestamp="2020-01-01T00:00:00Z").status_code == 400
    sender.key = "ap_pub_" + "0" * 32
    assert send(sender, url=url).status_code == 401

    (message_id,) = redis_client().hkeys(journal.PAYLOADS)
    delivery.process(UUID(bytes=message_id), store=FailingStore(lambda batch: PoisonEvent("no")), now=lambda: NOON)
    Spool(tmp_path).write(UUID(int=1), b"torn")
    delivery.drain_spool(now=NOON)
    delivery.process(UUID(int=1), store=get_store(), now=lambda: NOON)
    found = lines()
    assert {"published", "poison_event", "message_set_aside"} <= {line["event"] for line in found}
    text = json.dumps(found)
    for private in (FORWARDED, VISITOR_IP, "VeryOwn/7.7", "very-private", "token=abc", sender.key):
        assert private not in text, private
