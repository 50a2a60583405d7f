"""The files of exports: in a folder of their own, outside of what the web process serves."""

import fcntl
import os
import shutil
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO
from uuid import UUID

from django.conf import settings

# Less than this is left to the databases and the spool, which share the disk.
KEPT_FREE_BYTES = 512 * 2**20
ORPHAN_AFTER_S = 3600


class NoRoom(Exception):
    """The disk is too full for an export."""


def whole(export_id: UUID) -> Path:
    """Where the finished file is."""
    return settings.EXPORTS_DIR / export_id.hex


def partial(export_id: UUID) -> Path:
    """Where it is while it is being made."""
    return settings.EXPORTS_DIR / f"{export_id.hex}.part"


@contextmanager
def only_one(export_id: UUID) -> Iterator[bool]:
    """Whether the caller is the one who makes this file: the lock of a process that is killed is open at once."""
    settings.EXPORTS_DIR.mkdir(parents=True, exist_ok=True, mode=0o700)
    with open(_lock(export_id), "wb") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True


def open_at(export_id: UUID, size_bytes: int) -> BinaryIO | None:
    """The partial file, cut to its first `size_bytes`; None when it has not so many, or is not there. Raises NoRoom."""
    check_room()
    path = partial(export_id)
    if size_bytes and (not path.exists() or path.stat().st_size < size_bytes):
        return None
    file = os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+b")
    file.truncate(size_bytes)
    file.seek(size_bytes)
    return file


def check_room() -> None:
    if shutil.disk_usage(settings.EXPORTS_DIR).free < KEPT_FREE_BYTES:
        raise NoRoom


def finish(export_id: UUID) -> bool:
    """Give the whole file its name; whether there is one. Again is a no-op."""
    if partial(export_id).exists():
        partial(export_id).rename(whole(export_id))
    return whole(export_id).exists()


def delete(export_id: UUID) -> None:
    for path in (whole(export_id), partial(export_id), _lock(export_id)):
        path.unlink(missing_ok=True)


def delete_orphans(known: Collection[UUID]) -> int:
    """Delete the files that belong to none of these exports, as after the deletion of a project; how many."""
    if not settings.EXPORTS_DIR.exists():
        return 0
    names = {export_id.hex for export_id in known}
    deleted = 0
    for path in settings.EXPORTS_DIR.iterdir():
        # Not what somebody has just begun.
        if path.name.partition(".")[0] not in names and path.stat().st_mtime < time.time() - ORPHAN_AFTER_S:
            path.unlink(missing_ok=True)
            deleted += 1
    return deleted


def _lock(export_id: UUID) -> Path:
    return settings.EXPORTS_DIR / f"{export_id.hex}.lock"
