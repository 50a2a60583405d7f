"""Messages in any order, again, in groups, and by two workers at once: what the tables come to is the same.

The visits that events fall into depend on the order of arrival where they lie close (see tracking/pipeline/sessionize):
so each visit is held against the events that are stored under it, and against the obvious grouping where visits are
clearly apart.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from itertools import groupby
from uuid import UUID, uuid4

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tracking import delivery, journal
from tracking.envelope import AcceptedEvent, Message
from tracking.models import Event, LedgerHour, Visit
from tracking.storage import get_store
from tracking.tests.builders import NOON, envelope, event

pytestmark = pytest.mark.django_db(transaction=True)
WORKERS = 2
PAGES = ("/", "/pricing", "/docs")
SOURCES = ("", "newsletter", "partner")

# An event is drawn as (visitor, minutes after noon, type, page, campaign).
CLOSE = st.integers(0, 240)
# In clusters no longer than a visit's silence, with more than twice that between them.
APART = st.builds(lambda cluster, offset: cluster * 100 + offset, st.integers(0, 3), st.integers(0, 29))


def events_at(minutes: st.SearchStrategy[int], types: tuple[str, ...]) -> st.SearchStrategy:
    return st.lists(
        st.tuples(st.integers(1, 2), minutes, st.sampled_from(types), st.sampled_from(PAGES), st.sampled_from(SOURCES)),
        min_size=1,
        max_size=14,
        unique_by=lambda drawn: drawn[:2],  # which of two events of one instant came first, nobody can say
    )


class Scene:
    """A stream of one project's events, cut into messages; some events are in several of them."""

    def __init__(self, drawn: list, data: st.DataObject) -> None:
        self.project_id = uuid4()
        self.events = [(visitor, self._event(index, *fields)) for index, (visitor, *fields) in enumerate(drawn)]
        count = len(self.events)
        parts = data.draw(st.lists(st.lists(st.integers(0, count - 1), min_size=1, max_size=4), max_size=5), "parts")
        placed = {index for part in parts for index in part}
        rest = data.draw(st.permutations([index for index in range(count) if index not in placed]), "rest")
        parts += [rest[start : start + 4] for start in range(0, len(rest), 4)]
        self.messages = [self._message(part) for part in parts]
        indexes = st.lists(st.sampled_from(range(len(parts))), min_size=1, max_size=3, unique=True)
        groups = data.draw(st.lists(indexes, max_size=6), "groups")
        delivered = {index for group in groups for index in group}
        groups += [[index] for index in range(len(parts)) if index not in delivered]
        self.groups = data.draw(st.permutations(groups), "deliveries")

    def _event(self, index: int, minutes: int, event_type: str, page: str, source: str) -> AcceptedEvent:
        extra = {
            "custom": {"event_name": "signup", "value": 2.5, "currency": "EUR"},
            "engagement": {"engaged_ms": 1000},
        }
        return event(
            minutes,
            event_id=UUID(int=index + 1),
            event_type=event_type,
            url=f"https://example.com{page}",
            utm_params={"utm_source": source} if source else None,
            **extra.get(event_type, {}),
        )

    def _message(self, part: list[int]) -> Message:
        by_visitor = sorted((self.events[index] for index in part), key=lambda pair: pair[0])
        return Message(
            uuid4(),
            [
                envelope(*(sent for _, sent in group), project_id=self.project_id, visitor_id=visitor, received_at=NOON)
                for visitor, group in groupby(by_visitor, key=lambda pair: pair[0])
            ],
        )

    def deliver(self, group: list[int]) -> None:
        """As a worker does; a message that was stored already is one whose worker died before it forgot it."""
        try:
            for index in group:
                journal.write(self.messages[index].id, self.messages[index].encode(), NOON)
            delivery.process(*(self.messages[index].id for index in group), store=get_store(), now=lambda: NOON)
        finally:
            connection.close()

    def visits(self) -> list[Visit]:
        return list(Visit.objects.filter(project_id=self.project_id))

    def stored(self) -> list[Event]:
        return list(Event.objects.filter(project_id=self.project_id))


def one_after_the_other(scene: Scene) -> None:
    for group in scene.groups:
        scene.deliver(group)


def by_two_workers(scene: Scene) -> None:
    with ThreadPoolExecutor(WORKERS) as pool:
        list(pool.map(scene.deliver, scene.groups))


