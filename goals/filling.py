"""Counting goals in what is there already, so that they are retroactive: from now back, in portions.

A portion is one transaction, in which it is also noted how far it is. So whoever is at it may be killed at any moment,
and two may be at it at once. It begins when no event can come in any more that was matched with what was meant before;
see storage/completion_rules.py.
"""

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from enum import Enum, auto
from uuid import UUID

import structlog
from django.db import transaction
from django.db.models import Q

from goals import fills
from goals.models import Fill, State
from goals.rules import Rule, compiled
from goals.sought import sought
from tracking import data_versions
from tracking.storage import completion_rules, get_store, recount
from tracking.storage.completion_candidates import Candidate
from tracking.storage.recount import BEGINNING, END, Change, Stretch
from tracking.storage.rows import CompletionRow, Threshold
from tracking.storage.spans import LONGEST_VISIT

# A task's share: others wait for the worker.
BUDGET_S = 3.0
# Of a portion: whoever erases, adds up or changes the goal waits for it.
PORTION_S = 0.3
FIRST_ROWS, LEAST_ROWS, MOST_ROWS = 10_000, 500, 50_000
# How long what was begun before is waited for in the task, and until it is tried again.
PATIENCE_S, PAUSE_S, LATER_S = 0.5, 0.02, 1.0
MAX_FAILURES = 5
# A fill that nobody has been at for so long is gone on with.
SILENT_AFTER = timedelta(seconds=30)
_AT_REST = timedelta(seconds=5)

log = structlog.get_logger(__name__)


class Step(Enum):
    MORE = auto()
    LATER = auto()
    OVER = auto()


def fill(goal_id: UUID, *, now: Callable[[], datetime], budget_s: float = BUDGET_S) -> float | None:
    """Go on with the goal's fill until it is done or the time is over. In how many seconds to go on; None: it is done,
    or not to be done. Can run twice, also at once."""
    deadline, rows = time.monotonic() + budget_s, FIRST_ROWS
    try:
        while True:
            if not _may_begin(goal_id):
                return LATER_S
            since = time.monotonic()
            step = _portion(goal_id, now(), rows)
            if step is not Step.MORE:
                return LATER_S if step is Step.LATER else None
            if time.monotonic() >= deadline:
                return 0.0
            rows = _adapted(rows, time.monotonic() - since)
    except Exception as error:
        return _failed(goal_id, error)


def look_after(*, now: datetime) -> None:
    """Ring for fills that nobody is at. Can run twice, also at once."""
    silent = Q(heard_at=None, asked_at__lt=now - _AT_REST) | Q(heard_at__lt=now - SILENT_AFTER)
    for goal_id in list(Fill.objects.open().filter(silent).values_list("pk", flat=True)):
        Fill.objects.filter(pk=goal_id).update(heard_at=now)
        fills.ring(goal_id)


def _adapted(rows: int, took_s: float) -> int:
    if took_s < PORTION_S / 2:
        return min(rows * 2, MOST_ROWS)
    return max(rows // 2, LEAST_ROWS) if took_s > PORTION_S * 2 else rows


def _portion(goal_id: UUID, now: datetime, rows: int) -> Step:
    changes: list[Change] = []
    with transaction.atomic():
        project_id = Fill.objects.open().filter(pk=goal_id).values_list("goal__project_id", flat=True).first()
        if project_id is None:
            return Step.OVER
        if not recount.try_lock(project_id):
            return Step.LATER
        # A change of the goal waits for this portion, or this one sees it.
        fill = Fill.objects.open().select_for_update(of=("self",)).select_related("goal").filter(pk=goal_id).first()
        if fill is None:
            return Step.OVER
        if fill.fence is None:  # changed a moment ago
            return Step.MORE
        step = _remove(fill, rows, changes) if fill.is_removal else _recount(fill, rows, changes)
        if fill.pk:
            fill.heard_at, fill.failures, fill.error = now, 0, ""
            fill.save()
    if changes:
        times = [each.occurred_at for each in changes]
        data_versions.bump(project_id, min(times) - LONGEST_VISIT, max(times) + timedelta(microseconds=1))
    return step


def _may_begin(goal_id: UUID) -> bool:
    """Not while something may be under way that was matched with what was meant before the last change."""
    with transaction.atomic():
        fill = Fill.objects.open().select_for_update(of=("self",)).filter(pk=goal_id).first()
        if fill is None or fill.state == State.RUNNING:
            return True
        if fill.fence is None:
            fill.fence = completion_rules.fence()
            fill.save(update_fields=["fence"])
    patient_until = time.monotonic() + PATIENCE_S
    while not completion_rules.is_passed(fill.fence):
        if time.monotonic() >= patient_until:
            return False
        time.sleep(PAUSE_S)
    return True


def _recount(fill: Fill, rows: int, changes: list[Change]) -> Step:
    goal = fill.goal
    if fill.since is None:
        fill.state, fill.since = State.RUNNING, get_store().first_event_at(goal.project_id) or fill.asked_at
    end = fill.done_until or END
    start = recount.start_of(goal.project_id, end, rows)
    stretch = Stretch(goal.project_id, goal.pk, start, end)
    rule = compiled(goal)
    if rule.is_of_visits:
        changes += recount.by_visits(stretch, sought(goal, rule), lambda each: _threshold(rule, each))
    else:
        changes += recount.by_events(stretch, sought(goal, rule), lambda each: _completion(rule, each))
    fill.done_until = max(start, fill.since)
    if start > BEGINNING:
        return Step.MORE
    fill.state = State.DONE
    return Step.OVER


def _remove(fill: Fill, rows: int, changes: list[Change]) -> Step:
    fill.state = State.RUNNING
    changes += recount.remove_some(fill.goal.project_id, fill.goal_id, rows)
    if changes:
        return Step.MORE
    fill.goal.delete()
    fill.pk = None
    return Step.OVER


def _completion(rule: Rule, each: Candidate) -> CompletionRow | None:
    return rule.completion(each) if rule.is_about(each.event_type, each.event_name, each.path) else None


def _threshold(rule: Rule, each: Candidate) -> Threshold | None:
    return rule.threshold(each) if rule.is_about(each.event_type, each.event_name, each.path) else None


def _failed(goal_id: UUID, error: Exception) -> float | None:
    """Tried again, and given up when it fails time after time. Raises a database's error while it is away: then it is
    looked after later."""
    log.exception("fill_failed", goal_id=str(goal_id), error=str(error))
    with transaction.atomic():
        fill = Fill.objects.open().select_for_update(of=("self",)).filter(pk=goal_id).first()
        if fill is None:
            return None
        fill.failures += 1
        fill.error = f"{type(error).__name__}: {error}".partition("\n")[0][:500]
        if fill.failures >= MAX_FAILURES and not fill.is_removal:  # who deleted a goal does not look at it again
            fill.state = State.FAILED
        fill.save(update_fields=["failures", "error", "state"])
    return LATER_S * min(fill.failures, MAX_FAILURES) if fill.state != State.FAILED else None
