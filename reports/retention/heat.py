"""Cohorts as a heat map: labels, shades and sentences."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from reports import day_labels, figures
from reports.retention.cohorts import Cohort, CohortCell, Cohorts
from reports.shades import Shades

HEADS = {"day": _("Day"), "week": _("Week"), "month": _("Month")}


@dataclass(frozen=True, slots=True)
class HeatCell:
    """level: 0 (nobody) to 5. more: the cell in a sentence. is_own: of the cohort's own unit. is_filling: the unit is
    not over yet."""

    text: str
    level: int
    more: str
    is_own: bool
    is_filling: bool


@dataclass(frozen=True, slots=True)
class HeatRow:
    label: str
    title: str
    size: str
    cells: list[HeatCell]


@dataclass(frozen=True, slots=True)
class Heat:
    """heads: of the columns of cells. average: a text a column, "" where nothing is known yet."""

    unit: str
    heads: list[str]
    rows: list[HeatRow]
    average: list[str]
    people: str


def heat(cohorts: Cohorts) -> Heat:
    shades = Shades.of(sorted({level for row in cohorts.rows for cell in row.cells[1:] if (level := _shaded(cell))}))
    rows = [_row(row, cohorts.unit, shades) for row in reversed(cohorts.rows)]  # the newest first
    average = ["" if share is None else figures.percent(share) for share in cohorts.average]
    heads = [str(number) for number in range(cohorts.columns)]
    return Heat(cohorts.unit, heads, rows, average, figures.count(cohorts.people))


def _row(row: Cohort, unit: str, shades: Shades) -> HeatRow:
    start = datetime.combine(row.start, time())
    cells = list(_cells(row, unit, shades))
    return HeatRow(_label(row.start, unit), day_labels.bucket(start, unit), figures.count(row.size), cells)


def _cells(row: Cohort, unit: str, shades: Shades) -> Iterator[HeatCell]:
    for number, cell in enumerate(row.cells):
        shaded = _shaded(cell) if number else 0
        yield HeatCell(
            text="–" if cell.share is None else figures.percent(cell.share),
            level=shades.level(shaded) if shaded else 0,
            more=_sentence(row, cell, unit),
            is_own=number == 0,
            is_filling=not cell.is_complete,
        )


def _shaded(cell: CohortCell) -> int:
    """Tenths of a percent: shades are of whole numbers."""
    return round((cell.share or 0) * 10)


def _label(start: date, unit: str) -> str:
    return day_labels.bucket(datetime.combine(start, time()), unit) if unit == "month" else day_labels.day(start)


def _sentence(row: Cohort, cell: CohortCell, unit: str) -> str:
    named = {
        "cohort": day_labels.bucket(datetime.combine(row.start, time()), unit),
        "bucket": day_labels.bucket(datetime.combine(cell.bucket, time()), unit),
        "people": figures.decimal(cell.people),
        "size": figures.decimal(row.size),
    }
    if cell.is_complete:
        text = ngettext(
            "%(cohort)s: %(people)s of %(size)s was there in %(bucket)s.",
            "%(cohort)s: %(people)s of %(size)s were there in %(bucket)s.",
            cell.people,
        )
    else:
        text = ngettext(
            "%(cohort)s: %(people)s of %(size)s was there in %(bucket)s, which is not over yet.",
            "%(cohort)s: %(people)s of %(size)s were there in %(bucket)s, which is not over yet.",
            cell.people,
        )
    return text % named
