"""What every route of the stats API does first: who asks, about which project, and what."""

from functools import partial
from typing import Any
from uuid import UUID

from django.http import QueryDict
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from analytics_pulse import clock
from analytics_pulse.problems import Problem
from projects.access import get_project_for
from projects.authentication import who
from projects.models import Project
from reports import params, periods
from reports.account import account
from reports.api import answers
from reports.api.allowance import Limited
from reports.narrowing import advice
from reports.params import InvalidParams, Question, fault
from tracking.install import first_event_of
from tracking.storage.base import InvalidPattern, QueryTooLarge, StoreUnavailable
from tracking.storage.spec import StatsQuery, StatsResult


class TookTooLong(Problem):
    status_code = status.HTTP_503_SERVICE_UNAVAILABLE
    code = "query_too_large"
    title = "The answer took too long"


class StoreAway(Problem):
    status_code = status.HTTP_503_SERVICE_UNAVAILABLE
    code = "store_unavailable"
    title = "The database cannot be reached at the moment"


class StatsView(Limited):
    """Session, personal access token or secret key with `read`. Somebody else's project is 404, like an absent one.

    Every question counts against the hour of who asks it; see allowance.py.
    """

    # What is asked, to say what would help when it takes too long.
    asked: StatsQuery | None = None
    asked_of: Project

    def project(self, request: Request, project_id: UUID) -> Project:
        """Raises Http404, InsufficientScope and StoreUnavailable."""
        self.asked_of = get_project_for(who(request), project_id)
        return self.asked_of

    def question(self, request: Request, project_id: UUID, *, default: str = periods.DEFAULT) -> Question:
        """What the query string asks, by default about this period. Raises also InvalidParams and StaleSegment."""
        project = self.project(request, project_id)
        question = params.question(self.params, project, clock.now(), who=who(request), default=default)
        self.asked = question.query(())
        return question

    def meta(self, query: StatsQuery, result: StatsResult) -> dict[str, Any]:
        """What an answer says of itself."""
        now = clock.now()
        includes_now = query.period.start <= now < query.period.end
        since = partial(first_event_of, self.asked_of)
        meta = account(query, result, now, includes_now=includes_now, since=since)
        return meta | ({"total_rows": result.meta["total_rows"]} if query.dimensions else {})

    def tail(self, query: StatsQuery, result: StatsResult) -> dict[str, Any]:
        """What comes after the numbers: what the answer says of itself, and the question as it was understood."""
        return {"meta": self.meta(query, result), "query": answers.query(query)}

    @property
    def params(self) -> QueryDict:
        return self.request.GET

    def handle_exception(self, exc: Exception) -> Response:
        """What the store raises as problems, here for all routes."""
        if isinstance(exc, QueryTooLarge):
            exc = TookTooLong(advice(self.asked) if self.asked else "")
        elif isinstance(exc, StoreUnavailable):
            exc = StoreAway(headers={"Retry-After": "5"})
        elif isinstance(exc, InvalidPattern):
            exc = InvalidParams(errors=[fault("f", "invalid_pattern", str(exc))])
        return super().handle_exception(exc)
