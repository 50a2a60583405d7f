"""Parameters, shapes and examples of the journeys in the API's description."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiResponse, inline_serializer
from rest_framework import serializers

from reports.api import documentation
from reports.journeys.choices import BREADTH, STEPS
from tracking.storage.paths import BACK, CUSTOM, EDGE, FORWARD, MAX_BREADTH, MAX_STEPS, OTHER, PAGEVIEW

DESCRIPTION = (
    "Where visits go from a page or an event, or where they come from: columns of steps by their distance from the "
    "anchor, links between neighbouring columns, and how many visits have no further step. A step is a pageview, or a "
    "custom event where `events=1`; the same one again at once is none. Of each node `visits` = `ended` + the links "
    "that go on from it (of the last column it is not told where to), and = the links that come in. With `format=csv` "
    "a row for each link, and one with `other_kind` `end` for those who ended."
)
PARAMETERS = [
    documentation.parameter(
        "anchor",
        "Where to begin: `page:` and a path, or `event:` and the name of a custom event. Of a visit it is the first "
        f"one, with `direction={BACK}` the last one. Without it: the start of the visit, or its end.",
        examples=[
            OpenApiExample("The start of the visit", value=""),
            OpenApiExample("A page", value="page:/pricing"),
            OpenApiExample("An event", value="event:Signup"),
        ],
    ),
    documentation.parameter(
        "direction",
        f"`{FORWARD}`: what comes after it. `{BACK}`: what comes before it.",
        enum=[FORWARD, BACK],
        default=FORWARD,
    ),
    documentation.parameter("steps", f"How far from it, 1 to {MAX_STEPS}.", type=OpenApiTypes.INT, default=STEPS),
    documentation.parameter(
        "breadth",
        f"How many steps a column lists, 1 to {MAX_BREADTH}; the others are one node of kind `{OTHER}`.",
        type=OpenApiTypes.INT,
        default=BREADTH,
    ),
    documentation.parameter("events", "`1`: custom events are steps too.", enum=["0", "1"], default="0"),
    *documentation.QUESTION,
    documentation.parameter("format", "", enum=["json", "csv"], default="json"),
]
_NODE = inline_serializer(
    "JourneyNode",
    {
        "kind": serializers.ChoiceField(
            [PAGEVIEW, CUSTOM, EDGE, OTHER], help_text="`edge`: the start or end of visits."
        ),
        "value": serializers.CharField(help_text="The page's path, or the event's name."),
        "visits": serializers.IntegerField(),
        "ended": serializers.IntegerField(help_text="Those that have no further step; looked back, none before."),
        "values": serializers.IntegerField(help_text="For how many different steps it stands."),
    },
)
_LINK = inline_serializer(
    "JourneyLink",
    {
        "column": serializers.IntegerField(help_text="Of `source`; `target` is in the next one."),
        "source": serializers.IntegerField(help_text="The node's place in its column, from 0."),
        "target": serializers.IntegerField(),
        "visits": serializers.IntegerField(),
    },
    many=True,
)
_EXAMPLE = {
    "project_id": documentation.PROJECT_ID,
    "period": documentation.PERIOD_EXAMPLE,
    "anchor": {"kind": PAGEVIEW, "value": "/pricing"},
    "direction": FORWARD,
    "steps": 1,
    "breadth": 2,
    "includes_events": False,
    "visits": 412,
    "columns": [
        [{"kind": PAGEVIEW, "value": "/pricing", "visits": 412, "ended": 150, "values": 1}],
        [
            {"kind": PAGEVIEW, "value": "/signup", "visits": 180, "ended": 96, "values": 1},
            {"kind": PAGEVIEW, "value": "/docs", "visits": 60, "ended": 22, "values": 1},
            {"kind": OTHER, "value": "", "visits": 22, "ended": 9, "values": 7},
        ],
    ],
    "links": [
        {"column": 0, "source": 0, "target": 0, "visits": 180},
        {"column": 0, "source": 0, "target": 1, "visits": 60},
        {"column": 0, "source": 0, "target": 2, "visits": 22},
    ],
    "filters": [],
    "meta": documentation.META_EXAMPLE | {"source": "events", "warnings": []},
}
_CSV = (
    "column,kind,step,other_kind,other_step,visits,share\r\n"
    "0,pageview,/pricing,pageview,/signup,180,43.69\r\n"
    "0,pageview,/pricing,end,,150,36.41\r\n"
)
_SHAPE = inline_serializer(
    "Journeys",
    {
        "project_id": serializers.UUIDField(),
        "period": documentation.PERIOD_SHAPE,
        "anchor": inline_serializer(
            "JourneyAnchor",
            {"kind": serializers.ChoiceField([PAGEVIEW, CUSTOM]), "value": serializers.CharField()},
            allow_null=True,
        ),
        "direction": serializers.ChoiceField([FORWARD, BACK]),
        "steps": serializers.IntegerField(),
        "breadth": serializers.IntegerField(),
        "includes_events": serializers.BooleanField(),
        "visits": serializers.IntegerField(help_text="Those with the anchor."),
        "columns": serializers.ListField(child=serializers.ListField(child=_NODE)),
        "links": _LINK,
        "filters": serializers.ListField(child=serializers.ListField(child=serializers.JSONField())),
        "meta": documentation.META_SHAPE,
    },
)


def _answer(media_type: str, shape: Any, description: str, example: Any) -> dict[Any, Any]:
    shown = OpenApiExample("Paths", example, media_type=media_type, response_only=True, status_codes=["200"])
    return {(200, media_type): OpenApiResponse(shape, description, [shown])}


RESPONSES: dict[Any, Any] = {
    **_answer("application/json", _SHAPE, "The answer.", _EXAMPLE),
    **_answer("text/csv", OpenApiTypes.BINARY, "The same as rows.", _CSV),
    **{code: each for code, each in documentation.ERRORS.items() if code != 406},  # the answer is what `format` says
}
