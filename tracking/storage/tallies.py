"""The sums that metrics are made of. They add up over days, and over the rows of any source."""

from dataclasses import dataclass

from tracking.storage.metrics import Family


@dataclass(frozen=True, slots=True)
class Tally:
    """definition: what is added up, in words. combine: the aggregate that adds two of it. type: its type in SQL."""

    name: str
    family: Family
    definition: str
    type: str = "int8"
    combine: str = "sum"


_EACH = (
    # Distinct; adds up where no visitor is in two of the parts.
    Tally("visitors", Family.EVENTS, "distinct visitors"),
    Tally("pageviews", Family.EVENTS, "events that are pageviews"),
    Tally("events", Family.EVENTS, "custom events"),
    Tally("revenue", Family.EVENTS, "sum of the events' values; none: no event had one", "float8"),
    # First and last of the currencies of the revenue; when they differ, the revenue is of several.
    Tally("currency_low", Family.EVENTS, "first currency of the values, by the alphabet", "text", "min"),
    Tally("currency_high", Family.EVENTS, "last currency of the values, by the alphabet", "text", "max"),
    Tally("engaged_ms", Family.EVENTS, "milliseconds in which pages were visible and in use"),
    # (day, visit, page) with an engagement event that has engaged_ms.
    Tally("engagements", Family.EVENTS, "visits to a page, a day each, of which that time is known"),
    # Of the largest scroll_depth of each (day, visit, page).
    Tally("scroll_sum", Family.EVENTS, "sum of the deepest points reached in visits to a page, a day each, in percent"),
    Tally("scrolls", Family.EVENTS, "visits to a page, a day each, of which the deepest point is known"),
    Tally("completions", Family.EVENTS, "times that a goal was reached"),
    Tally("visits", Family.VISITS, "visits"),
    # By an event's dimension a visit may be gone.
    Tally("known_visits", Family.VISITS, "visits of which it is known how they went"),
    Tally("bounces", Family.VISITS, "visits with a single pageview and no interaction"),
    Tally("duration_s", Family.VISITS, "seconds from the first to the last event of the visits", "float8"),
    Tally("views", Family.VISITS, "pageviews of the visits"),
    Tally("converted", Family.VISITS, "visits in which a goal was reached"),
)
TALLIES: dict[str, Tally] = {tally.name: tally for tally in _EACH}
