"""The ingest routes in the OpenAPI document. The request's schema is made from what msgspec decodes."""

from typing import Any

import msgspec
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse, extend_schema

from analytics_pulse.problems import MEDIA_TYPE, body
from tracking.event_types import EVENT_TYPES
from tracking.sent import MAX_EVENTS, SentBatch, SentEvent, SentHeader

_EVENT_ID = "0b8f2f0a-6b1e-4f0e-9d0c-1f6f0a3f6c11"
_DESCRIPTIONS = {
    "event_id": "Made by the sender, so that a retry is recognised; made by the server when absent.",
    "event_name": "Required for `custom`.",
    "url": "http or https. Of its query only campaign parameters are kept, and those the project lists.",
    "timestamp": "RFC 3339 with an offset, or epoch milliseconds; the time of receipt when absent. "
    "At most 7 days old and 10 minutes ahead, after correction by `sent_at`.",
    "session_id": "Sent by the tracker in `anonymous_id` mode; ignored otherwise.",
    "visitor_id": "The tracker's random id, in `anonymous_id` mode; ignored otherwise.",
    "user_id": "The site's own pseudonym of a signed-in user.",
    "custom_data": "At most 5 KB as JSON and 4 levels deep.",
    "utm_params": "Where given, these count instead of the URL's.",
    "value": "Revenue.",
    "currency": "ISO 4217, such as EUR.",
    "user_agent": "Of the visitor, with a secret key only; ignored otherwise.",
    "ip_address": "Of the visitor, with a secret key only; ignored otherwise. It is never stored.",
    "key": "The key, where no header can carry it.",
    "sent_at": "The sender's clock when it sent: corrects its timestamps by whole minutes.",
}


def _schema(struct: type[msgspec.Struct]) -> dict[str, Any]:
    """The struct's JSON schema in OpenAPI 3.0: components in place, `nullable` for null."""
    root, components = msgspec.json.schema_components([struct], ref_template="{name}")
    return _inline(components[root[0]["$ref"]], components)


def _inline(schema: dict[str, Any], components: dict[str, Any]) -> dict[str, Any]:
    if "$ref" in schema:
        return _inline(components[schema["$ref"]], components)
    if "anyOf" in schema:
        options = [_inline(option, components) for option in schema["anyOf"] if option != {"type": "null"}]
        return (options[0] if len(options) == 1 else {"anyOf": options}) | {"nullable": True}
    shaped = {name: value for name, value in schema.items() if name not in {"title", "default", "description"}}
    if shaped.get("required") == []:  # OpenAPI wants one at least, or none of it
        del shaped["required"]
    if "items" in shaped:
        shaped["items"] = _inline(shaped["items"], components)
    if "properties" in shaped:
        shaped["properties"] = {
            name: _inline(value, components) | ({"description": _DESCRIPTIONS[name]} if name in _DESCRIPTIONS else {})
            for name, value in shaped["properties"].items()
        }
    return shaped


def _event_schema() -> dict[str, Any]:
    schema = _schema(SentEvent)
    schema["properties"]["event_type"] = {"type": "string", "enum": list(EVENT_TYPES)}
    for name in ("user_agent", "ip_address"):
        schema["properties"][name] |= {"type": "string", "nullable": True}
    schema["properties"]["currency"] |= {"minLength": 3, "maxLength": 3}
    return schema


_EVENT = _event_schema()
_HEADER = _schema(SentHeader)["properties"]
_SINGLE = _EVENT | {"properties": _EVENT["properties"] | _HEADER}
_BATCH = _schema(SentBatch)
_BATCH["properties"]["events"] = {"type": "array", "items": _EVENT, "minItems": 1, "maxItems": MAX_EVENTS}

_ERROR = {
    "type": "object",
    "properties": {
        "index": {"type": "integer", "description": "which event, from 0"},
        "code": {"type": "string", "example": "too_long"},
        "pointer": {"type": "string", "example": "/events/1/url"},
        "detail": {"type": "string"},
    },
}
_RECEIPT = {
    "type": "object",
    "required": ["status", "processed", "failed", "event_ids", "errors"],
    "properties": {
        "status": {"type": "string", "enum": ["accepted", "partial"]},
        "processed": {"type": "integer"},
        "failed": {"type": "integer"},
        "event_ids": {
            "type": "array",
            "items": {"type": "string", "format": "uuid"},
            "description": "of the accepted events, in the order sent",
        },
        "errors": {"type": "array", "items": _ERROR},
    },
}
_PROBLEM = {
    "type": "object",
    "required": ["type", "title", "status", "code"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string"},
        "detail": {"type": "string"},
        "errors": {"type": "array", "items": _ERROR},
    },
}


