"""Each fault once, at a random moment, under load: what was promised is stored once. `make soak` does it for longer."""

import random

import pytest

from analytics_pulse.supervisor.stack import Stack
from tests.faults.faults import FAULTS
from tests.faults.load import Promises
from tests.faults.trial import try_fault

pytestmark = pytest.mark.slow

# What goes on without an interruption: nobody waits longer for an answer than this.
GO_ON = ("worker child killed", "worker killed", "beat killed", "postgres killed", "postgres hangs", "worker hangs")
LONGEST_SILENCE_S = 3


@pytest.mark.parametrize("fault", FAULTS)
def test_what_was_promised_is_stored_once(
    fragile: Stack, keys: list[str], past: Promises, fault: str, record_property
) -> None:
    seed = random.randrange(1 << 30)
    outcome = try_fault(fragile, keys, fault, random.Random(seed), past)
    assert outcome.verdict.is_clean, f"seed {seed}: {outcome.verdict}\n{fragile.output[-3000:]}"
    assert outcome.promises.accepted, "the load must have been accepted, or nothing was tested"
    if fault in GO_ON:
        assert outcome.silent_s < LONGEST_SILENCE_S, "accepting must not wait for what is behind the queue"
