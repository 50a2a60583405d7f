"""The periodic tasks, as one table. Beat reads them from the database, where an admin can also switch one off.

Every task can run twice, late, or on two machines at once, and does no harm. A run that was not started before the
next one is due is dropped, so that a worker which was away finds no pile of them.
"""

from dataclasses import dataclass
from datetime import timedelta

from django_celery_beat.models import CrontabSchedule, IntervalSchedule, PeriodicTask

OURS = "Part of the product:"
MAX_EXPIRY = timedelta(hours=1)


@dataclass(frozen=True)
class Daily:
    """A time of day in UTC."""

    hour: int
    minute: int


@dataclass(frozen=True)
class Entry:
    """`when`: how long after the last run, or a time of day."""

    name: str
    task: str
    when: timedelta | Daily
    why: str


def every(**interval: int) -> timedelta:
    return timedelta(**interval)


ENTRIES = (
    Entry("drain the spool", "tracking.tasks.drain_spool", every(seconds=10), "what Redis could not take goes on"),
    Entry("ring for overdue", "tracking.tasks.ring_for_overdue", every(seconds=5), "journalled messages nobody took"),
    Entry("purge deleted projects", "projects.tasks.purge_deleted_projects", every(minutes=1), "in small portions"),
    Entry(
        "check the ledger", "tracking.tasks.check_ledger", every(seconds=30), "received = stored, and an alarm if not"
    ),
    Entry("remember metrics", "tracking.tasks.remember_metrics", every(minutes=1), "for rates of the last minutes"),
    Entry("rotate salts", "tracking.tasks.rotate_salts", every(minutes=10), "a new one a day, destroyed after 48 h"),
    Entry(
        "write down key uses", "tracking.tasks.flush_key_uses", every(minutes=1), "when each secret key was last used"
    ),
    Entry("forget message ids", "tracking.tasks.forget_messages", every(hours=1), "redelivery ends long before"),
    Entry("run due erasures", "tracking.tasks.run_due_erasures", every(seconds=30), "who asked for it is forgotten"),
    Entry(
        "maintain partitions", "tracking.tasks.maintain_partitions", every(hours=1), "months ahead and past retention"
    ),
    Entry("add days up", "reports.tasks.refresh_due_rollups", every(minutes=10), "what closed, and what changed since"),
    Entry("add all days up", "reports.tasks.refresh_all_rollups", every(hours=1), "gaps in between"),
    Entry("check what is added up", "reports.tasks.check_rollups", Daily(hour=2, minute=0), "against the events"),
    Entry("look after exports", "reports.tasks.look_after_exports", every(seconds=30), "go on, tell, and clear up"),
    Entry(
        "look after goals", "goals.tasks.look_after_fills", every(seconds=30), "those that past events are counted for"
    ),
    Entry("clear sessions", "analytics_pulse.tasks.clear_sessions", Daily(hour=3, minute=20), "expired logins"),
)


def sync(entries: tuple[Entry, ...] = ENTRIES) -> None:
    """Write the table down for beat: add, correct and remove rows; leave alone what an admin added or switched off."""
    names = [entry.name for entry in entries]
    PeriodicTask.objects.filter(description__startswith=OURS).exclude(name__in=names).delete()
    for entry in entries:
        wanted = {"task": entry.task, "description": f"{OURS} {entry.why}"} | _timing(entry.when)
        row = PeriodicTask.objects.filter(name=entry.name).first() or PeriodicTask(name=entry.name)
        # Saving makes beat read its whole schedule again: only when something is different.
        if row.pk is None or any(getattr(row, field) != value for field, value in wanted.items()):
            for field, value in wanted.items():
                setattr(row, field, value)
            row.save()


def _timing(when: timedelta | Daily) -> dict[str, object]:
    if isinstance(when, timedelta):
        seconds = int(when.total_seconds())
        interval, _ = IntervalSchedule.objects.get_or_create(every=seconds, period=IntervalSchedule.SECONDS)
        expire_s = min(seconds, int(MAX_EXPIRY.total_seconds()))
        return {"interval": interval, "crontab": None, "expire_seconds": expire_s}
    moment, _ = CrontabSchedule.objects.get_or_create(minute=str(when.minute), hour=str(when.hour), timezone="UTC")
    return {"interval": None, "crontab": moment, "expire_seconds": int(MAX_EXPIRY.total_seconds())}
