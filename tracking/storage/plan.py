"""Which tables an answer is read from, and for which stretches of time. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from tracking.storage.metrics import METRICS, Family
from tracking.storage.shape import Home, is_of_visits, shape
from tracking.storage.spans import Span
from tracking.storage.spec import StatsQuery
from tracking.storage.tallies import TALLIES


@dataclass(frozen=True, slots=True)
class Reading:
    """What is counted in `family` comes from `table` for these spans."""

    family: Family
    table: str
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """readings: a family's spans do not overlap, and are the period together."""

    readings: tuple[Reading, ...]

    def spans(self, family: Family, table: str) -> tuple[Span, ...]:
        return tuple(
            span
            for reading in self.readings
            if (reading.family, reading.table) == (family, table)
            for span in reading.spans
        )


def tallies_of(metrics: Iterable[str]) -> list[str]:
    """The tallies that these metrics are made of, in the order of the registry."""
    needed = {tally for name in metrics for tally in METRICS[name].tallies}
    return [name for name in TALLIES if name in needed]


def raw(query: StatsQuery) -> Plan:
    """All from events and visits."""
    whole = (Span(query.period.start, query.period.end),)
    return Plan(tuple(Reading(family, family.value, whole) for family in families(query)))


def families(query: StatsQuery) -> list[Family]:
    """The tables that the question is about, when it is not read from rollups."""
    asked = {TALLIES[name].family for name in tallies_of(query.metrics)}
    found = shape(query)
    match found.home:
        case Home.EVENTS:
            has_visits = Family.VISITS in asked or found.has_visits_of_events
            return [Family.EVENTS, Family.VISITS] if has_visits else [Family.EVENTS]
        case Home.VISITS:
            has_events = not all(map(is_of_visits, query.filters))
            return [Family.EVENTS, Family.VISITS] if has_events else [Family.VISITS]
    return sorted(asked)
