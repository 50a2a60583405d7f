"""Whether what was promised at the door is what the store has: per project and hour of receipt, checked all the time.

The journal counts each event that got a 202 when it makes it durable; the store counts each event that it is given.
Nobody counts for both, so that an event which is lost on the way, or arrives twice, is a difference between the two.

A gap is judged only when nothing of its hour can be on its way: see `settled_until`.
"""

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4, uuid5

import redis
import structlog
from django.conf import settings
from django.db import transaction
from redis.commands.core import Script

from projects.models import Project
from tracking import journal
from tracking.connections import redis_client
from tracking.envelope import Envelope, Message
from tracking.models import LedgerGap, LedgerHour
from tracking.spool import Spool
from tracking.storage import ledger

log = structlog.get_logger(__name__)

COLLECTED = f"{journal.RECEIVED}:collected"  # the counts under way to the ledger, and the id of this transfer
_BATCH = b"batch"
HOUR = timedelta(hours=1)
# Between receipt and journal a request may wait for its turn, and clocks of several machines differ.
MARGIN = timedelta(minutes=1)
JUDGED = timedelta(days=3)  # back from now; a gap that is open is judged until it closes
STUCK_AFTER = timedelta(hours=1)

# What was not brought to the end comes first: its transfer keeps its id, by which the ledger knows it.
_COLLECT = Script(
    None,  # type: ignore[arg-type]  # bound to no client
    b"""
if redis.call('EXISTS', KEYS[2]) == 0 then
  if redis.call('EXISTS', KEYS[1]) == 0 then return {} end
  redis.call('RENAME', KEYS[1], KEYS[2])
  redis.call('HSET', KEYS[2], 'batch', ARGV[1])
end
return redis.call('HGETALL', KEYS[2])
""",
)
# Only one's own: a slow collector must not delete the transfer that came after it.
_DONE = Script(None, b"if redis.call('HGET', KEYS[1], 'batch') == ARGV[1] then redis.call('DEL', KEYS[1]) end")  # type: ignore[arg-type]


def received_in(envelopes: Iterable[Envelope]) -> dict[tuple[UUID, int], int]:
    """How many events of each project and hour, as the journal counts them. Under 1 us an envelope."""
    counts: dict[tuple[UUID, int], int] = {}
    for envelope in envelopes:
        key = envelope.project_id, int(envelope.received_at.timestamp()) // 3600
        counts[key] = counts.get(key, 0) + len(envelope.events)
    return counts


def journalize(message: Message, payload: bytes, now: datetime) -> bool:
    """Write the message to the journal and count its events, once. Raises redis.RedisError."""
    # What comes out of the quarantine was counted when it was received.
    received = {} if message.is_restored else received_in(message.envelopes)
    promised = [] if message.is_restored else [envelope.received_at for envelope in message.envelopes]
    promised_at = min(promised, default=now).timestamp()
    counts = Counter({"messages": 1, "accepted": sum(received.values())})
    for rejected in message.rejections:
        counts[f"rejected:{rejected.code}"] += rejected.count
    return journal.write(message.id, payload, now, received=received, counts=counts, promised_at=promised_at)


def note_imported(message: Message, now: datetime) -> None:
    """Count the events of a message that does not come through the door. Again is a no-op."""
    ledger.receive(uuid5(message.id, "received"), _hours(received_in(message.envelopes)), now)


def collect(now: datetime) -> None:
    """Bring the counts of the door to the ledger, each exactly once, wherever this is killed and however many run.

    Raises redis.RedisError or StoreUnavailable.
    """
    client = redis_client()
    while flat := _COLLECT((journal.RECEIVED, COLLECTED), (uuid4().bytes,), client):
        fields: dict[bytes, bytes] = dict(zip(flat[::2], flat[1::2], strict=True))
        batch = fields.pop(_BATCH)
        counts = {journal.parse_received(field): int(count) for field, count in fields.items()}
        ledger.receive(UUID(bytes=batch), _hours(counts), now)
        _DONE((COLLECTED,), (batch,), client)


