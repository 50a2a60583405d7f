"""Writes to a spool until it is killed, and says what was promised: `python -m tests.faults.spool_writer FOLDER`."""

import hashlib
import os
import random
import sys
from pathlib import Path
from uuid import uuid4

from tracking.spool import Spool


def payload() -> bytes:
    """Of any size, and such that `is_whole` recognises it."""
    content = os.urandom(random.randrange(1, 200_000))
    return hashlib.sha256(content).digest() + content


def is_whole(content: bytes) -> bool:
    return hashlib.sha256(content[32:]).digest() == content[:32]


if __name__ == "__main__":
    spool = Spool(Path(sys.argv[1]))
    while True:
        message_id = uuid4()
        spool.write(message_id, payload())
        print(message_id, flush=True)
