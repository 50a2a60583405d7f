"""The spool on disk: durable, bounded, in order, and not confused by a crash."""

import os
import time
from uuid import uuid4

import pytest

from tracking.spool import Spool, SpoolFull


def test_messages_come_back_in_order_of_arrival(tmp_path):
    spool, ids = Spool(tmp_path / "spool"), [uuid4() for _ in range(5)]
    for number, message_id in enumerate(ids):
        spool.write(message_id, b"%d" % number)
    assert [(message_id, payload) for _, message_id, payload in spool.messages()] == [
        (message_id, b"%d" % number) for number, message_id in enumerate(ids)
    ]
    assert spool.depth() == 5


def test_a_removed_message_is_gone(tmp_path):
    spool = Spool(tmp_path)
    spool.write(uuid4(), b"x")
    spool.remove(next(iter(spool.messages()))[0])
    assert list(spool.messages()) == []


def test_a_write_that_a_crash_tore_is_no_message(tmp_path):
    spool = Spool(tmp_path)
    spool.write(uuid4(), b"whole")
    torn = tmp_path / f"{time.time_ns():020}-{uuid4()}.partial"
    torn.write_bytes(b"to")
    assert [payload for _, _, payload in spool.messages()] == [b"whole"]
    spool.sweep()
    assert torn.exists(), "it may still be being written"
    os.utime(torn, (0, 0))
    spool.sweep()
    assert not torn.exists()


def test_it_refuses_beyond_its_bound(tmp_path):
    spool = Spool(tmp_path, max_bytes=10)
    spool.write(uuid4(), b"123456")
    with pytest.raises(SpoolFull):
        spool.write(uuid4(), b"123456")
    assert spool.depth() == 1


def test_it_says_so_when_the_disk_refuses(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(SpoolFull, match="cannot be written"):
        Spool(tmp_path / "file").write(uuid4(), b"x")
