"""Stretches of time."""

from dataclasses import dataclass
from datetime import datetime, timedelta

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


def hull(spans: tuple[Span, ...]) -> Span:
    return Span(min(span.start for span in spans), max(span.end for span in spans))


def within(column: str, spans: tuple[Span, ...], params: Parameters) -> str:
    """A condition in SQL. Written out for each span, so that the planner leaves out the partitions beyond them."""
    each = [f"{column} >= {params.add(span.start)} AND {column} < {params.add(span.end)}" for span in spans]
    return each[0] if len(each) == 1 else f"({' OR '.join(f'({one})' for one in each)})"