def assert_each_event_is_there_once(scene: Scene) -> None:
    assert sorted(row.event_id for row in scene.stored()) == sorted({sent.event_id for _, sent in scene.events})


def assert_the_ledger_adds_up(scene: Scene) -> None:
    (hour,) = LedgerHour.objects.filter(project_id=scene.project_id)
    assert hour.stored == len(scene.events)
    # A message counts once, however often it is delivered; an event once in each of its messages.
    assert hour.accepted == sum(message.event_count for message in scene.messages)
    assert hour.accepted == hour.stored + hour.duplicate + hour.quarantined


def assert_visits_say_what_their_events_say(scene: Scene) -> None:
    stored: dict[int, list[Event]] = {}
    for row in scene.stored():
        if row.session_id:
            stored.setdefault(row.session_id, []).append(row)
    visits = {visit.session_id: visit for visit in scene.visits()}
    assert visits.keys() == stored.keys()
    for session_id, visit in visits.items():
        rows = sorted(stored[session_id], key=lambda row: (row.occurred_at, row.event_id))
        opening = [row for row in rows if row.event_type != "engagement"]
        assert (visit.pageviews, visit.custom_events, visit.engaged_ms, visit.value) == (
            sum(row.event_type == "pageview" for row in rows),
            sum(row.event_type == "custom" for row in rows),
            sum(row.engaged_ms or 0 for row in rows),
            sum(row.value or 0 for row in rows),
        )
        assert visit.ended_at == rows[-1].occurred_at
        if opening:
            assert (visit.first_event_at, visit.entry_page) == (opening[0].occurred_at, opening[0].path)
            assert (visit.last_event_at, visit.exit_page) == (opening[-1].occurred_at, opening[-1].path)
            assert (visit.utm_source, visit.channel) == (opening[0].utm_source, opening[0].channel)


def clusters(scene: Scene) -> dict[frozenset[UUID], tuple[str, str, str, datetime, datetime]]:
    """The obvious visits: in order of time, a new one after half an hour of silence."""
    found = {}
    ordered = sorted(scene.events, key=lambda pair: (pair[0], pair[1].occurred_at, pair[1].event_id))
    for _, mine in groupby(ordered, key=lambda pair: pair[0]):
        visit: list[AcceptedEvent] = []
        for _, sent in [*mine, (0, None)]:
            if visit and (sent is None or sent.occurred_at - visit[-1].occurred_at > timedelta(minutes=30)):
                touch = (visit[0].utm_params or {}).get("utm_source", "")
                pages = (
                    visit[0].url.removeprefix("https://example.com"),
                    visit[-1].url.removeprefix("https://example.com"),
                )
                found[frozenset(each.event_id for each in visit)] = (
                    touch, *pages, visit[0].occurred_at, visit[-1].occurred_at
                )  # fmt: skip
                visit = []
            visit.append(sent)
    return found


def visits_found(scene: Scene) -> dict[frozenset[UUID], tuple[str, str, str, datetime, datetime]]:
    by_session: dict[int, set[UUID]] = {}
    for row in scene.stored():
        by_session.setdefault(row.session_id, set()).add(row.event_id)
    return {
        frozenset(by_session[visit.session_id]): (
            visit.utm_source, visit.entry_page, visit.exit_page, visit.first_event_at, visit.ended_at
        )
        for visit in scene.visits()
    }  # fmt: skip


deliveries = pytest.mark.parametrize("deliver", [one_after_the_other, by_two_workers])
many = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


@deliveries
@many
@given(drawn=events_at(CLOSE, ("pageview", "pageview", "custom", "engagement")), data=st.data())
def test_visits_say_what_their_events_say(deliver: Callable[[Scene], None], drawn: list, data: st.DataObject) -> None:
    scene = Scene(drawn, data)
    deliver(scene)
    assert journal.depth() == 0
    assert_each_event_is_there_once(scene)
    assert_the_ledger_adds_up(scene)
    assert_visits_say_what_their_events_say(scene)


@deliveries
@many
@given(drawn=events_at(APART, ("pageview", "custom")), data=st.data())
def test_visits_that_are_apart_are_those_of_the_sorted_stream(
    deliver: Callable[[Scene], None], drawn: list, data: st.DataObject
) -> None:
    scene = Scene(drawn, data)
    deliver(scene)
    assert visits_found(scene) == clusters(scene)
    assert_the_ledger_adds_up(scene)
