"""The sums that metrics are made of. They add up over days, and over the rows of any source."""

from dataclasses import dataclass

from tracking.storage.metrics import Family


@dataclass(frozen=True, slots=True)
class Tally:
    """`combine`: the aggregate that adds two of it. `type`: its type in SQL."""

    name: str
    family: Family
    type: str = "int8"
    combine: str = "sum"


_EACH = (
    Tally("visitors", Family.EVENTS),  # distinct; adds up where no visitor is in two of the parts
    Tally("pageviews", Family.EVENTS),
    Tally("events", Family.EVENTS),  # custom ones
    Tally("revenue", Family.EVENTS, "float8"),  # null: no event had a value
    Tally("currency_low", Family.EVENTS, "text", "min"),  # first and last of the currencies of the revenue;
    Tally("currency_high", Family.EVENTS, "text", "max"),  # when they differ, the revenue is of several
    Tally("engaged_ms", Family.EVENTS),
    Tally("engagements", Family.EVENTS),  # (day, visit, page) with an engagement event that has engaged_ms
    Tally("scroll_sum", Family.EVENTS),  # of the largest scroll_depth of each (day, visit, page)
    Tally("scrolls", Family.EVENTS),
    Tally("completions", Family.EVENTS),
    Tally("visits", Family.VISITS),
    Tally("known_visits", Family.VISITS),  # visits whose row is in `visits`; by an event's dimension one may be gone
    Tally("bounces", Family.VISITS),
    Tally("duration_s", Family.VISITS, "float8"),
    Tally("views", Family.VISITS),
    Tally("converted", Family.VISITS),
)
TALLIES: dict[str, Tally] = {tally.name: tally for tally in _EACH}
