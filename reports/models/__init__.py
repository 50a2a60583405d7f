"""What this app keeps: saved filters, exports, shared links, annotations."""

from reports.models.annotations import Annotation
from reports.models.exports import Export, ExportFormat, ExportKind, ExportState, ImportedArchive
from reports.models.segments import Kind, Segment
from reports.models.shared_links import SharedLink

__all__ = [
    "Annotation",
    "Export",
    "ExportFormat",
    "ExportKind",
    "ExportState",
    "ImportedArchive",
    "Kind",
    "Segment",
    "SharedLink",
]
