"""Parameters, shapes and errors of the stats API, for its description."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse, inline_serializer
from rest_framework import serializers

from projects.api.documentation import READING_ONE, problem
from reports import periods
from reports.api.json_body import MAX_BYTES
from reports.params import MAX_LIMIT, MAX_OFFSET
from tracking.storage.conditions import OPERATORS
from tracking.storage.dimensions import DIMENSIONS, PROPERTY, PROPERTY_DEFINITION
from tracking.storage.spec import METRICS

PROJECT_ID = "8f14e45f-ceea-467f-9bd0-3f6f0b1d2c3a"


def parameter(name: str, description: str, **more: Any) -> OpenApiParameter:
    return OpenApiParameter(name, more.pop("type", OpenApiTypes.STR), description=description, **more)


# --- Parameters -------------------------------------------------------------------------------------------------------
PERIOD = [
    parameter(
        "period",
        "A period that ends today, or yesterday. Days are days of the project's timezone.",
        enum=[*periods.NAMES, *periods.ALIASES, periods.CUSTOM],
        default=periods.DEFAULT,
    ),
    parameter(
        "startDate",
        "First day, with `endDate` in place of `period`. Also `from` and `startTime`.",
        type=OpenApiTypes.DATE,
    ),
    parameter("endDate", "Last day, included. Also `to` and `endTime`.", type=OpenApiTypes.DATE),
]
FILTERS = [
    parameter(
        "f",
        "A filter `dimension:operator:value`, repeatable; all must hold. "
        f"Operators: {', '.join(f'`{name}`' for name in OPERATORS)}. "
        "The same dimension and operator again: any of the values. "
        f"Dimensions: {', '.join(f'`{name}`' for name in DIMENSIONS)}, `{PROPERTY}<key>`.",
        many=True,
        examples=[OpenApiExample("Visitors from Google", value=["source:is:Google"])],
    ),
    parameter(
        "filters",
        "Filters as JSON, as in `POST /query`: nested, with `and`, `or`, `not`, `has_done` and `has_not_done`. "
        "They must hold as well.",
        examples=[OpenApiExample("From Germany or France", value='[["is", "country", ["DE", "FR"]]]')],
    ),
    parameter("segment", "The id of saved filters, which must hold as well; repeatable.", many=True),
]
METRICS_PARAMETER = parameter(
    "metrics",
    "Metrics, separated by commas. " + " ".join(f"`{each.name}`: {each.definition}" for each in METRICS.values()),
)
DIMENSION_PARAMETER = parameter(
    "dimension",
    "What to break down by. "
    + " ".join(f"`{each.name}`: {each.definition}" for each in DIMENSIONS.values())
    + f" `{PROPERTY}<key>`: {PROPERTY_DEFINITION}",
    required=True,
    examples=[OpenApiExample("By browser", value="browser"), OpenApiExample("By a property", value="prop:plan")],
)
GRANULARITY = parameter(
    "granularity", "The size of a bucket; by default what suits the period. Also `interval`.", enum=periods.INTERVALS
)
LIMIT = parameter("limit", f"1 to {MAX_LIMIT}.", type=OpenApiTypes.INT, default=100)
OFFSET = parameter("offset", f"How many rows to skip, up to {MAX_OFFSET:,}.", type=OpenApiTypes.INT, default=0)
CURSOR = parameter("cursor", "Where the page begins: part of the `next` of the page before.")
PAGING = [LIMIT, OFFSET]
QUESTION = [*PERIOD, *FILTERS]
LIST = (
    "By the first metric, the largest first, page by page: `next` is the URL of the page after this one, and "
    "`meta.total_rows` how many rows there are in all."
)

# --- Shapes -----------------------------------------------------------------------------------------------------------
PERIOD_SHAPE = inline_serializer(
    "ReportPeriod",
    {
        "from": serializers.CharField(help_text="A day, or a moment where the period is not made of days."),
        "to": serializers.CharField(help_text="The last day, included; or the moment at which it ends."),
        "timezone": serializers.CharField(),
    },
)
QUERY_SHAPE = inline_serializer(
    "NormalisedQuery",
    {
        "metrics": serializers.ListField(child=serializers.CharField()),
        "date_range": serializers.ListField(child=serializers.DateTimeField(), help_text="[start, end)"),
        "dimensions": serializers.ListField(child=serializers.CharField()),
        "filters": serializers.ListField(
            child=serializers.ListField(child=serializers.JSONField()), help_text="[operator, dimension, [value, …]]"
        ),
        "interval": serializers.CharField(allow_null=True),
        "limit": serializers.IntegerField(),
        "offset": serializers.IntegerField(),
    },
)
META_SHAPE = serializers.DictField(
    help_text="Where the answer was read, how fresh it is, what was screened out, and what to know of it."
)
NEXT_SHAPE = serializers.CharField(allow_null=True, help_text="The URL of the next page; null on the last one.")

# --- Examples ---------------------------------------------------------------------------------------------------------
PERIOD_EXAMPLE = {"from": "2026-11-01", "to": "2026-11-30", "timezone": "Europe/Berlin"}
META_EXAMPLE = {
    "source": "rollup+events",
    "timed_ms": 8.4,
    "as_of": "2026-11-20T11:00:02Z",
    "includes_now": True,
    "timezone": "Europe/Berlin",
    "excluded": {"quarantined": 214, "by_reason": {"bot": 201, "referrer_spam": 13}},
    "warnings": [{"code": "visitors_by_day", "detail": "Without cookies a visitor is a visitor of one day: …"}],
}
QUERY_EXAMPLE = {
    "metrics": ["visitors", "pageviews"],
    "date_range": ["2026-11-01T00:00:00+01:00", "2026-12-01T00:00:00+01:00"],
    "dimensions": [],
    "filters": [["is", "source", ["Google"]]],
    "interval": None,
    "limit": 100,
    "offset": 0,
}

# --- Errors -----------------------------------------------------------------------------------------------------------
NOT_ACCEPTABLE = problem(
    406, "not_acceptable", "Could not satisfy the request Accept header.", "`Accept` allows no JSON, and that is all."
)
UNSUPPORTED_MEDIA_TYPE = problem(
    415, "unsupported_media_type", "Unsupported media type “text/plain” in request.", "The body must be JSON."
)
RATE_LIMITED = problem(
    429,
    "rate_limited",
    "The requests of this hour are used up",
    "This key, token or person has asked its questions of this hour: try again after `Retry-After` seconds. Every "
    "answer says in `X-RateLimit-Limit`, `-Remaining` and `-Reset` how many there are, are left, and when that is.",
    detail="6000 requests an hour",
)
UNANSWERED = problem(
    503,
    "query_too_large",
    "The answer took too long",
    "The answer took longer than a query may (`query_too_large`: ask about less), or the store is away "
    "(`store_unavailable`: try again after `Retry-After` seconds).",
    detail="What would help: a shorter period than 365 days, or fewer filters.",
)
ERRORS = {
    400: problem(
        400,
        "invalid_parameters",
        "Some parameters are not valid",
        "A parameter has a value that is not possible; each error names it and says what is.",
        errors=[{"parameter": "period", "code": "unknown_period", "detail": "one of today, yesterday, 7d, …"}],
    ),
    **READING_ONE,
    406: NOT_ACCEPTABLE,
    429: RATE_LIMITED,
    503: UNANSWERED,
}
BODY_ERRORS = {
    **ERRORS,
    400: problem(
        400,
        "invalid_query",
        "This question cannot be asked",
        "Each error has a pointer into the body, a stable code, and says what is possible. `not_json`: no JSON.",
        errors=[{"pointer": "/metrics/0", "code": "unknown_metric", "detail": "“visitor”: one of visitors, visits, …"}],
    ),
    413: problem(413, "too_large", f"At most {MAX_BYTES:,} bytes", "The body is too long."),
    415: UNSUPPORTED_MEDIA_TYPE,
}


def answer(name: str, fields: dict[str, Any], example: dict[str, Any], errors: Any = ERRORS) -> dict[int, Any]:
    """The responses of an endpoint: 200 with this shape, and the errors."""
    shape = inline_serializer(name, {"project_id": serializers.UUIDField(), **fields})
    success = OpenApiResponse(shape, "The answer.", [OpenApiExample("An answer", example, response_only=True)])
    return {200: success, **errors}
