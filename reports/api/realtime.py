"""Who is there now, over the API."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any
from uuid import UUID

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from analytics_pulse import clock
from reports import params, realtime
from reports.api import documentation, pages
from reports.api.base import StatsView
from reports.realtime import MAX_FEED, SERIES, Recent
from tracking.realtime.details import DIMENSIONS, Value
from tracking.realtime.reading import Window

# By dimension: what its list is called.
LISTS = dict(zip(DIMENSIONS, ("pages", "sources", "countries", "devices"), strict=True))
_ESTIMATED = {
    "code": "sampled",
    "detail": "The numbers by page, source, country and device are made of a part of the visitors, chosen at random.",
}
_PARTIAL = {
    "code": "values_capped",
    "detail": "Events whose page or source has over 300 characters are in no list.",
}
DEFAULT_FEED = 30
FEED_EXAMPLE = {
    "event_id": "7a1d0cf0-58c6-4c15-9d3e-0f9b3f7ee0c4",
    "occurred_at": "2026-11-20T08:40:01+00:00",
    "event_type": "custom",
    "event_name": "Signup",
    "page": "/pricing",
    "source": "Google",
    "country": "DE",
    "browser": "Firefox",
    "device": "desktop",
}
_ROWS = serializers.ListField(child=serializers.DictField(), help_text="most visitors first, at most 10")
PARAMETERS = [
    documentation.parameter(
        "window",
        "With it the answer has `windows` too: the last half hour by the minute (`1m`), the last day by five minutes "
        "(`5m`) or the last two days by the hour (`1h`).",
        enum=list(SERIES),
    )
]
RESPONSES = documentation.answer(
    "Realtime",
    {
        "as_of": serializers.DateTimeField(),
        "active_visitors": serializers.IntegerField(),
        "pageviews": serializers.IntegerField(),
        "minutes": serializers.ListField(child=serializers.DictField(), help_text="oldest first"),
        **dict.fromkeys(LISTS.values(), _ROWS),
        "windows": serializers.ListField(
            child=serializers.DictField(), required=False, help_text="oldest first, the one under way last"
        ),
        "meta": documentation.META_SHAPE,
    },
    {
        "project_id": "8f14e45f-ceea-467f-9bd0-3f6f0b1d2c3a",
        "as_of": "2026-11-20T08:40:02Z",
        "active_visitors": 3,
        "pageviews": 14,
        "minutes": [{"time": "2026-11-20T08:40:00Z", "pageviews": 2}],
        "pages": [{"page": "/pricing", "visitors": 2, "pageviews": 5}],
        "sources": [{"source": "Google", "visitors": 2, "pageviews": 9}],
        "countries": [{"country": "DE", "visitors": 3, "pageviews": 14}],
        "devices": [{"device": "desktop", "visitors": 3, "pageviews": 14}],
        "meta": {"source": "windows", "warnings": []},
    },
)


class RealtimeView(StatsView):
    @extend_schema(
        tags=["Statistics"],
        summary="The last minutes",
        description="Visitors of the last 5 minutes, and pageviews, pages, sources, countries and devices of the last "
        "30: of the minute under way and the 5 and 29 before it. `meta.source` is `windows` where the numbers were "
        "counted as the events came in (visitors are then estimated, to 1 % where they are many), `events` where they "
        "were read from the events.",
        parameters=PARAMETERS,
        responses=RESPONSES,
    )
    def get(self, request: Request, project_id: UUID) -> Response:
        project, now = params.ref(self.project(request, project_id)), clock.now()
        window = self._window()
        recent = realtime.recent(project, now)
        answer: dict[str, Any] = {
            "project_id": str(project.id),
            "as_of": now.isoformat(),
            "active_visitors": recent.active_visitors,
            "pageviews": sum(views for _, views in recent.minutes),
            "minutes": [{"time": start.isoformat(), "pageviews": views} for start, views in recent.minutes],
        }
        for dimension, name in LISTS.items():
            answer[name] = _rows(dimension, recent.top[dimension])
        warnings = _warnings(recent)
        meta: dict[str, Any] = {"source": recent.source, "warnings": warnings}
        if window:
            windows, meta["windows_source"] = realtime.series(project, window, now)
            answer["windows"] = [_window(each) for each in windows]
        return Response(answer | {"meta": meta})

    def _window(self) -> str:
        """Its name, or "" when none is asked for. Raises InvalidParams."""
        name = self.params.get("window", "")
        if name and name not in SERIES:
            fault = params.fault("window", "unknown_window", f"one of {', '.join(SERIES)}")
            raise params.InvalidParams(errors=[fault])
        return name


class RealtimeEventsView(StatsView):
    @extend_schema(
        tags=["Statistics"],
        summary="The last events",
        description="What people did in the last 30 minutes, the latest first: events of all types but those that a "
        "page sends by itself. Without anything that tells one visitor from another. A new event is in it within "
        "seconds; ask every two seconds at most.",
        parameters=[
            documentation.parameter("limit", f"1 to {MAX_FEED}.", type=OpenApiTypes.INT, default=DEFAULT_FEED),
        ],
        responses=documentation.answer(
            "RealtimeEvents",
            {"as_of": serializers.DateTimeField(), "results": serializers.ListField(child=serializers.DictField())},
            {
                "project_id": documentation.PROJECT_ID,
                "as_of": "2026-11-20T08:40:02Z",
                "results": [FEED_EXAMPLE],
            },
        ),
    )
    def get(self, request: Request, project_id: UUID) -> Response:
        project, now = params.ref(self.project(request, project_id)), clock.now()
        limit = pages.limit(self.params, DEFAULT_FEED, at_most=MAX_FEED)
        rows = [
            asdict(each) | {"event_id": str(each.event_id), "occurred_at": each.occurred_at.isoformat()}
            for each in realtime.feed(project, now)[:limit]
        ]
        return Response({"project_id": str(project.id), "as_of": now.isoformat(), "results": rows})


def _warnings(recent: Recent) -> list[dict[str, str]]:
    said = ((recent.is_estimated, _ESTIMATED), (recent.is_partial, _PARTIAL))
    return [warning for holds, warning in said if holds]


def _rows(dimension: str, values: Sequence[Value]) -> list[dict[str, Any]]:
    return [{dimension: each.name, "visitors": each.visitors, "pageviews": each.pageviews} for each in values]


def _window(window: Window) -> dict[str, Any]:
    return {
        "time": window.start.isoformat(),
        "visitors": window.visitors,
        "pageviews": window.pageviews,
        "events": window.events,
    }
