"""Which tables an answer is read from, and for which stretches of time. Pure.

Three kinds of sources give the same tallies: sums of whole days (analytics_daily, analytics_hourly,
analytics_breakdown), facts (analytics_visits: a row for each day and visit), and events and visits themselves. For the
days that are added up the cheapest is taken that can say what is asked; all else is read from events and visits.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from tracking.storage.conditions import Filter
from tracking.storage.dimensions import Dimension, find
from tracking.storage.metrics import METRICS, Family
from tracking.storage.rollup_tallies import OF_VISITS_ALONE, held
from tracking.storage.shape import Home, is_of_visits, own_dimensions, shape
from tracking.storage.spans import Days, Span, midnight
from tracking.storage.spec import StatsQuery
from tracking.storage.tallies import TALLIES

DAILY, HOURLY, BREAKDOWN = "analytics_daily", "analytics_hourly", "analytics_breakdown"
FACTS = "analytics_visits"
SUMS = frozenset({DAILY, HOURLY, BREAKDOWN})
ROLLUPS = SUMS | {FACTS}
WITHIN_A_DAY = frozenset({"minute", "hour", "day"})
OF_DAYS = frozenset({None, "day", "week", "month"})
# More of them make the conditions long and the plan slow; the days between them are read as they are instead.
MAX_RAW_SPANS = 8


@dataclass(frozen=True, slots=True)
class Reading:
    """What is counted of a family comes from `rollup` for these days ("" for none), and is read raw for these spans."""

    family: Family
    rollup: str
    days: tuple[Days, ...]
    raw: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """of_events: None when the question has nothing to do with them; likewise of_visits. What is read of the visits
    of matching events comes with those events, and is of_visits."""

    of_events: Reading | None
    of_visits: Reading | None

    @property
    def readings(self) -> list[Reading]:
        return [reading for reading in (self.of_events, self.of_visits) if reading]


def tables(query: StatsQuery, reading: Reading) -> list[str]:
    """The tables of events and visits that a reading's raw spans are read from."""
    if not reading.raw:
        return []
    if reading.family is Family.EVENTS:
        return ["events", "visits"] if shape(query).has_visits_of_events else ["events"]
    needs_events = {
        Home.BOTH: False,
        Home.EVENTS: True,
        Home.VISITS: not all(map(is_of_visits, query.filters)) or not set(tallies_of(query.metrics)) <= OF_VISITS_ALONE,
    }
    return ["events", "visits"] if needs_events[shape(query).home] else ["visits"]


def tallies_of(metrics: Iterable[str]) -> list[str]:
    """The tallies that these metrics are made of, in the order of the registry."""
    needed = {tally for name in metrics for tally in METRICS[name].tallies}
    return [name for name in TALLIES if name in needed]


def plan(
    query: StatsQuery,
    tallies: Iterable[str],
    clean_days: Sequence[date] = (),
    *,
    has_keys: bool = True,
    rollups: frozenset[str] = ROLLUPS,
    kept_days: Sequence[date] = (),
) -> Plan:
    """For these tallies of the question, by its keys or of all together.

    clean_days: those that are added up, in order. rollups: the tables that may be used. kept_days: those of the clean
    days of which analytics_breakdown has every value of the dimension of only_value(); in order.
    """
    needed = frozenset(tallies)
    clean = _Clean(clean_days, kept_days, rollups)
    if shape(query).home is Home.VISITS:
        return Plan(None, _reading(query, Family.VISITS, needed, clean, has_keys))
    found = {}
    for family in Family:
        of_family = frozenset(name for name in needed if TALLIES[name].family is family)
        found[family] = _reading(query, family, of_family, clean, has_keys) if of_family else None
    return Plan(found[Family.EVENTS], found[Family.VISITS])


def only_value(query: StatsQuery) -> Filter | None:
    """The question's filter, when there is no other and analytics_breakdown may have a row a day of what it leaves."""
    match query.filters:
        # By goal whoever reached it counts, of whatever event: the visits are not kept. No name is no event.
        case (Filter(name, "is", (value,), True) as only,) if name != "goal" and (name, value) != ("event_name", ""):
            dimension = find(name)
            return only if dimension and held(dimension) else None
    return None


def whole_days(query: StatsQuery) -> tuple[date, date] | None:
    """The first and the last day that lie within the period as a whole."""
    zone = query.project.zone
    first, last = query.period.start.astimezone(zone).date(), query.period.end.astimezone(zone).date()
    if midnight(first, zone) < query.period.start:
        first += timedelta(days=1)
    last -= timedelta(days=1)
    return (first, last) if first <= last else None


