"""The demo's traffic, and the command that imports it through the pipeline."""

import io
from collections import Counter, defaultdict
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from statistics import mean
from uuid import UUID

import pytest
from django.core.management import CommandError, call_command
from django.core.management.base import OutputWrapper
from pytest_django.fixtures import Settings

from projects.actions.projects import delete_project
from projects.models import Project, User
from tracking.demo import account, site, traffic
from tracking.demo.progress import Progress
from tracking.envelope import Envelope, Message
from tracking.models import Event, QuarantinedEvent, Visit
from tracking.pipeline import run_pipeline
from tracking.pipeline.batch import Batch
from tracking.pipeline.enrich import enrich
from tracking.pipeline.screen import screen
from tracking.reasons import Reason
from tracking.storage import get_store
from tracking.storage.spec import Period, ProjectRef, StatsQuery

PROJECT_ID = UUID("11111111-1111-4111-8111-111111111111")
UNTIL = datetime(2026, 11, 20, 15, 30, tzinfo=UTC)  # a Friday


@pytest.fixture(scope="module")
def messages() -> list[Message]:
    return list(traffic.messages(PROJECT_ID, until=UNTIL))


@pytest.fixture(scope="module")
def envelopes(messages: list[Message]) -> list[Envelope]:
    return [envelope for message in messages for envelope in message.envelopes]


def seed(**options: object) -> str:
    out = io.StringIO()
    call_command("seed_demo", stdout=out, **options)
    return out.getvalue()


def test_the_same_seed_gives_the_same_messages(messages: list[Message]) -> None:
    again = list(traffic.messages(PROJECT_ID, until=UNTIL))
    assert [message.encode() for message in again] == [message.encode() for message in messages]
    other = traffic.messages(PROJECT_ID, until=UNTIL, seed=traffic.SEED + 1)
    assert next(other).encode() != messages[0].encode()


def test_no_message_or_event_is_there_twice(messages: list[Message], envelopes: list[Envelope]) -> None:
    assert len({message.id for message in messages}) == len(messages)
    event_ids = [event.event_id for envelope in envelopes for event in envelope.events]
    assert len(set(event_ids)) == len(event_ids)


def test_there_are_about_75_000_events_of_90_days_in_the_order_of_time(envelopes: list[Envelope]) -> None:
    assert 65_000 < len(envelopes) < 85_000
    times = [envelope.received_at for envelope in envelopes]
    assert times == sorted(times)
    assert times[0] >= datetime(2026, 8, 23, tzinfo=UTC)
    assert times[-1] < UNTIL
    assert len({time.date() for time in times}) == 90


def test_somebody_is_there_now(envelopes: list[Envelope]) -> None:
    recent = {e.visitor_id for e in envelopes if e.received_at > UNTIL - timedelta(minutes=5)}
    assert len(recent) >= 5


def test_traffic_has_a_week_a_day_and_a_trend(envelopes: list[Envelope]) -> None:
    visitors: dict[date, set[int]] = defaultdict(set)
    for envelope in envelopes:
        visitors[envelope.received_at.date()].add(envelope.visitor_id)
    days = sorted(visitors)[:-1]  # the last one is not over
    counts = {day: len(visitors[day]) for day in days}
    weekend = mean(counts[day] for day in days if day.weekday() >= 5)
    working = mean(counts[day] for day in days if day.weekday() < 5)
    assert weekend < 0.75 * working
    assert mean(counts[day] for day in days[-28:]) > 1.3 * mean(counts[day] for day in days[:28])
    assert all(100 < count < 900 for count in counts.values())
    hours = Counter(envelope.received_at.hour for envelope in envelopes)
    assert max(hours.values()) > 2 * min(hours.values())


def test_visits_look_like_visits(envelopes: list[Envelope]) -> None:
    visits: dict[int, list[Envelope]] = defaultdict(list)
    for envelope in envelopes:
        visits[envelope.visitor_id].append(envelope)
    lengths = [sum(e.events[0].event_type != "engagement" for e in visit) for visit in visits.values()]
    assert 0.36 < sum(length == 1 for length in lengths) / len(lengths) < 0.5
    steps = [later.received_at - earlier.received_at for visit in visits.values() for earlier, later in pairwise(visit)]
    assert min(steps) > timedelta(0)
    assert 0.9 < sum(step < timedelta(minutes=30) for step in steps) / len(steps) < 1  # some come back later


def test_the_funnel_narrows(envelopes: list[Envelope]) -> None:
    names = Counter(event.event_name for envelope in envelopes for event in envelope.events)
    pages = Counter(event.url.partition("?")[0] for envelope in envelopes for event in envelope.events)
    pricing, signup = pages[f"https://{site.DOMAIN}/pricing"], pages[f"https://{site.DOMAIN}/signup"]
    assert pricing > signup > names["signup"] > names["purchase"] > 50
    purchases = [e for envelope in envelopes for e in envelope.events if e.event_name == "purchase"]
    assert all(event.value and event.currency == "EUR" for event in purchases)


