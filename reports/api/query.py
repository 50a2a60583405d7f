"""POST /api/v1/projects/{id}/query: any question, in JSON."""

from functools import partial
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from analytics_pulse import clock
from projects.authentication import who
from reports import params, patterns, query_body, segments
from reports.answer import answer
from reports.api import query_documentation
from reports.api.base import StatsView
from reports.api.json_body import JsonBody
from reports.query_body import InvalidQuery
from tracking.install import base_url_of, first_event_of
from tracking.storage import get_store


class QueryView(StatsView):
    parser_classes = (JsonBody,)

    @extend_schema(**query_documentation.QUERY)
    def post(self, request: Request, project_id: UUID) -> Response:
        project, now = self.project(request, project_id), clock.now()
        asked = query_body.asked(
            request.data,
            params.ref(project),
            now,
            since=lambda: get_store().first_event_at(project.pk),
            segment=partial(segments.conditions_of, project, who(request)),
        )
        self.asked = asked.query
        if faults := patterns.faults(asked.query.filters, request.data, project.pk):
            raise InvalidQuery(errors=faults)
        return Response(answer(asked, now, since=partial(first_event_of, project), base_url=base_url_of(request)))
