"""What this app keeps: saved filters and exports."""

from reports.models.exports import Export, ExportFormat, ExportKind, ExportState, ImportedArchive
from reports.models.segments import Kind, Segment

__all__ = ["Export", "ExportFormat", "ExportKind", "ExportState", "ImportedArchive", "Kind", "Segment"]
