"""Where accepted messages go while Redis is away: one file a message, fsynced, drained in order of arrival.

A file is written under a temporary name, synced, renamed, and the folder synced: a crash in the middle of a write
leaves a temporary file that nobody was promised, never a torn message.
"""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

SUFFIX = ".message"
MAX_BYTES = 1 << 30
_TORN_AFTER_S = 60
# Measuring reads the whole folder, 1 ms for every 300 messages: not for each write. In between a process knows of its
# own writes, so that several together may go beyond the bound by what the others write in this time.
MEASURED_EVERY_S = 2.0


class SpoolFull(Exception):
    """The spool is at its bound, or the disk refuses."""


class Spool:
    def __init__(self, folder: Path, max_bytes: int = MAX_BYTES) -> None:
        self.folder = folder
        self.max_bytes = max_bytes
        self._held_bytes = 0
        self._measured_at = float("-inf")

    def write(self, message_id: UUID, payload: bytes) -> None:
        """On disk when it returns. Raises SpoolFull."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            if self._about_held_bytes() + len(payload) > self.max_bytes:
                raise SpoolFull(f"the spool holds its {self.max_bytes} bytes")
            # Zero-padded nanoseconds: names sort by time of arrival.
            final = self.folder / f"{time.time_ns():020}-{message_id}{SUFFIX}"
            partial = final.with_suffix(".partial")
            with partial.open("wb") as file:
                file.write(payload)
                file.flush()
                os.fsync(file.fileno())
            partial.rename(final)
            self._sync_folder()
            self._held_bytes += len(payload)
        except OSError as error:
            raise SpoolFull(f"the spool cannot be written: {error.strerror}") from error

    def messages(self) -> Iterator[tuple[Path, UUID, bytes]]:
        """What waits, oldest first. `remove` each once it is safe elsewhere."""
        for path in self._files():
            try:
                yield path, UUID(path.stem.partition("-")[2]), path.read_bytes()
            except FileNotFoundError:  # another drain was faster
                continue

    @contextmanager
    def draining(self) -> Iterator[bool]:
        """Whether this is the only drain: the lock is given up even by a process that is killed."""
        if not self.folder.is_dir():
            yield False
            return
        descriptor = os.open(self.folder, os.O_RDONLY)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True
        finally:
            os.close(descriptor)

    def remove(self, path: Path) -> None:
        path.unlink(missing_ok=True)

    def sweep(self) -> None:
        """Remove what a crash left half-written."""
        for path in self.folder.glob("*.partial"):
            if time.time() - path.stat().st_mtime > _TORN_AFTER_S:
                path.unlink(missing_ok=True)

    def oldest_at(self) -> datetime | None:
        """When the message that waits longest was written; None when none waits."""
        files = self._files()
        return datetime.fromtimestamp(int(files[0].name.partition("-")[0]) / 1e9, UTC) if files else None

    def depth(self) -> int:
        return len(self._files())

    def size_bytes(self) -> int:
        size = 0
        for path in self._files():
            with suppress(FileNotFoundError):  # drained meanwhile
                size += path.stat().st_size
        return size

    def _about_held_bytes(self) -> int:
        now = time.monotonic()
        if now - self._measured_at >= MEASURED_EVERY_S:
            self._held_bytes, self._measured_at = self.size_bytes(), now
        return self._held_bytes

    def _files(self) -> list[Path]:
        return sorted(self.folder.glob(f"*{SUFFIX}")) if self.folder.is_dir() else []

    def _sync_folder(self) -> None:
        descriptor = os.open(self.folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
