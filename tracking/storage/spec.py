"""The vocabulary of questions. One value, StatsQuery, is the same for dashboard, API, exports and emails."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo


class Source(StrEnum):
    """Which table an answer was read from."""

    ROLLUP = "rollup"
    VISITS = "visits"
    EVENTS = "events"


@dataclass(frozen=True, slots=True)
class Metric:
    """A number with one definition. `home`: the table it is counted in when the question allows either."""

    name: str
    label: str
    unit: str  # "count", "percent", "seconds", "ratio"
    home: Source
    definition: str


METRICS: dict[str, Metric] = {
    metric.name: metric
    for metric in (
        Metric(
            "visitors",
            "Unique visitors",
            "count",
            Source.EVENTS,
            "Distinct visitors with at least one event in the period. In cookieless mode a visitor is a visitor of "
            "one day, and a period's visitors are the sum of its days.",
        ),
        Metric(
            "visits",
            "Visits",
            "count",
            Source.VISITS,
            "Visits that started in the period. A visit ends after 30 minutes of silence.",
        ),
        Metric("pageviews", "Pageviews", "count", Source.EVENTS, "Pages shown in the period."),
        Metric("events", "Events", "count", Source.EVENTS, "Custom events in the period."),
        Metric(
            "views_per_visit",
            "Views per visit",
            "ratio",
            Source.VISITS,
            "Pageviews of the visits that started in the period, divided by those visits.",
        ),
        Metric(
            "bounce_rate",
            "Bounce rate",
            "percent",
            Source.VISITS,
            "Visits with a single pageview and no interaction, in percent of the visits that started in the period.",
        ),
        Metric(
            "visit_duration",
            "Visit duration",
            "seconds",
            Source.VISITS,
            "Mean time from a visit's first to its last event, over the visits that started in the period.",
        ),
        Metric(
            "percentage",
            "Share",
            "percent",
            Source.EVENTS,
            "The row's visitors in percent of all visitors of the period.",
        ),
    )
}


@dataclass(frozen=True, slots=True)
class Dimension:
    """What an answer is broken down by. `column`: where its value stands in `events` and, when it has one, `visits`."""

    name: str
    label: str
    column: str
    in_visits: bool
    in_events: bool = True


DIMENSIONS: dict[str, Dimension] = {
    dimension.name: dimension
    for dimension in (
        Dimension("page", "Page", "path", in_visits=False),
        Dimension("title", "Title", "title", in_visits=False),
        Dimension("hostname", "Hostname", "hostname", in_visits=False),
        Dimension("event_name", "Event", "event_name", in_visits=False),
        Dimension("event_type", "Event type", "event_type", in_visits=False),
        Dimension("entry_page", "Entry page", "entry_page", in_visits=True, in_events=False),
        Dimension("exit_page", "Exit page", "exit_page", in_visits=True, in_events=False),
        Dimension("source", "Source", "source", in_visits=True),
        Dimension("referrer", "Referrer", "referrer", in_visits=True),
        Dimension("channel", "Channel", "channel", in_visits=True),
        Dimension("utm_source", "UTM source", "utm_source", in_visits=True),
        Dimension("utm_medium", "UTM medium", "utm_medium", in_visits=True),
        Dimension("utm_campaign", "UTM campaign", "utm_campaign", in_visits=True),
        Dimension("utm_term", "UTM term", "utm_term", in_visits=True),
        Dimension("utm_content", "UTM content", "utm_content", in_visits=True),
        Dimension("country", "Country", "country", in_visits=True),
        Dimension("region", "Region", "region", in_visits=True),
        Dimension("city", "City", "city", in_visits=True),
        Dimension("browser", "Browser", "browser", in_visits=True),
        Dimension("browser_version", "Browser version", "browser_version", in_visits=True),
        Dimension("os", "Operating system", "os", in_visits=True),
        Dimension("os_version", "OS version", "os_version", in_visits=True),
        Dimension("device", "Device", "device_type", in_visits=True),
        Dimension("language", "Language", "language", in_visits=True),
    )
}
INTERVALS = ("minute", "hour", "day", "week", "month")


@dataclass(frozen=True, slots=True)
class Period:
    """[start, end) as aware datetimes that are midnights of `zone` when it is made of days."""

    start: datetime
    end: datetime
    zone: ZoneInfo

    @property
    def first_day(self) -> date:
        return self.start.astimezone(self.zone).date()


@dataclass(frozen=True, slots=True)
class Filter:
    """`operator`: is, is_not, contains, contains_not. Several values: any of them."""

    dimension: str
    operator: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ProjectRef:
    """What the store must know of a project: no model, so that tracking needs no look-up to answer."""

    id: UUID
    zone: ZoneInfo
    is_cookieless: bool = True


@dataclass(frozen=True, slots=True)
class StatsQuery:
    """One question. Every filter must hold. `interval` adds time buckets as the first dimension, empty ones left out.

    order_by: (metric or dimension, descending) pairs; empty: by interval, else by the first metric, descending.
    """

    project: ProjectRef
    metrics: tuple[str, ...]
    period: Period
    dimensions: tuple[str, ...] = ()
    filters: tuple[Filter, ...] = ()
    interval: str | None = None
    order_by: tuple[tuple[str, bool], ...] = ()
    limit: int = 100
    offset: int = 0


@dataclass(frozen=True, slots=True)
class Row:
    """dimensions: in the order of the query; with an interval the bucket's start as ISO text of the project's zone
    comes first. metrics: in the order of the query; None where a ratio has no base."""

    dimensions: tuple[str, ...]
    metrics: tuple[float | int | None, ...]


@dataclass(frozen=True, slots=True)
class StatsResult:
    rows: Sequence[Row]
    meta: Mapping[str, Any] = field(default_factory=dict)
