"""What the events of a period brought in, by currency: amounts in several currencies are never added up."""

import time
from collections.abc import Mapping
from datetime import timedelta

from django.core.cache import cache

from analytics_pulse import clock
from reports import figures, results
from reports.folding import FOLDED
from reports.params import Question
from tracking.storage import get_store
from tracking.storage.base import QueryTooLarge, StoreUnavailable
from tracking.storage.spec import Period, ProjectRef, StatsQuery

REVENUE = "revenue"  # the metric
REMEMBERED_S = 24 * 3600
# There may be some by now.
NOTHING_YET_S = 60


def is_earned(project: ProjectRef) -> bool:
    """Whether any event ever carried an amount; False while the store cannot say."""
    known, asked_at = cache.get(_key(project), (False, 0.0))
    if known or time.time() < asked_at + NOTHING_YET_S:
        return bool(known)
    try:
        known = _is_earned(project)
    except (StoreUnavailable, QueryTooLarge):
        return False
    cache.set(_key(project), (known, time.time()), REMEMBERED_S)
    return known


def was_earned(project: ProjectRef) -> bool:
    """The same as far as it is remembered, so that a page which comes before its numbers keeps room for them: once a
    day the store is asked."""
    known, asked_at = cache.get(_key(project), (False, 0.0))
    return bool(known) if asked_at else is_earned(project)


def revenue(question: Question, period: Period | None = None) -> Mapping[str, float]:
    """By the currency's three letters, the largest first; nothing where no event carries an amount."""
    return _asked(question, period) if is_earned(question.project) else {}


def only_currency(*amounts: Mapping[str, float]) -> str:
    """The one that all of these are in; "" where there are several, or none."""
    currencies = {currency for each in amounts for currency in each}
    return currencies.pop() if len(currencies) == 1 else ""


def in_words(amounts: Mapping[str, float]) -> str:
    """€1,234 · $56; a dash where there is nothing."""
    return " · ".join(figures.money(amount, currency) for currency, amount in amounts.items()) or "–"


def _key(project: ProjectRef) -> str:
    return f"revenue:{project.id}"


def _is_earned(project: ProjectRef) -> bool:
    first_at = get_store().first_event_at(project.id)
    if first_at is None:
        return False
    period = Period(first_at, clock.now() + timedelta(days=1), project.zone)
    found = results.run(StatsQuery(project, (REVENUE,), period, ("currency",)))
    return any(row.metrics[0] is not None for row in found.rows)


def _asked(question: Question, period: Period | None) -> dict[str, float]:
    rows = results.run(question.query((REVENUE,), dimensions=("currency",), period=period)).rows
    return {
        row.dimensions[0]: row.metrics[0]
        for row in rows
        if row.metrics[0] is not None and row.dimensions[0] not in ("", FOLDED)
    }
