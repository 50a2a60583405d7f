"""Visits over the API: the list, and one of them with its events."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from analytics_pulse import clock
from analytics_pulse.problems import Problem
from reports.api import documentation, pages, raw_events
from reports.api.base import StatsView
from reports.goal_names import GoalNames
from reports.params import ref
from reports.visits import asked
from tracking import identity
from tracking.storage import visit_list
from tracking.storage.spec import Period, ProjectRef
from tracking.storage.visit_events import visit_events
from tracking.storage.visit_list import ListedVisit, Reached

MOST_EVENTS = 1000
VISIT_EXAMPLE = {
    "visit": "5be1f00d00c0ffee",
    "visitor": "0f3c9a1b22d4e5f6",
    "user_id": "",
    "started_at": "2026-11-20T10:58:12+01:00",
    "ended_at": "2026-11-20T11:04:40+01:00",
    "duration_s": 388.0,
    "hostname": "example.com",
    "entry_page": "/",
    "exit_page": "/pricing",
    "pageviews": 3,
    "events": 1,
    "engaged_ms": 92000,
    "is_bounce": False,
    "referrer": "www.google.com",
    "source": "Google",
    "channel": "Organic Search",
    "utm_source": "",
    "utm_medium": "",
    "utm_campaign": "",
    "country": "DE",
    "region": "Berlin",
    "city": "Berlin",
    "browser": "Firefox",
    "os": "Windows",
    "device": "desktop",
    "language": "de",
    "goals": [{"goal_id": "9b2e7c1e-44ab-4a5b-a0a5-3f0d2c3b4a59", "name": "Signup"}],
}


class UnknownVisit(Problem):
    status_code = status.HTTP_404_NOT_FOUND
    code = "unknown_visit"
    title = "There is no such visit"


class VisitsView(StatsView):
    @extend_schema(
        operation_id="v1_projects_visits_list",  # the one of a single visit ends as this one would
        tags=["Statistics"],
        summary="Visits one by one",
        description="The visits that started in the period and have an event for which the filters hold, the latest "
        "first, page by page: `next` is the URL of the page after this one. `events` counts custom events; `goals` are "
        f"those that were reached in the visit. {raw_events.ABOUT_IDS}",
        parameters=[*documentation.QUESTION, documentation.LIMIT, documentation.CURSOR],
        responses=documentation.answer(
            "Visits",
            {
                "date_range": raw_events.RANGE_SHAPE,
                "results": serializers.ListField(child=serializers.DictField()),
                "next": documentation.NEXT_SHAPE,
                "meta": raw_events.META_SHAPE,
            },
            {
                "project_id": documentation.PROJECT_ID,
                "date_range": raw_events.RANGE_EXAMPLE,
                "results": [VISIT_EXAMPLE],
                "next": None,
                "meta": raw_events.META_EXAMPLE | {"source": "visits"},
            },
        ),
    )
    def get(self, request: Request, project_id: UUID) -> Response:
        question = self.question(request, project_id)
        limit, after, project = pages.limit(self.params), asked.place(self.params), question.project
        period = question.period.period
        found = visit_list.visits(project, period, question.conditions, limit=limit + 1, after=after)
        following = None
        if len(found) > limit:
            at, session_id = found[limit - 1].place
            following = pages.url(request, cursor=pages.cursor_of(at, identity.shown(session_id)))
        shown = found[:limit]
        reached, names = visit_list.reached(project.id, shown), GoalNames(project.id)
        rows = [_visit(each, period, reached.get(each.session_id, []), names) for each in shown]
        meta = raw_events.meta(project) | {"source": "visits"}
        return Response(raw_events.answer(question, period, rows, following, meta))


class VisitView(StatsView):
    @extend_schema(
        tags=["Statistics"],
        summary="One visit",
        description="What is known of a visit, and its events from the first to the last; of more than "
        f"{MOST_EVENTS:,} the last ones, and `is_cut` says so. The period plays no part.",
        parameters=[
            OpenApiParameter("visit", str, OpenApiParameter.PATH, description="`visit` of `/visits`: 16 hex digits.")
        ],
        responses=documentation.answer(
            "Visit",
            {
                "visit": serializers.DictField(),
                "events": serializers.ListField(child=serializers.DictField()),
                "is_cut": serializers.BooleanField(),
            },
            {
                "project_id": documentation.PROJECT_ID,
                "visit": VISIT_EXAMPLE,
                "events": [raw_events.EVENT_EXAMPLE],
                "is_cut": False,
            },
        ),
    )
    def get(self, request: Request, project_id: UUID, visit: str) -> Response:
        project: ProjectRef = ref(self.project(request, project_id))
        found = asked.visit(project.id, visit)
        if found is None:
            raise UnknownVisit
        now = clock.now()
        period = Period(now, now, project.zone)  # whose zone the times are told in
        events = visit_events(project, found, limit=MOST_EVENTS + 1)
        reached = visit_list.reached(project.id, [found]).get(found.session_id, [])
        return Response({
            "project_id": str(project.id),
            "visit": _visit(found, period, reached, GoalNames(project.id)),
            "events": [raw_events.event(each, period) for each in reversed(events[:MOST_EVENTS])],
            "is_cut": len(events) > MOST_EVENTS,
        })  # fmt: skip


def _visit(visit: ListedVisit, period: Period, reached: list[Reached], names: GoalNames) -> dict[str, Any]:
    ids = dict.fromkeys(str(each.goal_id) for each in reached)
    return {
        "visit": identity.shown(visit.session_id),
        "visitor": identity.shown(visit.visitor_id),
        "user_id": visit.user_id,
        "started_at": raw_events.time(visit.started_at, period),
        "ended_at": raw_events.time(visit.ended_at, period),
        "duration_s": visit.duration_s,
        "hostname": visit.hostname,
        "entry_page": visit.entry_page,
        "exit_page": visit.exit_page,
        "pageviews": visit.pageviews,
        "events": visit.custom_events,
        "engaged_ms": visit.engaged_ms,
        "is_bounce": visit.is_bounce,
        "referrer": visit.referrer,
        "source": visit.source,
        "channel": visit.channel,
        "utm_source": visit.utm_source,
        "utm_medium": visit.utm_medium,
        "utm_campaign": visit.utm_campaign,
        "country": visit.country,
        "region": visit.region,
        "city": visit.city,
        "browser": visit.browser,
        "os": visit.os,
        "device": visit.device,
        "language": visit.language,
        "goals": [{"goal_id": each, "name": names.by_id[each]} for each in ids if each in names.by_id],
    }
