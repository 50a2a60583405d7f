"""What this installation keeps of whom, from its settings and from the columns that there are."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from projects.models import IdentityMode, Project
from reports.exports import jobs
from tracking import erasure, identity, tombstones
from tracking.realtime.sizes import HOUR, MINUTE


class PlaceFrom(StrEnum):
    """How the place of a visitor is found."""

    FILE = "file"
    CDN = "cdn"
    TIMEZONE = "timezone"


@dataclass(frozen=True, slots=True)
class Facts:
    """Durations as their names say. place_from: what answers first."""

    retention_months: int
    salt_hours: int
    place_from: PlaceFrom
    is_cookieless_by_default: bool
    unsent_days: int
    exports_days: int
    erasures_days: int
    tombstones_days: int
    realtime_minutes: int
    realtime_hours: int
    session_days: int
    language_days: int


@dataclass(frozen=True, slots=True)
class Stored:
    """Columns of an event that belong together, and what they are."""

    name: str | Promise
    columns: Sequence[str]
    what: str | Promise


# Every column of the table of events, once: a test compares them.
STORED: tuple[Stored, ...] = (
    Stored(_("Time"), ("occurred_at", "received_at"), _("When it happened, and when it was received.")),
    Stored(
        _("What happened"),
        ("event_id", "event_type", "event_name"),
        _("A pageview, a click on a link that leads away, or an event that the site names itself."),
    ),
    Stored(_("Page"), ("hostname", "path", "title"), _("Its address without the query, and its title.")),
    Stored(
        _("Where the visit came from"),
        ("referrer", "source", "channel", "utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content"),
        _("The page that linked here, without its query, and the campaign that the link names."),
    ),
    Stored(_("Place"), ("country", "region", "city"), _("As far as it is known. Never an address or coordinates.")),
    Stored(
        _("Browser and device"),
        ("browser", "browser_version", "os", "os_version", "device_type"),
        _("What browser, system and kind of device. The text that the browser sends about itself is not kept."),
    ),
    Stored(
        _("Screen"),
        ("screen_width", "screen_height", "viewport_width", "viewport_height"),
        _("The size of the screen and of the window."),
    ),
    Stored(_("Language and time zone"), ("language", "timezone"), _("As the browser is set.")),
    Stored(
        _("Visitor and visit"),
        ("visitor_id", "session_id"),
        _("Two numbers, which tell apart who came at the same time and what belongs to one visit."),
    ),
    Stored(
        _("What the site sends of its own"),
        ("user_id", "custom_data", "value", "currency"),
        _("Only where a site does: properties of its events, an amount, its own pseudonym of a signed-in user."),
    ),
    Stored(
        _("Attention"),
        ("engaged_ms", "scroll_depth"),
        _("For how long the page was in use, and how far it was scrolled."),
    ),
)
# How long the tracker keeps what it could not send; see tracker/src/outbox.js.
UNSENT_DAYS = 7


def facts() -> Facts:
    default_mode = Project._meta.get_field("identity_mode").get_default()
    return Facts(
        retention_months=settings.RETENTION_MONTHS,
        salt_hours=_hours(identity.KEPT_FOR.total_seconds()),
        place_from=_place_from(),
        is_cookieless_by_default=default_mode == IdentityMode.COOKIELESS,
        unsent_days=UNSENT_DAYS,
        exports_days=jobs.KEPT_FOR.days,
        erasures_days=erasure.DONE_KEPT_FOR.days,
        tombstones_days=tombstones.STANDS_FOR.days,
        realtime_minutes=MINUTE.kept_s // 60,
        realtime_hours=_hours(HOUR.kept_s),
        session_days=settings.SESSION_COOKIE_AGE // 86_400,
        language_days=settings.LANGUAGE_COOKIE_AGE // 86_400,
    )


def _place_from() -> PlaceFrom:
    if settings.GEOIP_PATH:
        return PlaceFrom.FILE
    return PlaceFrom.CDN if settings.GEOIP_COUNTRY_HEADER else PlaceFrom.TIMEZONE


def _hours(seconds: float) -> int:
    return int(seconds // 3600)
