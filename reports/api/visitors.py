"""Visitors one by one. A visitor is a number that no one can trace back to a person; no address, no user agent."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.http import QueryDict
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from analytics_pulse import clock
from analytics_pulse.problems import Problem
from reports.api import documentation, pages, raw_events
from reports.api.base import StatsView
from reports.params import InvalidParams, Question, fault, integer
from reports.period_address import FIRST_DAY, LAST_DAY
from tracking import identity
from tracking.storage import event_log, users, visitors
from tracking.storage.event_log import EventPlace
from tracking.storage.people import People
from tracking.storage.spec import Period
from tracking.storage.users import SeenUser
from tracking.storage.visitors import SeenVisitor

MAX_MINUTES = 24 * 60
# An event that arrives now may have occurred in a moment, by its sender's clock.
SLACK = timedelta(minutes=1)
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


BY = documentation.parameter(
    "by",
    "Whether people are visitors, or users: `user_id` lists those whom the site names by a user id of its own, also in "
    "cookieless mode.",
    enum=list(People),
    default=str(People.VISITORS),
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
        f"by page: `next` is the URL of the page after this one. {raw_events.ABOUT_IDS}",
        parameters=[
            documentation.parameter(
                "minutes",
                f"The last so many minutes, 1 to {MAX_MINUTES}, in place of a period.",
                type=OpenApiTypes.INT,
            ),
            BY,
            *documentation.QUESTION,
            documentation.LIMIT,
            documentation.CURSOR,
        ],
        responses=documentation.answer(
            "ActiveUsers",
            {
                "date_range": raw_events.RANGE_SHAPE,
                "results": serializers.ListField(child=serializers.DictField()),
                "next": documentation.NEXT_SHAPE,
                "meta": raw_events.META_SHAPE,
            },
            {
                "project_id": documentation.PROJECT_ID,
                "date_range": raw_events.RANGE_EXAMPLE,
                "results": [VISITOR_EXAMPLE],
                "next": None,
                "meta": raw_events.META_EXAMPLE | {"total_rows": 1},
            },
        ),
    )
    def get(self, request: Request, project_id: UUID) -> Response:
        question = self.question(request, project_id, default="today")
        period = self._period(question)
        limit = pages.limit(self.params)
        if people(self.params) is People.USERS:
            return self._users(request, question, period, limit)
        found = visitors.visitors(question.project, period, question.conditions, limit=limit + 1, after=self._place())
        rows = [_visitor(each, period) for each in found.rows[:limit]]
        following = None
        if len(found.rows) > limit:
            last = found.rows[limit - 1]
            following = pages.url(request, cursor=pages.cursor_of(last.last_seen_at, identity.shown(last.visitor_id)))
        meta = raw_events.meta(question.project) | {"total_rows": found.total}
        return Response(raw_events.answer(question, period, rows, following, meta))

    def _users(self, request: Request, question: Question, period: Period, limit: int) -> Response:
        place = pages.place(self.params)
        if place and "\0" in place[1]:
            raise pages.invalid_cursor()
        found = users.users(question.project, period, question.conditions, limit=limit + 1, after=place)
        following = None
        if len(found.rows) > limit:
            following = pages.url(request, cursor=pages.cursor_of(*found.rows[limit - 1].place))
        rows = [_user(each, period) for each in found.rows[:limit]]
        meta = {"source": "events", "warnings": [], "total_rows": found.total}
        return Response(raw_events.answer(question, period, rows, following, meta))

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
        f"after this one. {raw_events.ABOUT_IDS}",
        parameters=[
            OpenApiParameter(
                "visitor",
                str,
                OpenApiParameter.PATH,
                description="`visitor` of `/users/active`: 16 hex digits; with `by=user_id` the user id.",
            ),
            BY,
            *documentation.QUESTION,
            documentation.LIMIT,
            documentation.CURSOR,
        ],
        responses=documentation.answer(
            "UserEvents",
            {
                "date_range": raw_events.RANGE_SHAPE,
                "visitor": serializers.CharField(),
                "results": serializers.ListField(child=serializers.DictField()),
                "next": documentation.NEXT_SHAPE,
                "meta": raw_events.META_SHAPE,
            },
            {
                "project_id": documentation.PROJECT_ID,
                "date_range": raw_events.RANGE_EXAMPLE,
                "visitor": VISITOR_EXAMPLE["visitor"],
                "results": [raw_events.EVENT_EXAMPLE],
                "next": None,
                "meta": raw_events.META_EXAMPLE,
            },
        ),
    )
    def get(self, request: Request, project_id: UUID, visitor: str) -> Response:
        question = self.question(request, project_id)
        limit, after = pages.limit(self.params), raw_events.place(self.params)
        period = question.period.period
        if people(self.params) is People.USERS:
            return self._of_user(request, question, visitor, limit, after)
        try:
            visitor_id = identity.parse_shown(visitor)
        except ValueError:
            raise UnknownVisitor from None
        found = visitors.timeline(
            question.project, period, visitor_id, question.conditions, limit=limit + 1, after=after
        )
        if not found and not visitors.is_known(question.project, period, visitor_id):
            raise UnknownVisitor
        answer = raw_events.listed(request, question, found, limit)
        return Response(answer | {"visitor": identity.shown(visitor_id)})

    def _of_user(
        self, request: Request, question: Question, user_id: str, limit: int, after: EventPlace | None
    ) -> Response:
        if "\0" in user_id:
            raise UnknownVisitor
        found = event_log.latest(
            question.project, question.period.period, question.conditions, limit=limit + 1, after=after, user_id=user_id
        )
        if not found and after is None:
            raise UnknownVisitor
        answer = raw_events.listed(request, question, found, limit)
        return Response(answer | {"visitor": user_id})


def people(params: QueryDict) -> People:
    """Who is meant by people. Raises InvalidParams."""
    by = params.get("by") or People.VISITORS
    if by not in tuple(People):
        raise InvalidParams(errors=[fault("by", "unknown_identity", f"one of {', '.join(People)}")])
    return People(by)


def _user(seen: SeenUser, period: Period) -> dict[str, Any]:
    return {
        "user_id": seen.user_id,
        "first_seen_at": raw_events.time(seen.first_seen_at, period),
        "last_seen_at": raw_events.time(seen.last_seen_at, period),
        "visits": seen.visits,
        "pageviews": seen.pageviews,
        "events": seen.events,
    }


def _visitor(seen: SeenVisitor, period: Period) -> dict[str, Any]:
    return {
        "visitor": identity.shown(seen.visitor_id),
        "first_seen_at": raw_events.time(seen.first_seen_at, period),
        "last_seen_at": raw_events.time(seen.last_seen_at, period),
        "visits": seen.visits,
        "pageviews": seen.pageviews,
        "events": seen.events,
        "country": seen.country,
        "device": seen.device,
        "current_page": seen.current_page,
        "user_id": seen.user_id,
    }
