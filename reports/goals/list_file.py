"""The list of goals as a CSV file."""

from django.http import HttpResponse
from django.utils.text import slugify

from projects.models import Project
from reports.exports.formats import CsvWriter
from reports.goals.rows import GoalRow, goal_rows
from reports.links import DashboardLinks
from reports.params import Question

_COLUMNS = ("goal", "type", "meaning", "completions", "converted_visits", "visitors", "conversion_rate")


def list_file(project: Project, question: Question, links: DashboardLinks) -> HttpResponse:
    """A line a goal, with a column of revenue for each currency that there is. Raises what goal_rows() does."""
    rows = goal_rows(project, question, links)
    currencies = sorted({currency for row in rows for currency in row.now.revenue})
    writer = CsvWriter((*_COLUMNS, *(f"revenue_{each}" for each in currencies)), with_bom=True)
    content = (
        writer.head() + writer.rows([_cells(row, currencies) for row in rows], is_first=True) + writer.tail(len(rows))
    )
    site = slugify(project.domain.replace(".", "-"))[:60]
    name = f"{site}-goals-{question.period.first}-{question.period.last}.csv"
    response = HttpResponse(content, content_type=writer.media_type)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    return response


def _cells(row: GoalRow, currencies: list[str]) -> list[str | float | None]:
    rate = row.now.conversion_rate
    return [
        row.goal.name,
        row.goal.goal_type,
        row.meaning,
        row.now.completions,
        row.now.converted_visits,
        row.now.visitors,
        None if rate is None else round(rate, 2),
        *(row.now.revenue.get(each) for each in currencies),
    ]
