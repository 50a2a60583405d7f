"""What changed with something that happened: whole days after it against as many before it, weekday by weekday."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from reports import periods, results, significance
from reports.params import Question
from tracking.storage.spec import METRICS, Metric, Period

# Whole weeks, so that both sides have each weekday as often.
LENGTHS = (7, 14, 28)
DEFAULT_DAYS = 14
COMPARED = ("visitors", "visits", "pageviews", "bounce_rate", "visit_duration", "events")
_WEEK = 7


@dataclass(frozen=True, slots=True)
class Change:
    """A metric before and after. change: in whole percent. p_value: corrected for the number of metrics looked at; None
    where too few days have a value, or both sides are alike in nothing but being empty."""

    metric: str
    before: float | None
    after: float | None
    change: int | None
    p_value: float | None

    @property
    def declared(self) -> Metric:
        return METRICS[self.metric]

    @property
    def is_more_than_noise(self) -> bool:
        return self.p_value is not None and self.p_value < significance.LEVEL


@dataclass(frozen=True, slots=True)
class BeforeAfter:
    """`complete_on`: the day on which the last of the days after is over; no changes are told before that."""

    days: int
    before: Period
    after: Period
    complete_on: date
    changes: Sequence[Change]

    @property
    def is_complete(self) -> bool:
        return bool(self.changes)


def before_after(question: Question, first: date, *, is_whole_day: bool, days: int, now: datetime) -> BeforeAfter:
    """`days` whole days after what happened on the day `first`, against as many before, of what the question is about.

    What is of a whole day belongs to the days after; the day of a moment is on neither side. Four queries.
    Raises what the store raises.
    """
    zone = question.project.zone
    begin = first if is_whole_day else first + timedelta(days=1)
    before = periods.of_days(first - timedelta(days=days), first - timedelta(days=1), zone)
    after = periods.of_days(begin, begin + timedelta(days=days - 1), zone)
    complete_on = begin + timedelta(days=days)
    changes = _changes(question, before, after) if after.end <= now else []
    return BeforeAfter(days, before, after, complete_on, changes)


def _changes(question: Question, before: Period, after: Period) -> list[Change]:
    totals = [results.totals(question, COMPARED, period) for period in (before, after)]
    daily = [results.series(question, COMPARED, "day", period) for period in (before, after)]
    p_values = significance.holm([
        significance.sign_flip(_differences(*((each.starts, each.values[metric]) for each in daily)))
        for metric in COMPARED
    ])  # fmt: skip
    return [
        Change(metric, totals[0][metric], totals[1][metric], results.change(totals[1][metric], totals[0][metric]), p)
        for metric, p in zip(COMPARED, p_values, strict=True)
    ]


Daily = tuple[Sequence[datetime], Sequence[float | int | None]]


def _differences(before: Daily, after: Daily) -> list[float]:
    """After less before, the first Monday with the first Monday and so on; without days that have no value."""
    sides = (_by_weekday(*before), _by_weekday(*after))
    return [
        later - earlier
        for weekday in range(_WEEK)
        for earlier, later in zip(sides[0][weekday], sides[1][weekday], strict=True)
        if earlier is not None and later is not None
    ]


def _by_weekday(starts: Sequence[datetime], values: Sequence[float | int | None]) -> list[list[float | int | None]]:
    found: list[list[float | int | None]] = [[] for _ in range(_WEEK)]
    for start, value in zip(starts, values, strict=True):
        found[start.weekday()].append(value)
    return found
