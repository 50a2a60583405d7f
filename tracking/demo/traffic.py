"""The days of the demo site: how many come, when, and what each of them sends."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from random import Random
from uuid import UUID, uuid5

from tracking.demo import arrivals, members, people, posts, site
from tracking.demo.arrivals import Arrival
from tracking.demo.choice import Choice, chance
from tracking.envelope import AcceptedEvent, Envelope, Message

SEED = 20
DAYS = 90
EVENTS_A_MESSAGE = 800

VISITS_FIRST_DAY, VISITS_LAST_DAY = 190, 320  # before the rhythm of the week
_WEEK = (1.08, 1.13, 1.12, 1.06, 0.94, 0.63, 0.68)  # Monday first
_HOURS = Choice(
    [
        *((weight, hour) for hour, weight in enumerate((8, 5, 3, 2, 2, 3, 6, 14, 30, 48, 55, 54))),
        *((weight, hour) for hour, weight in enumerate((46, 48, 54, 53, 50, 44, 38, 36, 38, 36, 27, 15), start=12)),
    ]
)  # of the visitor's own day
_EVERY_DAY = Choice(arrivals.EVERY_DAY)
# Days before the last one.
_HACKER_NEWS_AGO = {37: 430, 36: 170, 35: 60}
_LAUNCH_AGO = range(8, 29)
_NEWSLETTER_EVERY = 28

_COMES_BACK = 0.07  # later the same day
_BOTS = 0.012
_SPAM = 0.002
_HERE_NOW = 6
_PAUSE_MEDIAN_S, _PAUSE_SPREAD = 68.0, 0.9
_LONGEST_PAUSE_S = 24 * 60  # a longer one would end the visit


def messages(project_id: UUID, *, until: datetime, days: int = DAYS, seed: int = SEED) -> Iterator[Message]:
    """All traffic of `days` days up to `until`, in the order of time, as the web process would have queued it.

    The same arguments give the same messages with the same ids, so an import that was cut short can run again.
    """
    envelopes: list[Envelope] = []
    for envelope in _in_order(project_id, until, days, seed):
        envelopes.append(envelope)
        if len(envelopes) == EVENTS_A_MESSAGE:
            yield _message(project_id, envelopes)
            envelopes = []
    if envelopes:
        yield _message(project_id, envelopes)


def _message(project_id: UUID, envelopes: list[Envelope]) -> Message:
    return Message(uuid5(project_id, envelopes[0].events[0].event_id.hex), envelopes)


def _in_order(project_id: UUID, until: datetime, days: int, seed: int) -> Iterator[Envelope]:
    waiting: list[Envelope] = []
    for ago in range(days - 1, -1, -1):
        day = until.date() - timedelta(days=ago)
        rng = Random(f"{seed} {day.isoformat()}")
        waiting += _day(rng, project_id, day, ago, days)
        if ago == 0:
            waiting += _here_now(rng, project_id, until)
        waiting.sort(key=_time)
        end = min(until, _midnight(day) + timedelta(days=1))
        due = [envelope for envelope in waiting if _time(envelope) < end]
        waiting = waiting[len(due) :]
        yield from due


def _time(envelope: Envelope) -> datetime:
    return envelope.received_at


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def _day(rng: Random, project_id: UUID, day: date, ago: int, days: int) -> Iterator[Envelope]:
    for arrival in _arrivals(rng, day, ago, days):
        person = people.a_person(rng)
        local_h = _HOURS.pick(rng) + rng.random()
        started_at = _midnight(day) + timedelta(hours=(local_h - person.home.utc_offset_h) % 24)
        visit = _Visit(rng, project_id, person, started_at)
        yield from visit.envelopes(arrival)
        if chance(rng, _COMES_BACK):
            visit.pause(hours=rng.uniform(1, 6))
            yield from visit.envelopes(_EVERY_DAY.pick(rng))
    # With a chance of their own, so that who comes besides them stays who it was.
    own = Random(f"{SEED} members on {day.isoformat()}")
    for member in members.here_on(day, since=day - timedelta(days=days - 1 - ago)):
        local_h = _HOURS.pick(own) + own.random()
        started_at = _midnight(day) + timedelta(hours=(local_h - member.person.home.utc_offset_h) % 24)
        visit = _Visit(own, project_id, member.person, started_at, user_id=member.user_id)
        visit.is_bot = visit.is_spam = False
        yield from visit.envelopes(members.ARRIVAL)
    for arrival in posts.readers(own, ago):
        person = people.a_person(own)
        started_at = _midnight(day) + timedelta(hours=(_HOURS.pick(own) + own.random() - person.home.utc_offset_h) % 24)
        yield from _Visit(own, project_id, person, started_at).envelopes(arrival)


def _arrivals(rng: Random, day: date, ago: int, days: int) -> Iterator[Arrival]:
    trend = VISITS_FIRST_DAY + (VISITS_LAST_DAY - VISITS_FIRST_DAY) * (1 - ago / days)
    for _ in range(round(trend * _WEEK[day.weekday()] * rng.uniform(0.92, 1.08))):
        yield _EVERY_DAY.pick(rng)
    for _ in range(_HACKER_NEWS_AGO.get(ago, 0)):
        yield arrivals.HACKER_NEWS_DAY
    if ago in _LAUNCH_AGO:
        for _ in range(rng.randint(14, 26)):
            yield arrivals.LAUNCH_WEEKS
    if day.toordinal() % _NEWSLETTER_EVERY == 2:  # a Tuesday
        for _ in range(rng.randint(70, 90)):
            yield arrivals.NEWSLETTER_DAY


def _here_now(rng: Random, project_id: UUID, until: datetime) -> Iterator[Envelope]:
    """Somebody is always there: visits whose last event lies within the last four minutes."""
    for _ in range(_HERE_NOW):
        visit = _Visit(rng, project_id, people.a_person(rng), until)
        sent = list(visit.envelopes(_EVERY_DAY.pick(rng)))
        shift = until - _time(sent[-1]) - timedelta(seconds=rng.uniform(5, 240))
        for envelope in sent:
            envelope.received_at += shift
            for event in envelope.events:
                event.occurred_at += shift
        yield from sent


class _Visit:
    """One person's time on the site. Each event is an envelope of its own: readers take their time."""

    def __init__(
        self, rng: Random, project_id: UUID, person: people.Person, started_at: datetime, *, user_id: str = ""
    ) -> None:
        self.rng, self.project_id, self.person, self.user_id = rng, project_id, person, user_id
        self.now = started_at
        self.first_day = started_at.date()
        # Of the day that the visit begins on, and of the next: the hash of a visitor changes at midnight.
        self.visitor_ids = (rng.getrandbits(64) - 2**63, rng.getrandbits(64) - 2**63)
        self.is_bot, self.is_spam = chance(rng, _BOTS), chance(rng, _SPAM)

    def pause(self, hours: float) -> None:
        self.now += timedelta(hours=hours)

    def envelopes(self, arrival: Arrival) -> Iterator[Envelope]:
        stays = not self.is_bot and not chance(self.rng, arrival.leaves)
        referrer = "https://semalt.com/crawler" if self.is_spam else arrival.referrer
        query = f"?{arrival.query}" if arrival.query else ""
        page = f"https://{site.DOMAIN}"
        for step in site.walk(self.rng, arrival.landings.pick(self.rng), stays=stays):
            url = f"https://{site.DOMAIN}{step.path}{query}"
            if step.event_type in {"pageview", "not_found"}:
                yield self._envelope(step, url, referrer)
                referrer, query, page = url, "", url
            else:
                yield self._envelope(step, page, "")
            self.now += timedelta(seconds=self._pause_s(step))

    def _pause_s(self, step: site.Step) -> float:
        seconds = self.rng.lognormvariate(0, _PAUSE_SPREAD) * _PAUSE_MEDIAN_S
        # A conversion is followed by its page at once, and who has read goes on.
        return min(seconds, _LONGEST_PAUSE_S) if step.event_type not in ("custom", "engagement") else 1 + seconds / 20

    def _envelope(self, step: site.Step, url: str, referrer: str) -> Envelope:
        home, device = self.person
        today, next_day = self.visitor_ids
        is_next_day = self.now.date() > self.first_day
        event = AcceptedEvent(
            event_id=UUID(int=self.rng.getrandbits(128), version=4),
            event_type=step.event_type,
            occurred_at=self.now,
            url=url,
            referrer=referrer,
            title=posts.TITLES.get(step.path) or site.TITLES[step.path],
            language=home.language,
            timezone=home.timezone,
            user_id=self.user_id,
            screen_width=device.screen[0],
            screen_height=device.screen[1],
            viewport_width=device.viewport[0],
            viewport_height=device.viewport[1],
            **step.fields,
        )
        return Envelope(
            project_id=self.project_id,
            received_at=self.now,
            visitor_id=next_day if is_next_day else today,
            previous_visitor_id=today if is_next_day else None,
            user_agent=people.BOTS.pick(self.rng) if self.is_bot else device.user_agent,
            country=home.country,
            region=home.region,
            city=home.city,
            screened="",
            events=[event],
        )
