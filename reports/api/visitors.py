"""Visitors one by one. A visitor is a number that no one can trace back to a person; no address, no user agent."""

from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from analytics_pulse import clock
from analytics_pulse.problems import Problem
from reports.api import documentation, pages
from reports.api.base import StatsView
from reports.params import FIRST_DAY, LAST_DAY, InvalidParams, Question, fault, integer
from tracking import identity
from tracking.storage import visitors
from tracking.storage.spec import Period, ProjectRef
from tracking.storage.visitors import SeenVisitor, VisitorEvent

MAX_MINUTES = 24 * 60
# An event that arrives now may have occurred in a moment, by its sender's clock.
SLACK = timedelta(minutes=1)
ONE_DAY = {
    "code": "visitor_ids_of_one_day",
    "detail": "In cookieless mode a visitor's id changes at 00:00 UTC: who comes back another day has another one.",
}
META_SHAPE = serializers.DictField(help_text="`total_rows` where it is known, `source`, and `warnings`.")
META_EXAMPLE = {"source": "events", "warnings": [ONE_DAY]}
RANGE_SHAPE = serializers.ListField(child=serializers.DateTimeField(), help_text="[start, end)")
RANGE_EXAMPLE = ["2026-11-20T00:00:00+01:00", "2026-11-21T00:00:00+01:00"]
VISITOR_EXAMPLE = {
    "visitor": "0f3c9a1b22d4e5f6",
    "first_seen_at": "2026-11-20T10:58:12+01:00",
    "last_seen_at": "2026-11-20T11:04:40+01:00",
    "visits": 1,
    "pageviews": 3,
    "events": 1,
    "country": "DE",
    "device": "desktop",
    "current_page": "/pricing",
    "user_id": "",
}
EVENT_EXAMPLE = {
    "event_id": "7a1d0cf0-58c6-4c15-9d3e-0f9b3f7ee0c4",
    "occurred_at": "2026-11-20T11:04:40+01:00",
    "visit": "5be1f00d00c0ffee",
    "event_type": "custom",
    "event_name": "Signup",
    "hostname": "example.com",
    "page": "/pricing",
    "title": "Pricing",
    "referrer": "www.google.com",
    "source": "Google",
    "country": "DE",
    "device": "desktop",
    "user_id": "",
    "properties": {"plan": "pro"},
    "value": None,
    "currency": "",
    "engaged_ms": None,
    "scroll_depth": None,
}
ABOUT_IDS = (
    "A visitor is shown as 16 hex digits. In cookieless mode the id changes at 00:00 UTC, so that nobody can be "
    "followed from one day to the next; with `anonymous_id` it stays for as long as the browser keeps it."
)


class UnknownVisitor(Problem):
    status_code = status.HTTP_404_NOT_FOUND
    code = "unknown_visitor"
    title = "There is no such visitor in this period"


class ActiveUsersView(StatsView):
    @extend_schema(
        tags=["Statistics"],
        summary="Visitors one by one",
        description="Who was there in the period (by default today) or in the last minutes, the last seen first, page "
        f"by page: `next` is the URL of the page after this one. {ABOUT_IDS}",
        parameters=[
            documentation.parameter(
                "minutes",
                f"The last so many minutes, 1 to {MAX_MINUTES}, in place of a period.",
                type=OpenApiTypes.INT,
            ),
            *documentation.QUESTION,
            documentation.LIMIT,
            documentation.CURSOR,
        ],
        responses=documentation.answer(
            "ActiveUsers",
            {
                "date_range": RANGE_SHAPE,
                "results": serializers.ListField(child=serializers.DictField()),
                "next": documentation.NEXT_SHAPE,
                "meta": META_SHAPE,
            },
            {
                "project_id": documentation.PROJECT_ID,
                "date_range": RANGE_EXAMPLE,
                "results": [VISITOR_EXAMPLE],
                "next": None,
                "meta": META_EXAMPLE | {"total_rows": 1},
            },
        ),
    )
    def get(self, request: Request, project_id: UUID) -> Response:
        question = self.question(request, project_id, default="today")
        period = self._period(question)
        limit = pages.limit(self.params)
        found = visitors.visitors(question.project, period, question.conditions, limit=limit + 1, after=self._place())
        rows = [_visitor(each, period) for each in found.rows[:limit]]
        following = None
        if len(found.rows) > limit:
            last = found.rows[limit - 1]
            following = pages.url(request, cursor=pages.cursor_of(last.last_seen_at, identity.shown(last.visitor_id)))
        meta = _meta(question.project) | {"total_rows": found.total}
        return Response(_answer(question, period, rows, following, meta))

    def _period(self, question: Question) -> Period:
        if "minutes" not in self.params:
            return question.period.period
        others = [name for name in ("period", *FIRST_DAY, *LAST_DAY) if self.params.get(name)]
        if others:
            raise InvalidParams(errors=[fault("minutes", "not_together", f"either minutes or {others[0]}")])
        minutes = integer(self.params, "minutes", 0, at_least=1, at_most=MAX_MINUTES)
        now = clock.now().astimezone(question.project.zone)
        return Period(now - timedelta(minutes=minutes), now + SLACK, question.project.zone)

    def _place(self) -> visitors.VisitorPlace | None:
        cursor = pages.place(self.params)
        try:
            return cursor and (cursor[0], identity.parse_shown(cursor[1]))
        except ValueError:
            raise pages.invalid_cursor() from None


