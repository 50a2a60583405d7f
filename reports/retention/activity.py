"""Active people: by day, and in the week and the month that end with it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from reports.answer_cache import AnswerCache
from reports.fingerprint import fingerprint
from reports.params import Question
from tracking.storage.active_people import MONTH, ActiveDay, active_days
from tracking.storage.people import People

_cache = AnswerCache("activity", list[ActiveDay])


@dataclass(frozen=True, slots=True)
class Activity:
    """days: of the period, those that have begun. daily: mean of the days that are over (of today, when it is the only
    one); weekly, monthly: as of the last day. stickiness: daily in percent of monthly; None without anybody."""

    days: Sequence[ActiveDay]
    daily: float
    weekly: int
    monthly: int

    @property
    def stickiness(self) -> float | None:
        return 100 * self.daily / self.monthly if self.monthly else None


def activity(question: Question, people: People, now: datetime) -> Activity:
    """Raises what the store raises."""
    period = question.period.period

    def compute() -> list[ActiveDay]:
        return active_days(question.project, period, people, question.conditions)

    named = f"{fingerprint(question.query(()))}:{people}"
    read_from = period.start - timedelta(days=MONTH)
    found = _cache.get(question.project.id, read_from, period.end, named, compute)
    today = now.astimezone(period.zone).date()
    begun = [each for each in found if each.day <= today]
    if not begun:
        return Activity([], 0, 0, 0)
    over = [each for each in begun if each.day < today] or begun
    return Activity(begun, sum(each.daily for each in over) / len(over), begun[-1].weekly, begun[-1].monthly)
