"""Making, changing, pausing and deleting goals, and seeing beforehand what one would have counted."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST
from django_htmx.http import HttpResponseClientRefresh

from analytics_pulse import clock
from analytics_pulse.problems import Invalid
from goals import actions
from goals.models import Goal
from goals.preview import preview
from goals.validation import validated
from projects.access import get_project_for
from projects.models import Project, Role
from projects.views.signed_in import SignedInRequest
from reports import figures, params
from reports.goals.form import CONDITION_WORDS, ConditionRow, GoalForm, proposed_name
from reports.member_page import member_page
from reports.page_parts import login_from_a_part
from tracking.storage.base import QueryTooLarge, StoreUnavailable
from tracking.storage.spec import Period

PREVIEW_DAYS = 30


@require_http_methods(["GET", "POST"])
@login_required
def new_goal(request: SignedInRequest, project_id: UUID) -> HttpResponse:
    """The form, or what a suggestion says in it; then the page of the goal that was made."""
    project = get_project_for(request.user, project_id, Role.EDITOR)
    form = GoalForm(request.POST or None)
    if request.method == "POST" and (fields := _fields(form, project)):
        try:
            goal = actions.create_goal(project=project, by=request.user, **fields)
            return redirect("reports:goals", project.pk, goal.pk)
        except Invalid as error:
            form.refuse(error)
    return _page(request, project, form)


@require_http_methods(["GET", "POST"])
@login_required
def edit_goal(request: SignedInRequest, project_id: UUID, goal_id: UUID) -> HttpResponse:
    project, goal = _own(request, project_id, goal_id)
    form = GoalForm(request.POST or None, goal=goal)
    if request.method == "POST" and (fields := _fields(form, project, goal)):
        try:
            actions.change_goal(goal=goal, by=request.user, **fields)
            messages.success(request, _("Saved."))
            return redirect("reports:goals", project.pk, goal.pk)
        except Invalid as error:
            form.refuse(error)
    return _page(request, project, form, goal)


@require_POST
@login_required
def pause_goal(request: SignedInRequest, project_id: UUID, goal_id: UUID) -> HttpResponse:
    return _done(request, project_id, goal_id, actions.pause_goal, _("The goal is paused: nothing new is counted."))


@require_POST
@login_required
def resume_goal(request: SignedInRequest, project_id: UUID, goal_id: UUID) -> HttpResponse:
    """Also of one whose past events could not be counted: they are counted again."""
    return _done(request, project_id, goal_id, actions.resume_goal, _("The goal is counted again."))


@require_POST
@login_required
def delete_goal(request: SignedInRequest, project_id: UUID, goal_id: UUID) -> HttpResponse:
    project, goal = _own(request, project_id, goal_id)
    actions.delete_goal(goal=goal, by=request.user)
    messages.success(request, _("The goal “%(name)s” is deleted.") % {"name": goal.name})
    return redirect("reports:goals", project.pk)


@require_POST
@login_from_a_part
def goal_preview(request: Any, project_id: UUID) -> HttpResponse:
    """What the goal in the form would have counted in the last days, or what is wrong with it, at its fields."""
    project = get_project_for(request.user, project_id, Role.EDITOR)
    form, context = GoalForm(request.POST), dict[str, Any]()
    form.full_clean()
    try:
        fields = _valid(form, project)
        context |= {"name": proposed_name(fields), **_counted(project, fields)}
    except Invalid as error:
        # What is not filled in yet is no fault of somebody who types.
        form.refuse(Invalid(errors=[each for each in error.errors if each["code"] != "required"]))
        context["is_unfinished"] = True
    except QueryTooLarge:
        context["failure"] = _(
            "There are too many events to look through now. Once it is saved, the goal counts them all."
        )
    except StoreUnavailable:
        context["failure"] = _("The database cannot be reached at the moment.")
    return render(request, "reports/goals/_preview.html", {"form": form, "days": PREVIEW_DAYS, **context})


def _counted(project: Project, fields: dict[str, Any]) -> dict[str, Any]:
    now = clock.now()
    period = Period(now - timedelta(days=PREVIEW_DAYS), now, project.zone)
    found = preview(params.ref(project), Goal(project=project, **fields), period)
    return {"found": found, "completions": figures.count(found.completions), "visitors": figures.count(found.visitors)}


def _valid(form: GoalForm, project: Project) -> dict[str, Any]:
    """The fields as they would be stored, whatever the name. Raises Invalid."""
    if form.errors:
        raise Invalid(errors=[])
    return validated(form.fields_of_goal | {"name": uuid4().hex}, project=project)


def _fields(form: GoalForm, project: Project, goal: Goal | None = None) -> dict[str, Any] | None:
    """What is to be saved, with a name in any case; None: the form says what is wrong with it."""
    if not form.is_valid():
        return None
    fields = form.fields_of_goal
    if not fields["name"].strip():
        try:
            fields["name"] = proposed_name(_valid(form, project))
        except Invalid as error:
            form.refuse(error)
            return None
    return fields


def _done(request: Any, project_id: UUID, goal_id: UUID, action: Callable[..., object], said: str) -> HttpResponse:
    project, goal = _own(request, project_id, goal_id)
    action(goal=goal, by=request.user)
    if request.htmx:
        return HttpResponseClientRefresh()
    messages.success(request, said)
    return redirect("reports:goals", project.pk, goal.pk)


def _own(request: SignedInRequest, project_id: UUID, goal_id: UUID) -> tuple[Project, Goal]:
    project = get_project_for(request.user, project_id, Role.EDITOR)
    return project, get_object_or_404(Goal.objects.of(project), pk=goal_id)


def _page(request: SignedInRequest, project: Project, form: GoalForm, goal: Goal | None = None) -> HttpResponse:
    return member_page(
        request,
        project.pk,
        "goals",
        sections=("suggestions",),
        template="goals/form",
        form=form,
        goal=goal,
        rows=[*form.conditions],
        empty_row=ConditionRow(),
        condition_operators=CONDITION_WORDS,
        cancel_url=reverse("reports:goals", args=(project.pk, *((goal.pk,) if goal else ()))),
    )
