"""Who comes back on the same day, over time: known in every identity mode."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from reports import periods
from reports.answer_cache import AnswerCache
from reports.fingerprint import fingerprint
from reports.params import Question
from tracking.storage.returning import ReturningDay, returning_days

_cache = AnswerCache("returning", list[ReturningDay])


@dataclass(frozen=True, slots=True)
class ReturningBucket:
    """visitors: of each day of the bucket, added up; returning: those of them who began two or more visits that day."""

    start: date
    visitors: int
    returning: int

    @property
    def share(self) -> float | None:
        """Percent; None where nobody came."""
        return 100 * self.returning / self.visitors if self.visitors else None


@dataclass(frozen=True, slots=True)
class Returning:
    """interval: day, week or month."""

    interval: str
    buckets: Sequence[ReturningBucket]

    @property
    def whole(self) -> ReturningBucket:
        visitors, back = (sum(getattr(each, name) for each in self.buckets) for name in ("visitors", "returning"))
        return ReturningBucket(self.buckets[0].start, visitors, back)


def returning(question: Question) -> Returning:
    """Of the period, in buckets that suit it, those in which nobody came included. Raises what the store raises."""
    period = question.period.period

    def compute() -> list[ReturningDay]:
        return returning_days(question.project, period, question.conditions)

    found = _cache.get(question.project.id, period.start, period.end, fingerprint(question.query(())), compute)
    interval = question.period.interval if question.period.interval in ("week", "month") else "day"
    sums: dict[date, list[int]] = defaultdict(lambda: [0, 0])
    starts = [each.date() for each in periods.buckets(period, interval)]
    at = 0
    for each in found:
        while at + 1 < len(starts) and starts[at + 1] <= each.day:
            at += 1
        sums[starts[at]][0] += each.visitors
        sums[starts[at]][1] += each.returning
    return Returning(interval, [ReturningBucket(start, *sums[start]) for start in starts])
