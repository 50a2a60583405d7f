"""What would help a question that took too long, computed from the question."""

from reports.caveats import days_of
from tracking.storage.conditions import filters_in
from tracking.storage.dimensions import find
from tracking.storage.spec import StatsQuery


def advice(query: StatsQuery) -> str:
    """Sentences, the most helpful first."""
    found = []
    days = days_of(query.period)
    if days > 1:
        found.append(f"a shorter period than {days} days")
    if any(each.operator.startswith("matches") for each in filters_in(query.filters)):
        found.append("“is” or “contains” in place of “matches”")
    elif query.filters:
        found.append("fewer filters")
    slow = [name for name in query.dimensions if (dimension := find(name)) and not dimension.is_shared]
    if len(query.dimensions) > 1:
        found.append("one dimension in place of several")
    elif slow and query.filters:
        found.append(f"a dimension of visits such as source or country in place of {slow[0]}")
    elif slow and slow[0].startswith("prop:"):
        found.append(f"event_name in place of {slow[0]}")
    if query.interval in ("minute", "hour"):
        found.append("buckets of a day or more")
    if not found:
        return "Ask for fewer metrics at once, or try again in a while."
    listed = found[0] if len(found) == 1 else f"{', '.join(found[:-1])}, or {found[-1]}"
    return f"What would help: {listed}."
