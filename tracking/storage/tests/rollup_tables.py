"""What is in the tables of the rollups."""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from tracking.models import BreakdownRow, DailyRow, HourlyRow, VisitDay
from tracking.storage.tallies import TALLIES

Tallies = dict[str, Any]


def tallies_of(row: Any, *more: str) -> Tallies:
    found = {name: getattr(row, name) for name in (*TALLIES, *more)}
    return {name: round(value, 6) if isinstance(value, float) else value for name, value in found.items()}


def daily(project_id: UUID) -> dict[date, Tallies]:
    rows = DailyRow.objects.filter(project_id=project_id)
    return {row.day: tallies_of(row, "starters", "visit_events") for row in rows}


def hourly(project_id: UUID, day: date) -> dict[datetime, Tallies]:
    rows = HourlyRow.objects.filter(project_id=project_id, day=day)
    return {row.starts_at.astimezone(UTC): tallies_of(row) for row in rows}


def breakdown(project_id: UUID, day: date, dimension: str) -> dict[str, Tallies]:
    """By value; the rest, when there is one, as "(other)"."""
    rows = BreakdownRow.objects.filter(project_id=project_id, day=day, dimension=dimension)
    return {"(other)" if row.is_other else row.value: tallies_of(row) for row in rows}


def visits(project_id: UUID, day: date) -> list[Tallies]:
    return list(VisitDay.objects.filter(project_id=project_id, day=day).order_by("session_id", "visitor_id").values())


def everything(project_id: UUID) -> list[list[tuple]]:
    """Every row of every table, but for when it was made."""
    return [
        sorted(_rows(model.objects.filter(project_id=project_id)), key=repr)
        for model in (DailyRow, HourlyRow, BreakdownRow, VisitDay)
    ]


def _rows(rows: Iterable[Any]) -> Iterable[tuple]:
    for row in rows:
        yield tuple(getattr(row, field.attname) for field in row._meta.concrete_fields if field.name != "computed_at")
