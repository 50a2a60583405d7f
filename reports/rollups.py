"""When the days of which project are added up. How: tracking/storage/rollup.py."""

import time
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

import msgspec
import structlog

from projects.models import Project
from reports.params import ref as project_ref
from tracking import data_versions
from tracking.storage import get_store
from tracking.storage.base import EventStore, PoisonEvent, StoreUnavailable
from tracking.storage.rollup_due import due_projects
from tracking.storage.spans import midnight
from tracking.storage.spec import ProjectRef

# A run holds a worker's process for about this long, and goes on behind what else waits in the queue. One that has
# much to do does not make the others wait: it gets a slice, and its turn again.
BUDGET_S = 10.0
SLICE_S = 3.0

log = structlog.get_logger(__name__)


class First(StrEnum):
    """What is done with a project before its due days are added up."""

    NOTHING = "nothing"
    CHECK = "check"
    REBUILD = "rebuild"


class Round(msgspec.Struct, frozen=True):
    """Projects whose turn it is, in this order. again: had theirs, and are not done. day: the one to rebuild."""

    projects: tuple[UUID, ...]
    first: First = First.NOTHING
    day: date | None = None
    again: tuple[UUID, ...] = ()

    def encode(self) -> bytes:
        return msgspec.msgpack.encode(self)

    @classmethod
    def decode(cls, data: bytes) -> "Round":
        return msgspec.msgpack.decode(data, type=cls)


def due(now: datetime) -> Round:
    """The projects of which a day closed, or changed since it was added up. Raises StoreUnavailable."""
    return Round(tuple(due_projects(list(_refs()), _no_later(now, get_store()))))


def every(first: First = First.NOTHING, day: date | None = None) -> Round:
    """All projects. Without CHECK or REBUILD: a gap that due() overlooks is filled."""
    return Round(tuple(ref.id for ref in _refs()), first, day)


def run(asked: Round, *, now: datetime, budget_s: float = BUDGET_S) -> Round | None:
    """Add up what is due of these projects until the time is over; what is left. None: nothing.

    Can run twice, and at once. A project that fails is logged, and tried again by the next round.
    """
    store, deadline = get_store(), time.monotonic() + budget_s
    now = _no_later(now, store)
    refs = {ref.id: ref for ref in _refs((*asked.projects, *asked.again))}
    waiting = [(project_id, True) for project_id in asked.projects] + [(each, False) for each in asked.again]
    again: list[UUID] = []
    while waiting and time.monotonic() < deadline:
        project_id, is_first = waiting.pop(0)
        if (ref := refs.get(project_id)) is None:  # deleted
            continue
        if _turn(store, ref, asked if is_first else Round(()), now, min(SLICE_S, deadline - time.monotonic())):
            again.append(project_id)
    left = Round(
        tuple(project_id for project_id, is_first in waiting if is_first),
        asked.first,
        asked.day,
        (*(project_id for project_id, is_first in waiting if not is_first), *again),
    )
    return left if left.projects or left.again else None


def _turn(store: EventStore, ref: ProjectRef, asked: Round, now: datetime, budget_s: float) -> bool:
    """Whether there is more to do at once."""
    try:
        if asked.first is First.CHECK:
            _forget_answers(ref, store.check_rollups(ref, now, budget_s=budget_s))
        elif asked.first is First.REBUILD and asked.day:
            store.rebuild_rollups(ref, asked.day, asked.day)
            _forget_answers(ref, [asked.day])
        done = store.refresh_rollups(ref, now, budget_s=budget_s)
    except (StoreUnavailable, PoisonEvent) as error:
        log.warning("rollup_failed", project_id=str(ref.id), error=str(error))
        return False
    if done.days:
        log.info("rolled_up", project_id=str(ref.id), days=done.days, left=done.left)
    return bool(done.days and done.left)  # else what is left waits for something


def _forget_answers(ref: ProjectRef, days: Iterable[date]) -> None:
    """Those that were made of these days, which were not right."""
    for day in days:
        data_versions.bump(ref.id, midnight(day, ref.zone), midnight(day + timedelta(days=1), ref.zone))


def _refs(project_ids: Iterable[UUID] | None = None) -> Iterator[ProjectRef]:
    found = Project.objects.filter(deleted_at__isnull=True).order_by("pk")
    if project_ids is not None:
        found = found.filter(pk__in=set(project_ids))
    return map(project_ref, found)


def _no_later(now: datetime, store: EventStore) -> datetime:
    """A worker whose clock is ahead must not close a day into which events still come unmarked."""
    return min(now, store.clock())
