"""Metrics and dimensions explained: a page for people, made from the registries that answer the questions."""

import re
from collections.abc import Iterable, Iterator

from tracking.event_types import COUNTS_VISITOR, INTERACTIVE
from tracking.storage.dimensions import DIMENSIONS, PROPERTY, PROPERTY_DEFINITION, Dimension
from tracking.storage.metrics import METRICS, Family, Metric
from tracking.storage.tallies import TALLIES

UNITS = {
    "count": "whole number",
    "percent": "percent, 0 to 100",
    "seconds": "seconds",
    "ratio": "number",
    "amount": "amount of money",
}
COUNTED = {
    Family.EVENTS: "events of the period, by when they occurred",
    Family.VISITS: "visits of the period, by when they started",
}
# What other tools, and older clients, call the same. None: it is made of these.
OTHER_NAMES = (
    ("`unique_visitors`, `daily_active_users`, `users`", "`visitors`; by day with `granularity=day`"),
    ("`page_views`, `views`, `hits`", "`pageviews`"),
    ("`sessions`, `session_count`", "`visits`"),
    ("`avg_session_duration_seconds`, `session_duration`", "`visit_duration`"),
    ("`avg_events_per_session`", "`events` divided by `visits`"),
    ("`pages_per_session`", "`views_per_visit`"),
    ("`events_count`, `total_events`", "`events`"),
    ("`conversions`, `goal_completions`", "`completions`"),
    ("`top_pages`, `top_referrers`, `top_countries`, …", "the dimensions `page`, `referrer`, `country`, …"),
    ("`device_type`, `device_breakdown`", "`device`"),
    ("`operating_system`", "`os`"),
    ("`path`, `page_url`, `page_path`", "`page`"),
    ("`landing_page`", "`entry_page`"),
    ("`custom_data.<key>`, `properties.<key>`", f"`{PROPERTY}<key>`"),
    ("`startTime`, `startDate`, `from`", "the same: the first day of a period"),
    ("`endTime`, `endDate`, `to`", "the same: the last day of a period, included"),
    ("`granularity`, `interval`", "the same: the size of a time series' buckets"),
)
# SQL of the formulas, and how it reads. In this order.
_READS = (
    (r"::\w+", ""),
    (r"\b100\.0\b", "100"),
    (r"\b1000\.0\b", "1000"),
    (r"\(SELECT visitors FROM total\)", "`visitors` of the whole answer"),
    (r"\b(?:coalesce|nullif)\((`visitors` of the whole answer|\w+), 0\)", r"\1"),
    (r"CASE WHEN (.+) THEN (.+) END", r"\2, where \1"),
    (r" \* ", " × "),
    (r" / ", " ÷ "),
)


def formula(metric: Metric) -> str:
    """How the metric is made of its tallies, to read."""
    text = metric.formula
    for pattern, reads in _READS:
        text = re.sub(pattern, reads, text)
    return re.sub(r"(?<!`)\b([a-z]+(?:_[a-z]+)*)\b(?!`)", lambda match: _as_code(match[1]), text)


def page() -> str:
    """docs/metrics.md."""
    return "\n".join(_lines()) + "\n"


def _as_code(word: str) -> str:
    return f"`{word}`" if word in TALLIES else word


def _lines() -> Iterator[str]:
    yield from _INTRODUCTION.splitlines()
    yield from ("", "## Metrics", "")
    yield from _table(
        ("metric", "on the dashboard", "unit", "what it is"),
        ((f"`{each.name}`", each.label, UNITS[each.unit], each.definition) for each in METRICS.values()),
    )
    yield from ("", *_HOW_THEY_ARE_MADE.splitlines(), "")
    yield from _table(
        ("metric", "counted of", "made of"),
        ((f"`{each.name}`", COUNTED[each.family], formula(each)) for each in METRICS.values()),
    )
    yield from ("", "with these sums:", "")
    yield from _table(("sum", "what is added up"), ((f"`{each.name}`", each.definition) for each in TALLIES.values()))
    yield from ("", *_DIMENSIONS.splitlines(), "")
    yield from _table(
        ("dimension", "on the dashboard", "of", "its values"),
        (
            *((f"`{each.name}`", each.label, _home(each), each.definition) for each in DIMENSIONS.values()),
            (f"`{PROPERTY}<key>`", "Property", "event", PROPERTY_DEFINITION),
        ),
    )
    yield from ("", *_TOGETHER.splitlines(), "", "## Other names", "")
    yield from _table(("elsewhere", "here"), OTHER_NAMES)


def _home(dimension: Dimension) -> str:
    if dimension.is_shared:
        return "visit and its events"
    return "event" if dimension.in_events else "visit"


def _table(heads: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    yield f"| {' | '.join(heads)} |"
    yield f"|{' --- |' * len(heads)}"
    for row in rows:
        yield f"| {' | '.join(cell.replace('|', '&#124;') for cell in row)} |"


def _names(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


_INTRODUCTION = f"""# Metrics and dimensions

What every number means. The dashboard, the API, exports and emails all ask the same questions, so a number is the same
wherever it stands. `manage.py metrics_doc` writes this page from the definitions that the program itself goes by.

**Visitor.** By default a visitor is a visitor of one day: the number that stands for somebody is made with a salt that
is destroyed, so that nobody can be recognised later. The visitors of a longer period are the sum of its days. Where a
project has opted into `anonymous_id`, a visitor is the same for as long as the browser keeps the id, and counts once
in a period. Counted are visitors with an event of these types; others only tell more about a page that is open already:
{_names(COUNTS_VISITOR)}.

**Visit.** Ends after 30 minutes without an event. It belongs to the moment in which it started, and keeps where it came
from and on what: source, campaign, place and device of its first event hold for all of it.

**Interaction.** An event of these types: {_names(INTERACTIVE)}. A visit with one
is no bounce.

**Days** are days of the project's time zone, weeks begin on Monday. Where clocks change, a day has 23 or 25 hours.

**Nothing to count.** A count without events is 0. A ratio without anything to divide by is `null`, not 0."""
_HOW_THEY_ARE_MADE = """### How they are made

Each metric is made of sums, which add up over hours, days and rows:"""
_DIMENSIONS = """## Dimensions

What an answer can be broken down and filtered by. An empty value stands for what is not known or not there."""
_TOGETHER = """### Together

- **Of both**, by nothing or by dimensions that a visit shares with its events: visitors, pageviews and events are those
  of the events in the period, visits and what is made of them those of the visits that started in it. The visit that
  began yesterday at 23:50 has pageviews today, and is one of yesterday's visits.
- **By or with a filter on a dimension of events** (page, title, event, property, goal …): all of the events that match;
  the visits are those in which such an event occurred. A visit with three pages is in three rows of `page`.
- **By a dimension of visits alone** (entry and exit page): all of the visits; pageviews, revenue and completions are
  those of the visits. `time_on_page` and `scroll_depth` belong to single pages and cannot be asked so.
- **Conversion rate by goal**: visits in which this goal was reached, in percent of all visits that the other filters
  leave."""
