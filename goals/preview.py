"""What a goal would have counted, before there is one."""

import time
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from django.db.backends.utils import CursorWrapper

from goals.models import Goal
from goals.rules import Rule, compiled
from goals.sought import sought
from tracking.storage.base import QueryTooLarge
from tracking.storage.completion_candidates import Candidate, CandidatesSql
from tracking.storage.reading import reading
from tracking.storage.spec import Period, ProjectRef

# More than a form waits for are not looked at; it says so instead.
MAX_EVENTS = 200_000
TIMEOUT_S = 5.0
PORTION_ROWS = 2_000


@dataclass(frozen=True, slots=True)
class Preview:
    """visits, visitors: with at least one of the completions. In cookieless mode a visitor is one of a day. last_at: of
    the last one."""

    completions: int
    visits: int
    visitors: int
    last_at: datetime | None


def preview(ref: ProjectRef, goal: Goal, period: Period) -> Preview:
    """Of a goal that is valid and need not be saved. Raises QueryTooLarge, also when it would have to look at more than
    MAX_EVENTS, and StoreUnavailable."""
    rule = compiled(goal)
    sql = CandidatesSql(ref.id, sought(goal, rule), period.start, period.end)
    statement = sql.select(limit=MAX_EVENTS + 1)
    with reading(ref.id, timeout_s=TIMEOUT_S, in_portions=True) as cursor:
        cursor.execute(statement, sql.params.values)
        found = [_Reached.of(each) for each in _reaching(rule, _in_time(sql.candidates(_rows(cursor))))]
    visitors = {
        (each.visitor_id, each.occurred_at.astimezone(ref.zone).date() if ref.is_cookieless else None) for each in found
    }
    last_at = max((each.occurred_at for each in found), default=None)
    return Preview(len(found), len({each.session_id for each in found}), len(visitors), last_at)


class _Reached(NamedTuple):
    """Of a candidate, whose properties may be large."""

    session_id: int
    visitor_id: int
    occurred_at: datetime

    @classmethod
    def of(cls, each: Candidate) -> "_Reached":
        return cls(each.session_id, each.visitor_id, each.occurred_at)


def _rows(cursor: CursorWrapper) -> Iterator[tuple[Any, ...]]:
    number = 0
    while portion := cursor.fetchmany(PORTION_ROWS):
        number += len(portion)
        if number > MAX_EVENTS:
            raise QueryTooLarge(f"more than {MAX_EVENTS} events")
        yield from portion


def _in_time(candidates: Iterable[Candidate]) -> Iterator[Candidate]:
    deadline = time.monotonic() + TIMEOUT_S
    for each in candidates:
        if time.monotonic() > deadline:
            raise QueryTooLarge(f"not looked at within {TIMEOUT_S} s")
        yield each


def _reaching(rule: Rule, candidates: Iterable[Candidate]) -> Iterator[Candidate]:
    about = (each for each in candidates if rule.is_about(each.event_type, each.event_name, each.path))
    if not rule.is_of_visits:
        yield from (each for each in about if rule.completion(each))
        return
    by_page: dict[tuple[int, str], list[Candidate]] = defaultdict(list)
    for each in about:
        by_page[each.session_id, each.path].append(each)
    for events in by_page.values():
        events.sort(key=lambda each: (each.occurred_at, each.event_id))
        if (crossing := rule.crossing(events)) is not None:
            yield crossing
