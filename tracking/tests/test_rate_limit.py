"""The limit of a key: never exceeded, shared by processes, and no reason to lose an event when Redis is away."""

import threading
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from tracking import leases
from tracking.keys import Source
from tracking.leases import RateLimited
from tracking.project_settings import ProjectSettings
from tracking.rate_limit import spend, was_throttled

NOW = datetime(2026, 11, 18, 12, 30, tzinfo=UTC)


def source(limit: int | None = None) -> Source:
    return Source(ProjectSettings(id=uuid4(), rate_limit_per_hour=limit), f"write:{uuid4()}", False)


def spend_until_refused(sender: Source, now: datetime = NOW, at_most: int = 5000) -> int:
    for spent in range(at_most):
        try:
            spend(sender, now)
        except RateLimited:
            return spent
    raise AssertionError("never refused")


@pytest.mark.parametrize("limit", [1, 3, 199, 450])
def test_a_key_gets_its_limit_exactly(limit):
    assert spend_until_refused(source(limit)) == limit


def test_what_remains_counts_down_by_one():
    sender = source(401)
    assert [spend(sender, NOW).remaining for _ in range(401)] == list(range(400, -1, -1))


def test_the_next_hour_begins_anew():
    sender = source(5)
    assert spend_until_refused(sender) == 5
    assert spend_until_refused(sender, NOW + timedelta(minutes=29, seconds=59), 2) == 0
    assert spend_until_refused(sender, NOW + timedelta(minutes=30)) == 5


def test_a_refusal_says_when_to_come_back():
    sender = source(1)
    spend(sender, NOW)
    with pytest.raises(RateLimited) as refusal:
        spend(sender, NOW)
    assert refusal.value.headers == {
        "X-RateLimit-Limit": "1",
        "X-RateLimit-Remaining": "0",
        "X-RateLimit-Reset": str(int(datetime(2026, 11, 18, 13, tzinfo=UTC).timestamp())),
        "Retry-After": "1800",
    }


def test_processes_share_the_limit():
    """Another process is one that has forgotten: it can spend all but what the first leased and kept."""
    sender = source(1000)
    for _ in range(400):
        spend(sender, NOW)
    leases.clear_memory()
    assert spend_until_refused(sender) == 600
    sender = source(1000)
    spend(sender, NOW)
    leases.clear_memory()
    assert spend_until_refused(sender) == 1000 - 1000 // leases.LEASES_AN_HOUR


def test_threads_together_get_the_limit_exactly():
    sender = source(2000)
    spent: list[int] = []
    threads = [threading.Thread(target=lambda: spent.append(spend_until_refused(sender))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert sum(spent) == 2000


def test_one_key_does_not_use_up_anothers_limit():
    first, second = source(2), source(2)
    assert spend_until_refused(first) == 2
    assert spend_until_refused(second) == 2


def test_the_setting_holds_where_the_project_has_no_limit_of_its_own(settings):
    settings.TRACK_RATE_LIMIT_PER_HOUR = 4
    assert spend_until_refused(source()) == 4
    assert spend_until_refused(source(6)) == 6


def test_zero_means_no_limit(settings, redis_away):
    settings.TRACK_RATE_LIMIT_PER_HOUR = 0
    assert spend(source(), NOW) is None
    assert spend(source(0), NOW) is None


def test_a_changed_limit_holds_at_once():
    sender = source(1000)
    spend(sender, NOW)
    lowered = Source(ProjectSettings(id=sender.project.id, rate_limit_per_hour=3), sender.key_id, False)
    with pytest.raises(RateLimited):
        spend(lowered, NOW)


def test_without_redis_each_process_counts_for_itself(redis_away):
    sender = source(3)
    assert spend_until_refused(sender) == 3
    assert spend_until_refused(sender, NOW + timedelta(hours=1)) == 3
    assert was_throttled(sender.project.id) == 0


@pytest.mark.parametrize(("hours_later", "remembered"), [(0, 2), (23, 2), (24, 0)])
def test_refusals_of_the_last_day_are_remembered(time_machine, hours_later, remembered):
    sender = source(1)
    spend(sender, NOW)
    for _ in range(2):
        with pytest.raises(RateLimited):
            spend(sender, NOW)
    time_machine.move_to(NOW + timedelta(hours=hours_later))
    assert was_throttled(sender.project.id) == remembered
    assert was_throttled(uuid4()) == 0
