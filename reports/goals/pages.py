"""The pages of goals: all of them, one of them, and the list as a file."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from analytics_pulse import clock
from goals.models import Goal
from projects.views.signed_in import SignedInRequest
from reports import project_page
from reports.goals.form import TYPES
from reports.goals.list_file import list_file
from reports.goals.meaning import meaning
from reports.goals.sections import PANELS
from reports.links import DashboardLinks
from reports.member_page import member_page, shown_page
from reports.page_files import file_of
from reports.params import InvalidParams
from reports.segments import may_change_the_teams
from reports.viewing import Viewing


@require_safe
@login_required
def goals(request: SignedInRequest, project_id: UUID) -> HttpResponse:
    return shown(request, Viewing.of_member(request.user, project_id))


def shown(request: HttpRequest, viewing: Viewing) -> HttpResponse:
    """For a member, or through a shared link that has this page."""
    may_edit = viewing.is_member and may_change_the_teams(viewing.project, request.user)
    return shown_page(
        request,
        viewing,
        "goals",
        sections=("goal-list", "goal-suggestions"),
        may_edit=may_edit,
        sort=request.GET.get("sort", ""),
    )


@require_safe
@login_required
def goal(request: SignedInRequest, project_id: UUID, goal_id: UUID) -> HttpResponse:
    """One goal: over time, by whom and where it was reached, and when last."""
    viewing = Viewing.of_member(request.user, project_id)
    found = get_object_or_404(Goal.objects.of(viewing.project).select_related("fill"), pk=goal_id)
    asked = project_page.asked(request, viewing, "goals", str(goal_id))
    if isinstance(asked, HttpResponse):
        return asked
    question, _links = asked
    return member_page(
        request,
        project_id,
        "goals",
        str(goal_id),
        template="goals/goal",
        sections=("goal-state", "goal-totals", "goal-series", "goal-latest"),
        about={"goal": str(goal_id)},
        panels=PANELS,
        goal=found,
        icon=TYPES[found.goal_type][0],
        meaning=meaning(found),
        list_url=DashboardLinks(viewing, question, page="goals").page_url(),
        filter_url=DashboardLinks(viewing, question).with_filter("goal", str(goal_id)),
        may_edit=may_change_the_teams(viewing.project, request.user),
    )


@require_safe
@login_required
@file_of("goals")
def goals_csv(request: SignedInRequest, project_id: UUID) -> HttpResponse:
    """The list as a file, of the page's period and filters."""
    viewing = Viewing.of_member(request.user, project_id)
    try:
        question = viewing.question(request.GET, clock.now())
    except InvalidParams as error:
        return render(request, "400.html", {"problem": error, "project": viewing.project}, status=400)
    return list_file(viewing.project, question, DashboardLinks(viewing, question, page="goals"))
