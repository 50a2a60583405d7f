"""The erasure routes in the OpenAPI document."""

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse, extend_schema

from projects.api import documentation
from projects.api.documentation import problem
from tracking.privacy_form import ErasureSerializer

_ACCEPTED = {
    "type": "object",
    "required": ["status"],
    "properties": {
        "status": {"type": "string", "enum": ["accepted"]},
        "erasure_id": {"type": "string", "format": "uuid"},
    },
}
_DONE = "Durable and queued. Reports are free of them within seconds; what was on its way within two minutes."
_UNDER_WAY = OpenApiExample("Under way", {"status": "accepted"}, response_only=True, status_codes=["202"])
_MYSELF = {
    "type": "object",
    "properties": {
        "key": {"type": "string", "nullable": True, "description": "The write key, where no header can carry it."},
        "visitor_id": {
            "type": "string",
            "format": "uuid",
            "nullable": True,
            "description": "The tracker's random id, in `anonymous_id` mode; ignored otherwise.",
        },
    },
}
_AWAY = problem(503, "unavailable", "The service is not available at the moment: try again", "See `Retry-After`.")

ERASE_MYSELF = extend_schema(
    operation_id="privacy_erase",
    tags=["Privacy"],
    summary="Erase the visitor who sends this request",
    description="For a page of the site itself. The visitor is found by address and browser, as when they were "
    "counted: in cookieless mode what they did today and yesterday, since nobody can tell what they did before. In "
    "`anonymous_id` mode `visitor_id` names all that belongs to it. Whoever shares address and browser with them is "
    "the same visitor, and is erased too.",
    parameters=[
        OpenApiParameter("X-API-Key", OpenApiTypes.STR, OpenApiParameter.HEADER, description="the write key"),
        OpenApiParameter("key", OpenApiTypes.STR, description="the same, where no header can be set"),
    ],
    request={"application/json": _MYSELF, "text/plain": _MYSELF},
    responses={
        202: OpenApiResponse(_ACCEPTED, _DONE, examples=[_UNDER_WAY]),
        400: problem(400, "not_json", "The body is not valid JSON", "Not JSON, or a value is not valid (`invalid`)."),
        401: problem(
            401, "unknown_key", "This key is unknown or revoked", "No key (`missing_key`), or one that is unknown."
        ),
        403: problem(
            403, "origin_not_allowed", "This project does not accept events from this origin", "Nor erasures."
        ),
        429: problem(429, "rate_limited", "That was asked for too often in this hour", "See `Retry-After`."),
        503: _AWAY,
    },
    examples=[OpenApiExample("From a page", {"key": "ap_pub_2616e56facf4d470ae94aa665c417c32"}, request_only=True)],
)
ERASE_SOMEBODY = extend_schema(
    operation_id="project_erase",
    tags=["Privacy"],
    summary="Erase a person from a project",
    description="All their visits with events and completions, and what of them is quarantined; in a range those "
    "visits that fall into it, as a whole. The ledger goes on counting what was erased. Asking again is harmless.",
    request=ErasureSerializer,
    responses={202: OpenApiResponse(_ACCEPTED, _DONE, examples=[_UNDER_WAY]), **documentation.WRITING, 503: _AWAY},
    examples=[
        OpenApiExample("A signed-in user", {"user_id": "u-4711"}, request_only=True),
        OpenApiExample("A visitor", {"visitor_id": "0f3c9a1b22d4e5f6"}, request_only=True),
    ],
)
