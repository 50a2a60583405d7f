"""The last minutes as the realtime page shows them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from reports import figures, labels
from reports.event_words import EventWords, words
from reports.links import DashboardLinks
from reports.params import Question
from reports.realtime import RECENT_MINUTES, FeedEvent, Recent
from tracking.realtime.details import Value

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

# By dimension: the list's name, and what it says where it is empty.
LISTS: "dict[str, tuple[StrOrPromise, StrOrPromise]]" = {
    "page": (_("Pages"), _("No page was viewed in the last half hour.")),
    "source": (_("Sources"), _("Nobody came in the last half hour.")),
    "country": (_("Countries"), _("Nobody came in the last half hour.")),
    "device": (_("Devices"), _("Nobody came in the last half hour.")),
}
# A chart of nearly nothing is low: one pageview is no peak.
LEAST_TOP = 4
_SLOT, _GAP = 100 / RECENT_MINUTES, 0.6  # percent of the chart's width


@dataclass(frozen=True, slots=True)
class Bar:
    """A minute. x, width, y, height: percent of the chart, as SVG writes it."""

    start: datetime
    pageviews: int
    x: str
    slot: str
    width: str
    y: str
    height: str


@dataclass(frozen=True, slots=True)
class LiveRow:
    """`bar`: its share of the longest row, in percent. `code`: a country's two letters."""

    value: str
    label: str
    code: str
    bar: str
    visitors: str
    pageviews: str
    url: str


@dataclass(frozen=True, slots=True)
class LiveList:
    name: str
    title: str
    empty: str
    rows: Sequence[LiveRow]


@dataclass(frozen=True, slots=True)
class FedEvent:
    """`at`: in the project's zone."""

    event: FeedEvent
    at: datetime
    words: EventWords
    country: str
    device: str


def bars(recent: Recent, question: Question) -> Iterator[Bar]:
    """A minute each, oldest first."""
    top = max(LEAST_TOP, *(views for _, views in recent.minutes))
    for index, (start, views) in enumerate(recent.minutes):
        height = views / top * 100
        yield Bar(
            start.astimezone(question.project.zone),
            views,
            x=f"{index * _SLOT + _GAP / 2:.2f}%",
            slot=f"{index * _SLOT:.2f}%",
            width=f"{_SLOT - _GAP:.2f}%",
            y=f"{100 - height:.1f}%",
            height=f"{height:.1f}%",
        )


def lists(recent: Recent, links: DashboardLinks) -> Iterator[LiveList]:
    for dimension, (title, empty) in LISTS.items():
        values = recent.top[dimension]
        longest = max((each.visitors for each in values), default=0)
        rows = [_row(each, dimension, longest, links) for each in values]
        yield LiveList(dimension, str(title), str(empty), rows)


def fed(events: Sequence[FeedEvent], question: Question) -> list[FedEvent]:
    return [
        FedEvent(
            each,
            each.occurred_at.astimezone(question.project.zone),
            words(each.event_type, each.event_name, each.page),
            labels.label("country", each.country),
            labels.label("device", each.device),
        )
        for each in events
    ]


def _row(value: Value, dimension: str, longest: int, links: DashboardLinks) -> LiveRow:
    return LiveRow(
        value=value.name,
        label=labels.label(dimension, value.name),
        code=(value.name or "–") if dimension == "country" else "",
        bar=f"{value.visitors / longest * 100:.1f}%",
        visitors=figures.count(value.visitors),
        pageviews=figures.count(value.pageviews),
        url=links.with_filter(dimension, value.name),
    )
