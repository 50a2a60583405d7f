"""Each fault once, at a random moment, under load: what was promised is stored once. `make soak` does it for longer."""

import random
import time

import pytest

from analytics_pulse.supervisor.stack import Stack
from tests.faults.books import Services
from tests.faults.faults import FAULTS
from tests.faults.load import Load, Promises
from tests.faults.trial import DRAIN_TIMEOUT_S, try_fault

pytestmark = pytest.mark.slow

# What goes on without an interruption: nobody waits longer for an answer than this.
GO_ON = (
    "worker child killed", "worker killed", "worker hangs", "beat killed",
    "redis killed", "redis hangs", "postgres killed", "postgres hangs",
)  # fmt: skip
LONGEST_SILENCE_S = 4  # one timeout of Redis is 2 s, and the machine may be busy


@pytest.mark.parametrize("fault", FAULTS)
def test_what_was_promised_is_stored_once(fragile: Stack, keys: list[str], past: Promises, fault: str) -> None:
    seed = random.randrange(1 << 30)
    outcome = try_fault(fragile, keys, fault, random.Random(seed), past)
    assert outcome.verdict.is_clean, f"seed {seed}: {outcome.verdict}\n{fragile.output[-3000:]}"
    assert outcome.promises.accepted, "the load must have been accepted, or nothing was tested"
    if fault in GO_ON:
        assert outcome.silent_s < LONGEST_SILENCE_S, "accepting must not wait for what is behind the queue"


def test_the_count_would_notice(fragile: Stack, keys: list[str], past: Promises) -> None:
    """An event that is taken away from the store, and one that is there under two times, are found."""
    with Load(fragile.port, keys, senders=2) as load:
        time.sleep(1)
    services = Services(fragile)
    services.wait_until_drained(DRAIN_TIMEOUT_S)
    past.add(load.promises())
    assert services.judge(past).is_clean
    lost, doubled = [row[0] for row in services.query("SELECT event_id FROM events ORDER BY received_at DESC LIMIT 2")]
    services.change("DELETE FROM events WHERE event_id = %s", lost)
    services.change(
        "INSERT INTO quarantined_events (project_id, event_id, occurred_at, received_at, reason, detail, payload)"
        " SELECT project_id, event_id, occurred_at, received_at, 'bot', '', '' FROM events WHERE event_id = %s",
        doubled,
    )
    verdict = services.judge(past)
    assert (verdict.lost, verdict.doubled) == ([lost], [doubled])
    assert any("the tables have" in sentence for sentence in verdict.wrong)
