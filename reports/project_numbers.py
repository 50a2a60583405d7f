"""What a list of projects says of each: the visitors of the last day and how that changed, and who is there now."""

import time
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from analytics_pulse import clock
from projects.models import Project
from projects.orders import Order
from reports.answer_cache import AnswerCache
from reports.realtime import ACTIVE_MINUTES, AHEAD
from tracking.realtime.days import Day, Spans, days
from tracking.storage import project_day
from tracking.storage.base import QueryTooLarge, StoreUnavailable

# Of what the windows do not have the store is asked project by project, one after the other, for as long as this.
BUDGET_S = 5.0
_days = AnswerCache("project-day", Day, open_ttl_s=10.0)


def numbers_of(project_ids: Sequence[UUID], now: datetime) -> dict[UUID, Day]:
    """One round trip to Redis for all of them. Whose numbers cannot be had now is missing."""
    spans = Spans.of(now, timedelta(minutes=ACTIVE_MINUTES), AHEAD)
    found = days(project_ids, spans)
    until = time.monotonic() + BUDGET_S
    for project_id in project_ids:
        if project_id in found or time.monotonic() > until:
            continue
        try:
            found[project_id] = _from_store(project_id, spans)
        except (QueryTooLarge, StoreUnavailable):
            continue
    return found


def _most_visitors_first(projects: Iterable[Project]) -> list[Project]:
    """Those whose visitors are not known come last."""
    projects = list(projects)
    numbers = numbers_of([project.pk for project in projects], clock.now())
    visitors = {project_id: day.visitors for project_id, day in numbers.items()}
    return sorted(projects, key=lambda project: (-visitors.get(project.pk, -1), project.name.casefold()))


def _from_store(project_id: UUID, spans: Spans) -> Day:
    moment = spans.end.isoformat()
    return _days.get(project_id, spans.day_before, spans.end, moment, lambda: project_day.day(project_id, spans))


BY_VISITORS = Order(_("Visitors"), _most_visitors_first)
