"""/api/v1/projects/{id}/quarantine: what was screened out, to read, restore and drop by program."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import msgspec
import redis
from drf_spectacular.utils import OpenApiExample, extend_schema, inline_serializer
from kombu.exceptions import OperationalError
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from analytics_pulse import clock
from projects.access import get_project_for
from projects.api import documentation
from projects.api.documentation import problem
from projects.authentication import who
from projects.models import Project, Role
from tracking import quarantine
from tracking.keys import Unavailable
from tracking.quarantine import Selection
from tracking.quarantine_form import cursor_of, parse_cursor
from tracking.reasons import Reason
from tracking.storage import quarantine as stored
from tracking.storage.base import QueryTooLarge, StoreUnavailable
from tracking.storage.quarantine import Place, Quarantined
from tracking.tasks import drop_quarantined, restore_quarantined
from tracking.validation import MAX_AHEAD

MAX_IDS = 1_000
_DEFAULT_ROWS, _MAX_ROWS = 50, 200
_EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
_AWAY = problem(503, "unavailable", "The service is not available at the moment: try again", "See `Retry-After`.")


class RangeSerializer(serializers.Serializer[Any]):
    """[start, end) of when the events occurred; absent: from the first, to the last."""

    reason = serializers.ChoiceField([reason.value for reason in Reason], required=False, help_text="Absent: any.")
    start = serializers.DateTimeField(required=False)
    end = serializers.DateTimeField(required=False, help_text="Not included.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if "start" in attrs and "end" in attrs and attrs["end"] <= attrs["start"]:
            raise serializers.ValidationError({"end": ["must be after start"]}, "range")
        return attrs

    def selection(self, project: Project) -> Selection:
        asked = self.validated_data
        end = asked.get("end", clock.now() + MAX_AHEAD)
        return Selection(project.pk, asked.get("start", _EARLIEST), end, asked.get("reason", ""))


class QuarantinePageSerializer(RangeSerializer):
    limit = serializers.IntegerField(required=False, min_value=1, max_value=_MAX_ROWS, default=_DEFAULT_ROWS)
    cursor = serializers.CharField(required=False, max_length=100, help_text="`next` of the page before.")

    def validate_cursor(self, text: str) -> Place:
        try:
            return parse_cursor(text)
        except ValueError:
            raise serializers.ValidationError("is not the `next` of a page", "cursor") from None


class QuarantineChoiceSerializer(RangeSerializer):
    """Either event_ids, or all of a range with `all: true`."""

    event_ids = serializers.ListField(child=serializers.UUIDField(), required=False, max_length=MAX_IDS)
    all = serializers.BooleanField(required=False, default=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if bool(attrs.get("event_ids")) == attrs["all"]:
            raise serializers.ValidationError("Say which: either event_ids, or all: true.", "choice")
        return super().validate(attrs)


_LISTED = inline_serializer(
    "QuarantinedEvent",
    {
        "event_id": serializers.UUIDField(),
        "occurred_at": serializers.DateTimeField(),
        "received_at": serializers.DateTimeField(),
        "reason": serializers.ChoiceField([reason.value for reason in Reason]),
        "detail": serializers.CharField(help_text="What it was about: the user agent, the country, the error."),
        "user_agent": serializers.CharField(),
        "country": serializers.CharField(),
        "event": serializers.DictField(allow_null=True, help_text="As it was accepted. There is no address in it."),
    },
    many=True,
)
_PAGE = inline_serializer("QuarantinePage", {"results": _LISTED, "next": serializers.CharField(allow_null=True)})
_EXAMPLE_PAGE = OpenApiExample(
    "A crawler",
    {
        "results": [
            {
                "event_id": "0b8f2f0a-6b1e-4f0e-9d0c-1f6f0a3f6c11",
                "occurred_at": "2026-11-20T13:37:00+00:00",
                "received_at": "2026-11-20T13:37:01+00:00",
                "reason": "bot",
                "detail": "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
                "user_agent": "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
                "country": "US",
                "event": {"event_type": "pageview", "url": "https://example.com/pricing"},
            }
        ],
        "next": None,
    },
    response_only=True,
    status_codes=["200"],
)
_CHOICES = [
    OpenApiExample("Some", {"event_ids": ["0b8f2f0a-6b1e-4f0e-9d0c-1f6f0a3f6c11"]}, request_only=True),
    OpenApiExample("All of a reason", {"all": True, "reason": "country"}, request_only=True),
]


def _done(name: str, **answer: int) -> OpenApiExample:
    return OpenApiExample(name, answer, response_only=True, status_codes=["202"])


class _QuarantineView(APIView):
    """Needs the role of an editor, or the scope `manage`."""

    def project(self, request: Request, project_id: UUID) -> Project:
        return get_project_for(who(request), project_id, Role.EDITOR)

    def choice(self, request: Request) -> QuarantineChoiceSerializer:
        serializer = QuarantineChoiceSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        return serializer

    def handle_exception(self, exc: Exception) -> Response:
        if isinstance(exc, (redis.RedisError, OperationalError, StoreUnavailable, QueryTooLarge)):
            exc = Unavailable(headers={"Retry-After": "5"})
        return super().handle_exception(exc)


class QuarantineView(_QuarantineView):
    @extend_schema(
        operation_id="quarantine_list",
        tags=["Quarantine"],
        summary="List quarantined events",
        description="The latest first.",
        parameters=[QuarantinePageSerializer],
        responses={200: _PAGE, 400: documentation.INVALID, **documentation.READING_ONE, 503: _AWAY},
        examples=[_EXAMPLE_PAGE],
    )
    def get(self, request: Request, project_id: UUID) -> Response:
        project = self.project(request, project_id)
        serializer = QuarantinePageSerializer(data=request.GET)
        serializer.is_valid(raise_exception=True)
        limit, selection = serializer.validated_data["limit"], serializer.selection(project)
        rows = stored.list_quarantined(
            project.pk,
            selection.start,
            selection.end,
            reason=selection.reason,
            limit=limit + 1,
            before=serializer.validated_data.get("cursor"),
        )
        shown = rows[:limit]
        return Response(
            {
                "results": [_listed(row) for row in shown],
                "next": cursor_of(shown[-1].place) if len(rows) > limit else None,
            }
        )


class QuarantineRestoreView(_QuarantineView):
    @extend_schema(
        operation_id="quarantine_restore",
        tags=["Quarantine"],
        summary="Restore quarantined events",
        description="They go through the pipeline again, past the screening, and are counted when they happened. Each "
        "is in the quarantine until it is stored, so asking twice is harmless. What is still faulty comes back with "
        "its new error. `restoring`: how many are on their way; null for `all`, which goes on in the background.",
        request=QuarantineChoiceSerializer,
        responses={
            202: inline_serializer("Restoring", {"restoring": serializers.IntegerField(allow_null=True)}),
            **documentation.WRITING,
            503: _AWAY,
        },
        examples=[*_CHOICES, _done("On their way", restoring=1)],
    )
    def post(self, request: Request, project_id: UUID) -> Response:
        project = self.project(request, project_id)
        choice = self.choice(request)
        count = None
        if choice.validated_data["all"]:
            restore_quarantined.apply_async((choice.selection(project).encode(),), retry=False)
        else:
            count = quarantine.restore(project.pk, choice.validated_data["event_ids"], now=clock.now())
        return Response({"restoring": count}, status=202)


class QuarantineDropView(_QuarantineView):
    @extend_schema(
        operation_id="quarantine_drop",
        tags=["Quarantine"],
        summary="Delete quarantined events",
        description="For good. `dropped`: how many are gone; null for `all`, which goes on in the background.",
        request=QuarantineChoiceSerializer,
        responses={
            202: inline_serializer("Dropped", {"dropped": serializers.IntegerField(allow_null=True)}),
            **documentation.WRITING,
            503: _AWAY,
        },
        examples=[*_CHOICES, _done("Gone", dropped=1)],
    )
    def post(self, request: Request, project_id: UUID) -> Response:
        project = self.project(request, project_id)
        choice = self.choice(request)
        count = None
        if choice.validated_data["all"]:
            drop_quarantined.apply_async((choice.selection(project).encode(),), retry=False)
        else:
            count = stored.drop(project.pk, choice.validated_data["event_ids"])
        return Response({"dropped": count}, status=202)


def _listed(row: Quarantined) -> dict[str, Any]:
    envelope = quarantine.envelope_of(row)
    event = envelope and {
        name: value for name, value in msgspec.structs.asdict(envelope.events[0]).items() if value not in (None, "")
    }
    return {
        "event_id": str(row.event_id),
        "occurred_at": row.occurred_at.isoformat(),
        "received_at": row.received_at.isoformat(),
        "reason": row.reason,
        "detail": row.detail,
        "user_agent": envelope.user_agent if envelope else "",
        "country": envelope.country if envelope else "",
        "event": msgspec.to_builtins(event),
    }
