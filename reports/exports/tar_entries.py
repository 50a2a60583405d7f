"""The entries of an archive: plain files of a tar, written one by one and read back strictly.

Only what the writer here writes is read: regular files, names of a small alphabet without any folder, sizes within
bounds, nothing after the end. So an archive from somewhere else can name no path, no link and no device, and nothing
of it is ever unpacked to a disk.
"""

import re
import tarfile
from collections.abc import Iterator
from datetime import datetime
from typing import BinaryIO

BLOCK = tarfile.BLOCKSIZE
MAX_ENTRY_BYTES = 256 * 2**20
_NAME = re.compile(r"[a-z][a-z0-9-]{0,60}(\.[a-z]{1,5}){1,2}\Z")
END = bytes(2 * BLOCK)


class NotAnArchive(Exception):
    """The file is none of ours, is damaged, or is not whole. str() is a sentence for a person."""


def entry(name: str, data: bytes, made_at: datetime) -> bytes:
    """One file of the archive, as it stands in it."""
    assert _NAME.match(name), name
    info = tarfile.TarInfo(name)
    info.size, info.mtime, info.mode = len(data), int(made_at.timestamp()), 0o600
    return info.tobuf(tarfile.USTAR_FORMAT) + data + bytes(-len(data) % BLOCK)


def entries(file: BinaryIO) -> Iterator[tuple[str, bytes]]:
    """(name, content) of each file, one in memory at a time. Raises NotAnArchive."""
    while True:
        header = file.read(BLOCK)
        if header == bytes(BLOCK):
            rest = file.read(BLOCK + 1)
            if len(rest) < BLOCK:
                raise NotAnArchive("The archive is not whole: it breaks off.")
            if rest != bytes(BLOCK):
                raise NotAnArchive("There is something after the archive's end.")
            return
        if len(header) < BLOCK:
            raise NotAnArchive("The archive is not whole: it breaks off.")
        try:
            info = tarfile.TarInfo.frombuf(header, "ascii", "strict")
        except (tarfile.HeaderError, ValueError):
            raise NotAnArchive("This is no archive of a project.") from None
        if info.type not in (tarfile.REGTYPE, tarfile.AREGTYPE) or not _NAME.match(info.name) or info.linkname:
            raise NotAnArchive(f"The archive has an entry that is none of ours: {info.name[:60]!r}.")
        if not 0 <= info.size <= MAX_ENTRY_BYTES:
            raise NotAnArchive(f"The entry {info.name} is larger than any of ours.")
        data = file.read(info.size + -info.size % BLOCK)
        if len(data) < info.size + -info.size % BLOCK:
            raise NotAnArchive("The archive is not whole: it breaks off.")
        yield info.name, data[: info.size]
