"""What each campaign brought: visits, and what came of them by who gets the credit."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from reports import results
from reports.answer_cache import AnswerCache
from reports.campaigns.choices import BASE, Wanted
from reports.fingerprint import fingerprint
from reports.folding import FOLDED
from reports.goal_names import GOAL
from reports.params import Question
from tracking.storage.attribution import LOOKBACK, Credit, FirstTouchQuery, first_touch
from tracking.storage.spec import Filter, Period, StatsQuery, StatsResult

# More campaigns than a person looks through; the list is sorted and searched as a whole.
MAX_ROWS = 5000
CURRENCY = "currency"
_credits = AnswerCache("first-touch", list[Credit])

Number = float | int | None


@dataclass(frozen=True, slots=True)
class Campaign:
    """metrics: BASE and the outcomes but for the revenue, which is by currency; None: not known, or not told."""

    value: str
    metrics: Mapping[str, Number]
    revenue: Mapping[str, float] = field(default_factory=dict)

    def number(self, column: str, currency: str = "") -> Number:
        return self.revenue.get(currency) if column == "revenue" else self.metrics[column]


@dataclass(frozen=True, slots=True)
class Campaigns:
    """rows: of the campaigns with a name, at most MAX_ROWS of `total`. unnamed: what visits come to that came by none.
    currencies: of all the revenue, that of most of it first."""

    rows: Sequence[Campaign]
    total: int
    unnamed: Campaign | None
    currencies: Sequence[str]
    query: StatsQuery
    result: StatsResult


def campaigns(question: Question, wanted: Wanted, period: Period | None = None) -> Campaigns:
    """Two queries; with a goal, with several currencies, and by first touch one more each. Raises what results.run
    does."""
    query = question.query(_metrics(wanted), dimensions=(wanted.dimension,), period=period, limit=MAX_ROWS)
    result = results.run(query)
    found = {row.dimensions[0]: dict(zip(query.metrics, row.metrics, strict=True)) for row in result.rows}
    of_goals = _of_goal(question, wanted)
    if wanted.is_first_touch:
        outcomes, revenue = _first_touch(of_goals, wanted, query.period, found)
    else:
        outcomes = _last_touch(of_goals, wanted, query.period) if wanted.goal else {}
        revenue = _revenue(of_goals, wanted, query.period)
    # Who began before the period may have reached a goal in it. Through a link nobody knows how many they are.
    is_of_link = question.least_visitors > 1
    values = list(found) if is_of_link else [*found, *(outcomes.keys() - found.keys())]
    nothing = dict(zip(query.metrics, results.nothing(query.metrics), strict=True))
    none: dict[str, Number] = {}
    if query.metrics == BASE:  # what came of them was asked for apart
        none = dict.fromkeys(_told(wanted), None if is_of_link else 0)
    every = [
        Campaign(value, nothing | found.get(value, {}) | none | outcomes.get(value, {}), revenue.get(value, {}))
        for value in values
    ]
    named = [each for each in every if each.value]
    total = max(result.meta.get("total_rows", 0) - len(found), 0) + len(named)
    unnamed = next((each for each in every if not each.value), None)
    return Campaigns(named, total, unnamed, _currencies(every), query, result)


def _metrics(wanted: Wanted) -> tuple[str, ...]:
    """What one query says of all of them."""
    return BASE if wanted.goal or wanted.is_first_touch else (*BASE, *_told(wanted))


def _told(wanted: Wanted) -> tuple[str, ...]:
    return wanted.outcomes[:2]


def _of_goal(question: Question, wanted: Wanted) -> Question:
    """The same, but what is reached is this goal."""
    if not wanted.goal:
        return question
    return replace(question, filters=(*question.filters, Filter(GOAL, "is", (wanted.goal,))))


def _last_touch(question: Question, wanted: Wanted, period: Period) -> dict[str, dict[str, Number]]:
    """Of one goal, by the campaign of the visit in which it was reached."""
    asked = question.query(_told(wanted), dimensions=(wanted.dimension,), period=period, limit=MAX_ROWS)
    return {
        row.dimensions[0]: dict(zip(asked.metrics, row.metrics, strict=True))
        for row in results.run(asked).rows
        if row.dimensions[0] != FOLDED
    }


def _revenue(question: Question, wanted: Wanted, period: Period) -> dict[str, dict[str, float]]:
    """By campaign and currency. One currency, as most projects have, is read from the sums of days."""
    by_currency = results.run(question.query(("revenue",), dimensions=(CURRENCY,), period=period)).rows
    currencies = [
        row.dimensions[0] for row in by_currency if row.metrics[0] is not None and row.dimensions[0] != FOLDED
    ]
    if not currencies:
        return {}
    # Through a link it is by currency even so: then a row's visitors are those who paid.
    is_one = len(currencies) == 1 and question.least_visitors <= 1
    keys = (wanted.dimension,) if is_one else (wanted.dimension, CURRENCY)
    found: dict[str, dict[str, float]] = {}
    for row in results.run(question.query(("revenue",), dimensions=keys, period=period, limit=MAX_ROWS)).rows:
        currency = row.dimensions[1] if len(keys) > 1 else currencies[0]
        if row.metrics[0] is not None and FOLDED not in row.dimensions:
            found.setdefault(row.dimensions[0], {})[currency] = row.metrics[0]
    return found


def _first_touch(
    question: Question, wanted: Wanted, period: Period, shown: Mapping[str, object]
) -> tuple[dict[str, dict[str, Number]], dict[str, dict[str, float]]]:
    """Outcomes and revenue by the campaign that brought the visitor first. Through a link only of campaigns that it
    shows, and nothing of fewer visitors than it tells apart."""
    query = FirstTouchQuery(question.project, period, wanted.dimension, question.conditions)
    since = period.start - LOOKBACK
    credits = _credits.get(query.project.id, since, period.end, fingerprint(query), lambda: list(first_touch(query)))
    least = question.least_visitors
    told = [
        each for each in credits
        if least <= 1 or (each.value in shown and (each.converted >= least or not each.completions))
    ]  # fmt: skip
    outcomes: dict[str, dict[str, Number]] = {
        each.value: {"completions": each.completions, "converted": each.converted} for each in told
    }
    # A link tells no revenue by first touch: nobody counted the visitors that it is of.
    return outcomes, {} if least > 1 else {each.value: dict(each.revenue) for each in told}


def _currencies(campaigns: Sequence[Campaign]) -> list[str]:
    sums: dict[str, float] = {}
    for each in campaigns:
        for currency, amount in each.revenue.items():
            sums[currency] = sums.get(currency, 0) + amount
    return sorted(sums, key=lambda currency: -sums[currency])
