"""All that is stored of one event, in words."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from django.utils import formats
from django.utils.translation import gettext as _

from reports import figures, labels
from reports.event_words import EventWords, words
from tracking import identity
from tracking.storage.spec import DIMENSIONS


@dataclass(frozen=True, slots=True)
class EventDetail:
    """facts: what it is called and what it is, without those that are not known. properties: JSON on several lines, ""
    for none. visitor, visit: as the API shows them; visit is "" for an event of none."""

    words: EventWords
    at: datetime
    visitor: str
    visit: str
    facts: list[tuple[str, str]]
    properties: str


def event_detail(stored: Mapping[str, Any], zone: ZoneInfo) -> EventDetail:
    """`stored`: the event's columns, of tracking/storage/event_lookup.py."""
    data = stored["custom_data"]
    properties: Any = msgspec.json.decode(data) if isinstance(data, str) else data
    as_object = properties if isinstance(properties, dict) else None
    facts = [(name, text) for name, text in _facts(stored, zone) if text]
    return EventDetail(
        words=words(stored["event_type"], stored["event_name"], stored["path"], as_object),
        at=stored["occurred_at"].astimezone(zone),
        visitor=identity.shown(stored["visitor_id"]),
        visit=identity.shown(stored["session_id"]) if stored["session_id"] else "",
        facts=facts,
        properties=msgspec.json.format(msgspec.json.encode(properties), indent=2).decode() if properties else "",
    )


def _facts(stored: Mapping[str, Any], zone: ZoneInfo) -> Iterator[tuple[str, str]]:
    yield _("When"), _moment(stored["occurred_at"], zone)
    yield _("Received"), _moment(stored["received_at"], zone)
    yield _name("page"), f"{stored['hostname']}{stored['path']}"
    yield _name("title"), stored["title"]
    yield (
        _("Value"),
        "" if stored["value"] is None else f"{formats.number_format(stored['value'], 2)} {stored['currency']}",
    )
    yield _("Time on page"), "" if stored["engaged_ms"] is None else figures.duration(stored["engaged_ms"] / 1000)
    yield _("Scroll depth"), "" if stored["scroll_depth"] is None else figures.percent(stored["scroll_depth"])
    yield _("User id"), stored["user_id"]
    for name in (
        "source",
        "channel",
        "referrer",
        "utm_source",
        "utm_medium",
        "utm_campaign",
        "utm_term",
        "utm_content",
    ):
        yield _name(name), stored[name]
    for name in ("country", "region", "city", "language"):
        yield _name(name), labels.label(name, stored[name]) if stored[name] else ""
    yield _("Time zone"), stored["timezone"]
    yield _name("browser"), f"{stored['browser']} {stored['browser_version']}".strip()
    yield _name("os"), f"{stored['os']} {stored['os_version']}".strip()
    yield _name("device"), labels.label("device", stored["device_type"]) if stored["device_type"] else ""
    yield _("Screen"), _size(stored["screen_width"], stored["screen_height"])
    yield _("Window"), _size(stored["viewport_width"], stored["viewport_height"])
    yield _("Event id"), str(stored["event_id"])


def _name(dimension: str) -> str:
    return _(DIMENSIONS[dimension].label)


def _moment(at: datetime, zone: ZoneInfo) -> str:
    return formats.date_format(at.astimezone(zone), _("j M Y, H:i:s"))


def _size(width: int | None, height: int | None) -> str:
    return "" if width is None else f"{width} × {height}" if height is not None else f"{width}"
