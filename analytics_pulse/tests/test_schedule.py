from datetime import timedelta

import pytest
from django_celery_beat.models import PeriodicTask, PeriodicTasks

from analytics_pulse.celery import app
from analytics_pulse.schedule import ENTRIES, Daily, Entry, sync
from analytics_pulse.supervisor.services import QUEUES

pytestmark = pytest.mark.django_db
ENTRY = Entry("sweep", "analytics_pulse.tasks.clear_sessions", timedelta(seconds=10), "it gets dusty")


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name)
def test_each_named_task_is_registered(entry):
    app.loader.import_default_modules()
    assert entry.task in app.tasks


def test_the_worker_takes_from_every_queue_that_a_task_is_sent_to():
    app.loader.import_default_modules()
    ours = {name: task for name, task in app.tasks.items() if not name.startswith("celery.")}
    assert {getattr(task, "queue", None) or "celery" for task in ours.values()} <= set(QUEUES)


def test_it_writes_the_table_down_for_beat():
    sync()
    rows = {row.name: row for row in PeriodicTask.objects.all()}
    assert set(rows) == {entry.name for entry in ENTRIES}
    spool = rows["drain the spool"]
    assert (spool.task, spool.interval.every, spool.interval.period) == ("tracking.tasks.drain_spool", 10, "seconds")
    assert spool.expire_seconds == 10
    assert (rows["clear sessions"].crontab.hour, rows["clear sessions"].crontab.minute) == ("3", "20")


def test_beat_can_read_what_was_written():
    sync()
    assert all(row.schedule is not None for row in PeriodicTask.objects.all())


def test_a_second_time_changes_nothing_so_that_beat_does_not_start_over():
    sync()
    changed_at = PeriodicTasks.last_change()
    sync()
    assert PeriodicTasks.last_change() == changed_at


def test_a_changed_entry_is_corrected_and_stays_switched_off():
    sync((ENTRY,))
    PeriodicTask.objects.filter(name="sweep").update(enabled=False)
    sync((Entry(ENTRY.name, ENTRY.task, Daily(4, 5), ENTRY.why),))
    row = PeriodicTask.objects.get(name="sweep")
    assert (row.enabled, row.interval, row.crontab.hour) == (False, None, "4")


def test_an_entry_that_is_no_more_is_removed_and_an_admins_own_stays():
    sync((ENTRY,))
    own = PeriodicTask.objects.get(name="sweep")
    own.pk, own.name, own.description = None, "an admin's", "made by hand"
    own.save()
    sync(())
    assert list(PeriodicTask.objects.values_list("name", flat=True)) == ["an admin's"]
