"""What an export is of: a question that was worked out when it was asked, and stays that for however long it takes."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from projects.models import Project
from reports import conditions, day_labels, params, periods
from reports.faults import Faults
from reports.models import Export, ExportFormat, ExportKind
from reports.params import Question
from reports.periods import ReportPeriod
from tracking.storage.conditions import Condition
from tracking.storage.spec import StatsQuery


@dataclass(frozen=True, slots=True)
class AskedExport:
    """`first` and `last` are days of the project's zone, both included. An interval without dimensions: every bucket of
    the period. Of events (kind) neither metrics nor dimensions are asked."""

    kind: ExportKind
    format: ExportFormat
    first: date
    last: date
    asked_at: datetime
    period_name: str = periods.CUSTOM
    conditions: tuple[Condition, ...] = ()
    metrics: tuple[str, ...] = ()
    dimensions: tuple[str, ...] = ()
    interval: str | None = None
    with_bom: bool = False

    @property
    def title(self) -> str:
        """In words, in the language of whoever reads it."""
        what = str(ExportKind(self.kind).label)
        by = [*self.dimensions, *([self.interval] if self.interval else [])]
        if self.kind == ExportKind.ANALYTICS and by:
            what = _("%(statistics)s by %(names)s") % {"statistics": what, "names": _(" and ").join(by)}
        said = _("%(what)s, %(days)s, filtered") if self.conditions else _("%(what)s, %(days)s")
        return said % {"what": what, "days": day_labels.span(self.first, self.last)}

    def question(self, project: Project) -> Question:
        """The same as a dashboard would ask it."""
        return Question(params.ref(project), self.report_period(project), self.conditions)

    def report_period(self, project: Project) -> ReportPeriod:
        return periods.custom(self.first, self.last, project.zone, self.asked_at)

    def query(self, project: Project, *, limit: int, offset: int = 0) -> StatsQuery:
        return self.question(project).query(
            self.metrics, dimensions=self.dimensions, interval=self.interval, limit=limit, offset=offset
        )

    def about(self, project: Project) -> dict[str, Any]:
        """The head of a JSON export, and of the job in the API."""
        found: dict[str, Any] = {
            "project_id": str(project.pk),
            "kind": self.kind,
            "period": {
                "from": self.first.isoformat(),
                "to": self.last.isoformat(),
                "timezone": project.timezone,
            },
            "filters": conditions.as_json(self.conditions),
        }
        if self.kind != ExportKind.EVENTS:
            found |= {"metrics": self.metrics, "dimensions": self.dimensions, "interval": self.interval}
        return found

    def as_json(self) -> dict[str, Any]:
        return {
            "kind": self.kind,
            "format": self.format,
            "first": self.first.isoformat(),
            "last": self.last.isoformat(),
            "asked_at": self.asked_at.isoformat(),
            "period_name": self.period_name,
            "conditions": conditions.as_json(self.conditions),
            "metrics": list(self.metrics),
            "dimensions": list(self.dimensions),
            "interval": self.interval,
            "with_bom": self.with_bom,
        }

    @classmethod
    def from_json(cls, found: dict[str, Any]) -> "AskedExport":
        """What as_json() gave. Raises ValueError when its filters are not possible any more."""
        faults = Faults()
        asked = conditions.parse(found["conditions"], "/filters", faults)
        if faults:
            raise ValueError(faults.found)
        return cls(
            kind=ExportKind(found["kind"]),
            format=ExportFormat(found["format"]),
            first=date.fromisoformat(found["first"]),
            last=date.fromisoformat(found["last"]),
            asked_at=datetime.fromisoformat(found["asked_at"]),
            period_name=found["period_name"],
            conditions=asked,
            metrics=tuple(found["metrics"]),
            dimensions=tuple(found["dimensions"]),
            interval=found["interval"],
            with_bom=found["with_bom"],
        )


def title_of(export: Export) -> str:
    """Of what was asked, in the language of whoever reads it; as it is stored where that is not possible any more."""
    if export.kind == ExportKind.PROJECT:
        return str(ExportKind.PROJECT.label)
    try:
        return AskedExport.from_json(export.question).title
    except ValueError:
        return export.title
