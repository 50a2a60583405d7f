"""The numbers that can be asked for. Each is declared once: its unit, its meaning in words, what it is made of."""

from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext_noop as _


class Family(StrEnum):
    """What a metric counts: events of the period, or visits that started in it."""

    EVENTS = "events"
    VISITS = "visits"


@dataclass(frozen=True, slots=True)
class Metric:
    """A number with one definition.

    unit: "count", "percent", "seconds", "ratio" or "amount". family: what it counts when the question allows either.
    tallies: the sums (see tallies.py) it needs; formula: SQL over those sums. `visitors` is counted, not summed.
    """

    name: str
    label: str
    unit: str
    family: Family
    tallies: tuple[str, ...]
    formula: str
    definition: str


_EACH = (
    Metric(
        "visitors",
        _("Unique visitors"),
        "count",
        Family.EVENTS,
        ("visitors",),
        "coalesce(visitors, 0)",
        _(
            "Distinct visitors with at least one event in the period. In cookieless mode a visitor is a visitor of "
            "one day, and a period's visitors are the sum of its days."
        ),
    ),
    Metric(
        "visits",
        _("Visits"),
        "count",
        Family.VISITS,
        ("visits",),
        "coalesce(visits, 0)",
        _(
            "Visits that started in the period. A visit ends after 30 minutes of silence. By page, title, hostname or "
            "event: the visits in which it occurred."
        ),
    ),
    Metric(
        "pageviews",
        _("Pageviews"),
        "count",
        Family.EVENTS,
        ("pageviews",),
        "coalesce(pageviews, 0)",
        _("Pages shown in the period."),
    ),
    Metric(
        "events",
        _("Events"),
        "count",
        Family.EVENTS,
        ("events",),
        "coalesce(events, 0)",
        _("Custom events in the period."),
    ),
    Metric(
        "views_per_visit",
        _("Views per visit"),
        "ratio",
        Family.VISITS,
        ("views", "known_visits"),
        "views::float8 / nullif(known_visits, 0)",
        _("Pageviews of the visits that started in the period, divided by those visits."),
    ),
    Metric(
        "bounce_rate",
        _("Bounce rate"),
        "percent",
        Family.VISITS,
        ("bounces", "known_visits"),
        "100.0::float8 * bounces / nullif(known_visits, 0)",
        _("Visits with a single pageview and no interaction, in percent of the visits that started in the period."),
    ),
    Metric(
        "visit_duration",
        _("Visit duration"),
        "seconds",
        Family.VISITS,
        ("duration_s", "known_visits"),
        "duration_s / nullif(known_visits, 0)",
        _("Mean time from a visit's first to its last event, over the visits that started in the period."),
    ),
    Metric(
        "time_on_page",
        _("Time on page"),
        "seconds",
        Family.EVENTS,
        ("engaged_ms", "engagements"),
        "engaged_ms / 1000.0::float8 / nullif(engagements, 0)",
        _(
            "Mean time that a page was visible and in use, over the visits to each page of which it is known. A visit "
            "over midnight counts on each day."
        ),
    ),
    Metric(
        "scroll_depth",
        _("Scroll depth"),
        "percent",
        Family.EVENTS,
        ("scroll_sum", "scrolls"),
        "scroll_sum::float8 / nullif(scrolls, 0)",
        _(
            "Mean of the deepest point reached, in percent of the page's height, over the visits to each page of which "
            "it is known. A visit over midnight counts on each day."
        ),
    ),
    Metric(
        "completions",
        _("Completions"),
        "count",
        Family.EVENTS,
        ("completions",),
        "coalesce(completions, 0)",
        _("How often goals were reached in the period. By goal, and where a filter says which: how often those were."),
    ),
    Metric(
        "converted_visits",
        _("Converted visits"),
        "count",
        Family.VISITS,
        ("converted",),
        "coalesce(converted, 0)",
        _(
            "Visits in which a goal was reached, each once, however often. Of the visits that started in the period; "
            "by goal, and where a filter says which: those in which it was reached in the period."
        ),
    ),
    Metric(
        "conversion_rate",
        _("Conversion rate"),
        "percent",
        Family.VISITS,
        ("converted", "known_visits"),
        "100.0::float8 * converted / nullif(known_visits, 0)",
        _(
            "Visits in which a goal was reached, in percent of the visits that started in the period. By goal: of all "
            "visits that the other filters leave."
        ),
    ),
    Metric(
        "revenue",
        _("Revenue"),
        "amount",
        Family.EVENTS,
        ("revenue", "currency_low", "currency_high"),
        "CASE WHEN currency_low = currency_high THEN revenue END",
        _(
            "Sum of the values that events carry, in their currency. Not shown where there are several currencies: "
            "break it down or filter by currency."
        ),
    ),
    Metric(
        "percentage",
        _("Share"),
        "percent",
        Family.EVENTS,
        ("visitors",),
        "100.0::float8 * coalesce(visitors, 0) / nullif((SELECT visitors FROM total), 0)",
        _("The row's visitors in percent of all visitors of the period."),
    ),
)
METRICS: dict[str, Metric] = {metric.name: metric for metric in _EACH}
