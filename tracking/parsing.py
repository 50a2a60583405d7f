"""Bytes to sent events. One pass of msgspec when all is well, else event by event, so that a bad one fails alone."""

import json
import re
from collections.abc import Callable
from typing import Any, NoReturn

import msgspec

from analytics_pulse.problems import Invalid, NotJson, Problem
from tracking.body import TooLarge
from tracking.fields import Refused, without_nul
from tracking.sent import MAX_EVENTS, SentBatch, SentBatchOfRaw, SentEvent, SentHeader

_batch = msgspec.json.Decoder(SentBatch)
_batch_of_raw = msgspec.json.Decoder(SentBatchOfRaw)
_event = msgspec.json.Decoder(SentEvent)
_header = msgspec.json.Decoder(SentHeader)


class Parsed(msgspec.Struct):
    """events: in the order sent; a Refused stands where an event could not even be decoded. is_single: the body was one
    event, not a batch."""

    header: SentHeader
    events: list[SentEvent | Refused]
    is_single: bool = False


class NoEvents(Problem):
    code = "no_events"
    title = "The batch holds no events"


class TooManyEvents(TooLarge):
    code = "too_many_events"
    title = "The batch holds too many events"


class TooDeep(Problem):
    code = "too_deep"
    title = "The body is nested too deeply"


def parse_batch(body: bytes) -> Parsed:
    """`{"events": [...], "key", "sent_at"}`. Raises NotJson, Invalid, TooDeep, NoEvents, TooManyEvents."""
    return _checked(_guarded(body, _parse_whole_batch), body)


def parse_event(body: bytes) -> Parsed:
    """One event, which may also say `key` and `sent_at`. Raises NotJson, Invalid, TooDeep."""
    return _checked(_guarded(body, _parse_single), body)


def _guarded(body: bytes, parse: Callable[[bytes], Parsed]) -> Parsed:
    try:
        return parse(body)
    except RecursionError:
        raise TooDeep from None
    except UnicodeDecodeError:
        raise NotJson("it is not UTF-8") from None
    except msgspec.DecodeError as error:
        if b"\\u" not in body:
            raise NotJson(str(error)) from None
        reason = str(error)
    try:
        return _parse_mended(body, is_single=parse is _parse_single)
    except RecursionError:
        raise TooDeep from None
    except ValueError:
        raise NotJson(reason) from None


def _parse_whole_batch(body: bytes) -> Parsed:
    try:
        batch = _batch.decode(body)
    except msgspec.ValidationError:
        return _parse_each(body)
    return Parsed(batch, batch.events)  # type: ignore[arg-type]


def _parse_single(body: bytes) -> Parsed:
    event = _decode(body)
    if isinstance(event, Refused):
        body.decode()  # what msgspec skips it does not check
    has_header = b'"key"' in body or b'"sent_at"' in body
    return Parsed(_decode_header(_header, body) if has_header else SentHeader(), [event], is_single=True)


def _checked(parsed: Parsed, body: bytes) -> Parsed:
    if not parsed.events:
        raise NoEvents(errors=[{"pointer": "/events", "code": "required", "detail": "at least one event"}])
    if len(parsed.events) > MAX_EVENTS:
        raise TooManyEvents(f"{len(parsed.events)} events; at most {MAX_EVENTS} a batch")
    if b"\\u0000" in body:
        parsed.events = [event if isinstance(event, Refused) else _without_nul(event) for event in parsed.events]
    return parsed


def _parse_each(body: bytes) -> Parsed:
    """Some event, or the frame around them, is not of its type."""
    body.decode()  # what msgspec skips it does not check
    batch = _decode_header(_batch_of_raw, body)
    if len(batch.events) > MAX_EVENTS:  # refuse before the work
        raise TooManyEvents(f"{len(batch.events)} events; at most {MAX_EVENTS} a batch")
    return Parsed(batch, [_decode(raw) for raw in batch.events])


