"""A gzip file that is written in pieces, each of which can be the last one that was finished before a crash.

Several gzip members one after the other would be simpler, but browsers take the first of them for the whole. So it is
one member: each piece ends on a byte and refers to nothing before it, and what the end needs of them all, a checksum
and a length, is plain data.
"""

import struct
import zlib

import msgspec

_HEAD = bytes((0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255))
_EMPTY_LAST_BLOCK = b"\x03\x00"
_LEVEL = 6


class Gzip(msgspec.Struct, frozen=True):
    """What was written until now: its checksum and its length before compression."""

    checksum: int = 0
    length: int = 0

    def piece(self, data: bytes) -> tuple[bytes, "Gzip"]:
        """(what follows in the file, the state after it)."""
        stream = zlib.compressobj(_LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
        written = (_HEAD if self.length == 0 else b"") + stream.compress(data) + stream.flush(zlib.Z_SYNC_FLUSH)
        return written if data else b"", Gzip(zlib.crc32(data, self.checksum), self.length + len(data))

    def end(self) -> bytes:
        head = _HEAD if self.length == 0 else b""
        return head + _EMPTY_LAST_BLOCK + struct.pack("<II", self.checksum, self.length & 0xFFFF_FFFF)
