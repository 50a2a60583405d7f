"""Sent events to accepted ones: the rules of the ingest contract beyond types. One bad event never fails the others."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import msgspec

from analytics_pulse.problems import Invalid, Problem
from tracking.client import clip_user_agent, normal_ip
from tracking.envelope import AcceptedEvent
from tracking.event_types import EVENT_TYPES
from tracking.fields import (
    Refused,
    check_custom_data,
    check_value,
    clean_currency,
    clean_referrer,
    clean_url,
    moment,
)
from tracking.keys import Source
from tracking.parsing import Parsed
from tracking.sent import SentEvent, SentHeader, SentUtm

MAX_AGE = timedelta(days=7)
MAX_AHEAD = timedelta(minutes=10)
MAX_TITLE_CHARS = 500
MAX_LANGUAGE_CHARS = 35
MAX_TIMEZONE_CHARS = 64
MAX_UTM_CHARS = 255


class InvalidEvents(Problem):
    """Every event of the request was refused."""

    code = "invalid_event"
    title = "No event could be accepted"


class Sender(msgspec.Struct, frozen=True):
    """Whom an event is from, as far as the event itself says it: each None unless it may say it."""

    anonymous_id: UUID | None = None
    user_agent: str | None = None
    ip: str | None = None


UNSAID = Sender()


class Accepted(msgspec.Struct):
    """events and, in the same order, their senders; errors as the receipt lists them."""

    events: list[AcceptedEvent]
    senders: list[Sender]
    errors: list[dict[str, Any]]

    @property
    def rejections(self) -> dict[str, int]:
        """How many events were refused, by code."""
        codes: dict[str, int] = {}
        for error in self.errors:
            codes[error["code"]] = codes.get(error["code"], 0) + 1
        return codes


def accept(parsed: Parsed, source: Source, received_at: datetime) -> Accepted:
    """The events that keep the rules, and what is wrong with the others. Raises Invalid for a bad `sent_at`."""
    skew = _skew(parsed.header, received_at)
    accepted = Accepted([], [], [])
    # A sender that may say nothing about itself needs no look at each event.
    says_sender = source.is_secret or not source.project.is_cookieless
    for index, sent in enumerate(parsed.events):
        try:
            if isinstance(sent, Refused):
                raise sent
            sender = _sender(sent, source) if says_sender else UNSAID
            accepted.events.append(_accept(sent, source, received_at, skew))
            accepted.senders.append(sender)
        except Refused as refused:
            place = "" if parsed.is_single else f"/events/{index}"
            accepted.errors.append(
                {
                    "index": index,
                    "code": refused.code,
                    "pointer": f"{place}/{refused.field}" if refused.field else place,
                    "detail": refused.detail,
                }
            )
    return accepted


def _accept(sent: SentEvent, source: Source, received_at: datetime, skew: timedelta) -> AcceptedEvent:
    event_type = EVENT_TYPES.get(sent.event_type)
    if event_type is None:
        raise Refused("unknown_event_type", "event_type", f"must be one of {', '.join(EVENT_TYPES)}")
    event_name = sent.event_name.strip() if sent.event_name else ""
    if "event_name" in event_type.requires and not event_name:
        raise Refused("required", "event_name", f"is required for {event_type.name}")
    if sent.custom_data:
        check_custom_data(sent.custom_data)
    if sent.value is not None:
        check_value(sent.value)
    return AcceptedEvent(
        sent.event_id or uuid4(),
        event_type.name,
        received_at if sent.timestamp is None else _occurred_at(sent.timestamp, received_at, skew),
        clean_url(sent.url, source.project.kept_query_params),
        event_name,
        clean_referrer(sent.referrer) if sent.referrer else "",
        sent.title[:MAX_TITLE_CHARS] if sent.title else "",
        sent.language[:MAX_LANGUAGE_CHARS] if sent.language else "",
        sent.timezone[:MAX_TIMEZONE_CHARS] if sent.timezone else "",
        sent.screen_width,
        sent.screen_height,
        sent.viewport_width,
        sent.viewport_height,
        sent.user_id or "",
        sent.custom_data or None,
        _utm(sent.utm_params) if sent.utm_params else None,
        sent.value,
        clean_currency(sent.currency) if sent.currency else "",
        sent.engaged_ms,
        sent.scroll_depth,
        # An id of our own is in no other delivery.
        sent.timestamp is None and sent.event_id is not None,
    )


def _occurred_at(timestamp: datetime | int | float, received_at: datetime, skew: timedelta) -> datetime:
    try:
        occurred_at = moment(timestamp, "timestamp") + skew
    except OverflowError:
        raise Refused("invalid_timestamp", "timestamp", "lies outside of time") from None
    age = received_at - occurred_at
    if age > MAX_AGE:
        raise Refused("too_old", "timestamp", f"is older than {MAX_AGE.days} days")
    if -age > MAX_AHEAD:
        raise Refused("in_future", "timestamp", "is more than 10 minutes ahead")
    return occurred_at


def _skew(header: SentHeader, received_at: datetime) -> timedelta:
    """What to add to the sender's times: whole minutes, so that a good clock adds 0 and a retry adds the same."""
    if header.sent_at is None:
        return timedelta()
    try:
        behind = received_at - moment(header.sent_at, "sent_at")
    except (Refused, OverflowError):
        error = {"pointer": "/sent_at", "code": "invalid_timestamp", "detail": "is no time"}
        raise Invalid(errors=[error]) from None
    return timedelta(minutes=round(behind.total_seconds() / 60))


def _utm(sent: SentUtm) -> dict[str, str] | None:
    values = ((name, getattr(sent, name)) for name in SentUtm.__struct_fields__)
    return {name: value[:MAX_UTM_CHARS] for name, value in values if value} or None


def _sender(sent: SentEvent, source: Source) -> Sender:
    """Raises Refused for an ip_address or user_agent that is none, when the key may say them."""
    anonymous_id = None if source.project.is_cookieless else sent.visitor_id
    if not source.is_secret:
        return Sender(anonymous_id)
    user_agent, ip = sent.user_agent, sent.ip_address
    if user_agent is not None and not isinstance(user_agent, str):
        raise Refused("wrong_type", "user_agent", "must be text")
    if ip is not None and not isinstance(ip, str):
        raise Refused("wrong_type", "ip_address", "must be text")
    address = normal_ip(ip) if ip else None
    if ip and address is None:
        raise Refused("invalid_ip", "ip_address", "must be an IPv4 or IPv6 address")
    return Sender(anonymous_id, clip_user_agent(user_agent) if user_agent else None, address)
