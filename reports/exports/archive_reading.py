"""An archive read back: every entry and every row is checked before anything is done with the first of them.

An archive may come from anybody. What is in it is held to its shape, its size and its order; nothing of it is unpacked
to a disk, and no more than a part's compressed bytes and some lines is in memory.
"""

import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO

import msgspec

from reports.exports import archive_rows as rows
from reports.exports.project_archive import digest_of
from reports.exports.tar_entries import NotAnArchive, entries

MAX_LINE_BYTES = 2**20
MAX_PART_BYTES = 512 * 2**20
_CHUNK_BYTES = 256 * 1024


@dataclass(frozen=True, slots=True)
class Part:
    """Some rows of a section. The name says where in the archive it stands."""

    name: str
    section: str
    content: bytes

    def rows(self) -> Iterator[Any]:
        """Of the section's type in archive_rows.py. Raises NotAnArchive for the first that is none."""
        decoder = _DECODERS[self.section]
        for number, line in enumerate(_lines(self.name, self.content), 1):
            try:
                row = decoder.decode(line)
                if b"\\u0000" in line:
                    _refuse_nul(row)
            except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
                raise NotAnArchive(f"{self.name}, line {number}: {error}") from error
            yield row


@dataclass(frozen=True, slots=True)
class Archive:
    manifest: rows.Manifest
    settings: rows.Settings
    counts: dict[str, int]


def manifest_of(content: bytes) -> tuple[rows.Manifest, rows.Settings]:
    """Raises NotAnArchive, also for one of another version."""
    try:
        manifest = msgspec.json.decode(content, type=rows.Manifest)
        if manifest.format != rows.FORMAT:
            raise NotAnArchive(f"This is an archive of something else: {manifest.format[:60]!r}.")
        if manifest.version > rows.VERSION:
            raise NotAnArchive(
                f"The archive is of version {manifest.version}, and this installation reads up to {rows.VERSION}: "
                "update it first."
            )
        if manifest.version < 1:
            raise NotAnArchive(f"There is no version {manifest.version} of archives.")
        return manifest, msgspec.json.decode(manifest.project, type=rows.Settings)
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        raise NotAnArchive(f"{rows.MANIFEST}: {error}") from error


def parts(file: BinaryIO) -> Iterator[Part | rows.Manifest | rows.Complete]:
    """The manifest, the parts, and the end, in the order that they must have. Raises NotAnArchive.

    At the end names, order and content are known to be what was written; the rows are checked when they are read.
    """
    found = entries(file)
    name, content = next(found, ("", b""))
    if name != rows.MANIFEST:
        raise NotAnArchive("This is no archive of a project: it does not begin with its manifest.")
    manifest, _ = manifest_of(content)
    yield manifest
    digest, count, section, number = digest_of("", name, content), 1, 0, 0
    for name, content in found:
        if name == rows.COMPLETE:
            yield _checked_end(content, count, digest)
            if next(found, None) is not None:
                raise NotAnArchive("There is something after the archive's end.")
            return
        section, number = _place_of(name, section, number)
        digest, count = digest_of(digest, name, content), count + 1
        yield Part(name, rows.SECTIONS[section], content)
    raise NotAnArchive("The archive is not whole: its end is missing.")


def check(file: BinaryIO, look: Callable[[str, Any], None]) -> Archive:
    """Read all of it, and give `look` every row with its section. Raises NotAnArchive, and what `look` raises."""
    counts = dict.fromkeys(rows.SECTIONS, 0)
    manifest: rows.Manifest | None = None
    for each in parts(file):
        match each:
            case rows.Manifest():
                manifest = each
            case Part():
                for row in each.rows():
                    look(each.section, row)
                    counts[each.section] += 1
            case rows.Complete():
                if {name: each.counts.get(name, 0) for name in counts} != counts or each.counts.keys() - counts.keys():
                    raise NotAnArchive("The archive has other numbers of rows than it says.")
    assert manifest is not None
    return Archive(manifest, msgspec.json.decode(manifest.project, type=rows.Settings), counts)


def _place_of(name: str, section: int, number: int) -> tuple[int, int]:
    """The section and number of this part, which comes after those."""
    for later in range(section, len(rows.SECTIONS)):
        expected = number + 1 if later == section else 1
        if name == rows.part_name(rows.SECTIONS[later], expected):
            return later, expected
    raise NotAnArchive(f"The archive has an entry that does not belong there: {name[:60]!r}.")


def _checked_end(content: bytes, count: int, digest: str) -> rows.Complete:
    try:
        end = msgspec.json.decode(content, type=rows.Complete)
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        raise NotAnArchive(f"{rows.COMPLETE}: {error}") from error
    if (end.entries, end.digest) != (count, digest):
        raise NotAnArchive("The archive is damaged: it does not have the content that it says.")
    return end


def _lines(name: str, content: bytes) -> Iterator[bytes]:
    """The lines of a compressed part, within bounds however far it would inflate. Raises NotAnArchive."""
    stream, rest, total = zlib.decompressobj(31), b"", 0
    try:
        while not stream.eof:
            inflated = stream.decompress(content, _CHUNK_BYTES)
            content = stream.unconsumed_tail
            if not inflated and not content and not stream.eof:
                raise NotAnArchive(f"{name} is not whole.")
            total += len(inflated)
            *lines, rest = (rest + inflated).split(b"\n")
            if total > MAX_PART_BYTES or max(map(len, (rest, *lines))) > MAX_LINE_BYTES:
                raise NotAnArchive(f"{name} is larger than any part of ours.")
            yield from lines
    except zlib.error as error:
        raise NotAnArchive(f"{name} is damaged: {error}") from error
    if not stream.eof or stream.unused_data or rest:
        raise NotAnArchive(f"{name} is not whole.")


def _refuse_nul(row: Any) -> None:
    """A text that the database cannot hold."""
    texts = [value for value in msgspec.structs.astuple(row) if isinstance(value, str | bytes | list)]
    held = [msgspec.json.decode(value) for value in msgspec.structs.astuple(row) if isinstance(value, msgspec.Raw)]
    if _has_nul([each for each in texts if not isinstance(each, bytes)]) or _has_nul(held):
        raise msgspec.ValidationError("a text with NUL")


def _has_nul(value: Any) -> bool:
    match value:
        case str():
            return "\0" in value
        case list():
            return any(map(_has_nul, value))
        case dict():
            return any(map(_has_nul, value)) or any(map(_has_nul, value.values()))
    return False


_DECODERS = {section: msgspec.json.Decoder(kind) for section, kind in rows.ROW_TYPES.items()}
