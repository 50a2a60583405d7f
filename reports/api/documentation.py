"""Parameters, shapes and errors of the stats API, for its description."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse, inline_serializer
from rest_framework import serializers

from projects.api.documentation import READING_ONE, problem
from reports import periods
from reports.params import MAX_LIMIT
from tracking.storage.spec import DIMENSIONS, METRICS


def parameter(name: str, description: str, **more: Any) -> OpenApiParameter:
    return OpenApiParameter(name, more.pop("type", OpenApiTypes.STR), description=description, **more)


PERIOD = [
    parameter(
        "period",
        "A period that ends today, or yesterday. Days are days of the project's timezone.",
        enum=[*periods.LABELS, periods.CUSTOM],
        default=periods.DEFAULT,
    ),
    parameter("startDate", "First day, with `endDate` in place of `period`. Also `from`.", type=OpenApiTypes.DATE),
    parameter("endDate", "Last day, included. Also `to`.", type=OpenApiTypes.DATE),
]
FILTERS = parameter(
    "f",
    "A filter `dimension:operator:value`, repeatable; all must hold. Operators: `is`, `is_not`, `contains`, "
    "`contains_not`. The same dimension and operator again: any of the values. "
    f"Dimensions: {', '.join(f'`{name}`' for name in DIMENSIONS)}.",
    many=True,
    examples=[OpenApiExample("Visitors from Google", value=["source:is:Google"])],
)
METRICS_PARAMETER = parameter(
    "metrics",
    "Metrics, separated by commas. " + " ".join(f"`{each.name}`: {each.definition}" for each in METRICS.values()),
)
GRANULARITY = parameter(
    "granularity", "The size of a bucket; by default what suits the period. Also `interval`.", enum=periods.INTERVALS
)
PAGING = [
    parameter("limit", f"1 to {MAX_LIMIT}.", type=OpenApiTypes.INT, default=100),
    parameter("offset", "How many rows to skip.", type=OpenApiTypes.INT, default=0),
]
QUESTION = [*PERIOD, FILTERS]

PERIOD_SHAPE = inline_serializer(
    "ReportPeriod",
    {"from": serializers.DateField(), "to": serializers.DateField(), "timezone": serializers.CharField()},
)
QUERY_SHAPE = inline_serializer(
    "NormalisedQuery",
    {
        "metrics": serializers.ListField(child=serializers.CharField()),
        "date_range": serializers.ListField(child=serializers.DateTimeField(), help_text="[start, end)"),
        "dimensions": serializers.ListField(child=serializers.CharField()),
        "filters": serializers.ListField(child=serializers.ListField(), help_text="[operator, dimension, [value, …]]"),
        "interval": serializers.CharField(allow_null=True),
        "limit": serializers.IntegerField(),
        "offset": serializers.IntegerField(),
    },
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
    503: problem(
        503,
        "query_too_large",
        "The answer took too long",
        "The answer took longer than a query may (`query_too_large`: ask about less), or the store is away "
        "(`store_unavailable`: try again after `Retry-After`).",
    ),
}


def answer(name: str, fields: dict[str, Any], example: dict[str, Any]) -> dict[int, Any]:
    """The responses of an endpoint: 200 with this shape, and the errors."""
    shape = inline_serializer(name, {"project_id": serializers.UUIDField(), **fields})
    success = OpenApiResponse(shape, "The answer.", [OpenApiExample("An answer", example, response_only=True)])
    return {200: success, **ERRORS}
