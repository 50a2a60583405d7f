"""What every route of the stats API does first: who asks, about which project, and what."""

from uuid import UUID

from django.http import QueryDict
from rest_framework import status
from rest_framework.request import Request
from rest_framework.views import APIView

from analytics_pulse import clock
from analytics_pulse.problems import Problem
from projects.access import get_project_for
from projects.authentication import who
from reports import params
from reports.params import Question
from tracking.storage.base import QueryTooLarge, StoreUnavailable


class TookTooLong(Problem):
    status_code = status.HTTP_503_SERVICE_UNAVAILABLE
    code = "query_too_large"
    title = "The answer took too long"


class StoreAway(Problem):
    status_code = status.HTTP_503_SERVICE_UNAVAILABLE
    code = "store_unavailable"
    title = "The database cannot be reached at the moment"


class StatsView(APIView):
    """Session, personal access token or secret key with `read`. Somebody else's project is 404, like an absent one."""

    def question(self, request: Request, project_id: UUID) -> Question:
        project = get_project_for(who(request), project_id)
        return params.question(self.params, project, clock.now())

    @property
    def params(self) -> QueryDict:
        return self.request.GET

    def handle_exception(self, exc: Exception):  # type: ignore[no-untyped-def]
        if isinstance(exc, QueryTooLarge):
            exc = TookTooLong("Ask about a shorter period, or with fewer filters.")
        elif isinstance(exc, StoreUnavailable):
            exc = StoreAway(headers={"Retry-After": "5"})
        return super().handle_exception(exc)
