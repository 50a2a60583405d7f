"""A funnel to begin with, made of what the project really receives."""

from goals.models import Goal
from projects.models import Project
from reports import results
from reports.faults import Faults
from reports.funnels import definition
from reports.funnels.definition import Definition
from reports.params import Question

_LOOKED_AT = 5


def example(question: Question, project: Project) -> Definition | None:
    """From the page where most visits begin, by the most visited other one, to a goal or an event; None where there
    are no two of these. Up to three queries."""
    entries, events = _top(question, "entry_page", "visitors"), _top(question, "event_name", "visitors")
    pages = _top(question, "page", "pageviews")  # not those that were only asked for, and are missing
    steps = [_on_page(page) for page in list(dict.fromkeys([*entries[:1], *pages]))[:2]]
    goal = Goal.objects.of(project).filter(is_active=True, goal_type="event").first()
    if goal is not None:
        steps.append({"goal": str(goal.pk)})
    elif events:
        steps.append({"filters": [["is", "event_name", [events[0]]]]})
    faults = Faults()
    found = definition.parse({"steps": steps}, faults, project)
    return None if faults else found


def _top(question: Question, dimension: str, metric: str) -> list[str]:
    rows = results.run(question.query((metric,), dimensions=(dimension,), limit=_LOOKED_AT)).rows
    return [row.dimensions[0] for row in rows if row.dimensions[0] and row.metrics[0]]


def _on_page(path: str) -> dict[str, object]:
    return {"filters": [["is", "event_type", ["pageview"]], ["is", "page", [path]]]}
