"""Made-up goals and events."""

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

NOON = datetime(2026, 11, 18, 12, 0, tzinfo=UTC)
PATHS = ("/", "/thanks", "/blog/a", "/blog/a/b", "/blogger")
NAMES = ("Signup", "Buy")
_PATTERNS = (
    {"target_url_pattern": "/thanks", "url_match": "exact"},
    {"target_url_pattern": "/blog/*", "url_match": "wildcard"},
    {"target_url_pattern": "*a*", "url_match": "wildcard"},
    {"target_url_pattern": "^/blog(/|$)", "url_match": "regex"},
    {"target_url_pattern": "", "url_match": ""},
)
_CONDITIONS = (
    [],
    [{"key": "plan", "operator": "is", "values": ["pro", "7"]}],
    [{"key": "plan", "operator": "is_not", "values": ["pro"]}],
    [{"key": "plan", "operator": "contains", "values": ["r"]}],
    [{"key": "plan", "operator": "matches", "values": ["^p", "^$"]}],
    [{"key": "seats", "operator": "gte", "values": ["3"]}, {"key": "plan", "operator": "is_not", "values": ["x"]}],
    [{"key": "plan", "operator": "contains_not", "values": ["p"]}],
    [{"key": "seats", "operator": "lt", "values": ["3"]}],
)  # fmt: skip


def _with(drawn: st.SearchStrategy[dict[str, Any]], **fields: st.SearchStrategy[Any]) -> st.SearchStrategy:
    return st.builds(lambda first, rest: first | rest, drawn, st.fixed_dictionaries(fields))


patterns = st.sampled_from(_PATTERNS)
pages = st.sampled_from(_PATTERNS[:-1])
of_events = {
    "target_event_type": st.sampled_from(["custom", "click"]),
    "target_event_name": st.sampled_from(NAMES),
    "conditions": st.sampled_from(_CONDITIONS),
}
goals = st.one_of(
    _with(patterns, goal_type=st.just("event"), **of_events),
    _with(pages, goal_type=st.just("pageview")),
    _with(
        patterns,
        goal_type=st.just("value"),
        conditions=of_events["conditions"],
        target_event_type=st.sampled_from(["", "custom"]),
        target_event_name=st.sampled_from(["", "Buy"]),
        value_property=st.sampled_from(["", "seats"]),
        target_value=st.sampled_from(["2", "3.5"]),
    ),
    _with(pages, goal_type=st.just("scroll"), target_value=st.sampled_from([25, 75])),
    _with(pages, goal_type=st.just("engagement"), target_value=st.sampled_from([10, 45])),
)  # fmt: skip

# Few kinds of everything, so that much coincides.
events = st.fixed_dictionaries(
    {
        "event_type": st.sampled_from(["pageview", "custom", "custom", "click", "engagement", "engagement", "vitals"]),
        "event_name": st.sampled_from(NAMES),
        "path": st.sampled_from(PATHS),
        "session_id": st.sampled_from([0, 1, 2, 2]),
        "occurred_at": st.integers(0, 30).map(lambda minutes: NOON + timedelta(minutes=minutes)),
        "custom_data": st.sampled_from([None, {}, {"plan": "pro", "seats": 3}, {"plan": 7}, {"seats": "4"}]),
        "value": st.sampled_from([None, 1.0, 3.5, 9.0]),
        "engaged_ms": st.sampled_from([0, 9_000, 20_000, 40_000]),
        "scroll_depth": st.sampled_from([0, 30, 80]),
    }
)  # fmt: skip
