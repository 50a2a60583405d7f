"""The sections of the page, by the names of their addresses; SHARED: those that shared links have as well."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from analytics_pulse import clock
from goals.models import Goal
from goals.suggestions import suggestions
from reports import explorer, page_address
from reports.goals import numbers
from reports.goals.rows import DEFAULT_ORDER, ORDERS, GoalOrder, goal_rows, is_counting
from reports.goals.suggested import suggested_rows
from reports.links import DashboardLinks
from reports.listing import listing
from reports.page_parts import HtmxHttpRequest
from reports.panels import Breakdown, Panel, of_dimension
from reports.params import Question
from reports.sections.headline_numbers import headline_numbers
from reports.sections.time_series import time_series
from reports.segments import may_change_the_teams
from reports.viewing import Viewing
from tracking.storage import event_log

LATEST = 10
_NOBODY = _("Nobody reached this goal in this period.")
_METRICS = ("converted_visits", "conversion_rate")


def _panel(name: str, title: object, label: object, dimension: str) -> Panel:
    return Panel(name, title, (Breakdown(name, title, label, dimension, _NOBODY, metrics=_METRICS),))  # type: ignore[arg-type]


PANELS = (
    _panel("goal-pages", _("Where it was reached"), _("Page"), "page"),
    _panel("goal-sources", _("Sources"), _("Source"), "source"),
    _panel("goal-countries", _("Countries"), _("Country"), "country"),
    _panel("goal-devices", _("Devices"), _("Device"), "device"),
)
_PANEL_OF = {panel.name: panel for panel in PANELS}


def goal_list(request: HtmxHttpRequest, viewing: Viewing, question: Question, name: str) -> HttpResponse:
    """Every goal with its numbers, in the order that is asked for; with none, what could be one."""
    links, order = DashboardLinks(viewing, question, page="goals"), GoalOrder.of(request.GET.get("sort", ""))
    rows = goal_rows(viewing.project, question, links)
    may_edit = viewing.is_member and may_change_the_teams(viewing.project, request.user)
    response = render(request, "reports/goals/_list.html", {
        "viewing": viewing,
        "project": viewing.project,
        "question": question,
        "rows": order.sorted(rows),
        "columns": [
            (column, title, links.section(name, sort=str(order.by(column)))) for column, (title, _key) in ORDERS.items()
        ],
        "order": order,
        "has_revenue": any(row.now.revenue for row in rows),
        "has_lines": any(row.line for row in rows),
        "is_counting": is_counting(rows),
        "may_edit": may_edit,
        "own_url": links.section(name, sort=str(order)),
        "csv_url": links.to("reports:goals-csv") if viewing.is_member else "",
        "explain_url": links.section("explain"),
    })  # fmt: skip
    if viewing.is_member and "sort" in request.GET and str(order) != request.GET.get("was"):
        kept = "" if str(order) == DEFAULT_ORDER else str(order)
        response["HX-Replace-Url"] = page_address.with_parameters(page_address.current(request, viewing), sort=kept)
    return response


def goal_suggestions(request: HttpRequest, viewing: Viewing, question: Question, name: str) -> HttpResponse:
    """What visitors do that no goal counts yet, to be made one by a click; nothing for who may not."""
    if not may_change_the_teams(viewing.project, request.user):
        return HttpResponse()
    return render(request, "reports/goals/_suggestions.html", {
        "project": viewing.project,
        "suggestions": suggested_rows(suggestions(viewing.project, clock.now())),
    })  # fmt: skip


def goal_state(request: HttpRequest, viewing: Viewing, question: Question, name: str) -> HttpResponse:
    """Whether a goal is counted, and how far its past events are."""
    goal, links = _goal(request, viewing), DashboardLinks(viewing, question, page="goals")
    return render(request, "reports/goals/_state.html", {
        "project": viewing.project,
        "goal": goal,
        "fill": getattr(goal, "fill", None),
        "may_edit": may_change_the_teams(viewing.project, request.user),
        "own_url": links.section(name, goal=str(goal.pk)),
    })  # fmt: skip


def goal_totals(request: HttpRequest, viewing: Viewing, question: Question, name: str) -> HttpResponse:
    goal = _goal(request, viewing)
    return headline_numbers(request, viewing, question, name, **_of_goal(goal, question))


def goal_series(request: HttpRequest, viewing: Viewing, question: Question, name: str) -> HttpResponse:
    goal = _goal(request, viewing)
    return time_series(request, viewing, question, name, **_of_goal(goal, question))


def goal_breakdown(request: HttpRequest, viewing: Viewing, question: Question, name: str) -> HttpResponse:
    """Who reached it by one dimension, and how many of all who came by its values that is."""
    goal, panel = _goal(request, viewing), _PANEL_OF[name]
    opened, counted = panel.tabs[0], numbers.only(question, goal.pk)
    links = DashboardLinks(viewing, question, page="goals", subject=(str(goal.pk),))
    rows = of_dimension(opened.dimension)
    of_goal = DashboardLinks(viewing, counted)
    return render(request, "reports/_event_panel.html", {
        "viewing": viewing,
        "panel": panel,
        "breakdown": opened,
        "listing": listing(counted, opened, links),
        "own_url": links.section(name, goal=str(goal.pk)),
        "explain_url": of_goal.section("explain", metric=opened.metrics[0], dimension=opened.dimension),
        "details_url": of_goal.section("details", of=rows.token) if rows else "",
    })  # fmt: skip


def goal_latest(request: HttpRequest, viewing: Viewing, question: Question, name: str) -> HttpResponse:
    """The latest events that reached it."""
    goal, links = _goal(request, viewing), DashboardLinks(viewing, question, page="goals")
    counted = numbers.only(question, goal.pk)
    found = event_log.latest(question.project, question.period.period, counted.conditions, limit=LATEST)
    return render(request, "reports/goals/_latest.html", {
        "rows": explorer.rows(found, question.project),
        "detail_url": links.section("event"),
        "own_url": links.section(name, goal=str(goal.pk)),
    })  # fmt: skip


def _of_goal(goal: Goal, question: Question) -> dict[str, Any]:
    return {
        "counted": numbers.only(question, goal.pk),
        "metrics": numbers.METRICS,
        "about": {"goal": str(goal.pk)},
    }


def _goal(request: HttpRequest, viewing: Viewing) -> Goal:
    """The goal that the section is about. Raises Http404."""
    try:
        wanted = UUID(request.GET.get("goal", ""))
    except ValueError:
        raise Http404 from None
    found = Goal.objects.of(viewing.project).select_related("fill").filter(pk=wanted).first()
    if found is None:
        raise Http404
    return found


SECTIONS: dict[str, Callable[..., HttpResponse]] = {
    "goal-list": goal_list,
    "goal-suggestions": goal_suggestions,
    "goal-state": goal_state,
    "goal-totals": goal_totals,
    "goal-series": goal_series,
    "goal-latest": goal_latest,
    **dict.fromkeys(_PANEL_OF, goal_breakdown),
}
SHARED: frozenset[str] = frozenset({"goal-list"})
