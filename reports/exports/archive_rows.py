"""What stands in an archive: its version, and the shape of each kind of row.

Rows are JSON objects, one a line, with the names of the columns; what is empty or null is left out. Ids of visitors and
visits are whole numbers of 64 bits with a sign.
"""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from msgspec import Meta

from reports.models.annotations import (
    MAX_EXTERNAL_ID_CHARS,
    MAX_TEXT_CHARS,
    MAX_TITLE_CHARS,
    MAX_URL_CHARS,
    Kind,
)
from tracking.reasons import Reason

FORMAT = "analytics-pulse-project"
VERSION = 3  # 1 had no annotations, 2 no goals and no funnels
# In this order. Of those after the first two there may be any number of parts, from 1 on.
MANIFEST, COMPLETE = "manifest.json", "complete.json"
SECTIONS = ("segments", "annotations", "goals", "funnels", "ledger", "events", "completions", "quarantine")

Moment = Annotated[datetime, Meta(tz=True)]
Int64 = Annotated[int, Meta(ge=-(2**63), le=2**63 - 1)]
Pixels = Annotated[int, Meta(ge=0, le=2**31 - 1)]
Count = Annotated[int, Meta(ge=0, le=2**63 - 1)]


class Settings(msgspec.Struct, forbid_unknown_fields=True):
    """What of the project itself goes along. No keys, no members, and nothing that is the operator's to say."""

    name: str
    domain: str
    timezone: str
    description: str = ""
    is_active: bool = True
    identity_mode: str = "cookieless"
    allowed_origins: list[str] = []
    kept_query_params: list[str] = []
    screening: dict[str, list[str]] = {}
    first_event_at: Moment | None = None


class Manifest(msgspec.Struct):
    """The first entry. Later versions may add to it, and say so by their number."""

    format: str
    version: int
    archive_id: UUID
    made_at: Moment
    made_by: str
    project_id: UUID
    project: msgspec.Raw


class Complete(msgspec.Struct):
    """The last entry, which a broken-off archive does not have. digest: of all entries before; see `Digest`."""

    counts: dict[str, int]
    entries: int
    digest: str


class ArchivedSegment(msgspec.Struct, forbid_unknown_fields=True):
    id: UUID
    name: Annotated[str, Meta(min_length=1, max_length=100)]
    filters: list[Any]


class ArchivedAnnotation(msgspec.Struct, forbid_unknown_fields=True):
    """As in `annotations`, without who wrote it."""

    id: UUID
    occurred_at: Moment
    title: Annotated[str, Meta(min_length=1, max_length=MAX_TITLE_CHARS)]
    occurred_on: date | None = None
    kind: Kind = Kind.NOTE
    text: Annotated[str, Meta(max_length=MAX_TEXT_CHARS)] = ""
    url: Annotated[str, Meta(max_length=MAX_URL_CHARS, pattern=r"\A(https?://.*)?\Z")] = ""
    is_public: bool = False
    external_id: Annotated[str, Meta(max_length=MAX_EXTERNAL_ID_CHARS)] = ""


class ArchivedGoal(msgspec.Struct, forbid_unknown_fields=True):
    """As in `goals`, without who made it."""

    id: UUID
    name: str
    goal_type: str
    description: str = ""
    target_event_type: str = ""
    target_event_name: str = ""
    conditions: list[Any] = []
    target_url_pattern: str = ""
    url_match: str = ""
    value_property: str = ""
    target_value: str = ""
    is_active: bool = True


class ArchivedFunnel(msgspec.Struct, forbid_unknown_fields=True):
    id: UUID
    name: Annotated[str, Meta(min_length=1, max_length=100)]
    steps: list[Any]
    by: str
    order: str
    window_s: Annotated[int, Meta(ge=1, le=2**31 - 1)] | None = None


class ArchivedHour(msgspec.Struct, forbid_unknown_fields=True):
    hour: Moment
    received: Count
    accepted: Count
    stored: Count
    duplicate: Count
    quarantined: Count
    rejected: Count
    reasons: dict[str, Count] = {}


class ArchivedEvent(msgspec.Struct, forbid_unknown_fields=True, gc=False):
    """As in `events`, and when its visit began."""

    event_id: UUID
    occurred_at: Moment
    received_at: Moment
    visitor_id: Int64
    event_type: str
    session_id: Int64 = 0
    user_id: str = ""
    event_name: str = ""
    hostname: str = ""
    path: str = ""
    title: str = ""
    referrer: str = ""
    source: str = ""
    channel: str = ""
    utm_source: str = ""
    utm_medium: str = ""
    utm_campaign: str = ""
    utm_term: str = ""
    utm_content: str = ""
    country: str = ""
    region: str = ""
    city: str = ""
    browser: str = ""
    browser_version: str = ""
    os: str = ""
    os_version: str = ""
    device_type: str = ""
    screen_width: Pixels | None = None
    screen_height: Pixels | None = None
    viewport_width: Pixels | None = None
    viewport_height: Pixels | None = None
    language: str = ""
    timezone: str = ""
    custom_data: msgspec.Raw = msgspec.Raw(b"null")
    value: float | None = None
    currency: str = ""
    engaged_ms: Int64 | None = None
    scroll_depth: Annotated[int, Meta(ge=-(2**31), le=2**31 - 1)] | None = None
    session_started_at: Moment | None = None


class ArchivedCompletion(msgspec.Struct, forbid_unknown_fields=True):
    """For whoever reads the archive. An import counts the goals anew."""

    occurred_at: Moment
    event_id: UUID
    goal_id: UUID
    session_id: Int64 = 0
    url: str = ""
    value: float | None = None
    metadata: msgspec.Raw = msgspec.Raw(b"null")


class ArchivedQuarantined(msgspec.Struct, forbid_unknown_fields=True):
    """payload: the accepted event in its envelope, as the quarantine keeps it, in base64."""

    occurred_at: Moment
    event_id: UUID
    received_at: Moment
    reason: Reason
    detail: str = ""
    payload: bytes = b""


ROW_TYPES: dict[str, type[msgspec.Struct]] = {
    "segments": ArchivedSegment,
    "annotations": ArchivedAnnotation,
    "goals": ArchivedGoal,
    "funnels": ArchivedFunnel,
    "ledger": ArchivedHour,
    "events": ArchivedEvent,
    "completions": ArchivedCompletion,
    "quarantine": ArchivedQuarantined,
}


def part_name(section: str, number: int) -> str:
    return f"{section}-{number:06}.jsonl.gz"
