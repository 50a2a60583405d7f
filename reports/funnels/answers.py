"""Answers about funnels, from the cache or from the store."""

from dataclasses import dataclass

from analytics_pulse import clock
from reports.answer_cache import AnswerCache
from reports.fingerprint import fingerprint
from tracking.storage import funnels
from tracking.storage.funnels import DropOuts, FunnelAnswer, FunnelQuery

# Of what people dropped out for: the rest is said as one number.
NEXT_ROWS = 12


@dataclass(frozen=True, slots=True)
class Dated:
    """as_of: the moment that the answer is of. timed_ms: how long the store took."""

    answer: FunnelAnswer
    as_of: str
    timed_ms: float


_funnels = AnswerCache("funnels", Dated)
_drop_outs = AnswerCache("funnel-drop-outs", DropOuts)


def run(query: FunnelQuery) -> Dated:
    """One computation at a time per question, as in results.run(). Raises what the store's funnel() does."""
    period = query.period
    return _funnels.get(query.project.id, period.start, period.end, fingerprint(query), lambda: _computed(query))


def drop_outs(query: FunnelQuery, step: int) -> DropOuts:
    """step: 1 for the first one. Raises what run() does."""
    period = query.period
    return _drop_outs.get(
        query.project.id,
        period.start,
        period.end,
        f"{fingerprint(query)}:{step}",
        lambda: funnels.drop_outs(query, step, limit=NEXT_ROWS),
    )


def _computed(query: FunnelQuery) -> Dated:
    started = clock.now()
    answer = funnels.funnel(query)
    took_ms = (clock.now() - started).total_seconds() * 1000
    return Dated(answer, clock.text(started, "milliseconds"), round(took_ms, 1))


def clear_memory() -> None:
    """Forget what this process remembers for the time that Redis is away."""
    _funnels.clear_memory()
    _drop_outs.clear_memory()