def uncollected(project_id: UUID, start: datetime, end: datetime) -> dict[datetime, int]:
    """Events of the project's hours in [start, end) that the door has counted and the ledger does not know yet.

    Empty while Redis is away. Read after the ledger: what is collected in between is then missed, not counted twice.
    """
    first, last = (int(moment.timestamp()) // 3600 for moment in (start, end))
    fields = [journal.received_field(project_id, hour) for hour in range(first, last + 1)]
    try:
        with redis_client().pipeline(transaction=True) as pipe:
            pipe.hmget(journal.RECEIVED, fields)
            pipe.hmget(COLLECTED, fields)
            found = pipe.execute()
    except redis.RedisError:
        return {}
    counts = {
        (project_id, hour): int(new or 0) + int(collected or 0)
        for hour, new, collected in zip(range(first, last + 1), *found, strict=True)
    }
    return {hour: count for (_, hour), count in _hours(counts).items() if count and start <= hour < end}


def settled_until(now: datetime) -> datetime:
    """Everything received before this is stored, set aside or lost: none of it waits in journal or spool."""
    # The spool first: a drain moves messages from there to the journal, and must not pass between the two looks.
    waiting_since = [now]
    if spooled_at := Spool(settings.SPOOL_DIR).oldest_at():
        waiting_since.append(spooled_at)
    if promised_at := journal.waiting().promised_at:
        waiting_since.append(datetime.fromtimestamp(promised_at, UTC))
    return min(waiting_since) - MARGIN


def check(now: datetime) -> list[LedgerGap]:
    """Judge the hours that are over; the gaps that are open. Can run at any time and twice.

    Raises redis.RedisError or StoreUnavailable, and then has judged nothing.
    """
    differing = _differing(now)
    if differing:  # looked at again, since a spool that is not on this machine may just have been drained
        again = _differing(now)
        differing = {key: again[key] for key in differing.keys() & again.keys()}
    living = Project.objects.filter(pk__in={project_id for project_id, _ in differing}, deleted_at=None)
    alive = set(living.values_list("pk", flat=True))
    gaps = {key: _open(row, now) for key, row in differing.items() if row.project_id in alive}
    for gap in LedgerGap.objects.filter(resolved_at=None):
        if (gap.project_id, gap.hour) not in gaps:
            _close(gap, now)
    return list(gaps.values())


def _differing(now: datetime) -> dict[tuple[UUID, datetime], LedgerHour]:
    """The hours that differ though nothing of them is on its way, and the open gaps that have not closed."""
    # In this order: what is settled now has been counted before, so these counts are in the ledger when it is read.
    settled = settled_until(now)
    collect(now)
    if settled < now - STUCK_AFTER:
        log.error("events_do_not_arrive", waiting_since=settled.isoformat())
    found = ledger.differing(now - JUDGED, settled - HOUR)
    for gap in LedgerGap.objects.filter(resolved_at=None):
        found += LedgerHour.objects.filter(project_id=gap.project_id, hour=gap.hour).differing()
    return {(row.project_id, row.hour): row for row in found}


def _open(row: LedgerHour, now: datetime) -> LedgerGap:
    """Written and said when it is new, or not what it was; not every minute."""
    with transaction.atomic():
        gap, is_new = LedgerGap.objects.select_for_update().get_or_create(
            project_id=row.project_id, hour=row.hour, defaults={"missing": row.missing, "found_at": now}
        )
        if not is_new and gap.resolved_at is None and gap.missing == row.missing:
            return gap
        gap.missing, gap.resolved_at = row.missing, None
        gap.save()
    log.error(
        "ledger_gap",
        project_id=str(row.project_id),
        hour=row.hour.isoformat(),
        missing=row.missing,
        received=row.received,
        accepted=row.accepted,
        stored=row.stored,
        duplicate=row.duplicate,
        quarantined=row.quarantined,
    )
    return gap


def _close(gap: LedgerGap, now: datetime) -> None:
    gap.resolved_at = now
    gap.save(update_fields=["resolved_at"])
    log.info("ledger_gap_closed", project_id=str(gap.project_id), hour=gap.hour.isoformat())


def _hours(counts: dict[tuple[UUID, int], int]) -> dict[tuple[UUID, datetime], int]:
    return {
        (project_id, datetime.fromtimestamp(hour * 3600, UTC)): count for (project_id, hour), count in counts.items()
    }
