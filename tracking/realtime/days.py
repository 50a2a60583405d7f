"""The last day of several projects in one round trip: what a list of projects shows.

A day is the hour under way and the 23 before it. It is compared without the hour under way: 23 hours with the same ones
of the day before. Those fit into what the windows keep.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from tracking.realtime.reading import execute
from tracking.realtime.sizes import HOUR, MINUTE, SINCE, Size, torn_key

HOURS = 24
_ONE = timedelta(hours=1)


class Day(NamedTuple):
    """Visitors. by_hour: oldest first, the hour under way last. whole_hours: of all the others together; day_before:
    of the same hours a day earlier. active: of the last minutes."""

    visitors: int = 0
    by_hour: tuple[int, ...] = (0,) * HOURS
    whole_hours: int = 0
    day_before: int = 0
    active: int = 0


@dataclass(frozen=True, slots=True)
class Spans:
    """The moments a day is made of. `end`: of the hour and of the minute under way, some of the future included."""

    day_before: datetime
    day: datetime
    this_hour: datetime
    active: datetime
    end: datetime

    @classmethod
    def of(cls, now: datetime, active: timedelta, ahead: timedelta) -> "Spans":
        """`active`: the minutes before the one under way. `ahead`: how early an event may be."""
        minute = now.astimezone(UTC).replace(second=0, microsecond=0)
        this_hour = minute.replace(minute=0)
        day = this_hour - (HOURS - 1) * _ONE
        return cls(day - HOURS * _ONE, day, this_hour, minute - active, minute + timedelta(minutes=1) + ahead)

    @property
    def same_hours_end(self) -> datetime:
        """Of the hours of the day before that are compared."""
        return self.this_hour - HOURS * _ONE


def days(project_ids: Sequence[UUID], spans: Spans) -> dict[UUID, Day]:
    """Of the projects whose windows have all of it; the others are missing, and so are all while Redis is away.

    Visitors are estimates, see reading.py.
    """
    commands: list[tuple[str, ...]] = [("GET", SINCE)]
    for project_id in project_ids:
        commands += _commands(project_id, spans)
    answers = execute(commands)
    if answers is None or answers[0] is None or int(answers[0]) > spans.day_before.timestamp():
        return {}
    found = {}
    a_project = len(_commands(UUID(int=0), spans))
    for index, project_id in enumerate(project_ids):
        torn_until, *counts = answers[1 + index * a_project : 1 + (index + 1) * a_project]
        if int(torn_until or 0) <= spans.day_before.timestamp():
            visitors, whole_hours, day_before, active, *by_hour = map(int, counts)
            found[project_id] = Day(visitors, tuple(by_hour), whole_hours, day_before, active)
    return found


def _commands(project_id: UUID, spans: Spans) -> list[tuple[str, ...]]:
    hours = _visitors(project_id, HOUR, spans.day, spans.this_hour + _ONE)
    return [
        ("GET", torn_key(project_id)),
        ("PFCOUNT", *hours),
        ("PFCOUNT", *hours[:-1]),
        ("PFCOUNT", *_visitors(project_id, HOUR, spans.day_before, spans.same_hours_end)),
        ("PFCOUNT", *_visitors(project_id, MINUTE, spans.active, spans.end)),
        *(("PFCOUNT", hour) for hour in hours),
    ]


def _visitors(project_id: UUID, size: Size, start: datetime, end: datetime) -> list[str]:
    slots = range(int(start.timestamp()) // size.seconds, -int(-end.timestamp() // size.seconds))
    return [f"{size.key(project_id, slot)}:u" for slot in slots]
