"""What changed with something that happened: before and after an annotation."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from analytics_pulse import clock
from projects.authentication import who
from reports import annotations
from reports.annotation_impact import impact
from reports.api import documentation
from reports.api.base import StatsView
from reports.before_after import DEFAULT_DAYS, LENGTHS, BeforeAfter
from reports.significance import LEVEL
from reports.viewing import Viewing
from tracking.storage.spec import Period

_RANGE = serializers.ListField(child=serializers.DateField(), help_text="The first day and the last.")
_EXAMPLE = {
    "project_id": documentation.PROJECT_ID,
    "days": 14,
    "before": ["2026-10-20", "2026-11-02"],
    "after": ["2026-11-03", "2026-11-16"],
    "complete_on": "2026-11-17",
    "is_complete": True,
    "changes": [
        {
            "metric": "visitors",
            "before": 1200,
            "after": 1500,
            "change": 25,
            "p_value": 0.0073,
            "is_more_than_noise": True,
        }
    ],
    "test": {"name": "sign_flip", "correction": "holm", "level": LEVEL},
}


class AnnotationImpactView(StatsView):
    @extend_schema(
        tags=["Annotations"],
        summary="Before and after an annotation",
        description="The whole days after it against as many before, weekday by weekday. An annotation of a day is one "
        "of the days after; the day of a moment is on neither side. `p_value`: an exact randomisation test of the "
        "paired daily values, corrected by Holm's method for the number of metrics; null where too few days have a "
        "value. `changes` is empty until the days after are over.",
        parameters=[
            OpenApiParameter("annotation_id", OpenApiTypes.UUID, OpenApiParameter.PATH),
            documentation.parameter("days", "How many.", type=OpenApiTypes.INT, enum=LENGTHS, default=DEFAULT_DAYS),
            *documentation.FILTERS,
        ],
        responses=documentation.answer(
            "AnnotationImpact",
            {
                "days": serializers.IntegerField(),
                "before": _RANGE,
                "after": _RANGE,
                "complete_on": serializers.DateField(help_text="When the days after are over."),
                "is_complete": serializers.BooleanField(),
                "changes": serializers.ListField(child=serializers.DictField()),
                "test": serializers.DictField(),
            },
            _EXAMPLE,
        ),
    )
    def get(self, request: Request, project_id: UUID, annotation_id: UUID) -> Response:
        question = self.question(request, project_id)
        project = self.asked_of
        found = annotations.seen_through(Viewing(project, who(request)))
        annotation = get_object_or_404(found, pk=annotation_id)
        compared = impact(annotation, project, question, self.params, clock.now())
        return Response({"project_id": str(project.pk), **_listed(compared)})


def _listed(compared: BeforeAfter) -> dict[str, Any]:
    return {
        "days": compared.days,
        "before": _days(compared.before),
        "after": _days(compared.after),
        "complete_on": compared.complete_on.isoformat(),
        "is_complete": compared.is_complete,
        "changes": [
            {
                "metric": each.metric,
                "before": each.before,
                "after": each.after,
                "change": each.change,
                "p_value": each.p_value,
                "is_more_than_noise": each.is_more_than_noise,
            }
            for each in compared.changes
        ],
        "test": {"name": "sign_flip", "correction": "holm", "level": LEVEL},
    }


def _days(period: Period) -> list[str]:
    return [period.first_day.isoformat(), (period.end.date() - timedelta(days=1)).isoformat()]
