"""/api/v1/aggregation: have days added up anew, for administrators."""

import datetime as dt
from typing import Any
from uuid import UUID

import redis
from django.http import Http404
from drf_spectacular.utils import OpenApiExample, OpenApiResponse, extend_schema
from kombu.exceptions import OperationalError
from rest_framework import serializers, status
from rest_framework.permissions import IsAdminUser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from analytics_pulse import clock
from projects.api import documentation
from projects.api.caller import person
from projects.models import Project, Role
from reports import rollups, tasks
from reports.rollups import First, Round
from tracking.performance import ServiceAway

QUEUED = {"status": "queued", "projects": 1, "date": "2026-11-19"}
ANSWERS: dict[int, Any] = {
    **documentation.READING,
    503: documentation.problem(503, ServiceAway.code, ServiceAway.title, "Try again after `Retry-After`."),
}


class AskedDaySerializer(serializers.Serializer):
    project_id = serializers.UUIDField(required=False, help_text="All projects when left out.")
    date = serializers.DateField(required=False, help_text="A day of the project's timezone; yesterday when left out.")

    def validate_date(self, value: dt.date) -> dt.date:
        if value > (clock.now() + dt.timedelta(days=1)).date():
            raise serializers.ValidationError("This day has not begun anywhere yet.", "future")
        return value


class QueuedSerializer(serializers.Serializer):
    status = serializers.ChoiceField(["queued"])
    projects = serializers.IntegerField()
    date = serializers.DateField(allow_null=True, help_text="null: every day that is due.")


def _queue(asked: Round) -> Response:
    try:
        tasks.go_on_with_rollups.apply_async((asked.encode(),), retry=False)
    except (OperationalError, redis.RedisError, OSError) as error:
        raise ServiceAway(headers={"Retry-After": "5"}) from error
    answer = {"status": "queued", "projects": len(asked.projects), "date": asked.day}
    return Response(answer, status=status.HTTP_202_ACCEPTED)


@extend_schema(tags=["Operation"])
class DailyAggregationView(APIView):
    permission_classes = (IsAdminUser,)

    @extend_schema(
        operation_id="aggregate_day",
        summary="Add a day up anew",
        description="In the background. Until it is done the day is read from its events. "
        "What is due is added up by itself: this is for a day that you do not trust.",
        request=AskedDaySerializer,
        examples=[
            OpenApiExample(
                "A day of a project",
                {"project_id": "7d1c1a8e-9f43-4e0b-8a52-0d3a5a6a1c11", "date": "2026-11-19"},
                request_only=True,
            )
        ],
        responses={
            202: OpenApiResponse(QueuedSerializer, examples=[OpenApiExample("Of one project", QUEUED)]),
            **ANSWERS,
            400: documentation.INVALID,
            404: documentation.NOT_FOUND,
        },
    )
    def post(self, request: Request) -> Response:
        person(request, Role.ADMIN)  # a token needs its scope
        asked = AskedDaySerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        day = asked.validated_data.get("date") or clock.now().date() - dt.timedelta(days=1)
        project_id: UUID | None = asked.validated_data.get("project_id")
        if project_id is None:
            return _queue(rollups.every(First.REBUILD, day))
        if not Project.objects.filter(pk=project_id, deleted_at__isnull=True).exists():
            raise Http404
        return _queue(Round((project_id,), First.REBUILD, day))


@extend_schema(tags=["Operation"])
class WholeAggregationView(APIView):
    permission_classes = (IsAdminUser,)

    @extend_schema(
        operation_id="aggregate_all",
        summary="Check and add up all that is due",
        description="Of every project, in the background: what the scheduler does at night.",
        request=None,
        responses={
            202: OpenApiResponse(
                QueuedSerializer, examples=[OpenApiExample("All", QUEUED | {"projects": 12, "date": None})]
            ),
            **ANSWERS,
        },
    )
    def post(self, request: Request) -> Response:
        person(request, Role.ADMIN)
        return _queue(rollups.every(First.CHECK))
