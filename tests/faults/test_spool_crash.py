"""A process that is killed while it writes to the spool: what was promised is there, and nothing is torn."""

import random
import subprocess
import sys
import time
from pathlib import Path
from uuid import UUID

from analytics_pulse.supervisor.stack import ROOT
from tests.faults.spool_writer import is_whole
from tracking.spool import Spool

KILLS = 12


def write_until_killed(folder: Path, after_s: float) -> list[UUID]:
    """The ids whose write had returned."""
    command = [sys.executable, "-m", "tests.faults.spool_writer", str(folder)]
    writer = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert writer.stdout is not None
    promised = [UUID(writer.stdout.readline().strip())]  # it is at work
    time.sleep(after_s)
    writer.kill()
    with writer:
        return promised + [UUID(line.strip()) for line in writer.stdout if line.endswith("\n")]


def test_every_promised_message_is_there_in_order_and_whole(tmp_path: Path) -> None:
    folder, promised = tmp_path / "spool", []
    for _ in range(KILLS):
        promised += write_until_killed(folder, random.uniform(0, 0.1))
    found = [(message_id, content) for _, message_id, content in Spool(folder).messages()]
    assert all(is_whole(content) for _, content in found)
    # The last write of each may be there too: it was durable, and its sender did not learn of it.
    wanted = set(promised)
    assert [message_id for message_id, _ in found if message_id in wanted] == promised
    assert len(found) <= len(promised) + KILLS
