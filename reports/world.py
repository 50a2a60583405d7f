"""The map of the world: how many visitors each country has."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from django.utils.translation import gettext, ngettext

from reports import figures, labels, results
from reports.links import DashboardLinks
from reports.params import Question
from tracking import countries
from tracking.storage.spec import Row, StatsQuery

LEVELS = 5
MOST_COUNTRIES = 300


@dataclass(frozen=True, slots=True)
class Country:
    """level: 1 to LEVELS, the shade. spoken: all of it as one sentence. url: the dashboard with it as a filter, or
    without it where it is one."""

    name: str
    visitors: str
    share: str
    spoken: str
    level: int
    url: str
    is_filter: bool


@dataclass(frozen=True, slots=True)
class World:
    """by_code: countries with visitors, by their two letters. legend: the shades there are, and what they stand for."""

    by_code: dict[str, Country]
    legend: Sequence[tuple[int, str]]

    def as_json(self) -> dict[str, Any]:
        return {code: asdict(country) for code, country in self.by_code.items()}


def world_query(question: Question) -> StatsQuery:
    return question.query(("visitors", "percentage"), dimensions=("country",), limit=MOST_COUNTRIES)


def world(question: Question, links: DashboardLinks) -> World:
    """One query. Raises what the store raises."""
    known = countries.names()
    rows = [row for row in results.run(world_query(question)).rows if row.metrics[0] and row.dimensions[0] in known]
    visitors = [int(row.metrics[0] or 0) for row in rows]
    bounds = _bounds(visitors)
    by_code = {row.dimensions[0]: _country(row, bounds, links) for row in rows}
    return World(by_code, _legend(min(visitors, default=0), bounds))


def _country(row: Row, bounds: Sequence[int], links: DashboardLinks) -> Country:
    code, visitors, values = row.dimensions[0], int(row.metrics[0] or 0), {"country": row.dimensions[0]}
    name, part = labels.label("country", code), figures.figure(row.metrics[1], "percent")
    counted = ngettext("%(count)s visitor", "%(count)s visitors", visitors) % {"count": figures.count(visitors)}
    return Country(
        name=name,
        visitors=counted,
        share=gettext("%(share)s of all visitors") % {"share": part},
        spoken=gettext("%(country)s: %(visitors)s, %(share)s") % {"country": name, "visitors": counted, "share": part},
        level=_level(bisect_left(bounds, visitors), bounds),
        url=links.toggled(values),
        is_filter=links.holds(values),
    )


def _bounds(visitors: Sequence[int]) -> list[int]:
    """The largest number of each shade. Each is as many times the one before, since one country has most visitors."""
    if not visitors:
        return []
    least, most = min(visitors), max(visitors)
    steps = {_rounded(least * (most / least) ** (step / LEVELS)) for step in range(1, LEVELS)}
    return sorted({*(step for step in steps if least <= step < most), most})


def _rounded(value: float) -> int:
    """To one digit below 100, else to two: 8; 40; 230."""
    whole = round(value)
    return round(whole, min(0, (1 if whole < 100 else 2) - len(str(whole))))


def _level(index: int, bounds: Sequence[int]) -> int:
    """The last bound has the strongest shade, however few there are."""
    return LEVELS - len(bounds) + 1 + index


def _legend(least: int, bounds: Sequence[int]) -> list[tuple[int, str]]:
    firsts = [least, *(bound + 1 for bound in bounds)]
    ranges = [_range(first, last) for first, last in zip(firsts, bounds, strict=False)]
    return [(_level(index, bounds), text) for index, text in enumerate(ranges)]


def _range(first: int, last: int) -> str:
    return figures.compact(first) if first == last else f"{figures.compact(first)} – {figures.compact(last)}"
