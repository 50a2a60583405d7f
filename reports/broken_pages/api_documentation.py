"""Parameters, shapes and examples of broken pages in the API's description."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiResponse, inline_serializer
from rest_framework import serializers

from reports.api import documentation
from reports.broken_pages.redirects import FORMATS
from reports.broken_pages.rows import STATES
from reports.broken_pages.similar import LEAST_SCORE
from reports.params import MAX_LIMIT

_SEARCH = documentation.parameter("search", "What is in the path, in any case.")
_ROW = {
    "path": "/docs/getting_started.html",
    "requests": 41,
    "visitors": 38,
    "first_at": "2026-11-02T09:14:02+01:00",
    "last_at": "2026-11-20T08:12:40+01:00",
    "fixed_at": None,
    "similar": {"path": "/docs/getting-started", "score": 100},
}
_SHAPE = inline_serializer(
    "BrokenPage",
    {
        "path": serializers.CharField(help_text="Percent-encoded, as it was asked for."),
        "requests": serializers.IntegerField(),
        "visitors": serializers.IntegerField(),
        "first_at": serializers.DateTimeField(help_text="In the period, as `last_at`."),
        "last_at": serializers.DateTimeField(),
        "fixed_at": serializers.DateTimeField(allow_null=True, help_text="When it was there again, until now."),
        "similar": inline_serializer(
            "SimilarPage",
            {"path": serializers.CharField(), "score": serializers.IntegerField(help_text=f"{LEAST_SCORE} to 100.")},
            allow_null=True,
            help_text="The page of the last 90 days whose words are closest; null: none is close, or it is fixed.",
        ),
    },
    many=True,
)
LIST: dict[str, Any] = {
    "summary": "Broken pages",
    "description": "Pages that visitors asked for and that are not there, the most asked for first; at most "
    f"{MAX_LIMIT:,} of them are looked through.",
    "parameters": [
        documentation.parameter(
            "state",
            "`open`: missing still. `fixed`: seen again after they were last missing.",
            enum=list(STATES),
            default=STATES[0],
        ),
        _SEARCH,
        documentation.parameter("limit", f"1 to {MAX_LIMIT}.", type=OpenApiTypes.INT, default=100),
        documentation.parameter("offset", "Of the rows.", type=OpenApiTypes.INT, default=0),
        *documentation.QUESTION,
    ],
    "responses": documentation.answer(
        "BrokenPages",
        {
            "period": documentation.PERIOD_SHAPE,
            "results": _SHAPE,
            "filters": serializers.ListField(child=serializers.ListField(child=serializers.JSONField())),
            "meta": documentation.META_SHAPE,
        },
        {
            "project_id": documentation.PROJECT_ID,
            "period": documentation.PERIOD_EXAMPLE,
            "results": [_ROW],
            "filters": [],
            "meta": documentation.META_EXAMPLE | {"source": "events", "total_rows": 1, "is_cut": False},
        },
    ),
}
_RULES = 'location = "/docs/getting_started.html" { return 301 "/docs/getting-started"; }\n'
REDIRECTS: dict[str, Any] = {
    "summary": "Redirects from broken pages",
    "description": "As rules, from each page that is missing still to the one that is named most alike. Pages that "
    "nothing is like, or whose address no rule can say, are left out: look through the rules before they are used.",
    "parameters": [
        documentation.parameter("format", "Whose rules.", enum=list(FORMATS), default="nginx"),
        _SEARCH,
        *documentation.QUESTION,
    ],
    "responses": {
        (200, "text/plain"): OpenApiResponse(
            OpenApiTypes.BINARY,
            "The rules.",
            [OpenApiExample("nginx", _RULES, media_type="text/plain", response_only=True, status_codes=["200"])],
        ),
        (200, "text/csv"): OpenApiResponse(
            OpenApiTypes.BINARY,
            "With `format=csv`.",
            [
                OpenApiExample(
                    "CSV",
                    "from,to,status\r\n/docs/getting_started.html,/docs/getting-started,301\r\n",
                    media_type="text/csv",
                    response_only=True,
                    status_codes=["200"],
                )
            ],
        ),
        **{code: each for code, each in documentation.ERRORS.items() if code != 406},
    },
}
