"""The numbers of a funnel as a CSV file."""

from collections.abc import Iterator, Sequence

from django.http import HttpResponse
from django.utils.text import slugify

from reports.exports.cells import Value
from reports.exports.formats import CsvWriter
from reports.funnels import answers
from reports.funnels.definition import Definition
from reports.funnels.numbers import StepNumbers, numbers
from reports.params import Question
from tracking.storage.funnels import FunnelStep

COLUMNS = ("step", "name", "entered", "continued", "dropped", "rate", "rate_total", "median_seconds_to_next")
OTHERS = "(other)"


def content(found: Definition, question: Question, breakdown: str = "") -> bytes:
    """A line for each step; with a breakdown, for each step of each of its values as well, whose column is empty for
    all together. Of members alone: nothing is folded. Raises BrokenFunnel and what answers.run() does."""
    answer = answers.run(found.query(question, breakdown=breakdown)).answer
    lines = list(_lines(found, answer.steps, [""] if breakdown else []))
    for each in answer.groups:
        lines += _lines(found, each.steps, [OTHERS if each.value is None else each.value])
    writer = CsvWriter([breakdown, *COLUMNS] if breakdown else COLUMNS)
    return writer.head() + writer.rows(lines, is_first=True) + writer.tail(len(lines))


def response(content: bytes, name: str) -> HttpResponse:
    file = f"{slugify(name) or 'funnel'}.csv"
    return HttpResponse(content, content_type=CsvWriter.media_type, headers={
        "Content-Disposition": f'attachment; filename="{file}"',
        "Cache-Control": "private, no-store",
    })  # fmt: skip


def rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 2)


def _lines(found: Definition, steps: Sequence[FunnelStep], first: list[Value]) -> Iterator[list[Value]]:
    for index, (step, of) in enumerate(zip(found.steps, numbers(steps), strict=True)):
        yield [*first, index + 1, step.called, *_values(of)]


def _values(step: StepNumbers) -> list[Value]:
    return [
        step.entered,
        step.continued,
        step.dropped,
        rounded(step.rate),
        rounded(step.rate_total),
        rounded(step.median_s),
    ]
