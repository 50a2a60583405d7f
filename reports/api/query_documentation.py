"""POST /query in the API's description: shapes, errors and examples."""

from typing import Any

from drf_spectacular.utils import OpenApiExample, OpenApiResponse

from projects.api.documentation import problem
from reports import comparison, date_ranges, params
from reports.api import documentation
from reports.api.json_body import MAX_BYTES
from reports.query_body import INCLUDABLE, MAX_DIMENSIONS, MAX_LIMIT, TIMES
from tracking.storage.conditions import MAX_CONDITIONS, MAX_DEPTH, MAX_PATTERN_CHARS
from tracking.storage.dimensions import DIMENSIONS
from tracking.storage.spec import METRICS

DESCRIPTION = f"""
The one question behind every number of the dashboard, in the shape of Plausible's Stats API v2: **metrics** over a
**date_range**, broken down by **dimensions**, narrowed by **filters**. The other routes here are short forms of it.

- `metrics`: {", ".join(f"`{name}`" for name in METRICS)}.
- `date_range`: {", ".join(f"`{name}`" for name in date_ranges.NAMES)}; `[first day, last day]`, both included; or two
  moments `[from, to)`. Days are days of the project's timezone, and named ranges end with today.
- `dimensions`, at most {MAX_DIMENSIONS}: {", ".join(f"`{name}`" for name in DIMENSIONS)}, `prop:<key>`, and one of
  {", ".join(f"`{name}`" for name in TIMES)}.
- `filters`: a list of `[operator, dimension, [values]]`, all of which must hold, with `and`, `or`, `not`, `has_done`
  and `has_not_done` around them; at most {MAX_CONDITIONS}, {MAX_DEPTH} deep. Patterns are PostgreSQL's regular
  expressions, of at most {MAX_PATTERN_CHARS} characters. Saved filters: `["is", "segment", ["<id>"]]`.
- `order_by`: pairs such as `["visitors", "desc"]`. By default by time, then by the first metric, the largest first.
- `include`: {", ".join(f"`{name}`" for name in INCLUDABLE)}.

Plausible's names of dimensions (`visit:country`, `event:page`, `event:props:plan`) are understood as well.
"""
_TEXTS = {"type": "array", "items": {"type": "string"}}
_RANGE = {
    "oneOf": [
        {"type": "string", "enum": list(date_ranges.NAMES)},
        {"type": "array", "items": {"type": "string"}, "minItems": 2, "maxItems": 2},
    ]
}
_FILTERS = {
    "type": "array",
    "description": "`[operator, dimension, [values], {case_sensitive}?]`, or conditions around these.",
    "items": {"type": "array", "items": {}, "minItems": 2, "maxItems": 4},
    "maxItems": MAX_CONDITIONS,
}
_ORDER = {
    "type": "array",
    "items": {"type": "array", "items": {"type": "string"}, "minItems": 2, "maxItems": 2},
}
_COMPARISONS = {
    "type": "object",
    "nullable": True,
    "required": ["mode"],
    "properties": {
        "mode": {"type": "string", "enum": list(comparison.MODES)},
        "date_range": _RANGE,
        "match_day_of_week": {"type": "boolean", "default": False},
    },
    "additionalProperties": False,
}
_FLAG = {"type": "boolean", "default": False}
BODY = {
    "type": "object",
    "required": ["metrics", "date_range"],
    "properties": {
        "metrics": {
            "type": "array",
            "items": {"type": "string", "enum": list(METRICS)},
            "minItems": 1,
            "maxItems": len(METRICS),
            "uniqueItems": True,
        },
        "date_range": _RANGE,
        "dimensions": {**_TEXTS, "maxItems": MAX_DIMENSIONS, "uniqueItems": True},
        "filters": _FILTERS,
        "order_by": _ORDER,
        "include": {
            "type": "object",
            "properties": {
                "time_labels": _FLAG,
                "total_rows": _FLAG,
                "explain": _FLAG,
                "comparisons": _COMPARISONS,
            },
            "additionalProperties": False,
        },
        "pagination": {
            "type": "object",
            "properties": {
                "limit": {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": MAX_LIMIT},
                "offset": {"type": "integer", "minimum": 0, "maximum": params.MAX_OFFSET, "default": 0},
            },
            "additionalProperties": False,
        },
    },
    "additionalProperties": False,
}
_NUMBERS = {"type": "array", "items": {"type": "number", "nullable": True}}
_WARNING = {"type": "object", "properties": {"code": {"type": "string"}, "detail": {"type": "string"}}}
ANSWER = {
    "type": "object",
    "required": ["results", "meta", "query"],
    "properties": {
        "results": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["dimensions", "metrics"],
                "properties": {
                    "dimensions": {**_TEXTS, "description": "In the order of the question."},
                    "metrics": {**_NUMBERS, "description": "In the order of the question; null: a ratio of nothing."},
                    "comparison": {
                        "type": "object",
                        "nullable": True,
                        "properties": {"dimensions": _TEXTS, "metrics": _NUMBERS, "change": _NUMBERS},
                        "description": "`change`: in percent; null where there is nothing to compare with.",
                    },
                },
            },
        },
        "meta": {
            "type": "object",
            "properties": {
                "source": {"type": "string", "description": "What was read: rollup, events, visits."},
                "plan": {"type": "array", "items": {"type": "object"}, "description": "Which days from which table."},
                "as_of": {"type": "string", "format": "date-time"},
                "includes_now": {"type": "boolean"},
                "timezone": {"type": "string"},
                "rolled_up_at": {"type": "string", "nullable": True},
                "timed_ms": {"type": "number"},
                "time_labels": _TEXTS,
                "total_rows": {"type": "integer"},
                "goals": {
                    "type": "object",
                    "additionalProperties": {"type": "string"},
                    "description": "By `goal`: the names of the goals in the rows, by their ids.",
                },
                "comparison_date_range": _TEXTS,
                "excluded": {
                    "type": "object",
                    "nullable": True,
                    "description": "Events of the period that were screened out. Null: counting them took too long.",
                    "properties": {
                        "quarantined": {"type": "integer"},
                        "by_reason": {"type": "object", "additionalProperties": {"type": "integer"}},
                    },
                },
                "warnings": {"type": "array", "items": _WARNING},
            },
            "additionalProperties": True,
        },
        "query": {
            "type": "object",
            "description": "The question as it was understood; asked again it is the same.",
            "additionalProperties": True,
        },
        "explanation": {
            "type": "object",
            "description": "With `include.explain`: what each metric is, what was read and why, and a curl command.",
            "additionalProperties": True,
        },
    },
}


