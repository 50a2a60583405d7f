"""An export as the answer to a request: written while it is read, so that any number of rows takes the same memory."""

import time
import zlib
from collections.abc import Iterator, Mapping
from datetime import datetime

import structlog
from django.http import StreamingHttpResponse
from django.utils.text import slugify

from projects.models import Project
from reports.exports.asked import AskedExport
from reports.exports.formats import CsvWriter, JsonLinesWriter, JsonWriter, Writer
from reports.exports.sources import Page, Source
from reports.models import ExportFormat
from tracking.storage.base import QueryTooLarge, StoreUnavailable

# What an answer may be. Beyond it a job makes a file: a request must not keep a thread for minutes.
MAX_ROWS = 100_000
# Of reading, not of sending: a slow line is no reason to end.
MAX_READING_S = 30

log = structlog.get_logger(__name__)


class BrokeOff(Exception):
    """The rest could not be read. Servers that can break the connection off then do; the file says it in any case."""


def writer_of(asked: AskedExport, columns: tuple[str, ...], project: Project) -> Writer:
    if asked.format == ExportFormat.CSV:
        return CsvWriter(columns, with_bom=asked.with_bom)
    if asked.format == ExportFormat.JSON:
        return JsonWriter(columns, asked.about(project))
    return JsonLinesWriter(columns)


def file_name(asked: AskedExport, project: Project) -> str:
    """Of letters, digits, dots and hyphens alone, so that it can stand in a header and on any disk."""
    site = slugify(project.domain.replace(".", "-"))[:60]
    what = slugify("-".join([asked.kind, *asked.dimensions]))[:60]
    return f"{site}-{what}-{asked.first}-{asked.last}.{asked.format}"


def archive_name(project: Project, made_at: datetime) -> str:
    return f"{slugify(project.domain.replace('.', '-'))[:60]}-project-{made_at:%Y-%m-%d}.tar"


def takes_gzip(headers: Mapping[str, str]) -> bool:
    """Whether the client accepts it. `headers`: request.META."""
    accepted = [each.strip().lower().split(";") for each in headers.get("HTTP_ACCEPT_ENCODING", "").split(",")]
    return any(name == "gzip" and "q=0" not in "".join(more).split() for name, *more in accepted)


def response(source: Source, first: Page, asked: AskedExport, project: Project, *, gzip: bool) -> StreamingHttpResponse:
    """`first`: the page that was read before, so that what fails at once is still an error of its own."""
    writer = writer_of(asked, source.columns, project)
    content = _written(source, first, writer, project)
    answer = StreamingHttpResponse(_compressed(content) if gzip else content, content_type=writer.media_type)
    answer["Content-Disposition"] = f'attachment; filename="{file_name(asked, project)}"'
    answer["Cache-Control"] = "private, no-store"
    answer["Vary"] = "Accept-Encoding"
    answer["X-Accel-Buffering"] = "no"
    if gzip:
        answer["Content-Encoding"] = "gzip"
    return answer


def _written(source: Source, page: Page, writer: Writer, project: Project) -> Iterator[bytes]:
    count, reading_s = 0, 0.0
    yield writer.head()
    try:
        while True:
            yield writer.rows(page.rows, is_first=count == 0)
            count += len(page.rows)
            if page.next is None:
                break
            if reading_s > MAX_READING_S:
                raise QueryTooLarge(f"no end within {MAX_READING_S} s")
            started = time.monotonic()
            page = source.page(page.next)
            reading_s += time.monotonic() - started
    except (QueryTooLarge, StoreUnavailable) as error:
        log.warning("export_broke_off", project_id=str(project.pk), rows=count, error=str(error))
        yield writer.broken()
        raise BrokeOff(str(error)) from error
    yield writer.tail(count)


def _compressed(content: Iterator[bytes]) -> Iterator[bytes]:
    """Each page is sent when it is written. Without the end of the stream when the content breaks off."""
    stream = zlib.compressobj(6, zlib.DEFLATED, 31)
    for part in content:
        if part:
            yield stream.compress(part) + stream.flush(zlib.Z_SYNC_FLUSH)
    yield stream.flush()
