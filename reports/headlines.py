"""The headline numbers: which metrics the dashboard and its routes show first."""

HEADLINES = ("visitors", "visits", "pageviews", "views_per_visit", "bounce_rate", "visit_duration")
# The headline numbers of which less is better.
LESS_IS_BETTER = frozenset({"bounce_rate"})
