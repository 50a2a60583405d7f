"""The map of the world: how many visitors each country has."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from django.utils.translation import gettext, ngettext

from reports import figures, labels, results
from reports.links import DashboardLinks
from reports.params import Question
from reports.shades import Shades
from tracking import countries
from tracking.storage.spec import Row, StatsQuery

MOST_COUNTRIES = 300


@dataclass(frozen=True, slots=True)
class Country:
    """level: of its shade. spoken: all of it as one sentence. url: the dashboard with it as a filter, or
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
    """by_code: countries with visitors, by their two letters. legend: the shades there are, and what they stand for.
    is_nowhere: there are visitors, but no country that can be shown."""

    by_code: dict[str, Country]
    legend: Sequence[tuple[int, str]]
    is_nowhere: bool

    def as_json(self) -> dict[str, Any]:
        return {code: asdict(country) for code, country in self.by_code.items()}


def world_query(question: Question) -> StatsQuery:
    return question.query(("visitors", "percentage"), dimensions=("country",), limit=MOST_COUNTRIES)


def world(question: Question, links: DashboardLinks) -> World:
    """One query. Raises what the store raises."""
    known = countries.names()
    counted = [row for row in results.run(world_query(question)).rows if row.metrics[0]]
    rows = [row for row in counted if row.dimensions[0] in known]
    shades = Shades.of([int(row.metrics[0] or 0) for row in rows])
    by_code = {row.dimensions[0]: _country(row, shades, links) for row in rows}
    return World(by_code, shades.legend(), is_nowhere=bool(counted) and not rows)


def _country(row: Row, shades: Shades, links: DashboardLinks) -> Country:
    code, visitors, values = row.dimensions[0], int(row.metrics[0] or 0), {"country": row.dimensions[0]}
    name, part = labels.label("country", code), figures.figure(row.metrics[1], "percent")
    counted = ngettext("%(count)s visitor", "%(count)s visitors", visitors) % {"count": figures.count(visitors)}
    return Country(
        name=name,
        visitors=counted,
        share=gettext("%(share)s of all visitors") % {"share": part},
        spoken=gettext("%(country)s: %(visitors)s, %(share)s") % {"country": name, "visitors": counted, "share": part},
        level=shades.level(visitors),
        url=links.toggled(values),
        is_filter=links.holds(values),
    )
