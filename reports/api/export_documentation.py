"""Shapes, examples and errors of the exports in the API's description."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiResponse, inline_serializer
from rest_framework import serializers

from projects.api.documentation import problem
from reports.api import documentation
from reports.exports import actions, asking, links
from reports.exports.reasons import sentence_of
from reports.exports.streaming import MAX_ROWS
from reports.models import Export, ExportFormat, ExportKind, ExportState

FORMAT = documentation.parameter("format", "", enum=list(asking.FORMATS), default="csv")
BOM = documentation.parameter("bom", "`1`: a byte order mark first, for Excel.", enum=["0", "1"], default="0")
DIMENSION = documentation.parameter(
    "dimension",
    f"What to break down by: up to {asking.MAX_DIMENSIONS}, repeated or separated by commas. None: a row for each day, "
    "or other `interval`.",
)
TOO_LARGE = problem(
    422,
    "export_too_large",
    "This is too much for one answer",
    f"More than {MAX_ROWS:,} rows: make it in the background, by `POST …/exports` with the same words.",
)
_CSV = "day,visitors,pageviews\r\n2026-11-19,168,502\r\n2026-11-20,171,533\r\n"
_JSON = {
    "project_id": "8f14e45f-ceea-467f-9bd0-3f6f0b1d2c3a",
    "kind": "analytics",
    "period": {"from": "2026-11-19", "to": "2026-11-20", "timezone": "Europe/Berlin"},
    "filters": [],
    "metrics": ["visitors", "pageviews"],
    "dimensions": [],
    "interval": "day",
    "results": [{"day": "2026-11-19", "visitors": 168, "pageviews": 502}],
    "rows": 1,
}
_JSONL = '{"day": "2026-11-19", "visitors": 168, "pageviews": 502}\n'


def _file(media_type: str, kind: Any, description: str, example: Any) -> dict[Any, Any]:
    shown = OpenApiExample("Rows", example, media_type=media_type, response_only=True, status_codes=["200"])
    return {(200, media_type): OpenApiResponse(kind, description, [shown])}


FILE: dict[Any, Any] = {
    **_file("text/csv", OpenApiTypes.BINARY, "The rows, written while they are read.", _CSV),
    **_file("application/json", OpenApiTypes.OBJECT, "One document: the rows are under `results`.", _JSON),
    **_file("application/x-ndjson", OpenApiTypes.BINARY, "An object a line.", _JSONL),
    **{code: each for code, each in documentation.ERRORS.items() if code != 406},  # the answer is what `format` says
    422: TOO_LARGE,
}


REQUEST = inline_serializer(
    "ExportRequest",
    {
        "kind": serializers.ChoiceField(ExportKind.choices),
        "format": serializers.ChoiceField([(each, each) for each in asking.FORMATS], required=False),
        "period": serializers.CharField(required=False, help_text="As in query strings; or `from` and `to`."),
        "from": serializers.DateField(required=False),
        "to": serializers.DateField(required=False),
        "f": serializers.ListField(
            child=serializers.CharField(), required=False, help_text="`dimension:operator:value`"
        ),
        "filters": serializers.ListField(
            child=serializers.ListField(child=serializers.JSONField()),
            required=False,
            help_text='Such as [["is", "country", ["DE"]]].',
        ),
        "segment": serializers.CharField(required=False, help_text="The id of a saved segment."),
        "dimension": serializers.ListField(child=serializers.CharField(), required=False),
        "metrics": serializers.ListField(child=serializers.CharField(), required=False),
        "interval": serializers.CharField(required=False),
        "bom": serializers.BooleanField(required=False),
        "email": serializers.BooleanField(required=False, help_text="Write to me when it is done. Not to a key."),
    },
)


class ExportSerializer(serializers.Serializer[Export]):
    id = serializers.UUIDField()
    kind = serializers.ChoiceField(ExportKind.choices)
    format = serializers.ChoiceField(ExportFormat.choices)
    title = serializers.CharField()
    state = serializers.ChoiceField(ExportState.choices)
    percent = serializers.IntegerField(help_text="How far it is, about.")
    rows = serializers.IntegerField(source="rows_done")
    size_bytes = serializers.IntegerField(help_text="Of the file, compressed.")
    error = serializers.CharField(help_text="Why it failed: a stable code, or nothing.")
    detail = serializers.SerializerMethodField(help_text="The same in words.")
    created_at = serializers.DateTimeField()
    finished_at = serializers.DateTimeField(allow_null=True)
    expires_at = serializers.DateTimeField(allow_null=True, help_text="When the file is deleted.")
    download_url = serializers.SerializerMethodField(
        help_text="Opens the file for whoever has it, until it expires or the export is deleted. Null until it is done."
    )

    def get_detail(self, export: Export) -> str:
        return sentence_of(export.error) if export.error else ""

    def get_download_url(self, export: Export) -> str | None:
        return links.url_of(export) if export.state == ExportState.DONE else None


EXAMPLE = {
    "id": "0d0e9f4e-8f0b-4d0a-9a87-1d1f5e1b7f57",
    "kind": "events",
    "format": "csv",
    "title": "Events, 1 – 30 Nov 2026",
    "state": "running",
    "percent": 42,
    "rows": 425000,
    "size_bytes": 18350080,
    "error": "",
    "detail": "",
    "created_at": "2026-11-30T08:40:00Z",
    "finished_at": None,
    "expires_at": None,
    "download_url": None,
}
ONE = OpenApiResponse(ExportSerializer, "The export.", [OpenApiExample("Under way", EXAMPLE, response_only=True)])
LIST = OpenApiResponse(
    ExportSerializer(many=True), "The latest first.", [OpenApiExample("One of them", [EXAMPLE], response_only=True)]
)
REFUSALS: dict[Any, Any] = {code: documentation.ERRORS[code] for code in (401, 403, 404, 406, 429)}
TOO_MANY = problem(
    429,
    "too_many_exports",
    "The project has enough exports for the moment",
    f"At most {actions.MAX_OPEN} under way and {actions.MAX_KEPT} kept (`too_many_exports`), or too many requests.",
)
