"""Answers about the ways of visits, from the cache or from the store."""

import time
from dataclasses import dataclass

from analytics_pulse import clock
from reports.answer_cache import AnswerCache
from reports.fingerprint import fingerprint
from tracking.storage import paths
from tracking.storage.paths import PathAnswer, PathQuery


@dataclass(frozen=True, slots=True)
class DatedPaths:
    """as_of: the moment that the answer is of. timed_ms: how long the store took."""

    paths: PathAnswer
    as_of: str
    timed_ms: float


_cache = AnswerCache("paths", DatedPaths)


def run(query: PathQuery) -> DatedPaths:
    """One computation at a time per question, as results.run() has it. Raises what paths.paths() does."""
    period = query.period
    return _cache.get(query.project.id, period.start, period.end, fingerprint(query), lambda: _computed(query))


def _computed(query: PathQuery) -> DatedPaths:
    as_of, started = clock.text(clock.now(), "milliseconds"), time.perf_counter()
    answer = paths.paths(query)
    return DatedPaths(answer, as_of, round((time.perf_counter() - started) * 1000, 1))
