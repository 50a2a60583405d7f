"""How the rows of an export are written, a page at a time: nothing here holds more than a page.

Each format has an end that only a whole export has, or a last line that says that it is not whole: see `broken`.
"""

import csv
from collections.abc import Sequence
from io import StringIO
from typing import Any, Protocol

import msgspec

from reports.exports.cells import Value, cells

BOM = "\ufeff".encode()
INCOMPLETE = "incomplete: the export broke off here"

Rows = Sequence[Sequence[Value]]


class Writer(Protocol):
    media_type: str
    extension: str

    def head(self) -> bytes:
        """What comes before the first row."""

    def rows(self, rows: Rows, *, is_first: bool) -> bytes:
        """Some rows; is_first: none came before them."""

    def tail(self, count: int) -> bytes:
        """What comes after the last one of so many."""

    def broken(self) -> bytes:
        """What comes instead of the tail when no more can be read."""


class CsvWriter:
    """RFC 4180 in UTF-8: CRLF, quotes where they are needed, a first line with the names of the columns."""

    media_type = "text/csv; charset=utf-8; header=present"
    extension = "csv"

    def __init__(self, columns: Sequence[str], *, with_bom: bool = False) -> None:
        self.columns = columns
        self.with_bom = with_bom

    def head(self) -> bytes:
        return (BOM if self.with_bom else b"") + _csv([self.columns])

    def rows(self, rows: Rows, *, is_first: bool) -> bytes:
        return _csv([cells(row) for row in rows])

    def tail(self, count: int) -> bytes:
        return b""

    def broken(self) -> bytes:
        return _csv([[f"# {INCOMPLETE}"]])


class JsonWriter:
    """One document: what was asked, the rows as objects under `results`, and at the end how many there are."""

    media_type = "application/json"
    extension = "json"

    def __init__(self, columns: Sequence[str], about: dict[str, Any]) -> None:
        self.columns = columns
        self.about = about

    def head(self) -> bytes:
        return msgspec.json.encode(self.about).removesuffix(b"}") + b',"results":['

    def rows(self, rows: Rows, *, is_first: bool) -> bytes:
        if not rows:
            return b""
        return (b"\n" if is_first else b",\n") + b",\n".join(_objects(self.columns, rows))

    def tail(self, count: int) -> bytes:
        return b'\n],"rows":%d}\n' % count

    def broken(self) -> bytes:
        return b""  # a document that is not closed is none


class JsonLinesWriter:
    """An object a line."""

    media_type = "application/x-ndjson"
    extension = "jsonl"

    def __init__(self, columns: Sequence[str]) -> None:
        self.columns = columns

    def head(self) -> bytes:
        return b""

    def rows(self, rows: Rows, *, is_first: bool) -> bytes:
        return b"".join(line + b"\n" for line in _objects(self.columns, rows))

    def tail(self, count: int) -> bytes:
        return b""

    def broken(self) -> bytes:
        return msgspec.json.encode({"error": INCOMPLETE}) + b"\n"


def _csv(rows: Sequence[Sequence[str]]) -> bytes:
    text = StringIO(newline="")
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    return text.getvalue().encode()


def _objects(columns: Sequence[str], rows: Rows) -> list[bytes]:
    return [msgspec.json.encode(dict(zip(columns, row, strict=True))) for row in rows]