def _parse_mended(body: bytes, *, is_single: bool) -> Parsed:
    """msgspec refuses a whole document for one lone surrogate (`"\\ud800"`), which browsers do send: half an emoji, cut
    off by a script. The standard library reads it; only the events that hold one are refused.

    Raises ValueError when it is no JSON at all.
    """
    document = json.loads(body.decode(), parse_constant=_refuse_constant)
    if not isinstance(document, dict):
        _refuse_frame("", "wrong_type", "must be an object")
    events = [document] if is_single else document.get("events")
    if not isinstance(events, list):
        _refuse_frame("/events", "required" if events is None else "wrong_type", "must be a list of events")
    if len(events) > MAX_EVENTS:
        raise TooManyEvents(f"{len(events)} events; at most {MAX_EVENTS} a batch")
    frame = {name: document[name] for name in SentHeader.__struct_fields__ if name in document}
    header = _decode_header(_header, json.dumps(frame).encode() if _is_text(frame) else b"{}")
    return Parsed(header, [_decode_mended(event) for event in events], is_single=is_single)


def _decode_mended(event: Any) -> SentEvent | Refused:
    if not _is_text(event):
        fields = event.items() if isinstance(event, dict) else ()
        field = next((name for name, value in fields if _is_text(name) and not _is_text(value)), "")
        return Refused("lone_surrogate", field, "holds half of a UTF-16 surrogate pair")
    try:
        return _decode(json.dumps(event).encode())
    except msgspec.DecodeError:  # the standard library reads 1e999 as infinity and writes it as no JSON at all
        return Refused("out_of_range", "", "a number is out of range")


def _is_text(value: Any) -> bool:
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return False
    return True


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _decode(raw: bytes | msgspec.Raw) -> SentEvent | Refused:
    """Raises DecodeError when it is no JSON."""
    try:
        return _event.decode(raw)
    except msgspec.ValidationError as error:
        return _refusal(str(error))


def _decode_header(decoder: Any, body: bytes) -> Any:
    """The frame of a request; a fault in it is the whole request's."""
    try:
        return decoder.decode(body)
    except msgspec.ValidationError as error:
        refused = _refusal(str(error))
        _refuse_frame(f"/{refused.field}" if refused.field else "", refused.code, refused.detail)


def _refuse_frame(pointer: str, code: str, detail: str) -> NoReturn:
    raise Invalid(errors=[{"pointer": pointer, "code": code, "detail": detail}])


def _without_nul(event: SentEvent) -> SentEvent:
    values = {name: without_nul(getattr(event, name)) for name in SentEvent.__struct_fields__}
    if event.utm_params is not None:
        utm = event.utm_params
        values["utm_params"] = type(utm)(*(without_nul(getattr(utm, name)) for name in utm.__struct_fields__))
    return SentEvent(**values)


# msgspec's messages are its only account of what is wrong; a test holds them to these for the version we pin.
_PLACE = re.compile(r"^(?P<message>.*?)(?: - at `\$\.?(?P<path>.*)`)?\Z", re.DOTALL)
_MISSING = re.compile(r"Object missing required field `(\w+)`")
_LENGTH = re.compile(r"Expected `str` of length <= (\d+)")
_BOUND = re.compile(r"Expected `(?:int|float)` ([<>]=) (-?\d+)")
_BOUNDS = {"<=": "at most", ">=": "at least"}


def _refusal(error: str) -> Refused:
    """msgspec's message, such as "Expected `str`, got `int` - at `$.url`", as code, field and detail."""
    found = _PLACE.match(error)
    message, path = (found["message"], found["path"] or "") if found else (error, "")
    field = path.partition("[")[0].replace(".", "/")
    if missing := _MISSING.match(message):
        return Refused("required", "/".join(filter(None, (field, missing[1]))), "is required")
    if field in {"url", "event_type", "events"} and message.endswith("got `null`"):
        return Refused("required", field, "is required")
    if field.startswith("utm_params"):
        return Refused("invalid_utm", field, message)
    if too_long := _LENGTH.match(message):
        return Refused("too_long", field, f"at most {too_long[1]} characters")
    if bound := _BOUND.match(message):
        return Refused("out_of_range", field, f"must be {_BOUNDS[bound[1]]} {bound[2]}")
    if message == "Number out of range":
        return Refused("out_of_range", field, "is out of range")
    if message == "Invalid UUID":
        return Refused("invalid_uuid", field, "must be a UUID")
    if "RFC3339" in message or "timezone component" in message:
        return Refused("invalid_timestamp", field, "must be an RFC 3339 time with its offset, or epoch milliseconds")
    return Refused("wrong_type", field, message.replace("`", ""))
