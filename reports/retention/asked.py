"""What is asked about coming back: by day, week or month, of whom, and what counts as being back."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.http import QueryDict

from goals.models import Goal
from reports import periods
from reports.answer_cache import AnswerCache
from reports.params import InvalidParams, Question, fault
from reports.periods import ReportPeriod
from tracking.storage import people as store
from tracking.storage.people import People
from tracking.storage.spec import ProjectRef

UNITS = ("day", "week", "month")
# More cohorts than this are no table that anybody reads.
MOST_COHORTS = {"day": 92, "week": 106, "month": 61}
# How far back it is looked for user ids, to offer them or not.
USERS_DAYS = 92
NOT_KNOWN = "in cookieless mode a visitor is a visitor of one day; by=user_id asks about users who are signed in"

_has_users = AnswerCache("has-users", bool)


@dataclass(frozen=True, slots=True)
class AskedRetention:
    """again: the id of the goal that counts as being back; "": whatever they do."""

    unit: str
    people: People
    again: str = ""


def asked(params: QueryDict, question: Question, possible: tuple[People, ...]) -> AskedRetention:
    """possible: who can be known again; one at least. Raises InvalidParams."""
    units = units_of(question.period)
    unit, by = params.get("unit") or default_unit(question.period), params.get("by") or possible[0]
    if unit not in UNITS:
        raise InvalidParams(errors=[fault("unit", "unknown_unit", f"one of {', '.join(UNITS)}")])
    if unit not in units:
        raise InvalidParams(errors=[fault("unit", "too_many", f"the period is too long for it: {', '.join(units)}")])
    people = people_of(by, possible)
    again = params.get("again", "")
    if again and not _is_goal(question.project, again):
        raise InvalidParams(errors=[fault("again", "unknown_goal", "the id of a goal of this project")])
    return AskedRetention(unit, people, again)


def people_of(by: str, possible: tuple[People, ...]) -> People:
    """Raises InvalidParams."""
    if by not in tuple(People):
        raise InvalidParams(errors=[fault("by", "unknown_identity", f"one of {', '.join(People)}")])
    if by not in possible:
        raise InvalidParams(errors=[fault("by", "not_known_again", NOT_KNOWN)])
    return People(by)


def units_of(period: ReportPeriod) -> list[str]:
    return [unit for unit in UNITS if periods.count(period.period, unit) <= MOST_COHORTS[unit]]


def default_unit(period: ReportPeriod) -> str:
    """What makes some cohorts, and not too many of them."""
    return "day" if period.days <= 14 else "week" if period.days <= 120 else "month"


def possible(project: ProjectRef, now: datetime) -> tuple[People, ...]:
    """Who can be known again: visitors by a random id, and users where the site tells who is signed in."""
    visitors = () if project.is_cookieless else (People.VISITORS,)
    return (*visitors, *((People.USERS,) if has_users(project, now) else ()))


def has_users(project: ProjectRef, now: datetime) -> bool:
    """Whether somebody was signed in lately. Raises what the store raises."""
    today = now.astimezone(project.zone).date()
    period = periods.of_days(today - timedelta(days=USERS_DAYS - 1), today, project.zone)
    return _has_users.get(
        project.id, period.start, period.end, today.isoformat(), lambda: store.has_users(project, period)
    )


def _is_goal(project: ProjectRef, text: str) -> bool:
    try:
        return Goal.objects.filter(project_id=project.id, deleted_at=None, pk=UUID(text)).exists()
    except ValueError:
        return False
