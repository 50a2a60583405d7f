"""Answers about broken pages, from the cache or from the store."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from analytics_pulse import clock
from reports import results
from reports.answer_cache import AnswerCache
from reports.broken_pages.similar import SitePages
from reports.fingerprint import fingerprint
from reports.folding import FOLDED
from reports.params import MAX_LIMIT, Question
from tracking.storage import broken_pages
from tracking.storage.broken_pages import BrokenPage, BrokenPages, BrokenQuery, Way
from tracking.storage.spec import Filter, Period, StatsQuery

LIVE_DAYS = 90
MAX_LIVE = 5000
MAX_WAYS = 10
OPEN, FIXED = "open", "fixed"


@dataclass(frozen=True, slots=True)
class DatedPages:
    """as_of: the moment that the answer is of. is_cut: there are more than MAX_LIMIT, and those are left out."""

    pages: BrokenPages
    as_of: str

    @property
    def is_cut(self) -> bool:
        return self.pages.total > len(self.pages.rows)

    def of_state(self, state: str) -> list[BrokenPage]:
        return [each for each in self.pages.rows if (each.fixed_at is not None) == (state == FIXED)]


@dataclass(frozen=True, slots=True)
class _WaysQuery:
    project_pages: BrokenQuery
    path: str


_cache = AnswerCache("broken-pages", DatedPages)
_cache_of_ways = AnswerCache("broken-page-ways", list[Way])


def run(question: Question, search: str = "") -> DatedPages:
    """Those with `search` in their path, the most asked for first. One computation at a time per question. Raises what
    the store raises."""
    query = _query(question, search)
    end = max(query.period.end, clock.now())  # a page may be back after the period as well
    key = fingerprint(query)
    return _cache.get(query.project.id, query.period.start, end, key, lambda: _computed(replace(query, now=end)))


def ways(question: Question, path: str) -> Sequence[Way]:
    """What led to a page that is missing, the most frequent first. Raises what the store raises."""
    query = _query(question, "")
    project, period = query.project, query.period
    return _cache_of_ways.get(
        project.id,
        period.start,
        period.end,
        fingerprint(_WaysQuery(query, path)),
        lambda: list(broken_pages.ways(project, period, query.filters, path, limit=MAX_WAYS)),
    )


def site_pages(question: Question) -> SitePages:
    """The pages that were seen in the last 90 days and were never missing, whatever the filters are."""
    # Up to the last full hour, so that the answer is remembered for longer than this moment.
    end = clock.now().replace(minute=0, second=0, microsecond=0)
    period = Period(end - timedelta(days=LIVE_DAYS), end, question.project.zone)
    query = StatsQuery(question.project, ("pageviews",), period, ("page",), question.fixed, limit=MAX_LIVE)
    was_missing = (Filter("event_type", "is", ("not_found",)),)
    missing = replace(query, metrics=("visitors",), filters=(*question.fixed, *was_missing))
    missed = {row.dimensions[0] for row in results.run(missing).rows}
    views = {row.dimensions[0]: row.metrics[0] or 0 for row in results.run(query).rows}
    return SitePages({path: seen for path, seen in views.items() if seen and path not in missed | {"", FOLDED}})


def _query(question: Question, search: str) -> BrokenQuery:
    """The same for the same question: until when it is looked is put in as it is computed."""
    found = (Filter("page", "contains", (search,), case_sensitive=False),) if search else ()
    period = question.period.period
    return BrokenQuery(question.project, period, (*question.conditions, *found), period.end, MAX_LIMIT)


def _computed(query: BrokenQuery) -> DatedPages:
    as_of = clock.text(clock.now(), "milliseconds")
    return DatedPages(broken_pages.broken_pages(query), as_of)