def _asked(name: str, summary: str, body: dict[str, Any]) -> OpenApiExample:
    return OpenApiExample(name, body, summary=summary, request_only=True)


REQUESTS = [
    _asked("Totals", "Headline numbers of 30 days", {
        "metrics": ["visitors", "pageviews", "bounce_rate"],
        "date_range": "30d",
    }),
    _asked("Series", "Visitors by day, beside those of the week before", {
        "metrics": ["visitors"],
        "date_range": "7d",
        "dimensions": ["time:day"],
        "include": {"time_labels": True, "comparisons": {"mode": "previous_period"}},
    }),
    _asked("Breakdown", "Sources of November that brought signups", {
        "metrics": ["visitors", "conversion_rate"],
        "date_range": ["2026-11-01", "2026-11-30"],
        "dimensions": ["source"],
        "filters": [["has_done", ["is", "event_name", ["Signup"]]]],
        "order_by": [["conversion_rate", "desc"]],
        "pagination": {"limit": 10},
    }),
    _asked("Filters", "Blog readers outside of Germany, or who came by a campaign", {
        "metrics": ["visitors", "time_on_page"],
        "date_range": "91d",
        "dimensions": ["page"],
        "filters": [
            ["matches", "page", ["^/blog/"]],
            ["or", [["is_not", "country", ["DE"]], ["not", ["is", "utm_campaign", [""]]]]],
        ],
    }),
]  # fmt: skip
EXPLAINED = OpenApiExample(
    "A breakdown with a comparison",
    {
        "results": [
            {
                "dimensions": ["Google"],
                "metrics": [2430, 37.4],
                "comparison": {"dimensions": ["Google"], "metrics": [1944, 38.2], "change": [25, -2]},
            },
        ],
        "meta": {
            "source": "rollup+events",
            "timed_ms": 12.4,
            "as_of": "2026-11-20T11:00:02Z",
            "includes_now": True,
            "timezone": "Europe/Berlin",
            "rolled_up_at": "2026-11-20T02:00:41Z",
            "comparison_date_range": ["2026-09-22T00:00:00+02:00", "2026-10-21T12:05:00+02:00"],
            "excluded": {"quarantined": 214, "by_reason": {"bot": 201, "spam_referrer": 13}},
            "warnings": [{"code": "visitors_by_day", "detail": "Without cookies a visitor is a visitor of one day: …"}],
        },
        "query": {
            "metrics": ["visitors", "bounce_rate"],
            "date_range": ["2026-10-22T00:00:00+02:00", "2026-11-21T00:00:00+01:00"],
            "dimensions": ["source"],
            "filters": [],
            "order_by": [["visitors", "desc"]],
            "include": {
                "time_labels": False,
                "total_rows": False,
                "comparisons": {"mode": "previous_period", "match_day_of_week": False},
                "explain": False,
            },
            "pagination": {"limit": 10, "offset": 0},
        },
    },
    response_only=True,
)
RESPONSES: dict[Any, Any] = {
    (200, "application/json"): OpenApiResponse(ANSWER, "The answer.", [EXPLAINED]),
    **documentation.BODY_ERRORS,
    400: problem(
        400,
        "invalid_query",
        "This question cannot be asked",
        "Each error has a pointer into the body, a stable code, and says what is possible. `not_json`: no JSON.",
        errors=[{"pointer": "/metrics/0", "code": "unknown_metric", "detail": "“visitor”: one of visitors, visits, …"}],
    ),
    413: problem(413, "too_large", f"At most {MAX_BYTES:,} bytes", "The body is too long."),
}
QUERY: dict[str, Any] = {
    "tags": ["Statistics"],
    "summary": "Ask anything",
    "description": DESCRIPTION,
    "operation_id": "query",
    "request": {"application/json": BODY},
    "responses": RESPONSES,
    "examples": REQUESTS,
}
