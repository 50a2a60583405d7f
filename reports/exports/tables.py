"""A file of rows, made step by step."""

from typing import Any

import msgspec

from projects.models import Project
from reports.exports.asked import AskedExport
from reports.exports.gzip_stream import Gzip
from reports.exports.sources import source_of
from reports.exports.steps import Step
from reports.exports.streaming import writer_of


class TableSteps:
    """The same bytes as the streamed answer, compressed."""

    def __init__(self, asked: AskedExport, project: Project) -> None:
        self.source = source_of(asked, project)
        self.writer = writer_of(asked, self.source.columns, project)

    def step(self, position: dict[str, Any] | None) -> Step:
        page = self.source.page(position["source"] if position else None)
        written = Gzip(**position["gzip"]) if position else Gzip()
        before = position["rows"] if position else 0
        rows = before + len(page.rows)
        content = b"" if position else self.writer.head()
        content += self.writer.rows(page.rows, is_first=before == 0)
        if page.next is None:
            content += self.writer.tail(rows)
        data, written = written.piece(content)
        if page.next is None:
            return Step(data + written.end(), None, len(page.rows), 100)
        following = {"source": page.next, "gzip": msgspec.to_builtins(written), "rows": rows}
        return Step(data, following, len(page.rows), page.percent)
