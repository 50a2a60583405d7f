"""The headline numbers: which metrics the dashboard and its routes show first."""

HEADLINES = ("visitors", "visits", "pageviews", "views_per_visit", "bounce_rate", "visit_duration")
# The headline numbers of which less is better.
LESS_IS_BETTER = frozenset({"bounce_rate"})


def tone(change: int | None, metric: str = "") -> str:
    """How a change is to look: "good", "bad", or "" where there is none."""
    if not change:
        return ""
    return "bad" if (change > 0) == (metric in LESS_IS_BETTER) else "good"
