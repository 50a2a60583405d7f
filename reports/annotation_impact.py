"""What changed with an annotation: on its page and over the API the same."""

from datetime import datetime

from django.http import QueryDict

from projects.models import Project
from reports import annotations, params
from reports.before_after import DEFAULT_DAYS, LENGTHS, BeforeAfter, before_after
from reports.models import Annotation
from reports.params import InvalidParams, Question, fault


def impact(
    annotation: Annotation, project: Project, question: Question, query: QueryDict, now: datetime
) -> BeforeAfter:
    """Before and after it, as many days as the query string says by `days`. Raises InvalidParams and what the store
    raises."""
    days = params.integer(query, "days", DEFAULT_DAYS, at_least=min(LENGTHS), at_most=max(LENGTHS))
    if days not in LENGTHS:
        raise InvalidParams(errors=[fault("days", "not_possible", f"one of {', '.join(map(str, LENGTHS))}")])
    return before_after(
        question,
        annotations.day_of(annotation, project),
        is_whole_day=annotation.occurred_on is not None,
        days=days,
        now=now,
    )
