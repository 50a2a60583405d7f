"""What the API says of its answers about coming back."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiResponse
from rest_framework import serializers

from reports.api import documentation
from reports.api.documentation import PERIOD_EXAMPLE, PERIOD_SHAPE, PROJECT_ID
from reports.retention.asked import UNITS
from reports.retention.page_list import DEFAULT, MAX_SEARCH_CHARS
from tracking.storage.page_ages import ORDERS
from tracking.storage.people import People

_SHARE = serializers.FloatField(allow_null=True, help_text="Percent; null where there is nobody to be a share of.")
_BY = documentation.parameter(
    "by",
    "Who is known again: visitors, by the random id of `anonymous_id` mode, or users, by the user id that the site "
    "sends. In cookieless mode only users are.",
    enum=list(People),
)
_FORMAT = documentation.parameter("format", "The rows as CSV, in place of JSON.", enum=["json", "csv"], default="json")
_CSV = (200, "text/csv")


def _described(
    summary: str, description: str, parameters: list[Any], name: str, fields: dict[str, Any], example: dict[str, Any]
) -> dict[str, Any]:
    responses = documentation.answer(
        name,
        {"period": PERIOD_SHAPE, **fields},
        {"project_id": PROJECT_ID, "period": PERIOD_EXAMPLE, **example},
    )
    if _FORMAT in parameters:
        json = responses.pop(200)
        file = OpenApiResponse(
            OpenApiTypes.STR,
            "A row a cell or page.",
            [OpenApiExample("A file", "page,first_seen_at\r\n", response_only=True)],
        )
        responses |= {(200, "application/json"): json, _CSV: file}
    return {
        "tags": ["Statistics"],
        "summary": summary,
        "description": description,
        "parameters": parameters,
        "responses": responses,
    }


RETENTION = _described(
    "Who comes back",
    "People by when they were first seen, of all that is kept, and how many of them were there again. A cohort are the "
    "people whose first event lies in one day, week (from Monday) or month of the project's timezone. `cells` begin "
    "with the cohort's own unit; `is_complete` is false for the unit under way, which `average` leaves out. Filters "
    "hold for something that was done in the first unit; any event is being back, unless `again` names a goal. "
    "`not_known_again` (400): in cookieless mode a visitor is a visitor of one day.",
    [
        documentation.parameter("unit", "By default what suits the period.", enum=list(UNITS)),
        _BY,
        documentation.parameter("again", "The id of a goal: being back is reaching it.", type=OpenApiTypes.UUID),
        *documentation.QUESTION,
        _FORMAT,
    ],
    "Retention",
    {
        "unit": serializers.CharField(),
        "by": serializers.CharField(),
        "again": serializers.CharField(allow_null=True),
        "average": serializers.ListField(child=_SHARE),
        "results": serializers.ListField(child=serializers.DictField()),
    },
    {
        "unit": "week",
        "by": "user_id",
        "again": None,
        "average": [100.0, 25.0],
        "results": [
            {
                "cohort": "2026-11-09",
                "people": 8,
                "cells": [
                    {"week": "2026-11-09", "returned": 8, "share": 100.0, "is_complete": True},
                    {"week": "2026-11-16", "returned": 2, "share": 25.0, "is_complete": False},
                ],
            }
        ],
    },
)
PAGE_AGES = _described(
    "How pages age",
    "The pages whose first pageview, of all that is kept, lies in the period, with their views in the first 1, 7 and "
    "30 days of 24 hours, and until now. Null: the page is too young. `medians` are over all of them that are old "
    "enough. Filters choose which views count, and not when a page was first seen. `next` is the URL of the page after "
    "this one.",
    [
        documentation.parameter("search", f"A part of the path, in any case; at most {MAX_SEARCH_CHARS} characters."),
        documentation.parameter(
            "sort", f"One of {', '.join(f'`{each}`' for each in ORDERS)}; with a `-` before it the largest first.",
            default=DEFAULT,
        ),
        *documentation.QUESTION,
        *documentation.PAGING,
        _FORMAT,
    ],
    "PageAges",
    {
        "total_rows": serializers.IntegerField(),
        "medians": serializers.DictField(child=serializers.FloatField(allow_null=True)),
        "next": documentation.NEXT_SHAPE,
        "results": serializers.ListField(child=serializers.DictField()),
    },
    {
        "total_rows": 1,
        "medians": {"views_1d": 40.0, "views_7d": 310.0, "views_30d": None},
        "next": None,
        "results": [
            {
                "page": "/blog/margin-3",
                "first_seen_at": "2026-11-02T09:12:44+01:00",
                "views_1d": 40,
                "views_7d": 310,
                "views_30d": None,
                "views": 522,
            }
        ],
    },
)  # fmt: skip
RETURNING = _described(
    "Who comes back on the same day",
    "By day, week or month, as suits the period: the visitors of each day added up, and those of them who began two or "
    "more visits on it. Exact in every identity mode.",
    [*documentation.QUESTION],
    "Returning",
    {
        "interval": serializers.CharField(),
        "whole": serializers.DictField(),
        "results": serializers.ListField(child=serializers.DictField()),
    },
    {
        "interval": "day",
        "whole": {"visitors": 900, "returning": 63, "share": 7.0},
        "results": [{"start": "2026-11-01", "visitors": 300, "returning": 21, "share": 7.0}],
    },
)
ACTIVITY = _described(
    "Active people",
    "How many people did something on each day of the period, and in the 7 and the 30 days that end with it, each "
    "person once. `daily` is the mean of the days that are over, `weekly` and `monthly` are of the last day, and "
    "`stickiness` is `daily` in percent of `monthly`.",
    [_BY, *documentation.QUESTION],
    "Activity",
    {
        "by": serializers.CharField(),
        "daily": serializers.FloatField(),
        "weekly": serializers.IntegerField(),
        "monthly": serializers.IntegerField(),
        "stickiness": _SHARE,
        "results": serializers.ListField(child=serializers.DictField()),
    },
    {
        "by": "user_id",
        "daily": 12.5,
        "weekly": 41,
        "monthly": 97,
        "stickiness": 12.89,
        "results": [{"day": "2026-11-20", "daily": 13, "weekly": 41, "monthly": 97}],
    },
)
