"""GET /api/v1/projects/{id}/ledger: what became of every event, hour by hour."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.utils.dateparse import parse_date, parse_datetime
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from analytics_pulse import clock
from analytics_pulse.problems import Problem
from projects.access import get_project_for
from projects.api import documentation
from projects.authentication import who
from projects.models import Project
from tracking import ledger_report
from tracking.ledger_report import Line, Report
from tracking.storage.base import StoreUnavailable

DEFAULT = timedelta(days=1)
MOST = timedelta(days=31)


class InvalidParams(Problem):
    code = "invalid_parameters"
    title = "Some parameters are not valid"


class StoreAway(Problem):
    status_code = 503
    code = "store_unavailable"
    title = "The database cannot be reached at the moment"


class CountsSerializer(serializers.Serializer):
    accepted = serializers.IntegerField(help_text="Answered with 202. All of these together, but for `rejected`.")
    stored = serializers.IntegerField()
    duplicate = serializers.IntegerField(help_text="Sent before, and stored then.")
    quarantined = serializers.IntegerField(help_text="Screened out.")
    quarantined_by_reason = serializers.DictField(child=serializers.IntegerField())
    in_flight = serializers.IntegerField(help_text="On their way from the door to the store.")
    missing = serializers.IntegerField(help_text="Accepted and nowhere; negative: so many too many. 0 unless in a gap.")
    rejected = serializers.IntegerField(help_text="Refused with an error, never accepted.")
    rejected_by_code = serializers.DictField(child=serializers.IntegerField())


class HourSerializer(CountsSerializer):
    hour = serializers.DateTimeField(source="start")


class LedgerSerializer(serializers.Serializer):
    state = serializers.ChoiceField(["balanced", "in_flight", "gap", "empty"])
    sentence = serializers.CharField(help_text="The same for people.")
    total = CountsSerializer()
    hours = HourSerializer(many=True, help_text="Those in which anything was sent, oldest first.")


_COUNTS = {
    "accepted": 1042, "stored": 1030, "duplicate": 4, "quarantined": 8, "quarantined_by_reason": {"bot": 8},
    "in_flight": 0, "missing": 0, "rejected": 2, "rejected_by_code": {"too_old": 2},
}  # fmt: skip
_EXAMPLE = {
    "project_id": "8f14e45f-ceea-467f-9bd0-3f6f0b1d2c3a",
    "from": "2026-11-20T07:00:00Z",
    "to": "2026-11-20T08:00:00Z",
    "state": "balanced",
    "sentence": ledger_report.ALL_WELL,
    "total": _COUNTS,
    "hours": [{**_COUNTS, "hour": "2026-11-20T07:00:00Z"}],
}


class AnswerSerializer(LedgerSerializer):
    """`from` is no name for an attribute, so the view adds the three."""

    project_id = serializers.UUIDField()

    def get_fields(self) -> dict[str, Any]:
        return {"from": serializers.DateTimeField(), "to": serializers.DateTimeField(), **super().get_fields()}


# In others nothing was ever counted, and at the ends of the calendar there is no day before or after.
YEARS = range(1970, 2200)


class LedgerView(APIView):
    @extend_schema(
        tags=["Operation"],
        operation_id="project_ledger",
        summary="What became of every event",
        description="By hour of receipt: accepted = stored + duplicate + quarantined + in_flight + missing. What was "
        "accepted is counted at the door and compared with what the store has; while nothing is missing, `state` is "
        "not `gap`.",
        parameters=[
            OpenApiParameter(
                "from", OpenApiTypes.DATETIME, description="Start; a day or a moment. By default 24 hours before `to`."
            ),
            OpenApiParameter(
                "to", OpenApiTypes.DATETIME, description="End, excluded; of a day, its end. By default now. At most "
                f"{MOST.days} days after `from`."
            ),
        ],
        responses={
            200: OpenApiResponse(AnswerSerializer, examples=[OpenApiExample("An hour", _EXAMPLE)]),
            400: documentation.problem(400, InvalidParams.code, InvalidParams.title, "`from` or `to` is not possible."),
            **documentation.READING_ONE,
            503: documentation.problem(503, StoreAway.code, StoreAway.title, "Try again after `Retry-After`."),
        },
    )  # fmt: skip
    def get(self, request: Request, project_id: UUID) -> Response:
        project = get_project_for(who(request), project_id)
        start, end = _range(request, project, clock.now())
        try:
            report = ledger_report.report(project.pk, project.zone, start, end)
        except StoreUnavailable as error:
            raise StoreAway(headers={"Retry-After": "5"}) from error
        return Response(
            {"project_id": str(project.pk), "from": clock.text(start), "to": clock.text(end), **_shaped(report)}
        )


def _shaped(report: Report) -> dict[str, Any]:
    return {
        "state": report.state,
        "sentence": report.sentence,
        "total": _counts(report.total),
        "hours": [{"hour": clock.text(hour.start), **_counts(hour)} for hour in report.hours],
    }


def _counts(line: Line) -> dict[str, Any]:
    return dict(CountsSerializer(line).data)


def _range(request: Request, project: Project, now: datetime) -> tuple[datetime, datetime]:
    """[from, to), widened to whole hours. Raises InvalidParams with every fault."""
    faults: list[dict[str, str]] = []
    end = _moment(request, "to", project, faults, is_end=True) or now
    start = _moment(request, "from", project, faults) or end - DEFAULT
    if not faults and not timedelta(0) < end - start <= MOST:
        faults.append(_fault("from", "invalid_range", f"before `to`, by {MOST.days} days at most"))
    if faults:
        raise InvalidParams(errors=faults)
    return _floor(start), _floor(end - timedelta(microseconds=1)) + ledger_report.HOUR


def _moment(
    request: Request, name: str, project: Project, faults: list[dict[str, str]], *, is_end: bool = False
) -> datetime | None:
    text = request.GET.get(name)
    if not text:
        return None
    try:
        found = _read(text, project, is_end=is_end)
        if found is not None and found.year in YEARS:
            return found
    except (ValueError, OverflowError):
        pass
    faults.append(_fault(name, "invalid_date", "such as 2026-11-20 or 2026-11-20T14:00:00Z"))
    return None


def _read(text: str, project: Project, *, is_end: bool) -> datetime | None:
    if day := parse_date(text):
        return _midnight(day + timedelta(days=is_end), project)
    moment = parse_datetime(text.replace(" ", "+") if "T" in text else text)  # what a plus in a URL has become
    if moment is None:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=project.zone)).astimezone(UTC)


def _midnight(day: date, project: Project) -> datetime:
    return datetime.combine(day, time(), project.zone).astimezone(UTC)


def _floor(moment: datetime) -> datetime:
    return moment.replace(minute=0, second=0, microsecond=0)


def _fault(name: str, code: str, detail: str) -> dict[str, str]:
    return {"parameter": name, "code": code, "detail": detail}
