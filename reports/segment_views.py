"""Saving filters as a segment, renaming and deleting one: forms in the dashboard's dialog."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_http_methods, require_POST
from django_htmx.http import HttpResponseClientRedirect
from rest_framework.exceptions import PermissionDenied

from analytics_pulse import clock
from analytics_pulse.problems import Invalid
from projects.models import Project
from projects.views.signed_in import SignedInRequest
from reports import conditions, params, segments
from reports.condition_words import sentence
from reports.faults import Faults
from reports.links import DashboardLinks
from reports.models import Segment
from reports.page_parts import login_from_a_part
from reports.params import Question
from reports.segment_form import SegmentForm
from reports.viewing import Viewing


@require_http_methods(["GET", "POST"])
@login_from_a_part
def new_segment(request: SignedInRequest, project_id: UUID) -> HttpResponse:
    """What the dashboard shows, saved under a name; then the dashboard of that segment."""
    viewing, question = _asked(request, project_id)
    project, links = viewing.project, DashboardLinks(viewing, question)
    form = SegmentForm(request.POST or None, may_share=segments.may_change_the_teams(project, request.user))
    if request.method == "POST" and form.is_valid():
        filters = conditions.as_json(question.conditions)
        try:
            made = segments.create_segment(project=project, by=request.user, filters=filters, **form.values)
            return HttpResponseClientRedirect(links.of_segment(made.pk))
        except Invalid as error:
            form.refuse(error)
    return _dialog(request, question, form, own_url=links.to("reports:segments"))


@require_http_methods(["GET", "POST"])
@login_from_a_part
def segment(request: SignedInRequest, project_id: UUID, segment_id: UUID) -> HttpResponse:
    """Another name, or another circle of people who see it."""
    viewing, question = _asked(request, project_id)
    project, links = viewing.project, DashboardLinks(viewing, question)
    found = _own_or_teams(project, request, segment_id)
    form = SegmentForm(
        request.POST or None,
        initial={"name": found.name, "kind": found.kind},
        may_share=segments.may_change_the_teams(project, request.user),
    )
    if request.method == "POST" and form.is_valid():
        try:
            segments.change_segment(segment=found, by=request.user, **({"kind": found.kind} | form.cleaned_data))
            return HttpResponseClientRedirect(links.page_url())
        except Invalid as error:
            form.refuse(error)
    return _dialog(
        request,
        question,
        form,
        segment=found,
        own_url=links.to("reports:segment", segment_id),
        delete_url=links.to("reports:delete-segment", segment_id),
    )


@require_POST
@login_from_a_part
def delete_segment(request: SignedInRequest, project_id: UUID, segment_id: UUID) -> HttpResponse:
    """Gone; then the dashboard as it was, without it."""
    viewing, question = _asked(request, project_id)
    segments.delete_segment(segment=_own_or_teams(viewing.project, request, segment_id), by=request.user)
    return HttpResponseClientRedirect(DashboardLinks(viewing, question).without_segment(segment_id))


def _asked(request: SignedInRequest, project_id: UUID) -> tuple[Viewing, Question]:
    """Whose dashboard it is, and what it shows. The page that asks was made by us: what it cannot have is not found."""
    viewing = Viewing.of_member(request.user, project_id)
    try:
        return viewing, viewing.question(request.GET, clock.now())
    except (params.InvalidParams, segments.StaleSegment):
        raise Http404 from None


def _own_or_teams(project: Project, request: SignedInRequest, segment_id: UUID) -> Segment:
    """Raises Http404 when it is not there, or not for this person to change."""
    found = get_object_or_404(segments.visible(project, request.user).select_related("project"), pk=segment_id)
    try:
        segments.require_writing(project, request.user, found.kind)
    except PermissionDenied:
        raise Http404 from None
    return found


def _dialog(request: HttpRequest, question: Question, form: SegmentForm, **more: object) -> HttpResponse:
    found = more.get("segment")
    said = sentence(question.conditions)
    if isinstance(found, Segment):
        said = sentence(conditions.parse(found.filters, "/filters", Faults()))
    return render(request, "reports/_segment_form.html", {"form": form, "said": said, **more})
