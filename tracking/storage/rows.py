"""The rows that the pipeline hands to the store. Field order is column order of the COPY."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from tracking.reasons import Reason


class EventRow(msgspec.Struct, gc=False):
    """One enriched event with its visit. `session_started_at` and `is_undated` are the store's
    instructions, not columns of `events`.

    source, channel, utm_*, country, region, city, browser*, os*, device_type are the visit's first touch, so that
    events and visits answer alike by these dimensions.
    """

    project_id: UUID
    event_id: UUID
    occurred_at: datetime
    received_at: datetime
    visitor_id: int
    session_id: int
    user_id: str
    event_type: str
    event_name: str
    hostname: str
    path: str
    title: str
    referrer: str
    source: str
    channel: str
    utm_source: str
    utm_medium: str
    utm_campaign: str
    utm_term: str
    utm_content: str
    country: str
    region: str
    city: str
    browser: str
    browser_version: str
    os: str
    os_version: str
    device_type: str
    screen_width: int | None
    screen_height: int | None
    viewport_width: int | None
    viewport_height: int | None
    language: str
    timezone: str
    custom_data: dict[str, Any] | None
    value: float | None
    currency: str
    engaged_ms: int | None
    scroll_depth: int | None
    session_started_at: datetime | None = None
    is_undated: bool = False


class QuarantinedRow(msgspec.Struct, gc=False):
    """An event that was screened out: `payload` is its envelope with this one event, encoded, so that it can go through
    the pipeline again."""

    project_id: UUID
    event_id: UUID
    occurred_at: datetime
    received_at: datetime
    reason: Reason
    detail: str
    payload: bytes


class CompletionRow(msgspec.Struct, gc=False):
    """A goal reached by an event of a visit."""

    project_id: UUID
    goal_id: UUID
    session_id: int
    event_id: UUID
    occurred_at: datetime
    url: str
    value: float | None
    metadata: dict[str, Any] | None


class Threshold(msgspec.Struct, frozen=True, gc=False):
    """A goal that a visit reaches once on a page, as soon as its engagement there comes to `least`: the deepest
    scrolling (percent) or else the time in all (ms)."""

    project_id: UUID
    goal_id: UUID
    session_id: int
    path: str
    is_scroll: bool
    least: float


class StoredBatch(msgspec.Struct):
    """All that some messages come to, for one transaction. Messages that were all appended before make it a no-op.

    erased: (project, time of receipt) of events that are to be counted and not kept: their visitor was erased.
    is_restored: the events come out of the quarantine. Those that are not there any more (restored already, dropped or
    erased) are neither stored nor counted; the others move in the ledger, within the hour of their receipt.
    is_imported: the rows come out of an archive, whose ledger has counted them already.
    completions: of these events. thresholds: to be looked up, of their visits. rule_versions: by project, of the goals
    that these were matched with; 0 where it is not named.
    """

    message_ids: tuple[UUID, ...]
    received_at: datetime
    events: list[EventRow]
    quarantined: list[QuarantinedRow] = []
    completions: list[CompletionRow] = []
    rejections: list[Any] = []  # tracking.envelope.Rejections
    erased: list[tuple[UUID, datetime]] = []
    is_restored: bool = False
    is_imported: bool = False
    thresholds: list[Threshold] = []
    rule_versions: dict[UUID, int] = {}


class Appended(msgspec.Struct, frozen=True):
    """What append() did: rows really new, recognised as duplicates, quarantined. new: the rows that were stored."""

    stored: int
    duplicate: int
    quarantined: int
    was_known: bool = False
    """All the messages had been appended before; nothing was done."""
    new: Sequence[EventRow] = ()
    moved: Sequence[tuple[UUID, datetime]] = ()
    """Projects, and times of earlier events that a goal was reached by, or is no longer."""


def distinct(events: Sequence[EventRow]) -> Sequence[EventRow]:
    """The first row of each event of each project; the very sequence when there is nothing to leave out."""
    if len({row.event_id for row in events}) == len(events):
        return events
    return list({(row.project_id, row.event_id): row for row in reversed(events)}.values())