def test_pages_are_read_and_links_are_broken_here_and_elsewhere(envelopes: list[Envelope]) -> None:
    events = [event for envelope in envelopes for event in envelope.events]
    read = [event for event in events if event.event_type == "engagement"]
    assert len(read) > 10_000
    assert all(event.engaged_ms and 0 <= (event.scroll_depth or 0) <= 100 for event in read)
    broken = {event.referrer.split("/")[2] for event in events if event.event_type == "not_found" and event.referrer}
    assert {site.DOMAIN, "toolsforwriters.example", "www.google.com"} <= broken


@pytest.mark.django_db
def test_nearly_all_of_it_passes_the_screen_and_is_well_known(messages: list[Message]) -> None:
    reasons: Counter[Reason] = Counter()
    channels: Counter[str] = Counter()
    countries, devices, browsers = set(), set(), set()
    for message in messages[-12:]:
        batch = enrich(screen(Batch.of([message], UNTIL)))
        reasons.update(row.reason for row in batch.quarantined)
        for item in batch.items:
            assert item.row is not None
            channels[item.row.channel] += 1
            countries.add(item.row.country)
            devices.add(item.row.device_type)
            browsers.add(item.row.browser)
    assert set(reasons) == {Reason.BOT, Reason.SPAM_REFERRER}
    assert sum(reasons.values()) < 0.05 * sum(channels.values())
    assert {
        "Direct", "Organic Search", "Paid Search", "Organic Social", "Paid Social", "Organic Video", "Email",
        "Referral", "Affiliates", "AI Assistants",
    } <= set(channels)  # fmt: skip
    assert "" not in countries
    assert len(countries) > 25
    assert devices == {"desktop", "mobile", "tablet"}
    assert {"Chrome", "Safari", "Firefox", "Edge", "Opera", "Samsung Internet"} == browsers


@pytest.mark.django_db
def test_the_command_imports_through_the_pipeline_and_then_says_that_it_is_there() -> None:
    assert account.PASSWORD in (first := seed(days=3))
    project = Project.objects.get(domain=site.DOMAIN)
    assert project.name == account.NAME
    assert str(project.pk) in first
    assert "Demo data 100 %" in first
    stored = Event.objects.filter(project_id=project.pk).count()
    sent = sum(m.event_count for m in traffic.messages(project.pk, until=project.created_at, days=3))
    quarantined = QuarantinedEvent.objects.filter(project_id=project.pk).count()
    assert stored > 500
    assert stored + quarantined == sent
    assert Visit.objects.filter(project_id=project.pk, started_at__gt=project.created_at - timedelta(hours=1)).exists()
    assert "Daily totals 100 %" in first
    midnight = project.created_at.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    closed = Period(midnight - timedelta(days=2), midnight - timedelta(days=1), project.zone)
    answer = get_store().run(StatsQuery(ProjectRef(project.pk, project.zone), ("visitors",), closed))
    assert answer.meta["source"] == "rollup"
    user = User.objects.get(email=account.EMAIL)
    assert user.check_password(account.PASSWORD)
    assert account.find_project(user) == project

    again = seed(days=3)
    assert "is there already" in again
    assert account.PASSWORD in again
    assert Project.objects.count() == 1
    assert Event.objects.filter(project_id=project.pk).count() == stored


@pytest.mark.django_db
def test_an_import_that_was_cut_short_goes_on_without_doubling() -> None:
    project = account.make_project(account.PASSWORD)
    sent = list(traffic.messages(project.pk, until=project.created_at, days=3))
    run_pipeline(sent[0], store=get_store(), now=UNTIL)
    seed(days=3)
    stored = Event.objects.filter(project_id=project.pk).count()
    quarantined = QuarantinedEvent.objects.filter(project_id=project.pk).count()
    assert stored + quarantined == sum(message.event_count for message in sent)
    project.refresh_from_db()
    assert project.name == account.NAME


@pytest.mark.django_db
def test_a_deleted_demo_stays_deleted_until_it_is_asked_for() -> None:
    seed(days=1)
    old = Project.objects.get()
    delete_project(project=old)
    assert "--reset" in seed(days=1)
    assert not Project.objects.filter(deleted_at__isnull=True).exists()
    seed(days=1, reset=True)
    new = Project.objects.get(deleted_at__isnull=True)
    assert new.pk != old.pk
    assert User.objects.count() == 1


@pytest.mark.django_db
def test_production_gets_no_account_with_a_password_that_everybody_knows(settings: Settings) -> None:
    settings.PRODUCTION = True
    with pytest.raises(CommandError, match="--password"):
        seed(days=1)
    assert not User.objects.exists()
    assert "a password of our own" not in seed(days=1, password="a password of our own")
    assert User.objects.get().check_password("a password of our own")


def test_progress_is_a_few_lines_in_a_log_and_a_bar_on_a_terminal() -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    log, terminal = io.StringIO(), Terminal()
    for stream in (log, terminal):
        progress = Progress(OutputWrapper(stream), "Import")
        for percent in range(100):
            progress.show(percent / 100, "…")
        progress.show(1, "done")
    assert log.getvalue().splitlines() == [
        "Import   0 %  …",
        "Import  25 %  …",
        "Import  50 %  …",
        "Import  75 %  …",
        "Import 100 %  done",
    ]
    assert terminal.getvalue().count("\r") == 101
    assert terminal.getvalue().endswith(f"[{'#' * 30}] 100 %  done{' ' * 36}\n")
