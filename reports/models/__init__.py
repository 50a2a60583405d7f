"""What this app keeps: saved filters and exports."""

from reports.models.segments import Kind, Segment

__all__ = ["Kind", "Segment"]
