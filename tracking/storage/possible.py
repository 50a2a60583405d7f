"""What cannot be asked, and why. Pure: the store refuses it, and the API says it before."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from tracking.storage.conditions import (
    MAX_CONDITIONS,
    MAX_DEPTH,
    MAX_PATTERN_CHARS,
    OPERATORS,
    AllOf,
    AnyOf,
    Condition,
    Filter,
    HasDone,
    Not,
)
from tracking.storage.dimensions import find
from tracking.storage.metrics import METRICS
from tracking.storage.shape import Home, shape
from tracking.storage.spec import INTERVALS, StatsQuery

INTERVAL = "interval"
# Of pages that were visited: which of a visit's pages an entry page's value would be of, nobody could say.
OF_PAGES = ("time_on_page", "scroll_depth")


@dataclass(frozen=True, slots=True)
class Impossible:
    """part: the field of StatsQuery. what: the name in it that is meant. code: stable. why: a sentence without end."""

    part: str
    what: str
    code: str
    why: str


def impossible(query: StatsQuery) -> list[Impossible]:
    """Everything about the question that cannot be answered; empty: it can."""
    found = [
        *(Impossible("metrics", name, "unknown_metric", "no metric") for name in query.metrics if name not in METRICS),
        *(_unknown("dimensions", name) for name in query.dimensions if not _is_dimension(name)),
        *faults_of_conditions(query.filters),
        *_faults_of_order(query),
    ]
    if not query.metrics:
        found.append(Impossible("metrics", "", "missing", "a question needs a metric"))
    if query.interval is not None and query.interval not in INTERVALS:
        found.append(Impossible("interval", query.interval, "unknown_interval", f"one of {', '.join(INTERVALS)}"))
    if not found:
        found += _faults_of_metrics(query)
    return found


def _faults_of_metrics(query: StatsQuery) -> Iterator[Impossible]:
    if shape(query).home is not Home.VISITS:
        return
    of_visits = [name for name in query.dimensions if (dimension := find(name)) and not dimension.in_events]
    for name in OF_PAGES:
        if name in query.metrics and of_visits:
            why = f"{METRICS[name].label} is not known by {of_visits[0]}: it is of each page; add page, or leave it out"
            yield Impossible("metrics", name, "impossible_metric", why)


def _faults_of_order(query: StatsQuery) -> Iterator[Impossible]:
    possible = {*query.metrics, *query.dimensions} | ({INTERVAL} if query.interval else set())
    for name, _ in query.order_by:
        if name not in possible:
            yield Impossible("order_by", name, "unknown_order", "order by what is asked for: a metric or a dimension")


def faults_of_conditions(conditions: tuple[Condition, ...], part: str = "filters") -> Iterator[Impossible]:
    """Of these trees, under the name of the field that they stand in."""
    yield from (replace(fault, part=part) for fault in _faults_of(conditions))


def _faults_of(conditions: tuple[Condition, ...]) -> Iterator[Impossible]:
    if sum(_count(each) for each in conditions) > MAX_CONDITIONS:
        yield Impossible("filters", "", "too_many", f"at most {MAX_CONDITIONS} conditions")
    elif max(map(_depth, conditions), default=0) > MAX_DEPTH:
        yield Impossible("filters", "", "too_deep", f"at most {MAX_DEPTH} conditions within each other")
    else:
        for each in conditions:
            yield from _faults_in(each, is_inside=False)


def _faults_in(condition: Condition, *, is_inside: bool) -> Iterator[Impossible]:
    """is_inside: within a HasDone."""
    match condition:
        case Filter():
            yield from _faults_of_filter(condition)
        case AllOf(inner) | AnyOf(inner):
            for each in inner:
                yield from _faults_in(each, is_inside=is_inside)
        case Not(one):
            yield from _faults_in(one, is_inside=is_inside)
        case HasDone(one):
            if is_inside:
                yield Impossible("filters", "has_done", "nested_has_done", "not within another has_done")
            yield from _faults_in(one, is_inside=True)


def _faults_of_filter(each: Filter) -> Iterator[Impossible]:
    if not _is_dimension(each.dimension):
        yield _unknown("filters", each.dimension)
    if each.operator not in OPERATORS:
        yield Impossible("filters", each.operator, "unknown_operator", f"one of {', '.join(OPERATORS)}")
    for value in each.values:
        if not _is_storable(value):
            yield Impossible("filters", each.dimension, "invalid_value", "a text without NUL and half characters")
        elif each.operator.startswith("matches") and len(value) > MAX_PATTERN_CHARS:
            yield Impossible(
                "filters", each.dimension, "too_long", f"a pattern of at most {MAX_PATTERN_CHARS} characters"
            )


def _unknown(part: str, name: str) -> Impossible:
    return Impossible(part, name, "unknown_dimension", "no dimension")


def _is_dimension(name: str) -> bool:
    return _is_storable(name) and find(name) is not None


def _is_storable(value: str) -> bool:
    try:
        value.encode()
    except UnicodeEncodeError:  # half of a surrogate pair
        return False
    return "\0" not in value


def _inner(condition: Condition) -> tuple[Condition, ...]:
    match condition:
        case AllOf(inner) | AnyOf(inner):
            return inner
        case Not(one) | HasDone(one):
            return (one,)
    return ()


def _count(condition: Condition) -> int:
    return 1 + sum(map(_count, _inner(condition)))


def _depth(condition: Condition) -> int:
    return 1 + max(map(_depth, _inner(condition)), default=0)