def visitors_add_up(query: StatsQuery, *, has_keys: bool) -> bool:
    """Whether no visitor is in two days of a row."""
    return query.project.is_cookieless or is_within_a_day(query, has_keys=has_keys)


def is_within_a_day(query: StatsQuery, *, has_keys: bool) -> bool:
    """Whether each row of the answer, or the total without keys, is about one day of the project's zone."""
    if has_keys and query.interval in WITHIN_A_DAY:
        return True
    zone = query.project.zone
    last = query.period.end - timedelta(microseconds=1)
    return query.period.start.astimezone(zone).date() == last.astimezone(zone).date()


@dataclass(frozen=True, slots=True)
class _Clean:
    """What plan() was given of the days that are added up."""

    days: Sequence[date]
    kept: Sequence[date]
    rollups: frozenset[str]

    def choice(self, query: StatsQuery, tables: list[str]) -> tuple[str, Sequence[date]]:
        """The table to read and its days. tables: those that could answer, the cheapest first."""
        possible = [table for table in tables if table in self.rollups]
        if BREAKDOWN not in possible or not query.filters:
            return (possible[0], self.days) if possible else ("", ())
        # Facts have all values of all days; where there are none, a day that is not kept is read raw.
        if FACTS in possible and len(self.kept) < len(self.days):
            return FACTS, self.days
        return BREAKDOWN, self.kept


def _reading(query: StatsQuery, family: Family, tallies: frozenset[str], clean: _Clean, has_keys: bool) -> Reading:
    whole = Span(query.period.start, query.period.end)
    table, usable = clean.choice(query, _tables(query, tallies, has_keys))
    days = _stretches(query, usable)
    zone = query.project.zone
    while len(raw := _rest(whole, [each.span(zone) for each in days])) > MAX_RAW_SPANS:
        # Between two raw spans there is one stretch of days: the shortest is given up.
        days.remove(min(days, key=lambda each: each.end - each.first))
    return Reading(family, table if days else "", tuple(days), tuple(raw))


def _tables(query: StatsQuery, tallies: frozenset[str], has_keys: bool) -> list[str]:
    """The rollups that have these tallies of a question, the cheapest first."""
    home = shape(query).home
    dimensions = [each for name in query.dimensions if (each := find(name))] if has_keys else []
    own = [*dimensions, *own_dimensions(query.filters)]
    interval = query.interval if has_keys else None
    found: list[str] = []
    if "visitors" not in tallies or visitors_add_up(query, has_keys=has_keys):
        if not query.filters:
            found += _sums(home, dimensions, interval, tallies)
        elif (only := only_value(query)) and interval in OF_DAYS:
            found += _sums_of_value(home, only, dimensions, tallies)
    is_held = home is not Home.VISITS or tallies <= OF_VISITS_ALONE
    if all(dimension.in_visits for dimension in own) and is_held and interval in OF_DAYS:
        found.append(FACTS)
    return found


def _sums(home: Home, dimensions: list[Dimension], interval: str | None, tallies: frozenset[str]) -> list[str]:
    if not dimensions:
        is_held = home is not Home.VISITS or tallies <= OF_VISITS_ALONE
        if interval in OF_DAYS:
            return [DAILY] if is_held else []
        return [HOURLY] if interval == "hour" and home is Home.BOTH else []
    if len(dimensions) == 1 and interval in OF_DAYS and tallies <= held(dimensions[0]):
        return [BREAKDOWN]
    return []


def _sums_of_value(home: Home, only: Filter, dimensions: list[Dimension], tallies: frozenset[str]) -> list[str]:
    dimension = find(only.dimension)
    if not dimension or dimensions not in ([], [dimension]) or not tallies <= held(dimension):
        return []
    # A page's visitors are those of its events, an entry page's those who began there: another's are not counted so.
    return [BREAKDOWN] if dimension.in_events is (home is not Home.VISITS) else []


def _stretches(query: StatsQuery, clean_days: Sequence[date]) -> list[Days]:
    """Clean days that lie within the period, those that follow each other together."""
    found: list[Days] = []
    bounds = whole_days(query)
    for day in clean_days:
        if bounds is None or not bounds[0] <= day <= bounds[1]:
            continue
        if found and found[-1].end == day:
            found[-1] = Days(found[-1].first, day + timedelta(days=1))
        else:
            found.append(Days(day, day + timedelta(days=1)))
    return found


def _rest(whole: Span, taken: list[Span]) -> list[Span]:
    """What is left of the whole. taken: in order, within it."""
    starts = [whole.start, *(span.end for span in taken)]
    ends = [*(span.start for span in taken), whole.end]
    return [Span(start, end) for start, end in zip(starts, ends, strict=True) if start < end]
