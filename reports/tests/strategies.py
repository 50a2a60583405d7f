"""What hypothesis makes up: conditions that may be asked, and JSON that nobody should send."""

from collections.abc import Sequence
from typing import Any

from hypothesis import strategies as st

from tracking.storage.conditions import MAX_DEPTH, OPERATORS, AllOf, AnyOf, Condition, Filter, HasDone, Not
from tracking.storage.dimensions import DIMENSIONS

# Words of the language, so that what is made up comes close to sense.
WORDS = [
    *OPERATORS, "and", "or", "not", "has_done", "has_not_done", "case_sensitive", "segment", "page", "event:page",
    "country", "entry_page", "goal", "prop:plan", "time:day", "time", "visitors", "bounce_rate", "revenue",
    "percentage", "metrics", "date_range", "dimensions", "filters", "order_by", "include", "pagination", "limit",
    "offset", "asc", "desc", "7d", "all", "2026-11-20", "2026-11-20T00:00:00Z", "comparisons", "mode", "custom",
    "previous_period", "year_over_year", "match_day_of_week", "explain", "time_labels", "total_rows", "\0",
    "\ud800", "", "(", "[[:bad:]]", "9999-12-31", "0001-01-01T00:00:00+23:59", "x" * 300,
]  # fmt: skip


def filters() -> st.SearchStrategy[Filter]:
    values = st.lists(st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20),
                      min_size=1, max_size=3, unique=True)  # fmt: skip
    dimensions = st.sampled_from([*DIMENSIONS, "prop:plan", "prop:a:b"])
    return st.builds(Filter, dimensions, st.sampled_from(OPERATORS), values.map(tuple), st.booleans())


def _around(inner: st.SearchStrategy[Condition]) -> st.SearchStrategy[Condition]:
    several = st.lists(inner, min_size=1, max_size=3).map(tuple)
    return st.builds(AllOf, several) | st.builds(AnyOf, several) | st.builds(Not, inner)


def trees() -> st.SearchStrategy[Condition]:
    within = st.recursive(filters(), _around, max_leaves=4)
    return st.recursive(filters() | st.builds(HasDone, within), _around, max_leaves=4)


def conditions_of(most: int = 3) -> st.SearchStrategy[tuple[Condition, ...]]:
    """Conditions within the limits of a question."""
    from reports.conditions import depth

    found = st.lists(trees(), max_size=most).map(tuple)
    return found.filter(lambda each: depth(each) <= MAX_DEPTH)


def json_values() -> st.SearchStrategy[Any]:
    """Any JSON, of words that mean something to a question more often than not."""
    texts = st.sampled_from(WORDS) | st.text(st.characters(), max_size=5)
    leaves = st.none() | st.booleans() | st.integers() | st.floats() | texts
    return st.recursive(
        leaves,
        lambda inner: st.lists(inner, max_size=5) | st.dictionaries(texts, inner, max_size=5),
        max_leaves=12,
    )


@st.composite
def questions(draw: st.DrawFn) -> dict[str, Any]:
    """Questions in JSON that make sense, and but for a few combinations are possible."""
    from reports import conditions, date_ranges
    from reports.query_body import TIMES
    from tracking.storage.metrics import METRICS

    metrics = draw(st.lists(st.sampled_from(list(METRICS)), min_size=1, max_size=4, unique=True))
    dimensions = draw(st.lists(st.sampled_from([*DIMENSIONS, "prop:plan"]), max_size=2, unique=True))
    if draw(st.booleans()):
        dimensions.insert(draw(st.integers(0, len(dimensions))), draw(st.sampled_from([*TIMES[:1], *TIMES[2:]])))
    body: dict[str, Any] = {
        "metrics": metrics,
        "date_range": draw(_ranges(date_ranges.NAMES)),
        "dimensions": dimensions,
    }
    if draw(st.booleans()):
        body["filters"] = conditions.as_json(draw(conditions_of(2)))
    if draw(st.booleans()):
        body["order_by"] = [[draw(st.sampled_from([*metrics, *dimensions])), draw(st.sampled_from(["asc", "desc"]))]]
    include = {key: draw(st.booleans()) for key in ("explain", "total_rows")}
    include["time_labels"] = any(each in TIMES for each in dimensions)
    mode = draw(st.sampled_from(["", "previous_period", "year_over_year", "custom"]))
    if mode == "custom":
        include["comparisons"] = {"mode": mode, "date_range": draw(_ranges(date_ranges.NAMES))}
    elif mode:
        include["comparisons"] = {"mode": mode, "match_day_of_week": draw(st.booleans())}
    body["include"] = include
    body["pagination"] = {"limit": draw(st.integers(1, 5)), "offset": draw(st.integers(0, 2))}
    return body


def _ranges(named: Sequence[str]) -> st.SearchStrategy[Any]:
    days = st.sampled_from(["2026-11-01", "2026-11-19", "2026-11-20", "2026-12-01"])
    moments = st.sampled_from(["2026-10-25T02:30:00", "2026-11-19T08:00:00Z", "2026-11-20T12:00:00.5+05:30"])
    spans = (st.lists(each, min_size=2, max_size=2, unique=True).map(sorted) for each in (days, moments))
    return st.one_of(st.sampled_from(named), *spans)


def bodies() -> st.SearchStrategy[Any]:
    """Questions, and questions with one part that is anything."""
    from reports.query_body import KEYS

    spoiled = st.tuples(questions(), st.sampled_from([*KEYS, "site_id"]), json_values())
    return questions() | questions() | spoiled.map(lambda parts: parts[0] | {parts[1]: parts[2]})
