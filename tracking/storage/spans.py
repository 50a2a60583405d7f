"""Stretches of time."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from tracking.storage.parameters import Parameters

# A visit goes on for as long as its visitor is active; none is expected to reach this.
LONGEST_VISIT = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Span:
    """[start, end), aware."""

    start: datetime
    end: datetime

    def widened(self, by: timedelta = LONGEST_VISIT) -> "Span":
        """With room for the visits that reach into it, and for the events of those that start in it."""
        return Span(self.start - by, self.end + by)


@dataclass(frozen=True, slots=True)
class Days:
    """[first, end) of a zone's days."""

    first: date
    end: date

    def span(self, zone: ZoneInfo) -> Span:
        return Span(midnight(self.first, zone), midnight(self.end, zone))


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """The first moment that has this date: where the clock repeats midnight, the first of the two."""
    return datetime.combine(day, time(), zone)


def hull(spans: tuple[Span, ...]) -> Span:
    return Span(min(span.start for span in spans), max(span.end for span in spans))


def on_days(column: str, days: tuple[Days, ...], params: Parameters) -> str:
    """A condition in SQL on a date."""
    each = [f"{column} >= {params.add(one.first)} AND {column} < {params.add(one.end)}" for one in days]
    return each[0] if len(each) == 1 else f"({' OR '.join(f'({one})' for one in each)})"


def within(column: str, spans: tuple[Span, ...], params: Parameters) -> str:
    """A condition in SQL. Written out for each span, so that the planner leaves out the partitions beyond them."""
    each = [f"{column} >= {params.add(span.start)} AND {column} < {params.add(span.end)}" for span in spans]
    return each[0] if len(each) == 1 else f"({' OR '.join(f'({one})' for one in each)})"
