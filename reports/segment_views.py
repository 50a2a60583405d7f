"""Saving filters as a segment, changing and deleting one: forms in the page's dialog."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST
from django_htmx.http import HttpResponseClientRedirect

from analytics_pulse import clock
from analytics_pulse.problems import Invalid
from projects.models import User
from reports import conditions, page_address, params, segments
from reports.condition_words import sentence
from reports.goal_names import GoalNames
from reports.links import DashboardLinks
from reports.models import Segment
from reports.page_parts import HtmxHttpRequest, login_from_a_part
from reports.params import Question
from reports.segment_form import SegmentForm, refusal
from reports.viewing import Viewing
from tracking.install import base_url_of

IN_USE = _("A shared link shows no more than this segment. Withdraw that link first, or limit it to another segment.")


class SegmentRequest(HtmxHttpRequest):
    """Of somebody who is logged in."""

    user: User  # type: ignore[assignment]


@require_http_methods(["GET", "POST"])
@login_from_a_part
def new_segment(request: SegmentRequest, project_id: UUID) -> HttpResponse:
    """What the page shows, saved under a name; then the page of that segment."""
    viewing, question = _asked(request, project_id)
    links = DashboardLinks(viewing, question)
    form = SegmentForm(request.POST or None, may_share=segments.may_change_the_teams(viewing.project, request.user))
    if request.method == "POST" and form.is_valid():
        filters = conditions.as_json(question.conditions)
        try:
            made = segments.create_segment(project=viewing.project, by=request.user, filters=filters, **form.values)
            return HttpResponseClientRedirect(page_address.of_segment(page_address.current(request, viewing), made.pk))
        except Invalid as error:
            form.refuse(error)
    return render(request, "reports/_segment_form.html", {
        "form": form,
        "said": sentence(question.conditions, GoalNames(project_id)),
        "own_url": links.to("reports:segments"),
    })  # fmt: skip


@require_http_methods(["GET", "POST"])
@login_from_a_part
def segment(request: SegmentRequest, project_id: UUID, segment_id: UUID) -> HttpResponse:
    """What it holds and its link; for who may change it, another name or another circle of people who see it."""
    viewing, question = _asked(request, project_id)
    project, address = viewing.project, page_address.current(request, viewing)
    found = get_object_or_404(segments.visible(project, request.user).select_related("project"), pk=segment_id)
    form = None
    if segments.may_change(found, request.user):
        form = SegmentForm(
            request.POST or None,
            initial={"name": found.name, "kind": found.kind},
            may_share=segments.may_change_the_teams(project, request.user),
        )
    elif request.method == "POST":
        raise Http404
    if form and request.method == "POST" and form.is_valid():
        try:
            segments.change_segment(segment=found, by=request.user, **({"kind": found.kind} | form.cleaned_data))
            return HttpResponseClientRedirect(address)
        except Invalid as error:
            form.refuse(error)
        except segments.InUse:
            form.add_error("kind", IN_USE)
    return render(request, "reports/_segment_form.html", {
        "form": form,
        "segment": found,
        "link": base_url_of(request) + page_address.of_segment(address, segment_id),
        **_held(found, address),
        **_addresses(DashboardLinks(viewing, question), segment_id),
    })  # fmt: skip


@require_POST
@login_from_a_part
def change_filters(request: SegmentRequest, project_id: UUID, segment_id: UUID) -> HttpResponse:
    """The segment holds what the page shows from now on; then the page of that segment."""
    viewing, question = _asked(request, project_id)
    found = _own_or_teams(viewing, request.user, segment_id)
    try:
        segments.change_segment(segment=found, by=request.user, filters=conditions.as_json(question.conditions))
    except Invalid as error:
        return _sentence(400, " ".join(refusal(each) for each in error.errors))
    return HttpResponseClientRedirect(page_address.of_segment(page_address.current(request, viewing), segment_id))


@require_POST
@login_from_a_part
def delete_segment(request: SegmentRequest, project_id: UUID, segment_id: UUID) -> HttpResponse:
    """Gone; then the page as it was, without it."""
    viewing, _question = _asked(request, project_id)
    try:
        segments.delete_segment(segment=_own_or_teams(viewing, request.user, segment_id), by=request.user)
    except segments.InUse:
        return _sentence(409, str(IN_USE))
    return HttpResponseClientRedirect(page_address.without_segment(page_address.current(request, viewing), segment_id))


def _asked(request: SegmentRequest, project_id: UUID) -> tuple[Viewing, Question]:
    """Whose page it is, and what it shows. The page that asks was made by us: what it cannot have is not found."""
    viewing = Viewing.of_member(request.user, project_id)
    try:
        return viewing, viewing.question(request.GET, clock.now())
    except (params.InvalidParams, segments.StaleSegment):
        raise Http404 from None


def _own_or_teams(viewing: Viewing, user: User, segment_id: UUID) -> Segment:
    """Raises Http404 when it is not there, or not for this person to change."""
    found = get_object_or_404(segments.visible(viewing.project, user).select_related("project"), pk=segment_id)
    if not segments.may_change(found, user):
        raise Http404
    return found


def _held(segment: Segment, address: str) -> dict[str, Any]:
    """Its filters in words, and where they can be changed; of filters that are not possible any more, that they are
    not."""
    try:
        held = segments.conditions_in(segment)
    except segments.StaleSegment as error:
        return {"said": str(error.detail)}
    return {
        "said": sentence(held, GoalNames(segment.project_id)),
        "editing_url": page_address.editing_segment(address, segment.pk, held),
    }


def _addresses(links: DashboardLinks, segment_id: UUID) -> dict[str, str]:
    return {
        "own_url": links.to("reports:segment", segment_id),
        "delete_url": links.to("reports:delete-segment", segment_id),
    }


def _sentence(status: int, text: str) -> HttpResponse:
    return HttpResponse(text, status=status, content_type="text/plain; charset=utf-8")
