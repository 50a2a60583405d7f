"""Which tallies the rollups hold. What they do not is null there, and is to be read from elsewhere."""

from tracking.storage.dimensions import Dimension
from tracking.storage.metrics import Family
from tracking.storage.tallies import TALLIES

OF_ENGAGEMENT = frozenset({"engaged_ms", "engagements", "scroll_sum", "scrolls"})
OF_EVENTS = frozenset(name for name, tally in TALLIES.items() if tally.family is Family.EVENTS)
OF_VISITS = frozenset(name for name, tally in TALLIES.items() if tally.family is Family.VISITS)
# A question about visits alone counts the visitors, pageviews and custom events of whole visits.
OF_VISITS_ALONE = OF_VISITS | {"visitors", "pageviews", "events"}


def held(dimension: Dimension) -> frozenset[str]:
    """What analytics_breakdown has of a dimension; nothing when it has no rows of it."""
    if dimension.key:  # a property: there is no end to them
        return frozenset()
    if dimension.is_shared:
        return frozenset(TALLIES)
    if dimension.in_visits:
        return OF_VISITS_ALONE
    # The visits of a page do not add up over days. Time and depth are of pages.
    return OF_EVENTS if dimension.name == "page" else OF_EVENTS - OF_ENGAGEMENT
