"""Cohorts as a table: who was first there when, and what share of them was there again so many units later."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from reports import periods
from reports.answer_cache import AnswerCache
from reports.fingerprint import fingerprint
from reports.params import Question
from reports.retention.asked import AskedRetention
from tracking.storage import retention
from tracking.storage.retention import Cell
from tracking.storage.spec import Filter, Period

# How many units after the first one are looked at.
MOST_LATER = {"day": 30, "week": 26, "month": 24}

_cache = AnswerCache("cohorts", list[Cell])


@dataclass(frozen=True, slots=True)
class CohortCell:
    """people: of the cohort who were there in this unit. share: percent of the cohort; None: nobody is in it.
    is_complete: the unit is over."""

    bucket: date
    people: int
    share: float | None
    is_complete: bool


@dataclass(frozen=True, slots=True)
class Cohort:
    """start: the first day of its unit. cells: of the cohort's own unit, then of those after it that have begun."""

    start: date
    size: int
    cells: Sequence[CohortCell]


@dataclass(frozen=True, slots=True)
class Cohorts:
    """columns: how many units later the longest row goes, its own one included. average: by column, the share of all
    whose unit is over, percent; None where it is over for nobody."""

    unit: str
    rows: Sequence[Cohort]
    average: Sequence[float | None]

    @property
    def columns(self) -> int:
        return len(self.average)

    @property
    def people(self) -> int:
        return sum(each.size for each in self.rows)


def cohorts(question: Question, asked: AskedRetention, now: datetime) -> Cohorts:
    """The cohorts of the units that the period touches, those that have begun. Raises what the store raises."""
    starts = [start for start in periods.buckets(question.period.period, asked.unit) if _utc(start) <= now]
    if not starts:
        return Cohorts(asked.unit, [], [])
    later = MOST_LATER[asked.unit]
    buckets = [*starts]
    while len(buckets) < len(starts) + later and _utc(following := periods.following(buckets[-1], asked.unit)) <= now:
        buckets.append(following)
    until = periods.following(buckets[-1], asked.unit)
    again = (Filter("goal", "is", (asked.again,)),) if asked.again else ()

    def compute() -> list[Cell]:
        return retention.cells(
            question.project,
            buckets,
            asked.people,
            question.conditions,
            cohorts=len(starts),
            until=until,
            again=again,
        )

    whole = question.query((), period=Period(starts[0], until, question.project.zone))
    named = f"{fingerprint(whole)}:{asked.unit}:{asked.people}:{asked.again}:{len(starts)}"
    cells = _cache.get(question.project.id, datetime(2000, 1, 1, tzinfo=UTC), until, named, compute)
    return _table(asked.unit, starts, buckets, cells, now)


def _table(
    unit: str, starts: Sequence[datetime], buckets: Sequence[datetime], cells: Sequence[Cell], now: datetime
) -> Cohorts:
    people = {(each.cohort, each.bucket): each.people for each in cells}
    is_over = [_utc(periods.following(bucket, unit)) <= now for bucket in buckets]
    rows = []
    for index, start in enumerate(starts):
        size = people.get((index, None), 0)
        found = []
        for number in range(index, min(len(buckets), index + MOST_LATER[unit] + 1)):
            there = people.get((index, number), 0)
            found.append(
                CohortCell(buckets[number].date(), there, 100 * there / size if size else None, is_over[number])
            )
        rows.append(Cohort(start.date(), size, found))
    return Cohorts(unit, rows, [_average(rows, column) for column in range(max(len(each.cells) for each in rows))])


def _average(rows: Sequence[Cohort], column: int) -> float | None:
    """Of people, not of cohorts: a large cohort says more than a small one."""
    known = [(row.size, row.cells[column]) for row in rows if column < len(row.cells) and row.cells[column].is_complete]
    people = sum(size for size, _cell in known)
    return 100 * sum(cell.people for _size, cell in known) / people if people else None


def _utc(moment: datetime) -> datetime:
    """Two times of one zone would be compared by what its clocks show."""
    return moment.astimezone(UTC)
