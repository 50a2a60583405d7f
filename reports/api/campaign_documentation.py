"""What is said of the routes of campaigns: parameters, shapes, examples."""

from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema, inline_serializer
from rest_framework import serializers

from reports.api import documentation
from reports.api.documentation import META_EXAMPLE, QUERY_EXAMPLE
from reports.campaigns import differences
from reports.campaigns.choices import ATTRIBUTIONS, BASE, BY, DEFAULT_BY, FIRST_TOUCH, LAST_TOUCH
from reports.campaigns.comparison import CAMPAIGN_METRICS, MAX_CAMPAIGNS, MAX_TESTED
from reports.headlines import LESS_IS_BETTER
from tracking.storage.spec import METRICS

ROW = {
    "utm_campaign": "spring",
    "visitors": 402,
    "visits": 431,
    "pageviews": 1290,
    "bounce_rate": 41.3,
    "visit_duration": 74.2,
    "completions": 25,
    "conversion_rate": 5.57,
}
BY_PARAMETER = OpenApiParameter(
    "by", str, description="By which of the UTM parameters.", enum=list(BY), default=DEFAULT_BY
)
GOAL_PARAMETER = OpenApiParameter(
    "goal",
    str,
    description="The id of a goal: its completions, its conversion rate, the revenue of the events that reached it.",
)
ATTRIBUTION_PARAMETER = OpenApiParameter(
    "attribution",
    str,
    description=f"Who gets the credit for completions and revenue. `{LAST_TOUCH}`: the visit in which it happened. "
    f"`{FIRST_TOUCH}`: the visitor's first visit within the 30 days before; without cookies, on the same day, since a "
    "visitor is a visitor of one day. With `first_touch` or `goal` a row has "
    f"{', '.join(f'`{each}`' for each in BASE)}, `completions`, `conversion_rate` (by first touch `converted`, the "
    "visitors who reached a goal, since the visits that get the credit may be of before the period) and `revenue`, an "
    "object of amounts by currency; `metrics` is not possible then.",
    enum=list(ATTRIBUTIONS),
    default=LAST_TOUCH,
)
RESULTS_SHAPE = serializers.ListField(
    child=serializers.DictField(), help_text="the campaign under the dimension's name, and a number per metric"
)
COMPARED = extend_schema(
    tags=["Statistics"],
    summary="Campaigns side by side",
    description=f"A row for each of up to {MAX_CAMPAIGNS} campaigns, in the order they were asked for; one without "
    "visits has zeros. `date_range` and `filters` as in `POST /query`. `winners`: by metric, who has most of it "
    f"({', '.join(sorted(LESS_IS_BETTER))}: least), or null where nobody is ahead. With `include_significance`, of "
    f"up to {MAX_TESTED} campaigns: whether that is more than chance (`is_clear`; null for counts, and where there "
    f"are fewer than {differences.LEAST_VISITS} visits), and all `differences` of "
    f"{', '.join(f'`{each}`' for each in differences.TESTED)} between every two, with p-values that are corrected "
    "for all of them together (Holm): of shares by Fisher's exact test, of means by Welch's t-test.",
    request=inline_serializer(
        "CampaignComparison",
        {
            "campaigns": serializers.ListField(child=serializers.CharField(), min_length=1, max_length=MAX_CAMPAIGNS),
            "by": serializers.ChoiceField(list(BY), default=DEFAULT_BY),
            "metrics": serializers.ListField(child=serializers.ChoiceField(list(METRICS)), required=False),
            "date_range": serializers.JSONField(required=False, help_text="a name such as 30d, or two dates"),
            "filters": serializers.ListField(child=serializers.JSONField(), required=False),
            "include_significance": serializers.BooleanField(default=False),
        },
    ),
    examples=[
        OpenApiExample(
            "Two campaigns of November",
            {
                "campaigns": ["spring", "autumn"],
                "metrics": ["visitors", "conversion_rate"],
                "date_range": ["2026-11-01", "2026-11-30"],
                "include_significance": True,
            },
            request_only=True,
        )
    ],
    responses=documentation.answer(
        "ComparedCampaigns",
        {
            "results": RESULTS_SHAPE,
            "winners": serializers.DictField(
                child=inline_serializer(
                    "CampaignWinner",
                    {
                        "campaign": serializers.CharField(),
                        "is_clear": serializers.BooleanField(allow_null=True, required=False),
                    },
                    allow_null=True,
                ),
                help_text="By metric.",
            ),
            "differences": serializers.ListField(
                child=inline_serializer(
                    "CampaignDifference",
                    {
                        "metric": serializers.ChoiceField(list(differences.TESTED)),
                        "campaigns": serializers.ListField(child=serializers.CharField()),
                        "p_value": serializers.FloatField(allow_null=True),
                        "is_more_than_chance": serializers.BooleanField(allow_null=True),
                    },
                ),
                required=False,
            ),
            "meta": documentation.META_SHAPE,
            "query": documentation.QUERY_SHAPE,
        },
        {
            "project_id": documentation.PROJECT_ID,
            "results": [ROW, dict.fromkeys(ROW, 0) | {"utm_campaign": "autumn"}],
            "winners": {
                "visitors": {"campaign": "spring", "is_clear": None},
                "conversion_rate": {"campaign": "spring", "is_clear": True},
            },
            "differences": [
                {
                    "metric": "conversion_rate",
                    "campaigns": ["spring", "autumn"],
                    "p_value": 0.0008,
                    "is_more_than_chance": True,
                }
            ],
            "meta": META_EXAMPLE,
            "query": QUERY_EXAMPLE | {"metrics": list(CAMPAIGN_METRICS), "dimensions": ["utm_campaign"]},
        },
        documentation.BODY_ERRORS,
    ),
)
