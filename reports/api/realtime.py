"""Who is there now, over the API."""

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from analytics_pulse import clock
from projects.access import get_project_for
from projects.authentication import who
from reports import params, realtime
from reports.api import documentation
from reports.api.base import StatsView


class RealtimeView(StatsView):
    @extend_schema(
        tags=["Statistics"],
        summary="The last minutes",
        description="Visitors of the last 5 minutes, and pageviews and pages of the last 30.",
        responses=documentation.answer(
            "Realtime",
            {
                "as_of": serializers.DateTimeField(),
                "active_visitors": serializers.IntegerField(),
                "pageviews": serializers.IntegerField(),
                "minutes": serializers.ListField(child=serializers.DictField(), help_text="oldest first"),
                "pages": serializers.ListField(child=serializers.DictField()),
            },
            {
                "project_id": "8f14e45f-ceea-467f-9bd0-3f6f0b1d2c3a",
                "as_of": "2026-11-20T08:40:02Z",
                "active_visitors": 3,
                "pageviews": 14,
                "minutes": [{"time": "2026-11-20T08:40:00Z", "pageviews": 2}],
                "pages": [{"page": "/pricing", "visitors": 2, "pageviews": 5}],
            },
        ),
    )
    def get(self, request: Request, project_id: UUID) -> Response:
        project = get_project_for(who(request), project_id)
        now = clock.now()
        recent = realtime.recent(params.ref(project), now)
        return Response(
            {
                "project_id": str(project.pk),
                "as_of": now.isoformat(),
                "active_visitors": realtime.active_visitors(params.ref(project), now),
                "pageviews": sum(views for _, views in recent.minutes),
                "minutes": [{"time": start.isoformat(), "pageviews": views} for start, views in recent.minutes],
                "pages": [
                    {"page": page, "visitors": visitors, "pageviews": views} for page, visitors, views in recent.pages
                ],
            }
        )
