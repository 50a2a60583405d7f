"""Events one by one, as they are stored; and what answers about single events and visitors have in common."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import QueryDict
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from reports.api import documentation, pages
from reports.api.base import StatsView
from reports.params import Question
from tracking import identity
from tracking.storage import event_log
from tracking.storage.event_log import EventPlace, LoggedEvent
from tracking.storage.spec import Period, ProjectRef

ONE_DAY = {
    "code": "visitor_ids_of_one_day",
    "detail": "In cookieless mode a visitor's id changes at 00:00 UTC: who comes back another day has another one.",
}
ABOUT_IDS = (
    "A visitor is shown as 16 hex digits. In cookieless mode the id changes at 00:00 UTC, so that nobody can be "
    "followed from one day to the next; with `anonymous_id` it stays for as long as the browser keeps it."
)
META_SHAPE = serializers.DictField(help_text="`total_rows` where it is known, `source`, and `warnings`.")
META_EXAMPLE = {"source": "events", "warnings": [ONE_DAY]}
RANGE_SHAPE = serializers.ListField(child=serializers.DateTimeField(), help_text="[start, end)")
RANGE_EXAMPLE = ["2026-11-20T00:00:00+01:00", "2026-11-21T00:00:00+01:00"]
EVENT_EXAMPLE = {
    "event_id": "7a1d0cf0-58c6-4c15-9d3e-0f9b3f7ee0c4",
    "occurred_at": "2026-11-20T11:04:40+01:00",
    "visitor": "0f3c9a1b22d4e5f6",
    "visit": "5be1f00d00c0ffee",
    "event_type": "custom",
    "event_name": "Signup",
    "hostname": "example.com",
    "page": "/pricing",
    "title": "Pricing",
    "referrer": "www.google.com",
    "source": "Google",
    "country": "DE",
    "browser": "Firefox",
    "os": "Windows",
    "device": "desktop",
    "user_id": "",
    "properties": {"plan": "pro"},
    "value": None,
    "currency": "",
    "engaged_ms": None,
    "scroll_depth": None,
}


class RawEventsView(StatsView):
    @extend_schema(
        tags=["Statistics"],
        summary="Events one by one",
        description="The events of the period for which the filters hold, the latest first, page by page: `next` is "
        "the URL of the page after this one. Of all types, unless a filter on `event_type` says otherwise. For many of "
        f"them, make an export. {ABOUT_IDS}",
        parameters=[*documentation.QUESTION, documentation.LIMIT, documentation.CURSOR],
        responses=documentation.answer(
            "RawEvents",
            {
                "date_range": RANGE_SHAPE,
                "results": serializers.ListField(child=serializers.DictField()),
                "next": documentation.NEXT_SHAPE,
                "meta": META_SHAPE,
            },
            {
                "project_id": documentation.PROJECT_ID,
                "date_range": RANGE_EXAMPLE,
                "results": [EVENT_EXAMPLE],
                "next": None,
                "meta": META_EXAMPLE,
            },
        ),
    )
    def get(self, request: Request, project_id: UUID) -> Response:
        question = self.question(request, project_id)
        limit, after = pages.limit(self.params), place(self.params)
        found = event_log.latest(
            question.project, question.period.period, question.conditions, limit=limit + 1, after=after
        )
        return Response(listed(request, question, found, limit))


def listed(request: Request, question: Question, found: Sequence[LoggedEvent], limit: int) -> dict[str, Any]:
    """The answer with the first `limit` of the events that were found: one more says that there are more."""
    period = question.period.period
    following = None
    if len(found) > limit:
        last = found[limit - 1]
        following = pages.url(request, cursor=pages.cursor_of(last.occurred_at, str(last.event_id)))
    rows = [event(each, period) for each in found[:limit]]
    return answer(question, period, rows, following, meta(question.project))


def answer(
    question: Question, period: Period, rows: list[dict[str, Any]], following: str | None, meta: dict[str, Any]
) -> dict[str, Any]:
    return {
        "project_id": str(question.project.id),
        "date_range": [time(period.start, period), time(period.end, period)],
        "results": rows,
        "next": following,
        "meta": meta,
    }


def meta(project: ProjectRef) -> dict[str, Any]:
    return {"source": "events", "warnings": [ONE_DAY] if project.is_cookieless else []}


def place(params: QueryDict) -> EventPlace | None:
    """Where the page begins. Raises InvalidParams."""
    cursor = pages.place(params)
    try:
        return cursor and (cursor[0], UUID(cursor[1]))
    except ValueError:
        raise pages.invalid_cursor() from None


def time(at: datetime, period: Period) -> str:
    """In the project's zone."""
    return at.astimezone(period.zone).isoformat()


def event(event: LoggedEvent, period: Period) -> dict[str, Any]:
    fields = asdict(event)
    session_id, visitor_id = fields.pop("session_id"), fields.pop("visitor_id")
    return fields | {
        "event_id": str(event.event_id),
        "occurred_at": time(event.occurred_at, period),
        "visitor": identity.shown(visitor_id),
        "visit": identity.shown(session_id),
    }