def _problem(status: int, description: str, *codes: str) -> dict[tuple[int, str], OpenApiResponse]:
    examples = [
        OpenApiExample(code, body(status, code, description), media_type=MEDIA_TYPE, status_codes=[str(status)])
        for code in codes
    ]
    named = ", ".join(f"`{code}`" for code in codes)
    return {(status, MEDIA_TYPE): OpenApiResponse(_PROBLEM, f"{description}. Codes: {named}.", examples=examples)}


_PROBLEMS = (
    _problem(
        400,
        "Not JSON, or every event refused",
        "not_json",
        "not_gzip",
        "invalid",
        "invalid_event",
        "no_events",
        "too_deep",
    )
    | _problem(401, "No key, or one that is unknown or revoked", "missing_key", "unknown_key")
    | _problem(
        403, "The key or the origin may not send", "key_without_ingest", "project_inactive", "origin_not_allowed"
    )
    | _problem(413, "Over 100 KB (after inflation) or 100 events", "too_large", "too_many_events")
    | _problem(415, "Another media type or encoding", "unsupported_media_type", "unsupported_encoding")
    | _problem(429, "The key's requests of this hour are used up; see Retry-After", "rate_limited")
    | _problem(503, "Not taken, try again; see Retry-After", "queue_unavailable", "unavailable")
)
_KEYS = [
    OpenApiParameter("X-API-Key", OpenApiTypes.STR, OpenApiParameter.HEADER, description="a write or secret key"),
    OpenApiParameter("key", OpenApiTypes.STR, description="the same, where no header can be set (also `apiKey`)"),
    OpenApiParameter("Content-Encoding", OpenApiTypes.STR, OpenApiParameter.HEADER, enum=["gzip"]),
]
_PAGEVIEW = {"event_type": "pageview", "event_id": _EVENT_ID, "url": "https://example.com/pricing?utm_source=news"}
_CUSTOM = {
    "event_type": "custom",
    "event_name": "signup",
    "url": "https://example.com/welcome",
    "custom_data": {"plan": "team"},
    "value": 49.0,
    "currency": "EUR",
}
_RECEIPT_OF_ONE = {"status": "accepted", "processed": 1, "failed": 0, "event_ids": [_EVENT_ID], "errors": []}
_RECEIPT_IN_PART = {
    "status": "partial",
    "processed": 1,
    "failed": 1,
    "event_ids": [_EVENT_ID],
    "errors": [{"index": 1, "code": "required", "pointer": "/events/1/url", "detail": "is required"}],
}


def _docs(operation_id: str, summary: str, schema: dict[str, Any], examples: list[OpenApiExample]) -> Any:
    receipt = OpenApiResponse(_RECEIPT, "Durable and queued; visible within seconds.")
    return extend_schema(
        operation_id=operation_id,
        tags=["Sending events"],
        summary=summary,
        description="Accepted with a write key or a secret key of scope `ingest`, from any origin that the project "
        "allows. One bad event never fails its neighbours; the same `event_id` again is counted as a duplicate.",
        parameters=_KEYS,
        request={"application/json": schema, "text/plain": schema},
        responses={(202, "application/json"): receipt} | _PROBLEMS,
        examples=examples,
    )


EVENT = _docs(
    "track_event",
    "Send one event",
    _SINGLE,
    [
        OpenApiExample("a pageview", _PAGEVIEW, request_only=True),
        OpenApiExample("a conversion", _CUSTOM, request_only=True),
        OpenApiExample("accepted", _RECEIPT_OF_ONE, response_only=True, status_codes=["202"]),
    ],
)
BATCH = _docs(
    "track_batch",
    "Send up to 100 events",
    _BATCH,
    [
        OpenApiExample("two events", {"events": [_PAGEVIEW, _CUSTOM]}, request_only=True),
        OpenApiExample("accepted in part", _RECEIPT_IN_PART, response_only=True, status_codes=["202"]),
    ],
)
