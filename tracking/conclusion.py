"""What follows a commit: the windows of now count what is new, changed hours are told of, the messages are forgotten.

In one round trip to Redis. Messages of which a worker died in between come again, and the store knows them.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

import redis
import structlog

from tracking import data_versions, journal
from tracking.connections import redis_client
from tracking.envelope import Message
from tracking.realtime import windows
from tracking.realtime.sizes import SINCE
from tracking.realtime.windows import Counting
from tracking.scripts import Call
from tracking.storage.rows import Appended

log = structlog.get_logger(__name__)


class Settled(NamedTuple):
    """Messages of the journal that are done with; None: they could not be processed, and were set aside."""

    messages: Sequence[Message]
    appended: Appended | None


def conclude(settled: Sequence[Settled], now: datetime) -> None:
    """Raises redis.RedisError: then the messages come again, and what is lacking is repaired."""
    forgotten = [message.id for each in settled for message in each.messages]
    countings: list[Counting] = []
    told: list[Call] = []
    for messages, appended in settled:
        if appended is None:
            continue
        if appended.was_known:
            _repair(messages, now)
            continue
        if counting := windows.count(appended.new, messages[0].id, now):
            countings.append(counting)
        told += data_versions.calls(data_versions.hours_of(appended.new, now, appended.moved))
    calls = [*(counting.call for counting in countings), *told]
    answers = journal.forget(*forgotten, also=calls)
    for error in answers:
        if isinstance(error, redis.RedisError):
            # Nobody may take the windows for whole. The events are stored; the batch is not to fail for this.
            log.error("windows_not_counted", error=str(error))
            redis_client().delete(SINCE)
    for counting, answer in zip(countings, answers, strict=False):
        if isinstance(answer, list):
            counting.learn(answer)


def note_stored(project_id: UUID, first_at: datetime, now: datetime) -> None:
    """Events from first_at on were stored by another way than the journal. Never raises: without Redis nobody
    remembers anything.
    """
    try:
        windows.tear_project(project_id, now)
        data_versions.bump(project_id, first_at, now)
    except redis.RedisError as error:
        log.warning("stored_events_not_noted", error=type(error).__name__)


def _repair(messages: Iterable[Message], now: datetime) -> None:
    """The store had these already. When they are still here, a worker died (or is just about to conclude): what it
    may not have counted is not taken for counted, and what it may not have told is told.
    """
    found = [message for message in messages if journal.holds(message.id)]
    if not found:
        return
    windows.tear(found)
    for script, keys, arguments in data_versions.calls(_hours(found, now)):
        script(keys, arguments, redis_client())


def _hours(messages: Iterable[Message], now: datetime) -> dict[UUID, set[int]]:
    changed: dict[UUID, set[int]] = {}
    for project_id, moment in _moments(messages):
        if moment < data_versions.settled_until(now):
            changed.setdefault(project_id, set()).update(data_versions.hours_between(moment, moment))
    return changed


def _moments(messages: Iterable[Message]) -> Iterator[tuple[UUID, datetime]]:
    for message in messages:
        for envelope in message.envelopes:
            for event in envelope.events:
                yield envelope.project_id, event.occurred_at