class UserEventsView(StatsView):
    @extend_schema(
        tags=["Statistics"],
        summary="What a visitor did",
        description="The visitor's events in the period, the latest first, page by page: `next` is the URL of the page "
        f"after this one. {ABOUT_IDS}",
        parameters=[
            OpenApiParameter(
                "visitor", str, OpenApiParameter.PATH, description="`visitor` of `/users/active`: 16 hex digits."
            ),
            *documentation.QUESTION,
            documentation.LIMIT,
            documentation.CURSOR,
        ],
        responses=documentation.answer(
            "UserEvents",
            {
                "date_range": RANGE_SHAPE,
                "visitor": serializers.CharField(),
                "results": serializers.ListField(child=serializers.DictField()),
                "next": documentation.NEXT_SHAPE,
                "meta": META_SHAPE,
            },
            {
                "project_id": documentation.PROJECT_ID,
                "date_range": RANGE_EXAMPLE,
                "visitor": VISITOR_EXAMPLE["visitor"],
                "results": [EVENT_EXAMPLE],
                "next": None,
                "meta": META_EXAMPLE,
            },
        ),
    )
    def get(self, request: Request, project_id: UUID, visitor: str) -> Response:
        question = self.question(request, project_id)
        limit, after = pages.limit(self.params), self._place()
        period = question.period.period
        try:
            visitor_id = identity.parse_shown(visitor)
        except ValueError:
            raise UnknownVisitor from None
        found = visitors.timeline(
            question.project, period, visitor_id, question.conditions, limit=limit + 1, after=after
        )
        if not found and not visitors.is_known(question.project, period, visitor_id):
            raise UnknownVisitor
        following = None
        if len(found) > limit:
            last = found[limit - 1]
            following = pages.url(request, cursor=pages.cursor_of(last.occurred_at, str(last.event_id)))
        rows = [_event(each, period) for each in found[:limit]]
        answer = _answer(question, period, rows, following, _meta(question.project))
        return Response(answer | {"visitor": identity.shown(visitor_id)})

    def _place(self) -> visitors.EventPlace | None:
        cursor = pages.place(self.params)
        try:
            return cursor and (cursor[0], UUID(cursor[1]))
        except ValueError:
            raise pages.invalid_cursor() from None


def _answer(
    question: Question, period: Period, rows: list[dict[str, Any]], following: str | None, meta: dict[str, Any]
) -> dict[str, Any]:
    return {
        "project_id": str(question.project.id),
        "date_range": [_time(period.start, period), _time(period.end, period)],
        "results": rows,
        "next": following,
        "meta": meta,
    }


def _meta(project: ProjectRef) -> dict[str, Any]:
    return {"source": "events", "warnings": [ONE_DAY] if project.is_cookieless else []}


def _visitor(seen: SeenVisitor, period: Period) -> dict[str, Any]:
    return {
        "visitor": identity.shown(seen.visitor_id),
        "first_seen_at": _time(seen.first_seen_at, period),
        "last_seen_at": _time(seen.last_seen_at, period),
        "visits": seen.visits,
        "pageviews": seen.pageviews,
        "events": seen.events,
        "country": seen.country,
        "device": seen.device,
        "current_page": seen.current_page,
        "user_id": seen.user_id,
    }


def _event(event: VisitorEvent, period: Period) -> dict[str, Any]:
    fields = asdict(event)
    session_id = fields.pop("session_id")
    return fields | {
        "event_id": str(event.event_id),
        "occurred_at": _time(event.occurred_at, period),
        "visit": identity.shown(session_id),
    }


def _time(at: datetime, period: Period) -> str:
    """In the project's zone."""
    return at.astimezone(period.zone).isoformat()
